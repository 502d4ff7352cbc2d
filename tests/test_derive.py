"""Token counts agree with the encoders that the vocabularies come from, and are counted once per text."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import bpe_openai
import duckdb
import pyarrow as pa
import pytest
import tiktoken
from bpe_openai import registry
from hypothesis import given, settings
from hypothesis import strategies as st

from adp import derive, root
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


@pytest.fixture(scope="module", params=sorted(derive.VOCABULARIES))
def tokenizer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_counts_are_those_of_tiktoken(tokenizer: str) -> None:
    texts = TEXTS + [path.read_text() for path in sorted((root() / "adp").glob("*.py"))]
    encoder = reference(tokenizer)
    expected = [len(encoder.encode_ordinary(text)) for text in texts]
    assert derive.count_tokens(texts, tokenizer).to_pylist() == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=5))
def test_counts_of_any_text_are_those_of_bpe_openai(texts: list[str]) -> None:
    encoder = bpe_openai.get_encoding("o200k_base")
    assert derive.count_tokens(texts).to_pylist() == [len(encoder.encode_ordinary(text)) for text in texts]


def test_null_stays_null() -> None:
    assert derive.count_tokens(["a", None, ""]).to_pylist() == [1, None, 0]
    assert derive.count_tokens([]).to_pylist() == []
    assert derive.count_tokens(pa.chunked_array([["a"], ["b c", None]])).to_pylist() == [1, 2, None]
    assert derive.count_tokens(pa.array(["x", "a", None]).slice(1)).to_pylist() == [1, None]


def test_the_function_counts_in_sql() -> None:
    with duckdb.connect() as con:
        derive.register(con)
        rows = con.execute("select py_count_tokens(text) from (values ('a b'), (null), ('')) as t (text)").fetchall()
    assert rows == [(2,), (None,), (0,)]


def test_a_tokenizer_json_can_be_named(tmp_path: Path) -> None:
    content = bytes_tokenizer()
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps(content))
    assert derive.count_tokens(["abc", "abd", "ba"], str(file)).to_pylist() == [1, 2, 2]
    assert derive.count_tokens(["abc"], str(tmp_path)).to_pylist() == [1]
    name = derive.tokenizer_name(str(file))
    assert name == derive.tokenizer_name(str(tmp_path))
    file.write_text(json.dumps(content | {"truncation": None}))
    assert derive.tokenizer_name(str(file)) != name, "another content is another tokenizer"


def test_special_tokens_in_a_text_are_text(tmp_path: Path) -> None:
    """Else words in a trajectory could end a turn. What is not special, such as a word of its own, stays one token."""
    known = [
        added(258, "<|im_end|>"),
        added(259, "<tool_call>", special=False),
        added(260, "<|im_start|>", special=False),
    ]
    (tmp_path / "tokenizer.json").write_text(json.dumps(bytes_tokenizer(added_tokens=known)))
    tokens = derive.encoder(str(tmp_path))(b"abc<|im_end|><|im_start|><tool_call>").tolist()
    assert (tokens[0], tokens[-1]) == (257, 259)
    assert len(tokens) == 2 + len("<|im_end|><|im_start|>")


@pytest.mark.parametrize("given_name", ["gpt-5", "", "no/such/tokenizer.json"])
def test_an_unknown_tokenizer_is_explained(given_name: str) -> None:
    with pytest.raises(UserError, match=r"unknown tokenizer .* o200k_base, cl100k_base or the path"):
        derive.count_tokens(["a"], given_name)


def test_a_file_that_is_no_tokenizer_is_explained(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(UserError, match="no tokenizer that can be read"):
        derive.count_tokens(["a"], str(tmp_path))


def test_memory_of_the_encoder_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derive, "_encoders", {})
    monkeypatch.setattr(derive, "_ENCODER_MEMORY", 0)
    derive.count_tokens(["a"])
    ((first, _),) = derive._encoders.values()
    derive.count_tokens([os.urandom(100_000).hex()])
    ((second, _),) = derive._encoders.values()
    assert first is not second


def test_counting_is_faster_than_the_encoder_it_was_chosen_over(
    tokenizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words seen before are looked up (some ten times as fast), which a fall-back to another encoder loses."""
    monkeypatch.setattr(derive, "_ENCODER_MEMORY", 1 << 40)  # else a test before this one has it made anew in between
    texts = [path.read_text() for path in sorted(root().glob("adp/*.py"))]
    other = bpe_openai.get_encoding(tokenizer)

    def seconds(count: Callable[[], object]) -> float:
        count()
        started = time.process_time()
        count()
        return time.process_time() - started

    ours = min(seconds(lambda: derive.count_tokens(texts, tokenizer)) for _ in range(3))
    assert 2 * ours < min(seconds(lambda: [len(other.encode_ordinary(text)) for text in texts]) for _ in range(3))
