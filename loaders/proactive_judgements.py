"""What judges say: whether a user would accept what a model proposed on the bench, or a row of the reward data.

A form of ours, one judgement a line. It names the judge, and what is judged: of a bench answer `model`, `trace`, `turn`
and `prediction` (from 0; the trace without its ending), of a row of the reward data `row`, its trajectory's id.
`judgement` is true, false, "accepted" or "rejected"; `thought` says why; `answer` may hold the judge's raw text in
place of both. `checks` are further judgements that were made from the thought alone.
"""

from loaders import proactive
from loaders.base import ANY_TEXT, BIGINT, ID, JSON, TEXT, Loader

LOADER = Loader(
    dataset="proactive-judgements",
    repo=proactive.REPO,
    revision=None,
    files=(),
    fields={
        "id": ID, "judge": TEXT, "model": TEXT, "trace": TEXT, "turn": BIGINT, "prediction": BIGINT, "row": TEXT,
        "judgement": JSON, "thought": TEXT, "answer": ANY_TEXT, "checks": [JSON],
    },
    required=("judge",),
    default_id="{split}-{row}",
    by_hand="They were not published: they come from a judge of yours.",
)  # fmt: skip
