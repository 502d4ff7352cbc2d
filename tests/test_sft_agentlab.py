"""AgentLab: a record per turn, made of nothing but its own trajectory; every action is valid Python."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adp import root
from adp.build import in_memory
from adp.config import Paths
from loaders.land import load
from tests.rendering import Step, Warehouse, bash, call, notice, page, result, say, user

REFERENCE = root().parent / "shared" / "reference" / "adp"
SECTIONS = (
    "# Goal",
    "# Current page Accessibility Tree",
    "# Action Space",
    "# History of past actions",
    "# Next action",
)
OBSERVED = (*SECTIONS, "# Current observation")
BROWSED: tuple[Step, ...] = (
    user("Find the price."),
    page("RootWebArea 'Shop'\n\t[5] textbox ''", "https://shop.example/"),
    call("type", {"bid": "5", "text": 'a "lamp"', "press_enter_after": 1}, "I search."),
    page("RootWebArea 'Lamps'\n\t[9] link 'A lamp'", "https://shop.example/lamps", answers=True),
    call("click", {"bid": "9"}, "I open it."),
    page("RootWebArea 'A lamp'\n\tStaticText '12 €'", "https://shop.example/lamp", answers=True),
    say("It costs 12 €.", "There it is."),
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


def sections(message: str, headings: tuple[str, ...] = SECTIONS) -> dict[str, str]:
    """A user's message by its headings."""
    pattern = "|".join(re.escape(section) for section in headings)
    pieces = re.split(rf"(?:^|\n\n)({pattern})\n", message)
    assert pieces[0] == ""
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def messages(warehouse: Warehouse, headings: tuple[str, ...] = SECTIONS) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Of every record the sections of the user's message, and the agent's answer."""
    found = []
    for record in warehouse.records("agentlab"):
        asked, answered = record["conversations"]
        assert (asked["role"], answered["role"]) == ("user", "assistant")
        found.append((sections(asked["content"], headings), json.loads(answered["content"])))
    return found


def called(action: str) -> tuple[str, dict[str, Any]]:
    """Function and arguments of an action, as Python reads it."""
    node = ast.parse(action, mode="eval").body
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    assert not node.args
    given: dict[str, Any] = {}
    for keyword in node.keywords:
        value = ast.literal_eval(keyword.value)
        given |= {keyword.arg: value} if keyword.arg is not None else value
    return node.func.id, given


def test_a_trajectory_is_a_record_per_turn(warehouse: Warehouse) -> None:
    records = warehouse.add("nnetnav-live/a", *BROWSED).records("agentlab")
    assert [record["id"] for record in records] == ["nnetnav-live/a-0", "nnetnav-live/a-1", "nnetnav-live/a-2"]
    assert {record["trajectory_id"] for record in records} == {"nnetnav-live/a"}
    assert {record["dataset"] for record in records} == {"nnetnav-live"}
    assert list(records[0]) == ["id", "conversations", "system", "dataset", "trajectory_id"]
    assert list(records[0]["conversations"][0]) == ["role", "content"]


def test_user_message_has_its_sections_in_order(warehouse: Warehouse) -> None:
    found = messages(warehouse.add("nnetnav-live/a", *BROWSED))
    assert [tuple(asked) for asked, _ in found] == [SECTIONS] * 3
    assert [asked["# Goal"] for asked, _ in found] == ["Find the price."] * 3
    assert [asked["# Current page Accessibility Tree"] for asked, _ in found] == [
        "RootWebArea 'Shop'\n\t[5] textbox ''",
        "RootWebArea 'Lamps'\n\t[9] link 'A lamp'",
        "RootWebArea 'A lamp'\n\tStaticText '12 €'",
    ]


def test_answer_is_a_thought_and_a_call(warehouse: Warehouse) -> None:
    found = [answer for _, answer in messages(warehouse.add("nnetnav-live/a", *BROWSED))]
    assert found == [
        {"thought": "I search.", "action": 'type(bid="5", text="a \\"lamp\\"", press_enter_after=1)'},
        {"thought": "I open it.", "action": 'click(bid="9")'},
        {"thought": "There it is.", "action": 'send_msg_to_user(text="It costs 12 €.")'},
    ]


@pytest.mark.parametrize("arguments", [{"message": "It costs 12 €."}, {"answer": "It costs 12 €."}])
def test_a_call_of_finish_tells_the_user(warehouse: Warehouse, arguments: dict[str, str]) -> None:
    warehouse.add("nnetnav-live/1", *BROWSED[:-1], call("finish", arguments, "There it is."), result("the end"))
    _, answer = messages(warehouse)[-1]
    assert answer["thought"] == "There it is."
    assert called(answer["action"]) == ("send_msg_to_user", {"text": "It costs 12 €."})


def test_history_lists_the_earlier_answers_as_they_were_given(warehouse: Warehouse) -> None:
    records = warehouse.add("nnetnav-live/a", *BROWSED).records("agentlab")
    answers = [record["conversations"][1]["content"] for record in records]
    histories = [sections(record["conversations"][0]["content"])["# History of past actions"] for record in records]
    assert histories == ["", answers[0], "\n".join(answers[:2])]


def test_nothing_of_one_trajectory_is_seen_in_another(warehouse: Warehouse) -> None:
    short = (user("Wait."), page("Page b"), say("Done."))
    alone = warehouse.add("nnetnav-live/b", *short).records("agentlab")
    warehouse.clear().add("nnetnav-live/a", *BROWSED).add("nnetnav-live/b", *short).add("nnetnav-live/c", *BROWSED)
    records = warehouse.records("agentlab")
    assert [record for record in records if record["trajectory_id"] == "nnetnav-live/b"] == alone
    assert [record["id"][-3:] for record in records] == ["a-0", "a-1", "a-2", "b-0", "c-0", "c-1", "c-2"]


def test_words_in_between_are_a_message_of_all_that_was_said(warehouse: Warehouse) -> None:
    """And the last ones are the answer, the thought beside them."""
    warehouse.add(
        "nnetnav-live/a",
        user("Count."),
        page("Page 1"),
        say("So far 3.", "I tell it."),
        page("Page 2"),
        say("4 in all."),
    )
    assert [answer for _, answer in messages(warehouse)] == [
        {"thought": "", "action": 'send_msg_to_user(text="I tell it.\\n\\nSo far 3.")'},
        {"thought": "", "action": 'send_msg_to_user(text="4 in all.")'},
    ]


def test_a_later_wish_of_the_user_joins_the_goal(warehouse: Warehouse) -> None:
    warehouse.add(
        "nnetnav-live/a", user("Count."), page("Page"), say("Now?"), user("And add."), page("Page"), say("Yes.")
    )
    assert [asked["# Goal"] for asked, _ in messages(warehouse)] == ["Count.", "Count.\n\nAnd add."]


def test_what_the_environment_says_last_is_shown(warehouse: Warehouse) -> None:
    warehouse.add(
        "nnetnav-live/a", user("Go."), page("Page"), call("go_back"), notice("The page is gone."), say("Gone.")
    )
    found = [asked["# Current page Accessibility Tree"] for asked, _ in messages(warehouse)]
    assert found == ["Page", "The page is gone."]


def test_turn_before_the_first_page_is_a_record_too(warehouse: Warehouse) -> None:
    warehouse.add(
        "nnetnav-live/a",
        user("Go."),
        call("goto", {"url": "https://a.example"}),
        page("Page", answers=True),
        say("Ok."),
    )
    found = [asked["# Current page Accessibility Tree"] for asked, _ in messages(warehouse)]
    assert found == ["", "Page"]


def test_a_world_told_in_text_has_no_page_but_what_was_said_since(warehouse: Warehouse) -> None:
    """The goal is what the user says first; the task behind it and the last result stand in a section."""
    warehouse.add(
        "agenttuning_alfworld/a",
        user("Rules."),
        say("Ok."),
        user("Find the mug."),
        call("look"),
        result("A desk."),
        call("go", {"location": "desk 1"}, "There."),
        result("A mug."),
        say("It is on the desk."),
    )
    found = messages(warehouse, OBSERVED)
    assert {tuple(asked) for asked, _ in found} == {
        ("# Goal", "# Action Space", "# History of past actions", "# Next action"),
        ("# Goal", "# Action Space", "# Current observation", "# History of past actions", "# Next action"),
    }
    assert {asked["# Goal"] for asked, _ in found} == {"Rules."}
    assert [asked.get("# Current observation") for asked, _ in found] == [
        None,
        "Find the mug.",
        "Find the mug.\n\nA desk.",
        "Find the mug.\n\nA mug.",
    ]
    assert [answer["action"] for _, answer in found] == [
        'send_msg_to_user(text="Ok.")',
        "look()",
        'go(location="desk 1")',
        'send_msg_to_user(text="It is on the desk.")',
    ]


def test_a_result_before_the_users_last_words_is_history(warehouse: Warehouse) -> None:
    warehouse.add(
        "agenttuning_kg/a",
        user("Who?"),
        call("count", {"variable": "#0"}),
        result("3"),
        say("Three."),
        user("And what?"),
        say("That."),
    )
    found = messages(warehouse, OBSERVED)
    assert [asked.get("# Current observation") for asked, _ in found] == [None, "3", "And what?"]


@pytest.mark.parametrize(("dataset", "shown"), [("agenttuning_alfworld", result), ("nnetnav-live", page)])
def test_what_ends_in_a_call_is_closed_by_one_record_more(warehouse: Warehouse, dataset: str, shown: Any) -> None:
    last = call("go_back") if dataset == "nnetnav-live" else call("look")
    first = call("go_forward") if dataset == "nnetnav-live" else call("inventory")
    warehouse.add(f"{dataset}/a", user("Go."), first, shown("Page"), last)
    [closing] = warehouse.rows("from sft.endings select user_closing, agent_closing")
    records = warehouse.records("agentlab")
    assert [record["id"] for record in records] == [f"{dataset}/a-{turn}" for turn in range(3)]
    asked, answer = messages(warehouse, OBSERVED)[-1]
    assert asked["# Current observation"] == closing[0]
    assert asked["# Goal"] == "Go."
    assert (answer["thought"], called(answer["action"])) == ("", ("send_msg_to_user", {"text": closing[1]}))
    assert len(asked["# History of past actions"].splitlines()) == 2


def test_calls_of_one_turn_are_one_answer(warehouse: Warehouse) -> None:
    warehouse.add(
        "nnetnav-live/a",
        user("Go."),
        page("Page"),
        call("click", {"bid": "1"}, "Both."),
        call("go_back").in_same_turn(),
        page("Page", answers=True),
        say("Ok."),
    )
    assert [answer for _, answer in messages(warehouse)] == [
        {"thought": "Both.", "action": 'click(bid="1")\ngo_back()'},
        {"thought": "", "action": 'send_msg_to_user(text="Ok.")'},
    ]


def test_action_space_holds_what_the_agent_calls_and_the_message_to_the_user(warehouse: Warehouse) -> None:
    warehouse.add("nnetnav-live/a", *BROWSED)
    found = messages(warehouse)
    spaces = {asked["# Action Space"] for asked, _ in found}
    assert len(spaces) == 1
    offered = re.findall(r"^(\w+)\(", spaces.pop(), flags=re.MULTILINE)
    tools = [
        name for (name,) in warehouse.rows("from seeds.tools select name where dataset = 'nnetnav-live' order by 1")
    ]
    assert offered == [*tools, "send_msg_to_user"]
    assert {called(answer["action"])[0] for _, answer in found} <= set(offered)


def test_examples_are_answers_in_the_very_form(warehouse: Warehouse) -> None:
    [text] = warehouse.rows("from seeds.message_parts select text where target = 'agentlab' and part = 'examples'")
    examples = [json.loads(line) for line in text[0].splitlines() if line.startswith("{")]
    assert len(examples) == 3
    for example in examples:
        assert list(example) == ["thought", "action"]
        called(example["action"])


def test_what_does_not_suit_the_agent_is_excluded_with_a_reason(warehouse: Warehouse) -> None:
    warehouse.add("nnetnav-live/good", *BROWSED)
    warehouse.add("nnetnav-live/bad", *BROWSED, exclusion="unreadable_step")
    warehouse.add("nnetnav-live/blind", user("Go."), page(None), say("Ok."))
    warehouse.add(
        "nnetnav-live/misfit", user("Go."), page("Page"), call("click"), page("Page", answers=True), say("Ok.")
    )
    warehouse.add(
        "nnetnav-live/unknown", user("Go."), page("Page"), call("fly"), page("Page", answers=True), say("Ok.")
    )
    warehouse.add("swe-smith/repo", user("Fix."), bash("ls"), notice("a.py"), call("submit"))
    assert {record["trajectory_id"] for record in warehouse.records("agentlab")} == {"nnetnav-live/good"}
    assert {name: reason for name, (reason, _) in warehouse.reasons("agentlab").items()} == {
        "nnetnav-live/bad": "unreadable_step",
        "nnetnav-live/blind": "no_axtree",
        "nnetnav-live/misfit": "misfit_call",
        "nnetnav-live/unknown": "unknown_tool",
        "swe-smith/repo": "other_agent",
    }


def test_system_prompt_is_the_one_in_use(warehouse: Warehouse) -> None:
    warehouse.add("nnetnav-live/a", *BROWSED)
    [ours] = warehouse.rows("from seeds.system_prompts select text where target = 'agentlab'")
    assert {record["system"] for record in warehouse.records("agentlab")} == set(ours)
    warehouse.con.execute("insert into raw.system_prompts (target, text) values ('agentlab', 'Browse well.')")
    assert {record["system"] for record in warehouse.records("agentlab")} == {"Browse well."}


def test_what_must_not_be_learnt_is_only_history(warehouse: Warehouse) -> None:
    """deviation not-learnt"""
    steps = [step.as_context() if number == 2 else step for number, step in enumerate(BROWSED)]
    warehouse.add("nnetnav-live/a", *BROWSED).add("nnetnav-live/b", *steps)
    whole, records = warehouse.records("agentlab")[:3], warehouse.records("agentlab")[3:]
    assert [record["id"] for record in records] == ["nnetnav-live/b-0", "nnetnav-live/b-1"]
    assert [record["conversations"] for record in records] == [record["conversations"] for record in whole[1:]]


@settings(max_examples=3, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=20, max_size=20))
def test_any_text_comes_back_from_json_and_python(
    shared_warehouse: Warehouse, texts: list[tuple[str, str, str]]
) -> None:
    """In the answer as in the history of the next turn."""
    warehouse = shared_warehouse.clear()
    for number, (thought, typed, told) in enumerate(texts):
        typing = call("type", {"bid": "1", "text": typed}, thought)
        warehouse.add(
            f"nnetnav-live/{number}", user("Go."), page("Page"), typing, page("Page", answers=True), say(told)
        )
    found = iter(messages(warehouse))
    for thought, typed, told in texts:
        (_, first), (asked, last) = next(found), next(found)
        assert first["thought"] == thought
        assert called(first["action"]) == ("type", {"bid": "1", "text": typed})
        assert json.loads(asked["# History of past actions"]) == first
        assert called(last["action"]) == ("send_msg_to_user", {"text": told})


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="../shared/reference is not there")
def test_records_are_those_of_the_reference(tmp_path: Path) -> None:
    """Goal, page, history and answer; but for escapes, and for the flag behind a typed text."""
    folder = REFERENCE / "nnetnav-live"
    paths = Paths(tmp_path / "adp.db", tmp_path / "data")
    load("nnetnav-live", [folder / "raw.jsonl"], paths)
    con = in_memory(paths, "sft.agentlab")
    ours = dict(con.execute("from sft.agentlab select id, conversations").fetchall())
    theirs = [json.loads(line) for line in (folder / "sft_agentlab.jsonl").read_text().rstrip("\n").split("\n")]

    def comparable(text: str) -> str:
        for _ in range(4):  # escapes nest: text in Python in JSON in JSON
            text = re.sub(r"\\(.)", lambda escape: " " if escape[1] in "nrt" else escape[1], text)
        return re.sub(r"press_enter_after=\d", "", re.sub(r"\s+", " ", text)).strip()

    for record in theirs:
        asked, answered = (turn["content"] for turn in record["conversations"])
        our_asked, our_answered = (turn["content"] for turn in ours.pop(f"nnetnav-live/{record['id']}"))
        for section in ("# Goal", "# Current page Accessibility Tree", "# History of past actions"):
            assert comparable(sections(our_asked)[section]) == comparable(sections(asked)[section])
        assert comparable(our_answered) == comparable(answered)
    assert not ours
