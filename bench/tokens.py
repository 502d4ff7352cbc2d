"""Tokens counted a second, of texts that no process has seen, by one thread and by one for each core.

The texts are those of the dumps of `make bench`, in memory as Arrow arrays of a few megabytes. Every measurement is a
process of its own, for an encoder remembers words. Two rates are printed: `whole`, which makes the encoders and imports
what they need, and `counting`, of the second half of the texts, when that is done
(if the first half is larger than 128 MB a thread).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from adp.config import available_threads
from bench.generate import MEGABYTE, SHAPES, generate
from bench.run import OUT

ARRAY_BYTES = 4 * MEGABYTE


def texts(value: object) -> Iterator[str]:
    """All that a record says."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def count(folder: Path, threads: int) -> None:
    """Print bytes and seconds of both halves, as a list."""
    import pyarrow as pa

    from adp.bpe import count_tokens

    arrays: list[pa.Array] = []
    waiting: list[str] = []
    size = 0
    for shape in SHAPES:
        with (folder / f"{shape}.jsonl").open() as lines:
            for line in lines:
                found = list(texts(json.loads(line)))
                waiting += found
                size += sum(map(len, found))
                if size >= ARRAY_BYTES:
                    arrays.append(pa.array(waiting, pa.large_string()))
                    waiting, size = [], 0
    arrays.append(pa.array(waiting, pa.large_string()))
    measured = []
    for half in (arrays[::2], arrays[1::2]):
        started = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(count_tokens, half))
        measured.append((sum(array.nbytes for array in half), time.perf_counter() - started))
    print(json.dumps(measured))


def main() -> None:
    """Make the dumps, count in turn, print the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=2000, help="megabytes of the dumps")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)  # what the processes are started with
    options = parser.parse_args()
    folder = OUT / str(options.mb)
    if options.count:
        count(folder, options.count)
        return
    generate(folder, options.mb, SHAPES)
    cores = sorted({1, available_threads()})
    rates: dict[int, list[tuple[float, float]]] = {threads: [] for threads in cores}
    for _ in range(options.rounds):
        for threads in cores:
            command = [sys.executable, "-m", "bench.tokens", "--mb", str(options.mb), "--count", str(threads)]
            output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
            (first, first_seconds), (second, second_seconds) = json.loads(output)
            rates[threads].append(
                (
                    (first + second) / MEGABYTE / (first_seconds + second_seconds),
                    second / MEGABYTE / second_seconds,
                )
            )
    print("| threads | whole, MB/s | counting, MB/s |")
    print("|---|---|---|")
    for threads, found in rates.items():
        whole, counting = (median(rate[place] for rate in found) for place in (0, 1))
        print(f"| {threads} | {whole:,.0f} | {counting:,.0f} |")


if __name__ == "__main__":
    main()
