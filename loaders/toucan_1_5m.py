"""Toucan-1.5M: calls of tools behind the Model Context Protocol; fields that hold objects come as JSON text.

The Hub has one folder per model; Kimi-K2's is fetched, the others have the same form (`--from FOLDER`).
"""

from loaders.base import ANY_TEXT, ID, JSON, PARTS, TEXT, Loader

LOADER = Loader(
    dataset="toucan_1_5m",
    repo="Agent-Ark/Toucan-1.5M",
    revision="bcacc19e765e4a6fc8d42967674a7e69ffcf0707",
    files=("Kimi-K2/train-*.parquet",),
    fields={
        "id": ID, "uuid": ID, "subset_name": TEXT,
        "messages": [{
            "role": TEXT, "content": PARTS, "name": TEXT, "function_call": JSON, "reasoning_content": TEXT,
            "extra": JSON,
        }],
        "question": TEXT, "available_tools": ANY_TEXT, "tools": ANY_TEXT, "target_tools": ANY_TEXT,
        "question_quality_assessment": ANY_TEXT, "response_quality_assessment": ANY_TEXT, "metadata": ANY_TEXT,
    },
    source_id=("id", "uuid"),
    required=("messages",),
    json_text=("messages",),
    licence="apache-2.0",
)  # fmt: skip
