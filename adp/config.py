"""Where the warehouse is and how much of the machine it may use."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from adp.errors import UserError

GIB = 1 << 30
MEMORY_PER_THREAD = GIB  # vectors of 2,048 long texts need about this much per thread
DEFAULT_TOKENIZER = "o200k_base"


@dataclass(frozen=True)
class Paths:
    """The database file and the folder of landed data."""

    db: Path = Path("adp.db")
    data: Path = Path("data")

    @classmethod
    def from_environment(cls, db: str | Path | None = None, data: str | Path | None = None) -> "Paths":
        """Paths as given, else from ADP_DB and ADP_DATA, else adp.db and data in the working directory."""
        return cls(
            Path(db or os.environ.get("ADP_DB") or "adp.db").expanduser(),
            Path(data or os.environ.get("ADP_DATA") or "data").expanduser(),
        )

    @property
    def raw(self) -> Path:
        """Landed dumps: a folder per dataset with Parquet files and manifest.json."""
        return self.data / "raw"

    @property
    def images(self) -> Path:
        """Images of the dumps, each in a file named for the hash of its bytes."""
        return self.data / "images"

    @property
    def derived(self) -> Path:
        """What only Python can compute, landed as Parquet."""
        return self.data / "derived"

    @property
    def prompts(self) -> Path:
        """System prompts that were put in place of the seeds'."""
        return self.data / "prompts"

    @property
    def raw_sql(self) -> Path:
        """The script that makes every raw.* view."""
        return self.data / "raw.sql"


def cache_folder() -> Path:
    """What saves time when it is there and costs nothing else when it is not, below the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "adp-warehouse"


@dataclass(frozen=True)
class Resources:
    """What DuckDB may use."""

    memory: int
    threads: int


def parse_size(text: str, name: str = "ADP_MEMORY") -> int:
    """Bytes of a size such as `2GB`, `1.5 GiB` or `800MB`; `name` is where it stands, for who wrote something else."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", text, re.IGNORECASE)
    if match is None:
        raise UserError(f"{name}={text!r} is no size; write it like 4GB")
    step = 1024 if match[3] else 1000
    return int(float(match[1]) * step ** " kmgt".index(match[2].lower() or " "))


def available_memory() -> int:
    """The machine's memory in bytes, or the container's share of it."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(limit).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            total = min(total, int(text))
    return total


def available_threads() -> int:
    """Processors that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def resources() -> Resources:
    """Memory limit and threads for DuckDB.

    Memory does not degrade gently: a thread that lacks its share fails, so where memory is short there are fewer
    threads. On a large machine the limit follows the threads: more would only be filled with cached blocks.
    ADP_MEMORY sets the limit instead.
    """
    threads = available_threads()
    asked = os.environ.get("ADP_MEMORY")
    usual = min(available_memory() * 6 // 10, max(2, threads) * MEMORY_PER_THREAD)
    memory = parse_size(asked) if asked else usual
    return Resources(memory, max(1, min(threads, memory // MEMORY_PER_THREAD)))
