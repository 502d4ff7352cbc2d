"""A training set as packs of tokens: ChatML, a role for each token, as much as fits into each pack.

The records are those of `adp export`. They are made into tokens as they come and put by in a file; only their lengths
stay in memory, and by these it is decided which go together. Then the packs are gathered from the file in their order
and written, a few megabytes at a time.

docs/packing.md says what the columns mean.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from adp import chat, export, manifest, megatron, packing, warehouse
from adp.chatml import ASSISTANT, PACK_SEPARATOR, ROLES, SEPARATOR, ChatML
from adp.config import Paths
from adp.errors import UserError
from adp.replace import replacing, written
from adp.shard import Dataset, Reader
from adp.talk import Talk
from adp.warehouse import execute
from adp.writers import ParquetFiles
from loaders import raw_views

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Numbers = npt.NDArray[np.int64]

FORMAT = "packed"
RECORD_TOKENS = "record_tokens"  # where the counts are landed, below what is derived
TRUNCATE, LEAVE_OUT = "truncate", "leave-out"
TOO_LONG = (TRUNCATE, LEAVE_OUT)
PACKED = ({"conversations"}, {chat.COLUMN}, {"prompt", "completion"})
"""Columns of the training sets that can be packed."""
SEPARATOR_TOKENS = 1  # between two documents of a pack
LOSS_RULE = (
    "1 where a token is to be predicted from those before it: tokens of the assistant's turns with their marks, but "
    "none that begins a block; it belongs to the token itself, so it goes with labels that are shifted with it"
)
COLUMNS = {
    "tokens": "INTEGER[]",
    "roles": "SMALLINT[]",
    "position_ids": "INTEGER[]",
    "loss_mask": "TINYINT[]",
    "seq_lengths": "INTEGER[]",
    "documents": "STRUCT(id VARCHAR, dataset VARCHAR, tokens INTEGER, left_out INTEGER)[]",
}
_TOKENS_AT_ONCE = 2_000_000
_BYTES_AT_ONCE = 8_000_000


@dataclass(frozen=True)
class PackOptions:
    """What to pack, and how."""

    records: export.ExportOptions
    """Which records, made into tokens by which tokenizer, and whereto."""
    max_length: int
    packing: str = packing.BEST_FIT
    too_long: str = TRUNCATE
    megatron: bool = False
    special: Mapping[str, int] = field(default_factory=dict)
    """Ids for the tokens of ChatML: `<|im_start|>`, `<|im_end|>`, `separator`."""


@dataclass
class Counts:
    """What became of the records of one dataset. Tokens are those of ChatML, without separators."""

    examples: int = 0
    tokens: int = 0
    tokens_up_to_length: int = 0
    """The same, each record counted up to the length of a pack at most."""
    longest: int = 0
    too_long: int = 0
    """Records longer than a pack: truncated, or left out where that is asked for."""
    tokens_cut: int = 0
    """What was cut from the records that were truncated."""
    nothing_to_learn: int = 0
    """Records left out because no token of the assistant is left in them."""
    packed: int = 0
    packed_tokens: int = 0


@dataclass
class Packed:
    """What was packed."""

    result: export.Result
    counts: dict[str, Counts]
    packing: str
    packs: dict[str, int]
    """With the packing that was chosen, and with the others."""
    fill: dict[str, float]
    max_length: int
    loss_tokens: int
    tokenizing_seconds: float
    """For making tokens."""
    packing_seconds: float
    """For finding the packs, with every packing."""

    @property
    def tokens(self) -> int:
        """Tokens of the documents that were packed."""
        return sum(count.packed_tokens for count in self.counts.values())

    def summary(self) -> str:
        """A few lines for people."""
        total = Counts()
        for count in self.counts.values():
            total = Counts(**{name: value + getattr(count, name) for name, value in asdict(total).items()})
        cut = total.too_long and f"; {total.too_long:,} were too long" + (
            f" and lost {total.tokens_cut:,} tokens" if total.tokens_cut else ""
        )
        empty = total.nothing_to_learn and f"; {total.nothing_to_learn:,} left out with nothing to learn in them"
        others = ", ".join(
            f"{name} {self.packs[name]:,} packs, {self.fill[name]:.2%}" for name in self.packs if name != self.packing
        )
        return (
            f"packed {total.packed:,} records of {self.tokens:,} tokens into {self.packs[self.packing]:,} packs of "
            f"{self.max_length:,}, {self.fill[self.packing]:.2%} filled ({others}){cut or ''}{empty or ''}"
        )


def pack(options: PackOptions, paths: Paths, *, talk: Talk | None = None, wait: bool = False) -> Packed:
    """Pack `sft.<target>`; what stood at `out` is replaced in one step when all is written."""
    started = time.monotonic()
    talk = talk or Talk(quiet=True)
    _check(options)
    chatml = ChatML(options.records.tokenizer, options.special)
    records = replace(options.records, format=FORMAT)
    place = export.place_of(records, paths)
    with Reader(paths, wait, include_test_data=records.include_test_data) as reader:
        run = export.Run(reader, records, talk)
        if not any(form <= run.columns.keys() for form in PACKED) or "label" in run.columns:
            raise UserError(
                f"{records.target} cannot be packed: it is no set of turns that follow each other and are to be learnt"
            )
        with replacing(place, folder=True) as new, written(place):
            store = Store(new.path, run, chatml, options)
            try:
                run.write(store)
                packed = _write(new.path, store, run, options)
            finally:
                store.remove()
            new.commit()
    run.result.seconds = time.monotonic() - started
    export.warn(run.result, records, talk)
    for role, number in sorted(chatml.mapped.items()):
        talk.say(f"{number:,} turns of the role {role} are turns of the user")
    _land(store, paths, records.target, wait, talk)
    return packed


def _check(options: PackOptions) -> None:
    if options.packing not in packing.PACKINGS:
        raise UserError(f"unknown packing {options.packing!r}; there are {', '.join(packing.PACKINGS)}")
    if options.too_long not in TOO_LONG:
        raise UserError(f"unknown way with what is too long {options.too_long!r}; there are {', '.join(TOO_LONG)}")
    if options.records.to_stdout:
        raise UserError("packs cannot be written to stdout; give --out a folder")
    if options.max_length < 2:
        raise UserError("--max-length must be 2 or more")


class Store:
    """The documents as tokens and roles in a file, their lengths in memory."""

    def __init__(self, folder: Path, run: export.Run, chatml: ChatML, options: PackOptions) -> None:
        self.chatml = chatml
        self.counts: dict[str, Counts] = {}
        self.measured: dict[Dataset, list[pa.Table]] = {}
        self.seconds = 0.0
        self._run = run
        self._options = options
        self._lengths: list[Numbers] = []
        self._cut: list[Numbers] = []
        self._ids: list[pa.Array] = []
        self._names: list[pa.Array] = []
        self._tokens = (folder / "documents.tokens").open("wb")
        self._roles = (folder / "documents.roles").open("wb")

    def selected(self) -> str:
        """Of each record its id and its texts."""
        known = ["id", *(name for name in (export.OF_TRAJECTORY,) if name in self._run.columns)]
        return ", ".join([*known, *self._run.text_columns()])

    def write(self, dataset: Dataset, table: "pa.Table", extras: Mapping[str, "pa.Array"]) -> None:
        """Make the next records into tokens."""
        step = max(1, _BYTES_AT_ONCE * table.num_rows // max(1, table.nbytes))
        for start in range(0, table.num_rows, step):
            self._take(dataset, table.slice(start, step))

    def _take(self, dataset: Dataset, table: "pa.Table") -> None:
        import numpy as np
        import pyarrow as pa

        started = time.monotonic()
        longest = self._options.max_length
        # Of a prompt the end counts: cut as others are it would lose its completion.
        is_prompt = "completion" in table.schema.names
        tokens, roles, lengths, lost = self.chatml.encode(
            self.chatml.documents(table), longest if is_prompt and self._options.too_long == TRUNCATE else None
        )
        self.seconds += time.monotonic() - started
        whole = lengths + lost
        ends = np.cumsum(lengths)
        starts = ends - lengths
        too_long = whole > longest
        kept = np.minimum(lengths, longest)
        # What begins a document is not predicted, so it takes an assistant's token behind it.
        learnt = np.concatenate(([0], np.cumsum(roles == ASSISTANT)))
        wanted = learnt[starts + kept] > learnt[np.minimum(starts + 1, starts + kept)]
        fitting = ~too_long if self._options.too_long == LEAVE_OUT else np.ones(len(lengths), bool)
        chosen = fitting & wanted

        count = self.counts.setdefault(dataset.name, Counts())
        count.examples += len(lengths)
        count.tokens += int(whole.sum())
        count.tokens_up_to_length += int(np.minimum(whole, longest).sum())
        count.longest = max(count.longest, int(whole.max(initial=0)))
        count.too_long += int(too_long.sum())
        count.tokens_cut += int((whole - kept)[chosen].sum())
        count.nothing_to_learn += int((fitting & ~wanted).sum())
        count.packed += int(chosen.sum())
        count.packed_tokens += int(kept[chosen].sum())

        if chosen.all() and not too_long.any():
            self._tokens.write(tokens.data)
            self._roles.write(roles.data)
        else:
            for start, length in zip(starts[chosen].tolist(), kept[chosen].tolist(), strict=True):
                self._tokens.write(tokens[start : start + length].data)
                self._roles.write(roles[start : start + length].data)
        ids = table.column("id").combine_chunks().cast(pa.string())
        self._lengths.append(kept[chosen])
        self._cut.append((whole - kept)[chosen])
        self._ids.append(ids.filter(pa.array(chosen)))
        self._names.append(pa.repeat(pa.scalar(dataset.name), int(chosen.sum())))
        of = table.column(export.OF_TRAJECTORY) if export.OF_TRAJECTORY in table.schema.names else ids
        self.measured.setdefault(dataset, []).append(
            pa.table({"id": ids, "trajectory_id": of, "tokens": pa.array(whole)})
        )

    def close(self) -> int:
        """There are no more records; nothing of them is written yet."""
        for file in (self._tokens, self._roles):
            file.close()
        return 0

    def remove(self) -> None:
        """Remove the files."""
        self.close()
        for file in (self._tokens, self._roles):
            Path(file.name).unlink(missing_ok=True)

    @property
    def lengths(self) -> "Numbers":
        """Tokens of each document that is to be packed."""
        import numpy as np

        return np.concatenate([np.zeros(0, np.int64), *self._lengths])

    def packs(self, documents: "Numbers", starts: "Numbers") -> "Iterator[pa.Table]":
        """The packs of these documents, each beginning where `starts` says, some packs at a time."""
        import numpy as np
        import pyarrow as pa

        lengths = self.lengths
        places = np.cumsum(lengths) - lengths
        cut = np.concatenate([np.zeros(0, np.int64), *self._cut])
        ids, names = (pa.chunked_array(parts, pa.string()).combine_chunks() for parts in (self._ids, self._names))
        # A separator stands in front of every document but the first of a pack, and belongs to the block behind it.
        blocks = lengths[documents] + SEPARATOR_TOKENS
        blocks[starts[:-1]] -= SEPARATOR_TOKENS
        ends = np.concatenate(([0], np.cumsum(blocks)))
        pack_ends = ends[starts]
        first = 0
        with Path(self._tokens.name).open("rb", 0) as of_tokens, Path(self._roles.name).open("rb", 0) as of_roles:
            while first < len(starts) - 1:
                fitting = np.searchsorted(pack_ends, pack_ends[first] + _TOKENS_AT_ONCE, side="right") - 1
                last = max(first + 1, int(fitting))
                span = slice(int(starts[first]), int(starts[last]))
                here = documents[span]
                bounds = ends[span.start : span.stop + 1] - ends[span.start]
                tokens = np.full(int(bounds[-1]), self.chatml.separator.id, np.int32)
                roles = np.full(len(tokens), PACK_SEPARATOR, np.int16)
                for document, end in zip(here.tolist(), bounds[1:].tolist(), strict=True):
                    start = end - int(lengths[document])
                    tokens[start:end] = _read(of_tokens, tokens.itemsize, int(places[document]), tokens[start:end])
                    roles[start:end] = _read(of_roles, 1, int(places[document]), np.empty(end - start, np.uint8))
                learnt = (roles == ASSISTANT).astype(np.int8)
                learnt[bounds[:-1]] = 0
                packs = starts[first : last + 1] - span.start
                of_packs, in_packs = pa.array(packs, pa.int32()), pa.array(bounds[packs], pa.int32())
                described = {
                    "id": ids.take(pa.array(here)),
                    "dataset": names.take(pa.array(here)),
                    "tokens": pa.array(lengths[here], pa.int32()),
                    "left_out": pa.array(cut[here], pa.int32()),
                }
                columns = {
                    "tokens": (in_packs, pa.array(tokens)),
                    "roles": (in_packs, pa.array(roles)),
                    "position_ids": (
                        in_packs,
                        pa.array(np.arange(len(tokens)) - np.repeat(bounds[:-1], blocks[span]), pa.int32()),
                    ),
                    "loss_mask": (in_packs, pa.array(learnt)),
                    "seq_lengths": (of_packs, pa.array(blocks[span], pa.int32())),
                    "documents": (of_packs, pa.StructArray.from_arrays(list(described.values()), list(described))),
                }
                yield pa.table({name: pa.ListArray.from_arrays(*parts) for name, parts in columns.items()})
                first = last


def _read(file: BinaryIO, width: int, place: int, into: "npt.NDArray[Any]") -> "npt.NDArray[Any]":
    """Numbers of this width from a place in a file."""
    file.seek(place * width)
    view, read = into.data.cast("B"), 0
    while read < len(view):
        count = file.readinto(view[read:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError(f"{file.name} ends at {place * width + read}")
        read += count
    return into


def _write(folder: Path, store: Store, run: export.Run, options: PackOptions) -> Packed:
    """Find the packs, write them and the manifest."""
    started = time.monotonic()
    lengths = store.lengths
    pack_of = {name: find(lengths, options.max_length, SEPARATOR_TOKENS) for name, find in packing.PACKINGS.items()}
    chosen = pack_of[options.packing]
    published = options.packing == packing.NEXT_FIT
    documents, starts = packing.by_length(chosen, lengths) if published else packing.in_packs(chosen)
    packs = {name: int(of.max(initial=-1)) + 1 for name, of in pack_of.items()}
    # Separators take their places and fill nothing.
    fill = {name: int(lengths.sum()) / max(1, number * options.max_length) for name, number in packs.items()}
    seconds = time.monotonic() - started
    files, loss_tokens = _write_packs(folder, store, run, options, documents, starts)
    packed = Packed(
        result=run.result,
        counts=store.counts,
        packing=options.packing,
        packs=packs,
        fill=fill,
        max_length=options.max_length,
        loss_tokens=loss_tokens,
        tokenizing_seconds=store.seconds,
        packing_seconds=seconds,
    )
    run.describe(files)
    run.result.manifest |= _described(packed, store.chatml, options)
    (folder / manifest.NAME).write_text(manifest.to_text(run.result.manifest), encoding="utf-8")
    return packed


def _write_packs(
    folder: Path, store: Store, run: export.Run, options: PackOptions, documents: "Numbers", starts: "Numbers"
) -> tuple[list[dict[str, Any]], int]:
    """Write the packs in their order; the files, and how many tokens are learnt from."""
    import numpy as np
    import pyarrow.compute as pc

    target = options.records.target
    parquet = ParquetFiles(folder, target)
    kind = megatron.number_type(store.chatml.vocabulary)
    indexed = {
        column: megatron.Writer(folder / f"{target}-{name}", kind)
        for column, name in (("tokens", "text"), ("roles", "role"))
        if options.megatron
    }
    loss_tokens = 0
    try:
        with run.talk.bar(f"pack {target}", total=len(starts) - 1, unit=" packs") as update:
            for table in store.packs(documents, starts):
                parquet.write(table)
                loss_tokens += pc.sum(table.column("loss_mask").combine_chunks().values, min_count=0).as_py()
                for column, writer in indexed.items():
                    lists = table.column(column).combine_chunks()
                    writer.write(lists.values.to_numpy(), np.diff(lists.offsets.to_numpy()))
                update(advance=table.num_rows)
    except BaseException:
        parquet.abandon()
        for writer in indexed.values():
            writer.abandon()
        raise
    parquet.close()
    files = parquet.files + [entry for writer in indexed.values() for entry in writer.close()]
    run.result.bytes = sum(entry["bytes"] for entry in files)
    return files, loss_tokens


def _described(packed: Packed, chatml: ChatML, options: PackOptions) -> dict[str, Any]:
    """What the manifest says of packs beside what it says of every export."""
    return {
        "columns": [{"name": name, "type": kind} for name, kind in COLUMNS.items()],
        "tokens": {
            "tokenizer": chatml.name,
            "form": "chatml",
            "special": {
                name: asdict(special)
                for name, special in zip(("start", "end", SEPARATOR), chatml.specials, strict=True)
            },
            "tokenizer_size": chatml.tokenizer_size,
            "vocabulary_size": chatml.vocabulary,
            "roles": ROLES,
            "roles_made_user": dict(sorted(chatml.mapped.items())),
            "loss_mask": LOSS_RULE,
        },
        "packs": {
            "max_length": packed.max_length,
            "packing": packed.packing,
            "too_long": options.too_long,
            "packs": packed.packs,
            "fill": {name: round(share, 6) for name, share in packed.fill.items()},
            "tokens": packed.tokens,
            "loss_tokens": packed.loss_tokens,
            "datasets": {name: asdict(count) for name, count in packed.counts.items()},
        }
        | ({"megatron_numbers": megatron.number_type(chatml.vocabulary)} if options.megatron else {}),
    }


def _land(store: Store, paths: Paths, target: str, wait: bool, talk: Talk) -> None:
    """Put the counts by for the report dataset_tokens: a file for each tokenizer, training set and dataset.

    A warehouse that travels without what was landed has no place for them.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not paths.raw_sql.exists():
        return
    folder = paths.derived / RECORD_TOKENS
    before = set(folder.glob("*.parquet"))
    for dataset, tables in store.measured.items():
        table = pa.concat_tables(tables)
        for name, value in (("tokenizer", store.chatml.name), ("dataset", dataset.name), ("target", target)):
            table = table.add_column(0, name, pa.repeat(pa.scalar(value), table.num_rows))
        place = folder / f"{store.chatml.name}--{target}--{dataset.identifier}.parquet"
        with replacing(place, alone=False) as new, written(place):
            pq.write_table(table, new.path, compression="zstd")
            new.commit()
    if before == set(folder.glob("*.parquet")):
        return
    try:
        with warehouse.connect(paths, read_only=False, wait=wait) as con:
            execute(con, raw_views.record_tokens(paths))
    except UserError as error:
        talk.warn(f"the report dataset_tokens shows these records after the next `adp build`: {error}")
