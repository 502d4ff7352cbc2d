"""codeactinstruct: tags become code and answers, observations are the environment's, ids tell task and model."""

from typing import Any

import pytest

from tests.staged import Record, Staged, staged

DATASET = "codeactinstruct"
ID = "oct28_full6728/reasoning/hotpotqa/23173/claude-2/max5_p2+tool+cd"
LIMITS = (
    "You have 5 chances to interact with the environment or propose a solution."
    " You can only propose a solution 2 times."
)
FEWER = LIMITS.replace("5", "3").replace("2", "1")
SYSTEM = 'You solve tasks. Use "<execute>" or "<solution>".'
REMINDER = (
    "I don't understand your input. \nIf you want to execute code, please use <execute> YOUR_CODE_HERE </execute>.\n"
    "If you want to give me an answer, please use <solution> YOUR_SOLUTION_HERE </solution>."
)


SOLVED = "<solution>b</solution>"
JUDGED = "Observation:\nYour answer is"
UNANSWERED = "the agent does not answer the last message"


def chat(*contents: str | None, source_id: str = ID, system: str | None = SYSTEM) -> Record:
    """A record whose user and agent speak in turn behind a system prompt."""
    roles = ("user", "assistant")
    messages = [{"role": roles[place % 2], "content": content} for place, content in enumerate(contents)]
    before = [] if system is None else [{"role": "system", "content": system}]
    return {"id": source_id, "conversations": [*before, *messages]}


def read(*contents: str | None) -> Staged:
    """One chat, staged."""
    return staged(DATASET, chat(*contents))


def test_a_chat_in_full() -> None:
    found = read(
        "Task:\nWho won?\n",
        "Let me look. 日本\n\n<execute>\nprint(1)\n</execute>\n",
        "Observation:\n1\nYou have 4 steps left.",
        "The answer is <solution> A & B </solution>.",
        "Observation:\nYour answer is wrong.",
        "Again:\n<solution>C</solution>",
    )
    assert [
        (row["step_index"], row["turn_index"], row["class"], row["source"], row["language"], row["content"])
        for row in found.all_steps
    ] == [
        (0, None, "text_observation", "user", None, f"Who won?\n\n\n{LIMITS}"),
        (1, 0, "code_action", "agent", "python", "print(1)"),
        (2, None, "text_observation", "environment", None, "1\nYou have 4 steps left."),
        (3, 1, "message_action", "agent", None, "<solution> A & B </solution>"),
        (4, None, "text_observation", "environment", None, "Your answer is wrong."),
        (5, 2, "message_action", "agent", None, "<solution> C </solution>"),
    ]
    assert [row["thought"] for row in found.all_steps] == [
        None,
        "Let me look. 日本",
        None,
        "The answer is",
        None,
        "Again:",
    ]
    assert [row["tool_call_id"] for row in found.all_steps] == [None, "call_1", "call_1", None, None, None]
    trajectory = found.trajectory(ID)
    assert (trajectory["exclusion"], trajectory["outcome"], trajectory["system_prompt"]) == (None, None, SYSTEM)


def test_observations_are_the_environments_and_say_whose_role_the_source_gave_them() -> None:
    found = read("Task:\na", "<execute>b</execute>", "Observation:\nc", "d", "e", "f")
    assert [
        (row["source"], row["content"], beside_words(row)) for row in found.all_steps if row["turn_index"] is None
    ] == [
        ("user", f"a\n\n{LIMITS}", None),
        ("environment", "c", {"adp_source": "user"}),
        ("user", "e", None),
    ]


def test_the_limits_of_the_system_prompt_go_with_the_task() -> None:
    records = [
        chat("Task:\na", "b", source_id="1", system=f"{SYSTEM}\n\n{FEWER}\n\nMore."),
        chat("Task:\na", "b", source_id="2", system=None),
        chat("a", "b", source_id="3"),
    ]
    found = staged(DATASET, *records)
    assert [row["content"] for row in found.all_steps[::2]] == [f"a\n\n{FEWER}", f"a\n\n{LIMITS}", f"a\n\n{LIMITS}"]
    assert found.trajectory("1")["system_prompt"] == records[0]["conversations"][0]["content"]


def test_the_reminder_names_no_tags_for_code() -> None:
    found = read("Task:\na", "I think.", f"Observation:\n{REMINDER}\nYou have 4 steps left.", "<solution>b</solution>")
    content = found.all_steps[2]["content"]
    assert content.startswith("I don't understand your input. \nIf you want to execute code, please follow the instr")
    assert content.endswith("</solution>.\nYou have 4 steps left.")
    assert "<execute>" not in content


def beside_words(step: dict[str, Any]) -> dict[str, Any] | None:
    """The details of a step without the words of the message."""
    return {name: value for name, value in (step["details"] or {}).items() if name != "said"} or None


# What an agent's message becomes: class, thought and content of its actions; what the last one's details keep.
MESSAGES: dict[str, tuple[list[tuple[str, str | None, str]], str | None]] = {
    "Just words.": ([("message_action", None, "Just words.")], None),
    "a <execute> b </execute>": ([("code_action", "a", "b")], None),
    "<execute>\n  if x:\n    y\n</execute>": ([("code_action", None, "  if x:\n    y")], None),
    "a <execute>b</execute> c\n<execute>d</execute>": (
        [("code_action", "a", "b"), ("message_action", None, "c"), ("code_action", None, "d")],
        None,
    ),
    "a <execute>b</execute> <solution>c</solution>": (
        [("code_action", "a", "b"), ("message_action", None, "<solution> c </solution>")],
        None,
    ),
    "a\n<execute>b</execute>\nIt prints c.": ([("code_action", "a", "b")], "It prints c."),
    "<solution>a</solution>, I hope.": ([("message_action", None, "<solution> a </solution>")], ", I hope."),
    "<solution>a</solution>.": ([("message_action", None, "<solution> a </solution>")], None),
    "I use <execute>: <execute>a</execute>": ([("code_action", "I use <execute>:", "a")], None),
    "It is <solution> not <solution>a</solution>": (
        [("message_action", "It is <solution> not", "<solution> a </solution>")],
        None,
    ),
    "<execute>print('</execute>')</execute>": ([("code_action", None, "print('</execute>')")], None),
    "a <execute>\nb": ([("message_action", None, "a <execute>\nb")], None),
    r"\1 <execute>'\\0'</execute>": ([("code_action", r"\1", r"'\\0'")], None),
}


@pytest.fixture(scope="module")
def actions() -> dict[str, list[dict[str, Any]]]:
    """What each of the messages becomes."""
    records = [chat("Task:\na", said, source_id=str(number)) for number, said in enumerate(MESSAGES)]
    found = staged(DATASET, *records)
    assert {row["exclusion"] for row in found.trajectories} == {None}
    return {said: found.steps(str(number))[1:] for number, said in enumerate(MESSAGES)}


@pytest.mark.parametrize("said", MESSAGES)
def test_tags_are_actions_of_one_turn(actions: dict[str, list[dict[str, Any]]], said: str) -> None:
    expected, _ = MESSAGES[said]
    assert [(row["class"], row["thought"], row["content"]) for row in actions[said]] == expected
    assert {row["turn_index"] for row in actions[said]} == {0}


@pytest.mark.parametrize("said", MESSAGES)
def test_words_behind_the_last_tag_are_kept_in_the_details(actions: dict[str, list[dict[str, Any]]], said: str) -> None:
    _, behind = MESSAGES[said]
    assert beside_words(actions[said][-1]) == (None if behind is None else {"behind": behind})


@pytest.mark.parametrize("said", MESSAGES)
def test_the_first_action_keeps_the_message_word_by_word(actions: dict[str, list[dict[str, Any]]], said: str) -> None:
    assert [(row["details"] or {}).get("said") for row in actions[said]] == [said, *[None] * (len(actions[said]) - 1)]


def test_several_blocks_share_the_observation() -> None:
    found = read("Task:\na", "<execute>b</execute>\n<execute>c</execute>", "Observation:\nd", "<solution>e</solution>")
    assert [(row["tool_call_id"], beside_words(row)) for row in found.all_steps] == [
        (None, None),
        ("call_1", {"result": "shared"}),
        ("call_2", None),
        ("call_2", {"adp_source": "user"}),
        (None, None),
    ]


def test_ids_tell_task_and_model() -> None:
    ids = [ID, "run/code/mbpp/a/b/gpt-4/max5_p2", "mine", "x/y"]
    found = staged(DATASET, *(chat("Task:\nWho  Won?", "b", source_id=source_id) for source_id in ids))
    assert [(row["task_id"], row["model"], row["details"]) for row in found.trajectories[:2]] == [
        (
            "hotpotqa/23173",
            "claude-2",
            {"run": "oct28_full6728", "category": "reasoning", "setting": "max5_p2+tool+cd"},
        ),
        ("mbpp/a/b", "gpt-4", {"run": "run", "category": "code", "setting": "max5_p2"}),
    ]
    assert [(row["model"], row["details"]) for row in found.trajectories[2:]] == [(None, None), (None, None)]
    assert len({row["task_id"] for row in found.trajectories[2:]}) == 1
    assert len(found.trajectories[2]["task_id"]) == 32


def test_an_id_that_comes_again_is_another_trajectory() -> None:
    found = staged(DATASET, chat("Task:\na", "b"), chat("Task:\nc", "d"))
    assert [row["trajectory_id"] for row in found.trajectories] == [f"{DATASET}/{ID}", f"{DATASET}/{ID}#2"]
    assert [row["content"] for row in found.steps(f"{ID}#2")] == [f"c\n\n{LIMITS}", "d"]


@pytest.mark.parametrize(
    ("contents", "outcome", "exclusion", "detail"),
    [
        (("Task:\na", SOLVED, f"{JUDGED} wrong.\n"), False, "unresolved", "the session calls the last solution wrong"),
        (("Task:\na", SOLVED, f"{JUDGED} correct."), True, "truncated", UNANSWERED),
        (("Task:\na", "<execute>b</execute>", "Observation:\nc"), None, "truncated", UNANSWERED),
        (
            ("Task:\na", SOLVED, "c", "<execute> \n</execute>"),
            None,
            "unreadable_step",
            "message 5: <execute> \n</execute>",
        ),
        (("Task:\na", None), None, "unreadable_step", "message 3 has no known role or no content"),
        (("Task:\na",), None, "no_actions", "the agent never speaks"),
        ((), None, "no_steps", None),
    ],
)
def test_what_is_not_to_be_learnt_is_excluded_with_a_reason(
    contents: tuple[str | None, ...], outcome: bool | None, exclusion: str, detail: str | None
) -> None:
    found = read(*contents)
    trajectory = found.trajectory(ID)
    assert (trajectory["outcome"], trajectory["exclusion"], trajectory["exclusion_detail"]) == (
        outcome,
        exclusion,
        detail,
    )
    assert len(found.all_steps) == len(contents)


def test_any_shape_of_a_record_is_read() -> None:
    shapes: list[Any] = [None, [], [None], [{"role": "assistant"}], [{}], [{"role": "assistant", "content": "a"}]]
    found = staged(DATASET, *({"id": str(n), "conversations": messages} for n, messages in enumerate(shapes)))
    assert [row["exclusion"] for row in found.trajectories] == [
        "no_steps",
        "no_steps",
        "unreadable_step",
        "unreadable_step",
        "unreadable_step",
        "no_task",
    ]
