"""Views that exports and checks make a table of before they begin (seeds.kept_views)."""

import pytest

from adp import models, root
from adp.build import in_memory
from adp.config import Paths
from adp.export import ExportOptions, Run
from adp.shard import KEPT_VIEWS, Reader
from adp.talk import Talk
from adp.warehouse import CATALOG, execute
from schema import sft


def kept_views(paths: Paths) -> list[str]:
    with in_memory(paths, KEPT_VIEWS) as con:
        return [name for (name,) in execute(con, f"from {KEPT_VIEWS} select relation order by position")]


def test_kept_views_are_views_and_listed_upstream_first(sample_paths: Paths) -> None:
    found = {model.name: model for model in models.load(root() / "sql")}
    names = kept_views(sample_paths)
    assert names
    for place, name in enumerate(names):
        assert found[name].kind == "view"
        assert not models.upstream(list(found.values()), [name]) & set(names[place + 1 :])


@pytest.mark.parametrize("target", ["verifier_preference", "proposer"])
def test_tables_hold_the_rows_of_the_kept_views(sample_paths: Paths, target: str) -> None:
    with Reader(sample_paths) as reader:
        names = reader.kept(f"sft.{target}")
        assert names
        reader.keep(f"sft.{target}")
        assert reader.kept(f"sft.{target}") == []
        for name in names:
            table, view = f'memory.main."{name}"', f"{CATALOG}.{name}"
            assert execute(reader.con, f"select count(*) from {table}")[0][0] > 0
            assert execute(reader.con, f"select count(*) from {table}") == execute(
                reader.con, f"select count(*) from {view}"
            )
            assert execute(reader.con, f"from {table} except all from {view}") == []


def test_an_agents_export_keeps_nothing(sample_paths: Paths) -> None:
    """Else it would pay for training sets that nobody asked for."""
    with Reader(sample_paths) as reader:
        for target in ("openhands", "openhands_tools", "sweagent", "agentlab", "mini_swe_agent", "codeact", "std"):
            assert reader.kept(f"sft.{target}") == []


@pytest.mark.parametrize("target", sft.TARGETS)
def test_exports_leave_out_what_the_exclusions_name(sample_paths: Paths, target: str) -> None:
    with Reader(sample_paths) as reader:
        Run(reader, ExportOptions(target=target, out="-"), Talk(quiet=True))
        excluded = execute(reader.con, "from memory.main.excluded select trajectory_id, reason order by all")
        stated = f"from {CATALOG}.sft.exclusions select trajectory_id, reason where target = ? order by all"
        assert excluded == execute(reader.con, stated, [target])
