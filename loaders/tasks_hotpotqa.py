"""HotpotQA: questions over several pages of Wikipedia, as tasks; the published file is one JSON array."""

from loaders.base import ID, JSON, TEXT, Loader

LOADER = Loader(
    dataset="tasks-hotpotqa",
    repo="https://hotpotqa.github.io",
    revision=None,
    files=(),
    fields={
        "_id": ID, "id": ID, "question": TEXT, "answer": TEXT, "level": TEXT, "type": TEXT, "supporting_facts": JSON,
        "context": JSON,
    },
    source_id=("_id", "id"),
    required=("question",),
    licence="cc-by-sa-4.0",
    by_hand="Get hotpot_train_v1.1.json from https://hotpotqa.github.io.",
)  # fmt: skip
