"""General chats of three shapes: read alike, and chosen for the mix by the published rules."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adp.build import build
from adp.config import Paths
from loaders import land
from tests.staged import Record, staged

HUMAN, GPT = {"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}


def shared(*turns: dict[str, Any], name: str = "s", field: str = "conversations") -> Record:
    return {"id": name, field: list(turns)}


def turn(speaker: str, value: Any) -> dict[str, Any]:
    return {"from": speaker, "value": value}


def said(record: Record) -> list[tuple[str, str, str]]:
    found = staged("general-chat", record)
    return [(step["kind"], step["source"], step["content"]) for step in found.all_steps]


QUESTION = [("observation", "user", "a"), ("action", "agent", "b")]


@pytest.mark.parametrize(
    "record",
    [
        {"id": "cot.1", "system_prompt": "", "question": "a", "response": "b"},
        shared(HUMAN, GPT),
        shared(HUMAN, GPT, field="items"),
        shared(turn("user", "a"), turn("chatgpt", "b")),
        shared(turn("user", "a"), turn("bard", "b")),
        {"id": "s", "conversations": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
        {"source": "Dove", "conversation": [{"input": "a", "output": "b"}]},
        {"id": "s", "conversation": json.dumps([{"input": "a", "output": "b"}]), "source": "Dove"},
    ],
)
def test_every_shape_is_a_question_and_an_answer(record: Record) -> None:
    if isinstance(record.get("conversation"), str):  # the loader reads JSON text; here it is the value
        record = record | {"conversation": json.loads(record["conversation"])}
    assert said(record) == QUESTION


def test_a_system_prompt_is_no_step() -> None:
    found = staged("general-chat", {"id": "cot.1", "system_prompt": "Be kind.", "question": "a", "response": "b"})
    assert len(found.all_steps) == 2
    assert found.trajectories[0]["system_prompt"] == "Be kind."


def test_words_on_the_sharing_go_search_results_are_the_users_underscores_are_themselves() -> None:
    record = shared(
        turn("human", r"my\_list"),
        turn("gpt", "b"),
        turn("human", "*This conversation is shared from [a page]"),
        turn("bing", "c"),
        turn("gpt", "This chat conversation is shared from me"),
    )
    assert [content for _, _, content in said(record)] == ["my_list", "b", "Bing Search Result:\nc"]


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        ({"id": "cot.1", "question": "a", "response": "b"}, None),
        ({"id": "flan.1", "question": "a", "response": "b"}, "not_reasoning"),
        (shared(HUMAN, GPT), "few_turns"),
        (shared(HUMAN, GPT, field="items"), None),
        (shared(HUMAN, field="items"), "few_turns"),
        (shared(GPT, GPT, GPT, GPT), "no_user"),
        (shared(HUMAN, HUMAN, HUMAN, HUMAN), "no_assistant"),
        (shared(HUMAN, turn("gpt", "Cancelled"), HUMAN, GPT), "cancelled"),
        (shared(HUMAN, turn("gpt", "Cancelled by me"), HUMAN, GPT), None),
        (shared(GPT, HUMAN, GPT, HUMAN), "assistant_first"),
        (shared(HUMAN, GPT, GPT, HUMAN), "assistant_repeats"),
        (shared(HUMAN, HUMAN, GPT, HUMAN), "user_repeats"),
        (shared(HUMAN, GPT, HUMAN, GPT), None),
        ({"source": "Dove", "conversation": [{"input": "a", "output": "b"}]}, None),
    ],
)
def test_the_first_rule_of_the_mix_that_a_chat_breaks_is_kept(record: Record, rule: str | None) -> None:
    details = staged("general-chat", record).trajectories[0]["details"]
    assert details.get("left_out_by") == rule


@pytest.mark.parametrize(
    ("record", "exclusion"),
    [
        (shared(turn("robot", "a"), GPT), "unreadable_step"),
        (shared(turn("human", None), GPT), "unreadable_step"),
        (shared(turn("human", " "), GPT), "unreadable_step"),
        (shared(), "no_steps"),
        (shared(HUMAN, GPT, HUMAN), "truncated"),
        ({"id": "x"}, "unreadable_step"),
        ({"id": "x", "conversations": [None]}, "unreadable_step"),
        ({"id": "x", "conversation": [{"input": None, "output": "b"}]}, "unreadable_step"),
    ],
)
def test_a_chat_that_cannot_be_learnt_from_says_why(record: Record, exclusion: str) -> None:
    assert staged("general-chat", record).trajectories[0]["exclusion"] == exclusion


@pytest.fixture
def mixed(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """Seven chats that are fit, of which a collection takes three."""
    chats = [{"id": f"cot.{n}", "question": f"q{n}", "response": "b"} for n in range(7)]
    (tmp_path / "orca.jsonl").write_text("".join(json.dumps(chat) + "\n" for chat in chats))
    paths = Paths(tmp_path / "adp.db", tmp_path / "data")
    land.load("general-chat", [tmp_path / "orca.jsonl"], paths)
    build(paths, tokens=False)
    con = duckdb.connect(str(paths.db))
    con.execute("create or replace view seeds.chat_shapes as select 'openorca' as shape, 3 as sample_size")
    return con


def test_a_sample_is_drawn_by_digest_and_says_what_it_left(mixed: duckdb.DuckDBPyConnection) -> None:
    drawn = "row_number() over (order by md5('42/cot.' || n))"
    wanted = mixed.execute(f"from range(7) as t (n) select 'general-chat/cot.' || n qualify {drawn} > 3 order by 1")
    expected = [(name, "not_sampled") for (name,) in wanted.fetchall()]
    found = mixed.execute("from sft.codeact_misfits select trajectory_id, reason order by 1").fetchall()
    assert found == expected


def test_files_of_all_shapes_are_one_landing(tmp_path: Path) -> None:
    (tmp_path / "orca.jsonl").write_text(json.dumps({"id": "cot.1", "question": "a", "response": "b"}) + "\n")
    (tmp_path / "sharegpt.json").write_text(json.dumps([shared(HUMAN, GPT, HUMAN, GPT), shared(GPT, name="t")]))
    (tmp_path / "dove.jsonl").write_text(
        json.dumps({"source": "Dove", "conversation": [{"input": "a", "output": "b"}]}) + "\n"
    )
    paths = Paths(tmp_path / "adp.db", tmp_path / "data")
    files = [tmp_path / name for name in ("orca.jsonl", "sharegpt.json", "dove.jsonl")]
    assert land.load("general-chat", files, paths).records == 4
    build(paths, tokens=False)
    with duckdb.connect(str(paths.db), read_only=True) as con:
        assert con.execute("from sft.codeact select id").fetchall() == [
            ("general-chat/cot.1",),
            ("general-chat/s",),
            ("general-chat/dove-0",),
        ]
