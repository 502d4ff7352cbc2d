"""Whatever the order of a trajectory's steps: it is rendered validly or left out with a reason, and nothing is lost."""

import random

import pytest

from schema import adp, sft
from tests.rendering import Step, Warehouse, bash, call, code, notice, page, result, say, user

pytestmark = pytest.mark.any_duckdb

TEXTS = ("a", "", "two\n\nlines", "<function=x>", "EXECUTION RESULT of [x]:\n", "  '\"\\ ", "é😀", "\x01")
EDITOR = {"command": "create", "path": "/a", "file_text": "    x = '1'\n"}


def drawn(draw: random.Random) -> list[Step]:
    """Steps in a random order; results only where there is a call to answer."""
    steps: list[Step] = [] if draw.random() < 0.1 else [user(draw.choice(TEXTS))]
    calls = 0
    for _ in range(draw.randrange(8)):
        text, thought = draw.choice(TEXTS), draw.choice((None, "Hm."))
        step = draw.choice(
            (
                user(text),
                notice(text),
                say(text, thought),
                bash(text, thought),
                code(draw.choice(("python", "rust")), text, thought),
                call("str_replace_editor", EDITOR, thought),
                call("submit"),
                call("unknown"),
                call("finish", {"message": text}),
                page(text),
                result(text, draw.randrange(calls) + 1) if calls else user(text),
            )
        )
        acts = "action" in str(step.values["class"])
        calls += acts and step.values["class"] != "message_action"
        if acts and steps and steps[-1].values["class"].endswith("action") and draw.random() < 0.4:
            step = Step(step.values | {"thought": None}, same_turn=True)
        steps.append(step)
    return steps


def test_records_are_valid_or_left_out(warehouse: Warehouse) -> None:
    draw = random.Random(7)
    drafts = {f"swe-smith/{number}": drawn(draw) for number in range(150)}
    for trajectory_id, steps in drafts.items():
        warehouse.add(trajectory_id, *steps)
    for target in ("openhands", "sweagent"):
        records = {record["id"]: record for record in warehouse.records(target)}
        assert records
        assert records.keys() | warehouse.reasons(target).keys() == drafts.keys()
        assert not records.keys() & warehouse.reasons(target).keys()
        for trajectory_id, record in records.items():
            sft.TARGETS[target].model_validate(record)
            text = "".join(turn["value"] for turn in record["conversations"])
            for step in before_the_end(drafts[trajectory_id]):
                assert str(step.values.get("thought") or "") in text
                if step.values["class"] in ("text_observation", "message_action"):
                    assert step.values["content"] in text
    for record in warehouse.records("std"):
        adp.Trajectory.model_validate(record)
        closing = 2 * (len(record["content"]) > len(before_the_end(drafts[record["id"]])))
        assert len(record["content"]) == len(before_the_end(drafts[record["id"]])) + closing


def before_the_end(steps: list[Step]) -> list[Step]:
    """The steps up to a call of finish that is the last action."""
    acts = [index for index, step in enumerate(steps) if "action" in str(step.values["class"])]
    ended = acts and steps[acts[-1]].values.get("function") == "finish"
    return steps[: acts[-1] + 1] if ended else steps
