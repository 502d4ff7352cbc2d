"""The macros: an example of each in tests/macros.sql, and properties that hold for any value."""

import ast
import functools
import itertools
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adp import models, root, sqltext

pytestmark = pytest.mark.any_duckdb

EXAMPLES = sqltext.statements((Path(__file__).parent / "macros.sql").read_text())
PAIRS = list(zip(EXAMPLES[::2], EXAMPLES[1::2], strict=True))
MACROS = models.macros(root() / "sql")

texts = st.text(st.characters(exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
arguments = st.dictionaries(texts, json_values, max_size=5)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """A connection that knows the macros."""
    found = duckdb.connect()
    found.execute((root() / "sql" / "macros.sql").read_text())
    return found


def value(con: duckdb.DuckDBPyConnection, expression: str, *parameters: Any) -> Any:
    """The value of an expression."""
    (row,) = con.execute(f"select {expression}", list(parameters)).fetchall()
    return row[0]


def title(example: sqltext.Statement) -> str:
    """The last line of the comment in front of an example."""
    return example.comment.strip().split("\n")[-1].removeprefix("-- ")


@pytest.mark.parametrize("pair", PAIRS, ids=[title(expression) for expression, _ in PAIRS])
def test_example(con: duckdb.DuckDBPyConnection, pair: tuple[sqltext.Statement, sqltext.Statement]) -> None:
    expression, expected = pair
    assert value(con, expression.sql) == value(con, expected.sql)


@pytest.mark.parametrize("name", MACROS)
def test_there_is_an_example_of(name: str) -> None:
    assert any(title(expression).startswith(f"{name}: ") and name in expression.calls for expression, _ in PAIRS)


@functools.cache
def built_in() -> frozenset[str]:
    """The functions that DuckDB has of itself, macros of its own among them."""
    found = frozenset(name for (name,) in duckdb.execute("select function_name from duckdb_functions()").fetchall())
    assert {"lower", "nullif"} <= found
    return found


@pytest.mark.parametrize("name", MACROS)
def test_no_built_in_is_hidden_by(name: str) -> None:
    """A model's fingerprint takes the names of macros for macros."""
    assert name not in built_in()


@given(json_values)
def test_any_json_is_the_same_value_as_a_python_literal(con: duckdb.DuckDBPyConnection, given: Any) -> None:
    assert ordered(ast.literal_eval(value(con, "python_literal(cast(? as json))", json.dumps(given)))) == ordered(given)


@given(texts)
def test_any_text_is_the_same_as_a_python_string(con: duckdb.DuckDBPyConnection, given: str) -> None:
    assert ast.literal_eval(value(con, "python_string(?)", given)) == given


@given(texts, arguments)
def test_any_call_is_valid_python_with_its_arguments_in_order(
    con: duckdb.DuckDBPyConnection, function: str, given: dict[str, Any]
) -> None:
    called = ast.parse(
        value(con, """call_in_quotes(?, cast(? as json), '"')""", function, json.dumps(given)), mode="eval"
    ).body
    assert isinstance(called, ast.Call)
    found: dict[str, Any] = {}
    for keyword in called.keywords:
        read = ast.literal_eval(keyword.value)
        found |= read if keyword.arg is None else {keyword.arg: read}
    assert ordered(found) == ordered(given)


@given(texts.filter(lambda text: "\0" not in text))
def test_any_text_is_one_word_of_bash(con: duckdb.DuckDBPyConnection, given: str) -> None:
    word = value(con, "bash_word(?)", given)
    assert re.fullmatch(r"\$'(?:[^'\\]|\\[\\'])*'", word, re.DOTALL)
    assert re.sub(r"\\(.)", r"\1", word[2:-1], flags=re.DOTALL) == given


@given(arguments)
def test_texts_are_raw_in_parameter_blocks(con: duckdb.DuckDBPyConnection, given: dict[str, Any]) -> None:
    blocks = value(con, "parameter_blocks(cast(? as json))", json.dumps(given))
    for name, argument in given.items():
        if isinstance(argument, str):
            assert f"<parameter={name}>\n{argument}\n</parameter>\n" in blocks
    assert blocks.count("<parameter=") >= sum(argument is not None for argument in given.values())


@given(st.lists(st.tuples(st.sampled_from(["human", "gpt"]), st.sampled_from("abc")), min_size=1, max_size=8))
def test_turns_alternate_and_nothing_is_lost(con: duckdb.DuckDBPyConnection, given: list[tuple[str, str]]) -> None:
    turns = [{"from": side, "value": text} for side, text in given]
    found = value(
        con,
        "alternating(turns, side_starts(list_transform(turns, lambda turn: turn['from']))) "
        """from (select from_json(?, '[{"from": "VARCHAR", "value": "VARCHAR"}]') as turns)""",
        json.dumps(turns),
    )
    sides = [turn["from"] for turn in found]
    assert all(one != two for one, two in itertools.pairwise(sides))
    assert "\n\n".join(turn["value"] for turn in found) == "\n\n".join(text for _, text in given)


def ordered(value: Any) -> str:
    """A value as text that tells types and the order of keys apart."""
    return repr(value)
