"""Trees as text, from what a browser says of a page; no browser is needed for that."""

from typing import Any

import pytest

from adp.axtrees import Element, Numbering, Tree, flatten, located, number

pytestmark = pytest.mark.any_duckdb

ELEMENT, TEXT, DOCUMENT = 1, 3, 9


class Snapshot:
    """What DOMSnapshot.captureSnapshot says of a page, put together node by node."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.documents: list[dict[str, Any]] = []
        self.begin("main")

    def begin(self, frame: str) -> int:
        """A further document."""
        nodes: dict[str, Any] = {name: [] for name in ("parentIndex", "nodeType", "nodeName", "backendNodeId")}
        nodes |= {"shadowRootType": {"index": [], "value": []}, "contentDocumentIndex": {"index": [], "value": []}}
        self.documents.append({"frameId": self._string(frame), "nodes": nodes})
        self.add(-1, "#document", len(self.documents) * 1000, DOCUMENT)
        return len(self.documents) - 1

    def add(self, parent: int, name: str, backend: int, kind: int = ELEMENT, shadow: str = "", holds: int = 0) -> int:
        """A node of the last document; its index."""
        nodes = self.documents[-1]["nodes"]
        index = len(nodes["nodeType"])
        nodes["parentIndex"].append(parent)
        nodes["nodeType"].append(kind)
        nodes["nodeName"].append(self._string(name))
        nodes["backendNodeId"].append(backend)
        if shadow:
            nodes["shadowRootType"]["index"].append(index)
            nodes["shadowRootType"]["value"].append(self._string(shadow))
        if holds:
            nodes["contentDocumentIndex"]["index"].append(index)
            nodes["contentDocumentIndex"]["value"].append(holds)
        return index

    def value(self) -> dict[str, Any]:
        """As the browser says it."""
        return {"documents": self.documents, "strings": self.strings}

    def _string(self, text: str) -> int:
        self.strings.append(text)
        return len(self.strings) - 1


def ax(node: str, role: str, name: str | None = "", *children: str, **more: Any) -> dict[str, Any]:
    """A node of Accessibility.getFullAXTree; `backend` is its element, other words are its properties."""
    backend = more.pop("backend", 0)
    value = more.pop("value", None)
    found: dict[str, Any] = {"nodeId": node, "role": {"value": role}, "childIds": list(children)}
    if name is not None:
        found["name"] = {"value": name}
    if value is not None:
        found["value"] = {"value": value}
    if backend:
        found["backendDOMNodeId"] = backend
    found["properties"] = [{"name": key, "value": {"type": "any", "value": one}} for key, one in more.items()]
    return found


def test_elements_are_numbered_in_document_order_whatever_else_is_between() -> None:
    page = Snapshot()
    html = page.add(0, "HTML", 10)
    page.add(html, "#text", 11, TEXT)
    body = page.add(html, "BODY", 12)
    page.add(body, "::before", 13)
    page.add(body, "P", 14)
    found = number(page.value())
    assert found.bids == {10: "0", 12: "1", 14: "2"}
    assert found.in_order == [10, 12, 14]
    assert found.tags == ["HTML", "BODY", "P"]
    assert found.parents == {12: 10, 14: 12}


def test_open_shadow_trees_are_numbered_behind_the_page_the_browsers_own_not_at_all() -> None:
    page = Snapshot()
    html = page.add(0, "HTML", 10)
    host = page.add(html, "DIV", 11)
    page.add(host, "BUTTON", 12, shadow="open")
    page.add(host, "SPAN", 13, shadow="user-agent")
    page.add(html, "P", 14)
    found = number(page.value())
    assert found.bids == {10: "0", 11: "1", 14: "2", 12: "3"}
    assert found.in_order == [10, 11, 14]


def test_frames_have_letters_and_so_have_the_elements_in_them() -> None:
    page = Snapshot()
    html = page.add(0, "HTML", 10)
    page.add(html, "IFRAME", 11, holds=1)
    page.add(html, "P", 12)
    page.add(html, "IFRAME", 13, holds=2)
    page.begin("first")
    page.add(page.add(0, "HTML", 20), "BUTTON", 21)
    page.begin("second")
    page.add(0, "HTML", 30)
    found = number(page.value())
    assert found.bids == {10: "0", 11: "a", 12: "1", 13: "b", 20: "a0", 21: "a1", 30: "b0"}
    assert found.frames == {11: "first", 13: "second"}
    assert found.in_order == [10, 11, 12, 13]


def test_a_page_is_one_element_a_line_tabs_for_depth() -> None:
    nodes = [
        ax("1", "RootWebArea", "It's here", "2", "9", focused=True, url="http://page.invalid/", focusable=True),
        ax("2", "none", None, "3", "4", "5"),
        ax("3", "heading", " Welcome ", "31", backend=12, level=1),
        ax("31", "StaticText", "Welcome"),
        ax("4", "textbox", "Name", "41", backend=15, value="Ada", required=True, invalid="false", multiline=False),
        ax("41", "StaticText", "Ada", "411"),
        ax("411", "InlineTextBox", "Ada"),
        ax("5", "generic", "", "51", backend=16),
        ax("51", "link", "home", backend=17, url="http://page.invalid/a?b"),
        ax("9", "checkbox", "", backend=18, checked="mixed", focused=False),
    ]
    numbering = Numbering({12: "3", 15: "4", 16: "5", 17: "6", 18: "7"})
    tree = flatten(nodes, numbering, address="http://page.invalid")
    assert tree.text.split("\n") == [
        'RootWebArea "It\'s here", focused',
        "\t[3] heading 'Welcome'",
        "\t[4] textbox 'Name' value='Ada', required",
        "\t\tStaticText 'Ada'",
        "\t[6] link 'home', url='/a?b'",
        "\t[7] checkbox '', checked='mixed'",
    ]
    assert tree.shown == {"3": "heading", "4": "textbox", "6": "link", "7": "checkbox"}


def test_a_frame_stands_below_its_element() -> None:
    nodes = [
        ax("1", "RootWebArea", "", "2", "3"),
        ax("2", "Iframe", "", backend=11),
        ax("3", "button", "ok", backend=12),
    ]
    inner = [ax("1", "RootWebArea", "in it", "2"), ax("2", "button", "no", backend=21)]
    tree = flatten(nodes, Numbering({11: "a", 12: "1", 21: "a1"}, {11: "f"}), {"f": inner})
    assert tree.text.split("\n") == [
        "RootWebArea ''", "\t[a] Iframe ''", "\t\tRootWebArea 'in it'", "\t\t\t[a1] button 'no'", "\t[1] button 'ok'",
    ]  # fmt: skip


def test_a_tree_that_lacks_nodes_or_goes_in_circles_at_one_is_written_all_the_same() -> None:
    assert flatten([], Numbering()).text == ""
    nodes = [ax("1", "RootWebArea", "a", "1", "missing", "2"), ax("2", "button", "b")]
    assert flatten(nodes, Numbering()).text == "RootWebArea 'a'\n\tbutton 'b'"


def test_depth_has_no_limit() -> None:
    nodes = [ax(str(n), "group", "", str(n + 1)) for n in range(5_000)] + [ax("5000", "button", "x")]
    assert flatten(nodes, Numbering()).text.endswith("\t" * 5_000 + "button 'x'")


@pytest.fixture
def nested() -> Numbering:
    """<button 1><span 2>, <div 3><a 4><b 5>, <main 6><i 7>, <p 8><a 9><a 10>"""
    bids = {n: str(n) for n in range(11)}
    parents = {1: 0, 2: 1, 3: 0, 4: 3, 5: 4, 6: 0, 7: 6, 8: 0, 9: 8, 10: 8}
    return Numbering(bids, {}, list(range(11)), ["X"] * 11, parents)


@pytest.mark.parametrize(
    ("place", "bid"),
    [
        (1, "1"),  # shown itself
        (2, "1"),  # part of a control
        (3, "4"),  # holds one that is shown
        (5, "4"),
        (7, None),  # part of what is no control
        (8, None),  # holds two
        (None, None),  # nothing is there
        (11, None),
    ],
)
def test_an_element_goes_by_what_the_tree_shows_of_it(nested: Numbering, place: int | None, bid: str | None) -> None:
    tree = Tree("", {"1": "button", "4": "link", "6": "main", "9": "link", "10": "link"})
    assert located("//x", place, nested, tree) == Element("//x", bid)
