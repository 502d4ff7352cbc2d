"""DuckDB is imported without what few need, and started ahead of its use."""

import ast
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


NEVER_EVALUATED = {"DuckDBPyRelation"}  # it stands in an annotation
IMPORTING_ALL = {"adp/shard.py": {"sql"}, "adp/export.py": {"sql"}}


def test_nothing_is_used_that_only_the_whole_package_has() -> None:
    """Tests have imported the package, so nothing would fail in them; a command would."""
    program = (
        "import json, _duckdb; alone = [dir(_duckdb), dir(_duckdb.DuckDBPyConnection)]; import duckdb\n"
        "print(json.dumps([sorted(set(dir(duckdb)) - set(alone[0])),"
        " sorted(set(dir(duckdb.DuckDBPyConnection)) - set(alone[1]))]))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    of_module, of_connections = (set(names) for names in json.loads(ran.stdout))
    asked = 0
    for path in sorted((*(root() / "adp").glob("*.py"), *(root() / "loaders").glob("*.py"))):
        name = path.relative_to(root()).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name | ast.Attribute):
                continue
            of = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if of == "duckdb":
                asked += 1
                assert node.attr not in of_module - NEVER_EVALUATED, f"{name}:{node.lineno}: duckdb.{node.attr}"
            elif of in ("con", "cursor"):
                asked += 1
                allowed = IMPORTING_ALL.get(name, set())
                assert node.attr not in of_connections - allowed, f"{name}:{node.lineno}: {of}.{node.attr}"
    assert asked > 100
