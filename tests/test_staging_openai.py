"""OpenAI's chats: calls of either kind, contents of either kind, and roles of every kind."""

import json
from typing import Any

import pytest

from tests.exchange import Record, Row, exchange

Message = dict[str, Any]


def user(content: Any) -> Message:
    return {"role": "user", "content": content}


def call(identifier: str | None, name: str | None, arguments: object) -> Message:
    written = arguments if isinstance(arguments, str | None) else json.dumps(arguments)
    return {"id": identifier, "type": "function", "function": {"name": name, "arguments": written}}


def agent(content: Any, *calls: Message, **fields: Any) -> Message:
    return {"role": "assistant", "content": content, **({"tool_calls": list(calls)} if calls else {}), **fields}


def result(identifier: str | None, content: Any) -> Message:
    return {"role": "tool", "tool_call_id": identifier, "content": content}


def chat(*messages: Any, **fields: Any) -> Record:
    return {"id": "x", "messages": [user("Go."), *messages], **fields}


def read(*messages: Any, **fields: Any) -> list[Row]:
    """The steps behind the task."""
    return exchange().take("openai", chat(*messages, **fields)).steps("x")[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_results_stand_behind_their_calls() -> None:
    steps = read(
        agent("Both.", call("a", "f", {"n": 1}), call("b", "bash", {"command": "ls"})),
        result("b", "x"),
        result("a", "y"),
        agent("Done.", reasoning_content="Hm."),
    )
    assert only(steps, "class", "content", "arguments", "tool_call_id", "thought", "reasoning") == [
        ("api_action", None, {"n": 1}, "a", "Both.", None),
        ("text_observation", "y", None, "a", None, None),
        ("code_action", "ls", None, "b", None, None),
        ("text_observation", "x", None, "b", None, None),
        ("message_action", "Done.", None, None, None, "Hm."),
    ]


def test_the_call_of_old_is_answered_by_the_function() -> None:
    steps = read(
        agent(None, function_call={"name": "f", "arguments": "{}"}),
        {"role": "function", "name": "f", "content": "x"},
        agent("Done."),
    )
    assert only(steps, "class", "content", "tool_call_id", "name") == [
        ("api_action", None, "call_1", None),
        ("text_observation", "x", "call_1", "f"),
        ("message_action", "Done.", None, None),
    ]


def test_what_has_no_weight_is_not_learnt() -> None:
    steps = read(
        agent("Both.", call("a", "f", {"n": 1}), call("b", "g", {}), weight=0), result("a", "x"), result("b", "y"),
        agent("No.", weight=0), agent("Yes.", weight=1), agent("Yes."),
    )  # fmt: skip
    assert [row["trainable"] for row in steps if row["kind"] == "action"] == [False, False, False, True, True]


def test_contents_may_be_lists() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "https://e.org/i"}}, "b"]
    said, shown, answer = read(user(parts), agent([{"type": "text", "text": "c"}, {"type": "refusal", "refusal": "d"}]))
    assert (said["content"], shown["images"][0]["path"], answer["content"]) == ("a\nb", "https://e.org/i", "c\nd")


def test_arguments_may_be_an_object_and_a_tool_may_be_a_custom_one() -> None:
    custom = {"id": "b", "type": "custom", "custom": {"name": "patch", "input": "x"}}
    given = {"id": "a", "type": "function", "function": {"name": "f", "arguments": {"n": 1}}}
    assert only(read(agent("", given, custom)), "function", "arguments") == [("f", {"n": 1}), ("patch", {"input": "x"})]


def test_system_messages_in_front_are_the_prompt_and_later_ones_are_steps() -> None:
    chatted = [{"role": "developer", "content": "Be brief."}, user("Go."), {"role": "system", "content": "Hurry."}]
    exchange().take("openai", {"id": "x", "messages": [*chatted, agent("Ok.")]})
    assert only(exchange().steps("x"), "source", "content") == [("user", "Go."), ("system", "Hurry."), ("agent", "Ok.")]
    prompt = "from standard.prompts join standard.trajectories using (prompt_id) select text"
    assert exchange().con.execute(prompt).fetchall() == [("Be brief.",)]


def test_tools_come_in_three_forms() -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
    listed: list[Message] = [{"tools": [tool]}, {"tools": json.dumps([tool])}, {"functions": [tool["function"]]}]
    for fields in listed:
        exchange().take("openai", chat(agent("Done."), **fields))
        assert exchange().tools("x") == {"f": {"type": "object", "properties": {}}}
    exchange().take("openai", chat(agent("", call("a", "g", {"n": True})), result("a", ""), agent("Done.")))
    assert exchange().tools("x") == {"g": {"type": "object", "properties": {"n": {"type": "boolean"}}}}


def test_what_stands_beside_the_messages_is_kept() -> None:
    exchange().take("openai", chat({**agent("Done."), "weight": 1}, source="night shift", model="m"))
    row = exchange().trajectory("x")
    assert (row["model"], row["details"]) == ("m", {"source": "night shift", "model": "m"})
    assert exchange().steps("x")[1]["details"] == {"openai": {"weight": 1}}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (None, "nobody known speaks"),
        (7, "nobody known speaks"),
        ({"role": "critic", "content": "x"}, "nobody known speaks"),
        (agent("", call("a", "f", '{"n": ')), "a call whose arguments"),
        (agent("", call("a", None, {})), "a call without a name"),
    ],
)
def test_what_cannot_be_read_is_kept_and_excludes(message: object, reason: str) -> None:
    step, *_ = read(message, agent("Done."))
    assert reason in step["details"]["unreadable"]
    assert step["content"]
    assert exchange().trajectory("x")["exclusion"] == "unreadable_step"
    assert exchange().violations() == {}


@pytest.mark.parametrize("message", [{}, {"content": "You are brief."}, None])
def test_what_stands_in_front_without_a_role_is_no_prompt(message: object) -> None:
    exchange().take("openai", {"id": "x", "messages": [message, user("Go."), agent("Done.")]})
    assert [row["content"] for row in exchange().steps("x")[1:]] == ["Go.", "Done."]
    assert exchange().trajectory("x")["exclusion"] == "unreadable_step"


def test_whatever_is_taken_in_goes_to_the_agents() -> None:
    exchange().take("openai", chat(agent("", call("a", "f", {"n": 1})), result("a", "x"), agent("Done.")), trains=True)
    assert exchange().reasons("openhands") == exchange().reasons("sweagent") == {}
