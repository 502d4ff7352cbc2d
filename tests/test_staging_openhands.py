"""openhands: streams of events become steps, acts of the browser calls, trees of nodes pages."""

import json
from typing import Any

import pytest

from tests.staged import Record, Row, Staged, staged

DATASET = "openhands"
Event = dict[str, Any]


def act(name: str, extras: object = None, *, source: str = "agent", **fields: Any) -> Event:
    return {"source": source, "action": name, "extras": json.dumps(extras or {}), **fields}


def seen(name: str, content: str, extras: object = None, **fields: Any) -> Event:
    return {"source": "agent", "observation": name, "content": content, "extras": json.dumps(extras or {}), **fields}


def user(content: str) -> Event:
    return act("message", source="user", content=content)


OPENING = act("initialize", {"LLM_MODEL": "gpt-4o", "AGENT": "CodeActAgent", "LANGUAGE": "en"}, source="user")
STATE = {"source": "environment", "observation": "agent_state_changed", "content": "", "extras": "{}"}
NOTHING = {"source": "agent", "action": "null", "observation": None, "content": "ok", "extras": "{}"}


def stage(*events: Event, **fields: Any) -> Staged:
    record: Record = {
        "feedback": "positive", "trajectory": [OPENING, STATE, user("Count the files."), NOTHING, *events], **fields,
    }  # fmt: skip
    return staged(DATASET, record)


def read(*events: Event) -> list[Row]:
    """The steps behind the task."""
    return stage(*events).all_steps[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_a_message_may_have_its_words_in_its_extras() -> None:
    words = act("message", {"content": "Count the files."}, source="user", message="")
    answer = act("message", {"content": "One."}, content="", message="")
    made = stage(answer, trajectory=[OPENING, words, answer])
    assert only(made.all_steps, "source", "content") == [("user", "Count the files."), ("agent", "One.")]
    assert made.trajectories[0]["task_id"] == stage().trajectories[0]["task_id"]


def test_a_session_in_full() -> None:
    made = stage(
        act("run", {"command": "ls", "thought": "I look. "}, timestamp="2024-09-05T09:35:03.5"),
        seen("run", "a.py", {"exit_code": 0}),
        act("message", content="One file."),
        user("Thanks."),
        act("finish", {"outputs": {"content": "Done."}, "thought": "Done."}),
        version="1.0", permissions="public", timestamp="2024-09-05 09:35:00",
    )  # fmt: skip
    columns = ("turn_index", "class", "source", "content", "function", "arguments", "thought", "tool_call_id")
    assert only(made.all_steps, *columns) == [
        (None, "text_observation", "user", "Count the files.", None, None, None, None),
        (0, "code_action", "agent", "ls", None, None, "I look.", "call_1"),
        (None, "text_observation", "environment", "a.py", None, None, None, "call_1"),
        (1, "message_action", "agent", "One file.", None, None, None, None),
        (None, "text_observation", "user", "Thanks.", None, None, None, None),
        (2, "api_action", "agent", None, "finish", {"message": "Done."}, None, "call_5"),
    ]
    assert made.all_steps[2]["details"] == {"observation": "run", "exit_code": 0}
    assert made.all_steps[1]["recorded_at"] == 1725528903.5
    trajectory = made.trajectory("0")
    assert (trajectory["model"], trajectory["agent"], trajectory["outcome"]) == ("gpt-4o", "OpenHands", True)
    assert trajectory["details"] == {
        "version": "1.0", "feedback": "positive", "permissions": "public", "timestamp": "2024-09-05 09:35:00",
        "agent": "CodeActAgent", "language": "en",
    }  # fmt: skip


def test_acts_of_the_shell_and_of_python_are_code() -> None:
    """deviation openhands-run-output"""
    steps = read(
        act("run", {"command": "cat n"}), seen("run", "182\r\n$ "),
        act("run_ipython", {"code": "if x:\n    1", "thought": "Hm."}), seen("run_ipython", "1"),
    )  # fmt: skip
    assert only(steps, "class", "language", "content", "thought") == [
        ("code_action", "bash", "cat n", None),
        ("text_observation", None, "182\r\n$ ", None),
        ("code_action", "python", "if x:\n    1", "Hm."),
        ("text_observation", None, "1", None),
    ]


@pytest.mark.parametrize(
    ("code", "function", "arguments"),
    [
        ('goto("https://a.b/?q=(1,2)")', "goto", {"url": "https://a.b/?q=(1,2)"}),
        ("scroll(0, -500)", "scroll", {"delta_x": 0, "delta_y": -500}),
        ("click('12', button='middle')", "click", {"bid": "12", "button": "middle"}),
        ("fill('7', \"it's\")", "fill", {"bid": "7", "value": "it's"}),
        ("select_option('7', ['a', 'b'])", "select_option", {"bid": "7", "options": ["a", "b"]}),
        ("go_back()", "go_back", {}),
        ('send_msg_to_user("182")', "send_msg_to_user", {"text": "182"}),
    ],
)
def test_an_act_in_the_browser_is_a_call(code: str, function: str, arguments: object) -> None:
    """deviations openhands-keywords and openhands-message-name"""
    (step,) = read(act("browse_interactive", {"browser_actions": code}))
    assert only([step], "class", "function", "arguments") == [("api_action", function, arguments)]


@pytest.mark.parametrize("code", ['click("1")\nclick("2")', "fly('1')", "x = 1", 'click("1", "left", [], 3)'])
def test_anything_else_in_the_browser_stays_code(code: str) -> None:
    (step,) = read(act("browse_interactive", {"browser_actions": code}))
    assert only([step], "class", "language", "content") == [("code_action", "web", code)]


def test_other_acts_are_calls() -> None:
    steps = read(
        act("browse", {"url": "https://a.b", "thought": "I read it."}), seen("browse", "text of the page"),
        act("read", {"path": "a.py", "start": 0, "end": -1, "thought": ""}), seen("read", "x = 1"),
        act("rag_search", {"query": "ß"}), seen("error", "no index"),
    )  # fmt: skip
    assert only(steps, "class", "function", "arguments", "content", "thought", "tool_call_id") == [
        ("api_action", "goto", {"url": "https://a.b"}, None, "I read it.", "call_1"),
        ("text_observation", None, None, "text of the page", None, "call_1"),
        ("api_action", "read", {"path": "a.py", "start": 0, "end": -1}, None, None, "call_3"),
        ("text_observation", None, None, "x = 1", None, "call_3"),
        ("api_action", "rag_search", {"query": "ß"}, None, None, "call_5"),
        ("text_observation", None, None, "no index", None, "call_5"),
    ]


def node(number: int, role: str, name: str | None, *children: int, **properties: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "nodeId": str(number),
        "role": {"value": role},
        "properties": [{"name": key, "value": {"value": value}} for key, value in properties.items()],
        "childIds": [str(child) for child in children],
    }
    return made if name is None else {**made, "name": {"value": name}}


def test_a_page_is_shown_as_the_agent_saw_it() -> None:
    """deviation openhands-pages"""
    nodes = [
        node(1, "RootWebArea", "Tides", 2, 9, focused=True),
        node(9, "StaticText", "last"),
        node(2, "generic", "", 3, 4, 99, 1),
        node(3, "link", "It's high\xa0water", 5, 6, browsergym_id="12", focusable=True),
        {**node(4, "textbox", "Harbour", required=True, expanded=False), "value": {"value": "Malmö"}},
        node(5, "StaticText", "high"),
        node(6, "strong", "", 7),
        node(7, "StaticText", "high"),
        {**node(8, "button", "unseen"), "browsergym_id": "8"},
    ]
    shown = (
        "RootWebArea 'Tides', focused\n"
        "\tlink \"It's high\\xa0water\", browsergym_id='12'\n"
        "\t\tstrong ''\n"
        "\t\t\tStaticText 'high'\n"
        "\ttextbox 'Harbour' value='Malmö', required, expanded=False\n"
        "\tStaticText 'last'"
    )
    page = {"url": "https://a.b", "axtree_object": {"nodes": nodes}, "last_browser_action_error": "covered"}
    steps = read(act("browse_interactive", {"browser_actions": "noop()"}), seen("browse", "text", page))
    assert only(steps[1:], "class", "url", "axtree", "content", "tool_call_id") == [
        ("web_observation", "https://a.b", shown, None, "call_1")
    ]
    assert steps[1]["details"] == {"observation": "browse", "error": "covered"}


@pytest.mark.parametrize("tree", [None, {}, {"nodes": []}, {"nodes": "x"}, {"nodes": [{}]}, {"nodes": [1, None]}])
def test_a_page_without_a_tree_is_text(tree: object) -> None:
    (step,) = read(seen("browse", "text", {"axtree_object": tree}))
    assert only([step], "class", "content") == [("text_observation", "text")]


def test_nodes_that_go_round_in_circles_end() -> None:
    nodes = [node(1, "RootWebArea", "a", 2, 2), node(2, "link", "b", 3, 1), node(3, "link", "c", 2, 3)]
    (step,) = read(seen("browse", "", {"axtree_object": {"nodes": nodes}}))
    assert step["axtree"] == "RootWebArea 'a'\n\tlink 'b'\n\t\tlink 'c'"


def test_what_another_agent_does_is_part_of_the_session() -> None:
    """deviations openhands-delegates and openhands-finish"""
    steps = read(
        act("delegate", {"agent": "BrowsingAgent", "inputs": {"task": "Look it up."}, "thought": "A page will know."}),
        act("run", {"command": "ls"}), seen("run", "a.py"),
        act("finish", {"outputs": {"content": "One."}, "thought": "I see one."}),
        seen("delegate", "BrowsingAgent finishes task with content: One."),
        act("delegate", {"agent": "CrawlAgent", "inputs": {"task": "Read it.", "link": "https://a.b"}}),
        seen("delegate", "CrawlAgent fails"),
        act("finish", {"outputs": {}, "thought": "There is one."}),
    )  # fmt: skip
    assert only(steps, "turn_index", "function", "arguments", "content", "thought", "tool_call_id") == [
        (
            0,
            "delegate_to_agent",
            {"agent": "BrowsingAgent", "task": "Look it up."},
            None,
            "A page will know.",
            "call_1",
        ),
        (1, None, None, "ls", None, "call_2"),
        (None, None, None, "a.py", None, "call_2"),
        (2, None, None, "One.", "I see one.", None),
        (None, None, None, "BrowsingAgent finishes task with content: One.", None, None),
        (3, "delegate_to_CrawlAgent", {"task": "Read it.", "link": "https://a.b"}, None, None, "call_6"),
        (None, None, None, "CrawlAgent fails", None, "call_6"),
        (4, "finish", {"message": "There is one."}, None, None, "call_8"),
    ]


def test_what_was_done_is_told_before_what_came_of_it() -> None:
    steps = read(
        act("crawl", {"link": "a.b"}), seen("crawl", "a page", message="Crawling: a.b"),
        act("edit", {"path": "a", "content": "b"}), seen("edit", "", message="I edited the file a."),
        act("rag_search", {"query": "x"}), seen("error", "no index", message="no index"),
        act("run", {"command": "ls"}), seen("run", "a.py", message="Command `ls` executed with exit code 0."),
        act("delegate", {"agent": "A", "inputs": {"task": "b"}}), seen("delegate", "", {"outputs": {"content": "c"}}),
    )  # fmt: skip
    assert [step["content"] for step in steps[1::2]] == [
        "Crawling: a.b\na page",
        "I edited the file a.",
        "no index",
        "a.py",
        "c",
    ]


def test_a_file_is_written_or_edited() -> None:
    """deviation openhands-write"""
    given = {"path": "a.py", "content": "x = 1", "start": 0, "end": -1}
    assert only(read(act("write", given), act("edit", given)), "function", "arguments") == [
        ("write", given),
        ("edit", given),
    ]


def test_arguments_are_what_the_agent_gave() -> None:
    extras = {"path": "a.py", "start": 0, "end": -1, "thought": "b", "agent": None, "is_confirmed": "confirmed"}
    assert read(act("read", extras))[0]["arguments"] == {"path": "a.py", "start": 0, "end": -1}


def test_a_message_without_words_is_no_step() -> None:
    steps = read(
        act("message", content="", message=""), user(""), act("message", {"content": " "}),
        act("message", {"content": "", "images_urls": ["data:"]}, source="user"),
        act("message", {"content": "USER (assistant): Done.", "images_urls": []}),
    )  # fmt: skip
    assert only(steps, "source", "content") == [("user", ""), ("agent", "Done.")]


def test_a_message_before_an_act_is_a_turn_of_its_own() -> None:
    """deviation openhands-message-and-act"""
    steps = read(act("message", content="I look."), act("run", {"command": "ls", "thought": "Now."}), seen("run", "a"))
    assert only(steps, "turn_index", "content", "thought") == [
        (0, "I look.", None),
        (1, "ls", "Now."),
        (None, "a", None),
    ]


def test_an_act_without_its_result_says_so() -> None:
    """deviation openhands-two-acts"""
    steps = read(act("run", {"command": "a"}), act("run", {"command": "b"}), seen("run", "x"))
    assert [step["details"] for step in steps] == [{"result": "missing"}, None, {"observation": "run"}]
    assert steps[2]["tool_call_id"] == steps[1]["tool_call_id"] == "call_2"


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (act("run", {"command": "make"}, source="user"), "an act of somebody else than the agent"),
        (act("run", {"cmd": "make"}), "run without its code"),
        ({**act("read"), "extras": '{"path": "a", "path": "b"}'}, "no JSON object with unique keys"),
    ],
)
def test_what_cannot_be_read_is_kept_as_text_and_excludes(event: Event, reason: str) -> None:
    made = stage(event, seen("run", "x"), act("finish", {"thought": "Done."}))
    trajectory = made.trajectory("0")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"][:8]) == ("unreadable_step", "step 1: ")
    assert reason in trajectory["exclusion_detail"]
    assert event["action"] in made.all_steps[1]["content"]
    assert made.all_steps[-1]["function"] == "finish"


@pytest.mark.parametrize(
    ("feedback", "outcome", "exclusion"),
    [("positive", True, None), ("negative", False, "unresolved"), (None, None, "unresolved")],
)
def test_exclusions(feedback: str | None, outcome: bool | None, exclusion: str | None) -> None:
    """deviation openhands-failures-kept"""
    trajectory = stage(act("message", content="Two."), feedback=feedback).trajectory("0")
    assert (trajectory["outcome"], trajectory["exclusion"]) == (outcome, exclusion)


def test_a_session_without_events_has_no_steps() -> None:
    made = staged(DATASET, {"trajectory": [OPENING, STATE], "feedback": "positive"})
    assert made.all_steps == []
    assert made.trajectory("0")["exclusion"] == "no_steps"


def test_moments_that_cannot_be_read_are_none() -> None:
    steps = read(
        act("run", {"command": "a"}, timestamp="soon"), seen("run", "x", timestamp="2024-09-05T11:35:03+02:00")
    )
    assert [step["recorded_at"] for step in steps] == [None, 1725528903.0]
