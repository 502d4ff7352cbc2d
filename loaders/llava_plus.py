"""LLaVA-Plus: conversations about a picture, in which other models are called to look at it or to change it."""

from loaders.base import ID, JSON, TEXT, Loader

LOADER = Loader(
    dataset="llava_plus",
    repo="LLaVA-VL/llava-plus-data",
    revision="e914e440e992cb8e7b87062ef95bbae984bd22ba",
    files=("llava-plus-v1-117k-tool-merge.json",),
    fields={
        "unique_id": ID, "id": ID, "image": TEXT,
        "conversations": [{"from": TEXT, "value": TEXT, "thoughts": TEXT, "actions": JSON}], "data_source": TEXT,
    },
    source_id=("unique_id", "id"),
    required=("conversations",),
    licence="cc-by-nc-4.0",
    image_depth=1,
)  # fmt: skip
