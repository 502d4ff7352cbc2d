"""AndroidControl: what people did on a phone, one record per episode; screens, element trees and actions in lists.

Published are TFRecord files, one example per episode, its screens and trees within. Extracted, screens are files and a
tree is the list of those of its elements that are seen and have a text.
"""

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from loaders import tfrecord
from loaders.base import BIGINT, ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Keep, Tree

_ANY_SIZE = 1 << 30  # where the size of a screen is not said, no element is beyond it


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """The episodes of each TFRecord file."""
    for entry in tree:
        if tfrecord.is_tfrecord(entry):
            yield Assembled(entry.name, _episodes(tfrecord.examples(entry), keep))


def _episodes(examples: Iterator[tfrecord.Example], keep: Keep) -> Iterator[str]:
    for example in examples:
        episode = tfrecord.first(example, "episode_id")
        screens = []
        for number, screen in enumerate(example.get("screenshots", [])):
            screens.append(f"{episode}/screenshot_{number}.png")
            keep(screens[-1], bytes(screen))
        widths, heights = (list(example.get(f"screenshot_{side}", [])) for side in ("widths", "heights"))
        sizes = zip_longest(widths, heights, fillvalue=_ANY_SIZE)
        trees = [
            _elements(forest, *next(sizes, (_ANY_SIZE, _ANY_SIZE))) for forest in example.get("accessibility_trees", [])
        ]
        record: dict[str, Any] = {
            "episode_id": episode,
            "goal": tfrecord.text(tfrecord.first(example, "goal")),
            "screenshots": screens,
            "accessibility_trees": trees,
            "screenshot_widths": widths,
            "screenshot_heights": heights,
            "actions": [_action(action) for action in example.get("actions", [])],
            "step_instructions": [tfrecord.text(said) for said in example.get("step_instructions", [])],
        }
        yield json.dumps(record, ensure_ascii=False)


def _elements(forest: bytes, width: int, height: int) -> list[dict[str, Any]] | None:
    try:
        return tfrecord.seen_elements(forest, width, height)
    except tfrecord.Damaged:
        return None  # the screen is there all the same


def _action(data: Any) -> Any:
    said = tfrecord.text(data)
    try:
        return json.loads(said or "")
    except ValueError:
        return said


LOADER = Loader(
    dataset="androidcontrol",
    repo="gs://gresearch/android_control",
    revision=None,
    files=(),
    fields={
        "episode_id": ID, "goal": TEXT, "screenshots": [TEXT], "accessibility_trees": JSON,
        "screenshot_widths": [BIGINT], "screenshot_heights": [BIGINT], "actions": [JSON], "step_instructions": [TEXT],
    },
    source_id=("episode_id",),
    required=("screenshots", "actions"),
    licence="apache-2.0",
    by_hand="Get the files of gs://gresearch/android_control with `gcloud storage cp`.",
    image_depth=2,
    assemble=assemble,
)  # fmt: skip
