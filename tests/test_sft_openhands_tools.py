"""What sft.openhands_tools makes of a trajectory: chat messages with tool calls."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adp import queries
from schema.sft import ToolConversation
from tests.rendering import Step, Warehouse, bash, call, code, notice, page, result, say, user

pytestmark = pytest.mark.any_duckdb

Message = dict[str, Any]
CHECK = queries.find("checks")["tool_calls_are_answered"]
EDITOR = {"command": "create", "path": "/a", "file_text": "    x = '1'\n"}


def record(warehouse: Warehouse) -> dict[str, Any]:
    """The only record, valid."""
    (found,) = warehouse.records("openhands_tools")
    ToolConversation.model_validate(found)
    return found


def messages(warehouse: Warehouse) -> list[Message]:
    """The messages of the only record behind the system prompt."""
    system, *said = record(warehouse)["messages"]
    assert system["role"] == "system"
    assert isinstance(said, list)
    return said


def roles(warehouse: Warehouse) -> str:
    """The roles of the messages, by their first letters."""
    return "".join(message["role"][0] for message in messages(warehouse))


def called(message: Message) -> list[tuple[str, str, dict[str, Any]]]:
    """Id, tool and arguments of the calls of a message."""
    return [
        (item["id"], item["function"]["name"], json.loads(item["function"]["arguments"]))
        for item in message.get("tool_calls", ())
    ]


def tools(warehouse: Warehouse) -> list[str]:
    """The names of the tools of the only record."""
    return [tool["function"]["name"] for tool in record(warehouse)["tools"]]


def test_a_conversation_in_full(warehouse: Warehouse) -> None:
    warehouse.add(
        "swe-smith/1",
        user("Fix it."),
        bash("ls", thought="First a look.\n\n"),
        result("a.py"),
        call("submit", thought="Good."),
    )
    assert messages(warehouse)[:4] == [
        {"role": "user", "content": "Fix it."},
        {
            "role": "assistant",
            "content": "First a look.",
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "terminal", "arguments": '{"command":"ls"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "a.py"},
        {
            "role": "assistant",
            "content": "Good.",
            "tool_calls": [{"id": "call_3", "type": "function", "function": {"name": "submit", "arguments": "{}"}}],
        },
    ]
    assert list(record(warehouse)) == ["id", "messages", "tools", "dataset", "images"]


def test_parallel_calls_are_one_message_with_each_result_behind_it(warehouse: Warehouse) -> None:
    warehouse.add(
        "swe-smith/1",
        user("Go."),
        bash("ls", thought="Both."),
        result("a.py"),
        call("str_replace_editor", EDITOR).in_same_turn(),
        result("made"),
        say("Done."),
    )
    _, both, first, second, last = messages(warehouse)
    assert both["content"] == "Both."
    assert [name for _, name, _ in called(both)] == ["terminal", "file_editor"]
    assert called(both)[1][2] == EDITOR
    assert (first["tool_call_id"], first["content"]) == ("call_1", "a.py")
    assert (second["tool_call_id"], second["content"]) == ("call_3", "made")
    assert last == {"role": "assistant", "content": "Done."}


def test_results_stand_in_the_order_of_the_calls(warehouse: Warehouse) -> None:
    warehouse.add(
        "swe-smith/1", user("Go."), bash("a"), bash("b").in_same_turn(), result("of b"), result("of a", 2), say("Done.")
    )
    assert [message["content"] for message in messages(warehouse)[2:4]] == ["of a", "of b"]


def test_several_results_of_a_call_are_one_message(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Go."), bash("a"), result("1"), result("2"), say("Done."))
    assert messages(warehouse)[2]["content"] == "1\n\n2"


def test_a_call_without_a_result_gets_an_empty_one(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Go."), bash("a"), result("x"), call("submit"))
    assert roles(warehouse) == "uatata"
    assert messages(warehouse)[-2] == {"role": "tool", "tool_call_id": "call_3", "content": ""}
    assert "tool_calls" not in messages(warehouse)[-1]


def test_a_result_that_comes_too_late_is_news(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Go."), bash("a"), user("And b."), bash("b"), result("a!", 2), say("Done."))
    said = messages(warehouse)
    assert [(message["role"], message["content"]) for message in said[2:]] == [
        ("tool", ""),
        ("user", "And b."),
        ("assistant", ""),
        ("tool", ""),
        ("user", "a!"),
        ("assistant", "Done."),
    ]


def test_what_else_is_said_is_the_users(warehouse: Warehouse) -> None:
    warehouse.add(
        "swe-smith/1", user("Go."), bash("a"), result("x"), notice("Soon over."), user("Hurry."), say("Done.")
    )
    assert roles(warehouse) == "uatua"
    assert messages(warehouse)[3]["content"] == "Soon over.\n\nHurry."


def test_words_in_a_turn_of_their_own_join_the_turn_behind_them(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Go."), say("I begin."), bash("a", "So:"), result("x"), say("Done."))
    assert messages(warehouse)[1]["content"] == "I begin.\n\nSo:"
    assert roles(warehouse) == "uata"


def test_hidden_thoughts_are_kept_apart(warehouse: Warehouse) -> None:
    step = say("Done.")
    warehouse.add("swe-smith/1", user("Go."), Step({**step.values, "reasoning": "Easy."}))
    assert messages(warehouse)[-1] == {"role": "assistant", "content": "Done.", "reasoning_content": "Easy."}


def test_code_that_nobody_ran_stays_text(warehouse: Warehouse) -> None:
    step = code("python", "f()\n", thought="So:")
    warehouse.add(
        "code_feedback/1",
        user("Write it."),
        Step({**step.values, "details": '{"result": "none"}'}),
        say("That was f.").in_same_turn(),
        user("And g?"),
        code("python", "```\ng()"),
    )
    said = messages(warehouse)
    assert said[1]["content"] == "So:\n\n```python\nf()\n```\n\nThat was f."
    assert said[3]["content"] == "````python\n```\ng()\n````"
    assert tools(warehouse) == []


def test_code_of_which_the_result_is_shared_is_run(warehouse: Warehouse) -> None:
    step = code("python", "a")
    warehouse.add(
        "code_feedback/1",
        user("Go."),
        Step({**step.values, "details": '{"result": "shared"}'}),
        code("python", "b").in_same_turn(),
        result("ab"),
        say("Done."),
    )
    assert [message["content"] for message in messages(warehouse)[2:4]] == ["", "ab"]


def test_other_languages_go_to_one_tool(warehouse: Warehouse) -> None:
    warehouse.add("code_feedback/1", user("Go."), code("go", "x"), result("y"), code("rust", "z"), result(""), say("."))
    assert called(messages(warehouse)[1]) == [("call_1", "run_code", {"language": "go", "code": "x"})]
    assert called(messages(warehouse)[3]) == [("call_3", "run_code", {"language": "rust", "code": "z"})]
    assert tools(warehouse) == ["run_code"]


def test_browser_actions_have_neutral_names_and_parameters(warehouse: Warehouse) -> None:
    warehouse.add(
        "nnetnav-live/1",
        user("Find it."),
        page("tree 0", "https://a.example/"),
        call("click", {"bid": "a5"}),
        page("tree 1", answers=True),
        call("keyboard_press", {"key": "Enter"}),
        page("tree 2", answers=True),
        say("Found."),
    )
    said = messages(warehouse)
    assert "tree 0" in said[0]["content"]
    assert called(said[1]) == [("call_2", "browser_click", {"bid": "a5"})]
    assert said[2]["role"] == "tool"
    assert '[Focused element bid: "a5"]' in said[2]["content"]
    assert called(said[3]) == [("call_4", "browser_press_key", {"key": "Enter"})]
    assert all(name.startswith("browser_") for name in tools(warehouse))


def test_a_function_without_a_neutral_name_keeps_its_own_and_its_schema(warehouse: Warehouse) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    tool = {"type": "function", "function": {"name": "weather", "description": "Tells.", "parameters": schema}}
    warehouse.add(
        "swe-gym_openhands_sampled_trajectories/1",
        user("Rain?"),
        call("weather", {"city": "Oslo"}),
        result("no"),
        call("str_replace_editor", EDITOR),
        result("made"),
        say("No."),
        tools=[tool],
    )
    assert called(messages(warehouse)[1]) == [("call_1", "weather", {"city": "Oslo"})]
    assert tool in record(warehouse)["tools"]
    assert tools(warehouse) == ["file_editor", "weather"]


def test_a_source_s_own_tool_of_a_neutral_name_stays_as_it_is(warehouse: Warehouse) -> None:
    schema = {"type": "object", "properties": {"cmd": {"type": "string"}}, "required": ["cmd"]}
    tool = {"type": "function", "function": {"name": "terminal", "description": "Runs.", "parameters": schema}}
    warehouse.add(
        "swe-gym_openhands_sampled_trajectories/1",
        user("Go."),
        call("terminal", {"cmd": "ls"}),
        result("a"),
        say("Done."),
        tools=[tool],
    )
    assert record(warehouse)["tools"] == [tool]


def test_a_call_that_does_not_fit_the_neutral_tool_is_left_out(warehouse: Warehouse) -> None:
    warehouse.add("nnetnav-live/1", user("Go."), page("x"), call("click", {"element": "1"}), page("y"), say("Done."))
    assert warehouse.reasons("openhands_tools") == {
        "nnetnav-live/1": ("misfit_call", "click has no parameter element"),
    }


@pytest.mark.parametrize("arguments", [{"message": "All done.", "task_completed": "true"}, {}])
def test_a_call_of_finish_ends_the_conversation_with_an_empty_result(
    warehouse: Warehouse, arguments: dict[str, str]
) -> None:
    warehouse.add("code_feedback/1", user("Go."), call("finish", arguments, "Good."), result("the end"))
    _, finish, answer = messages(warehouse)
    assert finish["content"] == "Good."
    assert called(finish) == [("call_1", "finish", {"message": arguments.get("message", "Task completed.")})]
    assert answer["content"] == ""


def test_what_must_not_be_learnt_from_weighs_nothing(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Go."), bash("ls").as_context(), result("a"), say("Done."))
    said = messages(warehouse)
    assert said[1]["weight"] == 0
    assert "weight" not in said[3]


def test_tools_of_the_agents_package_stand_in_place_of_ours_where_they_take_its_calls(warehouse: Warehouse) -> None:
    wide = '{"type": "object", "properties": {"command": {}, "is_input": {}, "timeout": {}}, "required": ["command"]}'
    other = '{"type": "object", "properties": {"index": {"type": "integer"}}, "required": ["index"]}'
    for name, parameters in (("terminal", wide), ("browser_click", other)):
        warehouse.con.execute(
            "insert into raw.agent_tools values ('openhands_tools', ?, 'Theirs.', ?, 'openhands', 'a-package', '1')",
            [name, parameters],
        )
    warehouse.add("swe-smith/1", user("Go."), bash("ls"), result("a"), say("Done."))
    (terminal,) = [tool["function"] for tool in record(warehouse)["tools"] if tool["function"]["name"] == "terminal"]
    assert terminal["description"] == "Theirs."
    assert terminal["parameters"] == json.loads(wide)
    replaced = warehouse.rows(
        "from sft.agent_tools select name where target = 'openhands_tools' and package is not null"
    )
    assert replaced == [("terminal",)]


TEXTS = st.sampled_from(["a", "two\n\nlines", "```\nx\n```", '{"role": "user"}', "  '\"\\ ", "é😀", "\x01", "<think>"])
THOUGHTS = st.none() | TEXTS
STEPS = st.one_of(
    st.builds(user, TEXTS),
    st.builds(notice, TEXTS),
    st.builds(say, TEXTS, THOUGHTS),
    st.builds(bash, TEXTS, THOUGHTS),
    st.builds(code, st.sampled_from(["python", "rust", "c++"]), TEXTS, THOUGHTS),
    st.builds(lambda text: call("str_replace_editor", EDITOR | {"file_text": text}), TEXTS),
    st.just(call("submit")),
    st.builds(lambda text: call("finish", {"message": text}), TEXTS),
    st.builds(page, TEXTS),
    st.builds(result, TEXTS, st.integers(1, 3)),
)


@st.composite
def trajectories(draw: st.DrawFn) -> list[Step]:
    """Steps in any order; results only where there is a call to answer, some actions in the turn before them."""
    steps = [user(draw(TEXTS))]
    calls = 0
    for step in draw(st.lists(STEPS, max_size=8)):
        acts = str(step.values["class"]).endswith("action")
        calls += acts and step.values["class"] != "message_action"
        if step.answers is not None and step.answers > calls:
            continue
        if acts and str(steps[-1].values["class"]).endswith("action") and draw(st.booleans()):
            step = Step(step.values | {"thought": None}, same_turn=True)
        steps.append(step)
    return steps


# Not shrunk: every example makes the tables anew, and an example is small.
@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(trajectories(), min_size=8, max_size=12))
def test_whatever_the_steps_all_calls_parse_and_are_answered(
    shared_warehouse: Warehouse, drafts: list[list[Step]]
) -> None:
    warehouse = shared_warehouse.clear()
    named = {f"swe-smith/{number}": steps for number, steps in enumerate(drafts)}
    for trajectory_id, steps in named.items():
        warehouse.add(trajectory_id, *steps)
    records = {found["id"]: found for found in warehouse.records("openhands_tools")}
    left_out = warehouse.reasons("openhands_tools").keys()
    assert records.keys() | left_out == named.keys()
    assert not records.keys() & left_out
    assert warehouse.rows(CHECK.sql) == []
    for trajectory_id, found in records.items():
        ToolConversation.model_validate(found)
        kept = before_the_end(named[trajectory_id])
        said = "".join(message["content"] for message in found["messages"])
        calls = [item for message in found["messages"] for item in called(message)]
        for step in kept:
            assert str(step.values.get("thought") or "").rstrip() in said
            if step.values["class"] in ("text_observation", "message_action"):
                assert step.values["content"] in said
            if step.values["class"] == "code_action":
                run = [arguments for _, _, arguments in calls if step.values["content"] in arguments.values()]
                assert run or step.values["content"] in said
        functions = [step for step in kept if step.values["class"] == "api_action"]
        assert len([name for _, name, _ in calls if name in ("file_editor", "submit", "finish")]) == len(functions)
        assert len({call_id for call_id, _, _ in calls}) == len(calls)


def before_the_end(steps: list[Step]) -> list[Step]:
    """The steps up to a call of finish that is the last action."""
    acts = [index for index, step in enumerate(steps) if str(step.values["class"]).endswith("action")]
    ended = acts and steps[acts[-1]].values.get("function") == "finish"
    return steps[: acts[-1] + 1] if ended else steps
