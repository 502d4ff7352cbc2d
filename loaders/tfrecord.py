"""TFRecord files and the two protocol buffers in them, as far as the Android datasets use them.

A TFRecord file is a row of records, each with its length in front and checksums beside it. A record is an `Example`:
named lists of bytes, floats or whole numbers. Only this is read, in a few lines, since what reads all of it brings
TensorFlow or a protocol buffer compiler along.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any, TypeAlias

from adp.errors import UserError
from loaders.images import is_image
from loaders.trees import Entry, plain, whole

Example: TypeAlias = dict[str, list[Any]]
"""The features of a record by their names."""
Field: TypeAlias = tuple[int, Any]
"""A field of a message: its number, and a number or bytes."""

_POLYNOMIAL = 0x82F63B78  # of CRC-32C, bits reversed
_MASK = 0xA282EAD8
_LARGEST = 1 << 31  # what a protocol buffer may have


def _crc_table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _crc_table()


def masked_crc(data: bytes) -> int:
    """The checksum that a TFRecord file keeps beside a length."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + _MASK) & 0xFFFFFFFF


class Damaged(ValueError):
    """What should be a protocol buffer is none, or ends too early."""


def is_tfrecord(entry: Entry) -> bool:
    """Whether a file is one, plain or compressed: the length of its first record has the right checksum."""
    if is_image(entry.name):
        return False
    try:
        with entry.open() as file:
            head = plain(file).read(12)
    except (OSError, EOFError, ValueError, zlib.error):
        return False  # compressed, and damaged: whoever reads it says so
    return len(head) == 12 and _has_length(head)


def _has_length(head: bytes) -> bool:
    return bool(struct.unpack("<I", head[8:])[0] == masked_crc(head[:8]))


def examples(entry: Entry) -> Iterator[Example]:
    """The records of a file; one that is cut or damaged is bad input."""
    with whole(entry.name), entry.open() as packed:
        file = plain(packed)
        try:
            while head := file.read(12):
                if len(head) < 12 or not _has_length(head):
                    raise Damaged("the length of a record is damaged")
                yield example(_read(file, struct.unpack("<Q", head[:8])[0]))
                _read(file, 4)
        except Damaged as error:
            raise UserError(f"{entry.name} cannot be read to its end: {error}; what was landed before stays") from error


def _read(file: IO[bytes], size: int) -> bytes:
    data = file.read(size) if size <= _LARGEST else b""
    if len(data) != size:
        raise Damaged("it ends within a record")
    return data


def example(data: bytes) -> Example:
    """The features of an `Example`; what is none is passed over, as every reader of protocol buffers does."""
    found: Example = {}
    for number, features in fields(data):
        if number == 1:
            for inner, entry in fields(features):
                if inner == 1:
                    parts = dict(fields(entry))
                    found[text(parts.get(1, b"")) or ""] = _values(parts.get(2, b""))
    return found


def _values(feature: bytes) -> list[Any]:
    values: list[Any] = []
    for kind, listed in fields(feature):
        for _, value in fields(listed):
            if kind == 1:
                values.append(value)
            elif kind == 2:  # packed, or one by one
                values += [each for (each,) in struct.iter_unpack("<f", value)]
            elif kind == 3:
                values += list(_numbers(value)) if isinstance(value, bytes) else [_signed(value)]
    return values


def _numbers(packed: bytes) -> Iterator[int]:
    at = 0
    while at < len(packed):
        value, at = _number(packed, at)
        yield _signed(value)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes) -> Iterator[Field]:
    """The fields of a message in their order."""
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _number(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = _number(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise Damaged("a record is no protocol buffer")
        if at + size > len(data):
            raise Damaged("a record is no protocol buffer, or is cut")
        yield key >> 3, data[at : at + size]
        at += size


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Damaged("a record is no protocol buffer, or is cut")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7


def first(example: Example, name: str) -> Any:
    """The first value of a feature."""
    values = example.get(name)
    return values[0] if values else None


def text(data: Any) -> str | None:
    """Bytes as text."""
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else data


# An element of a screen: name, number of the field, and what it is where the field is left out.
_ELEMENT: dict[str, tuple[int, Any]] = {
    "text": (7, None), "content_description": (4, None), "hint_text": (5, None), "tooltip": (31, None),
    "class_name": (3, None), "resource_id": (10, None), "is_visible": (23, False), "is_enabled": (16, False),
    "is_focused": (18, False), "is_selected": (22, False), "is_checked": (13, False), "is_checkable": (12, False),
    "is_clickable": (14, False), "is_editable": (15, False), "is_focusable": (17, False),
    "is_long_clickable": (19, False), "is_scrollable": (21, False),
}  # fmt: skip
_WINDOW_TREE, _TREE_NODE, _NODE_BOUNDS, _NODE_CHILDREN = 11, 1, 2, 25


def seen_elements(forest: bytes, width: int, height: int) -> list[dict[str, Any]]:
    """The elements of an accessibility forest that are seen on the screen and have a text or a description.

    Of an element that holds others only those count that have a description or can be scrolled.
    """
    found = []
    for number, window in fields(forest):
        for part, tree in fields(window) if number == 1 else ():
            for kind, node in fields(tree) if part == _WINDOW_TREE else ():
                if kind == _TREE_NODE:
                    element, has_children = _element(dict(fields(node)))
                    box = element["bbox_pixels"]
                    counts = not has_children or element["content_description"] or element["is_scrollable"]
                    told = element["text"] is not None or element["content_description"] is not None
                    is_within = box["x_min"] < width and box["y_min"] < height and box["x_max"] > 0 < box["y_max"]
                    has_size = box["width"] > 0 and box["height"] > 0
                    if counts and told and element["is_visible"] and has_size and is_within:
                        found.append(element)
    return found


def _element(node: dict[int, Any]) -> tuple[dict[str, Any], bool]:
    element: dict[str, Any] = {}
    for name, (number, default) in _ELEMENT.items():
        value = node.get(number, default)
        element[name] = bool(value) if default is False else text(value) or None
    sides = dict(fields(node.get(_NODE_BOUNDS, b"")))
    left, top, right, bottom = (_signed(sides.get(side, 0)) for side in (1, 2, 3, 4))
    element["bbox_pixels"] = {
        "x_min": left, "x_max": right, "y_min": top, "y_max": bottom,
        "center": [(left + right) / 2.0, (top + bottom) / 2.0], "width": right - left, "height": bottom - top,
    }  # fmt: skip
    return element, _NODE_CHILDREN in node
