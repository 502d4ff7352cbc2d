"""A range of the warehouse as a small warehouse of its own.

No model looks across trajectories, so a view run over some trajectories gives the same records as the view run over
all of them. A shard holds the very views of adp.db in a catalogue in memory, on top of staging tables that show a range
of a dataset, or of several. Whatever a view does inside, a range of it takes memory for a range only.
"""

import contextlib
import re
import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from adp import sqltext, warehouse
from adp.config import Paths
from adp.engine import duckdb
from adp.models import LAYERS, OTHER_SUFFIXES, SOURCE_LAYER, STAGING_SUFFIXES
from adp.warehouse import CATALOG, execute
from loaders import base

CORPORA = "raw.corpora"
KEPT_VIEWS = "seeds.kept_views"  # what is made once and then read as a table
PROMPT_LIMIT = "seeds.prompt_limit"  # read by targets whose records hold what was said before
FRAMING = "sft.framing"  # which trajectories an agent is trained on: sft.framed without test data
_BRANCH = re.compile(r"\s*UNION ALL BY NAME\s*\(SELECT \* FROM (staging\.\w+)\)", re.IGNORECASE)
_BODY = re.compile(r"\s*create view \S+ as\s+(.*?)[\s;]*", re.IGNORECASE | re.DOTALL)
KEPT = "memory.main.kept"  # the trajectories that shards show
_RANGE_COLUMNS = {"dataset", "landing_index"}
_TRAJECTORY_COLUMNS = {"trajectory_id", "landing_index", "id"}  # a relation without them is about something else


@dataclass(frozen=True)
class Relation:
    """A table or view of adp.db."""

    name: str  # layer.relation
    kind: str  # table or view
    sql: str  # of a view its create statement
    columns: dict[str, str]  # name to type, in order

    @property
    def layer(self) -> str:
        """raw, seeds, staging, standard or sft."""
        return self.name.split(".")[0]


@dataclass(frozen=True)
class Dataset:
    """A dataset of the catalogue."""

    name: str
    identifier: str
    licence: str | None = None
    format: str | None = None
    """Identifier of the form that it was taken in, for a corpus: corpora of one form share their tables."""
    is_test_data: bool = False
    """What the catalogue states; a trajectory may have its own."""

    def staged(self) -> tuple[str, str]:
        """Its trajectories and its steps in staging."""
        trajectories, steps = self._tables(STAGING_SUFFIXES)
        return trajectories, steps

    def holds(self, relation: str) -> bool:
        """Whether a relation of staging is one of its own."""
        return relation in self._tables((*STAGING_SUFFIXES, *OTHER_SUFFIXES))

    def _tables(self, suffixes: Iterable[str]) -> list[str]:
        return [f"staging.{self.format or self.identifier}{suffix}" for suffix in suffixes]

    @property
    def condition(self) -> str:
        """SQL: whether a row of these tables belongs to it."""
        return "true" if self.format is None else f"dataset = {sqltext.literal(self.name)}"


@dataclass(frozen=True)
class Part:
    """A range of landing_index of one dataset."""

    dataset: Dataset
    first: int
    last: int

    @property
    def condition(self) -> str:
        """SQL: whether a row that says its dataset and its landing_index belongs to it."""
        return f"{self.range} and dataset = {sqltext.literal(self.dataset.name)}"

    @property
    def staged(self) -> str:
        """SQL: whether a row of the dataset's own tables belongs to it."""
        return f"{self.range} and {self.dataset.condition}"

    @property
    def range(self) -> str:
        """SQL: whether a row of the dataset belongs to it."""
        return f"landing_index between {self.first} and {self.last}"


class Reader:
    """adp.db, attached read-only to a database in memory."""

    def __init__(self, paths: Paths, wait: bool = False, *, include_test_data: bool = False) -> None:
        self.con = warehouse.connect(paths, read_only=True, wait=wait)
        execute(self.con, f"create table {KEPT} (dataset varchar, landing_index bigint, trajectory_id varchar)")
        self.relations = self._relations()
        if include_test_data and FRAMING in self.relations:
            every = f"create view {FRAMING} as from sft.framed select * exclude (is_test_data)"
            self.relations[FRAMING] = replace(self.relations[FRAMING], sql=every)
        self.datasets = self._datasets()
        self._references: dict[str, list[str]] = {}  # by the text of a view
        self._snapshots: set[str] = set()
        self._kept_views: set[str] | None = None
        self._shards = 0
        self._lock = threading.Lock()

    def limit_prompts(self, characters: int) -> None:
        """From now on prompts hold no more characters than that, but for their newest message."""
        execute(self.con, f'create table memory.main."{PROMPT_LIMIT}" as select {characters}::bigint as characters')
        self._snapshots.add(PROMPT_LIMIT)

    def snapshot(self, target: str) -> None:
        """Compute once what `sft.<target>` reads that every shard would compute for itself; it then finds a table.

        That is what is not about trajectories, such as the text of the tools' docs, and what seeds.kept_views lists.
        """
        self.keep(f"sft.{target}")
        for name in self.upstream(f"sft.{target}"):
            relation = self.relations[name]
            if self._is_constant(relation) and name not in self._snapshots:
                execute(self.con, f'create table memory.main."{name}" as from {CATALOG}.{name}')
                self._snapshots.add(name)

    def keep(self, name: str) -> None:
        """Make tables in memory of those views of seeds.kept_views that a relation reads."""
        for read in self.kept(name):
            with contextlib.closing(self.whole(read)) as shard:
                execute(shard.cursor, f'create table memory.main."{read}" as from {shard.source}')
            self._snapshots.add(read)
            self.relations[read] = replace(self.relations[read], kind="table", sql="")

    def kept(self, name: str) -> list[str]:
        """The views of seeds.kept_views that a relation reads and that are no tables yet, upstream first."""
        return [view for view in self.kept_views(name) if self.relations[view].kind == "view"]

    def kept_views(self, name: str) -> list[str]:
        """The views of seeds.kept_views that a relation reads, whether or not they are tables already."""
        return [view for view in self.upstream(name) if view in self._listed()]

    def keep_also(self, names: Iterable[str]) -> None:
        """From now on these views are kept, too."""
        self._kept_views = self._listed().union(names)

    def _listed(self) -> set[str]:
        if self._kept_views is None:
            listed = f"from {CATALOG}.{KEPT_VIEWS} select relation"
            self._kept_views = {row[0] for row in execute(self.con, listed)} if KEPT_VIEWS in self.relations else set()
        return self._kept_views

    def shard(self, target: str) -> "Shard":
        """A shard in which `sft.<target>` can be run. Each has a connection of its own: they may run side by side."""
        return self._shard(f"sft.{target}")

    def whole(self, name: str) -> "Shard":
        """A shard in which a relation can be run, over all that there is."""
        shard = self._shard(name)
        shard.show_all()
        return shard

    def _shard(self, name: str) -> "Shard":
        with self._lock:
            self._shards += 1
            number = self._shards
        return Shard(self, f"shard_{number}", name)

    def upstream(self, name: str) -> list[str]:
        """What a view of adp.db reads, directly or not, upstream first, itself last.

        Views about trajectories are taken apart down to the staging tables; anything else counts as a whole.
        """
        found: dict[str, None] = {}

        def visit(name: str) -> None:
            if name not in found:
                for read in self.reads(self.relations[name]):
                    visit(read)
                found[name] = None

        visit(name)
        return list(found)

    def reads(self, relation: Relation) -> list[str]:
        """What a view about trajectories reads; nothing of what counts as a whole."""
        if relation.kind != "view" or relation.layer not in ("standard", "sft") or self._is_constant(relation):
            return []
        if relation.sql not in self._references:
            self._references[relation.sql] = _references(relation.sql, self.relations)
        return [name for name in self._references[relation.sql] if name != relation.name]

    def has_histories(self, name: str) -> bool:
        """Whether records of a relation hold all that was said before, and so grow with the square of a trajectory."""
        return PROMPT_LIMIT in self.relations and PROMPT_LIMIT in self.upstream(name)

    def source(self, relation: Relation) -> str:
        """Where the rows of a relation are that counts as a whole."""
        return f'memory.main."{relation.name}"' if relation.name in self._snapshots else f"{CATALOG}.{relation.name}"

    def _is_constant(self, relation: Relation) -> bool:
        return (
            relation.kind == "view"
            and relation.layer != "staging"
            and not relation.columns.keys() & _TRAJECTORY_COLUMNS
        )

    def close(self) -> None:
        """Give up the file and its lock."""
        self.con.close()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _relations(self) -> dict[str, Relation]:
        # Put together here, because joining the three takes DuckDB longer than to list them.
        columns: dict[str, dict[str, str]] = {}
        listed = "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        for relation, name, kind in execute(
            self.con, f"{listed} where database_name = ? order by schema_name, table_name, column_index", [CATALOG]
        ):
            columns.setdefault(relation, {})[name] = kind
        views = "select schema_name || '.' || view_name, sql from duckdb_views() where database_name = ?"
        sql = dict(execute(self.con, f"{views} and not internal", [CATALOG]))
        return {
            name: Relation(name, "view" if name in sql else "table", sql.get(name, ""), mine)
            for name, mine in columns.items()
        }

    def _datasets(self) -> dict[str, Dataset]:
        if "seeds.datasets" not in self.relations:
            return {}
        rows = execute(self.con, f"select dataset, identifier, licence, is_test_data from {CATALOG}.seeds.datasets")
        found = {
            name: Dataset(name, identifier, licence, is_test_data=is_test_data)
            for name, identifier, licence, is_test_data in rows
        }
        if CORPORA in self.relations:
            corpora = execute(self.con, f"select dataset, identifier, format from {CATALOG}.{CORPORA}")
            for name, identifier, form in corpora:
                licence = found[name].licence if name in found else None
                found[name] = Dataset(name, identifier, licence, base.identifier(form))
        return dict(sorted(found.items()))


class Shard:
    """The views above staging, over ranges of landing_index, each of one dataset."""

    def __init__(self, reader: Reader, catalog: str, name: str) -> None:
        self.catalog = catalog
        self._reader = reader
        self.cursor = reader.con.cursor()
        self._ranged: list[Relation] = []
        self._by_dataset: list[Relation] = []
        self._unions: list[Relation] = []
        self._shown: frozenset[Dataset] = frozenset()
        self._queries: dict[str, duckdb.DuckDBPyRelation] = {}
        with contextlib.suppress(duckdb.CatalogException):  # a DuckDB that has no such setting any more
            # A file of an older form, which the stock CLI makes, holds lambdas as DuckDB 2 reads them only when told.
            self._create("set lambda_syntax = 'ENABLE_SINGLE_ARROW'")
        self._create(f"attach ':memory:' as {catalog}")
        for layer in (SOURCE_LAYER, *LAYERS):
            self._create(f"create schema {catalog}.{layer}")
        # Macros are found in adp.db, relations never: a shard's catalogue holds all of them or the query fails.
        self._create(f"set search_path = '{catalog},{CATALOG}'")
        *upstream, last = reader.upstream(name)
        for read in upstream:
            self._add(reader.relations[read])
        self.source = self._source_of(reader.relations[last])
        """What to select from for the rows of what the shard is there for."""

    def show(self, *parts: Part) -> None:
        """From now on the views see the kept trajectories of these ranges only."""
        shown = frozenset(part.dataset for part in parts)
        for relation in self._ranged:
            if relation.layer != "staging":
                self._replace(relation, _any(part.condition for part in parts))
            elif mine := [part for part in parts if part.dataset.holds(relation.name)]:
                kept = f"select trajectory_id from {KEPT} where {_any(part.condition for part in mine)}"
                self._replace(relation, f"({_any(part.staged for part in mine)}) and trajectory_id in ({kept})")
            elif any(dataset.holds(relation.name) for dataset in self._shown):
                self._replace(relation, "false")
        if self._shown != shown:
            for relation in self._unions:
                self._create(_without_others(relation.sql, shown))
            for relation in self._by_dataset:
                names = (sqltext.literal(part.dataset.name + "/") for part in parts)
                self._replace(relation, _any(f"starts_with(trajectory_id, {name})" for name in names))
        self._shown = shown

    def show_all(self) -> None:
        """From now on the views see everything, trajectories that are not kept, too."""
        for relation in (*self._ranged, *self._by_dataset):
            self._replace(relation, "true")
        for relation in self._unions:
            self._create(_anew(relation.sql))

    def table(self, selected: str) -> Any:
        """These columns of what the shard is there for, as an Arrow table."""
        # Asked again it runs on what the shard shows by then. A new one would be planned twice.
        if selected not in self._queries:
            import duckdb  # noqa: F401  # it gives cursors their relations

            self._queries[selected] = self.cursor.sql(f"select {selected} from {self.source}")
        return self._queries[selected].to_arrow_table()

    def close(self) -> None:
        """Give up the connection."""
        self.cursor.close()

    def _source_of(self, relation: Relation) -> str:
        """A relation that nothing else reads, as something to select from.

        The text of its query will do where there is one: to make a view of it is to plan it once more.
        """
        body = _BODY.fullmatch(relation.sql)
        if body is not None and self._reader.reads(relation) and not _BRANCH.search(relation.sql):
            return f"(\n{body[1]}\n)"
        self._add(relation)
        return f"{self.catalog}.{relation.name}"

    def _add(self, relation: Relation) -> None:
        if relation.layer == "staging" or (relation.kind == "table" and relation.columns.keys() >= _RANGE_COLUMNS):
            self._ranged.append(relation)
            self._replace(relation, "false")
        elif relation.kind == "table" and "trajectory_id" in relation.columns:
            self._by_dataset.append(relation)
            self._replace(relation, "false")
        elif self._reader.reads(relation):
            if _BRANCH.search(relation.sql):
                self._unions.append(relation)
                self._create(_without_others(relation.sql, ()))
            else:
                self._create(relation.sql)
        else:
            self._replace(relation, "true")

    def _replace(self, relation: Relation, condition: str) -> None:
        source = self._reader.source(relation)
        self._create(f"create or replace view {self.catalog}.{relation.name} as from {source} where {condition}")

    def _create(self, sql: str) -> None:
        execute(self.cursor, sql)


def _any(conditions: Iterable[str]) -> str:
    """SQL: whether one of these conditions holds, each of which knows no `or`."""
    return " or ".join(conditions)


def _without_others(sql: str, shown: Collection[Dataset]) -> str:
    """The union of all datasets, to be made anew without the branches of those that are not shown.

    They are empty in a shard, but planned as often as the view is. DuckDB writes what it keeps of a view in one way
    only; a branch that is written otherwise stays, and costs its time.
    """
    return _anew(
        _BRANCH.sub(lambda branch: branch[0] if any(dataset.holds(branch[1]) for dataset in shown) else "", sql)
    )


def _anew(sql: str) -> str:
    return re.sub(r"^create view", "create or replace view", sql, flags=re.IGNORECASE)


def _references(sql: str, known: Iterable[str]) -> list[str]:
    """The known relations that a statement names, in the order of their appearance."""
    names = set(known)
    words = [text.strip('"') for kind, text in sqltext.tokens(sql) if kind not in ("comment", "space")]
    triples = zip(words, words[1:], words[2:], strict=False)
    found = (f"{schema}.{relation}" for schema, dot, relation in triples if dot == ".")
    return list(dict.fromkeys(name for name in found if name in names))
