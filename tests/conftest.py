"""Fixtures that several test modules share."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

from adp import derive_axtrees, root
from adp.build import build
from adp.config import Paths
from tests.rendering import Warehouse
from tests.tree import TREE, Tree

# How long an example takes says nothing where the machine is shared; a hung one is stopped by the test's timeout.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Two datasets through all layers, the dump of one of them without records."""
    made = Tree(tmp_path)
    for file, text in TREE.items():
        made.write(file, text)
    made.land("farm", ["cat", "hen"])
    made.land("zoo", [])
    return made


def made_once(temporary: pytest.TempPathFactory, name: str, make: Callable[[Paths], None]) -> Paths:
    """A warehouse that all processes of a run share: who comes first makes it, the others wait."""
    base = temporary.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    paths = Paths(folder / "adp.db", folder / "data")
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "made").exists():
            make(paths)
            (folder / "made").touch()
    return paths


def of_samples(paths: Paths, *datasets: str) -> None:
    """A warehouse of these sample dumps."""
    from loaders import land

    for dataset in datasets:
        land.load(dataset, [root() / "samples" / f"{dataset}.jsonl"], paths)
    derive_axtrees.take(paths, root() / "samples" / "axtrees.json")
    build(paths, axtrees=False)


@pytest.fixture(scope="session")
def sample_paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The sample dumps landed and built, once for all tests: only to be read."""
    every = sorted(file.stem for file in (root() / "samples").glob("*.jsonl"))
    return made_once(tmp_path_factory, "samples", lambda paths: of_samples(paths, *every))


@pytest.fixture(scope="session")
def reference() -> Path:
    """Real records of every dataset, and what the reference converters make of them."""
    folder = root().parent / "shared" / "reference" / "adp"
    if not folder.is_dir():
        pytest.skip("the reference's records are not beside this project")
    return folder


@pytest.fixture(scope="session")
def reference_paths(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The reference's raw records landed and built, once for all tests: only to be read."""
    from loaders import base, land

    def make(paths: Paths) -> None:
        for loader in base.DATASETS.values():
            records = reference / loader.dataset / "raw.jsonl"
            if records.exists():  # of some datasets the reference has its output only
                land.load(loader.dataset, [records], paths)
        build(paths, axtrees=False)

    return made_once(tmp_path_factory, "reference", make)


def copied(paths: Paths, folder: Path) -> Paths:
    """The same warehouse in another folder."""
    shutil.copytree(paths.data, folder / "data")
    shutil.copy(paths.db, folder / "adp.db")
    return Paths(folder / "adp.db", folder / "data")


@pytest.fixture
def sample_copy(sample_paths: Paths, tmp_path: Path) -> Paths:
    """The sample warehouse, to be changed by one test."""
    return copied(sample_paths, tmp_path)


@pytest.fixture(scope="session")
def few_paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Two of the sample dumps, one of software and one of the web: a build of theirs takes a second."""
    return made_once(tmp_path_factory, "few", lambda paths: of_samples(paths, "nnetnav_live", "swe_smith"))


@pytest.fixture
def few_copy(few_paths: Paths, tmp_path: Path) -> Paths:
    """That warehouse, to be changed by one test."""
    return copied(few_paths, tmp_path)


@pytest.fixture(scope="session")
def shared_warehouse() -> Warehouse:
    """The models above staging, made once."""
    return Warehouse()


@pytest.fixture
def warehouse(shared_warehouse: Warehouse) -> Warehouse:
    """The models above staging, to be filled with trajectories written by hand."""
    return shared_warehouse.clear()


@pytest.fixture(scope="session")
def duckdb_program() -> str:
    """The stock command line, which is installed with the development packages."""
    beside = Path(sys.executable).with_name("duckdb")
    program = str(beside) if beside.exists() else shutil.which("duckdb")
    if program is None:
        pytest.skip("the duckdb command line is not installed")
    return program
