"""Tasks of four sources: put together from their files, filtered, and drawn by digest, the same in any order."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adp import root
from adp.config import Paths
from loaders import land, tasks_wikitablequestions

Rows = list[tuple[Any, ...]]
MODELS = (
    "seeds/task_draws",
    *(f"staging/tasks_{source}" for source in ("apps", "hotpotqa", "math", "wikitablequestions")),
    "standard/tasks",
)
TESTS = json.dumps({"inputs": ["1\n"], "outputs": ["1\n"]})


class Tasks:
    """A warehouse of tasks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = Paths(folder / "adp.db", folder / "data")

    def land(self, dataset: str, place: Path) -> "Tasks":
        land.load(dataset, [place], self.paths)
        return self

    def select(self, columns: str, draws: str | None = None) -> Rows:
        """What standard.tasks makes of what is landed; `draws` in place of seeds.task_draws."""
        con = _connection()
        con.execute(self.paths.raw_sql.read_text())
        for model in MODELS:
            con.execute((root() / "sql" / f"{model}.sql").read_text())
        if draws is not None:
            con.execute(f"create or replace view seeds.task_draws as {draws}")
        return con.execute(f"from standard.tasks select {columns} order by source, landing_index").fetchall()


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One for all: making the macros takes as long as a test."""
    con = duckdb.connect()
    for file in ("schemas.sql", "macros.sql"):
        con.execute((root() / "sql" / file).read_text())
    return con


@pytest.fixture
def tasks(tmp_path: Path) -> Tasks:
    return Tasks(tmp_path)


def lines(path: Path, records: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


# ---------------------------------------------------------------- APPS


def problem(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "question": f"Q{number}", "solutions": "[]", "input_output": TESTS, "difficulty": "interview",
        "url": "u", "starter_code": "", **more,
    }  # fmt: skip


def test_apps_keeps_ten_examples_apart_before_it_looks_at_the_tests(tasks: Tasks) -> None:
    problems = [problem(0, input_output=""), *map(problem, range(1, 10)), problem(10, input_output='{"inputs": []}')]
    problems += [problem(11, input_output="{"), problem(12, input_output='{"x": 1}'), problem(13), problem(14)]
    tasks.land("tasks-apps", lines(tasks.folder / "train.jsonl", problems))
    found = tasks.select("task_number, exclusion")
    reasons: dict[str, str | None] = dict(found)
    assert [number for number, reason in found if reason == "few_shot"] == [str(n) for n in range(1, 11)]
    assert (reasons["0"], reasons["11"], reasons["12"]) == ("no_reference", "no_tests", "no_tests")
    assert [number for number, reason in found if reason is None] == ["13", "14"]


def test_apps_asks_for_a_function_where_the_tests_call_one(tasks: Tasks) -> None:
    named = json.dumps({"fn_name": "twice", "inputs": [[1]], "outputs": [2]})
    tasks.land(
        "tasks-apps",
        lines(
            tasks.folder / "train.jsonl",
            [problem(1, input_output=named, starter_code="def twice(n):"), problem(2)],
        ),
    )
    (first,), (second,) = tasks.select("prompt")
    assert first.startswith("Q1\ndef twice(n):\n")
    assert "the body of twice" in first
    assert "stdin" in second


def test_the_two_files_of_apps_count_from_zero_and_are_told_apart(tasks: Tasks) -> None:
    lines(tasks.folder / "apps" / "train.jsonl", [problem(1)])
    lines(tasks.folder / "apps" / "test.jsonl", [problem(1)])
    tasks.land("tasks-apps", tasks.folder / "apps")
    assert tasks.select("task_id, source_split, exclusion") == [
        ("APPS/test/1", "test", "test_data"),
        ("APPS/1", "train", "few_shot"),
    ]


# ---------------------------------------------------------------- MATH


def math_dump(folder: Path) -> Path:
    """MATH's problems, one file each, and CRAFT's answers to all but one."""
    for number, level in enumerate(("Level 2", "Level 3", "Level 5", "Level ?")):
        record = {
            "problem": f"P{number} $x$?",
            "level": level,
            "type": "Algebra",
            "solution": f"so \\boxed{{{number}}}",
        }
        path = folder / "MATH" / "train" / "algebra" / f"{number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record))
    (folder / "MATH" / "train" / "algebra" / "9.json").write_text("{")
    answers = [{"question": f"P{n} $x$?", "answer": str(n), "level": lv} for n, lv in ((0, "Level 2"), (1, "Level 3"))]
    answers += [{"question": "P3 $x$?", "answer": "3", "level": "Level ?"}]
    lines(folder / "preprocessed-CRAFT" / "train" / "algebra.jsonl", answers)
    lines(folder / "preprocessed-CRAFT" / "test" / "algebra.jsonl", [{"question": "T?", "answer": "1", "level": "5"}])
    return folder


def test_math_joins_answers_and_solutions_by_the_words(tasks: Tasks) -> None:
    tasks.land("tasks-math", math_dump(tasks.folder / "math"))
    found = tasks.select("prompt, reference, extra ->> '$.raw_solution', task_name, exclusion")
    assert sorted(found, key=str) == sorted(
        [
            ("P0 $x$?", "0", "so \\boxed{0}", "algebra", "too_low_level"),
            ("P1 $x$?", "1", "so \\boxed{1}", "algebra", None),
            ("P2 $x$?", None, "so \\boxed{2}", "algebra", "no_reference"),
            ("P3 $x$?", "3", "so \\boxed{3}", "algebra", "too_low_level"),
            ("T?", "1", None, "algebra", "test_data"),
        ],
        key=str,
    )


def test_math_on_no_known_side_is_nothing_to_train_on(tasks: Tasks) -> None:
    asked = [{"question": f"Q{n}", "answer": "1", "level": "Level 4", "split": s} for n, s in enumerate(("train", "?"))]
    tasks.land("tasks-math", lines(tasks.folder / "train.jsonl", asked))
    assert tasks.select("prompt, exclusion") == [("Q0", None), ("Q1", "test_data")]


def test_math_ids_do_not_depend_on_the_order_of_files(tasks: Tasks, tmp_path: Path) -> None:
    """The published numbers run on over files in the order in which a machine lists them."""
    folder = math_dump(tmp_path / "math")
    first = set(tasks.land("tasks-math", folder).select("task_id"))
    crafted = folder / "preprocessed-CRAFT" / "train"
    turned = [json.loads(line) for line in (crafted / "algebra.jsonl").read_text().splitlines()][::-1]
    lines(crafted / "algebra.jsonl", turned)
    (tmp_path / "other").mkdir()
    assert set(Tasks(tmp_path / "other").land("tasks-math", folder).select("task_id")) == first


def test_a_file_of_math_that_is_no_json_is_rejected(tasks: Tasks) -> None:
    tasks.land("tasks-math", math_dump(tasks.folder / "math"))
    with duckdb.connect() as con:
        con.execute(tasks.paths.raw_sql.read_text())
        found = con.execute("from raw.rejections select source_file, raw_text").fetchall()
    assert found == [("MATH/train/algebra", "{")]


# ---------------------------------------------------------------- HotpotQA


def question(number: int, level: str = "hard") -> dict[str, Any]:
    return {
        "_id": f"h{number}", "question": f"Q{number}", "answer": "yes", "level": level, "type": "bridge",
        "supporting_facts": [["A", 0]], "context": [["A", ["s"]]],
    }  # fmt: skip


def test_hotpotqa_takes_hard_questions_and_numbers_them_by_their_place(tasks: Tasks) -> None:
    dump = tasks.folder / "hotpot_train_v1.1.json"
    dump.write_text(json.dumps([question(0, "easy"), question(1), question(2, "medium"), question(3)]))
    found = tasks.land("tasks-hotpotqa", dump).select("task_id, prompt, reference, exclusion")
    assert found == [
        ("hotpotqa/0", "Q0", "yes", "too_low_level"),
        ("hotpotqa/1", "Q1", "yes", None),
        ("hotpotqa/2", "Q2", "yes", "too_low_level"),
        ("hotpotqa/3", "Q3", "yes", None),
    ]


def test_hotpotqa_counts_the_places_of_its_training_files_alone(tasks: Tasks) -> None:
    """What is no question has a place, too; files for tests are counted by themselves."""
    dump = tasks.folder / "hotpot"
    files = {
        "hotpot_dev": [question(7)],
        "hotpot_train-0": [question(0), 5, question(2)],
        "hotpot_train-1": [question(3)],
    }
    for name, questions in files.items():
        dump.mkdir(exist_ok=True)
        (dump / f"{name}.json").write_text(json.dumps(questions))
    found = tasks.land("tasks-hotpotqa", dump).select("task_id, prompt")
    assert found == [("hotpotqa/test/0", "Q7"), ("hotpotqa/0", "Q0"), ("hotpotqa/2", "Q2"), ("hotpotqa/3", "Q3")]


def test_a_draw_is_the_same_whatever_the_order(tasks: Tasks) -> None:
    questions = [question(number) for number in range(3010)]
    drawn = []
    for name, order in (("a", questions), ("b", questions[::-1])):
        (tasks.folder / name).mkdir()
        dump = tasks.folder / name / "train.json"
        dump.write_text(json.dumps(order))
        rows = Tasks(tasks.folder / name).land("tasks-hotpotqa", dump).select("source_id, exclusion, sample_rank")
        drawn.append({source_id for source_id, reason, _ in rows if reason is None})
        assert {reason for _, reason, _ in rows} == {None, "not_sampled"}
    assert len(drawn[0]) == 3000
    assert drawn[0] == drawn[1]


# ---------------------------------------------------------------- WikiTableQuestions


def tables(folder: Path, questions: int = 4) -> Path:
    """The release's folder: two tables, one of which has a damaged CSV, questions about them and about none."""
    for path, text in {
        "csv/203-csv/1.csv": '"A","B \\"q\\""\n"1","two\nlines"\n"3","4"\n"5","6"\n',
        "csv/203-csv/2.csv": '"A","B"\n"1"\n',
        "csv/203-csv/2.tsv": "A\tB\\nC\n1\t\\\\n\n",
        "csv/204-csv/3.csv": '"X"\n"1"\n',
        "data/random-split-1-train.tsv": "id\tutterance\tcontext\ttargetValue\nnt-0\tagain\tcsv/203-csv/1.csv\t1\n",
        "data/pristine-unseen-tables.tsv": "id\tutterance\tcontext\ttargetValue\nnu-0\tq\tcsv/203-csv/1.csv\t1\n",
        "README.md": "Tables.",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    rows = [f"nt-{n}\tq{n}\tcsv/203-csv/{1 + n % 2}.csv\tr{n}|s" for n in range(questions)]
    rows += ["one cell", "nt-90\tlost\tcsv/9-csv/9.csv\t1"]
    (folder / "data" / "training.tsv").write_text("\n".join(["id\tutterance\tcontext\ttargetValue", *rows]) + "\n")
    return folder


def test_questions_come_with_their_tables_and_tables_without_questions_stay(tasks: Tasks) -> None:
    tasks.land("tasks-wikitablequestions", tables(tasks.folder / "release"))
    found = tasks.select("task_id, extra -> '$.table', exclusion")
    first = '{"columns":["A","B \\"q\\""],"rows":[["1","two\\nlines"],["3","4"],["5","6"]]}'
    second = '{"columns":["A","B\\nC"],"rows":[["1","\\\\n"]]}'
    name = "wiki_table_questions/"
    assert found == [
        (name + "nt-0", first, None),
        (name + "nt-1", second, None),
        (name + "nt-2", first, None),
        (name + "nt-3", second, None),
        (name + "nt-90", None, "no_table"),
        (name + "test/nu-0", first, "test_data"),
        (name + "table/204-csv/3", '{"columns":["X"],"rows":[["1"]]}', "no_question"),
    ]


def test_half_of_the_chosen_are_asked_for_sql_the_other_half_for_pandas(tasks: Tasks) -> None:
    tasks.land("tasks-wikitablequestions", tables(tasks.folder / "release", 31))
    found = tasks.select("extra ->> '$.question_format', prompt, exclusion")
    chosen = [(form, prompt) for form, prompt, reason in found if reason is None]
    assert sorted(form for form, _ in chosen).count("sql") in (15, 16)
    assert len(chosen) == 31
    for form, prompt in chosen:
        assert ("`conn`" in prompt) == (form == "sql")
        assert ("`df`" in prompt) == (form == "pandas")


def test_the_largest_tables_are_chosen_and_the_smallest_shown(tmp_path: Path) -> None:
    """With a sample of two and one example of five questions."""
    tasks = Tasks(tmp_path)
    tasks.land("tasks-wikitablequestions", tables(tmp_path / "release", 5))
    draws = "select 'tasks-wikitablequestions' as dataset, 2 as sample_size, 0 as first_shown, 1 as last_shown"
    found = tasks.select("sample_rank, extra ->> '$.table_id', exclusion", draws)
    assert [row[1:] for row in sorted(row for row in found if row[0] is not None)] == [
        ("203-csv/1", None),
        ("203-csv/1", None),
        ("203-csv/1", "not_sampled"),
        ("203-csv/2", "not_sampled"),
        ("203-csv/2", "few_shot"),
    ]


@pytest.mark.parametrize(
    ("place", "name"), [("csv/203-csv/733.csv", "203-csv/733"), ("x/csv/1-csv/csv.csv", "1-csv/csv")]
)
def test_the_name_of_a_table_loses_just_its_ending(place: str, name: str) -> None:
    """Stripping the characters of `.csv` and `csv/`, as published, is right only while names end in digits."""
    assert tasks_wikitablequestions.table_id(place) == name


# ---------------------------------------------------------------- all


def test_landing_one_source_leaves_the_others(tasks: Tasks) -> None:
    """The published scripts empty each other's folders."""
    dump = tasks.folder / "hotpot.json"
    dump.write_text(json.dumps([question(1)]))
    tasks.land("tasks-hotpotqa", dump).land("tasks-math", math_dump(tasks.folder / "math"))
    assert {name for (name,) in tasks.select("source")} == {"tasks-hotpotqa", "tasks-math"}


def test_a_task_that_comes_again_is_a_duplicate_on_the_same_side(tasks: Tasks) -> None:
    twice = [problem(n) for n in range(11)] + [problem(10)]
    tasks.land("tasks-apps", lines(tasks.folder / "train.jsonl", twice))
    (*_, first, second) = tasks.select("task_id, exclusion, split")
    assert (first[0], second[:2]) == ("APPS/10", ("APPS/10#2", "duplicate"))
    assert first[2] == second[2]


@pytest.mark.parametrize(
    ("dataset", "record"),
    [
        ("tasks-apps", problem(1, input_output=None, difficulty=None, starter_code=None)),
        ("tasks-hotpotqa", {"_id": "a", "question": ""}),
        ("tasks-math", {"level": 3}),
        ("tasks-wikitablequestions", {"id": "a", "table": {"columns": None, "rows": [None, [None]]}, "utterance": "q"}),
    ],
)
def test_what_lacks_its_values_is_kept_and_says_why(tasks: Tasks, dataset: str, record: dict[str, Any]) -> None:
    ((reason,),) = tasks.land(dataset, lines(tasks.folder / "train.jsonl", [record])).select("exclusion")
    assert reason in ("no_reference", "no_question")
