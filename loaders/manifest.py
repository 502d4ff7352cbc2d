"""What is landed of a dataset: one manifest.json beside its Parquet files, replaced in one step.

A file that no manifest names does not count: it is the rest of a load that was killed, and the next load removes it.
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from adp.errors import UserError
from adp.replace import write_text

FILE = "manifest.json"
LOAD = "load-"
"""What the files of a load begin with."""
SCRATCH = ".load-"
"""What the folder begins with in which a load works."""
VERSION = 1


@dataclass(frozen=True)
class Part:
    """What came from one file of a dump."""

    source_file: str
    """The portable name of the file."""
    file: str | None
    """The Parquet file; none where no record of the file could be read."""
    encoded: bool
    """Whether the Parquet file was written here; otherwise it is the dump's own."""
    columns: dict[str, Any]
    """The Parquet file's columns and the shapes of their types, as in `loaders.parts`."""
    records: int
    rejected: int
    first_record: int
    """The running number of its first record."""
    bytes: int
    sha256: str | None
    """The hash of the file; none where only a part of it was read."""
    rows: str | None = None
    """A Parquet file of one row: lists with what cannot be told from a record's place in the file."""
    rows_hold: tuple[str, ...] = ()
    """The lists in it: source_rows, occurrences."""
    split: str = ""
    split_rows: int = 0
    """Rows of the same split in the files before this one."""
    partial: str | None = None
    """Why the file could not be read to its end, where that was asked for."""


@dataclass(frozen=True)
class Load:
    """One run of `adp load`."""

    name: str
    source: str
    revision: str | None
    licence: str | None
    landed_at: str
    seconds: float
    parts: tuple[Part, ...]
    rejections: str | None = None
    """The Parquet file with the records that could not be read."""
    images: str | None = None
    """The Parquet file with what is known of the images, whose bytes lie in data/images."""

    @property
    def records(self) -> int:
        """Records landed."""
        return sum(part.records for part in self.parts)

    @property
    def rejected(self) -> int:
        """Records that could not be read."""
        return sum(part.rejected for part in self.parts)


@dataclass(frozen=True)
class Manifest:
    """All that is landed of one dataset, in landing order."""

    dataset: str
    loads: tuple[Load, ...] = field(default=())

    @property
    def parts(self) -> list[Part]:
        """The parts of all loads, in landing order."""
        return [part for load in self.loads for part in load.parts]

    @property
    def records(self) -> int:
        """Records landed."""
        return sum(load.records for load in self.loads)

    @property
    def files(self) -> set[str]:
        """The names of all files that count."""
        named = {name for part in self.parts for name in (part.file, part.rows)}
        named |= {name for load in self.loads for name in (load.rejections, load.images)}
        return {name for name in named if name is not None}


def read(folder: Path) -> Manifest | None:
    """The manifest of a dataset's folder, if anything is landed there."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"cannot read {folder / FILE}: {error.strerror}") from error
    try:
        found = json.loads(text)
        if found["version"] != VERSION:
            raise UserError(f"{folder / FILE} is of another version of adp; load the dataset again")
        return Manifest(found["dataset"], tuple(_load(load) for load in found["loads"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{folder / FILE} is damaged; load the dataset again") from error


def _load(found: dict[str, Any]) -> Load:
    parts = (Part(**{**part, "rows_hold": tuple(part["rows_hold"])}) for part in found.pop("parts"))
    return Load(**found, parts=tuple(parts))


def write(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in place of the earlier one: the moment at which a load counts."""
    found = {"version": VERSION, **asdict(manifest)}
    write_text(folder / FILE, json.dumps(found, indent=1, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def locked(folder: Path, what: str, wait: bool = False) -> Iterator[None]:
    """Hold a dataset's folder: one load at a time, the next one waits or is told. The lock goes with the process."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise UserError(f"cannot write to {folder}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError(f"another process is loading {what}; try again when it is done, or pass --wait") from error
        yield
    finally:
        os.close(handle)


def recover(folder: Path, what: str) -> None:
    """Remove what a killed load left behind, unless a load is at work."""
    if any(folder.glob(f"{SCRATCH}*")) or any(folder.glob(f".{FILE}.*")):
        with contextlib.suppress(UserError), locked(folder, what):
            sweep(folder, read(folder))


def sweep(folder: Path, manifest: Manifest | None) -> None:
    """Remove the files of loads that no manifest names; the folder's lock is held."""
    keep = manifest.files if manifest is not None else set()
    for path in folder.iterdir():
        if path.name.startswith(SCRATCH):
            shutil.rmtree(path, ignore_errors=True)
        elif (path.name.startswith(LOAD) and path.name not in keep) or path.name.startswith(f".{FILE}."):
            path.unlink(missing_ok=True)
