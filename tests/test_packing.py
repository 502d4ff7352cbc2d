"""Documents go into packs: none twice, none lost, no pack too long, and as few packs as can be hoped for."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adp import packing

pytestmark = pytest.mark.any_duckdb

CAPACITY = 100
LENGTHS = st.lists(st.integers(1, CAPACITY), max_size=80)


def packs(lengths: list[int], name: str, capacity: int = CAPACITY, separator: int = 1) -> list[list[int]]:
    """The lengths in each pack."""
    pack_of = packing.PACKINGS[name](np.array(lengths, np.int64), capacity, separator)
    return [
        [lengths[document] for document in np.flatnonzero(pack_of == pack)]
        for pack in range(max(pack_of, default=-1) + 1)
    ]


def drawn(number: int, capacity: int) -> npt.NDArray[np.int64]:
    """Lengths as those of chats are: many short ones, some of the full length."""
    rng = np.random.default_rng(7)
    return np.clip(rng.lognormal(6.3, 1.0, number), 16, capacity).astype(np.int64)


@given(LENGTHS, st.sampled_from(sorted(packing.PACKINGS)), st.integers(0, 3))
def test_every_document_is_in_one_pack_that_holds_it(lengths: list[int], name: str, separator: int) -> None:
    found = packs(lengths, name, separator=separator)
    assert sorted(length for pack in found for length in pack) == sorted(lengths)
    for pack in found:
        assert pack, "no pack is empty"
        assert sum(pack) + separator * (len(pack) - 1) <= CAPACITY


@given(LENGTHS)
def test_best_fit_is_a_best_fit(lengths: list[int]) -> None:
    """The same fill as by looking at every pack for every document."""
    filled: list[int] = []
    for length in sorted(lengths, reverse=True):
        fitting = [place for place, so_far in enumerate(filled) if so_far + 1 + length <= CAPACITY]
        if fitting:
            best = max(fitting, key=lambda place: filled[place])
            filled[best] += 1 + length
        else:
            filled.append(length)
    found = packs(lengths, packing.BEST_FIT)
    assert sorted(sum(pack) + len(pack) - 1 for pack in found) == sorted(filled)


def test_next_fit_is_the_published_one() -> None:
    """Longest first, only the last pack is open, a place between documents is the separator's."""
    assert packs([40, 100, 59, 60, 10], packing.NEXT_FIT) == [[100], [60], [40, 59], [10]]
    assert packs([40, 100, 59, 60, 10], packing.BEST_FIT) == [[100], [60, 10], [40, 59]]


def test_best_fit_comes_close_to_what_any_packing_can_reach() -> None:
    lengths = drawn(20_000, 4_096)
    least = -(-int(lengths.sum() + len(lengths)) // 4_097)  # were there no boundaries between packs
    best = int(packing.best_fit(lengths, 4_096).max()) + 1
    published = int(packing.next_fit(lengths, 4_096).max()) + 1
    assert best <= least * 1.01
    assert published >= best * 1.1


def test_packing_takes_time_in_proportion_to_the_documents() -> None:
    """A million in seconds; a scan over the packs for each would take hours."""
    lengths = drawn(1_000_000, 16_384)
    assert int(np.bincount(packing.best_fit(lengths, 16_384), weights=lengths + 1).max()) <= 16_385


def test_packs_stand_in_the_order_of_their_first_documents() -> None:
    pack_of = np.array([2, 0, 2, 1, 0])
    documents, starts = packing.in_packs(pack_of)
    assert [documents[a:b].tolist() for a, b in itertools.pairwise(starts)] == [[0, 2], [1, 4], [3]]


def test_published_packs_stand_as_they_were_made() -> None:
    lengths = np.array([40, 100, 59, 60, 10])
    documents, starts = packing.by_length(packing.next_fit(lengths, CAPACITY), lengths)
    found = [lengths[documents[a:b]].tolist() for a, b in itertools.pairwise(starts)]
    assert found == [[100], [60], [59, 40], [10]]


@pytest.mark.parametrize("name", packing.PACKINGS)
def test_nothing_makes_no_packs(name: str) -> None:
    nothing = packing.PACKINGS[name](np.zeros(0, np.int64), CAPACITY, 1)
    for documents, starts in (packing.in_packs(nothing), packing.by_length(nothing, nothing)):
        assert (documents.tolist(), starts.tolist()) == ([], [0])
