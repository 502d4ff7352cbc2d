"""`adp demo`: every sample through the whole path; what it prints is what the README shows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import polars
import pytest

from adp import demo, root, sqltext
from adp.config import Paths
from adp.errors import UserError
from adp.warehouse import connect
from tests import generated

SAMPLES = root() / "samples"


def adp_demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, in a working directory."""
    return subprocess.run(
        [sys.executable, "-m", "adp.cli", "demo", *options], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory in which the demo has run."""
    folder = tmp_path_factory.mktemp("newcomer")
    ran = adp_demo(folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (folder / "stdout").write_text(ran.stdout)
    return folder


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory in which the demo of all datasets has run."""
    folder = tmp_path_factory.mktemp("everything")
    ran = adp_demo(folder, "--dataset", "all")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


def test_demo_prints_what_the_readme_shows(folder: Path) -> None:
    shown = generated.block(generated.README.read_text(), "demo")
    assert shown == generated.shown((folder / "stdout").read_text()), "run `make docs`"


def test_demo_keeps_to_its_own_folder(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"demo", "stdout"}


def test_demo_of_all_lands_every_sample_and_exports_the_same_records_twice(everything: Path) -> None:
    expected = json.loads((SAMPLES / demo.EXPECTED).read_text())["datasets"]
    assert expected.keys() == {path.stem for path in SAMPLES.glob("*.jsonl")}
    lines = (everything / "demo" / "openhands.jsonl").read_text().splitlines()
    assert len(lines) == sum(count.get("exported", 0) for count in expected.values())  # tasks are no trajectories
    rows = polars.read_parquet(everything / "demo" / "openhands" / "**" / "*.parquet").sort("id").to_dicts()
    assert rows == sorted(map(json.loads, lines), key=lambda record: record["id"])


def test_every_sample_holds_a_bad_line_and_some_trajectory_is_left_out(everything: Path) -> None:
    """The samples show what goes wrong, not only what goes right."""
    expected = json.loads((SAMPLES / demo.EXPECTED).read_text())["datasets"]
    assert not [dataset for dataset, count in expected.items() if not count["rejected"]]
    with duckdb.connect(str(everything / "demo" / "adp.db"), read_only=True) as con:
        for relation, condition in (
            ("standard.trajectories", "exclusion is not null"),
            ("standard.trajectories", "not outcome"),
            ("standard.trajectories", "trajectory_id like '%#2'"),
            ("standard.steps", r"regexp_matches(content, '[^\x00-\x7f]')"),
        ):
            found = con.execute(f"from {relation} select count(*) where {condition}").fetchall()
            assert found > [(0,)], condition


def test_queries_in_the_readme_answer(folder: Path) -> None:
    blocks = re.findall(r"```sql\n(.*?)```", generated.README.read_text(), re.DOTALL)
    statements = [statement.sql for block in blocks for statement in sqltext.statements(block)]
    assert statements
    with duckdb.connect(str(folder / "demo" / "adp.db"), read_only=True) as con:
        for statement in statements:
            con.execute(statement).fetchall()


def test_demo_can_be_run_again(folder: Path) -> None:
    ran = adp_demo(folder)
    assert (ran.returncode, ran.stdout) == (0, (folder / "stdout").read_text())


def test_demo_leaves_a_folder_alone_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("mine")
    ran = adp_demo(tmp_path)
    assert ran.returncode == 2
    assert "demo" in ran.stderr
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["mine.txt"]


def test_surprises_name_dataset_count_and_both_numbers() -> None:
    found = {"farm": {"landed": 3, "rejected": 1, "exported": 2}}
    assert demo.surprises(found, found) == []
    assert demo.surprises(found, {"farm": {"landed": 3, "rejected": 0, "exported": 2}}) == [
        "farm: rejected 1, expected 0 (samples/expected.json)"
    ]
    assert len(demo.surprises({}, found)) == 3


def test_a_check_that_fails_is_named_at_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "_check", lambda page, paths: False)
    assert demo.run(tmp_path / "demo", ["agenttuning_os"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "Not every check holds: see above."


def test_what_stops_the_counting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise UserError("sql/staging/x.sql: no such column")

    monkeypatch.setattr(demo, "run", fail)
    monkeypatch.setattr("sys.argv", ["demo", "--write-expected"])
    assert demo.main() == 2
    assert capsys.readouterr().err == "demo: sql/staging/x.sql: no such column\n"


def test_long_texts_are_cut_and_numbers_grouped() -> None:
    assert demo.shown("a\n b") == "a b"
    assert demo.shown("x" * 100) == "x" * (demo.TEXT_WIDTH - 3) + "..."
    assert demo.shown(1234567) == "1,234,567"
    assert demo.shown(None) == ""


def test_trees_of_the_samples_pages_come_with_the_samples(sample_paths: Paths) -> None:
    """A demo needs no browser; `python -m adp.demo --write-expected` writes samples/axtrees.json."""
    lacking = "from standard.axtrees select distinct dataset where lack = 'no_axtree' and reason like '%not shown%'"
    with connect(sample_paths, read_only=True) as con:
        assert con.execute(lacking).fetchall() == []
        assert con.execute("from standard.axtrees select count(axtree) > 10").fetchall() == [(True,)]
