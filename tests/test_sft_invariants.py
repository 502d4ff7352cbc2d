"""What holds for every training set, over the sample dumps and, where they are at hand, the reference's raw records."""

import ast
import re
from collections.abc import Iterator

import duckdb
import pytest

from adp.config import Paths
from schema import adp, sft

pytestmark = pytest.mark.any_duckdb

ASCII_NAME = r"[A-Za-z_][A-Za-z0-9_]*"


@pytest.fixture(scope="module", params=["sample_paths", "reference_paths"])
def con(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of real records, to be read."""
    paths: Paths = request.getfixturevalue(request.param)
    with duckdb.connect(str(paths.db), read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("target", sft.TARGETS)
def test_records_are_valid(con: duckdb.DuckDBPyConnection, target: str) -> None:
    model = sft.TARGETS[target]
    records = [record for (record,) in con.execute(f"select to_json(r)::varchar from sft.{target} as r").fetchall()]
    suiting = """
        from standard.trajectories
        join standard.datasets as datasets using (dataset)
        join seeds.targets as targets on list_has_any(datasets.agents, targets.suits)
        select count(*) where target = ?
    """
    assert records or con.execute(suiting, [target]).fetchall() == [(0,)]
    for record in records:
        model.model_validate_json(record)


@pytest.mark.parametrize("target", sft.TARGETS)
def test_columns_are_those_of_the_record(con: duckdb.DuckDBPyConnection, target: str) -> None:
    assert columns(con, target) == list(sft.TARGETS[target].model_fields)


def test_standardized_trajectories_are_valid(con: duckdb.DuckDBPyConnection) -> None:
    # A record that came in this form goes out as it came, also with a class that nobody knows.
    unreadable = {
        name
        for row in con.execute(
            "from standard.trajectories select trajectory_id, source_id where exclusion = 'unreadable_step'"
        ).fetchall()
        for name in row
    }
    for name, record in con.execute("select id, to_json(r)::varchar from sft.std as r").fetchall():
        if name not in unreadable:
            adp.Trajectory.model_validate_json(record)
    assert columns(con, "std") == list(adp.Trajectory.model_fields)
    assert columns(con, "exclusions") == list(sft.Exclusion.model_fields)


@pytest.mark.parametrize("target", ["openhands", "openhands_tools", "sweagent", "mini_swe_agent"])
def test_every_trajectory_is_rendered_or_left_out(con: duckdb.DuckDBPyConnection, target: str) -> None:
    counted = con.execute(
        f"""
        from standard.trajectories as t
        select trajectory_id
        where (trajectory_id in (select id from sft.{target}))
            = (trajectory_id in (select trajectory_id from sft.exclusions where target = '{target}'))
        """
    ).fetchall()
    assert counted == []


@pytest.mark.parametrize("target", [*sft.TARGETS, "std"])
def test_threads_do_not_show(con: duckdb.DuckDBPyConnection, target: str) -> None:
    query = f"select md5(string_agg(to_json(r)::varchar, chr(10))) from (from sft.{target}) as r"
    found = set()
    for threads in (1, 4):
        con.execute(f"set threads = {threads}")
        found.add(con.execute(query).fetchall()[0][0])
    assert len(found) == 1


def test_calls_of_functions_are_valid_python(con: duckdb.DuckDBPyConnection) -> None:
    calls = con.execute(
        """
        from standard.actions select call_in_quotes(function, arguments, '"'), json_keys(arguments), function
        where class = 'api_action'
        """
    ).fetchall()
    assert calls
    for text, names, function in calls:
        called = ast.parse(text, mode="eval").body
        assert isinstance(called, ast.Call)
        assert isinstance(called.func, ast.Name)
        assert called.func.id == function or not re.fullmatch(ASCII_NAME, function)
        assert len(called.keywords) == len(names)


def test_code_in_other_languages_is_valid_python(con: duckdb.DuckDBPyConnection) -> None:
    texts = con.execute(
        """
        from standard.actions
        select content, concat(python_name(language), '(', python_string(content), ')')
        where class = 'code_action' and language not in ('bash', 'python')
        """
    ).fetchall()
    for source, text in texts:
        called = ast.parse(text, mode="eval").body
        assert isinstance(called, ast.Call)
        assert ast.literal_eval(called.args[0]) == source


def test_documentation_is_valid_python(con: duckdb.DuckDBPyConnection) -> None:
    for (signature,) in con.execute("select distinct tool_signature(name, parameters) from standard.tools").fetchall():
        ast.parse(f"def {signature}: pass")


def test_what_python_is_given_in_bash_is_the_code(con: duckdb.DuckDBPyConnection) -> None:
    texts = con.execute(
        "from standard.actions select content, bash_word(content) where class = 'code_action' and language = 'python'"
    ).fetchall()
    for source, word in texts:
        assert re.sub(r"\\(.)", r"\1", word[2:-1], flags=re.DOTALL) == source


@pytest.mark.parametrize("target", ["openhands", "sweagent"])
def test_no_marks_of_other_forms_are_written(con: duckdb.DuckDBPyConnection, target: str) -> None:
    """What the sources say may hold anything, so only what rendering wrote is looked at."""
    rows = con.execute(
        f"""
        from sft.{target} as records
        join standard.trajectories as trajectories on trajectories.trajectory_id = records.id
        select list_transform(conversations, lambda turn: turn['value'])
        where not exists (
            from standard.steps as steps
            where steps.trajectory_id = records.id
                and (contains(steps.content, '<finish>') or contains(steps.thought, '<finish>'))
        )
        """
    ).fetchall()
    assert not [text for (texts,) in rows for text in texts if "<finish>" in text]


def columns(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """The columns of a relation of sft."""
    return [row[0] for row in con.execute(f"describe sft.{relation}").fetchall()]
