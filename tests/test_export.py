"""What an export holds: the records of the view, byte for byte, whatever the ranges, the threads and the memory."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adp import writers
from adp.bpe import count_tokens
from adp.config import Paths
from adp.errors import UserError
from adp.export import TOKEN_COLUMN, ExportOptions, export
from adp.talk import Talk
from tests.export_warehouse import ALPHA, BETA, make, rows

KEPT = ALPHA - ALPHA // 10 + BETA


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return make(tmp_path_factory.mktemp("export"))


class Heard(Talk):
    """A talk that remembers the warnings."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def cli_output(program: str, paths: Paths, target: str) -> bytes:
    command = [program, "-bail", "-readonly", "-jsonlines", str(paths.db), "-c", f"from sft.{target}"]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.parametrize("target", ["talker", "agentlab", "std"])
def test_json_lines_are_byte_for_byte_what_the_stock_cli_prints(
    target: str, paths: Paths, duckdb_program: str, tmp_path: Path
) -> None:
    export(ExportOptions(target, str(tmp_path / "out.jsonl")), paths)
    assert (tmp_path / "out.jsonl").read_bytes() == cli_output(duckdb_program, paths, target)
    stdout = io.BytesIO()
    export(ExportOptions(target, "-"), paths, stdout=stdout)
    assert stdout.getvalue() == (tmp_path / "out.jsonl").read_bytes()


def test_every_type_is_printed_as_the_stock_cli_prints_it(tmp_path: Path, duckdb_program: str) -> None:
    hard = "'\\u000B\\\\u001F' || chr(11) || chr(31) || chr(27) || '\"\\/' || chr(0) || chr(127) || chr(8232)"
    paths = make(
        tmp_path,
        f"""
        create type mood as enum ('a"b', 'c');
        create view sft.typed as
        with types as (
            select
                {hard} as "a ""quoted"" \\ name", [{{'deep': {hard}, 'json': '{{"k" :  1.50}}'::json}}] as structs,
                '{{"as":  "it stands \\u00e9"}}'::json as json, ['[ 1 ]'::json, 'null'::json] as jsons,
                170141183460469231731687303715884105727::hugeint as huge, 7::ubigint as unsigned,
                1.50::decimal(4, 2) as d,
                1.0::double as double, 'nan'::double as nan, 1e30::float as large, 5::bigint as bigint,
                date '2020-01-01' as date, timestamp '2020-01-01 00:00:00.5' as moment, 'c'::mood as mood,
                map {{'k' || chr(31): [1, null]}} as map, []::varchar[] as empty, true as truth,
                [1.5::decimal(2, 1)] as ds
            union all by name
            select null as double
        )
        from standard.trajectories, types
        select trajectory_id as id, types.*, '' as content, dataset where landing_index < 4
        order by dataset, landing_index, double nulls last;
        """,
    )
    export(ExportOptions("typed", str(tmp_path / "out.jsonl"), range_bytes=1_000), paths)
    assert (tmp_path / "out.jsonl").read_bytes() == cli_output(duckdb_program, paths, "typed")


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("target", ["talker", "agentlab", "std"])
def test_ranges_and_threads_do_not_change_a_byte(
    target: str, form: str, paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "ROW_GROUP_BYTES", 100_000)
    monkeypatch.setattr(writers, "FILE_BYTES", 300_000)
    seen: set[str] = set()
    for number, (range_bytes, threads) in enumerate([(150_000, 2), (400_000, 1), (10**9, 1), (10**9, 2)]):
        monkeypatch.setenv("ADP_MEMORY", f"{threads}GiB")
        out = tmp_path / f"out{number}"
        result = export(ExportOptions(target, str(out), format=form, range_bytes=range_bytes), paths)
        files = sorted(out.iterdir()) if out.is_dir() else [out]
        seen.add(str({file.name: file.read_bytes() for file in files}).replace(out.name, "out"))
        assert result.manifest["files"]
    assert len(seen) == 1
    if form == "parquet" and target != "agentlab":
        assert len(list((tmp_path / "out0").glob("alpha-*.parquet"))) > 1


@pytest.mark.parametrize("target", ["talker", "agentlab", "std"])
def test_parquet_holds_the_rows_of_the_view_in_files_per_dataset(target: str, paths: Paths, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(ExportOptions(target, str(out)), paths)
    files = sorted(out.glob("*.parquet"))
    assert {file.name.rsplit("-", 1)[0] for file in files} <= {"alpha", "beta_set"}
    table = pa.concat_tables([pq.read_table(file) for file in files])
    assert [tuple(row.values()) for row in table.to_pylist()] == rows(paths, f"from sft.{target}")
    assert pq.read_metadata(files[0]).row_group(0).column(0).compression == "ZSTD"


def test_row_groups_are_cut_by_the_bytes_of_the_rows(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "ROW_GROUP_BYTES", 50_000)
    export(ExportOptions("talker", str(tmp_path / "out"), datasets=["alpha"], range_bytes=170_000), paths)
    groups = pq.ParquetFile(tmp_path / "out" / "alpha-00000.parquet")
    sizes = [writers.row_bytes(groups.read_row_group(number)) for number in range(groups.num_row_groups)]
    assert len(sizes) > 3
    assert all(size.sum() >= 50_000 > size[:-1].sum() for size in sizes[:-1])


def test_datasets_are_chosen_by_name_or_identifier(paths: Paths, tmp_path: Path) -> None:
    for name in ("beta-set", "beta_set"):
        result = export(ExportOptions("talker", str(tmp_path / "out.jsonl"), datasets=[name]), paths)
        assert {record["dataset"] for record in lines(tmp_path / "out.jsonl")} == {"beta-set"}
        assert result.records == BETA


def test_trained_only_leaves_out_what_is_excluded(paths: Paths, tmp_path: Path) -> None:
    whole = export(ExportOptions("std", str(tmp_path / "all.jsonl")), paths)
    trained = export(ExportOptions("std", str(tmp_path / "trained.jsonl"), trained_only=True), paths)
    assert (whole.records, whole.left_out) == (ALPHA + BETA, {})
    assert (trained.records, trained.left_out) == (KEPT, {"unresolved": ALPHA // 10})
    assert [record for record in lines(tmp_path / "all.jsonl") if record["trained"]] == lines(
        tmp_path / "trained.jsonl"
    )


def test_the_manifest_states_the_catalogues_licence_before_that_of_a_landing(tmp_path: Path) -> None:
    paths = make(
        tmp_path,
        """
        create or replace view raw.landings as
        select * from (values
            ('alpha', 'lab/alpha', null, 'other', 300, 2, 'aaaa'),
            ('beta', 'lab/beta', 'r1', null, 100, 0, 'bbbb'),
            ('beta_set', 'lab/beta', 'r2', 'cc0', 20, 0, 'cccc')
        ) as t (dataset, source, revision, licence, records, rejected, sha256);
        """,
    )
    stated = {
        entry["dataset"]: (entry["licence"], [landing["licence"] for landing in entry["landings"]])
        for entry in export(ExportOptions("talker", str(tmp_path / "out.jsonl")), paths).manifest["datasets"]
    }
    assert stated == {"alpha": ("MIT", ["other"]), "beta-set": ("cc0", ["cc0"])}


@pytest.mark.parametrize(
    ("asked", "datasets"),
    [
        (["mit"], {"alpha"}),
        (["Apache-2.0"], set()),
        (["unknown"], {"beta-set"}),
        (["x", "MIT", "unknown"], {"alpha", "beta-set"}),
    ],
)
def test_licences_leave_out_what_is_under_another(
    paths: Paths, tmp_path: Path, asked: list[str], datasets: set[str]
) -> None:
    result = export(ExportOptions("talker", str(tmp_path / "out.jsonl"), licences=asked), paths)
    assert {record["dataset"] for record in lines(tmp_path / "out.jsonl")} == datasets
    assert result.records + result.left_out.get("licence", 0) == KEPT
    assert result.manifest["licences"] == asked


def test_splits_share_no_task_and_lose_nothing(paths: Paths, tmp_path: Path) -> None:
    asked = rows(paths, "from standard.trajectories select trajectory_id, coalesce(task_id, trajectory_id)")
    tasks = {str(row[0]): row[1] for row in asked}
    found: dict[str, set[str]] = {}
    for split in ("all", "train", "test"):
        result = export(ExportOptions("talker", str(tmp_path / f"{split}.jsonl"), split=split), paths)
        found[split] = {str(record["id"]) for record in lines(tmp_path / f"{split}.jsonl")}
        assert len(found[split]) == result.records == KEPT - result.left_out.get("split", 0)
    assert found["train"] | found["test"] == found["all"]
    assert not {tasks[name] for name in found["train"]} & {tasks[name] for name in found["test"]}
    assert 0.05 < len(found["test"]) / len(found["all"]) < 0.15


def spoken(record: dict[str, object]) -> list[str | None]:
    turns = record["conversations"]
    assert isinstance(turns, list)
    return [str(record["system"])] + [turn.get("value", turn.get("content")) for turn in turns]


@pytest.mark.parametrize("target", ["talker", "agentlab"])
def test_token_counts_are_the_sum_over_system_and_turns(target: str, paths: Paths, tmp_path: Path) -> None:
    export(ExportOptions(target, str(tmp_path / "out.jsonl"), tokens=True, range_bytes=500_000), paths)
    export(ExportOptions(target, str(tmp_path / "out"), tokens=True), paths)
    export(ExportOptions(target, str(tmp_path / "plain.jsonl")), paths)
    records = lines(tmp_path / "out.jsonl")
    for record in records:
        assert list(record)[-1] == TOKEN_COLUMN
        assert record[TOKEN_COLUMN] == sum(count or 0 for count in count_tokens(spoken(record)).to_pylist())
    tables = [pq.read_table(file) for file in sorted((tmp_path / "out").glob("*.parquet"))]
    assert [record[TOKEN_COLUMN] for record in records] == pa.concat_tables(tables)[TOKEN_COLUMN].to_pylist()
    for record in records:
        del record[TOKEN_COLUMN]
    assert records == lines(tmp_path / "plain.jsonl")


def test_longer_records_are_left_out_and_counted(paths: Paths, tmp_path: Path) -> None:
    export(ExportOptions("talker", str(tmp_path / "all.jsonl"), tokens=True), paths)
    counted = lines(tmp_path / "all.jsonl")
    limit = sorted(int(str(record[TOKEN_COLUMN])) for record in counted)[len(counted) // 2]
    short = [record for record in counted if int(str(record[TOKEN_COLUMN])) <= limit]
    for form in ("jsonl", "parquet"):
        options = ExportOptions("talker", str(tmp_path / form), format=form, tokens=True, max_tokens=limit)
        result = export(options, paths)
        assert (result.records, result.left_out["max_tokens"]) == (len(short), len(counted) - len(short))
        assert result.manifest["tokens"] == {"tokenizer": "o200k_base", "max_tokens": limit}
    assert lines(tmp_path / "jsonl") == short
    # Without --tokens they are counted all the same, and not shown.
    export(ExportOptions("talker", str(tmp_path / "hidden.jsonl"), max_tokens=limit), paths)
    assert [record["id"] for record in lines(tmp_path / "hidden.jsonl")] == [record["id"] for record in short]
    assert TOKEN_COLUMN not in lines(tmp_path / "hidden.jsonl")[0]


def test_an_export_of_no_records_warns(paths: Paths, tmp_path: Path) -> None:
    talk = Heard()
    for form in ("jsonl", "parquet", "llamafactory"):
        result = export(ExportOptions("talker", str(tmp_path / form), ["gamma"], format=form), paths, talk=talk)
        assert result.records == 0
        export(ExportOptions("talker", str(tmp_path / form), format=form, max_tokens=1), paths, talk=talk)
    assert (tmp_path / "jsonl").read_bytes() == b""
    assert ["no records" in text for text in talk.warnings] == [True] * 6


def test_a_trajectory_that_no_view_shows_and_no_reason_explains_is_told(tmp_path: Path) -> None:
    paths = make(
        tmp_path,
        "insert into staging.alpha_trajectories (trajectory_id, dataset, landing_index)"
        " values ('alpha/x', 'alpha', 999);",
    )
    talk = Heard()
    result = export(ExportOptions("talker", str(tmp_path / "out.jsonl")), paths, talk=talk)
    assert result.manifest["datasets"][0]["lost"] == 1
    assert "alpha: 1 trajectories are neither in sft.talker nor in sft.exclusions" in talk.warnings[0]


def test_records_per_turn_count_as_their_trajectory(paths: Paths, tmp_path: Path) -> None:
    talk = Heard()
    result = export(ExportOptions("agentlab", str(tmp_path / "out.jsonl"), datasets=["beta-set"]), paths, talk=talk)
    assert (result.records, result.counts["beta-set"].kept, talk.warnings) == (3 * BETA, BETA, [])


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (ExportOptions("nobody", "o.jsonl"), "unknown target 'nobody'; there are agentlab, std, talker"),
        (ExportOptions("helper", "o.jsonl"), "unknown target 'helper'"),
        (ExportOptions("talker", "o.jsonl", ["delta"]), "unknown dataset 'delta'; there are alpha, beta-set, gamma"),
        (ExportOptions("talker", "o", format="csv"), "unknown format 'csv'"),
        (ExportOptions("talker", "o", split="dev"), "unknown split 'dev'"),
        (ExportOptions("talker", "-", format="parquet"), "only jsonl can be written to stdout"),
        (ExportOptions("talker", "o", max_tokens=0), "--max-tokens must be 1 or more"),
        (ExportOptions("talker", "o", tokens=True, tokenizer="nobody"), "unknown tokenizer 'nobody'"),
        (ExportOptions("talker", "o.jsonl.gz"), "exports are not packed; name a .jsonl file"),
        (ExportOptions("std", "o", tokens=True), "std has no turns"),
        (ExportOptions("std", "o", format="llamafactory"), "std has no conversations"),
        (ExportOptions("talker", "o", split="eval"), "talker has no split eval; there are all, train, test"),
    ],
)
def test_bad_usage_is_one_clear_line(
    options: ExportOptions, reason: str, paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as raised:
        export(options, paths)
    assert reason in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_without_a_warehouse_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no warehouse at .* yet"):
        export(ExportOptions("talker", str(tmp_path / "o")), Paths(tmp_path / "adp.db", tmp_path / "data"))


def test_targets_that_share_a_range_do_not_see_other_datasets(paths: Paths, tmp_path: Path) -> None:
    """Between two datasets the shards change what they show: nothing of the first may stay."""
    result = export(ExportOptions("std", str(tmp_path / "out.jsonl"), range_bytes=200_000), paths)
    ids = [str(record["id"]) for record in lines(tmp_path / "out.jsonl")]
    assert len(ids) == len(set(ids)) == result.records == ALPHA + BETA


EXPORT = """
import sys
from pathlib import Path
from adp.config import Paths
from adp.export import ExportOptions, export
folder = Path(sys.argv[1])
export(ExportOptions("talker", sys.argv[2]), Paths(folder / "adp.db", folder / "data"))
"""


@pytest.mark.slow
def test_an_export_larger_than_the_memory_is_the_same(tmp_path: Path) -> None:
    """Some 200 MB of text, rendered with 160 MB."""
    make(
        tmp_path,
        """
        insert into staging.alpha_trajectories by name
        select 'alpha/' || i as trajectory_id, 'alpha' as dataset, i as landing_index from range(1000, 5000) as t (i);
        insert into staging.alpha_steps by name
        with numbered as (from range(1000, 5000) as t (i) select i, unnest(range(5)) as step_index)
        from numbered
        select 'alpha/' || i as trajectory_id, 'alpha' as dataset, i as landing_index, step_index, 'action' as kind,
            repeat(md5(concat(i, step_index)), 300) as content;
        """,
    )
    digests = set()
    for memory in ("2GiB", "160MB"):
        out = tmp_path / f"{memory}.jsonl"
        environment = os.environ | {"ADP_MEMORY": memory}
        subprocess.run(
            [sys.executable, "-c", EXPORT, str(tmp_path), str(out)], env=environment, check=True, timeout=100
        )
        manifest = json.loads((tmp_path / f"{memory}.jsonl.manifest.json").read_text())
        digests.add(manifest["files"][0]["sha256"])
        assert out.stat().st_size > 190_000_000
        out.unlink()
    assert len(digests) == 1
