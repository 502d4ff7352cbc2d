"""Exports of the sets that have a row for each message of the agent: their form, their length, their splits."""

import copy
import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from adp import chat, root
from adp.bpe import count_tokens
from adp.config import DEFAULT_TOKENIZER, Paths
from adp.errors import UserError
from adp.export import ExportOptions, Result, export
from adp.shard import KEPT, Part, Reader
from adp.warehouse import CATALOG

SETS = ("proposer", "proposer_brief", "verifier", "verifier_preference", "speculative_eval")
# Datasets of several forms, with tasks on every side of a split: each costs its own planning.
DATASETS = (
    "agenttuning_webshop", "mini-coder", "nnetnav-live", "openhands", "swe-play-trajectories", "swe-smith", "toolbench",
)  # fmt: skip
Record = dict[str, Any]


def exported(paths: Paths, folder: Path, target: str, **options: Any) -> tuple[list[Record], Result]:
    """The records of a set as JSON lines."""
    place = folder / f"{target}.jsonl"
    result = export(ExportOptions(target, str(place), datasets=DATASETS, force=True, **options), paths)
    return [json.loads(line) for line in place.read_text(encoding="utf-8").splitlines()], result


@pytest.fixture(scope="module")
def whole(sample_paths: Paths, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Record]]:
    """All records of a set, exported once."""
    once = functools.cache(lambda target: exported(sample_paths, tmp_path_factory.mktemp("whole"), target)[0])
    return lambda target: copy.deepcopy(once(target))


def tokens(messages: list[Record]) -> int:
    """What messages say and call, in tokens."""
    said = [message["content"] for message in messages]
    for message in messages:
        for made in message.get("tool_calls") or ():
            said += made["function"].values()
    return int(sum(count_tokens(said, DEFAULT_TOKENIZER).to_pylist()))


def total(record: Record) -> int:
    """Tokens of a record; of two alternatives the longer one counts."""
    fixed = sum(tokens(record[name]) for name in ("prompt", "completion", "messages") if name in record)
    return fixed + max((tokens(record[name]) for name in ("chosen", "rejected") if name in record), default=0)


@pytest.mark.parametrize("target", SETS)
def test_parquet_has_one_fixed_schema(
    sample_paths: Paths, tmp_path: Path, whole: Callable[[str], list[Record]], target: str
) -> None:
    """deviation speculative-schema"""
    lines = whole(target)
    options = ExportOptions(target, str(tmp_path / "out"), datasets=DATASETS, format="parquet")
    result = export(options, sample_paths)
    files = sorted((tmp_path / "out").glob("*.parquet"))
    assert files
    columns = {column["name"]: column["type"] for column in result.manifest["columns"]}
    with Reader(sample_paths) as reader:
        found = chat.of(reader.relations[f"sft.{target}"].columns)
    assert found
    assert {columns[name] for name in found} == {chat.TYPE}
    assert len({str(pq.read_schema(file)) for file in files}) == 1
    rows = {row["id"]: row for file in files for row in pq.read_table(file).to_pylist()}
    assert rows.keys() == {line["id"] for line in lines}
    for line in lines:
        for name in found:
            stripped = [
                {member: value for member, value in message.items() if value not in (None, [])}
                for message in rows[line["id"]][name]
            ]
            assert stripped == [{m: v for m, v in message.items() if v is not None} for message in line[name]]


@pytest.mark.parametrize("target", SETS)
@pytest.mark.parametrize("most", [330, 420])
def test_prompts_lose_their_oldest_messages_first(
    sample_paths: Paths, tmp_path: Path, whole: Callable[[str], list[Record]], target: str, most: int
) -> None:
    """deviation speculative-length"""
    name = "messages" if target == "speculative_eval" else "prompt"
    full = {line["id"]: line for line in whole(target)}
    short, result = exported(sample_paths, tmp_path, target, max_tokens=most, tokens=True)
    assert result.manifest["tokens"]["trim"] == "oldest-messages"
    left_out = result.left_out.get("max_tokens", 0)
    assert len(short) + left_out == len(full)
    for line in short:
        assert line.pop("token_count") == total(line) <= most
        uncut = full[line["id"]]
        assert {**line, name: None} == {**uncut, name: None}
        head = [message for message in uncut[name][:1] if message["role"] == "system"]
        rest, kept = uncut[name][len(head) :], line[name][len(head) :]
        assert line[name][: len(head)] == head
        assert rest[len(rest) - len(kept) :] == kept
        if len(kept) < len(rest):
            assert kept[0]["role"] == "assistant"
            begins = max(
                place for place in range(len(rest) - len(kept)) if place == 0 or rest[place]["role"] == "assistant"
            )
            assert total({**line, name: head + rest[begins:]}) > most
    kept_ids = {line["id"] for line in short}
    for key in full.keys() - kept_ids:
        assert total(full[key]) > most


def test_some_prompts_of_the_samples_are_shortened(
    sample_paths: Paths, tmp_path: Path, whole: Callable[[str], list[Record]]
) -> None:
    """Else the test above would see nothing."""
    full = {line["id"]: line for line in whole("proposer")}
    short, _ = exported(sample_paths, tmp_path, "proposer", max_tokens=420)
    assert any(len(line["prompt"]) < len(full[line["id"]]["prompt"]) for line in short)


def test_a_limit_shortens_what_is_put_together(sample_paths: Paths) -> None:
    """deviation speculative-length: not even read is what is far too old, but the newest message stays"""
    with Reader(sample_paths) as reader:
        every = len(reader.con.sql(f"from {CATALOG}.sft.verifier select prompt").fetchall())
        reader.limit_prompts(1)
        target = "verifier"
        reader.snapshot(target)
        reader.con.execute(
            f"insert into {KEPT} from {CATALOG}.standard.stacked_trajectories"
            " select dataset, landing_index, trajectory_id where dataset = 'swe-smith'"
        )
        shard = reader.shard(target)
        shard.show(Part(reader.datasets["swe-smith"], 1, 1000))
        rows = shard.table("id, [m ->> '$.role' for m in prompt if m ->> '$.role' <> 'system'] as roles").to_pylist()
        shard.close()
    assert every > len(rows) > 0
    for row in rows:
        first, *others = row["roles"]
        assert first == ("user" if row["id"].endswith("-0") else "assistant")
        assert set(others) <= {"tool"}


def test_a_split_is_a_part_of_its_set(
    sample_paths: Paths, tmp_path: Path, whole: Callable[[str], list[Record]]
) -> None:
    parts = {split: exported(sample_paths, tmp_path, "proposer", split=split)[0] for split in ("train", "test")}
    parts["all"] = whole("proposer")
    assert {line["split"] for line in parts["train"]} == {"train"}
    assert sorted(line["id"] for split in ("train", "test") for line in parts[split]) == sorted(
        line["id"] for line in parts["all"]
    )
    none, result = exported(sample_paths, tmp_path, "proposer", split="eval")
    assert not none
    assert result.left_out["held_out"] > 0
    held_out, _ = exported(sample_paths, tmp_path, "speculative_eval", split="eval")
    assert {line["split"] for line in held_out} == {"eval"}


def test_prompts_take_no_other_way_to_be_trimmed(sample_paths: Paths, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="leave out --trim"):
        exported(sample_paths, tmp_path, "proposer", max_tokens=300, trim="oldest-observations")


def test_an_export_writes_files_and_uploads_nothing(sample_paths: Paths, tmp_path: Path) -> None:
    """deviation speculative-publishing: what is on disk is whole, and to publish it is a step of its own"""
    exported(sample_paths, tmp_path, "verifier")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["verifier.jsonl", "verifier.jsonl.manifest.json"]
    for module in (root() / "adp").glob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert "push_to_hub" not in text
        assert "upload_" not in text
