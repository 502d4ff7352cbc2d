"""Records to bytes: JSON lines as the stock CLI prints them, Parquet whose row groups follow from the rows alone."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

ROW_GROUP_BYTES = 32_000_000  # of content
FILE_BYTES = 2_000_000_000  # of content; a further file begins behind it
COMPRESSION_LEVEL = 1  # zstd: level 3 takes half as long again for an eighth less

# The CLI prints these quoted, because not every reader of JSON holds such numbers.
_QUOTED_NUMBERS = ("UBIGINT", "HUGEINT", "UHUGEINT", "DECIMAL")
# The control characters whose escapes hold a letter: the CLI writes it small, to_json in capitals.
_LETTERED = "[\\x0B\\x0E\\x0F\\x1A-\\x1F]"
_ESCAPES = ("000B", "000E", "000F", "001A", "001B", "001C", "001D", "001E", "001F")


def json_line(columns: Sequence[tuple[str, str]], closed: bool = True) -> str:
    """SQL for the line that the CLI prints (-jsonlines) for a row with these (name, type) columns.

    The line ends in a line feed; one that is not `closed` lacks the last brace and the line feed.
    """
    parts: list[str] = []
    for number, (name, type_) in enumerate(columns):
        key = name.replace("\\", "\\\\").replace('"', '\\"')
        parts.append(_literal(("{" if number == 0 else ",") + f'"{key}":'))
        parts.append(_json_value('"' + name.replace('"', '""') + '"', type_))
    if closed:
        parts.append("'}' || chr(10)")
    return f"concat({', '.join(parts)})"


def _json_value(column: str, type_: str) -> str:
    if type_ in ("JSON", "JSON[]"):  # printed as they stand
        text = f"{column}::varchar"
    elif type_.startswith(_QUOTED_NUMBERS) and not type_.endswith("[]"):
        text = f"""'"' || {column} || '"'"""
    elif type_ == "VARCHAR":
        text = (
            f"if(regexp_matches({column}, {_literal(_LETTERED)}), {_small_escapes(column)}, to_json({column})::varchar)"
        )
    else:
        text = f"to_json({column})::varchar"
    return f"coalesce({text}, 'null')"


def _small_escapes(column: str) -> str:
    # JSON text holds no raw control character, so one can stand in for an escaped backslash meanwhile.
    text = f"replace(to_json({column})::varchar, '\\\\', chr(1))"
    for escape in _ESCAPES:
        text = f"replace({text}, '\\u{escape}', '\\u{escape.lower()}')"
    return f"replace({text}, chr(1), '\\\\')"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class HashingFile:
    """A file that is written once, and its sha256."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._hash = hashlib.sha256()
        self.size = 0
        self.closed = False
        self.abandoned = False

    def write(self, data: Any) -> int:
        """Write all of a buffer."""
        view = memoryview(data).cast("B")
        if self.abandoned:
            return len(view)
        self._hash.update(view)
        written = 0
        while written < len(view):
            written += self._file.write(view[written:])
        self.size += written
        return written

    @property
    def sha256(self) -> str:
        """Of what was written so far."""
        return self._hash.hexdigest()

    def tell(self) -> int:
        """Bytes written so far."""
        return self.size

    def flush(self) -> None:
        """Nothing waits in this file."""

    def close(self) -> None:
        """Close it."""
        self.closed = True
        self._file.close()

    def readable(self) -> bool:
        """It is not."""
        return False

    def writable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is not."""
        return False


def write_lines(lines: "pa.ChunkedArray", file: "BinaryIO | HashingFile") -> int:
    """Write texts one behind the other, straight from Arrow's buffers; return the bytes."""
    total = 0
    for chunk in lines.chunks:
        if len(chunk):
            start, end = _offsets(chunk)[[0, -1]].tolist()
            file.write(memoryview(chunk.buffers()[2])[start:end])
            total += end - start
    return total


def write_closed_lines(
    lines: "pa.ChunkedArray", numbers: "Mapping[str, pa.Array]", file: "BinaryIO | HashingFile"
) -> int:
    """Write lines that lack their end, with further numbers at the end of each; return the bytes."""
    columns = [(name, values.to_pylist()) for name, values in numbers.items()]
    parts: list[Any] = []
    row = 0
    for chunk in lines.chunks:
        offsets = _offsets(chunk).tolist()
        data = memoryview(chunk.buffers()[2]) if len(chunk) else memoryview(b"")
        for start, end in pairwise(offsets):
            parts.append(data[start:end])
            told = "".join(f',"{name}":{values[row]}' for name, values in columns)
            parts.append(f"{told}}}\n".encode())
            row += 1
    text = b"".join(parts)
    file.write(text)
    return len(text)


class ParquetFiles:
    """Tables into the Parquet files of one dataset.

    Row groups and files are cut by the rows' own bytes, so that the files are the same however the rows arrive.
    """

    def __init__(self, folder: Path, stem: str, numbered: bool = True) -> None:
        self.folder = folder
        self.stem = stem
        self.numbered = numbered
        self.files: list[dict[str, Any]] = []
        self._waiting: list[pa.Table] = []
        self._waiting_bytes = 0
        self._file: HashingFile | None = None
        self._writer: Any = None
        self._rows = 0
        self._bytes = 0

    def write(self, table: "pa.Table") -> None:
        """Take the next rows."""
        for part, size, full in self._cut(table):
            self._waiting.append(part)
            self._waiting_bytes += size
            if full:
                self._write_group()

    def close(self) -> None:
        """Write what waits and end the last file."""
        if self._waiting:
            self._write_group()
        self._end_file()

    def abandon(self) -> None:
        """Close the file as it is; it is going to be removed."""
        if self._file is not None:
            self._file.abandoned = True  # a Parquet writer insists on writing its footer
            if self._writer is not None:
                self._writer.close()
            self._file.close()

    def _cut(self, table: "pa.Table") -> Iterator[tuple["pa.Table", int, bool]]:
        """The pieces of a table that belong to different row groups: piece, bytes, whether its row group is full."""
        import numpy as np

        ends = np.cumsum(row_bytes(table))
        start, before = 0, 0
        while start < len(ends):
            # A row group ends with the row that fills it.
            at = int(np.searchsorted(ends, before + ROW_GROUP_BYTES - self._waiting_bytes))
            full = at < len(ends)
            end = at + 1 if full else len(ends)
            size = int(ends[end - 1]) - before
            yield table.slice(start, end - start), size, full
            start, before = end, int(ends[end - 1])

    def _write_group(self) -> None:
        import pyarrow as pa

        # Pages end where a chunk ends, so one chunk.
        group = pa.concat_tables(self._waiting).combine_chunks()
        size = self._waiting_bytes
        self._waiting, self._waiting_bytes = [], 0
        if self._writer is not None and self.numbered and self._bytes + size > FILE_BYTES:
            self._end_file()
        if self._writer is None:
            self._begin_file(group.schema)
        self._writer.write_table(group, row_group_size=max(1, len(group)))
        self._rows += len(group)
        self._bytes += size

    def _begin_file(self, schema: "pa.Schema") -> None:
        import pyarrow.parquet as pq

        number = f"-{len(self.files):05}" if self.numbered else ""
        self._name = f"{self.stem}{number}.parquet"
        self._file = HashingFile(self.folder / self._name)
        self._writer = pq.ParquetWriter(
            self._file,
            schema,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=_repeating(schema),
            write_statistics=[name for name in ("id", "dataset", "token_count") if name in schema.names],
        )

    def _end_file(self) -> None:
        if self._writer is None or self._file is None:
            return
        self._writer.close()
        self._file.close()
        self.files.append(
            {"file": self._name, "rows": self._rows, "bytes": self._file.size, "sha256": self._file.sha256}
        )
        self._writer = self._file = None
        self._rows = self._bytes = 0


def row_bytes(table: "pa.Table") -> "npt.NDArray[np.int64]":
    """Bytes of content of each row."""
    import numpy as np

    total = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        start = 0
        for chunk in column.chunks:
            total[start : start + len(chunk)] += _value_bytes(chunk)
            start += len(chunk)
    return total


def _value_bytes(array: "pa.Array") -> "npt.NDArray[np.int64]":
    import numpy as np
    import pyarrow as pa

    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind):
        texts: npt.NDArray[np.int64] = np.diff(_offsets(array))
        return texts
    if pa.types.is_struct(kind):
        sizes = np.zeros(len(array), np.int64)
        for child in array.flatten():
            sizes += _value_bytes(child)
        return sizes
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_map(kind):
        width = np.int64 if pa.types.is_large_list(kind) else np.int32
        offsets = _raw_offsets(array, width)
        inner = array.keys if pa.types.is_map(kind) else array.values
        sizes = np.concatenate(([0], np.cumsum(_value_bytes(inner))))
        if pa.types.is_map(kind):
            sizes += np.concatenate(([0], np.cumsum(_value_bytes(array.items))))
        lists: npt.NDArray[np.int64] = np.diff(sizes[offsets])
        return lists
    return np.full(len(array), 8, np.int64)


def _offsets(array: "pa.Array") -> "npt.NDArray[np.int64]":
    """Where each text of an array begins in its buffer, and where the last ends."""
    import numpy as np
    import pyarrow as pa

    large = pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type)
    offsets: npt.NDArray[np.int64] = _raw_offsets(array, np.int64 if large else np.int32).astype(np.int64)
    return offsets


def _raw_offsets(array: "pa.Array", width: type) -> Any:
    import numpy as np

    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return np.zeros(len(array) + 1, width)
    return np.frombuffer(buffer, width, len(array) + 1, array.offset * np.dtype(width).itemsize)


# Columns with few distinct values: a dictionary makes them nearly free. Texts would only be hashed in vain.
_REPEATING = {"system", "dataset", "from", "role", "class_", "source", "function", "language", "name"}


def _repeating(schema: "pa.Schema") -> list[str]:
    """Paths of the columns that get a dictionary."""
    import pyarrow as pa

    found: list[str] = []

    def visit(field: "pa.Field", path: str) -> None:
        kind = field.type
        if pa.types.is_struct(kind):
            for child in kind:
                visit(child, f"{path}.{child.name}")
        elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
            visit(kind.value_field, f"{path}.list.element")
        elif field.name in _REPEATING:
            found.append(path)

    for field in schema:
        visit(field, field.name)
    return found
