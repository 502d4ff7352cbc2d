"""WebArena's successful episodes: test data, a record per episode. The files lie in a Google Drive."""

from loaders.base import ID, JSON, TEXT, Loader

LOADER = Loader(
    dataset="webarena_successful",
    repo="https://drive.google.com/file/d/1tvnaklsdSLx4Sp9Uc1spopcFpLktStO8",
    revision=None,
    files=("trajectories.jsonl",),
    fields={"task_id": ID, "intent": TEXT, "source": TEXT, "trajectory": [JSON]},
    source_id=("task_id",),
    required=("trajectory",),
    by_hand="Get trajectories.jsonl (and, if wanted, screenshots.zip) from Google Drive, ids "
    "1tvnaklsdSLx4Sp9Uc1spopcFpLktStO8 and 1TNfhApmiEIxiOcUqi4duvVWBaH5_m3By.",
)
