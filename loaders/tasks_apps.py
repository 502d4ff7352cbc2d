"""APPS: programming problems with tests, as tasks; `train.jsonl` and `test.jsonl`, of which the name is the split."""

from loaders.base import ANY_TEXT, ID, TEXT, Loader

LOADER = Loader(
    dataset="tasks-apps",
    repo="codeparrot/apps",
    revision="21e7424",
    files=("train.jsonl", "test.jsonl"),
    fields={
        "id": ID, "problem_id": ID, "question": TEXT, "solutions": ANY_TEXT, "input_output": ANY_TEXT,
        "difficulty": TEXT, "url": TEXT, "starter_code": TEXT,
    },
    source_id=("id", "problem_id"),
    required=("question",),
    licence="mit",
)  # fmt: skip
