"""OpenHands feedback: sessions that their users shared and judged, as streams of events; no record has an id."""

from loaders.base import ANY_TEXT, ID, TEXT, Loader

LOADER = Loader(
    dataset="openhands",
    repo="all-hands/openhands-feedback",
    revision=None,
    files=("data/train-*.parquet",),
    fields={
        "id": ID, "version": ANY_TEXT, "feedback": TEXT, "permissions": TEXT, "timestamp": ANY_TEXT,
        "trajectory": [{
            "id": ID, "timestamp": ANY_TEXT, "source": TEXT, "message": TEXT, "action": TEXT, "observation": TEXT,
            "content": ANY_TEXT, "extras": ANY_TEXT,
        }],
    },
    required=("trajectory",),
    default_id="{row}",
    licence="mit",
)  # fmt: skip
