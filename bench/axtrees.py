"""Pages per second from HTML to accessibility tree: `python -m bench.axtrees`.

Makes pages that differ in size (50 to 500 KB) and kind, shows them to one browser as `adp build` does, and says how
many it showed in a second, beside the reference's way of one browser for each page.
"""

import argparse
import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from adp import browser
from adp.browser import Job, Renderer, Shown
from adp.config import resources

SEED = 3
SMALLEST, LARGEST = 50_000, 500_000
REFERENCE = 0.2  # pages a second: 4.3 to 5.0 seconds for each
_WORDS = (
    "harbour lantern market ferry orchard window quiet seven violet engine paper meadow copper letter bridge winter "
    "naïve Größe 東京 Привет café silver ticket ocean garden"
).split()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.axtrees", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=200, help="how many pages [200]")
    parser.add_argument("--parallel", type=int, default=resources().threads, help="pages at the same time")
    options = parser.parse_args(arguments)
    lacking = browser.missing()
    if lacking is not None:
        print(f"cannot measure: {lacking}", file=sys.stderr)
        return 2
    jobs = pages(options.pages)
    shown: list[Shown] = []
    started, before = time.monotonic(), _processor_seconds()
    with Renderer(options.parallel) as renderer:
        renderer.show(jobs, shown.append)
        version = renderer.version
    seconds, used = time.monotonic() - started, _processor_seconds() - before
    sizes = [len(job.html.encode()) for job in jobs]
    print(
        json.dumps(
            {
                "pages": len(jobs),
                "megabytes": round(sum(sizes) / 1e6, 1),
                "median_kilobytes": round(statistics.median(sizes) / 1e3),
                "failed": sum(page.reason is not None for page in shown),
                "parallel": options.parallel,
                "seconds": round(seconds, 1),
                "processor_seconds_per_page": round(used / len(jobs), 2),
                "pages_per_second": round(len(jobs) / seconds, 2),
                "times_the_reference": round(len(jobs) / seconds / REFERENCE),
                "browser": version,
            }
        )
    )
    return 0


def _processor_seconds() -> float:
    """Of this process and of those that it has started and that have ended, the browser's among them."""
    return sum(
        found.ru_utime + found.ru_stime
        for found in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def pages(count: int) -> list[Job]:
    """Varied pages, the same each time."""
    chance = random.Random(SEED)
    made = []
    for number in range(count):
        html, paths = page(chance, chance.randint(SMALLEST, LARGEST))
        made.append(Job(str(number), html, paths))
    return made


def page(chance: random.Random, size: int) -> tuple[str, tuple[str, ...]]:
    """A page of about so many bytes, and paths to some of its elements."""
    kinds: list[Callable[[random.Random, int], str]] = [_article, _form, _table, _menu, _cards, _nested]
    favourites = chance.sample(kinds, 3)
    parts: list[str] = []
    length = number = 0
    while length < size:
        part = chance.choice(favourites)(chance, number)
        parts.append(part)
        length += len(part.encode())
        number += 1
    head = (
        f"<!DOCTYPE html><html lang='en'><head><title>{_words(chance, 4)}</title><style>"
        ".hint{color:#666}.off{display:none}.row{display:flex}@media print{.row{display:block}}</style>"
        "<link rel='stylesheet' href='https://styles.example/site.css'>"
        "<script src='https://scripts.example/app.js'></script></head><body><main>"
    )
    chosen = chance.sample(range(number), min(3, number))
    return head + "".join(parts) + "</main></body></html>", tuple(f"//*[@id='part-{n}']//a[1]" for n in chosen)


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))


def _link(chance: random.Random) -> str:
    return f"<a href='/{chance.choice(_WORDS)}?id={chance.randint(1, 9999)}'>{_words(chance, 2)}</a>"


def _article(chance: random.Random, number: int) -> str:
    paragraphs = "".join(
        f"<p class='hint'>{_words(chance, 40)} {_link(chance)} <b>{_words(chance, 3)}</b> {_words(chance, 30)}</p>"
        for _ in range(6)
    )
    return f"<article id='part-{number}'><h2>{_words(chance, 5)}</h2>{paragraphs}</article>"


def _form(chance: random.Random, number: int) -> str:
    options = "".join(f"<option value='{n}'>{_words(chance, 2)}</option>" for n in range(12))
    fields = "".join(
        f"<label>{_words(chance, 2)} <input name='f{n}' type='{chance.choice(['text', 'checkbox', 'radio', 'email'])}'"
        f" value='{_words(chance, 1)}'></label><select name='s{n}'>{options}</select>"
        for n in range(5)
    )
    end = f"<textarea>{_words(chance, 8)}</textarea>{_link(chance)}<button>ok</button>"
    return f"<form id='part-{number}'>{fields}{end}</form>"


def _table(chance: random.Random, number: int) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{_words(chance, 2)}</td>" for _ in range(6)) + f"<td>{_link(chance)}</td></tr>"
        for _ in range(20)
    )
    return f"<table id='part-{number}'><caption>{_words(chance, 3)}</caption><tbody>{rows}</tbody></table>"


def _menu(chance: random.Random, number: int) -> str:
    items = "".join(
        f"<li role='none'><a role='menuitem' href='#{n}'>{_words(chance, 2)}</a>"
        f"<ul class='off'><li>{_link(chance)}</li></ul></li>"
        for n in range(15)
    )
    return f"<nav id='part-{number}' aria-label='{_words(chance, 2)}'><ul role='menubar'>{items}</ul></nav>"


def _cards(chance: random.Random, number: int) -> str:
    cards = "".join(
        "<div class='card'><img src='https://pictures.example/a.png' alt='" + _words(chance, 2) + "'>"
        f"<div class='row'><span>{_words(chance, 6)}</span>{_link(chance)}<button aria-pressed='false'>+</button></div>"
        "</div>"
        for _ in range(10)
    )
    return f"<section id='part-{number}'>{cards}</section>"


def _nested(chance: random.Random, number: int) -> str:
    depth = chance.randint(5, 25)
    return f"<div id='part-{number}'>" + "<div class='row'>" * depth + _link(chance) + "</div>" * depth + "</div>"


if __name__ == "__main__":
    sys.exit(main())
