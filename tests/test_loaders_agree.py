"""The fast way to land lines and the careful one agree: the same records, the same values, the same rejections."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adp.sqltext import literal
from loaders import base, containers, lines, tables
from loaders.lines import Landed


class Session:
    """A DuckDB for one module's tests."""

    def __init__(self) -> None:
        self._connect()

    def _connect(self) -> None:
        self.con = duckdb.connect()
        self.con.execute("set enable_external_file_cache = false")

    def restart(self) -> None:
        self.con.close()
        self._connect()

    def copy(self, query: str, target: Path, row_group: int) -> int:
        row = self.con.execute(f"copy ({query}) to {literal(target)} (format parquet)").fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    found = Session()
    yield found
    found.con.close()


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("agree")


SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([2**63 - 1, 2**63, 2**64, -(2**63), 10**30, 1e400, 2.5, -0.0]),
    st.sampled_from(["", "x", "5", "true", "null", "[]", "{}", '{"a": 1}', "[1]", "é\u2028\U0001f600", "a\0b", " "]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b", "from"]), inner, max_size=2),
    max_leaves=5,
)
NAMES = st.sampled_from(
    ["role", "content", "tool_calls", "is_demo", "thought", "from", "zz", "a/b", 'q"', "ROLE", "", "*", "loss", "index"]
)
MESSAGES: st.SearchStrategy[Any] = st.lists(
    st.dictionaries(NAMES, SCALARS | st.just([]) | st.just({}) | st.just([{"type": "text"}]), max_size=3), max_size=3
)
GOOD = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": st.text(max_size=5)}), max_size=3
)
FIELDS = (
    "id", "messages", "conversations", "traj_id", "resolved", "n_tokens", "patch", "extra", "x~y", "ID", "tools",
    "instance_id",
)  # fmt: skip
RECORDS = st.builds(
    lambda start, rest: start | rest,
    st.builds(
        lambda i, m, text: {"id": i, "instance_id": i, "messages": json.dumps(m) if text else m, "conversations": m},
        st.sampled_from(["a", "b", 7]),
        GOOD,
        st.booleans(),
    ),
    st.dictionaries(st.sampled_from(FIELDS), st.one_of(VALUES, GOOD, MESSAGES, MESSAGES.map(json.dumps)), max_size=3),
)


def _repeated(record: dict[str, Any], name: str, value: Any) -> str:
    text = json.dumps(record)
    return text[:-1] + (", " if record else "") + f"{json.dumps(name)}: {json.dumps(value)}}}"


LINES: st.SearchStrategy[bytes] = st.one_of(
    RECORDS.map(lambda r: json.dumps(r).encode()),
    RECORDS.map(lambda r: json.dumps(r, ensure_ascii=False).encode()),
    RECORDS.map(lambda r: json.dumps({k: v for k, v in r.items() if k in ("id", "messages")}).encode()),
    VALUES.map(lambda v: json.dumps(v).encode()),
    st.builds(_repeated, RECORDS, st.sampled_from(FIELDS), VALUES).map(str.encode),
    st.builds(_repeated, RECORDS, st.just("messages"), GOOD).map(str.encode),
    RECORDS.map(lambda r: json.dumps(r).encode()[:-3]),
    RECORDS.map(lambda r: json.dumps(r).encode() + b" \r"),
    RECORDS.map(lambda r: b"\t" + json.dumps(r).encode().replace(b": ", b" :  ", 2)),
    st.sampled_from(
        [
            b"", b"  ", b"\r", b"\t", b"\x0b", b"\x0c", b"\xc2\xa0", b"\0", b"null", b"[]", b"{}", b"5", b'"x"', b"NaN",
            b'{"id":NaN,"messages":[],"conversations":[]}', b'{"id":"n","messages":[],"conversations":[],"tools":NaN}',
            b'{"id":"s","messages":[{"role":"\\ud800"}],"conversations":[],"instance_id":"s"}',
            b'{"id":"\xff","messages":[],"conversations":[],"instance_id":"s"}',
            b'{"id":"\xed\xa0\x80","messages":[],"conversations":[]}',
            b'{"id":"t","messages":[],"conversations":[],"instance_id":"s",}',
            b'{"id":"t","messages":[1,],"conversations":[],"instance_id":"s"}',
            b'{"id":"d","messages":[{"role":"a","role":"b"}],"conversations":[{"role":"a","role":"b"}]}',
            b'{"id":"d","messages":"[{\\"role\\":\\"a\\",\\"role\\":\\"b\\"}]","instance_id":"s"}',
            b'{"id":"d","messages":"[{\\"role\\":\\"a\\",}]","instance_id":"s"}',
            b'{"id":"d","messages":"","instance_id":"s"}', b'{"id":"d","messages":"[{\\"role\\":NaN}]"}',
            b'{"id":"c","messages":[]}{"id":"d","messages":[]}', b'{"id":"c","messages":[]} x', b"\xef\xbb\xbf{}",
            b'{"id":"c\x01","messages":[]}', b'{"id":01,"messages":[]}', b'{"id":1,"messages":[null]}',
            b'{"id":1,"messages":[null,{"role":"x"}],"instance_id":"s","conversations":[null]}',
            b'{"id":1,"messages":[{}],"instance_id":"s","conversations":[{}]}',
            b'{"id":1,"messages":[{"tool_calls":[{"index":99999999999999999999}]}],"instance_id":"s"}',
            b'{"id":1,"messages":[{"tool_calls":[{"index":9223372036854775808}]}],"instance_id":"s"}',
            b'{"id":1,"messages":[{"tool_calls":[{"index":-1},{"index":1}]}],"instance_id":"s"}',
            b'{"id":1,"messages":[{"tool_calls":[{"function":{"name":"f","arguments":{"a":[1.50,"x"]}}}]}],"instance_id":"s"}',
            b'{"id":1,"messages":[{"tool_calls":[{"function":{"name":"f","q":2}}]}],"instance_id":"s"}',
            b'{"id":1,"messages":[],"n_tokens":9223372036854775808}', b'{"id":1,"messages":[],"n_tokens":"5"}',
            b'{"id":1,"messages":[],"n_tokens":5.0}', b'{"id":"e","messages":[],"x":' + b"[" * 140 + b"]" * 140 + b"}",
        ]
    ),
)  # fmt: skip


def _land(session: Session, scratch: Path, dataset: str, data: bytes, judged: bool) -> tuple[Landed, list[Any]]:
    loader = base.find(dataset)
    source, target = scratch / "source", scratch / "target.parquet"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    seen = containers.scan(source)
    if judged:
        landed = lines._Run(loader, session, source, target, lambda: seen).land_judged()
    else:
        landed = lines.land(loader, session, source, target, lambda: seen)
    rows: list[Any] = []
    if landed.records:
        rows = session.con.execute(f"select columns(*)::varchar from read_parquet({literal(target)})").fetchall()
        if "raw_extra" not in landed.columns:
            rows = [(*row, None) for row in rows]
    return landed, rows


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(sorted(base.DATASETS)),
    st.lists(LINES, max_size=6),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
)
@example("swe_smith", [b'{"id":"d","messages":[{"role":"a","role":"b"}]}'], b"\n", True)
@example("swe_smith", [b'{"id":"d","messages":[],"extra":2}', b'{"id":"e","messages":"[]"}'], b"\n", True)
@example("swe_smith", [b'{"id":"d","messages":[{"role":"a","role":"b"}]}', b'{"id":"e","messages":"[]"}'], b"\n", True)
@example("nnetnav_live", [b"", b'{"id":"d","messages":[],"n_tokens":9223372036854775808}'], b"\n", False)
def test_fast_and_careful_landing_agree(
    session: Session, scratch: Path, dataset: str, records: list[bytes], newline: bytes, closed: bool
) -> None:
    data = newline.join(records) + (newline if closed and records else b"")
    fast, fast_rows = _land(session, scratch, dataset, data, judged=False)
    careful, careful_rows = _land(session, scratch, dataset, data, judged=True)
    assert [(r.row, r.reason) for r in fast.rejections] == [(r.row, r.reason) for r in careful.rejections]
    assert fast_rows == careful_rows
    assert fast.records == careful.records == len(fast_rows)
    counted = fast.source_rows.tolist() if fast.source_rows is not None else list(range(1, fast.records + 1))
    assert careful.source_rows is not None
    assert counted == careful.source_rows.tolist()
    # Every line that is not blank is landed or rejected, never both.
    physical = data.split(b"\n")
    spoken = [row for row, line in enumerate(physical, 1) if line.strip(containers.BLANK)]
    assert sorted([*counted, *(r.row for r in fast.rejections)]) == spoken


TEXTS = st.one_of(
    st.none(),
    GOOD.map(json.dumps),
    MESSAGES.map(json.dumps),
    VALUES.map(json.dumps),
    st.sampled_from(
        [
            "", " ", "[", "null", "[null]", "[{}]", "[{},]", '[{"role":"a","role":5}]', '[{"role":5,"role":"a"}]',
            '[{"role":NaN}]',  '[{"tool_calls":NaN}]', "[" * 130 + "]" * 130, '[{"zz":1},{"role":"x"}]',
            '[{"content":{}}]',
            '[{"content":[1.5]}]', '["\\ud800"]', "{}", "[1]x",
        ]
    ),
)  # fmt: skip


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(["a", "b", None])), min_size=1, max_size=5))
@example([("[" * 130 + "]" * 130, "a"), ('[{"role":"x"}]', "b")])
def test_json_text_lands_alike_from_lines_and_from_parquet(
    session: Session, scratch: Path, records: list[tuple[str | None, str | None]]
) -> None:
    data = b"".join(json.dumps({"messages": text, "traj_id": of}).encode() + b"\n" for text, of in records)
    landed, rows = _land(session, scratch, "swe_smith", data, judged=False)
    source, target = scratch / "source.parquet", scratch / "target.parquet"
    texts, ids = zip(*records, strict=True)
    pq.write_table(pa.table({"messages": pa.array(texts, pa.string()), "traj_id": pa.array(ids, pa.string())}), source)
    rejected: list[tuple[int, str]] = []

    def reject(_: str, row: int, reason: str, text: str) -> None:
        assert json.loads(text) == dict(zip(("messages", "traj_id"), records[row - 1], strict=True))
        rejected.append((row, reason))

    loader = base.find("swe_smith")
    table = tables.land(loader, session, "d", source, target, None, linked=False, reject=reject)
    assert sorted(rejected) == [(r.row, r.reason) for r in landed.rejections]
    assert table.records == landed.records
    found: list[Any] = []
    if table.records:
        found = session.con.execute(f"select columns(*)::varchar from read_parquet({literal(target)})").fetchall()
        if "raw_extra" not in table.columns:
            found = [(*row, None) for row in found]
    assert found == rows
    assert (table.source_rows is None) == (not rejected)


def test_the_scratch_folder_holds_nothing_but_the_files_asked_for(session: Session, scratch: Path) -> None:
    folder = scratch / "clean"
    folder.mkdir()
    _land(session, folder, "code_feedback", b'{"id":1,"messages":[]}\nnull\n', judged=False)
    assert sorted(path.name for path in folder.iterdir()) == ["source", "target.parquet"]
    shutil.rmtree(folder)
