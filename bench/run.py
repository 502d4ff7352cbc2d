"""Every stage of the warehouse as a process of its own, in turn with the floor (bench/floor.py), several times.

Prints per stage the median seconds, megabytes of raw dump a second, processor seconds, peak memory and the ratio to the
floor, as a table that goes into docs/performance.md as it is. Everything is kept under bench/out, which git ignores.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import duckdb

from adp import root
from bench.generate import MEGABYTE, SHAPES, generate

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"
MEBIBYTE = 1 << 20

# Stages that do not go over all of the dump: megabytes a second would say nothing of them.
PARTIAL = ("build, nothing changed", "report action_distribution (.timer)")
# What the closing figures compare: all that stands between a dump and a training set.
FLOOR = ("floor: long Parquet", "floor: conversations")
PATH = ("load", "build", "export openhands, Parquet")


@dataclass
class Stage:
    """What was measured of one stage, run by run."""

    name: str
    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)
    peak_bytes: list[int] = field(default_factory=list)

    @property
    def median_seconds(self) -> float:
        """The middle one of the runs."""
        return median(self.seconds)


@dataclass(frozen=True)
class Setting:
    """Where a run finds and leaves its files."""

    folder: Path
    shapes: tuple[str, ...]

    @property
    def database(self) -> Path:
        """The warehouse that is measured."""
        return self.folder / "adp.db"

    @property
    def data(self) -> Path:
        """What it has landed."""
        return self.folder / "data"

    def adp(self, *arguments: str, database: Path | None = None) -> list[str]:
        """A command line of the warehouse."""
        where = ["--db", str(database or self.database), "--data", str(self.data), "--quiet"]
        return [sys.executable, "-m", "adp.cli", *arguments, *where]


def run(command: list[str]) -> tuple[float, float, int]:
    """Run a process to its end: seconds, seconds of all processors, peak bytes of memory."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}\nended with {process.returncode}:\n{output.decode(errors='replace')}")
    peak = usage.ru_maxrss * (1 if platform.system() == "Darwin" else 1024)
    return seconds, usage.ru_utime + usage.ru_stime, peak


def report_seconds(setting: Setting) -> float:
    """What the stock CLI's own timer says of the action distribution, warm (the second of two runs)."""
    query = (root() / "sql" / "reports" / "action_distribution.sql").read_text()
    script = f".timer on\n{query}\n{query}\n"
    # The CLI is a program of its own, beside this Python where it was installed from the requirements.
    program = shutil.which("duckdb", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        sys.exit("the stock duckdb CLI is not installed")
    output = subprocess.run(
        [program, "-readonly", "-bail", str(setting.database)],
        input=script,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return float(re.findall(r"real ([0-9.]+)", output)[-1])


def clean(*paths: Path) -> None:
    """Remove files and folders that an earlier run left."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


def one_round(setting: Setting, stages: dict[str, Stage]) -> None:
    """Every stage once, from nothing."""

    def measure(name: str, *commands: list[str]) -> None:
        results = [run(command) for command in commands]
        stage = stages.setdefault(name, Stage(name))
        stage.seconds.append(sum(seconds for seconds, _, _ in results))
        stage.processor_seconds.append(sum(seconds for _, seconds, _ in results))
        stage.peak_bytes.append(max(peak for _, _, peak in results))

    folder = setting.folder
    out = folder / "export"
    again = folder / "with_tokens.db"
    clean(setting.database, setting.data, out, again, folder / "floor")
    out.mkdir()

    floor = [sys.executable, "-m", "bench.floor"]
    measure("floor: long Parquet", [*floor, "long", str(folder), *setting.shapes])
    measure("floor: conversations", [*floor, "conversations", str(folder), *setting.shapes])
    loads = [setting.adp("load", shape, "--from", str(folder / f"{shape}.jsonl")) for shape in setting.shapes]
    measure("load", *loads)
    measure("build", setting.adp("build", "--no-tokens"))
    parquet, jsonl, second = (str(out / name) for name in ("openhands", "openhands.jsonl", "sweagent"))
    measure("export openhands, Parquet", setting.adp("export", "openhands", "--format", "parquet", "--out", parquet))
    measure("export openhands, JSONL", setting.adp("export", "openhands", "--format", "jsonl", "--out", jsonl))
    measure("export sweagent, Parquet", setting.adp("export", "sweagent", "--format", "parquet", "--out", second))
    measure("build, nothing changed", setting.adp("build", "--no-tokens"))
    measure("token counts alone", setting.adp("build"))
    clean(setting.data / "derived")
    measure("build with token counts", setting.adp("build", database=again))
    name = "report action_distribution (.timer)"
    stages.setdefault(name, Stage(name)).seconds.append(report_seconds(setting))


def table(stages: dict[str, Stage], raw_bytes: int) -> str:
    """The figures as Markdown."""
    floor = sum(stages[name].median_seconds for name in FLOOR)
    rows = [
        "| stage | seconds (median) | MB/s of raw | processor seconds | peak memory, MiB | times the floor |",
        "|---|---|---|---|---|---|",
    ]
    for stage in stages.values():
        seconds = stage.median_seconds
        rate = "" if stage.name in PARTIAL else f"{raw_bytes / MEGABYTE / seconds:,.0f}"
        processor = f"{median(stage.processor_seconds):.2f}" if stage.processor_seconds else ""
        peak = f"{max(stage.peak_bytes) / MEBIBYTE:,.0f}" if stage.peak_bytes else ""
        ratio = "" if stage.name in PARTIAL else f"{seconds / floor:.2f}"
        shown = f"{seconds:.2f}" if seconds >= 0.1 else f"{seconds:.3f}"
        rows.append(f"| {stage.name} | {shown} | {rate} | {processor} | {peak} | {ratio} |")
    return "\n".join(rows)


def closing(stages: dict[str, Stage]) -> str:
    """The comparisons that the targets name."""
    rounds = range(len(stages["load"].seconds))
    floors = [sum(stages[name].seconds[i] for name in FLOOR) for i in rounds]
    paths = [sum(stages[name].seconds[i] for name in PATH) for i in rounds]
    ratios = sorted(path / floor for path, floor in zip(paths, floors, strict=True))
    whole = median(paths)
    peak = max(max(stage.peak_bytes) for stage in stages.values() if stage.peak_bytes)
    return "\n".join(
        [
            f"load + build + export to Parquet: {whole:.2f} s, the floor {median(floors):.2f} s: "
            f"{median(ratios):.2f} times ({ratios[0]:.2f} to {ratios[-1]:.2f})",
            f"a second target: {stages['export sweagent, Parquet'].median_seconds / whole:.2f} of the whole",
            f"a build with nothing changed: {stages['build, nothing changed'].median_seconds:.2f} s",
            f"highest peak of any process: {peak / MEBIBYTE:,.0f} MiB",
        ]
    )


def main() -> None:
    """Make the dumps, run the rounds, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=200, help="size of all dumps together, in megabytes")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is run")
    parser.add_argument("--shape", choices=SHAPES, action="append", help="only this shape (may be given again)")
    parser.add_argument("--keep", action="store_true", help="keep the warehouse and the exports of the last round")
    options = parser.parse_args()
    shapes = tuple(dict.fromkeys(options.shape or SHAPES))
    folder = OUT / "_".join([str(options.mb), *(shapes if options.shape else ())])

    print(f"making {options.mb} MB of {', '.join(shapes)} in {folder}", file=sys.stderr)
    dumps = generate(folder, options.mb, shapes)
    raw_bytes = sum(path.stat().st_size for path in dumps.values())
    for path in dumps.values():  # the first reader must not pay for the disk
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass

    for name in ("adp", "loaders", "schema", "bench"):  # nor for compiling the code, as any run but the first one
        compileall.compile_dir(root() / name, quiet=1)

    setting = Setting(folder, shapes)
    stages: dict[str, Stage] = {}
    for number in range(1, options.rounds + 1):
        print(f"round {number} of {options.rounds}", file=sys.stderr)
        one_round(setting, stages)

    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    print(f"{raw_bytes / MEGABYTE:,.0f} MB of raw JSON lines, {options.rounds} rounds, {machine}\n")
    print(table(stages, raw_bytes))
    print()
    print(closing(stages))
    result = {"raw_bytes": raw_bytes, "machine": machine, "stages": [asdict(stage) for stage in stages.values()]}
    (folder / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    if not options.keep:
        clean(setting.database, setting.data, folder / "export", folder / "with_tokens.db", folder / "floor")


if __name__ == "__main__":
    main()
