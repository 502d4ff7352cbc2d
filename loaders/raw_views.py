"""data/raw.sql: every view of the schema raw, so that the stock `duckdb` CLI rebuilds the warehouse without Python.

A dataset that is not landed has a typed empty view, so that every model always resolves.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from adp import replace, sqltext
from adp.config import Paths
from adp.sqltext import literal, name
from loaders import base, corpora, images, manifest, parts
from loaders.base import Loader
from loaders.manifest import Manifest

REJECTIONS = {
    "dataset": "VARCHAR", "source_file": "VARCHAR", "source_row": "BIGINT", "reason": "VARCHAR", "raw_text": "VARCHAR",
}  # fmt: skip
LANDINGS = {
    "dataset": "VARCHAR", "source": "VARCHAR", "revision": "VARCHAR", "licence": "VARCHAR", "landed_at": "TIMESTAMP",
    "records": "BIGINT", "rejected": "BIGINT", "sha256": "VARCHAR",
}  # fmt: skip
IMAGES = "_images"
"""What the name of the view ends in that holds a dataset's images."""
CORPORA = {"dataset": "VARCHAR", "identifier": "VARCHAR", "format": "VARCHAR"}
AXTREES = {
    "html_hash": "VARCHAR", "axtree": "VARCHAR", "elements": "STRUCT(xpath VARCHAR, bid VARCHAR)[]",
    "reason": "VARCHAR", "browser": "VARCHAR", "flattener": "VARCHAR", "rendered_at": "TIMESTAMP",
}  # fmt: skip
TOKEN_COUNTS = {"content_hash": "VARCHAR", "tokenizer": "VARCHAR", "tokens": "BIGINT"}
RECORD_TOKENS = {
    "target": "VARCHAR", "dataset": "VARCHAR", "tokenizer": "VARCHAR", "id": "VARCHAR", "trajectory_id": "VARCHAR",
    "tokens": "BIGINT",
}  # fmt: skip
SYSTEM_PROMPTS = {
    "target": "VARCHAR", "text": "VARCHAR", "task_frame": "VARCHAR", "origin": "VARCHAR", "package": "VARCHAR",
    "version": "VARCHAR",
}  # fmt: skip
AGENT_TOOLS = {
    "target": "VARCHAR", "name": "VARCHAR", "description": "VARCHAR", "parameters": "JSON", "origin": "VARCHAR",
    "package": "VARCHAR", "version": "VARCHAR",
}  # fmt: skip


def write(paths: Paths) -> Path:
    """Write data/raw.sql anew, in one step, and return its path; what killed loads left behind goes."""
    with replace.written(paths.raw_sql):
        paths.data.mkdir(parents=True, exist_ok=True)
    for identifier, loader in base.DATASETS.items():
        manifest.recover(paths.raw / identifier, loader.dataset)
    for loader in base.FORMATS.values():
        for folder in corpora.folders(paths, loader):
            manifest.recover(folder, folder.name)
    replace.clear(paths.raw_sql)
    script = text(paths)
    if not paths.raw_sql.exists() or paths.raw_sql.read_text(encoding="utf-8") != script:
        replace.write_text(paths.raw_sql, script)
    return paths.raw_sql


def record_tokens(paths: Paths) -> str:
    """The statement that makes the view of the records' token counts: they are derived without a build."""
    counts = _parquet(paths.derived / "record_tokens", f"{_reachable(paths.data)}/derived/record_tokens")
    return _view("derived_record_tokens", _files(counts, RECORD_TOKENS))


def text(paths: Paths) -> str:
    """The script that makes every raw view, as it would be written."""
    return "\n".join(_statements(paths))


def _statements(paths: Paths) -> Iterator[str]:
    yield "-- Views over the landed Parquet files; written anew by every `adp load` and `adp build`."
    yield "create schema if not exists raw;\n"
    data = _reachable(paths.data)
    rejected: list[str] = []
    landings: list[str] = []
    named: list[str] = []
    for identifier, loader in sorted({**base.DATASETS, **base.FORMATS}.items()):
        rows: list[str] = []
        pictures: list[str] = []
        for one, folder, found in _landed(paths, loader, f"{data}/raw/{identifier}"):
            landed = [part for part in found.parts if part.file is not None]
            rows += [parts.select(one, group, folder) for group in parts.groups(landed)]
            for load in found.loads:
                if load.rejections is not None:
                    rejected.append(f"{folder}/{load.rejections}")
                if load.images is not None:
                    pictures.append(f"{folder}/{load.images}")
                landings += [_landing(one.dataset, load, part) for part in load.parts]
            if one.corpus is not None:
                named.append(f"    ({', '.join(map(literal, (one.dataset, one.identifier, loader.dataset)))})")
        yield _view(identifier, "\nunion all\n".join(rows) or parts.empty(loader))
        if loader.image_depth is not None:
            yield _view(identifier + IMAGES, _images(pictures))
    yield _view("corpora", _values(named, CORPORA))
    yield _view("rejections", _files(rejected, REJECTIONS))
    yield _view("landings", _values(landings, LANDINGS))
    trees = _parquet(paths.derived / "axtrees", f"{data}/derived/axtrees")
    yield _view("derived_axtrees", _files(trees, AXTREES))
    counts = _parquet(paths.derived / "token_counts", f"{data}/derived/token_counts")
    yield _view("derived_token_counts", _files(counts, TOKEN_COUNTS))
    yield record_tokens(paths)
    yield _view("system_prompts", _files(_parquet(paths.prompts, f"{data}/prompts"), SYSTEM_PROMPTS))
    yield _view("agent_tools", _files(_parquet(paths.prompts / "tools", f"{data}/prompts/tools"), AGENT_TOOLS))


def _landed(paths: Paths, loader: Loader, folder: str) -> Iterator[tuple[Loader, str, Manifest]]:
    """What is landed of a dataset, or each corpus of a format: its loader, its folder and its manifest."""
    if loader.is_format:
        for corpus in corpora.landed(paths, loader):
            yield corpus.loader, f"{folder}/{corpus.name}", corpus.manifest
        return
    found = manifest.read(paths.raw / loader.identifier)
    if found is not None:
        yield loader, folder, found


def _images(files: list[str]) -> str:
    """The images of a dataset, one for each key: of what was landed twice the later one counts."""
    last = f"\nqualify row_number() over (partition by image_key order by {images.LOAD} desc) = 1" if files else ""
    return _files(files, images.COLUMNS) + last


def _view(view: str, query: str) -> str:
    return f"create or replace view raw.{view} as\n{query}\n;\n"


def _reachable(data: Path) -> str:
    """The data folder as raw.sql names it: as it was given where it lies below the working folder, else from the root.

    The stock CLI looks for relative paths from where it is started, which is the project's folder.
    """
    if data.is_absolute() or ".." in data.parts:
        return str(Path(os.path.abspath(data)))  # noqa: PTH100 - a symbolic link stays one
    return data.as_posix()


def _parquet(folder: Path, said: str) -> list[str]:
    return [f"{said}/{path.name}" for path in sorted(folder.glob("*.parquet")) if not path.name.startswith(".")]


def _files(files: list[str], columns: dict[str, str]) -> str:
    if not files:
        return parts.empty_select(columns)
    listed = ",\n    ".join(f"{name(column)}::{kind} as {name(column)}" for column, kind in columns.items())
    return f"select\n    {listed}\nfrom read_parquet({sqltext.paths(files)})"


def _landing(dataset: str, load: manifest.Load, part: manifest.Part) -> str:
    source = part.source_file if load.revision is None else f"hf://datasets/{load.source}/{part.source_file}"
    front = [dataset, source, load.revision, load.licence, load.landed_at]
    values = [*map(_text, front), str(part.records), str(part.rejected), _text(part.sha256)]
    return f"    ({', '.join(values)})"


def _text(text: str | None) -> str:
    return "null" if text is None else literal(text)


def _values(rows: list[str], columns: dict[str, str]) -> str:
    if not rows:
        return parts.empty_select(columns)
    listed = ",\n    ".join(f"{name(column)}::{kind} as {name(column)}" for column, kind in columns.items())
    values = ",\n".join(rows)
    return f"select\n    {listed}\nfrom (\nvalues\n{values}\n) as landed ({', '.join(map(name, columns))})"
