"""Landing one file of JSON lines."""

import array
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Protocol

from adp import sqltext
from adp.engine import duckdb
from adp.sqltext import literal, name, strings, struct
from loaders import containers, parts
from loaders.base import RAW_EXTRA, Loader, json_shape
from loaders.containers import BLANK, Lines
from loaders.records import DEEPEST, NULL, Judge, depth, has_more, record_clears, structure_clears, unnamed

ROW_GROUP_BYTES = 32 << 20
SMALLEST_OBJECT = 4 << 20
LARGEST_OBJECT = (1 << 32) - 1
READING = (
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.InternalException,
    duckdb.FatalException,
    UnicodeDecodeError,  # DuckDB 1.5 cuts the record that it shows in a message, in the middle of a letter too
)
"""What DuckDB raises over a record that it cannot read."""
OVERFLOWS = duckdb.__version__.startswith("1.")
"""Whether DuckDB ends the process over a record that is nested without end, instead of raising one of these."""
_COPY = 8 << 20


class Session(Protocol):
    """The DuckDB that a load works with."""

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The open connection."""

    def restart(self) -> None:
        """Open a new one: a fatal error leaves a connection useless."""

    def copy(self, query: str, target: Path, row_group: int) -> int:
        """Write a query's rows to a Parquet file and return how many they are."""


@dataclass(frozen=True)
class Rejection:
    """A record that cannot be read, and where its text stands in the file of lines."""

    row: int
    reason: str
    start: int
    end: int

    def text(self, file: IO[bytes]) -> str:
        """The text of the record; bytes that are no UTF-8 are shown as what they are."""
        file.seek(self.start)
        return file.read(self.end - self.start).rstrip(b"\r\n").decode("utf-8", "backslashreplace")


@dataclass
class Landed:
    """A file of JSON lines, landed."""

    records: int
    columns: dict[str, Any]
    source_rows: "array.array[int] | None"
    """Physical lines of the records, where they are not simply counted."""
    rejections: list[Rejection]


@dataclass
class _Seen:
    """What a look at the structures of all records has shown."""

    rows: int = 0
    suspects: list[tuple[str | None, ...]] = field(default_factory=list)
    """Structures that do not clear a record."""
    names: set[str] = field(default_factory=set)
    """Names at the top level."""
    text: set[str] = field(default_factory=set)
    """Names of fields that came as JSON text."""
    unnamed: set[str] = field(default_factory=set)
    """Names at the top level that the schema does not have."""
    more: dict[str, set[str]] = field(default_factory=dict)
    """Names of fields with more in them than the schema has: structures of the records in which it is so."""
    text_more: dict[str, set[str]] = field(default_factory=dict)
    """The same for fields that are JSON text: structures of the text."""
    settled: bool = True
    """Whether this holds without the suspects too."""

    @property
    def beyond(self) -> set[str]:
        """What goes into raw_extra: names at the top, and fields that have more in them."""
        return {*self.unnamed, *self.more, *self.text_more}

    @property
    def size(self) -> tuple[int, ...]:
        """What of it there is so far: nothing is ever taken away."""
        return tuple(map(len, (self.names, self.text, self.unnamed, self.more, self.text_more)))


def write_lines(session: Session, query: str, target: Path) -> None:
    """Write a query's only column, JSON without line breaks, as lines."""
    # Nothing is quoted, and what separates columns does not occur in JSON.
    written = "format csv, header false, quote '', escape '', delimiter e'\\x01'"
    session.con.execute(f"copy ({query}) to {literal(target)} ({written})").fetchall()


def land(loader: Loader, session: Session, path: Path, target: Path, scanned: Callable[[], Lines]) -> Landed:
    """Write the records of a file to a Parquet file.

    `scanned` gives what a scan of the file shows; the scan may still be running.
    """
    run = _Run(loader, session, path, target, scanned)
    try:
        return run.land()
    except READING:
        # A key that comes twice, a number beyond 64 bits and a record nested without end do not show in a structure.
        session.restart()
        return run.land_judged()


class _Run:
    def __init__(
        self, loader: Loader, session: Session, path: Path, target: Path, scanned: Callable[[], Lines]
    ) -> None:
        self.loader = loader
        self.session = session
        self.path = path
        self.target = target
        self.scanned = scanned
        aliases = (alias for alias, of in loader.aliases.items() if of in loader.json_text)
        self.longest = 0
        self.text_names = (*loader.json_text, *aliases)

    def land(self) -> Landed:
        """Judge only the records whose structure does not clear them."""
        if OVERFLOWS and containers.may_be_nested(self.path):
            return self.land_judged()
        seen = self._quick_look() or self._look(self.path)
        if seen.suspects:
            return self._land_sifted(self._suspects(seen), seen)
        landed = self._write(self.path, seen, None, [])
        if seen.rows != self.scanned().lines:
            # Blank lines: what is written stands, only the places have to be counted.
            landed.source_rows, _, _, records = self._sift(set())
            if records != seen.rows:
                return self.land_judged()
        return landed

    def land_judged(self) -> Landed:
        """Judge every record."""
        return self._land_sifted(None, None)

    def _land_sifted(self, suspects: set[int] | None, seen: _Seen | None) -> Landed:
        good, kept, rejected, records = self._sift(suspects)
        if seen is not None and records != seen.rows:
            good, kept, rejected, records = self._sift(None)
        path = self.path
        if rejected:
            path = self.target.with_suffix(".good")
            _copy_ranges(self.path, kept, path)
            seen = replace(seen, rows=len(good)) if seen is not None and seen.settled else None
        try:
            return self._write(path, seen or self._look(path), good, rejected)
        finally:
            if path != self.path:
                path.unlink(missing_ok=True)

    @property
    def object_size(self) -> int:
        """How long a line may be, for DuckDB: room for the longest one, and no more than that for each thread."""
        return min(max(self.longest or self.scanned().longest, SMALLEST_OBJECT), LARGEST_OBJECT)

    # ------------------------------------------------------------ looking

    def _objects(self, path: Path) -> str:
        return (
            f"read_ndjson_objects({sqltext.path(path)}, maximum_object_size = {self.object_size}, ignore_errors = true)"
        )

    def _structures(self, path: Path, inner: tuple[str, ...]) -> str:
        """SQL for the structure of each record and of each field that is JSON text."""
        columns = ["json_structure(json)::varchar as s0"]
        for number, field_name in enumerate(inner, 1):
            text = f"json_extract_string(json, {literal(_pointer(field_name))})"
            is_text = f"json_type(json, {literal(_pointer(field_name))}) = 'VARCHAR'"
            valid = f"case when json_valid({text}) then json_structure({text})::varchar else 'no JSON' end"
            columns.append(f"case when {is_text} then {valid} end as s{number}")
        return f"select {', '.join(columns)} from {self._objects(path)}"

    def _quick_look(self) -> _Seen | None:
        """Look at the structures of a file in which nothing is wrong; None where that cannot be said.

        Lines as such are read faster than lines of JSON, which DuckDB parses once just to find them. The reader of CSV
        was not made for this: it is believed only if its lines account for every byte of the file.
        """
        source = (
            f"read_csv({sqltext.path(self.path)}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false,"
            " delim = e'\\x01', quote = '', escape = '', new_line = '\\n',"
            f" max_line_size = {SMALLEST_OBJECT}, buffer_size = {2 * SMALLEST_OBJECT})"
        )
        query = (
            "select count(*), sum(strlen(line))::bigint, max(strlen(line)), json_structure(line)::varchar as structure"
            f" from {source} group by structure"
        )
        seen, size, longest = _Seen(), 0, 0
        try:
            for count, length, most, structure in self._rows(query):
                if structure is None or not self._clears(seen, [structure], ()):
                    return None
                seen.rows += count
                size += length + count
                longest = max(longest, most + 2)
        except (duckdb.Error, UnicodeDecodeError):
            self.session.restart()
            return None
        if size - self.path.stat().st_size not in (0, 1) or seen.text:
            return None
        self.longest = longest
        return seen

    def _look(self, path: Path) -> _Seen:
        seen = self._look_at(path, ())
        if seen.text:
            seen = self._look_at(path, tuple(text for text in self.text_names if text in seen.text))
        return seen

    def _look_at(self, path: Path, inner: tuple[str, ...]) -> _Seen:
        seen = _Seen()
        columns = ", ".join(f"s{number}" for number in range(len(inner) + 1))
        query = f"select count(*), {columns} from ({self._structures(path, inner)}) group by {columns}"
        for count, *structures in self._rows(query):
            seen.rows += count
            if not self._clears(seen, structures, inner):
                seen.suspects.append(tuple(structures))
        before = seen.size
        for suspect in seen.suspects:
            self._note(seen, suspect, inner)
        seen.settled = before == seen.size
        return seen

    def _clears(self, seen: _Seen, structures: Sequence[str | None], inner: tuple[str, ...]) -> bool:
        """Whether records of these structures are fine; what they hold is added to what has been seen."""
        whole, *texts = map(parsed, structures)
        if not record_clears(whole, self.loader):
            return False
        # Where some records have text in a field, all are read as text: a key that comes twice would not be found.
        if any(whole.get(text, NULL) not in ("VARCHAR", NULL) for text in inner):
            return False
        for text, found, structure in zip(inner, texts, structures[1:], strict=True):
            kind = self.loader.fields[self.loader.aliases.get(text, text)]
            clears = depth(found, least="JSON") <= DEEPEST and structure_clears(found, kind)
            if structure is not None and not clears:
                return False
        self._note(seen, structures, inner)
        return True

    def _note(self, seen: _Seen, structures: Sequence[str | None], inner: tuple[str, ...]) -> None:
        whole, *texts = map(parsed, structures)
        if not isinstance(whole, dict):
            return
        seen.names.update(whole)
        seen.unnamed.update(unnamed(whole, self.loader))
        seen.text.update(text for text in self.text_names if whole.get(text) == "VARCHAR")
        for column, found in whole.items():
            if self._has_more(column, found):
                seen.more.setdefault(column, set()).add(str(structures[0]))
        for column, found, structure in zip(inner, texts, structures[1:], strict=True):
            if self._has_more(column, found):
                seen.text_more.setdefault(column, set()).add(str(structure))

    def _has_more(self, column: str, structure: Any) -> bool:
        field_name = self.loader.aliases.get(column, column)
        return field_name in self.loader.fields and has_more(structure, self.loader.fields[field_name])

    def _suspects(self, seen: _Seen) -> set[int]:
        """The numbers, from 1, of the records that DuckDB counts and whose structure does not clear them."""
        inner = tuple(text for text in self.text_names if text in seen.text)
        same = keep_suspects(self.session.con, seen.suspects)
        query = (
            f"select found.row from (select row_number() over () as row, * from ({self._structures(self.path, inner)}))"
            f" as found semi join suspects on {same}"
        )
        return {row for (row,) in self._rows(query)}

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        cursor = self.session.con.execute(query)
        while rows := cursor.fetchmany(10_000):
            yield from rows

    # ------------------------------------------------------------ sifting

    def _sift(
        self, suspects: set[int] | None
    ) -> "tuple[array.array[int], list[tuple[int, int]], list[Rejection], int]":
        """Judge lines: the physical rows of the good ones, their byte ranges, the bad ones, and how many lines count.

        `suspects` are the numbers of the lines to judge, blank ones not counted; None judges all.
        """
        judge = Judge(self.loader, self.session.con)
        good: array.array[int] = array.array("q")
        kept: list[tuple[int, int]] = []
        rejected: list[Rejection] = []
        start = row = record = 0
        with self.path.open("rb", buffering=_COPY) as file:
            for line in file:
                row += 1
                end = start + len(line)
                if line.strip(BLANK):
                    record += 1
                    reason = judge.reject_reason(line) if suspects is None or record in suspects else None
                    if reason is None:
                        good.append(row)
                        if kept and kept[-1][1] == start:
                            kept[-1] = (kept[-1][0], end)
                        else:
                            kept.append((start, end))
                    else:
                        rejected.append(Rejection(row, reason, start, end))
                start = end
        return good, kept, rejected, record

    # ------------------------------------------------------------ writing

    def _write(self, path: Path, seen: _Seen, rows: "array.array[int] | None", rejected: list[Rejection]) -> Landed:
        if seen.suspects and rows is None:
            raise ValueError("records that are not judged yet")
        query = self._general(path, seen) if seen.text or seen.beyond else self._direct(path, seen)
        average = max(1, path.stat().st_size // max(1, seen.rows))
        records = self.session.copy(query, self.target, max(1, ROW_GROUP_BYTES // average)) if seen.rows else 0
        columns: dict[str, Any] = {field_name: json_shape(kind) for field_name, kind in self.loader.fields.items()}
        if seen.beyond:
            columns[RAW_EXTRA] = "JSON"
        return Landed(records, columns, rows, rejected)

    def _json(self, path: Path, columns: dict[str, str]) -> str:
        return (
            f"read_json({sqltext.path(path)}, format = 'newline_delimited', columns = {struct(columns)},"
            f" maximum_object_size = {self.object_size})"
        )

    def _typed(self, seen: _Seen) -> dict[str, str]:
        """DuckDB types of the fields by the names that are in use; what came as JSON text stays text."""
        loader = self.loader
        columns = dict(loader.columns)
        columns.update({alias: loader.columns[of] for alias, of in loader.aliases.items() if alias in seen.names})
        return {column: "VARCHAR" if column in seen.text else kind for column, kind in columns.items()}

    def _direct(self, path: Path, seen: _Seen) -> str:
        """Read the fields as what they are."""
        values = {column: name(column) for column in self._typed(seen)}
        return f"select {self._fields(values)} from {self._json(path, self._typed(seen))}"

    def _general(self, path: Path, seen: _Seen) -> str:
        """Read fields that came as JSON text too, and what the schema does not name."""
        typed = self._typed(seen)
        # Only reading with columns finds a key that comes twice; this raises where there is one.
        counts = ", ".join(f"count({name(column)})" for column in typed)
        self.session.con.execute(f"select {counts} from {self._json(path, typed)}").fetchall()
        plain = {c: json_shape(self.loader.fields[self.loader.aliases.get(c, c)]) for c in typed if c not in seen.text}
        values = {column: f"plain.{name(column)}" for column in plain}
        for column in seen.text:
            text = f"json_extract_string(json, {literal(_pointer(column))})"
            values[column] = f"from_json({text}, {literal(self.loader.shape(self.loader.aliases.get(column, column)))})"
        fields = self._fields(values)
        top = sorted(seen.unnamed)
        extras = {key: f"nullif(beyond[{number}]::varchar, 'null')" for number, key in enumerate(top, 1)}
        for column in sorted({*seen.more, *seen.text_more}):
            extras[column] = self._whole(column, seen)
        if extras:
            fields += f", {parts.extra(extras)} as {name(RAW_EXTRA)}"
        pointers = strings(_pointer(key) for key in top) if top else "['']"
        return (
            f"select {fields} from (select json, from_json(json, {literal(json.dumps(plain))}) as plain,"
            f" json_extract(json, {pointers}) as beyond from {self._objects(path)})"
        )

    def _fields(self, values: dict[str, str]) -> str:
        loader = self.loader
        listed = []
        for field_name in loader.fields:
            given = [values[c] for c in (field_name, loader.published.get(field_name)) if c in values]
            listed.append(f"{parts.coalesced(given, loader.columns[field_name])} as {name(field_name)}")
        return ", ".join(listed)

    def _whole(self, column: str, seen: _Seen) -> str:
        """SQL for a field as it came, in records that have more in it than the schema."""
        pointer = literal(_pointer(column))
        value = f"json_extract(json, {pointer})"
        more = []
        if column in seen.more:
            more.append(of_structures("json", seen.more[column]))
        if column in seen.text_more:
            text = f"json_extract_string(json, {pointer})"
            more.append(of_structures(text, seen.text_more[column]))
            value = f"{text}::json"
        return f"case when {' or '.join(more)} then {value} end"


def keep_suspects(con: duckdb.DuckDBPyConnection, suspects: list[tuple[str | None, ...]]) -> str:
    """Put structures into the temporary table `suspects`; SQL: whether one of them is that of a row of `found`."""
    columns = [f"s{number}" for number in range(len(suspects[0]))]
    lists = ", ".join(f"unnest(?::varchar[]) as {column}" for column in columns)
    con.execute(
        f"create or replace temp table suspects as select {lists}", [list(c) for c in zip(*suspects, strict=True)]
    )
    return " and ".join(f"suspects.{column} is not distinct from found.{column}" for column in columns)


def of_structures(value: str, structures: set[str]) -> str:
    """SQL: whether some JSON has one of these structures."""
    return f"json_structure({value})::varchar in ({', '.join(map(literal, sorted(structures)))})"


def parsed(structure: str | None) -> Any:
    """A structure as a value; None where there is none."""
    try:
        return json.loads(structure) if structure is not None else None
    except (ValueError, RecursionError):
        return None


def _pointer(key: str) -> str:
    """A JSON pointer to a field of the record."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _copy_ranges(source: Path, ranges: list[tuple[int, int]], target: Path) -> None:
    """Copy parts of a file, each one ending in a line break."""
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as written:
        for start, end in ranges:
            _copy(read, written, start, end)
            if end > start and os.pread(read.fileno(), 1, end - 1) != b"\n":
                written.write(b"\n")


def _copy(read: IO[bytes], written: IO[bytes], start: int, end: int) -> None:
    while start < end:
        chunk = os.pread(read.fileno(), min(_COPY, end - start), start)
        if not chunk:
            return
        written.write(chunk)
        start += len(chunk)
