"""Long conversations lose their oldest pages, not more of them than they must, and never the newest."""

import pyarrow as pa
import pytest

from adp.bpe import count_tokens
from adp.trim import EMPTIED, trimmed

pytestmark = pytest.mark.any_duckdb

TOKENIZER = "o200k_base"


def page(words: str) -> str:
    """A turn with a page."""
    return (
        "[Focused element bid: None]\n\n============== BEGIN accessibility tree ==============\n"
        f"{words}\n============== END accessibility tree ==============\n"
    )


def records(*conversations: list[str]) -> pa.Table:
    """Records whose turns say these texts."""
    turn = pa.struct([("from", pa.string()), ("value", pa.string()), ("tool_calls", pa.list_(pa.string()))])
    rows = [
        [{"from": "gpt" if n % 2 else "human", "value": said, "tool_calls": [str(n)]} for n, said in enumerate(turns)]
        for turns in conversations
    ]
    return pa.table({"id": list(map(str, range(len(rows)))), "conversations": pa.array(rows, pa.list_(turn))})


def tokens(table: pa.Table) -> list[int]:
    """The tokens of each record."""
    return [
        sum(count_tokens([turn["value"] for turn in turns], TOKENIZER).to_pylist())
        for turns in table.column("conversations").to_pylist()
    ]


LONG = [page("old " * 200), "click", page("middle " * 200), "click", page("new " * 200), "done"]


def test_the_oldest_pages_go_until_it_fits() -> None:
    table = records(LONG)
    (all_tokens,) = tokens(table)
    for most, emptied in ((all_tokens, 0), (all_tokens - 1, 1), (all_tokens - 250, 2)):
        found, counts, pages = trimmed(table, "value", pa.array(tokens(table)), most, TOKENIZER)
        (turns,) = found.column("conversations").to_pylist()
        assert pages.to_pylist() == [emptied]
        assert counts.to_pylist() == tokens(found)
        assert counts[0].as_py() <= most
        expected = [page(EMPTIED), "click", page(EMPTIED), "click"][: 2 * emptied] + LONG[2 * emptied :]
        assert [turn["value"] for turn in turns] == expected
        assert [turn["tool_calls"] for turn in turns] == [[str(n)] for n in range(6)]


def test_the_newest_page_stays_and_what_does_not_fit_then_is_left_as_it_was() -> None:
    table = records(LONG, ["long " * 300, "no page"])
    counted = pa.array(tokens(table))
    found, counts, pages = trimmed(table, "value", counted, 150, TOKENIZER)
    assert pages.to_pylist() == [0, 0]
    assert counts.to_pylist() == counted.to_pylist()
    assert found.column("conversations").to_pylist() == table.column("conversations").to_pylist()


def test_only_records_that_are_too_long_are_touched_wherever_they_stand() -> None:
    short = [page("small"), "click", page("small"), "done"]
    table = pa.concat_tables([records(short, LONG), records(LONG, short)]).slice(1)
    found, counts, pages = trimmed(table, "value", pa.array(tokens(table)), 500, TOKENIZER)
    assert pages.to_pylist() == [1, 1, 0]
    assert counts.to_pylist() == tokens(found)
    assert found.column("conversations").to_pylist()[2] == table.column("conversations").to_pylist()[2]
    assert found.column("id").to_pylist() == table.column("id").to_pylist()


def test_a_page_shorter_than_what_would_stand_there_stays() -> None:
    table = records([page("a"), "click", page("b"), "long " * 400])
    _, _, pages = trimmed(table, "value", pa.array(tokens(table)), 300, TOKENIZER)
    assert pages.to_pylist() == [0]
