"""ADP's standardized form: its events are steps in their order, arguments are values, a turn is a model call."""

from typing import Any

import pytest

from tests.exchange import Record, Row, exchange

Event = dict[str, Any]


def text(content: str, source: str = "environment", **fields: Any) -> Event:
    return {"class_": "text_observation", "content": content, "name": None, "source": source, **fields}


def say(content: str, description: str | None = None, **fields: Any) -> Event:
    return {"class_": "message_action", "content": content, "description": description, **fields}


def bash(content: str, description: str | None = None, **fields: Any) -> Event:
    return {"class_": "code_action", "language": "bash", "content": content, "description": description, **fields}


def call(function: str, kwargs: object, description: str | None = None, **fields: Any) -> Event:
    return {"class_": "api_action", "function": function, "kwargs": kwargs, "description": description, **fields}


def record(*events: Any, **fields: Any) -> Record:
    return {"id": "x", "content": [text("Go.", "user"), *events], "details": {}, **fields}


def read(*events: Any, **fields: Any) -> list[Row]:
    """The steps behind the task."""
    return exchange().take("adp-std", record(*events, **fields)).steps("x")[1:]


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_calls_and_what_comes_back() -> None:
    steps = read(bash("ls", "First."), text("a"), text("b"), text("Hm?", "user"), call("f", {"a": 1}), say("Done."))
    assert only(steps, "class", "turn_index", "thought", "tool_call_id", "source") == [
        ("code_action", 0, "First.", "call_1", "agent"),
        ("text_observation", None, None, "call_1", "environment"),
        ("text_observation", None, None, "call_1", "environment"),
        ("text_observation", None, None, None, "user"),
        ("api_action", 1, None, "call_5", "agent"),
        ("message_action", 1, None, None, "agent"),
    ]


def test_a_description_of_its_own_begins_a_turn() -> None:
    steps = read(bash("ls", "One."), bash("pwd"), bash("date", "Two."), say("Done."))
    assert only(steps, "turn_index", "thought") == [(0, "One."), (0, None), (1, "Two."), (1, None)]


def test_fragments_of_python_become_values_in_the_form_of_2025_only() -> None:
    """deviation std-values"""
    fragments = {"bid": '"5944"', "press_enter_after": "0", "text": "'it is \"so\"'", "free": "as it is", "n": [1]}
    told = {"bid": "5944", "press_enter_after": 0, "text": 'it is "so"', "free": "as it is", "n": [1]}
    assert read(call("type", fragments))[0]["arguments"] == told
    assert read(call("type", fragments, tool_call_id="a"))[0]["arguments"] == fragments
    assert read(call("type", fragments), dataset="other-set")[0]["arguments"] == fragments


def test_openhands_own_tools_take_texts_as_they_are() -> None:
    edit = {"command": "str_replace", "path": "/a", "old_str": '"x"', "new_str": "7", "view_range": "[1, 2]"}
    assert read(call("str_replace_editor", edit))[0]["arguments"] == {**edit, "view_range": [1, 2]}


def test_a_finish_without_a_message_is_no_tool_of_openhands() -> None:
    """deviation std-values"""
    given = [{"output": '"All\ngreen."'}, {"message": '"Quoted."'}]
    steps = read(*(call("finish", arguments) for arguments in given))
    assert [row["arguments"] for row in steps] == [{"output": "All\ngreen."}, {"message": '"Quoted."'}]


def test_words_to_the_user_are_told_as_the_browser_has_them() -> None:
    """deviation openhands-message-name"""
    event = call("send_msg_to_user", {"msg": '"Hi."'})
    (step,) = read(event)
    assert (step["arguments"], step["details"]) == ({"text": "Hi."}, {"adp_event": event})
    assert read({**event, "tool_call_id": "a"})[0]["arguments"] == {"msg": '"Hi."'}


def test_the_last_message_loses_its_tags() -> None:
    assert only(read(say("<finish> Done. </finish>"), say("<finish></finish>", "End.")), "content") == [
        ("Done.",),
        ("",),
    ]


def test_words_around_the_tags_stay_apart() -> None:
    assert only(read(say("So. <finish> Done. </finish> Bye.")), "content") == [("So. Done. Bye.",)]


def test_words_of_the_agent_that_stand_as_an_observation_are_its_message() -> None:
    (step,) = read(text("I think so.", "agent"))
    assert (step["class"], step["kind"], step["turn_index"]) == ("message_action", "action", 0)


def test_ids_of_the_later_form_are_kept_and_told_apart() -> None:
    steps = read(
        bash("a", tool_call_id="c"), bash("b", tool_call_id="c"), bash("d", tool_call_id="call_3"), bash("e"),
        text("1", tool_call_id="c"), text("2", tool_call_id="gone"), text("3", "user", tool_call_id="c"),
    )  # fmt: skip
    assert [step["tool_call_id"] for step in steps] == ["c", "call_2", "call_3", "call_4", "call_2", "call_4", None]
    assert exchange().violations() == {}


def test_a_result_answers_the_nearest_call_of_its_id() -> None:
    steps = read(
        bash("a", tool_call_id="c"), text("1", tool_call_id="c"),
        bash("b", tool_call_id="c"), text("2", tool_call_id="c"),
    )  # fmt: skip
    assert [step["tool_call_id"] for step in steps] == ["c", "c", "call_3", "call_3"]
    assert exchange().violations() == {}


def test_pages_and_images() -> None:
    image = {"class_": "image_observation", "content": "a.png", "annotations": [{"text": "x"}], "source": "environment"}
    page = {
        "class_": "web_observation", "html": None, "axtree": "[1] a", "url": "https://e.org", "viewport_size": [1, 2],
        "image_observation": image,
    }  # fmt: skip
    web, alone = read(page, image)
    assert (web["axtree"], web["url"], web["viewport"], web["annotations"]) == (
        "[1] a", "https://e.org", [1, 2], [{"text": "x"}],
    )  # fmt: skip
    assert [step["images"][0]["path"] for step in (web, alone)] == ["a.png", "a.png"]
    (long,) = read({**image, "content": "A" * 5000})
    assert len(long["images"][0]["path"]) == 32


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (None, "an event that is no object"),
        ("words", "an event that is no object"),
        ({"content": "x"}, "an event without a class"),
        ({"class_": "dance_action", "content": "hop"}, "an event of the class dance_action"),
        (call("", {}), "a call without a name"),
        (call("f", [1]), "a call whose arguments are no JSON object with unique keys"),
        ({**bash("ls"), "language": None}, "code without a language"),
        ({**bash("ls"), "content": None}, "code that is no text"),
        ({**say("x"), "content": 7}, "a message that is no text"),
        ({**text("x"), "content": ["x"]}, "an observation that is no text"),
        ({"class_": "web_observation", "url": "https://e.org"}, "a page without its text"),
        ({"class_": "image_observation", "source": "user"}, "an image without a path"),
    ],
)
def test_what_cannot_be_read_is_kept_and_excludes(event: object, reason: str) -> None:
    (step, _) = read(event, say("Done."))
    assert step["details"]["unreadable"] == reason
    assert step["content"] is not None
    trajectory = exchange().trajectory("x")
    assert (trajectory["exclusion"], trajectory["exclusion_detail"]) == ("unreadable_step", f"step 1: {reason}")
    assert exchange().violations() == {}


def test_details_say_what_an_export_has_put_there() -> None:
    details = {"task_id": "t/1", "outcome": False, "reward": 0.5, "model": "m", "agent": "a", "run": {"n": None}}
    exchange().take("adp-std", record(say("Done."), details=details, note=1))
    trajectory = exchange().trajectory("x")
    assert [trajectory[name] for name in ("task_id", "outcome", "reward", "model", "agent")] == [
        "t/1", False, 0.5, "m", "a",
    ]  # fmt: skip
    assert trajectory["details"] == {**details, "note": 1}
    assert trajectory["exclusion"] == "unresolved"


@pytest.mark.parametrize(
    ("fields", "exclusion"),
    [
        ({}, None),
        ({"trained": False}, "not_trained"),
        ({"trained": False, "details": {"exclusion": "incomplete"}}, "incomplete"),
        ({"trained": False, "details": {"exclusion": "a mood"}}, "not_trained"),
        ({"trained": True, "details": {"outcome": False}}, None),
        ({"details": {"resolved": False}}, "unresolved"),
        ({"details": {"outcome": "no"}}, None),
        ({"content": []}, "no_steps"),
    ],
)
def test_exclusions(fields: Record, exclusion: str | None) -> None:
    exchange().take("adp-std", {**record(say("Done.")), **fields})
    assert exchange().trajectory("x")["exclusion"] == exclusion


def test_tools_are_told_by_the_calls() -> None:
    exchange().take("adp-std", record(call("go", {"place": '"a"'}), call("go", {"place": '"b"', "n": 1}), say("Done.")))
    assert exchange().tools("x") == {
        "go": {"type": "object", "properties": {"n": {"type": "integer"}, "place": {"type": "string"}}}
    }


def test_a_corpus_named_like_a_dataset_has_its_tools_and_stands_in_its_row() -> None:
    act = call("click", {"bid": '"7"'})
    made = exchange().take("adp-std", record(act, say("Done.")), corpus="nnetnav-live")
    assert made.con.execute(
        "from standard.trajectories join standard.datasets using (dataset) join standard.dataset_toolsets as own"
        " using (dataset) select format, is_web, trajectories.toolset_id = own.toolset_id"
        " where dataset = 'nnetnav-live'"
    ).fetchall() == [("adp-std", True, True)]


def test_a_corpus_that_shows_pages_is_a_web_dataset() -> None:
    row = "from standard.datasets select is_web, code_tool, format, is_test_data where dataset = 'mine'"
    made = exchange().take("adp-std", record(say("Done.")))
    assert made.con.execute(row).fetchall() == [(False, None, "adp-std", False)]
    page = {"class_": "web_observation", "html": None, "axtree": "[1] a", "url": None}
    made = exchange().take("adp-std", record(page, say("Done.")))
    assert made.con.execute(row).fetchall() == [(True, "browser", "adp-std", False)]
