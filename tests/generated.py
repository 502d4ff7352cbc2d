"""The parts of the documentation that are made from the code: `make docs` writes them, test_docs.py holds them.

In README.md they stand between `<!-- name -->` and `<!-- /name -->`; the PAGES under docs/ are whole.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from textwrap import dedent
from typing import cast

import click
import duckdb

from adp import models, root
from adp.cli import cli
from schema import standard

ROOT = root()
README = ROOT / "README.md"
COLUMNS = ROOT / "docs" / "columns.md"
COMMANDS = ROOT / "docs" / "commands.md"
DATASETS = ROOT / "docs" / "datasets.md"
WIDTH = 100


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; what looks like a tag is text."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(re.sub(r"[|<]", r"\\\g<0>", cell) for cell in line) + " |" for line in lines)


def catalogue() -> list[dict[str, object]]:
    """The rows of seeds.datasets."""
    con = duckdb.connect()
    con.execute("create schema seeds")
    con.execute((ROOT / "sql" / "seeds" / "datasets.sql").read_text())
    found = con.execute("from seeds.datasets order by dataset")
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def datasets() -> str:
    """The catalogue: every dataset with its source."""
    rows = []
    for row in catalogue():
        name = f"[`{row['dataset']}`](docs/datasets.md#{anchor(str(row['dataset']))})"
        rows.append([name, source(str(row["source"])), str(row["note"]), str(row["licence"] or "not stated")])
    return table(["dataset", "source", "what it is", "licence"], rows)


def source(place: str) -> str:
    """Where a dataset is published, as a link if it can be one: an address, or a repository on the Hub."""
    if place.startswith("https://"):
        return f"<{place}>"
    return f"[{place}](https://huggingface.co/datasets/{place})" if re.fullmatch(r"[\w.-]+/[\w.-]+", place) else place


def anchor(heading: str) -> str:
    """What a heading is linked by."""
    return re.sub(r"[^\w-]", "", heading.lower())


def dataset_pages() -> str:
    """docs/datasets.md: where each dataset comes from, what a record looks like and what becomes of it."""
    parts = [
        "# Datasets",
        "Made by `make docs` from `sql/seeds/datasets.sql`, the samples and the headers of the staging models. Records "
        "are samples of ours in the dataset's format, cut short. Sizes are as reported, none was counted here.",
    ]
    for row in catalogue():
        parts += [f"## {row['dataset']}", f"{sentence(str(row['note']))}", facts(row)]
        if row["caveats"]:
            parts.append(f"**To know before training on it:** {row['caveats']}")
        parts += ["A raw record:", record(str(row["identifier"])), "What becomes of it:"]
        staging = (ROOT / "sql" / "staging" / f"{row['identifier']}.sql").read_text()
        parts += [
            text for model in re.split(r"^-- (?=staging\.)", staging, flags=re.MULTILINE)[1:] if (text := prose(model))
        ]
    return "\n\n".join(parts) + "\n"


def facts(row: dict[str, object]) -> str:
    """The facts of the catalogue about one dataset, as a list."""
    size, steps = row["trajectories_reported"], row["steps_reported"]
    agents = ", ".join(f"`{agent}`" for agent in cast("list[str]", row["agents"]))
    lines = {
        "source": source(str(row["source"])),
        "config": row["config"],
        "split": row["split"],
        "paper": row["paper"] and f"<{row['paper']}>",
        "licence": row["licence"] or "not stated",
        "size": size and f"{size:,} trajectories" + (f" of {steps:g} steps on average" if steps else ""),
        "agents": agents,
        "test data": "yes: only exported with `--include-test-data`" if row["is_test_data"] else None,
    }
    return "\n".join(f"- {name}: {value}" for name, value in lines.items() if value)


def record(identifier: str) -> str:
    """The first good record of a sample, cut short."""
    for line in (ROOT / "samples" / f"{identifier}.jsonl").read_text().splitlines():
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict | list) and found:
                return f"```json\n{json.dumps(shortened(found), indent=2, ensure_ascii=False)}\n```"
    raise LookupError(f"samples/{identifier}.jsonl has no record")


def shortened(value: object, most: int = 2, width: int = 90) -> object:
    """A JSON value with fewer elements and shorter texts, which says that it was cut."""
    if isinstance(value, str):
        return value if len(value) <= width else value[:width] + " ..."
    if isinstance(value, dict):
        return {key: shortened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        rest = [f"... {len(value) - most} more"] if len(value) > most else []
        return [*(shortened(inner) for inner in value[:most]), *rest]
    return value


def prose(model: str) -> str:
    """The prose of a model's header as Markdown; indented lines are examples."""
    comment = model.split("\ncreate ")[0].partition("\n--\n")[2]
    lines = [re.sub(r"^-- ?", "", line) for line in comment.splitlines()]
    parts = []
    for is_example, group in groupby(lines, key=lambda line: line.startswith("  ")):
        text = dedent("\n".join(group)).strip("\n")
        parts.append(f"```text\n{text}\n```" if is_example else re.sub(r"[<*]", r"\\\g<0>", text))
    return "\n\n".join(part for part in parts if part)


def sentence(text: str) -> str:
    """A note as a sentence."""
    return text[:1].upper() + text[1:] + "."


def relations() -> str:
    """The relations of the standard layer with their grain."""
    grains = {
        path.stem: models.parse(f"sql/standard/{path.name}", path.read_text())[0].grain
        for path in sorted((ROOT / "sql" / "standard").glob("*.sql"))
    }
    rows = ([f"`standard.{name}`", grains[name]] for name in standard.RELATIONS)
    return table(["relation", "what it holds"], rows)


def targets() -> str:
    """The training sets: the views of sft whose key is a record's id, and what their headers say."""
    rows = []
    for path in sorted((ROOT / "sql" / "sft").glob("*.sql")):
        (model,) = models.parse(f"sql/sft/{path.name}", path.read_text())
        if model.key == ("id",):
            rows.append([f"`{path.stem}`", model.grain.removeprefix("one row per "), first_sentence(path.read_text())])
    return table(["target", "one record per", "what it is"], rows)


def first_sentence(text: str) -> str:
    """The first sentence of the prose in a model's header, which begins behind the first empty comment line."""
    header = text.split("\ncreate ")[0]
    prose = re.sub(r"\n--", "", header.partition("\n--\n--")[2]).strip()
    return re.split(r"(?<=[.:])\s", prose + " ")[0].rstrip(":.") + "."


def demo(folder: Path | None = None) -> str:
    """What `adp demo` prints, run in `folder` or a temporary one."""
    with tempfile.TemporaryDirectory() as temporary:
        ran = subprocess.run(
            [sys.executable, "-m", "adp.cli", "demo"],
            cwd=folder or temporary,
            capture_output=True,
            text=True,
            check=True,
        )
    return shown(ran.stdout)


def shown(output: str) -> str:
    """The demo's output as the README has it."""
    return f"```text\n$ make demo\n{output.strip()}\n```"


def columns() -> str:
    """docs/columns.md: what each column of the standard layer means."""
    parts = [
        "# The columns of the standard layer",
        "Made from the models in `schema/standard.py` by `make docs`; a test holds both against the database.",
    ]
    for name, relation in standard.RELATIONS.items():
        types = standard.columns(relation)
        fields = {field.alias or key: field.description or "" for key, field in relation.model_fields.items()}
        parts.append(f"## standard.{name}")
        parts.append((relation.__doc__ or "").strip())
        rows = ([f"`{column}`", types[column].lower(), meaning] for column, meaning in fields.items())
        parts.append(table(["column", "type", "meaning"], rows))
    return "\n\n".join(parts) + "\n"


def commands() -> str:
    """docs/commands.md: the help of every command."""
    (first, *rest) = every_command()
    parts = ["# Commands", "Made from the command line's own help by `make docs`.", help_of(first)]
    for context in rest:
        parts += [f"## {context.command_path}", help_of(context)]
    return "\n\n".join(parts) + "\n"


def every_command(parent: click.Context | None = None) -> Iterator[click.Context]:
    """The command line and all its commands, those of a group behind it; hidden ones are left out."""
    context = parent or click.Context(cli, info_name="adp", max_content_width=WIDTH, help_option_names=["-h", "--help"])
    context.terminal_width = WIDTH
    yield context
    if isinstance(context.command, click.Group):
        for name, command in sorted(context.command.commands.items()):
            if not command.hidden:
                yield from every_command(click.Context(command, info_name=name, parent=context))


def help_of(context: click.Context) -> str:
    """The help text of a command."""
    return f"```text\n{context.command.get_help(context).strip()}\n```"


def block(text: str, name: str) -> str:
    """What stands between the marks of a block."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.DOTALL)
    if found is None:
        raise LookupError(f"README.md has no block {name}")
    return found[1]


BLOCKS: dict[str, Callable[[], str]] = {
    "demo": demo,
    "relations": relations,
    "datasets": datasets,
    "targets": targets,
}
PAGES: dict[Path, Callable[[], str]] = {COLUMNS: columns, COMMANDS: commands, DATASETS: dataset_pages}


def write() -> None:
    """Write all of them."""
    text = README.read_text()
    for name, make in BLOCKS.items():
        before, _, rest = text.partition(f"<!-- {name} -->\n")
        _, _, behind = rest.partition(f"<!-- /{name} -->")
        text = f"{before}<!-- {name} -->\n{make()}\n<!-- /{name} -->{behind}"
    README.write_text(text)
    for path, make in PAGES.items():
        path.write_text(make())


if __name__ == "__main__":
    write()
