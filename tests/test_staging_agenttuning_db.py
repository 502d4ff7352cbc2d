"""agenttuning_db: SQL in fences becomes code, answers stand between tags; no line of the rules is lost."""

import pytest

from tests.prose import chat
from tests.staged import staged

DATASET = "agenttuning_db"
RULES = (
    "I will ask you a question, then you should help me operate a MySQL database with SQL to answer the question.\n"
    "your operation should be like this:\nAction: Operation\n```sql\nSELECT 1;\n```\nOne block only.\n"
    'To answer, write down:\nAction: Answer\nFinal Answer: ["ANSWER1", "ANSWER2", ...]\nDo so when you are sure.\n'
    "Your input will be raw MySQL response."
)
ASKED = "How many rows has the table Straße?"
ANSWER = 'There is one.\nAction: Answer\nFinal Answer: ["1"]'

OPERATIONS = {
    "I count.\nAction: Operation\n```sql\nSELECT COUNT(*) FROM `Straße`;\n```": (
        "SELECT COUNT(*) FROM `Straße`;",
        "I count.",
        None,
    ),
    "Action: Operation\n\n```sql\nSELECT 1\n```\nOne.": ("SELECT 1", None, "One."),
    "Thought: a\nAction: Operation\n```\nSELECT 1,\n  2\n```": ("SELECT 1,\n  2", "a", None),
    "a\nAction: Operation\n```sql\nSELECT 1;\n```\n```sql\nSELECT 2;\n```": (
        "SELECT 1;",
        "a",
        "```sql\nSELECT 2;\n```",
    ),
    "a\nAction: Operation\n```sql\nSELECT 1;```": ("SELECT 1;", "a", None),
}


@pytest.mark.parametrize("said", OPERATIONS)
def test_an_operation_is_code_with_its_thought_and_its_result(said: str) -> None:
    found = staged(DATASET, chat("db_1", ASKED, said, "[(1,)]", ANSWER)).all_steps
    code, thought, behind = OPERATIONS[said]
    assert (found[1]["class"], found[1]["language"]) == ("code_action", "mysql")
    assert (found[1]["content"], found[1]["thought"]) == (code, thought)
    assert found[1]["details"] == (None if behind is None else {"behind": behind})
    assert (found[2]["source"], found[2]["content"], found[2]["tool_call_id"]) == ("environment", "[(1,)]", "call_1")


@pytest.mark.parametrize(
    ("said", "content", "thought"),
    [
        (ANSWER, '<solution> ["1"] </solution>', "There is one."),
        ('Final Answer: ["1",\n"2"]\n', '<solution> ["1",\n"2"] </solution>', None),
        ("Action: Answer\nFinal Answer: done", "<solution> done </solution>", None),
    ],
)
def test_an_answer_stands_between_tags(said: str, content: str, thought: str | None) -> None:
    (found,) = staged(DATASET, chat("db_1", ASKED, said)).all_steps[1:]
    assert (found["class"], found["content"], found["thought"]) == ("message_action", content, thought)


@pytest.mark.parametrize(
    "said", ["Action: Operation\nSELECT 1", "Action: Answer\n1", "SELECT 1", "Action: Operation\n```sql\n\n```"]
)
def test_other_messages_exclude(said: str) -> None:
    found = staged(DATASET, chat("db_1", ASKED, said, "Please follow the rules.", ANSWER))
    assert found.trajectory("db_1")["exclusion"] == "unreadable_step"
    assert found.all_steps[1]["content"] == said


def test_a_trajectory_without_an_answer_is_incomplete() -> None:
    trajectory = staged(DATASET, chat("db_1", ASKED, "Action: Operation\n```sql\nSELECT 1\n```")).trajectory("db_1")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == ("incomplete", "the agent gives no answer")


def test_the_rules_keep_all_their_lines() -> None:
    found = staged(DATASET, chat("db_1", RULES, "Ok.", ASKED, ANSWER))
    assert found.all_steps[0]["content"] == (
        "I will ask you a question, then you should help me operate a MySQL database with SQL to answer the question.\n"
        "your operation should be like this:\n\n<execute_mysql>\nSELECT 1;\n</execute_mysql>\nOne block only.\n"
        'To answer, write down:\n\n<solution> ["ANSWER1", "ANSWER2", ...] </solution>\nDo so when you are sure.\n'
        "Your input will be raw MySQL response.\n\nOk? Understood?"
    )


def test_the_task_is_the_question() -> None:
    records = [
        chat("db_1", RULES, "Ok.", ASKED, "Action: Operation\n```sql\nSELECT 1\n```", "[(1,)]", ANSWER),
        chat("db_2", ASKED.lower(), ANSWER),
        chat("db_3", RULES, "Ok.", "Which?", ANSWER),
    ]
    one, two, three = (row["task_id"] for row in staged(DATASET, *records).trajectories)
    assert one == two != three
