"""Packs of a training set: every record once, whole or counted, block by block, in Parquet as in Megatron's files."""

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from adp import export, pack, packing, queries
from adp.chatml import ASSISTANT, PACK_SEPARATOR, ChatML
from adp.cli import cli
from adp.config import Paths
from adp.errors import UserError
from adp.export import ExportOptions
from adp.pack import Packed, PackOptions
from adp.talk import Talk
from tests.export_warehouse import ALPHA, BETA, make, rows
from tests.test_megatron import read

LENGTH = 9_000  # more than the longest record
KEPT = ALPHA - ALPHA // 10 + BETA


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """With further targets: prompts with their completions, alternatives, and what nothing can be learnt from."""
    more = """
        create view sft.asker as
        from sft.talker select id, 'Go on ' || id as prompt, 'ok' as completion, dataset;
        create view sft.chooser as
        from sft.talker select id, 'Go on' as prompt, 'ok' as chosen, 'no' as rejected, dataset;
        create view sft.judge as from sft.asker select *, false as label;
        create view sft.listener as
        from sft.talker
        select
            id, list_filter(conversations, lambda turn: turn['from'] = 'human' or id <> 'alpha/1') as conversations,
            system, dataset;
    """
    return make(tmp_path_factory.mktemp("pack"), more)


def packed(paths: Paths, out: Path, target: str = "talker", max_length: int = LENGTH, **options: Any) -> Packed:
    """Pack into a folder."""
    names = {"packing", "too_long", "megatron", "special"}
    own = {name: options.pop(name) for name in names & options.keys()}
    return pack.pack(PackOptions(ExportOptions(target, str(out), **options), max_length, **own), paths)


def table(folder: Path) -> list[dict[str, Any]]:
    """The packs of a folder."""
    return pl.read_parquet(folder / "*.parquet").to_dicts()


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def expected(paths: Paths, target: str = "talker") -> dict[str, tuple[list[int], list[int]]]:
    """The tokens and roles of each record, one at a time."""
    form = ChatML("o200k_base")
    with duckdb.connect(str(paths.db), read_only=True) as con:
        columns = [column for column, *_ in con.execute(f"describe sft.{target}").fetchall()]
        wanted = [name for name in columns if name in ("id", "conversations", "system", "prompt", "completion")]
        records = con.sql(f"select {', '.join(wanted)} from sft.{target}").to_arrow_table()
    found = {}
    for place, document in enumerate(form.documents(records)):
        tokens, roles, *_ = form.encode([document])
        found[records.column("id")[place].as_py()] = (tokens.tolist(), roles.tolist())
    return found


def blocks(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A pack, cut into its blocks."""
    found, start = [], 0
    for length in row["seq_lengths"]:
        of = slice(start, start + length)
        found.append({name: row[name][of] for name in ("tokens", "roles", "position_ids", "loss_mask")})
        start += length
    assert all(start == len(row[name]) for name in ("tokens", "roles", "position_ids", "loss_mask"))
    return found


@pytest.mark.parametrize("name", packing.PACKINGS)
def test_every_record_is_in_one_pack_as_its_own_tokens(paths: Paths, tmp_path: Path, name: str) -> None:
    result = packed(paths, tmp_path / "out", packing=name)
    wanted = expected(paths)
    assert max(len(tokens) for tokens, _ in wanted.values()) < LENGTH
    form = ChatML("o200k_base")
    seen: list[str] = []
    found = table(tmp_path / "out")
    for row in found:
        assert len(row["tokens"]) <= LENGTH
        for number, (block, document) in enumerate(zip(blocks(row), row["documents"], strict=True)):
            tokens, roles = wanted[document["id"]]
            front = [form.separator.id] if number else []
            assert block["tokens"] == front + tokens
            assert block["roles"] == [PACK_SEPARATOR] * len(front) + roles
            assert block["position_ids"] == list(range(len(front) + len(tokens)))
            assert (document["tokens"], document["left_out"]) == (len(tokens), 0)
            seen.append(document["id"])
    assert sorted(seen) == sorted(wanted)
    assert len(seen) == KEPT
    assert result.packs[name] == len(found)
    filled = sum(len(tokens) for tokens, _ in wanted.values())
    assert result.fill[name] == pytest.approx(filled / len(found) / LENGTH)
    assert result.packs["best-fit"] < result.packs["next-fit"]


def test_what_is_learnt_is_what_the_assistant_says(paths: Paths, tmp_path: Path) -> None:
    """The mask belongs to the tokens, so labels and mask are shifted together, and no label crosses a block's edge."""
    result = packed(paths, tmp_path / "out")
    learnt = 0
    for row in table(tmp_path / "out"):
        labels = row["tokens"][1:]
        mask = row["loss_mask"][1:]
        seen_from = row["position_ids"][:-1]
        for place, (label, wanted) in enumerate(zip(labels, mask, strict=True)):
            if wanted:
                assert label == row["tokens"][place + 1]
                assert row["roles"][place + 1] == ASSISTANT
                assert row["position_ids"][place + 1] == seen_from[place] + 1, "predicted from its own block"
        assert row["loss_mask"][0] == 0
        for block in blocks(row):
            assert block["loss_mask"] == [int(role == ASSISTANT) for role in block["roles"]]
        learnt += sum(row["loss_mask"])
    assert learnt == result.loss_tokens == manifest(tmp_path / "out")["packs"]["loss_tokens"] > 0


def test_a_block_that_begins_with_the_assistant_does_not_predict_its_first_token(tmp_path: Path) -> None:
    made = make(
        tmp_path,
        "create view sft.beginner as from standard.trajectories"
        " select trajectory_id as id, [told('gpt', 'a')] as conversations, dataset order by landing_index;",
    )
    packed(made, tmp_path / "out", "beginner", datasets=["beta-set"])
    rows_of_packs = table(tmp_path / "out")
    firsts = [block for row in rows_of_packs for block in blocks(row)]
    assert firsts
    for block in firsts:
        begins = block["roles"].index(ASSISTANT)
        assert block["loss_mask"] == [0] + [1] * (len(block["roles"]) - 1) if begins == 0 else [0] + [1] * begins


def test_packs_stand_in_the_order_of_their_records(paths: Paths, tmp_path: Path) -> None:
    packed(paths, tmp_path / "out")
    order = [record for (record,) in rows(paths, "select id from sft.talker")]
    firsts = [order.index(row["documents"][0]["id"]) for row in table(tmp_path / "out")]
    assert firsts == sorted(firsts)


def test_published_packs_begin_with_the_longest(paths: Paths, tmp_path: Path) -> None:
    packed(paths, tmp_path / "out", packing="next-fit")
    lengths = [document["tokens"] for row in table(tmp_path / "out") for document in row["documents"]]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("too_long", pack.TOO_LONG)
def test_what_is_too_long_is_cut_or_left_out_and_counted(paths: Paths, tmp_path: Path, too_long: str) -> None:
    limit = 300
    wanted = expected(paths)
    long = {name: len(tokens) for name, (tokens, _) in wanted.items() if len(tokens) > limit}
    mute = [name for name, (_, roles) in wanted.items() if ASSISTANT not in roles[1:limit]]
    result = packed(paths, tmp_path / "out", max_length=limit, too_long=too_long)
    documents = [document for row in table(tmp_path / "out") for document in row["documents"]]
    cut = {document["id"]: document["left_out"] for document in documents if document["left_out"]}
    total = {
        name: sum(getattr(count, name) for count in result.counts.values()) for name in pack.Counts.__annotations__
    }
    assert long
    assert total["too_long"] == len(long)
    assert total["examples"] == KEPT
    assert total["tokens"] == sum(len(tokens) for tokens, _ in wanted.values())
    assert total["tokens_up_to_length"] == sum(min(limit, len(tokens)) for tokens, _ in wanted.values())
    if too_long == pack.TRUNCATE:
        assert cut == {name: length - limit for name, length in long.items() if name not in mute}
        assert total["tokens_cut"] == sum(cut.values())
        assert total["packed"] == len(documents) == KEPT - len(mute)
    else:
        assert not cut
        assert not total["tokens_cut"]
        assert {document["id"] for document in documents} == wanted.keys() - long.keys() - set(mute)
    assert manifest(tmp_path / "out")["packs"]["too_long"] == too_long


def test_what_nothing_can_be_learnt_from_is_left_out_and_counted(paths: Paths, tmp_path: Path) -> None:
    result = packed(paths, tmp_path / "out", "listener", datasets=["alpha"])
    ids = {document["id"] for row in table(tmp_path / "out") for document in row["documents"]}
    assert ids
    assert "alpha/1" not in ids
    count = result.counts["alpha"]
    assert count.nothing_to_learn > 0
    assert count.examples == count.packed + count.nothing_to_learn
    assert f"{count.nothing_to_learn} left out with nothing to learn" in result.summary()


@pytest.mark.parametrize(("special", "kind"), [({}, "int32")])
def test_megatron_files_hold_the_packs(paths: Paths, tmp_path: Path, special: dict[str, int], kind: str) -> None:
    packed(paths, tmp_path / "out", megatron=True, special=special)
    found = table(tmp_path / "out")
    for name, column in (("text", "tokens"), ("role", "roles")):
        sequences = read(tmp_path / "out" / f"talker-{name}", kind)
        assert [one.tolist() for one in sequences] == [row[column] for row in found]
    described = manifest(tmp_path / "out")
    assert described["packs"]["megatron_numbers"] == kind


def test_manifest_accounts_for_every_file_and_says_how_tokens_are_made(paths: Paths, tmp_path: Path) -> None:
    result = packed(paths, tmp_path / "out", megatron=True)
    found = manifest(tmp_path / "out")
    names = {file.name for file in (tmp_path / "out").iterdir()} - {"manifest.json"}
    assert names == {entry["file"] for entry in found["files"]}
    assert len(names) == 5
    for entry in found["files"]:
        content = (tmp_path / "out" / entry["file"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert entry["rows"] == result.packs["best-fit"]
    assert found["format"] == "packed"
    assert found["tokens"]["tokenizer"] == "o200k_base"
    assert found["tokens"]["special"]["start"] == {"token": "<|im_start|>", "id": 200_019, "origin": "added"}
    assert found["tokens"]["special"]["separator"] == {"token": "<|endoftext|>", "id": 199_999, "origin": "tokenizer"}
    assert (found["tokens"]["tokenizer_size"], found["tokens"]["vocabulary_size"]) == (200_019, 200_021)
    assert found["packs"]["packs"] == result.packs
    assert set(found["packs"]["fill"]) == set(packing.PACKINGS)
    kinds = pl.read_parquet_schema(next((tmp_path / "out").glob("*.parquet")))
    assert list(kinds) == [column["name"] for column in found["columns"]]


def test_the_same_packs_whatever_the_ranges(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed(paths, tmp_path / "one", megatron=True)
    monkeypatch.setattr(pack, "_TOKENS_AT_ONCE", 1_000)
    monkeypatch.setattr(pack, "_BYTES_AT_ONCE", 9_000)
    packed(paths, tmp_path / "other", megatron=True, range_bytes=20_000)
    assert {file.name: file.read_bytes() for file in (tmp_path / "one").iterdir()} == {
        file.name: file.read_bytes() for file in (tmp_path / "other").iterdir()
    }


def test_records_are_those_of_an_export(paths: Paths, tmp_path: Path) -> None:
    given: dict[str, Any] = {"datasets": ["alpha"], "split": "test", "licences": ["mit"]}
    packed(paths, tmp_path / "out", **given)
    export.export(ExportOptions("talker", str(tmp_path / "out.jsonl"), **given), paths)
    lines = (tmp_path / "out.jsonl").read_text().split("\n")
    ids = {json.loads(line)["id"] for line in lines if line}
    assert ids
    assert {document["id"] for row in table(tmp_path / "out") for document in row["documents"]} == ids


def test_prompts_and_turns_can_be_packed_too(paths: Paths, tmp_path: Path) -> None:
    packed(paths, tmp_path / "asker", "asker")
    wanted = expected(paths, "asker")
    for row in table(tmp_path / "asker"):
        for number, (block, document) in enumerate(zip(blocks(row), row["documents"], strict=True)):
            assert block["tokens"][min(number, 1) :] == wanted[document["id"]][0]
    result = packed(paths, tmp_path / "agentlab", "agentlab")
    assert result.counts["beta-set"].examples == 3 * BETA


def test_a_prompt_that_is_too_long_is_cut_in_front_and_keeps_its_completion(
    sample_paths: Paths, tmp_path: Path
) -> None:
    """deviation pack-prompts"""
    most = 600

    def documents(place: Path) -> dict[str, tuple[list[int], list[int], int]]:
        """Tokens and roles of each, and how many tokens it lost."""
        return {
            document["id"]: (
                block["tokens"][min(number, 1) :], block["roles"][min(number, 1) :], document["left_out"]
            )
            for row in table(place)
            for number, (block, document) in enumerate(zip(blocks(row), row["documents"], strict=True))
        }  # fmt: skip

    packed(sample_paths, tmp_path / "whole", "proposer", 100_000)
    result = packed(sample_paths, tmp_path / "short", "proposer", most)
    whole, short = documents(tmp_path / "whole"), documents(tmp_path / "short")
    cut_behind = {name for name, (tokens, _, lost) in short.items() if lost and tokens == whole[name][0][:most]}
    assert {name for name, (_, _, lost) in short.items() if lost} - cut_behind
    for name, (tokens, roles, lost) in short.items():
        record, of_record, _ = whole[name]
        assert len(tokens) + lost == len(record)
        if name not in cut_behind:
            system = of_record.index(1)
            assert tokens == record[:system] + record[system + lost :]
            assert roles == of_record[:system] + of_record[system + lost :]
    counts = result.counts.values()
    assert sum(count.too_long for count in counts) == sum(len(record) > most for record, *_ in whole.values())
    assert sum(count.tokens for count in counts) == sum(len(record) for record, *_ in whole.values())


@pytest.mark.parametrize("target", ["std", "chooser", "judge"])
def test_what_has_no_turns_that_follow_each_other_is_refused(paths: Paths, tmp_path: Path, target: str) -> None:
    with pytest.raises(UserError, match="cannot be packed"):
        packed(paths, tmp_path / "out", target)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"max_length": 1}, "2 or more"),
        ({"packing": "worst-fit"}, "there are best-fit, next-fit"),
        ({"too_long": "split"}, "there are truncate, leave-out"),
        ({"split": "eval"}, "no split eval"),
        ({"tokenizer": "none"}, "unknown tokenizer"),
    ],
)
def test_what_cannot_be_done_is_refused(paths: Paths, tmp_path: Path, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        packed(paths, tmp_path / "out", **options)
    with pytest.raises(UserError, match="stdout"):
        pack.pack(PackOptions(ExportOptions("talker", "-"), LENGTH), paths)
    assert not list(tmp_path.iterdir())


def test_a_foreign_folder_is_not_replaced_and_an_earlier_one_is(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("kept")
    with pytest.raises(UserError, match="was not written by an export"):
        packed(paths, tmp_path / "out")
    packed(paths, tmp_path / "out", force=True, megatron=True)
    packed(paths, tmp_path / "out", max_length=LENGTH * 2)
    assert {file.suffix for file in (tmp_path / "out").iterdir()} == {".parquet", ".json"}


def test_nothing_stays_of_a_run_that_ends_early(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pack.Store, "packs", ends)
    with pytest.raises(KeyboardInterrupt):
        packed(paths, tmp_path / "out", megatron=True)
    assert not list(tmp_path.iterdir())


def test_no_records_make_no_packs(paths: Paths, tmp_path: Path) -> None:
    result = packed(paths, tmp_path / "out", datasets=["beta-set"], licences=["mit"], megatron=True)
    assert result.packs == {"best-fit": 0, "next-fit": 0}
    assert read(tmp_path / "out" / "talker-text", "int32") == []
    assert manifest(tmp_path / "out")["packs"]["tokens"] == 0


def test_a_travelling_warehouse_is_only_read(paths: Paths, tmp_path: Path) -> None:
    before = paths.db.read_bytes()
    packed(paths, tmp_path / "out")
    assert not paths.data.exists()
    assert paths.db.read_bytes() == before


class Heard(Talk):
    """A talk that remembers all."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def say(self, text: str) -> None:
        self.texts.append(text)

    warn = say


def report(paths: Paths) -> dict[tuple[Any, Any], dict[str, Any]]:
    """The report dataset_tokens, by target and dataset."""
    with duckdb.connect(str(paths.db), read_only=True) as con:
        columns, found = queries.run(con, queries.find("reports")["dataset_tokens"])
    return {(row[0], row[1]): dict(zip(columns, row, strict=True)) for row in found}


@pytest.mark.slow
def test_counts_of_the_records_are_in_the_report(few_copy: Paths, tmp_path: Path) -> None:
    before = report(few_copy)["openhands_tools", "swe-smith"]
    assert (before["tokenizer"], before["examples"], before["tokens"], before["uncounted"]) == (None, 0, None, 3)
    talk = Heard()
    options = PackOptions(ExportOptions("openhands_tools", str(tmp_path / "out")), 500)
    result = pack.pack(options, few_copy, talk=talk)
    assert any("turns of the role tool are turns of the user" in text for text in talk.texts)
    assert manifest(tmp_path / "out")["tokens"]["roles_made_user"]["tool"] > 0
    found = report(few_copy)
    for dataset, count in result.counts.items():
        row = found["openhands_tools", dataset]
        assert (row["tokenizer"], row["examples"], row["tokens"], row["longest"], row["uncounted"]) == (
            "o200k_base",
            count.examples,
            count.tokens,
            count.longest,
            0,
        )
        assert row["average"] == pytest.approx(count.tokens / count.examples, abs=0.051)
        assert row["tokens_4096"] <= row["tokens"]
    # another length changes nothing; a target with several records of a trajectory counts each
    pack.pack(PackOptions(ExportOptions("openhands_tools", str(tmp_path / "out")), 900), few_copy)
    assert report(few_copy) == found
    several = pack.pack(PackOptions(ExportOptions("agentlab", str(tmp_path / "agentlab")), 900), few_copy)
    row = report(few_copy)["agentlab", "nnetnav-live"]
    assert (row["examples"], row["uncounted"]) == (several.counts["nnetnav-live"].examples, 0)


@pytest.mark.slow
def test_counts_wait_for_the_next_build_where_the_warehouse_is_held(few_copy: Paths, tmp_path: Path) -> None:
    talk = Heard()
    options = PackOptions(ExportOptions("openhands", str(tmp_path / "out"), datasets=["swe-smith"]), 900)
    with duckdb.connect(str(few_copy.db), read_only=True):
        pack.pack(options, few_copy, talk=talk)
    assert any("after the next `adp build`" in text for text in talk.texts)
    assert (tmp_path / "out" / "manifest.json").exists()


def test_the_command_packs(paths: Paths, tmp_path: Path) -> None:
    common = ["--db", str(paths.db), "--data", str(paths.data)]
    given = [
        "--max-length",
        "700",
        "--packing",
        "next-fit",
        "--special",
        "<|im_end|>=200030",
        "--tokenizer",
        "o200k_base",
    ]
    done = CliRunner().invoke(cli, ["pack", "talker", "--out", str(tmp_path / "out"), *given, *common])
    assert done.exit_code == 0, done.output
    assert "next-fit" not in done.stdout
    found = manifest(tmp_path / "out")
    assert found["tokens"]["special"]["end"] == {"token": "<|im_end|>", "id": 200_030, "origin": "given"}
    assert found["packs"]["packing"] == "next-fit"
    wrong = CliRunner().invoke(
        cli, ["pack", "talker", "--out", str(tmp_path / "no"), "--max-length", "700", "--special", "x", *common]
    )
    assert wrong.exit_code == 2
    assert np.array(found["packs"]["tokens"]) > 0
