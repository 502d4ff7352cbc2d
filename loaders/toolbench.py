"""ToolBench: calls of web services as Thought / Action / Action Input prose; the training data of ToolLLaMA.

A record's `conversations` are two lists side by side, `from` and `value`, or a list of objects with these members. They
land as JSON, and staging reads both.
"""

from loaders.base import ID, JSON, Loader

LOADER = Loader(
    dataset="toolbench",
    repo="tuandunghcmut/toolbench-v1",
    revision=None,  # the newest, which the manifest records
    files=("data/train-*.parquet",),
    fields={"id": ID, "conversations": JSON},
    required=("conversations",),
    json_text=("conversations",),
    default_id="toolbench_{split}{row}",
    licence="apache-2.0",
)
