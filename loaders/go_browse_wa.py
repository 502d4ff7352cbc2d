"""Go-Browse-WA: browsing the websites of WebArena; one line per step. The published form has each line under `json`."""

from loaders.base import ANY_TEXT, BIGINT, JSON, Loader, Type

_LINE: dict[str, Type] = {
    "graph_data": JSON,
    "node_data": JSON,
    "step_data": {
        "action": ANY_TEXT, "misc": JSON, "obs": JSON, "parsed_action": ANY_TEXT, "step_number": BIGINT,
        "thought": ANY_TEXT,
    },
    "traj_data": JSON,
}  # fmt: skip

LOADER = Loader(
    dataset="go-browse-wa",
    repo="apurvaga/go-browse-wa-raw",
    revision="1b79056",
    files=("data/*.parquet",),
    fields={**_LINE, "json": _LINE},
    source_id=(),
    json_text=("json",),
    default_id="{split}-{row}",
)
