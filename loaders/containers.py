"""Files as they come: what is in them (found by content, not by name), unpacked where DuckDB should read them plain."""

import hashlib
import json
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

from adp.errors import UserError

CHUNK = 1 << 20
PARQUET = b"PAR1"
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n"
_LOOK = 1 << 16
Told = Callable[[int], None]
"""Called with the bytes read so far."""
_FOREIGN = {
    b"PK\x03\x04": "a zip archive", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "a 7z archive",
    b"ARROW1": "an Arrow file", b"SQLite format 3": "an SQLite database", b"\x89HDF": "an HDF5 file",
}  # fmt: skip
_BLANKS = re.compile(r"[ \t\r\n]*")
_NESTED = 1_000
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}\n"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_ZSTD_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")


class Cut(Exception):
    """A container cannot be read to its end; what was readable has been written."""


@dataclass
class Lines:
    """What one look at the bytes of a file shows."""

    lines: int
    """Physical lines."""
    longest: int
    """A bound on the length of the longest line."""
    sha256: str


def magic(path: Path) -> str:
    """What a file is by its first bytes: parquet, gzip, zstd, array or lines."""
    with path.open("rb") as file:
        head = file.read(64)
        if head.startswith(PARQUET):
            return "parquet"
        if head.startswith(GZIP):
            return "gzip"
        if head.startswith(ZSTD) or _ZSTD_SKIPPABLE.match(head):
            return "zstd"
        for mark, what in _FOREIGN.items():
            if head.startswith(mark):
                raise UserError(f"{path} is {what}; unpack it first: JSON, Parquet, .gz and .zst can be read")
        return "array" if _is_array(file, head) else "lines"


def _is_array(file: IO[bytes], head: bytes) -> bool:
    """Whether the file is one JSON array rather than lines, the first of which could hold a list."""
    head = head.removeprefix(BOM)
    while head and not head.strip(BLANK):
        head = file.read(CHUNK)
    if not head.lstrip(BLANK).startswith(b"["):
        return False
    file.seek(0)
    for line in iter(lambda: file.readline(CHUNK), b""):
        text = line.removeprefix(BOM).strip(BLANK)
        if text:
            break
    if not line.endswith(b"\n"):
        return True
    try:
        json.loads(text)
    except ValueError:
        return True
    except RecursionError:
        pass  # nested without end: a record to be rejected, like others
    return not any(rest.strip(BLANK) for rest in iter(lambda: file.read(CHUNK), b""))


def scan(path: Path) -> Lines:
    """Count the lines of a file and hash it, in one pass over its bytes."""
    digest = hashlib.sha256()
    lines = size = silent = longest = 0
    last = b"\n"
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            found = chunk.count(b"\n")
            # A line lies within the chunks between two that hold a line break: good enough, and needs no search.
            silent = 0 if found else silent + 1
            longest = max(longest, silent)
            lines += found
            size += len(chunk)
            last = chunk
    if size and not last.endswith(b"\n"):
        lines += 1
    return Lines(lines, min(size, (longest + 2) * CHUNK), digest.hexdigest())


def may_be_nested(path: Path) -> bool:
    """Whether a line may hold lists and objects within each other by the thousand.

    Brackets count wherever they stand, in texts too: so a yes may be wrong, and the line is to be judged.
    """
    depth = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            for number, brackets in enumerate(chunk.translate(None, _NO_BRACKETS).split(b"\n")):
                if number:  # another line
                    depth = 0
                opened = brackets.count(b"[") + brackets.count(b"{")
                if depth + opened >= _NESTED:
                    steps = accumulate(map(_STEPS.__getitem__, brackets), initial=depth)
                    if any(reached >= _NESTED for reached in steps):
                        return True
                depth = max(0, depth + 2 * opened - len(brackets))
    return False


def unpack(path: Path, kind: str, target: Path, told: Told) -> None:
    """Write a compressed file out plain; raise Cut where it ends too early, with everything before written."""
    with path.open("rb") as packed, target.open("wb") as plain:
        (_gunzip if kind == "gzip" else _unzstd)(packed, plain, told)


def _gunzip(packed: IO[bytes], plain: IO[bytes], told: Told) -> None:
    engine: Any = None
    rest = b""
    while True:
        data = rest or packed.read(CHUNK)
        if not data:
            break
        if engine is None:
            # Zeros behind the last member are padding.
            if not data.strip(b"\0"):
                rest = b""
                continue
            engine = zlib.decompressobj(wbits=31)
        try:
            plain.write(engine.decompress(data))
        except zlib.error as error:
            raise Cut(str(error)) from error
        told(packed.tell())
        rest = engine.unused_data
        if engine.eof:
            engine = None
    if engine is not None:
        plain.write(engine.flush())
        raise Cut("it ends in the middle of the gzip stream")


def _unzstd(packed: IO[bytes], plain: IO[bytes], told: Told) -> None:
    import pyarrow as pa

    try:
        with pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), "zstd") as stream:
            while data := stream.read(CHUNK):
                plain.write(data)
                told(packed.tell())
    except OSError as error:
        raise Cut(str(error)) from error


def has_bom(path: Path) -> bool:
    """Whether a file begins with a byte order mark."""
    with path.open("rb") as source:
        return source.read(len(BOM)) == BOM


def without_bom(path: Path, target: Path) -> None:
    """Copy a file without the byte order mark in front of it."""
    with path.open("rb") as source, target.open("wb") as plain:
        source.seek(len(BOM))
        shutil.copyfileobj(source, plain, CHUNK)


def is_document(path: Path) -> bool:
    """Whether a file is one JSON object that goes over many lines: the first opens it, the second holds a member."""
    with path.open("rb") as file:
        lines = [line.strip() for line in file.read(_LOOK).splitlines()]
    first, second = ([line for line in lines if line] + [b"", b""])[:2]
    if not first.startswith(b"{") or not second.startswith((b'"', b"}")):
        return False
    try:
        json.loads(first)
    except ValueError:
        return True
    return False


def on_one_line(path: Path, target: Path, whole: bool) -> None:
    """Write a JSON document on one line: strings hold no raw line breaks. The line ends where the document is whole."""
    blanks = bytes.maketrans(b"\r\n", b"  ")
    with path.open("rb") as read, target.open("wb") as written:
        while chunk := read.read(CHUNK):
            written.write(chunk.translate(blanks))
        if whole:
            written.write(b"\n")


def drop_unfinished_line(path: Path) -> None:
    """Cut a file behind its last line break: what follows is half a record."""
    with path.open("rb+") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - CHUNK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                file.truncate(start + found + 1)
                return
            end = start
        file.truncate(0)


def head(path: Path, records: int, target: Path) -> None:
    """Copy the first lines of a file, blank ones not counted."""
    with path.open("rb") as source, target.open("wb") as plain:
        for line in source:
            if records <= 0:
                break
            records -= bool(line.strip(BLANK))
            plain.write(line)


def spool(source: IO[bytes], target: Path, told: Told) -> None:
    """Write a stream, which can be read only once, to a file."""
    done = 0
    with target.open("wb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            told(done)


def array_elements(path: Path) -> Iterator[str]:
    """The elements of a JSON array as their texts, each on one line; raise Cut where the array cannot be read on.

    Bytes that are not UTF-8 come as lone surrogates and go back to what they were with `surrogateescape`.
    """
    decoder = json.JSONDecoder()
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        text, at, step, more = "", 0, CHUNK, True

        def read_on() -> None:
            nonlocal text, at, step, more
            new = file.read(step)
            text, at, more = text[at:] + new, 0, bool(new)
            step = max(CHUNK, len(text))

        def skip_blank() -> str:
            nonlocal at
            while True:
                at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]
                if at < len(text) or not more:
                    return text[at : at + 1]
                read_on()

        opened = skip_blank()
        at += 1
        if opened != "[":
            raise Cut("it is no array")
        separator = ""
        while (mark := skip_blank()) != "]":
            if separator:
                if mark != ",":
                    raise Cut("the array is not closed" if not mark else "a comma is missing between two entries")
                at += 1
                skip_blank()
            separator = ","
            while True:
                try:
                    end = decoder.raw_decode(text, at)[1]
                except (ValueError, RecursionError):
                    end = -1
                # A number at the end of what is read so far could go on.
                if end > 0 and (text[end - 1] in '"}]' or end < len(text) or not more):
                    break
                if not more:
                    raise Cut("an entry cannot be read")
                read_on()
            # A line break between the parts of an element is blank; within a string it would be an escape.
            yield text[at:end].replace("\n", " ").replace("\r", " ")
            at = end
