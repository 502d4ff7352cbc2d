"""The models are parsed from their SQL: what they read, in which order they run, and what breaks a rule is named."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from adp import models, root
from adp.models import Model, ModelError
from tests.tree import Tree

pytestmark = pytest.mark.any_duckdb

REAL = root() / "sql"


def position(found: list[Model]) -> dict[str, int]:
    return {model.name: place for place, model in enumerate(found)}


def test_order_follows_from_what_models_read(tree: Tree) -> None:
    found = models.load(tree.sql)
    place = position(found)
    for model in found:
        assert all(place[name] < place[model.name] for name in model.upstream if not name.startswith("raw."))


def test_the_header_is_read(tree: Tree) -> None:
    steps = next(model for model in models.load(tree.sql) if model.name == "staging.farm_steps")
    assert steps.grain == "one row per step"
    assert steps.key == ("trajectory_id", "step_index")
    assert steps.declared_upstream == ("staging.farm_trajectories", "seeds.animals")
    assert steps.upstream == ("seeds.animals", "staging.farm_trajectories")
    assert steps.kind == "table"
    assert steps.dataset == "farm"


def test_names_of_ctes_and_text_in_strings_and_comments_are_no_upstream() -> None:
    text = """
        -- reads raw.comment
        create or replace view standard.x as
        with steps as (from staging.a_steps), y as (from steps select 'from raw.text' as "raw.quoted")
        from y
        ;
    """
    (model,) = models.parse("sql/standard/x.sql", text)
    assert model.upstream == ("staging.a_steps",)


def test_macros_are_found_through_macros(tree: Tree) -> None:
    macros = models.macros(tree.sql)
    assert models.used_macros(["four_times", "md5"], macros) == ["four_times", "twice"]
    assert models.used_macros(["md5"], macros) == []


def test_a_file_that_shows_its_training_set_is_one_model(tree: Tree) -> None:
    (model,) = [model for model in models.load(tree.sql) if model.layer == "sft"]
    assert model.name == "sft.counts"
    assert "from sft.counts" not in model.sql


def break_by(file: str, old: str, new: str) -> Callable[[Tree], None]:
    return lambda tree: tree.edit(file, old, new)


BROKEN = {
    "a cycle": (
        break_by("staging/farm.sql", "from raw.farm", "from staging.zoo_steps"),
        break_by("staging/zoo.sql", "from raw.zoo", "from staging.farm_steps"),
        r"sql/staging/\w+\.sql: a cycle: .*sql/staging/farm\.sql.*sql/staging/zoo\.sql",
    ),
    "an unknown upstream": (
        break_by("sft/counts.sql", "from standard.steps", "from standard.step"),
        r"sql/sft/counts\.sql: sft\.counts reads standard\.step, which no file makes",
    ),
    "a later layer": (
        break_by("standard/steps.sql", "from staging.farm_steps", "from sft.counts"),
        r"sql/standard/steps\.sql: standard\.steps reads sft\.counts, which is a later layer",
    ),
    "an unknown schema": (
        break_by("standard/steps.sql", "from staging.farm_steps", "from stagging.farm_steps"),
        r"stagging is no layer",
    ),
    "a model that is not named like its file": (
        break_by("sft/counts.sql", "table sft.counts", "table sft.count"),
        r"sql/sft/counts\.sql: must make sft\.counts, makes sft\.count",
    ),
    "a staging file with three models": (
        lambda tree: tree.edit(
            "staging/zoo.sql",
            "create or replace table staging.zoo_steps",
            "create or replace table staging.zoo_helper as select 1;\n create or replace table staging.zoo_steps",
        ),
        r"sql/staging/zoo\.sql: must make staging\.zoo_trajectories and staging\.zoo_steps, makes",
    ),
    "a model in another layer": (
        break_by("sft/counts.sql", "table sft.counts", "table standard.counts"),
        r"must make sft\.counts",
    ),
    "a statement that hides what it reads": (
        lambda tree: tree.write("sft/counts.sql", "create or replace table sft.counts as pivot standard.steps on legs"),
        r"sql/sft/counts\.sql: ",
    ),
    "another statement": (
        break_by("sft/counts.sql", "from sft.counts;", "drop table standard.steps;"),
        r"only create statements belong here, found `drop table",
    ),
    "a query behind a model that is no training set": (
        lambda tree: tree.edit("standard/texts.sql", ";", "; from standard.texts;"),
        r"a query stands behind it",
    ),
    "no or replace": (
        break_by("sft/counts.sql", "create or replace", "create"),
        r"expected `create or replace table\|view sft\.name as`",
    ),
    "text that is no SQL": (
        break_by("sft/counts.sql", "twice(legs)", "twice(legs"),
        r"sql/sft/counts\.sql: not parsed: ",
    ),
    "reading itself": (
        break_by("sft/counts.sql", "from standard.steps", "from sft.counts"),
        r"sft\.counts reads itself",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_tree_names_file_and_reason(name: str, tree: Tree) -> None:
    *edits, message = BROKEN[name]
    for edit in edits:
        edit(tree)  # type: ignore[operator]
    with pytest.raises(ModelError, match=str(message)):
        models.load(tree.sql)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "adp-warehouse" / "models.json"


def test_what_was_parsed_once_is_not_parsed_again(tree: Tree, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = models.load(tree.sql)
    monkeypatch.setattr(models, "_judge", lambda *_: pytest.fail("parsed again"))
    assert models.load(tree.sql) == first


def test_what_changed_is_parsed_again(tree: Tree, cache: Path) -> None:
    models.load(tree.sql)
    tree.edit("sft/counts.sql", "from standard.steps", "from standard.texts")
    counts = next(model for model in models.load(tree.sql) if model.name == "sft.counts")
    assert counts.upstream == ("standard.texts",)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format": "0", "files": {}}'])
def test_a_damaged_cache_is_made_anew(tree: Tree, cache: Path, damage: str) -> None:
    first = models.load(tree.sql)
    cache.write_text(damage)
    assert models.load(tree.sql) == first
    assert cache.read_text() != damage


def test_a_cache_that_cannot_be_written_does_not_matter(tree: Tree, tmp_path: Path, cache: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")
    assert models.load(tree.sql)


def test_script_is_the_order_of_the_models() -> None:
    """adp.duckdb.sql holds every model file once, upstream first: `python -m adp.models --write` makes it."""
    assert (root() / "adp.duckdb.sql").read_text() == models.script(models.load(REAL))


def test_script_reads_every_file_of_the_layers_upstream_first() -> None:
    read = re.findall(r"^\.read (sql/\w+/\w+\.sql)$", (root() / "adp.duckdb.sql").read_text(), re.M)
    order = list(dict.fromkeys(read))
    there = [path.relative_to(root()).as_posix() for layer in models.LAYERS for path in (REAL / layer).glob("*.sql")]
    assert sorted(order) == sorted(there)
    found = models.load(REAL)
    file = {model.name: model.file for model in found}
    for model in found:
        for name in model.upstream:
            if name in file and file[name] != model.file:
                assert order.index(file[name]) < order.index(model.file)


def present_with(tree: Tree, *empty: str) -> dict[str, Model]:
    return {model.name: model for model in models.present(models.load(tree.sql), empty)}


def test_what_is_not_landed_has_no_tables_and_no_branches_of_unions(tree: Tree) -> None:
    every, found = present_with(tree), present_with(tree, "raw.zoo")
    assert every.keys() - found.keys() == {"staging.zoo_trajectories", "staging.zoo_steps"}
    assert found["standard.steps"].upstream == ("staging.farm_steps",)
    assert "staging.farm_steps" in found["standard.steps"].sql
    assert "zoo" not in found["standard.steps"].sql
    assert found["standard.steps"].digest == every["standard.steps"].digest  # what is upstream tells the two apart


def test_a_table_of_what_is_not_landed_stays_where_it_is_read_otherwise(tree: Tree) -> None:
    found = present_with(tree, "raw.farm")
    assert "staging.farm_trajectories" in found  # standard.prompts
    assert "staging.farm_steps" in found  # the first of the union


def test_only_whole_branches_are_left_out(tree: Tree) -> None:
    (tree.sql / "standard" / "steps.sql").write_text(
        "create or replace view standard.steps as\n"
        "from staging.farm_steps union all by name from staging.zoo_steps where true\n;"
    )
    assert "from staging.zoo_steps where true" in present_with(tree, "raw.zoo")["standard.steps"].sql
