"""Test data: in the warehouse like any other, in an export only when that is asked for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adp import root
from adp.build import build
from adp.config import Paths
from adp.export import ExportOptions, export
from adp.warehouse import connect, execute
from loaders.land import load

BENCHMARK, OTHER = "webarena_successful", "nnetnav-wa"


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A warehouse with test data and other data."""
    folder = tmp_path_factory.mktemp("warehouse")
    made = Paths(folder / "adp.db", folder / "data")
    for dataset in (BENCHMARK, OTHER):
        load(dataset, [root() / "samples" / f"{dataset.replace('-', '_')}.jsonl"], made)
    build(made, tokens=False)
    return made


def exported(paths: Paths, target: str, out: Path, **options: Any) -> list[str]:
    """The datasets of the records of an export, each once."""
    result = export(ExportOptions(target, str(out), **options), paths)
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(records) == result.records
    return sorted({record["dataset"] for record in records})


@pytest.mark.parametrize("target", ["openhands", "agentlab", "std"])
def test_test_data_is_exported_on_demand_only(paths: Paths, tmp_path: Path, target: str) -> None:
    out = tmp_path / "out.jsonl"
    assert exported(paths, target, out) == [OTHER]
    assert exported(paths, target, out, include_test_data=True) == [OTHER, BENCHMARK]
    assert json.loads(out.with_name("out.jsonl.manifest.json").read_text())["include_test_data"] is True


def test_what_is_left_out_has_the_reason(paths: Paths, tmp_path: Path) -> None:
    result = export(ExportOptions("openhands", str(tmp_path / "a.jsonl"), datasets=[BENCHMARK]), paths)
    assert result.counts[BENCHMARK].left_out == {"test_data": 3, "unreadable_step": 1}
    both = ExportOptions("openhands", str(tmp_path / "b.jsonl"), datasets=[BENCHMARK], include_test_data=True)
    assert export(both, paths).counts[BENCHMARK].left_out == {"unreadable_step": 1}


def test_training_sets_hold_no_test_data(paths: Paths) -> None:
    with connect(paths, read_only=True) as con:
        for target in ("openhands", "agentlab"):
            found = execute(con, f"select distinct dataset from sft.{target}")
            assert found == [(OTHER,)]
        assert execute(con, "select distinct trained from sft.std where dataset = ?", [BENCHMARK]) == [(False,)]


def test_other_data_is_the_same_either_way(paths: Paths, tmp_path: Path) -> None:
    without, with_it = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    exported(paths, "openhands", without, datasets=[OTHER])
    exported(paths, "openhands", with_it, datasets=[OTHER], include_test_data=True)
    assert without.read_bytes() == with_it.read_bytes()


def test_command_line_has_the_option(paths: Paths, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "adp.cli", "export", "std", "--include-test-data", "--dataset", BENCHMARK]
    where = ["--out", str(tmp_path / "out.jsonl"), "--db", str(paths.db), "--data", str(paths.data), "--quiet"]
    subprocess.run([*command, *where], check=True, cwd=tmp_path)
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 4
