"""A real browser: nothing of a page runs or leaves the machine, and no page takes the others with it."""

import asyncio
import contextlib
import gc
import http.server
import os
import signal
import threading
from collections.abc import Iterator

import pytest

from adp import browser
from adp.axtrees import Element
from adp.browser import Job, Renderer, Shown

LACKING = browser.missing()
pytestmark = [
    pytest.mark.any_duckdb,
    pytest.mark.slow,
    pytest.mark.skipif(LACKING is not None, reason=f"there is no browser: {LACKING}"),
]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer(2) as found:
        yield found


def shown(renderer: Renderer, *jobs: Job) -> dict[str, Shown]:
    """What became of pages."""
    found: dict[str, Shown] = {}
    renderer.show(jobs, lambda page: found.__setitem__(page.key, page))
    return found


def test_a_page_and_its_elements(renderer: Renderer) -> None:
    html = """<title>Shop</title><h1>Fruit</h1><form><label>Name <input name=n value=Ada></label>
    <select name=s><option>a<option selected>b</select><button><b id=x>Send</b></button></form>
    <a href="../c?d">more</a>"""
    paths = ('//input[@name="n"]', "//select", '//*[@id="x"]', "/html/body/a", "//video", "//[")
    page = shown(renderer, Job("k", html, paths))["k"]
    assert page.reason is None
    lines = (page.axtree or "").split("\n")
    assert lines[0] == "RootWebArea 'Shop', focused"
    assert "\t[4] heading 'Fruit'" in lines
    assert "\t\t\t[7] textbox 'Name' value='Ada'" in lines
    assert "\t[13] link 'more', url='/c?d'" in lines
    assert page.elements == tuple(map(Element, paths, ("7", "8", "11", "13", None, None)))


def test_documents_inside_of_frames_are_part_of_the_page(renderer: Renderer) -> None:
    document = '<html><head></head><body><button n="5">in it</button></body></html>'
    html = f'<p>a</p><iframe backend_node_id="3">{document}</iframe>'
    page = shown(renderer, Job("k", html, ("//*[@n='5']",)))["k"]
    assert "button 'in it'" in (page.axtree or "")
    assert page.elements[0].bid is not None
    own = shown(renderer, Job("k", '<iframe srcdoc="<button>in it</button>"></iframe>'))["k"]
    assert "[a3] button 'in it'" in (own.axtree or "")


def test_nothing_of_a_page_runs_and_nothing_leaves_the_machine(renderer: Renderer) -> None:
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
            """Silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}"
        html = f"""<meta http-equiv="refresh" content="0;url={place}/refresh"><link rel=stylesheet href="{place}/css">
        <link rel=preconnect href="{place}"><script src="{place}/js"></script><script>document.title = 'ran'</script>
        <img src="{place}/img" onerror="document.title = 'ran'"><iframe src="{place}/frame"></iframe>
        <style>@import "{place}/import"; p {{ background: url({place}/background) }}</style>
        <object data="{place}/object"></object><video src="{place}/video"></video><p>text</p>
        <noscript>without scripts</noscript><form action="{place}/form"><input autofocus></form>"""
        page = shown(renderer, Job("k", html))["k"]
        server.shutdown()
    assert asked == []
    assert "ran" not in (page.axtree or "")
    assert "without scripts" not in (page.axtree or "")
    assert "StaticText 'text'" in (page.axtree or "")


def test_any_text_is_a_page(renderer: Renderer) -> None:
    texts = [
        "",
        "plain \x00 text",
        "<",
        "<html>",
        "東京 <p>naïve",
        "<div>" * 3_000 + "x",
        "<!-- never closed",
        "<plaintext>a",
    ]
    found = shown(renderer, *(Job(str(n), text, ("//p",)) for n, text in enumerate(texts)))
    assert {page.reason for page in found.values()} == {None}
    assert all((page.axtree or "").startswith("RootWebArea") for page in found.values())


def test_a_page_that_takes_too_long_or_is_too_long_has_a_reason_and_the_others_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browser, "LONGEST", 3_000_000)
    heavy = "<table>" + "<tr><td>a<td><a href=b>c</a>" * 90_000
    with Renderer(2, seconds=0.5) as short:
        found = shown(short, Job("heavy", heavy), Job("long", "x" * 3_000_001))
    assert found["heavy"].reason == "not shown in 0.5 seconds"
    assert found["long"].reason == "longer than 3,000,000 bytes"
    assert found["heavy"].axtree is None


def test_the_collector_works_again_afterwards(renderer: Renderer) -> None:
    shown(renderer, Job("k", "<p>a"))
    assert gc.isenabled()


@pytest.mark.parametrize("kind", ["renderer", "browser"])
def test_what_is_killed_takes_no_other_page_with_it(kind: str) -> None:
    """A page's process, or the browser itself, ends while pages are shown: all pages are accounted for."""
    jobs = [Job(str(n), f"<h1>{n}</h1>" + "<p>word <a href=x>y</a></p>" * 3_000) for n in range(12)]
    found: dict[str, Shown] = {}
    tasks: list[asyncio.Future[None]] = []
    with Renderer(2) as renderer:

        async def kill() -> None:
            assert renderer._browser is not None
            session = await renderer._browser.new_browser_cdp_session()
            told = await session.send("SystemInfo.getProcessInfo")
            for process in told["processInfo"]:
                if process["type"] == kind:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(process["id"]), signal.SIGKILL)

        def done(page: Shown) -> None:
            found[page.key] = page
            if len(found) == 3:
                tasks.append(asyncio.ensure_future(kill()))

        renderer.show(jobs, done)
    assert found.keys() == {job.key for job in jobs}
    failed = [page for page in found.values() if page.reason is not None]
    assert len(failed) <= (3 if kind == "renderer" else 0)
    assert sum(page.axtree is not None for page in found.values()) == len(jobs) - len(failed)


def test_a_page_that_takes_too_much_memory_is_ended() -> None:
    heavy = "<table>" + "<tr><td>a<td><a href=b>c</a>" * 60_000
    with Renderer(1, memory=1) as greedy:
        found = shown(greedy, Job("heavy", heavy))
    assert (found["heavy"].reason or "").startswith("more than 0.0 GiB of memory")


def test_ctrl_c_reaches_whoever_waits_for_pages(renderer: Renderer) -> None:
    jobs = [Job(str(n), "<p>word</p>" * 2_000) for n in range(50)]
    found: list[str] = []

    def done(page: Shown) -> None:
        found.append(page.key)
        if len(found) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        renderer.show(jobs, done)
    assert len(found) < len(jobs)
    assert shown(renderer, Job("k", "<p>a"))["k"].reason is None
