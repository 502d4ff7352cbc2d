"""Putting a finished file or folder in place of another in one step, and clearing away what a killed run left."""

import contextlib
import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from adp.errors import UserError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # Linux, renameat2
_RENAME_SWAP = 2  # macOS, renamex_np


class Replacement:
    """A temporary file or folder beside its target, locked for as long as it is written."""

    def __init__(self, target: Path, folder: bool, alone: bool) -> None:
        self.target = target
        self.folder = folder
        self.alone = alone
        self.path = target.with_name(f"{_prefix(target)}{os.getpid()}.tmp")
        self._lock = -1

    def begin(self) -> None:
        """Clear leftovers away and make the temporary."""
        with written(self.target):
            self.target.parent.mkdir(parents=True, exist_ok=True)
            if not clear(self.target) and self.alone:
                raise UserError(f"another process is writing {self.target} at this moment")
            if self.folder:
                self.path.mkdir()
            else:
                self.path.touch()
            self._lock = os.open(self.path, os.O_RDONLY)
            _try_lock(self._lock)

    def commit(self) -> None:
        """Put the temporary in the target's place."""
        with written(self.target):
            if self.folder and self.target.is_dir():
                _exchange(self.path, self.target)
                remove(self.path)  # what stood there before
            else:
                self.path.replace(self.target)

    def end(self) -> None:
        """Remove what was not put in place, give up the lock."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
            remove(self.path)


@contextlib.contextmanager
def replacing(target: Path, folder: bool = False, alone: bool = True) -> Iterator[Replacement]:
    """A temporary that the caller fills and commits; without a commit nothing of it stays.

    Whoever is not `alone` may find another process at the same work, and the last one counts.
    """
    replacement = Replacement(target, folder, alone)
    try:
        replacement.begin()
        yield replacement
    finally:
        replacement.end()


def write_text(target: Path, text: str) -> None:
    """Write a small file in one step: a reader sees the earlier text or the new one, even after a power cut."""
    with replacing(target, alone=False) as new, written(target):
        with new.path.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.commit()


def clear(target: Path) -> bool:
    """Remove what killed processes left beside a target; False where one is still at work."""
    done = True
    for leftover in _temporaries(target):
        if _is_free(leftover):
            remove(leftover)
        else:
            done = False
    return done


@contextlib.contextmanager
def written(target: Path) -> Iterator[None]:
    """Say in one line why something cannot be written. A closed pipe is no such reason."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = {
            errno.EACCES: "no permission",
            errno.EPERM: "no permission",
            errno.EROFS: "the file system is read-only",
            errno.ENOSPC: "no space is left on the disk",
            errno.EDQUOT: "the disk quota is used up",
            errno.ENOTDIR: f"{target.parent} is not a folder",
            errno.EEXIST: f"{target.parent} is not a folder",
            errno.ENAMETOOLONG: "the name is too long",
        }.get(error.errno or 0, error.strerror or str(error))
        raise UserError(f"cannot write {target}: {reason}") from error


def remove(path: Path) -> None:
    """Remove a file or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _prefix(target: Path) -> str:
    return f".{target.name}.adp-"


def _temporaries(target: Path) -> list[Path]:
    prefix = _prefix(target)
    return [path for path in target.parent.iterdir() if path.name.startswith(prefix) and path.name.endswith(".tmp")]


def _is_free(path: Path) -> bool:
    """Whether no process holds the temporary: the lock of a killed one is gone."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:  # put in place meanwhile
        return True
    try:
        return _try_lock(handle)
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):  # no such locks on this system or file system
        return True
    return True


def _exchange(new: Path, old: Path) -> None:
    """Let two folders change their names in one step, or in two where the system cannot do better."""
    if not _exchange_at_once(os.fsencode(new), os.fsencode(old)):
        aside = new.with_name(new.name.removesuffix(".tmp") + ".old.tmp")
        old.rename(aside)
        new.rename(old)
        remove(aside)


def _exchange_at_once(new: bytes, old: bytes) -> bool:
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(libc.renamex_np(new, old, _RENAME_SWAP) == 0)
        return bool(libc.renameat2(_AT_FDCWD, new, _AT_FDCWD, old, _RENAME_EXCHANGE) == 0)
    except (OSError, AttributeError):  # a C library without the call
        return False
