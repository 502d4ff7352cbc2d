"""ProactiveBench: what people did at their desktops, event by event, with tasks that were proposed to them.

A file for each trace; `splits.json` says which of them a theme is measured on.
"""

from collections.abc import Iterator
from typing import Any

from loaders import proactive
from loaders.base import ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """A record for each trace, with the splits that it belongs to."""
    splits = _splits(tree)

    def facts(entry: Entry) -> dict[str, object]:
        named = [
            {"split": split, "theme": said.get("theme")}
            for split, said in splits.items()
            if proactive.name_of(entry) in said["files"]
        ]
        return {"id": proactive.stem(entry), "splits": named}

    yield from proactive.traces(tree, facts, (proactive.SPLITS,))


def _splits(tree: Tree) -> dict[str, dict[str, Any]]:
    """The splits that list files."""
    found: dict[str, dict[str, Any]] = {}
    for entry in tree:
        if proactive.name_of(entry) == proactive.SPLITS:
            said = proactive.content(tree, entry)
            if isinstance(said, dict):
                found |= {
                    split: each
                    for split, each in said.items()
                    if isinstance(each, dict) and isinstance(each.get("files"), list)
                }
    return found


LOADER = Loader(
    dataset="proactive-bench",
    repo=proactive.REPO,
    revision=None,
    files=(),
    fields={"id": ID, "turns": [JSON], "splits": [{"split": TEXT, "theme": TEXT}]},
    required=("turns",),
    by_hand=f"Clone {proactive.REPO}: its folder dataset/test_data is the dump.",
    assemble=assemble,
)
