"""`kill -9` at any moment of a load, a build or an export of a real dump: nothing is half done, nothing stays behind.

ADP_KILL_ROUNDS says how often each is killed, ADP_KILL_MB how large the dump is.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from adp import root
from adp.config import Paths
from bench.generate import generate

ROUNDS = int(os.environ.get("ADP_KILL_ROUNDS", "1"))
MEGABYTES = int(os.environ.get("ADP_KILL_MB", "1"))
SHAPE = "swe_smith"
TARGET = "openhands"
LEFTOVERS = (".tmp", ".wal", ".building", ".adp-")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + 60 * ROUNDS)]


@dataclass
class House:
    """A warehouse in a folder of its own, and the dumps that are landed there."""

    folder: Path
    dump: Path
    earlier: Path
    """A dump of other records, for what stood there before."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each command takes when nobody kills it."""

    @property
    def paths(self) -> Paths:
        return Paths(self.folder / "adp.db", self.folder / "data")

    def commands(self, dump: Path | None = None, target: str = TARGET) -> dict[str, list[str]]:
        export = ["export", target, "--out"]
        return {
            "load": ["load", SHAPE, "--from", str(dump or self.dump)],
            "build": ["build"],
            "jsonl": [*export, "out.jsonl"],
            "parquet": [*export, "out"],
        }

    def start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "adp.cli", *arguments, "--quiet"]
        # Relative, so that a house can be copied.
        where = {"ADP_DB": self.paths.db.name, "ADP_DATA": self.paths.data.name, "PYTHONPATH": str(root())}
        return subprocess.Popen(
            command, cwd=self.folder, env=os.environ | where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def run(self, arguments: list[str]) -> None:
        """Run a command to its end."""
        started = time.monotonic()
        with self.start(arguments) as process:
            said = process.communicate()[0].decode()
        assert process.returncode == 0, said
        self.seconds.setdefault(arguments[0], time.monotonic() - started)

    def kill(self, arguments: list[str], dice: random.Random) -> bool:
        """Kill a command somewhere in its course; false where it was done before."""
        started = time.monotonic()
        with self.start(arguments) as process:
            try:
                process.communicate(timeout=dice.random() * self.seconds[arguments[0]])
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
        if process.returncode != -signal.SIGKILL:
            self.seconds[arguments[0]] = time.monotonic() - started  # faster than when it was measured
        return process.returncode == -signal.SIGKILL

    def rows(self) -> dict[str, str]:
        """A digest of the ordered rows of every relation of the layers that a user reads; it opens the file."""
        with duckdb.connect(str(self.paths.db), read_only=True) as con:
            con.execute("set file_search_path = ?", [str(self.folder)])
            names = con.execute(
                "select table_schema || '.' || table_name from information_schema.tables"
                " where table_catalog = current_database() and table_schema in ('standard', 'sft') order by all"
            ).fetchall()
            return {
                name: con.execute(
                    f"with rows as (from {name} as t select md5(t::varchar) as row)"
                    " from rows select md5(coalesce(string_agg(row, '' order by row), ''))"
                ).fetchall()[0][0]
                for (name,) in names
            }

    def exports(self) -> dict[str, str]:
        """A digest of every exported file."""
        files = [self.folder / "out.jsonl", self.folder / "out.jsonl.manifest.json", *(self.folder / "out").iterdir()]
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    def leftovers(self) -> list[str]:
        """Temporary files of any kind."""
        found = [path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")]
        return [name for name in found if any(mark in name for mark in LEFTOVERS)]

    def files(self) -> int:
        """How many files there are: those of a load have a new name each time, token counts are added file by file."""
        derived = self.paths.derived
        return sum(path.is_file() and derived not in path.parents for path in self.folder.rglob("*"))


@dataclass
class Whole:
    """What an undisturbed run leaves."""

    house: House
    rows: dict[str, str]
    exports: dict[str, str]
    files: int

    def holds_for(self, house: House) -> None:
        """The rows, the exported bytes and the number of files are the same, and nothing else is left."""
        assert house.rows() == self.rows
        assert house.exports() == self.exports
        assert house.leftovers() == []
        assert house.files() == self.files


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    dumps = tmp_path_factory.mktemp("dumps")
    dump = generate(dumps / "now", MEGABYTES, (SHAPE,))[SHAPE]
    lines = dump.read_bytes().splitlines(keepends=True)
    earlier = dumps / "earlier.jsonl"
    earlier.write_bytes(b"".join(lines[: len(lines) // 3]))
    house = House(tmp_path_factory.mktemp("whole"), dump, earlier)
    for arguments in house.commands().values():
        house.run(arguments)
    assert house.leftovers() == []
    return Whole(house, house.rows(), house.exports(), house.files())


@pytest.fixture(scope="module")
def furnished(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house in which everything was done once, with the earlier dump and another target."""
    made = House(tmp_path_factory.mktemp("furnished"), whole.house.dump, whole.house.earlier)
    for arguments in made.commands(made.earlier, "std").values():
        made.run(arguments)
    return made


@pytest.fixture
def house(furnished: House, whole: Whole, tmp_path: Path) -> House:
    """A furnished house of one's own."""
    shutil.copytree(furnished.folder, tmp_path, dirs_exist_ok=True)
    return House(tmp_path, furnished.dump, furnished.earlier, dict(whole.house.seconds))


class Rounds:
    """Counts the kills, up to ROUNDS of them, of a few more tries."""

    def __init__(self) -> None:
        self.killed = 0

    def __iter__(self) -> Iterator[int]:
        for number in range(4 * ROUNDS):
            if self.killed == ROUNDS:
                return
            yield number
        raise AssertionError(f"killed {self.killed} times of {4 * ROUNDS}: the dump is too small for this machine")


def test_killed_load_counts_wholly_or_not_at_all(house: House, whole: Whole) -> None:
    dice = random.Random("load")
    load, build, *exports = house.commands().values()
    before = house.rows()
    rounds = Rounds()
    for number in rounds:
        if number % 3 == 2:  # from nothing
            shutil.rmtree(house.paths.raw)
        rounds.killed += house.kill(load, dice)
        assert house.rows() == before  # the file opens, and holds what it held
        if number % 3 == 1:  # what a killed load left must not disturb a build either
            house.run(build)
            before = house.rows()
        house.run(load)
        assert house.leftovers() == []
    for arguments in (build, *exports):
        house.run(arguments)
    whole.holds_for(house)


@pytest.mark.parametrize("full", [False, True], ids=["changed", "full"])
def test_killed_build_is_completed_by_the_next(full: bool, house: House, whole: Whole) -> None:
    dice = random.Random(f"build {full}")
    load, build, *exports = house.commands().values()
    build = [*build, "--full"] if full else build
    house.run(load)
    rounds = Rounds()
    for number in rounds:
        if number % 2:  # from nothing
            house.paths.db.unlink()
            shutil.rmtree(house.paths.derived, ignore_errors=True)
        elif number:  # landed anew, so that everything is to be made anew
            house.run(load)
        rounds.killed += house.kill(build, dice)
        if house.paths.db.exists():
            with duckdb.connect(str(house.paths.db), read_only=True) as con:
                con.execute("from duckdb_tables()").fetchall()
        house.run(build)
        assert house.rows() == whole.rows
        assert house.leftovers() == []
    for arguments in exports:
        house.run(arguments)
    whole.holds_for(house)


def is_whole(out: Path) -> bool:
    """Whether the files of an exported folder are those of its manifest."""
    told = json.loads((out / "manifest.json").read_bytes())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.glob("*.parquet")}
    return found == {entry["file"]: entry["sha256"] for entry in told["files"]}


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_killed_export_leaves_the_earlier_one_or_the_new_one(form: str, house: House, whole: Whole) -> None:
    dice = random.Random(f"export {form}")
    for name in ("load", "build"):
        house.run(house.commands()[name])
    out = house.folder / ("out" if form == "parquet" else "out.jsonl")
    earlier, new = house.commands(target="std")[form], house.commands()[form]
    there: Callable[[], object] = (lambda: is_whole(out)) if form == "parquet" else out.read_bytes
    allowed = set()
    for arguments in (new, earlier):
        house.run(arguments)
        allowed.add(there())
    rounds = Rounds()
    for number in rounds:
        if number % 3 == 2:  # nothing stood there
            shutil.rmtree(out) if out.is_dir() else out.unlink()
        else:
            house.run(earlier)
        rounds.killed += house.kill(new, dice)
        assert not out.exists() or there() in allowed
        assert house.rows() == whole.rows
        house.run(new)
        assert house.leftovers() == []
    for arguments in house.commands().values():
        house.run(arguments)
    whole.holds_for(house)
