"""The queries beside the models: sql/checks, each of which finds the violations of an invariant, and sql/reports."""

import contextlib
import functools
import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from adp import chat, root, sqltext
from adp.build import explained, identifier
from adp.catalogue import left_out
from adp.config import Paths, resources
from adp.engine import duckdb
from adp.errors import UserError
from adp.shard import KEPT, Part, Reader, Relation, Shard
from adp.warehouse import CATALOG, execute

FIRST_VIOLATIONS = 5
PART_BYTES = 64_000_000
MOST_BYTES_AT_ONCE = 400_000_000
HISTORY_SHARE = 512  # a part for checks of prompts, which grow with the square of a trajectory: a 512th of the memory
MOST_BYTES_TO_KEEP = 16_000_000  # of a warehouse whose training sets are rendered once for all checks
_BATCH = 10_000
_SAMPLED_STEPS = 2_000
_NO_END = 1 << 62
_TEXT_TYPES = ("VARCHAR", "JSON")


@dataclass(frozen=True)
class Query:
    """One file with one query."""

    name: str
    file: str
    purpose: str  # the first sentence of its comment
    sql: str

    def words(self) -> list[str]:
        """Its tokens without comments."""
        return [token for kind, token in sqltext.tokens(self.sql) if kind not in ("comment", "space")]

    def reads(self, schema: str) -> set[str]:
        """The relations of a schema that it names."""
        words = self.words()
        triples = zip(words, words[1:], words[2:], strict=False)
        return {relation for name, dot, relation in triples if name == schema and dot == "."}


@dataclass(frozen=True)
class Outcome:
    """What a check found."""

    query: Query
    violations: int
    columns: tuple[str, ...]
    first: list[tuple[Any, ...]]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether there are no violations."""
        return self.violations == 0


def find(folder: str, sql_root: Path | None = None) -> dict[str, Query]:
    """The queries in a folder of sql/, by name."""
    found = {}
    for path in sorted(((sql_root or root() / "sql") / folder).glob("*.sql")):
        file = f"sql/{folder}/{path.name}"
        statements = sqltext.statements(path.read_text())
        if len(statements) != 1:
            raise UserError(f"{file}: must hold one query, holds {len(statements)}")
        found[path.stem] = Query(path.stem, file, _purpose(statements[0].comment), statements[0].sql)
    return found


def run(con: duckdb.DuckDBPyConnection, query: Query) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Columns and rows of a query."""
    try:
        result = con.execute(query.sql)
        return tuple(column[0] for column in result.description or []), result.fetchall()
    except duckdb.Error as error:
        raise _failed(query, error) from error


def check(paths: Paths, wait: bool = False, sql_root: Path | None = None) -> Iterator[Outcome]:
    """Run every check; those that render training sets run part by part where the warehouse is large.

    To render a training set takes memory in proportion to it, and a check is about one trajectory at a time.
    """
    with Reader(paths, wait) as reader:
        every = f"from {CATALOG}.standard.stacked_trajectories select dataset, landing_index, trajectory_id"
        execute(reader.con, f"insert into {KEPT} {every}")
        parts, size = _parts(reader, PART_BYTES)
        small_parts = functools.cache(lambda: _parts(reader, resources().memory / HISTORY_SHARE)[0])
        if size <= min(MOST_BYTES_TO_KEEP, MOST_BYTES_AT_ONCE):
            # To plan the views takes longer than to fill tables with so little, and many checks read the same ones.
            reader.keep_also(name for name, relation in reader.relations.items() if reader.reads(relation))
        unbuilt = left_out(reader.con)
        for query in find("checks", sql_root).values():
            found = _Found(query, unbuilt)
            name = _as_training_set(reader, query)
            renders = _renders(reader, query, name)
            if size > MOST_BYTES_TO_KEEP and renders and _reads_histories(reader, query):
                _look_in_parts(reader, query, name, small_parts(), found)
            elif size > MOST_BYTES_AT_ONCE and renders:
                _look_in_parts(reader, query, name, parts, found)
            else:
                try:
                    if reader.kept_views(name):
                        _look_at_all(reader, query, name, found)
                    else:
                        found.look(reader.con, query.sql)
                except UserError as error:
                    if not (renders and isinstance(error.__cause__, duckdb.OutOfMemoryException)):
                        raise
                    # some training sets are many times as large as the warehouse
                    found = _Found(query, unbuilt)
                    _look_in_parts(reader, query, name, parts, found)
            yield found.outcome()


def _failed(query: Query, error: duckdb.Error) -> UserError:
    """One line for an error on a query. A relation that is not there has not been built."""
    hint = "; run `adp build` first" if isinstance(error, duckdb.CatalogException) else ""
    return UserError(explained(query.file, error) + hint)


class _Found:
    """What a check has found so far.

    One that asks what became of the dumps does not look at datasets that every build has left out: nothing of them has
    been lost.
    """

    def __init__(self, query: Query, unbuilt: Collection[str]) -> None:
        self.query = query
        self.unbuilt = unbuilt if query.reads("raw") else ()
        self.started = time.monotonic()
        self.count = 0
        self.columns: tuple[str, ...] = ()
        self.first: list[tuple[Any, ...]] = []

    def look(self, con: duckdb.DuckDBPyConnection, sql: str) -> None:
        """Run it, or a part of it."""
        try:
            result = con.execute(sql)
            self.columns = tuple(column[0] for column in result.description or [])
            while batch := result.fetchmany(_BATCH):
                if self.unbuilt and "dataset" in self.columns:
                    place = self.columns.index("dataset")
                    batch = [row for row in batch if identifier(str(row[place])) not in self.unbuilt]
                self.first += batch[: FIRST_VIOLATIONS - len(self.first)]
                self.count += len(batch)
        except duckdb.Error as error:
            raise _failed(self.query, error) from error

    def outcome(self) -> Outcome:
        """All that was found."""
        return Outcome(self.query, self.count, self.columns, self.first, time.monotonic() - self.started)


def _renders(reader: Reader, query: Query, name: str) -> bool:
    """Whether a check reads what a training set is, or who is missing from it: views, that grow with the warehouse.

    Views that are kept are not rendered by each check that reads them.
    """
    read = {f"sft.{relation}" for relation in query.reads("sft")} - set(reader.kept_views(name))
    return any(relation in reader.relations and reader.relations[relation].kind == "view" for relation in read)


def _reads_histories(reader: Reader, query: Query) -> bool:
    """Whether a check names a column of messages of a set whose records hold all that was said before."""
    words = query.words()
    read = {f"sft.{relation}" for relation in query.reads("sft")} & reader.relations.keys()
    return any(
        reader.has_histories(name) and not set(chat.of(reader.relations[name].columns)).isdisjoint(words)
        for name in read
    )


def _look_in_parts(reader: Reader, query: Query, name: str, parts: list[Part], found: _Found) -> None:
    """Let a check look at one part of the warehouse after the other."""
    try:
        with contextlib.closing(_shard(reader, name)) as shard:
            for part in parts:
                shard.show(part)
                found.look(shard.cursor, f"from {shard.source}")
    except duckdb.Error as error:
        raise _failed(query, error) from error


def _look_at_all(reader: Reader, query: Query, name: str, found: _Found) -> None:
    """Let a check look at the whole warehouse, with the views as tables that several checks read."""
    try:
        with contextlib.closing(_shard(reader, name)) as shard:
            shard.show_all()
            found.look(shard.cursor, f"from {shard.source}")
    except duckdb.Error as error:
        raise _failed(query, error) from error


def _shard(reader: Reader, name: str) -> Shard:
    """A shard in which a check is a view."""
    target = name.removeprefix("sft.")
    reader.snapshot(target)
    return reader.shard(target)


def _as_training_set(reader: Reader, query: Query) -> str:
    """Let a reader know a check as if it were a training set, with a record for each violation; its name."""
    name = f"sft.check__{query.name}"
    reader.relations[name] = Relation(name, "view", f"create view {name} as {query.sql}", {"trajectory_id": "VARCHAR"})
    return name


def _parts(reader: Reader, wanted: float) -> tuple[list[Part], float]:
    """Ranges of landing_index that cover every dataset, with text of about the wanted size in each; all their bytes."""
    parts: list[Part] = []
    total = 0.0
    for dataset in reader.datasets.values():
        steps = dataset.staged()[1]
        columns = reader.relations[steps].columns if steps in reader.relations else {}
        texts = [f'coalesce(strlen("{name}"::varchar), 0)' for name, kind in columns.items() if kind in _TEXT_TYPES]
        if not texts:
            continue
        mine = f"from {CATALOG}.{steps} where {dataset.condition}"
        query = f"select {' + '.join(texts)} as size {mine} limit {_SAMPLED_STEPS}"
        size = execute(reader.con, f"select avg(size) from ({query})")[0][0]
        if size is None:
            continue
        rows = execute(
            reader.con,
            f"""
            with counted as (
                select landing_index, count(*) as steps {mine} group by all
            ),
            numbered as (
                from counted
                select
                    landing_index,
                    steps,
                    (sum(steps) over (order by landing_index) * {size} / {wanted})::bigint as part
            )
            from numbered select min(landing_index), sum(steps) * {size} group by part order by 1
            """,
        )
        firsts = [0, *(int(first) for first, _ in rows[1:])]
        parts += [Part(dataset, first, last - 1) for first, last in pairwise([*firsts, _NO_END])]
        total += sum(float(part) for _, part in rows)
    return parts, total


def _purpose(comment: str) -> str:
    """The first sentence of a comment."""
    lines = [re.sub(r"^\s*--\s?", "", line).strip() for line in comment.strip().splitlines()]
    paragraph = " ".join(lines).strip()
    return re.split(r"(?<=[.?])\s", paragraph, maxsplit=1)[0]
