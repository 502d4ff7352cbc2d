"""ADP's standardized JSON lines, the form of 2025 and the later one: corpora that somebody else has converted."""

from loaders.base import ID, JSON, Loader

LOADER = Loader(
    dataset="adp-std",
    repo="",
    revision="",
    files=(),
    # Events stay JSON: what they hold beside the protocol's own fields is kept.
    fields={"id": ID, "content": [JSON], "details": JSON},
    required=("content",),
    is_format=True,
    documents="*",
)
