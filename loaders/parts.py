"""Reading a landed part: the SQL that turns one Parquet file into rows of `raw.<dataset>`.

What stands in the file is what the dump had. The landing columns are added here: a record's number and row follow from
its place in the file, and where they do not, from the lists in the small file beside it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Formatter
from typing import Any, TypeAlias

from adp.sqltext import literal, name, path, paths
from loaders.base import CORPUS, LANDING_COLUMNS, RAW_EXTRA, Kind, Loader, Type, duckdb_type, json_shape
from loaders.manifest import Part

Shape: TypeAlias = Any
"""A DuckDB type as JSON: its name, [inner] for a list, {name: inner} for a struct."""

NULL = "NULL"
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_NUMBERED = {*_WHOLE, "UBIGINT", "HUGEINT"}
_PART, _ROWS, _FILE = "part", "beside", "file_index"


def adapted(value: str, shape: Shape, kind: Type, depth: int = 0) -> str | None:
    """SQL that gives a value of this shape the type of a field; None where it would have to be looked into."""
    if shape == NULL:
        return f"null::{duckdb_type(kind)}"
    if _same(shape, json_shape(kind)):
        return value
    if isinstance(kind, list):
        entry = f"e{depth}"
        inner = adapted(entry, shape[0], kind[0], depth + 1) if isinstance(shape, list) else None
        return inner and f"list_transform({value}, lambda {entry}: {inner})"
    if isinstance(kind, dict):
        if not isinstance(shape, dict):
            return None
        fields = []
        for field, inner_kind in kind.items():
            inner = adapted(f"{value}.{name(field)}", shape.get(field, NULL), inner_kind, depth)
            if inner is None:
                return None
            fields.append(f"{literal(field)}: {inner}")
        return f"case when {value} is not null then {{{', '.join(fields)}}} end"
    return _adapted_scalar(value, shape, kind)


def _adapted_scalar(value: str, shape: Shape, kind: Kind) -> str | None:
    as_json = f"to_json({value})"
    if kind is Kind.JSON:
        # A column of text may hold JSON or plain words; both land as JSON.
        return f"case when json_valid({value}) then {value}::json else {as_json} end" if shape == "VARCHAR" else as_json
    if kind is Kind.ID and shape in _NUMBERED:
        return f"{value}::varchar"
    if kind is Kind.ANY_TEXT or (kind is Kind.PARTS and isinstance(shape, list)):
        return f"{as_json}::varchar"
    if kind is Kind.BIGINT and shape in _WHOLE:
        return f"{value}::bigint"
    return None


def _same(one: Shape, other: Shape) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return _same(one[0], other[0])
    return bool(one == other)


def field_values(loader: Loader, shapes: Mapping[str, Shape], table: str = "") -> dict[str, str | None]:
    """For each field of the dataset the SQL that reads it from columns of these shapes; None where none can."""
    values: dict[str, str | None] = {}
    for field, kind in loader.fields.items():
        given = [column for column in (field, loader.published.get(field)) if column in shapes]
        found = [adapted(table + name(str(column)), shapes[str(column)], kind) for column in given]
        values[field] = None if None in found else coalesced([str(v) for v in found], duckdb_type(kind))
    return values


def coalesced(values: list[str], kind: str) -> str:
    """The first of some values that is not null, as one of a type where there are none."""
    if len(values) > 1:
        return f"coalesce({', '.join(values)})"
    return values[0] if values else f"null::{kind}"


def extra(values: Mapping[str, str]) -> str:
    """SQL for a JSON object of what is not null among some JSON values."""
    if not values:
        return "null::json"
    entries = ", ".join(f"{literal(_json_name(key))} || ({value})::varchar" for key, value in values.items())
    present = f"list_filter([{entries}], lambda e: e is not null)"
    return f"nullif('{{' || array_to_string({present}, ',') || '}}', '{{}}')::json"


def _json_name(key: str) -> str:
    return json.dumps(key, ensure_ascii=False) + ":"


def groups(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Parts that one scan can read: neighbours with the same columns and nothing beside them."""
    group: list[Part] = []
    for part in parts:
        alone = part.rows is not None or _FILE in part.columns
        if group and (alone or group[0].rows is not None or not _alike(group[0], part)):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _alike(one: Part, other: Part) -> bool:
    return one.encoded == other.encoded and _same(one.columns, other.columns)


def select(loader: Loader, group: Sequence[Part], folder: str | Path, columns: Iterable[str] | None = None) -> str:
    """The rows of a group of parts, in order, with the columns of `raw.<dataset>` or some of them."""
    first = group[0]
    wanted = list(loader.raw_columns if columns is None else columns)
    values = field_values(loader, first.columns, f"{_PART}.")
    place = f"{_PART}.file_row_number"
    row = f"{_ROWS}.source_rows[{place} + 1]" if "source_rows" in first.rows_hold else f"({place} + 1)"
    every: dict[str, str | None] = {
        "record": f"{place} + {_each([str(part.first_record) for part in group])}",
        "source_file": _each([literal(part.source_file) for part in group]),
        "source_row": row,
        "source_id": _source_id(loader, values, group, row),
        "occurrence": f"{_ROWS}.occurrences[{place} + 1]" if "occurrences" in first.rows_hold else "1",
        CORPUS: literal(loader.corpus) if loader.corpus is not None else None,
        **values,
        RAW_EXTRA: _extra(loader, first),
    }
    listed = ",\n    ".join(_column(column, str(every[column])) for column in wanted)
    beside = ""
    if first.rows is not None and any(f"{_ROWS}." in str(every[column]) for column in wanted):
        beside = f"\ncross join (from read_parquet({path(f'{folder}/{first.rows}')})) as {_ROWS}"
    files = paths(f"{folder}/{part.file}" for part in group)
    return f"select\n    {listed}\nfrom read_parquet({files}, file_row_number = true) as {_PART}{beside}"


def _each(values: list[str]) -> str:
    """SQL for a value that each file of a group has its own of."""
    if len(set(values)) == 1:
        return values[0]
    return f"[{', '.join(values)}][{_PART}.{_FILE}::bigint + 1]"


def _source_id(loader: Loader, values: Mapping[str, str | None], group: Sequence[Part], row: str) -> str:
    found = [str(values[field]) for field in loader.source_id if values[field] and field in group[0].columns]
    if loader.default_id is not None:
        made = {
            "split": _each([literal(part.split) for part in group]),
            "row": f"({row} + {_each([str(part.split_rows - 1) for part in group])})::varchar",
        }
        pieces: list[str] = []
        for text, field, _, _ in Formatter().parse(loader.default_id):
            pieces += [literal(text)] if text else []
            pieces += [made[field]] if field else []
        found.append(" || ".join(pieces))
    return coalesced(found, "VARCHAR")


def _column(column: str, value: str) -> str:
    if column in LANDING_COLUMNS:
        value = f"({value})::{LANDING_COLUMNS[column]}"
    return f"{value} as {name(column)}"


def _extra(loader: Loader, part: Part) -> str:
    if part.encoded:
        return f"{_PART}.{name(RAW_EXTRA)}" if RAW_EXTRA in part.columns else "null::json"
    known = {*loader.fields, *loader.aliases}
    beyond = [column for column, shape in part.columns.items() if column not in known and shape != NULL]
    return extra({column: f"to_json({_PART}.{name(column)})" for column in beyond})


def empty(loader: Loader) -> str:
    """No rows, with the columns of `raw.<dataset>`."""
    return empty_select(loader.raw_columns)


def empty_select(columns: Mapping[str, str]) -> str:
    """No rows, with columns of these types."""
    listed = ",\n    ".join(f"null::{kind} as {name(column)}" for column, kind in columns.items())
    return f"select\n    {listed}\nwhere false"
