"""WikiTableQuestions: questions about tables of Wikipedia, as tasks; each question with its table.

The dump is the release's folder: `data/training.tsv` with a question per line, which names a table below `csv/`, and
`data/pristine-unseen-tables.tsv` with those to test on. A record is a question with the whole of its table; a table
that no question names is a record of its own. Tables are CSV with quotes escaped by a backslash; one that cannot be
read as such is taken from the TSV file beside it.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from loaders.base import ID, TEXT, Loader, Type
from loaders.trees import Assembled, Entry, Keep, Tree

_COLUMNS = {"id", "utterance", "context"}
_TRAINING, _UNSEEN = "training.tsv", "pristine-unseen-tables.tsv"
_ESCAPES = {"n": "\n", "p": "|", "\\": "\\"}
Table = dict[str, list[str] | list[list[str]]]


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """The questions of each file, then the tables that are in none."""
    named: set[str] = set()
    files = [entry for entry in tree if entry.name.endswith(".tsv") and _is_questions(tree, entry)]
    # The release's other files are parts of the first one, split otherwise.
    release = [entry for entry in files if PurePosixPath(entry.name).name in (_TRAINING, _UNSEEN)]
    files = sorted(release or files, key=lambda entry: (_UNSEEN in entry.name, entry.name))
    for entry in files:
        yield Assembled(entry.name, _questions(tree, entry, named))
    if files:
        yield Assembled("csv", _tables(tree, named))


def _is_questions(tree: Tree, entry: Entry) -> bool:
    first = next(iter(tree.lines(entry)), b"").decode("utf-8-sig", "replace")
    return set(first.rstrip("\r\n").split("\t")) >= _COLUMNS


def _questions(tree: Tree, entry: Entry, named: set[str]) -> Iterator[str]:
    columns: list[str] = []
    last: tuple[str, Table | None] = ("", None)
    for number, line in enumerate(tree.lines(entry)):
        cells = line.decode("utf-8-sig" if number == 0 else "utf-8", "surrogateescape").rstrip("\r\n").split("\t")
        if not number:
            columns = cells
            continue
        record: dict[str, object] = dict(zip(columns, cells, strict=False))
        place = str(record.get("context", ""))
        if place and place != last[0]:
            last = (place, table(tree, place))
        named.add(place)
        record |= {"table_id": table_id(place), "table": last[1]}
        # More cells than columns, or fewer: no question of the file, to be rejected with all that it says.
        yield json.dumps(record if len(cells) == len(columns) else cells, ensure_ascii=False)


def _tables(tree: Tree, named: set[str]) -> Iterator[str]:
    for entry in sorted(tree, key=lambda entry: entry.name):
        at = entry.name.find("csv/")
        place = entry.name[max(at, 0) :]
        if entry.name.endswith(".csv") and place not in named:
            record = {"id": f"table/{table_id(place)}", "table_id": table_id(place), "table": table(tree, place)}
            yield json.dumps(record, ensure_ascii=False)


def table_id(place: str) -> str:
    """The id of a table: the last two parts of its path, such as `203-csv/733`."""
    return "/".join(PurePosixPath(place.removesuffix(".csv")).parts[-2:])


def table(tree: Tree, place: str) -> Table | None:
    """A table's columns and rows; None where there is no file that can be read."""
    entry = tree.find(place)
    rows = _csv(tree, entry) if entry else None
    if rows is None:
        other = tree.find(place.removesuffix(".csv") + ".tsv")
        rows = _tsv(tree, other) if other else None
    if not rows:
        return None
    return {"columns": rows[0], "rows": rows[1:]}


def _csv(tree: Tree, entry: Entry) -> list[list[str]] | None:
    text = tree.read(entry).decode("utf-8-sig", "replace")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), doublequote=False, escapechar="\\", strict=True))
    except csv.Error:
        return None
    rows = [row for row in rows if row]
    return rows if rows and all(len(row) == len(rows[0]) for row in rows) else None


def _tsv(tree: Tree, entry: Entry) -> list[list[str]]:
    lines = tree.read(entry).decode("utf-8-sig", "replace").splitlines()
    return [[_unescaped(cell) for cell in line.split("\t")] for line in lines if line]


def _unescaped(cell: str) -> str:
    """A cell of a TSV file, in which line breaks, bars and backslashes are escaped."""
    head, *rest = cell.split("\\")
    text, pending = head, False
    for piece in rest:
        if pending:  # what stands behind an escaped backslash
            text, pending = text + piece, False
        elif not piece:
            text, pending = text + "\\", True
        else:
            text += _ESCAPES.get(piece[0], "\\" + piece[0]) + piece[1:]
    return text


_TABLE: Type = {"columns": [TEXT], "rows": [[TEXT]]}

LOADER = Loader(
    dataset="tasks-wikitablequestions",
    repo="https://github.com/ppasupat/WikiTableQuestions",
    revision=None,
    files=(),
    fields={
        "id": ID, "utterance": TEXT, "context": TEXT, "targetValue": TEXT, "table_id": TEXT, "table": _TABLE,
    },
    licence="cc-by-sa-4.0",
    by_hand="Get release 1.0.2 of https://github.com/ppasupat/WikiTableQuestions.",
    assemble=assemble,
)  # fmt: skip
