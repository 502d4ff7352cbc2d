"""DuckDB: the module to use it by, and a database in memory that starts while Python still imports.

`from adp.engine import duckdb` gives connections, errors and types. On DuckDB 2.0, relations (`con.sql`) and Arrow
tables as input need the package's Python layer, which takes twice as long to import as all else of it; a module that
wants them imports duckdb itself.
"""

import contextlib
import importlib
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

# The package promises nothing about the module that it re-exports, so that is used alone only in the versions that the
# tests run on.
_ALONE = ("1.5.", "2.0.")

if TYPE_CHECKING:
    import duckdb as duckdb
else:
    try:
        duckdb = importlib.import_module("_duckdb")
    except ImportError:
        duckdb = None
    if duckdb is None or not duckdb.__version__.startswith(_ALONE):
        duckdb = importlib.import_module("duckdb")


class _Start(threading.Thread):
    """Starts a database, which takes a tenth of a second and does not need Python."""

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
