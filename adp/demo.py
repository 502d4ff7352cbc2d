"""`adp demo`: the sample dumps through the whole path, in a folder of its own, held against the expected counts.

`python -m adp.demo --write-expected` runs it in a temporary folder and writes the counts to samples/expected.json.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from adp import derive_axtrees, queries, root
from adp.config import Paths
from adp.errors import UserError
from adp.talk import Talk
from adp.warehouse import connect, execute

FOLDER = Path("demo")
MARKER = ".made-by-adp-demo"
TARGET = "openhands"
EXPECTED = "expected.json"
TREES = "axtrees.json"  # what a browser made of the samples' pages: a demo needs none
ALL = "all"
# One dataset of each shape; the others' samples would make the output longer, not clearer.
USUAL = (
    "agenttuning_os",
    "code_feedback",
    "codeactinstruct",
    "nnetnav_live",
    "orca_agentinstruct",
    "swe_gym_openhands_sampled_trajectories",
    "swe_smith",
)
TEXT_WIDTH = 44

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Page:
    """Writes on stdout: headings in bold on a terminal, the same text without it elsewhere."""

    colours: bool

    def heading(self, text: str) -> None:
        """A line that opens a part."""
        self.line()
        self.line(text, bold=True)

    def line(self, text: str = "", **style: Any) -> None:
        """A line of text."""
        click.echo(click.style(text, **style) if self.colours and text else text, color=self.colours)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Columns side by side, numbers to the right."""
        body = [list(row) for row in rows]
        cells = [[shown(value) for value in row] for row in body]
        right = [all(isinstance(row[i], int | float) for row in body) for i in range(len(head))]
        widths = [max(len(line[i]) for line in (head, *cells)) for i in range(len(head))]
        for number, line in enumerate((head, *cells)):
            padded = (
                cell.rjust(width) if numeric else cell.ljust(width)
                for cell, width, numeric in zip(line, widths, right, strict=True)
            )
            self.line(("  " + "  ".join(padded)).rstrip(), **({} if number else {"dim": True}))


def run(folder: Path = FOLDER, datasets: Sequence[str] = (), write_expected: bool = False) -> int:
    """Land, build, check, report and export samples; 0 where everything is as expected, else 1.

    `datasets` are names or identifiers, or `all`; where none is given, a few that differ. What an earlier demo left in
    `folder` is replaced; a folder that no demo made is refused.
    """
    page = Page(colours=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    samples = root() / "samples"
    paths = Paths(folder / "adp.db", folder / "data")
    dumps = _chosen(samples, datasets)
    _make(folder)
    page.line(f"The sample dumps through the whole path, in {folder.name}/")

    counts = _land(page, paths, dumps)
    if (samples / TREES).exists():
        derive_axtrees.take(paths, samples / TREES)
    _build(page, paths)
    checks_hold = _check(page, paths)
    _report(page, paths)
    _export(page, paths, folder, counts)

    if write_expected:
        (samples / EXPECTED).write_text(json.dumps({"target": TARGET, "datasets": counts}, indent=2) + "\n")
        derive_axtrees.give(paths, samples / TREES)
    known = json.loads((samples / EXPECTED).read_text())["datasets"]
    unexpected = surprises(counts, {dump.stem: known.get(dump.stem, {}) for dump in dumps})
    page.line()
    if unexpected or not checks_hold:
        for surprise in unexpected:
            page.line(surprise, fg="red")
        if not checks_hold:
            page.line("Not every check holds: see above.", fg="red")
        return 1
    page.line("Landed, rejected and exported: as many as expected, and every check holds.", fg="green")
    _suggest(page, paths, folder)
    return 0


def _make(folder: Path) -> None:
    """An empty folder with our mark in it."""
    if folder.exists():
        if not (folder / MARKER).exists():
            raise UserError(f"{folder}/ is there and was not made by a demo; run this in another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARKER).write_text("`adp demo` made this folder and replaces it; delete it at any time.\n")


def _chosen(samples: Path, datasets: Sequence[str]) -> list[Path]:
    """The sample dumps of the datasets that are asked for."""
    from loaders.base import find

    if ALL in datasets:
        return sorted(samples.glob("*.jsonl"))
    identifiers = sorted({find(name).identifier for name in datasets}) or USUAL
    return [samples / f"{identifier}.jsonl" for identifier in identifiers]


def _land(page: Page, paths: Paths, dumps: Sequence[Path]) -> Counts:
    """Land samples; how many records came in and how many were rejected."""
    from loaders import base, land, raw_views

    page.heading("Land: samples/*.jsonl, as Parquet under demo/data")
    counts: Counts = {}
    for file in dumps:
        landing = land.load(file.stem, [file], paths)
        counts[file.stem] = {"landed": landing.records, "rejected": landing.rejected}
    raw_views.write(paths)
    page.table(
        ("dataset", "records", "rejected"),
        ((base.find(name).dataset, count["landed"], count["rejected"]) for name, count in counts.items()),
    )
    return counts


def _build(page: Page, paths: Paths) -> None:
    """Build, then show what was rejected and what is left out of training."""
    from adp.build import build

    summary = build(paths, talk=Talk(quiet=True))
    page.heading(
        f"Build: {len(summary.built) + summary.kept} models, in the order that their SQL implies, into demo/adp.db"
    )
    con = connect(paths, read_only=True)
    page.table(
        ("dataset", "trajectories", "actions", "observations"),
        execute(
            con,
            "from standard.trajectories"
            " select dataset, count(*), sum(action_count)::bigint, sum(observation_count)::bigint"
            " group by all order by all",
        ),
    )
    page.heading("Rejected, and kept with the reason: standard.rejections")
    page.table(
        ("file", "line", "reason", "text"),
        execute(con, "from standard.rejections select source_file, source_row, reason, raw_text order by all"),
    )
    page.heading(f"In standard, but left out of the training set of {TARGET}: sft.exclusions")
    page.table(
        ("trajectory", "reason", "detail"),
        execute(
            con,
            "from sft.exclusions select trajectory_id, reason, coalesce(detail, '') where target = ? order by all",
            [TARGET],
        ),
    )
    con.close()


def _check(page: Page, paths: Paths) -> bool:
    """Run the checks; whether all hold."""
    outcomes = list(queries.check(paths))
    page.heading(f"Check: {sum(outcome.holds for outcome in outcomes)} of {len(outcomes)} invariants hold")
    for outcome in outcomes:
        if not outcome.holds:
            page.line(f"  {outcome.query.file}: {outcome.violations} violations, such as {outcome.first[0]}", fg="red")
    return all(outcome.holds for outcome in outcomes)


def _report(page: Page, paths: Paths) -> None:
    """The two reports that one looks at first; of the second the lines of whole trajectories."""
    reports = queries.find("reports")
    con = connect(paths, read_only=True)
    page.heading(f"What the agents do: {reports['action_distribution'].file}")
    page.table(*queries.run(con, reports["action_distribution"]))
    page.heading(f"How many tokens a trajectory has: {reports['token_counts'].file}")
    columns, rows = queries.run(con, reports["token_counts"])
    kept = [columns.index(name) for name in ("dataset", "units", "total", "mean", "p50", "p95", "max")]
    kind = columns.index("kind")
    page.table([columns[i] for i in kept], ([row[i] for i in kept] for row in rows if row[kind] == "trajectory"))
    con.close()


def _export(page: Page, paths: Paths, folder: Path, counts: Counts) -> None:
    """Write the training set out in two formats; how many records of each dataset."""
    from adp.export import ExportOptions, export

    page.heading(f"Export: what {TARGET} is trained on")
    rows = []
    for form, name in (("parquet", TARGET), ("jsonl", f"{TARGET}.jsonl")):
        result = export(ExportOptions(TARGET, str(folder / name), format=form), paths)
        rows.append((f"{folder.name}/{name}", form, result.records))
    page.table(("path", "format", "conversations"), rows)
    for dataset, count in result.counts.items():
        counts[dataset.lower().replace("-", "_").replace(".", "_")]["exported"] = count.records


def surprises(found: Counts, expected: Counts) -> list[str]:
    """A line for each count that is not the expected one."""
    lines = []
    for dataset in sorted(found.keys() | expected.keys()):
        for what in ("landed", "rejected", "exported"):
            is_, should_be = found.get(dataset, {}).get(what, 0), expected.get(dataset, {}).get(what, 0)
            if is_ != should_be:
                lines.append(f"{dataset}: {what} {is_}, expected {should_be} (samples/{EXPECTED})")
    return lines


def _suggest(page: Page, paths: Paths, folder: Path) -> None:
    """Three commands to try next."""
    con = connect(paths, read_only=True)
    longest = execute(
        con,
        "from standard.trajectories as trajectories"
        " anti join sft.exclusions as exclusions"
        " on exclusions.trajectory_id = trajectories.trajectory_id and exclusions.target = ?"
        " select trajectory_id order by step_count desc, trajectory_id limit 1",
        [TARGET],
    )
    con.close()
    # `make demo` in a checkout does not put the commands on anyone's path.
    checkout = (root() / "Makefile").exists()
    page.heading("Next, after `source .venv/bin/activate`:" if checkout else "Next:")
    page.line(f"  adp show '{longest[0][0]}' --target {TARGET} --db {folder.name}/adp.db")
    page.line(f"  duckdb -readonly {folder.name}/adp.db -c 'from standard.actions'")
    page.line("  adp load code_feedback --limit 1000 && adp build")


def shown(value: Any) -> str:
    """A value as text, on one line and cut where it is long."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 1 else f"{value:,.1f}"
    text = " ".join(str(value).split())
    return text if len(text) <= TEXT_WIDTH else text[: TEXT_WIDTH - 3] + "..."


def main() -> int:
    """The demo by itself, for whoever changed a sample."""
    parser = argparse.ArgumentParser(description="Run the demo in a temporary folder.")
    parser.add_argument("--write-expected", action="store_true", help="write the counts to samples/expected.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        try:
            return run(Path(temporary) / FOLDER, datasets=[ALL], write_expected=options.write_expected)
        except UserError as error:
            Talk().warn(f"demo: {error}")
            return 2


if __name__ == "__main__":
    sys.exit(main())
