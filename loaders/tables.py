"""Landing one Parquet file: as it is where its columns fit, converted by DuckDB where a field is JSON text."""

import array
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from adp import sqltext
from adp.engine import duckdb
from adp.errors import UserError
from adp.sqltext import literal, name
from loaders import base, containers, lines, parts
from loaders.base import RAW_EXTRA, Loader
from loaders.lines import READING, ROW_GROUP_BYTES, Session, keep_suspects, of_structures, parsed
from loaders.records import DEEPEST, Judge, depth, has_more, structure_clears

Reject = Callable[[str, int, str, str], None]
"""Called with the file's name, the row, the reason and the text of a record that cannot be read."""

_NAMES = {
    "string": "VARCHAR", "large_string": "VARCHAR", "string_view": "VARCHAR", "bool": "BOOLEAN", "int8": "TINYINT",
    "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT", "uint8": "UTINYINT", "uint16": "USMALLINT",
    "uint32": "UINTEGER", "uint64": "UBIGINT", "null": parts.NULL, "extension<arrow.json>": "JSON",
}  # fmt: skip


@dataclass
class Landed:
    """A Parquet file, landed."""

    records: int
    rejected: int
    encoded: bool
    """Whether it was converted; otherwise the landed file is the dump's own."""
    columns: dict[str, Any]
    source_rows: "array.array[int] | None"


def land(
    loader: Loader,
    session: Session,
    given: str,
    path: Path,
    target: Path,
    limit: int | None,
    linked: bool,
    reject: Reject,
) -> Landed:
    """Land a Parquet file; `given` is its portable name, `linked` allows a hard link instead of a copy."""
    run = _Run(loader, session, given, path, target)
    try:
        if limit is None and run.fits:
            if linked:
                _link(path, target)
            else:
                shutil.copyfile(path, target)
            return Landed(run.rows, 0, False, run.shapes, None)
        try:
            return run.convert(limit, reject)
        except READING:
            session.restart()
            return run.convert_lines(limit, reject)
    except (duckdb.Error, UnicodeDecodeError) as error:
        why = str(error).splitlines()[0]
        raise UserError(
            f"{given} cannot be read to its end: {why}. A Parquet file cannot be read in part: 0 records could be read;"
            " what was landed before stays"
        ) from error


class _Run:
    def __init__(self, loader: Loader, session: Session, given: str, path: Path, target: Path) -> None:
        self.loader = loader
        self.session = session
        self.given = given
        self.path = path
        self.target = target
        try:
            file = pq.ParquetFile(path)
            self.rows = int(file.metadata.num_rows)
            groups = range(file.metadata.num_row_groups)
            self.size = sum(file.metadata.row_group(group).total_byte_size for group in groups)
            self.shapes = {column.name: shape(column.type) for column in file.schema_arrow}
        except (pa.ArrowException, OSError) as error:
            raise UserError(
                f"{given} cannot be read to its end: {str(error).rstrip('.')}. Without its last bytes nothing in a"
                " Parquet file can be found: 0 records could be read; what was landed before stays"
            ) from error
        self.values = parts.field_values(loader, self.shapes)
        self.text = self._text_columns()
        self._check_columns()
        if self.rows == 0:
            raise UserError(f"{given} holds no record")

    def _text_columns(self) -> dict[str, str]:
        """Columns that hold JSON text, and their fields."""
        given = {column: self.loader.aliases.get(column, column) for column in self.shapes}
        return {c: f for c, f in given.items() if f in self.loader.json_text and self.shapes[c] == "VARCHAR"}

    def _check_columns(self) -> None:
        loader = self.loader
        present = {loader.aliases.get(column, column) for column in self.shapes}
        for field, value in self.values.items():
            if value is None and field not in self.text.values():
                column = field if field in self.shapes else loader.published[field]
                raise UserError(
                    f"{self.given} is no dump of {loader.dataset}: its column {column} is"
                    f" {_said(self.shapes[column])}, expected {_said(base.json_shape(loader.fields[field]))}"
                )
        missing = [field for field in loader.required if field not in present]
        if loader.default_id is None and not present & set(loader.source_id):
            missing.append(loader.source_id[0])
        if missing:
            raise UserError(
                f"{self.given} is no dump of {loader.dataset}: it has no column {missing[0]}, only"
                f" {', '.join(list(self.shapes)[:20])}"
            )

    # ------------------------------------------------------------ as it is

    @property
    def fits(self) -> bool:
        """Whether every row can be read as it stands; this reads the file to its end."""
        if self.text:
            return False
        row = self.session.con.execute(f"select count(*) filter (where {self._lacking}) from {self._file}").fetchone()
        return row is not None and row[0] == 0

    @property
    def _file(self) -> str:
        return f"read_parquet({sqltext.path(self.path)}, file_row_number = true)"

    @property
    def _lacking(self) -> str:
        """SQL: whether a row lacks what a record needs. What the text of a field holds is looked at apart."""
        loader = self.loader
        columns = [self._given(field) for field in loader.required]
        ids = [column for field in loader.source_id for column in self._given(field)]
        if loader.default_id is None:
            columns.append(ids)
        return " or ".join(f"coalesce({', '.join(map(name, given))}) is null" for given in columns) or "false"

    def _given(self, field: str) -> list[str]:
        return [c for c in (field, self.loader.published.get(field)) if c is not None and c in self.shapes]

    # ------------------------------------------------------------ converted

    def convert(self, limit: int | None, reject: Reject) -> Landed:
        """Write the rows that can be read to a Parquet file of the dataset's schema."""
        within = f"file_row_number < {limit}" if limit is not None else "true"
        more: dict[str, set[str]] = {}
        rejected = self._judge(within, more)
        values = dict(self.values)
        for field in {*self.text.values()}:
            values[field] = self._text_value(field, bool(rejected))
        listed = ", ".join(f"{value} as {name(field)}" for field, value in values.items())
        known = {*self.loader.fields, *self.loader.aliases}
        extras = {c: f"to_json({name(c)})" for c, s in self.shapes.items() if c not in known and s != parts.NULL}
        for column in sorted(more):
            text = f"({_json_only(name(column))})" if rejected else name(column)
            extras[column] = f"case when {of_structures(text, more[column])} then {text}::json end"
        columns = {field: base.json_shape(kind) for field, kind in self.loader.fields.items()}
        if extras:
            listed += f", {parts.extra(extras)} as {name(RAW_EXTRA)}"
            columns[RAW_EXTRA] = "JSON"
        query = f"select {listed} from {self._file} where {within}"
        if rejected:
            # A join against the rejected rows would be simpler, and would not keep the order.
            kept = "".join("0" if row in rejected else "1" for row in range(1, self.rows + 1))
            query += f" and get_bit({literal(kept)}::bit, file_row_number::integer) = 1"
        written = self.session.copy(query, self.target, max(1, ROW_GROUP_BYTES * self.rows // max(1, self.size)))
        for row, (reason, text) in sorted(rejected.items()):
            reject(self.given, row, reason, text)
        total = self.rows if limit is None else min(limit, self.rows)
        rows = array.array("q", (row for row in range(1, total + 1) if row not in rejected)) if rejected else None
        return Landed(written, len(rejected), True, columns, rows)

    def convert_lines(self, limit: int | None, reject: Reject) -> Landed:
        """Do it by way of JSON lines, every one of them judged: JSON text can be more than DuckDB can look at."""
        path = self.target.with_suffix(".jsonl")
        record = ", ".join(f"{literal(c)}: {name(c)}" for c in self.shapes)
        within = f" limit {limit}" if limit is not None else ""
        lines.write_lines(self.session, f"select to_json({{{record}}})::varchar from {self._file}{within}", path)
        seen = containers.scan(path)
        landed = lines.land(self.loader, self.session, path, self.target, lambda: seen)
        with path.open("rb") as file:
            for rejection in landed.rejections:
                reject(self.given, rejection.row, rejection.reason, rejection.text(file))
        path.unlink()
        return Landed(landed.records, len(landed.rejections), True, landed.columns, landed.source_rows)

    def _text_value(self, field: str, guarded: bool) -> str:
        """SQL for a field of which one column at least is JSON text; some of it may be none where `guarded`."""
        found = []
        for column in self._given(field):
            if column in self.text:
                text = _json_only(name(column)) if guarded else name(column)
                found.append(f"from_json({text}, {literal(self.loader.shape(field))})")
            else:
                kind = self.loader.fields[field]
                found.append(str(parts.adapted(name(column), self.shapes[column], kind)))
        return parts.coalesced(found, self.loader.columns[field])

    def _judge(self, within: str, more: dict[str, set[str]]) -> dict[int, tuple[str, str]]:
        """Reason and text of the rows, from 1, that are no records; their structure or the judge clears the others.

        Structures of JSON text that has more in it than the schema are added to `more`, by column.
        """
        texts = list(self.text)
        try:
            found = self._structures(within, guarded=False)
            guarded = False
        except (duckdb.Error, UnicodeDecodeError):
            # Some text is no JSON at all; asking for that beforehand would cost a second look at every text.
            self.session.restart()
            found = self._structures(within, guarded=True)
            guarded = True
        suspects = []
        for lacking, *structures in found:
            if lacking == "true" or not all(map(self._clears, texts, structures)):
                suspects.append((lacking, *structures))
            for column, structure in zip(texts, structures, strict=True):
                if has_more(parsed(structure), self.loader.fields[self.text[column]]):
                    more.setdefault(column, set()).add(structure)
        if not suspects:
            return {}
        same = keep_suspects(self.session.con, suspects)
        record = ", ".join(f"{literal(c)}: {name(c)}" for c in self.shapes)
        cursor = self.session.con.execute(
            f"select file_row_number + 1, to_json({{{record}}}) from {self._looked_at(within, guarded)} as found"
            f" semi join suspects on {same}"
        )
        judge = Judge(self.loader, self.session.con.cursor())
        rejected: dict[int, tuple[str, str]] = {}
        while rows := cursor.fetchmany(100):
            for row, text in rows:
                reason = judge.reject_reason(text.encode())
                if reason is not None:
                    rejected[row] = reason, text
        return rejected

    def _structures(self, within: str, guarded: bool) -> list[tuple[Any, ...]]:
        columns = ", ".join(f"s{number}" for number in range(len(self.text) + 1))
        query = f"select distinct {columns} from {self._looked_at(within, guarded)}"
        return self.session.con.execute(query).fetchall()

    def _looked_at(self, within: str, guarded: bool) -> str:
        """SQL for the rows with what they lack and the structures of their JSON texts."""
        listed = [f"({self._lacking})::varchar as s0"]
        for number, column in enumerate(map(name, self.text), 1):
            structure = f"json_structure({column})::varchar"
            if guarded:
                structure = (
                    f"case when json_valid({column}) then {structure} when {column} is not null then 'no JSON' end"
                )
            listed.append(f"{structure} as s{number}")
        return f"(select {', '.join(listed)}, * from {self._file} where {within})"

    def _clears(self, column: str, structure: str | None) -> bool:
        found = parsed(structure)
        return structure is None or (
            depth(found, least="JSON") <= DEEPEST and structure_clears(found, self.loader.fields[self.text[column]])
        )


def _json_only(text: str) -> str:
    # A filter does not keep DuckDB from looking at the rows that it leaves out.
    return f"case when json_valid({text}) then {text} end"


def _link(path: Path, target: Path) -> None:
    try:
        os.link(path.resolve(), target)
    except OSError:
        shutil.copyfile(path, target)


def shape(kind: pa.DataType) -> Any:
    """The shape of an Arrow type, as DuckDB reads it from Parquet."""
    if pa.types.is_dictionary(kind):
        return shape(kind.value_type)
    if pa.types.is_struct(kind):
        return {field.name: shape(field.type) for field in kind}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return [shape(kind.value_type)]
    return _NAMES.get(str(kind), str(kind).upper())


def _said(found: Any) -> str:
    if isinstance(found, list):
        return "a list"
    if isinstance(found, Mapping):
        return "a struct"
    return str(found)
