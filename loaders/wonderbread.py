"""WONDERBREAD: recordings of people who do WebArena's tasks; a folder with a JSON file for each, in a zip archive."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from loaders.base import ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """A record for each JSON file with a trace, with the text files beside it."""
    for entry in sorted(tree, key=lambda entry: entry.name):
        if entry.name.endswith(".json") and (found := _recording(tree, entry)) is not None:
            yield Assembled(entry.name, _record(tree, entry, found))


def _recording(tree: Tree, entry: Entry) -> dict[str, Any] | None:
    """What a file says, if it is a recording."""
    try:
        found = json.loads(tree.read(entry))
    except ValueError:
        return None
    return found if isinstance(found, dict) and "trace" in found else None


def _record(tree: Tree, entry: Entry, found: dict[str, Any]) -> Iterator[str]:
    path = PurePosixPath(entry.name)
    texts = (other for other in tree if other.name.endswith(".txt"))
    beside = [other for other in texts if PurePosixPath(other.name).parent == path.parent]
    guide = "\n\n".join(tree.read(other).decode("utf-8", "replace").strip() for other in beside)
    yield json.dumps({"id": path.stem, "sop": guide or None, **found}, ensure_ascii=False)


LOADER = Loader(
    dataset="wonderbread",
    repo="https://zenodo.org/records/12671568",
    revision=None,
    files=(),
    fields={"id": ID, "intent": TEXT, "sop": TEXT, "webarena": JSON, "trace": [JSON]},
    required=("trace",),
    default_id="{split}-{row}",
    by_hand="Get demos.zip from https://zenodo.org/records/12671568.",
    assemble=assemble,
)
