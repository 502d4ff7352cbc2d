"""What sft.openhands makes of a trajectory."""

import ast
import re
from collections.abc import Iterable
from typing import Any

import pytest

from schema.sft import SeenConversation
from tests.rendering import Step, Warehouse, bash, call, code, notice, page, result, say, user

pytestmark = pytest.mark.any_duckdb


def test_a_conversation_in_full(warehouse: Warehouse) -> None:
    warehouse.add(
        "code_feedback/1",
        user("How many files?"),
        bash("ls | wc -l", thought="Let me count."),
        result("3"),
        say("There are 3 files.", thought="Now I know."),
    )
    (record,) = warehouse.records("openhands")
    assert record["id"] == "code_feedback/1"
    assert record["dataset"] == "code_feedback"
    assert record["system"].startswith("You are an agent")
    assert record["conversations"] == [
        {"from": "human", "value": "How many files?"},
        {
            "from": "gpt",
            "value": "Let me count.\n\n"
            "<function=execute_bash>\n<parameter=command>\nls | wc -l\n</parameter>\n</function>",
        },
        {"from": "human", "value": "EXECUTION RESULT of [execute_bash]:\n3"},
        {
            "from": "gpt",
            "value": "Now I know.\n\n"
            "<function=finish>\n<parameter=message>\nThere are 3 files.\n</parameter>\n"
            "<parameter=task_completed>\ntrue\n</parameter>\n</function>",
        },
    ]
    SeenConversation.model_validate(record)


def test_functions_of_the_dataset_are_documented_once_and_called_as_python_in_its_tool(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Fix it."), bash("ls"), result("a.py"), call("submit"))
    first, _, _, submitted, *_ = warehouse.texts("openhands")
    assert "execute_bash" in first.split("\n")[0]
    assert "\nsubmit()\n    Hands in" in first
    assert "str_replace_editor" not in first  # the agent has one itself
    assert first.endswith("\n\nFix it.")
    assert submitted == "<function=execute_bash>\n<parameter=command>\nsubmit()\n</parameter>\n</function>"


def test_documented_functions_are_in_alphabetical_order_and_parse(warehouse: Warehouse) -> None:
    warehouse.add(
        "codeactinstruct/1", user("Who?"), call("wikipedia_search", {"query": 'a "b"\n'}), result("x"), say("x")
    )
    first, called, *_ = warehouse.texts("openhands")
    signatures = re.findall(r"^(\w+\(.*\))$", first, re.MULTILINE)
    assert signatures == sorted(signatures)
    assert len(signatures) == 12
    for signature in signatures:
        ast.parse(f"def {signature}: pass")
    assert '<parameter=code>\nwikipedia_search(query="a \\"b\\"\\n")\n</parameter>' in called


def test_browser_actions_that_the_agent_has_are_not_documented_again(warehouse: Warehouse) -> None:
    warehouse.add(
        "nnetnav-live/1", user("Find it."), page("root"), call("click", {"bid": "7"}), page("x", answers=True), say("!")
    )
    first, *_ = warehouse.texts("openhands")
    assert "keyboard_press(" in first
    assert "click(" not in first
    assert "goto(" not in first


def test_tools_of_the_trajectory_itself_are_documented(warehouse: Warehouse) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "where"}},
        "required": ["city"],
    }
    tool = {"type": "function", "function": {"name": "weather", "description": "Tells.", "parameters": schema}}
    warehouse.add(
        "swe-gym_openhands_sampled_trajectories/1",
        user("Rain?"),
        call("weather", {"city": "Oslo"}),
        result("no"),
        say("No."),
        tools=[tool],
    )
    first, called, observed, _ = warehouse.texts("openhands")
    assert "weather(city: str)\n    Tells.\n    - city: where\n\nRain?" in first
    assert 'weather(city="Oslo")' in called
    assert observed == "EXECUTION RESULT of [execute_ipython_cell]:\nno"


def test_a_result_is_labelled_with_the_tool_of_the_call_that_it_answers(warehouse: Warehouse) -> None:
    warehouse.add(
        "code_feedback/1",
        user("Do both."),
        bash("ls"),
        call("str_replace_editor", {"command": "view", "path": "/a"}).in_same_turn(),
        result("of ls", back=2),
        result("of the editor"),
        say("Done."),
    )
    observed = warehouse.texts("openhands")[2]
    assert observed == (
        "EXECUTION RESULT of [execute_bash]:\nof ls\n\nEXECUTION RESULT of [str_replace_editor]:\nof the editor"
    )


def test_only_results_are_labelled(warehouse: Warehouse) -> None:
    warehouse.add(
        "code_feedback/1",
        user("Write it."),
        code("python", "1"),
        user("Faster, please."),
        code("python", "2"),
        notice("The session ends soon."),
        say("Done."),
    )
    texts = warehouse.texts("openhands")
    assert texts[2] == "Faster, please."
    assert texts[4] == "The session ends soon."


def test_a_trajectory_that_ends_in_a_call_gets_a_closing_pair_that_its_id_decides(warehouse: Warehouse) -> None:
    ids = [f"code_feedback/{number}" for number in range(40)]

    def closings_of(order: Iterable[str]) -> dict[str, list[dict[str, str]]]:
        warehouse.clear()
        for trajectory_id in order:
            warehouse.add(trajectory_id, user("Go."), bash("make"))
        return {record["id"]: record["conversations"][2:] for record in warehouse.records("openhands")}

    closings = closings_of(ids)
    assert closings == closings_of(reversed(ids))
    for thanks, finish in closings.values():
        assert (thanks["from"], finish["from"]) == ("human", "gpt")
        assert "EXECUTION RESULT" not in thanks["value"]
        assert finish["value"].startswith("<function=finish>\n<parameter=message>\n")
    assert len({thanks["value"] for thanks, _ in closings.values()}) == 5
    assert len({finish["value"] for _, finish in closings.values()}) == 5


def test_words_that_are_no_finish_are_closed_like_a_call(warehouse: Warehouse) -> None:
    """An answer behind which the source's session would go on."""
    answer = Step({"class": "message_action", "content": "It is #0.", "details": '{"is_finish":false}'})
    warehouse.add("agenttuning_kg/1", user("Who?"), answer, user("What?"), answer)
    *_, said, thanks, finish = warehouse.texts("openhands")
    [closing] = warehouse.rows("from sft.endings select ending, user_closing, agent_closing")
    assert closing[0] == "call"
    assert (said, thanks) == ("It is #0.", closing[1])
    assert finish.startswith("<function=finish>\n<parameter=message>\n" + closing[2])


def test_calls_hold_texts_between_the_quotes_of_their_dataset(warehouse: Warehouse) -> None:
    for name, quoted in (("agenttuning_kg", "'It''s #0'".replace("''", "\\'")), ("agenttuning_webshop", '"It\'s #0"')):
        function, key = {"agenttuning_kg": ("count", "variable")}.get(name, ("search", "keywords"))
        warehouse.clear().add(f"{name}/1", user("Go."), call(function, {key: "It's #0"}), result("3"), say("Done."))
        assert f"{function}({key}={quoted})" in warehouse.texts("openhands")[1]


def test_a_call_of_finish_ends_the_conversation(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Go."), call("finish", {}, thought="All done."), result("the end"))
    assert warehouse.texts("openhands") == [
        "Go.",
        "All done.\n\n<function=finish>\n<parameter=message>\nTask completed.\n</parameter>\n"
        "<parameter=task_completed>\ntrue\n</parameter>\n</function>",
    ]


def test_what_a_call_of_finish_says_is_kept(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Go."), call("finish", {"message": "Half.", "task_completed": "partial"}))
    assert "\nHalf.\n" in warehouse.texts("openhands")[-1]
    assert "\npartial\n" in warehouse.texts("openhands")[-1]


@pytest.mark.parametrize(
    ("target", "last"),
    [
        ("openhands", "<parameter=message>\n42\n\nIt adds up.\n</parameter>"),
        ("openhands_tools", '{"message":"42\\n\\nIt adds up."}'),
        ("sweagent", "42\n\nIt adds up.\n\n<function=submit>"),
        ("mini_swe_agent", "42\n\nIt adds up.\n\n```"),
        ("std", "<finish> 42\n\nIt adds up. </finish>"),
    ],
)
def test_a_finish_with_parameters_of_its_own_keeps_what_it_says(warehouse: Warehouse, target: str, last: str) -> None:
    warehouse.add(
        "agenttuning_os/1",
        user("Go."),
        bash("ls"),
        result("x"),
        call("finish", {"answer": "42", "why": "It adds up.", "task_completed": "true"}),
    )
    (record,) = warehouse.records(target)
    assert last in strings(record)


def strings(value: Any) -> str:
    """All texts in a record."""
    if isinstance(value, dict):
        return "\n".join(strings(inner) for inner in value.values())
    if isinstance(value, list):
        return "\n".join(strings(inner) for inner in value)
    return str(value)


def test_text_behind_code_stays_in_its_turn_and_is_no_finish(warehouse: Warehouse) -> None:
    warehouse.add(
        "code_feedback/1",
        user("Write it."),
        code("python", "f()", thought="So:"),
        say("That was f.").in_same_turn(),
        bash("g").in_same_turn(),
        say("And that was g.").in_same_turn(),
    )
    turns = warehouse.texts("openhands")
    assert len(turns) == 4
    assert turns[1] == (
        "So:\n\n<function=execute_ipython_cell>\n<parameter=code>\nf()\n</parameter>\n</function>\n\n"
        "That was f.\n\n<function=execute_bash>\n<parameter=command>\ng\n</parameter>\n</function>\n\n"
        "And that was g."
    )
    assert "<function=finish>" in turns[3]


def test_other_languages_are_python_calls_announced_once_each(warehouse: Warehouse) -> None:
    sources = ['a("x\\n")\n', "b 'y' \\ \"z\"", "c"]
    warehouse.add(
        "code_feedback/1",
        user("Write it."),
        code("javascript", sources[0]),
        user("Again."),
        code("go", sources[1]),
        user("Again."),
        code("javascript", sources[2]),
        user("Thanks."),
        say("Bye."),
    )
    texts = warehouse.texts("openhands")
    assert texts[0].count("javascript(code)") == 1
    assert texts[0].count("go(code)") == 1
    assert texts[0].index("javascript(code)") < texts[0].index("go(code)")
    assert texts[0].endswith("\n\nWrite it.")
    for text, language, source in zip(texts[1:6:2], ["javascript", "go", "javascript"], sources, strict=True):
        called = ast.parse(parameter(text, "code"), mode="eval").body
        assert isinstance(called, ast.Call)
        assert ast.unparse(called.func) == language
        assert ast.literal_eval(called.args[0]) == source


@pytest.mark.parametrize(("language", "name"), [("6502", "_6502"), ("c++", "c__"), ("lambda", "lambda_")])
def test_a_language_that_is_no_python_name_is_called_by_the_nearest_one(
    warehouse: Warehouse, language: str, name: str
) -> None:
    warehouse.add("code_feedback/1", user("Write it."), code(language, "x"), user("Thanks."), say("Bye."))
    first, called, *_ = warehouse.texts("openhands")
    assert parameter(called, "code") == f'{name}("x")'
    assert f"call {name}(code)" in first


def test_a_page_stands_in_its_frame_with_the_last_bid_of_its_own_trajectory(warehouse: Warehouse) -> None:
    for number in (1, 2):
        warehouse.add(
            f"nnetnav-live/{number}",
            user("Find it."),
            page("tree 0", "https://a.example/"),
            call("click", {"bid": "a512"}),
            page("tree 1", "https://b.example/", answers=True),
            say("Not yet."),
            page("tree 2", "https://b.example/"),
            call("go_back"),
            page("tree 3", answers=True),
            say("Found."),
        )
    for record in warehouse.records("openhands"):
        texts = [turn["value"] for turn in record["conversations"]]
        assert texts[0].endswith(
            "\n\nFind it.\n\n[Current URL: https://a.example/]\n[Focused element bid: None]\n\n"
            "[Action executed successfully.]\n============== BEGIN accessibility tree ==============\n"
            "tree 0\n============== END accessibility tree ==============\n"
        )
        assert '[Focused element bid: "a512"]' in texts[2]
        assert "[Focused element bid: None]" in texts[4]
        assert texts[6].startswith("[Current URL: None]\n[Focused element bid: None]\n")
        assert "EXECUTION RESULT" not in "".join(texts)


def test_what_must_not_be_learnt_is_context_on_the_humans_side(warehouse: Warehouse) -> None:
    """deviation not-learnt"""
    example = (user("Count."), bash("ls | wc -l", "I count.").as_context(), result("2"), say("Two.").as_context())
    warehouse.add("swe-smith/1", *example, user("My problem: sum."), bash("echo 3"), result("3"), say("Three."))
    (record,) = warehouse.records("openhands")
    context, *rest = record["conversations"]
    assert context["from"] == "human"
    said = ["Count.", "I count.", "ls | wc -l", "EXECUTION RESULT of [execute_bash]:\n2", "Two.", "My problem: sum."]
    places = [context["value"].index(words) for words in said]
    assert places == sorted(places)
    assert [turn["from"] for turn in rest] == ["gpt", "human", "gpt"]
    assert "echo 3" in rest[0]["value"]


def test_the_agents_own_tools_are_called_as_themselves_with_raw_values(warehouse: Warehouse) -> None:
    arguments = {"command": "str_replace", "path": "/a", "old_str": '    x = "</parameter>"\n', "new_str": "\ty"}
    viewed = {"command": "view", "path": "/a", "view_range": [1, -1], "old_str": None}
    warehouse.add(
        "swe-smith/1",
        user("Fix it."),
        call("str_replace_editor", arguments),
        result("ok"),
        call("str_replace_editor", viewed),
        result("ok"),
        say("Done."),
    )
    texts = warehouse.texts("openhands")
    assert texts[1] == (
        "<function=str_replace_editor>\n<parameter=command>\nstr_replace\n</parameter>\n"
        "<parameter=path>\n/a\n</parameter>\n"
        '<parameter=old_str>\n    x = "</parameter>"\n\n</parameter>\n'
        "<parameter=new_str>\n\ty\n</parameter>\n</function>"
    )
    assert "<parameter=view_range>\n[1, -1]\n</parameter>" in texts[3]
    assert texts[3].count("<parameter=") == 3


def test_a_thought_is_repeated_only_where_parallel_calls_are_told_one_after_the_other(warehouse: Warehouse) -> None:
    warehouse.add(
        "code_feedback/1",
        user("Both."),
        bash("a", thought="Two things."),
        result("1"),
        bash("b").in_same_turn(),
        result("2"),
        bash("c", thought="One turn."),
        bash("d").in_same_turn(),
        result("3"),
        bash("e"),
        result("4"),
        say("Done."),
    )
    texts = warehouse.texts("openhands")
    assert [text.split("\n")[0] for text in texts[1::2]] == [
        "Two things.",
        "Two things.",
        "One turn.",
        "<function=execute_bash>",
        "<function=finish>",
    ]
    assert texts[5].count("One turn.") == 1


def test_sides_alternate_whatever_the_order_of_the_steps(warehouse: Warehouse) -> None:
    warehouse.add(
        "code_feedback/1", user("a"), user("b"), bash("c"), bash("d"), result("e"), user("f"), say("g"), say("h")
    )
    (record,) = warehouse.records("openhands")
    SeenConversation.model_validate(record)
    texts = warehouse.texts("openhands")
    assert texts[0] == "a\n\nb"
    assert texts[2] == "EXECUTION RESULT of [execute_bash]:\ne\n\nf"
    assert texts[3].startswith("g\n\n<function=finish>\n<parameter=message>\nh\n")


def test_records_come_in_landing_order_and_the_same_each_time(warehouse: Warehouse) -> None:
    for trajectory_id in ("swe-smith/b", "swe-smith/a", "code_feedback/z", "swe-smith/c"):
        warehouse.add(trajectory_id, user("Go."), bash("ls"), result("x"), call("finish", {}))
    once = warehouse.records("openhands")
    assert [record["id"] for record in once] == ["code_feedback/z", "swe-smith/b", "swe-smith/a", "swe-smith/c"]
    assert warehouse.build().records("openhands") == once


def test_a_stored_system_prompt_stands_in_place_of_ours(warehouse: Warehouse) -> None:
    warehouse.con.execute("insert into raw.system_prompts (target, text) values ('openhands', 'Be good.')")
    warehouse.add("code_feedback/1", user("Hi."), say("Hi."))
    assert warehouse.records("openhands")[0]["system"] == "Be good."
    assert warehouse.records("sweagent")[0]["system"] != "Be good."


def test_one_record_is_found_by_its_id(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("a"), say("b")).add("code_feedback/2", user("c"), say("d"))
    assert warehouse.rows("from sft.openhands select id where id = 'code_feedback/2'") == [("code_feedback/2",)]


def parameter(text: str, name: str) -> str:
    """The value of the only parameter of that name in a turn."""
    (value,) = re.findall(rf"<parameter={name}>\n(.*?)\n</parameter>", text, re.DOTALL)
    assert isinstance(value, str)
    return value
