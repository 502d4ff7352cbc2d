"""ProactiveAgent's files, which its datasets share: traces as JSON arrays, scenes as YAML, events as JSON lines.

A trace is a file of its own, and its name is the trace's; the folder above it names the model that answered it. So
records are put together here; a file of JSON lines is taken for records already.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from loaders.trees import Assembled, Entry, Tree

REPO = "https://github.com/thunlp/ProactiveAgent"
SPLITS = "splits.json"
STDIN = "-"
_BOM = b"\xef\xbb\xbf"
_LINES = (".jsonl", ".ndjson")
_PACKED = (".gz", ".gzip", ".zst", ".zstd")


def name_of(entry: Entry) -> str:
    """The name of a file without its folder and without the ending of its compression."""
    path = PurePosixPath(entry.name)
    return path.stem if path.suffix.lower() in _PACKED else path.name


def stem(entry: Entry) -> str:
    """The name of a file without its folder and endings; `stdin` for what comes through a pipe."""
    return "stdin" if entry.name == STDIN else name_of(entry).partition(".")[0]


def folder(entry: Entry) -> str | None:
    """The name of the folder that a file lies in, as far as it is known."""
    return PurePosixPath(entry.name).parent.name or None


def documents(tree: Tree, endings: tuple[str, ...]) -> Iterator[Entry]:
    """The files with one of these endings, and what comes through a pipe, by name."""
    for entry in sorted(tree, key=lambda entry: entry.name):
        if entry.name == STDIN or name_of(entry).lower().endswith(endings):
            yield entry


def text(tree: Tree, entry: Entry) -> str:
    """What a file says; bytes that are not UTF-8 stay what they are until its records are judged."""
    return b"".join(tree.lines(entry)).removeprefix(_BOM).decode("utf-8", "surrogateescape")


def content(tree: Tree, entry: Entry) -> Any:
    """The JSON value that a file holds; None where it holds none, or several."""
    try:
        return json.loads(text(tree, entry))
    except (ValueError, RecursionError):
        return None


def lines(tree: Tree, entry: Entry) -> Iterator[str]:
    """The lines of a file as they are, to be judged one by one."""
    for line in tree.lines(entry):
        yield line.removeprefix(_BOM).decode("utf-8", "surrogateescape")


def traces(
    tree: Tree, facts: Callable[[Entry], Mapping[str, object]], beside: tuple[str, ...] = ()
) -> Iterator[Assembled]:
    """A record for each file that is an array of turns, and the records of files that hold some.

    `facts` are what is known of a trace from where it lies; files with the names `beside` are no traces.
    """
    for entry in documents(tree, (".json", *_LINES)):
        if name_of(entry) in beside:
            continue
        found = None if name_of(entry).lower().endswith(_LINES) else content(tree, entry)
        if isinstance(found, list) and not _are_records(found):
            yield Assembled(entry.name, iter([_with(facts(entry), f'"turns": {text(tree, entry)}}}')]))
        elif isinstance(found, list | dict):
            records = found if isinstance(found, list) else [found]
            yield Assembled(entry.name, (json.dumps(record, ensure_ascii=False) for record in records))
        else:
            yield Assembled(entry.name, lines(tree, entry))


def events(tree: Tree) -> Iterator[Assembled]:
    """The lines of every file of events, each with the name of the file that it is from."""
    for entry in documents(tree, _LINES):
        yield Assembled(entry.name, _named(lines(tree, entry), stem(entry)))


def _named(listed: Iterator[str], name: str) -> Iterator[str]:
    for line in listed:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            event = None
        if isinstance(event, dict) and event.get("id") is None:
            rest = line.strip()[1:].lstrip()
            yield _with({"id": name}, rest) if event else json.dumps({"id": name})
        else:
            yield line


def _are_records(found: list[Any]) -> bool:
    """Whether an array holds traces rather than the turns of one."""
    return any(isinstance(each, dict) and "turns" in each for each in found)


def _with(facts: Mapping[str, object], rest: str) -> str:
    """A JSON object of some members and of others that are text already: as they stand, a key that comes twice too."""
    return json.dumps(facts, ensure_ascii=False)[:-1] + (", " if facts else "") + rest
