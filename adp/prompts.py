"""The system prompts that agents are trained with: which are in use, and putting another in place of one."""

import hashlib
import sys
from pathlib import Path
from typing import Any

from adp import build
from adp.config import Paths
from adp.errors import UserError
from adp.replace import replacing
from adp.sqltext import literal
from adp.warehouse import execute

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
    import duckdb

    _known(paths, target)
    text, origin = _read(file)
    with replacing(_place(paths, target)) as new, duckdb.connect() as con:
        execute(
            con,
            "create table prompt as select ? as target, ? as text, ? as origin,"
            " ?::varchar as package, ?::varchar as version",
            [target, text, origin, package, version],
        )
        execute(con, f"copy prompt to {literal(new.path)} (format parquet, use_tmp_file false)")
        new.commit()
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def reset(paths: Paths, target: str) -> bool:
    """Go back to the prompt of the seeds; False where it is in use already."""
    _known(paths, target)
    place = _place(paths, target)
    if not place.exists():
        return False
    place.unlink()
    return True


def refresh(paths: Paths, wait: bool = False) -> None:
    """Let the views and the warehouse, where there is one, follow the prompts."""
    from loaders import raw_views

    raw_views.write(paths)
    if paths.db.exists():
        build.build(paths, wait=wait, tokens=False)


def _known(paths: Paths, target: str) -> None:
    with build.in_memory(paths, "seeds.system_prompts") as con:
        known = [name for (name,) in execute(con, "from seeds.system_prompts select target order by target")]
    if target not in known:
        raise UserError(f"no prompt for {target!r}; there are {', '.join(known)}")


def _place(paths: Paths, target: str) -> Path:
    return paths.prompts / f"{target}.parquet"


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
