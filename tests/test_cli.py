"""The command line as scripts rely on it: options, streams, exit codes, one clear line where something is wrong."""

import csv
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest

import adp
from adp import cli, queries, root, show
from adp.config import Paths
from loaders import base
from schema import sft

HEAVY = (
    "duckdb", "_duckdb", "sqlglot", "pyarrow", "numpy", "rich", "pydantic", "polars", "huggingface_hub", "gigatoken",
)  # fmt: skip
COMMANDS = "datasets load build check report export show sample sql prompts demo".split()
PROGRAM = [sys.executable, "-m", "adp.cli"]


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def table(self) -> list[list[str]]:
        """Header and rows of tab-separated output."""
        return [line.split("\t") for line in self.out.splitlines()]


Adp = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Adp:
    """Run a command line in this process, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    for name in ("ADP_DB", "ADP_DATA", "ADP_MEMORY", "ADP_TOKENIZER"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["adp", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        output = capsys.readouterr()
        return Result(int(caught.value.code or 0), output.out, output.err)

    return command


@pytest.fixture
def read(run: Adp, sample_paths: Paths) -> Adp:
    """The same, on the sample warehouse."""
    return lambda *arguments: run("--db", sample_paths.db, "--data", sample_paths.data, *arguments)


def in_process(arguments: list[str], **options: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False, **options)  # type: ignore[call-overload,no-any-return]


def is_one_line(text: str) -> bool:
    return text.startswith("adp: ") and text.count("\n") == 1 and text.endswith("\n")


def trajectory(paths: Paths, where: str = "exclusion is null") -> str:
    query = (
        f"from standard.trajectories select trajectory_id where {where} order by step_count desc, trajectory_id limit 1"
    )
    with duckdb.connect(str(paths.db), read_only=True) as con:
        return str(con.execute(query).fetchall()[0][0])


# ------------------------------------------------------------------------------------------------- help and usage


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv[1:] = ['--help']; import adp.cli\n"
        "try: adp.cli.main()\n"
        f"except SystemExit: print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    before = os.times()
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    after = os.times()
    assert ran.stdout.endswith("[]\n")
    assert all(f"\n  {command} " in ran.stdout for command in COMMANDS)
    assert after.children_user + after.children_system - before.children_user - before.children_system < 0.4


def test_a_load_of_which_nothing_can_be_read_says_so(run: Adp, tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"id": 1, "text": "no messages"}\n')
    result = run("load", "code_feedback", "--from", "d.jsonl")
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines() == [
        "landed 0 records, rejected 1 (see standard.rejections)",
        "no record of code_feedback could be read: is it the right file?",
    ]


def test_help_of_export_names_every_target(run: Adp) -> None:
    words = set(re.findall(r"\w+", run("export", "--help").out))
    assert {"std", "atif", *sft.TARGETS} <= words


def test_eval_is_a_side_where_a_training_set_has_it(run: Adp, sample_copy: Paths) -> None:
    where = ("--db", str(sample_copy.db), "--data", str(sample_copy.data))
    result = run("export", "codeact", "--out", "-", "--split", "eval", *where)
    assert result.code == 0
    assert {json.loads(line)["split"] for line in result.out.splitlines()} <= {"eval"}
    result = run("export", "openhands", "--out", "-", "--split", "eval", *where)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("adp: openhands has no split eval; there are all, train, test")


def test_without_a_command_the_help_is_shown(run: Adp) -> None:
    result = run()
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Usage: adp ")
    assert all(f"\n  {command} " in result.err for command in COMMANDS)


@pytest.mark.parametrize("licences", ["", " , "])
def test_no_licence_at_all_is_no_filter(read: Adp, licences: str, tmp_path: Path) -> None:
    """A script whose variable is empty must not export what it means to leave out."""
    result = read("export", "openhands", "--out", tmp_path / "out.jsonl", "--license", licences)
    assert (result.code, is_one_line(result.err)) == (2, True)
    assert "--license" in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [["check"], ["report", "coverage"], ["show", "a/1"], ["sample", "swe-smith"]])
def test_a_database_in_which_nothing_is_built_says_what_to_do(run: Adp, command: list[str], tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "adp.db")).close()
    result = run(*command)
    assert (result.code, is_one_line(result.err)) == (2, True)
    assert "run `adp build`" in result.err


def test_version(run: Adp) -> None:
    assert run("--version") == Result(0, f"adp, version {adp.__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_the_common_options(run: Adp, command: str) -> None:
    result = run(command, "--help")
    assert result.code == 0
    assert all(f"{option} " in result.out for option in ("--db", "--data", "--quiet", "--wait"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["lod"],
        ["load"],
        ["build", "--fast"],
        ["load", "swe-smith", "--from", ""],
        ["load", "swe-smith", "--limit", "0"],
        ["load", "swe-smith", "--limit", "many"],
        ["export", "openhands"],
        ["export", "openhands", "--out", "x", "--format", "xml"],
        ["report", "action_distribution", "--format", "xml"],
        ["sample", "swe-smith", "-n", "0"],
        ["prompts", "set", "openhands"],
        ["prompts", "put"],
        ["export", "openhands", "--out", "x", "--tokenizer", "o200k_base"],
        ["build", "--no-tokens", "--tokenizer", "o200k_base"],
        ["demo", "--db", "x.db"],
        ["--data", "x", "demo"],
    ],
    ids=" ".join,
)
def test_bad_usage_is_one_line_and_2(run: Adp, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert is_one_line(result.err)
    assert "(see `adp" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["load", "sweet-smith", "--from", "x"], "unknown dataset 'sweet-smith'; there are agenttuning_alfworld, "),
        (["load", "swe-smith", "--from", "missing.jsonl"], "missing.jsonl"),
        (["build", "sweet-smith"], ", and the forms adp-std, atif, openai"),
        (["check"], "there is no warehouse at adp.db yet; run `adp build` first"),
        (["report", "action_distribution"], "run `adp build` first"),
        (["report", "no_such"], "unknown report 'no_such'; there are action_distribution"),
        (["show", "x"], "run `adp build` first"),
        (["sample", "sweet-smith", "--stage", "raw"], "unknown dataset 'sweet-smith'"),
        (["sample", "swe-smith"], "run `adp build` first"),
        (["sql"], "run `adp build` first"),
        (["export", "openhands", "--out", "x"], "run `adp build` first"),
        (["prompts", "set", "nobody", "x.txt"], "no prompt for 'nobody'; there are"),
        (["prompts", "set", "openhands", "missing.txt"], "cannot read missing.txt"),
        (["datasets", "--db", "sft.db"], "cannot be named"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_and_2(run: Adp, tmp_path: Path, arguments: list[str], message: str) -> None:
    if "sft.db" in arguments:
        (tmp_path / "sft.db").touch()
    result = run(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert is_one_line(result.err)
    assert message in result.err


def test_common_options_stand_before_or_behind_the_command(run: Adp, sample_paths: Paths) -> None:
    where = ["--db", sample_paths.db, "--data", sample_paths.data]
    before, behind = run(*where, "report", "coverage"), run("report", "coverage", *where)
    assert before == behind
    assert before.code == 0


def test_the_nearer_option_counts(run: Adp, sample_paths: Paths) -> None:
    result = run("--db", "nowhere.db", "report", "coverage", "--db", sample_paths.db)
    assert result.code == 0


def test_the_environment_says_where_the_warehouse_is(
    run: Adp, sample_paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADP_DB", str(sample_paths.db))
    monkeypatch.setenv("ADP_DATA", str(sample_paths.data))
    assert run("report", "coverage").code == 0
    assert run("report", "coverage", "--db", "nowhere.db").code == 2


# ----------------------------------------------------------------------------------------------- land and build


def test_datasets_works_before_anything_is_loaded_or_built(run: Adp, tmp_path: Path) -> None:
    result = run("datasets")
    assert result.code == 0
    header, *rows = result.table
    assert header[:3] == ["dataset", "source", "licence"]
    assert len(rows) == len(base.DATASETS)
    assert all(row[3:] == ["", "", "", ""] for row in rows)
    assert list(tmp_path.iterdir()) == []


def test_from_a_dump_to_a_report(run: Adp, tmp_path: Path) -> None:
    sample = root() / "samples" / "nnetnav_live.jsonl"
    landed = run("load", "nnetnav-live", "--from", sample)
    assert landed.code == 0
    assert landed.out == ""
    last = landed.err.splitlines()[-1]
    assert last.startswith("landed ")
    assert last.endswith("(see standard.rejections)")
    assert (tmp_path / "data" / "raw.sql").exists()

    built = run("build", "--no-tokens")
    assert built.code == 0
    assert built.out == ""
    assert "staging.nnetnav_live_steps" in built.err
    again = run("build", "--no-tokens")
    assert again.err.startswith("built 0, up to date ")

    row = next(line for line in run("datasets").table if line[0] == "nnetnav-live")
    with duckdb.connect("adp.db", read_only=True) as con:
        trajectories = con.execute("select count(*) from standard.trajectories").fetchall()[0][0]
    assert row[-1] == str(trajectories) != "0"
    assert last.startswith(f"landed {row[3]} records, rejected {row[5]} ")
    assert run("report", "action_distribution").code == 0


def test_quiet_says_nothing(run: Adp) -> None:
    sample = root() / "samples" / "nnetnav_live.jsonl"
    assert run("load", "nnetnav-live", "--from", sample, "--quiet") == Result(0, "", "")
    assert run("--quiet", "build") == Result(0, "", "")


def test_strict_makes_a_rejection_an_error(run: Adp, tmp_path: Path) -> None:
    good = (root() / "samples" / "nnetnav_live.jsonl").read_text().splitlines()[0]
    (tmp_path / "dump.jsonl").write_text(f"{good}\nno json\n")
    result = run("load", "nnetnav-live", "--from", "dump.jsonl", "--strict")
    assert result.code == 1
    assert result.err.splitlines()[-1] == "landed 1 records, rejected 1 (see standard.rejections)"
    assert run("load", "nnetnav-live", "--from", "dump.jsonl").code == 0


def test_stdin_is_a_dump(tmp_path: Path) -> None:
    sample = (root() / "samples" / "nnetnav_live.jsonl").read_text()
    ran = in_process(["load", "nnetnav-live", "--from", "-"], cwd=tmp_path, input=sample, env=environment())
    assert ran.returncode == 0, ran.stderr
    assert "landed " in ran.stderr


def test_build_of_one_dataset(run: Adp, sample_copy: Paths) -> None:
    sample_copy.db.unlink()
    result = run("build", "nnetnav-live", "--no-tokens")
    assert result.code == 0
    with duckdb.connect("adp.db", read_only=True) as con:
        found = con.execute("select distinct dataset from standard.trajectories").fetchall()
    assert found == [("nnetnav-live",)]


# -------------------------------------------------------------------------------------------------------- reading


def test_a_table_is_tab_separated_and_never_cut(read: Adp, sample_paths: Paths) -> None:
    result = read("prompts")
    header, *rows = result.table
    assert header == ["target", "origin", "package", "version", "characters", "md5", "text"]
    assert rows
    for row in rows:
        assert len(row) == len(header)
        assert len(row[-1].replace("\\n", "\n").replace("\\\\", "\\")) == int(row[4])


def test_report_lists_what_there_is(read: Adp) -> None:
    header, *rows = read("report").table
    assert header == ["report", "answers"]
    assert {row[0] for row in rows} == {path.stem for path in (root() / "sql" / "reports").glob("*.sql")}
    assert all(row[1].endswith((".", "?")) for row in rows)


@pytest.mark.parametrize("name", sorted(path.stem for path in (root() / "sql" / "reports").glob("*.sql")))
def test_report_in_every_format(read: Adp, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    answer, answers = queries.run, list[Any]()

    def answered(*asked: Any) -> Any:
        """The answer of the first time: some take long."""
        if not answers:
            answers.append(answer(*asked))
        return answers[0]

    monkeypatch.setattr(queries, "run", answered)
    header, *rows = read("report", name).table
    parsed = list(csv.DictReader(io.StringIO(read("report", name, "--format", "csv").out)))
    objects = json.loads(read("report", name, "--format", "json").out)
    assert len(rows) == len(parsed) == len(objects) > 0
    assert header == list(parsed[0]) == list(objects[0])


def test_checks_hold_on_the_samples(read: Adp) -> None:
    result = read("check")
    assert result.code == 0, result.err
    header, *rows = result.table
    assert header == ["check", "violations", "invariant"]
    assert {row[0] for row in rows} == {path.stem for path in (root() / "sql" / "checks").glob("*.sql")}
    assert {row[1] for row in rows} == {"0"}


def test_a_check_that_fails_is_1_and_shows_the_first_violations(run: Adp, few_copy: Paths) -> None:
    with duckdb.connect(str(few_copy.db)) as con:
        con.execute("delete from staging.nnetnav_live_steps where step_index = 0")
    result = run("check")
    assert result.code == 1
    failed = {row[0]: row[1] for row in result.table[1:] if row[1] != "0"}
    assert "steps_are_dense" in failed
    assert "nnetnav-live/" in result.err
    assert f"{len(failed)} checks failed" in result.err


def test_checks_run_from_another_folder(run: Adp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is landed is named as seen from where the build ran."""
    assert run("load", "nnetnav-live", "--from", root() / "samples" / "nnetnav_live.jsonl").code == 0
    assert run("build", "--no-tokens").code == 0
    assert "'data/raw/nnetnav_live/" in (tmp_path / "data" / "raw.sql").read_text()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    result = run("check", "--db", "../adp.db", "--data", "../data")
    assert result.code == 0, result.err


def test_show_one_trajectory(read: Adp, sample_paths: Paths) -> None:
    name = trajectory(sample_paths)
    result = read("show", name)
    assert result.code == 0
    assert result.out.startswith(f"{name}\n")
    assert "\x1b" not in result.out
    with duckdb.connect(str(sample_paths.db), read_only=True) as con:
        contents = con.execute(
            "from standard.steps select content where trajectory_id = ? and content is not null", [name]
        ).fetchall()
    assert contents
    assert all(content in result.out for (content,) in contents)


def test_show_names_images(read: Adp, sample_paths: Paths) -> None:
    shown = "(from standard.steps select trajectory_id where images[1].path is not null)"
    name = trajectory(sample_paths, f"trajectory_id in {shown}")
    with duckdb.connect(str(sample_paths.db), read_only=True) as con:
        paths = con.execute("select images[1].path from standard.steps where trajectory_id = ?", [name]).fetchall()
    result = read("show", name)
    assert all(f"\nimage {path}\n" in result.out for (path,) in paths if path is not None)


def test_show_a_trajectory_whose_steps_have_a_time(read: Adp, sample_paths: Paths) -> None:
    result = read("show", trajectory(sample_paths, "started_at is not null"))
    assert result.code == 0, result.err


@pytest.mark.parametrize("target", ["openhands", "agentlab", "std"])
def test_show_a_conversation(read: Adp, sample_paths: Paths, target: str) -> None:
    excluded = f"from sft.exclusions select trajectory_id where target = '{target}'"
    name = trajectory(sample_paths, f"dataset = 'nnetnav-live' and trajectory_id not in ({excluded})")
    result = read("show", name, "--target", target)
    assert result.code == 0, result.err
    assert result.out.startswith(name)


def test_show_takes_no_other_trajectory_for_a_turn() -> None:
    """One record per turn: `x/a-0` is a turn of x/a, `x/a-0-0` one of x/a-0."""
    with duckdb.connect() as con:
        con.execute("create schema sft")
        con.execute(
            "create table sft.agentlab as"
            " select id, regexp_replace(id, '-[0-9]+$', '') as trajectory_id,"
            " [{'from': 'human', 'value': ''}] as conversations"
            " from (select unnest(['x/a-0', 'x/a-10', 'x/a-9', 'x/a-0-0', 'x/a-b-0']) as id)"
        )
        lines = list(show.conversation(con, "x/a", "agentlab"))
    assert [line for line in map(click.unstyle, lines) if line.startswith("x/")] == ["x/a-0", "x/a-9", "x/a-10"]


def test_show_says_why_a_trajectory_is_not_there(read: Adp, sample_paths: Paths) -> None:
    excluded = trajectory(sample_paths, "exclusion is not null")
    result = read("show", excluded, "--target", "openhands")
    assert result.code == 2
    assert is_one_line(result.err)
    assert f"{excluded} is left out of openhands: " in result.err
    near = read("show", excluded.partition("/")[2])
    assert near.code == 2
    assert excluded in near.err
    unknown = read("show", excluded, "--target", "nobody").err
    assert "unknown target 'nobody'; there are agentlab, atif, " in unknown
    assert {"mini_swe_agent", "openhands", "std"} <= set(unknown.replace("\n", "").split(", "))


@pytest.mark.parametrize("stage", ["raw", "std", "openhands", "agentlab"])
def test_sample_is_indented_json(read: Adp, stage: str) -> None:
    result = read("sample", "nnetnav-live", "--stage", stage, "-n", "2")
    assert result.code == 0, result.err
    decoder, text, found = json.JSONDecoder(), result.out, []
    while text.strip():
        record, end = decoder.raw_decode(text)
        found.append(record)
        text = text[end:].lstrip()
    assert len(found) == 2
    assert all(isinstance(record, dict) for record in found)
    assert result.out.startswith('{\n  "')


def test_sample_of_raw_needs_no_warehouse(run: Adp, sample_copy: Paths) -> None:
    sample_copy.db.unlink()
    assert run("sample", "nnetnav_live", "--stage", "raw").code == 0


def test_sql_runs_the_stock_command_line_read_only(sample_paths: Paths, duckdb_program: str) -> None:
    where = ["--db", str(sample_paths.db)]
    query = "select count(*) > 0 as found from standard.steps"
    ran = in_process(["sql", *where, "-jsonlines", "-c", query], env=environment())
    assert ran.stdout == '{"found":true}\n'
    refused = in_process(["sql", *where, "-c", "create table t as select 1"], env=environment())
    assert refused.returncode != 0
    assert "read-only" in refused.stderr


def test_sql_prints_the_path_where_there_is_no_command_line(
    read: Adp, sample_paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_duckdb_program", lambda: None)
    result = read("sql")
    assert result.code == 0
    assert result.out == f"{sample_paths.db.resolve()}\n"


def test_a_prompt_is_put_in_place_and_taken_back(run: Adp, few_copy: Paths, tmp_path: Path) -> None:
    def prompts() -> dict[str, list[str]]:
        return {row[0]: row[1:] for row in run("prompts").table[1:]}

    ours = prompts()
    (tmp_path / "prompt.txt").write_text("You are an agent.\nBe 'quick'.")
    assert run("prompts", "set", "openhands", "prompt.txt", "--package", "p", "--package-version", "1.2").code == 0
    assert prompts()["openhands"][:3] == ["prompt.txt", "p", "1.2"]
    assert prompts()["sweagent"] == ours["sweagent"]
    with duckdb.connect(str(few_copy.db), read_only=True) as con:
        systems = con.execute("from sft.openhands select distinct system").fetchall()
    assert systems == [("You are an agent.\nBe 'quick'.",)]
    assert run("prompts", "reset", "openhands").code == 0
    assert prompts() == ours


def test_an_empty_prompt_is_refused(run: Adp, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("\n")
    result = run("prompts", "set", "openhands", "prompt.txt")
    assert result.code == 2
    assert "prompt.txt is empty" in result.err


# ------------------------------------------------------------------------------------------- streams and processes


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ADP_")}


def test_a_reader_that_goes_away_is_no_error(sample_paths: Paths) -> None:
    """adp sample ... | head -1"""
    command = [*PROGRAM, "sample", "nnetnav-live", "--stage", "raw", "-n", "1000", "--db", str(sample_paths.db)]
    with subprocess.Popen(
        [*command, "--data", str(sample_paths.data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode in (0, cli.READER_WENT_AWAY)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_output_that_cannot_be_written_is_2_and_one_line() -> None:
    """adp report > /dev/full"""
    with Path("/dev/full").open("w") as full:
        process = subprocess.run([*PROGRAM, "report"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert process.returncode == 2
    assert is_one_line(process.stderr)
    assert "no space" in process.stderr.lower()


def listening() -> None:
    """A process that was started in the background ignores Ctrl-C, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_is_130_and_quiet(sample_copy: Paths) -> None:
    with duckdb.connect(str(sample_copy.db)):
        command = [*PROGRAM, "build", "--wait", "--db", str(sample_copy.db), "--data", str(sample_copy.data)]
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env=environment(), preexec_fn=listening
        ) as process:
            assert process.stderr is not None
            assert process.stderr.readline().startswith(f"waiting for process {os.getpid()}")
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()
        assert process.returncode == 130
        assert "Traceback" not in rest


SLOW = """
import sys, click
from concurrent.futures import ThreadPoolExecutor
from adp import cli, config, warehouse

@cli.cli.command()
@click.argument("db")
def slow(db):
    con = warehouse.connect(config.Paths.from_environment(db))
    print("runs", flush=True)
    query = "select sum(a.range * b.range) from range(10_000_000) as a, range(1_000_000) as b"
    if thread == "main":
        warehouse.execute(con, query)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(warehouse.execute, warehouse.cursor(con), query).result()

thread = sys.argv.pop()
sys.argv = ["adp", "slow", sys.argv[1]]
cli.main()
"""


@pytest.mark.parametrize("thread", ["main", "another"])
def test_ctrl_c_does_not_wait_for_the_statement(thread: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path / "adp.db"), thread],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root(),
        preexec_fn=listening,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "runs\n"
        time.sleep(0.5)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert time.monotonic() - started < 20
    assert process.returncode == 130
    assert said == ""


def test_errors_of_duckdb_are_known_where_not_all_of_its_package_is_imported() -> None:
    program = (
        "import sys; from adp import cli; from adp.engine import duckdb\n"
        "print(cli._interrupted(duckdb.InterruptException('INTERRUPT Error: Interrupted!')))\n"
        "print(cli._interrupted(duckdb.IOException('IO Error: gone')))\n"
        "print(cli._expected(duckdb.IOException('IO Error: x: No space left on device')))\n"
        "print('duckdb' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    full = "no space is left on the disk: IO Error: x: No space left on device"
    assert ran.stdout.splitlines() == ["True", "False", full, "False"]


@pytest.mark.parametrize("command", [["check"], ["show", "swe-smith/1"], ["export", "openhands", "--out", "-"]])
def test_a_database_that_is_no_warehouse_is_2_in_a_process_of_its_own(command: list[str], tmp_path: Path) -> None:
    """There nothing has imported all of DuckDB's package before the error comes."""
    duckdb.connect(str(tmp_path / "adp.db")).close()
    ran = in_process([*command, "--db", str(tmp_path / "adp.db")], env=environment())
    assert (ran.returncode, ran.stdout) == (2, "")
    assert is_one_line(ran.stderr)
    assert "run `adp build`" in ran.stderr


def test_a_held_lock_is_2_and_names_the_process(sample_copy: Paths) -> None:
    with duckdb.connect(str(sample_copy.db)):
        for command in ("build", "check", "datasets"):
            where = ["--db", str(sample_copy.db), "--data", str(sample_copy.data)]
            ran = in_process([command, *where], env=environment())
            assert ran.returncode == 2
            assert is_one_line(ran.stderr)
            assert f"in use by process {os.getpid()}" in ran.stderr


def test_two_commands_read_at_once(sample_paths: Paths) -> None:
    with duckdb.connect(str(sample_paths.db), read_only=True):
        ran = in_process(["report", "coverage", "--db", str(sample_paths.db)], env=environment())
    assert ran.returncode == 0, ran.stderr


def test_on_a_terminal_tables_are_drawn(sample_paths: Paths) -> None:
    if shutil.which("stty") is None:
        pytest.skip("no terminal to test on")
    controller, terminal = pty.openpty()
    command = [*PROGRAM, "report", "coverage", "--db", str(sample_paths.db)]
    with subprocess.Popen(
        command, stdout=terminal, stderr=terminal, env={**environment(), "COLUMNS": "200"}
    ) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(controller, 10_000)
            except OSError:  # the other side was closed
                break
            if not part:
                break
            shown += part
    os.close(controller)
    assert process.returncode == 0
    assert b"\t" not in shown
    assert b"dataset" in shown


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize(
    "command", [["build"], ["load", "nnetnav-live", "--from", str(root() / "samples/nnetnav_live.jsonl")]]
)
def test_a_folder_that_cannot_be_written_is_2(run: Adp, tmp_path: Path, command: list[str]) -> None:
    tmp_path.chmod(0o555)
    try:
        result = run(*command)
    finally:
        tmp_path.chmod(0o755)
    assert result.code == 2
    assert is_one_line(result.err)


def test_a_data_folder_below_a_file_is_2(run: Adp, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for command in (["build"], ["load", "nnetnav-live", "--from", root() / "samples/nnetnav_live.jsonl"]):
        result = run(*command, "--data", tmp_path / "file" / "data")
        assert result.code == 2
        assert is_one_line(result.err), result.err


def test_a_build_with_nothing_changed_takes_less_than_a_second(sample_copy: Paths) -> None:
    where = ["--db", str(sample_copy.db), "--data", str(sample_copy.data)]
    assert in_process(["build", *where], env=environment()).returncode == 0
    before, started = os.times(), time.monotonic()
    assert "built 0" in in_process(["build", *where], env=environment()).stderr
    after, ended = os.times(), time.monotonic()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    assert min(used, ended - started) < 1
