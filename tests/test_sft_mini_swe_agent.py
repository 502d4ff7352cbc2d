"""What sft.mini_swe_agent makes of a trajectory: one command a turn."""

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adp import queries
from schema.sft import Conversation
from tests.rendering import Step, Warehouse, bash, call, code, notice, page, result, say, user

pytestmark = pytest.mark.any_duckdb

# how mini-swe-agent finds the command in an answer
ACTION = re.compile(r"```mswea_bash_command\s*\n(.*?)\n```", re.DOTALL)
CHECK = queries.find("checks")["commands_come_alone"]
HAND_IN = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"


def turns(warehouse: Warehouse) -> list[dict[str, Any]]:
    """The turns of the only record, each answer with one command."""
    (record,) = warehouse.records("mini_swe_agent")
    Conversation.model_validate(record)
    assert warehouse.rows(CHECK.sql) == []
    found = record["conversations"]
    assert isinstance(found, list)
    return found


def commands(warehouse: Warehouse) -> list[str]:
    """The commands of the only record."""
    found = [ACTION.findall(turn["value"]) for turn in turns(warehouse) if turn["from"] == "gpt"]
    assert all(len(one) == 1 for one in found)
    return [one[0] for one in found]


def reason(warehouse: Warehouse) -> tuple[str, str | None]:
    """Why the only trajectory is left out."""
    (found,) = warehouse.reasons("mini_swe_agent").values()
    return found


def test_a_conversation_in_full(warehouse: Warehouse) -> None:
    answer = result("3\n")
    warehouse.add(
        "agenttuning_os/1",
        user("Count."),
        bash("ls |\nwc -l", "I count.\n"),
        Step({**answer.values, "details": '{"returncode": 0}'}, answers=1),
        say("Three.", "That is it."),
    )
    assert turns(warehouse) == [
        {"from": "human", "value": "Count."},
        {"from": "gpt", "value": "THOUGHT: I count.\n\n```mswea_bash_command\nls |\nwc -l\n```"},
        {"from": "human", "value": "<returncode>0</returncode>\n<output>\n3\n</output>"},
        {"from": "gpt", "value": f"THOUGHT: That is it.\n\nThree.\n\n```mswea_bash_command\n{HAND_IN}\n```"},
    ]


def test_words_hand_the_work_in_and_the_user_may_go_on(warehouse: Warehouse) -> None:
    warehouse.add(
        "agenttuning_os/1", user("Count."), say("Three."), user("And now?"), bash("ls"), result("a"), say("!")
    )
    assert commands(warehouse) == [HAND_IN, "ls", HAND_IN]


def test_submit_and_finish_hand_the_work_in(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Go."), bash("ls"), result("a"), call("submit", thought="Good."))
    assert commands(warehouse) == ["ls", HAND_IN]
    warehouse.clear().add("swe-smith/1", user("Go."), call("finish", {"message": "Done."}))
    assert turns(warehouse)[-1]["value"].startswith("Done.\n\n")


def test_a_trajectory_that_ends_in_a_command_is_closed(warehouse: Warehouse) -> None:
    warehouse.add("agenttuning_os/1", user("Go."), bash("make"))
    assert commands(warehouse) == ["make", HAND_IN]
    assert [turn["from"] for turn in turns(warehouse)] == ["human", "gpt", "human", "gpt"]


def test_parallel_commands_with_results_between_them_are_turns_of_their_own(warehouse: Warehouse) -> None:
    warehouse.add(
        "agenttuning_os/1",
        user("Go."),
        bash("a", "Both."),
        result("1"),
        bash("b").in_same_turn(),
        result("2"),
        say("."),
    )
    assert commands(warehouse) == ["a", "b", HAND_IN]
    assert "THOUGHT: Both." in turns(warehouse)[3]["value"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            (call("str_replace_editor", {"command": "view", "path": "/a"}), result("x")),
            ("no_command", "str_replace_editor"),
        ),
        ((code("go", "x"), result("y")), ("no_command", "go")),
        ((bash("cat <<E\n```\nE"), result("")), ("no_command", "bash")),
        ((bash("  "), result("")), ("no_command", "bash")),
        ((bash("cd /a"), result("")), ("no_command", "bash")),
        ((bash("a").as_context(), result("")), ("no_command", "bash")),
        ((code("python", "x = 1\nx"), result("1")), ("no_command", "python")),
        ((code("python", "x = 1"), result(""), code("python", "print(x)"), result("1")), ("no_command", "python")),
        ((bash("a"), bash("b").in_same_turn(), result("ab")), ("not_one_command", None)),
        ((say("I think."), notice("No command was found.")), ("not_one_command", None)),
        ((page("x"),), ("web", None)),
    ],
)
def test_what_is_no_single_command_is_left_out(
    warehouse: Warehouse, steps: tuple[Step, ...], expected: tuple[str, str | None]
) -> None:
    warehouse.add("swe-smith/1", user("Go."), *steps, say("Done."))
    assert reason(warehouse) == expected


def test_what_suits_other_agents_is_left_out(warehouse: Warehouse) -> None:
    warehouse.add("nnetnav-live/1", user("Go."), page("x"), say("Done."))
    assert reason(warehouse) == ("other_agent", None)


def test_a_task_stands_in_the_frame_of_the_agents_prompt(warehouse: Warehouse) -> None:
    warehouse.con.execute(
        "insert into raw.system_prompts (target, text, task_frame) values ('mini_swe_agent', 'Be.', 'Solve: {task}!')"
    )
    warehouse.add("agenttuning_os/1", user("Count."), say("Three."))
    assert turns(warehouse)[0]["value"] == "Solve: Count.!"


def test_python_that_stands_alone_does_as_a_command_what_it_does_in_a_session(warehouse: Warehouse) -> None:
    source = 'import sys\nfor word in ("it\'s", \'a "b" $c \\\\\'):\n    print(word)\n'
    warehouse.add("codeactinstruct/1", user("Go."), code("python", source), result("x"), say("Done."))
    command = commands(warehouse)[0].replace("python3", sys.executable, 1)
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert ran.stdout == 'it\'s\na "b" $c \\\n'


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_is_one_word_of_the_shell(shared_warehouse: Warehouse, text: str) -> None:
    word = shared_warehouse.evaluate("shell_word(?)", text)
    pieces = word.split("'\"'\"'")
    assert "'".join([pieces[0][1:], *pieces[1:]])[:-1] == text
