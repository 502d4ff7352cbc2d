"""Token counts agree with the encoders that the vocabularies come from, and are counted once per text."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bpe_openai
import duckdb
import pyarrow as pa
import pytest
import tiktoken
from bpe_openai import registry
from hypothesis import given, settings
from hypothesis import strategies as st

from adp import bpe, derive, root
from adp.config import DEFAULT_TOKENIZER
from adp.errors import UserError
from tests.tokenizers import added, bytes_tokenizer

TEXTS = [
    "",
    " ",
    "\n\n\n",
    "plain words, and a number: 1234567",
    "I'll don't WE'VE it's",
    "def f(x):\n\treturn {'a': [1, 2.5e-3]}  # note\r\n",
    "naïve café, 東京, Привет, שלום, हिन्दी, 🧑‍🚀🇸🇪",
    "<|endoftext|> and <|endofprompt|> are text here",
    "a" * 10_000,
    "=" * 300 + " " * 300 + "\t" * 40 + "0" * 40,
    "\u0000\u200b\ufeff\u2028",
]


def reference(tokenizer: str) -> tiktoken.Encoding:
    """tiktoken's own encoder over the same ranks: it needs no network for that."""
    known = getattr(registry, tokenizer)()
    return tiktoken.Encoding(
        tokenizer, pat_str=known["pat_str"], mergeable_ranks=known["mergeable_ranks"], special_tokens={}
    )


@pytest.fixture(scope="module", params=sorted(bpe.VOCABULARIES))
def tokenizer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_counts_are_those_of_tiktoken(tokenizer: str) -> None:
    texts = TEXTS + [path.read_text() for path in sorted((root() / "adp").glob("*.py"))]
    encoder = reference(tokenizer)
    expected = [len(encoder.encode_ordinary(text)) for text in texts]
    assert bpe.count_tokens(texts, tokenizer).to_pylist() == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=5))
def test_counts_of_any_text_are_those_of_bpe_openai(texts: list[str]) -> None:
    encoder = bpe_openai.get_encoding("o200k_base")
    assert bpe.count_tokens(texts).to_pylist() == [len(encoder.encode_ordinary(text)) for text in texts]


def test_null_stays_null() -> None:
    assert bpe.count_tokens(["a", None, ""]).to_pylist() == [1, None, 0]
    assert bpe.count_tokens([]).to_pylist() == []
    assert bpe.count_tokens(pa.chunked_array([["a"], ["b c", None]])).to_pylist() == [1, 2, None]
    assert bpe.count_tokens(pa.array(["x", "a", None]).slice(1)).to_pylist() == [1, None]


def test_the_function_counts_in_sql() -> None:
    with duckdb.connect() as con:
        derive.register(con)
        rows = con.execute("select py_count_tokens(text) from (values ('a b'), (null), ('')) as t (text)").fetchall()
    assert rows == [(2,), (None,), (0,)]


def test_a_tokenizer_json_can_be_named(tmp_path: Path) -> None:
    content = bytes_tokenizer()
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps(content))
    assert bpe.count_tokens(["abc", "abd", "ba"], str(file)).to_pylist() == [1, 2, 2]
    assert bpe.count_tokens(["abc"], str(tmp_path)).to_pylist() == [1]
    name = bpe.tokenizer_name(str(file))
    assert name == bpe.tokenizer_name(str(tmp_path))
    file.write_text(json.dumps(content | {"truncation": None}))
    assert bpe.tokenizer_name(str(file)) != name, "another content is another tokenizer"


def test_special_tokens_in_a_text_are_text(tmp_path: Path) -> None:
    """Else words in a trajectory could end a turn. What is not special, such as a word of its own, stays one token."""
    known = [
        added(258, "<|im_end|>"),
        added(259, "<tool_call>", special=False),
        added(260, "<|im_start|>", special=False),
    ]
    (tmp_path / "tokenizer.json").write_text(json.dumps(bytes_tokenizer(added_tokens=known)))
    with bpe.encoder(str(tmp_path)) as encode:
        tokens = encode(b"abc<|im_end|><|im_start|><tool_call>").tolist()
    assert (tokens[0], tokens[-1]) == (257, 259)
    assert len(tokens) == 2 + len("<|im_end|><|im_start|>")


@pytest.mark.parametrize("given_name", ["gpt-5", "", "no/such/tokenizer.json"])
def test_an_unknown_tokenizer_is_explained(given_name: str) -> None:
    with pytest.raises(UserError, match=r"unknown tokenizer .* o200k_base, cl100k_base or the path"):
        bpe.count_tokens(["a"], given_name)


def test_a_file_that_is_no_tokenizer_is_explained(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(UserError, match="no tokenizer that can be read"):
        bpe.count_tokens(["a"], str(tmp_path))


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> dict[str, bpe._Pool]:
    """The pools of encoders, none of them there yet."""
    fresh: dict[str, bpe._Pool] = {}
    monkeypatch.setattr(bpe, "_pools", fresh)
    return fresh


@pytest.mark.parametrize("batch_bytes", [1, 100, 1 << 20])
def test_batches_count_the_same(
    batch_bytes: int, tokenizer: str, pools: dict[str, bpe._Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first megabytes texts are encoded many at a time."""
    one_by_one = bpe.count_tokens([*TEXTS, None], tokenizer)
    monkeypatch.setattr(bpe, "_FEW_BYTES", 0)
    monkeypatch.setattr(bpe, "_BATCH_BYTES", batch_bytes)
    assert bpe.count_tokens([*TEXTS, None], tokenizer) == one_by_one
    assert bpe.count_tokens([], tokenizer).to_pylist() == []


@pytest.mark.parametrize(("few_bytes", "most"), [(0, 4), (1 << 40, 1)])
def test_threads_count_at_once_with_more_encoders_where_there_is_enough_to_do(
    few_bytes: int, most: int, pools: dict[str, bpe._Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [path.read_text() for path in sorted((root() / "adp").glob("*.py"))]
    expected = bpe.count_tokens(texts)
    monkeypatch.setattr(bpe, "_FEW_BYTES", few_bytes)
    begin = threading.Barrier(4)

    def count(_: int) -> list[pa.Array]:
        begin.wait()
        return [bpe.count_tokens(texts) for _ in range(5)]

    with ThreadPoolExecutor(4) as pool:
        assert all(counts == expected for thread in pool.map(count, range(4)) for counts in thread)
    ((_, used),) = pools.items()
    assert min(most, 2) <= used.made <= most


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """What the process is said to hold, in megabytes; encoders may be given up whatever they have counted."""
    megabytes = [100]
    monkeypatch.setattr(bpe, "_memory", lambda: megabytes[0] << 20)
    monkeypatch.setattr(bpe, "_FEW_BYTES", 0)
    monkeypatch.setenv("ADP_MEMORY", "300MiB")
    bpe._others.cache_clear()
    yield megabytes
    bpe._others.cache_clear()


def test_memory_of_the_encoders_is_given_back(pools: dict[str, bpe._Pool], held: list[int]) -> None:
    """Where the process holds more than DuckDB may, 512 MB and 64 MB for each encoder."""
    bpe.count_tokens(["a"])
    first = pools[DEFAULT_TOKENIZER]
    held[0] = 300 + 512 + 64
    bpe.count_tokens(["a"])
    assert pools[DEFAULT_TOKENIZER] is first
    held[0] += 1
    bpe.count_tokens(["a"])
    assert pools[DEFAULT_TOKENIZER] is not first
    assert bpe._others() == 300 << 20, "what later pools add to is not counted twice"


def test_encoders_that_have_hardly_counted_are_kept(
    pools: dict[str, bpe._Pool], held: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To make them anew for every text would take longer than to encode it."""
    monkeypatch.setattr(bpe, "_FEW_BYTES", 1_000)
    bpe.count_tokens(["a"])
    first = pools[DEFAULT_TOKENIZER]
    held[0] = 100_000
    bpe.count_tokens(["a"])
    assert pools[DEFAULT_TOKENIZER] is first


def test_encoders_are_forgotten(pools: dict[str, bpe._Pool]) -> None:
    bpe.count_tokens(["a"])
    bpe.forget()
    assert pools == {}


def test_all_encoders_are_of_the_file_as_it_was_read(
    tmp_path: Path, pools: dict[str, bpe._Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bpe, "_FEW_BYTES", 0)
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps(bytes_tokenizer()))
    pool = bpe._pool(str(file))
    file.unlink()
    with pool.lent() as one, pool.lent() as other:
        assert one is not other
        assert one.encode(b"abc").tolist() == other.encode(b"abc").tolist() == [257]


def test_counting_is_faster_than_the_encoder_it_was_chosen_over(
    tokenizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words seen before are looked up (some ten times as fast), which a fall-back to another encoder loses."""
    monkeypatch.setattr(bpe, "_POOL_MEMORY", 1 << 40)  # else a test before this one has it made anew in between
    texts = [path.read_text() for path in sorted(root().glob("adp/*.py"))]
    other = bpe_openai.get_encoding(tokenizer)

    def seconds(count: Callable[[], object]) -> float:
        count()
        started = time.process_time()
        count()
        return time.process_time() - started

    ours = min(seconds(lambda: bpe.count_tokens(texts, tokenizer)) for _ in range(3))
    assert 2 * ours < min(seconds(lambda: [len(other.encode_ordinary(text)) for text in texts]) for _ in range(3))
