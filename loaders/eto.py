"""ETO's expert trajectories: a web shop, a household and a laboratory told in text; one record per chat.

There is a file for each world, and ids are numbers within it; the extracted form puts the world in front.
"""

from loaders.base import BOOLEAN, ID, JSON, PARTS, TEXT, Loader

LOADER = Loader(
    dataset="eto",
    repo="agent-eto/eto-sft-trajectory",
    revision="a8f745ef799a5201d2288b9c2a47e40a0ff70a4c",
    files=("data/webshop_sft.json", "data/sciworld_sft.json", "data/alfworld_sft.json"),
    fields={
        "id": ID,
        "conversations": [{"role": TEXT, "content": PARTS, "from": TEXT, "value": PARTS, "loss": BOOLEAN}],
        "reward": JSON,
        "source": TEXT,
    },
    required=("conversations",),
    licence="apache-2.0",
)
