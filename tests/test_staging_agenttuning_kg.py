"""agenttuning_kg: questions to a knowledge base become calls, whatever commas a name holds; answers are no finish."""

import pytest

from tests.prose import chat
from tests.staged import staged

DATASET = "agenttuning_kg"
TOOLS = (
    "1. get_relations(variable: var) -> list of relations\nWhere it leads.\n\n2. count(variable: var) -> int\nHow many."
)
RULES = (
    "You are an agent that answers questions based on the knowledge stored in a knowledge base.\n\n"
    f"{TOOLS}\n\nOnce you find the answer, respond with 'Final Answer: #id', such as 'Final Answer: #3'."
)
ASKED = "Question: who?\nEntities: [Who]"
ANSWER = "Thought: It is #0.\nFinal Answer: #0"

CALLS = {
    "get_relations(Barack Obama)": ("get_relations", {"variable": "Barack Obama"}),
    "get_relations(Worcester, Massachusetts)": ("get_relations", {"variable": "Worcester, Massachusetts"}),
    "get_neighbors(Worcester, Massachusetts, location.people)": (
        "get_neighbors",
        {"variable": "Worcester, Massachusetts", "relation": "location.people"},
    ),
    "get_neighbors(Alien (film), film.film.starring)": (
        "get_neighbors",
        {"variable": "Alien (film)", "relation": "film.film.starring"},
    ),
    "get_attributes(#0)": ("get_attributes", {"variable": "#0"}),
    "argmax(#0, people.person.height)": ("argmax", {"variable": "#0", "attribute": "people.person.height"}),
    "argmin(#0,age)": ("argmin", {"variable": "#0", "attribute": "age"}),
    "intersection(#0, #1)": ("intersection", {"variable1": "#0", "variable2": "#1"}),
    "count(#2)": ("count", {"variable": "#2"}),
}


@pytest.mark.parametrize("act", CALLS)
def test_an_action_is_a_call_with_its_thought(act: str) -> None:
    found = staged(
        DATASET, chat("kg_1", ASKED, f"Thought: a, 世界\nAction: {act}", "Observation: [b]", ANSWER)
    ).all_steps
    assert (found[1]["function"], found[1]["arguments"], found[1]["thought"]) == (*CALLS[act], "a, 世界")
    assert found[2]["content"] == " [b]"


@pytest.mark.parametrize("act", ["sing(a)", "count()", "intersection(#0)", "get_neighbors(a,)", "count #0"])
def test_other_actions_exclude(act: str) -> None:
    found = staged(DATASET, chat("kg_1", ASKED, f"Action: {act}", "Observation: [b]", ANSWER))
    assert found.trajectory("kg_1")["exclusion"] == "unreadable_step"
    assert (found.all_steps[1]["class"], found.all_steps[1]["content"]) == ("message_action", f"Action: {act}")
    assert found.all_steps[2]["source"] == "user"


def test_a_message_without_an_act_is_words() -> None:
    """deviation kg-agreement"""
    said = "Thought: I need its relations."
    found = staged(DATASET, chat("kg_1", ASKED, said, "No executable function found!", ANSWER))
    assert (found.all_steps[1]["class"], found.all_steps[1]["content"]) == ("message_action", said)
    assert found.all_steps[2]["source"] == "user"
    assert found.trajectory("kg_1")["exclusion"] is None


def test_an_answer_may_be_called_an_action() -> None:
    found = staged(DATASET, chat("kg_1", ASKED, "Thought: It is #0.\nAction: Final Answer: #0"))
    assert (found.all_steps[1]["content"], found.all_steps[1]["thought"]) == ("<solution> #0 </solution>", "It is #0.")
    assert found.trajectory("kg_1")["exclusion"] is None


def test_what_the_agent_makes_up_behind_its_action_is_kept_in_the_details() -> None:
    said = "Action: count(#0)\nObservation: 3\nFinal Answer: #1"
    (found,) = staged(DATASET, chat("kg_1", ASKED, said)).all_steps[1:]
    assert (found["function"], found["details"]) == ("count", {"behind": "Observation: 3\nFinal Answer: #1"})


def test_an_answer_stands_between_tags_and_is_no_finish() -> None:
    found = staged(DATASET, chat("kg_1", ASKED, f"{ANSWER}\nBye.", "A new question: what?", ANSWER)).all_steps
    assert [row["content"] for row in found[1::2]] == ["<solution> #0 </solution>"] * 2
    assert [row["thought"] for row in found[1::2]] == ["It is #0."] * 2
    assert [row["details"] for row in found[1::2]] == [{"behind": "Bye.", "is_finish": False}, {"is_finish": False}]
    assert found[2]["source"] == "user"


@pytest.mark.parametrize("last", ["Thought: a\nAction: count(#0)", "Ok."])
def test_a_trajectory_without_a_last_answer_is_incomplete(last: str) -> None:
    trajectory = staged(DATASET, chat("kg_1", ASKED, ANSWER, ASKED, last)).trajectory("kg_1")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == ("incomplete", "the agent gives no answer")


def test_the_list_of_functions_is_cut_out_of_the_rules_and_kept_as_system_prompt() -> None:
    found = staged(DATASET, chat("kg_1", RULES, "I've understood.", ASKED, ANSWER))
    assert found.all_steps[0]["content"] == (
        "You are an agent that answers questions based on the knowledge stored in a knowledge base.\n\n"
        "Once you find the answer, respond with '<solution> #id </solution>', such as '<solution> #3 </solution>'.\n\n"
        "Ok? Understood?"
    )
    assert found.trajectory("kg_1")["system_prompt"] == TOOLS


def test_the_task_is_the_last_question() -> None:
    records = [
        chat("kg_1", RULES, "I've understood.", ASKED, ANSWER, "A new question: what?", ANSWER),
        chat("kg_2", "A new question: what?", "Action: count(#0)", "Observation: 3", ANSWER),
        chat("kg_3", ASKED, ANSWER),
    ]
    one, two, three = (row["task_id"] for row in staged(DATASET, *records).trajectories)
    assert one == two != three


def test_words_that_are_no_answer_stay_an_observation_in_adps_form() -> None:
    """deviation kg-agreement"""
    said = "I've understood your instruction, start please."
    words, answer = staged(DATASET, chat("kg_1", RULES, said, ASKED, ANSWER)).all_steps[1::2]
    assert (words["class"], words["content"]) == ("message_action", said)
    assert words["details"]["adp_event"] == {"class_": "text_observation", "content": said, "source": "agent"}
    assert answer["details"] == {"is_finish": False}
