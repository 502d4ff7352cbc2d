"""Samples with something broken in each record: rejected or excluded with a reason, or still fit for training.

Every sample's records are taken apart at every place: a field missing, null, of another type, empty, or text that no
rule knows. All variants of all datasets go through one load and one build; nothing may stop it or be lost.
"""

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest

from adp import queries, root
from adp.build import build
from adp.config import Paths
from adp.export import ExportOptions, export, targets
from adp.shard import Reader
from loaders import land
from loaders.base import DATASETS, FORMATS, Loader

Json: TypeAlias = Any
Place: TypeAlias = tuple[str | int, ...]

MOST_VARIANTS = 160  # of a dataset: what is broken deeper down repeats itself
VALUES: tuple[Json, ...] = (None, 0, True, "", " \n", "?! ]) ''' </function", [], {}, [None], {"?": [1]})
EMPTY: dict[type, Json] = {list: [], dict: {}, str: ""}


@dataclass(frozen=True)
class Broken:
    """What became of the broken samples."""

    paths: Paths
    written: dict[str, int]
    landed: dict[str, int]
    rejected: dict[str, int]
    emptied: list[str]  # trajectory ids of records whose required fields are all empty


def samples(file: Path) -> list[dict[str, Json]]:
    """The readable records of a sample."""
    records = []
    for line in file.read_text().splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            records.append(found)
    return records


def places(value: Json, at: Place = ()) -> Iterator[Place]:
    """Every place in a value, of lists the first and the last element."""
    if at:
        yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*at, key))
    elif isinstance(value, list):
        for index in sorted({0, len(value) - 1} & set(range(len(value)))):
            yield from places(value[index], (*at, index))


def without(record: Json, place: Place) -> Json:
    """A copy without what stands at a place."""
    changed = copy.deepcopy(record)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    return changed


def with_value(record: Json, place: Place, value: Json) -> Json:
    """A copy with something else at a place."""
    changed = copy.deepcopy(record)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return changed


def variants(loader: Loader, records: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """Broken copies of the records: all at the top, as many as may be further down, the same in every run."""
    top: list[Json] = []
    deep: list[Json] = []
    for record in records[:3]:
        for place in places(record):
            found = [without(record, place), *(with_value(record, place, value) for value in VALUES)]
            (top if len(place) == 1 else deep).extend(found)
    chosen = random.Random(loader.identifier)
    return chosen.sample(top, min(len(top), MOST_VARIANTS // 2)) + chosen.sample(deep, min(len(deep), MOST_VARIANTS))


def emptied(loader: Loader, record: dict[str, Json]) -> dict[str, Json]:
    """A copy in which all that the record must have is there, and empty."""
    wanted = [name for name in (*loader.required, *loader.published.values()) if name in record]
    return record | {name: EMPTY[type(record[name])] for name in wanted}


def named(loader: Loader, record: dict[str, Json], name: str, number: int) -> dict[str, Json]:
    """The record under an id of its own, unless its id is what is broken."""
    field = next((field for field in loader.source_id if isinstance(record.get(field), str | int)), None)
    if field is None or isinstance(record[field], bool):
        return record
    return record | {field: f"{name}-{number}" if isinstance(record[field], str) else 1_000_000 + number}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    """All variants of all samples, landed and built."""
    folder = tmp_path_factory.mktemp("broken")
    paths = Paths(folder / "adp.db", folder / "data")
    made = Broken(paths, {}, {}, {}, [])
    for identifier, loader in {**DATASETS, **FORMATS}.items():
        records = samples(root() / "samples" / f"{identifier}.jsonl")
        lines = [named(loader, record, "broken", number) for number, record in enumerate(variants(loader, records))]
        dump = folder / f"{identifier}.jsonl"
        hollow = named(loader, emptied(loader, records[0]), "emptied", 999_999)
        made.emptied.extend([str(hollow[name]) for name in loader.source_id if name in hollow][:1])
        dump.write_text("".join(json.dumps(line) + "\n" for line in [*lines, hollow]))
        landing = land.load(loader.dataset, [dump], paths, name="broken-" + identifier if loader.is_format else None)
        made.written[identifier] = len(lines) + 1
        made.landed[identifier], made.rejected[identifier] = landing.records, landing.rejected
    build(paths, axtrees=False)
    return made


def test_every_broken_record_is_landed_or_rejected(broken: Broken) -> None:
    assert {name: broken.landed[name] + broken.rejected[name] for name in broken.written} == broken.written
    assert broken.written.keys() >= DATASETS.keys() | FORMATS.keys()


def test_every_broken_record_is_in_a_trajectory(broken: Broken) -> None:
    """And every check holds that holds of good records: links, dense steps, known words, each rendered or excluded."""
    failed = {outcome.query.name: outcome.first for outcome in queries.check(broken.paths) if not outcome.holds}
    assert failed == {}


def test_a_record_with_nothing_in_it_is_rejected_or_excluded(broken: Broken) -> None:
    with duckdb.connect(str(broken.paths.db), read_only=True) as con:
        trained = con.execute(
            """
            from standard.trajectories as trajectories
            anti join sft.exclusions as exclusions using (trajectory_id)
            select trajectory_id
            where list_contains(?, source_id)
            """,
            [broken.emptied],
        ).fetchall()
    assert trained == []


def test_exclusions_of_broken_records_have_a_reason(broken: Broken) -> None:
    with duckdb.connect(str(broken.paths.db), read_only=True) as con:
        unexplained = con.execute(
            "from sft.exclusions anti join seeds.exclusion_reasons as known on reason = known.code"
            " select distinct reason"
        ).fetchall()
    assert unexplained == []


def test_what_is_left_is_exported_to_every_target(broken: Broken, tmp_path: Path) -> None:
    with Reader(broken.paths) as reader:
        found = targets(reader)
    assert found
    for target in found:
        result = export(ExportOptions(target, str(tmp_path / f"{target}.jsonl")), broken.paths)
        assert not [name for name, count in result.counts.items() if count.lost], target
        for line in (tmp_path / f"{target}.jsonl").read_text().splitlines():
            json.loads(line)
