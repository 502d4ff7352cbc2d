"""What is taken in in ADP's form or as ATIF goes out again without loss, and every export of ATIF is valid."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adp import root
from schema import adp, atif
from tests.exchange import CORPUS, Record, exchange

ENOUGH = settings(max_examples=6, suppress_health_check=list(HealthCheck), deadline=None)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12) | st.sampled_from(
    ["", " ", '"quoted"', "'x'", "<finish> Done. </finish>", "a <finish></finish> b", "\n", "True", "-7", "None", "{}"]
)
words = st.sampled_from(["a", "b", "content", "class_", "extra", "$.a", "é", "tool_call_id", ""])
numbers = st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9, allow_nan=False).filter(lambda value: value != 0)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(words, values, max_size=3)
ids = st.sampled_from(["c1", "c2", "call_1", "call_2", "x"])


def some(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    """An object with these members, and some of the optional ones."""
    return st.fixed_dictionaries(required, optional=optional)


# ---------------------------------------------------------------- ADP's standardized form

later = {
    "tool_call_id": st.none() | ids,
    "reasoning_content": st.none() | texts,
    "reward": st.none() | numbers,
}
sources = st.sampled_from(["user", "agent", "environment", "system"])
images = some(
    {"class_": st.just("image_observation"), "content": texts.filter(bool), "source": sources},
    annotations=st.none() | st.lists(values, max_size=2),
)
thought = {"description": st.none() | texts}
events = st.one_of(
    some({"class_": st.just("text_observation"), "content": texts, "source": sources}, name=st.none() | texts, **later),
    some({"class_": st.just("message_action"), "content": texts}, **thought, **later),
    some(
        {"class_": st.just("code_action"), "content": texts, "language": st.sampled_from(["bash", "Python", "c++"])},
        **thought,
        **later,
    ),
    some(
        {
            "class_": st.just("api_action"),
            "function": st.sampled_from(["f", "finish", "think", "g h"]),
            "kwargs": objects,
        },
        **thought,
        **later,
    ),
    some(
        {"class_": st.just("web_observation")},
        html=st.none() | texts,
        axtree=st.none() | texts,
        url=st.none() | texts,
        image_observation=st.none() | images,
        viewport_size=st.none() | st.lists(st.integers(1, 9), min_size=2, max_size=2),
        **later,
    ),
    images,
    some({"class_": st.sampled_from(["message_action", "dance_action", "odd"])}, content=values, mood=values),
    values.filter(lambda value: not isinstance(value, dict)),
)
std_records = some(
    {"id": texts.filter(bool), "content": st.lists(events, max_size=6)},
    details=objects | st.fixed_dictionaries({}, optional={"outcome": values, "reward": values, "model": values}),
    trained=st.booleans(),
    dataset=st.sampled_from(["other-set"]),
)


def told(event: Any) -> Any:
    """An event without members that are null: those may as well be left out."""
    return {name: value for name, value in event.items() if value is not None} if isinstance(event, dict) else event


@given(st.lists(std_records, min_size=8, max_size=25))
@ENOUGH
def test_adps_form_comes_back_as_it_was(records: list[Record]) -> None:
    given_out = exchange().take("adp-std", *records).std()
    assert len(given_out) == len(records)
    for record, back in zip(records, given_out, strict=True):
        assert [told(event) for event in back["content"]] == [told(event) for event in record["content"]]
        details = record.get("details", {})
        assert {name: back["details"][name] for name in details} == details
        assert back["id"].startswith(f"{CORPUS}/{record['id']}")
        if record.get("trained") is False:
            assert back["trained"] is False
    for document in exchange().atif():
        atif.Trajectory.model_validate(document)
    assert exchange().violations() == {}


# ---------------------------------------------------------------- ATIF

parts = st.lists(
    some({"type": st.just("text"), "text": texts})
    | st.fixed_dictionaries(
        {
            "type": st.just("image"),
            "source": st.fixed_dictionaries(
                {"media_type": st.just("image/png"), "path": st.sampled_from(["a.png", "b"])}
            ),
        }
    ),
    min_size=1,
    max_size=3,
)
metrics = some(
    {}, prompt_tokens=st.integers(0, 99), cost_usd=st.floats(0.25, 9), logprobs=st.just([-0.5]), extra=objects
)
times = st.sampled_from(["2025-10-01T08:00:00Z", "2025-10-01T08:00:00.123456+02:00", "2025-10-01"])
always = {
    "timestamp": times,
    "is_copied_context": st.booleans(),
    "extra": objects,
}
references = st.lists(some({"trajectory_path": st.just("sub.json")}, session_id=texts), min_size=1, max_size=2)


@st.composite
def observations(draw: st.DrawFn, calls: list[str]) -> Record:
    source: st.SearchStrategy[str | None] = st.sampled_from([None, *calls])
    result = some(
        {},
        source_call_id=source,
        content=st.none() | texts | parts,
        subagent_trajectory_ref=references,
        extra=objects,
    )
    return {"results": draw(st.lists(result, max_size=3))}


@st.composite
def atif_steps(draw: st.DrawFn) -> Record:
    source = draw(st.sampled_from(["user", "agent", "agent", "agent", "system"]))
    message = {"message": texts | parts}
    if source != "agent":
        step = draw(some(message, **always, llm_call_count=st.integers(0, 1)))
        if draw(st.integers(0, 4)) == 0:
            step["observation"] = draw(observations([]))
        return {"source": source, **step}
    names = draw(st.lists(ids, max_size=3, unique=True))
    call = {"function_name": st.sampled_from(["f", "bash", "Bash", "python"]), "arguments": objects | commands}
    calls = [{"tool_call_id": name, **draw(some(call, extra=objects))} for name in names]
    step = draw(
        some(
            message,
            **always,
            model_name=texts,
            reasoning_effort=st.just("high"),
            reasoning_content=texts.filter(bool),
            metrics=metrics,
            llm_call_count=st.integers(1, 2),
        )
    )
    if draw(st.integers(0, 5)) == 0:
        step = {**step, "llm_call_count": 0}
        step.pop("metrics", None)
        step.pop("reasoning_content", None)
    if len(calls) or draw(st.integers(0, 1)):
        step["tool_calls"] = calls
    if draw(st.integers(0, 3)):
        step["observation"] = draw(observations(names))
    return {"source": source, **step}


commands = some({"command": texts}, timeout=numbers) | some({"code": texts})
tools = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("function"),
            "function": some({"name": st.sampled_from(["f", "g"])}, description=texts, parameters=st.just({})),
        }
    ),
    max_size=2,
)


@st.composite
def atif_records(draw: st.DrawFn) -> Record:
    steps = draw(st.lists(atif_steps(), min_size=1, max_size=6))
    agent = some({"name": texts, "version": texts}, model_name=texts, tool_definitions=tools, extra=objects)
    record = draw(
        some(
            {"schema_version": st.sampled_from(["ATIF-v1.4", "ATIF-v1.6", "ATIF-v1.7", "ATIF-v1.8"]), "agent": agent},
            session_id=texts.filter(bool),
            trajectory_id=texts.filter(bool),
            notes=texts,
            final_metrics=some({}, total_prompt_tokens=st.integers(0, 9), extra=objects),
            continued_trajectory_ref=texts,
            subagent_trajectories=st.lists(objects, max_size=1),
            extra=objects,
        )
    )
    return {**record, "steps": [{"step_id": place, **step} for place, step in enumerate(steps, start=1)]}


def without_nulls(document: Record) -> Record:
    """A document without the optional members that are null, which may as well be left out."""

    def bare(member: Record) -> Record:
        return {name: value for name, value in member.items() if value is not None}

    steps = []
    for step in document["steps"]:
        whole = bare(step)
        if "observation" in whole:
            whole["observation"] = {"results": [bare(result) for result in whole["observation"]["results"]]}
        steps.append(whole)
    return {**bare(document), "steps": steps}


@given(st.lists(atif_records(), min_size=8, max_size=25))
@ENOUGH
def test_atif_comes_back_as_it_was(records: list[Record]) -> None:
    given_out = exchange().take("atif", *records).atif()
    assert len(given_out) == len(records)
    for record, back in zip(records, given_out, strict=True):
        atif.Trajectory.model_validate(back)
        newest = "ATIF-v1.8" if record["schema_version"] == "ATIF-v1.8" else "ATIF-v1.7"
        assert without_nulls(back) == without_nulls({**record, "schema_version": newest})
    assert exchange().violations() == {}


# ---------------------------------------------------------------- everything else


def test_every_sample_goes_out_as_valid_atif_and_in_adps_form(sample_paths: Any) -> None:
    from adp import warehouse

    with warehouse.connect(sample_paths, read_only=True) as con:
        documents = con.execute("select trajectory from sft.atif").fetchall()
        trajectories = con.execute("select count(*) from standard.trajectories").fetchone()
    assert trajectories is not None
    assert len(documents) == trajectories[0] > 0
    for (text,) in documents:
        atif.Trajectory.model_validate_json(text)


def sample(name: str) -> list[Record]:
    """The records of a sample that are no broken ones."""
    lines = (root() / "samples" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [record for record in records if isinstance(record.get("content", record.get("steps")), list)]


def test_the_samples_make_both_round_trips() -> None:
    records = sample("adp_std")
    for record, back in zip(records, exchange().take("adp-std", *records).std(), strict=True):
        assert [told(event) for event in back["content"]] == [told(event) for event in record["content"]]
    records = sample("atif")[:2]
    for record, back in zip(records, exchange().take("atif", *records).atif(), strict=True):
        assert without_nulls(back) == without_nulls({**record, "schema_version": "ATIF-v1.7"})


def test_our_own_export_in_adps_form_is_taken_in_again() -> None:
    """Exclusions, outcomes and tasks are read from where the export put them."""
    first = exchange().take("adp-std", *sample("adp_std")).std()
    for record in first:
        if record["details"].get("exclusion") != "unreadable_step":
            adp.Trajectory.model_validate({**record, "details": record["details"]})
    second = exchange().take("adp-std", *first).std()
    for before, after in zip(first, second, strict=True):
        assert [told(event) for event in after["content"]] == [told(event) for event in before["content"]]
        assert after["trained"] == before["trained"]
        assert {name: after["details"][name] for name in before["details"]} == before["details"]


@pytest.mark.slow
def test_the_references_own_records_come_back(reference: Path) -> None:
    """Every std.jsonl of the reference, event by event."""
    files = sorted(reference.glob("*/std.jsonl"))
    assert len(files) >= 29
    for file in files:
        records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        given_out = exchange().take("adp-std", *records).std()
        for record, back in zip(records, given_out, strict=True):
            assert [told(event) for event in back["content"]] == [told(event) for event in record["content"]]
            details = record.get("details", {})
            assert {name: back["details"][name] for name in details} == details
