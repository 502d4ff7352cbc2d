"""The system prompts that agents are trained with: which are in use, and putting another in place of one.

What an agent's own package says (`adp prompts import`) comes with the schemas of its tools: data/prompts holds a file
for each target, data/prompts/tools another.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from adp import agent_packages, build
from adp.config import Paths
from adp.errors import UserError
from adp.replace import replacing
from adp.sqltext import literal
from adp.warehouse import execute
from loaders import raw_views

COLUMNS = ("target", "origin", "package", "version", "characters", "md5", "text")


def in_use(paths: Paths) -> list[tuple[Any, ...]]:
    """Every target with its prompt and where that comes from."""
    with build.in_memory(paths, "sft.system_prompts") as con:
        return execute(
            con,
            "from sft.system_prompts select target, origin, package, version, length(text), md5(text), text"
            " order by target",
        )


def put(paths: Paths, target: str, file: str, package: str | None = None, version: str | None = None) -> str:
    """Land a text as the prompt of a target; returns the md5 of the text."""
    _known(paths, target)
    text, origin = _read(file)
    _land(_place(paths, target), raw_views.SYSTEM_PROMPTS, [[target, text, None, origin, package, version]])
    return _md5(text)


def bring_in(paths: Paths, agent: str, source: str | None = None) -> agent_packages.Prompt:
    """Land what an agent's package says as the prompt and the tools of its target."""
    prompt = agent_packages.read(agent, source)
    _known(paths, prompt.target)
    said = [prompt.target, prompt.text, prompt.task_frame, agent, prompt.package, prompt.version]
    _land(_place(paths, prompt.target), raw_views.SYSTEM_PROMPTS, [said])
    _land(
        _tools_place(paths, prompt.target),
        raw_views.AGENT_TOOLS,
        [
            [prompt.target, tool.name, tool.description, json.dumps(tool.parameters), agent, tool.package, tool.version]
            for tool in prompt.tools
        ],
    )
    return prompt


def tools_in_use(paths: Paths, target: str) -> list[tuple[Any, ...]]:
    """The tools of a target that are those of the agent's package: name, package, version."""
    with build.in_memory(paths, "sft.agent_tools") as con:
        return execute(
            con,
            "from sft.agent_tools select name, package, version where target = ? and origin <> 'seeds' order by name",
            [target],
        )


def reset(paths: Paths, target: str) -> bool:
    """Go back to the prompt of the seeds; False where it is in use already."""
    _known(paths, target)
    places = [place for place in (_place(paths, target), _tools_place(paths, target)) if place.exists()]
    for place in places:
        place.unlink()
    return bool(places)


def refresh(paths: Paths, wait: bool = False) -> None:
    """Let the views and the warehouse, where there is one, follow the prompts."""
    raw_views.write(paths)
    if paths.db.exists():
        build.build(paths, wait=wait, axtrees=False, tokens=False)


def _known(paths: Paths, target: str) -> None:
    with build.in_memory(paths, "seeds.system_prompts") as con:
        known = [name for (name,) in execute(con, "from seeds.system_prompts select target order by target")]
    if target not in known:
        raise UserError(f"no prompt for {target!r}; there are {', '.join(known)}")


def _place(paths: Paths, target: str) -> Path:
    return paths.prompts / f"{target}.parquet"


def _tools_place(paths: Paths, target: str) -> Path:
    return paths.prompts / "tools" / f"{target}.parquet"


def _land(place: Path, columns: dict[str, str], rows: list[list[str | None]]) -> None:
    """Rows as a Parquet file with these columns, put in place when it is whole."""
    from adp.engine import duckdb

    with replacing(place) as new, duckdb.connect() as con:
        execute(con, f"create table landed ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        for row in rows:
            execute(con, f"insert into landed values ({', '.join('?' for _ in columns)})", row)
        execute(con, f"copy landed to {literal(new.path)} (format parquet, use_tmp_file false)")
        new.commit()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _read(file: str) -> tuple[str, str]:
    """The text of a file and how its origin is called."""
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = content.decode()
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8 text") from error
    if not text.strip():
        raise UserError(f"{file} is empty")
    return text, "stdin" if file == "-" else Path(file).name
