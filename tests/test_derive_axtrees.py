"""Pages are shown to a browser once: what it said is landed, whatever happens meanwhile. The browser is made up."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from adp import browser, derive_axtrees, root
from adp.axtrees import Element
from adp.browser import Job, Shown
from adp.build import build
from adp.config import Paths
from adp.talk import Talk
from adp.warehouse import connect
from loaders import land

pytestmark = pytest.mark.slow

DATASETS = ("mind2web", "turkingbench")


class Listener(Talk):
    """Remembers what was said."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)


class Made:
    """Stands in for Renderer: a tree for every page, an id for every path."""

    shown: ClassVar[list[Job]] = []
    failing: frozenset[str] = frozenset()
    most: int | None = None

    def __init__(self, pages: int) -> None:
        self.version = "1.2.3"

    def show(self, jobs: Sequence[Job], done: Callable[[Shown], None]) -> None:
        for job in jobs:
            if Made.most is not None and len(Made.shown) >= Made.most:
                raise KeyboardInterrupt
            Made.shown.append(job)
            if job.key in Made.failing:
                done(Shown(job.key, None, reason="it was too much"))
            else:
                elements = tuple(Element(path, str(n)) for n, path in enumerate(job.xpaths))
                done(Shown(job.key, f"RootWebArea '{len(job.html)}'", elements))

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Both datasets' samples, landed, and a browser that is made up."""
    Made.shown, Made.failing, Made.most = [], frozenset(), None
    monkeypatch.setattr(derive_axtrees, "Renderer", Made)
    monkeypatch.setattr(browser, "missing", lambda: None)
    monkeypatch.setattr(browser, "flattener", lambda: "form 0")
    found = Paths(tmp_path / "adp.db", tmp_path / "data")
    for dataset in DATASETS:
        land.load(dataset, [root() / "samples" / f"{dataset}.jsonl"], found)
    return found


def built(paths: Paths, talk: Talk | None = None, **options: Any) -> list[str]:
    """Build; the pages that were shown for it."""
    before = len(Made.shown)
    build(paths, DATASETS, tokens=False, talk=talk, **options)
    return [job.key for job in Made.shown[before:]]


def rows(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with connect(paths, read_only=True) as con:
        return con.execute(query).fetchall()


def test_each_page_is_shown_once_and_a_deleted_database_costs_no_browser(paths: Paths) -> None:
    first = built(paths)
    pages = rows(paths, "from standard.axtrees select count(distinct html_hash), count(axtree) where html_hash <> ''")
    assert len(first) == len(set(first)) == pages[0][0]
    assert pages[0][1] > pages[0][0], "pages that come twice are shown once"
    assert rows(paths, "from standard.axtrees where lack is not null") == []
    assert built(paths) == []
    paths.db.unlink()
    assert built(paths) == []
    assert rows(paths, "from standard.axtrees where lack is not null") == []


def test_steps_have_the_trees_and_the_ids_of_elements(paths: Paths) -> None:
    built(paths)
    steps = rows(
        paths,
        "from standard.steps select class, axtree, arguments, details where trajectory_id = 'mind2web/b3f0c1de-0001'"
        " and step_index in (2, 5) order by step_index",
    )
    assert steps[0][:2] == ("web_observation", f"RootWebArea '{len(Made.shown[0].html)}'")
    assert json.loads(steps[1][2]) == {"bid": "0", "value": "Cargo bike"}
    assert json.loads(steps[1][3])["xpath"] == "//*[@backend_node_id='14']"
    std = json.loads(
        rows(paths, "from sft.std select cast(to_json(content) as varchar) where id = 'mind2web/b3f0c1de-0001'")[0][0]
    )
    calls = [json.loads(event) if isinstance(event, str) else event for event in std]
    assert calls[5]["kwargs"] == {"xpath": "//*[@backend_node_id='14']", "value": "Cargo bike"}


def test_without_a_browser_one_line_says_what_to_install_and_the_rest_is_built(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "missing", lambda: browser.INSTALL)
    talk = Listener()
    assert built(paths, talk) == []
    (line,) = talk.warnings
    assert "pages stay without an accessibility tree" in line
    assert "pip install 'adp-warehouse[browser]'" in line
    reasons = rows(
        paths, "from sft.exclusions select distinct reason, detail where target = 'openhands' and reason = 'no_axtree'"
    )
    assert reasons == [("no_axtree", "the page was not shown to a browser: see `adp build`")]
    monkeypatch.setattr(browser, "missing", lambda: None)
    assert built(paths)
    assert rows(paths, "from sft.exclusions where reason = 'no_axtree'") == []


def test_no_axtrees_shows_nothing_and_says_nothing(paths: Paths) -> None:
    talk = Listener()
    assert built(paths, talk, axtrees=False) == []
    assert talk.warnings == []


def test_a_page_that_could_not_be_shown_has_a_reason_and_waits_to_be_asked_for(paths: Paths) -> None:
    built(paths, axtrees=False)
    (bad,) = rows(
        paths,
        "from standard.axtrees select html_hash where trajectory_id = 'turkingbench/Fruit labels__0' and axtree is null"
        " and step_index = 2",
    )
    Made.failing = frozenset(bad)
    built(paths)
    reasons = rows(
        paths, "from sft.exclusions select distinct trajectory_id, reason, detail where reason = 'no_axtree'"
    )
    assert ("turkingbench/Fruit labels__0", "no_axtree", "it was too much") in reasons
    assert built(paths) == []
    Made.failing = frozenset()
    assert built(paths, retry_pages=True) == list(bad)
    assert rows(paths, "from sft.exclusions where reason = 'no_axtree'") == []


def test_a_page_is_shown_again_for_elements_that_were_not_looked_up(paths: Paths, tmp_path: Path) -> None:
    built(paths)
    record = json.loads((root() / "samples" / "mind2web.jsonl").read_text().splitlines()[1])
    record["annotation_id"] = "further"
    record["actions"][0]["pos_candidates"][0] |= {"backend_node_id": "17", "attributes": "{}"}
    (tmp_path / "further.jsonl").write_text(json.dumps(record) + "\n")
    land.load("mind2web", [tmp_path / "further.jsonl"], paths, append=True)
    (again,) = built(paths)
    assert set(Made.shown[-1].xpaths) > {"//*[@backend_node_id='17']", "//*[@backend_node_id='7']"}
    assert rows(paths, f"from raw.derived_axtrees select count(*) where html_hash = '{again}'") == [(2,)]
    assert rows(paths, "from standard.axtrees where lack is not null") == []
    assert built(paths) == []


def test_what_was_shown_before_an_interruption_is_landed(paths: Paths) -> None:
    Made.most = 3
    with pytest.raises(KeyboardInterrupt):
        built(paths)
    first = [job.key for job in Made.shown]
    assert len(first) == 3
    Made.most = None
    assert not set(first) & set(built(paths))
    assert rows(paths, "from standard.axtrees where lack is not null") == []


def test_trees_go_to_a_file_and_come_from_it(paths: Paths, tmp_path: Path) -> None:
    built(paths)
    derive_axtrees.give(paths, tmp_path / "trees.json")
    other = Paths(tmp_path / "other" / "adp.db", tmp_path / "other" / "data")
    for dataset in DATASETS:
        land.load(dataset, [root() / "samples" / f"{dataset}.jsonl"], other)
    derive_axtrees.take(other, tmp_path / "trees.json")
    assert built(other) == []
    query = "from standard.axtrees select * order by all"
    assert rows(other, query) == rows(paths, query)


def test_token_counts_follow_the_trees(paths: Paths) -> None:
    build(paths, DATASETS, axtrees=False)
    build(paths, DATASETS)
    uncounted = """
        from standard.texts as texts
        anti join standard.token_counts using (content_hash)
        where field = 'axtree'
    """
    assert rows(paths, "select count(*) from standard.texts where field = 'axtree'") != [(0,)]
    assert rows(paths, uncounted) == []
