"""Judging records: which lines are records of a dataset, and what is wrong with those that are not.

The same rules exist twice, and a property test holds them together. `structure_clears` looks at what DuckDB's
`json_structure` says of a record, and clears nearly all of them without reading a value in Python. `Judge` reads one
record with pydantic and is right in every case; it decides about the few that could not be cleared.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from adp.engine import duckdb
from loaders.base import Kind, Loader, Type

if TYPE_CHECKING:
    from pydantic import BaseModel

NULL = "NULL"
_SCALARS = {
    Kind.TEXT: {"VARCHAR", NULL},
    Kind.ID: {"VARCHAR", "UBIGINT", "BIGINT", NULL},
    Kind.PARTS: {"VARCHAR", NULL},
    Kind.BOOLEAN: {"BOOLEAN", NULL},
    Kind.BIGINT: {"UBIGINT", "BIGINT", NULL},
}
_FREE = (Kind.JSON, Kind.ANY_TEXT)
_INT64 = range(-(1 << 63), 1 << 63)
DEEPEST = 126
"""Objects and lists within each other: what DuckDB 2 can read."""
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


# ---------------------------------------------------------------- what json_structure shows


def structure_clears(structure: Any, kind: Type) -> bool:
    """Whether every value of this structure is of the type; where that cannot be told, no.

    `json_structure` merges the entries of a list, and says JSON of what has no common type.
    """
    if structure == NULL or (isinstance(kind, Kind) and kind in _FREE):
        return True
    if isinstance(kind, list):
        return isinstance(structure, list) and structure_clears(structure[0], kind[0])
    if isinstance(kind, dict):
        return isinstance(structure, dict) and all(
            structure_clears(inner, kind[name]) for name, inner in structure.items() if name in kind
        )
    if kind is Kind.PARTS and isinstance(structure, list):
        return True
    return isinstance(structure, str) and structure in _SCALARS[kind]


def record_clears(structure: Any, loader: Loader) -> bool:
    """Whether every record of this structure is a record of the dataset.

    A field that may come as JSON text is cleared as text: what the text holds is looked at on its own.
    """
    if not isinstance(structure, dict) or depth(structure, least="JSON") > DEEPEST:
        return False
    for name, inner in structure.items():
        field = loader.aliases.get(name, name)
        if field in loader.fields and not (
            structure_clears(inner, loader.fields[field]) or (field in loader.json_text and inner == "VARCHAR")
        ):
            return False
    present = {loader.aliases.get(name, name) for name, inner in structure.items() if inner != NULL}
    has_id = loader.default_id is not None or bool(present & set(loader.source_id))
    return has_id and present.issuperset(loader.required)


def depth(value: Any, least: Any = None) -> int:
    """How many objects and lists are within each other; `least` is a value that stands for one at least."""
    deepest, level = 0, [value]
    while level := [v for v in level if isinstance(v, dict | list) or (least is not None and v == least)]:
        deepest += 1
        level = [v for outer in level for v in _inside(outer)]
    return deepest


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def unnamed(structure: Mapping[str, Any], loader: Loader) -> set[str]:
    """The names at the top of a record that the schema does not have."""
    return {n for n, inner in structure.items() if loader.aliases.get(n, n) not in loader.fields and inner != NULL}


def has_more(structure: Any, kind: Type) -> bool:
    """Whether a value has names within it that its type does not have."""
    if isinstance(kind, list) and isinstance(structure, list):
        return has_more(structure[0], kind[0])
    if isinstance(kind, dict) and isinstance(structure, dict):
        return any(has_more(v, kind[n]) if n in kind else v != NULL for n, v in structure.items())
    return False


# ---------------------------------------------------------------- one record


class Rejected(ValueError):
    """Why a line is no record of the dataset."""


class Repeated(dict[str, Any]):
    """An object in which names come more than once; it holds the first value of each."""

    names: frozenset[str]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated = Repeated()
    seen: set[str] = set()
    for name, value in pairs:
        if name in repeated:
            seen.add(name)
        else:
            repeated[name] = value
    repeated.names = frozenset(seen)
    return repeated


def _whole(digits: str) -> int:
    # Python refuses to read a number of thousands of digits; such a one is out of every range anyway.
    return int(digits) if len(digits) < 1000 else int(digits[:1000])


def _first(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole)
# Of a key that comes twice in JSON text, DuckDB reads the first one and says nothing.
_inner_decoder = json.JSONDecoder(object_pairs_hook=_first, parse_int=_whole)


def _said(value: Any) -> str:
    """What a value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"


def record_model(loader: Loader) -> "type[BaseModel]":
    """The pydantic model of a record, made from the loader's fields."""
    from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator
    from pydantic_core import PydanticCustomError

    def expected(what: str, value: Any) -> PydanticCustomError:
        return PydanticCustomError("expected", "expected {what}, got {value}", {"what": what, "value": _said(value)})

    def check(kind: Kind) -> Callable[[Any], Any]:
        allowed: dict[Kind, Callable[[Any], bool]] = {
            Kind.TEXT: lambda v: isinstance(v, str),
            Kind.ID: lambda v: isinstance(v, str) or (isinstance(v, int) and not isinstance(v, bool)),
            Kind.PARTS: lambda v: isinstance(v, str | list),
            Kind.BOOLEAN: lambda v: isinstance(v, bool),
            Kind.BIGINT: lambda v: isinstance(v, int) and not isinstance(v, bool),
        }
        passes = allowed.get(kind, lambda _: True)

        def scalar(value: Any) -> Any:
            if value is not None and not passes(value):
                raise expected(kind.value, value)
            if kind is Kind.BIGINT and value is not None and value not in _INT64:
                raise PydanticCustomError("too_large", "does not fit into 64 bits")
            return value

        return scalar

    def check_list(value: Any) -> Any:
        if value is not None and not isinstance(value, list):
            raise expected("a list", value)
        return value

    class Base(BaseModel):
        model_config = ConfigDict(extra="allow", strict=True)

        @model_validator(mode="before")
        @classmethod
        def read(cls, value: Any) -> Any:
            """Objects only, and no field twice."""
            if not isinstance(value, dict):
                raise expected("an object", value)
            if isinstance(value, Repeated):
                known = {field.alias or name for name, field in cls.model_fields.items()}
                for name in sorted(value.names & known):
                    raise PydanticCustomError("repeated", "the key {name} comes twice", {"name": name})
            return value

    def annotation(kind: Type, title: str) -> Any:
        if isinstance(kind, list):
            inner = annotation(kind[0], title)
            return Annotated[list[inner] | None, BeforeValidator(check_list)]  # type: ignore[valid-type]
        if isinstance(kind, dict):
            return _objects(kind, title) | None
        return Annotated[Any, BeforeValidator(check(kind))]

    def _objects(kind: Mapping[str, Type], title: str) -> "type[BaseModel]":
        # The names of fields are data (one is called from): they are aliases of f0, f1, ...
        fields: dict[str, Any] = {
            f"f{number}": (annotation(inner, f"{title}_{name}"), Field(default=None, alias=name))
            for number, (name, inner) in enumerate(kind.items())
        }
        return create_model(title, __base__=Base, **fields)

    aliases = {name: loader.fields[field] for name, field in loader.aliases.items()}
    return _objects({**loader.fields, **aliases}, loader.identifier)


class Judge:
    """Decides about single records of one dataset."""

    def __init__(self, loader: Loader, con: "duckdb.DuckDBPyConnection") -> None:
        self.loader = loader
        self._con = con
        self._record = loader.record_model
        self._text_fields = [*loader.json_text, *(a for a, f in loader.aliases.items() if f in loader.json_text)]

    def reject_reason(self, line: bytes) -> str | None:
        """Why a line is no record, or None where it is one."""
        try:
            self._check(self._read(line.rstrip(b"\r\n")))
        except Rejected as error:
            return str(error)
        except RecursionError:
            return "nested too deeply"
        return None

    def _read(self, line: bytes) -> Any:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Rejected(f"not valid UTF-8 at byte {error.start + 1}") from error
        value = self._parse(text, _decoder)
        if _SURROGATE_ESCAPE.search(line):
            try:
                json.dumps(value, ensure_ascii=False).encode("utf-8")
            except UnicodeEncodeError as error:
                raise Rejected("half of a surrogate pair is no text") from error
        return value

    def _parse(self, text: str, decoder: json.JSONDecoder) -> Any:
        value = self._decoded(text, decoder)
        if depth(value) > DEEPEST:
            raise Rejected("nested too deeply")
        return value

    def _decoded(self, text: str, decoder: json.JSONDecoder) -> Any:
        try:
            return decoder.decode(text)
        except json.JSONDecodeError as error:
            # DuckDB reads a little more than JSON (a comma behind the last entry, for one). What it reads, lands.
            normal = self._normalised(text)
            if normal is None:
                raise Rejected(f"not JSON at character {error.pos + 1}: {_lowered(error.msg)}") from error
            return decoder.decode(normal)

    def _normalised(self, text: str) -> str | None:
        try:
            row = self._con.execute("select json(?::varchar)::varchar", [text]).fetchone()
        except duckdb.Error:
            return None
        return str(row[0]) if row and row[0] is not None else None

    def _check(self, value: Any) -> None:
        from pydantic import ValidationError

        loader = self.loader
        if not isinstance(value, dict):
            raise Rejected(f"expected an object, got {_said(value)}")
        record = value
        for name in self._text_fields:
            if isinstance(value.get(name), str):
                record = _copy(record)
                record[name] = self._inner(name, value[name])
        try:
            self._record.model_validate(record)
        except ValidationError as error:
            raise Rejected(_worded(error, loader)) from error
        for name in loader.required:
            if record.get(name) is None and record.get(loader.published.get(name, name)) is None:
                raise Rejected(f"{name}: missing")
        if loader.default_id is None and all(record.get(name) is None for name in loader.source_id):
            raise Rejected(f"{loader.source_id[0]}: missing")

    def _inner(self, field: str, text: str) -> Any:
        try:
            return self._parse(text, _inner_decoder)
        except Rejected as error:
            raise Rejected(f"{field}: {error}") from error


def _copy(record: dict[str, Any]) -> dict[str, Any]:
    copied = Repeated(record) if isinstance(record, Repeated) else dict(record)
    if isinstance(copied, Repeated) and isinstance(record, Repeated):
        copied.names = record.names
    return copied


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:].removesuffix(" at")


def _worded(error: Any, loader: Loader) -> str:
    """The first problem that pydantic found, as `messages[3].content: expected text, got a number`."""
    first = error.errors(include_url=False)[0]
    where = ""
    for step in first["loc"]:
        if isinstance(step, int):
            where += f"[{step}]"
        elif not _is_model_name(str(step), loader):
            where += f".{step}" if where else str(step)
    return f"{where}: {first['msg']}" if where else str(first["msg"])


def _is_model_name(step: str, loader: Loader) -> bool:
    return step.startswith(loader.identifier)
