"""Archives, folders and images: what lands of them, and how images reach an export."""

import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adp import root
from adp.build import build
from adp.config import Paths
from adp.errors import UserError
from adp.export import ExportOptions, export
from loaders import land
from loaders.images import Size, file_name, image_key, measure
from tests.pictures import gif, jpeg, png, spread, tarred, webp, zipped

CHAT = {"id": 1, "messages": [{"role": "user", "content": "é"}, {"role": "assistant", "content": "b"}]}
LINES = (json.dumps(CHAT, ensure_ascii=False) + "\n").encode()
BOXES = {"1": {"top_left": [1, 2], "bottom_right": [4, 6], "label": "go"}, "2": {"valid": 0, "label": "no"}}
# As OmniACT publishes it: names of web pages lack an underscore where the files are.
OMNIACT = {
    "0": {
        "task": "data/tasks/web/shop/task_1.1.txt", "image": "data/data/web/shop/screen_1.png",
        "ocr": "ocr/web/shop/screen_1.json", "color": "detact_color/web/shop/screen_1.json",
        "icon": "detact_icon/web/shop/screen_1.json", "box": "data/metadata/web/boxes/shop/screen_1.json",
    },
    "7": {
        "task": "data/tasks/desktop/clock/task_2.txt", "image": "data/data/desktop/clock/screen_2.png",
        "ocr": "ocr/none.json", "color": "none", "icon": None, "box": "data/metadata/desktop/boxes/clock/screen_2.json",
    },
    "8": {"task": "data/tasks/desktop/clock/task_3.txt"},
}  # fmt: skip
TASK = b"Task: Go\nOutput Script:\npyautogui.click(2,3)"
DATA = {
    "data/tasks/web/shop/task_1.1.txt": TASK,
    "data/tasks/desktop/clock/task_2.txt": TASK.replace(b"Go", b"Stop"),
    "data/data/web/shop/screen1.png": png(5, 7),
    "data/data/desktop/clock/screen_2.png": png(8, 9, shade=3),
    "data/metadata/web/boxes/shop/screen1_boxes.json": json.dumps(BOXES).encode(),
    "data/metadata/desktop/boxes/clock/screen_2.json": b"not JSON",
    "__MACOSX/data/._x.json": b"{}",
}
OCR = {"ocr/web/shop/screen_1.json": b'{"Cart": [1.0, 2.0]}'}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "adp.db", tmp_path / "data")


def rows(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    """What a query over the raw views gives."""
    with duckdb.connect() as con:
        con.execute(paths.raw_sql.read_text(encoding="utf-8"))
        return con.execute(query).fetchall()


def omniact(folder: Path) -> list[Path]:
    """The published files of OmniACT."""
    folder.mkdir()
    (folder / "train.json").write_text(json.dumps(OMNIACT))
    return [folder / "train.json", zipped(folder / "data.zip", DATA), zipped(folder / "ocr.zip", OCR)]


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(3, 1000), ("image/png", 3, 1000)),
        (jpeg(640, 480), ("image/jpeg", 640, 480)),
        (jpeg(1, 2, frame=0xC2), ("image/jpeg", 1, 2)),
        (b"\xff\xd8\xff\xff\xff\xe0\x00\x02" + jpeg(9, 8)[2:], ("image/jpeg", 9, 8)),
        (gif(258, 3), ("image/gif", 258, 3)),
        (webp(b"VP8X", 70000, 2), ("image/webp", 70000, 2)),
        (webp(b"VP8L", 300, 500), ("image/webp", 300, 500)),
        (webp(b"VP8 ", 300, 500), ("image/webp", 300, 500)),
    ],
)
def test_the_header_says_kind_and_size(data: bytes, size: Size) -> None:
    assert measure(data) == size


@pytest.mark.parametrize("data", [png(3, 4), jpeg(3, 4), gif(3, 4), webp(b"VP8X", 3, 4), webp(b"VP8L", 3, 4), b"BM"])
def test_a_header_that_is_cut_anywhere_raises_nothing(data: bytes) -> None:
    for end in range(len(data)):
        kind, width, height = measure(data[:end])
        assert (width is None) == (height is None)
        assert kind is not None or width is None


def test_paths_meet_in_their_last_segments() -> None:
    assert image_key("/mnt/x/0/screenshot_1.png", 2) == image_key("a\\0\\screenshot_1.png", 2) == "0/screenshot_1.png"
    assert image_key("x.png", 3) == "x.png"


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst", "folder"])
def test_an_archive_lands_like_the_folder_that_it_is_of(kind: str, paths: Paths, tmp_path: Path) -> None:
    files = {"part/b.jsonl": LINES, "part/a.jsonl": LINES + LINES, "part/readme.txt": b"no records", ".x.jsonl": b"{"}
    dump = tmp_path / f"dump.{kind}"
    if kind == "zip":
        zipped(dump, files)
    elif kind == "folder":
        dump = spread(tmp_path / "dump", files)
    elif kind == "tar.zst":
        dump.write_bytes(pa.compress(tarred(files), "zstd", asbytes=True))
    else:
        dump.write_bytes(tarred(files, kind[4:]))
    landing = land.load("code_feedback", [dump], paths)
    assert (landing.records, landing.rejected) == (3, 0)
    found = rows(paths, "select source_file, source_row, occurrence, messages[1].content from raw.code_feedback")
    assert found == [
        ("part/a.jsonl", 1, 1, "é"),
        ("part/a.jsonl", 2, 2, "é"),
        ("part/b.jsonl", 1, 3, "é"),
    ]


def test_names_in_an_archive_cannot_leave_it(paths: Paths, tmp_path: Path) -> None:
    land.load("code_feedback", [zipped(tmp_path / "d.zip", {"../../etc/a.jsonl": LINES, "/b.jsonl": LINES})], paths)
    assert rows(paths, "select source_file from raw.code_feedback") == [("b.jsonl",), ("etc/a.jsonl",)]
    assert not list(tmp_path.rglob("a.jsonl"))


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.xz"])
def test_an_archive_that_is_cut_is_bad_input(kind: str, paths: Paths, tmp_path: Path) -> None:
    land.load("code_feedback", [zipped(tmp_path / "good.zip", {"a.jsonl": LINES})], paths)
    dump = tmp_path / f"dump.{kind}"
    files = {"a.jsonl": LINES, "b.jsonl": bytes(range(256)) * 40}
    data = zipped(dump, files).read_bytes() if kind == "zip" else tarred(files, kind[4:])
    dump.write_bytes(data[: len(data) // 2])
    with pytest.raises(UserError, match=re.escape(f"dump.{kind} cannot be read to its end") + ".* unpack"):
        land.load("code_feedback", [dump], paths)
    assert rows(paths, "select count(*) from raw.code_feedback") == [(1,)]


def test_an_archive_without_records_is_refused(paths: Paths, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"there is no dump in d\.zip"):
        land.load("code_feedback", [zipped(tmp_path / "d.zip", {"a.txt": b"x"})], paths)


@pytest.mark.parametrize("unpacked", [True, False])
def test_records_spread_over_archives_are_put_together(unpacked: bool, paths: Paths, tmp_path: Path) -> None:
    sources = omniact(tmp_path / "dump")
    if unpacked:
        folder = spread(tmp_path / "plain", {**DATA, **OCR, "train.json": json.dumps(OMNIACT).encode()})
        sources = [folder]
    landing = land.load("omniact", sources, paths)
    assert (landing.records, landing.rejected) == (2, 1)
    columns = "source_id, source_file, source_row, task, image, ocr, icon, box"
    first, second = rows(paths, f"select {columns} from raw.omniact order by record")
    assert first[:5] == ("train_0", "train.json", 1, TASK.decode(), "data/data/web/shop/screen1.png")
    assert json.loads(first[5]) == {"text": ["Cart"], "value": [[1.0, 2.0]]}
    assert json.loads(first[7]) == {
        "top_left": [[1, 2]], "bottom_right": [[4, 6]], "label": ["go"], "invalid": [BOXES["2"]],
    }  # fmt: skip
    assert second[0] == "train_7"
    assert (second[5], second[6], json.loads(second[7])) == (None, None, "not JSON")
    assert rows(paths, "select source_row, reason from raw.rejections") == [(3, "task: missing")]


def test_images_are_kept_by_their_hash_with_what_their_header_says(paths: Paths, tmp_path: Path) -> None:
    land.load("omniact", omniact(tmp_path / "dump"), paths)
    image = png(5, 7)
    sha256 = hashlib.sha256(image).hexdigest()
    assert (paths.images / sha256[:2] / f"{sha256}.png").read_bytes() == image
    found = rows(paths, "from raw.omniact_images select * exclude (path) where image_key = 'web/shop/screen1.png'")
    assert found == [("web/shop/screen1.png", sha256, "image/png", 5, 7, len(image))]
    assert rows(paths, "select count(*) from raw.omniact_images") == [(2,)]


def test_images_can_be_added_later_and_the_later_one_counts(paths: Paths, tmp_path: Path) -> None:
    sources = omniact(tmp_path / "dump")
    land.load("omniact", sources, paths)
    new = png(50, 70, shade=9)
    folder = spread(tmp_path / "more", {"web/shop/screen1.png": new})
    assert land.load("omniact", [folder], paths, append=True).records == 0
    where = "where image_key = 'web/shop/screen1.png'"
    assert rows(paths, f"select width, sha256 from raw.omniact_images {where}") == [
        (50, hashlib.sha256(new).hexdigest())
    ]
    assert rows(paths, "select count(*) from raw.omniact") == [(2,)]
    with pytest.raises(UserError, match="there are images and no records"):
        land.load("omniact", [folder], paths)


def test_of_two_images_that_records_cannot_tell_apart_the_first_one_counts(paths: Paths, tmp_path: Path) -> None:
    files = {**DATA, "zz/web/shop/screen1.png": png(1, 1), "zz/x/web/shop/screen1.png": png(5, 7)}
    dump = spread(tmp_path / "dump", {**files, "train.json": json.dumps(OMNIACT).encode()})
    land.load("omniact", [dump], paths)
    found = dict(rows(paths, "select image_key, width from raw.omniact_images"))
    assert found["web/shop/screen1.png"] == 5
    assert found["zz/web/shop/screen1.png"] == 1


def test_where_nothing_can_be_fetched_the_message_says_where_to_get_it(paths: Paths) -> None:
    with pytest.raises(UserError, match=r"screenagent cannot be fetched from here\. .*github.*--from"):
        land.load("screenagent", [], paths)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A dataset with images and one without."""
    folder = tmp_path_factory.mktemp("built")
    paths = Paths(folder / "adp.db", folder / "data")
    land.load("omniact", omniact(folder / "dump"), paths)
    (folder / "chats.jsonl").write_bytes(LINES)
    land.load("code_feedback", [folder / "chats.jsonl"], paths)
    build(paths, tokens=False)
    return paths


def test_an_image_is_kept_once_however_often_it_is_shown(built: Paths) -> None:
    with duckdb.connect(str(built.db), read_only=True) as con:
        found = con.execute("from standard.images order by width").fetchall()
    assert [row[1:] for row in found] == [
        (place(png(5, 7)), "image/png", 5, 7, 1, 1),
        (place(png(8, 9, shade=3)), "image/png", 8, 9, 1, 1),
    ]
    assert (built.data / found[0][1]).read_bytes() == png(5, 7)


def exported(paths: Paths, out: Path, **options: Any) -> list[dict[str, Any]]:
    """The records of an export of OpenHands' training set."""
    export(ExportOptions("openhands", str(out), **options), paths)
    if out.suffix == ".jsonl":
        return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    files = sorted(out.glob("*.parquet"))
    return [record for file in files for record in pq.read_table(file).to_pylist()]


def place(data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    return "images/" + file_name(sha256, "image/png", "")


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_images_are_named_in_the_text_and_listed_by_where_their_bytes_are(
    form: str, built: Paths, tmp_path: Path
) -> None:
    out = tmp_path / ("out.jsonl" if form == "jsonl" else "out")
    chat, first, second = exported(built, out)
    assert chat["images"] == []
    assert first["conversations"][0]["value"] == (
        "Go\n\n[Image: data/data/web/shop/screen1.png]\nElements detected: go (button)"
    )
    assert second["conversations"][0]["value"] == "Stop\n\n[Image: data/data/desktop/clock/screen_2.png]"
    assert [first["images"], second["images"]] == [[place(png(5, 7))], [place(png(8, 9, shade=3))]]
    assert (built.data / first["images"][0]).read_bytes() == png(5, 7)


@pytest.mark.parametrize("form", ["parquet", "llamafactory"])
def test_a_folder_without_images_has_no_such_column(form: str, built: Paths, tmp_path: Path) -> None:
    (record,) = exported(built, tmp_path / "out", datasets=["code_feedback"], format=form)
    assert set(record) == {"id", "conversations", "system", "dataset"}


def test_json_lines_are_what_the_stock_cli_prints_where_nothing_shows_images(
    tmp_path: Path, duckdb_program: str
) -> None:
    paths = Paths(tmp_path / "adp.db", tmp_path / "data")
    (tmp_path / "chats.jsonl").write_bytes(LINES)
    land.load("code_feedback", [tmp_path / "chats.jsonl"], paths)
    build(paths, tokens=False)
    (record,) = exported(paths, tmp_path / "out.jsonl")
    assert record["images"] == []
    script = (root() / "sql" / "sft" / "openhands.sql").read_text()
    command = [duckdb_program, "-bail", "-jsonlines", str(paths.db)]
    printed = subprocess.run(command, input=script, capture_output=True, text=True, check=True).stdout
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == printed


def test_llamafactory_gets_a_mark_for_each_image_and_the_column_by_name(built: Paths, tmp_path: Path) -> None:
    records = exported(built, tmp_path / "out", format="llamafactory")
    for record in records:
        text = "".join(turn["value"] for turn in record["conversations"])
        assert text.count("<image>") == len(record["images"])
        assert "[Image:" not in text
    assert records[1]["conversations"][0]["value"] == "Go\n\n<image>\nElements detected: go (button)"
    info = json.loads((tmp_path / "out" / "dataset_info.json").read_text())
    columns = {key: entry["columns"] for key, entry in info.items()}
    assert columns["adp_openhands_omniact"]["images"] == "images"
    assert "images" not in columns["adp_openhands_code_feedback"]


def test_llamafactory_gets_marks_in_chats_with_tools_too(built: Paths, tmp_path: Path) -> None:
    export(ExportOptions("openhands_tools", str(tmp_path / "out"), format="llamafactory"), built)
    (first, second) = pq.read_table(tmp_path / "out" / "omniact.parquet").to_pylist()
    assert [message["content"] for message in first["messages"] if message["role"] == "user"] == [
        "Go\n\n<image>\nElements detected: go (button)"
    ]
    for record in (first, second):
        text = "".join(message["content"] or "" for message in record["messages"])
        assert (text.count("<image>"), "[Image:" in text) == (len(record["images"]), False)
    info = json.loads((tmp_path / "out" / "dataset_info.json").read_text())
    assert info["adp_openhands_tools_omniact"]["columns"]["images"] == "images"


def test_agents_that_cannot_see_leave_images_out(built: Paths) -> None:
    with duckdb.connect(str(built.db), read_only=True) as con:
        targets = con.execute(
            "from sft.exclusions select list(distinct target order by target)"
            " where starts_with(trajectory_id, 'omniact/') and reason in ('image', 'other_agent')"
        ).fetchall()
    assert targets[0][0] is not None
    assert {"agentlab", "sweagent"} <= set(targets[0][0])
    assert "openhands" not in targets[0][0]
