"""DuckDB is started ahead of its use."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from adp import engine

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

    monkeypatch.setattr(duckdb, "connect", fails)
    engine.start()
    with pytest.raises(duckdb.IOException, match="no"):
        engine.connect({})
