"""go-browse-wa: lines of one step each become trajectories; answers are JSON text with a call written as Python."""

import json
from typing import Any

import pytest

from tests.staged import Record, Staged, staged

DATASET = "go-browse-wa"


def line(action: str | None, number: int | None = 0, thought: str = "Think.", **more: Any) -> Record:
    """A line; `more` are fields of traj_data, or `answer`, `node` and `error`."""
    answer = more.pop("answer", json.dumps({"thought": thought, "action": action}))
    node, error = more.pop("node", "http://shop.example/"), more.pop("error", "")
    misc = {"agent_config": {"name": "Solver", "model_id": "m-1"}, "model_usage": {"total_tokens": 9}}
    obs = {"axtree_txt": "RootWebArea 'Größe'\n\t[12] button 'Go'", "last_action_error": error}
    return {
        "graph_data": {"domain": "shopping"},
        "node_data": {"node_url": node},
        "step_data": {"action": answer, "misc": misc, "obs": obs, "step_number": number},
        "traj_data": {"goal": "Find tea.", "reward": 1.0, "traj_num": 0, **more},
    }


def end(number: int | None = 1, **more: Any) -> Record:
    """The line that ends a trajectory."""
    return line("send_msg_to_user('Done.')", number, **more)


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "click('149')": ("click", {"bid": "149"}),
    "click('a1', button='right', modifiers=['Shift'])": (
        "click",
        {"bid": "a1", "button": "right", "modifiers": ["Shift"]},
    ),
    "fill('45', 'tea, (green); it\\'s good')": ("fill", {"bid": "45", "value": "tea, (green); it's good"}),
    'fill(bid="45", value="größer \\"als\\" 日本\\n")': ("fill", {"bid": "45", "value": 'größer "als" 日本\n'}),
    "fill('45', '')": ("fill", {"bid": "45", "value": ""}),
    "fill('45', '''it's\n\"two\" lines''')": ("fill", {"bid": "45", "value": 'it\'s\n"two" lines'}),
    "fill('45', 'green '\n\"tea\")": ("fill", {"bid": "45", "value": "green tea"}),
    "select_option('5', ['a', 'b, c'])": ("select_option", {"bid": "5", "options": ["a", "b, c"]}),
    "select_option('5', 'a')": ("select_option", {"bid": "5", "options": "a"}),
    "press('12', 'Control+a')": ("press", {"bid": "12", "key_comb": "Control+a"}),
    "drag_and_drop('1', '2')": ("drag_and_drop", {"from_bid": "1", "to_bid": "2"}),
    "scroll(0, -200.5)": ("scroll", {"delta_x": 0, "delta_y": -200.5}),
    "goto('http://a.example/?a=1&b=(2)')": ("goto", {"url": "http://a.example/?a=1&b=(2)"}),
    "noop()": ("noop", {}),
    "noop(wait_ms=500)": ("noop", {"wait_ms": 500}),
    "  go_back()\n": ("go_back", {}),
    "```click(7)```": ("click", {"bid": "7"}),
}
UNREADABLE = (
    "",
    "I would click.",
    "click('1'",
    "fill('1', 'x', 'y')",
    "fill('1', bid='2')",
    "javascript('1')",
    "click('a' + 'b')",
    "click('1')\nclick('2')",
    "click('1'); click('2')",
    "click(bid='1'); click(bid='2')",
    "click(1); click(2)",
)


@pytest.mark.parametrize("action", CALLS)
def test_actions_are_read_as_python(action: str) -> None:
    found = staged(DATASET, line(action), end())
    step = found.steps("0")[2]
    assert (step["class"], step["function"], step["arguments"]) == ("api_action", *CALLS[action])
    assert (step["thought"], step["tool_call_id"]) == ("Think.", "call_2")
    assert found.trajectory("0")["exclusion"] is None


@pytest.mark.parametrize("action", UNREADABLE)
def test_a_step_that_cannot_be_read_excludes_and_keeps_all_steps(action: str) -> None:
    found = staged(DATASET, line("click('1')"), line(action, 1), end(2))
    assert found.trajectory("0")["exclusion"] == "unreadable_step"
    assert found.trajectory("0")["exclusion_detail"].startswith("step 4: no rule reads ")
    steps = found.steps("0")
    assert [step["step_index"] for step in steps] == [0, 1, 2, 3, 4, 5, 6]
    assert (steps[4]["class"], steps[4]["content"]) == ("message_action", action)
    assert (steps[3]["tool_call_id"], steps[5]["tool_call_id"]) == ("call_2", None)


@pytest.mark.parametrize("answer", ["no JSON", "[1]", '{"thought": "t"}', None])
def test_an_answer_that_is_no_json_is_kept_as_it_is(answer: str | None) -> None:
    found = staged(DATASET, line(None, answer=answer), end())
    assert found.trajectory("0")["exclusion"] == "unreadable_step"
    assert found.steps("0")[2]["content"] == (answer or "")


def test_words_to_the_user_are_messages() -> None:
    words = 'send_msg_to_user("It\'s \\"fine\\",\\nnot more")'
    found = staged(DATASET, line(words, thought="I use send_msg_to_user."), line("report_infeasible('No.')", 1))
    first, last = (step for step in found.steps("0") if step["class"] == "message_action")
    assert (first["content"], first["thought"]) == ('It\'s "fine",\nnot more', "I use send_msg_to_user.")
    assert (last["content"], last["details"]["function"]) == ("No.", "report_infeasible")
    assert found.trajectory("0")["exclusion"] is None


def test_pages_are_trees() -> None:
    told, first, _, second, _ = staged(DATASET, line("click('12')"), end(error="TimeoutError")).steps("0")
    assert (told["source"], told["content"]) == ("user", "Find tea.")
    assert (first["class"], first["axtree"]) == ("web_observation", "RootWebArea 'Größe'\n\t[12] button 'Go'")
    assert (first["url"], first["html"], first["details"]) == (None, None, None)
    assert (second["tool_call_id"], second["details"]) == ("call_2", {"last_action_error": "TimeoutError"})


def rows(found: Staged) -> list[list[int]]:
    """The lines of each trajectory."""
    return [row["source_rows"] for row in found.trajectories]


def test_lines_that_stand_together_are_a_trajectory() -> None:
    lines = [
        line("noop()"), end(1),
        line("noop()", traj_num=1), end(1, traj_num=1),
        line("noop()", traj_num=1, node="http://shop.example/b"), end(1, traj_num=1, node="http://shop.example/b"),
        line("noop()", traj_num=1, goal="Buy it."), end(1, traj_num=1, goal="Buy it."),
        line("noop()", traj_num=1, goal="Buy it."), line("noop()", 1, traj_num=1, goal="Buy it."),
    ]  # fmt: skip
    found = staged(DATASET, *lines)
    assert rows(found) == [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]
    assert [row["source_id"] for row in found.trajectories] == ["0", "1", "2", "3", "4"]
    groups = [row["group_id"] for row in found.trajectories]
    assert groups[0] == groups[1] != groups[2]
    assert groups[3] == groups[4]


def test_lines_without_numbers_are_told_apart_by_their_task() -> None:
    assert rows(staged(DATASET, line("noop()", None), end(None), line("noop()", None, traj_num=1))) == [[1, 2], [3]]


def test_exclusions() -> None:
    found = staged(
        DATASET,
        end(0),
        end(0, reward=0.0, traj_num=1),
        line("click('1')", traj_num=2),
        end(0, reward=0.5, success=True, traj_num=3),
        end(0, reward="n/a", traj_num=4),
    )
    assert [(row["exclusion"], row["outcome"]) for row in found.trajectories] == [
        (None, True), ("unresolved", False), ("incomplete", True), ("unresolved", True), (None, None)
    ]  # fmt: skip
    assert found.trajectory("1")["exclusion_detail"] == "reward 0.0"


def test_waiting_is_no_reason_to_leave_out() -> None:
    found = staged(DATASET, line("noop()"), line("noop()", 1), end(2))
    assert found.trajectory("0")["exclusion"] is None


def test_what_the_source_says_beside() -> None:
    found = staged(DATASET, end(0), end(1))
    row = found.trajectory("0")
    assert (row["model"], row["agent"], row["reward"]) == ("m-1", "Solver", 1.0)
    assert row["details"]["domain"] == "shopping"
    assert found.steps("0")[2]["details"] == {"model_usage": {"total_tokens": 9}}


def test_the_published_form_is_read_alike() -> None:
    lines = [line("click('1')"), end()]
    published = [{"json": record} for record in lines]
    assert staged(DATASET, *published).all_steps == staged(DATASET, *lines).all_steps


def test_a_line_without_its_parts_is_kept() -> None:
    found = staged(DATASET, {"other": 1})
    assert found.trajectory("0")["exclusion"] == "unreadable_step"
    assert [step["step_index"] for step in found.steps("0")] == [0, 1, 2]


def test_a_line_without_a_page_is_kept_and_excludes() -> None:
    blind = line("click('1')", 1)
    del blind["step_data"]["obs"]["axtree_txt"]
    found = staged(DATASET, line("noop()"), blind, end(2))
    assert (found.trajectory("0")["exclusion"], found.trajectory("0")["exclusion_detail"]) == (
        "unreadable_step", "step 3: no page"
    )  # fmt: skip
    assert (found.steps("0")[3]["class"], found.steps("0")[3]["tool_call_id"]) == ("text_observation", "call_2")
