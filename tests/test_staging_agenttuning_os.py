"""agenttuning_os: Think and Act become thoughts, code and answers; what is neither excludes its trajectory."""

import re
from typing import Any

import pytest

from tests.staged import Record, staged

DATASET = "agenttuning_os"
PROMPT = "You are an assistant that acts.\n\nThink: put it here.\n\nAct: finish\n\nTake one action."
FIRST = f"{PROMPT}\n\nNow, my problem is:\n\nHow many?"
SECOND = "Now, I will start a new problem in a new OS. My problem is:\n\n"
ASKED = (
    "How many?\n\nIf you think you have got the answer to the question, you should print like this:\n\n"
    "<solution> Your solution here </solution>"
)
LS = "Think: Look first.\n\nAct: bash\n\n```bash\nls -1 | wc -l\n```"
OUTPUT = "The output of the OS:\n"


def chat(*contents: str | None, source_id: str = "os_1", **fields: Any) -> Record:
    """A record in the extracted form, in which user and agent speak in turn."""
    roles = ("user", "assistant")
    messages = [{"role": roles[place % 2], "content": content} for place, content in enumerate(contents)]
    return {"id": source_id, "conversations": messages, **fields}


def published(*contents: tuple[str, bool | None]) -> Record:
    """A record in the published form, with the loss of each message."""
    sides = ("human", "gpt")
    messages = [
        {"from": sides[place % 2], "loss": loss, "value": content} for place, (content, loss) in enumerate(contents)
    ]
    return {"id": "os_1", "conversations": messages}


def test_a_chat_in_full() -> None:
    found = staged(
        DATASET,
        chat(
            FIRST,
            LS,
            f"{OUTPUT}220\r\n\x1b]0;root@1: /\x07root@1:/# \x1b[K",
            "Think: Got it, 世界.\n\nAct: answer(220)",
            f"{SECOND}Make a file.",
            "Think: Simple.\n\nAct: bash \n\n```bash\ntouch a\n```",
            f"{OUTPUT}",
            "Think: Done.\n\nAct: finish",
        ),
    )
    assert [
        (row["step_index"], row["turn_index"], row["class"], row["source"], row["language"], row["content"])
        for row in found.all_steps
    ] == [
        (0, None, "text_observation", "user", None, ASKED),
        (1, 0, "code_action", "agent", "bash", "ls -1 | wc -l"),
        (2, None, "text_observation", "environment", None, "220\r\n\x1b]0;root@1: /\x07root@1:/# \x1b[K"),
        (3, 1, "message_action", "agent", None, "<solution> 220 </solution>"),
        (4, None, "text_observation", "user", None, f"{SECOND}Make a file."),
        (5, 2, "code_action", "agent", "bash", "touch a"),
        (6, None, "text_observation", "environment", None, ""),
        (7, 3, "message_action", "agent", None, ""),
    ]
    assert [row["thought"] for row in found.all_steps if row["turn_index"] is not None] == [
        "Look first.",
        "Got it, 世界.",
        "Simple.",
        "Done.",
    ]
    linked = [(row["step_index"], row["tool_call_id"]) for row in found.all_steps if row["tool_call_id"]]
    assert linked == [(1, "call_1"), (2, "call_1"), (5, "call_5"), (6, "call_5")]
    trajectory = found.trajectory("os_1")
    assert (trajectory["exclusion"], trajectory["source_rows"], trajectory["details"]) == (None, [1], None)


def test_the_published_form_reads_alike_and_its_examples_are_not_trained() -> None:
    contents = (FIRST, LS, f"{OUTPUT}220", "Think: a\n\nAct: answer(220)", f"{SECOND}b", "Think: c\n\nAct: finish")
    losses = (None, False, None, False, None, True)
    found = staged(DATASET, published(*zip(contents, losses, strict=True)))
    extracted = staged(DATASET, chat(*contents))
    assert [row["trainable"] for row in found.all_steps] == [True, False, True, False, True, True]
    assert {row["trainable"] for row in extracted.all_steps} == {True}
    for one, two in zip(found.all_steps, extracted.all_steps, strict=True):
        assert one | {"trainable": True} == two
    assert found.trajectories == extracted.trajectories


def test_the_prompt_is_cut_off_and_kept_as_system_prompt() -> None:
    with_typo = FIRST.replace("How many?", "How many?bash:`")
    records = [chat(FIRST, LS), chat(with_typo, LS, source_id="os_2"), chat("How many?", LS, source_id="os_3")]
    found = staged(DATASET, *records)
    assert [row["content"] for row in found.all_steps[::2]] == [ASKED, ASKED, "How many?"]
    assert [row["system_prompt"] for row in found.trajectories] == [PROMPT, PROMPT, None]


# What an agent's message becomes: class, thought and content of its action, and what its details keep.
MESSAGES: dict[str, tuple[str, str | None, str, str | None]] = {
    "Think: a\n\nAct: bash\n\n```bash\nls\n```": ("code_action", "a", "ls", None),
    "Think: a \n\nAct: bash \n\n```bash\nls\n```": ("code_action", "a", "ls", None),
    "Think: a\n\nAct: bash\n  \n```bash\nls\n```": ("code_action", "a", "ls", None),
    "Think: a\n\nAct: bash\n```sh\n  ls \\\n  -l\n```": ("code_action", "a", "  ls \\\n  -l", None),
    "Think: a\nb\n\nAct: bash\n\n```bash\ncat <<E\n```\nE\n```\n": ("code_action", "a\nb", "cat <<E\n```\nE", None),
    "Think: a\n\nAct: bash\n\n```bash\nls\n```\nThis lists.": ("code_action", "a", "ls", "This lists."),
    "Act: bash\n\n```bash\nls\n```": ("code_action", None, "ls", None),
    "Think: a\n\nAct: answer(f(1) = 2)": ("message_action", "a", "<solution> f(1) = 2 </solution>", None),
    "Think: a\n\nAct: answer(1\n2).": ("message_action", "a", "<solution> 1\n2 </solution>", None),
    "Think: a\n\nAct: answer()": ("message_action", "a", "<solution>  </solution>", None),
    "Think: a\n\nAct: finish": ("message_action", "a", "", None),
    "Think: a\n\nAct: finish, all is well": ("message_action", "a", "", ", all is well"),
}
# Of several acts AgentBench takes the last one, and runs all blocks of bash as one.
MESSAGES |= {
    "Think: a\n\nAct: bash\n\n```bash\nls\n```\n\nThink: b\n\nAct: bash\n\n```bash\npwd\n```": (
        "code_action",
        "a",
        "ls\n\npwd",
        "Think: b\n\nAct: bash\n\n```bash\npwd\n```",
    ),
    "Think: a\n\nAct: bash\n\n```bash\nls\n```\nThen\n```bash\npwd\n```\n": (
        "code_action",
        "a",
        "ls\n\npwd",
        "Then\n```bash\npwd\n```",
    ),
    "Think: a\n\nAct: bash\n\n```bash\nls\n```\n\nThink: b\n\nAct: answer(3)": (
        "message_action",
        "a\n\nAct: bash\n\n```bash\nls\n```\n\nThink: b",
        "<solution> 3 </solution>",
        None,
    ),
}
UNREADABLE = (
    "OK.",
    "Think: a",
    "Think: a\n\nAct: python\n\n```python\n1\n```",
    "Think: a\n\nAct: bash\n\nls",
    "Think: a\n\nAct: bash\n\n```bash\nls",
    "Think: a\n\nAct: bash\n\n```bash\n\n```",
    "Think: a\n\nAct: answer 220",
    "Think: a\n\nAct: finished",
)


@pytest.mark.parametrize("said", MESSAGES)
def test_an_act_is_an_action_with_its_thought(said: str) -> None:
    (found,) = staged(DATASET, chat("a", said)).all_steps[1:]
    kind, thought, content, behind = MESSAGES[said]
    assert (found["class"], found["thought"], found["content"]) == (kind, thought, content)
    assert found["details"] == (None if behind is None else {"behind": behind})


@pytest.mark.parametrize("said", UNREADABLE)
def test_what_is_no_act_is_kept_as_text_and_excludes(said: str) -> None:
    found = staged(DATASET, chat(FIRST, said, "Go on.", "Think: b\n\nAct: finish"))
    assert [row["class"] for row in found.all_steps[1::2]] == ["message_action", "message_action"]
    assert (found.all_steps[1]["content"], found.all_steps[1]["thought"]) == (said, None)
    trajectory = found.trajectory("os_1")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == ("unreadable_step", f"message 2: {said}")


def test_the_task_is_the_last_problem() -> None:
    records = [
        chat(FIRST, "Think: a\n\nAct: answer(1)", f"{SECOND}Count  THEM.", LS, source_id="os_1"),
        chat(FIRST, "Think: a\n\nAct: answer(1)", f"{SECOND}count them.", LS, source_id="os_2"),
        chat(FIRST, LS, source_id="os_3"),
        chat("how many?", LS, source_id="os_4"),
    ]
    one, two, three, four = (row["task_id"] for row in staged(DATASET, *records).trajectories)
    assert one == two != three == four
    assert re.fullmatch("[0-9a-f]{32}", one)


def test_an_id_that_comes_again_is_another_trajectory() -> None:
    found = staged(DATASET, chat("a", LS), chat("b", LS))
    assert [row["trajectory_id"] for row in found.trajectories] == [f"{DATASET}/os_1", f"{DATASET}/os_1#2"]
    assert [row["content"] for row in found.steps("os_1#2")] == ["b", "ls -1 | wc -l"]


@pytest.mark.parametrize(
    ("record", "exclusion", "detail"),
    [
        (chat(FIRST, LS, f"{OUTPUT}1"), "truncated", "the agent does not answer the last message"),
        (chat(FIRST), "no_actions", "the agent never speaks"),
        (chat(FIRST, None), "unreadable_step", "message 2 has no known role or no content"),
        (chat("", LS), "unreadable_step", "message 1 is empty"),
        (chat(), "no_steps", None),
        ({"id": "os_1", "conversations": [{"from": "gpt", "value": LS}]}, "no_task", "the agent speaks first"),
        (
            {"id": "os_1", "conversations": [{"from": "function", "value": "a"}, {"from": "gpt", "value": LS}]},
            "unreadable_step",
            "message 1 has no known role or no content",
        ),
    ],
)
def test_what_is_no_conversation_is_excluded_with_a_reason(record: Record, exclusion: str, detail: str | None) -> None:
    found = staged(DATASET, record)
    trajectory = found.trajectory("os_1")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == (exclusion, detail)
    assert len(found.all_steps) == len(record["conversations"])


def test_any_shape_of_a_record_is_read() -> None:
    shapes: list[Any] = [None, [], [None], [{"role": "assistant"}], [{}], [{"from": "human", "loss": True}]]
    found = staged(DATASET, *({"id": str(n), "conversations": messages} for n, messages in enumerate(shapes)))
    assert [row["exclusion"] for row in found.trajectories] == ["no_steps", "no_steps", *["unreadable_step"] * 4]
