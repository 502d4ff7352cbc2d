"""toolbench: three labelled lines become a thought and a call, whichever way the chat is written."""

import json
from typing import Any

import pytest

from tests.staged import Row, Staged, staged

DATASET = "toolbench"
Said = tuple[Any, Any]
SERVICES = [
    {"name": "tide_for_sea", "description": "The sea's tide.", "parameters": {"type": "object", "properties": {}}},
    {"name": "Finish", "description": 'Says "done".', "parameters": {"type": "object", "optional": [True, None, 2.5]}},
]
SYSTEM: Said = ("system", f"Call services.\nYou have access to the following APIs: {SERVICES!r}")
QUESTION: Said = ("user", "\nHow high is the tide?\nBegin!\n")


def act(name: str, given: Any, thought: str = "Hm.") -> Said:
    written = given if isinstance(given, str) else json.dumps(given, indent=2)
    return ("assistant", f"\nThought: {thought}\nAction: {name}\nAction Input: {written}\n")


def result(text: str) -> Said:
    return ("function", text)


ANSWER = act("Finish", {"return_type": "give_answer", "final_answer": "12 cm."})
SURRENDER = act("Finish", {"return_type": "give_up_and_restart"})


def lists(*said: Said) -> Any:
    return {"from": [role for role, _ in said], "value": [text for _, text in said]}


def objects(*said: Said) -> Any:
    return [{"from": role, "value": text} for role, text in said]


def stage(*said: Said, **fields: Any) -> Staged:
    return staged(DATASET, {"id": "t", "conversations": lists(SYSTEM, QUESTION, *said), **fields})


def read(*said: Said) -> list[Row]:
    """The steps behind the question."""
    return stage(*said).all_steps[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_a_chat_in_full() -> None:
    made = stage(act("tide_for_sea", {"harbour": "Malmö"}, "I ask."), result('{"error": ""}'), ANSWER)
    columns = ("turn_index", "class", "source", "content", "function", "arguments", "thought", "tool_call_id")
    assert only(made.all_steps, *columns) == [
        (None, "text_observation", "user", "How high is the tide?", None, None, None, None),
        (0, "api_action", "agent", None, "tide_for_sea", {"harbour": "Malmö"}, "I ask.", "call_1"),
        (None, "text_observation", "environment", '{"error": ""}', None, None, None, "call_1"),
        (1, "message_action", "agent", "12 cm.", None, None, "Hm.", None),
    ]
    assert made.all_steps[-1]["details"] == {"function": "Finish", "return_type": "give_answer"}
    assert made.trajectory("t")["exclusion"] is None


def test_lists_side_by_side_and_a_list_of_objects_are_one_chat() -> None:
    """deviation speculative-forms"""
    said = (SYSTEM, QUESTION, act("tide_for_sea", {"n": 1}), result("x"), ANSWER)
    renamed = [{"role": {"assistant": "GPT"}.get(role, role), "content": text} for role, text in said]
    forms = [lists(*said), objects(*said), renamed]
    made = [staged(DATASET, {"id": "t", "conversations": form}) for form in forms]
    assert made[0].all_steps == made[1].all_steps == made[2].all_steps
    assert made[0].trajectories == made[1].trajectories == made[2].trajectories


def test_the_services_of_the_prompt_are_the_tools() -> None:
    listed = [{"type": "function", "function": tool} for tool in sorted(SERVICES, key=lambda tool: str(tool["name"]))]
    assert stage(ANSWER).trajectory("t")["tools"] == listed
    assert stage(ANSWER).trajectory("t")["system_prompt"] == SYSTEM[1]
    as_json = ("system", f"You have access to the following APIs: {json.dumps(SERVICES)}")
    found = staged(DATASET, {"id": "t", "conversations": lists(as_json, QUESTION, ANSWER)}).trajectory("t")
    assert found["tools"] == listed
    none = staged(DATASET, {"id": "t", "conversations": lists(("system", "APIs: [cut"), QUESTION, ANSWER)})
    assert none.trajectory("t")["tools"] is None


@pytest.mark.parametrize(
    ("ending", "exclusion", "verdict"),
    [
        ((ANSWER,), None, True),
        ((SURRENDER,), "unresolved", False),
        ((act("Finish", {"return_type": "give_answer", "final_answer": " "}),), "unresolved", False),
        ((act("tide_for_sea", {}), result("x")), "incomplete", None),
        ((ANSWER, result("x")), "incomplete", True),
        ((("assistant", "Thought: I stop."),), "incomplete", None),
    ],
)
def test_a_trace_that_gives_up_is_no_success(ending: tuple[Said, ...], exclusion: str | None, verdict: Any) -> None:
    """deviation speculative-outcome: what the agent says of itself is no outcome"""
    trajectory = stage(act("tide_for_sea", {}), result("x"), *ending).trajectory("t")
    assert (trajectory["exclusion"], "outcome" in trajectory) == (exclusion, False)
    assert (trajectory["details"] or {}).get("agent_verdict") is verdict


def test_a_message_may_hold_several_calls_or_none() -> None:
    both = ("assistant", act("a", {"n": 1})[1] + "Thought: Then b.\nAction: b\nAction Input: {}\nThought: So.")
    steps = read(both, result("x"), ("assistant", "Thought: I think.\nAction: \nAction Input: \n"), ("assistant", None))
    assert only(steps, "turn_index", "class", "function", "thought", "content", "tool_call_id") == [
        (0, "api_action", "a", "Hm.", None, "call_1"),
        (0, "api_action", "b", "Then b.", None, "call_2"),
        (0, "message_action", None, None, "So.", None),
        (None, "text_observation", None, None, "x", "call_2"),
        (1, "message_action", None, None, "I think.", None),
        (2, "message_action", None, None, "", None),
    ]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (act("tide", '{"harbour": "Oslo"'), "no JSON object with unique keys"),
        (act("tide", '{"a": 1, "a": 2}'), "no JSON object with unique keys"),
        (("assistant", "Action: tide\nin Oslo"), "no JSON object with unique keys"),
        (act("", {"a": 1}), "a call without a name"),
        (("critic", "Hm."), "a role that the source does not have"),
        ((None, None), "a role that the source does not have"),
    ],
)
def test_what_cannot_be_read_is_kept_as_text_and_excludes(said: Said, reason: str) -> None:
    made = stage(said, result("error"), ANSWER)
    trajectory = made.trajectory("t")
    assert (trajectory["exclusion"], reason in trajectory["exclusion_detail"]) == ("unreadable_step", True)
    step = made.all_steps[1]
    assert step["class"] in ("message_action", "text_observation")
    for line in (said[1] or "").replace("Thought: Hm.", "").split():
        assert line in step["content"]


@pytest.mark.parametrize("chat", ["nonsense", 3, {}, [], {"from": ["user"]}, [3, None], {"from": 3, "value": {}}])
def test_a_chat_of_another_form_is_excluded_and_stops_nothing(chat: Any) -> None:
    """deviation speculative-forms"""
    made = staged(DATASET, {"id": "a", "conversations": chat}, {"id": "b", "conversations": lists(QUESTION, ANSWER)})
    assert made.trajectory("a")["exclusion"] in ("no_steps", "unreadable_step", "incomplete")
    assert made.trajectory("b")["exclusion"] is None


def test_one_question_is_one_task_whatever_the_id() -> None:
    chat = lists(QUESTION, ANSWER)
    made = staged(DATASET, {"id": "Step 2: a", "conversations": chat}, {"id": "Step 9: b", "conversations": chat})
    assert len({trajectory["task_id"] for trajectory in made.trajectories}) == 1
