"""Which trajectories an agent is not trained on, and why."""

from typing import Any

import pytest

from tests.rendering import Step, Warehouse, bash, call, code, notice, page, result, say, user

pytestmark = pytest.mark.any_duckdb

TARGETS = ("openhands", "sweagent", "agentlab")
VIEW = {"command": "view", "path": "/a"}
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "days": {"type": "integer"},
                "wind": {"type": ["number", "null"]},
                "JSON": {"type": "object"},
                "any": {},
            },
            "required": ["city"],
        },
    },
}


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ((), "no_steps"),
        ((user("Go."),), "no_actions"),
        ((say("Hi."), user("Go."), say("Done.")), "no_task"),
        ((user("Go."), bash("ls"), result("a")), "truncated"),
        ((user("Go."), say("Yes?"), user("Well?")), "truncated"),
    ],
)
def test_what_is_no_conversation_is_left_out_everywhere(
    warehouse: Warehouse, steps: tuple[Step, ...], reason: str
) -> None:
    warehouse.add("swe-smith/1", *steps)
    for target in TARGETS:
        assert warehouse.reasons(target) == {"swe-smith/1": (reason, None)}
        assert warehouse.records(target) == []


@pytest.mark.parametrize(
    ("steps", "empty"),
    [
        ((user(""), bash("ls"), result("a"), say("Done.")), 0),
        ((user("Go."), say(" \n"), user("Well?"), say("Done.")), 1),
        ((user("Go."), say("Yes?"), user("\t"), say("Done.")), 2),
        ((user("Go."), bash("ls"), result("a"), say("").in_same_turn(), say("Done.")), 3),
        ((user("Go."), say("Yes?"), notice(""), say("Done.")), 2),
    ],
)
def test_a_turn_that_says_nothing_is_left_out_everywhere(
    warehouse: Warehouse, steps: tuple[Step, ...], empty: int
) -> None:
    """deviation empty-turns"""
    warehouse.add("swe-smith/1", *steps)
    for target in TARGETS:
        assert warehouse.reasons(target) == {"swe-smith/1": ("unreadable_step", f"step {empty} is empty")}


def test_a_call_without_words_a_result_without_text_and_an_empty_finish_say_something(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Go."), bash("touch a"), result(""), say(""))
    warehouse.add("swe-smith/2", user("Go."), say("", "Hm."), user("Well?"), call("finish", {}), result(""))
    assert warehouse.reasons("openhands_tools") == {"swe-smith/1": ("unreadable_step", "the last step is empty")}
    for target in ("openhands", "sweagent"):
        assert warehouse.reasons(target) == {}
        assert all(turn["value"].strip() for record in warehouse.records(target) for turn in record["conversations"])


def test_what_ends_in_context_is_left_out(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Go."), say("Yes?"), user("Go."), say("Done.").as_context())
    for target in TARGETS:
        detail = "the last thing that the agent does must not be learnt from"
        assert warehouse.reasons(target) == {"swe-smith/1": ("not_trained", detail)}


def test_the_sources_own_exclusion_comes_first_and_keeps_its_detail(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", exclusion="unresolved")
    for target in TARGETS:
        assert warehouse.reasons(target) == {"swe-smith/1": ("unresolved", None)}


@pytest.mark.parametrize(
    ("arguments", "detail"),
    [
        (VIEW, None),
        (VIEW | {"view_range": [1, 2], "insert_line": 3}, None),
        (VIEW | {"view_range": None}, None),
        ({"command": "view"}, "str_replace_editor needs path"),
        ({}, "str_replace_editor needs command"),
        (VIEW | {"encoding": "utf-8"}, "str_replace_editor has no parameter encoding"),
        (VIEW | {"insert_line": "3"}, "str_replace_editor takes no such value as insert_line"),
        (VIEW | {"insert_line": 3.5}, "str_replace_editor takes no such value as insert_line"),
        (VIEW | {"view_range": "[1, 2]"}, "str_replace_editor takes no such value as view_range"),
        (VIEW | {"file_text": {"a": 1}}, "str_replace_editor takes no such value as file_text"),
        ({"command": None, "path": "/a"}, "str_replace_editor takes no such value as command"),
    ],
)
def test_a_call_fits_the_agents_own_tool(warehouse: Warehouse, arguments: dict[str, Any], detail: str | None) -> None:
    warehouse.add("swe-smith/1", user("Go."), call("str_replace_editor", arguments), result("x"), say("Done."))
    expected = {} if detail is None else {"swe-smith/1": ("misfit_call", detail)}
    assert warehouse.reasons("openhands") == expected
    assert warehouse.reasons("sweagent") == expected


@pytest.mark.parametrize(
    ("arguments", "detail"),
    [
        ({"city": "Oslo", "days": 3, "wind": 1, "JSON": {}, "any": [1]}, None),
        ({"city": "Oslo", "wind": 1.5, "days": -(2**40), "any": None}, None),
        ({"city": "Oslo", "wind": None, "JSON": {"JSON": "JSON"}}, None),
        ({"town": "Oslo"}, "weather has no parameter town"),
        ({"city": "Oslo", "days": True}, "weather takes no such value as days"),
        ({"city": "Oslo", "JSON": []}, "weather takes no such value as JSON"),
    ],
)
def test_a_call_fits_the_trajectorys_own_tools(
    warehouse: Warehouse, arguments: dict[str, Any], detail: str | None
) -> None:
    steps = (user("Rain?"), call("weather", arguments), result("no"), say("No."))
    warehouse.add("code_feedback/1", *steps, tools=[WEATHER])
    expected = {} if detail is None else {"code_feedback/1": ("misfit_call", detail)}
    assert warehouse.reasons("openhands") == expected


def test_further_arguments_pass_where_the_schema_allows_them(warehouse: Warehouse) -> None:
    parameters = {"type": "object", "properties": {}, "additionalProperties": True}
    tool = {"type": "function", "function": {"name": "note", "parameters": parameters}}
    warehouse.add("code_feedback/1", user("Go."), call("note", {"a": 1}), result("x"), say("Done."), tools=[tool])
    assert warehouse.reasons("openhands") == {}


def test_a_function_that_nobody_listed_is_unknown(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Rain?"), call("weather", {"city": "Oslo"}), result("no"), say("No."))
    warehouse.add(
        "code_feedback/2", user("Rain?"), call("weather", {"city": "Oslo"}), result("x"), say("x"), tools=[WEATHER]
    )
    assert warehouse.reasons("openhands") == {"code_feedback/1": ("unknown_tool", "weather")}
    assert [record["id"] for record in warehouse.records("openhands")] == ["code_feedback/2"]


def test_every_agent_has_its_own_tools(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Go."), call("think", {"thought": "Hm."}), result("ok"), say("Done."))
    assert warehouse.reasons("openhands") == {}
    assert warehouse.reasons("sweagent") == {"code_feedback/1": ("unknown_tool", "think")}


def test_tools_of_openhands_are_no_functions_for_another_agent(warehouse: Warehouse) -> None:
    thought = {"type": "object", "properties": {"thought": {"type": "string"}}, "required": ["thought"]}
    listed = [{"type": "function", "function": {"name": "think", "parameters": thought}}]
    steps = (user("Go."), call("think", {"thought": "Hm."}), result("ok"), say("Done."))
    warehouse.add("code_feedback/1", *steps, tools=listed)
    warehouse.add("code_feedback/2", user("Go."), bash("ls"), result("a"), say("Done."), tools=listed)
    assert warehouse.reasons("openhands") == {}
    assert warehouse.reasons("sweagent") == {"code_feedback/1": ("unknown_tool", "think")}
    assert [record["conversations"][0]["value"] for record in warehouse.records("sweagent")] == ["Go."]


def test_any_agent_may_think_where_the_catalogue_lists_it(warehouse: Warehouse) -> None:
    """deviation think-for-all"""
    warehouse.add("swe-play-trajectories/1", user("Go."), call("think", {"thought": "Hm."}), result("ok"), say("Done."))
    assert warehouse.reasons("sweagent") == {}
    (record,) = warehouse.records("sweagent")
    assert "think(thought: str)" in record["conversations"][0]["value"]
    assert record["conversations"][1]["value"].endswith(
        '<function=bash>\n<parameter=command>\nthink(thought="Hm.")\n</parameter>\n</function>'
    )


def test_browser_actions_are_known_where_functions_live_in_the_browser(warehouse: Warehouse) -> None:
    warehouse.add(
        "nnetnav-live/1", user("Go."), page("x"), call("focus", {"bid": "1"}), page("y", answers=True), say("z")
    )
    warehouse.add("code_feedback/1", user("Go."), call("focus", {"bid": "1"}), result("y"), say("z"))
    assert warehouse.reasons("openhands") == {"code_feedback/1": ("unknown_tool", "focus")}


def test_the_first_misfit_is_named(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Go."), call("zz"), result("x"), call("aa"), result("x"), say("Done."))
    assert warehouse.reasons("openhands") == {"code_feedback/1": ("unknown_tool", "zz")}


def test_an_agent_is_trained_on_datasets_that_suit_it(warehouse: Warehouse) -> None:
    """Which those are the catalogue says; what makes a trajectory useless for all comes first."""
    for dataset in ("nnetnav-live", "code_feedback"):
        warehouse.add(f"{dataset}/1", user("Go."), page("tree"), say("Done."))
        warehouse.add(f"{dataset}/2", user("Go."), page("tree"), say("Done."), exclusion="unresolved")
    agents = dict(warehouse.rows("from standard.datasets select dataset, agents"))
    for target in TARGETS:
        reasons = warehouse.reasons(target)
        for dataset in ("nnetnav-live", "code_feedback"):
            found = reasons.get(f"{dataset}/1", (None, None))
            assert (found == ("other_agent", None)) == (target not in agents[dataset])
            assert reasons[f"{dataset}/2"] == ("unresolved", None)


def test_an_agent_at_a_command_line_sees_no_pages_and_runs_no_other_languages(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Go."), code("rust", "x"), user("Thanks."), say("Done."))
    warehouse.add("code_feedback/2", user("Go."), page("tree"), say("Done."))
    assert warehouse.reasons("sweagent") == {
        "code_feedback/1": ("other_language", "rust"),
        "code_feedback/2": ("web", None),
    }
    assert warehouse.reasons("openhands") == {}


def test_an_agent_in_a_browser_needs_a_page_of_a_web_dataset_and_runs_no_code(warehouse: Warehouse) -> None:
    warehouse.add("nnetnav-live/1", user("Go."), page("tree"), say("Done."))
    warehouse.add("nnetnav-live/2", user("Go."), say("Done."))
    warehouse.add("nnetnav-live/3", user("Go."), page("tree"), bash("ls"), result("a"), say("Done."))
    warehouse.add("code_feedback/1", user("Go."), say("Done."))
    assert {trajectory_id: reason for trajectory_id, (reason, _) in warehouse.reasons("agentlab").items()} == {
        "nnetnav-live/2": "not_web",
        "nnetnav-live/3": "other_language",
        "code_feedback/1": "other_agent",
    }


def test_what_cannot_be_shown_is_left_out(warehouse: Warehouse) -> None:
    picture = Step({"class": "image_observation", "source": "environment", "content": "a.png"})
    warehouse.add("nnetnav-live/1", user("Go."), page(None), say("Done."))
    warehouse.add("code_feedback/1", user("Go."), picture, say("Done."))
    assert warehouse.reasons("openhands") == {"nnetnav-live/1": ("no_axtree", None), "code_feedback/1": ("image", None)}
    assert warehouse.reasons("sweagent") == {
        "nnetnav-live/1": ("other_agent", None),
        "code_feedback/1": ("image", None),
    }


def test_every_reason_is_explained(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", exclusion="unresolved").add("code_feedback/1", user("Go."), call("zz"), say("Done."))
    assert warehouse.rows("from sft.exclusions anti join seeds.exclusion_reasons on code = reason") == []
    assert warehouse.rows("from seeds.exclusion_reasons select code group by code having count(*) > 1") == []
