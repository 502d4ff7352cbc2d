"""Mind2Web: tasks on real websites with the page before every step; one record per task."""

from loaders.base import ID, JSON, TEXT, Loader, Type

CANDIDATE: Type = {
    "tag": TEXT, "attributes": JSON, "is_original_target": JSON, "is_top_level_target": JSON, "backend_node_id": ID,
    "score": JSON, "rank": JSON, "choice": JSON,
}  # fmt: skip

LOADER = Loader(
    dataset="mind2web",
    repo="osunlp/Mind2Web",
    revision="17ece8e",
    files=("data/train/*.json",),
    fields={
        "annotation_id": ID, "website": TEXT, "domain": TEXT, "subdomain": TEXT, "confirmed_task": TEXT,
        "action_reprs": [TEXT],
        "actions": [{
            "action_uid": ID, "raw_html": TEXT, "cleaned_html": TEXT,
            "operation": {"op": TEXT, "original_op": TEXT, "value": TEXT},
            "pos_candidates": [CANDIDATE], "neg_candidates": JSON,
        }],
    },
    source_id=("annotation_id",),
    required=("confirmed_task", "actions"),
    licence="cc-by-4.0",
)  # fmt: skip
