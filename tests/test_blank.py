"""A new warehouse starts as a copy of a blank one, and nobody can tell."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from adp import blank, warehouse
from adp.build import build
from adp.config import Paths, cache_folder

KEY = "0123"


def make(paths: Paths) -> None:
    with duckdb.connect(str(paths.db)) as con:
        con.execute("create table made as select 1 as one")


def rows(db: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(db), read_only=True) as con:
        return con.execute("from made").fetchall()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_folder()


def test_it_is_made_once_and_copied_ever_after(cache: Path, tmp_path: Path) -> None:
    blank.copy_to(tmp_path / "a.db", KEY, make)
    blank.copy_to(tmp_path / "b.db", KEY, lambda _: pytest.fail("made again"))
    assert rows(tmp_path / "a.db") == rows(tmp_path / "b.db") == [(1,)]
    assert sorted(path.name for path in cache.iterdir()) == [f"{KEY}.blank.db"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "b.db", "cache"]


def test_a_file_that_is_there_already_stays(cache: Path, tmp_path: Path) -> None:
    there = tmp_path / "a.db"
    there.write_text("of another process")
    blank.copy_to(there, KEY, make)
    assert there.read_text() == "of another process"


def test_a_cache_folder_that_cannot_be_written_costs_time_only(cache: Path, tmp_path: Path) -> None:
    cache.parent.write_text("a file where the folder would be")
    blank.copy_to(tmp_path / "a.db", KEY, make)
    assert not (tmp_path / "a.db").exists()
    paths = Paths(tmp_path / "a.db", tmp_path / "data")
    assert build(paths, tokens=False, axtrees=False).built


def test_what_fails_to_be_made_leaves_nothing(cache: Path, tmp_path: Path) -> None:
    def fail(paths: Paths) -> None:
        make(paths)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blank.copy_to(tmp_path / "a.db", KEY, fail)
    assert list(cache.iterdir()) == []


def test_what_a_killed_copy_left_goes_with_the_next_writer(tmp_path: Path) -> None:
    left = tmp_path / ".a.db.adp-1.tmp"
    left.write_text("half of it")
    warehouse.connect(Paths(tmp_path / "a.db", tmp_path / "data")).close()
    assert not left.exists()


def test_the_oldest_go(cache: Path, tmp_path: Path) -> None:
    for number in range(10):
        blank.copy_to(tmp_path / f"{number}.db", f"{number}", make)
        os.utime(cache / f"{number}.blank.db", (number, number))
    assert not (cache / "0.blank.db").exists()
    assert (cache / "9.blank.db").exists()
    assert len(list(cache.iterdir())) < 10


def test_a_warehouse_that_starts_blank_is_the_one_that_starts_from_nothing(sample_paths: Paths, tmp_path: Path) -> None:
    shutil.copytree(sample_paths.data, tmp_path / "data")
    found = []
    for name, from_blank in (("copied", True), ("bare", False)):
        paths = Paths(tmp_path / f"{name}.db", tmp_path / "data")
        build(paths, axtrees=False, from_blank=from_blank)
        with duckdb.connect(str(paths.db), read_only=True) as con:
            con.execute("set file_search_path = ?", [str(Path.cwd())])
            relations = con.execute(
                "select table_schema || '.' || table_name, table_type from information_schema.tables"
                " where table_schema <> 'runner' order by all"
            ).fetchall()
            columns = con.execute(
                "select table_schema, table_name, column_name, data_type from information_schema.columns"
                " where table_schema <> 'runner' order by all"
            ).fetchall()
            macros = con.execute(
                "select function_name, macro_definition from duckdb_functions()"
                " where database_name = current_database() and not internal order by all"
            ).fetchall()
            prints = con.execute("select name, fingerprint from runner.fingerprints order by all").fetchall()
            counts = [
                con.execute(f"select sum(hash(t)), count(*) from {name} as t").fetchall()
                for name, kind in relations
                if kind == "BASE TABLE"
            ]
        found.append((relations, columns, macros, prints, counts))
    copied, bare = found
    for one, other in zip(copied, bare, strict=True):
        assert one == other
