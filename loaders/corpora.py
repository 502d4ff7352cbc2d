"""Corpora: what is landed of a format, each under a name of its own that becomes its dataset.

A corpus lies in a folder of its own below that of its format, with its own manifest: loading one leaves the others as
they are. A name stands for one thing only. That of a dataset of the catalogue may be used as long as the dataset itself
is not landed: then the corpus takes its place, with all that the catalogue says of it.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adp.config import Paths
from adp.errors import UserError
from loaders import base, manifest
from loaders.base import Loader
from loaders.manifest import Manifest

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_ENDINGS = re.compile(r"(\.(jsonl|ndjson|json|parquet|pq|gz|gzip|zst|zstd))+$", re.IGNORECASE)


@dataclass(frozen=True)
class Corpus:
    """A corpus that is landed."""

    name: str
    format: Loader
    manifest: Manifest

    @property
    def loader(self) -> Loader:
        """The loader of this very corpus."""
        return of_corpus(self.format, self.name)

    @property
    def identifier(self) -> str:
        """The name as an identifier and file stem."""
        return base.identifier(self.name)


def of_corpus(loader: Loader, name: str) -> Loader:
    """The loader of a format for one corpus: its records belong to the dataset of that name."""
    return dataclasses.replace(loader, dataset=name, corpus=name)


def folder(paths: Paths, loader: Loader, name: str) -> Path:
    """Where a corpus is landed."""
    return paths.raw / loader.identifier / name


def folders(paths: Paths, loader: Loader) -> list[Path]:
    """The folders of a format in which a corpus is or was being landed."""
    found = paths.raw / loader.identifier
    return sorted(path for path in found.iterdir() if path.is_dir()) if found.is_dir() else []


def landed(paths: Paths, loader: Loader | None = None) -> Iterator[Corpus]:
    """The corpora that are landed, of all formats or of one."""
    for known in [loader] if loader is not None else base.FORMATS.values():
        for path in folders(paths, known):
            found = manifest.read(path)
            if found is not None:
                yield Corpus(path.name, known, found)


def find(paths: Paths, name: str) -> Corpus | None:
    """The corpus of a name or identifier, if it is landed."""
    wanted = base.identifier(name)
    return next((corpus for corpus in landed(paths) if corpus.identifier == wanted), None)


def staged(paths: Paths, dataset: str) -> str:
    """The identifier under which a dataset, a format or a corpus is staged, by any of its names."""
    corpus = find(paths, dataset)
    return corpus.format.identifier if corpus is not None else base.find(dataset).identifier


def name_of(source: str | Path) -> str:
    """The name of a corpus for which none is given: that of the file or folder that it comes from."""
    stem = _ENDINGS.sub("", Path(source).expanduser().resolve().name)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", stem).strip("-.")
    if not _NAME.fullmatch(name):
        raise UserError("give the corpus a name with --name: it becomes its dataset")
    return name


def check_name(paths: Paths, loader: Loader, name: str) -> None:
    """Raise where a corpus of this format cannot have this name."""
    if not _NAME.fullmatch(name):
        raise UserError(f"{name!r} is no name for a corpus: letters, digits, `_`, `.` and `-`, a letter or digit first")
    if base.identifier(name) in base.DATASETS and manifest.read(paths.raw / base.identifier(name)) is not None:
        raise UserError(f"{name} is landed as a dataset of the catalogue; give the corpus another name")
    for corpus in landed(paths):
        if corpus.identifier == base.identifier(name) and (corpus.name, corpus.format) != (name, loader):
            there = f"a corpus {corpus.name} of the form {corpus.format.dataset}"
            raise UserError(f"there is {there} already; give this one another name")


def check_dataset(paths: Paths, loader: Loader) -> None:
    """Raise where a corpus has taken the place of a dataset of the catalogue."""
    corpus = find(paths, loader.dataset)
    if corpus is not None:
        place = folder(paths, corpus.format, corpus.name)
        raise UserError(
            f"{corpus.name} is landed as a corpus of the form {corpus.format.dataset}; remove {place} to land it anew"
        )
