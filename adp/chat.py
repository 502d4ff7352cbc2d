"""Chat messages with tool calls outside of SQL: their form in Parquet, and their tokens.

In the database a message is JSON, and members that have nothing to say are left out. Parquet holds typed columns: there
these members are null, and the calls of a message that has none are an empty list, whose length trainers can take.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

COLUMN = "messages"
COLUMNS = (COLUMN, "prompt", "completion", "chosen", "rejected")  # that may hold messages
LIST = "JSON[]"  # the type of such a column in the database
TOOLS = "tools"
FIELDS = ("role", "content")  # who speaks, and what
TYPE = (
    "STRUCT(role VARCHAR, content VARCHAR, reasoning_content VARCHAR, tool_calls STRUCT(id VARCHAR, "
    '"type" VARCHAR, "function" STRUCT("name" VARCHAR, arguments VARCHAR))[], tool_call_id VARCHAR, weight INTEGER)[]'
)
_SHAPE = json.dumps(
    {
        "role": "VARCHAR",
        "content": "VARCHAR",
        "reasoning_content": "VARCHAR",
        "tool_calls": [
            {"id": "VARCHAR", "type": "VARCHAR", "function": {"name": "VARCHAR", "arguments": "VARCHAR"}},
        ],
        "tool_call_id": "VARCHAR",
        "weight": "INTEGER",
    }
)


def of(columns: Mapping[str, str]) -> list[str]:
    """Those of these columns (name -> type) that hold chat messages with tool calls."""
    return [name for name in COLUMNS if columns.get(name) == LIST]


def typed(text: str = "message.content", column: str = COLUMN) -> str:
    """SQL for the messages of a record as structs; `text` is what their content becomes."""
    return (
        f"list_transform(list_transform({column}, lambda said: from_json(said, '{_SHAPE}')), lambda message: {{"
        f"'role': message.role, 'content': {text}, 'reasoning_content': message.reasoning_content, "
        f"'tool_calls': coalesce(message.tool_calls, []), 'tool_call_id': message.tool_call_id, "
        f"'weight': message.weight}}) as {column}"
    )


def untyped(column: str = COLUMN) -> str:
    """SQL for such structs as the JSON that they were: without what has nothing to say, members in the same order."""
    said, thought = "'role': message.role, 'content': message.content", "'reasoning_content': message.reasoning_content"
    calls, answers = "'tool_calls': message.tool_calls", "'tool_call_id': message.tool_call_id"
    return (
        f"list_transform({column}, lambda message: json_merge_patch(case "
        f"when message.role = 'tool' then to_json({{'role': message.role, {answers}, 'content': message.content}}) "
        f"when message.reasoning_content is null and len(message.tool_calls) = 0 then to_json({{{said}}}) "
        f"when message.reasoning_content is null then to_json({{{said}, {calls}}}) "
        f"when len(message.tool_calls) = 0 then to_json({{{said}, {thought}}}) "
        f"else to_json({{{said}, {thought}, {calls}}}) end, "
        f"case message.weight when 0 then '{{\"weight\":0}}' else '{{}}' end)) as {column}"
    )


def tokens(messages: "pa.ListArray", tokenizer: str) -> "npt.NDArray[np.int64]":
    """Tokens of what each record's messages say, think and call; no tokens of a chat template."""
    return sums(message_tokens(messages.values, tokenizer), messages)


def message_tokens(said: "pa.StructArray", tokenizer: str) -> "npt.NDArray[np.int64]":
    """Tokens of what each message says, thinks and calls."""
    calls = said.field("tool_calls")
    functions = calls.values.field("function")
    in_calls = _counted(functions.field("name"), tokenizer) + _counted(functions.field("arguments"), tokenizer)
    in_messages = _counted(said.field("content"), tokenizer) + _counted(said.field("reasoning_content"), tokenizer)
    return in_messages + sums(in_calls, calls)


def sums(numbers: "npt.NDArray[np.int64]", lists: "pa.ListArray") -> "npt.NDArray[np.int64]":
    """For each list the sum of the numbers that stand for its values."""
    import numpy as np

    ends = np.concatenate(([0], np.cumsum(numbers, dtype=np.int64)))
    offsets = lists.offsets.to_numpy()
    total: npt.NDArray[np.int64] = ends[offsets[1:]] - ends[offsets[:-1]]
    return total


def _counted(texts: "pa.Array", tokenizer: str) -> "npt.NDArray[np.int64]":
    import numpy as np

    from adp.bpe import count_tokens

    counts: npt.NDArray[np.int64] = (
        count_tokens(texts, tokenizer).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    )
    return counts
