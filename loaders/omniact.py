"""OmniACT: one screenshot and one task each, solved by a PyAutoGUI script.

The published files name for each record where its task, its screenshot and what was found on that lie in the archives
beside them; a few names lack what the files' names have.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loaders.base import ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree

PARTS = ("task", "image", "ocr", "color", "icon", "box")


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """The records of each file that names parts in other files."""
    for entry in tree:
        if Path(entry.name).suffix == ".json" and (index := _index(tree, entry)):
            yield Assembled(entry.name, _records(tree, Path(entry.name).stem, index))


def _index(tree: Tree, entry: Entry) -> dict[str, Any]:
    """Records by their number, if that is what a file holds; nothing else."""
    try:
        found = json.loads(tree.read(entry))
    except ValueError:
        return {}
    names_parts = isinstance(found, dict) and any(
        isinstance(record, dict) and str(record.get("task")).endswith(".txt") for record in found.values()
    )
    return found if names_parts else {}


def _records(tree: Tree, split: str, index: dict[str, Any]) -> Iterator[str]:
    for number, names in index.items():
        if not isinstance(names, dict):
            yield json.dumps(names, ensure_ascii=False)
            continue
        record: dict[str, Any] = {"id": f"{split}_{number}", **names}
        for part in PARTS:
            path = names.get(part)
            entry = next((e for name in _spellings(path) if (e := tree.find(name))), None) if path else None
            if part == "image":
                record[part] = entry.name if entry else path
            else:
                record[part] = _content(part, tree.read(entry)) if entry else None
        yield json.dumps(record, ensure_ascii=False)


def _spellings(path: object) -> Iterator[str]:
    """A path as it is written, and as the files of web pages are named."""
    text = str(path)
    yield text
    plain = text.replace("screen_", "screen")
    yield plain
    if plain.endswith(".json"):
        yield plain.removesuffix(".json") + "_boxes.json"


def _content(part: str, data: bytes) -> Any:
    text = data.decode("utf-8", "replace")
    if part == "task":
        return text
    try:
        found = json.loads(text)
    except ValueError:
        return text
    if not isinstance(found, dict):
        return found
    if part != "box":
        return {"text": list(found), "value": list(found.values())}
    boxes = [box for box in found.values() if isinstance(box, dict)]
    valid = [box for box in boxes if box.get("valid", 1) == 1]
    columns = {name: [box.get(name) for box in valid] for name in ("top_left", "bottom_right", "label")}
    invalid = [box for box in boxes if box.get("valid", 1) != 1]
    return columns | ({"invalid": invalid} if invalid else {})


LOADER = Loader(
    dataset="omniact",
    repo="Writer/omniact",
    revision="18c211549eb4153515204726c46a88c1be03f051",
    files=("train.json", "data.zip", "ocr.zip", "detact_icon.zip", "detact_color.zip"),
    fields={"id": ID, "task": TEXT, "image": TEXT, "ocr": JSON, "color": JSON, "icon": JSON, "box": JSON},
    required=("task",),
    licence="mit",
    image_depth=3,
    assemble=assemble,
)
