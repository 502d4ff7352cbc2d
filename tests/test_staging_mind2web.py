"""mind2web: a page and an act on one of its elements, again and again."""

from typing import Any

import pytest

from tests.staged import Staged, staged


def candidate(number: str | None, original: bool = False, top: bool = False, **attributes: str) -> dict[str, Any]:
    """An element that may be acted on."""
    import json

    return {
        "tag": "a",
        "attributes": json.dumps(attributes),
        "is_original_target": original,
        "is_top_level_target": top,
        "backend_node_id": number,
    }


def action(
    op: str | None, *candidates: dict[str, Any], value: str | None = "", html: str | None = "<p>"
) -> dict[str, Any]:
    """One action."""
    return {
        "action_uid": "u",
        "raw_html": html,
        "cleaned_html": "<b>",
        "operation": {"op": op, "original_op": op, "value": value},
        "pos_candidates": list(candidates),
        "neg_candidates": [candidate("99")],
    }


def task(*actions: Any, reprs: list[str] | None = None, website: str | None = "united") -> Staged:
    """One record's staging."""
    record = {
        "annotation_id": "x", "website": website, "domain": "Travel", "subdomain": "Airlines",
        "confirmed_task": "Book it.", "action_reprs": reprs, "actions": list(actions),
    }  # fmt: skip
    return staged("mind2web", record)


def test_a_website_is_opened_and_each_act_follows_its_page() -> None:
    found = task(
        action("TYPE", candidate("7", original=True), value="Århus", html="<i>1"),
        action("select", candidate("8", original=True), value="2", html="<i>2"),
        action("CLICK", candidate("9", original=True), html="<i>3"),
        reprs=["one", "two", "three"],
    )
    rows = found.all_steps
    assert rows[0]["content"] == "Go to the website https://www.united.com and Book it."
    assert [(row["function"], row["arguments"]) for row in rows if row["kind"] == "action"] == [
        ("goto", {"url": "https://www.united.com"}),
        ("type", {"xpath": "//*[@backend_node_id='7']", "value": "Århus"}),
        ("select", {"xpath": "//*[@backend_node_id='8']", "value": "2"}),
        ("click", {"xpath": "//*[@backend_node_id='9']"}),
    ]
    assert [row["html"] for row in rows if row["class"] == "web_observation"] == ["<i>1", "<i>2", "<i>3"]
    assert [row["tool_call_id"] for row in rows] == [
        None, "call_1", "call_1", "call_3", "call_3", "call_5", "call_5", "call_7",
    ]  # fmt: skip
    assert [row["turn_index"] for row in rows if row["kind"] == "action"] == [0, 1, 2, 3]
    assert rows[3]["details"] == {"action_uid": "u", "action_repr": "one", "original_op": "TYPE"}
    (row,) = found.trajectories
    assert row["exclusion"] is None
    assert row["details"] == {"website": "united", "domain": "Travel", "subdomain": "Airlines"}


@pytest.mark.parametrize(
    ("website", "address"),
    [
        ("us.megabus", "https://us.megabus.com"),
        ("nps.gov", "https://www.nps.gov"),
        ("new.mta.info", "https://new.mta.info"),
    ],
)
def test_a_website_is_opened_at_an_address_that_there_can_be(website: str, address: str) -> None:
    told, opened = task(action("CLICK", candidate("1")), website=website).all_steps[:2]
    assert (told["content"], opened["arguments"]) == (f"Go to the website {address} and Book it.", {"url": address})


def test_the_element_that_was_used_counts() -> None:
    for candidates, number in (
        ([candidate("1", top=True), candidate("2", original=True)], "2"),
        ([candidate("1"), candidate("2", top=True)], "2"),
        ([candidate("1"), candidate("2")], "1"),
        ([candidate(None, original=True, backend_node_id="3")], "3"),
    ):
        found = task(action("CLICK", *candidates))
        assert found.all_steps[-1]["arguments"] == {"xpath": f"//*[@backend_node_id='{number}']"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (action("CLICK"), "step 3: no element to act on"),
        (action("HOVER", candidate("1")), "step 3: no such operation: HOVER"),
        (action(None, candidate("1")), "step 3: no such operation: none"),
        (None, "step 3: no element to act on"),
    ],
)
def test_an_action_that_cannot_be_read_is_told_and_excluded(bad: object, reason: str) -> None:
    found = task(bad, reprs=["[a] it -> CLICK"])
    assert found.all_steps[-1]["class"] == "message_action"
    assert found.all_steps[-1]["content"] == "[a] it -> CLICK"
    assert (found.trajectories[0]["exclusion"], found.trajectories[0]["exclusion_detail"]) == (
        "unreadable_step",
        reason,
    )


def test_what_has_no_actions_or_no_website_is_excluded() -> None:
    assert task().trajectories[0]["exclusion"] == "incomplete"
    found = task(action("CLICK", candidate("1")), website=None)
    assert found.trajectories[0]["exclusion_detail"] == "no website"
    assert found.all_steps[0]["content"] == "Book it."


def test_a_page_without_its_raw_text_is_the_cleaned_one() -> None:
    assert task(action("CLICK", candidate("1"), html=None)).all_steps[2]["html"] == "<b>"
