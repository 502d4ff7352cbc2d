"""The sets of the Speculative Tool Actions: what comes next, whether it is right, and what a model is judged with."""

import hashlib
import json
import re
from collections import Counter
from typing import Any

import pytest

from adp import queries
from schema import sft
from tests.rendering import Step, Warehouse, bash, call, result, say, user

SETS = ("proposer", "proposer_brief", "verifier", "verifier_preference", "speculative_eval")
QUESTION = "[Next Action Prediction] Choose one: "
Message = dict[str, Any]
Record = dict[str, Any]

MENDED: tuple[Step, ...] = (
    user("Mend a.py."),
    bash("cat a.py", "I look."),
    result("x = 1"),
    call("str_replace_editor", {"command": "str_replace", "path": "a.py", "old_str": "1", "new_str": "2"}, "I edit."),
    result("Done."),
    bash("pytest -q"),
    result("1 passed"),
    call("submit"),
)


def task(split: str, number: int = 0) -> str:
    """A task on this side."""
    sides = {"eval": ("0", "1999999a"), "test": ("1999999a", "30a3d70b"), "train": ("30a3d70b", "g")}
    low, high = sides[split]
    names = (f"swe/{name}" for name in range(1_000_000))
    found = (name for name in names if low <= hashlib.md5(name.encode()).hexdigest() < high)
    return next(name for place, name in enumerate(found) if place == number)


class Runs:
    """Trajectories with the tasks that they are about and the verdicts on them."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        for dataset in ("swe_smith", "toolbench"):
            for column in ("task_id", "system_prompt"):
                warehouse.con.execute(
                    f"alter table staging.{dataset}_trajectories add column if not exists {column} varchar"
                )

    def add(
        self,
        trajectory_id: str,
        *steps: Step,
        task_id: str | None = None,
        outcome: bool | None = True,
        exclusion: str | None = None,
        details: dict[str, Any] | None = None,
        system: str | None = None,
    ) -> "Runs":
        """One more run; of one that failed the source says that it is unresolved."""
        if outcome is False:
            exclusion = "unresolved"
        self.warehouse.add(trajectory_id, *steps, exclusion=exclusion, details=details)
        table = f"staging.{trajectory_id.split('/')[0].replace('-', '_')}_trajectories"
        self.warehouse.con.execute(
            f"update {table} set outcome = ?, task_id = ?, system_prompt = ? where trajectory_id = ?",
            [outcome, task_id or task("train"), system, trajectory_id],
        )
        return self

    def records(self, target: str) -> list[Record]:
        """The rows of a set, each of which is valid."""
        found = self.warehouse.records(target)
        for record in found:
            sft.TARGETS[target].model_validate(record)
        return found


@pytest.fixture
def runs(warehouse: Warehouse) -> Runs:
    return Runs(warehouse)


def said(messages: list[Message]) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in messages]


def texts(record: Record) -> str:
    """All of a record but what it says of itself."""
    columns = ("prompt", "completion", "chosen", "rejected", "messages")
    return json.dumps({name: record[name] for name in columns if name in record})


def test_a_proposer_in_full(runs: Runs) -> None:
    """deviations speculative-lineage and speculative-roles: where a row is from, and four roles"""
    runs.add("swe-smith/1", *MENDED, system="You are handy.")
    first, second, *_, last = runs.records("proposer")
    assert {name: first[name] for name in first if name not in ("prompt", "completion")} == {
        "id": "swe-smith/1-0",
        "trajectory_id": "swe-smith/1",
        "step_index": 1,
        "dataset": "swe-smith",
        "action_type": "file_read",
        "split": "train",
    }
    system, question = first["prompt"]
    assert system["role"] == "system"
    assert system["content"].startswith("You foresee")
    assert system["content"].endswith("\n\nYou are handy.")
    assert (question["role"], question["content"].split("\n\n")[0]) == ("user", "Mend a.py.")
    assert first["completion"] == [
        {
            "role": "assistant",
            "content": "Action: file_read\nI look.",
            "tool_calls": [
                {
                    "id": "call_0",
                    "type": "function",
                    "function": {"name": "bash", "arguments": '{"command":"cat a.py"}'},
                }
            ],
        }
    ]
    assert said(second["prompt"][1:-1]) == [("user", "Mend a.py."), ("assistant", "I look.")]
    assert second["prompt"][-1] == {
        "role": "tool",
        "tool_call_id": "call_0",
        "content": f"x = 1\n\n{QUESTION}tool_call, retrieval, file_read, file_write, repair, verifier, "
        "ask_clarification, final_answer, BLOCKED",
    }
    assert (last["step_index"], last["action_type"]) == (7, "final_answer")
    assert last["completion"][0]["content"] == "Action: final_answer"


def test_nothing_that_a_set_adds_to_a_row_is_in_another(runs: Runs) -> None:
    """deviations speculative-shared-messages and speculative-labels-in-prompts"""
    runs.add("swe-smith/1", *MENDED).add("swe-smith/2", *MENDED, task_id=task("eval"))
    for record in runs.records("proposer"):
        *before, last = record["prompt"]
        assert QUESTION in last["content"]
        assert not [message for message in before if QUESTION in message["content"]]
        assert not [message for message in record["prompt"][1:] if message["content"].startswith("Action: ")]
    for target in ("verifier", "verifier_preference", "speculative_eval"):
        for record in runs.records(target):
            assert "Action: " not in texts(record)
            assert QUESTION not in texts(record)


def test_no_prompt_knows_its_own_message_or_a_later_one(runs: Runs) -> None:
    runs.add(
        "swe-smith/1", user("Go."), *(bash(f"echo mark{n}", f"Word{n}.") for n in range(5)), result("x"), say("So.")
    )
    runs.add("swe-smith/2", user("Go."), bash("echo mark0"), result("x"), say("So."), task_id=task("eval"))
    for target in SETS:
        for record in runs.records(target):
            prompt = record["prompt"] if "prompt" in record else record["messages"][:-1]
            place = int(record["id"].rsplit("-", 1)[1])
            found = {
                int(number)
                for number in re.findall(r"mark(\d)|Word(\d)", json.dumps(prompt))
                for number in number
                if number
            }
            assert all(number < place for number in found)
            assert sum(message["role"] == "assistant" for message in prompt) <= place


def test_the_question_in_a_call_is_not_asked(runs: Runs) -> None:
    """What the check looks for is in what is said, not in what is called."""
    command = bash("grep '[Next Action Prediction] Action: repair' a.py")
    runs.add("swe-smith/a", user("Look."), command, result("none"), bash("ls"), result("a.py"), call("submit"))
    assert len(runs.records("proposer")) == 3
    check = queries.find("checks")["prompts_hold_no_labels"]
    assert queries.run(runs.warehouse.build().con, check)[1] == []


def test_the_state_before_a_message_is_known_where_there_is_a_verdict(runs: Runs) -> None:
    for name, outcome in (("judged", True), ("again", False), ("open", None)):
        runs.add(f"swe-smith/{name}", *MENDED, outcome=outcome)
    rows = runs.warehouse.rows("from sft.decisions select trajectory_id, exchange, label, state, message_hash")
    assert len(rows) == 3 * 4
    for _, _, label, state, message_hash in rows:
        assert (label is None) == (state is None) == (message_hash is None)
    states = {(trajectory, exchange): state for trajectory, exchange, _, state, _ in rows}
    for exchange in range(4):
        assert states["swe-smith/judged", exchange] == states["swe-smith/again", exchange]
        assert states["swe-smith/open", exchange] is None


def test_every_message_that_can_be_foreseen_has_a_prompt(runs: Runs) -> None:
    runs.add("swe-smith/a", *MENDED).add("swe-smith/b", say("I begin."), *MENDED)
    [(messages,)] = runs.warehouse.rows("from sft.decisions select count(*)")
    [(prompts,)] = runs.warehouse.rows("from sft.decision_prompts select count(*) where len(history) > 0")
    assert messages == prompts == 8


def test_a_turn_that_only_calls_has_empty_words(runs: Runs) -> None:
    """deviation speculative-no-content"""
    runs.add("swe-smith/1", user("Go."), bash("ls"), result(""), say("Done.", "Hm."))
    found = runs.records("verifier")
    assert said(found[0]["completion"]) == [("assistant", "")]
    assert said(found[1]["prompt"]) == [("user", "Go."), ("assistant", ""), ("tool", "")]
    assert said(found[1]["completion"]) == [("assistant", "Hm.\n\nDone.")]


def test_a_task_is_on_one_side_with_all_its_runs(runs: Runs) -> None:
    """deviations speculative-held-out, speculative-split-by-row and speculative-unseeded-split"""
    for split in ("train", "test", "eval"):
        for number in range(2):
            for run in range(2):
                name = f"swe-smith/{split}{number}{run}"
                runs.add(name, *MENDED, task_id=task(split, number), outcome=run == 0)
    sides: dict[str, set[str]] = {}
    for target in SETS:
        for record in runs.records(target):
            assert record["trajectory_id"].startswith(f"swe-smith/{record['split']}")
            assert (record["split"] == "eval") == (target == "speculative_eval")
            sides.setdefault(record["trajectory_id"][:-1], set()).add(record["split"])
    assert all(len(found) == 1 for found in sides.values())
    assert len(sides) == 6
    assert set(runs.warehouse.reasons("proposer").values()) == {("held_out", None), ("unresolved", None)}
    assert ("not_held_out", None) in runs.warehouse.reasons("speculative_eval").values()


def test_sets_do_not_depend_on_the_order_of_landing(warehouse: Warehouse) -> None:
    """deviation speculative-unseeded-split"""

    def made(order: list[int]) -> list[list[str]]:
        runs = Runs(warehouse.clear())
        for number in order:
            steps = (user("Go."), bash(f"ls {number % 2}"), result("x"), bash("pytest"), result("y"), call("submit"))
            runs.add(f"swe-smith/{number}", *steps, task_id=task("train", number // 4), outcome=number % 2 == 0)
        return [sorted(json.dumps(record) for record in runs.records(target)) for target in SETS]

    assert made(list(range(8))) == made(list(reversed(range(8))))


def failing(command: str) -> tuple[Step, ...]:
    return (user("Mend a.py."), bash("cat a.py", "I look."), result("x = 1"), bash(command, "I try."), result("no"))


def test_a_real_negative_is_what_a_failed_run_did_at_the_same_place(runs: Runs) -> None:
    """deviation speculative-other-prompt"""
    runs.add("swe-smith/1", *MENDED)
    runs.add("swe-smith/2", *failing("rm a.py"), call("submit"), outcome=False)
    runs.add("swe-smith/3", *failing("rm a.py"), call("submit"), outcome=False, task_id=task("train", 1))
    real = [record for record in runs.records("verifier_preference") if not record["is_synthetic"]]
    (pair,) = real
    assert (pair["step_index"], pair["rejected_trajectory_id"], pair["rejected_step_index"]) == (3, "swe-smith/2", 3)
    assert (pair["action_type"], pair["rejected_action_type"]) == ("file_write", "file_write")
    assert said(pair["chosen"]) == [("assistant", "I edit.")]
    assert said(pair["rejected"]) == [("assistant", "I try.")]
    prompts = {record["id"]: record["prompt"] for record in runs.records("verifier")}
    assert pair["prompt"] == prompts["swe-smith/1-1"] == prompts["swe-smith/2-1"]


def test_runs_that_went_another_way_before_make_no_pair(runs: Runs) -> None:
    """deviation speculative-other-prompt"""
    runs.add("swe-smith/1", *MENDED)
    runs.add("swe-smith/2", user("Mend a.py."), bash("ls"), result("a.py"), call("submit"), outcome=False, system="X")
    assert all(record["is_synthetic"] for record in runs.records("verifier_preference"))


def test_a_synthetic_negative_has_the_form_of_a_real_one(runs: Runs) -> None:
    """deviation speculative-synthetic: a message of this very run, of another type, with the ids of its place"""
    runs.add("swe-smith/1", *MENDED)
    (pair,) = runs.records("verifier_preference")
    assert pair["is_synthetic"]
    assert pair["rejected_trajectory_id"] == "swe-smith/1"
    assert pair["rejected_step_index"] < pair["step_index"]
    assert pair["action_type"] != pair["rejected_action_type"]
    (chosen,), (rejected,) = pair["chosen"], pair["rejected"]
    assert set(chosen) == set(rejected)
    assert [made["id"] for made in chosen["tool_calls"]] == [made["id"] for made in rejected["tool_calls"]]
    assert "synthetic" not in json.dumps(rejected)
    assert rejected["tool_calls"] != chosen["tool_calls"]


def test_a_synthetic_negative_of_words_is_words_where_there_are_any(runs: Runs) -> None:
    """deviation speculative-synthetic: else whatever has a call would be the worse one at the end"""
    talk = (
        user("Tide?"),
        say("Which harbour?"),
        user("Oslo"),
        call("tide", {"n": 1}),
        result("12"),
        say("It is 12 cm."),
    )
    runs.add("toolbench/1", *talk)
    for pair in runs.records("verifier_preference"):
        (chosen,), (rejected,) = pair["chosen"], pair["rejected"]
        assert ("tool_calls" in chosen) == ("tool_calls" in rejected) or pair["action_type"] == "tool_call"
    assert any("tool_calls" not in pair["chosen"][0] for pair in runs.records("verifier_preference"))


def test_real_negatives_come_first_and_synthetic_ones_are_at_most_one_in_five(runs: Runs) -> None:
    """deviation speculative-policy"""
    acts = ("ls", "cat a", "pytest", "rm b")
    long = [step for n in range(20) for step in (bash(f"{acts[n % 4]}{n}"), result("x"))]
    runs.add("swe-smith/1", user("Go."), *long, call("submit"))
    runs.add("swe-smith/2", user("Go."), bash("pwd"), result("x"), call("submit"), outcome=False)
    kinds = Counter(record["is_synthetic"] for record in runs.records("verifier_preference"))
    assert kinds[False] == 1
    assert kinds[True] == 4  # of 20 messages that have no real one
    ids = [record["id"] for record in runs.records("verifier_preference")]
    assert len(ids) == len(set(ids))
    columns, found = queries.run(runs.warehouse.build().con, queries.find("reports")["preference_pairs"])
    assert [dict(zip(columns, row, strict=True)) for row in found] == [
        {
            "dataset": "swe-smith", "split": "train", "pairs": 5, "real": 1, "synthetic": 4, "share_synthetic": 0.8,
            "of_one_type": 1,
        }
    ]  # fmt: skip


def test_of_a_few_messages_one_has_a_synthetic_negative(runs: Runs) -> None:
    """deviation speculative-policy"""
    runs.add("swe-smith/1", user("Go."), *(step for n in range(4) for step in (bash(f"cat {n}"), result("x"))), *MENDED)
    assert runs.warehouse.rows("from sft.decisions select count(*)") == [(8,)]
    assert [pair["is_synthetic"] for pair in runs.records("verifier_preference")] == [True]


def test_a_verdict_is_on_the_trajectory_and_says_whose_it_is(runs: Runs) -> None:
    """deviations speculative-outcome and speculative-mixed-verdicts"""
    talk = (user("Tide?"), call("tide", {"n": 1}), result("12"), say("12 cm."))
    runs.add("swe-smith/1", *MENDED).add("swe-smith/2", *MENDED, outcome=False)
    runs.add("toolbench/1", *talk, outcome=None, details={"agent_verdict": True})
    runs.add("toolbench/2", *talk, outcome=None, details={"agent_verdict": False}, exclusion="unresolved")
    runs.add("toolbench/3", *talk, outcome=None)
    found = {(r["trajectory_id"], r["label"], r["label_by"], r["label_level"]) for r in runs.records("verifier")}
    assert found == {
        ("swe-smith/1", True, "source", "trajectory"),
        ("swe-smith/2", False, "source", "trajectory"),
        ("toolbench/1", True, "agent", "trajectory"),
        ("toolbench/2", False, "agent", "trajectory"),
    }
    assert runs.warehouse.reasons("verifier")["toolbench/3"] == ("no_verdict", None)


def test_what_the_source_does_not_know_is_null_in_the_evaluation(runs: Runs) -> None:
    """deviation speculative-mixed-verdicts"""
    talk = (user("Tide?"), call("tide", {"n": 1}), result("12"), say("12 cm."))
    runs.add("toolbench/1", *talk, outcome=None, details={"agent_verdict": True}, task_id=task("eval"))
    runs.add("swe-smith/1", *MENDED, outcome=False, task_id=task("eval", 1))
    found = {record["trajectory_id"]: record["resolved"] for record in runs.records("speculative_eval")}
    assert found == {"toolbench/1": None, "swe-smith/1": False}
    record = runs.records("speculative_eval")[0]
    assert (
        said(record["messages"]) == [("user", "Mend a.py."), ("assistant", "I look.")]
        or record["dataset"] != "swe-smith"
    )
    assert record["sample_key"] == hashlib.md5(record["id"].encode()).hexdigest()


def test_a_run_that_the_agent_begins_gets_no_question_into_the_system_prompt(runs: Runs) -> None:
    """deviation speculative-empty-prompt"""
    runs.add("swe-smith/1", bash("ls"), result("x"), call("submit"), system="You are handy.")
    runs.add("swe-smith/2", bash("ls"), result("x"), call("submit"), outcome=False)
    runs.add("swe-smith/3", *MENDED)
    assert runs.warehouse.reasons("proposer")["swe-smith/1"] == ("no_task", None)
    for target in ("proposer", "verifier"):
        for record in runs.records(target):
            first = next(message for message in record["prompt"] if message["role"] != "system")
            assert first["role"] in ("user", "assistant")
            assert all(QUESTION not in said["content"] for said in record["prompt"] if said["role"] == "system")


def test_what_is_asked_for_is_what_is_answered(runs: Runs) -> None:
    """deviation speculative-two-forms"""
    runs.add("swe-smith/1", *MENDED)
    for full, brief in zip(runs.records("proposer"), runs.records("proposer_brief"), strict=True):
        assert "and its calls" in full["prompt"][0]["content"]
        assert "Write no calls" in brief["prompt"][0]["content"]
        assert full["prompt"][1:] == brief["prompt"][1:]
        assert "tool_calls" in full["completion"][0]
        assert "tool_calls" not in brief["completion"][0]
        assert full["completion"][0]["content"] == brief["completion"][0]["content"]


def test_parallel_calls_are_one_row_and_each_is_answered(runs: Runs) -> None:
    runs.add(
        "swe-smith/1",
        user("Go."), bash("ls", "Both."), result("a"), bash("cat b").in_same_turn(), result("c"), call("submit"),
    )  # fmt: skip
    first, last = runs.records("verifier")
    assert [made["id"] for made in first["completion"][0]["tool_calls"]] == ["call_0", "call_0_2"]
    answers = [(message["tool_call_id"], message["content"]) for message in last["prompt"] if message["role"] == "tool"]
    assert answers == [("call_0", "a"), ("call_0_2", "c")]


def test_what_must_not_be_learnt_is_only_said_before(runs: Runs) -> None:
    context = tuple(step.as_context() for step in (bash("ls", "An example."), result("a")))
    runs.add("swe-smith/1", user("Go."), *context, *MENDED)
    found = runs.records("proposer")
    assert all("An example." not in json.dumps(record["completion"]) for record in found)
    assert "An example." in json.dumps(found[0]["prompt"])


def test_pages_images_and_mere_talk_are_left_out_with_a_reason(runs: Runs) -> None:
    runs.add("swe-smith/1", user("Hello."), say("Hello."))
    assert runs.warehouse.reasons("proposer")["swe-smith/1"] == ("no_calls", None)
    assert runs.warehouse.reasons("verifier_preference")["swe-smith/1"] == ("no_calls", None)
    runs.add("swe-smith/2", user("Go."), bash("ls"), result("x"), bash("ls -l"), result("y"), outcome=True)
    assert runs.warehouse.reasons("verifier")["swe-smith/1"] == ("no_calls", None)


def test_every_row_says_where_it_is_from(runs: Runs) -> None:
    """deviation speculative-lineage"""
    runs.add("swe-smith/1", *MENDED).add("swe-smith/2", *MENDED, task_id=task("eval"))
    for target in SETS:
        for record in runs.records(target):
            assert {"id", "trajectory_id", "step_index", "dataset", "action_type", "split"} <= record.keys()
            found = runs.warehouse.rows(
                "from standard.action_types select action_type where trajectory_id = ? and step_index = ?",
                [record["trajectory_id"], record["step_index"]],
            )
            assert found == [(record["action_type"],)]
