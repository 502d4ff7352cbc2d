"""agenttuning_webshop: searches and clicks become calls; how to write them is cut out of the rules."""

import pytest

from tests.prose import chat
from tests.staged import staged

DATASET = "agenttuning_webshop"
FORMS = "You can use search action if search is available.\nsearch[keywords]\nclick[value]"
RULES = f"You are web shopping.\nYou have to follow the instructions.\n{FORMS}"
TASK = "WebShop [SEP] Instruction: [SEP] i want a red cap [size m] [SEP] Search"

SAID = {
    "Thought:\nI search.\n\nAction:\nsearch[red cap [size m]]": (
        "search",
        {"keywords": "red cap [size m]"},
        "I search.",
    ),
    "Thought: I search.\nAction: Search[Übung < 2.00]": ("search", {"keywords": "Übung < 2.00"}, "I search."),
    "Action:\nclick[< Prev]": ("click", {"element": "< Prev"}, None),
    "Thought: a\nb\nAction: click[Buy Now]\n": ("click", {"element": "Buy Now"}, "a\nb"),
    "Thought: a\nAction: search[]": ("search", {"keywords": ""}, "a"),
}


@pytest.mark.parametrize("said", SAID)
def test_an_action_is_a_call_with_its_thought(said: str) -> None:
    (found,) = staged(DATASET, chat("webshop_1", TASK, said)).all_steps[1:]
    assert (found["function"], found["arguments"], found["thought"]) == SAID[said]
    assert (found["class"], found["content"], found["details"]) == ("api_action", None, None)


def test_words_behind_an_action_are_kept_in_the_details() -> None:
    (found,) = staged(DATASET, chat("webshop_1", TASK, "Action: click[A]\nI hope so.")).all_steps[1:]
    assert (found["arguments"], found["details"]) == ({"element": "A"}, {"behind": "I hope so."})


@pytest.mark.parametrize("said", ["Action: buy[A]", "Action: click A", "Thought: a", "Action:"])
def test_other_actions_exclude(said: str) -> None:
    found = staged(DATASET, chat("webshop_1", TASK, said))
    assert found.trajectory("webshop_1")["exclusion"] == "unreadable_step"
    assert found.all_steps[1]["content"] == said


def test_how_to_search_is_cut_out_of_the_rules_and_kept_as_system_prompt() -> None:
    found = staged(DATASET, chat("webshop_1", RULES, "Ok.", TASK, "Action: click[A]"), chat("webshop_2", TASK, "Ok."))
    assert found.all_steps[0]["content"] == "You are web shopping.\nYou have to follow the instructions."
    assert [row["system_prompt"] for row in found.trajectories] == [FORMS, None]


def test_the_task_is_the_instruction() -> None:
    records = [
        chat("webshop_1", RULES, "Ok.", TASK, "Action: click[A]"),
        chat("webshop_2", "Instruction: [SEP] I want a red cap [size m] [SEP] Back", "Action: click[B]"),
        chat("webshop_3", RULES, "Ok.", TASK.replace("red", "blue"), "Action: click[A]"),
    ]
    one, two, three = (row["task_id"] for row in staged(DATASET, *records).trajectories)
    assert one == two != three
