"""What happens in the simulated world of ProactiveAgent: a file of events for each scene, one event a line."""

from collections.abc import Iterator

from loaders import proactive
from loaders.base import ANY_TEXT, ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Keep, Tree


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """A record for each event; the file's name is the id of all events in it."""
    yield from proactive.events(tree)


LOADER = Loader(
    dataset="proactive-gym",
    repo=proactive.REPO,
    revision=None,
    files=(),
    fields={"id": ID, "source": TEXT, "time": ANY_TEXT, "tags": JSON, "content": ANY_TEXT},
    required=("source",),
    step_per_line=True,
    by_hand=f"It is what the gym of {proactive.REPO} writes: a folder of scene_<number>.jsonl.",
    assemble=assemble,
)
