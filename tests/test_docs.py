"""The documentation says what the code does: generated parts are up to date, every command in it exists."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from adp.cli import cli
from adp.config import Paths
from adp.export import ExportOptions, export
from tests import generated

pytestmark = pytest.mark.any_duckdb

DOCUMENTS = [generated.README, generated.ROOT / "CONTRIBUTING.md", *sorted((generated.ROOT / "docs").glob("*.md"))]
TEXT = generated.README.read_text()


@pytest.mark.parametrize("name", [name for name in generated.BLOCKS if name != "demo"])
def test_readme_block_is_up_to_date(name: str) -> None:
    assert generated.block(TEXT, name) == generated.BLOCKS[name](), "run `make docs`"


@pytest.mark.parametrize("path", generated.PAGES, ids=lambda path: path.name)
def test_page_is_up_to_date(path: Path) -> None:
    assert path.read_text() == generated.PAGES[path](), "run `make docs`"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text())
    assert not [link for link in links if "://" not in link and not (path.parent / link).exists()]


def command_lines() -> list[str]:
    """Every `adp ...` line in the shell blocks of the README, without comments and continued lines joined."""
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [found[0] for line in lines if (found := re.search(r"(?:^|\| )adp .*", line))]


@pytest.mark.parametrize("line", command_lines())
def test_command_in_the_readme_exists(line: str) -> None:
    """The command and its options are parsed, not run."""
    words = shlex.split(line.lstrip("| "), comments=True)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    with click.Context(command, help_option_names=["-h", "--help"]) as context:
        command.parse_args(context, words)


def test_the_datasets_that_llamafactory_is_given_are_those_of_the_export(sample_paths: Paths, tmp_path: Path) -> None:
    (given,) = re.findall(r'--dataset "\$\(python (.*)\)"', TEXT)
    export(ExportOptions("openhands", str(tmp_path / "llamafactory"), format="llamafactory"), sample_paths)
    command = f"{shlex.quote(sys.executable)} {given}"
    ran = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    known = json.loads((tmp_path / "llamafactory" / "dataset_info.json").read_text())
    assert ran.stdout.strip().split(",") == list(known)
    assert re.search(r"entry of its own, such as `(\w+)`", TEXT)[1] in known  # type: ignore[index]


def test_every_deviation_has_an_id_of_its_own_and_tests_that_exist() -> None:
    page = (generated.ROOT / "docs" / "deviations.md").read_text()
    found = re.findall(r"^\| ([a-z0-9-]+) \|(.*)$", page, re.M)
    rows = [(name, row) for name, row in found if name != "id"]  # the heads
    assert len(rows) == len({name for name, _ in rows})
    for name, row in rows:
        tests = re.findall(r"(tests/\w+\.py)::(\w+)", row)
        assert tests, name
        for file, test in tests:
            assert re.search(rf"^def {test}\(", (generated.ROOT / file).read_text(), re.M), f"{name}: {file}::{test}"


@pytest.mark.parametrize("name", ["CHANGELOG.md", "CONTRIBUTING.md"])
def test_lines_are_at_most_120_characters(name: str) -> None:
    lines = (generated.ROOT / name).read_text().splitlines()
    assert not [number for number, line in enumerate(lines, 1) if len(line) > 120]


def test_every_command_is_documented_and_has_help() -> None:
    page = generated.COMMANDS.read_text()
    (_, *found) = generated.every_command()
    assert not [context.command_path for context in found if f"\n## {context.command_path}\n" not in page]
    assert not [context.command_path for context in found if not context.command.help]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_exist(path: Path) -> None:
    """Paths in backticks; a name in angle brackets stands for many."""
    named = re.findall(
        r"`((?:adp|bench|docs|loaders|samples|schema|sql|tests)/[\w./]*)(?:::[\w\[\]]+)?`", path.read_text()
    )
    elsewhere = [name for name in named if "my_set" in name or name.startswith("bench/out")]
    assert not [name for name in named if name not in elsewhere and not (generated.ROOT / name).exists()]
