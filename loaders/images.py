"""Images that come with a dump: their bytes by hash under data/images, and a row about each beside the records.

Of an image only its header is read: what kind it is and how large. A record names an image by a path, and the file that
a dump holds has a longer or a shorter one (a folder unpacked elsewhere, an archive's root in front); both are compared
by their last segments, of which a loader says how many they share (`Loader.image_depth`).
"""

import hashlib
import struct
from pathlib import Path
from typing import Any

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
COLUMNS = {
    "image_key": "VARCHAR", "path": "VARCHAR", "sha256": "VARCHAR", "media_type": "VARCHAR", "width": "INTEGER",
    "height": "INTEGER", "bytes": "BIGINT",
}  # fmt: skip
LOAD = "load"
"""The column that numbers the loads whose images they are."""
_BATCH = 10_000
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
_PNG = b"\x89PNG\r\n\x1a\n"
# Markers of a JPEG that hold its size: the frames, but not the tables that are numbered among them.
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}

Size = tuple[str | None, int | None, int | None]
"""Media type, width, height: what the header says, as far as it can be read."""


def is_image(name: str) -> bool:
    """Whether a file is an image by its name."""
    return name.lower().endswith(SUFFIXES)


def measure(data: bytes) -> Size:
    """What the header of an image says."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        return "image/png", *struct.unpack(">II", data[16:24])
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", *_jpeg_size(data)
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        return "image/gif", *struct.unpack("<HH", data[6:10])
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp", *_webp_size(data)
    return None, None, None


def _jpeg_size(data: bytes) -> tuple[int | None, int | None]:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if marker == 0xFF:  # a segment may be padded in front
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # markers without content
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None, None


def _webp_size(data: bytes) -> tuple[int | None, int | None]:
    if len(data) < 30:
        return None, None
    form = data[12:16]
    if form == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if form == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None, None


def image_key(path: str, depth: int) -> str:
    """The last segments of a path: what a record's path and a file's have in common. As the macro path_tail."""
    return "/".join([step for step in path.replace("\\", "/").split("/") if step][-depth:])


def file_name(sha256: str, media_type: str | None, path: str) -> str:
    """Where below data/images the bytes of an image lie. As the macro image_file."""
    return f"{sha256[:2]}/{sha256}{_ENDINGS.get(media_type or '') or Path(path).suffix.lower()}"


class Images:
    """The images of one load, kept as they come."""

    def __init__(self, folder: Path, scratch: Path, name: str, depth: int, load: int) -> None:
        self.count = 0
        self.path = scratch / f"{name}-images.parquet"
        self._folder = folder
        self._scratch = scratch
        self._load = load
        self._depth = depth
        self._keys: dict[str, str] = {}
        self._waiting: list[tuple[Any, ...]] = []
        self._writer: Any = None

    def add(self, name: str, data: bytes) -> None:
        """Keep an image: its bytes in a file named for their hash, which images of the same content share."""
        sha256 = hashlib.sha256(data).hexdigest()
        key = image_key(name, self._depth)
        if self._keys.get(key, sha256) != sha256:
            key = name  # another image of the same name: no record is meant to get the wrong one
        if key in self._keys:
            return
        self._keys[key] = sha256
        media_type, width, height = measure(data)
        place = self._folder / file_name(sha256, media_type, name)
        if not place.exists() or place.stat().st_size != len(data):
            place.parent.mkdir(parents=True, exist_ok=True)
            written = self._scratch / sha256
            written.write_bytes(data)
            written.replace(place)
        self.count += 1
        self._waiting.append((key, name, sha256, media_type, width, height, len(data), self._load))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = {"VARCHAR": pa.large_string(), "INTEGER": pa.int64(), "BIGINT": pa.int64()}
        schema = pa.schema([(name, kinds[kind]) for name, kind in {**COLUMNS, LOAD: "INTEGER"}.items()])
        columns = [
            pa.array(values, kind) for values, kind in zip(zip(*self._waiting, strict=True), schema.types, strict=True)
        ]
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, schema, compression="zstd")
        self._writer.write_table(pa.table(columns, schema=schema))
        self._waiting = []

    def close(self) -> None:
        """Complete the file, if there is one."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
