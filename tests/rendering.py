"""Trajectories written by hand, as staging would hold them, and what the models above make of them.

    warehouse.add("swe-smith/1", user("Fix it."), bash("ls"), result("a.py"), call("submit"))
    warehouse.records("openhands")

where `warehouse` is the fixture: one for all tests, since views take longer to make than to run, and empty for each.

The order of the steps gives step_index, turn_index, the ids of calls, and which call a result answers.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from adp import models, root
from adp.models import Model

SQL = root() / "sql"
STEP_COLUMNS = {
    "trajectory_id": "varchar",
    "dataset": "varchar",
    "landing_index": "bigint",
    "step_index": "integer",
    "turn_index": "integer",
    "class": "varchar",
    "kind": "varchar",
    "source": "varchar",
    "content": "varchar",
    "function": "varchar",
    "arguments": "json",
    "language": "varchar",
    "thought": "varchar",
    "reasoning": "varchar",
    "tool_call_id": "varchar",
    "name": "varchar",
    "url": "varchar",
    "html": "varchar",
    "axtree": "varchar",
    "reward": "double",
    "trainable": "boolean",
    "recorded_at": "timestamptz",
    "details": "json",
}
TRAJECTORY_COLUMNS = {
    "trajectory_id": "varchar",
    "dataset": "varchar",
    "landing_index": "bigint",
    "source_id": "varchar",
    "outcome": "boolean",
    "exclusion": "varchar",
    "exclusion_detail": "varchar",
    "tools": "json",
    "details": "json",
}
TASK_COLUMNS = {
    "dataset": "varchar",
    "landing_index": "bigint",
    "source_id": "varchar",
    "source_file": "varchar",
    "source_row": "bigint",
    "task_id": "varchar",
    "task_name": "varchar",
    "source_split": "varchar",
    "prompt": "varchar",
    "reference": "varchar",
    "exclusion": "varchar",
    "draw": "varchar",
}

ANNOTATION_COLUMNS = {
    "trajectory_id": "varchar",
    "dataset": "varchar",
    "landing_index": "bigint",
    "turn_position": "integer",
    "annotator": "varchar",
    "tasks": "varchar[]",
    "label": "json",
    "status": "varchar",
    "accepted": "boolean[]",
    "help_needed": "boolean",
}
JUDGEMENT_COLUMNS = {
    "judgement_id": "varchar",
    "dataset": "varchar",
    "landing_index": "bigint",
    "source_file": "varchar",
    "source_row": "bigint",
    "judge": "varchar",
    "subject": "varchar",
    "row_id": "varchar",
    "accepted": "boolean",
    "thought": "varchar",
}
SCENE_COLUMNS = {"dataset": "varchar", "scene_id": "varchar", "source_file": "varchar", "source_row": "bigint"}
OTHER_TABLES = {
    "staging.proactive_judgements_annotations": JUDGEMENT_COLUMNS,
    "staging.proactive_scenes_tasks": SCENE_COLUMNS,
}


@dataclass(frozen=True)
class Step:
    """One step, without what follows from its place."""

    values: dict[str, Any] = field(default_factory=dict)
    same_turn: bool = False  # as the action before it
    answers: int | None = None  # how many calls back the call is that this is the result of

    def in_same_turn(self) -> "Step":
        """The same action as a further one of the model call before it."""
        return Step(self.values, True, self.answers)

    def as_context(self) -> "Step":
        """The same step, marked as one that must not be learnt from."""
        return Step({**self.values, "trainable": False}, self.same_turn, self.answers)


def user(text: str) -> Step:
    """The user speaks."""
    return Step({"class": "text_observation", "source": "user", "content": text})


def result(text: str, back: int = 1) -> Step:
    """The environment answers a call: by default the last one."""
    return Step({"class": "text_observation", "source": "environment", "content": text}, answers=back)


def notice(text: str) -> Step:
    """The environment speaks without being asked."""
    return Step({"class": "text_observation", "source": "environment", "content": text})


def page(axtree: str | None, url: str | None = None, answers: bool = False) -> Step:
    """The browser shows a page, at first or as the result of the last call."""
    values = {"class": "web_observation", "source": "environment", "axtree": axtree, "url": url}
    return Step(values, answers=1 if answers else None)


def say(text: str, thought: str | None = None) -> Step:
    """The agent speaks."""
    return Step({"class": "message_action", "content": text, "thought": thought})


def code(language: str, text: str, thought: str | None = None) -> Step:
    """The agent runs code."""
    return Step({"class": "code_action", "language": language, "content": text, "thought": thought})


def bash(text: str, thought: str | None = None) -> Step:
    """The agent runs a command."""
    return code("bash", text, thought)


def call(function: str, arguments: dict[str, Any] | str | None = None, thought: str | None = None) -> Step:
    """The agent calls a function; arguments as a string are JSON text."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
    return Step({"class": "api_action", "function": function, "arguments": text, "thought": thought})


class Warehouse:
    """The models above staging, over trajectories written by hand."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        for schema in ("raw", "seeds", "staging", "standard", "sft"):
            self.con.execute(f"create schema {schema}")
        self.con.execute(
            """
            create table raw.system_prompts
                (target varchar, text varchar, task_frame varchar, origin varchar, package varchar, version varchar);
            create table raw.agent_tools
                (target varchar, name varchar, description varchar, parameters json, origin varchar, package varchar,
                version varchar);
            create table raw.rejections
                (dataset varchar, source_file varchar, source_row bigint, reason varchar, raw_text varchar);
            create table raw.corpora (dataset varchar, identifier varchar, format varchar);
            create table raw.landings (dataset varchar, source varchar, licence varchar);
            create table raw.derived_record_tokens (
                target varchar, dataset varchar, tokenizer varchar, id varchar, trajectory_id varchar, tokens bigint
            );
            create table raw.derived_token_counts (content_hash varchar, tokenizer varchar, tokens bigint);
            create table raw.derived_axtrees (
                html_hash varchar, axtree varchar, elements struct(xpath varchar, bid varchar)[], reason varchar,
                browser varchar, flattener varchar, rendered_at timestamp
            );
            """
        )
        for name in staging_tables():
            ends = {
                **OTHER_TABLES,
                "_steps": STEP_COLUMNS,
                "_tasks": TASK_COLUMNS,
                "_annotations": ANNOTATION_COLUMNS,
            }
            wanted = next((columns for end, columns in ends.items() if name.endswith(end)), TRAJECTORY_COLUMNS)
            self.con.execute(f"create table {name} ({', '.join(f'{c} {t}' for c, t in wanted.items())})")
        self.con.execute((SQL / "macros.sql").read_text())
        self.tables: list[Model] = []
        for model in above_staging():
            # To plan a view takes longer than all else: those over the tables of all datasets, and those that exports
            # and checks read as tables, are tables.
            kept = model.layer != "seeds" and (_stacks(model) or model.name in self._kept_views())
            made = as_table(model) if kept else model
            self.con.execute(made.sql).fetchall()
            if made.kind == "table":
                self.tables.append(made)
        self.stale: set[str] = set()
        self.hollow = {model.name for model in self.tables if model.needs}
        self.landed = 0
        self.filled: set[str] = set()  # tables of staging

    def _kept_views(self) -> set[str]:
        """Views that exports and checks read as tables."""
        return {name for (name,) in self.con.execute("from seeds.kept_views select relation").fetchall()}

    def clear(self) -> "Warehouse":
        """Forget all trajectories and stored prompts."""
        for name in (*self.filled, "raw.system_prompts", "raw.agent_tools"):
            self.con.execute(f"delete from {name}")
        self.filled.clear()
        self.stale = {model.name for model in self.tables}
        self.landed = 0
        return self

    def add(
        self,
        trajectory_id: str,
        *steps: Step,
        tools: list[dict[str, Any]] | None = None,
        exclusion: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> "Warehouse":
        """One more trajectory, behind those that are there."""
        dataset = trajectory_id.split("/")[0]
        identifier = dataset.replace("-", "_")
        self.landed += 1
        self._insert(
            f"staging.{identifier}_trajectories",
            TRAJECTORY_COLUMNS,
            {
                "trajectory_id": trajectory_id,
                "dataset": dataset,
                "landing_index": self.landed,
                "source_id": trajectory_id.split("/", 1)[1],
                "exclusion": exclusion,
                "tools": None if tools is None else json.dumps(tools),
                "details": None if details is None else json.dumps(details),
            },
        )
        for row in numbered(steps):
            common = {"trajectory_id": trajectory_id, "dataset": dataset, "landing_index": self.landed}
            self._insert(f"staging.{identifier}_steps", STEP_COLUMNS, common | row)
        self.stale = {model.name for model in self.tables}
        return self

    def build(self) -> "Warehouse":
        """Make all tables anew."""
        for model in self.tables:
            self.con.execute(model.sql).fetchall()
        self.stale.clear()
        self.hollow.clear()
        return self

    def restack(self) -> None:
        """Make just those tables anew that put those of staging together, after these were changed behind our back."""
        for model in self.tables:
            if _stacks(model):
                self.con.execute(model.sql).fetchall()

    def rows(self, query: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query, after making those tables anew that it reads, directly or not."""
        if self.stale:
            read = models.upstream(list(above_staging()), re.findall(r"\b(?:standard|sft)\.\w+", query))
            for model in self.tables:
                if model.name in self.stale & read:
                    self._make(model)
        return self.con.execute(query, list(parameters)).fetchall()

    def _make(self, model: Model) -> None:
        """Make a table anew, unless it has no rows and what it needs is not there."""
        needed = tuple(f"staging.{name.removeprefix('raw.')}_" for name in model.needs)
        is_hollow = bool(needed) and not any(name.startswith(needed) for name in self.filled)
        if not (is_hollow and model.name in self.hollow):
            self.con.execute(model.sql).fetchall()
        self.hollow = self.hollow | {model.name} if is_hollow else self.hollow - {model.name}
        self.stale.remove(model.name)

    def records(self, target: str) -> list[dict[str, Any]]:
        """The records of a target, JSON decoded."""
        rows = self.rows(f"select cast(to_json(record) as varchar) from sft.{target} as record")
        return [json.loads(row[0]) for row in rows]

    def texts(self, target: str) -> list[str]:
        """The turns of the only record of a target."""
        (record,) = self.records(target)
        return [turn["value"] for turn in record["conversations"]]

    def reasons(self, target: str) -> dict[str, tuple[str, str | None]]:
        """Reason and detail by trajectory, of those that a target leaves out."""
        rows = self.rows("from sft.exclusions select trajectory_id, reason, detail where target = ?", [target])
        return {trajectory_id: (reason, detail) for trajectory_id, reason, detail in rows}

    def evaluate(self, expression: str, *parameters: Any) -> Any:
        """The value of an SQL expression."""
        (row,) = self.con.execute(f"select {expression}", list(parameters)).fetchall()
        return row[0]

    def _insert(self, table: str, wanted: dict[str, str], row: dict[str, Any]) -> None:
        self.filled.add(table)
        marks = ", ".join("?" for _ in wanted)
        names = ", ".join(f'"{name}"' for name in wanted)  # a test may have added columns
        self.con.execute(f"insert into {table} ({names}) values ({marks})", [row.get(name) for name in wanted])


def numbered(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The rows of steps in their order."""
    rows: list[dict[str, Any]] = []
    calls: list[str] = []
    turn = -1
    for index, step in enumerate(steps):
        row = dict(step.values, step_index=index)
        row["kind"] = "action" if row["class"].endswith("action") else "observation"
        if row["kind"] == "action":
            turn += not step.same_turn
            row |= {"source": "agent", "turn_index": turn}
            if row["class"] != "message_action":
                calls.append(f"call_{index}")
                row["tool_call_id"] = calls[-1]
        elif step.answers is not None:
            row["tool_call_id"] = calls[-step.answers]
        rows.append(row)
    return rows


def _stacks(model: Model) -> bool:
    """Whether it puts the tables of all datasets together."""
    return any(name.startswith("staging.") for name in model.upstream)


def as_table(model: Model) -> Model:
    """A view as a table."""
    sql = model.sql.replace("create or replace view", "create or replace table", 1)
    return replace(model, kind="table", sql=sql)


@cache
def above_staging() -> tuple[Model, ...]:
    """The models of seeds, standard and sft, upstream first."""
    parsed = {
        f"sql/{layer}/{path.name}": models.parse(f"sql/{layer}/{path.name}", path.read_text())
        for layer in ("seeds", "standard", "sft")
        for path in sorted(Path(SQL / layer).glob("*.sql"))
    }
    for name in staging_tables():
        parsed[f"sql/staging/{name}.sql"] = [
            Model(name, f"sql/staging/{name}.sql", "table", "", "", (), (), "", (), (), ())
        ]
    return tuple(model for model in models.order(parsed) if model.layer != "staging")


@cache
def staging_tables() -> tuple[str, ...]:
    """The staging tables that the standard layer reads."""
    found = {
        name
        for path in (SQL / "standard").glob("*.sql")
        for model in models.parse(f"sql/standard/{path.name}", path.read_text())
        for name in model.upstream
        if name.startswith("staging.")
    }
    return tuple(sorted(found))
