"""WebLINX: browsing that an instructor and a navigator talk about; a folder of files per demonstration.

A demonstration's folder holds `replay.json`, what was said and done, and in `pages/` the pages that it names. They are
put together as one record; `splits.json` says which demonstrations are there to train on.
"""

import json
from collections.abc import Iterator
from typing import Any

from loaders.base import ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree

_REPLAY, _SPLITS, _PAGES = "replay.json", "splits.json", "pages"


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """A record for each demonstration's folder."""
    splits = _splits(tree)
    for entry in sorted(tree, key=lambda entry: entry.name):
        folder, _, name = entry.name.rpartition("/")
        if name == _REPLAY:
            yield Assembled(entry.name, _record(tree, entry, folder, splits))


def _splits(tree: Tree) -> dict[str, str]:
    """The split of each demonstration."""
    entry = tree.find(_SPLITS)
    found = _read(tree, entry) if entry else None
    if not isinstance(found, dict):
        return {}
    return {str(name): split for split, names in found.items() if isinstance(names, list) for name in names}


def _read(tree: Tree, entry: Entry | None) -> Any:
    """What a JSON file says; None where it is not there or no JSON."""
    try:
        return json.loads(tree.read(entry)) if entry else None
    except ValueError:
        return None


def _record(tree: Tree, entry: Entry, folder: str, splits: dict[str, str]) -> Iterator[str]:
    shortcode = folder.rpartition("/")[2]
    text = tree.read(entry).decode("utf-8", "replace")
    try:
        replay = json.loads(text)
    except ValueError:
        yield text  # to be rejected
        return
    turns = replay.get("data") if isinstance(replay, dict) else None
    states = [turn.get("state") for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
    names = {str(state["page"]) for state in states if isinstance(state, dict) and state.get("page")}
    pages = [
        {"name": name, "html": tree.read(page).decode("utf-8", "replace")}
        for name in sorted(names)
        if (page := tree.find(f"{folder}/{_PAGES}/{name}"))
    ]
    record: dict[str, Any] = {"shortcode": shortcode, "split": splits.get(shortcode), "replay": replay, "pages": pages}
    for name in ("form", "metadata"):
        record[name] = _read(tree, tree.find(f"{folder}/{name}.json"))
    yield json.dumps(record, ensure_ascii=False)


LOADER = Loader(
    dataset="weblinx",
    repo="McGill-NLP/WebLINX-full",
    revision="b839f04",
    files=("splits.json", "demonstrations/*/*.json", "demonstrations/*/pages/*.html"),
    fields={
        "shortcode": ID, "split": TEXT, "replay": {"data": [JSON], "version": JSON},
        "pages": [{"name": TEXT, "html": TEXT}], "form": JSON, "metadata": JSON,
    },
    source_id=("shortcode",),
    required=("replay",),
    assemble=assemble,
)  # fmt: skip
