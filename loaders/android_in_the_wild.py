"""Android in the Wild: what people did on a phone, one record per step, the steps of an episode one after the other.

Published are TFRecord files with the pixels of the screen in each example. Extracted, `image/encoded` names a file.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from loaders import tfrecord
from loaders.base import BIGINT, ID, JSON, TEXT, Loader
from loaders.images import measure
from loaders.trees import Assembled, Keep, Tree

LISTS = (
    "image/ui_annotations_positions", "image/ui_annotations_text", "image/ui_annotations_ui_types",
    "results/yx_touch", "results/yx_lift",
)  # fmt: skip


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """The steps of each TFRecord file."""
    for entry in tree:
        if tfrecord.is_tfrecord(entry):
            yield Assembled(entry.name, _steps(tfrecord.examples(entry), keep))


def _steps(examples: Iterator[tfrecord.Example], keep: Keep) -> Iterator[str]:
    for example in examples:
        record: dict[str, Any] = {}
        for name, values in example.items():
            texts = [tfrecord.text(value) for value in values if name != "image/encoded"]
            record[name] = texts if name in LISTS else next(iter(texts), None)
        flat = record.get("image/ui_annotations_positions") or []
        record["image/ui_annotations_positions"] = [flat[at : at + 4] for at in range(0, len(flat), 4)]
        pixels = tfrecord.first(example, "image/encoded")
        if isinstance(pixels, bytes):
            record["image/encoded"] = f"{record.get('episode_id')}-{record.get('step_id')}"
            sides = (record.get(f"image/{side}") or 0 for side in ("width", "height", "channels"))
            keep(f"{record['image/encoded']}.png", _image(pixels, *sides))
        yield json.dumps(record, ensure_ascii=False)


def _image(pixels: bytes, width: int, height: int, channels: int) -> bytes:
    """Bare pixels as a PNG, without loss; what is an image already, or does not have this size, as it is."""
    colour = {1: 0, 3: 2, 4: 6}.get(channels)
    row = width * channels
    if measure(pixels)[0] is not None or colour is None or len(pixels) != row * height or not pixels:
        return pixels
    rows = b"".join(b"\0" + pixels[at : at + row] for at in range(0, len(pixels), row))
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


LOADER = Loader(
    dataset="android_in_the_wild",
    repo="gs://gresearch/android-in-the-wild",
    revision=None,
    files=(),
    fields={
        "episode_id": ID, "episode_length": BIGINT, "step_id": BIGINT, "goal_info": TEXT, "android_api_level": BIGINT,
        "current_activity": TEXT, "device_type": TEXT, "image/encoded": TEXT, "image/width": BIGINT,
        "image/height": BIGINT, "image/channels": BIGINT, "image/ui_annotations_positions": JSON,
        "image/ui_annotations_text": [TEXT], "image/ui_annotations_ui_types": [TEXT], "results/action_type": ID,
        "results/type_action": TEXT, "results/yx_touch": JSON, "results/yx_lift": JSON,
    },
    source_id=("episode_id",),
    required=("results/action_type",),
    step_per_line=True,
    licence="cc-by-4.0",
    by_hand="Get files of gs://gresearch/android-in-the-wild, such as those of `general`, with `gcloud storage cp`.",
    image_depth=1,
    assemble=assemble,
)  # fmt: skip
