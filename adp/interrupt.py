"""Ctrl-C at once: Python hears of it only between statements, and a statement of DuckDB may take minutes.

A thread listens for the signal, asks the open databases to stop, and ends the process where that does not help. Nothing
is lost by that: whatever is killed is completed by the next run.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adp.engine import duckdb

CODE = 130  # what a shell reports for a command that was stopped by Ctrl-C
PATIENCE = 3.0  # seconds for an orderly end

_open: "list[duckdb.DuckDBPyConnection]" = []
_listening = False


def listen() -> None:
    """Begin to listen; only where Ctrl-C has its usual meaning, and only in the main thread."""
    global _listening
    if _listening or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    except ValueError:  # not in the main thread
        os.close(reader)
        os.close(writer)
        return
    _listening = True
    threading.Thread(target=_wait, args=(reader,), name="interrupt", daemon=True).start()


def covers(con: "duckdb.DuckDBPyConnection") -> None:
    """Let Ctrl-C stop what runs on a connection."""
    if _listening:
        _open.append(con)


def forget() -> None:
    """Let go of all connections: at the end of the process nothing may hold them."""
    _open.clear()


def _wait(reader: int) -> None:
    while signal.SIGINT not in os.read(reader, 16):
        pass
    threading.Thread(target=_insist, daemon=True).start()
    while signal.SIGINT not in os.read(reader, 16):
        pass
    _leave()  # asked twice


def _insist() -> None:
    _ask()
    time.sleep(PATIENCE)
    _leave()


def _ask() -> None:
    for con in _open:
        with contextlib.suppress(Exception):  # closed meanwhile
            con.interrupt()


def _leave() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\x1b[?25h\n")  # a moving bar has hidden the cursor
        sys.stderr.flush()
    os._exit(CODE)
