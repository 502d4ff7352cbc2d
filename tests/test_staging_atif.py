"""ATIF: a step's calls and results are steps of their own, and what must not be learnt from is marked."""

from typing import Any

import pytest

from schema import atif
from tests.exchange import Record, Row, exchange

Step = dict[str, Any]


def user(message: Any, **fields: Any) -> Step:
    return {"source": "user", "message": message, **fields}


def agent(message: Any, *calls: Step, results: list[Any] | None = None, **fields: Any) -> Step:
    step = {"source": "agent", "message": message, **({"tool_calls": list(calls)} if calls else {}), **fields}
    return step if results is None else {**step, "observation": {"results": results}}


def call(identifier: str, name: str = "read", **arguments: Any) -> Step:
    return {"tool_call_id": identifier, "function_name": name, "arguments": arguments}


def result(identifier: str | None, content: Any) -> Step:
    return {"source_call_id": identifier, "content": content}


def record(*steps: Any, **fields: Any) -> Record:
    numbered = [{"step_id": n, **step} if isinstance(step, dict) else step for n, step in enumerate(steps, start=1)]
    return {
        "schema_version": "ATIF-v1.7",
        "session_id": "x",
        "agent": {"name": "sailor", "version": "1"},
        "steps": numbered,
        **fields,
    }


def read(*steps: Any) -> list[Row]:
    return exchange().take("atif", record(*steps)).steps("x")


def only(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_results_stand_behind_their_calls() -> None:
    steps = read(
        user("Go."),
        agent(
            "Both.", call("a", n=1), call("b"), results=[result("b", "2"), result("a", "1")], reasoning_content="Hm."
        ),
        agent("Done."),
    )
    assert only(steps, "class", "content", "tool_call_id", "turn_index", "thought", "reasoning") == [
        ("text_observation", "Go.", None, None, None, None),
        ("api_action", None, "a", 0, "Both.", "Hm."),
        ("text_observation", "1", "a", None, None, None),
        ("api_action", None, "b", 0, None, None),
        ("text_observation", "2", "b", None, None, None),
        ("message_action", "Done.", None, 1, None, None),
    ]


def test_results_that_name_no_call_are_kept() -> None:
    steps = read(user("Go."), agent("", call("a"), results=[result(None, "x"), result("gone", "y")]))
    assert only(steps[2:], "content", "tool_call_id", "details") == [
        ("x", "a", {"atif_place": 1, "unlinked": True}),
        ("y", "a", {"atif_place": 2, "unlinked": True, "call_id": "gone"}),
    ]
    assert exchange().violations() == {}
    (document,) = exchange().atif()
    atif.Trajectory.model_validate(document)


def test_ids_that_come_again_are_told_apart() -> None:
    steps = read(
        user("Go."), agent("", call("a"), results=[result("a", "1")]), agent("", call("a"), results=[result("a", "2")])
    )
    assert [step["tool_call_id"] for step in steps[1:]] == ["a", "a", "call_3", "call_3"]


def test_system_prompts_in_front_are_no_steps_and_later_ones_are() -> None:
    system = {"source": "system", "message": "You are brief."}
    steps = read(system, {**system, "message": "And kind."}, user("Go."), {**system, "message": "Hurry."}, agent("Ok."))
    assert only(steps, "source", "content") == [("user", "Go."), ("system", "Hurry."), ("agent", "Ok.")]
    prompt = "from standard.prompts join standard.trajectories using (prompt_id) select text"
    assert exchange().con.execute(prompt).fetchall() == [("You are brief.\n\nAnd kind.",)]


@pytest.mark.parametrize(
    ("fields", "trainable"),
    [({}, True), ({"is_copied_context": True}, False), ({"llm_call_count": 0}, False), ({"llm_call_count": 2}, True)],
)
def test_what_must_not_be_learnt_from_is_marked(fields: Step, trainable: bool) -> None:
    steps = read(user("Go."), agent("", call("a"), results=[result("a", "1")], **fields), agent("Done."))
    assert [step["trainable"] for step in steps] == [True, trainable, trainable, True]


def test_what_must_not_be_learnt_from_is_in_no_training_set() -> None:
    copied = [agent("Copied.", call("a"), results=[result("a", "1")], is_copied_context=True)]
    exchange().take("atif", record(user("Go."), *copied, user("Well?"), agent("Mine.")), trains=True)
    assert exchange().reasons("openhands") == {}
    (std,) = exchange().std()
    assert [event["content"] for event in std["content"]] == ["Go.", "Well?", "<finish> Mine. </finish>"]


def test_shells_and_python_are_code() -> None:
    timed = {"command": "ls", "timeout": 5}
    steps = read(
        user("Go."), agent("", call("a", "Bash", command="ls", timeout=5)), agent("", call("b", "python", code="1")),
        agent("", call("c", "bash", script="ls")),
    )  # fmt: skip
    assert only(steps[1:], "class", "language", "content", "details") == [
        ("code_action", "bash", "ls", {"function": "Bash", "arguments": timed, "result": "missing"}),
        ("code_action", "python", "1", {"function": "python", "result": "missing"}),
        ("api_action", None, None, None),
    ]  # fmt: skip


def test_images_are_steps_behind_the_text() -> None:
    image = {"type": "image", "source": {"media_type": "image/png", "path": "a.png"}}
    steps = read(
        user([{"type": "text", "text": "Look."}, image]),
        agent("", call("a"), results=[result("a", [image])]),
        agent("Done."),
    )
    assert only(steps, "class", "source", "content") == [
        ("text_observation", "user", "Look."),
        ("image_observation", "user", None),
        ("api_action", "agent", None),
        ("image_observation", "environment", None),
        ("message_action", "agent", "Done."),
    ]
    assert [step["images"][0]["path"] for step in steps if step["images"]] == ["a.png", "a.png"]


def test_what_an_observation_says_beside_its_results_is_kept() -> None:
    step = agent("", {"tool_call_id": "a", "function_name": "f", "arguments": {}})
    step["observation"] = {"results": [{"source_call_id": "a", "content": "x"}], "took": 3}
    assert read(user("Go."), step)[2]["details"]["atif_observation"] == {"took": 3}


def test_unknown_fields_are_kept_and_go_out_in_extra() -> None:
    taken = record(user("Go.", mood="calm"), agent("Done.", call_cost=3, extra={"a": 1}), weather="fine")
    (document,) = exchange().take("atif", taken).atif()
    atif.Trajectory.model_validate(document)
    assert document["extra"] == {"weather": "fine"}
    assert [step.get("extra") for step in document["steps"]] == [{"mood": "calm"}, {"a": 1, "call_cost": 3}]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (None, "nobody known speaks"),
        ("words", "nobody known speaks"),
        ({"source": "robot", "message": "x"}, "nobody known speaks"),
        (agent("", {"tool_call_id": "a", "function_name": "f", "arguments": [1]}), "a call whose arguments"),
        (agent("", {"tool_call_id": "a", "arguments": {}}), "a call without a name"),
    ],
)
def test_what_cannot_be_read_is_kept_and_excludes(step: object, reason: str) -> None:
    steps = read(user("Go."), step, agent("Done."))
    assert reason in steps[1]["details"]["unreadable"]
    assert exchange().trajectory("x")["exclusion"] == "unreadable_step"
    assert exchange().violations() == {}
    (document,) = exchange().atif()
    atif.Trajectory.model_validate(document)


@pytest.mark.parametrize(
    "step", [{}, {"message": "You are brief."}, {"source": "system"}, {"source": "system", "message": 7}]
)
def test_what_stands_in_front_and_is_no_prompt_is_a_step(step: Step) -> None:
    steps = read(step, user("Go."), agent("Done."))
    assert [row["content"] for row in steps[1:]] == ["Go.", "Done."]
    assert exchange().trajectory("x")["exclusion"] == (None if "source" in step else "unreadable_step")
    (document,) = exchange().atif()
    assert [said["step_id"] for said in document["steps"]] == [1, 2, 3]


def test_the_trajectory_says_what_the_document_says() -> None:
    tool = {"type": "function", "function": {"name": "read", "parameters": {"type": "object", "properties": {}}}}
    whole = {"name": "sailor", "version": "1", "model_name": "m", "tool_definitions": [tool]}
    exchange().take("atif", record(user("Go."), agent("Done.", model_name="n"), agent=whole, trajectory_id="y"))
    row = exchange().trajectory("y")
    assert (row["model"], row["agent"], row["agent_version"], row["source_id"]) == ("m", "sailor", "1", "y")
    assert exchange().tools("y") == {"read": {"type": "object", "properties": {}}}
    assert exchange().steps("y")[1]["model"] == "n"


def test_a_document_without_ids_is_numbered() -> None:
    exchange().take("atif", record(user("Go."), agent("Done."), session_id=None))
    assert exchange().trajectory("test-0")["exclusion"] is None
