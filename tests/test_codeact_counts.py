"""The published figures: sources of the published size, made up here, give as many tasks, and a miss is found.

The real dumps are not at hand. What is held is that the rules, over as many records of each kind as the published
scripts report, leave the published numbers, and that the check looks at them as soon as a source is landed whole.
"""

import duckdb
import pytest

from adp import root
from loaders.base import find

SQL = root() / "sql"
TASKS = ("apps", "hotpotqa", "math", "wikitablequestions")
# 195 without a reference; of the 4,805 others 356 behind the ten examples without a test.
APPS = """
    select
        n as record, 'train.jsonl' as source_file, n as source_row, (n - 1)::varchar as source_id, 'q' as question,
        'interview' as difficulty,
        case when n > 4805 then '' when n > 4449 then '{"inputs": []}' else '{"inputs": [""]}' end as input_output
    from range(1, 5001) as t (n)
"""
HOTPOTQA = """
    select
        n as record, 'train.json' as source_file, n as source_row, md5(n::varchar) as source_id, 'q' as question,
        'a' as answer, case when n <= 15661 then 'hard' else 'medium' end as level
    from range(1, 90448) as t (n)
"""
# subject, records, those from level 3 on
SUBJECTS = (
    ("geometry", 870, 727), ("prealgebra", 1205, 750), ("counting_and_probability", 771, 602),
    ("intermediate_algebra", 1295, 1070), ("number_theory", 869, 691), ("precalculus", 746, 520),
    ("algebra", 1744, 1226),
)  # fmt: skip
MATH = f"""
    select
        row_number() over () as record, subject || '.jsonl' as source_file, n as source_row,
        concat(subject, n) as source_id, concat(subject, n) as question, '1' as answer, subject, 'train' as split,
        case when n <= kept then 'Level 3' when n = kept + 1 then 'Level ?' else 'Level 2' end as level
    from (values {", ".join(map(str, SUBJECTS))}) as subjects (subject, records, kept),
        (select unnest(range(1, 1745))) as t (n)
    where n <= records
"""
WIKITABLEQUESTIONS = """
    select
        n as record, 'training.tsv' as source_file, n as source_row, 'nt-' || n as source_id, 'q' as utterance,
        'a' as "targetValue", (n % 2108)::varchar as table_id,
        {'columns': ['c'], 'rows': list_transform(range(n % 40), lambda x: ['v'])} as "table"
    from range(1, 14150) as t (n)
"""
CHATS = """
    select 'general-chat' as dataset, json_object('shape', 'sharegpt_gpt4') as details from range(6599)
"""


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """The four sources at their published size, no runs, one collection of chats."""
    con = duckdb.connect()
    for file in ("schemas.sql", "macros.sql"):
        con.execute((SQL / file).read_text())
    for source, records in zip(TASKS, (APPS, HOTPOTQA, MATH, WIKITABLEQUESTIONS), strict=True):
        loader = find(f"tasks_{source}")
        columns = ", ".join(f'"{name}" {kind}' for name, kind in loader.raw_columns.items())
        con.execute(f"create table raw.{loader.identifier} ({columns})")
        con.execute(f"insert into raw.{loader.identifier} by name {records}")
        con.execute((SQL / "staging" / f"{loader.identifier}.sql").read_text())
    con.execute(
        f"""
        create table standard.stacked_trajectories (
            dataset varchar, trajectory_id varchar, landing_index bigint, source_id varchar, task_id varchar,
            model varchar, outcome boolean, exclusion varchar, details json
        );
        insert into standard.stacked_trajectories by name {CHATS}
        """
    )
    for seed in ("task_draws", "codeact_tasks", "chat_shapes", "model_prices"):
        con.execute((SQL / "seeds" / f"{seed}.sql").read_text())
    for relation in ("tasks", "codeact_runs", "hard_tasks", "codeact_counts"):
        con.execute((SQL / "standard" / f"{relation}.sql").read_text())
    return con


def test_whole_sources_give_the_published_numbers(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute("from standard.codeact_counts select subject, here where is_whole").fetchall()
    assert dict(found) == {
        "APPS": 4439, "hotpotqa": 3000, "wiki_table_questions": 3000, "sharegpt_gpt4": 6599,
        **{subject: kept for subject, _, kept in SUBJECTS},
    }  # fmt: skip
    assert con.execute((SQL / "checks" / "published_counts_are_met.sql").read_text()).fetchall() == []


def test_apps_goes_down_in_the_published_steps(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute(
        "from standard.tasks select count(*), count(*) filter (exclusion is distinct from 'no_reference'),"
        " count(*) filter (exclusion = 'few_shot'), count(*) filter (exclusion is null) where source = 'tasks-apps'"
    ).fetchall()
    assert found == [(5000, 4805, 10, 4439)]


def test_tables_are_asked_about_in_two_halves(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute(
        "from standard.tasks select extra ->> '$.question_format', count(*)"
        " where source = 'tasks-wikitablequestions' and exclusion is null group by all order by all"
    ).fetchall()
    assert found == [("pandas", 1500), ("sql", 1500)]
    shown = con.execute(
        "from standard.tasks select count(*), max((extra ->> '$.row_count')::integer)"
        " where source = 'tasks-wikitablequestions' and exclusion = 'few_shot'"
    ).fetchall()
    assert shown == [(50, 0)]  # of the smallest tables


def test_a_record_that_goes_missing_behind_the_landing_is_found(con: duckdb.DuckDBPyConnection) -> None:
    con.begin()
    try:
        con.execute("update staging.tasks_hotpotqa_tasks set exclusion = 'no_reference' where landing_index > 2000")
        found = con.execute((SQL / "checks" / "published_counts_are_met.sql").read_text()).fetchall()
    finally:
        con.rollback()
    assert found == [("hotpotqa", "tasks", 3000.0, 2000.0)]


def test_a_part_of_a_source_is_held_against_nothing(con: duckdb.DuckDBPyConnection) -> None:
    con.begin()
    try:
        con.execute("delete from staging.tasks_hotpotqa_tasks where landing_index > 2000")
        assert con.execute((SQL / "checks" / "published_counts_are_met.sql").read_text()).fetchall() == []
    finally:
        con.rollback()


def test_runs_of_the_published_number_are_held_against_the_published_tiers(con: duckdb.DuckDBPyConnection) -> None:
    """All of three models' runs, none of which solved anything."""
    con.begin()
    try:
        con.execute(
            """
            insert into standard.stacked_trajectories
            from seeds.codeact_tasks, (select unnest(['m1', 'm2', 'gpt-3.5-turbo-0613'])) as models (model),
                (select unnest(range(1, 4440))) as t (n)
            select
                'codeact-runs', concat(model, '/', task_name, n), n, n::varchar, concat(task_name, '/', n), model,
                false, 'unresolved',
                json_object('task_name', task_name, 'split', 'train', 'turns', 3, 'messages', 6, 'prompt_tokens', 100,
                    'completion_tokens', 0)
            where n <= tasks_published
            """
        )
        found = con.execute((SQL / "checks" / "published_counts_are_met.sql").read_text()).fetchall()
    finally:
        con.rollback()
    figures = {(subject, figure): (published, here) for subject, figure, published, here in found}
    assert ("runs", "runs") not in figures
    assert figures["runs", "easy"] == (18447, 0)
    assert figures["runs", "tasks that nobody solved"] == (7635, 21868)
    assert figures["APPS", "medium, trained on"] == (573, 0)
    assert figures["gpt-3.5-turbo-0613", "cost in US dollars"] == (218.15, 3.28)
