"""ATIF, the trajectories that Harbor writes: a file each, JSON lines, or a folder of jobs."""

from loaders.base import ID, JSON, Loader

LOADER = Loader(
    dataset="atif",
    repo="",
    revision="",
    files=(),
    # The two ids are optional since v1.7. Steps stay JSON, so that fields of any version are kept.
    fields={
        "schema_version": JSON, "trajectory_id": ID, "session_id": ID, "agent": JSON, "steps": [JSON], "notes": JSON,
        "final_metrics": JSON, "continued_trajectory_ref": JSON, "subagent_trajectories": JSON, "extra": JSON,
    },
    source_id=("trajectory_id", "session_id"),
    required=("steps",),
    default_id="{split}-{row}",
    is_format=True,
    documents="trajectory*.json*",
)  # fmt: skip
