"""Blank warehouses: what a build makes where nothing is landed, kept in the user's cache folder.

To bind all macros and views takes seconds and is the same for every new warehouse. So a new file starts as a copy of a
blank one, and the build goes on from there as it does from any earlier state.
"""

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from adp import replace
from adp.config import Paths, cache_folder
from adp.errors import UserError

_MOST = 6  # blank warehouses that are kept: of each DuckDB and each state of the SQL there is one
_ENDING = ".blank.db"


def copy_to(db: Path, key: str, make: Callable[[Paths], None]) -> None:
    """Put a copy of the blank warehouse of `key` at `db`, unless another process put a file there first.

    The first time `make` builds it. Where it cannot be kept, or `db` not be written, nothing is put anywhere.
    """
    blank = kept(key, make)
    if blank is None:
        return
    with contextlib.suppress(OSError, UserError), replace.replacing(db, alone=False) as new:
        shutil.copyfile(blank, new.path)
        os.link(new.path, db)  # unlike a rename it never takes the place of a file that somebody has open by now


def kept(key: str, make: Callable[[Paths], None]) -> Path | None:
    """The blank warehouse of `key`, which `make` builds where it is missing; None where it cannot be kept."""
    blank = cache_folder() / f"{key}{_ENDING}"
    try:
        if not blank.exists():
            _keep(blank, make)
        blank.touch()
    except (OSError, UserError):  # what is wrong with the SQL the build itself will say
        return None
    return blank


def _keep(blank: Path, make: Callable[[Paths], None]) -> None:
    with replace.replacing(blank, folder=True, alone=False) as new:
        made = new.path / "blank.db"
        make(Paths(made, new.path / "data"))
        made.replace(blank)
    known = sorted(blank.parent.glob(f"*{_ENDING}"), key=lambda path: path.stat().st_mtime)
    for old in known[:-_MOST]:
        old.unlink(missing_ok=True)
