"""The files of a dump as one tree: folders, zip and tar archives look alike, and every file has a portable name."""

import bz2
import contextlib
import gzip
import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from adp.errors import UserError
from loaders import containers

ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.zst", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_HEAD = 512
_TAR_AT, _TAR = 257, b"ustar"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COPY = 1 << 20
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


@dataclass(frozen=True)
class Entry:
    """One file of a tree."""

    name: str
    """Its portable name: relative, with slashes."""
    open: Callable[[], IO[bytes]]
    path: Path | None = None
    """Where it lies, if it is a file of its own."""


@dataclass(frozen=True)
class Assembled:
    """Records that a loader has put together from several files."""

    source_file: str
    """The file or folder of the dump that they are counted in."""
    lines: Iterator[str]
    """Each record as JSON on a line; what cannot be read as it is, to be rejected."""


Keep = Callable[[str, bytes], None]
"""Keeps an image: its name, and its bytes."""


def is_archive(path: Path) -> bool:
    """Whether a file is a zip or tar archive by its content; of those that are compressed by their name."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return head.startswith(_ZIP) or _is_tar(head) or path.name.lower().endswith(ARCHIVES[2:])


def _is_tar(head: bytes) -> bool:
    return head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR


class Tree:
    """The files of some sources."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._entries: dict[str, Entry] = {}
        self._tails: dict[str, str | None] = {}
        self._open = contextlib.ExitStack()

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries.values()))

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def close(self) -> None:
        """Close the archives."""
        self._open.close()

    def add_file(self, name: str, path: Path) -> None:
        """A file of its own."""
        self._add(Entry(name, lambda: path.open("rb"), path))

    def add_archive(self, name: str, path: Path) -> None:
        """The files of an archive, under the names that they have in it."""
        with whole(name):
            with path.open("rb") as file:
                head = file.read(_HEAD)
            if head.startswith(_ZIP):
                self._add_zip(name, path)
            else:
                self._add_tar(name, path if _is_tar(head) else self._unpacked(path, head))

    def _add_zip(self, archive: str, path: Path) -> None:
        file = self._open.enter_context(zipfile.ZipFile(path))
        for member in file.infolist():
            if not member.is_dir():
                self._add_member(archive, member.filename, _zip_opener(archive, file, member))

    def _add_tar(self, archive: str, path: Path) -> None:
        file = self._open.enter_context(tarfile.TarFile(path))
        for member in file:
            if member.isfile():
                self._add_member(archive, member.name, _tar_opener(archive, file, member))

    def _add_member(self, archive: str, name: str, opener: Callable[[], IO[bytes]]) -> None:
        steps = _steps(name)
        # Hidden files are no part of a dump, nor is what the system that packed it left behind.
        if steps and steps[0] != "__MACOSX" and not any(step.startswith(".") for step in steps):
            self._add(Entry("/".join(steps), opener))

    def _unpacked(self, path: Path, head: bytes) -> Path:
        """A tar archive without its compression: only then its files can be read in any order."""
        plain = self._scratch / f"tar-{len(self._entries)}"
        if head.startswith(containers.ZSTD):
            containers.unpack(path, "zstd", plain, lambda size: None)
            return plain
        openers: dict[bytes, Callable[[Path], IO[bytes]]] = {b"BZ": _bzip2, b"\xfd7": _xz}
        with openers.get(head[:2], _gzip)(path) as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file, _COPY)
        return plain

    def _add(self, entry: Entry) -> None:
        if entry.name in self._entries:
            return  # of two files with one name the first one counts, as it does where an archive is unpacked by hand
        self._entries[entry.name] = entry
        steps = entry.name.split("/")
        for at in range(len(steps)):
            tail = "/".join(steps[at:])
            self._tails[tail] = None if tail in self._tails else entry.name

    def find(self, path: str) -> Entry | None:
        """The file that a record means: of this name, or one that lies deeper here, or less deep."""
        steps = _steps(path)
        tails = ["/".join(steps[at:]) for at in range(len(steps))]
        if not tails:
            return None
        whole = tails[0] if tails[0] in self._entries else self._tails.get(tails[0])
        name = whole or next((tail for tail in tails if tail in self._entries), None)
        return self._entries[name] if name is not None else None

    def read(self, entry: Entry) -> bytes:
        """The bytes of a file."""
        with whole(entry.name), entry.open() as file:
            return file.read()

    def copy(self, entry: Entry, target: Path) -> None:
        """Write a file out."""
        with whole(entry.name), entry.open() as file, target.open("wb") as written:
            shutil.copyfileobj(file, written, _COPY)

    def lines(self, entry: Entry) -> Iterator[bytes]:
        """The lines of a file, unpacked where it is compressed."""
        with whole(entry.name), entry.open() as file:
            yield from plain(file)


def _steps(path: str) -> list[str]:
    """The segments of a path that leads nowhere else."""
    return [step for step in path.replace("\\", "/").split("/") if step not in ("", ".", "..")]


def plain(file: IO[bytes]) -> IO[bytes]:
    """A stream without its compression, if it has one."""
    head = file.read(len(containers.ZSTD))
    file.seek(0)
    if head.startswith(containers.GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if head.startswith(containers.ZSTD):
        import io

        import pyarrow as pa

        stream = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
        return cast("IO[bytes]", io.BufferedReader(stream))
    return file


def _gzip(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path))


def _bzip2(path: Path) -> IO[bytes]:
    return bz2.open(path)


def _xz(path: Path) -> IO[bytes]:
    return lzma.open(path)


def _zip_opener(archive: str, file: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def opener() -> IO[bytes]:
        if member.flag_bits & 1:
            raise UserError(f"{archive} is locked with a password; unpack it first")
        return file.open(member)

    return opener


def _tar_opener(archive: str, file: tarfile.TarFile, member: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def opener() -> IO[bytes]:
        found = file.extractfile(member)
        if found is None:
            raise UserError(f"{archive} holds {member.name} without its content")
        return found

    return opener


@contextlib.contextmanager
def whole(name: str) -> Iterator[None]:
    """Say in one line that an archive or a file in it is damaged."""
    try:
        yield
    except (*_BROKEN, containers.Cut, gzip.BadGzipFile) as error:
        said = str(error) or type(error).__name__
        raise UserError(
            f"{name} cannot be read to its end: {said}; what was landed before stays. Nothing of it"
            " is landed: unpack what can be read and name the folder"
        ) from error
