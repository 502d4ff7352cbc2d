"""Loading: what lands, what is rejected and why, what stays when a load fails."""

import errno
import gzip
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adp.config import Paths
from adp.errors import UserError
from loaders import base, containers, land, manifest, raw_views

GOOD = {"id": "a", "messages": [{"role": "user", "content": "hi"}]}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "adp.db", tmp_path / "data")


def dump(path: Path, *lines: Any) -> Path:
    """A file of JSON lines; bytes go in as they are."""
    texts = [line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines]
    path.write_bytes(b"\n".join([*texts, b""]))
    return path


def rows(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    """What a query over the raw views gives."""
    with duckdb.connect() as con:
        con.execute(paths.raw_sql.read_text(encoding="utf-8"))
        return con.execute(query).fetchall()


def rejections(paths: Paths) -> list[tuple[Any, ...]]:
    return rows(paths, "select source_row, reason, raw_text from raw.rejections order by source_row")


def files(paths: Paths) -> list[str]:
    """Every file of the data folder that is not one of a load or the manifest."""
    known = (manifest.LOAD, manifest.FILE, "raw.sql")
    return sorted(path.name for path in paths.data.rglob("*") if path.is_file() and not path.name.startswith(known))


# ------------------------------------------------------------ rejections


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"null", "expected an object, got null"),
        (b"[]", "expected an object, got a list"),
        (b'"text"', "expected an object, got text"),
        (b'{"id":"b"}', "messages: missing"),
        (b'{"messages":[]}', "id: missing"),
        (b'{"id":"b","messages":{}}', "messages: expected a list, got an object"),
        (b'{"id":"b","messages":["x"]}', "messages[0]: expected an object, got text"),
        (
            b'{"id":"b","messages":[{},{},{},{"content":5}]}',
            "messages[3].content: expected text or a list of parts, got a number",
        ),
        (b'{"id":"b","messages":[{"role":true}]}', "messages[0].role: expected text, got true"),
        (b'{"id":2.5,"messages":[]}', "id: expected text or a whole number, got a number"),
        (b'{"id":"b","id":"c","messages":[]}', "the key id comes twice"),
        (b'{"id":"b","messages":[{"role":"x","role":"y"}]}', "messages[0]: the key role comes twice"),
        (b'{"id":"b","messages":[{"role":"\\ud83d"}]}', "half of a surrogate pair is no text"),
        (b'{"id":"b","messages":[{"role":"\xff"}]}', "not valid UTF-8 at byte 32"),
        (b'{"id":"b","mess', "not JSON at character 11: unterminated string starting"),
        (b'{"id":NaN,"messages":[]}', "id: expected text or a whole number, got a number"),
        (b'{"id":"b","messages":[],"x":' + b"[" * 200 + b"]" * 200 + b"}", "nested too deeply"),
    ],
)
def test_a_bad_line_is_rejected_with_its_place_reason_and_text(
    paths: Paths, tmp_path: Path, line: bytes, reason: str
) -> None:
    landing = land.load("code_feedback", [dump(tmp_path / "d.jsonl", GOOD, b"", line, GOOD)], paths)
    assert (landing.records, landing.rejected) == (2, 1)
    assert rejections(paths) == [(3, reason, line.decode("utf-8", "backslashreplace"))]
    places = rows(paths, "select record, source_file, source_row, source_id, occurrence from raw.code_feedback")
    assert places == [(1, "d.jsonl", 1, "a", 1), (2, "d.jsonl", 4, "a", 2)]


def test_a_bad_last_line_without_a_line_break_is_rejected(paths: Paths, tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_bytes(json.dumps(GOOD).encode() + b'\n{"id": "b", "messages')
    assert land.load("code_feedback", [file], paths).rejected == 1
    assert [row[0] for row in rejections(paths)] == [2]


def test_a_file_that_is_no_json_is_rejected_line_by_line(paths: Paths, tmp_path: Path) -> None:
    landing = land.load("code_feedback", [dump(tmp_path / "d.jsonl", b"Dear reader,", b"", b"yours")], paths)
    assert (landing.records, landing.rejected) == (0, 2)
    assert rows(paths, "select count(*) from raw.code_feedback") == [(0,)]
    assert [(row, text) for row, _, text in rejections(paths)] == [(1, "Dear reader,"), (3, "yours")]


def test_rejections_of_an_earlier_load_stay_with_append_and_go_without(paths: Paths, tmp_path: Path) -> None:
    bad, good = dump(tmp_path / "bad.jsonl", GOOD, b"null"), dump(tmp_path / "good.jsonl", GOOD)
    land.load("code_feedback", [bad], paths)
    land.load("code_feedback", [good], paths, append=True)
    assert len(rejections(paths)) == 1
    land.load("code_feedback", [good], paths)
    assert rejections(paths) == []


# ------------------------------------------------------------ values


def test_text_that_looks_like_json_stays_text(paths: Paths, tmp_path: Path) -> None:
    texts = ["5", "true", "null", "[]", '{"a": 1}', "", " ", "a\u2028b\U0001f600\0c", "\r\n", "NaN"]
    record = {"id": "a", "messages": [{"role": "user", "content": text} for text in texts]}
    land.load("code_feedback", [dump(tmp_path / "d.jsonl", record)], paths)
    found = rows(paths, "select list_transform(messages, lambda m: m.content) from raw.code_feedback")
    assert found == [(texts,)]


def test_fields_beyond_the_schema_land_in_raw_extra(paths: Paths, tmp_path: Path) -> None:
    file = dump(
        tmp_path / "d.jsonl",
        {**GOOD, "score": 0.5, "a/b": {"x": [None]}, "nothing": None, "ID": 7, 'q"': "é"},
        GOOD,
        {"id": "c", "messages": [{"role": "user", "name": "n"}]},
    )
    land.load("code_feedback", [file], paths)
    extras = [
        json.loads(extra) if extra else None for (extra,) in rows(paths, "select raw_extra from raw.code_feedback")
    ]
    assert extras == [
        {"score": 0.5, "a/b": {"x": [None]}, "ID": 7, 'q"': "é"},
        None,
        {"messages": [{"role": "user", "name": "n"}]},
    ]


def test_numbered_ids_land_as_text_however_long(paths: Paths, tmp_path: Path) -> None:
    file = dump(tmp_path / "d.jsonl", *({**GOOD, "id": number} for number in (7, -1, 10**30)))
    land.load("code_feedback", [file], paths)
    assert rows(paths, "select source_id from raw.code_feedback") == [("7",), ("-1",), (str(10**30),)]


def test_messages_as_json_text_and_as_lists_may_stand_in_one_file(paths: Paths, tmp_path: Path) -> None:
    record = {"traj_id": "t", "messages": [{"role": "user", "content": [{"type": "text", "text": "é"}]}]}
    text = {**record, "messages": json.dumps(record["messages"])}
    land.load("swe_smith", [dump(tmp_path / "d.jsonl", record, text, {**text, "messages": "[{"})], paths)
    found = rows(paths, "select messages, source_id, occurrence from raw.swe_smith")
    assert found[0][0] == found[1][0]
    assert found[0][0][0]["content"] == '[{"type":"text","text":"é"}]'
    assert [row[1:] for row in found] == [("t", 1), ("t", 2)]
    assert rejections(paths)[0][1].startswith("messages: not JSON at character 3")


def test_a_record_of_40_megabytes_lands(paths: Paths, tmp_path: Path) -> None:
    text = "wörd " * 8_000_000
    land.load("code_feedback", [dump(tmp_path / "d.jsonl", GOOD, {"id": "b", "messages": [{"content": text}]})], paths)
    assert rows(paths, "select sum(length(messages[1].content)) from raw.code_feedback") == [(len(text) + 2,)]


# ------------------------------------------------------------ places


def test_records_and_occurrences_go_on_over_files_and_appended_loads(paths: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    (folder / "deep").mkdir(parents=True)
    (folder / ".cache").mkdir()
    dump(folder / "a.jsonl", GOOD, {**GOOD, "id": "b"})
    dump(folder / "deep" / "b.jsonl", b"", GOOD)
    dump(folder / ".cache" / "c.jsonl", GOOD)
    (folder / "README.md").write_text("no dump")
    assert land.load("code_feedback", [folder], paths).files == 2
    land.load("code_feedback", [dump(tmp_path / "more.jsonl", {**GOOD, "id": "b"}, GOOD)], paths, append=True)
    query = "select record, source_file, source_row, source_id, occurrence from raw.code_feedback"
    assert rows(paths, query) == [
        (1, "a.jsonl", 1, "a", 1),
        (2, "a.jsonl", 2, "b", 1),
        (3, "deep/b.jsonl", 2, "a", 2),
        (4, "more.jsonl", 1, "b", 2),
        (5, "more.jsonl", 2, "a", 3),
    ]
    assert rows(paths, "select source, records, rejected from raw.landings") == [
        ("a.jsonl", 2, 0), ("deep/b.jsonl", 1, 0), ("more.jsonl", 2, 0),
    ]  # fmt: skip


def test_files_of_one_name_are_told_apart(paths: Paths, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        dump(tmp_path / folder / "d.jsonl", GOOD, b"null")
    land.load("code_feedback", [tmp_path / "one" / "d.jsonl", tmp_path / "two" / "d.jsonl"], paths)
    land.load("code_feedback", [tmp_path / "one" / "d.jsonl"], paths, append=True)
    names = [("d.jsonl",), ("d.jsonl#2",), ("d.jsonl#3",)]
    assert rows(paths, "select source_file from raw.code_feedback") == names
    assert rows(paths, "select source_file from raw.rejections order by all") == names


def test_in_a_dump_of_steps_a_later_run_of_an_id_is_the_next_occurrence(paths: Paths, tmp_path: Path) -> None:
    steps: list[dict[str, Any]] = [{"id": i, "messages": []} for i in ("a", "a", "b", "b", "a")]
    first, second = dump(tmp_path / "1.jsonl", *steps), dump(tmp_path / "2.jsonl", *steps[-2:])
    land.load("nnetnav_live", [first], paths)
    land.load("nnetnav_live", [dump(tmp_path / "3.jsonl", steps[0])], paths, append=True)
    land.load("nnetnav_live", [second], paths, append=True)
    found = rows(paths, "select source_id, occurrence from raw.nnetnav_live")
    assert found == [("a", 1), ("a", 1), ("b", 1), ("b", 1), ("a", 2), ("a", 2), ("b", 2), ("a", 3)]


def test_a_view_gives_its_rows_in_landing_order(paths: Paths, tmp_path: Path) -> None:
    long = "x" * 2_000
    records = [{"id": str(n % 4_000), "messages": [{"role": "user", "content": f"{n}{long}"}]} for n in range(6_000)]
    land.load("code_feedback", [dump(tmp_path / "d.jsonl", *records)], paths)
    found = rows(paths, "select record, source_id, occurrence, messages[1].content from raw.code_feedback")
    wanted = [
        (n + 1, r["id"], 1 + (n >= 4_000), r["messages"][0]["content"])  # type: ignore[index]
        for n, r in enumerate(records)
    ]
    assert found == wanted


def test_bad_lines_far_apart_in_a_long_file_are_found_each_in_its_place(paths: Paths, tmp_path: Path) -> None:
    long = "x" * 1_000
    lines: list[Any] = [{"id": n, "messages": [{"role": "user", "content": f"{n}{long}"}]} for n in range(30_000)]
    for n in range(500, 30_000, 3_000):
        lines[n] = {"id": n, "messages": [{"role": n}]}
        lines[n + 7] = b""
    assert land.load("code_feedback", [dump(tmp_path / "d.jsonl", *lines)], paths).rejected == 10
    assert [row for row, _, _ in rejections(paths)] == list(range(501, 30_000, 3_000))
    query = """
        select
            count(*),
            bool_and(source_id::bigint = source_row - 1 and starts_with(messages[1].content, source_id || 'x'))
        from raw.code_feedback
    """
    assert rows(paths, query) == [(29_980, True)]


def test_rows_of_a_converted_parquet_file_keep_their_order(paths: Paths, tmp_path: Path) -> None:
    table = tmp_path / "tool-0.parquet"
    ids = [str(n) for n in range(60_000)]
    messages = ["[5]" if n % 9_000 == 70 else f'[{{"role":"{n}"}}]' for n in range(60_000)]
    pq.write_table(pa.table({"messages": messages, "traj_id": ids}), table, row_group_size=2_048)
    assert land.load("swe_smith", [table], paths).rejected == 7
    found = rows(paths, "select record, source_row, source_id, messages[1].role from raw.swe_smith")
    kept = [n for n in range(60_000) if n % 9_000 != 70]
    assert found == [(record, n + 1, str(n), str(n)) for record, n in enumerate(kept, 1)]


def test_limit_takes_the_first_records_of_the_dump(paths: Paths, tmp_path: Path) -> None:
    first = dump(tmp_path / "1.jsonl", GOOD, b"", b"null", {**GOOD, "id": "b"})
    second = dump(tmp_path / "2.jsonl", {**GOOD, "id": "c"}, {**GOOD, "id": "d"})
    landing = land.load("code_feedback", [first, second], paths, limit=4)
    assert (landing.records, landing.rejected) == (3, 1)
    assert rows(paths, "select source_id from raw.code_feedback") == [("a",), ("b",), ("c",)]
    table = tmp_path / "os-0.parquet"
    pq.write_table(pa.table({"id": ["1", "2", "3"], "conversations": [[{"from": "human", "value": "x"}]] * 3}), table)
    assert land.load("agenttuning_os", [table], paths, limit=2).records == 2


# ------------------------------------------------------------ formats


def zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, "zstd", asbytes=True))


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_packed_lines_are_known_by_their_content(paths: Paths, tmp_path: Path, pack: Any) -> None:
    file = tmp_path / "no-suffix"
    file.write_bytes(pack(json.dumps(GOOD).encode() + b"\n" + json.dumps({**GOOD, "id": "b"}).encode()))
    assert land.load("code_feedback", [file], paths).records == 2


def test_several_gzip_streams_one_after_the_other_are_one_file(paths: Paths, tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl.gz"
    line = json.dumps(GOOD).encode() + b"\n"
    file.write_bytes(gzip.compress(line) + gzip.compress(line * 2) + b"\0" * 8)
    assert land.load("code_feedback", [file], paths).records == 3


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_array_lands_with_its_indexes_as_rows(paths: Paths, tmp_path: Path, indent: int | None) -> None:
    file = tmp_path / "d.json"
    file.write_text("\ufeff\n" + json.dumps([GOOD, None, {**GOOD, "id": 2, "x": "a\nb"}], indent=indent))
    landing = land.load("code_feedback", [file], paths)
    assert (landing.records, landing.rejected) == (2, 1)
    assert rows(paths, "select source_row, source_id from raw.code_feedback") == [(1, "a"), (3, "2")]
    assert rejections(paths) == [(2, "expected an object, got null", "null")]


def test_a_first_line_that_is_a_list_does_not_make_an_array(paths: Paths, tmp_path: Path) -> None:
    landing = land.load("code_feedback", [dump(tmp_path / "d.jsonl", b"[]", GOOD)], paths)
    assert (landing.records, landing.rejected) == (1, 1)


def test_a_byte_order_mark_is_no_part_of_the_first_record(paths: Paths, tmp_path: Path) -> None:
    file = dump(tmp_path / "d.jsonl", b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert land.load("code_feedback", [file], paths).records == 1


def test_lines_come_from_stdin(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    data = io.BytesIO(json.dumps(GOOD).encode() + b"\n\nnull\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(data))
    landing = land.load("code_feedback", ["-"], paths)
    assert (landing.records, landing.rejected) == (1, 1)
    assert rows(paths, "select source_file, source_row from raw.code_feedback") == [("-", 1)]
    assert rows(paths, "select source_file, source_row from raw.rejections") == [("-", 3)]
    assert files(paths) == []


def test_a_pipe_is_read_like_a_file(paths: Paths, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(pipe.write_bytes, json.dumps(GOOD).encode())
        assert land.load("code_feedback", [pipe], paths).records == 1
        writing.result()


def test_names_with_wildcards_and_quotes_stand_for_themselves(tmp_path: Path) -> None:
    folder = tmp_path / "it's a [folder]*?"
    folder.mkdir()
    paths = Paths(folder / "adp.db", folder / "data")
    name = "d[1]'*?.jsonl"
    dump(folder / "d1.jsonl", b"null")
    land.load("code_feedback", [dump(folder / name, GOOD, b"null", GOOD)], paths)
    assert rows(paths, "select source_file, occurrence from raw.code_feedback") == [(name, 1), (name, 2)]
    assert len(rejections(paths)) == 1


def test_a_parquet_dump_keeps_other_columns_and_rejects_rows_without_an_id(paths: Paths, tmp_path: Path) -> None:
    table = tmp_path / "codeact-0.parquet"
    turns = [[{"role": "user", "content": "x"}]] * 3
    pq.write_table(pa.table({"conversations": turns, "id": ["a", None, "a"], "more": [1, 2, None]}), table)
    landing = land.load("codeactinstruct", [table], paths)
    assert (landing.records, landing.rejected) == (2, 1)
    found = rows(paths, "select record, source_row, source_id, occurrence, raw_extra from raw.codeactinstruct")
    assert found == [(1, 1, "a", 1, '{"more":1}'), (2, 3, "a", 2, None)]
    assert [row[:2] for row in rejections(paths)] == [(2, "id: missing")]


def test_a_parquet_file_of_other_columns_is_refused_by_name(paths: Paths, tmp_path: Path) -> None:
    table = tmp_path / "x.parquet"
    pq.write_table(pa.table({"id": ["a"], "conversations": [5]}), table)
    with pytest.raises(UserError, match=r"x\.parquet is no dump .*: its column conversations is BIGINT"):
        land.load("codeactinstruct", [table], paths)
    pq.write_table(pa.table({"id": ["a"], "text": ["b"]}), table)
    with pytest.raises(UserError, match="it has no column conversations, only id, text"):
        land.load("codeactinstruct", [table], paths)


# ------------------------------------------------------------ what cannot be read


def cut_gzip(data: bytes) -> bytes:
    return gzip.compress(data)[:-20]


def cut_zstd(data: bytes) -> bytes:
    return zstd(data)[:-20]


ENDLESS = {
    "lists": b"[" * 100_000,
    "closed lists": b"[" * 100_000 + b"]" * 100_000,
    "objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "in a field": b'{"id":"x","messages":[],"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "entries between": b'{"id":"x","messages":[],"x":' + b'[[],{"a":"[]"},' * 100_000 + b"1" + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("line", ENDLESS.values(), ids=ENDLESS)
def test_a_record_nested_without_end_is_rejected(paths: Paths, tmp_path: Path, line: bytes) -> None:
    """In a process of its own, which DuckDB 1.5 would end."""
    land_apart(paths, dump(tmp_path / "d.jsonl", GOOD, line, GOOD))
    found = rows(paths, "from raw.rejections select source_row, reason, raw_text")
    assert found == [(2, "nested too deeply", line.decode())]
    assert rows(paths, "select count(*) from raw.code_feedback") == [(2,)]


def test_a_file_of_nothing_but_brackets_is_refused(paths: Paths, tmp_path: Path) -> None:
    """It is an array that cannot be read, or one with an entry that cannot."""
    with pytest.raises(subprocess.CalledProcessError):
        land_apart(paths, dump(tmp_path / "d.jsonl", ENDLESS["lists"]))
    land_apart(paths, dump(tmp_path / "e.jsonl", ENDLESS["closed lists"]))
    assert rows(paths, "from raw.rejections select source_row, reason") == [(1, "nested too deeply")]


def land_apart(paths: Paths, file: Path) -> None:
    """Load a file in another process."""
    script = "import sys; from adp.config import Paths; from loaders import land; from pathlib import Path; "
    script += "land.load('code_feedback', sys.argv[2:], Paths(Path('adp.db'), Path(sys.argv[1])))"
    subprocess.run([sys.executable, "-c", script, str(paths.data), str(file)], check=True, stderr=subprocess.PIPE)


def test_brackets_within_texts_nest_nothing(paths: Paths, tmp_path: Path) -> None:
    open_brackets = {"id": "b", "messages": [{"role": "user", "content": "[{" * 50_000}]}
    file = dump(tmp_path / "d.jsonl", GOOD, open_brackets)
    assert containers.may_be_nested(file)
    assert not containers.may_be_nested(dump(tmp_path / "e.jsonl", GOOD, *[[[[[GOOD]]]]] * 900))
    landing = land.load("code_feedback", [file], paths)
    assert (landing.records, landing.rejected) == (2, 0)


@pytest.mark.parametrize("cut", [cut_gzip, cut_zstd], ids=["gzip", "zstd"])
def test_a_cut_container_is_refused_and_the_earlier_landing_stays(paths: Paths, tmp_path: Path, cut: Any) -> None:
    land.load("code_feedback", [dump(tmp_path / "first.jsonl", GOOD)], paths)
    before = (paths.raw / "code_feedback" / manifest.FILE).read_bytes()
    file = tmp_path / "d.jsonl.x"
    # Texts that do not pack well, so that half of the records are before the cut.
    lines = [json.dumps({"id": n, "messages": [{"role": os.urandom(3_000).hex()}]}) for n in range(400)]
    file.write_bytes(cut("\n".join(lines).encode()))
    with pytest.raises(UserError, match=r"cannot be read to its end: .* [\d,]+ records could be read; .*keep"):
        land.load("code_feedback", [file], paths)
    assert (paths.raw / "code_feedback" / manifest.FILE).read_bytes() == before
    assert rows(paths, "select source_file from raw.code_feedback") == [("first.jsonl",)]
    assert files(paths) == []
    landing = land.load("code_feedback", [file], paths, keep_partial=True)
    assert 0 < landing.records < 400
    assert landing.rejected == 0
    assert len(landing.partial) == 1


@pytest.mark.parametrize("keep_partial", [False, True])
@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_a_container_cut_after_a_few_bytes_is_not_called_empty(
    paths: Paths, tmp_path: Path, pack: Callable[[bytes], bytes], keep_partial: bool
) -> None:
    land.load("code_feedback", [dump(tmp_path / "first.jsonl", GOOD)], paths)
    file = tmp_path / "d.jsonl.x"
    whole = pack(json.dumps(GOOD).encode())
    for size in (11, 14, 20):
        file.write_bytes(whole[:size])
        with pytest.raises(UserError, match=r"cannot be read to its end: .* no record could be read; what was landed"):
            land.load("code_feedback", [file], paths, keep_partial=keep_partial)
    assert rows(paths, "select source_file from raw.code_feedback") == [("first.jsonl",)]


def test_a_cut_array_says_how_much_of_it_is_readable(paths: Paths, tmp_path: Path) -> None:
    file = tmp_path / "d.json"
    file.write_text(json.dumps([GOOD, GOOD, GOOD])[:-10])
    with pytest.raises(UserError, match="2 records could be read"):
        land.load("code_feedback", [file], paths)
    assert land.load("code_feedback", [file], paths, keep_partial=True).records == 2


def test_a_cut_parquet_file_is_refused(paths: Paths, tmp_path: Path) -> None:
    table = tmp_path / "codeact-0.parquet"
    pq.write_table(pa.table({"conversations": [[{"role": "user", "content": "x"}]], "id": ["a"]}), table)
    table.write_bytes(table.read_bytes()[:-30])
    with pytest.raises(UserError, match=r"cannot be read to its end: .*0 records could be read"):
        land.load("codeactinstruct", [table], paths)


def test_a_parquet_file_with_a_damaged_page_is_refused(paths: Paths, tmp_path: Path) -> None:
    table = tmp_path / "codeact-0.parquet"
    turns = [[{"role": "user", "content": os.urandom(500).hex()}] for _ in range(500)]
    pq.write_table(pa.table({"conversations": turns, "id": [str(n) for n in range(500)]}), table, compression="zstd")
    data = bytearray(table.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 400] = b"\0" * 400
    table.write_bytes(data)
    with pytest.raises(UserError, match="cannot be read to its end"):
        land.load("codeactinstruct", [table], paths)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"d\.jsonl is empty"),
        (b" \n\n", r"d\.jsonl holds no record"),
        (b"[]", r"d\.jsonl holds no record"),
        (gzip.compress(b"", mtime=0), r"d\.jsonl is empty"),
        (b"PK\x03\x04rest", r"d\.jsonl cannot be read to its end: File is not a zip file"),
    ],
)
def test_a_file_without_records_is_refused(paths: Paths, tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "d.jsonl"
    file.write_bytes(content)
    with pytest.raises(UserError, match=message):
        land.load("code_feedback", [file], paths)


def test_missing_files_unknown_datasets_and_useless_folders_are_named(paths: Paths, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"there is no file .*nope"):
        land.load("code_feedback", [tmp_path / "nope"], paths)
    with pytest.raises(UserError, match="unknown dataset 'no-such'; there are agenttuning_alfworld, "):
        land.load("no-such", [tmp_path], paths)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=r"there is no dump in .*empty"):
        land.load("code_feedback", [tmp_path / "empty"], paths)
    with pytest.raises(UserError, match="a revision is one of the Hub's"):
        land.load("code_feedback", [dump(tmp_path / "d.jsonl", GOOD)], paths, revision="main")


def test_a_data_folder_that_cannot_be_written_is_named(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(UserError, match=r"cannot (use|write to) .*data"):
        land.load("code_feedback", [dump(tmp_path / "d.jsonl", GOOD)], paths)


@pytest.mark.parametrize("name", ["raw.sql", "raw/code_feedback/manifest.json"])
def test_a_file_that_cannot_be_written_is_named_and_not_its_temporary(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = dump(tmp_path / "d.jsonl", GOOD)
    opened = Path.open

    def refuse(path: Path, *rest: Any, **others: Any) -> Any:
        if path.name.endswith(".tmp") and Path(name).name in path.name:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *rest, **others)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match=f"^cannot write {re.escape(str(paths.data / name))}: no permission$"):
        land.load("code_feedback", [file], paths)


def test_a_folder_that_cannot_be_written_is_named(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(suffix: str | None = None, prefix: str | None = None, dir: Any = None) -> str:  # noqa: A002
        raise PermissionError(errno.EACCES, "Permission denied", f"{dir}/{prefix}abc")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    folder = re.escape(str(paths.raw / "code_feedback"))
    with pytest.raises(UserError, match=f"^cannot write to {folder}: Permission denied$"):
        land.load("code_feedback", [dump(tmp_path / "d.jsonl", GOOD)], paths)


def test_the_dataset_may_be_given_by_its_own_name(paths: Paths, tmp_path: Path) -> None:
    record = {"id": "a", "messages": []}
    assert land.load("nnetnav-live", [dump(tmp_path / "d.jsonl", record)], paths).dataset == "nnetnav-live"


# ------------------------------------------------------------ one load after the other


def test_a_load_replaces_the_earlier_one_and_leaves_no_file_of_it(paths: Paths, tmp_path: Path) -> None:
    first = dump(tmp_path / "1.jsonl", GOOD, GOOD, b"null")
    for _ in range(2):
        land.load("code_feedback", [first], paths)
    folder = paths.raw / "code_feedback"
    found = manifest.read(folder)
    assert found is not None
    assert {path.name for path in folder.iterdir()} == {*found.files, manifest.FILE}
    assert rows(paths, "select count(*) from raw.code_feedback") == [(2,)]


def test_rests_of_a_killed_load_are_removed_by_the_next(paths: Paths, tmp_path: Path) -> None:
    folder = paths.raw / "code_feedback"
    (folder / ".load-abc").mkdir(parents=True)
    (folder / ".load-abc" / "part").write_text("x")
    (folder / "load-20200101T000000-abcdef-00000.parquet").write_text("x")
    (folder / "notes.txt").write_text("the user's own")
    land.load("code_feedback", [dump(tmp_path / "d.jsonl", GOOD)], paths)
    assert sorted(p.name for p in folder.iterdir() if not p.name.startswith(manifest.LOAD)) == [
        manifest.FILE, "notes.txt",
    ]  # fmt: skip
    assert len(list(folder.glob("*.parquet"))) == 1


KILLED = """
import sys, os
sys.path[:0] = [{root!r}]
from pathlib import Path
from adp.config import Paths
from loaders import land, manifest, raw_views
def die(*args, **kwargs):
    os.kill(os.getpid(), 9)
{patch}
land.load("code_feedback", [{dump!r}], Paths(Path({data!r}).parent / "adp.db", Path({data!r})))
"""


@pytest.mark.parametrize(
    ("moment", "landed"),
    [
        ("land._Session.copy = die", "first"),
        ("manifest.write = die", "first"),
        ("raw_views.write = die", "second"),
        ("manifest.os.fsync = die", "first"),
        ("sweeps = iter([manifest.sweep, die])\nmanifest.sweep = lambda *a: next(sweeps)(*a)", "second"),
    ],
)
def test_a_killed_load_leaves_a_whole_landing(paths: Paths, tmp_path: Path, moment: str, landed: str) -> None:
    first = dump(tmp_path / "first.jsonl", GOOD, b"null")
    second = dump(tmp_path / "second.jsonl", GOOD, GOOD)
    land.load("code_feedback", [first], paths)
    script = KILLED.format(root=str(Path(__file__).parents[1]), patch=moment, dump=str(second), data=str(paths.data))
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    rows(paths, "from raw.code_feedback")  # the views still resolve, whatever they show
    raw_views.write(paths)
    assert rows(paths, "select distinct source_file from raw.code_feedback") == [(f"{landed}.jsonl",)]
    land.load("code_feedback", [second], paths)
    assert rows(paths, "select distinct source_file from raw.code_feedback") == [("second.jsonl",)]
    assert files(paths) == []


def test_writing_the_views_removes_rests_of_a_killed_load_too(paths: Paths, tmp_path: Path) -> None:
    land.load("code_feedback", [dump(tmp_path / "d.jsonl", GOOD)], paths)
    folder = paths.raw / "code_feedback"
    (folder / ".load-abc").mkdir()
    (paths.data / ".raw.sql.adp-999999999.tmp").write_text("x")
    with manifest.locked(folder, "code_feedback"):
        raw_views.write(paths)
        assert (folder / ".load-abc").exists()
    raw_views.write(paths)
    assert files(paths) == []
    assert not (folder / ".load-abc").exists()
    assert rows(paths, "select count(*) from raw.code_feedback") == [(1,)]


def test_two_loads_of_one_dataset_do_not_run_at_once(paths: Paths, tmp_path: Path) -> None:
    file = dump(tmp_path / "d.jsonl", GOOD)
    with (
        manifest.locked(paths.raw / "code_feedback", "code_feedback"),
        pytest.raises(UserError, match="another process is loading code_feedback"),
    ):
        land.load("code_feedback", [file], paths)
    assert land.load("code_feedback", [file], paths).records == 1


def test_a_load_that_waits_lands_after_the_other(paths: Paths, tmp_path: Path) -> None:
    file = dump(tmp_path / "d.jsonl", GOOD)
    with ThreadPoolExecutor(1) as pool:
        with manifest.locked(paths.raw / "code_feedback", "code_feedback"):
            waiting = pool.submit(land.load, "code_feedback", [file], paths, wait=True)
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
        assert waiting.result(60).records == 1


def test_a_dump_of_which_nothing_can_be_read_does_not_take_the_place_of_records(paths: Paths, tmp_path: Path) -> None:
    land.load("code_feedback", [dump(tmp_path / "d.jsonl", GOOD)], paths)
    with pytest.raises(UserError, match="none of the 2 records could be read, so the 1 that are landed stay"):
        land.load("code_feedback", [dump(tmp_path / "wrong.jsonl", 5, [])], paths)
    assert rows(paths, "select count(*) from raw.code_feedback") == [(1,)]
    assert land.load("code_feedback", [dump(tmp_path / "wrong.jsonl", 5, [])], paths, append=True).rejected == 2


def test_a_damaged_manifest_is_named(paths: Paths, tmp_path: Path) -> None:
    file = dump(tmp_path / "d.jsonl", GOOD)
    land.load("code_feedback", [file], paths)
    (paths.raw / "code_feedback" / manifest.FILE).write_text("{")
    with pytest.raises(UserError, match=r"manifest\.json is damaged; load the dataset again"):
        raw_views.write(paths)
    with pytest.raises(UserError, match="is damaged"):
        land.load("code_feedback", [file], paths, append=True)
    assert land.load("code_feedback", [file], paths).records == 1
    assert rows(paths, "select count(*) from raw.code_feedback") == [(1,)]


def test_progress_counts_up_to_all_bytes_and_records(paths: Paths, tmp_path: Path) -> None:
    seen: list[tuple[int, int, int]] = []
    file = dump(tmp_path / "d.jsonl", GOOD, GOOD)
    land.load("code_feedback", [file], paths, progress=lambda *now: seen.append(now))
    assert seen[-1] == (2, file.stat().st_size, file.stat().st_size)
    packed = tmp_path / "d.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    land.load("code_feedback", [file, packed], paths, progress=lambda *now: seen.append(now))
    assert seen[-1] == (4, *[file.stat().st_size + packed.stat().st_size] * 2)
    assert [now[1] for now in seen[1:]] == sorted(now[1] for now in seen[1:])


# ------------------------------------------------------------ raw.sql


def test_raw_sql_runs_in_the_stock_cli_from_the_working_folder(
    tmp_path: Path, duckdb_program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = Paths(Path("adp.db"), Path("data"))
    land.load("code_feedback", [dump(tmp_path / "d.jsonl", GOOD, b"null", GOOD)], paths)
    text = paths.raw_sql.read_text()
    assert text.split("\n")[1] == "create schema if not exists raw;"
    assert str(tmp_path) not in text
    query = "select count(*), sum(occurrence), (select count(*) from raw.rejections) from raw.code_feedback"
    done = subprocess.run(
        [duckdb_program, "-bail", "-csv", "-noheader", "-c", ".read data/raw.sql", "-c", query],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["2,3,1"]


def test_raw_sql_has_a_typed_view_for_everything_where_nothing_is_landed(paths: Paths) -> None:
    raw_views.write(paths)
    found = rows(paths, "select view_name from duckdb_views() where schema_name = 'raw' order by all")
    more = (
        "agent_tools",
        "corpora",
        "rejections",
        "landings",
        "derived_axtrees",
        "derived_record_tokens",
        "derived_token_counts",
        "system_prompts",
    )
    images = [f"{identifier}_images" for identifier, loader in base.DATASETS.items() if loader.image_depth is not None]
    assert [name for (name,) in found] == sorted([*base.DATASETS, *base.FORMATS, *images, *more])
    assert rows(paths, "select count(*) from raw.system_prompts") == [(0,)]


def test_raw_sql_is_not_touched_where_nothing_has_changed(paths: Paths) -> None:
    raw_views.write(paths)
    before = paths.raw_sql.stat().st_mtime_ns
    raw_views.write(paths)
    assert paths.raw_sql.stat().st_mtime_ns == before


def test_derived_counts_and_prompts_enter_as_views(paths: Paths) -> None:
    (paths.derived / "token_counts").mkdir(parents=True)
    paths.prompts.mkdir(parents=True)
    counts = {"content_hash": ["x"], "tokenizer": ["o200k_base"], "tokens": [3]}
    pq.write_table(pa.table(counts), paths.derived / "token_counts" / "1.parquet")
    prompts = {key: ["x"] for key in raw_views.SYSTEM_PROMPTS}
    pq.write_table(pa.table(prompts), paths.prompts / "openhands.parquet")
    raw_views.write(paths)
    assert rows(paths, "from raw.derived_token_counts") == [("x", "o200k_base", 3)]
    assert rows(paths, "select target from raw.system_prompts") == [("x",)]
