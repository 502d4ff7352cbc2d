"""swe-smith: SWE-agent's three forms become the same steps, and nothing that a call says is changed on the way."""

import json
import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.staged import Record, Row, Staged, staged

NO_OUTPUT = "Your command ran successfully and did not produce any output."
SUBMIT = "<function=submit>\n</function>"
BASH = "<function=bash>\n<parameter=command>{}</parameter>\n</function>"
Message = dict[str, Any]


def user(content: Any) -> Message:
    return {"role": "user", "content": content}


def agent(content: Any, **fields: Any) -> Message:
    return {"role": "assistant", "content": content, **fields}


def tool_calls(*calls: tuple[str, object], first_id: int = 0) -> list[Message]:
    """Calls as the `tool` form has them; arguments that are no text are written as JSON."""
    return [
        {
            "id": f"toolu_{first_id + number}",
            "type": "function",
            "function": {"name": name, "arguments": given if isinstance(given, str) else json.dumps(given)},
        }
        for number, (name, given) in enumerate(calls)
    ]


def editor(**parameters: str) -> str:
    """A call of the editor in tags, each value as it is."""
    lines = "\n".join(f"<parameter={name}>{value}</parameter>" for name, value in parameters.items())
    return f"<function=str_replace_editor>\n{lines}\n</function>"


def episode(*messages: Message, **fields: Any) -> Record:
    """A record whose task is followed by these messages."""
    return {
        "id": "a",
        "messages": [{"role": "system", "content": "You solve tasks."}, user("Fix the bug."), *messages],
        "instance_id": "owner__repo.1234abcd.func__xyz",
        "resolved": True,
        **fields,
    }


def stage(*messages: Message, **fields: Any) -> Staged:
    return staged("swe-smith", episode(*messages, **fields))


def read(*messages: Message) -> list[Row]:
    """The steps behind the task."""
    return stage(*messages).steps("a")[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def arguments(*contents: str) -> list[Any]:
    """What one call in each of these messages is given."""
    calls = read(*map(agent, contents))
    assert [call["class"] for call in calls] == ["api_action"] * len(contents)
    return [call["arguments"] for call in calls]


def test_the_three_forms_of_one_episode_give_the_same_steps() -> None:
    found = "OBSERVATION:\na.py:1:x = 1"
    replaced = {"command": "str_replace", "path": "/testbed/a.py", "old_str": "    it's = 1\n", "new_str": ""}
    shown = {"command": "view", "path": "/testbed/a.py", "view_range": [1, -1]}
    inserted = {"command": "insert", "path": "/testbed/a.py", "insert_line": 3, "new_str": "x"}
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("Let me search.", "bash", {"command": "grep -rn 'x' .\n"}),
        ("", "str_replace_editor", replaced),
        ("Shown again:", "str_replace_editor", shown),
        ("One more.", "str_replace_editor", inserted),
        ("Done.", "submit", {}),
    ]

    def as_tags(name: str, given: dict[str, Any]) -> str:
        wrapped = ("old_str", "new_str", "file_text")
        lines = [
            f"<parameter={key}>\n{value}\n</parameter>" if key in wrapped else f"<parameter={key}>{value}</parameter>"
            for key, value in given.items()
        ]
        return "\n".join([f"<function={name}>", *lines, "</function>"])

    def as_shell(name: str, given: dict[str, Any]) -> str:
        if name != "str_replace_editor":
            return str(given.get("command", name))
        words = [name, given["command"], given["path"]]
        for key in ("old_str", "new_str", "insert_line"):
            if key in given:
                words += [f"--{key}", shlex.quote(str(given[key]))]
        if "view_range" in given:
            words += ["--view_range", *map(str, given["view_range"])]
        return "  ".join(words)

    xml: list[Message] = []
    tool: list[Message] = []
    ticks: list[Message] = []
    for number, (thought, name, values) in enumerate(calls):
        xml.append(agent(f"{thought}\n\n{as_tags(name, values)}".strip()))
        tool.append(agent(thought, thought=thought, tool_calls=tool_calls((name, values), first_id=number)))
        ticks.append(agent(f"{thought}\n\n```\n{as_shell(name, values)}\n```"))
        if name != "submit":
            xml.append(user(found))
            tool.append({"role": "tool", "content": [{"type": "text", "text": found}]})
            tool[-1]["tool_call_ids"] = [f"toolu_{number}"]
            ticks.append(user(found))

    columns = ("turn_index", "class", "source", "content", "function", "arguments", "language", "thought", "details")
    made = staged("swe-smith", episode(*xml, id="xml"), episode(*tool, id="tool"), episode(*ticks, id="ticks"))
    steps = made.steps("xml")
    assert only(steps, *columns) == only(made.steps("tool"), *columns)
    assert only(steps, *columns) == only(made.steps("ticks"), *columns)
    assert [step["arguments"] for step in steps if step["class"] == "api_action"] == [replaced, shown, inserted, {}]
    assert steps[1]["content"] == "grep -rn 'x' .\n"
    assert only(made.steps("tool"), "tool_call_id")[1:3] == [("toolu_0",), ("toolu_0",)]
    assert [made.trajectory(form)["exclusion"] for form in ("xml", "tool", "ticks")] == [None, None, None]


def test_values_keep_blanks_and_type() -> None:
    """deviation swe-smith-values-verbatim"""
    texts = ["    true", "007", "[1, 2]", "12", "\n", "", "a\n\n", "\n  b", '"\\n" <é> </parameter>', "None", "x\r\n"]
    calls = [editor(command="str_replace", path="/a", old_str=f"\n{text}\n") for text in texts]
    assert arguments(*calls) == [{"command": "str_replace", "path": "/a", "old_str": text} for text in texts]


def test_a_value_on_one_line_is_not_cut() -> None:
    paths = [" /a b ", "/a\n"]
    assert [given["path"] for given in arguments(*(editor(command="view", path=path) for path in paths))] == paths


def test_numbers_and_lists_are_read_where_the_tool_has_them() -> None:
    assert arguments(
        editor(command="insert", path="/1", insert_line="012", new_str="\n3\n", view_range="[1, -1]"),
        editor(command="view", path="/a", insert_line="None", view_range="[1, x]"),
        "<function=find_file>\n<parameter=insert_line>12</parameter>\n</function>",
    ) == [
        {"command": "insert", "path": "/1", "insert_line": 12, "new_str": "3", "view_range": [1, -1]},
        {"command": "view", "path": "/a", "insert_line": None, "view_range": "[1, x]"},
        {"insert_line": "12"},
    ]


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
PIECES = st.sampled_from(
    ["\n", "    ", "'", '"', "\\", "</function>", "</parameter>", "```", "<a>", "--old_str ", "é😀"]
)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(VALUES | PIECES, max_size=6).map("".join), min_size=40, max_size=40))
def test_any_text_survives_the_tags_and_the_shell(texts: list[str]) -> None:
    """Forty values at once; those that hold a whole end of a call belong to another test."""
    texts = [text for text in texts if "</parameter>\n" not in f"{text}\n" and "\n```" not in f"\n{text}"]
    texts = [text for text in texts if not set("\x01\x02\x03\x04") & set(text)] or ["x"]
    tags = [agent(editor(command="create", path="/a", file_text=f"\n{text}\n")) for text in texts]
    shell = [agent(f"Now.\n\n```\nstr_replace_editor create /a --file_text {shlex.quote(text)}\n```") for text in texts]
    both = staged("swe-smith", episode(*tags, id="tags"), episode(*shell, id="shell"))
    for form in ("tags", "shell"):
        steps = both.steps(form)[1:]
        assert [step["arguments"] and step["arguments"]["file_text"] for step in steps] == texts


def test_a_value_may_hold_whole_calls() -> None:
    text = f"Write:\n{BASH.format('ls')}\nor\n{editor(command='view', path='/a')}\n"
    content = "Docs.\n\n" + editor(command="create", path="/a.md", file_text=f"\n{text}\n")
    (step,) = read(agent(content))
    assert step["arguments"] == {"command": "create", "path": "/a.md", "file_text": text}
    assert step["thought"] == "Docs."
    (*_, behind) = read(agent(content + "\nThat was it."))
    assert only([behind], "class", "content") == [("message_action", "That was it.")]


def test_other_blanks_between_the_tags_are_read_too() -> None:
    content = (
        "<function=str_replace_editor> <parameter=command>view</parameter>\n\n"
        "<parameter=path>/a</parameter></function>  \n"
    )
    assert arguments(content, "<function=submit></function>") == [{"command": "view", "path": "/a"}, {}]


def test_several_calls_of_a_message_are_one_turn() -> None:
    steps = read(
        agent(f"Two things.\n\n{BASH.format('ls')}\n{BASH.format('pwd')}"), user("OBSERVATION:\n/"), agent("Ok.")
    )
    assert only(steps, "class", "turn_index", "thought", "tool_call_id", "details") == [
        ("code_action", 0, "Two things.", "call_1", {"result": "shared"}),
        ("code_action", 0, None, "call_2", None),
        ("text_observation", None, None, "call_2", None),
        ("message_action", 1, None, None, None),
    ]


def test_text_behind_a_call_is_kept() -> None:
    """deviation swe-smith-text-behind-call"""
    steps = read(agent(f"First.\n\n{BASH.format('ls')}\n\nThen I look.\n"), user("OBSERVATION:\na.py"))
    assert only(steps, "class", "turn_index", "content", "tool_call_id") == [
        ("code_action", 0, "ls", "call_1"),
        ("message_action", 0, "Then I look.", None),
        ("text_observation", None, "a.py", "call_1"),
    ]


def test_a_message_that_only_speaks_of_a_call_is_words() -> None:
    steps = read(agent("When all is done I call <function=submit> and no more."), user("Go on."))
    assert only(steps, "class", "content") == [
        ("message_action", "When all is done I call <function=submit> and no more."),
        ("text_observation", "Go on."),
    ]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (agent("Look.\n\n<function=bash>\n<parameter=command>ls"), "a call without its end"),
        (agent("Look.\n\n<function=bash>\n<parameter=command>ls\n</function>"), "parameters cannot be told apart"),
        (
            agent("Look.\n\n<function=bash>\n<parameter=command>ls\n<parameter=x>1</parameter>\n</function>"),
            "parameters cannot be told apart",
        ),
        (agent("Look.\n\n<function=bash>\n<parameter=command ls</parameter>\n</function>"), "cannot be told apart"),
        (agent("Look.\n\n<function=bash>\n</function>"), "bash without a command"),
        (
            agent("Look.\n\n" + editor(command="view", path="/a").replace("path", "command")),
            "a call that gives a parameter twice",
        ),
        (agent("Look.", tool_calls=tool_calls(("bash", '{"command": "ls"'))), "no JSON object with unique keys"),
        (agent("Look.", tool_calls=tool_calls(("bash", '["ls"]'))), "no JSON object with unique keys"),
        (
            agent("Look.", tool_calls=tool_calls(("bash", '{"command": "ls", "command": "pwd"}'))),
            "no JSON object with unique keys",
        ),
        (agent("Look.", tool_calls=tool_calls(("bash", {"cmd": "ls"}))), "bash without a command"),
        (agent("Look.", tool_calls=[{"id": "x"}]), "a call without a name"),
        ({"role": "critic", "content": "Look."}, "a message of a role that the source does not have"),
    ],
)
def test_what_cannot_be_read_is_kept_as_text_and_excludes(message: Message, reason: str) -> None:
    """deviation swe-smith-unreadable-call"""
    made = stage(message, user("OBSERVATION:\nno such thing"), agent(SUBMIT))
    trajectory = made.trajectory("a")
    assert trajectory["exclusion"] == "unreadable_step"
    assert trajectory["exclusion_detail"].startswith("step 1: ")
    assert reason in trajectory["exclusion_detail"]
    task, unread, result, last = made.steps("a")
    assert reason in unread["details"]["unreadable"]
    assert unread["class"] in ("message_action", "text_observation")
    assert unread["content"]
    assert task["content"] == "Fix the bug."
    assert result["content"] == "no such thing"
    assert last["function"] == "submit"


def test_an_unread_editor_command_excludes() -> None:
    commands = ["view /a --old_str", "view", "view /a 'b", "view /a --view_range 1", "view /a b"]
    made = staged(
        "swe-smith",
        *(episode(agent(f"Now.\n\n```\nstr_replace_editor {command}\n```"), id=command) for command in commands),
    )
    assert [made.trajectory(command)["exclusion"] for command in commands] == ["unreadable_step"] * len(commands)


def test_a_call_in_the_message_itself_is_read() -> None:
    """deviation swe-smith-tool-and-ticks"""
    made = staged(
        "swe-smith",
        episode(agent("Done.", tool_calls=tool_calls(("submit", {}))), id="tool"),
        episode(agent("Done.\n\n```\nsubmit\n```"), id="ticks"),
    )
    for form in ("tool", "ticks"):
        assert made.trajectory(form)["exclusion"] is None
        assert only(made.steps(form)[1:], "function", "arguments", "thought") == [("submit", {}, "Done.")]


def test_arguments_may_be_an_object_or_empty() -> None:
    calls: list[Message] = [
        {"id": "x", "function": {"name": "bash", "arguments": {"command": "ls"}}},
        {"id": "y", "function": {"name": "submit", "arguments": ""}},
    ]
    steps = read(agent("", tool_calls=calls))
    assert only(steps, "class", "content", "function", "arguments") == [
        ("code_action", "ls", None, None),
        ("api_action", None, "submit", {}),
    ]


def test_what_bash_is_given_beside_its_command_is_kept() -> None:
    (step,) = read(agent("", tool_calls=tool_calls(("bash", {"command": "ls", "timeout": 5}))))
    assert step["content"] == "ls"
    assert step["details"] == {"arguments": {"command": "ls", "timeout": 5}}


def test_parallel_calls_stand_before_their_results() -> None:
    steps = read(
        agent("Both.", tool_calls=tool_calls(("bash", {"command": "ls"}), ("bash", {"command": "pwd"}))),
        {"role": "tool", "content": "OBSERVATION:\n/", "tool_call_ids": ["toolu_1"]},
        {"role": "tool", "content": "OBSERVATION:\na.py", "tool_call_ids": ["toolu_0"]},
    )
    assert only(steps, "content", "tool_call_id", "turn_index") == [
        ("ls", "toolu_0", 0),
        ("a.py", "toolu_0", None),
        ("pwd", "toolu_1", 0),
        ("/", "toolu_1", None),
    ]


def test_an_id_that_comes_again_is_told_apart() -> None:
    call = agent("", tool_calls=tool_calls(("bash", {"command": "ls"})))
    result = {"role": "tool", "content": "OBSERVATION:\nx", "tool_call_ids": ["toolu_0"]}
    steps = read(call, result, call, result)
    assert only(steps, "tool_call_id") == [("toolu_0",), ("toolu_0",), ("call_3",), ("call_3",)]


def test_what_comes_back_from_a_call_is_the_environments() -> None:
    """deviation swe-smith-unmarked-result"""
    steps = read(agent(BASH.format("rm a")), user(NO_OUTPUT), agent("I am done."), user("Are you?"), agent(SUBMIT))
    assert only(steps, "source", "content", "tool_call_id", "details") == [
        ("agent", "rm a", "call_1", None),
        ("environment", NO_OUTPUT, "call_1", {"adp_source": "user"}),
        ("agent", "I am done.", None, None),
        ("user", "Are you?", None, None),
        ("agent", None, "call_5", None),
    ]


def test_a_call_without_its_result_says_so() -> None:
    steps = read(agent(BASH.format("ls")), agent(BASH.format("pwd")), user("OBSERVATION:\n/"))
    assert only(steps, "tool_call_id", "details") == [
        ("call_1", {"result": "missing"}),
        ("call_2", None),
        ("call_2", None),
    ]


def test_an_observation_keeps_its_blanks() -> None:
    """deviation swe-smith-observation-blanks"""
    steps = read(agent(BASH.format("cat a")), user("OBSERVATION:\n    x = 1\n\n"))
    assert steps[1]["content"] == "    x = 1\n\n"
    assert read(agent(BASH.format("cat a")), user("OBSERVATION:"))[1]["content"] == ""


def test_content_may_be_a_list_of_parts() -> None:
    parts = [{"type": "text", "text": "OBSERVATION:\nπ ≈ 3"}, {"type": "text", "text": "and more"}]
    plain = "[1, 2] is no list of parts"
    steps = read(agent([{"type": "text", "text": f"Look.\n\n{BASH.format('ls')}"}]), user(parts), agent(plain))
    assert [step["content"] for step in steps] == ["ls", "π ≈ 3\nand more", plain]


def test_a_fenced_block_is_a_call_only_where_nothing_else_is() -> None:
    prose = "I suggest:\n\n```\nrm -rf /\n```"
    (step, _) = read(agent(prose), agent(SUBMIT))
    assert only([step], "class", "content") == [("message_action", prose)]


def test_the_last_fenced_block_is_the_command() -> None:
    steps = read(
        agent("Given:\n```python\nx = 1\n```\nand\n```\ny\n```\n\n```\ncat <<'E'\n```python\nz\n```\nE\n```\nNext?")
    )
    assert only(steps, "class", "content", "thought") == [
        ("code_action", "cat <<'E'\n```python\nz\n```\nE", "Given:\n```python\nx = 1\n```\nand\n```\ny\n```"),
        ("message_action", "Next?", None),
    ]


def test_an_edit_may_hold_fences() -> None:
    text = "# Usage\n\n```\nit's here\n```\n"
    (step,) = read(agent(f"Docs.\n\n```\nstr_replace_editor create /a.md --file_text {shlex.quote(text)}\n```"))
    assert step["arguments"] == {"command": "create", "path": "/a.md", "file_text": text}


def test_words_without_a_call_are_a_message() -> None:
    steps = read(agent("I think so."), user("Go on."), agent(None), agent(BASH.format("ls")))
    assert only(steps, "class", "content", "turn_index") == [
        ("message_action", "I think so.", 0),
        ("text_observation", "Go on.", None),
        ("message_action", "", 1),
        ("code_action", "ls", 2),
    ]


@pytest.mark.parametrize(
    ("resolved", "messages", "exclusion"),
    [
        (True, [agent(SUBMIT)], None),
        (True, [agent(f"{SUBMIT}\nThat was all.")], None),
        (True, [agent(BASH.format("ls")), user("OBSERVATION:\na")], "incomplete"),
        (True, [agent(SUBMIT), user("OBSERVATION:\nPlease review.")], "incomplete"),
        (True, [agent(SUBMIT), agent("Or not?")], "incomplete"),
        (True, [agent(f"{SUBMIT}\n{BASH.format('ls')}")], "incomplete"),
        (True, [], "incomplete"),
        (False, [agent(SUBMIT)], "unresolved"),
        (False, [agent("<function=submit>")], "unreadable_step"),
        (None, [agent(SUBMIT)], "unresolved"),
    ],
)
def test_exclusions(resolved: bool | None, messages: list[Message], exclusion: str | None) -> None:
    """deviation swe-smith-failures-kept"""
    trajectory = stage(*messages, resolved=resolved).trajectory("a")
    assert trajectory["exclusion"] == exclusion
    assert trajectory["outcome"] is resolved
    assert trajectory["exclusion_detail"] is None or exclusion is not None


def test_the_trajectory_says_what_the_source_says() -> None:
    made = staged(
        "swe-smith",
        episode(agent(SUBMIT), model="claude-3-7-sonnet", traj_id="t.1", patch="diff --git é", id=None, cost=1.5),
        episode(agent(SUBMIT), model="claude-3-7-sonnet", traj_id="t.1", patch=None, id=None),
    )
    first, again = made.trajectory("t.1"), made.trajectory("t.1#2")
    assert first["source_id"] == again["source_id"] == "t.1"
    assert (first["source_rows"], again["source_rows"]) == ([1], [2])
    assert first["task_id"] == first["group_id"] == "swe/owner__repo.1234abcd.func__xyz"
    assert first["system_prompt"] == "You solve tasks."
    assert (first["model"], first["agent"]) == ("claude-3-7-sonnet", "SWE-agent")
    instance = "owner__repo.1234abcd.func__xyz"
    assert first["details"] == {"instance_id": instance, "traj_id": "t.1", "patch": "diff --git é", "cost": 1.5}


def test_a_task_without_an_instance_goes_by_its_text() -> None:
    made = staged("swe-smith", episode(instance_id=None, traj_id="x.y.abc", id="b"), episode(instance_id=None, id="c"))
    assert made.trajectory("b")["task_id"] == "swe/x.y"
    assert made.trajectory("c")["group_id"] is None
    assert len(made.trajectory("c")["task_id"]) == 32


def test_an_episode_without_messages_has_no_steps() -> None:
    made = staged("swe-smith", {"id": "a", "messages": []})
    assert made.all_steps == []
    assert made.trajectory("a")["exclusion"] == "no_steps"
