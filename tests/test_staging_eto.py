"""eto: three worlds told in text stay the messages that they are; rewards and worlds are kept."""

from typing import Any

import pytest

from tests.staged import Record, staged

DATASET = "eto"
SHOP = "WebShop [SEP] Instruction: [SEP] i need a bell [SEP] Search"


def chat(source_id: str, *contents: str, **fields: Any) -> Record:
    """A record, in which user and agent speak in turn."""
    sides = ("human", "gpt")
    messages = [{"from": sides[place % 2], "value": content} for place, content in enumerate(contents)]
    return {"id": source_id, "conversations": messages, **fields}


def test_a_chat_stays_as_it_is_said() -> None:
    contents = ("Rules.", "OK", SHOP, "Thought: a, 世界\nAction: search[bell]", "Observation: b", "Action: click[c]")
    found = staged(DATASET, chat("webshop_1", *contents, reward=0.75, source="human"))
    assert tuple(row["content"] for row in found.all_steps) == contents
    assert [row["class"] for row in found.all_steps] == ["text_observation", "message_action"] * 3
    assert [row["source"] for row in found.all_steps] == ["user", "agent"] * 3
    assert [row["turn_index"] for row in found.all_steps] == [None, 0, None, 1, None, 2]
    assert {row["thought"] for row in found.all_steps} | {row["tool_call_id"] for row in found.all_steps} == {None}
    trajectory = found.trajectory("webshop_1")
    assert (trajectory["reward"], trajectory["exclusion"]) == (0.75, None)
    assert trajectory["details"] == {"source": "human"}


@pytest.mark.parametrize(
    ("given", "kept"), [(1, 1.0), (0.5, 0.5), ("0.25", 0.25), ("n/a", None), ([1], None), (None, None)]
)
def test_a_reward_is_a_number_or_nothing(given: Any, kept: float | None) -> None:
    assert staged(DATASET, chat("webshop_1", "a", "b", reward=given)).trajectory("webshop_1")["reward"] == kept


def test_further_fields_are_kept_in_the_details() -> None:
    trajectory = staged(DATASET, chat("alfword_1", "a", "b", source="gpt-4", game="g")).trajectory("alfword_1")
    assert trajectory["details"] == {"source": "gpt-4", "game": "g"}
    assert staged(DATASET, chat("alfword_1", "a", "b")).trajectory("alfword_1")["details"] is None


def test_the_task_stands_behind_the_rules_and_is_that_of_the_other_web_shop() -> None:
    records = [
        chat("webshop_1", "Rules.", "OK", SHOP, "Action: search[bell]", "Observation: b", "Action: click[c]"),
        chat("webshop_2", "Other rules.", "OK", SHOP, "Action: search[a bell]"),
        chat("alfword_1", "Rules.", "OK", "Your task is to: ring the bell.", "Action: look"),
        chat("alfword_2", "Your task is to: ring the bell.", "Action: look"),
    ]
    one, two, three, four = (row["task_id"] for row in staged(DATASET, *records).trajectories)
    assert one == two != three == four
    (other,) = staged(
        "agenttuning_webshop",
        {
            "id": "webshop_1",
            "conversations": [{"role": "user", "content": SHOP}, {"role": "assistant", "content": "Action: click[a]"}],
        },
    ).trajectories
    assert other["task_id"] == one


@pytest.mark.parametrize(
    ("contents", "exclusion", "detail"),
    [
        (("a", "OK", "b"), "truncated", "the agent does not answer the last message"),
        (("a",), "no_actions", "the agent never speaks"),
        ((), "no_steps", None),
        (("a", " "), "unreadable_step", "message 2 is empty"),
    ],
)
def test_what_is_no_conversation_is_excluded_with_a_reason(
    contents: tuple[str, ...], exclusion: str, detail: str | None
) -> None:
    trajectory = staged(DATASET, chat("sciword_1", *contents)).trajectory("sciword_1")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == (exclusion, detail)


def test_an_id_that_comes_again_is_another_trajectory() -> None:
    found = staged(DATASET, chat("webshop_1", "a", "b"), chat("webshop_1", "c", "d"))
    assert [row["trajectory_id"] for row in found.trajectories] == ["eto/webshop_1", "eto/webshop_1#2"]
    assert [row["content"] for row in found.steps("webshop_1#2")] == ["c", "d"]
