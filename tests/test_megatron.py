"""Megatron's indexed datasets, byte by byte."""

import hashlib
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from adp import megatron

pytestmark = pytest.mark.any_duckdb


def read(stem: Path, kind: str) -> list[npt.NDArray[np.int64]]:
    """The sequences, by a reader that knows nothing of the writer: every byte of both files is accounted for."""
    index, numbers = stem.with_name(f"{stem.name}.idx").read_bytes(), stem.with_name(f"{stem.name}.bin").read_bytes()
    assert index[:9] == b"MMIDIDX\x00\x00"
    (version,) = struct.unpack("<Q", index[9:17])
    (code,) = struct.unpack("<B", index[17:18])
    sequences, bounds = struct.unpack("<QQ", index[18:34])
    assert (version, {3: "int16", 4: "int32", 8: "uint16"}[code]) == (1, kind)
    lengths = struct.unpack(f"<{sequences}i", index[34 : 34 + 4 * sequences])
    places = struct.unpack(f"<{sequences}q", index[34 + 4 * sequences : 34 + 12 * sequences])
    documents = struct.unpack(f"<{bounds}q", index[34 + 12 * sequences : 34 + 12 * sequences + 8 * bounds])
    assert len(index) == 34 + 12 * sequences + 8 * bounds
    assert documents == tuple(range(sequences + 1)), "each sequence is a document of its own"
    letter, width = {"int32": ("i", 4), "uint16": ("H", 2), "int16": ("h", 2)}[kind]
    assert len(numbers) == width * sum(lengths)
    found = []
    for place, length in zip(places, lengths, strict=True):
        found.append(np.array(struct.unpack_from(f"<{length}{letter}", numbers, place), np.int64))
    assert places == tuple(width * sum(lengths[:number]) for number in range(sequences))
    return found


@pytest.mark.parametrize(("vocabulary", "kind"), [(65_499, "uint16"), (65_500, "int32"), (200_021, "int32")])
def test_a_dataset_is_read_back_as_it_was_written(tmp_path: Path, vocabulary: int, kind: str) -> None:
    assert megatron.number_type(vocabulary) == kind
    rng = np.random.default_rng(1)
    wanted = [rng.integers(0, vocabulary, length) for length in (5, 1, 4_096, 17)]
    writer = megatron.Writer(tmp_path / "set-text", kind)
    writer.write(np.concatenate(wanted[:3]), np.array([5, 1, 4_096]))
    writer.write(wanted[3], np.array([17]))
    entries = writer.close()
    found = read(tmp_path / "set-text", kind)
    assert [one.tolist() for one in found] == [one.tolist() for one in wanted]
    assert [entry["file"] for entry in entries] == ["set-text.bin", "set-text.idx"]
    for entry in entries:
        content = (tmp_path / entry["file"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert entry["rows"] == 4


def test_a_dataset_without_sequences_is_whole_too(tmp_path: Path) -> None:
    megatron.Writer(tmp_path / "none", "int32").close()
    assert read(tmp_path / "none", "int32") == []


def test_the_bytes_are_the_published_ones(tmp_path: Path) -> None:
    """Two sequences, [1, 2] and [3], written out by hand."""
    writer = megatron.Writer(tmp_path / "s", "uint16")
    writer.write(np.array([1, 2, 3]), np.array([2, 1]))
    writer.close()
    assert (tmp_path / "s.bin").read_bytes() == bytes.fromhex("0100 0200 0300")
    assert (tmp_path / "s.idx").read_bytes() == bytes.fromhex(
        "4d4d494449445800 00"  # the name of the format
        "0100000000000000 08"  # version 1, two bytes without a sign
        "0200000000000000 0300000000000000"  # sequences, bounds of documents
        "02000000 01000000"  # lengths
        "0000000000000000 0400000000000000"  # places
        "0000000000000000 0100000000000000 0200000000000000"  # bounds
    )
