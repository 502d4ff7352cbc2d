"""turkingbench: forms are filled as workers did, one field after the other."""

import json
from pathlib import Path
from typing import Any

from adp.config import Paths
from adp.warehouse import connect
from loaders import land, raw_views
from tests.staged import Staged, staged

FORM = """<html><!-- <input name="old"> --><p>${question} ${unknown}</p>
<input type="radio" name="choice" value="a" checked>A <input type=radio name=choice value=b>B
<input type="checkbox" name="box" value="1"><input type="checkbox" name="box" value="2">
<input type='checkbox' name='own'>
<select name="list"><option value="x">X</option><option selected>Y</option></select>
<textarea name="words">before</textarea> <input name="line"> <input type="range" name="slide">
<input type="hidden" name="secret"><input type="submit" name="send">
<script>`${now} <input name="script">`</script></html>"""


def form(answer: object, template: str = FORM, **more: Any) -> Staged:
    """One record's staging."""
    record = {"_id": "Task__0", "Task": "Task", "Template": template, "Answer": answer, "question": "Why?", **more}
    return staged("turkingbench", record)


def calls(found: Staged) -> list[tuple[str, dict[str, str]]]:
    """The acts behind the first."""
    return [(row["function"], row["arguments"]) for row in found.all_steps if row["kind"] == "action"][1:]


def pages(found: Staged) -> list[str]:
    """The pages."""
    return [row["html"] for row in found.all_steps if row["class"] == "web_observation"]


def test_a_form_is_opened_and_answered_in_the_order_of_the_page() -> None:
    found = form({"line": "one", "choice": "b", "own": "on"})
    assert [row["class"] for row in found.all_steps] == [
        "text_observation", *["api_action", "web_observation"] * 3, "api_action",
    ]  # fmt: skip
    address = "https://turkingbench.github.io/tasks/Task__0"
    assert found.all_steps[0]["content"] == f"Go to {address} and follow the instructions on the page"
    assert (found.all_steps[1]["function"], found.all_steps[1]["arguments"]) == ("goto", {"url": address})
    assert calls(found) == [
        ("click", {"xpath": '//input[@name="choice" and @type="radio" and @value="b"]'}),
        ("click", {"xpath": '//input[@name="own" and @type="checkbox" ]'}),
        ("type", {"xpath": '//input[@name="line"]', "value": "one"}),
    ]
    assert [row["tool_call_id"] for row in found.all_steps] == [
        None, "call_1", "call_1", "call_3", "call_3", "call_5", "call_5", "call_7",
    ]  # fmt: skip
    assert [row["turn_index"] for row in found.all_steps if row["kind"] == "action"] == [0, 1, 2, 3]
    assert found.trajectories[0]["exclusion"] is None


def test_blanks_are_filled_and_what_is_none_stays() -> None:
    (page,) = pages(form({}))
    assert page == FORM.replace("${question}", "Why?")


def test_every_kind_of_field_is_answered_in_its_way() -> None:
    found = form({"box": "1|2", "list": "Y", "words": "so", "slide": "7", "secret": "s", "send": "x", "old": "x"})
    assert calls(found) == [
        ("click", {"xpath": '//input[@name="box" and @type="checkbox" and @value="1"]'}),
        ("click", {"xpath": '//input[@name="box" and @type="checkbox" and @value="2"]'}),
        ("select", {"xpath": '//select[@name="list"]', "value": "Y"}),
        ("type", {"xpath": '//textarea[@name="words"]', "value": "so"}),
        ("modify_range", {"xpath": '//input[@name="slide" and @type="range"]', "value": "7"}),
    ]


def test_an_answer_changes_its_field_and_nothing_else() -> None:
    found = form({"choice": "b", "list": "x", "words": "a <b>", "line": 'say "no"', "slide": "7"})
    first, chosen, listed, told, said = pages(found)
    assert chosen == first.replace(' value="a" checked>', ' value="a">').replace(
        "<input type=radio name=choice", '<input checked="checked" type=radio name=choice'
    )
    assert listed == chosen.replace(
        '<option value="x">X</option><option selected>', '<option selected="selected" value="x">X</option><option>'
    )
    assert told == listed.replace(">before<", ">a &lt;b&gt;<")
    assert said == told.replace('<input name="line">', '<input value="say &quot;no&quot;" name="line">')


def test_a_form_without_an_answer_is_incomplete() -> None:
    for answer in ({}, None, {"choice": ""}, {"secret": "1"}):
        assert form(answer).trajectories[0]["exclusion"] == "incomplete"


def test_answers_that_are_no_object_are_told_and_excluded() -> None:
    for answer in ([1], "b", 7):
        (row,) = form(answer).trajectories
        assert (row["exclusion"], row["details"]["answers"]) == ("unreadable_step", answer)


def test_one_form_for_several_workers_is_one_task() -> None:
    record = {"Task": "T", "Template": FORM, "question": "Why?"}
    found = staged(
        "turkingbench",
        {**record, "_id": "T__0", "Answer": {"line": "a"}},
        {**record, "_id": "T__1", "Answer": {"line": "b"}},
        {**record, "_id": "T__2", "Answer": {"line": "b"}, "question": "How?"},
    )
    first, second, other = (row["task_id"] for row in found.trajectories)
    assert first == second != other
    assert [row["group_id"] for row in found.trajectories] == [first, second, other]


def test_the_folders_of_the_repository_land_as_records(tmp_path: Path) -> None:
    task = tmp_path / "tasks" / "Which one"
    task.mkdir(parents=True)
    (task / "template.html").write_text(FORM, encoding="utf-8")
    (task / "batch.csv").write_text(
        'HITId,Title,Input.question,Answer.line,Answer.choice\n1,Ask,"Why, though?\nNow",ä,\n2,Ask,How?,,a\n',
        encoding="utf-8",
    )
    (task / "input.csv").write_text("question\nWhy?\n")
    paths = Paths(tmp_path / "adp.db", tmp_path / "data")
    assert land.load("turkingbench", [tmp_path / "tasks"], paths).records == 2
    raw_views.write(paths)
    with connect(paths) as con:
        con.execute(paths.raw_sql.read_text()).fetchall()
        rows = con.execute(
            'from raw.turkingbench select source_id, Title, Template, "Answer", raw_extra order by record'
        ).fetchall()
    assert [row[:3] for row in rows] == [("Which one__0", "Ask", FORM), ("Which one__1", "Ask", FORM)]
    assert json.loads(rows[0][3]) == {"line": "ä", "choice": ""}
    assert json.loads(rows[0][4]) == {"HITId": "1", "question": "Why, though?\nNow"}
