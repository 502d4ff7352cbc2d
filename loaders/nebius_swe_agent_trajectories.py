"""Nebius' SWE-agent trajectories: software engineering episodes on GitHub issues; several samples per issue."""

from loaders.base import BOOLEAN, ID, TEXT, Loader

LOADER = Loader(
    dataset="nebius_SWE-agent-trajectories",
    repo="nebius/swe-agent-trajectories",
    revision="a8a64e57e7bd7ccbd1add6c4f8637c5d3834570b",
    files=("data/train-*.parquet",),
    fields={
        "instance_id": ID, "model_name": TEXT, "target": BOOLEAN,
        "trajectory": [{
            "cutoff_date": TEXT, "mask": BOOLEAN, "role": TEXT, "system_prompt": TEXT, "text": TEXT,
        }],
        "exit_status": TEXT, "generated_patch": TEXT, "eval_logs": TEXT,
    },
    source_id=("instance_id",),
    required=("trajectory",),
    licence="cc-by-4.0",
)  # fmt: skip
