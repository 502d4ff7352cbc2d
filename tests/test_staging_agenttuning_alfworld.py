"""agenttuning_alfworld: commands to a household become calls; how to write them is cut out of the rules."""

from typing import Any

import pytest

from tests.prose import chat
from tests.staged import staged

DATASET = "agenttuning_alfworld"
FORMS = (
    'You should choose from two actions: "THOUGHT" or "ACTION". Either in this '
    'format:"THOUGHT: think.\n ACTION: act\n"; or, without a thought, in this format:"ACTION: act\n".'
)
RULES = f"Interact with a household to solve a task. Act once in each turn. {FORMS} The household answers."
TASK = "Here is your task. You see a shelf 1.\nYour task is to: put a Dose in shelf."


def test_a_chat_in_full() -> None:
    found = staged(
        DATASET,
        chat(
            "alfworld_1",
            RULES,
            "OK. I'll follow your instructions.",
            TASK,
            "THOUGHT: First\nI look.\n ACTION: go to shelf 1",
            "On the shelf 1, you see nothing, 世界.",
            "ACTION: inventory",
        ),
    )
    assert [
        (row["class"], row["source"], row["content"] or row["function"], row["arguments"], row["thought"])
        for row in found.all_steps
    ] == [
        (
            "text_observation",
            "user",
            "Interact with a household to solve a task. Act once in each turn.\nThe household answers.\n\n"
            "Ok? Understood?",
            None,
            None,
        ),
        ("message_action", "agent", "OK. I'll follow your instructions.", None, None),
        ("text_observation", "user", TASK, None, None),
        ("api_action", "agent", "go", {"location": "shelf 1"}, "First\nI look."),
        ("text_observation", "environment", "On the shelf 1, you see nothing, 世界.", None, None),
        ("api_action", "agent", "inventory", {}, None),
    ]
    trajectory = found.trajectory("alfworld_1")
    assert (trajectory["exclusion"], trajectory["system_prompt"]) == (None, FORMS)


COMMANDS: dict[str, tuple[str, dict[str, Any]]] = {
    "go to shelf 1": ("go", {"location": "shelf 1"}),
    "Go to Shelf 1": ("go", {"location": "shelf 1"}),
    "take soap 1 from sink 2": ("take", {"item": "soap 1", "source": "sink 2"}),
    "put soap 1 in/on shelf 2": ("put", {"item": "soap 1", "target": "shelf 2"}),
    "put soap 1 on shelf 2": ("put", {"item": "soap 1", "target": "shelf 2"}),
    "open fridge 1": ("open", {"obj": "fridge 1"}),
    "close fridge 1": ("close", {"obj": "fridge 1"}),
    "heat egg 1 with oven 1": ("heat", {"item": "egg 1", "appliance": "oven 1"}),
    "cool egg 1 with fridge 1": ("cool", {"item": "egg 1", "appliance": "fridge 1"}),
    "clean fork 1 with sink 1": ("clean", {"item": "fork 1", "appliance": "sink 1"}),
    "examine shelf 1": ("examine", {"obj": "shelf 1"}),
    "use lamp 1": ("use", {"obj": "lamp 1"}),
    "look at cd 1 under lamp 1": ("look_at_under", {"item": "cd 1", "reference": "lamp 1"}),
    "look": ("look", {}),
    "inventory": ("inventory", {}),
    "report problem with oven 1": ("report_problem", {"obj": "oven 1"}),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_a_call_with_or_without_a_thought(command: str) -> None:
    said = (f"ACTION: {command}", f"THOUGHT: a\nACTION: {command} ", f"THOUGHT: a. ACTION: {command}\nThen b.")
    for number, (message, thought, behind) in enumerate(
        zip(said, (None, "a", "a."), (None, None, "Then b."), strict=True)
    ):
        (found,) = staged(DATASET, chat(f"alfworld_{number}", TASK, message)).all_steps[1:]
        assert (found["function"], found["arguments"]) == COMMANDS[command]
        assert (found["thought"], found["content"]) == (thought, None)
        assert found["details"] == (None if behind is None else {"behind": behind})


@pytest.mark.parametrize("command", ["whistle", "take soap 1", "look for soap", "toggle lamp 1", ""])
def test_other_commands_exclude(command: str) -> None:
    found = staged(DATASET, chat("alfworld_1", TASK, f"ACTION: {command}"))
    assert found.trajectory("alfworld_1")["exclusion"] == "unreadable_step"
    assert found.all_steps[1]["content"] == f"ACTION: {command}"


@pytest.mark.parametrize("words", ["end the task", "Task failed.", "the task cannot be solved"])
def test_an_action_that_speaks_of_the_task_is_words_with_their_thought(words: str) -> None:
    found = staged(DATASET, chat("alfworld_1", TASK, f"THOUGHT: It is not here.\nACTION: {words}"))
    last = found.all_steps[1]
    assert (last["class"], last["content"], last["thought"]) == ("message_action", words, "It is not here.")
    assert found.trajectory("alfworld_1")["exclusion"] is None


@pytest.mark.parametrize("words", ["THOUGHT: I look first.", "It is not here.", "Sure, I will follow."])
def test_a_message_without_an_act_is_words(words: str) -> None:
    """deviation kg-agreement"""
    found = staged(DATASET, chat("alfworld_1", TASK, words, "Nothing happened.", "ACTION: look"))
    said, heard = found.all_steps[1:3]
    assert (said["class"], said["content"], said["thought"]) == ("message_action", words, None)
    assert said["details"] == {"adp_event": {"class_": "text_observation", "content": words, "source": "agent"}}
    assert (heard["source"], heard["tool_call_id"]) == ("user", None)
    assert found.trajectory("alfworld_1")["exclusion"] is None


@pytest.mark.parametrize("words", ["Ok", "OK. I'll follow your instructions."])
def test_agreement_to_the_rules_is_a_message_in_adps_form_too(words: str) -> None:
    found = staged(DATASET, chat("alfworld_1", RULES, words, TASK, "ACTION: look"))
    assert (found.all_steps[1]["class"], found.all_steps[1]["details"]) == ("message_action", None)


def test_the_task_is_what_is_to_be_done_in_that_household() -> None:
    records = [
        chat("alfworld_1", RULES, "OK.", TASK, "ACTION: look"),
        chat("alfworld_2", RULES, "OK.", TASK, "ACTION: look", "You see a shelf 1.", "ACTION: inventory"),
        chat("alfworld_3", RULES, "OK.", TASK.replace("Dose", "Kanne"), "ACTION: look"),
    ]
    one, two, three = (row["task_id"] for row in staged(DATASET, *records).trajectories)
    assert one == two != three


def test_other_first_words_are_shown_as_they_are() -> None:
    found = staged(DATASET, chat("alfworld_1", f"Hello. {FORMS}", "ACTION: look"))
    assert found.all_steps[0]["content"] == f"Hello. {FORMS}"
    assert found.trajectory("alfworld_1")["system_prompt"] is None
