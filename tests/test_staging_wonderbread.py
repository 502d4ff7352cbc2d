"""wonderbread: recorded states and acts become pages and calls."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from adp.build import in_memory
from adp.config import Paths
from loaders.land import load
from tests.staged import Record, staged

DATASET = "wonderbread"
PATH = {"element_attributes": {"xpath": "/html/body/input[1]", "label": "Suche"}}


def state(html: str = "<p>größer</p>") -> Record:
    """A page."""
    return {
        "type": "state",
        "data": {"id": 0, "url": "http://a.example/", "html": html, "json_state": "[]", "tab": "A"},
    }


def act(kind: str | None, **fields: Any) -> Record:
    """Something that was done."""
    return {"type": "action", "data": {"id": 1, "type": kind, **fields}}


def record(*trace: Any, **more: Any) -> Record:
    """A recording."""
    return {"id": "3 @ x", "webarena": {"task_id": 3, "intent": "Find tea."}, "trace": list(trace), **more}


X = "/html/body/input[1]"
CALLS: dict[str, tuple[Record, str, dict[str, Any]]] = {
    "mouseup": (act("mouseup", x=1, y=2, **PATH), "click", {"xpath": X}),
    "click": (act("click", **PATH), "click", {"xpath": X}),
    "path elsewhere": (act("click", xpath="/a"), "click", {"xpath": "/a"}),
    "keys": (act("keystroke", key=["'t'", "Key.space", "'ß'"], **PATH), "type", {"xpath": X, "value": "t ß"}),
    "keys between blanks": (act("keystroke", key="'t' Key.enter", **PATH), "type", {"xpath": X, "value": "t\n"}),
    "text": (act("keystroke", key="green tea", **PATH), "type", {"xpath": X, "value": "green tea"}),
    "text without an element": (act("keystroke", key="x"), "type", {"value": "x"}),
    "key": (act("keypress", key="Key.enter", **PATH), "keyboard_press", {"key": "Enter"}),
    "shifted keys": (act("keystroke", key="Key.shift 'A' \"'\"", **PATH), "type", {"xpath": X, "value": "A'"}),
    "keys taken back": (act("keystroke", key="'a' 'b' Key.backspace", **PATH), "type", {"xpath": X, "value": "a"}),
    "keys at once": (act("keystroke", key="Key.cmd 'a'", **PATH), "keyboard_press", {"key": "Meta+a"}),
    "unknown key": (act("keypress", key="Key.menu"), "keyboard_press", {"key": "Key.menu"}),
    "scroll": (act("scroll", dx=0, dy=-3), "scroll", {"dx": 0, "dy": 3}),
}
UNREADABLE: dict[str, Any] = {
    "a click without an element": act("mouseup", x=1, y=2),
    "no key": act("keypress"),
    "no text": act("keystroke", **PATH),
    "more taken back than typed": act("keystroke", key="Key.backspace 'a'", **PATH),
    "keys that are no text": act("keystroke", key="Key.cmd 'a' Key.backspace 'x'", **PATH),
    "no distance": act("scroll"),
    "an unknown kind": act("drag", **PATH),
    "no kind": act(None),
    "no data": {"type": "action"},
    "neither state nor act": {"type": "note"},
    "null": None,
    "a state without a page": {"type": "state", "data": {"url": "http://a.example/"}},
}


@pytest.mark.parametrize("name", CALLS)
def test_acts_are_calls(name: str) -> None:
    item, function, arguments = CALLS[name]
    told, page, step = staged(DATASET, record(state(), item)).steps("3 @ x")
    assert (told["source"], told["content"]) == ("user", "Find tea.")
    assert (page["html"], page["url"], page["details"]) == ("<p>größer</p>", "http://a.example/", {"id": 0, "tab": "A"})
    assert (step["class"], step["function"], step["arguments"]) == ("api_action", function, arguments)
    assert "xpath" not in step["details"].get("element_attributes", {})


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_kept_and_excludes(name: str) -> None:
    found = staged(DATASET, record(state(), UNREADABLE[name], state(), act("click", **PATH)))
    assert found.trajectory("3 @ x")["exclusion"] == "unreadable_step"
    assert [step["step_index"] for step in found.steps("3 @ x")] == [0, 1, 2, 3, 4]


def test_half_a_click_is_none() -> None:
    steps = staged(DATASET, record(state(), act("mousedown", **PATH), act("mouseup", **PATH), state())).steps("3 @ x")
    assert [step["function"] for step in steps] == [None, None, "click"]


def test_pages_answer_the_call_before_them_but_for_the_last() -> None:
    trace = (state(), act("click", **PATH), state("b"), act("click", **PATH), state("c"))
    found = staged(DATASET, record(*trace))
    assert [step["tool_call_id"] for step in found.steps("3 @ x")] == [None, None, "call_2", "call_2", "call_4"]
    assert found.trajectory("3 @ x")["details"]["final_url"] == "http://a.example/"


def test_the_task_is_the_benchmarks() -> None:
    found = staged(DATASET, record(state()), record(state(), id="b", webarena=None, intent="Find tea.", sop="1. Go."))
    first, second = found.trajectories
    assert (first["task_id"], first["exclusion"]) == ("webarena/3", None)
    assert second["task_id"] not in (None, "webarena/3")
    assert second["details"]["sop"] == "1. Go."


def test_a_recording_without_a_task_is_left_out() -> None:
    assert staged(DATASET, record(state(), webarena=None)).trajectory("3 @ x")["exclusion"] == "no_task"


def test_an_archive_of_folders_becomes_records(tmp_path: Path) -> None:
    archive = tmp_path / "demos.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("demos/3 @ x/3 @ x.json", json.dumps({"webarena": {"intent": "Find."}, "trace": [state()]}))
        file.writestr("demos/3 @ x/SOP - 3 @ x.txt", "1. Look.\n")
        file.writestr("demos/4 @ y/4 @ y.json", json.dumps({"intent": "Buy.", "trace": "none"}))
        file.writestr("demos/other.json", "{}")
    paths = Paths(tmp_path / "adp.db", tmp_path / "data")
    landing = load(DATASET, [archive], paths)
    assert (landing.records, landing.rejected) == (1, 1)
    con = in_memory(paths, "staging.wonderbread_trajectories")
    found = con.execute("from staging.wonderbread_trajectories select trajectory_id, source_file, details ->> '$.sop'")
    assert found.fetchall() == [("wonderbread/3 @ x", "demos/3 @ x/3 @ x.json", "1. Look.")]
