"""The project itself: datasets are complete, dependencies pinned and explained, the wheel holds what it needs."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import adp
from adp import models, root
from loaders import base
from tests.generated import catalogue

pytestmark = pytest.mark.any_duckdb

ROOT = root()
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIREMENTS = ROOT / "requirements.txt"


rows_of_catalogue = cache(catalogue)


@cache
def found_models() -> list[models.Model]:
    """The models of sql/, read once."""
    return models.load(ROOT / "sql")


@cache
def loader_modules() -> set[str]:
    """The modules in loaders/ that define a loader."""
    return {path.stem for path in (ROOT / "loaders").glob("*.py") if re.search(r"^LOADER\b", path.read_text(), re.M)}


def stems(folder: str, pattern: str) -> set[str]:
    """Names of the files in a folder, without their endings."""
    return {path.stem for path in (ROOT / folder).glob(pattern)}


def datasets() -> list[str]:
    """Identifiers that any part of the project knows of."""
    rows = {str(row["identifier"]) for row in rows_of_catalogue()}
    staged = {model.dataset for model in found_models() if model.dataset}
    return sorted(loader_modules() | staged | stems("samples", "*.jsonl") | rows)


@pytest.mark.parametrize("dataset", datasets())
def test_dataset_is_complete(dataset: str) -> None:
    """CONTRIBUTING.md, Add a dataset: each step that was forgotten is named."""

    def missing() -> Iterator[str]:
        if dataset not in loader_modules():
            yield f"loaders/{dataset}.py with LOADER"
        elif dataset not in {**base.DATASETS, **base.FORMATS}:
            yield f"{dataset} in MODULES of loaders/base.py"
        if not (ROOT / "samples" / f"{dataset}.jsonl").is_file():
            yield f"samples/{dataset}.jsonl"
        elif dataset not in json.loads((ROOT / "samples" / "expected.json").read_text())["datasets"]:
            yield f"{dataset} in samples/expected.json: python -m adp.demo --write-expected"
        row = next((row for row in rows_of_catalogue() if row["identifier"] == dataset), None)
        if row is None and dataset not in base.FORMATS:
            yield f"a row in sql/seeds/datasets.sql with the identifier {dataset}"
        elif row is not None and dataset in base.DATASETS:
            loader = base.DATASETS[dataset]
            for column, value in (("dataset", loader.dataset), ("source", loader.repo), ("licence", loader.licence)):
                if row[column] != value:
                    yield f"one {column}: sql/seeds/datasets.sql has {row[column]!r}, the loader {value!r}"
        rows_check = "sql/checks/source_rows_are_accounted_for.sql"
        if f"from raw.{dataset}\n" not in (ROOT / rows_check).read_text():
            yield f"`from raw.{dataset}` in {rows_check}"
        staging = f"sql/staging/{dataset}.sql"
        if not (ROOT / staging).is_file():
            yield staging
        if staging not in (ROOT / "adp.duckdb.sql").read_text():
            yield f"{staging} in adp.duckdb.sql: python -m adp.models --write"
        # Pages that are HTML go to steps by way of page_steps. What has no trajectories has tables of its own.
        unions_of = {"trajectories": ("stacked_trajectories",), "steps": ("steps", "page_steps")}
        made = {model.relation for model in found_models() if model.dataset == dataset}
        if made and f"{dataset}_trajectories" not in made:
            others = {"tasks": ("tasks", "scenes"), "annotations": ("annotations", "judgements")}
            unions_of = {end: unions for end, unions in others.items() if f"{dataset}_{end}" in made}
        for end, unions in unions_of.items():
            texts = [(ROOT / "sql" / "standard" / f"{union}.sql").read_text() for union in unions]
            if sum(f"from staging.{dataset}_{end}\n" in text for text in texts) != 1:
                yield f"`from staging.{dataset}_{end}` in sql/standard/{' or '.join(unions)}.sql"

    found = list(missing())
    assert not found, "missing: " + "; ".join(found)


def test_every_staging_table_is_read() -> None:
    found = found_models()
    read = {name for model in found for name in model.upstream}
    assert {model.name for model in found if model.layer == "staging"} <= read


def test_every_dependency_says_why() -> None:
    lines = re.findall(r'^    "[a-zA-Z_-]+[><=].*$', (ROOT / "pyproject.toml").read_text(), re.M)
    project = PYPROJECT["project"]
    named = [project["dependencies"], *project["optional-dependencies"].values(), PYPROJECT["dependency-groups"]["dev"]]
    assert len(lines) == sum(map(len, named))
    assert not [line for line in lines if not re.search(r"\",\s+# \S", line)]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-duckdb-1.5.txt"])
def test_requirements_are_pinned_and_hashed_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index" not in text
    pin = r"[a-z0-9-]+==[0-9.]+(\.post[0-9]+)?( ; .*)? \\\n    --hash=sha256:[0-9a-f]{64}"
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(pin, requirement), requirement


def test_requirements_pin_every_dependency() -> None:
    pinned = set(re.findall(r"^([a-z0-9-]+)==", REQUIREMENTS.read_text(), re.M))
    asked = PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]
    names = {re.split(r"[><=\[]", requirement)[0].lower().replace("_", "-") for requirement in asked}
    assert names <= pinned


def test_version_is_the_same_everywhere() -> None:
    assert adp.__version__ == PYPROJECT["project"]["version"]


def test_every_make_target_is_explained() -> None:
    text = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (\S+)$", text, re.M)
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(targets) == set(re.findall(r"^make (\S+)", listed, re.M))


def test_ci_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make test" in (ROOT / "README.md").read_text()
    assert re.findall(r"^make (\S+)$", script, re.M)[-1] == "test", "the last lines are pytest's summary"


def tracked() -> list[Path]:
    """The text files of the project as git has them; all there are where there is no git."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def test_no_file_is_large_or_names_a_home_folder() -> None:
    homes = re.compile(rb"(?<![\w.])/(home|Users|root)/(?!(?:user|someone)\b)\w")
    large, named = [], []
    for path in tracked():
        text = path.read_bytes()
        if len(text) > 1_000_000:
            large.append(path.name)
        if path.parent.name != "samples" and homes.search(text):
            named.append(path.name)
    assert not large
    assert not named


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel, as an installation would have it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (archive,) = folder.glob("*.whl")
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder / "site")
    return folder / "site"


def test_wheel_holds_every_sql_file_and_sample(wheel: Path) -> None:
    for folder in ("sql", "samples"):
        here = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
        there = {path.relative_to(wheel / "adp") for path in (wheel / "adp" / folder).rglob("*") if path.is_file()}
        assert there == here
    assert (wheel / "adp" / "adp.duckdb.sql").read_text() == (ROOT / "adp.duckdb.sql").read_text()
    assert not (wheel / "tests").exists()


def test_installed_package_finds_its_sql(wheel: Path, tmp_path: Path) -> None:
    """Outside the checkout: no editable install on the path, nothing beside the working directory."""
    program = "import adp, adp.models as models; print(adp.root()); print(len(models.load(adp.root() / 'sql')))"
    paths = [str(wheel), *(path for path in sys.path if path.endswith("site-packages"))]
    ran = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=True,
    )
    found, count = ran.stdout.split()
    assert Path(found) == wheel / "adp"
    assert int(count) == len(models.load(ROOT / "sql"))
