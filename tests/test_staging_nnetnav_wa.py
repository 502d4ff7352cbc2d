"""nnetnav-wa: read by the same rules as nnetnav-live, apart from it."""

import json
from pathlib import Path

import duckdb
import pytest

from adp import root
from adp.build import in_memory
from adp.config import Paths
from loaders.land import load

REFERENCE = root().parent / "shared" / "reference" / "adp" / "nnetnav-wa"
NAMES = ("nnetnav_live", "nnetnav_wa")


def landed(folder: Path, **lines: list[str]) -> duckdb.DuckDBPyConnection:
    """The staging tables of both datasets, with these lines landed."""
    paths = Paths(folder / "adp.db", folder / "data")
    for dataset, dump in lines.items():
        file = folder / f"{dataset}.jsonl"
        file.write_text("".join(line + "\n" for line in dump))
        load(dataset, [file], paths)
    return in_memory(paths, *(f"staging.{name}_{end}" for name in NAMES for end in ("steps", "trajectories")))


def sample(name: str) -> list[str]:
    """The lines of a sample."""
    return (root() / "samples" / f"{name}.jsonl").read_text().splitlines()


def count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """How many rows a staging table has."""
    return int(con.execute(f"select count(*) from staging.{relation}").fetchall()[0][0])


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The same lines landed as either dataset."""
    dump = sample("nnetnav_wa")
    return landed(tmp_path_factory.mktemp("both"), nnetnav_live=dump, nnetnav_wa=dump)


@pytest.mark.parametrize("end", ["steps", "trajectories"])
def test_the_same_lines_read_alike_in_both_datasets(both: duckdb.DuckDBPyConnection, end: str) -> None:
    live, wa = (str(both.execute(f"from staging.{name}_{end} order by all").fetchall()) for name in NAMES)
    assert "nnetnav-live" in live
    assert wa.replace("nnetnav-wa", "nnetnav-live").replace("nnetnav_wa", "nnetnav_live") == live


def test_each_dataset_has_its_own_trajectories_only(tmp_path: Path) -> None:
    con = landed(tmp_path, nnetnav_live=sample("nnetnav_live"), nnetnav_wa=sample("nnetnav_wa"))
    for name in NAMES:
        for end in ("steps", "trajectories"):
            (found,) = con.execute(f"select distinct dataset from staging.{name}_{end}").fetchall()
            assert found == (name.replace("_", "-"),)
    assert count(con, "nnetnav_wa_trajectories") == 5


def test_one_dataset_is_read_where_the_other_is_not_landed(tmp_path: Path) -> None:
    con = landed(tmp_path, nnetnav_wa=sample("nnetnav_wa"))
    assert count(con, "nnetnav_live_steps") == count(con, "nnetnav_live_trajectories") == 0
    assert count(con, "nnetnav_wa_steps") == 5 + 11 * 2


def test_exclusions(both: duckdb.DuckDBPyConnection) -> None:
    found = both.execute("select source_id, exclusion from staging.nnetnav_wa_trajectories order by landing_index")
    assert found.fetchall() == [
        ("webarena_openended_12", None),
        ("webarena_openended_40", None),
        ("webarena_openended_12", None),
        ("webarena_openended_61", "unreadable_step"),
        ("webarena_openended_70", "incomplete"),
    ]


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="../shared/reference is not there")
def test_trajectories_are_those_of_the_reference(tmp_path: Path) -> None:
    """But for 5777, of which the reference has the second half: a step in its middle cannot be read."""
    con = landed(tmp_path, nnetnav_wa=(REFERENCE / "raw.jsonl").read_text().splitlines())
    theirs = {
        record["id"]: record["content"]
        for record in map(json.loads, (REFERENCE / "std.jsonl").read_text().splitlines())
    }
    ours = dict(
        con.execute(
            """
            from staging.nnetnav_wa_steps
            join staging.nnetnav_wa_trajectories using (trajectory_id)
            select source_id, list(class order by step_index)
            where exclusion is null
            group by source_id
            """
        ).fetchall()
    )
    assert theirs.keys() - ours.keys() == {"webarena_openended_5777"}
    assert ours == {name: [event["class_"] for event in theirs[name]] for name in ours}
