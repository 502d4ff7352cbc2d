"""AgentInstruct, split os: shell tasks as Think/Act prose; one record per conversation.

The published form has from, value and loss in a message, the extracted one role and content.
"""

from loaders.base import BOOLEAN, ID, PARTS, TEXT, Loader


def of_split(split: str) -> Loader:
    """The loader of one split: they are published together, in one form."""
    return Loader(
        dataset=f"agenttuning_{split}",
        repo="THUDM/AgentInstruct",
        revision="93963e7",
        files=(f"data/{split}-*.parquet",),
        fields={
            "id": ID,
            "conversations": [{"role": TEXT, "content": PARTS, "from": TEXT, "value": PARTS, "loss": BOOLEAN}],
        },
        required=("conversations",),
    )


LOADER = of_split("os")
