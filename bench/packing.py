"""How full packs are and how fast they are made: the samples, or a dump, packed at two lengths in both ways.

Every run is a process of its own. Prints a table that goes into docs/packing.md as it is.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

from adp import root
from bench.generate import MEGABYTE, SHAPES, generate
from bench.run import MEBIBYTE, OUT, Setting, clean, run

LENGTHS = (4_096, 16_384)
TARGETS = ("openhands", "openhands_tools")


def prepare(setting: Setting, dumps: dict[str, Path]) -> None:
    """Land the dumps and build."""
    clean(setting.database, setting.data)
    for dataset, path in dumps.items():
        run(setting.adp("load", dataset, "--from", str(path)))
    run(setting.adp("build", "--no-tokens", "--no-axtrees"))


def measure(setting: Setting, name: str, target: str, length: int, more: list[str]) -> str:
    """Pack once: a row of the table."""
    out = setting.folder / f"packs_{target}_{length}"
    clean(out)
    options = ["--max-length", str(length), "--out", str(out), *more]
    seconds, processor, peak = run(setting.adp("pack", target, *options))
    packs = json.loads((out / "manifest.json").read_text())["packs"]
    size = sum(file.stat().st_size for file in out.iterdir())
    shutil.rmtree(out)
    datasets = packs["datasets"].values()
    cut = sum(dataset["too_long"] for dataset in datasets)
    return (
        f"| {name} | {target} | {length:,} | {sum(dataset['packed'] for dataset in datasets):,} | {cut:,} "
        f"| {packs['tokens']:,} | {packs['packs']['best-fit']:,} | {packs['packs']['next-fit']:,} "
        f"| {packs['fill']['best-fit']:.2%} | {packs['fill']['next-fit']:.2%} | {seconds:.2f} | {processor:.2f} "
        f"| {packs['tokens'] / seconds / 1e6:.2f} | {peak / MEBIBYTE:,.0f} | {size / MEGABYTE:,.1f} |"
    )


def samples() -> dict[str, Path]:
    """The sample dumps of all datasets."""
    found = {}
    for path in sorted((root() / "samples").iterdir()):
        if path.suffix == ".jsonl" and re.fullmatch(r"\w+", path.stem):
            found[path.stem] = path
    return found


def main() -> None:
    """Make the dumps, pack, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, help="make a dump of so many megabytes; without it the samples are packed")
    parser.add_argument("--shape", choices=SHAPES, action="append", help="only this shape (may be given again)")
    parser.add_argument("--target", action="append", help="this training set (may be given again)")
    parser.add_argument("--megatron", action="store_true", help="write Megatron's files, too")
    options = parser.parse_args()
    if options.mb is None:
        name, dumps, folder = "samples", samples(), OUT / "packing_samples"
    else:
        shapes = tuple(dict.fromkeys(options.shape or SHAPES))
        name = f"{options.mb} MB" + (f" of {', '.join(shapes)}" if options.shape else "")
        folder = OUT / "_".join(["packing", str(options.mb), *(shapes if options.shape else ())])
        dumps = generate(folder, options.mb, shapes)
    folder.mkdir(parents=True, exist_ok=True)
    setting = Setting(folder, tuple(dumps))
    print(f"landing and building {len(dumps)} datasets in {folder}", file=sys.stderr)
    prepare(setting, dumps)
    print(
        "| dump | training set | length | records | too long | tokens | packs | next-fit | filled | next-fit | seconds "
        "| processor seconds | million tokens/s | peak, MiB | written, MB |"
    )
    print("|" + "---|" * 15)
    for target in dict.fromkeys(options.target or TARGETS):
        for length in LENGTHS:
            print(measure(setting, name, target, length, ["--megatron"] if options.megatron else []), flush=True)
    clean(setting.database, setting.data)


if __name__ == "__main__":
    main()
