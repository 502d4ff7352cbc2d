"""Accessibility trees of pages that come as HTML: derived once for each page's text and landed, like token counts.

A browser shows what standard.axtrees lacks. What it says is landed every few hundred pages, so that a build that is
stopped, however hard, loses little, and shows no page again. A page that could not be shown is landed with the reason
and left alone until it is asked for.
"""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adp import browser, warehouse
from adp.axtrees import Element
from adp.browser import Job, Renderer, Shown
from adp.config import Paths, resources
from adp.engine import duckdb
from adp.errors import UserError
from adp.replace import replacing, write_text
from adp.talk import Talk
from adp.warehouse import execute

TREES = "standard.axtrees"
STEPS = "standard.page_steps"

_FOLDER = "axtrees"
_BATCH = 32  # pages that are read at once
_LANDED_PAGES = 256  # at the latest then what is known is landed
_LANDED_BYTES = 32_000_000
_LANDED_SECONDS = 60.0
_WANTED = "wanted_pages"


@dataclass
class Derived:
    """What was done."""

    pages: int = 0
    failed: int = 0
    missing: str | None = None
    """What has to be installed first."""


def missing(con: duckdb.DuckDBPyConnection, paths: Paths, *, retry: bool = False, talk: Talk | None = None) -> Derived:
    """Show a browser the pages of the warehouse that have no tree, or elements that were not looked up; land its trees.

    With `retry` also the pages that could not be shown before. Where there is no browser, one line says what to
    install.
    """
    talk = talk or Talk(quiet=True)
    wanted = _want(con, retry)
    try:
        if not wanted:
            return Derived()
        lacking = browser.missing()
        if lacking is None:
            return _Derivation(con, paths.derived / _FOLDER, talk, wanted).run()
        talk.warn(f"{wanted:,} pages stay without an accessibility tree: {lacking}")
        return Derived(missing=lacking)
    finally:
        execute(con, f"drop table if exists temp.{_WANTED}")


def land(folder: Path, shown: list[Shown], browser_version: str, flattener: str) -> Path:
    """Land what a browser said of some pages; the file appears when it is whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    now = datetime.now(UTC).replace(tzinfo=None)
    element = pa.struct([("xpath", pa.string()), ("bid", pa.string())])
    table = pa.table(
        {
            "html_hash": [page.key for page in shown],
            "axtree": pa.array([page.axtree for page in shown], pa.large_string()),
            "elements": pa.array(
                [[{"xpath": found.xpath, "bid": found.bid} for found in page.elements] for page in shown],
                pa.list_(element),
            ),
            "reason": pa.array([page.reason for page in shown], pa.string()),
            "browser": [browser_version] * len(shown),
            "flattener": [flattener] * len(shown),
            "rendered_at": pa.array([now] * len(shown), pa.timestamp("us")),
        }
    )
    numbers = [int(path.stem.rsplit("-", 1)[1]) for path in folder.glob("axtrees-*.parquet")]
    target = folder / f"axtrees-{max(numbers, default=0) + 1:06}.parquet"
    with replacing(target) as new:
        pq.write_table(table, new.path, compression="zstd")
        new.commit()
    return target


def give(paths: Paths, file: Path) -> None:
    """Write the trees of the pages of a warehouse to a file of JSON, for `take`."""
    with warehouse.connect(paths, read_only=True) as con:
        rows = execute(
            con,
            f"""
            with pages as (
                from {TREES}
                select distinct html_hash
            ),
            newest as (
                from raw.derived_axtrees
                semi join pages using (html_hash)
                select *
                qualify row_number() over (partition by html_hash order by rendered_at desc) = 1
            )
            from newest
            select html_hash, axtree, elements, reason, browser, flattener
            order by html_hash
            """,
        )
    names = ("html_hash", "axtree", "elements", "reason", "browser", "flattener")
    text = json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=1, ensure_ascii=False)
    write_text(file, text + "\n")


def take(paths: Paths, file: Path) -> None:
    """Land the trees of a file that `give` wrote, as if a browser had made them here."""
    makers: dict[tuple[str, str], list[Shown]] = {}
    for page in json.loads(file.read_text(encoding="utf-8")):
        elements = tuple(Element(found["xpath"], found["bid"]) for found in page["elements"])
        shown = Shown(page["html_hash"], page["axtree"], elements, page["reason"])
        makers.setdefault((page["browser"], page["flattener"]), []).append(shown)
    for (version, flattener), pages in makers.items():
        land(paths.derived / _FOLDER, pages, version, flattener)


class _Derivation:
    """Showing the wanted pages and landing what comes of it."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, talk: Talk, wanted: int) -> None:
        self._con = con
        self._folder = folder
        self._talk = talk
        self._wanted = wanted
        self._ready: list[Shown] = []
        self._lock = threading.Lock()  # pages are ready in the browser's thread
        self._landed_at = time.monotonic()
        self._derived = Derived()

    def run(self) -> Derived:
        """Show all of them; what is ready is landed, however this ends."""
        started = time.monotonic()
        renderer = Renderer(resources().threads)
        try:
            with self._talk.bar("accessibility trees", total=self._wanted, unit=" pages") as update:

                def done(shown: Shown) -> None:
                    with self._lock:
                        self._ready.append(shown)
                    update(advance=1)

                try:
                    for jobs in self._batches():
                        renderer.show(jobs, done)
                        if self._is_time():
                            self._land(renderer)
                finally:
                    self._land(renderer)
        except UserError as error:  # what can be built without a browser is built
            self._talk.warn(f"pages stay without an accessibility tree: {error}")
            self._derived.missing = str(error)
        finally:
            renderer.close()
        if self._derived.pages:
            seconds = time.monotonic() - started
            failed = f", {self._derived.failed:,} could not be shown" if self._derived.failed else ""
            self._talk.say(
                f"accessibility trees of {self._derived.pages:,} pages in {seconds:.1f} s "
                f"({self._derived.pages / seconds:.1f} a second){failed}"
            )
        return self._derived

    def _batches(self) -> Iterator[list[Job]]:
        """The wanted pages, a few at a time, in landing order."""
        spans = execute(
            self._con,
            f"""
            from temp.{_WANTED}
            select dataset, min(number), max(number), min(landing_index), max(landing_index)
            group by dataset, number // {_BATCH}
            order by min(number)
            """,
        )
        for dataset, first, last, first_index, last_index in spans:
            rows = execute(
                self._con,
                f"""
                from {STEPS} as steps
                join temp.{_WANTED} as wanted using (dataset, landing_index, trajectory_id, step_index)
                select wanted.html_hash, steps.html, wanted.xpaths
                where
                    steps.dataset = ?
                    and steps.landing_index between ? and ?
                    and wanted.number between ? and ?
                """,
                [dataset, first_index, last_index, first, last],
            )
            yield [Job(key, html, tuple(xpaths)) for key, html, xpaths in rows]

    def _is_time(self) -> bool:
        with self._lock:
            size = sum(len(page.axtree or "") for page in self._ready)
            return (
                len(self._ready) >= _LANDED_PAGES
                or size >= _LANDED_BYTES
                or time.monotonic() - self._landed_at >= _LANDED_SECONDS
            )

    def _land(self, renderer: Renderer) -> None:
        with self._lock:
            ready, self._ready = self._ready, []
        self._landed_at = time.monotonic()
        if ready:
            land(self._folder, ready, f"chromium {renderer.version}", browser.flattener())
            self._derived.pages += len(ready)
            self._derived.failed += sum(page.reason is not None for page in ready)


def _want(con: duckdb.DuckDBPyConnection, retry: bool) -> int:
    """Note which pages are to be shown, and which paths to look up in them; how many."""
    told: list[tuple[Any, ...]] = execute(
        con,
        f"""
        create or replace temp table {_WANTED} as
        with

        -- one row per page, the newest
        known as (
            from raw.derived_axtrees
            select
                html_hash,
                arg_max(reason is not null, rendered_at) as failed,
                arg_max(list_transform(elements, lambda element: element.xpath), rendered_at) as xpaths,
            group by html_hash
        ),

        lacking as (
            from {TREES}
            select
                html_hash,
                arg_min(
                    {{
                        'dataset': dataset,
                        'landing_index': landing_index,
                        'trajectory_id': trajectory_id,
                        'step_index': step_index
                    }},
                    (dataset, landing_index, step_index)
                ) filter (xpath is null) as place,
                list_sort(list_distinct(list(xpath order by xpath) filter (xpath is not null))) as xpaths,
                count(*) filter (lack is not null) as lacks,
            where html_hash <> ''
            group by html_hash
        )

        from lacking
        left join known using (html_hash)
        select
            place.dataset as dataset,
            place.landing_index as landing_index,
            place.trajectory_id as trajectory_id,
            place.step_index as step_index,
            html_hash,
            list_sort(list_distinct(coalesce(lacking.xpaths, []) || coalesce(known.xpaths, []))) as xpaths,
            row_number() over (order by place.dataset, place.landing_index, place.step_index) as number,
        where
            lacks > 0
            and place is not null
            and (
                failed is null
                or (failed and $1)
                or (not failed and not list_has_all(coalesce(known.xpaths, []), coalesce(lacking.xpaths, [])))
            )
        """,
        [retry],
    )
    return int(told[0][0]) if told else 0
