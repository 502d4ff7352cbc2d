"""TFRecord files land like the lines that are extracted from them."""

import gzip
import json
import struct
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adp.config import Paths
from adp.errors import UserError
from loaders import land, tfrecord
from loaders.images import file_name, measure
from tests.pictures import png


def number(value: int) -> bytes:
    """A whole number as protocol buffers write it."""
    value &= (1 << 64) - 1
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def part(field: int, data: bytes) -> bytes:
    return number(field << 3 | 2) + number(len(data)) + data


def flag(field: int, value: int) -> bytes:
    return number(field << 3) + number(value)


def feature(values: list[Any]) -> bytes:
    if isinstance(values[0], bytes):
        return part(1, b"".join(part(1, value) for value in values))
    if isinstance(values[0], float):
        return part(2, part(1, struct.pack(f"<{len(values)}f", *values)))
    return part(3, part(1, b"".join(number(value) for value in values)))


def example(features: dict[str, Any]) -> bytes:
    """An example of some features: texts, floats or whole numbers, one or a list."""
    entries = b""
    for name, value in features.items():
        values = [v.encode() if isinstance(v, str) else v for v in (value if isinstance(value, list) else [value])]
        entries += part(1, part(1, name.encode()) + part(2, feature(values) if values else b""))
    return part(1, entries)


def records(*datas: bytes) -> bytes:
    """A file of some records."""
    out = b""
    for data in datas:
        length = struct.pack("<Q", len(data))
        out += length + struct.pack("<I", tfrecord.masked_crc(length)) + data + struct.pack("<I", 0)
    return out


def node(text: str, description: str, box: tuple[int, int, int, int], *more: bytes) -> bytes:
    sides = b"".join(flag(number, side) for number, side in enumerate(box, 1))
    return part(7, text.encode()) + part(4, description.encode()) + part(2, sides) + b"".join(more)


def forest(*nodes: bytes) -> bytes:
    return part(1, flag(3, 9) + part(11, b"".join(part(1, each) for each in nodes)))


SEEN = flag(23, 1)
FOREST = forest(
    node("OK", "", (1, 2, 4, 8), SEEN, flag(14, 1), part(3, b"android.widget.Button")),
    node("", "A list", (0, 0, 5, 5), SEEN, part(25, number(3) + number(4))),
    node("hidden", "", (1, 2, 4, 8)),
    node("group", "", (0, 0, 5, 5), SEEN, part(25, number(3))),
    node("", "", (0, 0, 5, 5), SEEN),
    node("beyond", "", (10, 0, 15, 5), SEEN),
    node("flat", "", (1, 2, 1, 8), SEEN),
    node("above", "", (0, -9, 5, 0), SEEN),
)
EPISODE = {
    "episode_id": 7, "goal": "Dö it", "screenshots": [png(10, 20), png(10, 20, shade=4)],
    "accessibility_trees": [FOREST, b"\xff"], "screenshot_widths": [10, 10], "screenshot_heights": [20, 20],
    "actions": ['{"action_type": "click", "x": 1, "y": 2}'], "step_instructions": ["Tap"],
}  # fmt: skip
PIXELS = bytes(range(3 * 2 * 3))
LINE = {
    "episode_id": "9", "step_id": 0, "episode_length": 1, "goal_info": "Go", "image/encoded": PIXELS, "image/width": 3,
    "image/height": 2, "image/channels": 3, "image/ui_annotations_text": ["a", ""],
    "image/ui_annotations_positions": [0.5, 0.25, 0.125, 0.0, 1.0, 0.5, 0.5, 0.5],
    "image/ui_annotations_ui_types": ["TEXT", "ICON"], "results/action_type": 4, "results/type_action": "",
    "results/yx_touch": [0.5, -1.0], "results/yx_lift": [0.25, 0.75],
    "android_api_level": 30, "current_activity": "x", "device_type": "PIXEL",
}  # fmt: skip


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "adp.db", tmp_path / "data")


def rows(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        con.execute(paths.raw_sql.read_text(encoding="utf-8"))
        return con.execute(query).fetchall()


def test_the_checksum_is_the_one_of_the_format() -> None:
    # CRC-32C of "123456789" is e3069283.
    crc = 0xE3069283
    assert tfrecord.masked_crc(b"123456789") == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


@pytest.mark.parametrize("packed", [True, False])
def test_episodes_land_with_their_screens_and_trees(packed: bool, paths: Paths, tmp_path: Path) -> None:
    data = records(example(EPISODE), example({**EPISODE, "episode_id": -8}))
    dump = tmp_path / "android_control-00000-of-00020"
    dump.write_bytes(gzip.compress(data) if packed else data)
    landing = land.load("androidcontrol", [dump], paths)
    assert (landing.records, landing.rejected) == (2, 0)
    columns = "source_id, goal, screenshots, screenshot_widths, actions, step_instructions, accessibility_trees"
    first, second = rows(paths, f"select {columns} from raw.androidcontrol order by record")
    assert (first[0], second[0]) == ("7", "-8")
    assert first[1:4] == ("Dö it", ["7/screenshot_0.png", "7/screenshot_1.png"], [10, 10])
    assert [json.loads(action) for action in first[4]] == [{"action_type": "click", "x": 1, "y": 2}]
    assert first[5] == ["Tap"]
    tree, damaged = json.loads(first[6])
    assert damaged is None
    assert [(element["text"], element["content_description"]) for element in tree] == [("OK", None), (None, "A list")]
    assert tree[0]["class_name"] == "android.widget.Button"
    assert (tree[0]["is_clickable"], tree[0]["is_checked"]) == (True, False)
    assert tree[0]["bbox_pixels"] == {
        "x_min": 1, "x_max": 4, "y_min": 2, "y_max": 8, "center": [2.5, 5.0], "width": 3, "height": 6,
    }  # fmt: skip
    found = rows(
        paths, "select image_key, width, height from raw.androidcontrol_images where starts_with(image_key, '7')"
    )
    assert sorted(found) == [("7/screenshot_0.png", 10, 20), ("7/screenshot_1.png", 10, 20)]


def test_pixels_become_pictures_without_loss(paths: Paths, tmp_path: Path) -> None:
    dump = tmp_path / "general-00000-of-00321"
    dump.write_bytes(gzip.compress(records(example(LINE))))
    assert land.load("android_in_the_wild", [dump], paths).records == 1
    (found,) = rows(paths, "from raw.android_in_the_wild select * exclude (record, source_file, source_row, raw_extra)")
    assert found[:6] == ("9", 1, "9", 1, 0, "Go")
    columns = '"image/encoded", "image/ui_annotations_positions", "results/action_type", "results/yx_touch"'
    assert rows(paths, f"select {columns} from raw.android_in_the_wild") == [
        ("9-0", "[[0.5,0.25,0.125,0.0],[1.0,0.5,0.5,0.5]]", "4", "[0.5,-1.0]")
    ]
    ((key, sha256),) = rows(paths, "select image_key, sha256 from raw.android_in_the_wild_images")
    data = (paths.images / file_name(sha256, "image/png", "")).read_bytes()
    assert (key, measure(data)) == ("9-0.png", ("image/png", 3, 2))
    assert pixels_of(data) == PIXELS


def pixels_of(data: bytes) -> bytes:
    """The pixels of a PNG whose rows are not filtered."""
    import zlib

    at = data.index(b"IDAT")
    size = struct.unpack(">I", data[at - 4 : at])[0]
    rows = zlib.decompress(data[at + 4 : at + 4 + size])
    return b"".join(rows[start + 1 : start + 10] for start in range(0, len(rows), 10))


@pytest.mark.parametrize("cut", [5, 12, 40, -2])
def test_a_file_that_is_cut_is_bad_input(cut: int, paths: Paths, tmp_path: Path) -> None:
    whole = records(example(LINE))
    dump = tmp_path / "general"
    dump.write_bytes(whole + whole[:cut])
    with pytest.raises(UserError, match="general cannot be read to its end"):
        land.load("android_in_the_wild", [dump], paths)


@pytest.mark.parametrize("data", [b"\xff" * 30, b"\x0b\x01", b"\x0a\xff\xff\x01", b"\x80" * 12])
def test_a_record_that_is_no_example_is_bad_input(data: bytes, paths: Paths, tmp_path: Path) -> None:
    dump = tmp_path / "general"
    dump.write_bytes(records(data))
    with pytest.raises(UserError, match="no protocol buffer"):
        land.load("android_in_the_wild", [dump], paths)


def test_values_one_by_one_are_read_like_packed_ones() -> None:
    loose = part(3, flag(1, 5) + flag(1, -1))
    floats = part(2, number(1 << 3 | 5) + struct.pack("<f", 0.5))
    entries = part(1, part(1, b"a") + part(2, loose)) + part(1, part(1, b"b") + part(2, floats))
    assert tfrecord.example(part(1, entries)) == {"a": [5, -1], "b": [0.5]}


@pytest.mark.parametrize("dataset", ["androidcontrol", "android_in_the_wild"])
def test_the_message_says_where_the_files_are(dataset: str, paths: Paths) -> None:
    with pytest.raises(UserError, match=r"gs://gresearch/.*--from"):
        land.load(dataset, [], paths)
