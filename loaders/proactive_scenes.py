"""Scenes in which a user is simulated: YAML, as a list of scenes, one scene, or tasks and events that scenes grow from.

YAML is read by the safe loader: a file that needs more of Python than values is no dump.
"""

import json
from collections.abc import Iterator
from typing import Any

from loaders import proactive
from loaders.base import ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree

_ENDINGS = (".yaml", ".yml", ".json")
_LINES = (".jsonl", ".ndjson")


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """A record for each scene, and for each kind of seed tasks."""
    for entry in proactive.documents(tree, (*_ENDINGS, *_LINES)):
        if entry.name == proactive.STDIN or proactive.name_of(entry).lower().endswith(_LINES):
            yield Assembled(entry.name, proactive.lines(tree, entry))
        else:
            yield Assembled(entry.name, _records(proactive.text(tree, entry), entry))


def _records(said: str, entry: Entry) -> Iterator[str]:
    import yaml

    name = proactive.stem(entry)
    try:
        found = yaml.safe_load(said)
    except (yaml.YAMLError, ValueError, RecursionError):
        yield said  # to be rejected as it is
        return
    if isinstance(found, list):
        for number, scene in enumerate(found):
            yield _line({"id": f"{name}-{number}", **scene} if isinstance(scene, dict) else scene)
    elif isinstance(found, dict) and "environment" not in found and any(map(_is_seed, found.values())):
        for theme, seed in found.items():
            yield _line({"id": f"{name}-{theme}", "theme": theme, **seed} if isinstance(seed, dict) else {theme: seed})
    elif isinstance(found, dict):
        yield _line({"id": name, **found})
    else:
        yield said


def _is_seed(value: Any) -> bool:
    return isinstance(value, dict) and "tasks" in value


def _line(value: Any) -> str:
    # a date that YAML reads is text in JSON
    return json.dumps(value, ensure_ascii=False, default=str)


LOADER = Loader(
    dataset="proactive-scenes",
    repo=proactive.REPO,
    revision=None,
    files=(),
    fields={
        "id": ID, "environment": JSON, "user": JSON, "agent": JSON, "eventSink": JSON, "theme": TEXT, "tasks": JSON,
        "sample_events": JSON,
    },
    default_id="{split}-{row}",
    by_hand=f"Clone {proactive.REPO}: the YAML files of its folder dataset are the dump.",
    assemble=assemble,
)  # fmt: skip
