"""mini-coder: mini-swe-agent's messages become steps; what its scaffold writes around them is told apart."""

import pytest

from tests.staged import Record, Row, Staged, staged

DATASET = "mini-coder"
BUG = "lantern__tides.1a2b3c4d.func_pm_op__aa11bb22"
Message = dict[str, object]


def user(content: object) -> Message:
    return {"role": "user", "content": content}


def agent(content: object) -> Message:
    return {"role": "assistant", "content": content}


def bash(command: str, thought: str = "THOUGHT: I look.") -> Message:
    return agent(f"{thought}\n\n```bash\n{command}\n```")


def printed(output: str, code: int = 0) -> Message:
    return user(f"<returncode>{code}</returncode>\n<output>\n{output}</output>")


SUBMIT = agent("THOUGHT: Done.\n\n<function=submit>\n</function>")
HAND_IN = bash("echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && git diff", "THOUGHT: Done.")


def stage(*messages: Message, **fields: object) -> Staged:
    record: Record = {
        "messages": [{"role": "system", "content": "Use a shell."}, user("Mend it."), *messages],
        "instance_id": BUG,
        "verified": True,
        **fields,
    }
    return staged(DATASET, record)


def read(*messages: Message) -> list[Row]:
    """The steps behind the task."""
    return stage(*messages).all_steps[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_an_episode_in_full() -> None:
    made = stage(bash("ls"), printed("a.py\n"), SUBMIT, model="m", patch="diff")
    columns = ("step_index", "turn_index", "class", "source", "content", "function", "tool_call_id")
    assert only(made.all_steps, *columns) == [
        (0, None, "text_observation", "user", "Mend it.", None, None),
        (1, 0, "code_action", "agent", "ls", None, "call_1"),
        (2, None, "text_observation", "environment", "a.py", None, "call_1"),
        (3, 1, "api_action", "agent", None, "submit", "call_3"),
    ]
    trajectory = made.trajectory(BUG)
    assert trajectory["task_id"] == trajectory["group_id"] == f"swe/{BUG}"
    assert (trajectory["outcome"], trajectory["exclusion"], trajectory["model"]) == (True, None, "m")
    assert (trajectory["agent"], trajectory["system_prompt"]) == ("mini-swe-agent", "Use a shell.")
    assert trajectory["details"] == {"instance_id": BUG, "patch": "diff"}


def test_thoughts_lose_the_mark_of_their_format() -> None:
    """deviation mini-coder-thought-mark"""
    steps = read(bash("ls", "THOUGHT: Hm.\n\nTHOUGHT: yes"), printed(""), bash("pwd", ""), printed(""), SUBMIT)
    assert [step["thought"] for step in steps if step["kind"] == "action"] == ["Hm.\n\nTHOUGHT: yes", None, "Done."]


@pytest.mark.parametrize(
    ("given", "content", "details"),
    [
        ("<returncode>0</returncode>\n<output>\n  a\n\nb \n\n</output>", "  a\n\nb \n", {"returncode": 0}),
        ("<returncode>-9</returncode>\n<output>\n</output>\n", "", {"returncode": -9}),
        ("<returncode>1</returncode>\n<output>\n</output>x\n</output>", "</output>x", {"returncode": 1}),
        ("<returncode>0</returncode>\n<warning>\nToo long.\n</warning>", None, {"adp_source": "user"}),
        ("The last command timed out.", None, {"adp_source": "user"}),
        ("<returncode>many</returncode>\n<output>\n</output>", None, {"adp_source": "user"}),
    ],
)
def test_an_output_loses_its_marks_and_keeps_its_blanks(given: str, content: str | None, details: object) -> None:
    """deviation mini-coder-return-code; other words of the scaffold stay as they are"""
    steps = read(bash("ls"), user(given), SUBMIT)
    assert only([steps[1]], "source", "content", "tool_call_id", "details") == [
        ("environment", given if content is None else content, "call_1", details)
    ]


def test_a_block_ends_at_the_first_line_that_begins_with_a_fence() -> None:
    steps = read(bash("cat > a.md <<EOF\n  ```\nEOF\n```\nmore"), printed(""), SUBMIT)
    assert only(steps[:2], "class", "content", "turn_index") == [
        ("code_action", "cat > a.md <<EOF\n  ```\nEOF", 0),
        ("message_action", "more\n```", 0),
    ]


def test_of_several_blocks_none_is_a_call_unless_it_was_run() -> None:
    """deviation mini-coder-several-blocks"""
    two = agent("THOUGHT: Both.\n```bash\nls\n```\nthen\n```bash\npwd\n```")
    refused = read(two, user("Please give EXACTLY ONE action, found 2 actions."), SUBMIT)
    assert only(refused[:2], "class", "content", "tool_call_id", "source") == [
        ("message_action", two["content"], None, "agent"),
        ("text_observation", "Please give EXACTLY ONE action, found 2 actions.", None, "environment"),
    ]
    run = read(two, printed("a.py\n"), SUBMIT)
    assert only(run[:3], "class", "content", "thought", "tool_call_id") == [
        ("code_action", "ls", "Both.", "call_1"),
        ("message_action", "then\n```bash\npwd\n```", None, None),
        ("text_observation", "a.py", None, "call_1"),
    ]


def test_words_about_a_call_are_words() -> None:
    said = "THOUGHT: The last step is <function=submit> and no more."
    (found,) = read(agent(said))
    assert (found["class"], found["content"]) == ("message_action", said)


def test_calls_in_tags_keep_their_arguments() -> None:
    """deviation mini-coder-tag-arguments"""
    edit = (
        "<function=str_replace_editor>\n<parameter=command>insert</parameter>\n<parameter=path>/a.py</parameter>\n"
        "<parameter=insert_line>3</parameter>\n<parameter=new_str>\n    x = 'ß'\n</parameter>\n</function>"
    )
    shell = "<function=bash>\n<parameter=command>ls</parameter>\n</function>"
    steps = read(agent(edit), user("Edited."), agent(shell), user("a.py"), SUBMIT)
    assert only(steps[:4], "class", "function", "arguments", "content", "tool_call_id") == [
        (
            "api_action",
            "str_replace_editor",
            {"command": "insert", "path": "/a.py", "insert_line": 3, "new_str": "    x = 'ß'"},
            None,
            "call_1",
        ),
        ("text_observation", None, None, "Edited.", "call_1"),
        ("code_action", None, None, "ls", "call_3"),
        ("text_observation", None, None, "a.py", "call_3"),
    ]


def test_the_command_that_hands_in_is_a_submit() -> None:
    """deviation mini-coder-submit-command: it counts at the end only, and what it prints is no observation"""
    command = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && git diff"
    for behind, details in (
        ((), {"command": command}),
        ((user("diff --git"),), {"command": command, "handed_in": "diff --git"}),
    ):
        made = stage(bash("ls"), printed(""), HAND_IN, *behind)
        last = made.all_steps[-1]
        assert only([last], "class", "function", "arguments", "details") == [("api_action", "submit", {}, details)]
        assert made.trajectory(BUG)["exclusion"] is None
    not_the_end = read(HAND_IN, printed("COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT\n"), SUBMIT)
    assert only(not_the_end, "class", "content") == [
        ("code_action", command),
        ("text_observation", "COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"),
        ("api_action", None),
    ]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (agent("<function=submit>"), "a call without its end"),
        (agent("<function=bash>\n<parameter=cmd>ls</parameter>\n</function>"), "bash without a command"),
        (agent("<function=bash>\n<parameter=command>ls\n</function>"), "parameters cannot be told apart"),
        (
            agent("<function=a>\n<parameter=b>1</parameter>\n<parameter=b>2</parameter>\n</function>"),
            "gives a parameter twice",
        ),
        (agent("<function=>\n</function>"), "without a name"),
        ({"role": "critic", "content": "Hm."}, "a role that the source does not have"),
        ({"role": None, "content": None}, "a role that the source does not have"),
    ],
)
def test_what_cannot_be_read_is_kept_as_text_and_excludes(message: Message, reason: str) -> None:
    """deviation mini-coder-unreadable-call"""
    made = stage(message, printed("x"), SUBMIT)
    trajectory = made.trajectory(BUG)
    assert trajectory["exclusion"] == "unreadable_step"
    assert trajectory["exclusion_detail"].startswith("step 1: ")
    assert reason in trajectory["exclusion_detail"]
    assert made.all_steps[1]["class"] in ("message_action", "text_observation")
    assert made.all_steps[1]["content"] == (message["content"] or "")


@pytest.mark.parametrize(
    ("messages", "verified", "exclusion"),
    [
        ((SUBMIT,), True, None),
        ((SUBMIT,), False, "unresolved"),
        ((SUBMIT,), None, "unresolved"),
        ((HAND_IN, user("")), True, None),
        ((bash("ls"), printed("x")), True, "incomplete"),
        ((SUBMIT, printed("x")), True, "incomplete"),
        ((SUBMIT, printed("x"), agent("Bye.")), True, "incomplete"),
        ((agent("I cannot."),), True, "incomplete"),
    ],
)
def test_exclusions(messages: tuple[Message, ...], verified: bool | None, exclusion: str | None) -> None:
    """deviation mini-coder-failures-kept"""
    trajectory = stage(*messages, verified=verified).trajectory(BUG)
    assert (trajectory["outcome"], trajectory["exclusion"]) == (verified, exclusion)


def test_an_episode_without_messages_has_no_steps() -> None:
    made = staged(DATASET, {"instance_id": BUG, "messages": [], "verified": True})
    assert made.all_steps == []
    assert made.trajectory(BUG)["exclusion"] == "no_steps"


def test_one_bug_comes_in_several_samples() -> None:
    record: Record = {"instance_id": BUG, "messages": [user("Mend it."), SUBMIT], "verified": True, "cost": 2}
    made = staged(DATASET, record, record)
    first, second = made.trajectories
    assert (first["trajectory_id"], second["trajectory_id"]) == (f"{DATASET}/{BUG}", f"{DATASET}/{BUG}#2")
    assert first["group_id"] == second["group_id"]
    assert first["details"]["cost"] == 2
