"""weblinx: what two people say, the pages that one of them sees, and what is done there."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from adp.build import in_memory
from adp.config import Paths
from loaders.land import load
from tests.staged import Record, staged

DATASET = "weblinx"
PAGE = '<html><body><input data-webtasks-id="b-2"></body></html>'


def chat(speaker: str, said: str) -> Record:
    """Words."""
    return {"type": "chat", "timestamp": -1.5, "speaker": speaker, "utterance": said}


def act(intent: str | None, page: str | None = "page-1-0.html", number: str = "b-2", **properties: Any) -> Record:
    """An act on a page, with what it says as properties; `scrolled` is where a scroll ends."""
    scrolled = properties.pop("scrolled", {})
    element = {
        "attributes": {"data-webtasks-id": number},
        "xpath": "/html/body/input",
        "innerHTML": "x",
        "tagName": "A",
    }
    arguments = {"metadata": {"url": "https://a.example/"}, "properties": properties, "element": element, **scrolled}
    return {"type": "browser", "state": {"page": page}, "action": {"intent": intent, "arguments": arguments}}


def record(*turns: Any, **more: Any) -> Record:
    """A demonstration with one page."""
    pages = [{"name": "page-0-0.html", "html": "other"}, {"name": "page-1-0.html", "html": PAGE}]
    return {"shortcode": "abc", "split": "train", "replay": {"data": list(turns)}, "pages": pages, **more}


def said(intent: str, **more: Any) -> Record:
    """An act with what it says beside its properties."""
    turn = act(intent)
    turn["action"]["arguments"] |= more
    return turn


ASKED = chat("instructor", "Find größe.")
XPATH = "//*[@data-webtasks-id='b-2']"
CALLS: dict[str, tuple[Record, str, dict[str, Any]]] = {
    "load": (act("load", url="https://b.example/"), "goto", {"url": "https://b.example/"}),
    "load without its own address": (act("load"), "goto", {"url": "https://a.example/"}),
    "click": (act("click"), "click", {"xpath": XPATH}),
    "click by path": (act("click", number=""), "click", {"xpath": "/html/body/input"}),
    "hover": (act("hover"), "hover", {"xpath": XPATH}),
    "submit": (act("submit"), "submit", {"xpath": XPATH}),
    "type": (act("textInput", text='größe "5"\n'), "type", {"xpath": XPATH, "value": 'größe "5"\n'}),
    "type nothing": (act("textInput", text=""), "type", {"xpath": XPATH, "value": ""}),
    "select": (act("change", value="b"), "select", {"xpath": XPATH, "value": "b"}),
    "scroll": (act("scroll", x=0, y=-300), "scroll", {"dx": 0, "dy": -300}),
    "copy": (act("copy", selected="5"), "copy", {"text": "5"}),
    "paste": (act("paste", pasted="5"), "paste", {"xpath": XPATH, "value": "5"}),
    "type, beside": (said("textInput", text="größe"), "type", {"xpath": XPATH, "value": "größe"}),
    "select, beside": (said("change", value="b"), "select", {"xpath": XPATH, "value": "b"}),
    "copy, beside": (said("copy", selected="5"), "copy", {"text": "5"}),
    "paste, beside": (said("paste", pasted="5"), "paste", {"xpath": XPATH, "value": "5"}),
    "paste anywhere": (said("paste", pasted="5", element=None), "paste", {"value": "5"}),
    "scroll to a place": (said("scroll", scrollX=0, scrollY=300), "scroll", {"dx": 0, "dy": 300}),
    "new tab": (act("tabcreate"), "new_tab", {}),
    "close tab": (act("tabremove"), "tab_close", {}),
    "switch tab": (act("tabswitch", tabIdOrigin=1, tabIdTarget=12), "tab_focus", {"index": 1}),
}
UNREADABLE: dict[str, Any] = {
    "an unknown intent": act("drag"),
    "no intent": act(None),
    "no text": act("textInput"),
    "no place to scroll to": act("scroll"),
    "no element": {"type": "browser", "state": {"page": "page-1-0.html"}, "action": {"intent": "click"}},
}


@pytest.mark.parametrize("name", CALLS)
def test_intents_are_calls_on_the_page_before_them(name: str) -> None:
    turn, function, arguments = CALLS[name]
    _, page, step, _ = staged(DATASET, record(ASKED, turn, chat("navigator", "Done."))).steps("abc")
    assert (page["class"], page["html"], page["url"]) == ("web_observation", PAGE, "https://a.example/")
    assert (step["class"], step["function"], step["arguments"]) == ("api_action", function, arguments)
    assert "innerHTML" not in step["details"]["element"]


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_kept_and_excludes(name: str) -> None:
    found = staged(DATASET, record(ASKED, UNREADABLE[name], chat("navigator", "Done.")))
    assert found.trajectory("abc")["exclusion"] == "unreadable_step"
    step = found.steps("abc")[2]
    assert step["class"] == "message_action"
    assert json.loads(step["content"]) == UNREADABLE[name]["action"]


@pytest.mark.parametrize("turn", [{"type": "note"}, chat("somebody", "x"), None, "text", {}])
def test_turns_of_no_kind_are_kept_and_exclude(turn: Any) -> None:
    found = staged(DATASET, record(ASKED, turn, chat("navigator", "Done.")))
    assert found.trajectory("abc")["exclusion"] == "unreadable_step"
    assert [step["step_index"] for step in found.steps("abc")] == [0, 1, 2]


def test_people_are_user_and_agent() -> None:
    steps = staged(DATASET, record(ASKED, chat("navigator", "Sure."), chat("instructor", "Go."), act("click"))).steps(
        "abc"
    )
    assert [(step["source"], step["content"], step["turn_index"]) for step in steps[:3]] == [
        ("user", "Find größe.", None), ("agent", "Sure.", 0), ("user", "Go.", None)
    ]  # fmt: skip
    assert steps[-1]["turn_index"] == 1


def test_a_scroll_says_how_far_it_goes() -> None:
    """From where the tab was scrolled to before, or from the top of a page that is new."""
    tab, other = {"tabId": 1, "url": "a"}, {"tabId": 2, "url": "a"}
    turns = [
        said("scroll", scrollX=0, scrollY=300, metadata=tab),
        said("scroll", scrollX=5, scrollY=100.5, metadata=tab),
        said("scroll", scrollX=0, scrollY=40, metadata=other),
        said("click", metadata=tab),
        said("scroll", scrollX=5, scrollY=400, metadata=tab),
        said("scroll", scrollX=0, scrollY=50, metadata=tab | {"url": "b"}),
        said("load", metadata=tab | {"url": "b"}),
        said("scroll", scrollX=0, scrollY=60, metadata=tab | {"url": "b"}),
    ]
    steps = staged(DATASET, record(ASKED, *turns, chat("navigator", "Done."))).steps("abc")
    scrolls = [step for step in steps if step["function"] == "scroll"]
    assert [(step["arguments"]["dx"], step["arguments"]["dy"]) for step in scrolls] == [
        (0, 300), (5, -199.5), (0, 40), (0, 299.5), (0, 50), (0, 60)
    ]  # fmt: skip
    assert [step["details"]["scrollY"] for step in scrolls] == [300, 100.5, 40, 400, 50, 60]


def test_tabs_are_counted_as_they_are_open() -> None:
    def tab(intent: str, number: int, **more: int) -> Record:
        return said(intent, metadata={"tabId": number}, properties={"tabId": number, **more})

    turns = [
        tab("load", 70), tab("tabcreate", 90), tab("tabswitch", 70, tabIdOrigin=90), tab("tabremove", 70),
        tab("tabcreate", 50), tab("tabswitch", 90, tabIdOrigin=50), tab("tabswitch", 50, tabIdOrigin=90),
    ]  # fmt: skip
    steps = staged(DATASET, record(ASKED, *turns, chat("navigator", "Done."))).steps("abc")
    switches = [step for step in steps if step["function"] == "tab_focus"]
    assert [step["arguments"]["index"] for step in switches] == [0, 0, 1]
    assert switches[0]["details"]["tabs"] == {"tabId": 70, "tabIdOrigin": 90}


def test_a_page_answers_the_call_before_it() -> None:
    steps = staged(DATASET, record(ASKED, act("click"), act("click"), chat("navigator", "Ok."))).steps("abc")
    assert [step["tool_call_id"] for step in steps] == [None, None, "call_2", "call_2", "call_4", None]
    assert steps[2]["details"].get("result") is None
    assert steps[4]["details"]["result"] == "none"


def test_last_words_of_the_instructor_need_no_answer() -> None:
    last = (chat("instructor", "Danke!"), chat("instructor", "Bye."))
    found = staged(DATASET, record(ASKED, chat("navigator", "Done."), *last))
    assert [step["content"] for step in found.steps("abc")] == ["Find größe.", "Done."]
    assert found.trajectory("abc")["details"]["last_words"] == "Danke!\nBye."


def test_a_page_that_is_not_there_excludes() -> None:
    found = staged(DATASET, record(ASKED, act("click", None), act("click", "page-9-9.html"), chat("navigator", "Ok.")))
    assert found.trajectory("abc")["exclusion"] == "unreadable_step"
    steps = found.steps("abc")
    assert [step["class"] for step in steps[1:4]] == ["api_action", "text_observation", "api_action"]
    assert (steps[2]["content"], steps[2]["tool_call_id"]) == ("page-9-9.html", "call_1")
    assert steps[2]["details"] == {"page": "page-9-9.html", "unreadable": "the page is not there"}


def test_other_splits_are_test_data() -> None:
    done = (ASKED, chat("navigator", "Done."))
    found = staged(
        DATASET, record(*done), record(*done, split="test_geo", shortcode="b"), record(*done, split=None, shortcode="c")
    )
    assert [row["exclusion"] for row in found.trajectories] == [None, "test_data", None]


def test_a_folder_of_files_becomes_records(tmp_path: Path) -> None:
    archive = tmp_path / "dump.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("abc", "bcd"):
            folder = f"WebLINX-full/demonstrations/{name}"
            turns = [ASKED, act("click"), chat("navigator", "Ok.")]
            file.writestr(f"{folder}/replay.json", json.dumps({"data": turns, "version": "1"}))
            file.writestr(f"{folder}/pages/page-1-0.html", PAGE + name)
            file.writestr(f"{folder}/form.json", '{"annotator": "7"}')
        file.writestr("WebLINX-full/demonstrations/cde/replay.json", "cut off")
        file.writestr("WebLINX-full/splits.json", json.dumps({"train": ["abc"], "valid": ["bcd"]}))
    paths = Paths(tmp_path / "adp.db", tmp_path / "data")
    landing = load(DATASET, [archive], paths)
    assert (landing.records, landing.rejected) == (2, 1)
    con = in_memory(paths, "staging.weblinx_trajectories", "staging.weblinx_steps")
    found = con.execute(
        "from staging.weblinx_trajectories select trajectory_id, exclusion_detail, details ->> '$.form.annotator'"
        " order by landing_index"
    )
    assert found.fetchall() == [("weblinx/abc", None, "7"), ("weblinx/bcd", "split valid", "7")]
    pages = con.execute("from staging.weblinx_steps select html where html is not null order by landing_index")
    assert pages.fetchall() == [(PAGE + "abc",), (PAGE + "bcd",)]
