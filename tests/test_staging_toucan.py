"""toucan_1_5m: calls that are messages of their own become turns, each result behind its call."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.staged import Record, Row, Staged, staged

DATASET = "toucan_1_5m"
Message = dict[str, Any]
TIDE = {
    "type": "function",
    "function": {"name": "sea-tide_at", "description": "Height.", "parameters": {"type": "object", "properties": {}}},
}


def declared(*tools: object) -> Message:
    return {"role": "system", "content": f"<|im_system|>tool_declare<|im_middle|>{json.dumps(tools)}<|im_end|>"}


def user(content: Any) -> Message:
    return {"role": "user", "content": content}


def agent(content: Any, **fields: Any) -> Message:
    return {"role": "assistant", "content": content, **fields}


def call(name: Any, given: Any, content: Any = "", **fields: Any) -> Message:
    written = given if isinstance(given, str) else json.dumps(given)
    return agent(content, function_call={"name": name, "arguments": written}, **fields)


def result(name: str | None, content: Any, **fields: Any) -> Message:
    return {"role": "function", "name": name, "content": content, **fields}


def stage(*messages: Message, **fields: Any) -> Staged:
    record: Record = {"id": "t", "messages": [user("How high is the tide?"), *messages], **fields}
    return staged(DATASET, record)


def read(*messages: Message) -> list[Row]:
    """The steps behind the question."""
    return stage(*messages).all_steps[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_a_chat_in_full() -> None:
    """deviation toucan-names"""
    made = stage(call("sea-tide_at", {"harbour": "Malmö", "hour": 3}), result("sea-tide_at", "12"), agent("12 cm."))
    columns = ("turn_index", "class", "source", "content", "function", "arguments", "tool_call_id", "name")
    assert only(made.all_steps, *columns) == [
        (None, "text_observation", "user", "How high is the tide?", None, None, None, None),
        (0, "api_action", "agent", None, "sea-tide_at", {"harbour": "Malmö", "hour": 3}, "call_1", None),
        (None, "text_observation", "environment", "12", None, None, "call_1", "sea-tide_at"),
        (1, "message_action", "agent", "12 cm.", None, None, None, None),
    ]


def test_results_stand_behind_the_calls_that_they_answer() -> None:
    """deviation toucan-parallel-calls: by name and order, and by id where there is one"""
    steps = read(
        agent("Both."), call("tide", {"n": 1}), call("boats", {"n": 2}), call("tide", {"n": 3}),
        result("boats", "b2"), result("tide", "t1"), result("tide", "t3"),
    )  # fmt: skip
    assert only(steps, "content", "function", "tool_call_id", "turn_index") == [
        ("Both.", None, None, 0),
        (None, "tide", "call_2", 0),
        ("t1", None, "call_2", None),
        (None, "boats", "call_4", 0),
        ("b2", None, "call_4", None),
        (None, "tide", "call_6", 0),
        ("t3", None, "call_6", None),
    ]
    nameless = read(call("tide", {}), call("tide", {}), result(None, "1"), result(None, "2"))
    assert only(nameless, "content", "tool_call_id") == [
        (None, "call_1"),
        ("1", "call_1"),
        (None, "call_3"),
        ("2", "call_3"),
    ]
    ids = [{"extra": {"function_id": name}} for name in "ab"]
    by_id = read(
        call("t", {}, **ids[0]), call("t", {}, **ids[1]), result("t", "2", **ids[1]), result("t", "1", **ids[0])
    )
    assert only(by_id, "content", "tool_call_id") == [(None, "a"), ("1", "a"), (None, "b"), ("2", "b")]


def test_a_call_without_its_result_says_so() -> None:
    steps = read(call("a", {}), call("b", {}), result("b", "x"), result("b", "y"), agent("So."))
    assert only(steps[:4], "function", "content", "tool_call_id", "details") == [
        ("a", None, "call_1", {"result": "missing"}),
        ("b", None, "call_2", None),
        (None, "x", "call_2", None),
        (None, "y", "call_2", None),
    ]


def test_what_is_said_until_somebody_else_speaks_is_one_turn() -> None:
    """deviation toucan-words-with-a-call"""
    steps = read(
        agent("", reasoning_content="Hm."), call("a", {}, "First."), call("b", {}, "Then.", reasoning_content="So."),
        result("a", "x"), result("b", "y"),
        call("a", {}, "Again."), result("a", "z"), agent(""),
    )  # fmt: skip
    assert only(steps, "turn_index", "class", "content", "function", "thought", "reasoning") == [
        (0, "message_action", "First.", None, None, "Hm.\n\nSo."),
        (0, "api_action", None, "a", None, None),
        (None, "text_observation", "x", None, None, None),
        (0, "message_action", "Then.", None, None, None),
        (0, "api_action", None, "b", None, None),
        (None, "text_observation", "y", None, None, None),
        (1, "api_action", None, "a", "Again.", None),
        (None, "text_observation", "z", None, None, None),
        (2, "message_action", "", None, None, None),
    ]


def test_calls_may_have_roles_of_their_own() -> None:
    steps = read(
        {"role": "tool_call", "content": json.dumps({"name": "tide", "arguments": {"harbour": "Århus"}})},
        {"role": "tool_response", "content": "31"},
        agent("31 cm."),
    )
    assert only(steps, "class", "function", "arguments", "content", "tool_call_id") == [
        ("api_action", "tide", {"harbour": "Århus"}, None, "call_1"),
        ("text_observation", None, None, "31", "call_1"),
        ("message_action", None, None, "31 cm.", None),
    ]


@pytest.mark.parametrize(
    "given",
    [{"name": "tide", "arguments": {"a": "it's"}}, {"name": "tide", "arguments": json.dumps({"a": "it's"})}],
)
@pytest.mark.parametrize("write", [json.dumps, repr])
def test_a_call_with_a_role_of_its_own_is_json_or_python(given: Message, write: Callable[[Message], str]) -> None:
    """The published subset holds what Python's str() makes of a dictionary."""
    (step,) = read({"role": "tool_call", "content": write(given)}, {"role": "tool_response", "content": "1"})[:1]
    assert (step["class"], step["function"], step["arguments"]) == ("api_action", "tide", {"a": "it's"})


def test_any_text_comes_back_from_a_call_that_python_wrote() -> None:
    texts = ['"', "'", "\"'", "\\", "\n\t\r", "\xa0é世\u200b", "a\\nb", "{'name': 'x'}", "None, True", "C:\\x41"]
    given = {"name": "tide", "arguments": json.dumps({str(n): text for n, text in enumerate(texts)})}
    (step,) = read({"role": "tool_call", "content": str(given)}, {"role": "tool_response", "content": "1"})[:1]
    assert list(step["arguments"].values()) == texts
    given["arguments"] = json.dumps({str(n): text for n, text in enumerate(texts)}, ensure_ascii=False)
    (step,) = read({"role": "tool_call", "content": str(given)}, {"role": "tool_response", "content": "1"})[:1]
    assert list(step["arguments"].values()) == texts


def test_a_result_that_is_a_list_stays_one() -> None:
    for content in ("[]", '[{"type": "harbour", "name": "Oslo"}]', '[{"type": "text", "text": "Oslo"}]', "[1, 2]"):
        assert read(call("tide", {}), result("tide", content))[1]["content"] == content


def test_declared_tools_are_the_tools_and_no_prompt() -> None:
    """deviations toucan-system and toucan-own-tools"""
    bare = {"name": "boats", "parameters": None}

    def told(*messages: Message, **fields: Any) -> tuple[Any, Any, Any]:
        record = {"id": "t", "messages": [*messages, user("Tide?"), agent("No.")], **fields}
        trajectory = staged(DATASET, record).trajectory("t")
        assert staged(DATASET, record).all_steps[0]["content"] == "Tide?"
        return trajectory["tools"], trajectory["system_prompt"], trajectory["details"].get("available_tools")

    wrapped = [{"type": "function", "function": {"name": "boats"}}]
    assert told(declared(TIDE), available_tools=json.dumps([TIDE])) == ([TIDE], None, None)
    assert told(declared(TIDE), available_tools=json.dumps([bare])) == ([TIDE], None, wrapped)
    assert told({"role": "system", "content": "Help."}, available_tools=json.dumps([bare])) == (wrapped, "Help.", None)
    assert told(tools=json.dumps([TIDE])) == ([TIDE], None, None)
    assert told(available_tools="none") == (None, None, None)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (call("tide", '{"harbour": "Oslo"'), "no JSON object with unique keys"),
        (call("tide", '{"a": 1, "a": 2}'), "no JSON object with unique keys"),
        (call("tide", "[1]"), "no JSON object with unique keys"),
        (call(None, {}), "a call without a name"),
        ({"role": "tool_call", "content": "{'tide': 'Oslo'}"}, "a call without a name"),
        ({"role": "tool_call", "content": "tide('Oslo')"}, "a call without a name"),
        ({"role": "critic", "content": "Hm."}, "a role that the source does not have"),
        ({"role": None, "content": None}, "a role that the source does not have"),
    ],
)
def test_what_cannot_be_read_is_kept_as_text_and_excludes(message: Message, reason: str) -> None:
    """deviation toucan-unreadable-call"""
    made = stage(message, result("tide", "error"), agent("I do not know."))
    trajectory = made.trajectory("t")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"][:8]) == ("unreadable_step", "step 1: ")
    assert reason in trajectory["exclusion_detail"]
    assert made.all_steps[1]["class"] in ("message_action", "text_observation")
    text = (message.get("function_call") or {}).get("arguments") or message["content"] or ""
    assert text in json.dumps(made.all_steps[1]["content"], ensure_ascii=False).replace('\\\\\\"', '"').replace(
        '\\"', '"'
    )
    assert made.all_steps[-1]["content"] == "I do not know."


def test_empty_arguments_are_none() -> None:
    assert [step["arguments"] for step in read(call("a", ""), call("b", "{}"))] == [{}, {}]


def test_the_trajectory_says_what_the_source_says() -> None:
    record: Record = {
        "uuid": "u-1",
        "subset_name": "irrelevant",
        "messages": [user("Tide?"), agent("No tool for it.")],
        "question": "Tide?",
        "target_tools": "tide, boats",
        "question_quality_assessment": '{"score": 4.5}',
        "response_quality_assessment": "It is fine.",
        "metadata": '{"row_id": 12, "mcp_servers": [{"server_name": "sea", "tools": ["..."]}]}',
        "batch": 3,
    }
    made = staged(DATASET, record, {"uuid": "u-2", "messages": []})
    trajectory = made.trajectory("u-1")
    assert trajectory["exclusion"] is None
    assert trajectory["details"] == {
        "uuid": "u-1",
        "subset_name": "irrelevant",
        "question": "Tide?",
        "target_tools": "tide, boats",
        "question_quality_assessment": {"score": 4.5},
        "response_quality_assessment": "It is fine.",
        "metadata": {"row_id": 12},
        "mcp_servers": ["sea"],
        "batch": 3,
    }
    assert made.trajectory("u-2")["exclusion"] == "no_steps"
