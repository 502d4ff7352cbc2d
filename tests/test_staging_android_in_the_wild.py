"""android_in_the_wild: one line per step, gestures as words or numbers."""

import json
from typing import Any

import pytest

from tests.staged import Staged, staged


def line(step: int, act: Any = "dual-point gesture", length: int = 2, **fields: Any) -> dict[str, Any]:
    return {
        "episode_id": "7", "step_id": step, "episode_length": length, "goal_info": "Do it", "image/encoded":
        f"/mnt/x/shots/7-{step}", "image/width": 3, "image/height": 4, "image/ui_annotations_positions":
        [[0.1, 0.2, 0.3, 0.4]], "image/ui_annotations_text": ["a"], "image/ui_annotations_ui_types": ["TEXT"],
        "results/action_type": act, "results/yx_touch": [0.25, 0.5], "results/yx_lift": [0.75, 1], **fields,
    }  # fmt: skip


def episode(*lines: dict[str, Any]) -> Staged:
    return staged("android_in_the_wild", *lines)


def test_the_goal_comes_once_then_a_screen_and_an_action_per_line() -> None:
    goal, first, drag, second, end = episode(line(0), line(1, "task_complete")).steps("7")
    assert (goal["class"], goal["source"], goal["content"]) == ("text_observation", "user", "Do it")
    assert (first["class"], first["source"], first["tool_call_id"]) == ("image_observation", "environment", None)
    assert (drag["function"], drag["arguments"]) == ("touch_and_lift", {"x0": 0.5, "y0": 0.25, "x1": 1, "y1": 0.75})
    assert (drag["turn_index"], drag["tool_call_id"], second["tool_call_id"]) == (0, "call_2", "call_2")
    assert (end["function"], end["arguments"], end["turn_index"]) == ("end", {"succeeds": True}, 1)
    assert end["details"] == {"is_excerpt": True}
    assert [row["step_index"] for row in (goal, first, drag, second, end)] == [0, 1, 2, 3, 4]


def test_annotations_have_place_and_size() -> None:
    (found,) = episode(line(0)).steps("7")[1]["annotations"]
    assert found == {
        "text": "a", "element_type": "TEXT", "bounding_box": {"x": 0.2, "y": 0.1, "width": 0.4, "height": 0.3},
    }  # fmt: skip


@pytest.mark.parametrize("positions", [None, [], "x", [None], [[]], [0.1, 0.2]])
def test_annotations_in_another_form_raise_nothing(positions: Any) -> None:
    lines = line(0, **{"image/ui_annotations_positions": positions, "image/ui_annotations_text": None})
    assert len(episode(lines).steps("7")) == 3


def test_no_path_of_a_machine_is_kept_and_the_screen_is_found_by_its_name() -> None:
    image = {"image_key": "7-0.png", "sha256": "ab", "media_type": "image/png", "width": 3, "height": 4}
    found = staged("android_in_the_wild", line(0), images=[image]).steps("7")[1]["images"]
    assert found == [{"sha256": "ab", "path": "7-0.png", "media_type": "image/png", "width": 3, "height": 4}]


@pytest.mark.parametrize(
    ("act", "function", "arguments"),
    [
        ("type", "type", {"text": 'a "b"'}),
        (3, "type", {"text": 'a "b"'}),
        ("go_back", "press", {"key_name": "go_back"}),
        ("PRESS_HOME", "press", {"key_name": "go_home"}),
        ("7", "press", {"key_name": "enter"}),
        ("task_impossible", "end", {"succeeds": False}),
    ],
)
def test_words_and_numbers_are_calls(act: Any, function: str, arguments: dict[str, Any]) -> None:
    found = episode(line(0, act) | {"results/type_action": 'a "b"'}).steps("7")[2]
    assert (found["function"], found["arguments"]) == (function, arguments)


@pytest.mark.parametrize(
    "fields",
    [
        {"results/action_type": "shake"},
        {"results/yx_touch": [0.5]},
        {"results/yx_touch": [-1, -1]},
        {"results/yx_lift": None},
    ],
)
def test_what_is_no_gesture_is_kept_as_text_and_excludes(fields: dict[str, Any]) -> None:
    found = episode({**line(0), **fields}, line(1, "task_complete"))
    rows = found.steps("7")
    assert [row["class"].split("_")[0] for row in rows] == ["text", "image", "message", "image", "api"]
    assert fields.get("results/action_type", "dual-point gesture") in rows[2]["content"]
    assert rows[3]["tool_call_id"] is None
    assert found.trajectory("7")["exclusion"] == "unreadable_step"


@pytest.mark.parametrize(("act", "outcome"), [("task_complete", True), (11, False), ("enter", None)])
def test_the_last_word_is_the_outcome(act: Any, outcome: bool | None) -> None:
    trajectory = episode(line(0), line(1, act)).trajectory("7")
    assert (trajectory["outcome"], trajectory["exclusion"]) == (outcome, None)


@pytest.mark.parametrize(
    ("lines", "detail"),
    [
        ([line(0), line(1, length=3)], "2 of 3 steps"),
        ([line(1), line(0)], "steps out of their order"),
        ([line(0), line(0)], "steps out of their order"),
    ],
)
def test_an_episode_that_lacks_lines_is_excluded(lines: list[dict[str, Any]], detail: str) -> None:
    lengths = {row["episode_length"] for row in lines}
    trajectory = episode(*({**row, "episode_length": max(lengths)} for row in lines)).trajectory("7")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == ("incomplete", detail)


def test_lines_without_screen_or_goal_have_no_such_step() -> None:
    found = episode(line(0, goal_info=None) | {"image/encoded": None}, line(1))
    assert found.trajectory("7")["exclusion"] == "no_task"
    rows = found.steps("7")
    assert [row["class"].split("_")[0] for row in rows] == ["api", "image", "api"]
    assert [row["tool_call_id"] for row in rows] == ["call_0", "call_0", "call_2"]


def test_what_else_is_known_is_kept() -> None:
    found = episode(line(0, device_type="PIXEL", android_api_level=31, current_activity="x", note=1), line(1))
    assert found.trajectory("7")["details"] == {
        "device_type": "PIXEL", "android_api_level": 31, "raw_extra": [json.loads('{"note": 1}')],
    }  # fmt: skip
    assert found.steps("7")[1]["details"] == {"current_activity": "x", "step_id": 0}
    assert found.trajectory("7")["source_rows"] == [1, 2]
