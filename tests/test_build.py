"""The build runs what changed, nothing else, and leaves a whole warehouse behind."""

import shutil

import duckdb

from adp import models, root
from adp.build import build
from adp.config import Paths
from tests.tree import Tree

ALL = {
    "seeds.animals",
    "staging.farm_trajectories",
    "staging.farm_steps",
    "staging.zoo_trajectories",
    "staging.zoo_steps",
    "standard.steps",
    "standard.prompts",
    "standard.texts",
    "standard.token_counts",
    "sft.counts",
}


def test_the_first_build_makes_everything_and_the_second_nothing(tree: Tree) -> None:
    assert set(tree.build().built) == ALL
    assert tree.query("from sft.counts order by all") == [("farm/1", 32), ("farm/2", 16)]
    assert tree.build().built == []


def test_editing_a_macro_rebuilds_just_what_uses_it(tree: Tree) -> None:
    tree.build()
    tree.edit("macros.sql", "as number;", "as number + 1;")
    assert tree.build().built == []
    tree.edit("macros.sql", "twice(twice(number))", "twice(twice(number)) + 1")
    assert set(tree.build().built) == {"staging.farm_steps", "standard.steps", "standard.texts", "sft.counts"}
    assert tree.query("from sft.counts order by all") == [("farm/1", 34), ("farm/2", 18)]


def test_a_macro_counts_through_the_macros_that_use_it(tree: Tree) -> None:
    tree.build()
    tree.edit("macros.sql", "number * 2", "number * 3")
    assert "staging.farm_steps" in tree.build().built
    assert tree.query("from sft.counts order by all") == [("farm/1", 108), ("farm/2", 54)]


def test_comments_and_blanks_do_not_count(tree: Tree) -> None:
    tree.build()
    tree.edit("sft/counts.sql", "from standard.steps", "-- what they say\n from    standard.steps")
    assert tree.build().built == []


def test_editing_one_model_of_a_file_keeps_the_other(tree: Tree) -> None:
    tree.build()
    tree.edit("staging/farm.sql", "four_times(legs)", "legs")
    assert set(tree.build().built) == {"staging.farm_steps", "standard.steps", "standard.texts", "sft.counts"}


def test_a_new_landing_rebuilds_its_tables_and_those_behind_the_views_of_them(tree: Tree) -> None:
    tree.build()
    tree.land("zoo", ["cat"])
    assert set(tree.build().built) == {"staging.zoo_trajectories", "staging.zoo_steps", "sft.counts"}
    assert tree.query("select count(*) from sft.counts") == [(3,)]


def test_naming_a_dataset_leaves_the_other_as_it_is(tree: Tree) -> None:
    tree.land("zoo", ["cat"])
    assert "staging.zoo_steps" not in tree.build("farm").built
    assert tree.query("select count(*) from sft.counts") == [(2,)]
    assert set(tree.build().built) == {"staging.zoo_trajectories", "staging.zoo_steps", "sft.counts"}
    assert tree.query("select count(*) from sft.counts") == [(3,)]


def test_a_column_that_a_landing_brings_is_in_every_view_of_it(tree: Tree) -> None:
    tree.write("standard/animals.sql", "create or replace view standard.animals as from raw.farm;")
    tree.write("sft/animals.sql", "create or replace view sft.animals as from standard.animals;")
    tree.build()
    with duckdb.connect() as con:
        file = tree.paths.raw / "farm" / "part.parquet"
        con.execute(f"create table t as from '{file}' select *, 1 as age")
        con.execute(f"copy t to '{file.with_name('other.parquet')}'")
    raw = tree.write_raw

    def write_raw(paths: Paths) -> None:
        raw(paths)
        paths.raw_sql.write_text(paths.raw_sql.read_text().replace("farm/part.parquet", "farm/other.parquet"))

    build(tree.paths, sql_root=tree.sql, write_raw=write_raw, tokens=False)
    assert tree.query("select count(age) from sft.animals") == [(2,)]


def test_a_view_that_becomes_a_table_and_back(tree: Tree) -> None:
    tree.build()
    tree.edit("standard/steps.sql", "replace view", "replace table")
    assert "standard.steps" in tree.build().built
    tree.edit("standard/steps.sql", "replace table", "replace view")
    assert "standard.steps" in tree.build().built


def test_what_is_not_landed_has_no_tables(tree: Tree) -> None:
    shutil.rmtree(tree.paths.raw / "zoo")
    assert "staging.zoo_steps" not in tree.build().built
    before = tree.query("from sft.counts order by all")
    tree.land("zoo", ["yak"])
    assert {"staging.zoo_steps", "standard.steps"} <= set(tree.build().built)
    assert set(tree.query("from sft.counts order by all")) - set(before) == {("zoo/1", 2)}
    shutil.rmtree(tree.paths.raw / "zoo")
    assert set(tree.build().dropped) == {"staging.zoo_trajectories", "staging.zoo_steps"}
    assert tree.query("from sft.counts order by all") == before


def test_a_table_whose_needs_are_not_landed_is_left_alone_by_other_landings(tree: Tree) -> None:
    shutil.rmtree(tree.paths.raw / "zoo")
    header = "-- sft.visits\n-- grain     one row per trajectory\n-- key       trajectory_id\n"
    query = "from standard.steps select trajectory_id where dataset = 'zoo'"
    tree.write(
        "sft/visits.sql",
        f"{header}-- needs     raw.zoo\n-- upstream  standard.steps\ncreate or replace table sft.visits as\n{query};",
    )
    assert "sft.visits" in tree.build().built
    tree.land("farm", ["cat", "cat"])
    summary = tree.build()
    assert "sft.counts" in summary.built
    assert "sft.visits" not in summary.built
    tree.land("zoo", ["yak"])
    assert "sft.visits" in tree.build().built
    assert tree.query("from sft.visits") == [("zoo/1",)]
    tree.land("farm", ["hen"])
    assert "sft.visits" in tree.build().built
    shutil.rmtree(tree.paths.raw / "zoo")
    assert "sft.visits" in tree.build().built
    assert tree.query("from sft.visits") == []


def test_tables_have_no_rows_without_what_they_need(sample_copy: Paths) -> None:
    """That which `needs` in a header promises, of all samples but these."""
    needy = [model for model in models.load(root() / "sql") if model.needs]
    for name in {name.removeprefix("raw.") for model in needy for name in model.needs}:
        shutil.rmtree(sample_copy.raw / name)
    build(sample_copy, tokens=False, axtrees=False)
    with duckdb.connect(str(sample_copy.db)) as con:
        for model in needy:
            con.execute(model.sql)  # whatever the build has made of it
            assert con.execute(f"select count(*) from {model.name}").fetchall() == [(0,)], model.name


def test_what_no_file_makes_any_more_is_dropped(tree: Tree) -> None:
    tree.build()
    (tree.sql / "staging/zoo.sql").unlink()
    tree.edit("standard/steps.sql", "union all by name from staging.zoo_steps", "")
    summary = tree.build()
    assert sorted(summary.dropped) == ["staging.zoo_steps", "staging.zoo_trajectories"]
    assert tree.query("select count(*) from information_schema.tables where table_name like 'zoo_%'") == [(0,)]


def test_full_gives_the_same_rows_in_a_new_file(tree: Tree) -> None:
    tree.build()
    before, inode = tree.query("from sft.counts order by all"), tree.paths.db.stat().st_ino
    assert set(tree.build(full=True).built) == ALL
    assert tree.query("from sft.counts order by all") == before
    assert tree.paths.db.stat().st_ino != inode
    assert sorted(path.name for path in tree.folder.iterdir()) == ["adp.db", "data", "sql"]


def test_tokens_are_derived_once_per_text(tree: Tree) -> None:
    assert tree.build(tokens=True).derived == 4
    assert tree.build(tokens=True).derived == 0
    tree.land("zoo", ["cat", "zebra"])
    assert tree.build(tokens=True).derived == 1
    rows = tree.query("select text, tokens from standard.texts join standard.token_counts using (content_hash)")
    assert len(rows) == 4
    assert all(isinstance(tokens, int) and tokens > 0 for _, tokens in rows)


def test_a_warehouse_that_was_moved_is_not_parsed_anew(sample_copy: Paths) -> None:
    assert not [name for name in build(sample_copy).built if name.startswith("staging.")]
