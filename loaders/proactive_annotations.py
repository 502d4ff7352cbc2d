"""What annotators said of proposed tasks: a file for each trace, in which turns have the labels of some annotators.

The page that the labels are given on keeps two more files: who is to see which trace, which goes to the records, and
the names of the annotators, which stay where they are.
"""

from collections.abc import Iterator

from loaders import proactive
from loaders.base import ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree

ASSIGNED = "uuid_data-index_map.json"
NAMES = "name_id_map.json"


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """A record for each trace."""
    assigned = _assigned(tree)

    def facts(entry: Entry) -> dict[str, object]:
        known = (proactive.stem(entry), proactive.name_of(entry))
        return {
            "id": proactive.stem(entry),
            "assigned": [annotator for annotator, named in assigned.items() if any(name in named for name in known)],
        }

    yield from proactive.traces(tree, facts, (proactive.SPLITS, ASSIGNED, NAMES))


def _assigned(tree: Tree) -> dict[str, list[object]]:
    """The traces that each annotator was given."""
    for entry in tree:
        if proactive.name_of(entry) == ASSIGNED:
            said = proactive.content(tree, entry)
            if isinstance(said, dict):
                return {annotator: named for annotator, named in said.items() if isinstance(named, list)}
    return {}


LOADER = Loader(
    dataset="proactive-annotations",
    repo=proactive.REPO,
    revision=None,
    files=(),
    fields={"id": ID, "turns": [JSON], "assigned": [TEXT]},
    required=("turns",),
    by_hand=f"The annotation page of {proactive.REPO} writes them: its folder annotation/result is the dump.",
    assemble=assemble,
)
