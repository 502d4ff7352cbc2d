"""TurkingBench: crowdsourcing forms and what workers answered; one record per row of a task's table.

The dump is a repository of folders, not a dataset on the Hub: a task's folder has its page (`template.html`) and its
rows (`batch.csv`). A record holds both: the page as `Template`, the columns `Input.x` as `x` and `Answer.x` in
`Answer`, the others as they are.
"""

import csv
import io
import json
from collections.abc import Iterator

from loaders.base import ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Keep, Tree

_PAGE, _ROWS = "template.html", "batch.csv"


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """A record for each row of each task's table."""
    names = {entry.name for entry in tree}
    for page in sorted(name for name in names if name.rpartition("/")[2] == _PAGE):
        folder = page.rpartition("/")[0]
        rows = f"{folder}/{_ROWS}" if folder else _ROWS
        if rows in names:
            yield Assembled(rows, _records(tree, folder.rpartition("/")[2], page, rows))


def _records(tree: Tree, task: str, page: str, rows: str) -> Iterator[str]:
    template = tree.read(tree[page]).decode("utf-8-sig", "replace")
    text = tree.read(tree[rows]).decode("utf-8-sig", "replace")
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""))):
        record: dict[str, object] = {}
        answer: dict[str, str] = {}
        for column, value in row.items():
            if column is None or not isinstance(value, str):  # more cells than columns, or fewer
                continue
            if column.startswith("Answer."):
                answer[column.removeprefix("Answer.")] = value
            else:
                record[column.removeprefix("Input.")] = value
        record |= {"Task": task, "Template": template, "_id": f"{task}__{number}", "Answer": answer}
        yield json.dumps(record, ensure_ascii=False)


LOADER = Loader(
    dataset="turkingbench",
    repo="https://github.com/JHU-CLSP/turking-bench",
    revision=None,
    files=(),
    fields={
        "_id": ID, "Task": TEXT, "Title": TEXT, "Description": TEXT, "Keywords": TEXT, "Template": TEXT, "Answer": JSON,
    },
    source_id=("_id",),
    required=("Template",),
    by_hand="Clone https://github.com/JHU-CLSP/turking-bench: its folder tasks/ is the dump.",
    assemble=assemble,
)  # fmt: skip
