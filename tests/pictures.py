"""Small images and archives for tests, made here byte by byte."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path


def png(width: int, height: int, shade: int = 0) -> bytes:
    """A grey PNG that any program can open."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + bytes([shade]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, frame: int = 0xC0) -> bytes:
    """The beginning of a JPEG: a comment with bytes that look like markers, a table, then the frame."""
    comment = b"\xff\xfe\x00\x08\xff\xc0\x01\x01\x01\x01"
    table = b"\xff\xc4\x00\x05abc"
    size = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + comment + table + bytes([0xFF, frame]) + struct.pack(">H", len(size) + 2) + size + b"\xff\xd9"


def gif(width: int, height: int) -> bytes:
    """The beginning of a GIF."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0;"


def webp(form: bytes, width: int, height: int) -> bytes:
    """The beginning of a WebP image in one of its three forms."""
    if form == b"VP8X":
        body = b"\x0a\0\0\0" + b"\0" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif form == b"VP8L":
        body = b"\x0a\0\0\0\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + b"\0" * 9
    else:
        body = b"\x0a\0\0\0" + b"\0" * 3 + b"\x9d\x01\x2a" + struct.pack("<HH", width, height)
    return b"RIFF\x20\0\0\0WEBP" + form + body


def zipped(target: Path, files: Mapping[str, bytes]) -> Path:
    """A zip archive of some files."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def tarred(files: Mapping[str, bytes], kind: str = "") -> bytes:
    """A tar archive of some files, plain or compressed as `gz`, `bz2` or `xz`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=f"w:{kind}") as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def spread(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The same files in a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
