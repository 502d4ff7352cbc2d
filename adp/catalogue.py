"""`adp datasets`: what there is, what of it is landed, and what is built."""

from dataclasses import dataclass

import duckdb

from adp import build, warehouse
from adp.config import Paths
from adp.models import STAGING_SUFFIXES
from adp.sqltext import name
from adp.warehouse import execute

TRAJECTORIES, _ = STAGING_SUFFIXES
COLUMNS = ("dataset", "source", "licence", "landed_records", "landed_trajectories", "rejected", "built_trajectories")


@dataclass(frozen=True)
class Entry:
    """One dataset."""

    dataset: str
    source: str
    licence: str | None
    landed_records: int | None  # None where nothing is landed
    landed_trajectories: int | None
    rejected: int | None
    built_trajectories: int | None  # None where it was never built


def entries(paths: Paths, wait: bool = False) -> list[Entry]:
    """Every dataset of the catalogue, whether or not anything is landed or built."""
    from loaders import base, manifest

    found = []
    built = _built(paths, wait)
    with build.in_memory(paths, "seeds.datasets") as con:
        rows = execute(con, "from seeds.datasets select dataset, identifier, source, licence order by dataset")
        for dataset, identifier, source, licence in rows:
            landing = manifest.read(paths.raw / identifier)
            records = trajectories = rejected = None
            if landing is not None:
                records = trajectories = landing.records
                rejected = sum(load.rejected for load in landing.loads)
                if base.find(dataset).step_per_line:
                    trajectories = _runs(con, identifier)
            found.append(Entry(dataset, source, licence, records, trajectories, rejected, built.get(identifier)))
    return found


def _runs(con: duckdb.DuckDBPyConnection, identifier: str) -> int:
    """Trajectories of a dump with a line per step."""
    query = f"select count(*) from (from raw.{identifier} select distinct source_id, occurrence)"
    return int(execute(con, query)[0][0])


def _built(paths: Paths, wait: bool) -> dict[str, int]:
    """Trajectories in the warehouse, by identifier; a dataset that was left out of every build is not in it."""
    if not paths.db.exists():
        return {}
    with warehouse.connect(paths, read_only=True, wait=wait) as con:
        return {
            identifier: int(execute(con, f"select count(*) from staging.{name(identifier + TRAJECTORIES)}")[0][0])
            for identifier in _staged(con) - left_out(con)
        }


def left_out(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The datasets (identifiers) that every `adp build` so far was told to leave out: their tables are there, empty.

    Where the stock command line built the warehouse there are none.
    """
    exists = "from duckdb_tables() where database_name = current_database() and schema_name = 'runner'"
    if not execute(con, f"{exists} and table_name = 'fingerprints'"):
        return set()
    rows = execute(con, "from runner.fingerprints select name where starts_with(name, 'staging.')")
    return _staged(con) - {made.removeprefix("staging.").removesuffix(TRAJECTORIES) for (made,) in rows}


def _staged(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The datasets (identifiers) that have tables."""
    rows = execute(
        con,
        "from duckdb_tables() select table_name"
        " where database_name = current_database() and schema_name = 'staging' and ends_with(table_name, ?)",
        [TRAJECTORIES],
    )
    return {table.removesuffix(TRAJECTORIES) for (table,) in rows}
