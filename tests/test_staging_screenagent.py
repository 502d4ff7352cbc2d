"""screenagent: each call of a session is a trajectory; the repository and the extracted sessions land alike."""

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adp.config import Paths
from loaders import land
from tests.pictures import jpeg, spread, zipped
from tests.rendering import Step, Warehouse, say, user
from tests.staged import staged

ANSWER = '```json\n[{"action_type": "WaitAction"}]\n```'
SCREEN = {"image_key": "s/images/1.jpg", "sha256": "ab", "media_type": "image/jpeg", "width": 30, "height": 20}


def call(**fields: Any) -> dict[str, Any]:
    return {
        "id": "s_0", "session_id": "s", "step": 0, "task_prompt": "做", "task_prompt_en": "Do it", "send_prompt_en":
        'The task is "Do it". Wait?', "LLM_response_editer": "回答", "LLM_response_editer_en": ANSWER, "LLM_response":
        "No.", "video_width": 30, "video_height": 20, "saved_image_name": "1.jpg", "screenshot": "<image>",
        "current_task": "wait", "actions": '[{"action_type": "WaitAction"}]', **fields,
    }  # fmt: skip


def test_without_its_screen_a_call_is_asked_for_the_task() -> None:
    asked, answer = staged("screenagent", call()).steps("s_0")
    assert (asked["class"], asked["source"], asked["content"]) == ("text_observation", "user", "Do it")
    assert (answer["class"], answer["content"], answer["turn_index"]) == ("message_action", ANSWER, 0)


def test_with_its_screen_a_call_is_asked_as_it_was() -> None:
    asked, screen, answer = staged("screenagent", call(), images=[SCREEN]).steps("s_0")
    assert asked["content"] == 'The task is "Do it". Wait?'
    assert screen["images"] == [
        {"sha256": "ab", "path": "s/images/1.jpg", "media_type": "image/jpeg", "width": 30, "height": 20}
    ]
    assert json.loads(screen["viewport"]) == {"width": 30, "height": 20}
    assert answer["content"] == ANSWER


def test_a_screen_that_the_record_names_itself_is_shown_without_bytes() -> None:
    screen = staged("screenagent", call(screenshot="/mnt/x/s/images/1.jpg")).steps("s_0")[1]
    assert screen["images"][0] == {
        "sha256": None, "path": "s/images/1.jpg", "media_type": None, "width": None, "height": None,
    }  # fmt: skip


def test_what_else_is_known_of_a_call_is_kept() -> None:
    found = staged("screenagent", call(note=1))
    details = found.steps("s_0")[-1]["details"]
    assert (details["rejected_response"], details["current_task"], details["is_excerpt"]) == ("No.", "wait", True)
    trajectory = found.trajectory("s_0")
    assert trajectory["system_prompt"] == 'The task is "Do it". Wait?'
    assert trajectory["details"] == {"note": 1, "session_id": "s", "step": 0, "task_prompt": "做"}


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"LLM_response_editer_en": None}, "回答"),
        (
            {"LLM_response_editer_en": None, "LLM_response_editer": None, "actions": [{"a": 1}]},
            '```json\n[{"a":1}]\n```',
        ),
        ({"LLM_response_editer_en": None, "LLM_response_editer": None, "actions": "[1]"}, "```json\n[1]\n```"),
    ],
)
def test_the_answer_is_the_corrected_one_or_the_actions(fields: dict[str, Any], answer: str) -> None:
    assert staged("screenagent", call(**fields)).steps("s_0")[-1]["content"] == answer


@pytest.mark.parametrize("actions", [None, "", []])
def test_a_call_without_an_answer_has_no_action(actions: Any) -> None:
    fields = {"LLM_response_editer_en": None, "LLM_response_editer": None, "actions": actions or None}
    assert [step["class"] for step in staged("screenagent", call(**fields)).steps("s_0")] == ["text_observation"]


def test_calls_of_a_session_share_their_task() -> None:
    found = staged("screenagent", call(), call(id="s_1", step=1, LLM_response_editer_en="[]"))
    assert len({row["task_id"] for row in found.trajectories}) == 1


def test_an_excerpt_ends_as_it_is(warehouse: Warehouse) -> None:
    answer = Step({**say("[]").values, "details": '{"is_excerpt":true}'})
    warehouse.add("screenagent/s_0", user("Do it"), answer)
    for target in ("openhands", "sweagent"):
        assert warehouse.texts(target) == ["Do it", "[]"]
    (record,) = warehouse.records("std")
    assert record["content"][-1]["content"] == "[]"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "adp.db", tmp_path / "data")


def rows(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        con.execute(paths.raw_sql.read_text(encoding="utf-8"))
        return con.execute(query).fetchall()


def bare(**fields: Any) -> dict[str, Any]:
    """A call as the dumps have it."""
    return {name: value for name, value in call(**fields).items() if name not in ("id", "step")}


REPOSITORY = {
    "ScreenAgent-main/data/ScreenAgent/train/s/2.json": json.dumps(bare(task_prompt_en="two"), indent=4).encode(),
    "ScreenAgent-main/data/ScreenAgent/train/s/1.json": json.dumps(bare(task_prompt_en="one"), indent=4).encode(),
    "ScreenAgent-main/data/ScreenAgent/train/s/1_neg_eval.json": json.dumps(
        {"task_prompt": "three", "saved_image_name": "1.jpg", "actions": [{"a": 1}], "status": "evaluating"}
    ).encode(),
    "ScreenAgent-main/data/ScreenAgent/train/s/images/1.jpg": jpeg(30, 20),
    "ScreenAgent-main/data/ScreenAgent/test/t/1.json": json.dumps(bare(session_id="t")).encode(),
    "ScreenAgent-main/data/Other/package.json": b'{"name": "other"}',
    "ScreenAgent-main/data/Other/broken.json": b"{",
}


@pytest.mark.parametrize("packed", [True, False])
def test_the_repository_lands_call_by_call_without_its_test_sessions(
    packed: bool, paths: Paths, tmp_path: Path
) -> None:
    dump = zipped(tmp_path / "main.zip", REPOSITORY) if packed else spread(tmp_path / "main", REPOSITORY)
    landing = land.load("screenagent", [dump], paths)
    assert (landing.records, landing.rejected) == (3, 0)
    found = rows(
        paths, "select source_id, source_row, step, coalesce(task_prompt_en, task_prompt) from raw.screenagent"
    )
    assert found == [("s_0", 1, 0, "one"), ("s_1", 2, 1, "two"), ("s_2", 3, 2, "three")]
    assert rows(paths, "select distinct source_file from raw.screenagent") == [
        ("ScreenAgent-main/data/ScreenAgent/train",)
    ]
    assert rows(paths, "select image_key, width, height from raw.screenagent_images") == [("s/images/1.jpg", 30, 20)]


@pytest.mark.parametrize("form", ["lines", "gz", "array", "one session"])
def test_extracted_sessions_land_call_by_call(form: str, paths: Paths, tmp_path: Path) -> None:
    sessions = [[bare(), bare(task_prompt_en="é")], [bare(session_id="t")]]
    lines = "".join(json.dumps(session) + "\n" for session in sessions).encode()
    dump = tmp_path / {"lines": "d.jsonl", "gz": "d.jsonl.gz"}.get(form, "d.json")
    if form in ("lines", "gz"):
        dump.write_bytes(lines if form == "lines" else gzip.compress(lines))
    else:
        dump.write_text(json.dumps(sessions if form == "array" else sessions[0], indent=1))
    assert land.load("screenagent", [dump], paths).rejected == 0
    found = rows(paths, "select source_id, source_row, task_prompt_en from raw.screenagent")
    assert found == [("s_0", 1, "Do it"), ("s_1", 2, "é"), ("t_0", 3, "Do it")][: 2 if form == "one session" else 3]


def test_what_is_no_call_is_rejected_in_its_place(paths: Paths, tmp_path: Path) -> None:
    dump = tmp_path / "d.jsonl"
    dump.write_text(json.dumps([bare(), {"session_id": "s", "task_prompt": 7}, 5]) + '\n{"x"\n' + json.dumps([bare()]))
    landing = land.load("screenagent", [dump], paths)
    assert (landing.records, landing.rejected) == (2, 3)
    assert rows(paths, "select source_row, source_id, occurrence from raw.screenagent") == [
        (1, "s_0", 1),
        (5, "s_0", 2),
    ]
    assert rows(paths, "select source_row, raw_text from raw.rejections order by 1")[1:] == [(3, "5"), (4, '{"x"')]


def test_sessions_come_from_stdin(paths: Paths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "in").write_text(json.dumps([bare()]) + "\n")
    with (tmp_path / "in").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert land.load("screenagent", ["-"], paths).records == 1
