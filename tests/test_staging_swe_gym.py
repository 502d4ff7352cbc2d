"""swe-gym: OpenAI's tool calls become actions with their own results, and what cannot be read never stops a build."""

import json
from typing import Any

import pytest

from tests.staged import Record, Row, Staged, staged

DATASET = "swe-gym_openhands_sampled_trajectories"
RUN = "gpt-4o-2024-08-06_maxiter_50_N_v2.1-no-hint-train-t0-run_1"
TOOL = {
    "type": "function",
    "function": {
        "name": "execute_bash",
        "description": "Runs a command.",
        "parameters": {
            "type": "object",
            "properties": {"command": {"type": "string", "enum": None}, "path": None},
            "required": ["command"],
        },
    },
}
Message = dict[str, Any]


def user(content: Any) -> Message:
    return {"role": "user", "content": content}


def call(identifier: str | None, name: str | None, given: object) -> Message:
    """A tool call; arguments that are no text are written as JSON."""
    written = given if isinstance(given, str | None) else json.dumps(given)
    return {"id": identifier, "type": "function", "index": None, "function": {"name": name, "arguments": written}}


def bash(identifier: str, command: str) -> Message:
    return call(identifier, "execute_bash", {"command": command})


def agent(content: Any, *calls: Message, **fields: Any) -> Message:
    return {"role": "assistant", "content": content, "tool_calls": list(calls) or None, **fields}


def result(identifier: str | None, content: Any) -> Message:
    return {"role": "tool", "content": content, "tool_call_id": identifier, "name": "execute_bash"}


def episode(*messages: Message, **fields: Any) -> Record:
    """A record whose task is followed by these messages."""
    return {
        "instance_id": "python__mypy-15976",
        "run_id": RUN,
        "resolved": True,
        "messages": [{"role": "system", "content": "You solve tasks."}, user("Fix the bug."), *messages],
        "tools": [TOOL],
        "test_result": {"report": {"resolved": True, "note": None}},
        **fields,
    }


def stage(*messages: Message, **fields: Any) -> Staged:
    return staged(DATASET, episode(*messages, **fields))


def read(*messages: Message) -> list[Row]:
    """The steps behind the task."""
    return stage(*messages).steps("python__mypy-15976")[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_calls_and_results_are_steps_in_the_order_of_the_calls() -> None:
    """deviation swe-gym-results-by-id: the results of parallel calls come in any order."""
    edit = {"command": "view", "path": "/a", "view_range": [1, -1]}
    steps = read(
        agent("Both.", bash("b", "ls é"), call("e", "str_replace_editor", edit)),
        result("e", "OBSERVATION:\n1 x"),
        result("b", "OBSERVATION:\na.py"),
        agent(None, call("f", "finish", {})),
    )
    assert only(steps, "class", "content", "function", "arguments", "tool_call_id", "turn_index", "thought") == [
        ("code_action", "ls é", None, None, "b", 0, "Both."),
        ("text_observation", "a.py", None, None, "b", None, None),
        ("api_action", None, "str_replace_editor", edit, "e", 0, None),
        ("text_observation", "1 x", None, None, "e", None, None),
        ("api_action", None, "finish", {}, "f", 1, None),
    ]
    assert [step["step_index"] for step in steps] == [1, 2, 3, 4, 5]


def test_a_users_words_between_calls_and_results_stand_behind_them() -> None:
    steps = read(agent("", bash("a", "ls"), bash("b", "pwd")), user("Hurry."), result("a", "x"), result("b", "/"))
    assert only(steps, "source", "content", "tool_call_id") == [
        ("agent", "ls", "a"),
        ("environment", "x", "a"),
        ("agent", "pwd", "b"),
        ("environment", "/", "b"),
        ("user", "Hurry.", None),
    ]


def test_arguments_stay_as_they_are() -> None:
    given = {"command": "str_replace", "path": "/a", "old_str": "    true\n", "new_str": "007", "insert_line": 7}
    (step,) = read(agent("", call("a", "str_replace_editor", given)))
    assert step["arguments"] == given
    assert list(step["arguments"]) == list(given)


def test_only_a_leading_mark_is_taken_off_a_result() -> None:
    """deviation swe-gym-mark-inside"""
    logged = "  log\nOBSERVATION:\n  x\n"
    steps = read(agent("", bash("a", "cat log")), result("a", f"OBSERVATION:\n{logged}"), user(logged))
    assert [step["content"] for step in steps[1:]] == [logged, logged]


def test_the_task_does_not_name_a_tool_that_is_not_there() -> None:
    task = "2. execute it with `python <filename.py>` using the BashTool, to confirm"
    made = stage(agent("Ok."), user(task), messages=[{"role": "system", "content": "s"}, user(task), user(task)])
    assert [step["content"] for step in made.all_steps] == ["2. execute it, to confirm", task]


def test_messages_without_calls() -> None:
    """deviation swe-gym-null-content"""
    steps = read(
        agent("I think so."), user("Go on."), agent(None), user("Go on."), agent([{"type": "text", "text": "π"}])
    )
    assert only(steps, "class", "content", "source", "turn_index") == [
        ("message_action", "I think so.", "agent", 0),
        ("text_observation", "Go on.", "user", None),
        ("message_action", "", "agent", 1),
        ("text_observation", "Go on.", "user", None),
        ("message_action", "π", "agent", 2),
    ]


def test_ids_that_are_missing_or_come_again_are_made() -> None:
    steps = read(
        agent("", bash("a", "ls")),
        result("a", "x"),
        agent("", bash("a", "pwd")),
        result("a", "/"),
        agent("", call(None, "execute_bash", {"command": "date"})),
        result(None, "today"),
        result("gone", "who asked?"),
    )
    assert only(steps, "content", "tool_call_id") == [
        ("ls", "a"),
        ("x", "a"),
        ("pwd", "call_3"),
        ("/", "call_3"),
        ("date", "call_5"),
        ("today", "call_5"),
        ("who asked?", "call_5"),
    ]


def test_an_id_that_is_made_is_none_of_the_sources() -> None:
    nameless = call(None, "execute_bash", {"command": "date"})
    steps = read(agent("", bash("call_3", "ls")), result("call_3", "x"), agent("", nameless), result(None, "today"))
    assert only(steps, "tool_call_id") == [("call_3",), ("call_3",), ("call_3_",), ("call_3_",)]


def test_a_call_without_its_result_says_so() -> None:
    steps = read(agent("", bash("a", "ls"), bash("b", "pwd")), result("b", "/"), agent("", bash("c", "date")))
    assert only(steps, "tool_call_id", "details") == [
        ("a", {"result": "missing"}),
        ("b", None),
        ("b", None),
        ("c", None),
    ]


def test_the_older_form_of_a_call_is_read() -> None:
    steps = read(
        agent("Look.", function_call={"name": "execute_bash", "arguments": '{"command": "ls"}'}),
        {"role": "function", "name": "execute_bash", "content": "OBSERVATION:\na.py"},
    )
    assert only(steps, "class", "content", "thought", "tool_call_id") == [
        ("code_action", "ls", "Look.", "call_1"),
        ("text_observation", "a.py", None, "call_1"),
    ]


def test_what_bash_is_given_beside_its_command_is_kept() -> None:
    given = {"command": "C-c", "is_input": "true"}
    (step,) = read(agent("", call("a", "execute_bash", given)))
    assert only([step], "class", "content", "details") == [("code_action", "C-c", {"arguments": given})]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (agent("Look.", call("a", "execute_bash", '{"command": "ls"')), "no JSON object with unique keys"),
        (agent("Look.", call("a", "str_replace_editor", '["view"]')), "no JSON object with unique keys"),
        (agent("Look.", call("a", "think", '{"a": 1, "a": 2}')), "no JSON object with unique keys"),
        (agent("Look.", call("a", "think", '{"a":' + "[" * 999 + "]" * 999 + "}")), "no JSON object with unique keys"),
        (agent("Look.", call("a", "execute_bash", {"cmd": "ls"})), "execute_bash without a command"),
        (agent("Look.", call("a", None, {})), "a call without a name"),
        ({"role": "critic", "content": "Look."}, "a message of a role that the source does not have"),
    ],
)
def test_what_cannot_be_read_is_kept_as_text_and_excludes(message: Message, reason: str) -> None:
    """deviation swe-gym-unreadable-call"""
    made = stage(message, result("a", "OBSERVATION:\nerror"), agent("", call("f", "finish", {})))
    trajectory = made.trajectory("python__mypy-15976")
    assert trajectory["exclusion"] == "unreadable_step"
    assert trajectory["exclusion_detail"].startswith("step 1: ")
    assert reason in trajectory["exclusion_detail"]
    _, unread, answer, last = made.all_steps
    assert reason in unread["details"]["unreadable"]
    assert unread["class"] in ("message_action", "text_observation")
    assert unread["content"]
    assert answer["content"] == "error"
    assert last["function"] == "finish"


def test_finish_may_come_without_arguments() -> None:
    steps = read(agent("", call("a", "finish", "")), agent("", call("b", "finish", None)))
    assert only(steps, "function", "arguments") == [("finish", {}), ("finish", {})]


@pytest.mark.parametrize(("resolved", "exclusion"), [(True, None), (False, "unresolved"), (None, "unresolved")])
def test_exclusions(resolved: bool | None, exclusion: str | None) -> None:
    """deviation swe-gym-failures-kept"""
    trajectory = stage(agent("Done."), resolved=resolved).trajectory("python__mypy-15976")
    assert (trajectory["outcome"], trajectory["exclusion"]) == (resolved, exclusion)


def test_the_trajectory_says_what_the_source_says() -> None:
    made = staged(DATASET, episode(agent("Done.")), episode(agent("Done."), cost=1), episode(instance_id="a__b-1_4"))
    first, again = made.trajectory("python__mypy-15976"), made.trajectory("python__mypy-15976#2")
    assert first["task_id"] == first["group_id"] == again["group_id"] == "swe/python__mypy-15976"
    assert made.trajectory("a__b-1_4")["group_id"] == "swe/a__b-1"
    assert (first["model"], first["agent"], first["agent_version"]) == ("gpt-4o-2024-08-06", "OpenHands", "v2.1")
    assert first["system_prompt"] == "You solve tasks."
    assert first["details"] == {
        "instance_id": "python__mypy-15976",
        "run_id": RUN,
        "test_result": {"report": {"resolved": True, "note": None}},
    }
    assert again["details"]["cost"] == 1


def test_tools_are_those_that_the_agent_had() -> None:
    """In a typed column every tool has the parameters of all others, as nulls."""
    (tool,) = stage(tools=[TOOL]).trajectory("python__mypy-15976")["tools"]
    assert tool["function"]["parameters"] == {
        "type": "object",
        "properties": {"command": {"type": "string"}},
        "required": ["command"],
    }
    unlisted: list[Any] = [None, [], {"no": "list"}]
    for tools in unlisted:
        assert stage(tools=tools).trajectory("python__mypy-15976")["tools"] is None


def test_an_episode_without_messages_has_no_steps() -> None:
    made = staged(DATASET, {"instance_id": "a", "messages": []})
    assert made.all_steps == []
    assert (made.trajectory("a")["task_id"], made.trajectory("a")["exclusion"]) == ("swe/a", "no_steps")
