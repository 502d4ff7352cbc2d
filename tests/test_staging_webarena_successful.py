"""webarena_successful: pages and actions of WebArena's environment become steps; key ids become text."""

from typing import Any

import pytest

from tests.staged import Record, staged

DATASET = "webarena_successful"


def act(name: str | None, cot: str = "", **fields: Any) -> Record:
    """An action as the environment writes it, most of its fields empty."""
    empty = {"text": [], "page_number": 0, "url": "", "element_id": "", "key_comb": "", "direction": "", "answer": ""}
    return {"metadata": {"cot": cot}, "action": {**empty, "raw_prediction": "", "action_name": name, **fields}}


def page(tree: str = "[1] RootWebArea 'Shop'", **more: Any) -> Record:
    """A page."""
    return {"url": "http://shop.example/", "axtree": tree, "screenshot_path": "shots/1.png", **more}


def record(*items: Any, task_id: int = 7, source: str = "gpt-4o", **more: Any) -> Record:
    """An episode."""
    return {"task_id": task_id, "intent": "Find tea.", "source": source, "trajectory": list(items), **more}


CALLS: dict[str, tuple[Record, str, dict[str, Any]]] = {
    "click": (act("click", element_id="1121"), "click", {"bid": "1121"}),
    "hover": (act("hover", element_id="5"), "hover", {"bid": "5"}),
    "type": (act("type", element_id="40", text=[91, 86, 84, 15, 982]), "type", {"bid": "40", "text": "lge \n"}),
    "type in all planes": (
        act("type", element_id="4", text=[15, 110, 111, 234, 981]),
        "type",
        {"bid": "4", "text": " \x7f\x81\xfc\u03e7"},
    ),
    "type as text": (act("type", element_id="4", text="müsli"), "type", {"bid": "4", "text": "müsli"}),
    "press": (act("press", key_comb="Control+a"), "press", {"key_comb": "Control+a"}),
    "scroll down": (act("scroll", direction="down"), "scroll", {"dx": 0, "dy": 500}),
    "scroll up": (act("scroll", direction="up"), "scroll", {"dx": 0, "dy": -500}),
    "focus a tab": (act("page_focus", page_number=2), "tab_focus", {"page_number": 2}),
    "close a tab": (act("page_close"), "tab_close", {}),
    "new tab": (act("new_tab"), "new_tab", {"url": ""}),
    "goto": (act("goto", url="http://a.example/?q=[1]"), "goto", {"url": "http://a.example/?q=[1]"}),
    "back": (act("go_back"), "go_back", {}),
    "forward": (act("GO_FORWARD"), "go_forward", {}),
    "stop": (act("stop", answer='Assam, "loose"'), "stop", {"answer": 'Assam, "loose"'}),
    "by number": (act(None, action_type=6, element_id="9"), "click", {"bid": "9"}),
}
UNREADABLE: dict[str, Any] = {
    "no element": act("click"),
    "no direction": act("scroll", direction="left"),
    "no key": act("press"),
    "a key without a character": act("type", element_id="4", text=[0, 20]),
    "an id beyond the keys": act("type", element_id="4", text=[983]),
    "an unknown function": act("check", element_id="4"),
    "no name": act(None),
    "neither page nor action": {"note": "x"},
    "null": None,
    "a page without its tree": {"url": "http://a.example/", "screenshot_path": "1.png"},
    "text": "click",
}


@pytest.mark.parametrize("name", CALLS)
def test_actions_are_calls(name: str) -> None:
    item, function, arguments = CALLS[name]
    step = staged(DATASET, record(page(), item)).steps("7")[2]
    assert (step["class"], step["function"], step["arguments"]) == ("api_action", function, arguments)
    assert (step["tool_call_id"], step["turn_index"]) == ("call_2", 0)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_kept_and_excludes(name: str) -> None:
    found = staged(DATASET, record(page(), UNREADABLE[name], page("later"), act("stop")))
    assert found.trajectory("7")["exclusion"] == "unreadable_step"
    assert found.trajectory("7")["exclusion_detail"].startswith("step 2: ")
    steps = found.steps("7")
    assert [step["step_index"] for step in steps] == [0, 1, 2, 3, 4]
    assert steps[2]["content"] is not None
    assert steps[3]["tool_call_id"] is None


def test_pages_have_the_trees_that_the_source_has() -> None:
    steps = staged(DATASET, record(page("[1] 'Größe'"), act("go_back", "Think."), page(), act("stop"))).steps("7")
    assert [step["class"] for step in steps] == [
        "text_observation", "web_observation", "api_action", "web_observation", "api_action"
    ]  # fmt: skip
    assert (steps[0]["source"], steps[0]["content"]) == ("user", "Find tea.")
    assert (steps[1]["axtree"], steps[1]["html"], steps[1]["url"]) == ("[1] 'Größe'", None, "http://shop.example/")
    assert steps[1]["details"] == {"screenshot_path": "shots/1.png"}
    assert (steps[1]["tool_call_id"], steps[3]["tool_call_id"]) == (None, "call_2")
    assert [steps[2]["thought"], steps[4]["thought"]] == ["Think.", None]
    assert [steps[2]["turn_index"], steps[4]["turn_index"]] == [0, 1]


def test_ids_that_come_again_are_told_apart() -> None:
    found = staged(DATASET, record(page(), act("stop")), record(page(), act("stop"), source="SteP", note="n"))
    first, second = found.trajectories
    assert (first["trajectory_id"], second["trajectory_id"]) == ("webarena_successful/7", "webarena_successful/7#2")
    assert (first["model"], first["agent"], second["model"], second["agent"]) == ("gpt-4o", None, None, "SteP")
    assert {row["task_id"] for row in found.trajectories} == {"webarena/7"}
    assert [row["exclusion"] for row in found.trajectories] == [None, None]
    assert second["details"] == {"note": "n"}


def test_an_empty_episode_is_its_intent() -> None:
    found = staged(DATASET, record(), record(task_id=8, intent=None))
    assert [step["content"] for step in found.all_steps] == ["Find tea.", ""]


def test_what_comes_behind_a_call_answers_it() -> None:
    steps = staged(DATASET, record(page(), act("go_back"), {"note": "x"}, act("stop"))).steps("7")
    assert [step["tool_call_id"] for step in steps] == [None, None, "call_2", "call_2", "call_4"]
