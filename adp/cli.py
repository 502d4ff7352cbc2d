"""The command line. Everything heavy is imported inside the command that needs it, so that `adp --help` is quick."""

import contextlib
import functools
import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from adp import __version__, interrupt
from adp.config import Paths
from adp.errors import UserError

TOKENIZER_HELP = "o200k_base, cl100k_base, or the path of a tokenizer.json.  [o200k_base]"
_OBJECTS_BETWEEN_COLLECTIONS = 100_000
READER_WENT_AWAY = 141  # what a shell reports for a command that was stopped by a closed pipe


@dataclass
class Common:
    """The options that every command has, given before or behind its name."""

    db: str | None = None
    data: str | None = None
    quiet: bool = False
    wait: bool = False

    @property
    def paths(self) -> Paths:
        """Where the warehouse is."""
        return Paths.from_environment(self.db, self.data)

    @property
    def talk(self) -> Any:
        """The one who talks on stderr."""
        from adp.talk import Talk

        return Talk(self.quiet)


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the common options; it receives them merged with those in front of its name, as `common`."""

    @click.pass_context
    @functools.wraps(function)
    def merged(
        context: click.Context, /, db: str | None, data: str | None, quiet: bool, wait: bool, **rest: Any
    ) -> Any:
        before = context.obj or Common()
        options = Common(db or before.db, data or before.data, quiet or before.quiet, wait or before.wait)
        if context.parent is None:
            context.obj = options
            return context.invoke(function, **rest)
        return context.invoke(function, common=options, **rest)

    for option in (
        click.option(
            "--wait", is_flag=True, help="Wait for another process that holds the database or loads the dataset."
        ),
        click.option("--quiet", is_flag=True, help="Say nothing but warnings and errors."),
        click.option("--data", metavar="FOLDER", help="The landed data.  [ADP_DATA; data]"),
        click.option("--db", metavar="FILE", help="The database.  [ADP_DB; adp.db]"),
    ):
        merged = option(merged)
    return merged


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="adp")
@common
def cli() -> None:
    """Any dump of agent trajectories in, any agent's training set out, and SQL in between."""


@cli.command()
@common
def datasets(common: Common) -> None:
    """The catalogue: what there is, what of it is landed, what is built."""
    from dataclasses import astuple

    from adp import catalogue, table

    found = catalogue.entries(common.paths, common.wait)
    table.show(catalogue.COLUMNS, [astuple(entry) for entry in found])


@cli.command()
@click.argument("dataset")
@click.option("--from", "sources", multiple=True, metavar="PATH", help="A file, a folder, or - for stdin.")
@click.option("--name", metavar="NAME", help="adp-std, atif, openai: the corpus's name.  [that of the file]")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Land the first N records.")
@click.option("--revision", metavar="R", help="The revision on the Hub.")
@click.option("--append", is_flag=True, help="Add to what is landed instead of replacing it.")
@click.option(
    "--keep-partial", is_flag=True, help="Land what is readable of a file, no archive, that cannot be read to its end."
)
@click.option("--strict", is_flag=True, help="Exit with 1 where a record is rejected.")
@common
def load(
    common: Common,
    dataset: str,
    sources: tuple[str, ...],
    name: str | None,
    limit: int | None,
    revision: str | None,
    append: bool,
    keep_partial: bool,
    strict: bool,
) -> int:
    """Land a dump: by default from the Hugging Face Hub.

    DATASET may also be adp-std, atif or openai: a form in which corpora are taken in, each under its own name.
    """
    from adp import engine

    engine.start()
    from loaders import land

    if "" in sources:
        raise _usage_error("--from names no file or folder")
    talk = common.talk
    with talk.bar(f"load {dataset}", unit=" MB") as update:

        def progress(records: int, done: int, total: int) -> None:
            update(completed=done / 1e6, total=total / 1e6, what=f"load {dataset}: {records:,} records")

        landing = land.load(
            dataset,
            sources,
            common.paths,
            limit=limit,
            revision=revision,
            append=append,
            keep_partial=keep_partial,
            progress=progress,
            wait=common.wait,
            name=name,
        )
    for reason in landing.partial:
        talk.warn(f"not read to its end: {reason}")
    talk.say(f"landed {landing.records} records, rejected {landing.rejected} (see standard.rejections)")
    if landing.rejected and not landing.records:
        talk.warn(f"no record of {dataset} could be read: is it the right file?")
    return 1 if strict and landing.rejected else 0


@cli.command()
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@click.option("--full", is_flag=True, help="Build into a new file and put it in place of the old one.")
@click.option(
    "--no-axtrees", is_flag=True, help="Show no pages to a browser for the accessibility trees that are missing."
)
@click.option("--retry-pages", is_flag=True, help="Show again the pages that could not be shown before.")
@click.option("--no-tokens", is_flag=True, help="Do not derive the token counts that are missing.")
@click.option("--tokenizer", metavar="T", help=TOKENIZER_HELP)
@common
def build(
    common: Common,
    datasets: tuple[str, ...],
    full: bool,
    no_axtrees: bool,
    retry_pages: bool,
    no_tokens: bool,
    tokenizer: str | None,
) -> None:
    """Run what changed, upstream first, and derive what is missing."""
    from adp import engine

    engine.start()
    from adp.build import build as run
    from loaders import corpora

    if tokenizer and no_tokens:
        raise _usage_error("--tokenizer does not go with --no-tokens")
    if retry_pages and no_axtrees:
        raise _usage_error("--retry-pages does not go with --no-axtrees")
    talk = common.talk
    summary = run(
        common.paths,
        [corpora.staged(common.paths, dataset) for dataset in datasets],
        full=full,
        wait=common.wait,
        axtrees=not no_axtrees,
        retry_pages=retry_pages,
        tokens=not no_tokens,
        tokenizer=tokenizer,
        talk=talk,
    )
    talk.say(f"built {len(summary.built)}, up to date {summary.kept}, in {summary.seconds:.1f} s")


@cli.command()
@common
def check(common: Common) -> int:
    """Run the checks of sql/checks; exit with 1 and show the first violations where one fails."""
    from adp import queries, table

    talk = common.talk
    terminal = sys.stdout.isatty()
    failed = 0
    for number, outcome in enumerate(queries.check(common.paths, common.wait)):
        if number == 0 and not terminal:
            click.echo("check\tviolations\tinvariant")
        failed += not outcome.holds
        if terminal:
            verdict = click.style("ok    ", fg="green") if outcome.holds else click.style("FAILED", fg="red")
            click.echo(f"{verdict} {outcome.query.name:<45} {outcome.seconds:6.2f} s")
        else:
            click.echo(f"{outcome.query.name}\t{outcome.violations}\t{outcome.query.purpose}")
        if not outcome.holds:
            sys.stdout.flush()
            talk.warn(f"{outcome.query.name}: {outcome.violations:,} violations. {outcome.query.purpose}")
            talk.warn(table.as_text(outcome.columns, outcome.first).rstrip("\n"))
    if failed:
        talk.warn(f"{failed} checks failed")
    return 1 if failed else 0


@cli.command()
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@common
def report(common: Common, name: str | None, form: str) -> None:
    """Run a report of sql/reports; without a name, list them."""
    from adp import queries, table, warehouse

    found = queries.find("reports")
    if name is None:
        table.show(("report", "answers"), [(query.name, query.purpose) for query in found.values()], form)
        return
    if name not in found:
        raise UserError(f"unknown report {name!r}; there are {', '.join(found)}")
    with warehouse.connect(common.paths, read_only=True, wait=common.wait) as con:
        columns, rows = queries.run(con, found[name])
    table.show(columns, rows, form)


def _licences(_: click.Context, __: click.Parameter, given: str | None) -> list[str]:
    """The names in a list; none is no way to say all."""
    names = [name.strip() for name in (given or "").split(",") if name.strip()]
    if given is not None and not names:
        raise _usage_error("--license names no licence: leave it out to export whatever licence there is")
    return names


def chosen(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a command that writes a training set out: which of its records."""
    for option in (
        click.option(
            "--license", "licences", metavar="L,L...", callback=_licences,
            help="Only what is under one of these licences, such as mit,apache-2.0.",
        ),
        click.option(
            "--include-test-data", is_flag=True, help="Also what is a benchmark's own task: never train on it."
        ),
        click.option(
            "--split", type=click.Choice(["train", "test", "eval", "all"]), default="all", show_default=True,
            help="One side of the tasks; eval where a training set has it.",
        ),
        click.option(
            "--dataset", "datasets", multiple=True, metavar="D", help="Just this dataset; can be given again."
        ),
    ):  # fmt: skip
        function = option(function)
    return function


@cli.command()
@click.argument("target")
@click.option("--out", required=True, metavar="PATH", help="Where to; - is stdout, as JSON lines.")
@chosen
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "parquet", "llamafactory"]), help="By default as PATH says."
)
@click.option("--tokens", is_flag=True, help="Add token_count to every record.")
@click.option(
    "--max-tokens",
    type=click.IntRange(min=1),
    metavar="N",
    help="Leave out longer records; of prompts first the oldest messages.",
)
@click.option(
    "--trim", type=click.Choice(["oldest-observations"]), help="Before that, empty the oldest pages of longer ones."
)
@click.option("--tokenizer", metavar="T", help=TOKENIZER_HELP)
@click.option("--trained-only", is_flag=True, help="std: leave out what no agent is trained on.")
@click.option("--force", is_flag=True, help="Replace PATH even where it is not an export.")
@common
def export(
    common: Common,
    target: str,
    out: str,
    datasets: tuple[str, ...],
    form: str | None,
    tokens: bool,
    max_tokens: int | None,
    trim: str | None,
    tokenizer: str | None,
    split: str,
    trained_only: bool,
    include_test_data: bool,
    licences: list[str],
    force: bool,
) -> None:
    """Write a training set out.

    TARGET: std, atif; openhands, openhands_tools, sweagent, mini_swe_agent, agentlab; codeact; proposer,
    proposer_brief, verifier, verifier_preference, speculative_eval; reward, proactive_agent.
    """
    from adp import engine

    engine.start()
    from adp.config import DEFAULT_TOKENIZER
    from adp.export import ExportOptions
    from adp.export import export as run

    if tokenizer and not tokens and max_tokens is None:
        raise _usage_error("--tokenizer says how tokens are counted: it goes with --tokens or --max-tokens")
    if trim and max_tokens is None:
        raise _usage_error("--trim says how to keep to a length: it goes with --max-tokens")
    talk = common.talk
    options = ExportOptions(
        target=target,
        out=out,
        datasets=datasets,
        format=form,
        tokens=tokens,
        max_tokens=max_tokens,
        tokenizer=tokenizer or DEFAULT_TOKENIZER,
        split=split,
        trained_only=trained_only,
        include_test_data=include_test_data,
        trim=trim,
        licences=licences,
        force=force,
    )
    result = run(options, common.paths, talk=talk, wait=common.wait)
    talk.say(result.summary())


@cli.command()
@click.argument("target")
@click.option("--out", required=True, metavar="FOLDER", help="Whereto.")
@click.option("--max-length", type=click.IntRange(min=2), required=True, metavar="N", help="Tokens of a pack at most.")
@click.option("--tokenizer", metavar="T", help=TOKENIZER_HELP)
@chosen
@click.option(
    "--packing", type=click.Choice(["best-fit", "next-fit"]), default="best-fit", show_default=True,
    help="next-fit: as CodeAct published it.",
)  # fmt: skip
@click.option(
    "--too-long", type=click.Choice(["truncate", "leave-out"]), default="truncate", show_default=True,
    help="What becomes of records longer than a pack.",
)  # fmt: skip
@click.option("--megatron", is_flag=True, help="Also Megatron's indexed datasets (.bin, .idx) of tokens and roles.")
@click.option(
    "--special", multiple=True, metavar="TOKEN=ID",
    help="The id of <|im_start|>, <|im_end|> or separator; by default the tokenizer's, else those behind its last one.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace FOLDER even where it is not an export.")
@common
def pack(
    common: Common,
    target: str,
    out: str,
    max_length: int,
    tokenizer: str | None,
    datasets: tuple[str, ...],
    split: str,
    include_test_data: bool,
    licences: list[str],
    packing: str,
    too_long: str,
    megatron: bool,
    special: tuple[str, ...],
    force: bool,
) -> None:
    """Write a training set out as tokens: ChatML, a role for each token, filled packs of one length."""
    from adp.config import DEFAULT_TOKENIZER
    from adp.export import ExportOptions
    from adp.pack import PackOptions
    from adp.pack import pack as run

    talk = common.talk
    records = ExportOptions(
        target=target,
        out=out,
        datasets=datasets,
        tokenizer=tokenizer or DEFAULT_TOKENIZER,
        split=split,
        include_test_data=include_test_data,
        licences=licences,
        force=force,
    )
    ids = {}
    for given in special:
        token, equals, number = given.rpartition("=")
        if not equals or not number.isdecimal():
            raise _usage_error(f"--special {given} is not TOKEN=ID")
        ids[token] = int(number)
    options = PackOptions(records, max_length, packing, too_long, megatron, ids)
    talk.say(run(options, common.paths, talk=talk, wait=common.wait).summary())


@cli.command()
@click.argument("trajectory_id")
@click.option("--target", metavar="T", help="As the conversation that this agent is trained on.")
@common
def show(common: Common, trajectory_id: str, target: str | None) -> None:
    """Show one trajectory, as steps or as a conversation."""
    from adp import show as view
    from adp import warehouse

    with warehouse.connect(common.paths, read_only=True, wait=common.wait) as con:
        lines = view.conversation(con, trajectory_id, target) if target else view.steps(con, trajectory_id)
        for line in lines:
            click.echo(line)


@cli.command()
@click.argument("dataset")
@click.option("--stage", default="std", show_default=True, metavar="STAGE", help="raw, std or a target.")
@click.option("-n", "number", type=click.IntRange(min=1), default=3, show_default=True, help="How many.")
@common
def sample(common: Common, dataset: str, stage: str, number: int) -> None:
    """Show the first records of a stage as indented JSON."""
    import json

    from adp import build, warehouse
    from adp import show as view

    with build.in_memory(common.paths, "seeds.datasets") as con:
        name = view.dataset_name(con, dataset)
        if stage == view.RAW:  # what is landed needs no warehouse
            found = list(view.sample(con, name, stage, number))
    if stage != view.RAW:
        with warehouse.connect(common.paths, read_only=True, wait=common.wait) as con:
            found = list(view.sample(con, name, stage, number))
    for record in found:
        click.echo(json.dumps(record, indent=2, ensure_ascii=False))
    if not found:
        common.talk.warn(f"no records of {name} at the stage {stage}")


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGUMENT]...")
@common
def sql(common: Common, arguments: tuple[str, ...]) -> None:
    """Open the stock duckdb command line on the warehouse, read-only; arguments are passed on to it."""
    from adp import warehouse

    paths = common.paths
    warehouse.connect(paths, read_only=True, wait=common.wait).close()  # says why, where it cannot be opened
    program = _duckdb_program()
    if program is None:
        common.talk.say("the duckdb command line is not on the path; the database is")
        click.echo(paths.db.resolve())
        return
    sys.stdout.flush()
    os.execv(program, [program, "-readonly", *arguments, str(paths.db)])


@cli.group(invoke_without_command=True)
@common
def prompts(common: Common) -> None:
    """The system prompts in use, with their origin; or put another in place of one."""
    context = click.get_current_context()
    context.obj = common
    if context.invoked_subcommand is None:
        from adp import prompts as stored
        from adp import table

        rows = stored.in_use(common.paths)
        if sys.stdout.isatty():  # a prompt is long: its beginning tells which it is
            rows = [(*row[:-1], f"{row[-1].splitlines()[0][:60]}...") for row in rows]
        table.show(stored.COLUMNS, rows)


@prompts.command(name="set")
@click.argument("target")
@click.argument("file")
@click.option("--package", metavar="P", help="The package that the prompt comes from.")
@click.option("--package-version", metavar="V", help="Its version.")
@common
def set_prompt(common: Common, target: str, file: str, package: str | None, package_version: str | None) -> None:
    """Train TARGET with the text of FILE (- for stdin) as its system prompt."""
    from adp import prompts as stored

    digest = stored.put(common.paths, target, file, package, package_version)
    stored.refresh(common.paths, common.wait)
    common.talk.say(f"{target} is trained with {file} from now on (md5 {digest})")


@prompts.command(name="import")
@click.argument("agent", metavar="[openhands|agentlab|mini-swe-agent]")
@click.option("--from", "source", metavar="PATH", help="An environment or a folder that holds the package.")
@common
def import_prompt(common: Common, agent: str, source: str | None) -> None:
    """Train with the system prompt and the tools of AGENT's own package, as it is installed or below PATH."""
    from adp import prompts as stored

    prompt = stored.bring_in(common.paths, agent, source)
    stored.refresh(common.paths, common.wait)
    used = stored.tools_in_use(common.paths, prompt.target)
    names = f": {', '.join(name for name, _, _ in used)}" if used else ""
    common.talk.say(
        f"{prompt.target} is trained with the prompt of {prompt.package} {prompt.version or '(version unknown)'} from "
        f"now on, and with {len(used)} of its {len(prompt.tools)} tools{names}"
    )


@prompts.command(name="reset")
@click.argument("target")
@common
def reset_prompt(common: Common, target: str) -> None:
    """Go back to the prompt of TARGET that this project ships."""
    from adp import prompts as stored

    if stored.reset(common.paths, target):
        stored.refresh(common.paths, common.wait)
    common.talk.say(f"{target} is trained with its own prompt")


@cli.command()
@click.option("--dataset", "datasets", multiple=True, metavar="D", help="Only this one's sample, or `all`.")
@common
def demo(common: Common, datasets: tuple[str, ...]) -> int:
    """Sample dumps through the whole path, in a folder demo/ of its own."""
    from adp.demo import run

    if common.db or common.data:
        raise _usage_error("the demo works in a folder of its own: --db and --data do not go with it")
    return run(datasets=datasets)


@cli.command(hidden=True)
@click.option("--reference", metavar="FOLDER", help="The reference's records.")
@click.option("--out", metavar="FILE", help="The page to write.")
@common
def conformance(common: Common, reference: str | None, out: str | None) -> int:
    """Compare with the output of the reference's converters and write docs/conformance.md."""
    from adp.conformance import main as run

    given = {"--reference": reference, "--out": out}
    return run([word for option, value in given.items() if value for word in (option, value)])


def _duckdb_program() -> str | None:
    """The stock command line: on the path, or beside this Python."""
    import shutil
    from pathlib import Path

    beside = Path(sys.executable).with_name("duckdb")
    return shutil.which("duckdb") or (str(beside) if os.access(beside, os.X_OK) else None)


def program() -> None:
    """Run the command line as a process, and leave at once.

    To free all objects one by one takes longer than some commands, and whatever has to be closed is closed by then.
    """
    # To look for cycles among all that is imported takes a tenth of a second, and finds none.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    # NumPy's linear algebra, which nothing here uses, would start a thread for each core, and they wait by spinning.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        main()
    except SystemExit as stop:
        with contextlib.suppress(OSError):  # which `main` has reported
            sys.stdout.flush()
            sys.stderr.flush()
        if stop.code is None or isinstance(stop.code, int):
            os._exit(stop.code or 0)
        raise  # a text, which Python writes


def main() -> None:
    """Run the command line: messages instead of tracebacks, and the exit codes that scripts rely on."""
    if "_ADP_COMPLETE" in os.environ:
        cli.main(prog_name="adp")  # the shell asks how a line may go on
    interrupt.listen()
    try:
        with cli.make_context("adp", sys.argv[1:]) as context:
            code = cli.invoke(context)
        sys.stdout.flush()
    except UserError as error:
        code = _fail(str(error))
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(error.format_message() + "\n")
        code = error.exit_code
    except click.ClickException as error:
        code = _fail(_usage(error))
    except (KeyboardInterrupt, click.Abort):
        code = interrupt.CODE
    except BrokenPipeError:
        # Python would complain once more when it flushes stdout at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = READER_WENT_AWAY
    except Exception as error:
        if _interrupted(error):
            code = interrupt.CODE
        else:
            text = _expected(error)
            if text is None:
                raise
            code = _fail(text)
    finally:
        interrupt.forget()
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str) -> int:
    sys.stderr.write("adp: " + " ".join(message.split("\n")) + "\n")
    return 2


def _usage_error(message: str) -> click.UsageError:
    """Bad usage that the options' own types do not show."""
    return click.UsageError(message, click.get_current_context())


def _usage(error: click.ClickException) -> str:
    message = error.format_message()
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{message} (see `{error.ctx.command_path} --help`)"
    return message


def _imported_duckdb() -> Any:
    """DuckDB where a command has imported it; else no error is one of its."""
    return getattr(sys.modules.get("adp.engine"), "duckdb", None)


def _interrupted(error: Exception) -> bool:
    """Whether it is Ctrl-C in the words of DuckDB: of a statement, or of a Python function in one."""
    if isinstance(error, RuntimeError):
        return str(error) == "Query interrupted"
    duckdb = _imported_duckdb()
    return duckdb is not None and (
        isinstance(error, duckdb.InterruptException)
        or (isinstance(error, duckdb.InvalidInputException) and "KeyboardInterrupt" in str(error))
    )


def _expected(error: Exception) -> str | None:
    """One line for an error of the machine or of DuckDB; None for a fault of this program."""
    if isinstance(error, OSError):
        what = error.strerror or str(error)
        return f"cannot use {error.filename}: {what}" if error.filename else what
    duckdb = _imported_duckdb()
    if duckdb is not None and isinstance(error, duckdb.Error):
        text = str(error).strip().splitlines()[0]
        if isinstance(error, duckdb.CatalogException):
            return f"{text}; run `adp build` first"
        return f"no space is left on the disk: {text}" if "No space left on device" in text else text
    return None


if __name__ == "__main__":
    program()
