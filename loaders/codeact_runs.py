"""Runs of CodeAct agents: `results.jsonl` with a line per task, in a folder that says who ran what.

The folders are `<agent model>/F=<feedback model>/[<feedback setting>/]<experiment>/<kind of task>/<task>/[<split>/]`.
What they say stands in fields of the record, and its id is made of it: a run of the same task in the same experiment
comes again under the same id. Lines that have these fields already are taken as they are.
"""

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from loaders.base import ANY_TEXT, ID, JSON, PARTS, TEXT, Loader
from loaders.trees import Assembled, Entry, Keep, Tree

_RESULTS = re.compile(r"(.*?)[._-]?results\.jsonl(\.gz|\.gzip|\.zst|\.zstd)?")
_SPLITS = ("train", "test", "dev", "val", "validation", "eval")
_FEEDBACK = "F="
_NONE = "None"
_SAME_MODEL = {"gpt-3.5-turbo-16k-0613": "gpt-3.5-turbo-0613"}
"""The same model with room for longer texts: one experiment uses both."""


def assemble(tree: Tree, keep: Keep) -> Iterator[Assembled]:
    """The lines of each file of results, with what its folders say."""
    for entry in sorted(tree, key=lambda entry: entry.name):
        if _RESULTS.fullmatch(PurePosixPath(entry.name).name):
            yield Assembled(entry.name, _lines(tree, entry))


def _lines(tree: Tree, entry: Entry) -> Iterator[str]:
    # Of a file of its own the whole path is known, even where the load began further down.
    place = PurePosixPath(entry.path.absolute().as_posix()) if entry.path else PurePosixPath(entry.name)
    said = described(place) or described(PurePosixPath(entry.name))
    folder = PurePosixPath(entry.name).parent.as_posix().removeprefix(".")
    for line in tree.lines(entry):
        text = line.decode("utf-8", "surrogateescape")
        yield _with_place(text, said, folder) if text.strip() else ""


def described(path: PurePosixPath) -> dict[str, str]:
    """What the folders of a file of results say; nothing where they are not named as such."""
    name = _RESULTS.fullmatch(path.name)
    at = next((place for place, folder in enumerate(path.parts) if folder.startswith(_FEEDBACK)), 0)
    rest = list(path.parts[at + 1 : -1])
    if at < 1 or name is None:
        return {}
    split = rest.pop() if rest and rest[-1] in _SPLITS else name[1]
    if len(rest) < len(("experiment", "kind of task", "task")):
        return {}
    *feedback, setting, kind, task = rest
    found = {
        "agent_model_name": path.parts[at - 1],
        "feedback_model_name": path.parts[at].removeprefix(_FEEDBACK),
        "feedback_setting": "/".join(feedback),
        "exp_setting": setting,
        "task_type": kind,
        "task_name": task,
        "split": split,
    }
    return {key: value for key, value in found.items() if value and value != _NONE}


def _with_place(line: str, said: dict[str, str], folder: str) -> str:
    """A line with the fields that its folders tell, in front of its own, which stay as they are written."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return line  # to be rejected
    if not isinstance(record, dict) or not record:
        return line
    task = record.get("task")
    number = task.get("task_id") if isinstance(task, dict) else None
    if number is None:
        number = record.get("task_id")
    more: dict[str, Any] = {key: value for key, value in said.items() if key not in record}
    if "id" not in record and isinstance(number, str | int):
        name = task.get("task_name") if isinstance(task, dict) else None
        known = {**_texts({"task_name": name}), **said, **_texts(record)}
        # Who ran it is not said: then what lies in another folder is another's.
        unknown = f"{folder}/" if folder and "agent_model_name" not in known else ""
        more = {"id": unknown + run_id(known, str(number)), **more}
    front = json.dumps(more, ensure_ascii=False)[1:-1]
    return "{" + front + (", " if front else "") + line.lstrip().removeprefix("{")


def _texts(record: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in record.items() if isinstance(value, str)}


def run_id(said: dict[str, str], task_id: str) -> str:
    """The id of a run: what it is that is run only once."""
    model = said.get("agent_model_name", "").removesuffix("-hf")
    split = said.get("split", "train")
    steps = [
        said.get("task_type"), said.get("task_name"), split if split != "train" else None, task_id,
        _SAME_MODEL.get(model, model), said.get("exp_setting"), said.get("feedback_model_name"),
        said.get("feedback_setting"),
    ]  # fmt: skip
    return "/".join(step for step in steps if step)


LOADER = Loader(
    dataset="codeact-runs",
    repo="https://github.com/xingyaoww/code-act",
    revision=None,
    files=(),
    fields={
        "id": ID, "agent_model_name": TEXT, "feedback_model_name": TEXT, "feedback_setting": TEXT, "exp_setting": TEXT,
        "task_type": TEXT, "task_name": TEXT, "split": TEXT,
        "state": {
            "history": [{"role": TEXT, "content": PARTS}], "finished": JSON, "success": JSON, "latest_output": JSON,
            "agent_action_count": JSON, "token_counter": JSON, "terminate_reason": ANY_TEXT, "error": ANY_TEXT,
        },
        "task": {
            "task_name": TEXT, "task_id": ID, "prompt": ANY_TEXT, "reference": JSON, "metadata": JSON, "extra": JSON,
        },
    },
    required=("state", "task"),
    default_id="{split}-{row}",
    by_hand="Runs are made, not published: run the agents and name the folder of their outputs.",
    assemble=assemble,
)  # fmt: skip
