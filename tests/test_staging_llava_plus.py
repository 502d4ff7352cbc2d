"""llava_plus: thoughts, words and calls of one message, pictures where their marks stand."""

from typing import Any

import pytest

from tests.staged import Row, staged

SAM = {"API_name": "sam", "API_params": {"boxes": [[0.0, 0.5]]}}
PAINT = {"API_name": "inpainting", "API_params": {"prompt": 'a "b"\n'}}


def human(value: str | None) -> dict[str, Any]:
    return {"from": "human", "value": value}


def gpt(value: str | None, *actions: Any, thoughts: str | None = None) -> dict[str, Any]:
    return {"from": "gpt", "value": value, "thoughts": thoughts, "actions": list(actions)}


def steps(*messages: dict[str, Any], **fields: Any) -> list[Row]:
    return staged("llava_plus", record(*messages, **fields)).steps("1.5")


def record(*messages: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"unique_id": "1.5", "image": "1.jpg", "data_source": "coco", "conversations": list(messages), **fields}


def classes(rows: list[Row]) -> list[str]:
    return [row["class"].removesuffix("_action").removesuffix("_observation") for row in rows]


def test_a_conversation_in_full() -> None:
    found = steps(
        human("<image>\nOutline it."),
        gpt("I will use sam.", SAM, thoughts="Boxes."),
        human("sam model outputs: {}\n\nsummarize"),
        gpt("Done.", thoughts="Thanks."),
    )
    assert classes(found) == ["image", "text", "message", "api", "text", "message"]
    picture, question, words, call, result, answer = found
    assert (picture["source"], picture["images"][0]["path"]) == ("user", "images/coco/1.jpg")
    assert picture["details"] == {"adp_source": "environment"}
    assert (question["source"], question["content"]) == ("user", "Outline it.")
    assert (words["turn_index"], words["thought"], words["content"]) == (0, "Boxes.", "I will use sam.")
    assert (call["turn_index"], call["thought"], call["function"]) == (0, None, "sam")
    assert call["arguments"] == {"boxes": [[0.0, 0.5]]}
    assert (result["source"], result["tool_call_id"]) == ("environment", call["tool_call_id"])
    assert (answer["turn_index"], answer["thought"], answer["content"]) == (1, "Thanks.", "Done.")
    assert answer["details"] == {"is_excerpt": True}, "the talk may go on"


def test_a_call_at_the_end_is_no_answer() -> None:
    assert steps(human("A"), gpt("b", SAM))[-1]["details"] is None


@pytest.mark.parametrize(
    ("messages", "wanted"),
    [
        ([human("<image>\nA"), gpt("b")], ["image", "text", "message"]),
        ([human("A\n<image>"), gpt("b")], ["text", "image", "message"]),
        ([human("A <image> c"), gpt("b")], ["text", "image", "text", "message"]),
        ([human("A"), gpt("b")], ["image", "text", "message"]),
        ([human("A"), gpt("b"), human("<image>"), gpt("b")], ["text", "message", "image", "message"]),
        ([human("<image>\n"), gpt("b")], ["image", "message"]),
    ],
)
def test_the_picture_is_shown_where_its_mark_stands(messages: list[dict[str, Any]], wanted: list[str]) -> None:
    found = steps(*messages)
    assert classes(found) == wanted
    assert not [row for row in found if "<image>" in (row["content"] or "")]


def test_a_mark_without_a_picture_is_text() -> None:
    found = steps(human("What is <image> in HTML?"), gpt("b"), image=None)
    assert classes(found) == ["text", "message"]
    assert found[0]["content"] == "What is <image> in HTML?"


def test_an_id_that_is_a_file_name_is_the_picture() -> None:
    found = staged("llava_plus", {**record(human("A"), gpt("b"), image=None), "id": "coco/7.PNG"})
    assert found.steps("1.5")[0]["images"][0]["path"] == "images/coco/coco/7.PNG"


def test_the_picture_is_found_by_its_name() -> None:
    image = {"image_key": "1.jpg", "sha256": "ab", "media_type": "image/jpeg", "width": 2, "height": 3}
    found = staged("llava_plus", record(human("<image>\nA"), gpt("b")), images=[image])
    assert found.steps("1.5")[0]["images"][0]["sha256"] == "ab"


def test_what_a_model_gives_answers_its_call() -> None:
    found = steps(human("A"), gpt("b", SAM, PAINT), human("sam+inpainting model outputs: {}"), gpt("c"))
    first, second, result = found[3:6]
    assert (first["details"], second["details"]) == ({"result": "shared"}, None)
    assert (result["tool_call_id"], result["details"]) == (second["tool_call_id"], {"adp_source": "user"})


def test_what_the_user_says_behind_a_call_answers_none() -> None:
    found = steps(human("A"), gpt("b", SAM), human("The sam model output: none"), gpt("c"))
    assert (found[3]["details"], found[4]["source"]) == (None, "environment")
    found = steps(human("A"), gpt("b", SAM), human("Never mind."), gpt("c"))
    assert found[3]["details"] == {"result": "none"}
    assert (found[4]["source"], found[4]["tool_call_id"]) == ("user", None)


def test_a_call_without_words_carries_the_thought() -> None:
    call = steps(human("A"), gpt("", SAM, thoughts="t"))[2]
    assert (call["class"], call["thought"]) == ("api_action", "t")


@pytest.mark.parametrize(
    "action",
    [5, "sam", {"API_name": "sam", "API_params": "none"}, {"API_params": {}}, {"API_name": "", "API_params": {}}, []],
)
def test_an_action_that_is_no_call_is_kept_as_text_and_excludes(action: Any) -> None:
    found = staged("llava_plus", record(human("A"), gpt("b", action, SAM), human("sam model outputs: 1"), gpt("c")))
    rows = found.steps("1.5")
    assert classes(rows) == ["image", "text", "message", "message", "api", "text", "message"]
    assert rows[5]["tool_call_id"] == rows[4]["tool_call_id"]
    assert found.trajectory("1.5")["exclusion"] == "unreadable_step"


def test_a_call_without_arguments_has_an_empty_object() -> None:
    found = staged("llava_plus", record(human("A"), gpt("b", {"API_name": "sam"}, {**SAM, "API_params": None})))
    assert [row["arguments"] for row in found.steps("1.5")[3:]] == [{}, {}]
    assert found.trajectory("1.5")["exclusion"] is None


@pytest.mark.parametrize("speaker", [None, "narrator"])
def test_a_speaker_that_is_not_known_excludes(speaker: Any) -> None:
    found = staged("llava_plus", record(human("A"), {"from": speaker, "value": "b"}))
    assert found.trajectory("1.5")["exclusion"] == "unreadable_step"
    assert [row["content"] for row in found.steps("1.5")] == [None, "A", "b"]


def test_a_system_prompt_is_no_step() -> None:
    found = staged("llava_plus", record({"from": "system", "value": "S"}, human("A"), gpt("b")))
    assert found.trajectory("1.5")["system_prompt"] == "S"
    assert classes(found.steps("1.5")) == ["image", "text", "message"]


def test_a_task_is_told_by_its_first_question() -> None:
    found = staged("llava_plus", record(human("<image>\nA b")), record(human("a  B\n<image>")))
    assert len({row["task_id"] for row in found.trajectories}) == 1
    assert found.trajectories[0]["details"] == {"data_source": "coco"}
