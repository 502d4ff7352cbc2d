"""Running the models: what changed, upstream first, each file with its fingerprints in one transaction."""

import contextlib
import functools
import glob
import graphlib
import hashlib
import json
import queue
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from adp import blank, models, root, sqltext, warehouse
from adp.config import DEFAULT_TOKENIZER, GIB, Paths, resources
from adp.engine import duckdb
from adp.errors import UserError
from adp.models import Macro, Model
from adp.talk import Talk
from adp.warehouse import execute, transaction

AXTREES = "standard.axtrees"
_FORMAT = 2  # raised when the meaning of a fingerprint changes
_MACROS = "macro:"
_RAW = "raw:"
_COLUMNS = "columns:"


@dataclass
class Summary:
    """What a build did."""

    built: list[str] = field(default_factory=list)
    kept: int = 0
    dropped: list[str] = field(default_factory=list)
    rendered: int = 0  # pages that a browser was shown
    derived: int = 0  # texts whose tokens were counted
    seconds: float = 0.0


def build(
    paths: Paths,
    datasets: Collection[str] | None = None,
    *,
    full: bool = False,
    wait: bool = False,
    axtrees: bool = True,
    retry_pages: bool = False,
    tokens: bool = True,
    tokenizer: str | None = None,
    talk: Talk | None = None,
    sql_root: Path | None = None,
    write_raw: Callable[[Paths], object] | None = None,
    from_blank: bool = True,
) -> Summary:
    """Bring the warehouse up to date with the models and with what is landed.

    `datasets` (names or identifiers) limits it to their staging models and what depends on them. `full` makes a new
    file and puts it in place of the old one. `axtrees` derives the accessibility trees that are missing (with
    `retry_pages` also of pages that could not be shown before), `tokens` the token counts. A new file starts as a copy
    of a blank warehouse (adp/blank.py), unless `from_blank` forbids it or the SQL is not the project's own.
    """
    started = time.monotonic()
    talk = talk or Talk(quiet=True)
    from_blank = from_blank and sql_root is None and write_raw is None
    sql_root = sql_root or root() / "sql"
    write_raw = write_raw or _write_raw_views
    if tokens:
        from adp import bpe, derive

        bpe.check_tokenizer(tokenizer or DEFAULT_TOKENIZER)
    write_raw(paths)
    every = models.load(sql_root)
    found = models.present(every, empty_raw_views(paths))
    macros = models.macros(sql_root)
    left_out = _left_out(every, datasets)
    summary = Summary()
    begin = (lambda db: blank.copy_to(db, _blank_key(every, macros), _make_blank)) if from_blank else None
    with _opened(paths, full, wait, begin) as con:
        if warehouse.storage_version(con) > warehouse.STORAGE_VERSION:
            talk.warn(f"{paths.db} can be read by this DuckDB only; `adp build --full` makes one that all read")
        runner = _Runner(con, paths, sql_root, every, found, macros, left_out, talk, summary)
        runner.run()
        if axtrees and any(name.startswith("staging.") for name in models.upstream(found, [AXTREES])):
            from adp import derive_axtrees

            summary.rendered = derive_axtrees.missing(con, paths, retry=retry_pages, talk=talk).pages
            if summary.rendered:
                write_raw(paths)
                runner.run()
        if tokens:
            parts = runner.texts(derive.TEXTS, derive.PROMPTS)
            summary.derived = derive.missing(con, paths, parts, tokenizer=tokenizer, talk=talk)
            if summary.derived:
                write_raw(paths)
                runner.run()
    summary.built = list(dict.fromkeys(summary.built))
    summary.kept = len(found) - len(summary.built)
    summary.seconds = time.monotonic() - started
    return summary


def in_memory(paths: Paths, *names: str, sql_root: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory with just the named models and what they read: needs no warehouse and takes no lock."""
    sql_root = sql_root or root() / "sql"
    found = models.load(sql_root)
    reached = models.upstream(found, names)
    wanted = [model for model in found if model.name in reached]
    macros = models.macros(sql_root)
    used = models.used_macros((call for model in wanted for call in model.calls), macros)
    scripts = [
        ("sql/schemas.sql", (sql_root / "schemas.sql").read_text()),
        (str(paths.raw_sql), _raw_views(paths)),
        *(("sql/macros.sql", macro.sql) for name, macro in macros.items() if name in used),
        *((model.file, model.sql) for model in wanted),
    ]
    con = duckdb.connect()
    for file, text in scripts:
        for statement in sqltext.statements(text):
            _run(con, file, statement.sql)
    return con


def identifier(dataset: str) -> str:
    """A dataset's name as an identifier and file stem."""
    return dataset.lower().replace("-", "_").replace(".", "_")


def raw_fingerprints(paths: Paths) -> dict[str, str]:
    """A fingerprint of every raw view: its definition, and the manifest of its landing or else the files it names."""
    found: dict[str, str] = {}
    for relation, statement in _raw_statements(paths).items():
        # Where the files are is no part of what they say: the same landing seen from another folder is the same.
        content: list[object] = [
            token.rpartition("/")[2] if token.startswith("'") else token for token in statement.tokens
        ]
        # that of the dataset, or those of a format's corpora
        manifests = sorted((paths.raw / relation).glob("**/manifest.json"))
        content.extend(hashlib.sha256(manifest.read_bytes()).hexdigest() for manifest in manifests)
        if not manifests:
            for text in _files_of(statement):
                content.extend(_states(text))
        found[f"{models.SOURCE_LAYER}.{relation}"] = _hash(content)
    return found


def empty_raw_views(paths: Paths) -> set[str]:
    """The raw views of what is not landed."""
    return {
        f"{models.SOURCE_LAYER}.{relation}"
        for relation, statement in _raw_statements(paths).items()
        if [token.lower() for token in statement.tokens[-2:]] == ["where", "false"]
    }


def _raw_statements(paths: Paths) -> dict[str, sqltext.Statement]:
    """The statements that make the raw views, by relation."""
    return _views_of(paths.raw_sql.read_text())


@functools.lru_cache(maxsize=2)
def _views_of(text: str) -> dict[str, sqltext.Statement]:
    found = {}
    for statement in sqltext.statements(text):
        words = [token.lower() for token in statement.tokens[:7]]
        if words[3:6] == ["view", models.SOURCE_LAYER, "."]:
            found[words[6].strip('"')] = statement
    return found


class _Runner:
    """One connection and everything that decides what runs on it."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        paths: Paths,
        sql_root: Path,
        every: list[Model],
        found: list[Model],
        macros: dict[str, Macro],
        left_out: frozenset[str],
        talk: Talk,
        summary: Summary,
    ) -> None:
        self.con = con
        self.paths = paths
        self.sql_root = sql_root
        self.every = every
        self.models = found
        self.macros = macros
        self.left_out = left_out
        self.talk = talk
        self.summary = summary
        self.recorded: dict[str, str] = {}

    def run(self) -> None:
        """Run what changed."""
        self._prepare()
        self._make_macros()
        raw = self._make_raw_views()
        self._drop_orphans()
        kinds = self._kinds()
        wanted = self._fingerprints(raw, kinds)
        changed = [
            model
            for model in self.models
            if kinds.get(model.name) != model.kind
            or (model.name in wanted and self.recorded.get(model.name) != wanted[model.name])
        ]
        if not changed:
            return
        with self.talk.bar("build", total=len(changed)) as update, _moving(self.con, self.talk, update) as done:

            def make(file: str, members: list[Model], con: duckdb.DuckDBPyConnection) -> None:
                update(what=file)
                self._make(con, file, members, wanted, kinds)
                done(len(members))

            by_file = {file: list(members) for file, members in groupby(changed, key=lambda model: model.file)}
            self._side_by_side(by_file, make)

    def _side_by_side(
        self,
        by_file: dict[str, list[Model]],
        make: Callable[[str, list[Model], duckdb.DuckDBPyConnection], None],
    ) -> None:
        """Make files at the same time, as many as there are threads, upstream first.

        A statement is planned, and its table ended, on one core, so one file after the other leaves cores idle. Of the
        files that could be made next, the one that the longest line waits for comes first, then that of the most bytes.
        """
        maker = {model.name: file for file, members in by_file.items() for model in members}
        # What each model has to wait for: the files behind what it reads, also behind a view that stays as it is.
        behind: dict[str, set[str]] = {}
        for model in self.models:
            behind[model.name] = set()
            for name in model.upstream:
                behind[model.name] |= {maker[name]} if name in maker else behind.get(name, set())
        graph = {
            file: set().union(*(behind[model.name] for model in members)) - {file} for file, members in by_file.items()
        }
        sizes = self._landed_bytes()
        size = {
            file: sum(sizes.get(name, 0) for m in members for name in m.upstream) for file, members in by_file.items()
        }
        depth = _depths(graph)
        sorter = graphlib.TopologicalSorter(graph)
        sorter.prepare()
        cursors: queue.SimpleQueue[duckdb.DuckDBPyConnection] = queue.SimpleQueue()
        workers = min(resources().threads, len(by_file))
        for _ in range(workers):
            cursors.put(warehouse.cursor(self.con))

        def work(file: str) -> None:
            cursor = cursors.get()
            try:
                make(file, by_file[file], cursor)
            finally:
                cursors.put(cursor)

        pool = ThreadPoolExecutor(workers, "build")
        try:
            ready: list[str] = []
            running: dict[Future[None], str] = {}
            while sorter.is_active():
                ready = sorted((*ready, *sorter.get_ready()), key=lambda file: (depth[file], size[file]))
                while ready and len(running) < workers:
                    file = ready.pop()
                    running[pool.submit(work, file)] = file
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    file = running.pop(future)
                    try:
                        future.result()
                    except UserError as error:
                        if not isinstance(error.__cause__, duckdb.OutOfMemoryException):
                            raise
                        wait(running)  # it may fit when nothing else runs
                        make(file, by_file[file], self.con)
                    sorter.done(file)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            pool.shutdown(wait=True)
            while not cursors.empty():
                cursors.get().close()

    def _landed_bytes(self) -> dict[str, int]:
        """By raw view the size of its files."""
        return {
            f"{models.SOURCE_LAYER}.{name}": sum(size for text in _files_of(view) for _, size, _ in _states(text))
            for name, view in _raw_statements(self.paths).items()
        }

    def texts(self, texts: str, prompts: str) -> dict[str, str]:
        """What has texts, each with a fingerprint of where they come from: the datasets, and the system prompts.

        A fingerprint of the model `texts` itself would change with any dataset.
        """
        definitions: dict[str, str] = {}
        for name in (texts, prompts):
            between = models.upstream(self.models, [name])
            digests = [model.digest for model in self.models if model.name in between and model.layer == "standard"]
            definitions[name] = _hash([*digests, *(macro.digest for macro in self.macros.values())])
        if not {texts, prompts} <= self.recorded.keys():
            return {}
        found: dict[str, list[object]] = {}
        shown = models.upstream(self.models, [AXTREES])  # a derived tree is a text, too
        trajectories, _ = models.STAGING_SUFFIXES
        staged = {model.dataset for model in self.models if model.name.endswith(trajectories)}
        for model in self.models:
            if model.dataset and model.dataset in staged and model.name in self.recorded:
                fingerprints = found.setdefault(model.dataset, [definitions[texts]])
                fingerprints.append(self.recorded[model.name])
                if model.name in shown:
                    fingerprints.append(self.recorded.get(AXTREES))
        parts = {dataset: _hash(fingerprints) for dataset, fingerprints in found.items()}
        return parts | {prompts: _hash([definitions[prompts], *parts.values()])}

    def _prepare(self) -> None:
        for statement in sqltext.statements((self.sql_root / "schemas.sql").read_text()):
            _run(self.con, "sql/schemas.sql", statement.sql)
        execute(self.con, "create schema if not exists runner")
        execute(
            self.con,
            "create table if not exists runner.fingerprints"
            "(name varchar, fingerprint varchar, built_at timestamptz, seconds double)",
        )
        self.recorded = dict(execute(self.con, "select name, fingerprint from runner.fingerprints"))

    def _make_macros(self) -> None:
        wanted = {_MACROS + name: _hash([macro.digest]) for name, macro in self.macros.items()}
        recorded = {name: value for name, value in self.recorded.items() if name.startswith(_MACROS)}
        if wanted == recorded:
            return
        with transaction(self.con):
            for name in recorded.keys() - wanted.keys():
                execute(self.con, f"drop macro if exists {_quoted(name.removeprefix(_MACROS))}")
                self._forget(self.con, name)
            for macro in self.macros.values():
                _run(self.con, "sql/macros.sql", macro.sql)
            self._record(self.con, wanted)

    def _make_raw_views(self) -> dict[str, str]:
        raw = raw_fingerprints(self.paths)
        here = str(Path.cwd())  # the views may name files relative to the working folder
        views = _raw_statements(self.paths)
        wanted = {
            _RAW + name: _hash([view.sql, here if "read_parquet" in view.tokens else ""])
            for name, view in views.items()
        }
        recorded = {name: value for name, value in self.recorded.items() if name.startswith(_RAW)}
        if wanted != recorded or self.recorded.get(warehouse.BUILT_IN) != here:
            with transaction(self.con):
                for name, view in views.items():
                    if wanted[_RAW + name] == recorded.get(_RAW + name):
                        continue
                    try:
                        execute(self.con, view.sql)
                    except duckdb.IOException as error:
                        reason = str(error).splitlines()[0]
                        raise UserError(f"what is landed cannot be read ({reason}); load it again") from error
                for name, kind in self._kinds(models.SOURCE_LAYER).items():
                    if name not in raw:
                        execute(self.con, f"drop {kind} {_relation(name)}")
                self._forget(self.con, *[name for name in self.recorded if name.startswith((_RAW, _COLUMNS))])
                self._record(self.con, {**wanted, **self._raw_columns(), warehouse.BUILT_IN: here})
        return raw

    def _raw_columns(self) -> dict[str, str]:
        """A fingerprint of the columns of every raw view."""
        rows = execute(
            self.con,
            "select table_name, list((column_name, data_type) order by column_index)::varchar from duckdb_columns()"
            " where database_name = current_database() and schema_name = ? group by table_name",
            [models.SOURCE_LAYER],
        )
        return {_COLUMNS + name: _hash([columns]) for name, columns in rows}

    def _shapes(self) -> dict[str, str]:
        """By relation what its columns follow from: its text, the texts of all that it reads, the columns of raw.

        It does not matter which datasets are landed.
        """
        version = ".".join(duckdb.__version__.split(".")[:2])
        shapes = {
            f"{models.SOURCE_LAYER}.{name.removeprefix(_COLUMNS)}": value
            for name, value in self.recorded.items()
            if name.startswith(_COLUMNS)
        }
        for model in self.every:
            used = [self.macros[name].digest for name in models.used_macros(model.calls, self.macros)]
            read = [[name, shapes.get(name)] for name in model.upstream]
            shapes[model.name] = _hash([_FORMAT, version, model.kind, model.digest, used, read])
        return shapes

    def _drop_orphans(self) -> None:
        """Drop what no model makes any more: the layers hold nothing else."""
        names = {model.name for model in self.models}
        orphans = {name: kind for name, kind in self._kinds().items() if name not in names}
        forgotten = {
            name for name in self.recorded if name.split(".")[0] in models.LAYERS and name not in names
        } - orphans.keys()
        if not orphans and not forgotten:
            return
        with transaction(self.con):
            for name, kind in orphans.items():
                execute(self.con, f"drop {kind} {_relation(name)}")
            self._forget(self.con, *orphans, *forgotten)
        for name in orphans:
            self.summary.dropped.append(name)
            self.talk.say(f"dropped {name}: no file makes it, or nothing of it is landed")

    def _fingerprints(self, raw: dict[str, str], kinds: dict[str, str]) -> dict[str, str]:
        """What each model's fingerprint is to be. A model that is left out stays as it was built.

        A table is made anew when what it reads changes, a view when its own text does or a column of what it reads. But
        a table that has no rows because of what is not landed stays as it is, whatever else is.
        """
        empty = empty_raw_views(self.paths)
        wanted: dict[str, str] = {}
        rows: dict[str, str] = dict(raw)  # by relation what its rows follow from
        shapes = self._shapes()
        for model in self.models:
            if model.name in self.left_out:
                rows[model.name] = (self.recorded.get(model.name) if model.name in kinds else None) or "nothing"
                continue
            for name in model.upstream:
                if name not in rows:
                    raise models.ModelError(model.file, f"{model.name} reads {name}, which no loader lands")
            shape = shapes[model.name]
            if model.needs and empty.issuperset(model.needs):
                rows[model.name] = _hash([shape, "no rows"])
            else:
                rows[model.name] = _hash([shape, *([name, rows[name]] for name in model.upstream)])
            wanted[model.name] = rows[model.name] if model.kind == "table" else _hash([shape, *model.upstream])
        return wanted

    def _make(
        self,
        con: duckdb.DuckDBPyConnection,
        file: str,
        members: list[Model],
        wanted: dict[str, str],
        kinds: dict[str, str],
    ) -> None:
        """Make the models of one file and record their fingerprints, in one transaction."""
        lines = []
        with transaction(con):
            for model in members:
                started = time.monotonic()
                if model.name in kinds and kinds[model.name] != model.kind:
                    execute(con, f"drop {kinds[model.name]} {_relation(model.name)}")
                if model.name in self.left_out:
                    # Nothing of it was built yet and it is not wanted now: only its columns, for what reads it.
                    shape = " with no data" if model.kind == "table" else ""
                    _run(con, file, model.sql + shape)
                    self._forget(con, model.name)
                    continue
                rows = _run(con, file, model.sql)
                seconds = time.monotonic() - started
                self._record(con, {model.name: wanted[model.name]}, seconds)
                count = f"{rows[0][0]:,} rows" if model.kind == "table" and rows else "view"
                lines.append(f"{model.name:<62} {count:>16} {seconds:7.2f} s")
                self.summary.built.append(model.name)
        for line in lines:
            self.talk.say(line)

    def _kinds(self, *layers: str) -> dict[str, str]:
        """Table or view, for every relation of the layers."""
        rows = execute(
            self.con,
            "select table_schema || '.' || table_name, if(table_type = 'VIEW', 'view', 'table')"
            " from information_schema.tables"
            " where table_catalog = current_database() and list_contains(?, table_schema)",
            [list(layers or models.LAYERS)],
        )
        return dict(rows)

    def _record(self, con: duckdb.DuckDBPyConnection, fingerprints: dict[str, str], seconds: float = 0.0) -> None:
        self._forget(con, *(fingerprints.keys() & self.recorded.keys()))
        execute(
            con,
            "insert into runner.fingerprints select unnest(?), unnest(?), now(), ?",
            [list(fingerprints), list(fingerprints.values()), seconds],
        )
        self.recorded |= fingerprints

    def _forget(self, con: duckdb.DuckDBPyConnection, *names: str) -> None:
        if names:
            execute(con, "delete from runner.fingerprints where list_contains(?, name)", [list(names)])
        for name in names:
            self.recorded.pop(name, None)


def _run(con: duckdb.DuckDBPyConnection, file: str, sql: str) -> list[tuple[Any, ...]]:
    """Run a statement of a file; an error names the file."""
    try:
        return execute(con, sql)
    except duckdb.Error as error:
        raise UserError(explained(file, error)) from error


def explained(file: str, error: duckdb.Error) -> str:
    """One line for an error that DuckDB raised on a statement of a file."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"{file}: not enough memory; raise the limit with ADP_MEMORY (now {_memory()}), or close other programs"
    lines = str(error).strip().splitlines()
    place = next((line.strip() for line in lines[1:] if line.startswith("LINE ")), "")
    return f"{file}: {lines[0]}" + (f" [{place}]" if place else "")


@contextlib.contextmanager
def _moving(con: duckdb.DuckDBPyConnection, talk: Talk, update: Callable[..., None]) -> Iterator[Callable[[int], None]]:
    """Count what is done, and on a terminal let the bar move while a statement runs; yields the counter."""
    count = 0

    def done(number: int) -> None:
        nonlocal count
        count += number
        update(completed=count)

    if not talk.moving:
        yield done
        return
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            update(completed=count + max(0.0, min(con.query_progress(), 100.0)) / 100)

    execute(con, "set enable_progress_bar = true")
    execute(con, "set enable_progress_bar_print = false")
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield done
    finally:
        ended.set()
        watcher.join()


@contextlib.contextmanager
def _opened(
    paths: Paths, full: bool, wait: bool, begin: Callable[[Path], None] | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse for writing; with `full` a new file, which takes the old one's place when all went well.

    `begin` is given the path of a file that does not exist, and may make it.
    """
    new = paths.db.with_name(paths.db.name + ".building")
    if not full:
        con = warehouse.connect(paths, wait=wait, begin=begin)
        try:
            _remove_unfinished(new)
            yield con
        finally:
            con.close()
        return
    # The old file stays open, and so locked, until the new one is in its place.
    old = warehouse.connect(paths, wait=wait) if paths.db.exists() else None
    try:
        _remove_unfinished(new)
        con = warehouse.connect(Paths(new, paths.data), wait=wait, begin=begin)
        try:
            yield con
            execute(con, "checkpoint")
        except BaseException:
            con.close()
            _remove_unfinished(new)
            raise
        con.close()
        if old is not None:
            execute(old, "checkpoint")
        warehouse.wal(paths.db).unlink(missing_ok=True)
        new.replace(paths.db)
    finally:
        if old is not None:
            old.close()


def _remove_unfinished(new: Path) -> None:
    """Remove the unfinished file of a killed `--full`, unless a build that is still running holds it."""
    if not new.exists() or not _is_free(new):
        return
    warehouse.wal(new).unlink(missing_ok=True)
    new.unlink()


def _is_free(path: Path) -> bool:
    """Whether no process holds a lock on the file.

    Never call it for a file that this process has open itself: closing the handle would drop the lock.
    """
    try:
        import fcntl
    except ImportError:  # no such locks here: the file cannot be removed while it is open anyway
        return True
    with path.open("rb+") as handle:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def _depths(graph: dict[str, set[str]]) -> dict[str, int]:
    """How many others stand in the longest line behind each node; `graph` names what each of them waits for."""
    depth = dict.fromkeys(graph, 0)
    for node in reversed(list(graphlib.TopologicalSorter(graph).static_order())):
        for before in graph[node]:
            depth[before] = max(depth[before], depth[node] + 1)
    return depth


def keep_blank() -> Path | None:
    """The blank warehouse that new ones start from, made if it is missing; None where it cannot be kept."""
    sql_root = root() / "sql"
    return blank.kept(_blank_key(models.load(sql_root), models.macros(sql_root)), _make_blank)


def _blank_key(every: list[Model], macros: dict[str, Macro]) -> str:
    """What a blank warehouse follows from."""
    texts = [*(macro.sql for macro in macros.values()), *(model.sql for model in every)]
    rules = [Path(__file__).read_text(), Path(warehouse.__file__).read_text()]
    return _hash([duckdb.__version__, *rules, *texts])


def _make_blank(paths: Paths) -> None:
    build(paths, axtrees=False, tokens=False, from_blank=False)


def _left_out(found: list[Model], datasets: Collection[str] | None) -> frozenset[str]:
    """The staging models that are not to be built."""
    if not datasets:
        return frozenset()
    known = {model.dataset for model in found if model.dataset}
    asked = {identifier(dataset): dataset for dataset in datasets}
    for name, given in asked.items():
        if name not in known:
            raise UserError(f"unknown dataset {given!r}; there are {', '.join(sorted(known))}")
    return frozenset(model.name for model in found if model.dataset and model.dataset not in asked)


def _files_of(statement: sqltext.Statement) -> list[str]:
    """The strings in a statement, some of which name files."""
    return [token[1:-1].replace("''", "'") for token in statement.tokens if token.startswith("'")]


def _states(text: str) -> list[tuple[str, int, int]]:
    """Name, size and time of the files that a literal names, if it names any."""
    if "/" not in text and "." not in text:
        return []
    states = []
    for path in sorted(glob.glob(text)):  # noqa: PTH207 - a pattern from SQL, absolute or not
        state = Path(path).stat()
        states.append((Path(path).name, state.st_size, state.st_mtime_ns))
    return states


def _raw_views(paths: Paths) -> str:
    from loaders import raw_views

    return raw_views.text(paths)


def _write_raw_views(paths: Paths) -> object:
    from loaders import raw_views

    return raw_views.write(paths)


def _hash(content: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _relation(name: str) -> str:
    return ".".join(_quoted(part) for part in name.split(".", 1))


def _memory() -> str:
    memory = resources().memory
    return f"{memory / GIB:.1f} GiB" if memory >= GIB else f"{memory >> 20} MiB"
