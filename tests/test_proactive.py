"""ProactiveAgent's datasets: files in the source's shapes, what is read of them, the reward data and the metrics."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from adp import queries
from adp.build import build
from adp.config import Paths
from adp.export import ExportOptions, export
from loaders import land
from schema import sft

Turn = dict[str, Any]
Row = dict[str, Any]
NOON, LATER, EARLIER = "1720000000.5", "1720000060.0", "1720000030.25"


def event(text: str, time: str = NOON) -> dict[str, str]:
    return {"time": time, "event": text}


def bench(text: str, *tasks: str, time: str = NOON) -> Turn:
    return {"observation": event(text, time), "agent_response": {"candidate_task": list(tasks)}, "task_status": False}


def answered(text: str, answer: Any, **other: Any) -> Turn:
    return {
        "observation": event(text), "agent_response": answer, "task_status": False,
        "other_infomation": {"Purpose": "To write.", "Thoughts": "I think so.", "Response": None}, **other,
    }  # fmt: skip


def shown(text: str, tasks: list[str], day: int = 1, **labels: Any) -> Turn:
    return {"observation": event(text, f"Day {day}, 9:00 AM"), "candidate_task": tasks, "real_user": labels}


def line(source: str, tag: str, content: str, time: str = "6-3 09:00:00") -> dict[str, Any]:
    return {"source": source, "time": time, "tags": [tag], "content": content}


def proposal(task: str | None, thoughts: str = "Now.") -> dict[str, Any]:
    answer = {"Purpose": "P", "Thoughts": thoughts, "Proactive Task": task, "Response": "Shall I?" if task else None}
    return line("ProactiveAgent", "agent.proactive", json.dumps(answer))


def verdict(accepted: bool) -> dict[str, Any]:
    return line("User", "agent.proactive", f"I see.\nIs Accepted: {accepted}")


def vote(task: str | None, valid: bool, category: str, *votes: bool, events: int = 1) -> dict[str, Any]:
    obs = [event(f"He reads page {number}.", f"Day 1, 8:0{number} PM") for number in range(events)]
    return {
        "obs": obs, "pred_task": task, "valid": valid, "help_needed": False, "annotation": list(votes),
        "category": category,
    }  # fmt: skip


CR, MN, CD = "Correct-Rejection (CR)", "Missed-Need (MN)", "Correct-Detection (CD)"
RESPONSE = json.dumps([{"role": "user", "content": "Add it up."}, {"role": "assistant", "content": "It is 45."}])
FILES: dict[str, dict[str, Any]] = {
    "proactive-bench": {
        "code_1.json": [bench("He opens 'a.py'."), bench("He runs it.", "Explain it.", "Test it.", time=LATER),
                        bench("He goes back.", time=EARLIER)],
        "writing_1.json": [bench("He opens a letter."), bench("He signs it.")],
        "splits.json": {
            "real_average": {"theme": "All", "files": ["code_1.json", "writing_1.json"]},
            "real_coding": {"theme": "Coding", "files": ["code_1.json"]},
            "real_writing": {"theme": "Writing", "files": ["writing_1.json"]},
        },
    },
    "proactive-traces": {
        "one/code_1.json": [
            answered("He opens 'a.py'.", []),
            answered("He runs it.", ["Explain it."]),
            bench("He goes back.", "Explain it.", time=EARLIER),
        ],
        "one/writing_1.json": [answered("He opens a letter.", ["null"]), answered("He signs it.", [{"act": "send"}])],
        "two/code_1.json": [
            answered("He opens 'a.py'.", ["Help."], judgement=[True]),
            answered("He runs it.", [], judgement=[False]),
            {**bench("He goes back."), "judgement": [True]},
        ],
        "lost.json": [answered("He opens 'a.py'.", [])],
    },
    "proactive-reward": {
        "train_data.jsonl": [
            vote(None, True, CR, False, False, True),
            vote(None, True, CR, False, True),
            vote("Read it.", True, CD, True, True, False, events=2),
            vote("Read it.", True, CD, True, True, False, events=0),
        ],
        "test_data.jsonl": [
            vote(None, True, CR, True, True, False, events=2),
            {**vote("Explain it.", True, CD, True, True), "obs": [event("He runs  IT.", "Day 1, 9:00 AM")]},
            {**vote("Explain it.", True, CD, True, True), "obs": [event("He sleeps.")]},
        ],
    },
    "proactive-annotations": {
        "code_9.json": [
            shown("He looks around.", [], a="Reject all", b="Reject all", c=[]),
            shown("He finds it.", ["Take it.", "Leave it."], a=[0], b=[0, 1], c="Reject all"),
            shown("He sits.", ["Stand."], a=[4], b=[0]),
            bench("He leaves.", "Wave.", time="Day 1, 9:30 AM"),
        ],
        "empty_1.json": [shown("Somebody knocks.", [""], day=2, a="need", b="no need", c="need")],
        "four.json": [shown("Four look at it.", ["Look."], day=3, a=[0], b=[0], c=[], d="Reject all")],
        "all.json": [shown("He is stuck.", ["Push.", "Pull."], day=4, a=[0], b=[0, 1], c=[0])],
        "seen.json": [shown("He runs it.", ["Explain it."], a=[0], b=[0])],
        "uuid_data-index_map.json": {"a": ["code_9.json", "seen"], "b": ["code_9"]},
        "name_id_map.json": {"Ada": "a"},
    },
    "proactive-gym": {
        "scene_3.jsonl": [
            line("system", "setup", "A desk.", "Time Freezed."),
            line("EnvManager", "events", "He counts."),
            line("EnvManager", "env.status", "the lamp is on"),
            proposal(None, "He has begun."), verdict(True),
            line("EnvManager", "events", "He counts again."),
            proposal("Buy a calculator."), verdict(False),
            line("EnvManager", "events", "He gets another sum."),
            proposal("Add it up."), verdict(True),
            line("ProactiveAgent", "agent.response", RESPONSE),
            line("ProactiveAgent", "agent.actions", "sum(b2:b9)"),
        ],
        "scene_3_noagent.jsonl": [line("EnvManager", "events", "He counts."), {"time": "6-3 9:00:01", "tags": []},
                                  line("User", "activity", "He stops.")],
        "scene_4.jsonl": [line("EnvManager", "events", "He runs it."), proposal("Explain it."), verdict(True)],
        "scene_5.jsonl": [proposal("Begin."), verdict(True), line("EnvManager", "events", "He begins.")],
        "scene_6.jsonl": [line("EnvManager", "events", "He hums."), line("ProactiveAgent", "agent.proactive", "Sing!"),
                          verdict(True)],
    },
    "proactive-judgements": {
        "judged.jsonl": [
            {"judge": "J", "model": "one", "trace": "code_1", "turn": 0, "judgement": "rejected"},
            {"judge": "J", "model": "one", "trace": "code_1", "turn": 0, "judgement": "accepted"},
            {"judge": "J", "model": "one", "trace": "code_1.json", "turn": 1, "prediction": 0, "judgement": False},
            {"judge": "J", "model": "one", "trace": "code_1", "turn": 2, "judgement": False},
            {"judge": "J", "model": "one", "trace": "writing_1", "turn": 0, "judgement": True},
            {"judge": "J", "model": "one", "trace": "writing_1", "turn": 1, "answer": "judgement: accepted"},
            {"judge": "K", "model": "one", "trace": "code_1", "turn": 1, "judgement": True},
            {"judge": "J", "row": "proactive-reward/test_data-0", "judgement": "accepted", "thought": "He reads."},
            {"judge": "J", "row": "proactive-reward/test_data-1", "answer": '{"thought": "", "judgement": "rejected"}'},
            {"judge": "J", "row": "proactive-reward/test_data-2", "answer": "Who knows."},
            {"judge": "J", "row": "proactive-reward/train_data-2", "judgement": "accepted", "thought": "Once.",
             "checks": ["accepted", "rejected"]},
            {"judge": "J", "row": "proactive-reward/train_data-0", "judgement": "accepted", "thought": "Wrong."},
        ],
    },
}  # fmt: skip
SCENES = [
    {
        "environment": {
            "theme": "Tea", "description": "A kitchen.", "entities": ["pot"],
            "agent_ops": ["boil(minutes)", {"action": "pour", "description": "fills a cup"}],
            "events_example": ["He yawns."],
        },
        "user": {"goal": "Tea at five.", "description": "Åke is tired."},
    }
]  # fmt: skip
SEEDS = {"daily": {"tasks": ["Make tea."], "sample_events": ["He yawns."]}}


def written(folder: Path) -> Path:
    """All files, in the shapes in which the source has them."""
    for dataset, files in FILES.items():
        for name, content in files.items():
            path = folder / dataset / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith(".jsonl"):
                path.write_text("".join(json.dumps(each) + "\n" for each in content))
            else:
                path.write_text(json.dumps(content, indent=1, ensure_ascii=False))
    scenes = folder / "proactive-scenes"
    scenes.mkdir()
    (scenes / "scenes.yaml").write_text(yaml.safe_dump(SCENES, allow_unicode=True))
    (scenes / "scene_7.yaml").write_text(yaml.safe_dump({**SCENES[0], "eventSink": {"out_file": "x"}, "agent": {}}))
    (scenes / "seedtask.yaml").write_text(yaml.safe_dump(SEEDS))
    (scenes / "broken.yaml").write_text("- environment: {theme: Tea")
    return folder


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A warehouse of these files."""
    folder = tmp_path_factory.mktemp("proactive")
    written(folder / "dumps")
    paths = Paths(folder / "adp.db", folder / "data")
    for dump in sorted((folder / "dumps").iterdir()):
        land.load(dump.name, [dump], paths)
    build(paths, axtrees=False, tokens=False)
    return paths


@pytest.fixture
def con(paths: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, to be read."""
    with duckdb.connect(str(paths.db), read_only=True) as opened:
        yield opened


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def report(con: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    columns, found = queries.run(con, queries.find("reports")[name])
    return [dict(zip(columns, row, strict=True)) for row in found]


def test_all_checks_hold(paths: Paths) -> None:
    assert [outcome.query.name for outcome in queries.check(paths) if not outcome.holds] == []


# --------------------------------------------------------------------------------------------- traces and events


def test_events_are_observations_and_tasks_are_actions_in_the_order_of_the_list(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """deviation proactive-order: the times of the trace go back, its events do not"""
    found = rows(
        con,
        "from standard.steps select step_index, turn_index, class, source, content, epoch(recorded_at)"
        " where trajectory_id = 'proactive-bench/code_1' order by step_index",
    )
    assert found == [
        (0, None, "text_observation", "environment", "He opens 'a.py'.", 1720000000.5),
        (1, None, "text_observation", "environment", "He runs it.", 1720000060.0),
        (2, 0, "message_action", "agent", "Explain it.", None),
        (3, 0, "message_action", "agent", "Test it.", None),
        (4, None, "text_observation", "environment", "He goes back.", 1720000030.25),
    ]


def test_times_stay_as_they_are_given_and_are_read_where_they_can_be(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        con,
        "from standard.steps select distinct details ->> '$.time', try_cast(details ->> '$.seconds' as double)"
        " where details ->> '$.time' in ('Day 2, 9:00 AM', '6-3 09:00:00', 'Time Freezed.', '1720000000.5') order by 1",
    )
    assert found == [
        ("1720000000.5", 1720000000.5),
        ("6-3 09:00:00", 154 * 86400 + 9 * 3600),  # the 155th day of a leap year
        ("Day 2, 9:00 AM", 86400 + 9 * 3600),
        ("Time Freezed.", None),
    ]


def test_a_trace_is_of_one_task_wherever_it_comes_from(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-splits: sides go by the trace"""
    [(count, tasks)] = rows(
        con,
        "from standard.trajectories select count(*), count(distinct task_id)"
        " where trajectory_id in ('proactive-bench/code_1', 'proactive-traces/one/code_1',"
        " 'proactive-traces/two/code_1')",
    )
    assert (count, tasks) == (3, 1)
    assert (
        rows(
            con,
            "from standard.trajectories select task_id where trajectory_id like 'proactive-gym/scene_3%' order by all",
        )
        == [("proactive-gym/scene_3",)] * 2
    )


def test_splits_are_those_of_the_file_beside_the_traces(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        con,
        "from standard.trajectories select source_id, details -> '$.splits[*].split', details -> '$.splits[*].theme'"
        " where dataset = 'proactive-bench' order by 1",
    )
    assert [(name, list(map(json.loads, splits)), list(map(json.loads, themes))) for name, splits, themes in found] == [
        ("code_1", ["real_average", "real_coding"], ["All", "Coding"]),
        ("writing_1", ["real_average", "real_writing"], ["All", "Writing"]),
    ]


def test_a_file_in_no_folder_is_no_models(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(con, "from standard.rejections select source_file, reason where dataset = 'proactive-traces'") == [
        ("lost.json", "model: missing")
    ]


# --------------------------------------------------------------------------------------------- answers and metrics


def test_answers_have_a_status(con: duckdb.DuckDBPyConnection) -> None:
    """deviations proactive-failed-turns and proactive-null-text"""
    found = rows(
        con,
        "from standard.predictions select model, trace, turn_position, position, status, task order by all",
    )
    assert found == [
        ("one", "code_1", 0, 0, "none", None),
        ("one", "code_1", 1, 0, "proposed", "Explain it."),
        ("one", "code_1", 2, 0, "failed", "candidate_task"),
        ("one", "writing_1", 0, 0, "null_text", "null"),
        ("one", "writing_1", 1, 0, "proposed", '{"act":"send"}'),
        ("two", "code_1", 0, 0, "proposed", "Help."),
        ("two", "code_1", 1, 0, "none", None),
        ("two", "code_1", 2, 0, "failed", "candidate_task"),
    ]


def test_what_stands_in_place_of_an_answer_is_kept(con: duckdb.DuckDBPyConnection) -> None:
    [(kept,)] = rows(
        con,
        "from standard.steps select details ->> '$.extra.agent_response'"
        " where trajectory_id = 'proactive-traces/one/code_1' and content = 'He goes back.'",
    )
    assert json.loads(kept) == {"candidate_task": ["Explain it."]}


def test_metrics_count_proposals_and_silence_of_the_model_only(con: duckdb.DuckDBPyConnection) -> None:
    """deviations proactive-failed-turns and proactive-null-text"""
    counts = ("model", "split", "proposed", "none", "tp", "fp", "tn", "fn")
    columns = (*counts, "precision", "recall", "accuracy", "false_alarm", "f1", "accept_rate")
    ours, theirs = report(con, "proactive_metrics"), report(con, "proactive_metrics_compatible")
    for found in (ours, theirs):
        assert all(tuple(row) == columns for row in found)
    assert [tuple(row[name] for name in counts) for row in ours] == [
        ("one", "real_average", 2, 1, 1, 1, 1, 0),
        ("one", "real_coding", 1, 1, 0, 1, 1, 0),
        ("one", "real_writing", 1, 0, 1, 0, 0, 0),
        ("two", "real_coding", 1, 1, 1, 0, 0, 1),
    ]
    assert [tuple(row[name] for name in counts) for row in theirs] == [
        ("one", "real_average", 4, 1, 2, 2, 1, 0),
        ("one", "real_coding", 2, 1, 0, 2, 1, 0),
        ("one", "real_writing", 2, 0, 2, 0, 0, 0),
        ("two", "real_coding", 2, 1, 2, 0, 0, 1),
    ]
    assert [ours[1][name] for name in ("precision", "recall", "f1")] == [0, None, 0]
    assert theirs[1]["recall"] == 0


def test_a_split_without_all_of_its_traces_is_none(con: duckdb.DuckDBPyConnection) -> None:
    splits = {(row["model"], row["split"]) for row in report(con, "proactive_answers")}
    assert ("two", "real_average") not in splits
    assert ("two", "real_coding") in splits


def test_the_judge_who_judged_most_counts_and_his_last_word(con: duckdb.DuckDBPyConnection) -> None:
    found = {(row["model"], row["judge"]) for row in report(con, "proactive_answers")}
    assert found == {("one", "J"), ("two", "unnamed")}
    assert rows(
        con,
        "from standard.judgements select judgement_id, accepted, is_latest"
        " where model = 'one' and trace = 'code_1' and turn_position = 0 order by landing_index",
    ) == [("proactive-judgements/judged-0", False, False), ("proactive-judgements/judged-1", True, True)]


def test_reward_models_are_scored_by_category(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-unreadable-verdict: what is no verdict is wrong, and shown"""
    found = {(row["split"], row["category"]): row for row in report(con, "reward_model_scores")}
    scores = ("verdicts", "unreadable", "accuracy")
    assert {key: tuple(row[name] for name in scores) for key, row in found.items() if key[0] == "test"} == {
        ("test", "CD"): (2, 1, 0.0),
        ("test", "CR"): (1, 0, 1.0),
        ("test", "all"): (3, 1, 1 / 3),
        ("test", "average"): (3, 1, 0.5),
    }
    whole = found["test", "all"]
    assert [whole[name] for name in ("tp", "fp", "tn", "fn")] == [1, 0, 0, 2]
    assert (whole["precision"], whole["recall"], whole["f1"]) == (1.0, 1 / 3, 0.5)


# --------------------------------------------------------------------------------------------- votes and reward data


def reward_rows(con: duckdb.DuckDBPyConnection, trace: str, *columns: str) -> list[tuple[Any, ...]]:
    return rows(
        con,
        f"from standard.reward_rows select {', '.join(columns)} where trajectory_id like '%/{trace}'"
        " order by turn_position, task_position nulls last",
    )


def test_silence_is_right_when_most_wanted_no_task(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-correct-rejection"""
    found = reward_rows(con, "code_9", "turn_position", "task", "category", "published_category", "votes")
    assert found == [
        (0, None, "CR", None, [True, True, True]),
        (1, "Take it.", "CD", "CD", [True, True, False]),
        (1, "Leave it.", "FA", "FA", [False, True, False]),
        (1, None, "MN", "CR", [False, False, True]),
        (2, "Stand.", None, None, [True]),
        (2, None, None, None, [False]),
    ]
    published = "published_split, category, published_category, is_decided"
    assert rows(
        con, f"from standard.reward_rows select {published} where dataset = 'proactive-reward' order by reward_id"
    ) == [
        ("test", "CR", "CR", True),
        ("test", "CD", "CD", True),
        ("test", "CD", "CD", True),
        ("train", "MN", "CR", True),
        ("train", "MN", "CR", False),
        ("train", "CD", "CD", True),
        ("train", None, "CD", False),
    ]


def test_help_that_all_want_is_missed_by_silence(con: duckdb.DuckDBPyConnection) -> None:
    assert reward_rows(con, "all", "task", "category", "published_category", "help_needed") == [
        ("Push.", "CD", "CD", True),
        ("Pull.", "FA", "FA", True),
        (None, "MN", "MN", True),
    ]


def test_as_many_on_either_side_decide_nothing(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-four-annotators"""
    assert reward_rows(con, "four", "task", "category", "published_category", "is_decided") == [
        ("Look.", None, "CD and FA", False),
        (None, "MN", "CR", False),
    ]


def test_need_without_tasks_is_a_vote_on_silence(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-need-labels"""
    assert reward_rows(con, "empty_1", "task", "category", "votes") == [(None, "MN", [False, True, False])]


def test_a_box_behind_the_last_task_is_no_vote(con: duckdb.DuckDBPyConnection) -> None:
    """deviations proactive-empty-boxes and proactive-nothing-selected"""
    found = rows(
        con,
        "from standard.annotations select turn_position, annotator, status, accepted, help_needed"
        " where trajectory_id = 'proactive-annotations/code_9' and turn_position <> 1 order by all",
    )
    assert found == [
        (0, "a", "reject_all", [], False),
        (0, "b", "reject_all", [], False),
        (0, "c", "nothing_selected", [], False),
        (2, "a", "unreadable", None, None),
        (2, "b", "selected", [True], True),
    ]


def test_names_of_annotators_are_not_landed(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        con,
        "from standard.trajectories select source_id, details -> '$.assigned'"
        " where dataset = 'proactive-annotations' and (details -> '$.assigned') is not null order by 1",
    ) == [("code_9", '["a","b"]'), ("seen", '["a"]')]


def test_agreement_is_the_share_of_votes_for_the_verdict(con: duckdb.DuckDBPyConnection) -> None:
    found = {(row["dataset"], row["split"]): row for row in report(con, "annotation_agreement")}
    test = found["proactive-reward", "test"]
    assert (test["rows"], test["votes"], test["agreement"], test["agreement_corrected"]) == (3, 7, 6 / 7, 6 / 7)
    train = found["proactive-reward", "train"]
    assert (train["rows"], train["ties"], train["votes"]) == (4, 1, 8)
    assert train["agreement"] == 4 / 8
    assert found["proactive-annotations", None]["moments"] == 7
    assert found["proactive-annotations", None]["moments_of_help"] == 2


# --------------------------------------------------------------------------------------------- training sets


def left_out(con: duckdb.DuckDBPyConnection, target: str) -> dict[str, str]:
    found = rows(con, f"from sft.exclusions select trajectory_id, reason where target = '{target}'")
    return {trajectory_id: reason for trajectory_id, reason in found if reason != "other_agent"}


def test_nothing_that_shows_the_bench_is_reward_data(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-bench-in-training: its events, however they are written, and what was recorded with it"""
    assert left_out(con, "reward") == {
        "proactive-annotations/seen": "bench_event",
        "proactive-annotations/four": "not_judged",
        "proactive-reward/test_data-1": "bench_event",
        "proactive-reward/test_data-2": "bench_event",
        "proactive-reward/train_data-1": "not_judged",
        "proactive-reward/train_data-3": "no_steps",
    }


def test_reward_data_in_full(con: duckdb.DuckDBPyConnection) -> None:
    records = {
        json.loads(text)["id"]: sft.Judged.model_validate_json(text)
        for (text,) in rows(con, "select to_json(r)::varchar from sft.reward as r")
    }
    record = records["proactive-reward/test_data-0"]
    question, answer = (json.loads(message.content) for message in record.conversations)
    instruction = question.pop("Instruction")
    assert "accept" in instruction
    assert question == {
        "Observations (Time Ascending)": [
            {"time": "Day 1, 8:00 PM", "event": "He reads page 0."},
            {"time": "Day 1, 8:01 PM", "event": "He reads page 1."},
        ],
        "Proposed Task": None,
    }
    assert answer == {"thought": "He reads.", "judgement": "accepted"}
    assert record.explanation == "He reads."
    assert {name: record.category for name, record in records.items() if "annotations" in name} == {
        "proactive-annotations/all-0-0": "CD",
        "proactive-annotations/all-0-1": "FA",
        "proactive-annotations/all-0-none": "MN",
        "proactive-annotations/code_9-0-none": "CR",
        "proactive-annotations/code_9-1-0": "CD",
        "proactive-annotations/code_9-1-1": "FA",
        "proactive-annotations/code_9-1-none": "MN",
        "proactive-annotations/empty_1-0-none": "MN",
    }


def test_explanations_agree_with_the_verdict_every_time(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-explanations: what does not is no explanation, and nothing is asked again without end"""
    assert rows(con, "from sft.explanations select reward_id, explanation") == [
        ("proactive-reward/test_data-0", "He reads.")
    ]


def test_sides_are_whole_traces(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-splits"""
    for target in ("reward", "proactive_agent"):
        assert (
            rows(
                con,
                f"from sft.{target} join standard.trajectories using (trajectory_id)"
                " select task_id group by task_id having count(distinct split) <> 1",
            )
            == []
        )


def test_the_agent_learns_what_was_accepted(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-rejected-answers"""
    records = [
        sft.Watching.model_validate_json(text)
        for (text,) in rows(con, "select to_json(r)::varchar from sft.proactive_agent as r")
    ]
    assert [record.id for record in records] == ["proactive-gym/scene_3-0", "proactive-gym/scene_3-2"]
    said = [json.loads(message.content) for message in records[1].conversations]
    assert [[event["event"] for event in told["Observations"]] for told in said[::2]] == [
        ["He counts."],
        ["He counts again.", "He gets another sum."],
    ]
    assert said[1]["Proactive Task"] is None
    assert said[3] == {"Purpose": "P", "Thoughts": "Now.", "Proactive Task": "Add it up.", "Response": "Shall I?"}
    assert left_out(con, "proactive_agent") == {
        "proactive-gym/scene_3_noagent": "unreadable_step",
        "proactive-gym/scene_4": "bench_event",
        "proactive-gym/scene_5": "nothing_accepted",
        "proactive-gym/scene_6": "nothing_accepted",
        "proactive-reward/train_data-3": "no_steps",
    }


@pytest.mark.parametrize("target", ["reward", "proactive_agent"])
def test_exports_of_short_ranges_and_of_sides_are_the_view(paths: Paths, tmp_path: Path, target: str) -> None:
    """A row of reward data finds its explanation, and a run its history, in whatever range it is exported."""
    with duckdb.connect(str(paths.db), read_only=True) as opened:
        found = [json.loads(text) for (text,) in rows(opened, f"select to_json(r)::varchar from sft.{target} as r")]
    assert found

    def exported(split: str) -> list[Row]:
        options = ExportOptions(target, str(tmp_path / f"{split}.jsonl"), split=split, range_bytes=100)
        export(options, paths)
        return [json.loads(line) for line in (tmp_path / f"{split}.jsonl").read_text().splitlines()]

    def by_id(records: list[Row]) -> list[Row]:
        return sorted(records, key=lambda record: str(record["id"]))

    assert by_id(exported("all")) == by_id(found)
    for split in ("train", "test", "eval"):
        assert by_id(exported(split)) == by_id([record for record in found if record["split"] == split])


def test_conversations_that_the_gym_wrote_are_kept_and_are_no_records(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-responses"""
    channel = "is_on_channel(details -> '$.tags', 'agent.response')"
    assert rows(con, f"from standard.actions select content where {channel}") == [(RESPONSE,)]
    found = rows(con, "from sft.proactive_agent select conversations::varchar")
    assert found
    assert not [text for (text,) in found if "It is 45." in text]


def test_what_the_user_rejects_must_not_be_learnt_from(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        con,
        "from standard.actions select content, trainable, details ->> '$.accepted'"
        " where trajectory_id = 'proactive-gym/scene_3' order by step_index",
    ) == [
        ("", True, "true"),
        ("Buy a calculator.", False, "false"),
        ("Add it up.", True, "true"),
        (RESPONSE, True, None),
        ("sum(b2:b9)", True, None),
    ]


# --------------------------------------------------------------------------------------------- scenes


def test_scenes_keep_operations_in_any_form(con: duckdb.DuckDBPyConnection) -> None:
    """deviation proactive-operations; the same scene in two files is one task"""
    found = rows(
        con,
        "from standard.scenes select scene_id, form, theme, operations, user_goal, user_description, tasks order by 1",
    )
    operations = ['"boil(minutes)"', '{"action":"pour","description":"fills a cup"}']
    scene: tuple[Any, ...] = ("scene", "Tea", operations, "Tea at five.", "Åke is tired.", [])
    assert found == [
        ("proactive-scenes/scene_7", *scene),
        ("proactive-scenes/scenes-0", *scene),
        ("proactive-scenes/seedtask-daily", "seed", "daily", [], None, None, ["Make tea."]),
    ]
    [(tasks,)] = rows(con, "from standard.scenes select count(distinct task_id) where form = 'scene'")
    assert tasks == 1
    assert rows(con, "from standard.rejections select source_file where dataset = 'proactive-scenes'") == [
        ("broken.yaml",)
    ]
