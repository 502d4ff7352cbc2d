"""What a loader is: a dataset's source and the schema of its records, written out and never inferred.

A schema is made of plain values: a `Kind` for a scalar, a dict for an object, a list with one entry for a list. From it
come the DuckDB type that a field is landed as, the text that `from_json` reads, and the pydantic model that judges a
single record (`loaders.records`). A loader does not clean: the source's field names and values land as they are.
"""

import enum
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from adp import sqltext
from adp.errors import UserError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from loaders.trees import Assembled, Keep, Tree


class Kind(enum.Enum):
    """What a scalar field may hold; null is always allowed, and so is leaving it out."""

    TEXT = "text"
    ID = "text or a whole number"  # landed as text: some sources number their records
    PARTS = "text or a list of parts"  # a message's content; a list lands as its JSON text
    ANY_TEXT = "any value"  # text lands as it is, everything else as its JSON text
    BOOLEAN = "true or false"
    BIGINT = "a whole number"
    JSON = "any JSON"  # lands as JSON, free in its form


TEXT, ID, PARTS, ANY_TEXT = Kind.TEXT, Kind.ID, Kind.PARTS, Kind.ANY_TEXT
BOOLEAN, BIGINT, JSON = Kind.BOOLEAN, Kind.BIGINT, Kind.JSON

Type: TypeAlias = "Kind | dict[str, Type] | list[Type]"

_DUCKDB = {Kind.BOOLEAN: "BOOLEAN", Kind.BIGINT: "BIGINT", Kind.JSON: "JSON"}

LANDING_COLUMNS = {
    "record": "BIGINT",
    "source_file": "VARCHAR",
    "source_row": "BIGINT",
    "source_id": "VARCHAR",
    "occurrence": "INTEGER",
}
RAW_EXTRA = "raw_extra"
CORPUS = "corpus"


def duckdb_type(kind: Type) -> str:
    """The DuckDB type that values of a schema type are landed as."""
    if isinstance(kind, list):
        return duckdb_type(kind[0]) + "[]"
    if isinstance(kind, dict):
        return "STRUCT(" + ", ".join(f"{sqltext.name(k)} {duckdb_type(v)}" for k, v in kind.items()) + ")"
    return _DUCKDB.get(kind, "VARCHAR")


def json_shape(kind: Type) -> object:
    """The same type as `from_json` wants it: JSON in the shape of the value."""
    if isinstance(kind, list):
        return [json_shape(kind[0])]
    if isinstance(kind, dict):
        return {k: json_shape(v) for k, v in kind.items()}
    return _DUCKDB.get(kind, "VARCHAR")


@dataclass(frozen=True)
class Loader:
    """One dataset: where it comes from and what its records look like."""

    dataset: str
    """The dataset's name, which is ADP's."""
    repo: str
    """The repository on the Hugging Face Hub."""
    revision: str | None
    """The pinned commit there, or the beginning of its id; none where nothing is fetched."""
    files: tuple[str, ...]
    """Patterns of the files to fetch, in landing order."""
    fields: Mapping[str, Type]
    """Names and types of the top-level fields, in both the published and the extracted form."""
    source_id: tuple[str, ...] = ("id",)
    """The field that holds the record's id; of several the first that is not null."""
    required: tuple[str, ...] = ()
    """Fields without which a record cannot be used; the id is required in any case, unless `default_id` makes one."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Names that the published form has for fields: published name -> field."""
    json_text: tuple[str, ...] = ()
    """Fields that may come as JSON text instead of as JSON."""
    default_id: str | None = None
    """The id of a record that has none: a format of `split` and `row`, the row counted from 0 within the split."""
    step_per_line: bool = False
    """A dump with one line per step: adjacent lines of one id are one trajectory."""
    licence: str | None = None
    """The licence that the dataset's card states."""
    by_hand: str | None = None
    """How to get the files, where no client of ours can fetch them; what is got is then named with --from."""
    image_depth: int | None = None
    """How many segments at the end of its path name an image, both in a record and in a dump; none: no images."""
    assemble: "Callable[[Tree, Keep], Iterator[Assembled]] | None" = None
    """Puts records together from the files of a dump whose records are spread over many, or no JSON lines; gives
    nothing for files that are records already."""
    is_format: bool = False
    """A form that many corpora come in, no dataset of its own: what is landed of it is a corpus with a name."""
    documents: str | None = None
    """A file may be one record, written over many lines; of a folder the files of this pattern, if there are any."""
    corpus: str | None = None
    """The corpus that is landed, for the loader of a format."""

    @property
    def identifier(self) -> str:
        """The dataset's name as an identifier and file stem."""
        return identifier(self.dataset)

    @cached_property
    def columns(self) -> dict[str, str]:
        """DuckDB types of the fields, in order."""
        return {name: duckdb_type(kind) for name, kind in self.fields.items()}

    @cached_property
    def raw_columns(self) -> dict[str, str]:
        """Names and DuckDB types of all columns of `raw.<identifier>`."""
        corpus = {CORPUS: "VARCHAR"} if self.is_format else {}
        return {**LANDING_COLUMNS, **corpus, **self.columns, RAW_EXTRA: "JSON"}

    @cached_property
    def published(self) -> dict[str, str]:
        """Field -> the name that the published form has for it, where it differs."""
        return {target: name for name, target in self.aliases.items()}

    @cached_property
    def record_model(self) -> "type[BaseModel]":
        """The pydantic model of a record, which judges what cannot be cleared otherwise."""
        from loaders.records import record_model

        return record_model(self)

    def shape(self, name: str) -> str:
        """What `from_json` reads a field with."""
        return json.dumps(json_shape(self.fields[name]))


MODULES = (
    "swe_smith",
    "code_feedback",
    "codeactinstruct",
    "agenttuning_os",
    "nnetnav_live",
    "nnetnav_wa",
    "webarena_successful",
    "go_browse_wa",
    "synatra",
    "weblinx",
    "wonderbread",
    "orca_agentinstruct",
    "omniact",
    "screenagent",
    "llava_plus",
    "androidcontrol",
    "android_in_the_wild",
    "swe_gym_openhands_sampled_trajectories",
    "mini_coder",
    "nebius_swe_agent_trajectories",
    "swe_play_trajectories",
    "agenttuning_alfworld",
    "agenttuning_db",
    "agenttuning_kg",
    "agenttuning_mind2web",
    "agenttuning_webshop",
    "eto",
    "mind2web",
    "turkingbench",
    "toucan_1_5m",
    "toolbench",
    "openhands",
    "codeact_runs",
    "general_chat",
    "proactive_annotations",
    "proactive_bench",
    "proactive_gym",
    "proactive_judgements",
    "proactive_reward",
    "proactive_scenes",
    "proactive_traces",
    "tasks_apps",
    "tasks_hotpotqa",
    "tasks_math",
    "tasks_wikitablequestions",
)

FORMAT_MODULES = ("adp_std", "atif", "openai")


@cache
def _registry(modules: tuple[str, ...]) -> dict[str, Loader]:
    found: list[Loader] = [import_module(f"loaders.{module}").LOADER for module in modules]
    return {loader.identifier: loader for loader in found}


# By identifier; made when first asked for, because the modules import this one.
DATASETS: dict[str, Loader]
FORMATS: dict[str, Loader]


def __getattr__(name: str) -> dict[str, Loader]:
    if name == "DATASETS":
        return _registry(MODULES)
    if name == "FORMATS":
        return _registry(FORMAT_MODULES)
    raise AttributeError(name)


def identifier(dataset: str) -> str:
    """A dataset's name as an identifier and file stem."""
    return dataset.lower().replace("-", "_").replace(".", "_")


def find(dataset: str) -> Loader:
    """The loader of a dataset or of a format, by its name or its identifier."""
    known = {**_registry(MODULES), **_registry(FORMAT_MODULES)}
    loader = known.get(identifier(dataset))
    if loader is None:
        names = ", ".join(sorted(found.dataset for found in known.values() if not found.is_format))
        formats = ", ".join(found.dataset for found in known.values() if found.is_format)
        raise UserError(f"unknown dataset {dataset!r}; there are {names}, and the forms {formats}")
    return loader
