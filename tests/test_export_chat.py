"""Exports of chat messages with tool calls: what trainers read."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from adp.bpe import count_tokens
from adp.config import Paths
from adp.export import ExportOptions, Result, export
from schema.sft import ToolConversation

pytestmark = pytest.mark.any_duckdb

TARGET = "openhands_tools"


def written(paths: Paths, out: Path, **options: Any) -> Result:
    """Export to a place."""
    return export(ExportOptions(TARGET, str(out), **options), paths)


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def tables(folder: Path) -> list[dict[str, Any]]:
    """The records of a folder of Parquet files."""
    return [row for file in sorted(folder.glob("*.parquet")) for row in pq.read_table(file).to_pylist()]


def bare(value: Any) -> Any:
    """Without members that are null, and calls that are none."""
    if isinstance(value, list):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        return {
            key: bare(item) for key, item in value.items() if item is not None and (key, item) != ("tool_calls", [])
        }
    return value


def tokens(record: dict[str, Any]) -> int:
    """Tokens of all texts of a record, counted one by one."""
    texts = [json.dumps(record["tools"], separators=(",", ":"), ensure_ascii=False)]
    for message in record["messages"]:
        texts += [message["content"], message.get("reasoning_content", "")]
        for call in message.get("tool_calls", ()):
            texts += [call["function"]["name"], call["function"]["arguments"]]
    return int(sum(count_tokens(texts, "o200k_base").to_pylist()))


def test_lines_leave_out_what_has_nothing_to_say(sample_paths: Paths, tmp_path: Path) -> None:
    written(sample_paths, tmp_path / "out.jsonl")
    records = lines(tmp_path / "out.jsonl")
    assert records
    for record in records:
        ToolConversation.model_validate(record)
        assert record == bare(record)


def test_parquet_holds_the_same_as_typed_columns(sample_paths: Paths, tmp_path: Path) -> None:
    result = written(sample_paths, tmp_path / "out")
    written(sample_paths, tmp_path / "out.jsonl")
    rows = tables(tmp_path / "out")
    for row in rows:
        assert all(isinstance(message["tool_calls"], list) for message in row["messages"])
        row["messages"], row["tools"] = bare(row["messages"]), json.loads(row["tools"])
    assert rows == lines(tmp_path / "out.jsonl")
    (column,) = [column for column in result.manifest["columns"] if column["name"] == "messages"]
    assert column["type"].startswith("STRUCT(role VARCHAR, content VARCHAR")


def test_tokens_are_those_of_words_calls_and_tools(sample_paths: Paths, tmp_path: Path) -> None:
    written(sample_paths, tmp_path / "out.jsonl", tokens=True)
    written(sample_paths, tmp_path / "out", tokens=True)
    records = lines(tmp_path / "out.jsonl")
    assert [row["token_count"] for row in tables(tmp_path / "out")] == [record["token_count"] for record in records]
    called = [record for record in records if any("tool_calls" in message for message in record["messages"])]
    assert called
    for record in called[:5]:
        assert record["token_count"] == tokens(record)


def test_longer_records_are_left_out(sample_paths: Paths, tmp_path: Path) -> None:
    written(sample_paths, tmp_path / "all.jsonl", tokens=True)
    counts = sorted(record["token_count"] for record in lines(tmp_path / "all.jsonl"))
    written(sample_paths, tmp_path / "short.jsonl", max_tokens=counts[3])
    assert len(lines(tmp_path / "short.jsonl")) == sum(count <= counts[3] for count in counts)


@pytest.mark.parametrize("name", ["out.jsonl", "out"])
def test_pages_are_emptied_oldest_first(sample_paths: Paths, tmp_path: Path, name: str) -> None:
    written(sample_paths, tmp_path / "all.jsonl", tokens=True, datasets=["nnetnav-live"])
    longest = max(lines(tmp_path / "all.jsonl"), key=lambda record: int(record["token_count"]))
    limit = longest["token_count"] - 1
    written(
        sample_paths,
        tmp_path / name,
        max_tokens=limit,
        trim="oldest-observations",
        tokens=True,
        datasets=["nnetnav-live"],
    )
    records = lines(tmp_path / name) if name.endswith("jsonl") else tables(tmp_path / name)
    (shortened,) = [record for record in records if record["id"] == longest["id"]]
    assert shortened["pages_emptied"] > 0
    assert shortened["token_count"] <= limit
    messages = bare(shortened["messages"])
    assert [bare({**message, "content": ""}) for message in messages] == [
        {**message, "content": ""} for message in longest["messages"]
    ]
    changed = [old != new for old, new in zip(longest["messages"], messages, strict=True)]
    assert changed.index(True) == next(
        place for place, message in enumerate(longest["messages"]) if "BEGIN accessibility tree" in message["content"]
    )
    if name.endswith("jsonl"):
        del shortened["pages_emptied"], shortened["token_count"]
        ToolConversation.model_validate(shortened)


def test_llamafactory_is_told_openais_tags(sample_paths: Paths, tmp_path: Path) -> None:
    written(sample_paths, tmp_path / "out", format="llamafactory", datasets=["swe-smith"])
    info = json.loads((tmp_path / "out" / "dataset_info.json").read_text())
    assert info["adp_openhands_tools_swe_smith"] == {
        "file_name": "swe_smith.parquet",
        "formatting": "openai",
        "columns": {"messages": "messages", "tools": "tools"},
        "tags": {
            "role_tag": "role",
            "content_tag": "content",
            "user_tag": "user",
            "assistant_tag": "assistant",
            "observation_tag": "tool",
            "function_tag": "function",
            "system_tag": "system",
        },
    }
    for row in tables(tmp_path / "out"):
        # LLaMA-Factory puts results together, and then wants the two sides to take turns, the agent last
        sides = ["agent" if message["role"] == "assistant" else "other" for message in row["messages"][1:]]
        kept = [side for side, before in zip(sides, ["", *sides], strict=False) if side != before]
        assert kept == ["other", "agent"] * (len(kept) // 2)
