"""The models: what sql/ makes, what each model reads, and the order that follows from it.

A model is one `create or replace table|view layer.name as ...` in sql/<layer>/. What it reads is parsed from its
text: a schema-qualified name is a model or a raw view, an unqualified one a CTE. Nothing is ordered by hand.

`python -m adp.models` prints the order; `--write` rewrites the list in adp.duckdb.sql.
"""

import contextlib
import graphlib
import hashlib
import json
import os
import re
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from adp import sqltext
from adp.config import cache_folder
from adp.errors import UserError

if TYPE_CHECKING:
    from sqlglot import exp

LAYERS = ("seeds", "staging", "standard", "sft")  # in the order of flow: a model reads its own layer or earlier ones
SOURCE_LAYER = "raw"
STAGING_SUFFIXES = ("_trajectories", "_steps")
OTHER_SUFFIXES = ("_tasks", "_annotations")  # what a source has beside trajectories, or instead of them
_BRANCH = re.compile(r"\s+union all by name\s+from (staging\.\w+)(?=\s*(?:union\b|\)|;|\Z))", re.IGNORECASE)
_MOST_KNOWN = 500  # files whose contents are remembered
_Verdict: TypeAlias = tuple[str, str, list[str]]  # name, kind, upstream
_FIELDS = ("grain", "key", "needs", "upstream")


class ModelError(UserError):
    """A file under sql/ that breaks a rule of the models."""

    def __init__(self, file: str | Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}")


@dataclass(frozen=True)
class Model:
    """One relation that the build makes."""

    name: str  # layer.relation
    file: str  # below the folder that holds sql/, with forward slashes
    kind: str  # table or view
    sql: str  # the create statement
    digest: str  # sha256 of the statement's tokens: comments and blanks do not count
    upstream: tuple[str, ...]  # models and raw views that it reads, sorted
    calls: tuple[str, ...]  # names that it calls, sorted: some are macros
    grain: str
    key: tuple[str, ...]
    declared_upstream: tuple[str, ...]  # as its header says
    needs: tuple[str, ...]  # raw views: where nothing is landed for any of them it has no rows

    @property
    def layer(self) -> str:
        """seeds, staging, standard or sft."""
        return self.name.split(".")[0]

    @property
    def relation(self) -> str:
        """The name without its schema."""
        return self.name.split(".")[1]

    @property
    def dataset(self) -> str | None:
        """The dataset's identifier, for a staging table. A view there is what the tables of several datasets read."""
        return Path(self.file).stem if self.layer == "staging" and self.kind == "table" else None

    @property
    def sources(self) -> tuple[str, ...]:
        """The raw views that it reads."""
        return tuple(name for name in self.upstream if name.startswith(SOURCE_LAYER + "."))


@dataclass(frozen=True)
class Macro:
    """One macro of sql/macros.sql."""

    name: str
    sql: str
    digest: str
    calls: tuple[str, ...]


def load(sql_root: Path) -> list[Model]:
    """All models under `sql_root`, upstream first."""
    known = _Known()
    parsed: dict[str, list[Model]] = {}
    for path in _files(sql_root):
        file = f"sql/{path.relative_to(sql_root).as_posix()}"
        parsed[file] = parse(file, _decoded(file, path.read_bytes()), known)
    known.keep()
    return order(parsed)


def macros(sql_root: Path) -> dict[str, Macro]:
    """The macros of sql/macros.sql by name, in the order of the file."""
    path = sql_root / "macros.sql"
    found: dict[str, Macro] = {}
    if not path.exists():
        return found
    file = "sql/macros.sql"
    text = _decoded(file, path.read_bytes())
    known = _Known()
    listed = known.of(file, text)
    if listed is not None:
        return {fields["name"]: Macro(**fields) for fields in listed}
    for statement in sqltext.statements(text):
        words = [token.lower() for token in statement.tokens[:6]]
        if words[:4] != ["create", "or", "replace", "macro"] or words[5:6] != ["("]:
            raise ModelError(file, f"expected `create or replace macro name(...)`, found `{statement.sql[:60]}`")
        name = words[4]
        if name in found:
            raise ModelError(file, f"the macro {name} is there twice")
        found[name] = Macro(name, statement.sql, _digest(statement), tuple(sorted(statement.calls - {name})))
    known.add(file, text, found.values())
    known.keep()
    return found


def used_macros(calls: Iterable[str], known: dict[str, Macro]) -> list[str]:
    """The macros among `calls` and those that they use in turn, sorted."""
    found: set[str] = set()
    waiting = [name for name in calls if name in known]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(call for call in known[name].calls if call in known)
    return sorted(found)


def parse(file: str, text: str, known: "_Known | None" = None) -> list[Model]:
    """The models of one file, held against the rules; `file` is its path from the folder that holds sql/."""
    listed = known.of(file, text) if known is not None else None
    if listed is not None:
        return [Model(**fields) for fields in listed]
    statements = sqltext.statements(text)
    made = [statement for statement in statements if statement.tokens[0].lower() == "create"]
    found = [
        _model(file, statement, name, kind, upstream)
        for statement, (name, kind, upstream) in zip(made, _judge(file, statements), strict=True)
    ]
    if known is not None:
        known.add(file, text, found)
    return found


def order(parsed: dict[str, list[Model]]) -> list[Model]:
    """Models of all files, upstream first; the models of one file stay together in the file's order."""
    maker = {model.name: file for file, found in parsed.items() for model in found}
    graph: dict[str, set[str]] = {}
    for file, found in parsed.items():
        graph[file] = set()
        made: set[str] = set()
        for model in found:
            for name in model.upstream:
                if name.startswith(SOURCE_LAYER + "."):
                    continue
                if name not in maker:
                    raise ModelError(file, f"{model.name} reads {name}, which no file makes")
                if maker[name] != file:
                    graph[file].add(maker[name])
                elif name not in made:
                    raise ModelError(file, f"{model.name} reads {name}, which is made behind it")
            made.add(model.name)
    sorter = graphlib.TopologicalSorter({file: sorted(graph[file]) for file in sorted(graph)})
    try:
        files = list(sorter.static_order())
    except graphlib.CycleError as error:
        raise ModelError(error.args[1][0], f"a cycle: {' -> '.join(error.args[1])}") from error
    # Ties go by layer, so that the printed order reads like the flow.
    files.sort(key=lambda file: LAYERS.index(Path(file).parts[1]))
    return [model for file in files for model in parsed[file]]


def downstream(models: list[Model], names: Iterable[str]) -> set[str]:
    """The named models and raw views, and every model that reads them, directly or not."""
    reached = set(names)
    for model in models:  # upstream first, so that one pass reaches all
        if reached.intersection(model.upstream):
            reached.add(model.name)
    return reached


def upstream(models: list[Model], names: Iterable[str]) -> set[str]:
    """The named models and everything that they read, directly or not."""
    reached = set(names)
    for model in reversed(models):
        if model.name in reached:
            reached.update(model.upstream)
    return reached


def present(models: list[Model], empty: Collection[str]) -> list[Model]:
    """The models of a warehouse in which some raw views are empty.

    Tables of staging that would be empty are left out, and their branches of the unions with them: planning them takes
    most of the time of a small build, and of every query. A table that something reads otherwise stays.
    """
    hollow = {model.name for model in models if model.dataset and f"{SOURCE_LAYER}.{model.dataset}" in empty}
    shortened = [_without_branches(model, hollow) if model.layer != "staging" else model for model in models]
    # a view of staging is there for the tables that read it
    roots = [model.name for model in shortened if model.dataset or model.layer != "staging"]
    needed = upstream(shortened, set(roots) - hollow)
    return [model for model in shortened if model.name in needed]


def _without_branches(model: Model, hollow: Collection[str]) -> Model:
    """A model without those branches of unions that show one of these tables whole."""
    if not set(hollow) & set(model.upstream):
        return model
    sql = _BRANCH.sub(lambda branch: "" if branch[1] in hollow else branch[0], model.sql)
    words = set(re.findall(r"staging\.\w+", sql))
    read = tuple(name for name in model.upstream if name not in hollow or name in words)
    return replace(model, sql=sql, upstream=read)


def files(models: Iterable[Model]) -> list[str]:
    """The files of the models, upstream first, each once."""
    return list(dict.fromkeys(model.file for model in models))


def script(models: Iterable[Model]) -> str:
    """The whole build as one script for the stock command line."""
    found = list(models)
    # The views that read staging are what all of sft goes back to.
    hidden = [
        model.name
        for model in found
        if model.layer == "standard"
        and model.kind == "view"
        and any(name.startswith("staging.") for name in model.upstream)
    ]
    lines = [
        "-- The whole warehouse from what is landed, without Python:  duckdb -bail adp.db < adp.duckdb.sql",
        "--",
        "-- Run it where data/ and sql/ are. The list follows from the models (`python -m adp.models --write`); a test",
        "-- holds it against them. The rows are the same as those of `adp build`. A new file takes a third of the room",
        "-- with `-storage-version v1.5.0` in front of -bail: older forms cannot compress long texts.",
        ".bail on",
        "",
        ".read sql/schemas.sql",
        "-- What `adp build` believed to be up to date is made anew here.",
        "drop schema if exists runner cascade;",
        "create schema runner;",
        ".read data/raw.sql",
        ".read sql/macros.sql",
        "",
        *(f".read {file}" for file in files(model for model in found if model.layer != "sft")),
        "",
        "-- The files of sft end with a query that shows what they made. Nobody looks here, and to render everything",
        "-- takes time and memory: so they find an empty warehouse, which is put back before anybody else sees it.",
        "begin;",
    ]
    for name in hidden:
        empty = f"runner.{name.split('.')[1]}"
        lines += [
            f"create table {empty} as from {name} with no data;",
            f"create or replace view {name} as from {empty};",
        ]
    lines += [
        ".mode trash",
        *(f".read {file}" for file in files(model for model in found if model.layer == "sft")),
        *(f".read {file}" for file in files(model for model in found if model.name in hidden)),
        *(f".read {file}" for file in files(m for m in found if m.layer == "sft" and m.kind == "table")),
        *(f"drop table runner.{name.split('.')[1]};" for name in hidden),
        "commit;",
    ]
    return "\n".join(lines) + "\n"


def _files(sql_root: Path) -> list[Path]:
    return [path for layer in LAYERS for path in sorted((sql_root / layer).glob("*.sql"))]


def _decoded(file: str, text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise ModelError(file, f"is not UTF-8 ({error.reason} at byte {error.start})") from error


def _judge(file: str, found: list[sqltext.Statement]) -> "list[_Verdict]":
    """Name, kind and upstream of every model of a file, by a full parse; a ModelError where a rule is broken."""
    import sqlglot
    from sqlglot import exp

    layer, stem = Path(file).parts[1], Path(file).stem
    verdicts: list[_Verdict] = []
    shown: list[str] = []
    for statement in found:
        try:
            tree = sqlglot.parse_one(statement.sql, dialect="duckdb")
        except sqlglot.errors.SqlglotError as error:
            raise ModelError(file, f"not parsed: {_first_line(error)}") from error
        for opaque in tree.find_all(exp.Command):
            raise ModelError(file, f"`{opaque.sql(dialect='duckdb')[:60]}` hides what it reads from the parser")
        first = statement.tokens[0].lower()
        if first == "create":
            target = tree.find(exp.Table)
            name = f"{target.db}.{target.name}" if target is not None else ""
            kind = str(tree.args.get("kind") or "").lower()
            if kind not in ("table", "view") or not tree.args.get("replace") or tree.args.get("expression") is None:
                expected = f"`create or replace table|view {layer}.name as`"
                raise ModelError(file, f"expected {expected}, found `{statement.sql[:60]}`")
            verdicts.append((name, kind, _upstream(file, layer, name, tree.args["expression"].find_all(exp.Table))))
        elif first in ("from", "with", "select"):
            shown.append(statement.sql)
        else:
            raise ModelError(file, f"only create statements belong here, found `{statement.sql[:60]}`")
    names = [name for name, _, _ in verdicts]
    is_shared = all(kind == "view" for _, kind, _ in verdicts)
    needed, allowed = _expected(layer, stem, names, is_shared)
    if not set(needed) <= set(names) <= {*needed, *allowed} or len(set(names)) != len(names):
        made = " and ".join(names) or "nothing"
        raise ModelError(file, f"must make {' and '.join(needed)}, makes {made}")
    if shown and layer != "sft":
        raise ModelError(file, f"a model is one create statement; a query stands behind it: `{shown[0][:60]}`")
    if len(shown) > 1:
        raise ModelError(file, "only one query may stand behind the create statement")
    return verdicts


def _expected(layer: str, stem: str, names: list[str], is_shared: bool) -> tuple[list[str], list[str]]:
    """What a file has to make, and what it may make beside that.

    The file of a source without trajectories makes just the other tables that it does make. Views, which several
    sources make their tables from (`is_shared`), may be of steps or of trajectories alone.
    """
    if layer != "staging":
        return [f"{layer}.{stem}"], []
    trajectories = [f"staging.{stem}{end}" for end in STAGING_SUFFIXES]
    others = [f"staging.{stem}{end}" for end in OTHER_SUFFIXES]
    found = [name for name in others if name in names]
    if found and not set(trajectories) & set(names):
        return found, []
    shared = [name for name in trajectories if name in names]
    if is_shared and shared:
        return shared, []
    return trajectories, others


def _upstream(file: str, layer: str, name: str, tables: "Iterable[exp.Table]") -> list[str]:
    """The models and raw views among the tables that a model reads; what has no schema is a CTE."""
    found = set()
    for table in tables:
        if not table.db:
            continue
        read = f"{table.db}.{table.name}"
        if table.db not in (SOURCE_LAYER, *LAYERS):
            raise ModelError(file, f"{name} reads {read}: {table.db} is no layer")
        if table.db != SOURCE_LAYER and LAYERS.index(table.db) > LAYERS.index(layer):
            raise ModelError(file, f"{name} reads {read}, which is a later layer")
        if read == name:
            raise ModelError(file, f"{name} reads itself")
        found.add(read)
    return sorted(found)


def _model(file: str, statement: sqltext.Statement, name: str, kind: str, upstream: Iterable[str]) -> Model:
    header = _header(name, statement.comment)
    return Model(
        name=name,
        file=file,
        kind=kind,
        sql=statement.sql,
        digest=_digest(statement),
        upstream=tuple(upstream),
        calls=tuple(sorted(statement.calls)),
        grain=header.get("grain", ""),
        key=_list(header.get("key", "")),
        declared_upstream=_list(header.get("upstream", "")),
        needs=_list(header.get("needs", "")),
    )


def _header(name: str, comment: str) -> dict[str, str]:
    """The fields of the comment block in front of a model: from its name to the first empty comment line."""
    fields: dict[str, str] = {}
    inside, last = False, ""
    for line in comment.splitlines():
        text = re.sub(r"^\s*--\s?", "", line)
        if text.strip() == name:
            fields, inside, last = {}, True, ""
        elif inside and not text.strip():
            inside = False
        elif inside:
            word, _, rest = text.strip().partition(" ")
            if not text.startswith(" ") and word in _FIELDS:
                fields[word], last = rest.strip(), word
            elif last and text.startswith("  "):
                fields[last] += " " + text.strip()
    return fields


def _list(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[,\s]+", text) if word)


def _digest(statement: sqltext.Statement) -> str:
    return hashlib.sha256("\0".join(statement.tokens).encode()).hexdigest()


def _first_line(error: Exception) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).splitlines()[0]


class _Known:
    """What was found in files that were parsed before, kept in the user's cache folder.

    Parsing everything takes more than a second, so a build with little to do would spend its time on that. What was
    found goes with the file's path and text and with this very module: what changed is parsed again.
    """

    def __init__(self) -> None:
        self._file = cache_folder() / "models.json"
        self._changed = False
        self._rules = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
        try:
            found = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            found = None
        self._found: dict[str, list[dict[str, Any]]] = found if isinstance(found, dict) else {}

    def of(self, file: str, text: str) -> list[dict[str, Any]] | None:
        """The fields of the models or macros in a text, if they are known."""
        listed = self._found.get(self._name(file, text))
        return None if listed is None else [self._with_text(fields, text) for fields in listed]

    def add(self, file: str, text: str, found: Iterable[Model | Macro]) -> None:
        """Remember what was found."""
        self._found[self._name(file, text)] = [self._without_text(one, text) for one in found]
        self._changed = True

    def keep(self) -> None:
        """Write down what is new; a folder that cannot be written costs time, nothing else."""
        if not self._changed:
            return
        latest = dict(list(self._found.items())[-_MOST_KNOWN:])
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.tmp")
            temporary.write_text(json.dumps(latest))
            temporary.replace(self._file)

    @staticmethod
    def _without_text(found: Model | Macro, text: str) -> dict[str, Any]:
        """The fields, with the place of the statement instead of all its words."""
        return {**vars(found), "sql": [text.index(found.sql), len(found.sql)]}

    @staticmethod
    def _with_text(fields: dict[str, Any], text: str) -> dict[str, Any]:
        lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
        start, length = fields["sql"]
        return {**fields, **lists, "sql": text[start : start + length]}

    def _name(self, file: str, text: str) -> str:
        return hashlib.sha256(f"{self._rules}\0{file}\0{text}".encode()).hexdigest()


def _main() -> None:
    import argparse

    from adp import root

    parser = argparse.ArgumentParser(prog="python -m adp.models", description="The order of the models.")
    parser.add_argument("--write", action="store_true", help="rewrite adp.duckdb.sql")
    arguments = parser.parse_args()
    try:
        found = load(root() / "sql")
    except ModelError as error:
        sys.exit(str(error))
    if arguments.write:
        (root() / "adp.duckdb.sql").write_text(script(found))
    else:
        for model in found:
            sys.stdout.write(f"{model.name}\t{model.kind}\t{model.file}\t{','.join(model.upstream)}\n")


if __name__ == "__main__":
    _main()
