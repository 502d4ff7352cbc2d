"""What sft.sweagent makes of a trajectory."""

import re
import subprocess

import pytest

from schema.sft import Conversation
from tests.rendering import Warehouse, bash, call, code, notice, result, say, user

pytestmark = pytest.mark.any_duckdb


def test_a_conversation_in_full(warehouse: Warehouse) -> None:
    viewed = {"command": "view", "path": "/a.py", "view_range": [1, 9]}
    warehouse.add(
        "swe-smith/1",
        user("Fix it."),
        bash("ls", thought="First a look.\n\n"),
        result("a.py"),
        call("str_replace_editor", viewed),
        result("x = 1"),
        call("submit", thought="Good."),
    )
    (record,) = warehouse.records("sweagent")
    assert record["conversations"] == [
        {"from": "human", "value": "Fix it."},
        {
            "from": "gpt",
            "value": "<think>\nFirst a look.\n</think>\n\n"
            "<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>",
        },
        {"from": "human", "value": "OBSERVATION:\na.py"},
        {
            "from": "gpt",
            "value": "<function=str_replace_editor>\n<parameter=command>\nview\n</parameter>\n"
            "<parameter=path>\n/a.py\n</parameter>\n<parameter=view_range>\n[1, 9]\n</parameter>\n</function>",
        },
        {"from": "human", "value": "OBSERVATION:\nx = 1"},
        {"from": "gpt", "value": "<think>\nGood.\n</think>\n\n<function=submit>\n</function>"},
    ]
    Conversation.model_validate(record)


def test_the_last_message_is_followed_by_submit_on_a_line_of_its_own(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Why?"), say("Because.", thought="Hm."))
    assert warehouse.texts("sweagent")[-1] == "<think>\nHm.\n</think>\n\nBecause.\n\n<function=submit>\n</function>"


def test_a_call_of_finish_is_a_message_and_submit(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Go."), call("finish", {"message": "Done."}), result("bye"))
    assert warehouse.texts("sweagent") == ["Go.", "Done.\n\n<function=submit>\n</function>"]


def test_a_trajectory_that_ends_in_another_call_is_closed(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Go."), bash("make"))
    texts = warehouse.texts("sweagent")
    assert len(texts) == 4
    assert not texts[2].startswith("OBSERVATION:")
    assert texts[3].endswith("\n\n<function=submit>\n</function>")


def test_observation_stands_before_what_comes_back_from_a_call(warehouse: Warehouse) -> None:
    warehouse.add(
        "code_feedback/1", user("a"), code("python", "1"), user("b"), bash("c"), result("d"), notice("e"), say("f")
    )
    assert warehouse.texts("sweagent")[::2] == ["a", "OBSERVATION:\nb", "OBSERVATION:\nd\n\ne"]
    assert "OBSERVATION" not in "".join(warehouse.texts("sweagent")[1::2])


def test_functions_of_the_dataset_are_python_calls_in_bash(warehouse: Warehouse) -> None:
    warehouse.add(
        "codeactinstruct/1", user("Who?"), call("wikipedia_search", {"query": "a 'b'"}), result("x"), say("y")
    )
    first, called, *_ = warehouse.texts("sweagent")
    assert "bash" in first.split("\n")[0]
    assert "wikipedia_search(query: str)" in first
    assert command(called) == "wikipedia_search(query=\"a 'b'\")"


def test_what_must_not_be_learnt_is_context_on_the_humans_side(warehouse: Warehouse) -> None:
    """deviation not-learnt"""
    warehouse.add("swe-smith/1", user("Count."), bash("ls").as_context(), result("a"), say("One."))
    (record,) = warehouse.records("sweagent")
    assert [turn["from"] for turn in record["conversations"]] == ["human", "gpt"]
    assert "<parameter=command>\nls\n" in record["conversations"][0]["value"]


def test_python_code_reaches_python_as_it_was_written(warehouse: Warehouse) -> None:
    """Run by a real bash, with `python` standing for a program that shows its argument."""
    sources = [
        "print('it''s')\nprint(\"$HOME `x` \\\\ \\' \\n\")",
        "\n    indented = '''a'''\n\tx = b\"\\x00\" # ü 😀 !",
        "\\",
        "'",
        "x = 1\n",
    ]
    for number, source in enumerate(sources):
        warehouse.add(f"code_feedback/{number}", user("Run it."), code("python", source), result("ok"), say("Done."))
    for record, source in zip(warehouse.records("sweagent"), sources, strict=True):
        script = 'python() { printf %s "$2"; }\n' + command(record["conversations"][1]["value"])
        shown = subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout.decode()
        assert shown == source


def command(text: str) -> str:
    """The command of the only call of bash in a turn."""
    (found,) = re.findall(r"<function=bash>\n<parameter=command>\n(.*)\n</parameter>\n</function>$", text, re.DOTALL)
    assert isinstance(found, str)
    return found
