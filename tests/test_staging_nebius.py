"""nebius_SWE-agent-trajectories: commands in fences become calls of SWE-agent's editor, or go to the shell."""

import json
import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.staged import Record, Row, Staged, staged

DATASET = "nebius_SWE-agent-trajectories"
Message = dict[str, Any]
SUBMIT = "Done.\n```\nsubmit\n```"


def said(role: str, text: str | None, **fields: Any) -> Message:
    return {"role": role, "text": text, "mask": role == "ai", **fields}


def run(command: str) -> Message:
    return said("ai", f"Go.\n```\n{command}\n```")


def episode(*messages: Message, **fields: Any) -> Record:
    system = said("system", None, system_prompt="Use the editor.", cutoff_date="01.01.2023")
    return {
        "instance_id": "lantern__clock-12_3",
        "model_name": "m",
        "target": True,
        "trajectory": [system, said("user", "Mend it."), *messages],
        **fields,
    }


def stage(*messages: Message, **fields: Any) -> Staged:
    return staged(DATASET, episode(*messages, **fields))


def read(*messages: Message) -> list[Row]:
    """The steps behind the task."""
    return stage(*messages).all_steps[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


@pytest.mark.parametrize(
    ("command", "function", "arguments"),
    [
        ("open src/clock.py", "open", {"path": "src/clock.py"}),
        ("open 'a b.py' 12", "open", {"path": "a b.py", "line_number": 12}),
        ("goto 7", "goto", {"line_number": 7}),
        ("  scroll_down  ", "scroll_down", {}),
        ("scroll_up", "scroll_up", {}),
        ("create tests/ü.py", "create", {"filename": "tests/ü.py"}),
        ('find_file "*.py"', "find_file", {"file_name": "*.py"}),
        ("find_file a.py src", "find_file", {"file_name": "a.py", "dir": "src"}),
        (r'search_dir "say \"hi\" to C:\n" src', "search_dir", {"search_term": r'say "hi" to C:\n', "dir": "src"}),
        ("search_dir it\\'s", "search_dir", {"search_term": "it's"}),
        ("search_file \"def \"'f('", "search_file", {"search_term": "def f("}),
        ("search_file '' a.py", "search_file", {"search_term": "", "file": "a.py"}),
        ("submit", "submit", {}),
    ],
)
def test_commands_of_the_editor_are_calls(command: str, function: str, arguments: dict[str, Any]) -> None:
    """deviation nebius-line-numbers"""
    (step,) = read(run(command))
    assert only([step], "class", "function", "arguments", "thought", "content") == [
        ("api_action", function, arguments, "Go.", None)
    ]


@pytest.mark.parametrize(
    "command",
    [
        "ls -F",
        "goto",
        "goto two",
        "open a.py 1 2",
        "open a.py --all",
        "submit now",
        'search_dir "a',
        "open a.py\nls",
        "edit 5:5",
        "edit a.py 5:5\nx\nend_of_edit",
        "python - <<EOF\nprint(1)\nEOF",
        "openssl version",
    ],
)
def test_what_is_no_call_goes_to_the_shell_as_it_is(command: str) -> None:
    """deviation nebius-shell-words"""
    (step,) = read(run(command))
    assert only([step], "class", "language", "content") == [("code_action", "bash", command)]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("edit 3:5\n    x = 1\n\n    y\nend_of_edit", (3, 5, "    x = 1\n\n    y\n")),
        ("edit 3:5\nend_of_edit", (3, 5, "")),
        ("edit 3:5\n\nend_of_edit", (3, 5, "\n")),
        ("edit 3:5  \n\tx\nend_of_edit  ", (3, 5, "\tx\n")),
        ("edit 3:5\nx", (3, 5, "x\n")),
        ("edit 3:5\n# no end_of_edit\nend_of_edit", (3, 5, "# no end_of_edit\n")),
    ],
)
def test_an_edit_keeps_every_blank_of_its_lines(command: str, arguments: tuple[int, int, str]) -> None:
    """deviation nebius-edit-indentation"""
    (step,) = read(run(command))
    names = ("start_line", "end_line", "replacement_text")
    assert (step["function"], step["arguments"]) == ("edit", dict(zip(names, arguments, strict=True)))
    assert step["details"] is None


def test_what_stands_behind_an_edit_is_kept() -> None:
    (step,) = read(run("edit 1:1\nx\nend_of_edit\npython a.py"))
    assert (step["function"], step["details"]) == ("edit", {"behind": "python a.py"})


@given(st.lists(st.text("ab '\"\\$\t", min_size=1), min_size=1, max_size=2))
@settings(max_examples=20, deadline=None)
def test_words_are_those_that_a_shell_sees(words: list[str]) -> None:
    (step,) = read(run(shlex.join(["search_dir", *words])))
    assert step["class"] == "api_action"
    assert list(step["arguments"].values()) == words


def test_an_edit_may_hold_fences() -> None:
    """deviation nebius-nested-fences"""
    text = "# Clock\n```\npython -m clock\n```\n\n```sh\nls\n```\n"
    (step,) = read(run(f"edit 1:1\n{text}end_of_edit"))
    assert step["arguments"]["replacement_text"] == text
    steps = read(said("ai", "So:\n```python\nx\n```\nbut first\n```\nls\n```"))
    assert only(steps, "class", "content", "thought") == [("code_action", "ls", "So:\n```python\nx\n```\nbut first")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Done.\n```submit\n```", ("api_action", "submit", None)),
        ("Look.\n```ls -la src\n```", ("code_action", None, "ls -la src")),
        ("Look.\n```bash\nls\n```", ("code_action", None, "ls")),
        ("Look.\n```bash ls\n```", ("code_action", None, "ls")),
    ],
)
def test_a_command_on_the_line_of_its_fence_is_read(text: str, expected: tuple[str | None, ...]) -> None:
    """deviation nebius-fence-line"""
    (step,) = read(said("ai", text))
    assert only([step], "class", "function", "content") == [expected]


def test_headings_are_no_part_of_a_thought() -> None:
    (step,) = read(said("ai", "DISCUSSION\nA DISCUSSION\nof it.\nCOMMAND\n```\nls\n```"))
    assert step["thought"] == "A DISCUSSION\nof it."


def test_text_behind_a_fence_is_kept() -> None:
    """deviation nebius-text-behind-fence"""
    steps = read(said("ai", "Go.\n```\nls\n```\nThen we see."), said("user", "a.py"))
    assert only(steps, "class", "content", "turn_index", "tool_call_id") == [
        ("code_action", "ls", 0, "call_1"),
        ("message_action", "Then we see.", 0, None),
        ("text_observation", "a.py", None, "call_1"),
    ]


def test_what_comes_back_is_the_environments() -> None:
    """deviation nebius-results"""
    shown = said("user", " a.py\n(Open file: n/a)\nbash-$")
    made = stage(run("ls"), shown, said("ai", "Hm?"), said("user", "No command."))
    assert only(made.all_steps, "source", "content", "tool_call_id", "details") == [
        ("user", "Mend it.", None, None),
        ("agent", "ls", "call_1", None),
        ("environment", " a.py\n(Open file: n/a)\nbash-$", "call_1", {"adp_source": "user"}),
        ("agent", "Hm?", None, None),
        ("environment", "No command.", None, {"adp_source": "user"}),
    ]


def test_words_without_a_fence_are_a_message() -> None:
    """deviation nebius-last-words"""
    steps = read(run("ls"), said("user", "a.py"), said("ai", "All done: `a.py`."), said("ai", None))
    assert only(steps[2:], "class", "content", "turn_index") == [
        ("message_action", "All done: `a.py`.", 1),
        ("message_action", "", 2),
    ]


@pytest.mark.parametrize(
    ("message", "reason", "text"),
    [
        (said("ai", "Hm.\n```\n\n```"), "a fence without a command", "```\n\n```"),
        (said("critic", "No."), "a role that the source does not have", "No."),
        ({"role": None, "text": None}, "a role that the source does not have", ""),
    ],
)
def test_what_cannot_be_read_is_kept_as_text_and_excludes(message: Message, reason: str, text: str) -> None:
    """deviation nebius-empty-fence"""
    made = stage(message, said("user", "x"), said("ai", SUBMIT))
    trajectory = made.trajectory("lantern__clock-12_3")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"][:8]) == ("unreadable_step", "step 1: ")
    assert reason in trajectory["exclusion_detail"]
    assert made.all_steps[1]["content"] == text


@pytest.mark.parametrize(("target", "exclusion"), [(True, None), (False, "unresolved"), (None, "unresolved")])
def test_exclusions(target: bool | None, exclusion: str | None) -> None:
    """deviation nebius-failures-kept; an episode that ran out of room was judged like any other"""
    for last in (SUBMIT, "I ran out of room."):
        trajectory = stage(said("ai", last), target=target).trajectory("lantern__clock-12_3")
        assert (trajectory["outcome"], trajectory["exclusion"]) == (target, exclusion)


def test_the_trajectory_says_what_the_source_says() -> None:
    made = staged(
        DATASET,
        episode(said("ai", SUBMIT), exit_status="submitted", generated_patch="diff", eval_logs="1 passed", cost=1),
        episode(said("ai", SUBMIT), instance_id="lantern__clock-12"),
        {"instance_id": "lantern__clock-13", "trajectory": [], "target": True},
    )
    first, published, empty = made.trajectories
    assert first["task_id"] == first["group_id"] == published["group_id"] == "swe/lantern__clock-12"
    assert (first["model"], first["agent"], first["system_prompt"]) == ("m", "SWE-agent", "Use the editor.")
    assert first["details"] == {
        "instance_id": "lantern__clock-12_3",
        "exit_status": "submitted",
        "generated_patch": "diff",
        "eval_logs": "1 passed",
        "cutoff_date": "01.01.2023",
        "cost": 1,
    }
    assert empty["exclusion"] == "no_steps"
    assert json.loads(json.dumps(published["details"])) == {
        "instance_id": "lantern__clock-12",
        "cutoff_date": "01.01.2023",
    }
