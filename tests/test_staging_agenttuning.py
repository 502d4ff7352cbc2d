"""AgentInstruct's worlds told in text: what holds for all of them, whatever the agent writes."""

from typing import Any

import pytest

from tests.prose import chat, published
from tests.staged import Record, staged

# Of each dataset an agent's message that is an act, one that ends a trajectory, and one that no rule reads.
ACT, LAST, UNREAD = range(3)
WORLDS = {
    "agenttuning_alfworld": ("ACTION: look", "ACTION: the task is done", "ACTION: sing"),
    "agenttuning_db": (
        "I look.\nAction: Operation\n```sql\nselect 1\n```",
        'Action: Answer\nFinal Answer: ["1"]',
        "Action: Operation\nselect 1",
    ),
    "agenttuning_kg": ("Thought: a\nAction: count(#0)", "Thought: b\nFinal Answer: #0", "Action: sing(a)"),
    "agenttuning_mind2web": ("Thought: a\nAnswer: A.", "Thought: b\nAnswer: B.", "I click."),
    "agenttuning_webshop": ("Action: search[a]", "Action: click[Buy Now]", "Action: walk[home]"),
}
TASK = "Choose.\nA. one\nB. two"
EVERY = pytest.mark.parametrize("dataset", WORLDS)


@EVERY
def test_the_published_form_reads_alike_and_its_examples_are_not_trained(dataset: str) -> None:
    contents = ("Rules.", "OK.", TASK, WORLDS[dataset][ACT], "Seen.", WORLDS[dataset][LAST])
    losses = (None, False, None, False, None, True)
    found = staged(dataset, published("a_1", *contents, losses=losses))
    extracted = staged(dataset, chat("a_1", *contents))
    assert [row["trainable"] for row in found.all_steps] == [True, False, True, False, True, True]
    assert [row | {"trainable": True} for row in found.all_steps] == extracted.all_steps
    assert found.trajectories == extracted.trajectories


@EVERY
def test_agreement_to_the_rules_is_a_message(dataset: str) -> None:
    for said in ("Ok.", "OK. I'll follow your instructions.", "I've understood your instruction, start please."):
        found = staged(dataset, chat("a_1", "Rules.", said, TASK, WORLDS[dataset][LAST]))
        assert (found.all_steps[1]["class"], found.all_steps[1]["content"]) == ("message_action", said)
        assert found.trajectory("a_1")["exclusion"] is None


@EVERY
def test_what_no_rule_reads_is_kept_as_text_and_excludes(dataset: str) -> None:
    unread = WORLDS[dataset][UNREAD]
    found = staged(dataset, chat("a_1", TASK, unread, "Go on.", WORLDS[dataset][LAST]))
    assert [(row["class"], row["source"], row["content"]) for row in found.all_steps[:3]] == [
        ("text_observation", "user", TASK),
        ("message_action", "agent", unread),
        ("text_observation", "user", "Go on."),
    ]
    trajectory = found.trajectory("a_1")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == ("unreadable_step", f"message 2: {unread}")


@EVERY
def test_an_id_that_comes_again_is_another_trajectory(dataset: str) -> None:
    last = WORLDS[dataset][LAST]
    found = staged(dataset, chat("a_1", TASK, last), chat("a_1", f"Again. {TASK}", last))
    assert [row["trajectory_id"] for row in found.trajectories] == [f"{dataset}/a_1", f"{dataset}/a_1#2"]
    assert found.steps("a_1#2")[0]["content"] == f"Again. {TASK}"
    assert [row["source_rows"] for row in found.trajectories] == [[1], [2]]


@EVERY
def test_a_system_message_is_the_system_prompt_and_no_step(dataset: str) -> None:
    record = chat("a_1", TASK, WORLDS[dataset][LAST])
    record["conversations"].insert(0, {"role": "system", "content": "Be kind."})
    found = staged(dataset, record)
    assert [row["step_index"] for row in found.all_steps] == [0, 1]
    assert found.trajectory("a_1")["system_prompt"] == "Be kind."


@EVERY
@pytest.mark.parametrize(
    ("contents", "exclusion", "detail"),
    [
        ((TASK, "OK.", "Well?"), "truncated", "the agent does not answer the last message"),
        ((TASK,), "no_actions", "the agent never speaks"),
        ((), "no_steps", None),
        ((TASK, None), "unreadable_step", "message 2 has no known role or no content"),
        (("", "OK."), "unreadable_step", "message 1 is empty"),
    ],
)
def test_what_is_no_conversation_is_excluded_with_a_reason(
    dataset: str, contents: tuple[str | None, ...], exclusion: str, detail: str | None
) -> None:
    found = staged(dataset, chat("a_1", *contents))
    trajectory = found.trajectory("a_1")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == (exclusion, detail)
    assert len(found.all_steps) == len(contents)


@EVERY
def test_a_chat_that_the_agent_begins_has_no_task(dataset: str) -> None:
    record: Record = {"id": "a_1", "conversations": [{"from": "gpt", "value": WORLDS[dataset][LAST]}]}
    trajectory = staged(dataset, record).trajectory("a_1")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == ("no_task", "the agent speaks first")


@EVERY
def test_any_shape_of_a_record_is_read(dataset: str) -> None:
    shapes: list[Any] = [None, [], [None], [{"role": "assistant"}], [{}], [{"from": "human", "loss": True}]]
    found = staged(dataset, *({"id": str(n), "conversations": messages} for n, messages in enumerate(shapes)))
    assert [row["exclusion"] for row in found.trajectories] == ["no_steps", "no_steps", *["unreadable_step"] * 4]


@pytest.mark.parametrize("dataset", sorted(set(WORLDS) - {"agenttuning_mind2web"}))
def test_what_follows_a_call_is_its_result_and_says_whose_role_the_source_gave_it(dataset: str) -> None:
    act = WORLDS[dataset][ACT]
    found = staged(dataset, chat("a_1", TASK, act, "Seen.", act, "Again.", WORLDS[dataset][LAST]))
    assert [(row["step_index"], row["tool_call_id"]) for row in found.all_steps[:5]] == [
        (0, None),
        (1, "call_1"),
        (2, "call_1"),
        (3, "call_3"),
        (4, "call_3"),
    ]
    assert [row["source"] for row in found.all_steps[::2]] == ["user", "environment", "environment"]
    assert [row["details"] for row in found.all_steps[::2]] == [None, {"adp_source": "user"}, {"adp_source": "user"}]
    assert [row["turn_index"] for row in found.all_steps[1::2]] == [0, 1, 2]


@pytest.mark.parametrize("dataset", sorted(set(WORLDS) - {"agenttuning_mind2web"}))
def test_the_result_of_a_call_may_be_empty(dataset: str) -> None:
    found = staged(dataset, chat("a_1", TASK, WORLDS[dataset][ACT], "", WORLDS[dataset][LAST]))
    assert (found.all_steps[2]["content"], found.all_steps[2]["tool_call_id"]) == ("", "call_1")
    assert found.trajectory("a_1")["exclusion"] is None


@pytest.mark.parametrize("dataset", sorted(set(WORLDS) - {"agenttuning_mind2web"}))
def test_a_call_without_a_result_says_so(dataset: str) -> None:
    record = chat("a_1", TASK, WORLDS[dataset][ACT])
    record["conversations"].append({"role": "assistant", "content": WORLDS[dataset][LAST]})
    found = staged(dataset, record)
    assert found.all_steps[1]["details"] == {"result": "none"}
    assert found.all_steps[2]["turn_index"] == 1
