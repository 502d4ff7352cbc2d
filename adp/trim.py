"""Shortening what is too long: the oldest goes first.

Of a conversation the trees of the oldest pages are emptied, the newest one stays: an agent acts on the page that it
sees last. A prompt, which holds what was said before one message of the agent, loses its oldest messages.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from adp import chat
from adp.bpe import count_tokens

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

OLDEST_OBSERVATIONS = "oldest-observations"
CHOICES = (OLDEST_OBSERVATIONS,)
OLDEST_MESSAGES = "oldest-messages"  # how prompts are shortened
COLUMN = "pages_emptied"  # of each record
SHORTENED = "messages_left_out"  # of each record
EMPTIED = "(This page was left out, so that the conversation does not become too long.)"

_BEGIN = "============== BEGIN accessibility tree =============="
_END = "============== END accessibility tree =============="
_TREE = re.compile(f"(?<={_BEGIN}\n).*?(?=\n{_END})", re.DOTALL)


def trimmed(
    table: "pa.Table", text: str, tokens: "pa.Array", max_tokens: int, tokenizer: str
) -> tuple["pa.Table", "pa.Array", "pa.Array"]:
    """Empty pages until records fit: the records, their tokens, and how many pages of each were emptied.

    `text` is the field of a turn that is said. A record that would not fit without all pages but the newest stays as
    it is.
    """
    import numpy as np
    import pyarrow as pa

    counts: npt.NDArray[np.int64] = tokens.to_numpy(zero_copy_only=False).astype(np.int64)
    emptied = np.zeros(len(counts), np.int64)
    too_long = np.flatnonzero(counts > max_tokens)
    if not len(too_long):
        return table, tokens, pa.array(emptied)
    name = chat.COLUMN if chat.COLUMN in table.schema.names else "conversations"
    column = table.column(name)
    conversations = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
    turns = conversations.flatten()
    lengths = conversations.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    pages = list(_old_pages(turns.field(text), offsets, too_long))
    before = _counted([said for _, _, said, _, _ in pages], tokenizer)
    after = _counted([new for _, _, _, new, _ in pages], tokenizer)

    replaced: dict[int, str] = {}
    waiting: dict[int, str] = {}
    row, saved, number = -1, 0, 0
    for (of, turn, _, new, trees), gain in zip(pages, (before - after).tolist(), strict=True):
        if of != row:
            row, saved, number, waiting = of, 0, 0, {}
        if counts[row] <= max_tokens or gain <= 0:
            continue
        saved, number = saved + gain, number + trees
        waiting[turn] = new
        if counts[row] - saved <= max_tokens:
            counts[row] -= saved
            emptied[row] = number
            replaced |= waiting
    if replaced:
        said = _replaced(turns.field(text), replaced)
        fields = list(turns.type)
        members = [said if field.name == text else turns.field(field.name) for field in fields]
        rebuilt = pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(members, fields=fields)
        ).cast(conversations.type)
        table = table.set_column(table.schema.get_field_index(name), name, rebuilt)
    return table, pa.array(counts), pa.array(emptied)


def without_oldest(
    table: "pa.Table", tokens: "pa.Array", max_tokens: int, tokenizer: str
) -> tuple["pa.Table", "pa.Array", "pa.Array"]:
    """Leave out the oldest messages of prompts until records fit: the records, their tokens, how many each lost.

    The system prompt stays, and so does the newest message of the agent with what follows it. What is left begins with
    a message of the agent, so that no result stands without its call. A record that would not fit even so stays as it
    is.
    """
    import numpy as np
    import pyarrow as pa

    counts: npt.NDArray[np.int64] = tokens.to_numpy(zero_copy_only=False).astype(np.int64)
    lost = np.zeros(len(counts), np.int64)
    too_long = np.flatnonzero(counts > max_tokens)
    if not len(too_long):
        return table, tokens, pa.array(lost)
    name = "prompt" if "prompt" in table.schema.names else chat.COLUMN
    prompts = table.column(name).combine_chunks()
    prompts = prompts.chunk(0) if isinstance(prompts, pa.ChunkedArray) else prompts
    offsets = prompts.offsets.to_numpy().astype(np.int64)
    messages = prompts.values
    roles = np.array(messages.field("role").to_pylist(), dtype=object)
    sizes = chat.message_tokens(messages, tokenizer)
    kept = np.ones(len(messages), bool)
    for row in too_long.tolist():
        start = int(offsets[row]) + (1 if roles[offsets[row]] == "system" else 0)
        end = int(offsets[row + 1]) - (name == chat.COLUMN)  # its last message is the completion
        begins = start + np.flatnonzero(roles[start:end] == "assistant")
        saved = np.cumsum(sizes[start:end])[begins - start - 1] if len(begins) else np.zeros(0, np.int64)
        fitting = np.flatnonzero((begins > start) & (counts[row] - saved <= max_tokens))
        if len(fitting):
            first = int(begins[fitting[0]])
            kept[start:first] = False
            lost[row] = first - start
            counts[row] -= saved[fitting[0]]
    ends = np.concatenate(([0], np.cumsum(kept)))
    rebuilt = pa.ListArray.from_arrays(pa.array(ends[offsets], pa.int32()), messages.filter(pa.array(kept)))
    table = table.set_column(table.schema.get_field_index(name), name, rebuilt.cast(prompts.type))
    return table, pa.array(counts), pa.array(lost)


def _old_pages(
    said: "pa.Array", offsets: "npt.NDArray[np.int64]", rows: "npt.NDArray[np.int64]"
) -> Iterator[tuple[int, int, str, str, int]]:
    """Of each record, oldest first, the turns with pages, but not the last: record, turn, text, emptied text, pages."""
    import pyarrow.compute as pc

    for row in rows.tolist():
        start, end = int(offsets[row]), int(offsets[row + 1])
        holding = pc.indices_nonzero(pc.match_substring(said.slice(start, end - start), _BEGIN)).to_pylist()
        for place in holding[:-1]:
            text = said[start + place].as_py()
            new, trees = _TREE.subn(EMPTIED, text)
            if trees:
                yield row, start + place, text, new, trees


def _counted(texts: list[str], tokenizer: str) -> "npt.NDArray[np.int64]":
    import numpy as np

    counts = count_tokens(texts, tokenizer).to_numpy(zero_copy_only=False)
    return np.asarray(counts, np.int64)


def _replaced(said: "pa.Array", new: dict[int, str]) -> "pa.Array":
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = np.zeros(len(said), bool)
    mask[list(new)] = True
    return pc.replace_with_mask(said, pa.array(mask), pa.array([new[turn] for turn in sorted(new)], said.type))
