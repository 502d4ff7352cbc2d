"""Go-Browse-WA: browsing the websites of WebArena; one line per step. The published form has each line under `json`."""

from loaders.base import ANY_TEXT, BIGINT, JSON, TEXT, Loader, Type

_LINE: dict[str, Type] = {
    "graph_data": JSON,
    "node_data": JSON,
    "step_data": {
        "action": ANY_TEXT,
        "misc": JSON,
        "obs": {
            "axtree_txt": TEXT, "axtree_visible_only_txt": TEXT, "last_action": ANY_TEXT, "last_action_error": ANY_TEXT,
            "open_pages_titles": JSON,
        },
        "parsed_action": ANY_TEXT, "step_number": BIGINT, "thought": ANY_TEXT,
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
    default_id="{split}-{row}",
)
