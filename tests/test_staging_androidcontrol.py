"""androidcontrol: goal, screens and what was done on each, in lists of one record."""

from typing import Any

import pytest

from tests.rendering import Step, Warehouse, call, user
from tests.staged import Row, staged

SHOTS = ["7/screenshot_0.png", "7/screenshot_1.png"]
BOX = {"x_min": 1, "y_min": 2, "width": 3, "height": 4}


def record(*actions: Any, **fields: Any) -> dict[str, Any]:
    return {
        "episode_id": 7, "goal": "Do it", "screenshots": SHOTS, "accessibility_trees": [[], []],
        "screenshot_widths": [10, 10], "screenshot_heights": [20, 20], "actions": list(actions),
        "step_instructions": ["Tap "], **fields,
    }  # fmt: skip


CLICK = {"action_type": "click", "x": 5, "y": 6}


def steps(*actions: Any, **fields: Any) -> list[Row]:
    return staged("androidcontrol", record(*actions, **fields)).steps("7")


def test_goal_screens_and_actions_follow_each_other() -> None:
    goal, before, tap, after = steps(CLICK)
    assert (goal["class"], goal["source"], goal["content"]) == ("text_observation", "user", "Do it")
    assert (before["class"], before["source"], before["tool_call_id"]) == ("image_observation", "environment", None)
    assert before["images"][0]["path"] == "7/screenshot_0.png"
    assert (tap["function"], tap["arguments"], tap["thought"]) == ("click", {"x": 5, "y": 6}, "Tap ")
    assert (tap["turn_index"], tap["tool_call_id"], after["tool_call_id"]) == (0, "call_2", "call_2")
    assert (before["details"], after["details"]) == (
        {"adp_source": "user"}, {"adp_source": "user", "is_outcome": True},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("action", "function", "arguments"),
    [
        ({"action_type": "navigate_back"}, "back", {}),
        ({"action_type": "long_press", "x": 1, "y": 2}, "long_press", {"x": 1, "y": 2}),
        ({"action_type": "type", "x": 1, "y": 2, "text": "a"}, "type", {"x": 1, "y": 2, "text": "a"}),
        ({"direction": "up", "action_type": "scroll"}, "scroll", {"direction": "up"}),
        ({"action_type": "input_text", "text": 'a"\n'}, "input_text", {"text": 'a"\n'}),
        ({"action_type": "wait", "x": None}, "wait", {}),
    ],
)
def test_every_action_of_the_dataset_is_a_call(
    action: dict[str, Any], function: str, arguments: dict[str, Any]
) -> None:
    found = steps(action)[2]
    assert (found["function"], found["arguments"]) == (function, arguments)


@pytest.mark.parametrize("action", [{"action_type": "fly"}, {}, "click", 5, []])
def test_another_action_is_kept_as_text_and_excludes(action: Any) -> None:
    found = staged("androidcontrol", record(action, CLICK, screenshots=[*SHOTS, "7/screenshot_2.png"]))
    rows = found.steps("7")
    assert [row["class"].split("_")[0] for row in rows] == ["text", "image", "message", "image", "api", "image"]
    assert rows[3]["tool_call_id"] is None
    assert rows[2]["content"] is not None
    assert found.trajectory("7")["exclusion"] == "unreadable_step"


@pytest.mark.parametrize(
    ("element", "label"),
    [
        ({"text": "a", "content_description": "b"}, "a"),
        ({"text": "", "content_description": "b", "hint_text": "c"}, "b"),
        ({"hint_text": "c", "tooltip": "d"}, "c"),
        ({"tooltip": "d", "class_name": "android.widget.Switch"}, "d"),
        ({"class_name": "android.widget.Switch", "is_checked": True, "resource_id": "e"}, "on"),
        ({"class_name": "android.widget.Switch", "is_checked": False}, "off"),
        ({"resource_id": "e", "class_name": "android.widget.EditText"}, "e"),
        ({"class_name": "android.widget.EditText"}, "edit text"),
        ({}, ""),
    ],
)
def test_an_element_is_told_by_the_first_text_that_it_has(element: dict[str, Any], label: str) -> None:
    annotations = steps(CLICK, accessibility_trees=[[{**element, "bbox_pixels": BOX}], []])[1]["annotations"]
    assert annotations == [
        {
            "text": label, "element_type": element.get("class_name"),
            "bounding_box": {"x": 1.0, "y": 2.0, "width": 3.0, "height": 4.0},
        }
    ]  # fmt: skip


@pytest.mark.parametrize("trees", [None, [], {}, "x", [None, [None]], [[5]], [[{"bbox_pixels": "x"}]]])
def test_trees_in_another_form_raise_nothing(trees: Any) -> None:
    assert len(steps(CLICK, accessibility_trees=trees)) == 4


def test_lists_of_unlike_length_are_read_to_their_ends() -> None:
    found = steps(CLICK, CLICK, CLICK, screenshots=SHOTS[:1], step_instructions=None)
    assert [row["class"].split("_")[0] for row in found] == ["text", "image", "api", "api", "api"]
    assert [row["tool_call_id"] for row in found[2:]] == ["call_2", "call_3", "call_4"]


@pytest.mark.parametrize("goal", [None, ""])
def test_an_episode_without_a_goal_is_excluded(goal: str | None) -> None:
    found = staged("androidcontrol", record(CLICK, goal=goal))
    assert [row["class"].split("_")[0] for row in found.steps("7")] == ["image", "api", "image"]
    assert found.trajectory("7")["exclusion"] == "no_task"


def test_screens_are_found_by_folder_and_name() -> None:
    image = {"image_key": "7/screenshot_1.png", "sha256": "ab", "media_type": "image/png", "width": 10, "height": 20}
    found = staged("androidcontrol", record(CLICK), images=[image]).steps("7")
    assert [row["images"][0]["sha256"] for row in found if row["images"]] == [None, "ab"]


def test_behind_the_last_screen_the_agent_closes(warehouse: Warehouse) -> None:
    screen = Step({"class": "text_observation", "source": "environment", "content": "home", "details":
                   '{"is_outcome":true}'}, answers=1)  # fmt: skip
    warehouse.add("androidcontrol/7", user("Do it"), call("back"), screen)
    *_, shown, closing = warehouse.texts("openhands")
    assert shown == "EXECUTION RESULT of [execute_ipython_cell]:\nhome"
    assert closing.startswith("<function=finish>")
    (record,) = warehouse.records("std")
    assert [event["class_"] for event in record["content"]] == [
        "text_observation", "api_action", "text_observation", "message_action",
    ]  # fmt: skip
