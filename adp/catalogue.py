"""`adp datasets`: what there is, what of it is landed, and what is built."""

from dataclasses import dataclass

from adp import build, warehouse
from adp.config import Paths
from adp.engine import duckdb
from adp.models import OTHER_SUFFIXES, STAGING_SUFFIXES
from adp.sqltext import name
from adp.warehouse import execute
from loaders import base

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
    from loaders import corpora, manifest

    found = []
    built = _built(paths, wait)
    with build.in_memory(paths, "seeds.datasets") as con:
        rows = execute(con, "from seeds.datasets select dataset, identifier, source, licence order by dataset")
        named = {corpus.name: corpus for corpus in corpora.landed(paths)}
        for dataset, identifier, source, licence in rows:
            corpus = named.pop(dataset, None)
            landing = corpus.manifest if corpus is not None else manifest.read(paths.raw / identifier)
            records = trajectories = rejected = None
            if landing is not None:
                records = trajectories = landing.records
                rejected = sum(load.rejected for load in landing.loads)
                if corpus is None and base.find(dataset).step_per_line:
                    trajectories = _runs(con, identifier)
            found.append(Entry(dataset, source, licence, records, trajectories, rejected, built.get(identifier)))
    for dataset, corpus in sorted(named.items()):
        landing = corpus.manifest
        source = ", ".join(sorted({load.source for load in landing.loads}))
        rejected = sum(load.rejected for load in landing.loads)
        count = built.get(corpus.identifier)
        found.append(Entry(dataset, source, None, landing.records, landing.records, rejected, count))
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
        counts: dict[str, int] = {}
        for identifier in _staged(con) - left_out(con):
            table = f"staging.{name(identifier + TRAJECTORIES)}"
            if identifier not in base.FORMATS:
                counts[identifier] = int(execute(con, f"select count(*) from {table}")[0][0])
        # A corpus may have the name of a dataset, whose own tables are empty then.
        for identifier in (_staged(con) & base.FORMATS.keys()) - left_out(con):
            rows = execute(con, f"select dataset, count(*) from staging.{name(identifier + TRAJECTORIES)} group by all")
            counts |= {base.identifier(dataset): int(count) for dataset, count in rows}
        return counts


def left_out(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The datasets (identifiers) that every `adp build` so far was told to leave out: their tables are there, empty.

    Where the stock command line built the warehouse there are none.
    """
    exists = "from duckdb_tables() where database_name = current_database() and schema_name = 'runner'"
    if not execute(con, f"{exists} and table_name = 'fingerprints'"):
        return set()
    rows = execute(con, "from runner.fingerprints select name where starts_with(name, 'staging.')")
    made = {name.removeprefix("staging.") for (name,) in rows}
    suffixes = (TRAJECTORIES, *OTHER_SUFFIXES)
    missing = {
        dataset for dataset in _staged(con, *suffixes) if not any(dataset + suffix in made for suffix in suffixes)
    }
    if not missing & base.FORMATS.keys() or not _has_corpora(con):
        return missing
    corpora = execute(con, "from raw.corpora select identifier, format")
    return missing | {identifier for identifier, form in corpora if base.identifier(form) in missing}


def _has_corpora(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the warehouse knows of corpora: one that an earlier version made does not."""
    views = "from duckdb_views() where database_name = current_database() and schema_name = 'raw'"
    return bool(execute(con, f"{views} and view_name = 'corpora'"))


def _staged(con: duckdb.DuckDBPyConnection, *suffixes: str) -> set[str]:
    """The datasets (identifiers) that have tables, of trajectories or of what is named."""
    rows = execute(
        con,
        "from duckdb_tables() select table_name where database_name = current_database() and schema_name = 'staging'",
    )
    wanted = suffixes or (TRAJECTORIES,)
    return {table.removesuffix(end) for (table,) in rows for end in wanted if table.endswith(end)}
