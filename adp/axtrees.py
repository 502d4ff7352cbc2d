"""A page as a browser's accessibility tree, written as text: one element a line, as agents of BrowserGym see pages.

    RootWebArea 'Sign in', focused
        [12] heading 'Welcome'
        [15] textbox 'Name' value='Ada', required

Pure functions over what Chromium says of a page (DOMSnapshot.captureSnapshot, Accessibility.getFullAXTree); the
browser itself is in adp/browser.py. The number in brackets is the element's id: its place among all elements in
document order. Elements of a frame have the frame's letter in front (`a7`).

The library that made this form (browsergym-core) marks every element from within the page, one property at a time,
before it reads the tree. Here numbers are given to what the browser said once, so that nothing of a page is changed.
"""

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, product
from typing import Any

FORM = 1  # raised when the same page gives another text

# Roles that say nothing that another line does not: a text's lines as they are broken on the screen among them.
_SILENT_ROLES = frozenset({"LineBreak", "InlineTextBox"})
_SILENT_PROPERTIES = frozenset({"editable", "readonly", "level", "settable", "multiline", "invalid", "focusable"})
_FLAGS = frozenset({"required", "focused", "atomic"})  # named where they hold
# A click anywhere in one of these is a click on it.
_CONTROLS = frozenset(
    """
    button link menuitem menuitemcheckbox menuitemradio option tab checkbox radio switch combobox textbox searchbox
    spinbutton slider treeitem gridcell cell row listitem LabelText DisclosureTriangle image
    """.split()
)
_FRAMES = frozenset({"IFRAME", "FRAME"})
_ELEMENT = 1


@dataclass(frozen=True)
class Element:
    """An element that a path was looked up for: its id in the tree, None where the tree does not show it."""

    xpath: str
    bid: str | None


@dataclass
class Numbering:
    """The ids of a page's elements, by the browser's own ids."""

    bids: dict[int, str] = field(default_factory=dict)
    frames: dict[int, str] = field(default_factory=dict)
    """The frame that an element holds, by the element's own id."""
    in_order: list[int] = field(default_factory=list)
    """The elements of the main document, as `querySelectorAll('*')` lists them."""
    tags: list[str] = field(default_factory=list)
    """Their tags, in capitals."""
    parents: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Tree:
    """A page's text, and what it shows: the role of each id."""

    text: str
    shown: Mapping[str, str]


def number(snapshot: Mapping[str, Any]) -> Numbering:
    """Number the elements of a page and of the frames in it; `snapshot` is what DOMSnapshot.captureSnapshot says."""
    numbering = Numbering()
    documents = snapshot["documents"]
    waiting = [(0, "")] if documents else []
    while waiting:
        index, prefix = waiting.pop()
        letters, numbers = _letters(), count()
        document = documents[index]
        nodes = document["nodes"]
        ids = nodes["backendNodeId"]
        inner = _rare(nodes.get("contentDocumentIndex"))
        light, shadow = _elements(document, snapshot["strings"])
        for node in (*light, *shadow):
            backend = ids[node]
            is_frame = snapshot["strings"][nodes["nodeName"][node]].upper() in _FRAMES
            bid = prefix + (next(letters) if is_frame else str(next(numbers)))
            numbering.bids[backend] = bid
            parent = nodes["parentIndex"][node]
            while parent >= 0 and nodes["nodeType"][parent] != _ELEMENT:
                parent = nodes["parentIndex"][parent]
            if parent >= 0:
                numbering.parents[backend] = ids[parent]
            if is_frame and node in inner:
                waiting.append((inner[node], bid))
                numbering.frames[backend] = snapshot["strings"][documents[inner[node]]["frameId"]]
        if not prefix:
            numbering.in_order = [ids[node] for node in light]
            numbering.tags = [snapshot["strings"][nodes["nodeName"][node]].upper() for node in light]
    return numbering


def flatten(
    nodes: Sequence[Mapping[str, Any]],
    numbering: Numbering,
    frames: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    address: str = "",
) -> Tree:
    """Write an accessibility tree as text; `nodes` is what Accessibility.getFullAXTree says of the main document.

    `frames` are the trees of the frames, by their ids. `address` is where the page was shown: it is not the page's
    own, so it is left out of the addresses in it.
    """
    frames = frames or {}
    lines: list[str] = []
    shown: dict[str, str] = {}
    trees = [{node["nodeId"]: node for node in nodes}]
    stack = [(0, node["nodeId"], 0, "") for node in nodes[:1]]
    while stack:
        tree, node_id, depth, said = stack.pop()
        node = trees[tree][node_id]
        line, name = _line(node, said, address)
        backend = node.get("backendDOMNodeId", 0)
        if line is not None:
            bid = numbering.bids.get(backend)
            if bid is not None:
                shown[bid] = node["role"]["value"]
                line = f"[{bid}] {line}"
            lines.append("\t" * depth + line)
            depth += 1
        inner = frames.get(numbering.frames.get(backend, ""))
        below = [(tree, child) for child in node.get("childIds", ()) if child in trees[tree] and child != node_id]
        if inner:
            trees.append({node["nodeId"]: node for node in inner})
            below.append((len(trees) - 1, inner[0]["nodeId"]))
        stack += [(where, child, depth, name) for where, child in reversed(below)]
    return Tree("\n".join(lines), shown)


def located(xpath: str, place: int | None, numbering: Numbering, tree: Tree) -> Element:
    """The element at a path, which is the one at `place` of the main document's, as an agent can name it.

    An element that the tree does not show (a bare <span>, say) goes by the control that it is part of, or by the only
    element in it that is shown: a click there is the same click.
    """
    if place is None or not 0 <= place < len(numbering.in_order):
        return Element(xpath, None)
    backend = numbering.in_order[place]
    bid = numbering.bids[backend]
    if bid in tree.shown:
        return Element(xpath, bid)
    for above in _ancestors(backend, numbering):
        bid = numbering.bids[above]
        if bid in tree.shown:
            if tree.shown[bid] in _CONTROLS:
                return Element(xpath, bid)
            break
    within = [
        bid for inner, bid in numbering.bids.items() if bid in tree.shown and backend in _ancestors(inner, numbering)
    ]
    return Element(xpath, within[0] if len(within) == 1 else None)


def _ancestors(backend: int, numbering: Numbering) -> Iterator[int]:
    while backend in numbering.parents:
        backend = numbering.parents[backend]
        yield backend


def _line(node: Mapping[str, Any], said: str, address: str) -> tuple[str | None, str]:
    """The line of a node, None where it says nothing, and its name; `said` is the name of the node above."""
    role = node["role"]["value"]
    if role in _SILENT_ROLES or "name" not in node:
        return None, ""
    name = str(node["name"].get("value", ""))
    if role == "StaticText" and name in said:  # a button's text is the button's name
        return None, name
    attributes = list(_attributes(node.get("properties", ()), address))
    if role == "generic" and not attributes:
        return None, name
    line = role if role == "generic" and not name else f"{role} {name.strip()!r}"
    value = node.get("value", {}).get("value")
    if value is not None:
        line += f" value={value!r}"
    return ", ".join([line, *attributes]), name


def _attributes(properties: Iterable[Mapping[str, Any]], address: str) -> Iterator[str]:
    for entry in properties:
        name, value = entry["name"], entry["value"].get("value")
        if value is None or name in _SILENT_PROPERTIES:
            continue
        if name in _FLAGS:
            if value:
                yield name
            continue
        if name == "url" and address and str(value).startswith(address):
            value = str(value)[len(address) :]
            if value in ("", "/"):
                continue
        yield f"{name}={value!r}"


def _elements(document: Mapping[str, Any], strings: Sequence[str]) -> tuple[list[int], list[int]]:
    """The elements of a document in its order, and those in its open shadow roots.

    What the browser itself puts into an <input>, say, is not the page's. (Templates come without what they hold.)
    """
    nodes = document["nodes"]
    shadows = _rare(nodes.get("shadowRootType"))
    light: list[int] = []
    shadow: list[int] = []
    for node, kind in enumerate(nodes["nodeType"]):
        if kind != _ELEMENT or strings[nodes["nodeName"][node]].startswith("::"):  # ::before and the like
            continue
        if node not in shadows:
            light.append(node)
        elif strings[shadows[node]] != "user-agent":
            shadow.append(node)
    return light, shadow


def _rare(data: Mapping[str, Any] | None) -> dict[int, int]:
    """What a snapshot says of a few nodes only: node -> value."""
    return dict(zip(data["index"], data["value"], strict=True)) if data else {}


def _letters() -> Iterator[str]:
    """The letters of frames: a, b, ... z, aA, aB, ..."""
    for length in count():
        for first, *rest in product(string.ascii_lowercase, *[string.ascii_uppercase] * length):
            yield "".join((first, *rest))
