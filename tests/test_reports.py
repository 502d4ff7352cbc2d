"""The reports count what there is, and run in the stock command line on a read-only warehouse."""

import json
from typing import Any

import duckdb
import pytest

from adp import queries, root
from adp.config import Paths
from tests.rendering import Warehouse, bash, call, code, page, result, say, user
from tests.test_stock_cli import run

REPORTS = queries.find("reports")


@pytest.fixture(scope="module")
def counted() -> Warehouse:
    """Three trajectories of two datasets, one of them left out, and two rejected records."""
    made = Warehouse()
    made.add(
        "nnetnav-live/a", user("Go."), page("Page"), call("click", {"bid": "1"}), page("", answers=True), say("Ok.")
    )
    made.add("nnetnav-live/b", user("Go."), page("Page"), say("Ok."), exclusion="unreadable_step")
    made.add(
        "swe-smith/a",
        user("Mend."),
        bash("ls", "Look."),
        result("a"),
        bash("cat a"),
        result("b"),
        code("python", "1"),
        result("1"),
        call("submit"),
    )
    made.con.execute(
        """
        insert into raw.rejections values
            ('swe-smith', 'dump.jsonl', 7, 'not JSON', '{'), ('swe-smith', 'dump.jsonl', 3, 'not JSON', '{')
        """
    )
    return made.build()


def answers(warehouse: Warehouse, name: str) -> list[dict[str, Any]]:
    """The rows of a report, with the names of their columns."""
    columns, rows = queries.run(warehouse.con, REPORTS[name])
    return [dict(zip(columns, row, strict=True)) for row in rows]


def test_action_distribution_counts_classes_and_functions(counted: Warehouse) -> None:
    assert [tuple(row.values()) for row in answers(counted, "action_distribution")] == [
        ("nnetnav-live", "message_action", None, 2, 0.6667),
        ("nnetnav-live", "api_action", "click", 1, 0.3333),
        ("swe-smith", "code_action", None, 3, 0.75),
        ("swe-smith", "api_action", "submit", 1, 0.25),
    ]


def test_action_distribution_reads_short_columns_only(counted: Warehouse) -> None:
    """It is asked of warehouses whose texts do not fit into memory. (Acts on HTML pages are joined to their pages.)"""
    [(_, plan)] = counted.con.execute(f"explain {REPORTS['action_distribution'].sql}").fetchall()
    assert "function" in plan
    for column in ("content", "thought", "reasoning", "images"):
        assert column not in plan


def test_action_types_are_counted_beside_the_published_ones(counted: Warehouse) -> None:
    assert [tuple(row.values()) for row in answers(counted, "action_types")] == [
        ("nnetnav-live", "final_answer", "tool_call", 2, 0.6667, 0.9),
        ("nnetnav-live", "tool_call", "tool_call", 1, 0.3333, 0.5),
        ("swe-smith", "file_read", "file_read", 1, 0.25, 1.0),
        ("swe-smith", "final_answer", "tool_call", 1, 0.25, 1.0),
        ("swe-smith", "retrieval", "tool_call", 1, 0.25, 1.0),
        ("swe-smith", "tool_call", "tool_call", 1, 0.25, 0.5),
    ]


def test_coverage_adds_up_and_names_the_reasons(counted: Warehouse) -> None:
    found = {(row["dataset"], row["target"]): row for row in answers(counted, "coverage")}
    targets = {target for (target,) in counted.rows("from seeds.targets select target")}
    assert {target for _, target in found} == targets
    assert len(found) == 2 * len(targets)
    for row in found.values():
        assert row["trajectories"] == row["trained_on"] + row["left_out"]
    assert found["nnetnav-live", "agentlab"]["trained_on"] == 1
    assert found["nnetnav-live", "agentlab"]["reasons"] == "unreadable_step 1"
    assert found["nnetnav-live", "sweagent"]["reasons"] == "other_agent 1, unreadable_step 1"
    assert found["swe-smith", "agentlab"]["reasons"] == "other_agent 1"
    assert found["swe-smith", "sweagent"]["reasons"] is None


def test_trajectory_lengths_are_of_steps_and_turns(counted: Warehouse) -> None:
    found = {(row["dataset"], row["unit"]): row for row in answers(counted, "trajectory_lengths")}
    assert found["nnetnav-live", "steps"] == {
        "dataset": "nnetnav-live",
        "unit": "steps",
        "trajectories": 2,
        "total": 8,
        "mean": 4.0,
        "min": 3,
        "p50": 3,
        "p95": 5,
        "max": 5,
    }
    assert found["swe-smith", "turns"]["max"] == 4


def test_languages_are_those_of_code(counted: Warehouse) -> None:
    assert [tuple(row.values()) for row in answers(counted, "languages")] == [
        ("swe-smith", "bash", 2, 1, 0.6667),
        ("swe-smith", "python", 1, 1, 0.3333),
    ]


def test_rejections_are_counted_by_file_and_reason(counted: Warehouse) -> None:
    assert [tuple(row.values()) for row in answers(counted, "rejections")] == [
        ("swe-smith", "dump.jsonl", "not JSON", 2, 3, 7)
    ]


def test_token_counts_are_per_step_and_trajectory(counted: Warehouse) -> None:
    """With a tokenizer for which every character is a token; one text has not been counted."""
    assert answers(counted, "token_counts") == []
    counted.con.begin()
    try:
        counted.con.execute(
            """
            insert into raw.derived_token_counts
            from standard.texts select distinct content_hash, 'characters', length(text) where text <> 'b'
            """
        )
        found = {(row["dataset"], row["kind"]): row for row in answers(counted, "token_counts")}
    finally:
        counted.con.rollback()
    [(length,)] = counted.con.execute(
        "select length(arguments::varchar) from standard.actions where function = 'click'"
    ).fetchall()
    assert found["nnetnav-live", "observation"] == {
        "dataset": "nnetnav-live",
        "kind": "observation",
        "tokenizer": "characters",
        "units": 5,
        "total": 14,
        "mean": 2.8,
        "p50": 3,
        "p95": 4,
        "max": 4,
        "uncounted": 0,
    }
    assert found["nnetnav-live", "action"]["total"] == 3 + 3 + length
    assert found["nnetnav-live", "trajectory"]["total"] == 14 + 6 + length
    assert found["nnetnav-live", "trajectory"]["units"] == 2
    assert (found["swe-smith", "observation"]["total"], found["swe-smith", "observation"]["uncounted"]) == (7, 1)
    assert found["swe-smith", "action"]["total"] == len("Look.lscat a1{}")


def test_dataset_tokens_are_of_the_training_sets_records(counted: Warehouse) -> None:
    """Clipped and not; a trajectory may have several records; what is not in the training set does not count."""
    counted.con.begin()
    try:
        counted.con.execute(
            """
            insert into raw.derived_record_tokens values
                ('agentlab', 'nnetnav-live', 'characters', 'nnetnav-live/a-0', 'nnetnav-live/a', 5000),
                ('agentlab', 'nnetnav-live', 'characters', 'nnetnav-live/a-1', 'nnetnav-live/a', 20000),
                ('agentlab', 'nnetnav-live', 'characters', 'nnetnav-live/b-0', 'nnetnav-live/b', 7),
                ('openhands', 'swe-smith', 'characters', 'swe-smith/gone', 'swe-smith/gone', 7)
            """
        )
        found = {(row["target"], row["dataset"]): row for row in answers(counted, "dataset_tokens")}
    finally:
        counted.con.rollback()
    assert found["agentlab", "nnetnav-live"] == {
        "target": "agentlab",
        "dataset": "nnetnav-live",
        "tokenizer": "characters",
        "examples": 2,
        "tokens": 25_000,
        "tokens_4096": 2 * 4_096,
        "tokens_16384": 5_000 + 16_384,
        "average": 12_500.0,
        "average_4096": 4_096.0,
        "longest": 20_000,
        "uncounted": 0,
    }
    uncounted = found["openhands", "swe-smith"]
    assert (uncounted["tokenizer"], uncounted["examples"], uncounted["uncounted"]) == (None, 0, 1)


def test_reports_of_an_empty_warehouse_are_empty(warehouse: Warehouse) -> None:
    warehouse.build()
    for name, report in REPORTS.items():
        columns, rows = queries.run(warehouse.con, report)
        assert columns, name
        if name == "codeact_counts":  # what is published stands beside nothing
            assert {(row[columns.index("here")], row[columns.index("is_whole")]) for row in rows} == {(0, False)}
        else:
            assert rows == [], name


@pytest.mark.parametrize("name", REPORTS)
def test_report_answers_in_the_stock_command_line(sample_paths: Paths, duckdb_program: str, name: str) -> None:
    """The same rows as through Python."""
    text = (root() / REPORTS[name].file).read_text()
    printed = json.loads(run(duckdb_program, ["-readonly", "-json", str(sample_paths.db)], sample_paths.data, text))
    with duckdb.connect(str(sample_paths.db), read_only=True) as con:
        columns, rows = queries.run(con, REPORTS[name])
    assert [tuple(row) for row in printed] == [columns] * len(rows)
    assert [list(row.values()) for row in printed] == [list(row) for row in rows]
