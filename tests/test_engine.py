"""DuckDB is imported without what few need, and started ahead of its use."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adp import engine, root

CONFIG = {"threads": 2, "memory_limit": "500MiB", "temp_directory": "spill"}


@pytest.fixture(autouse=True)
def nothing_started() -> Iterator[None]:
    """What a test started and did not take is not left to the next one."""
    engine._ahead = None
    yield
    engine._ahead = None


def settings(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return {name: con.execute(f"select current_setting('{name}')").fetchall()[0][0] for name in CONFIG}


def test_what_was_started_ahead_has_the_settings_of_what_was_not() -> None:
    engine.start()
    assert engine._ahead is not None
    with engine.connect(CONFIG) as ahead, engine.connect(CONFIG) as fresh:
        assert settings(ahead) == settings(fresh)
        assert settings(ahead)["threads"] == 2


def test_what_was_started_ahead_is_given_once() -> None:
    engine.start()
    with engine.connect({}) as first, engine.connect({}) as second:
        first.execute("create table mine as select 1")
        with pytest.raises(duckdb.CatalogException):
            second.execute("from mine")


def test_where_the_start_failed_the_error_is_that_of_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> duckdb.DuckDBPyConnection:
        raise duckdb.IOException("no")

    monkeypatch.setattr(engine.duckdb, "connect", fails)
    engine.start()
    with pytest.raises(duckdb.IOException, match="no"):
        engine.connect({})


def test_the_layer_of_relations_is_imported_by_exports_alone(tmp_path: Path) -> None:
    """It would be a fifth of the time of a small command."""
    program = (
        "import json, sys, adp.cli\n"
        "try: adp.cli.main()\n"
        "except SystemExit as stop: print(json.dumps([stop.code, 'duckdb' in sys.modules]))"
    )
    where = ["--db", str(tmp_path / "adp.db"), "--data", str(tmp_path / "data"), "--quiet"]

    def run(*arguments: str) -> list[Any]:
        command = [sys.executable, "-c", program, *arguments, *where]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        last: list[Any] = json.loads(ran.stdout.splitlines()[-1])
        return last

    sample = str(root() / "samples" / "code_feedback.jsonl")
    for command in (("load", "code_feedback", "--from", sample), ("build",), ("check",), ("report", "languages")):
        assert run(*command) == [0, False], command
    assert run("export", "openhands", "--out", str(tmp_path / "out.jsonl")) == [0, True]


@pytest.mark.parametrize(("version", "chosen"), [("1.5.9", "_duckdb"), ("2.0.3", "_duckdb"), ("2.1.0", "duckdb")])
def test_of_other_versions_the_whole_package_is_used(version: str, chosen: str) -> None:
    program = (
        f"import _duckdb; _duckdb.__version__ = {version!r}; from adp import engine; print(engine.duckdb.__name__)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout == f"{chosen}\n"
