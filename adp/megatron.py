"""Megatron's memory-mapped indexed dataset: one file of numbers, one that says where each sequence begins.

The index (.idx), little-endian: nine bytes that name the format, the version (1) as 8 bytes, the code of the type of
the numbers as 1 byte, how many sequences there are and how many bounds of documents, 8 bytes each; then the length of
each sequence (4 bytes), the byte at which it begins in the file of numbers (.bin; 8 bytes), and the bounds of the
documents as numbers of sequences, from 0 (8 bytes). Here every sequence is a document.
"""

import hashlib
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adp.writers import HashingFile

if TYPE_CHECKING:
    import numpy.typing as npt

MAGIC = b"MMIDIDX\x00\x00"
VERSION = 1
CODES = {"uint8": 1, "int8": 2, "int16": 3, "int32": 4, "int64": 5, "float64": 6, "float32": 7, "uint16": 8}
SMALL_VOCABULARY = 65_500  # below it two bytes are enough for a token
_HEAD = struct.Struct("<9sQBQQ")


def number_type(vocabulary: int) -> str:
    """The type of numbers that is used for a vocabulary of this size."""
    return "uint16" if vocabulary < SMALL_VOCABULARY else "int32"


class Writer:
    """One indexed dataset, written from its first sequence to its last; it holds 4 bytes of memory for each."""

    def __init__(self, stem: Path, kind: str) -> None:
        import numpy as np

        self._stem = stem
        self._kind = np.dtype(kind).newbyteorder("<")
        self._code = CODES[kind]
        self._file = HashingFile(self._path("bin"))
        self._lengths: list[npt.NDArray[np.int32]] = []

    def write(self, numbers: "npt.NDArray[Any]", lengths: "npt.NDArray[Any]") -> None:
        """Take the next sequences, one behind the other, of these lengths."""
        import numpy as np

        self._file.write(np.ascontiguousarray(numbers, self._kind))
        self._lengths.append(lengths.astype(np.int32))

    def close(self) -> list[dict[str, Any]]:
        """Write the index; the two files with their sequences, bytes and hashes."""
        import numpy as np

        self._file.close()
        lengths = np.concatenate([np.zeros(0, np.int32), *self._lengths])
        count = len(lengths)
        ends = np.cumsum(lengths, dtype=np.int64) * self._kind.itemsize
        index = b"".join(
            (
                _HEAD.pack(MAGIC, VERSION, self._code, count, count + 1),
                lengths.astype("<i4").tobytes(),
                np.concatenate((np.zeros(min(count, 1), np.int64), ends[:-1])).astype("<i8").tobytes(),
                np.arange(count + 1, dtype="<i8").tobytes(),
            )
        )
        self._path("idx").write_bytes(index)
        written = (("bin", self._file.size, self._file.sha256), ("idx", len(index), hashlib.sha256(index).hexdigest()))
        return [
            {"file": self._path(suffix).name, "rows": count, "bytes": size, "sha256": sha256}
            for suffix, size, sha256 in written
        ]

    def abandon(self) -> None:
        """Close the file as it is; it is going to be removed."""
        self._file.close()

    def _path(self, suffix: str) -> Path:
        return self._stem.with_name(f"{self._stem.name}.{suffix}")
