"""Corpora taken in and given out in memory: what the tests of the forms of exchange look at.

All models are made once, over nothing. A corpus then takes the place of the one before, and only what follows from it
is made anew: that takes a moment, so that property tests can do it many times.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from adp import models, queries, root, sqltext
from adp.config import Paths
from adp.models import Model
from loaders import base, raw_views

Record = dict[str, Any]
Row = dict[str, Any]
CORPUS = "mine"
JSON_COLUMNS = ("arguments", "details", "tools", "annotations", "viewport")


class Exchange:
    """A warehouse in memory that holds one corpus at a time."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        datasets = {f"{models.SOURCE_LAYER}.{name}" for name in base.DATASETS}
        self.models = models.present(models.load(root() / "sql"), datasets)
        run = self.con.execute
        run((root() / "sql" / "schemas.sql").read_text())
        run((root() / "sql" / "macros.sql").read_text())
        with TemporaryDirectory() as folder:
            views = raw_views.text(Paths(Path(folder) / "adp.db", Path(folder) / "data"))
        for statement in sqltext.statements(views):
            run(statement.sql)
        run("drop view raw.corpora; create table raw.corpora (dataset varchar, identifier varchar, format varchar)")
        for loader in base.FORMATS.values():
            columns = ", ".join(f'"{name}" {kind}' for name, kind in loader.raw_columns.items())
            run(f"drop view raw.{loader.identifier}; create table raw.{loader.identifier} ({columns})")
        for model in self.models:
            run(model.sql).fetchall()
        self.format = ""
        self.trains = False

    def take(self, form: str, *records: Record, corpus: str = CORPUS, trains: bool = False) -> "Exchange":
        """Take records in, in place of those before; with `trains` sft.exclusions is made anew, too."""
        self.trains = trains
        loader = base.find(form)
        run = self.con.execute
        for known in {base.identifier(self.format or form), loader.identifier}:
            run(f"delete from raw.{known}")
        run("delete from raw.corpora")
        run("insert into raw.corpora values (?, ?, ?)", [corpus, base.identifier(corpus), loader.dataset])
        shape = json.dumps({name: json.loads(loader.shape(name)) for name in loader.fields})
        seen: Counter[str] = Counter()
        rows = []
        for number, record in enumerate(records, start=1):
            given = [record[name] for name in loader.source_id if record.get(name) is not None]
            source_id = str(given[0]) if given else str(loader.default_id).format(split="test", row=number - 1)
            seen[source_id] += 1
            extra = {name: value for name, value in record.items() if name not in loader.fields}
            known_part = json.dumps({name: value for name, value in record.items() if name in loader.fields})
            rows.append(
                [number, corpus, number, source_id, seen[source_id], json.dumps(extra) if extra else None, known_part]
            )
        if rows:
            values = ", ".join("(?, ?, ?, ?, ?, ?::json, ?)" for _ in rows)
            run(
                f"insert into raw.{loader.identifier} by name"
                " select record, corpus, 'test.jsonl' as source_file, source_row, source_id, occurrence, raw_extra,"
                f" unnest(from_json(told, '{shape}')) from (values {values})"
                " as t (record, corpus, source_row, source_id, occurrence, raw_extra, told)",
                [value for row in rows for value in row],
            )
        for model in self._changed({base.identifier(self.format or form), loader.identifier}):
            run(model.sql).fetchall()
        self.format = loader.dataset
        return self

    def _changed(self, formats: set[str]) -> list[Model]:
        """The tables that have to be made anew."""
        reached = models.downstream(self.models, ["raw.corpora", *(f"raw.{known}" for known in formats)])
        read = ["sft.std", "sft.atif", "standard.datasets", *(["sft.exclusions"] if self.trains else [])]
        wanted = models.upstream(self.models, read)
        return [model for model in self.models if model.kind == "table" and model.name in reached & wanted]

    def steps(self, source_id: str) -> list[Row]:
        """The steps of a trajectory in order."""
        return self._rows("from standard.steps where trajectory_id = ? order by step_index", f"{CORPUS}/{source_id}")

    def trajectory(self, source_id: str) -> Row:
        """The row of a trajectory."""
        (found,) = self._rows("from standard.trajectories where trajectory_id = ?", f"{CORPUS}/{source_id}")
        return found

    def tools(self, source_id: str) -> dict[str, Any]:
        """The parameters of the tools that a trajectory has, by name."""
        rows = self._rows(
            "from standard.tools join standard.trajectories using (toolset_id) select name, tools.parameters"
            " where trajectory_id = ?",
            f"{CORPUS}/{source_id}",
        )
        return {row["name"]: json.loads(row["parameters"]) for row in rows}

    def reasons(self, target: str) -> dict[str, str]:
        """Why trajectories are missing from a target."""
        rows = self._rows("from sft.exclusions where target = ?", target)
        return {row["trajectory_id"].removeprefix(f"{CORPUS}/"): row["reason"] for row in rows}

    def std(self) -> list[Record]:
        """What is given out in ADP's form, in order."""
        rows = self.con.execute(
            "select to_json(record)::varchar from sft.std as record where dataset = ?", [CORPUS]
        ).fetchall()
        return [json.loads(text) for (text,) in rows]

    def atif(self) -> list[Record]:
        """What is given out as ATIF, in order."""
        rows = self.con.execute("select trajectory from sft.atif where dataset = ?", [CORPUS]).fetchall()
        return [json.loads(text) for (text,) in rows]

    def violations(self) -> dict[str, Any]:
        """Checks of the standard form that do not hold, with the first violation."""
        found = {}
        for query in queries.find("checks").values():
            if not query.reads("sft"):
                rows = self.con.execute(query.sql).fetchall()
                if rows:
                    found[query.name] = rows[0]
        return found

    def _rows(self, query: str, *parameters: object) -> list[Row]:
        found = (
            self.con.execute(f"select * replace (cast(recorded_at as varchar) as recorded_at) {query}", parameters)
            if (query.startswith("from standard.steps"))
            else self.con.execute(
                f"select * exclude (started_at) {query}" if query.startswith("from standard.trajectories") else query,
                parameters,
            )
        )
        names = [column[0] for column in found.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        for row in rows:
            for name in JSON_COLUMNS:
                if row.get(name) is not None:
                    row[name] = json.loads(row[name])
        return rows


@cache
def exchange() -> Exchange:
    """One for all tests: to make it takes seconds."""
    return Exchange()
