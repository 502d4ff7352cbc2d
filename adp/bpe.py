"""Tokens of texts: which tokenizers there are, what they make of a text, and how many tokens that is."""

import contextlib
import functools
import gzip
import hashlib
import importlib.util
import json
import os
import queue
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adp.config import DEFAULT_TOKENIZER, resources
from adp.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

# How each vocabulary of the package bpe-openai splits text before it merges.
VOCABULARIES = {"o200k_base": "o200k", "cl100k_base": "gpt4"}
TURN_MARKS = ("<|im_start|>", "<|im_end|>")  # of ChatML
_POOL_MEMORY = 512 << 20  # bytes that the process may hold beside DuckDB's share and the encoders themselves
_ENCODER_MEMORY = 64 << 20  # and what each of them takes by itself
_FEW_BYTES = 128 << 20  # so much is encoded before the next encoder pays: 0.4 s, and for the second a slow import
_BATCH_BYTES = 4 << 20


def count_tokens(
    texts: "Sequence[str | None] | pa.Array | pa.ChunkedArray", tokenizer: str = DEFAULT_TOKENIZER
) -> "pa.Array":
    """Tokens of every text, as an Arrow array of int64; null stays null. Special tokens in a text are ordinary text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(texts, pa.Array | pa.ChunkedArray):
        texts = pa.array(texts, pa.large_string())
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.chunk(0) if texts.num_chunks == 1 else texts.combine_chunks()
    if not texts.null_count:
        return pa.array(_counts(texts, tokenizer))
    return pc.if_else(pc.is_valid(texts), pa.array(_counts(pc.fill_null(texts, ""), tokenizer)), None)


@contextlib.contextmanager
def encoder(tokenizer: str = DEFAULT_TOKENIZER) -> "Iterator[Callable[[bytes], npt.NDArray[np.uint32]]]":
    """What makes the tokens of a text, for this thread alone and for a few megabytes: it is made anew when too large.

    Special tokens in a text are ordinary text.
    """
    pool = _pool(tokenizer)
    pool.counted += _BATCH_BYTES
    with pool.lent() as backend:
        yield backend.encode


def vocabulary_size(tokenizer: str) -> int:
    """One more than the highest id that a text can become, or that a tokenizer.json knows."""
    with _pool(tokenizer).lent() as backend:
        return int(backend.vocab_size)


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


def is_special(token: Mapping[str, Any]) -> bool:
    """Whether an added token of a tokenizer.json is one that no text may become."""
    return bool(token.get("special")) or token.get("content") in TURN_MARKS


class _Pool:
    """The encoders of a tokenizer: none can be asked by two threads at once, and each remembers the words it has seen.

    To make one takes as long as to encode some 80 MB, so a further one is made only when there was enough to do; until
    then threads wait for each other.
    """

    def __init__(self, tokenizer: str) -> None:
        self.counted = 0  # bytes
        self.made = 1  # encoders
        _others()  # before the first encoder adds to it
        self._make = _maker(tokenizer)
        self._idle: queue.LifoQueue[Any] = queue.LifoQueue()
        self._idle.put(self._make())
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def lent(self) -> Iterator[Any]:
        """An encoder for this thread alone."""
        backend = self._taken()
        try:
            yield backend
        finally:
            self._idle.put(backend)

    def _taken(self) -> Any:
        with contextlib.suppress(queue.Empty):
            return self._idle.get_nowait()
        with self._lock:
            makes_one = self.counted >= self.made * _FEW_BYTES
            self.made += makes_one
        return self._make() if makes_one else self._idle.get()

    def is_too_large(self) -> bool:
        """Whether the process holds more than it may, and this pool has been asked for enough to be part of that."""
        return self.counted >= _FEW_BYTES and _memory() > _others() + _POOL_MEMORY + self.made * _ENCODER_MEMORY


_pools: dict[str, _Pool] = {}
_pools_lock = threading.Lock()


def forget() -> None:
    """Give up the encoders and their memory; the next text makes new ones."""
    with _pools_lock:
        _pools.clear()


def _pool(tokenizer: str) -> _Pool:
    with _pools_lock:
        known = _pools.get(tokenizer)
        if known is None or known.is_too_large():
            # The old one goes when the last thread has given its encoder back.
            _pools.pop(tokenizer, None)
            known = None
            known = _pools[tokenizer] = _Pool(tokenizer)
        return known


@functools.cache
def _others() -> int:
    """Bytes for all but encoders: DuckDB's share, or what the process held at first, when there were none."""
    return max(_memory(), resources().memory)


def _counts(texts: "pa.Array", tokenizer: str) -> "npt.NDArray[np.int64]":
    import numpy as np
    import pyarrow as pa

    pool = _pool(tokenizer)
    values = texts.cast(pa.large_binary()).to_pylist()
    pool.counted += texts.nbytes
    with pool.lent() as backend:
        if pool.counted < _FEW_BYTES:
            return np.fromiter((backend.encode(value).size for value in values), np.int64, len(values))
        counts = np.empty(len(values), np.int64)
        # This way others can run meanwhile. Its own threads would have to learn the words once more.
        for span in _spans(values):
            encoded = backend.encode_batch(values[span], parallel=False)
            counts[span] = np.diff(encoded.layout.offsets.data)
        return counts


def _spans(values: Sequence[bytes]) -> Iterator[slice]:
    """Slices of texts that have a few megabytes together."""
    start = size = 0
    for position, value in enumerate(values):
        size += len(value)
        if size >= _BATCH_BYTES:
            yield slice(start, position + 1)
            start, size = position + 1, 0
    if start < len(values):
        yield slice(start, len(values))


def _memory() -> int:
    """Bytes of memory that this process holds at the moment; its peak where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def _without_special_tokens(path: Path) -> str:
    """A tokenizer.json for which `<|im_end|>` in a trajectory is text like any other."""
    content = json.loads(path.read_bytes())
    content["added_tokens"] = [token for token in content.get("added_tokens") or () if not is_special(token)]
    return json.dumps(content)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(f"{path} is no tokenizer that can be read: {reason}") from error


def _maker(tokenizer: str) -> Callable[[], Any]:
    """What makes encoders of a tokenizer, all from the content that its file has now."""
    import gigatoken

    path = check_tokenizer(tokenizer)
    if path is not None:
        with _explained(path):
            content = _without_special_tokens(path)

        def from_json() -> Any:
            with _explained(path):
                return gigatoken.Tokenizer.from_json(content).backend

        return from_json
    # Found, not imported: the package would load an encoder of its own.
    package = importlib.util.find_spec("bpe_openai")
    assert package is not None
    assert package.origin is not None
    packed = (Path(package.origin).parent / "data" / f"{tokenizer}.tiktoken.gz").read_bytes()

    def from_ranks() -> Any:
        with tempfile.TemporaryDirectory() as folder:
            ranks = Path(folder) / f"{tokenizer}.tiktoken"
            ranks.write_bytes(gzip.decompress(packed))
            # No special tokens: `<|endoftext|>` in a trajectory is text like any other.
            return gigatoken.Tokenizer.from_tiktoken(ranks, VOCABULARIES[tokenizer], {}).backend

    return from_ranks
