"""Staging tables of a few records, made in memory: what the tests of single datasets look at."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from adp import models, root
from adp.models import Model
from loaders.base import find
from loaders.images import COLUMNS

Record = dict[str, Any]
Row = dict[str, Any]
JSON_COLUMNS = ("annotations", "arguments", "details", "tools")


@dataclass(frozen=True)
class Staged:
    """The rows of a dataset's two staging tables, JSON columns as values."""

    dataset: str
    all_steps: list[Row]
    trajectories: list[Row]

    def steps(self, source_id: str) -> list[Row]:
        """The steps of a trajectory in order."""
        return [row for row in self.all_steps if row["trajectory_id"] == f"{self.dataset}/{source_id}"]

    def trajectory(self, source_id: str) -> Row:
        """The row of a trajectory."""
        (found,) = [row for row in self.trajectories if row["trajectory_id"] == f"{self.dataset}/{source_id}"]
        return found


def staged(dataset: str, *records: Record, images: Sequence[Record] = ()) -> Staged:
    """Land records in memory as the loader would and run the dataset's staging file over them.

    `images` are rows of the dataset's images, of which an image_key and a sha256 will do.
    """
    loader = find(dataset)
    con = _connection()
    columns = ", ".join(f'"{name}" {kind}' for name, kind in loader.raw_columns.items())
    con.execute(f"create or replace table raw.{loader.identifier} ({columns})")
    if loader.image_depth is not None:
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        con.execute(f"create or replace table raw.{loader.identifier}_images ({columns})")
        for image in images:
            values = [image.get(name) for name in COLUMNS]
            con.execute(f"insert into raw.{loader.identifier}_images values ({', '.join('?' * len(values))})", values)
    shape = json.dumps({name: json.loads(loader.shape(name)) for name in loader.fields})
    seen: Counter[str] = Counter()
    before = None
    for number, record in enumerate(records, start=1):
        given = [record[name] for name in loader.source_id if record.get(name) is not None]
        source_id = str(given[0]) if given else str(loader.default_id).format(split="test", row=number - 1)
        seen[source_id] += not (loader.step_per_line and source_id == before)  # adjacent lines are one trajectory
        before = source_id
        extra = {name: value for name, value in record.items() if name not in loader.fields}
        con.execute(
            f"insert into raw.{loader.identifier} by name "
            "select ? as record, 'test.jsonl' as source_file, ? as source_row, ? as source_id, ? as occurrence, "
            "? as raw_extra, unnest(from_json(?, ?))",
            [
                number,
                number,
                source_id,
                seen[source_id],
                json.dumps(extra) if extra else None,
                json.dumps(record),
                shape,
            ],
        )
    file = f"sql/staging/{loader.identifier}.sql"
    for shared in _shared(file):
        for other in shared.sources:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in find(other.split(".")[1]).raw_columns.items())
            con.execute(f"create table if not exists {other} ({columns})")
        con.execute(shared.sql)
    con.execute((root() / file).read_text()).fetchall()
    return Staged(
        dataset,
        _rows(con, f"from staging.{loader.identifier}_steps order by landing_index, step_index"),
        _rows(con, f"from staging.{loader.identifier}_trajectories order by landing_index"),
    )


@cache
def _shared(file: str) -> list[Model]:
    """The views of other files that the models of a staging file read."""
    found = models.load(root() / "sql")
    read = models.upstream(found, [model.name for model in found if model.file == file])
    return [model for model in found if model.layer == "staging" and model.name in read and model.file != file]


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One for all: making the macros takes as long as a test."""
    con = duckdb.connect()
    for file in ("schemas.sql", "macros.sql"):
        con.execute((root() / "sql" / file).read_text())
    con.execute("create table raw.rejections (dataset varchar, source_file varchar, source_row bigint)")
    return con


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """Rows as dictionaries, moments as seconds: to fetch them as they are takes a package of time zones."""
    described = con.execute(f"describe {query}").fetchall()
    moments = [f"epoch({name}) as {name}" for name, kind, *_ in described if kind == "TIMESTAMP WITH TIME ZONE"]
    select = f"select * replace ({', '.join(moments)}) " if moments else ""
    found = con.execute(select + query)
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for row in rows:
        for name in JSON_COLUMNS:
            if row.get(name) is not None:
                row[name] = json.loads(row[name])
    return rows
