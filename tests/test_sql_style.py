"""Every SQL file keeps the rules of CONTRIBUTING.md; a new file is held to them without a line here."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from adp import models, root, sqltext

pytestmark = pytest.mark.any_duckdb

SQL = root() / "sql"
FILES = sorted(SQL.rglob("*.sql"))
SCRIPT = root() / "adp.duckdb.sql"
MODELS = [
    model
    for path in FILES
    if path.parent.name in models.LAYERS
    for model in models.parse(path.relative_to(root()).as_posix(), path.read_text())
]
QUERIES = sorted((SQL / "checks").glob("*.sql")) + sorted((SQL / "reports").glob("*.sql"))

# What a model may not do: read files or the clock, draw at random, depend on a DuckDB version, hide what it reads.
BANNED_CALLS = {
    "current_date": "reads the clock",
    "gen_random_uuid": "draws at random",
    "get_current_timestamp": "reads the clock",
    "getvariable": "hides what it depends on",
    "glob": "reads files",
    "if": "is a function that DuckDB 1.5 cannot read in a view that 2.0 stored; write case",
    "hash": "may change between DuckDB versions; use md5",
    "now": "reads the clock",
    "query": "hides what it reads",
    "query_table": "hides what it reads",
    "random": "draws at random; choose by md5 of the trajectory_id",
    "read_csv": "reads files",
    "read_csv_auto": "reads files",
    "read_json": "reads files",
    "read_json_auto": "reads files",
    "read_ndjson": "reads files",
    "read_parquet": "reads files",
    "read_text": "reads files",
    "today": "reads the clock",
    "uuid": "draws at random",
}
BANNED_WORDS = ("attach", "copy", "current_timestamp", "install", "pivot", "unpivot", "variable")
# Their result depends on the order of the rows, which only an `order by` inside the parentheses settles.
ORDERED_AGGREGATES = ("list", "array_agg", "string_agg", "group_concat", "listagg")

Token = tuple[int, str, str]


def name_of(path: Path) -> str:
    """The path as a test's name."""
    return path.relative_to(root()).as_posix()


@cache
def tokens(path: Path) -> tuple[Token, ...]:
    """Line, kind and text of every token that is not blank."""
    found = []
    line = 1
    for kind, text in sqltext.tokens(path.read_text()):
        if kind != "space":
            found.append((line, kind, text))
        line += text.count("\n")
    return tuple(found)


def code(path: Path) -> list[Token]:
    """The tokens without comments."""
    return [token for token in tokens(path) if token[1] != "comment"]


def none_of(violations: Iterator[str]) -> None:
    """Fail with all violations, one a line."""
    found = list(violations)
    assert not found, "\n" + "\n".join(found)


def inside(found: list[Token], opening: int) -> list[Token]:
    """The tokens between the parenthesis at `opening` and its closing one."""
    depth = 0
    for position in range(opening, len(found)):
        depth += {"(": 1, ")": -1}.get(found[position][2], 0)
        if depth == 0:
            return found[opening + 1 : position]
    return found[opening + 1 :]


every_file = pytest.mark.parametrize("path", FILES, ids=name_of)


@pytest.mark.parametrize("path", [*FILES, SCRIPT], ids=name_of)
def test_text_is_plain_and_at_most_120_columns(path: Path) -> None:
    def violations() -> Iterator[str]:
        text = path.read_text(encoding="utf-8")
        if not text.endswith("\n") or text.endswith("\n\n"):
            yield f"{name_of(path)}: ends with one newline"
        for number, line in enumerate(text.split("\n"), start=1):
            if len(line) > 120:
                yield f"{name_of(path)}:{number}: {len(line)} columns"
            if "\t" in line or "\r" in line:
                yield f"{name_of(path)}:{number}: a tab or carriage return"
            if line != line.rstrip():
                yield f"{name_of(path)}:{number}: blanks at the end"

    none_of(violations())


@every_file
def test_words_are_lower_case(path: Path) -> None:
    none_of(
        f"{name_of(path)}:{line}: {text}" for line, kind, text in code(path) if kind == "word" and text != text.lower()
    )


@every_file
def test_indentation_is_four_spaces(path: Path) -> None:
    """A line that begins inside a string or a comment of several lines is left alone."""

    def violations() -> Iterator[str]:
        starts = {line for line, _, _ in tokens(path)}
        within = {
            number
            for line, kind, text in tokens(path)
            if kind in ("string", "comment")
            for number in range(line + 1, line + text.count("\n") + 1)
        }
        for number, line in enumerate(path.read_text().split("\n"), start=1):
            blanks = len(line) - len(line.lstrip(" "))
            if number in starts and number not in within and blanks % 4:
                yield f"{name_of(path)}:{number}: indented by {blanks}"

    none_of(violations())


@every_file
def test_semicolons_stand_alone(path: Path) -> None:
    lines = path.read_text().split("\n")
    none_of(
        f"{name_of(path)}:{line}: {lines[line - 1]}"
        for line, kind, text in code(path)
        if kind == "mark" and text == ";" and lines[line - 1] != ";" and not one_liner(lines[line - 1])
    )


def one_liner(line: str) -> bool:
    """A statement that fits on its line keeps its semicolon: `from sft.openhands;`, `create schema ...;`."""
    return re.match(r"(from sft\.\w+|create schema if not exists \w+);$", line) is not None


@every_file
def test_there_is_no_arrow_lambda(path: Path) -> None:
    """`x -> ...` is an error on DuckDB 2; with a literal behind it `->` is JSON's."""

    def violations() -> Iterator[str]:
        found = code(path)
        for (line, _, one), (_, _, two), (_, kind, three) in zip(found, found[1:], found[2:], strict=False):
            if (one, two) == ("-", ">") and three != ">" and kind not in ("string", "number"):
                yield f"{name_of(path)}:{line}: write `lambda x: ...`, and json_extract where the path is no literal"

    none_of(violations())


@every_file
def test_nothing_is_read_or_drawn_from_outside(path: Path) -> None:
    def violations() -> Iterator[str]:
        found = code(path)
        for (line, kind, text), (_, _, behind) in itertools.pairwise([*found, (0, "mark", ";")]):
            if kind == "word" and behind == "(" and text in BANNED_CALLS:
                yield f"{name_of(path)}:{line}: {text}() {BANNED_CALLS[text]}"
            if kind == "word" and text in BANNED_WORDS:
                yield f"{name_of(path)}:{line}: {text}"
            if kind == "mark" and text in "?$":
                yield f"{name_of(path)}:{line}: a parameter, which the stock command line does not have"

    none_of(violations())


@every_file
def test_there_are_no_nested_subqueries(path: Path) -> None:
    """A parenthesis that opens a query is a CTE's; every step has a name."""

    def violations() -> Iterator[str]:
        found = code(path)
        for before, (line, _, opening), (_, _, first) in zip(found, found[1:], found[2:], strict=False):
            if opening == "(" and first in ("select", "from", "with") and before[2] not in ("as", "materialized"):
                yield f"{name_of(path)}:{line}: a subquery behind `{before[2]}`"

    none_of(violations())


@every_file
def test_from_comes_first(path: Path) -> None:
    """`from t select x`: the rows, then what is taken of them."""

    def violations() -> Iterator[str]:
        pending = [0]  # for every open parenthesis the line of a select that has had no from
        end = (0, "mark", ";")
        found = [end, *code(path), end]
        for (_, _, before), (line, kind, text), (_, _, behind) in zip(found, found[1:], found[2:], strict=False):
            if text == "(":
                pending.append(0)
            elif text == ")":
                pending.pop()
            elif kind != "word":
                pending[-1] = 0 if text == ";" else pending[-1]
            elif text == "select":
                pending[-1] = line
            elif text in ("union", "intersect", "except"):
                pending[-1] = 0
            elif text == "from" and before not in ("distinct", "both", "leading", "trailing") and behind != "(":
                if pending[-1]:
                    yield f"{name_of(path)}:{pending[-1]}: select before from"
                pending[-1] = 0

    none_of(violations())


@every_file
def test_aggregates_that_depend_on_order_name_it(path: Path) -> None:
    def violations() -> Iterator[str]:
        found = code(path)
        for position, (line, kind, text) in enumerate(found[:-1]):
            if kind == "word" and text in ORDERED_AGGREGATES and found[position + 1][2] == "(":
                words = [token[2] for token in inside(found, position + 1)]
                if ("order", "by") not in itertools.pairwise(words):
                    yield f"{name_of(path)}:{line}: {text}(...) without order by"

    none_of(violations())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_header_says_grain_and_key(model: models.Model) -> None:
    """What it reads is held against its header when the models are loaded (adp/models.py)."""
    assert model.grain.startswith("one row per"), f"grain: {model.grain!r}"
    assert model.key, "key: which columns are unique and not null"


@pytest.mark.parametrize("model", [model for model in MODELS if model.needs], ids=lambda model: model.name)
def test_header_says_needs_that_it_reads(model: models.Model) -> None:
    """A name that nothing bears would never be landed, and the table never made."""
    reached = models.upstream(models.load(root() / "sql"), [model.name])
    read = {source for other in MODELS if other.name in reached for source in other.sources}
    assert model.kind == "table"
    assert set(model.needs) <= read


@pytest.mark.parametrize("model", [model for model in MODELS if model.layer == "sft"], ids=lambda model: model.name)
def test_training_set_shows_itself(model: models.Model) -> None:
    """A file whose rows are training records ends with a query, so that running it shows them."""
    if model.key == ("id",) or model.relation == "exclusions":
        assert (root() / model.file).read_text().endswith(f"\n\nfrom {model.name};\n")


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_check_or_report_opens_with_a_sentence_and_is_one_query(path: Path) -> None:
    first = path.read_text().split("\n", 1)[0]
    assert re.match(r"-- [A-Z`].*[a-z`).,:;]$", first), f"the first line says what holds, or what is shown: {first!r}"
    statements = sqltext.statements(path.read_text())
    assert len(statements) == 1
    tree = sqlglot.parse_one(statements[0].sql, dialect="duckdb")
    assert not list(tree.find_all(exp.Create, exp.Command, exp.Insert, exp.Drop))
    made = {model.name for model in MODELS}
    read = {f"{table.db}.{table.name}" for table in tree.find_all(exp.Table) if table.db}
    assert read <= made | {name for model in MODELS for name in model.sources}, "reads what no file makes"


def test_dot_commands_are_only_in_the_script() -> None:
    none_of(
        f"{name_of(path)}:{number}: {line}"
        for path in FILES
        for number, line in enumerate(path.read_text().split("\n"), start=1)
        if re.match(r"\.[a-z]+\b", line)
    )


def test_file_names_are_snake_case() -> None:
    none_of(name_of(path) for path in FILES if not re.fullmatch(r"[a-z][a-z0-9_]*\.sql", path.name))


@cache
def macro_uses() -> set[str]:
    """Names that any SQL file calls, the macros' own bodies included (a macro that calls itself does not count)."""
    uses = {call for model in MODELS for call in model.calls}
    uses |= {call for macro in models.macros(SQL).values() for call in macro.calls}
    for path in QUERIES:
        uses |= {call for statement in sqltext.statements(path.read_text()) for call in statement.calls}
    return uses


@cache
def macro_comments() -> dict[str, str]:
    """What stands above each statement of sql/macros.sql."""
    return {statement.sql: statement.comment for statement in sqltext.statements((SQL / "macros.sql").read_text())}


@pytest.mark.parametrize("macro", models.macros(SQL).values(), ids=lambda macro: macro.name)
def test_macro_is_plain_documented_and_used(macro: models.Macro) -> None:
    """No default or typed parameters (DuckDB 1.5 and sqlglot know them not), no dead code."""
    parameters = re.match(r"create or replace macro \w+\s*\(([^)]*)\)\s*as\b(?!\s+table)", macro.sql)
    assert parameters, "a scalar macro: `create or replace macro name(a, b) as ...`"
    names = [name.strip() for name in parameters[1].split(",") if name.strip()]
    assert all(re.fullmatch(r"[a-z_][a-z0-9_]*", name) for name in names), f"plain parameters, not {names}"
    assert re.search(r"--.*\n$", macro_comments()[macro.sql].rstrip(" ")), "a comment above it says what it makes"
    assert macro.name in macro_uses(), "nothing uses it"


def test_macros_name_no_arguments() -> None:
    """DuckDB 2.0 forgets the names when it reads a macro back from a file."""
    for macro in models.macros(SQL).values():
        plain = "".join(text for kind, text in sqltext.tokens(macro.sql) if kind not in ("string", "comment"))
        assert ":=" not in plain, macro.name
