"""MATH: competition problems, as tasks; with the short answers that CRAFT has for them.

A dump is the folder of MATH, with a JSON file per problem (`MATH/<split>/<type>/<n>.json`), and that of CRAFT, with a
file per subject (`preprocessed-CRAFT/<split>/<subject>.jsonl`). A record of CRAFT gets MATH's solution beside it, found
by the words of the problem; a problem of MATH that CRAFT does not have is a record of its own, without an answer.
"""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from loaders.base import ANY_TEXT, ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree

_SPLITS = ("train", "test")


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """The records of each subject, then the problems that are in none; nothing where no file is a problem by itself."""
    entries = sorted(tree, key=lambda entry: entry.name)
    problems: dict[tuple[str, str], tuple[Entry, dict[str, Any]]] = {}
    unread: list[Entry] = []
    subjects: list[Entry] = []
    for entry in entries:
        place = PurePosixPath(entry.name)
        if place.suffix == ".json":
            found = _problem(tree, entry)
            if found is not None:
                problems.setdefault((_split(place), found["problem"]), (entry, found))
            elif place.parent.parent.name in _SPLITS:
                unread.append(entry)
        elif ".jsonl" in place.suffixes and place.parent.name in _SPLITS:
            subjects.append(entry)
    if not problems and not subjects:
        return
    used: set[tuple[str, str]] = set()
    for entry in subjects:
        yield Assembled(entry.name, _subject(tree, entry, problems, used))
    folders: dict[str, list[dict[str, Any] | Entry]] = {}
    for key, (entry, found) in problems.items():
        if key not in used:
            place = PurePosixPath(entry.name)
            record = {"subject": subject_of(place), "split": key[0], "file": entry.name, **found}
            folders.setdefault(place.parent.as_posix(), []).append(record)
    for entry in unread:
        folders.setdefault(PurePosixPath(entry.name).parent.as_posix(), []).append(entry)
    for folder, records in sorted(folders.items()):
        yield Assembled(folder, (_line(tree, record) for record in records))


def _problem(tree: Tree, entry: Entry) -> dict[str, Any] | None:
    """What a file says, if it is a problem of MATH."""
    try:
        found = json.loads(tree.read(entry))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("problem"), str) else None


def _split(place: PurePosixPath) -> str:
    return next((folder for folder in reversed(place.parts[:-1]) if folder in _SPLITS), "train")


def subject_of(place: PurePosixPath) -> str:
    """The subject of a file, as CRAFT names it: MATH's folders, and the files of CRAFT, are called after it."""
    name = place.name.split(".")[0] if ".jsonl" in place.suffixes else place.parent.name
    return name.lower().replace(" & ", "_and_").replace(" ", "_")


def _subject(
    tree: Tree, entry: Entry, problems: dict[tuple[str, str], tuple[Entry, dict[str, Any]]], used: set[tuple[str, str]]
) -> Iterator[str]:
    place = PurePosixPath(entry.name)
    split = _split(place)
    for line in tree.lines(entry):
        text = line.decode("utf-8", "surrogateescape")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            yield text  # to be rejected, or blank
            continue
        record = {"subject": subject_of(place), "split": split, **found}
        key = (split, str(found.get("question")))
        if key in problems:
            used.add(key)
            of_math, solved = problems[key]
            record |= {"raw_file": of_math.name, "raw_solution": solved.get("solution"), "raw_type": solved.get("type")}
        yield json.dumps(record, ensure_ascii=False)


def _line(tree: Tree, record: dict[str, Any] | Entry) -> str:
    """A problem of MATH as a line; a file that is none as it stands, to be rejected."""
    if isinstance(record, Entry):
        return tree.read(record).decode("utf-8", "surrogateescape") or "null"
    return json.dumps(record, ensure_ascii=False)


LOADER = Loader(
    dataset="tasks-math",
    repo="https://github.com/hendrycks/math",
    revision=None,
    files=(),
    fields={
        "id": ID, "question": TEXT, "answer": ANY_TEXT, "level": ANY_TEXT, "subject": TEXT, "split": TEXT,
        "raw_solution": TEXT, "raw_type": TEXT, "raw_file": TEXT, "problem": TEXT, "type": TEXT, "solution": ANY_TEXT,
        "file": TEXT, "extra": JSON,
    },
    default_id="{split}-{row}",
    by_hand="Get MATH.tar of https://github.com/hendrycks/math, and CRAFT's answers to it.",
    assemble=assemble,
)  # fmt: skip
