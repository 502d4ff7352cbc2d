"""Runs of CodeAct agents: what their folders say, how a history becomes steps, tiers, experiments, the training set."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pytest

from adp import root
from adp.build import build
from adp.config import Paths
from loaders import codeact_runs, land
from schema.sft import CodeactConversation
from tests.staged import Record, staged

RULES = (
    'Think first. Mark it with "<thought>", as in: <thought> I add! </thought>.\n\nThen act.\n\n'
    "You have 5 chances to interact with the environment or propose a solution. "
    "You can only propose a solution 2 times."
)
SETTING = "max5_p2+tool+cd"
CLEAN = ("<thought> I count. </thought>\n<execute>\nprint(1)\n</execute>", "1")
WRONG = ("<execute>\nprint(x)\n</execute>", "NameError: x")
VAGUE = ("I am not sure.", "I don't understand. please use <execute> YOUR_CODE_HERE </execute>.")
GUESS = ("<solution> 7 </solution>", "Your answer is wrong.")
ANSWER = ("<thought> Done. </thought> The answer is <solution> 1 </solution>.", None)
Turn = tuple[str, str | None]


def run(*turns: Turn, task: int | str = 1, success: bool | None = True, **state: Any) -> Record:
    """A line of results: the agent's answers, each with what came back."""
    example = "Task:\nCount to one.\n\nAssistant:\n<solution> 1 </solution>"
    history = [{"role": "user", "content": f"{RULES}\n\n---\n\n{example}\n\n---\n\nTask:\nHow många?\n"}]
    for said, seen in turns:
        history.append({"role": "assistant", "content": f"Assistant:\n{said}\n"})
        if seen is not None:
            history.append({"role": "user", "content": f"Observation:\n{seen}\nYou have 4 steps left."})
    invalid = sum("<" not in said for said, _ in turns)
    given = {
        "history": history,
        "finished": True,
        "success": success,
        "agent_action_count": {"propose_solution": 1, "use_tool": len(turns) - 1, "invalid_action": invalid},
        "token_counter": {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500},
        "terminate_reason": "task_success" if success else "max_steps",
        "error": None,
    }
    return {"state": given | state, "task": {"task_name": "x", "task_id": task, "prompt": "How många?"}}


def results(
    folder: Path, model: str, records: list[Any], task: str = "reasoning/hotpotqa", split: str = "train"
) -> None:
    """Write a file of results where the generator would."""
    file = folder / model / "F=None" / SETTING / task / split / "results.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


# ---------------------------------------------------------------- folders


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "outputs/claude-2/F=None/max5/reasoning/hotpotqa/train/results.jsonl",
            "claude-2 - - max5 reasoning hotpotqa train",
        ),
        (
            "gpt-4/F=gpt-3.5/PHF=GT-textual/max5/reasoning/hotpotqa/train/results.jsonl",
            "gpt-4 gpt-3.5 PHF=GT-textual max5 reasoning hotpotqa train",
        ),
        ("m/F=None/max5/tabular/wiki/results.jsonl.gz", "m - - max5 tabular wiki -"),
        ("m/F=None/max5/tabular/wiki/test.results.jsonl", "m - - max5 tabular wiki test"),
        ("m/F=None/results.jsonl", None),
        ("elsewhere/results.jsonl", None),
        ("F=None/max5/tabular/wiki/results.jsonl", None),
    ],
)
def test_folders_say_who_ran_what(path: str, said: str | None) -> None:
    fields = (
        "agent_model_name", "feedback_model_name", "feedback_setting", "exp_setting", "task_type", "task_name", "split",
    )  # fmt: skip
    found = codeact_runs.described(PurePosixPath(path))
    assert [found.get(field, "-") for field in fields] == (said.split() if said else ["-"] * 7)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "adp.db", tmp_path / "data")


def raw(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        con.execute(paths.raw_sql.read_text(encoding="utf-8"))
        return con.execute(query).fetchall()


def test_only_files_of_results_are_taken_and_bad_lines_are_rejected(paths: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "outputs"
    results(folder, "claude-2", [run(ANSWER), "{", "", '{"state": 1}'])
    (folder / "claude-2" / "train.json").write_text("[]")
    landing = land.load("codeact-runs", [folder], paths)
    assert (landing.records, landing.rejected) == (1, 2)
    assert raw(paths, "from raw.rejections select source_row, source_file") == [
        (2, f"claude-2/F=None/{SETTING}/reasoning/hotpotqa/train/results.jsonl"),
        (4, f"claude-2/F=None/{SETTING}/reasoning/hotpotqa/train/results.jsonl"),
    ]


def test_a_load_may_begin_below_the_folder_of_the_model(paths: Paths, tmp_path: Path) -> None:
    results(tmp_path / "outputs", "claude-2", [run(ANSWER)])
    land.load("codeact-runs", [tmp_path / "outputs" / "claude-2" / "F=None"], paths)
    assert raw(paths, "from raw.codeact_runs select source_id") == [(f"reasoning/hotpotqa/1/claude-2/{SETTING}",)]


def test_one_model_with_more_room_is_the_same_and_a_second_run_a_duplicate(paths: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "outputs"
    results(folder, "gpt-3.5-turbo-0613", [run(ANSWER), run(ANSWER, task=2)])
    results(folder, "gpt-3.5-turbo-16k-0613", [run(ANSWER)])
    results(folder, "mistral-7b-hf", [run(ANSWER)])
    results(folder, "mistral-7b", [run(ANSWER)], split="test")
    land.load("codeact-runs", [folder], paths)
    assert raw(paths, "from raw.codeact_runs select source_id, occurrence, split order by record") == [
        (f"reasoning/hotpotqa/1/gpt-3.5-turbo-0613/{SETTING}", 1, "train"),
        (f"reasoning/hotpotqa/2/gpt-3.5-turbo-0613/{SETTING}", 1, "train"),
        (f"reasoning/hotpotqa/1/gpt-3.5-turbo-0613/{SETTING}", 2, "train"),
        (f"reasoning/hotpotqa/1/mistral-7b/{SETTING}", 1, "train"),
        (f"reasoning/hotpotqa/test/1/mistral-7b/{SETTING}", 1, "test"),
    ]


def test_runs_of_folders_that_say_nothing_are_told_apart_by_them(paths: Paths, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / "outputs" / folder).mkdir(parents=True)
        lines = [json.dumps(run(ANSWER, task=task)) for task in (1, 1, "2")]
        (tmp_path / "outputs" / folder / "results.jsonl").write_text("\n".join(lines))
    land.load("codeact-runs", [tmp_path / "outputs"], paths)
    assert raw(paths, "from raw.codeact_runs select source_id, occurrence order by record") == [
        ("a/x/1", 1), ("a/x/1", 2), ("a/x/2", 1), ("b/x/1", 1), ("b/x/1", 2), ("b/x/2", 1),
    ]  # fmt: skip


# ---------------------------------------------------------------- staging


def one(record: Record, **fields: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    found = staged("codeact-runs", {"id": "a", "task_type": "reasoning", "task_name": "hotpotqa", **fields, **record})
    return found.steps("a"), found.trajectory("a")


def test_a_history_becomes_thoughts_code_answers_and_what_the_session_shows() -> None:
    steps, trajectory = one(run(CLEAN, VAGUE, ANSWER))
    assert [(s["class"], s["source"], s["thought"], s["content"]) for s in steps[1:]] == [
        ("code_action", "agent", "I count.", "print(1)"),
        ("text_observation", "environment", None, "1\nYou have 4 steps left."),
        ("message_action", "agent", None, "I am not sure."),
        (
            "text_observation",
            "environment",
            None,
            "I don't understand. please follow the instructions.\nYou have 4 steps left.",
        ),
        ("message_action", "agent", "Done. The answer is", "<solution> 1 </solution>"),
    ]
    assert steps[0]["content"].startswith("How många?\n\nYou have 5 chances")
    assert steps[2]["tool_call_id"] == steps[1]["tool_call_id"] == "call_1"
    assert trajectory["system_prompt"].startswith("Think first. Then act.\n\nYou have 5 chances")
    assert (trajectory["outcome"], trajectory["exclusion"], trajectory["task_id"]) == (True, None, "hotpotqa/1")
    assert (trajectory["details"]["turns"], trajectory["details"]["pairs"]) == (3, "C-")


@pytest.mark.parametrize(
    ("record", "exclusion"),
    [
        (run(GUESS, ANSWER, success=False), "unresolved"),
        (run(CLEAN, success=None), "incomplete"),
        (run(CLEAN, success=False, error="context length exceeded"), "failed_run"),
        (run(CLEAN, success=False, terminate_reason="error"), "failed_run"),
        (run(), "no_actions"),
        (run(history=[{"role": r, "content": "Task: x"} for r in ("user", "assistant")]), "unreadable_step"),
        (run(ANSWER, history=[]), "no_steps"),
        (run(ANSWER, history=None), "no_steps"),
        (run(ANSWER, history=[{"role": None, "content": None}]), "unreadable_step"),
    ],
)  # fmt: skip
def test_what_is_no_solved_task_says_why(record: Record, exclusion: str) -> None:
    _, trajectory = one(record)
    assert trajectory["exclusion"] == exclusion
    assert trajectory["exclusion_detail"] or exclusion in ("no_steps",)


def test_a_second_run_is_a_duplicate_whoever_solved_it() -> None:
    record = {"id": "a", **run(GUESS, success=False)}
    found = staged("codeact-runs", record, {"id": "a", **run(ANSWER)})
    assert [row["exclusion"] for row in found.trajectories] == ["unresolved", "duplicate"]


def test_problems_of_math_are_told_by_their_words_other_tasks_by_their_number() -> None:
    assert one(run(ANSWER, task=7), task_name="APPS")[1]["task_id"] == "APPS/7"
    assert one(run(ANSWER, task=7), task_name="APPS", split="test")[1]["exclusion"] == "test_data"
    first = one(run(ANSWER, task=7), task_name="algebra")[1]["task_id"]
    assert first == one(run(ANSWER, task=8), task_name="algebra")[1]["task_id"]
    assert first.startswith("algebra/")


def test_a_run_and_the_published_conversation_of_it_are_of_one_task() -> None:
    published = {
        "id": f"oct28/reasoning/algebra/3/m/{SETTING}",
        "conversations": [
            {"role": "user", "content": "Task:\nHow många?"},
            {"role": "assistant", "content": "<solution> 1 </solution>"},
        ],
    }
    of_run = one(run(ANSWER, task=99), task_name="algebra")[1]["task_id"]
    assert staged("codeactinstruct", published).trajectories[0]["task_id"] == of_run


def test_a_mark_goes_as_a_whole_and_leaves_the_words_behind_it() -> None:
    """A character set, such as the published lstrip, would eat the first letters of them."""
    steps, _ = one(run(ANSWER, history=[
        {"role": "user", "content": f"{RULES}\n\n---\n\nTask:\nQ"},
        {"role": "assistant", "content": "Assistant：assistants Assistant: stay."},
    ]))  # fmt: skip
    assert steps[1]["content"] == "assistants Assistant: stay."


# ---------------------------------------------------------------- experiments, tiers, the training set

PRICED = "gpt-3.5-turbo-0613"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two models on four tasks, one that is not through, a second round, and what was chosen of it all."""
    folder = tmp_path_factory.mktemp("codeact")
    outputs = folder / "outputs"
    results(
        outputs, PRICED,
        [
            run(WRONG, CLEAN, ANSWER, task=1), run(CLEAN, ANSWER, task=2), run(WRONG, WRONG, ANSWER, task=3),
            run(GUESS, GUESS, task=4, success=False), run(ANSWER, task=1),
        ],
    )  # fmt: skip
    results(
        outputs, "claude-2",
        [
            run(VAGUE, WRONG, ANSWER, task=1), run(VAGUE, VAGUE, ANSWER, task=2),
            run(CLEAN, success=False, task=3, error="too long"), run(GUESS, success=False, task=4),
        ],
    )  # fmt: skip
    results(outputs, "slow", [run(CLEAN, CLEAN, ANSWER, task=1)])
    results(outputs, "gpt-4-0613", [run(WRONG, CLEAN, ANSWER, task=4), run(ANSWER, task=3)])
    results(outputs, PRICED, [run(CLEAN, GUESS, ANSWER)], task="reasoning/strategyqa")
    paths = Paths(folder / "adp.db", folder / "data")
    land.load("codeact-runs", [outputs], paths)
    conversation = {
        "id": f"oct28/reasoning/hotpotqa/1/{PRICED}/{SETTING}",
        "conversations": [
            {"role": "user", "content": "Task:\nHow många?"},
            {"role": "assistant", "content": "<solution> 1 </solution>"},
        ],
    }
    (folder / "chosen.jsonl").write_text(json.dumps(conversation) + "\n")
    land.load("codeactinstruct", [folder / "chosen.jsonl"], paths)
    build(paths, tokens=False)
    with duckdb.connect(str(paths.db), read_only=True) as con:
        yield con


def of_runs(con: duckdb.DuckDBPyConnection, columns: str) -> list[tuple[Any, ...]]:
    query = f"from standard.codeact_runs select model, cast(task_number as integer), {columns} order by landing_index"
    return con.execute(query + ", 1").fetchall()


def test_tiers_are_by_turns_and_by_round(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = of_runs(warehouse, "tier, is_duplicate, task_name")
    found = {(model, number): tier for model, number, tier, again, name in rows if not again and name == "hotpotqa"}
    assert found == {
        (PRICED, 1): "medium", (PRICED, 2): "easy", (PRICED, 3): "medium", (PRICED, 4): None,
        ("claude-2", 1): "medium", ("claude-2", 2): "medium", ("claude-2", 3): None, ("claude-2", 4): None,
        ("slow", 1): "medium", ("gpt-4-0613", 4): "hard", ("gpt-4-0613", 3): None,
    }  # fmt: skip


def test_an_experiment_is_complete_when_it_has_run_on_every_task(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "from standard.codeact_runs select distinct model, tasks_run, tasks_known, is_complete"
        " where task_name = 'hotpotqa' order by model"
    ).fetchall()
    assert found == [
        ("claude-2", 4, 4, True), (PRICED, 4, 4, True), ("gpt-4-0613", 2, 4, True), ("slow", 1, 4, False),
    ]  # fmt: skip


def test_an_error_that_is_mended_counts_and_an_empty_turn_is_no_clean_one(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = {
        (model, number): rest
        for model, number, *rest in of_runs(warehouse, "pairs, mends_error, is_fit, is_fit_as_published, is_duplicate")
        if not rest[-1]
    }
    assert found[PRICED, 3][:4] == ["EE", False, False, False]
    assert found["claude-2", 1][:4] == ["-E", False, False, True]  # the published rule keeps it
    assert found["claude-2", 2][:4] == ["--", False, False, False]  # every turn but the last was invalid
    assert found["gpt-4-0613", 4][:4] == ["EC", True, True, True]


def test_hard_tasks_are_those_that_nobody_solved_in_the_first_round(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("from standard.hard_tasks select task_id, prompt, run_count, models").fetchall()
    assert found == [("hotpotqa/4", "How många?", 2, ["claude-2", PRICED])]


def test_the_training_set_takes_what_mends_errors_in_several_turns(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("from sft.codeact select id, tier").fetchall()
    assert found == [
        (f"codeact-runs/reasoning/hotpotqa/1/{PRICED}/{SETTING}", "medium"),
        (f"codeact-runs/reasoning/hotpotqa/4/gpt-4-0613/{SETTING}", "hard"),
    ]
    reasons = dict(
        warehouse.execute("from sft.exclusions select trajectory_id, reason where target = 'codeact'").fetchall()
    )
    short = {name.split("/", 3)[3].replace(f"/{SETTING}", ""): reason for name, reason in reasons.items()}
    assert short == {
        f"1/{PRICED}#2": "duplicate", f"2/{PRICED}": "too_easy", f"3/{PRICED}": "no_clean_run",
        f"4/{PRICED}": "unresolved", "1/claude-2": "no_clean_run", "2/claude-2": "no_clean_run",
        "3/claude-2": "failed_run", "4/claude-2": "unresolved", "1/slow": "incomplete_experiment",
        "3/gpt-4-0613": "too_easy", f"hotpotqa/1/{PRICED}": "duplicate",
    } | {f"1/{PRICED}": "other_subset"}  # fmt: skip


def test_a_conversation_is_word_for_word_what_was_said(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = "select to_json(r)::varchar from (from sft.codeact limit 1) as r"
    record = CodeactConversation.model_validate_json(warehouse.execute(query).fetchall()[0][0])
    assert [(message.role, message.content) for message in record.conversations] == [
        ("system", RULES.replace(' Mark it with "<thought>", as in: <thought> I add! </thought>.\n\n', " ")),
        ("user", "Task:\nHow många?"),
        ("assistant", WRONG[0]),
        ("user", f"Observation:\n{WRONG[1]}\nYou have 4 steps left."),
        ("assistant", "I count.\n<execute>\nprint(1)\n</execute>"),
        ("user", "Observation:\n1\nYou have 4 steps left."),
        ("assistant", "Done. The answer is <solution> 1 </solution>."),
    ]


def test_the_report_counts_runs_and_what_they_cost(warehouse: duckdb.DuckDBPyConnection) -> None:
    result = warehouse.execute((root() / "sql" / "reports" / "codeact_runs.sql").read_text())
    names = [column[0] for column in result.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    (priced,) = [row for row in rows if row["model"] == PRICED and row["task_name"] == "hotpotqa"]
    wanted = {
        "runs": 4, "duplicates": 1, "errors": 0, "tasks": 4, "is_complete": True, "solved": 3, "success_rate": 0.75,
        "mean_turns": 2.5, "prompt_tokens": 4000, "completion_tokens": 2000, "cost": 0.01, "cost_per_run": 0.0025,
        "easy": 1, "medium": 2, "hard": 0, "mend_an_error": 1, "trained_on": 1,
    }  # fmt: skip
    assert {name: priced[name] for name in wanted} == wanted
    (other,) = [row for row in rows if row["model"] == "claude-2"]
    assert (other["errors"], other["cost"]) == (1, None)  # a model without a price has no cost


def test_published_figures_stand_beside_those_of_a_part(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "from standard.codeact_counts select published, here, is_whole where subject = 'runs' and figure = 'medium'"
    ).fetchall()
    assert found == [(8580, 6, False)]


def test_published_figures_of_the_sets_add_up(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The table of the sets against the totals that are published beside it."""
    found = warehouse.execute(
        "from seeds.codeact_tasks select sum(tasks_published), sum(trained_on_published),"
        " sum(tasks_published) filter (dataset = 'tasks-math')"
    ).fetchall()
    assert found == [(21868, 6728, 5586)]
