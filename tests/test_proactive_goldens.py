"""ProactiveAgent's published data, where it is at hand: the figures that were published of it, or read off it."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adp import queries, root
from adp.build import build
from adp.config import Paths
from loaders import land

FIGURES = {
    "Recall": "recall",
    "Precision": "precision",
    "Accuracy": "accuracy",
    "False-Alarm": "false_alarm",
    "F1-Score": "f1",
    "Accept Rate": "accept_rate",
}
NULL_TEXTS = {
    "claude-3-sonnet-20240229": 67,
    "gpt-3.5-turbo": 24,
    "gpt-4o-mini": 1,
    "llama3-8b": 7,
    "llama3.1-8b": 26,
    "qwen2-7b": 2,
}


@pytest.fixture(scope="module")
def published() -> Path:
    """The published files."""
    folder = root().parent / "shared" / "reference" / "proactive"
    if not folder.is_dir():
        pytest.skip("the published data of ProactiveAgent is not beside this project")
    return folder


@pytest.fixture(scope="module")
def confusion(published: Path) -> list[dict[str, Any]]:
    """How often each model was right and wrong, of models whose answers are at hand."""
    found: list[dict[str, Any]] = json.loads((published / "confusion.json").read_text())
    return [row for row in found if (published / "traces" / row["model"]).is_dir()]


@pytest.fixture(scope="module")
def paths(published: Path, confusion: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A warehouse of the published data, and of judgements that add up to what was published of them."""
    folder = tmp_path_factory.mktemp("published")
    paths = Paths(folder / "adp.db", folder / "data")
    judgements = folder / "judgements.jsonl"
    judgements.write_text("".join(json.dumps(row) + "\n" for row in judged(published, confusion)))
    for dataset, dump in (
        ("proactive-bench", published / "test_data"),
        ("proactive-traces", published / "traces"),
        ("proactive-reward", published / "reward_data"),
        ("proactive-scenes", published / "scenes"),
        ("proactive-judgements", judgements),
    ):
        assert land.load(dataset, [dump], paths).rejected == 0
    build(paths, axtrees=False, tokens=False)
    return paths


@pytest.fixture(scope="module")
def con(paths: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, to be read."""
    with duckdb.connect(str(paths.db), read_only=True) as opened:
        yield opened


def judged(published: Path, confusion: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The judgements were not published, only their sums: as many of a model's answers to a theme are accepted."""
    splits = json.loads((published / "test_data" / "splits.json").read_text())
    for row in confusion:
        if row["split"] == "real_average":  # the other two together
            continue
        left = {True: row["TP"], False: row["TN"]}
        for file in splits[row["split"]]["files"]:
            turns = json.loads((published / "traces" / row["model"] / file).read_text())
            for turn, said in enumerate(turns):
                for number, task in enumerate(said["agent_response"] or [None]):
                    accepted = left[task is not None] > 0
                    left[task is not None] -= accepted
                    named = {"model": row["model"], "trace": file, "turn": turn, "prediction": number}
                    yield {"judge": "sums", **named, "judgement": accepted}


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def report(con: duckdb.DuckDBPyConnection, name: str) -> dict[tuple[str, str], dict[str, Any]]:
    columns, found = queries.run(con, queries.find("reports")[name])
    named = [dict(zip(columns, row, strict=True)) for row in found]
    return {(row[columns[0]], row["split"]): row for row in named}


def test_all_checks_hold(paths: Paths) -> None:
    assert [outcome.query.name for outcome in queries.check(paths) if not outcome.holds] == []


def test_proposals_and_silence_are_as_many_as_published(
    con: duckdb.DuckDBPyConnection, confusion: list[dict[str, Any]]
) -> None:
    found = report(con, "proactive_metrics_compatible")
    assert len(confusion) == 24
    for row in confusion:
        ours = found[row["model"], row["split"]]
        assert (ours["proposed"], ours["none"]) == (row["proposed"], row["none"]), (row["model"], row["split"])
    assert len(found) == 24


def test_figures_are_the_published_ones(
    con: duckdb.DuckDBPyConnection, published: Path, confusion: list[dict[str, Any]]
) -> None:
    found = report(con, "proactive_metrics_compatible")
    for row in confusion:
        ours = found[row["model"], row["split"]]
        assert [ours[name] for name in ("tp", "fp", "tn", "fn")] == [row[name] for name in ("TP", "FP", "TN", "FN")]
        with (published / "results" / f"{row['model']}.csv").open() as file:
            [figures] = [line for line in csv.DictReader(file) if line["Category"] == row["split"]]
        assert int(figures["Total Events"]) == ours["proposed"] + ours["none"]
        for name, column in FIGURES.items():
            assert abs(ours[column] - float(figures[name])) < 1e-9, (row["model"], row["split"], name)


def test_the_word_null_is_no_proposal(con: duckdb.DuckDBPyConnection, confusion: list[dict[str, Any]]) -> None:
    ours = report(con, "proactive_metrics")
    for row in confusion:
        if row["split"] == "real_average":
            counted = ours[row["model"], row["split"]]
            assert row["proposed"] - counted["proposed"] == NULL_TEXTS.get(row["model"], 0)
            assert counted["none"] == row["none"]


def test_reward_rows_are_as_many_as_published(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        con,
        "from standard.reward_rows select published_split, published_category, count(*) group by all order by all",
    )
    assert found == [
        *(("test", category, 30) for category in ("CD", "CR", "FA", "MN")),
        ("train", "CD", 474),
        ("train", "CR", 149),
        ("train", "FA", 913),
        ("train", "MN", 93),
    ]
    assert sum(count for split, _, count in found if split == "train") == 1629
    assert rows(con, "from standard.reward_rows select count(*) where len(votes) = 2") == [(193,)]


def test_rare_categories_are_repeated_as_often_as_published(con: duckdb.DuckDBPyConnection) -> None:
    columns, found = queries.run(con, queries.find("reports")["reward_balance"])
    named = [dict(zip(columns, row, strict=True)) for row in found]
    published = {row["category"]: row for row in named if (row["split"], row["rule"]) == ("train", "published")}
    more = {category: row["rows_balanced"] - row["rows"] for category, row in published.items()}
    assert more == {"CD": 0, "CR": 33, "FA": 0, "MN": 89}
    assert sum(row["rows_balanced"] for row in published.values()) == 1751


def test_annotators_agree_as_published(con: duckdb.DuckDBPyConnection) -> None:
    found = report(con, "annotation_agreement")
    assert round(found["proactive-reward", "test"]["agreement"], 5) == 0.91667
    assert round(found["proactive-reward", "train"]["agreement"], 5) == 0.76971


def test_most_published_correct_rejections_were_missed_needs(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-correct-rejection: of 149 rows for training four have votes that say so"""
    found = rows(
        con,
        "from standard.reward_rows select category, is_decided, count(*)"
        " where published_split = 'train' and published_category = 'CR' group by all order by all",
    )
    assert found == [("CR", True, 4), ("MN", False, 19), ("MN", True, 126)]
    assert rows(
        con, "from standard.reward_rows select count(*) where task is not null and valid <> published_valid"
    ) == [(0,)]


def test_the_published_split_leaks_and_ours_does_not(con: duckdb.DuckDBPyConnection) -> None:
    """deviations proactive-splits and proactive-bench-in-training"""
    found = rows(
        con,
        """
        with
        bench as (from standard.steps select distinct content where dataset = 'proactive-bench' and kind <> 'action'),
        last_events as (
            from standard.steps
            select trajectory_id, arg_max(content, step_index) as content
            where dataset = 'proactive-reward' and kind <> 'action'
            group by trajectory_id
        )
        from standard.reward_rows
        join last_events using (trajectory_id)
        semi join bench using (content)
        select published_split, count(*) group by all order by all
        """,
    )
    assert found == [("test", 92), ("train", 1230)]
    traces = "from standard.reward_rows join standard.trajectories using (trajectory_id) select distinct"
    of_test, of_train = (
        set(rows(con, f"{traces} task_id where published_split = '{split}'")) for split in ("test", "train")
    )
    assert len(of_test) == 14
    assert of_test <= of_train
    moments, of_train_moments = (
        set(rows(con, f"{traces} group_id where published_split = '{split}'")) for split in ("test", "train")
    )
    assert len(moments) == 96
    assert moments <= of_train_moments
    assert rows(con, "from sft.reward select count(*), count(distinct trajectory_id)") == [(423, 423)]
    assert (
        rows(
            con,
            "from sft.reward join standard.trajectories using (trajectory_id)"
            " select task_id group by task_id having count(distinct split) > 1",
        )
        == []
    )


def test_the_bench_is_as_long_as_its_files(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-bench-length: the files have 233 turns, six more than was published of them"""
    theme = "case when trajectory_id like '%/code%' then 'coding' else 'writing' end"
    events = f"from standard.steps select {theme}, count(*) where kind = 'observation' and"
    assert rows(con, f"{events} dataset = 'proactive-bench' group by 1 order by 1") == [
        ("coding", 112),
        ("writing", 121),
    ]
    assert rows(con, f"{events} trajectory_id like 'proactive-traces/qwen2-7b/%' group by 1 order by 1") == [
        ("coding", 107),
        ("writing", 120),
    ]
    assert rows(
        con,
        """
        with
        turns as (
            from standard.steps
            select
                trajectory_id,
                cast(details ->> '$.turn' as integer) as turn,
                count(*) filter (kind = 'action') as tasks,
                any_value(details ->> '$.task_status') as task_status,
            where dataset = 'proactive-bench'
            group by all
        )
        from turns select tasks, task_status, count(*) group by all order by all
        """,
    ) == [(0, "false", 101), (0, "true", 4), (5, "false", 45), (5, "true", 83)]


def test_times_go_back_in_some_traces(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-order"""
    found = rows(
        con,
        """
        with
        events as (
            from standard.observations
            select
                trajectory_id,
                recorded_at < lag(recorded_at) over (partition by trajectory_id order by step_index) as goes_back,
            where dataset = 'proactive-bench'
        )
        from events select distinct trajectory_id where goes_back order by 1
        """,
    )
    assert found == [(f"proactive-bench/writing_{number}",) for number in (11, 12, 14)]


def test_seeds_are_as_many_as_published(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(con, "from standard.scenes select theme, len(tasks), len(events) where form = 'seed' order by theme")
    assert found == [("codingassistant", 23, 65), ("dailyassistant", 23, 25), ("writingassistant", 22, 78)]
    assert rows(
        con, "from standard.scenes select count(*) where form = 'unreadable' or description is null and form = 'scene'"
    ) == [(0,)]
