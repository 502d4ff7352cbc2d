"""What SQL alone cannot compute: token counts. Derived per content hash and landed, so that every model stays SQL."""

import gzip
import hashlib
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from adp import sqltext
from adp.config import DEFAULT_TOKENIZER, Paths
from adp.errors import UserError
from adp.replace import replacing
from adp.talk import Talk
from adp.warehouse import execute

if TYPE_CHECKING:
    import gigatoken
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

# How each vocabulary of the package bpe-openai splits text before it merges.
VOCABULARIES = {"o200k_base": "o200k", "cl100k_base": "gpt4"}
TURN_MARKS = ("<|im_start|>", "<|im_end|>")  # of ChatML
TEXTS = "standard.texts"
PROMPTS = "standard.prompts"
_RECORD = "derived:token_counts:"
_ENCODER_MEMORY = 512 << 20
_encoders: dict[str, tuple[Any, int]] = {}  # the encoder, and the memory of the process before it was made


def py_count_tokens(text: "pa.Array", tokenizer: str = DEFAULT_TOKENIZER) -> "pa.Array":
    """Tokens of every text of an Arrow array; null stays null. Special tokens in a text are ordinary text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(text, pa.ChunkedArray):
        text = text.chunk(0) if text.num_chunks == 1 else text.combine_chunks()
    if not text.null_count:
        return pa.array(_counts(text, tokenizer))
    return pc.if_else(pc.is_valid(text), pa.array(_counts(pc.fill_null(text, ""), tokenizer)), None)


def count_tokens(
    texts: "Sequence[str | None] | pa.Array | pa.ChunkedArray", tokenizer: str = DEFAULT_TOKENIZER
) -> "pa.Array":
    """Tokens of every text, as an Arrow array of int64; null stays null."""
    import pyarrow as pa

    if not isinstance(texts, pa.Array | pa.ChunkedArray):
        texts = pa.array(texts, pa.large_string())
    return py_count_tokens(texts, tokenizer)


def register(con: duckdb.DuckDBPyConnection, tokenizer: str = DEFAULT_TOKENIZER) -> None:
    """Make py_count_tokens(text) known to a connection; no model calls it, the derivation does."""
    check_tokenizer(tokenizer)
    create: Any = con.create_function  # its stubs differ between DuckDB versions
    create(
        "py_count_tokens",
        lambda texts: py_count_tokens(texts, tokenizer),  # DuckDB would try to evaluate the annotations of a function
        [duckdb.sqltype("VARCHAR")],
        duckdb.sqltype("BIGINT"),
        type="arrow",
    )


def tokenizer_name(tokenizer: str) -> str:
    """The name under which counts are kept: of a tokenizer.json its file name and the hash of its content."""
    if tokenizer in VOCABULARIES:
        return tokenizer
    path = check_tokenizer(tokenizer)
    assert path is not None
    return f"{path.resolve().parent.name}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"


def check_tokenizer(tokenizer: str) -> Path | None:
    """The file of a tokenizer, None for a built-in one; a UserError where it is neither."""
    if tokenizer in VOCABULARIES:
        return None
    path = Path(tokenizer).expanduser()
    if path.is_dir():
        path = path / "tokenizer.json"
    if not path.is_file():
        raise UserError(
            f"unknown tokenizer {tokenizer!r}: name one of {', '.join(VOCABULARIES)} or the path of a tokenizer.json"
        )
    return path


def missing(
    con: duckdb.DuckDBPyConnection,
    paths: Paths,
    parts: Mapping[str, str],
    *,
    tokenizer: str | None = None,
    talk: Talk | None = None,
) -> int:
    """Count the tokens of every text of the warehouse that was not counted yet; return how many were landed.

    `parts` are the datasets (identifiers) and PROMPTS, each with a fingerprint of where its texts come from: a part
    that did not change since its texts were counted is not looked at.
    """
    tokenizer = tokenizer or DEFAULT_TOKENIZER
    name = tokenizer_name(tokenizer)
    folder = paths.derived / "token_counts"
    done = dict(execute(con, "select name, fingerprint from runner.fingerprints where starts_with(name, ?)", [_RECORD]))
    landed = any(folder.glob(f"{name}--*.parquet"))
    changed = {
        part: fingerprint
        for part, fingerprint in parts.items()
        if not landed or done.get(_record(name, part)) != fingerprint
    }
    return _Derivation(con, folder, tokenizer, name, talk or Talk(quiet=True)).run(changed) if changed else 0


class _Derivation:
    """Counting with one tokenizer: a file of counts for each part that has texts without one."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, tokenizer: str, name: str, talk: Talk) -> None:
        self.con = con
        self.folder = folder
        self.tokenizer = tokenizer
        self.name = name
        self.talk = talk

    def run(self, changed: Mapping[str, str]) -> int:
        """Count for the changed parts; how many texts were counted."""
        started = time.monotonic()
        count = 0
        register(self.con, self.tokenizer)
        try:
            with self.talk.bar("token counts", total=len(changed)) as update:
                for part, fingerprint in changed.items():
                    update(what=f"token counts: {part}")
                    count += self._count(part)
                    record = _record(self.name, part)
                    execute(self.con, "delete from runner.fingerprints where name = ?", [record])
                    execute(self.con, "insert into runner.fingerprints values (?, ?, now(), 0)", [record, fingerprint])
                    update(advance=1)
        finally:
            self.con.remove_function("py_count_tokens")
        if count:
            self.talk.say(f"counted the tokens of {count:,} texts ({self.name}) in {time.monotonic() - started:.1f} s")
        return count

    def _count(self, part: str) -> int:
        """Land the counts of a part's texts that have none; how many."""
        texts = self._texts(part)
        if texts is None:
            return 0
        counted = sorted(self.folder.glob(f"{self.name}--*.parquet"))
        known = f"anti join read_parquet({sqltext.paths(counted)}) as known using (content_hash)" if counted else ""
        target = self.folder / f"{self.name}--{part}-{self._next_number(part):06}.parquet"
        with replacing(target) as new:
            copied = execute(
                self.con,
                f"""
                copy (
                    from ({texts}) as texts
                    {known}
                    select
                        content_hash,
                        {sqltext.literal(self.name)} as tokenizer,
                        any_value(py_count_tokens(text)) as tokens
                    group by content_hash
                ) to {sqltext.literal(new.path)} (format parquet, compression zstd, use_tmp_file false)
                """,
            )
            count = int(copied[0][0])
            if count:
                new.commit()
        return count

    def _texts(self, part: str) -> str | None:
        """The query for a part's texts; none where it has no trajectory."""
        if part == PROMPTS:
            return "from standard.prompts select prompt_id as content_hash, text"
        names = execute(self.con, f'from staging."{part}_trajectories" select distinct dataset order by dataset')
        if not names:
            return None
        # The datasets' own names, as constants: that is how the scan skips the others.
        listed = ", ".join(sqltext.literal(name) for (name,) in names)
        return f"from {TEXTS} select content_hash, text where dataset in ({listed})"

    def _next_number(self, part: str) -> int:
        numbers = [int(path.stem.rsplit("-", 1)[1]) for path in self.folder.glob(f"{self.name}--{part}-*.parquet")]
        return max(numbers, default=0) + 1


def _record(name: str, part: str) -> str:
    """Under which name it is recorded that the texts of a part were counted."""
    return f"{_RECORD}{name}:{part}"


def _counts(texts: "pa.Array", tokenizer: str) -> "npt.NDArray[np.int64]":
    import numpy as np
    import pyarrow as pa

    # One text at a time: the encoder's batches cost more than twice the time for the same texts.
    encode = _encoder(tokenizer).encode
    values = texts.cast(pa.large_binary()).to_pylist()
    return np.fromiter((encode(value).size for value in values), np.int64, len(values))


def _encoder(tokenizer: str) -> Any:
    """A tokenizer's encoder, made anew when it has taken too much memory: it remembers every word it has seen."""
    known = _encoders.get(tokenizer)
    if known is None or _memory() > known[1] + _ENCODER_MEMORY:
        _encoders.pop(tokenizer, None)
        known = None  # the old one goes before the new one comes
        before = _memory()
        known = _encoders[tokenizer] = (_tokenizer(tokenizer).backend, before)
    return known[0]


def _memory() -> int:
    """Bytes of memory that this process holds at the moment; its peak where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def encoder(tokenizer: str = DEFAULT_TOKENIZER) -> "Callable[[bytes], npt.NDArray[np.uint32]]":
    """What makes the tokens of a text. Ask for it again after each few megabytes: it is made anew when it is too large.

    Special tokens in a text are ordinary text.
    """
    encode: Callable[[bytes], npt.NDArray[np.uint32]] = _encoder(tokenizer).encode
    return encode


def _without_special_tokens(path: Path) -> str:
    """A tokenizer.json for which `<|im_end|>` in a trajectory is text like any other."""
    content = json.loads(path.read_bytes())
    content["added_tokens"] = [token for token in content.get("added_tokens") or () if not is_special(token)]
    return json.dumps(content)


def is_special(token: Mapping[str, Any]) -> bool:
    """Whether an added token of a tokenizer.json is one that no text may become."""
    return bool(token.get("special")) or token.get("content") in TURN_MARKS


def vocabulary_size(tokenizer: str) -> int:
    """One more than the highest id that a text can become, or that a tokenizer.json knows."""
    return int(_encoder(tokenizer).vocab_size)


def _tokenizer(tokenizer: str) -> "gigatoken.Tokenizer":
    import gigatoken

    path = check_tokenizer(tokenizer)
    if path is not None:
        try:
            return gigatoken.Tokenizer.from_json(_without_special_tokens(path))
        except (ValueError, KeyError, TypeError, AttributeError, OSError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[0]
            raise UserError(f"{path} is no tokenizer that can be read: {reason}") from error
    # Found, not imported: the package would load an encoder of its own.
    package = importlib.util.find_spec("bpe_openai")
    assert package is not None
    assert package.origin is not None
    packed = (Path(package.origin).parent / "data" / f"{tokenizer}.tiktoken.gz").read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        ranks = Path(folder) / f"{tokenizer}.tiktoken"
        ranks.write_bytes(gzip.decompress(packed))
        # No special tokens: `<|endoftext|>` in a trajectory is text like any other.
        return gigatoken.Tokenizer.from_tiktoken(ranks, VOCABULARIES[tokenizer], {})
