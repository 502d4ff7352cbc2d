"""Checks find the same on a large warehouse, which they look at part by part, as on a small one."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from adp import catalogue, queries, root, warehouse
from adp.build import build, identifier
from adp.config import Paths, resources
from adp.errors import UserError
from adp.shard import Reader
from loaders.land import load


def outcomes(paths: Paths) -> dict[str, int]:
    return {outcome.query.name: outcome.violations for outcome in queries.check(paths)}


@pytest.fixture
def damaged(tmp_path: Path) -> Paths:
    """A few datasets, a prompt among their turns, first and middle steps that are missing."""
    paths = Paths(tmp_path / "adp.db", tmp_path / "data")
    for dataset in ("code_feedback", "codeactinstruct", "orca_agentinstruct", "swe_smith"):
        load(dataset, [root() / "samples" / f"{dataset}.jsonl"], paths)
    build(paths, tokens=False)
    with duckdb.connect(str(paths.db)) as con:
        prompt = "(from sft.system_prompts select text where target = 'openhands')"
        con.execute(f"update staging.code_feedback_steps set content = {prompt} where step_index = 0")
        con.execute("delete from staging.orca_agentinstruct_steps where step_index = 0 and landing_index % 2 = 0")
        con.execute("delete from staging.codeactinstruct_steps where kind = 'observation'")
    return paths


SOME = ("prompts_stay_in_system", "roles_alternate", "steps_are_dense", "trajectories_are_rendered_or_excluded")


def test_part_by_part_is_the_same_as_all_at_once(damaged: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    found = queries.find("checks")
    monkeypatch.setattr(queries, "find", lambda *_: {name: found[name] for name in SOME})
    monkeypatch.setattr(queries, "MOST_BYTES_TO_KEEP", 0)
    whole = outcomes(damaged)
    assert {"prompts_stay_in_system", "roles_alternate", "steps_are_dense"} <= {name for name in whole if whole[name]}
    monkeypatch.setattr(queries, "PART_BYTES", 30_000)
    monkeypatch.setattr(queries, "MOST_BYTES_AT_ONCE", 1)
    looked = []
    look = queries._look_in_parts

    def remember(reader: Reader, query: queries.Query, *rest: Any) -> None:
        looked.append(query.name)
        look(reader, query, *rest)

    monkeypatch.setattr(queries, "_look_in_parts", remember)
    assert outcomes(damaged) == whole
    assert "roles_alternate" in looked
    assert "trajectories_are_rendered_or_excluded" in looked


def test_training_sets_of_small_warehouses_are_rendered_once_for_all_checks(
    damaged: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = queries.find("checks")
    monkeypatch.setattr(queries, "find", lambda *_: {name: found[name] for name in SOME})
    kept = outcomes(damaged)
    monkeypatch.setattr(queries, "MOST_BYTES_TO_KEEP", 0)
    assert outcomes(damaged) == kept


def test_tasks_are_compared_across_the_whole_warehouse(sample_paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts do not see each other's tasks; what the check reads are views that are kept as tables."""
    found = queries.find("checks")
    monkeypatch.setattr(queries, "find", lambda *_: {"held": found["held_out_tasks_are_not_trained_on"]})
    monkeypatch.setattr(queries, "MOST_BYTES_AT_ONCE", 1)
    monkeypatch.setattr(queries, "_look_in_parts", lambda *_: pytest.fail("looked at in parts"))
    assert outcomes(sample_paths) == {"held_out_tasks_are_not_trained_on": 0}


def test_prompts_are_looked_at_in_small_parts_where_the_warehouse_is_not_small(
    damaged: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They grow with the square of a trajectory. Who is in their sets is asked of all at once."""
    with warehouse.connect(damaged) as con:
        warehouse.execute(con, "update staging.swe_smith_steps set content = '[Next Action Prediction]'")
    found = queries.find("checks")
    names = ("prompts_hold_no_labels", "trajectories_are_rendered_or_excluded")
    monkeypatch.setattr(queries, "find", lambda *_: {name: found[name] for name in names})
    whole = outcomes(damaged)
    assert whole["prompts_hold_no_labels"]
    monkeypatch.setattr(queries, "MOST_BYTES_TO_KEEP", 0)
    monkeypatch.setattr(queries, "HISTORY_SHARE", resources().memory / 5_000)
    looked: dict[str, int] = {}
    look = queries._look_in_parts

    def remember(reader: Reader, query: queries.Query, name: str, parts: Any, found: Any) -> None:
        looked[query.name] = len(parts)
        look(reader, query, name, parts, found)

    monkeypatch.setattr(queries, "_look_in_parts", remember)
    assert outcomes(damaged) == whole
    assert looked.keys() == {"prompts_hold_no_labels"}
    assert looked["prompts_hold_no_labels"] > 7  # several of some of the four datasets


def test_what_does_not_fit_into_memory_at_once_is_looked_at_in_parts(
    damaged: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = queries.find("checks")
    monkeypatch.setattr(
        queries, "find", lambda *_: {name: found[name] for name in ("roles_alternate", "steps_are_dense")}
    )
    monkeypatch.setattr(queries, "MOST_BYTES_TO_KEEP", 0)
    whole = outcomes(damaged)
    look = queries._Found.look

    def tight(self: Any, con: duckdb.DuckDBPyConnection, sql: str) -> None:
        if sql == found["roles_alternate"].sql:
            raise UserError("not enough memory") from duckdb.OutOfMemoryException("all of it")
        look(self, con, sql)

    monkeypatch.setattr(queries._Found, "look", tight)
    assert outcomes(damaged) == whole
    assert all(whole.values())


def test_parts_cover_every_trajectory_once(sample_paths: Paths) -> None:
    with Reader(sample_paths) as reader:
        parts, _ = queries._parts(reader, 2_000)
        rows = warehouse.execute(reader.con, "from standard.trajectories select dataset, landing_index")
    assert len(parts) >= 14  # two of each dataset
    for dataset, index in rows:
        assert sum(part.dataset.name == dataset and part.first <= index <= part.last for part in parts) == 1


ACCOUNTED = "source_rows_are_accounted_for"


@pytest.fixture
def partly_built(sample_copy: Paths) -> Paths:
    """All samples are landed, two of the datasets are built."""
    sample_copy.db.unlink()
    build(sample_copy, ["swe-smith", "nnetnav_live"], tokens=False)
    return sample_copy


def test_what_no_build_has_taken_in_is_not_missing(partly_built: Paths) -> None:
    assert not any(outcomes(partly_built).values())
    built = {entry.dataset: entry.built_trajectories for entry in catalogue.entries(partly_built)}
    assert {dataset for dataset, count in built.items() if count is not None} == {"swe-smith", "nnetnav-live"}


@pytest.mark.parametrize("dataset", ["swe_smith", "code_feedback"])
def test_a_built_dataset_that_lost_all_rows_is_found(partly_built: Paths, dataset: str) -> None:
    build(partly_built, ["code_feedback"], tokens=False)
    with duckdb.connect(str(partly_built.db)) as con:
        (landed,) = con.execute(f"select count(*) from raw.{dataset}").fetchall()[0]
        con.execute(f"delete from staging.{dataset}_trajectories; delete from staging.{dataset}_steps")
    assert outcomes(partly_built)[ACCOUNTED] == landed
    assert {identifier(e.dataset): e.built_trajectories for e in catalogue.entries(partly_built)}[dataset] == 0


def test_a_warehouse_of_the_stock_command_line_is_wholly_built(sample_copy: Paths) -> None:
    with duckdb.connect(str(sample_copy.db)) as con:
        con.execute("drop schema runner cascade")
    assert not any(outcomes(sample_copy).values())
    with duckdb.connect(str(sample_copy.db)) as con:
        con.execute("delete from staging.orca_agentinstruct_trajectories")
    assert outcomes(sample_copy)[ACCOUNTED]


def test_a_check_of_two_queries_is_refused(tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "two.sql").write_text("-- Two.\nselect 1; select 2;")
    with pytest.raises(UserError, match=r"sql/checks/two\.sql: must hold one query, holds 2"):
        queries.find("checks", tmp_path)


def test_a_check_that_cannot_run_is_named(sample_paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "broken.sql").write_text("-- Broken.\nfrom standard.no_such_table;")
    with pytest.raises(UserError, match=r"sql/checks/broken\.sql: Catalog Error"):
        list(queries.check(sample_paths, sql_root=tmp_path))
