"""Exports whose records grow with the square of a trajectory, beside one that grows with it: sft.proposer, openhands.

A dump in the shape of swe-smith is landed and built, then every export is a process of its own, all of them in turn,
several times. Prints a table that goes into docs/performance.md as it is.
"""

from __future__ import annotations

import argparse
import sys
from statistics import median

from bench.generate import MEGABYTE, generate
from bench.run import MEBIBYTE, OUT, Setting, clean, run

SHAPE = "swe_smith"
EXPORTS: dict[str, tuple[str, ...]] = {
    "openhands": ("openhands",),
    "proposer": ("proposer",),
    "proposer, 8,192 tokens at most": ("proposer", "--max-tokens", "8192"),
    "verifier": ("verifier",),
    "verifier_preference": ("verifier_preference",),
}


def main() -> None:
    """Make the dump, export in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=200, help="megabytes of the dump")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--export", choices=EXPORTS, action="append", help="only this one (may be given again)")
    options = parser.parse_args()
    folder = OUT / f"proposer_{options.mb}"
    dumps = generate(folder, options.mb, (SHAPE,))
    setting = Setting(folder, tuple(dumps))
    raw = sum(path.stat().st_size for path in dumps.values())
    print(f"landing and building {raw / MEGABYTE:,.0f} MB in {folder}", file=sys.stderr)
    clean(setting.database, setting.data)
    run(setting.adp("load", SHAPE, "--from", str(dumps[SHAPE])))
    run(setting.adp("build", "--no-tokens", "--no-axtrees"))
    out = folder / "records.jsonl"
    exports = {name: EXPORTS[name] for name in options.export or EXPORTS}
    runs: dict[str, list[tuple[float, float, int]]] = {name: [] for name in exports}
    written: dict[str, int] = {}
    for number in range(options.rounds):
        for name, arguments in exports.items():
            print(f"round {number + 1}: {name}", file=sys.stderr)
            runs[name].append(run(setting.adp("export", *arguments, "--out", str(out), "--force")))
            written[name] = out.stat().st_size
            clean(out, out.with_name(out.name + ".manifest.json"))
    print("| export | written, MB | seconds | written, MB/s | read, MB/s | processor seconds | peak, MiB |")
    print("|---|---|---|---|---|---|---|")
    for name, found in runs.items():
        seconds, processor = (median(values[place] for values in found) for place in (0, 1))
        peak = max(values[2] for values in found)
        print(
            f"| {name} | {written[name] / MEGABYTE:,.0f} | {seconds:.2f} | {written[name] / MEGABYTE / seconds:,.0f} "
            f"| {raw / MEGABYTE / seconds:,.0f} | {processor:.2f} | {peak / MEBIBYTE:,.0f} |"
        )
    clean(setting.database, setting.data)


if __name__ == "__main__":
    main()
