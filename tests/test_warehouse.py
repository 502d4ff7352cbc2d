"""Opening the warehouse: who holds the lock is named, and what cannot be opened is explained."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from adp import engine, warehouse
from adp.config import GIB, Paths, Resources, available_memory, parse_size, resources
from adp.errors import UserError

HOLD = "import duckdb, sys, time; con = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = Paths(tmp_path / "adp.db", tmp_path / "data")
    warehouse.connect(found).close()
    return found


@pytest.fixture
def holder(paths: Paths) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the database open for writing."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(paths.db)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("read_only", [True, False])
def test_a_held_lock_names_the_process(paths: Paths, holder: subprocess.Popen[str], read_only: bool) -> None:
    with pytest.raises(UserError, match=rf"is in use by process {holder.pid} \(.*python.*import duckdb"):
        warehouse.connect(paths, read_only=read_only)


def test_wait_waits_until_the_lock_is_given_up(
    paths: Paths, holder: subprocess.Popen[str], capsys: pytest.CaptureFixture[str]
) -> None:
    threading.Timer(1, holder.send_signal, [signal.SIGKILL]).start()
    started = time.monotonic()
    warehouse.connect(paths, wait=True).close()
    assert time.monotonic() - started >= 0.9
    assert f"waiting for process {holder.pid}" in capsys.readouterr().err


def test_two_readers_and_no_writer_beside_them(paths: Paths) -> None:
    program = HOLD.replace("sys.argv[1]", "sys.argv[1], read_only=True")
    other = subprocess.Popen([sys.executable, "-c", program, str(paths.db)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "held\n"
        warehouse.connect(paths, read_only=True).close()
        with pytest.raises(UserError, match=f"process {other.pid}"):
            warehouse.connect(paths)
    finally:
        other.kill()
        other.wait()
        other.stdout.close()


def test_the_file_can_be_read_by_the_stock_command_line(paths: Paths, duckdb_program: str) -> None:
    with warehouse.connect(paths) as con:
        warehouse.execute(con, "create table t as select 42 as answer, repeat('text', 1000) as s from range(10000)")
    ran = subprocess.run(
        [duckdb_program, "-readonly", "-jsonlines", str(paths.db), "-c", "select distinct answer from t"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == '{"answer":42}\n'


def test_tables_are_compressed_with_zstd(paths: Paths) -> None:
    with warehouse.connect(paths) as con:
        warehouse.execute(con, "create table t as select repeat(range::varchar, 20) as text from range(20000)")
        warehouse.execute(con, "checkpoint")
        found = warehouse.execute(
            con, "select distinct compression from pragma_storage_info('t') where segment_type = 'VARCHAR'"
        )
        assert found == [("ZSTD",)]


def test_a_file_of_a_newer_duckdb_is_explained(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words are those of DuckDB 1.5.6 on a file that DuckDB 2.0 wrote with its defaults."""

    def refuse(*_: object, **__: object) -> None:
        raise duckdb.IOException(
            "IO Error: Trying to read a database file with version number 69, but we can only read versions between"
            " 64 and 68.\nThe database file was created with a newer version of DuckDB."
        )

    monkeypatch.setattr(engine.duckdb, "connect", refuse)
    with pytest.raises(UserError, match="written by a newer DuckDB than this one") as caught:
        warehouse.connect(paths)
    assert "delete the file and run `adp build`" in str(caught.value)


def test_a_damaged_file_is_explained(paths: Paths) -> None:
    content = bytearray(paths.db.read_bytes())
    content[4096:12288] = b"\1" * 8192  # both copies of the header
    paths.db.write_bytes(content)
    with pytest.raises(UserError, match=r"is damaged \(.*\); delete the file and run `adp build`"):
        warehouse.connect(paths)


@pytest.mark.parametrize("content", [b"no database\n" * 1000, b"short"])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"notes\.txt is not a DuckDB database"):
        warehouse.connect(Paths(file, tmp_path))
    assert file.read_bytes() == content


def test_reading_before_the_first_build_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run `adp build` first"):
        warehouse.connect(Paths(tmp_path / "adp.db", tmp_path), read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        warehouse.connect(Paths(tmp_path, tmp_path))


@pytest.mark.parametrize("name", ["sft.db", "Standard.duckdb", "raw"])
def test_a_database_named_like_a_schema_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot be named"):
        warehouse.connect(Paths(tmp_path / name, tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(UserError, match="no permission"):
            warehouse.connect(Paths(tmp_path / "adp.db", tmp_path))
        with pytest.raises(UserError, match="cannot make the folder"):
            warehouse.connect(Paths(tmp_path / "new" / "adp.db", tmp_path))
    finally:
        tmp_path.chmod(0o755)


def test_a_file_that_cannot_be_read_is_not_said_to_be_unwritable(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words are those of DuckDB on a file of another user."""

    def refuse(*_: object, **__: object) -> None:
        raise duckdb.IOException(f'IO Error: Cannot open file "{paths.db}": Permission denied')

    monkeypatch.setattr(engine.duckdb, "connect", refuse)
    for read_only in (True, False):
        may_read = not read_only
        monkeypatch.setattr(os, "access", lambda *_, may_read=may_read: may_read)
        cannot = "read" if read_only else "write"
        with pytest.raises(UserError, match=rf"cannot {cannot} .*adp\.db: no permission"):
            warehouse.connect(paths, read_only=read_only)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UserError, match=r"cannot read .*adp\.db: no permission"):
        warehouse.connect(paths)


def test_a_path_below_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot make the folder"):
        warehouse.connect(Paths(tmp_path / "file" / "adp.db", tmp_path))


def test_a_log_without_its_database_is_not_replayed(paths: Paths) -> None:
    """A killed writer leaves a log; who then deletes the database alone must not get old rows back."""
    program = (
        "import duckdb, os, sys; con = duckdb.connect(sys.argv[1]);"
        "con.execute('create table old as select 1'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program, str(paths.db)], check=False)
    assert warehouse.wal(paths.db).exists()
    paths.db.unlink()
    with warehouse.connect(paths) as con:
        assert warehouse.execute(con, "select count(*) from information_schema.tables") == [(0,)]


@pytest.mark.parametrize("read_only", [True, False])
def test_what_a_killed_writer_had_committed_is_there(paths: Paths, read_only: bool) -> None:
    program = (
        "import duckdb, os, sys; con = duckdb.connect(sys.argv[1]);"
        "con.execute('create table kept as select 1 as one'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program, str(paths.db)], check=False)
    with warehouse.connect(paths, read_only=read_only) as con:
        assert warehouse.execute(con, "from kept") == [(1,)]


def test_spill_folders_of_killed_processes_are_removed(paths: Paths) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    mine = warehouse.spill(paths.db).with_name(f"adp.db.tmp.{os.getpid()}")
    for folder in (warehouse.spill(paths.db), warehouse.spill(paths.db).with_name(f"adp.db.tmp.{dead.pid}"), mine):
        folder.mkdir()
    warehouse.connect(paths).close()
    assert [path.name for path in paths.db.parent.iterdir() if ".tmp" in path.name] == [mine.name]
    shutil.rmtree(mine)


def test_a_failed_transaction_leaves_nothing(paths: Paths) -> None:
    with warehouse.connect(paths) as con:
        with contextlib.suppress(duckdb.Error), warehouse.transaction(con):
            warehouse.execute(con, "create table t as select 1")
            warehouse.execute(con, "from there_is_no_such_table")
            pytest.fail("no error")
        assert warehouse.execute(con, "select count(*) from information_schema.tables") == [(0,)]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4GB", 4_000_000_000),
        ("1.5 GiB", 3 * GIB // 2),
        ("800mb", 800_000_000),
        ("512MiB", 512 << 20),
        ("10000", 10_000),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


def test_a_size_that_is_none_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADP_MEMORY", "much")
    with pytest.raises(UserError, match="ADP_MEMORY='much' is no size"):
        resources()


def test_memory_is_a_share_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADP_MEMORY", raising=False)
    found = resources()
    assert 0 < found.memory <= available_memory() * 6 // 10
    assert found.threads >= 1


def test_short_memory_means_fewer_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADP_MEMORY", "1GiB")
    assert resources() == Resources(GIB, 1)
