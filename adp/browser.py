"""A headless Chromium that shows pages and tells their accessibility trees, many pages with one browser.

Nothing leaves the machine and nothing of a page runs: its scripts are forbidden by its own security policy, every
request is refused, and no host name means anything to this browser. A page has a limit of time and of memory. One
that breaks its limits, or the browser, is a failure with a reason; the others go on.
"""

import asyncio
import contextlib
import gc
import importlib.metadata
import importlib.util
import inspect
import json
import os
import re
import shutil
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from adp import axtrees
from adp.config import GIB, parse_size
from adp.errors import UserError

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Playwright, Route

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INSTALL = (
    "install the extra `browser` (pip install 'adp-warehouse[browser]') and Chromium (`playwright install chromium`, "
    "or your system's package; ADP_CHROMIUM names another)"
)
SECONDS = 30.0  # for a page
MEMORY = 3 * GIB // 2  # for a page, as far as the system tells
LONGEST = 20_000_000  # bytes of HTML

_ADDRESS = "http://page.invalid"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # no scripts, no images, no frames from elsewhere
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--js-flags=--max-old-space-size=512",
)
_VIEWPORT: Any = {"width": 1280, "height": 720}
_PATIENCE = 5.0  # seconds for a page or browser to close
_PAGES_PER_TAB = 100
_PAGES_PER_BROWSER = 2_000
_WATCH = 0.25  # seconds between looks at the memory
# Pages saved with the documents of their frames inside the tags of the frames: a parser takes that for mere text.
_HELD_FRAME = re.compile(r"<iframe\b[^>]*>\s*(?:<!--.*?-->\s*)?(?:<!doctype[^>]*>\s*)?<html\b", re.IGNORECASE)
_FRAME_TAG = re.compile(r"<(/?)iframe\b", re.IGNORECASE)
_PLACES = """
(paths => {
    const all = new Map([...document.querySelectorAll('*')].map((element, place) => [element, place]));
    const place = path => {
        try {
            const found = document.evaluate(path, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null);
            return all.get(found.singleNodeValue) ?? null;
        } catch {
            return null;
        }
    };
    return {tags: [...all.keys()].map(element => element.tagName.toUpperCase()), places: paths.map(place)};
})(%s)
"""

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """A page to show, and the paths to look up in it."""

    key: str
    html: str
    xpaths: Sequence[str] = ()


@dataclass(frozen=True)
class Shown:
    """What became of a page: its tree and elements, or why there are none."""

    key: str
    axtree: str | None
    elements: tuple[axtrees.Element, ...] = ()
    reason: str | None = None


class _Died(Exception):
    """The browser is gone."""


def missing() -> str | None:
    """What has to be installed before pages can be shown; None where everything is there."""
    if importlib.util.find_spec("playwright") is None:
        return INSTALL
    named = os.environ.get("ADP_CHROMIUM")
    if named and shutil.which(named) is None:
        return f"ADP_CHROMIUM={named!r} is no program; " + INSTALL
    return None if executable() or _brought() else INSTALL


def executable() -> str | None:
    """The browser to start: ADP_CHROMIUM, else the first of the known names on the path."""
    named = os.environ.get("ADP_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


class Renderer:
    """One browser for many pages; `show` may be asked again and again."""

    def __init__(self, pages: int, seconds: float | None = None, memory: int | None = None) -> None:
        self.pages = max(1, pages)  # at the same time
        self.seconds = seconds if seconds is not None else _seconds()
        self.memory = memory if memory is not None else _memory_limit()
        self.version = ""
        self._loop = asyncio.new_event_loop()
        # A loop of its own: Ctrl-C then reaches the main thread, and a caller may have a loop already.
        self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
        self._thread.start()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._pages_shown = 0
        self._worn = False
        self._too_large: set[int] = set()  # processes that were ended for their memory

    def show(self, jobs: Sequence[Job], done: Callable[[Shown], None]) -> None:
        """Show pages, a few at a time; `done` hears of each as soon as it is ready, in any order."""
        with _without_collector():
            self._wait(self._show_all(jobs, done))

    def close(self) -> None:
        """End the browser."""
        try:
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                self._call(self._end()).result(2 * _PATIENCE)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_PATIENCE)
            if not self._thread.is_alive():
                self._loop.close()

    def __enter__(self) -> "Renderer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        future = self._call(work)
        try:
            # Not in one go: a signal that another thread receives does not wake the one that waits.
            while not wait([future], _WATCH).done:
                pass
            return future.result()
        except BaseException:
            future.cancel()
            raise

    # ------------------------------------------------------------------------------------------------ the browser

    async def _begin(self) -> None:
        """Start the browser, if none is running."""
        if self._browser is not None and self._browser.is_connected() and not self._worn:
            return
        from playwright.async_api import Error, async_playwright

        await self._end_browser()
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        try:
            self._browser = await self._playwright.chromium.launch(
                executable_path=executable(), args=list(_FLAGS), handle_sigint=False
            )
        except Error as error:
            raise UserError(f"the browser does not start ({_first_line(error)}); {INSTALL}") from error
        self.version = self._browser.version
        self._context = await self._browser.new_context(offline=True, viewport=_VIEWPORT)
        self._pages_shown, self._worn = 0, False
        self._watcher = asyncio.create_task(self._watch(self._browser))

    async def _end_browser(self) -> None:
        from playwright.async_api import Error

        if self._watcher is not None:
            self._watcher.cancel()
        if self._browser is not None:
            with contextlib.suppress(Error, TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(self._browser.close(), _PATIENCE)
        self._watcher = self._browser = self._context = None

    async def _end(self) -> None:
        if self._playwright is not None:
            await self._end_browser()
            await self._playwright.stop()
            self._playwright = None

    async def _watch(self, browser: "Browser") -> None:
        """End the process of a page that takes too much memory."""
        from playwright.async_api import Error

        with contextlib.suppress(Error):
            session = await browser.new_browser_cdp_session()
            while True:
                await asyncio.sleep(_WATCH)
                told = await session.send("SystemInfo.getProcessInfo")
                for process in told["processInfo"]:
                    pid = int(process["id"])
                    if process["type"] == "renderer" and _resident(pid) > self.memory:
                        self._too_large.add(pid)
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)

    # -------------------------------------------------------------------------------------------------- the pages

    async def _show_all(self, jobs: Sequence[Job], done: Callable[[Shown], None]) -> None:
        """Show pages side by side; those that were being shown when the browser died, one by one after that."""
        waiting = list(reversed(jobs))
        while waiting:
            suspects = await self._side_by_side(waiting, self.pages, done)
            for job in suspects:
                if await self._side_by_side([job], 1, done):
                    done(Shown(job.key, None, reason="the browser died of it"))

    async def _side_by_side(self, waiting: list[Job], pages: int, done: Callable[[Shown], None]) -> list[Job]:
        """Show pages until none waits or the browser is gone; returns those that were being shown when it went."""
        if self._pages_shown >= _PAGES_PER_BROWSER:
            self._worn = True
        await self._begin()
        lost: list[Job] = []

        async def work() -> None:
            tab = _Tab(self)
            try:
                while waiting and not lost:
                    job = waiting.pop()
                    try:
                        done(await tab.show(job))
                    except _Died:
                        lost.append(job)
            finally:
                await tab.close()

        workers = [asyncio.create_task(work()) for _ in range(min(pages, len(waiting)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return lost


class _Tab:
    """One page of the browser, in which one document is shown after the other."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._page: Page | None = None
        self._session: CDPSession | None = None
        self._shown = 0
        self._html: str | None = None  # to be given once
        self._crashed = False
        self._work: asyncio.Future[Shown] | None = None

    async def show(self, job: Job) -> Shown:
        """Show a document; raises _Died where the browser is gone."""
        from playwright.async_api import Error

        if len(job.html.encode()) > LONGEST:
            return Shown(job.key, None, reason=f"longer than {LONGEST:,} bytes")
        renderer = self._renderer
        self._work = asyncio.ensure_future(self._render(job))
        try:
            shown = await asyncio.wait_for(self._work, renderer.seconds)
        except TimeoutError:
            await self.close()
            return Shown(job.key, None, reason=f"not shown in {renderer.seconds:g} seconds")
        except (Error, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and not (self._crashed and task and not task.cancelling()):
                raise  # not the page is at its end, but whoever wants it
            crashed, large = self._crashed, bool(renderer._too_large)
            renderer._too_large.clear()
            await self.close()
            if renderer._browser is None or not renderer._browser.is_connected():
                raise _Died from error
            if large:
                return Shown(job.key, None, reason=f"more than {renderer.memory / GIB:.1f} GiB of memory")
            if crashed or isinstance(error, asyncio.CancelledError):
                return Shown(job.key, None, reason="the page crashed")
            return Shown(job.key, None, reason=_first_line(error))
        self._shown += 1
        renderer._pages_shown += 1
        if self._shown >= _PAGES_PER_TAB:
            await self.close()
        return shown

    async def close(self) -> None:
        """Close the page; a browser that cannot even do that is given up."""
        from playwright.async_api import Error

        page, self._page, self._session, self._shown = self._page, None, None, 0
        if page is None:
            return
        try:
            await asyncio.wait_for(page.close(), _PATIENCE)
        except TimeoutError:
            self._renderer._worn = True
        except Error:  # it is gone already
            return

    async def _render(self, job: Job) -> Shown:
        page, session = await self._open()
        self._html = _with_frames_open(job.html)
        await page.goto(f"{_ADDRESS}/", wait_until="domcontentloaded", timeout=0)
        snapshot = await _told(session, "DOMSnapshot.captureSnapshot", {"computedStyles": []})
        tree = await _told(session, "Accessibility.getFullAXTree")
        numbering = axtrees.number(snapshot)
        frames = {}
        for frame in numbering.frames.values():
            inner = await _told(session, "Accessibility.getFullAXTree", {"frameId": frame})
            frames[frame] = inner["nodes"]
        flat = axtrees.flatten(tree["nodes"], numbering, frames, _ADDRESS)
        if not job.xpaths:
            return Shown(job.key, flat.text)
        told = await _told(
            session,
            "Runtime.evaluate",
            {"expression": _PLACES % json.dumps(list(job.xpaths)), "returnByValue": True},
        )
        found = told["result"].get("value", {})
        if found.get("tags") != numbering.tags:
            return Shown(job.key, None, reason="the page changed while it was looked at")
        elements = (
            axtrees.located(xpath, place, numbering, flat)
            for xpath, place in zip(job.xpaths, found["places"], strict=True)
        )
        return Shown(job.key, flat.text, tuple(elements))

    async def _open(self) -> "tuple[Page, CDPSession]":
        if self._page is None or self._session is None:
            context = self._renderer._context
            if context is None:
                raise _Died
            page = await context.new_page()
            page.on("crash", self._note_crash)
            await page.route("**/*", self._answer)
            self._page, self._session, self._crashed = page, await context.new_cdp_session(page), False
        return self._page, self._session

    async def _answer(self, route: "Route") -> None:
        """The document itself, and nothing else: not even a page that asks for another address at once."""
        if route.request.is_navigation_request() and route.request.url == f"{_ADDRESS}/" and self._html is not None:
            html, self._html = self._html, None
            await route.fulfill(
                status=200,
                headers={"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _POLICY},
                body=html,
            )
        else:
            await route.abort("aborted")

    def _note_crash(self, _: object) -> None:
        self._crashed = True
        if self._work is not None:
            self._work.cancel()  # what was asked of the page may never be answered


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """No garbage collection meanwhile.

    An answer of the browser is up to half a million objects. The collector would look at them again and again, and
    take four times as long as it takes to read them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


async def _told(session: "CDPSession", method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the browser answers.

    Playwright's own objects may be anywhere in what it returns, so it looks at every value, which for the tree of a
    large page takes longer than making it. An answer of the browser holds none: it is taken as it comes, where this
    Playwright lets that be done.
    """
    send: Callable[..., Awaitable[dict[str, Any]]] = session.send
    plain = getattr(getattr(session, "_impl_obj", None), "send", None)
    if plain is None:
        return await send(method, parameters)
    rest = [None] * (len(inspect.signature(plain).parameters) - 2)  # later ones take a limit of time, too
    send = plain
    return await send(method, parameters, *rest)


def flattener() -> str:
    """What makes the text of a tree, beside the browser."""
    return f"form {axtrees.FORM}, playwright {importlib.metadata.version('playwright')}"


def _with_frames_open(html: str) -> str:
    """A page whose frames hold whole documents, with these as parts of the page."""
    return _FRAME_TAG.sub(r"<\1div", html) if _HELD_FRAME.search(html) else html


def _brought() -> bool:
    """Whether Playwright has installed a browser of its own."""
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    places = [Path(folder)] if folder else [Path("~/.cache/ms-playwright"), Path("~/Library/Caches/ms-playwright")]
    return any(found for place in places for found in place.expanduser().glob("chromium*-*"))


def _resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


def _seconds() -> float:
    asked = os.environ.get("ADP_PAGE_SECONDS")
    if not asked:
        return SECONDS
    try:
        seconds = float(asked)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UserError(f"ADP_PAGE_SECONDS={asked!r} is no number of seconds")
    return seconds


def _memory_limit() -> int:
    asked = os.environ.get("ADP_PAGE_MEMORY")
    return parse_size(asked, "ADP_PAGE_MEMORY") if asked else MEMORY


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
