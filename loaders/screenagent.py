"""ScreenAgent: sessions at a desktop, each call of the model with the screen that it saw and its corrected answer.

Published is a repository with a folder for each session: a JSON file for each call, the screens in `images/`. As
extracted, a line is a session: the list of its calls. Either way a call becomes a record, with its session and its
place in it.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from loaders.base import BIGINT, ID, JSON, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree

CALL = "saved_image_name"
"""The field that tells a call from any other JSON."""
NEGATIVE = "_neg_eval"
"""What the names of answers end in that were made up for a screen of the session: they are no calls of it."""


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """The calls of each split of the repository, and of each file of sessions."""
    folders: list[tuple[str, str, Entry]] = []
    for entry in tree:
        path = PurePosixPath(entry.name)
        if path.suffix in (".json", ".jsonl", ".gz", ".zst") or entry.name == "-":
            if path.suffix == ".json" and _is_call(tree, entry):
                folders.append((str(path.parent.parent), path.parent.name, entry))
            elif entry.name == "-" or _has_sessions(tree, entry):
                yield Assembled(entry.name, _from_lines(tree, entry))
    splits = {split for split, _, _ in folders}
    for split, calls in groupby(sorted(folders, key=lambda found: found[:2]), key=lambda found: found[0]):
        if PurePosixPath(split).name != "test" or not any(PurePosixPath(other).name == "train" for other in splits):
            yield Assembled(split, _from_folders(tree, calls))


def _is_call(tree: Tree, entry: Entry) -> bool:
    try:
        found = json.loads(tree.read(entry))
    except ValueError:
        return False
    return isinstance(found, dict) and CALL in found


def _has_sessions(tree: Tree, entry: Entry) -> bool:
    """Whether a file begins with a list, be it a session or one of sessions."""
    first = next((line for line in tree.lines(entry) if line.strip()), b"")
    return first.lstrip(b"\xef\xbb\xbf \t").startswith(b"[")


def _from_folders(tree: Tree, found: Iterable[tuple[str, str, Entry]]) -> Iterator[str]:
    for session, entries in groupby(found, key=lambda each: each[1]):
        names = sorted((NEGATIVE in entry.name, entry.name) for _, _, entry in entries)
        calls = [json.loads(tree.read(tree[name])) for _, name in names]
        yield from _calls([{**call, "session_id": call.get("session_id") or session} for call in calls])


def _from_lines(tree: Tree, entry: Entry) -> Iterator[str]:
    if entry.name.endswith(".json"):
        try:
            found = json.loads(tree.read(entry))
        except ValueError:
            found = None  # lines, in spite of the name
        if isinstance(found, list):
            sessions = found if all(isinstance(each, list) for each in found) else [found]
            for session in sessions:
                yield from _calls(session)
            return
    for line in tree.lines(entry):
        text = line.decode("utf-8", "surrogateescape")
        if not text.strip():
            continue
        try:
            session = json.loads(text)
        except ValueError:
            session = None
        if isinstance(session, list):
            yield from _calls(session)
        else:
            yield text  # to be judged as it is


def _calls(session: list[Any]) -> Iterator[str]:
    for step, call in enumerate(session):
        if isinstance(call, dict) and call.get("session_id") is not None:
            call = {"id": f"{call['session_id']}_{step}", "step": step, **call}
        yield json.dumps(call, ensure_ascii=False)


LOADER = Loader(
    dataset="screenagent",
    repo="https://github.com/niuzaisheng/ScreenAgent",
    revision=None,
    files=(),
    fields={
        "id": ID, "session_id": ID, "step": BIGINT, "task_prompt": TEXT, "task_prompt_en": TEXT, "task_prompt_zh": TEXT,
        "send_prompt": TEXT, "send_prompt_en": TEXT, "send_prompt_zh": TEXT, "current_task": TEXT, "LLM_response": TEXT,
        "LLM_response_editer": TEXT, "LLM_response_editer_en": TEXT, "LLM_response_editer_zh": TEXT, "actions": JSON,
        "video_height": BIGINT, "video_width": BIGINT, "saved_image_name": TEXT, "screenshot": TEXT, "status": TEXT,
    },
    licence="apache-2.0",
    by_hand="Download the repository as a zip archive from https://github.com/niuzaisheng/ScreenAgent.",
    image_depth=3,
    assemble=assemble,
)  # fmt: skip
