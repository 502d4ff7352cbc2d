"""Corpora: several of one format stand side by side, each under its name, which is its dataset everywhere."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adp.config import Paths
from adp.errors import UserError
from loaders import base, corpora, land, raw_views

EVENTS = [
    {"class_": "text_observation", "content": "Hello?", "name": None, "source": "user"},
    {"class_": "message_action", "content": "Good day.", "description": None},
]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A warehouse that is not there yet."""
    return Paths(tmp_path / "adp.db", tmp_path / "data")


def dump(path: Path, *records: object) -> Path:
    """A file of JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def std(identifier: str) -> dict[str, Any]:
    return {"id": identifier, "content": EVENTS, "details": {}}


def rows(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        con.execute(paths.raw_sql.read_text())
        return con.execute(query).fetchall()


LANDED = "from raw.adp_std select corpus, record, source_file, source_id, occurrence order by all"


def test_corpora_of_one_format_stand_side_by_side(paths: Paths, tmp_path: Path) -> None:
    land.load("adp-std", [dump(tmp_path / "a.jsonl", std("x"), None, std("x"))], paths, name="mine")
    land.load("adp-std", [dump(tmp_path / "b.jsonl", std("x"))], paths, name="yours-1.0")
    assert rows(paths, LANDED) == [
        ("mine", 1, "a.jsonl", "x", 1),
        ("mine", 2, "a.jsonl", "x", 2),
        ("yours-1.0", 1, "b.jsonl", "x", 1),
    ]
    assert rows(paths, "from raw.corpora order by all") == [
        ("mine", "mine", "adp-std"),
        ("yours-1.0", "yours_1_0", "adp-std"),
    ]
    assert rows(paths, "from raw.rejections select dataset, source_row") == [("mine", 2)]
    assert rows(paths, "from raw.landings select dataset, records order by all") == [("mine", 2), ("yours-1.0", 1)]


def test_a_load_replaces_the_corpus_of_its_name_only(paths: Paths, tmp_path: Path) -> None:
    for name in ("mine", "yours"):
        land.load("adp-std", [dump(tmp_path / "a.jsonl", std("x"))], paths, name=name)
    land.load("adp-std", [dump(tmp_path / "c.jsonl", std("y"))], paths, name="mine")
    land.load("adp-std", [dump(tmp_path / "d.jsonl", std("y"))], paths, name="yours", append=True)
    assert rows(paths, LANDED) == [
        ("mine", 1, "c.jsonl", "y", 1),
        ("yours", 1, "a.jsonl", "x", 1),
        ("yours", 2, "d.jsonl", "y", 1),
    ]


def test_a_corpus_without_a_name_has_that_of_its_file(paths: Paths, tmp_path: Path) -> None:
    land.load("openai", [dump(tmp_path / "My chats.jsonl", {"messages": [{"role": "user", "content": "Hi"}]})], paths)
    assert rows(paths, "from raw.openai select corpus, source_id") == [("My-chats", "My chats-0")]
    with pytest.raises(UserError, match="give the corpus a name with --name"):
        land.load("openai", ["-"], paths)


@pytest.mark.parametrize("name", ["", "a/b", "../x", ".hidden", "-x", "x" * 101, "ä", "a b"])
def test_a_name_that_is_no_file_name_everywhere_is_refused(paths: Paths, tmp_path: Path, name: str) -> None:
    file = dump(tmp_path / "a.jsonl", std("x"))
    with pytest.raises(UserError, match="is no name for a corpus"):
        land.load("adp-std", [file], paths, name=name)


def test_a_name_stands_for_one_thing(paths: Paths, tmp_path: Path) -> None:
    file = dump(tmp_path / "a.jsonl", std("x"))
    chat = dump(tmp_path / "b.jsonl", {"id": "x", "messages": [{"role": "user", "content": "Hi"}]})
    land.load("adp-std", [file], paths, name="mine-1")
    with pytest.raises(UserError, match="a corpus mine-1 of the form adp-std already"):
        land.load("adp-std", [file], paths, name="mine.1")
    with pytest.raises(UserError, match="a corpus mine-1 of the form adp-std already"):
        land.load("openai", [chat], paths, name="mine-1")
    land.load("code_feedback", [chat], paths)
    with pytest.raises(UserError, match="landed as a dataset of the catalogue"):
        land.load("adp-std", [file], paths, name="Code-Feedback")
    land.load("adp-std", [file], paths, name="codeactinstruct")
    with pytest.raises(UserError, match="codeactinstruct is landed as a corpus of the form adp-std"):
        land.load("codeactinstruct", [file], paths)


def test_a_format_needs_a_source_and_only_a_format_takes_a_name(paths: Paths, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="adp-std is a form, not a dataset"):
        land.load("adp-std", [], paths, name="mine")
    with pytest.raises(UserError, match="--name is for corpora"):
        land.load("code_feedback", [dump(tmp_path / "a.jsonl", {"id": "x", "messages": []})], paths, name="mine")


def test_a_corpus_is_found_by_name_and_identifier(paths: Paths, tmp_path: Path) -> None:
    land.load("adp-std", [dump(tmp_path / "a.jsonl", std("x"))], paths, name="Mine-1")
    assert [corpora.staged(paths, name) for name in ("Mine-1", "mine_1", "adp-std", "swe-smith")] == [
        "adp_std", "adp_std", "adp_std", "swe_smith",
    ]  # fmt: skip
    assert corpora.find(paths, "other") is None
    with pytest.raises(UserError, match="unknown dataset 'other'"):
        corpora.staged(paths, "other")


ATIF = {
    "schema_version": "ATIF-v1.7",
    "session_id": "run",
    "agent": {"name": "a", "version": "1"},
    "steps": [{"step_id": 1, "source": "user", "message": "Hello?\nÄ"}],
}


def test_a_document_over_many_lines_is_one_record(paths: Paths, tmp_path: Path) -> None:
    """Windows' line ends and a byte order mark too; a document that is cut is one rejection, not one for each line."""
    text = json.dumps(ATIF, indent=2, ensure_ascii=False)
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    (tmp_path / "b.json").write_text(text[:-3], encoding="utf-8")
    for file, landed, rejected in (("a.json", 1, 0), ("b.json", 0, 1)):
        landing = land.load("atif", [tmp_path / file], paths, name=file[0])
        assert (landing.records, landing.rejected) == (landed, rejected)
    assert rows(paths, "from raw.atif select source_id, source_row, steps[1] ->> 'message'") == [
        ("run", 1, "Hello?\nÄ")
    ]


def test_lines_of_records_are_no_document(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "x", "content":\n' + json.dumps(std("y")) + "\n")
    landing = land.load("adp-std", [tmp_path / "a.jsonl"], paths, name="mine")
    assert (landing.records, landing.rejected) == (1, 1)


def test_of_a_folder_of_jobs_the_trajectories_are_landed(paths: Paths, tmp_path: Path) -> None:
    jobs = tmp_path / "jobs"
    for trial in ("one", "two"):
        dump(jobs / trial / "config.json", {"timeout": 3})
        dump(jobs / trial / "agent" / "trajectory.json", {**ATIF, "session_id": None})
    dump(jobs / "two" / "agent" / "trajectory.cont-1.json", ATIF)
    land.load("atif", [jobs], paths)
    assert rows(paths, "from raw.atif select corpus, source_file, source_id order by record") == [
        ("jobs", "one/agent/trajectory.json", "trajectory-0"),
        ("jobs", "two/agent/trajectory.cont-1.json", "run"),
        ("jobs", "two/agent/trajectory.json", "trajectory-2"),
    ]


def test_a_killed_load_of_a_corpus_leaves_no_rest(paths: Paths, tmp_path: Path) -> None:
    land.load("adp-std", [dump(tmp_path / "a.jsonl", std("x"))], paths, name="mine")
    rest = corpora.folder(paths, base.FORMATS["adp_std"], "mine") / ".load-abc"
    rest.mkdir()
    raw_views.write(paths)
    assert not rest.exists()
