"""swe-play-trajectories: OpenHands' calls in tags become steps, also those whose end the sampler left out."""

from typing import Any

import pytest

from tests.staged import Record, Row, Staged, staged

DATASET = "swe-play-trajectories"
Message = dict[str, Any]


def user(content: Any) -> Message:
    return {"role": "user", "content": content}


def agent(content: Any) -> Message:
    return {"role": "assistant", "content": content}


def tags(function: str, **parameters: str) -> str:
    lines = "".join(f"<parameter={name}>{value}</parameter>\n" for name, value in parameters.items())
    return f"<function={function}>\n{lines}</function>"


def result(function: str, text: str) -> Message:
    return user(f"EXECUTION RESULT of [{function}]:\n{text}")


FINISH = agent(tags("finish", message="Done.", task_completed="true"))


def episode(*messages: Message, **fields: Any) -> Record:
    return {
        "id": "swe-play-0",
        "messages": [{"role": "system", "content": "You program."}, user("Fold the paper."), *messages],
        "category": "general",
        "source": "origami",
        **fields,
    }


def stage(*messages: Message) -> Staged:
    return staged(DATASET, episode(*messages))


def read(*messages: Message) -> list[Row]:
    """The steps behind the task."""
    return stage(*messages).all_steps[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_an_episode_in_full() -> None:
    made = stage(
        agent("Let me look.\n\n" + tags("str_replace_editor", command="view", path="/a.py", view_range="[1, -1]")),
        result("str_replace_editor", "     1\tx"),
        agent(tags("think", thought="Hm: 折り紙")),
        result("think", "Your thought has been logged."),
        FINISH,
    )
    view = {"command": "view", "path": "/a.py", "view_range": [1, -1]}
    assert only(made.all_steps, "turn_index", "class", "function", "arguments", "thought", "tool_call_id") == [
        (None, "text_observation", None, None, None, None),
        (0, "api_action", "str_replace_editor", view, "Let me look.", "call_1"),
        (None, "text_observation", None, None, None, "call_1"),
        (1, "api_action", "think", {"thought": "Hm: 折り紙"}, None, "call_3"),
        (None, "text_observation", None, None, None, "call_3"),
        (2, "api_action", "finish", {"message": "Done.", "task_completed": "true"}, None, "call_5"),
    ]
    trajectory = made.trajectory("swe-play-0")
    assert (trajectory["exclusion"], trajectory["agent"]) == (None, "OpenHands")
    assert trajectory["system_prompt"] == "You program."
    assert trajectory["details"] == {"category": "general", "source": "origami"}


def test_shell_and_python_are_code() -> None:
    """deviation swe-play-code-arguments"""
    steps = read(
        agent(tags("execute_bash", command="y", is_input="true")),
        result("execute_bash", "removed"),
        agent(tags("execute_ipython_cell", code="\nif x:\n    1\n")),
        result("execute_ipython_cell", "1"),
        FINISH,
    )
    assert only(steps[:4], "class", "language", "content", "details") == [
        ("code_action", "bash", "y", {"arguments": {"command": "y", "is_input": "true"}}),
        ("text_observation", None, "removed", None),
        ("code_action", "python", "if x:\n    1", None),
        ("text_observation", None, "1", None),
    ]


def test_words_about_a_call_are_words() -> None:
    said = "Done, so <function=finish> is what comes next."
    found = stage(agent(said))
    assert (found.all_steps[-1]["class"], found.all_steps[-1]["content"]) == ("message_action", said)
    assert found.trajectories[0]["exclusion"] is None


def test_what_comes_back_from_a_call_loses_its_label() -> None:
    """deviations swe-play-label and swe-play-user-words"""
    labelled = "EXECUTION RESULT of [execute_bash]:\n  x\n"
    steps = read(
        agent(tags("execute_bash", command="cat log")), result("execute_bash", labelled),
        agent("Shall I?"), user("Please go on."),
        agent(tags("execute_bash", command="ls")), user("Stop that."), FINISH,
    )  # fmt: skip
    assert only(steps[:6], "source", "content", "tool_call_id", "details") == [
        ("agent", "cat log", "call_1", None),
        ("environment", labelled, "call_1", None),
        ("agent", "Shall I?", None, None),
        ("user", "Please go on.", None, {"adp_source": "environment"}),
        ("agent", "ls", "call_5", {"result": "missing"}),
        ("user", "Stop that.", None, {"adp_source": "environment"}),
    ]


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n</", "\n</function"])
def test_a_call_whose_end_the_sampler_left_out_is_read(end: str) -> None:
    """deviation swe-play-open-finish"""
    text = "I am done.\n\n<function=finish>\n<parameter=message>All\n\nof it.\n</parameter>"
    for message in (text, text + "\n<parameter=task_completed>true</parameter>"):
        (step,) = read(agent(message + end))
        assert (step["function"], step["thought"]) == ("finish", "I am done.")
        assert step["arguments"]["message"] == "All\n\nof it.\n"


def test_values_keep_blanks_and_type() -> None:
    """deviation swe-play-values"""
    given = {"command": "insert", "path": "/a.py", "insert_line": "7", "new_str": "\n    007\n\n", "old_str": "true"}
    (step,) = read(agent(tags("str_replace_editor", **given)))
    assert step["arguments"] == {**given, "insert_line": 7, "new_str": "    007\n"}
    assert list(step["arguments"]) == list(given)


def test_several_calls_of_a_message_are_one_turn() -> None:
    """deviation swe-play-several-calls"""
    both = f"Both.\n{tags('execute_bash', command='ls')}\nand\n{tags('think', thought='Hm.')}\nSo."
    steps = read(agent(both), result("think", "logged"), FINISH)
    assert only(steps, "class", "content", "turn_index", "thought", "tool_call_id", "details") == [
        ("code_action", "ls", 0, "Both.", "call_1", {"result": "shared"}),
        ("message_action", "and", 0, None, None, None),
        ("api_action", None, 0, None, "call_3", None),
        ("message_action", "So.", 0, None, None, None),
        ("text_observation", "logged", None, None, "call_3", None),
        ("api_action", None, 1, None, "call_6", None),
    ]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (agent("<function=finish>\n<parameter=message>All tests pa"), "parameters cannot be told apart"),
        (agent(f"{tags('think', thought='x')}\n<function=finish>\n<parameter=m"), "a call without its end"),
        (agent(tags("execute_bash", cmd="ls")), "execute_bash without its code"),
        (agent("<function=>\n</function>"), "a call without a name"),
        ({"role": "critic", "content": "Hm."}, "a role that the source does not have"),
    ],
)
def test_what_cannot_be_read_is_kept_as_text_and_excludes(message: Message, reason: str) -> None:
    """deviation swe-play-unreadable-call"""
    made = stage(message)
    trajectory = made.trajectory("swe-play-0")
    assert trajectory["exclusion"] == "unreadable_step"
    assert reason in trajectory["exclusion_detail"]
    (unread,) = [step for step in made.all_steps if step["details"] and "unreadable" in step["details"]]
    assert unread["class"] in ("message_action", "text_observation")
    assert unread["content"].rstrip().removesuffix("</function>").rstrip() in message["content"]


def test_one_task_has_one_id_and_an_empty_episode_no_steps() -> None:
    made = staged(
        DATASET, episode(FINISH), episode(FINISH, id="swe-play-1", score=0.5), {"id": "swe-play-2", "messages": []}
    )
    first, second, empty = made.trajectories
    assert first["task_id"] == second["task_id"]
    assert second["details"]["score"] == 0.5
    assert empty["exclusion"] == "no_steps"
