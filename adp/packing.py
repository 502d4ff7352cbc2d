"""Which documents go together into packs of a fixed length, so that as little as possible of a pack stays empty.

Every document but the first of a pack costs `separator` places more. No document is longer than a pack: whoever has
longer ones cuts them first.
"""

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

BEST_FIT = "best-fit"
NEXT_FIT = "next-fit"


def best_fit(lengths: "Numbers", capacity: int, separator: int = 1) -> "Numbers":
    """Longest first, each into the fullest pack that still holds it: the number of each document's pack.

    The open packs are kept by the places that they have left, of which there are at most `capacity` kinds: a document
    is placed by bisection, whatever the number of packs.
    """
    pack_of = [0] * len(lengths)
    waiting: list[list[int]] = [[] for _ in range(capacity + 1)]  # packs with so many places left
    kinds: list[int] = []  # of places left, in order, where some pack waits
    packs = 0
    sizes = lengths.tolist()
    for document in _longest_first(lengths):
        needed = sizes[document] + separator
        at = bisect_left(kinds, needed)
        if at == len(kinds):
            pack, left = packs, capacity - sizes[document]
            packs += 1
        else:
            kind = kinds[at]
            pack, left = waiting[kind].pop(), kind - needed
            if not waiting[kind]:
                del kinds[at]
        pack_of[document] = pack
        if left > separator:
            if not waiting[left]:
                insort(kinds, left)
            waiting[left].append(pack)
    return _array(pack_of)


def next_fit(lengths: "Numbers", capacity: int, separator: int = 1) -> "Numbers":
    """As CodeAct published it: longest first, each into the last pack if that holds it, else into a new one."""
    pack_of = [0] * len(lengths)
    pack, filled = -1, capacity
    sizes = lengths.tolist()
    for document in _longest_first(lengths):
        if filled + separator + sizes[document] <= capacity:
            filled += separator + sizes[document]
        else:
            pack, filled = pack + 1, sizes[document]
        pack_of[document] = pack
    return _array(pack_of)


PACKINGS: "dict[str, Callable[[Numbers, int, int], Numbers]]" = {BEST_FIT: best_fit, NEXT_FIT: next_fit}


def in_packs(pack_of: "Numbers") -> "tuple[Numbers, Numbers]":
    """The documents pack by pack, and where each pack begins among them; the last number is where the last one ends.

    The packs stand in the order of their first documents, the documents of a pack in their own order: so a set that
    is read from its beginning to its end is read about as it was written, not by length.
    """
    import numpy as np

    packs = int(pack_of.max()) + 1 if len(pack_of) else 0
    first = np.full(packs, len(pack_of), np.int64)
    np.minimum.at(first, pack_of, np.arange(len(pack_of)))
    rank = np.empty(packs, np.int64)
    rank[np.argsort(first)] = np.arange(packs)
    documents = np.argsort(rank[pack_of], kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(pack_of, minlength=packs)[np.argsort(first)])))
    return documents, starts


def by_length(pack_of: "Numbers", lengths: "Numbers") -> "tuple[Numbers, Numbers]":
    """Likewise, but as they were made: the longest document first, as CodeAct published its packs."""
    import numpy as np

    documents = np.array(_longest_first(lengths), np.int64)
    documents = documents[np.argsort(pack_of[documents], kind="stable")]
    return documents, np.concatenate(([0], np.cumsum(np.bincount(pack_of)))).astype(np.int64)


def _longest_first(lengths: "Numbers") -> list[int]:
    import numpy as np

    longest: list[int] = np.argsort(-lengths, kind="stable").tolist()
    return longest


def _array(numbers: list[int]) -> "Numbers":
    import numpy as np

    return np.array(numbers, np.int64)
