"""agenttuning_mind2web: a choice among elements of a page is a message with its thought."""

import pytest

from tests.prose import chat
from tests.staged import staged

DATASET = "agenttuning_mind2web"


def asked(task: str = "Book a table.", before: str = "None") -> str:
    """What the user says."""
    return (
        f"'''\n<html> <a id=0> Tisch </a> </html>\n'''\n\nComplete this task:\nTask: {task}\n"
        f"Previous actions:\n{before}\n"
        "What should be the next action?\n\nA. None of the above\nB. <a id=0> Tisch </a>"
    )


@pytest.mark.parametrize(
    ("said", "content", "thought"),
    [
        ("Thought: Tisch, 世界.\nAnswer: B.\nAction: CLICK", "B.\nAction: CLICK", "Tisch, 世界."),
        ("Thought:\na\n\nAnswer: A.\n", "A.", "a"),
        ("Answer: B.\nAction: TYPE\nValue: 4", "B.\nAction: TYPE\nValue: 4", None),
    ],
)
def test_a_choice_is_a_message_with_its_thought(said: str, content: str, thought: str | None) -> None:
    found = staged(DATASET, chat("mind2web_1", asked(), said))
    assert [row["class"] for row in found.all_steps] == ["text_observation", "message_action"]
    assert (found.all_steps[0]["content"], found.all_steps[1]["content"]) == (asked(), content)
    assert found.all_steps[1]["thought"] == thought
    assert found.trajectory("mind2web_1")["exclusion"] is None


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        ("Thought: a\nAnswer: C.\nAction: CLICK", "the answer C. is not on offer"),
        ("Thought: a\nAnswer: none", "message 2: Thought: a\nAnswer: none"),
        ("I click.", "message 2: I click."),
    ],
)
def test_what_is_no_choice_excludes(said: str, detail: str) -> None:
    trajectory = staged(DATASET, chat("mind2web_1", asked(), said)).trajectory("mind2web_1")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == ("unreadable_step", detail)


def test_steps_of_one_task_have_one_task_id() -> None:
    records = [
        chat("mind2web_1", asked(), "Answer: B."),
        chat("mind2web_2", asked(before="[a] Tisch -> CLICK"), "Answer: A."),
        chat("mind2web_3", asked("Book a chair."), "Answer: B."),
    ]
    one, two, three = (row["task_id"] for row in staged(DATASET, *records).trajectories)
    assert one == two != three
