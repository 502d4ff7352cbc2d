"""Every function and parameter that the catalogue describes says what it means: a model sees nothing else."""

from collections.abc import Iterator

import duckdb
import pytest

from adp import root

pytestmark = pytest.mark.any_duckdb


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """The seeds, in memory."""
    with duckdb.connect() as opened:
        opened.execute("create schema seeds")
        for name in ("datasets", "tools", "agent_tools", "neutral_tools"):
            opened.execute((root() / "sql" / "seeds" / f"{name}.sql").read_text()).fetchall()
        yield opened


@pytest.mark.parametrize(("relation", "owner"), [("tools", "dataset"), ("agent_tools", "target")])
def test_no_function_and_no_parameter_lacks_a_description(
    con: duckdb.DuckDBPyConnection, relation: str, owner: str
) -> None:
    undescribed = con.execute(
        f"""
        with described as (
            select
                {owner} as owner,
                name,
                description,
                unnest(
                    map_entries(cast(coalesce(parameters::json -> '$.properties', '{{}}') as map(varchar, json)))
                ) as property,
            from seeds.{relation}
        )
        select {owner}, name, null from seeds.{relation} where coalesce(trim(description), '') = ''
        union all
        select owner, name, property.key from described
        where coalesce(trim(property.value ->> '$.description'), '') = ''
        order by all
        """
    ).fetchall()
    assert undescribed == []


def test_parameters_are_schemas_of_objects(con: duckdb.DuckDBPyConnection) -> None:
    wrong = con.execute(
        """
        from (
            select dataset as owner, name, parameters::json as schema from seeds.tools
            union all
            select target, name, parameters from seeds.agent_tools
        )
        select owner, name
        where schema ->> '$.type' <> 'object'
            or coalesce(json_type(schema, '$.properties'), '') <> 'OBJECT'
            or not list_has_all(
                json_keys(schema, '$.properties'), coalesce(from_json(schema -> '$.required', '["VARCHAR"]'), [])
            )
        """
    ).fetchall()
    assert wrong == []


def test_neutral_names_are_those_of_tools_that_are_described(con: duckdb.DuckDBPyConnection) -> None:
    unknown = con.execute(
        """
        from seeds.neutral_tools as names
        anti join seeds.agent_tools as tools on tools.target = 'openhands_tools' and tools.name = names.tool
        select dataset, name, tool
        """
    ).fetchall()
    assert unknown == []


def test_names_lead_to_parameters_that_the_neutral_tool_has(con: duckdb.DuckDBPyConnection) -> None:
    wrong = con.execute(
        """
        with renamed as (
            from seeds.neutral_tools
            select dataset, name, tool, unnest(map_values(cast(renames as map(varchar, varchar)))) as parameter
            where renames is not null
            union all
            from seeds.neutral_tools
            select dataset, name, tool, parameter
            where parameter is not null
        )
        from renamed
        join seeds.agent_tools as tools on tools.target = 'openhands_tools' and tools.name = tool
        select dataset, renamed.name, tool, parameter
        where not list_contains(json_keys(parameters, '$.properties'), parameter)
        """
    ).fetchall()
    assert wrong == []
