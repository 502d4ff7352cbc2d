"""What an export says about itself: where the data came from, what was left out and why, and the hash of every file.

It holds no time and no path of a machine, so that the same warehouse gives the same manifest.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adp import __version__, chat
from adp.engine import duckdb
from adp.shard import Dataset, Reader
from adp.warehouse import CATALOG, execute

NAME = "manifest.json"  # in a folder
FORMAT = "adp-export/1"
DATASET_INFO = "dataset_info.json"
# The two ways in which a turn is written, each with its names of the two sides.
_SPEAKERS = {("from", "value"): ("human", "gpt"), ("role", "content"): ("user", "assistant")}


def beside(place: Path) -> Path:
    """The manifest of an export that is one file."""
    return place.with_name(f"{place.name}.{NAME}")


def is_of(path: Path, names: Iterable[str]) -> bool:
    """Whether a manifest of ours stands at `path` and accounts for all these files."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    if not isinstance(content, dict) or content.get("manifest") != FORMAT:
        return False
    known = {entry["file"] for entry in content.get("files", [])} | {NAME, DATASET_INFO}
    return known.issuperset(names)


def to_text(content: Mapping[str, Any]) -> str:
    """A manifest as it is written."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def describe(
    reader: Reader,
    *,
    target: str,
    format: str,  # noqa: A002
    datasets: Sequence[Dataset],
    counts: Mapping[str, Mapping[str, Any]],
    split: Mapping[str, str],
    trained_only: bool,
    include_test_data: bool,
    licences: Sequence[str],
    tokens: Mapping[str, Any] | None,
    columns: Sequence[Mapping[str, str]],
    files: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The manifest of one export."""
    exported = [dataset for dataset in datasets if dataset.name in counts]
    catalogue = _Catalogue.of(reader)
    return {
        "manifest": FORMAT,
        "target": target,
        "format": format,
        "records": sum(count["records"] for count in counts.values()),
        "datasets": [
            {
                "dataset": dataset.name,
                **catalogue.origin(dataset),
                **counts[dataset.name],
                "toolsets": _toolsets(reader, dataset, catalogue),
            }
            for dataset in exported
        ],
        "split": dict(split),
        "trained_only": trained_only,
        "include_test_data": include_test_data,
        "licences": list(licences) or None,
        "tokens": dict(tokens) if tokens else None,
        "system_prompt": _system_prompt(reader, target),
        "agent_tools_sha256": _agent_tools(reader, target),
        "imported_tools": _imported_tools(reader, target),
        "versions": {"adp": __version__, "duckdb": duckdb.__version__},
        "columns": list(columns),
        "files": list(files),
    }


def turn_fields(columns: Mapping[str, str]) -> tuple[str, str] | None:
    """The fields of a turn that say who speaks and what, for a target with conversations or prompts."""
    if chat.COLUMN in columns or chat.of(columns):
        return chat.FIELDS
    fields = set(re.findall(r"\w+", columns.get("conversations", columns.get("prompt", ""))))
    return next(((role, text) for role, text in _SPEAKERS if {role, text} <= fields), None)


def llamafactory(
    target: str,
    files: Sequence[Mapping[str, Any]],
    turns: tuple[str, str],
    system: bool,
    images: Sequence[str] = (),
    tools: bool = False,
) -> dict[str, Any]:
    """The content of dataset_info.json: one entry per dataset, in LLaMA-Factory's ShareGPT form, or, where records hold
    chat messages with tool calls, in its form for OpenAI's.

    `images` are the datasets whose records list images, the folder of landed data being LLaMA-Factory's media_dir.
    """
    role, content = turns
    user, assistant = _SPEAKERS[turns]
    tags = {"role_tag": role, "content_tag": content, "user_tag": user, "assistant_tag": assistant}
    columns = {"messages": "conversations"} | ({"system": "system"} if system else {})
    if tools:
        tags |= {"observation_tag": "tool", "function_tag": "function", "system_tag": "system"}
        columns = {"messages": chat.COLUMN, "tools": chat.TOOLS}
    return {
        f"adp_{target}_{Path(str(entry['file'])).stem}": {
            "file_name": entry["file"],
            "formatting": "openai" if tools else "sharegpt",
            "columns": columns | ({"images": "images"} if entry.get("dataset") in images else {}),
            "tags": tags,
        }
        for entry in files
    }


@dataclass(frozen=True)
class _Catalogue:
    """What the warehouse knows of all datasets, asked for once."""

    stated: Mapping[str, tuple[str | None, str | None]]  # dataset -> source and licence
    landings: Mapping[str, Sequence[Mapping[str, Any]]] | None  # by name or identifier; None where they are not here
    toolsets: Mapping[str, Sequence[str]]  # of the datasets whose trajectories have none of their own

    @classmethod
    def of(cls, reader: Reader) -> "_Catalogue":
        stated = execute(reader.con, f"select dataset, source, licence from {CATALOG}.standard.datasets")
        toolsets: dict[str, list[str]] = {}
        for dataset, toolset in execute(
            reader.con, f"select dataset, toolset_id from {CATALOG}.standard.dataset_toolsets order by all"
        ):
            toolsets.setdefault(dataset, []).append(toolset)
        return cls({dataset: (source, licence) for dataset, source, licence in stated}, _landings(reader), toolsets)

    def origin(self, dataset: Dataset) -> dict[str, Any]:
        """Source and licence as the catalogue states them, and the landings."""
        source, licence = self.stated.get(dataset.name, (None, None))
        landings = None
        if self.landings is not None:
            names = dict.fromkeys((dataset.name, dataset.identifier))
            landings = [landing for name in names for landing in self.landings.get(name, ())]
            licence = licence or next((landing["licence"] for landing in landings if landing["licence"]), None)
        return {"source": source, "licence": licence, "landings": landings}


def _landings(reader: Reader) -> dict[str, list[dict[str, Any]]] | None:
    facts = ("revision", "licence", "records", "rejected", "sha256")
    try:
        rows = execute(
            reader.con,
            f"select dataset, source, {', '.join(facts)} from {CATALOG}.raw.landings order by all",
        )
    except (duckdb.CatalogException, duckdb.IOException):  # adp.db travels without what was landed
        return None
    landings: dict[str, list[dict[str, Any]]] = {}
    for dataset, source, *values in rows:
        landing = {"source": _portable(source), **dict(zip(facts, values, strict=True))}
        landings.setdefault(dataset, []).append(landing)
    return landings


def _portable(source: str | None) -> str | None:
    """A source without the folders of the machine that landed it."""
    if source is None or not (source.startswith(("/", "~")) or "\\" in source or source[1:2] == ":"):
        return source
    return posixpath.basename(source.replace("\\", "/"))


def _toolsets(reader: Reader, dataset: Dataset, catalogue: _Catalogue) -> dict[str, Any]:
    """How many sets of tools a dataset's trajectories have, and one hash over their ids."""
    trajectories, _ = dataset.staged()
    ids = list(catalogue.toolsets.get(dataset.name, ()))
    if "tools" in reader.relations[trajectories].columns:
        mine = f"from {CATALOG}.{trajectories} where tools is not null and {dataset.condition}"
        ids = [row[0] for row in execute(reader.con, f"select distinct md5(tools::varchar) {mine} order by all")]
    return {"count": len(ids), "sha256": _sha256(ids) if ids else None}


def _system_prompt(reader: Reader, target: str) -> dict[str, Any] | None:
    """Where the system prompt comes from, and its hash."""
    rows = execute(
        reader.con,
        f"select text, origin, package, version from {CATALOG}.sft.system_prompts where target = ?",
        [target],
    )
    if not rows:
        return None
    text, origin, package, version = rows[0]
    return {
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "origin": _portable(origin),
        "package": package,
        "version": version,
    }


def _agent_tools(reader: Reader, target: str) -> str | None:
    """A hash over the tools that the agent has by itself."""
    rows = execute(
        reader.con,
        f"""
        from {CATALOG}.sft.agent_tools
        select to_json({{
            'target': target, 'name': name, 'called_in': called_in, 'description': description, 'parameters': parameters
        }})::varchar
        where target = ?
        order by all
        """,
        [target],
    )
    return _sha256([row[0] for row in rows]) if rows else None


def _imported_tools(reader: Reader, target: str) -> list[dict[str, Any]]:
    """Which of the agent's tools are described as its own package does, and by which version."""
    rows = execute(
        reader.con,
        f"""
        from {CATALOG}.sft.agent_tools
        select package, version, list(name order by name)
        where target = ? and origin <> 'seeds'
        group by all
        order by all
        """,
        [target],
    )
    return [{"package": package, "version": version, "tools": tools} for package, version, tools in rows]


def _sha256(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
