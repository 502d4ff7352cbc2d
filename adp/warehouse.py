"""Opening adp.db: settings that both DuckDB versions understand, locks that say who holds them."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from adp import engine, interrupt, replace
from adp.config import Paths, resources
from adp.engine import duckdb
from adp.errors import UserError
from adp.sqltext import literal

# A file written with the defaults of DuckDB 2 cannot be read by the stock CLI 1.5.
STORAGE_VERSION = (1, 5, 0)
WAIT_SECONDS = 0.2
BUILT_IN = "folder"  # under this name runner.fingerprints keeps where the last build ran
# Compressing a row group is one thread's work. Long texts fill 122,880 rows, DuckDB's own size, so rarely that a table
# was compressed at its commit, on one core; smaller row groups are written side by side while the rows come. Not much
# smaller: where a row group of the landed Parquet gives more rows than this, remainders stay between them, and the next
# checkpoint writes the whole table once more to close them up (measured: a third of the build, twice the room).
ROW_GROUP_SIZE = 30_720
CATALOG = "warehouse"  # the name of the file among the databases of a connection
SCHEMAS = frozenset({"raw", "seeds", "staging", "standard", "sft", "runner", "main", "temp", "system"})


def connect(
    paths: Paths, read_only: bool = False, wait: bool = False, begin: Callable[[Path], None] | None = None
) -> duckdb.DuckDBPyConnection:
    """Open the warehouse; where it cannot be opened, raise a UserError that says why.

    A writer removes what a killed writer left behind. With `wait`, a held lock is waited for. `begin` is given the path
    of a file that does not exist yet, and may make it.
    """
    db = paths.db
    if read_only and not db.exists():
        raise UserError(f"there is no warehouse at {db} yet; run `adp build` first")
    if db.stem.lower() in SCHEMAS:
        raise UserError(f"a database cannot be named {db.name}: DuckDB would confuse it with the schema {db.stem}")
    if db.is_dir():
        raise UserError(f"{db} is a folder, not a database")
    if not read_only:
        _make_folder(db.parent)
        if not db.exists():
            # A log without its database is a leftover: replaying it into a new file would bring old rows back.
            try:
                wal(db).unlink(missing_ok=True)
            except OSError as error:
                raise UserError(f"cannot write {db}: {error.strerror}") from error
            if begin is not None:
                begin(db)
    told = False
    while True:
        try:
            con = _opened(db, read_only)
            break
        except duckdb.Error as error:
            holder = _lock_holder(error)
            if holder is None:
                raise _explained(db, read_only, error) from error
            if not wait:
                raise UserError(f"{db} is in use by {holder}; try again when it is done, or pass --wait") from error
            if not told:
                sys.stderr.write(f"waiting for {holder}, which is using {db}\n")
                told = True
            time.sleep(WAIT_SECONDS)
    interrupt.covers(con)
    execute(con, "set enable_progress_bar = false")  # DuckDB's own would go to stdout, among the data
    if read_only:
        # Views over landed files name them as seen from where the build ran.
        execute(con, "set global file_search_path = ?", [str(_folder(con, db))])
        _remove_spills_of_readers(db)
    else:
        # In a file of an older form, such as the stock CLI makes, what it cannot compress so is not compressed at all.
        if storage_version(con) >= STORAGE_VERSION:
            execute(con, "set force_compression = 'zstd'")
        _remove_leftovers(db)
    return con


def _opened(db: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    """The file as the current database, attached to one in memory.

    The size of row groups can only be given where a file is attached, and a reader may want tables of its own.
    """
    con = engine.connect(_config(db, read_only))
    try:
        how = "read_only" if read_only else f"row_group_size {ROW_GROUP_SIZE}"
        execute(con, f"attach {literal(db)} as {CATALOG} ({how})")
        execute(con, f"use {CATALOG}")
    except BaseException:
        con.close()
        raise
    return con


def cursor(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Another connection to an open warehouse, to run a statement beside others."""
    opened = con.cursor()
    interrupt.covers(opened)
    execute(opened, f"use {CATALOG}")
    return opened


def _folder(con: duckdb.DuckDBPyConnection, db: Path) -> Path:
    """Where landed files are looked for: in the folder of the last build, else beside the database.

    Only one folder: DuckDB would read the files of all that it is given.
    """
    try:
        rows = execute(con, "select fingerprint from runner.fingerprints where name = ?", [BUILT_IN])
    except duckdb.CatalogException:  # the stock command line built it
        rows = []
    built_in = Path(rows[0][0]) if rows else db
    return built_in if built_in.is_dir() else db.resolve().parent


def storage_version(con: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    """The oldest DuckDB that can read the open file."""
    rows = execute(
        con, "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
    )
    numbers = re.findall(r"\d+", str(rows[0][0]))
    return tuple(int(number) for number in numbers)


def execute(con: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """Run one statement and fetch its rows: an open result would block the next statement on DuckDB 2."""
    return con.execute(sql, parameters).fetchall()


@contextlib.contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing: commit at the end, roll back on any exception."""
    con.execute("begin")
    try:
        yield
    except BaseException:
        with contextlib.suppress(duckdb.Error):  # the statement may have ended the transaction already
            con.execute("rollback")
        raise
    con.execute("commit")


def wal(db: Path) -> Path:
    """DuckDB's write-ahead log of a database file."""
    return db.with_name(db.name + ".wal")


def spill(db: Path) -> Path:
    """The folder that DuckDB spills into while it writes a database file."""
    return db.with_name(db.name + ".tmp")


def _config(db: Path, read_only: bool) -> dict[str, Any]:
    limits = resources()
    config: dict[str, Any] = {
        "storage_compatibility_version": "v" + ".".join(map(str, STORAGE_VERSION)),
        "memory_limit": f"{limits.memory >> 20}MiB",
        "threads": limits.threads,
    }
    if read_only:
        # Several readers may spill at once; DuckDB removes the folder of its own process when it closes.
        config["temp_directory"] = str(db.with_name(f"{db.name}.tmp.{os.getpid()}"))
    else:
        config["temp_directory"] = str(spill(db))
    return config


def _remove_leftovers(db: Path) -> None:
    """Remove the spill folders of killed processes; called with the write lock held."""
    shutil.rmtree(spill(db), ignore_errors=True)
    replace.clear(db)
    _remove_spills_of_readers(db)


def _remove_spills_of_readers(db: Path) -> None:
    for folder in db.parent.glob(f"{db.name}.tmp.*"):
        pid = folder.suffix[1:]
        if pid.isdigit() and not _is_running(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {folder}: {error.strerror}") from error


def _lock_holder(error: duckdb.Error) -> str | None:
    """Who holds the lock, if the error is about a lock."""
    message = str(error)
    if "Could not set lock" not in message and "Conflicting lock" not in message:
        return None
    match = re.search(r"held in (.*?) \(PID (\d+)\)", message)
    if match is None:
        return "another process"
    return f"process {match[2]} ({_command(int(match[2])) or match[1]})"


def _command(pid: int) -> str | None:
    """The command line of a process, cut to a readable length."""
    try:
        text = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        try:
            text = subprocess.run(
                ["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
            ).stdout.strip()
        except OSError:
            return None
    return (text if len(text) <= 100 else text[:97] + "...") or None


def _explained(db: Path, read_only: bool, error: duckdb.Error) -> UserError:
    """What an error at opening means to a user."""
    message = str(error)
    if "not a valid DuckDB database" in message:
        return UserError(f"{db} is not a DuckDB database; give another path with --db")
    if "version number" in message or "newer version of DuckDB" in message:
        return UserError(
            f"{db} was written by a newer DuckDB than this one ({duckdb.__version__}); "
            "upgrade duckdb, or delete the file and run `adp build`: nothing in it is lost by that"
        )
    if "Corrupt database file" in message or "checksum" in message or isinstance(error, duckdb.SerializationException):
        return UserError(
            f"{db} is damaged ({message.splitlines()[0]}); delete the file and run `adp build`: what is landed is whole"
        )
    if isinstance(error, duckdb.IOException):
        reason = re.sub(r"^IO Error: ", "", message).splitlines()[0]
        if "Permission denied" in reason or "Read-only file system" in reason:
            cannot = "read" if read_only or (db.exists() and not os.access(db, os.R_OK)) else "write"
            return UserError(f"cannot {cannot} {db}: no permission")
        return UserError(f"cannot open {db}: {reason}")
    return UserError(f"cannot open {db}: {message.splitlines()[0]}")
