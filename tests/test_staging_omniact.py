"""omniact: one task, one screenshot, one script."""

from typing import Any

import pytest

from tests.staged import staged

TASK = "Task: Open the cart\nOutput Script:\npyautogui.click(12.5,8.0)"
BOX = {"top_left": [[10.0, 4.0], [1.0, 2.0]], "bottom_right": [[15.0, 12.0], [3.0, 5.0]], "label": ["cart", ""]}
IMAGE = "data/data/web/shop/screen1.png"


def record(**fields: Any) -> dict[str, Any]:
    return {"id": "train_0", "task": TASK, "image": IMAGE, "box": BOX, **fields}


def test_the_task_comes_first_then_the_screenshot_then_the_script() -> None:
    found = staged("omniact", record())
    task, image, script = found.steps("train_0")
    assert (task["class"], task["source"], task["content"]) == ("text_observation", "user", "Open the cart")
    assert (image["class"], image["source"], image["content"]) == ("image_observation", "environment", None)
    assert (script["class"], script["language"], script["content"]) == (
        "code_action", "python", "pyautogui.click(12.5,8.0)",
    )  # fmt: skip
    assert (script["thought"], script["turn_index"], script["tool_call_id"]) == ("Output Script", 0, "call_2")
    assert found.trajectory("train_0")["exclusion"] is None


def test_boxes_are_annotations_with_place_and_size() -> None:
    image = staged("omniact", record()).steps("train_0")[1]
    assert image["annotations"] == [
        {
            "text": "cart", "element_type": "button",
            "bounding_box": {"x": 10.0, "y": 4.0, "width": 5.0, "height": 8.0},
        },
        {"text": "", "element_type": "button", "bounding_box": {"x": 1.0, "y": 2.0, "width": 2.0, "height": 3.0}},
    ]  # fmt: skip


def test_what_programs_found_on_the_screenshot_is_kept() -> None:
    ocr = {"text": ["Cart"], "value": [[1.0, 2.0]]}
    image = staged("omniact", record(ocr=ocr, icon=None, color={"text": []})).steps("train_0")[1]
    assert image["details"] == {"ocr": ocr, "color": {"text": []}}


@pytest.mark.parametrize("box", [None, {}, [], "words", {"label": ["a"]}, {"label": [1], "top_left": [[None]]}])
def test_boxes_in_another_form_raise_nothing(box: Any) -> None:
    assert [step["class"] for step in staged("omniact", record(box=box)).steps("train_0")] == [
        "text_observation", "image_observation", "code_action",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said", "script"),
    [
        ("task: A\n\noutput script: x = 1\ny = 2\n", "A", "x = 1\ny = 2"),
        (" Task : A\nB\nOutputScript:\n x", "A\nB", "x"),
        ("Task: A\r\nOutput:\r\nx", "A", "x"),
        ("Task: Output the sum\nScript\nx", "Output the sum", "x"),
        ("Task: A: b\nOutput Script:\nprint('Output Script:')", "A: b", "print('Output Script:')"),
    ],
)
def test_headings_are_read_however_they_are_written(text: str, said: str, script: str) -> None:
    steps = staged("omniact", record(task=text)).steps("train_0")
    assert [step["content"] for step in steps] == [said, None, script]


@pytest.mark.parametrize("text", ["Do it.", "Task: A", "Task: A\nOutput Script:\n ", "Task:\nOutput Script:\nx"])
def test_a_text_without_task_or_script_stays_whole_and_is_excluded(text: str) -> None:
    found = staged("omniact", record(task=text))
    assert [step["content"] for step in found.steps("train_0")] == [text.strip(), None]
    assert found.trajectory("train_0")["exclusion"] == "unreadable_step"


def test_a_record_without_a_screenshot_is_excluded() -> None:
    found = staged("omniact", record(image=None))
    assert [step["class"] for step in found.steps("train_0")] == ["text_observation", "code_action"]
    assert found.trajectory("train_0")["exclusion_detail"] == "no screenshot"


def test_the_screenshot_is_found_by_the_end_of_its_path() -> None:
    landed = {
        "image_key": "web/shop/screen1.png", "path": "web/shop/screen1.png", "sha256": "ab", "media_type": "image/png",
        "width": 3, "height": 4,
    }  # fmt: skip
    (image,) = staged("omniact", record(), images=[landed]).steps("train_0")[1]["images"]
    assert image == {"sha256": "ab", "path": IMAGE, "media_type": "image/png", "width": 3, "height": 4}
    (image,) = staged("omniact", record()).steps("train_0")[1]["images"]
    assert image == {"sha256": None, "path": IMAGE, "media_type": None, "width": None, "height": None}


def test_no_path_of_a_machine_is_kept() -> None:
    found = staged("omniact", record(image="/mnt/someone/cache/data/web/shop/screen1.png"))
    assert found.steps("train_0")[1]["images"][0]["path"] == "web/shop/screen1.png"


def test_records_of_one_task_share_its_id() -> None:
    found = staged("omniact", record(), record(id="train_1", task=TASK.replace("Open", "open").replace("12.5", "13")))
    assert len({row["task_id"] for row in found.trajectories}) == 1
