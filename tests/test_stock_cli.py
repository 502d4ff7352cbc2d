"""The stock duckdb command line alone builds, reads and writes what `adp` does."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from adp import models, root
from adp.config import Paths
from adp.export import ExportOptions, export
from tests.tree import Tree

EMPTY = hashlib.md5(b"").hexdigest()
RELATIONS = """
    select table_schema || '.' || table_name from information_schema.tables
    where table_catalog = current_database() and table_schema in ('seeds', 'staging', 'standard', 'sft') order by all
"""


def run(program: str, arguments: list[str], folder: Path, script: str | None = None) -> str:
    """What the command line prints; a test fails with what it says on stderr."""
    ran = subprocess.run(
        [program, *arguments], cwd=folder, input=script, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def contents(db: Path) -> dict[str, str]:
    """A digest of the ordered rows of every relation."""
    found = {}
    with duckdb.connect(str(db), read_only=True) as con:
        for (name,) in con.execute(RELATIONS).fetchall():
            rows = con.execute(
                f"select md5(coalesce(string_agg(t::varchar, chr(10) order by t::varchar), '')) from {name} as t"
            )
            found[name] = rows.fetchall()[0][0]
    return found


def write_script(tree: Tree) -> str:
    return models.script(models.load(tree.sql))


def test_script_makes_the_same_rows_as_the_build(tree: Tree, duckdb_program: str) -> None:
    tree.build()
    built = contents(tree.paths.db)
    assert len(built) == len(models.load(tree.sql))
    tree.paths.db.unlink()
    assert run(duckdb_program, ["-bail", "adp.db"], tree.folder, write_script(tree)) == ""
    assert contents(tree.paths.db) == built


def test_script_runs_on_what_the_build_made_and_the_build_makes_all_anew(tree: Tree, duckdb_program: str) -> None:
    everything = set(tree.build().built)
    run(duckdb_program, ["-bail", "adp.db"], tree.folder, write_script(tree))
    assert set(tree.build().built) == everything


def test_script_stops_at_the_first_error(tree: Tree, duckdb_program: str) -> None:
    tree.build()
    tree.edit("staging/zoo.sql", "from raw.zoo", "from raw.zoo_that_is_not_there")
    ran = subprocess.run(
        [duckdb_program, "-bail", "adp.db"],
        cwd=tree.folder,
        input=models.script(models.load(tree.sql)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert "zoo_that_is_not_there" in ran.stderr


def as_a_user_has_it(folder: Path, paths: Paths) -> Path:
    """A folder with sql/, adp.duckdb.sql, data/ and adp.db."""
    (folder / "sql").symlink_to(root() / "sql")
    (folder / "adp.duckdb.sql").symlink_to(root() / "adp.duckdb.sql")
    shutil.copytree(paths.data, folder / "data")
    shutil.copy(paths.db, folder / "adp.db")
    return folder


@pytest.fixture
def checkout(sample_paths: Paths, tmp_path: Path) -> Path:
    """A folder of the test's own."""
    return as_a_user_has_it(tmp_path, sample_paths)


@pytest.fixture(scope="module")
def rebuilt(sample_paths: Paths, tmp_path_factory: pytest.TempPathFactory, duckdb_program: str) -> Path:
    """A folder whose database the command line made, once for all tests: only to be read."""
    folder = as_a_user_has_it(tmp_path_factory.mktemp("rebuilt"), sample_paths)
    (folder / "adp.db").unlink()
    # duckdb -bail adp.db < adp.duckdb.sql
    assert run(duckdb_program, ["-bail", "adp.db"], folder, (folder / "adp.duckdb.sql").read_text()) == ""
    return folder


def test_samples_are_rebuilt_from_a_deleted_database(rebuilt: Path, sample_paths: Paths) -> None:
    built = contents(sample_paths.db)
    made = contents(rebuilt / "adp.db")
    assert {name: made.pop(name) for name in built} == built
    # the build leaves out the tables of what is not landed
    assert set(made.values()) <= {EMPTY}
    assert {name.split(".")[0] for name in made} <= {"staging"}


@pytest.mark.parametrize("target", ["std", "openhands", "sweagent", "agentlab"])
def test_what_the_command_line_built_is_exported_as_it_prints_it(
    rebuilt: Path, duckdb_program: str, tmp_path: Path, target: str
) -> None:
    printed = run(duckdb_program, ["-readonly", "-jsonlines", "adp.db", "-c", f"from sft.{target}"], rebuilt)
    out = tmp_path / "out.jsonl"
    # sft.std shows test data, too
    options = ExportOptions(target, str(out), include_test_data=target == "std")
    export(options, Paths(rebuilt / "adp.db", rebuilt / "data"))
    assert out.read_text(encoding="utf-8") == printed


def test_running_a_training_set_shows_it(checkout: Path, duckdb_program: str) -> None:
    """duckdb adp.db < sql/sft/openhands.sql"""
    printed = run(duckdb_program, ["adp.db"], checkout, (checkout / "sql/sft/openhands.sql").read_text())
    assert "conversations" in printed


def test_running_a_training_set_writes_it(checkout: Path, duckdb_program: str) -> None:
    """duckdb -bail -jsonlines adp.db < sql/sft/openhands.sql > openhands.jsonl"""
    script = (checkout / "sql/sft/openhands.sql").read_text()
    printed = run(duckdb_program, ["-bail", "-jsonlines", "adp.db"], checkout, script)
    with duckdb.connect(str(checkout / "adp.db"), read_only=True) as con:
        count = con.execute("select count(*) from sft.openhands").fetchall()[0][0]
    assert printed.count("\n") == count > 0


def test_a_report_answers(checkout: Path, duckdb_program: str) -> None:
    """duckdb -readonly adp.db < sql/reports/action_distribution.sql"""
    script = (checkout / "sql/reports/action_distribution.sql").read_text()
    assert "swe-smith" in run(duckdb_program, ["-readonly", "-csv", "adp.db"], checkout, script)


def test_two_readers_at_once(checkout: Path, duckdb_program: str) -> None:
    command = [duckdb_program, "-readonly", "-jsonlines", "adp.db"]
    pipe = subprocess.PIPE
    readers = [
        subprocess.Popen(command, cwd=checkout, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(2)
    ]
    for reader in readers:  # both have the file open before either of them asks
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write("select 'open' as state;\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == '{"state":"open"}\n'
    for reader in readers:
        output, errors = reader.communicate("select count(*) > 0 as found from sft.openhands;\n", timeout=60)
        assert output == '{"found":true}\n'
        assert errors == ""
