"""What a reward model learns from: the events up to a moment, a task or none, and how people voted on it."""

from loaders import proactive
from loaders.base import BOOLEAN, JSON, TEXT, Loader

LOADER = Loader(
    dataset="proactive-reward",
    repo=proactive.REPO,
    revision=None,
    files=(),
    fields={
        "id": TEXT, "obs": [JSON], "pred_task": TEXT, "valid": BOOLEAN, "help_needed": BOOLEAN, "annotation": [BOOLEAN],
        "category": TEXT,
    },
    required=("obs",),
    default_id="{split}-{row}",
    by_hand=f"Clone {proactive.REPO}: its folder dataset/reward_data is the dump.",
)  # fmt: skip
