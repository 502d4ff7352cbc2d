"""mini-coder: software engineering episodes of mini-swe-agent on SWE-smith's bugs; several samples per bug."""

from loaders.base import BOOLEAN, ID, PARTS, TEXT, Loader

LOADER = Loader(
    dataset="mini-coder",
    repo="ricdomolm/mini-coder-trajs-400k",
    revision=None,
    files=("**/*.parquet",),
    fields={
        "messages": [{"role": TEXT, "content": PARTS}], "patch": TEXT, "model": TEXT, "instance_id": ID,
        "verified": BOOLEAN, "id": ID,
    },
    source_id=("id", "instance_id"),
    required=("messages",),
    json_text=("messages",),
)  # fmt: skip
