"""DuckDB in memory, started while Python still imports: each takes a tenth of a second, and neither needs the other."""

import contextlib
import threading
from collections.abc import Mapping
from typing import Any

import duckdb


class _Start(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="engine", daemon=True)
        self.con: duckdb.DuckDBPyConnection | None = None
        self.start()

    def run(self) -> None:
        with contextlib.suppress(duckdb.Error):  # `connect` tries again and then says why
            self.con = duckdb.connect()


_ahead: _Start | None = None


def start() -> None:
    """Begin to start a database in memory; the next `connect` takes it."""
    global _ahead
    _ahead = _Start()


def connect(config: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
    """A new database in memory with these settings."""
    global _ahead
    started, _ahead = _ahead, None
    if started is not None:
        started.join()
    con = started.con if started is not None and started.con is not None else duckdb.connect()
    try:
        for name, value in config.items():
            con.execute(f"set {name} = ?", [value]).fetchall()
    except duckdb.Error:
        con.close()
        raise
    return con
