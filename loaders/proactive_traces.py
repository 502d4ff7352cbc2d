"""What models answered on ProactiveBench: a folder for each model, in it a file for each trace.

Where a judge has looked at them, a turn has a `judgement` for each answer.
"""

from collections.abc import Iterator

from loaders import proactive
from loaders.base import ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """A record for each trace of each model."""
    yield from proactive.traces(tree, _facts, (proactive.SPLITS,))


def _facts(entry: Entry) -> dict[str, object]:
    """A file that lies in no folder is nobody's: its record is rejected for lack of a model."""
    model, trace = proactive.folder(entry), proactive.stem(entry)
    return {"id": f"{model or ''}/{trace}", "model": model, "trace": trace}


LOADER = Loader(
    dataset="proactive-traces",
    repo=proactive.REPO,
    revision=None,
    files=(),
    fields={"id": ID, "model": TEXT, "trace": TEXT, "turns": [JSON]},
    required=("model", "trace", "turns"),
    by_hand=f"Clone {proactive.REPO}: its folder eval/traces_new is the dump, a folder for each model.",
    assemble=assemble,
)
