"""SWE-Playground: episodes of OpenHands on projects that models made up; the published form numbers no record."""

from loaders.base import ID, PARTS, TEXT, Loader

LOADER = Loader(
    dataset="swe-play-trajectories",
    repo="StephenZhu/SWE-Play-trajectories",
    revision=None,
    files=("**/*.parquet", "**/*.jsonl", "**/*.json"),
    fields={
        "messages": [{"role": TEXT, "content": PARTS}], "category": TEXT, "source": TEXT, "id": ID,
    },
    required=("messages",),
    json_text=("messages",),
    default_id="swe-play-{row}",
)  # fmt: skip
