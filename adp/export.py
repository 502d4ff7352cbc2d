"""Writing a training set out: a view of sft, range by range, as JSON lines, Parquet or a LLaMA-Factory folder.

A range is some 96 MB of records of a dataset in landing order, or several datasets that are small. Ranges are rendered
side by side, each in a shard (adp/shard.py), and written in order, so that memory does not grow with the warehouse and
the bytes do not depend on the ranges.
"""

import contextlib
import importlib
import json
import math
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from adp import chat, manifest, sqltext, trim
from adp.config import DEFAULT_TOKENIZER, Paths, resources
from adp.engine import duckdb
from adp.errors import UserError
from adp.replace import Replacement, replacing, write_text, written
from adp.shard import KEPT, Dataset, Part, Reader, Shard
from adp.sqltext import literal
from adp.talk import Talk
from adp.warehouse import CATALOG, execute
from adp.writers import HashingFile, ParquetFiles, json_line, write_closed_lines, write_lines

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

PACKED_ENDINGS = (".gz", ".zst", ".bz2", ".xz", ".zip")
FORMATS = ("jsonl", "parquet", "llamafactory")
SPLITS = ("all", "train", "test", "eval")
STDOUT = "-"
RANGE_BYTES = 96_000_000
MOST_SHARDS = 4  # more would only wait for the one who writes
TOKEN_COLUMN = "token_count"
IMAGES_COLUMN = "images"  # in folders only where a dataset that is exported shows images
UNKNOWN_LICENCE = "unknown"
DOCUMENT = "trajectory"  # the column of a target whose record is a JSON document of a form of its own
TRAJECTORIES = "standard.stacked_trajectories"
OF_TRAJECTORY = "trajectory_id"  # the column of a target that may have several records of one trajectory
TEST_DATA = "test_data"  # the reason in sft.exclusions
EXCLUSIONS = "sft.exclusions"
PLACEMENTS = "sft.placements"  # all of it but for what takes long
SAID = ("conversations", chat.COLUMN, "prompt", "completion")  # columns of turns or of text, whose tokens add up
ALTERNATIVES = ("chosen", "rejected")  # of which the longer one counts
SPLIT_COLUMN = "split"  # of a target that holds out a second part of the tasks, by macro held_out_split
# A task is a test task when the md5 of its id, as hexadecimal text, sorts before this: one task in ten.
TEST_BELOW = "1999999a"
SPLIT_RULE = (
    f"test where md5(task_id) < '{TEST_BELOW}' (as hexadecimal text), train elsewhere; a task is on one side only"
)
HELD_OUT_RULE = (
    f"eval where md5(task_id) < '{TEST_BELOW}' (as hexadecimal text), test for a tenth of the others, train elsewhere; "
    "a task is on one side only"
)

# Tokens are hardly ever that long on average: what a prompt says beyond it is not even put together.
_TOKEN_CHARACTERS = 8

_SAMPLED_STEPS = 1_000  # whose text is measured before the first range is cut
# The first ranges are smaller than wanted: what a view adds is not known yet. Not much smaller: each range is planned
# anew, which takes as long as rendering 10 MB.
_FIRST_SHARE = 0.8
_FIRST_SHARE_OF_HISTORIES = 0.5
# Datasets that are small together are rendered at once, for the same reason: up to about as much as a plan costs, and
# not too many, because each is a condition of its own in the views.
_SMALL_SHARE = 1 / 8
_MOST_TOGETHER = 50
_FEW_STEPS = 100  # are not measured, which takes longer than to render them: each step counts as a large one
_LARGE_STEP = 20_000  # bytes
_SHOWN_DATASET = "shown_dataset"  # tells them apart
_MEMORY_SHARE = 11  # of the memory that a thread has, one part in so many is for the text of its range
_MOST_STEPS = 500_000
_MOST_WAITING = 4  # tables to write and files to end, besides the ranges that are read ahead
_GROWTH = 8  # at most, from one range to the next


@dataclass(frozen=True)
class ExportOptions:
    """What to export, whereto and how."""

    target: str
    out: str  # `-` is stdout
    datasets: Sequence[str] = ()  # all, where none is named
    format: str | None = None  # by default jsonl where `out` says so, else parquet
    tokens: bool = False  # add token_count
    max_tokens: int | None = None  # leave out longer records
    trim: str | None = None  # how to shorten them first
    tokenizer: str = DEFAULT_TOKENIZER
    split: str = "all"
    trained_only: bool = False  # std: leave out what no agent is trained on
    include_test_data: bool = False  # also a benchmark's own tasks
    licences: Sequence[str] = ()  # only what is under one of these, or `unknown` for what states none; () is all
    force: bool = False  # replace what is not ours
    range_bytes: int = RANGE_BYTES

    @property
    def to_stdout(self) -> bool:
        """Whether the records go to stdout."""
        return self.out == STDOUT

    @property
    def chosen_format(self) -> str:
        """The format as given or as the name of the output suggests."""
        if self.format:
            return self.format
        return "jsonl" if self.to_stdout or self.out.endswith((".jsonl", ".json", ".ndjson")) else "parquet"


@dataclass
class DatasetCounts:
    """What became of the trajectories of one dataset."""

    trajectories: int = 0
    left_out: dict[str, int] = field(default_factory=dict)  # by reason
    records: int = 0
    too_long: int = 0  # records above --max-tokens
    trimmed: int = 0  # records that were shortened
    emptied: int = 0  # pages of theirs that were emptied
    lost: int = 0  # neither rendered nor left out with a reason

    @property
    def kept(self) -> int:
        """Trajectories that are to be rendered."""
        return self.trajectories - sum(self.left_out.values())


@dataclass
class Result:
    """What an export did."""

    out: str
    counts: dict[str, DatasetCounts]
    bytes: int = 0
    seconds: float = 0.0
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """Records that were written."""
        return sum(count.records for count in self.counts.values())

    @property
    def left_out(self) -> dict[str, int]:
        """Trajectories that were left out, by reason; `max_tokens` counts records."""
        total: dict[str, int] = {}
        for count in self.counts.values():
            for reason, number in count.left_out.items():
                total[reason] = total.get(reason, 0) + number
        too_long = sum(count.too_long for count in self.counts.values())
        return total | ({"max_tokens": too_long} if too_long else {})

    def nothing(self) -> str:
        """Why there are no records."""
        if not self.counts:
            return "nothing is landed and built"
        return "left out: " + ", ".join(f"{reason} {number:,}" for reason, number in sorted(self.left_out.items()))

    def summary(self) -> str:
        """One line for people."""
        reasons = ", ".join(f"{reason} {number:,}" for reason, number in sorted(self.left_out.items()))
        trimmed = sum(count.trimmed for count in self.counts.values())
        emptied = sum(count.emptied for count in self.counts.values())
        return (
            f"exported {self.records:,} records"
            + (f", {trimmed:,} of them without {emptied:,} of their oldest pages" if trimmed else "")
            + (f"; left out: {reasons}" if reasons else "")
        )


def export(
    options: ExportOptions,
    paths: Paths,
    *,
    talk: Talk | None = None,
    wait: bool = False,
    stdout: BinaryIO | None = None,
) -> Result:
    """Write `sft.<target>` out; what stood at `out` is replaced in one step when all is written."""
    started = time.monotonic()
    talk = talk or Talk(quiet=True)
    _check(options)
    place = None if options.to_stdout else place_of(options, paths)
    # This takes as long as opening the database: both at once.
    threading.Thread(target=importlib.import_module, args=("pyarrow.parquet",), daemon=True).start()
    with Reader(paths, wait, include_test_data=options.include_test_data) as reader:
        run = Run(reader, options, talk)
        if place is None or _is_stream(place):
            with contextlib.ExitStack() as stack:
                if place is None:
                    file = stdout or sys.stdout.buffer
                else:
                    stack.enter_context(written(place))
                    file = stack.enter_context(place.open("wb"))
                run.write(_Lines(file, run))
                file.flush()
        else:
            run.write_to(place)
    run.result.seconds = time.monotonic() - started
    warn(run.result, options, talk)
    return run.result


def targets(reader: Reader) -> list[str]:
    """The views of sft that are training sets: they have an id and what was said under it."""
    return sorted(
        name.removeprefix("sft.")
        for name, relation in reader.relations.items()
        if relation.layer == "sft"
        and "id" in relation.columns
        and {"conversations", "content", DOCUMENT, chat.COLUMN, "prompt"} & relation.columns.keys()
    )


class Sink(Protocol):
    """Where records go."""

    def selected(self) -> str:
        """SQL for the columns that are asked of a shard for each range."""

    def write(self, dataset: Dataset, table: "pa.Table", extras: dict[str, "pa.Array"]) -> None:
        """Take the next records."""

    def close(self) -> int:
        """There are no more; bytes written."""


class Run:
    """One export: the plan, the ranges, the counts."""

    def __init__(self, reader: Reader, options: ExportOptions, talk: Talk) -> None:
        self.reader = reader
        self.options = options
        self.talk = talk
        known = targets(reader)
        if options.target not in known:
            raise UserError(
                f"unknown target {options.target!r}; there are {', '.join(known) or 'none: run `adp build`'}"
            )
        self.columns = reader.relations[f"sft.{options.target}"].columns
        self.counting = options.tokens or options.max_tokens is not None
        # One record for each message of the agent, with all that was said before it.
        self.has_histories = reader.has_histories(f"sft.{options.target}")
        self.shortening = self.has_histories and options.max_tokens is not None
        if self.shortening and options.max_tokens is not None:
            if options.trim:
                raise UserError(f"prompts of {options.target} lose their oldest messages; leave out --trim")
            reader.limit_prompts(options.max_tokens * _TOKEN_CHARACTERS)
        self.turns = manifest.turn_fields(self.columns)
        if self.counting and self.turns is None:
            raise UserError(f"{options.target} has no turns, so --tokens and --max-tokens do not go with it")
        if options.chosen_format == "llamafactory" and not {"conversations", chat.COLUMN} & self.columns.keys():
            raise UserError(f"{options.target} has no conversations, so it cannot be written for LLaMA-Factory")
        if options.split == "eval" and SPLIT_COLUMN not in self.columns:
            raise UserError(f"{options.target} has no split eval; there are all, train, test")
        if self.counting:
            from adp.bpe import tokenizer_name

            self.tokenizer: str | None = tokenizer_name(options.tokenizer)
        else:
            self.tokenizer = None
        self.datasets = self._datasets()
        self.result = Result(options.out, {})
        self._weights: list[_Weights] = []
        self._plan()
        # JSON lines are what the stock CLI prints of the view, so they keep the column.
        if options.chosen_format != "jsonl" and not any(self.has_images(weights.dataset) for weights in self._weights):
            self.columns = {name: kind for name, kind in self.columns.items() if name != IMAGES_COLUMN}

    def write_to(self, place: Path) -> None:
        """Write into a temporary beside `place`, put it in place when it is whole."""
        folder = self.options.chosen_format != "jsonl"
        with replacing(place, folder) as new:
            with written(place):
                if folder:
                    self._write_folder(new)
                else:
                    self._write_file(new, place)
            new.commit()

    def write(self, sink: "Sink") -> None:
        """Render every range and give the records to `sink` in order."""
        with self.talk.bar(
            f"export {self.options.target}",
            total=sum(c.kept for c in self.result.counts.values()),
            unit=" trajectories",
        ) as update:
            with contextlib.closing(self._batches(sink.selected())) as batches:
                for batch in batches:
                    count = self.result.counts[batch.dataset.name]
                    count.records += batch.records
                    count.too_long += batch.too_long
                    count.lost += batch.trajectories - batch.rendered
                    count.trimmed += batch.trimmed
                    count.emptied += batch.emptied
                    sink.write(batch.dataset, batch.table, batch.extras)
                    update(advance=batch.trajectories)
            self.result.bytes = sink.close()

    def _write_file(self, new: Replacement, place: Path) -> None:
        with contextlib.closing(HashingFile(new.path)) as file:
            self.write(_Lines(file, self))
        entry = {"file": place.name, "rows": self.result.records, "bytes": file.size, "sha256": file.sha256}
        self.describe([entry])
        # First the manifest: should the run end between the two, the next one knows that `place` is ours.
        write_text(manifest.beside(place), manifest.to_text(self.result.manifest))

    def _write_folder(self, new: Replacement) -> None:
        sink = _Parquet(new.path, self)
        try:
            self.write(sink)
        except BaseException:
            sink.abandon()
            raise
        self.describe(sink.files)
        if self.options.chosen_format == "llamafactory":
            assert self.turns is not None
            images = [dataset.name for dataset in self.datasets if self.has_images(dataset)]
            info = manifest.llamafactory(
                self.options.target, sink.files, self.turns, "system" in self.columns, images, self.is_chat
            )
            (new.path / "dataset_info.json").write_text(json.dumps(info, indent=2) + "\n", encoding="utf-8")
        (new.path / manifest.NAME).write_text(manifest.to_text(self.result.manifest), encoding="utf-8")

    def describe(self, files: list[dict[str, Any]]) -> None:
        """Make the manifest."""
        options = self.options
        kinds = self.columns | (
            dict.fromkeys(chat.of(self.columns), chat.TYPE) if options.chosen_format != "jsonl" else {}
        )
        columns = [{"name": name, "type": kind} for name, kind in kinds.items()]
        columns += [{"name": name, "type": "BIGINT"} for name in self.extras]
        self.result.manifest = manifest.describe(
            self.reader,
            target=options.target,
            format=options.chosen_format,
            datasets=self.datasets,
            counts={
                name: {
                    "trajectories": count.trajectories,
                    "left_out": dict(sorted(count.left_out.items())),
                    "kept": count.kept,
                    "records": count.records,
                    **({"records_above_max_tokens": count.too_long} if options.max_tokens is not None else {}),
                    **({"records_trimmed": count.trimmed, trim.COLUMN: count.emptied} if options.trim else {}),
                    **({"lost": count.lost} if count.lost else {}),
                }
                for name, count in self.result.counts.items()
            },
            split={"side": options.split, "rule": HELD_OUT_RULE if SPLIT_COLUMN in self.columns else SPLIT_RULE},
            trained_only=options.trained_only,
            include_test_data=options.include_test_data,
            licences=options.licences,
            tokens=(
                {"tokenizer": self.tokenizer, "max_tokens": options.max_tokens}
                | ({"trim": options.trim} if options.trim else {})
                | ({"trim": trim.OLDEST_MESSAGES} if self.shortening else {})
                if self.counting
                else None
            ),
            columns=columns,
            files=files,
        )

    def has_images(self, dataset: Dataset) -> bool:
        """Whether a dataset may show images, for a target that can carry them."""
        return IMAGES_COLUMN in self.columns and IMAGES_COLUMN in self.reader.relations[dataset.staged()[1]].columns

    @property
    def extras(self) -> list[str]:
        """The columns that are added to those of the view."""
        return [TOKEN_COLUMN] * self.options.tokens + [trim.COLUMN] * bool(self.options.trim)

    @property
    def is_chat(self) -> bool:
        """Whether records hold chat messages with tool calls."""
        return chat.COLUMN in self.columns

    def text_columns(self) -> list[str]:
        """SQL for the columns whose tokens are counted; of what may be shortened all columns."""
        counted = ("system", chat.TOOLS, *SAID, *ALTERNATIVES)
        every = self.options.trim or self.shortening
        wanted = [name for name in self.columns if (name != "id" if every else name in counted)]
        messages = chat.of(self.columns)
        return [chat.typed(column=name) if name in messages else sqltext.name(name) for name in wanted]

    # ---------------------------------------------------------------------------------------------------- planning

    def _datasets(self) -> list[Dataset]:
        """The datasets to export, in the order of the view."""
        known = self.reader.datasets
        if not self.options.datasets:
            chosen = set(known)
        else:
            by_identifier = {dataset.identifier: name for name, dataset in known.items()}
            chosen = set()
            for given in self.options.datasets:
                name = given if given in known else by_identifier.get(given)
                if name is None:
                    raise UserError(f"unknown dataset {given!r}; there are {', '.join(sorted(known))}")
                chosen.add(name)
        ordered = sorted(chosen, key=lambda name: name.encode())
        return [known[name] for name in ordered if self.reader.relations.keys() >= set(known[name].staged())]

    def _plan(self) -> None:
        """Which trajectories are exported, and why the others are not."""
        options = self.options
        columns = self.reader.relations[TRAJECTORIES].columns
        reasons = ["when excluded.reason is not null then excluded.reason"]
        if not options.include_test_data:
            reasons.append(f"when chosen.is_test_data then '{TEST_DATA}'")
            if "exclusion" in columns:  # single splits of a dataset
                reasons.append(f"when exclusion = '{TEST_DATA}' then exclusion")
        if options.trained_only and "exclusion" in columns:
            reasons.append(f"when exclusion <> '{TEST_DATA}' then exclusion")
        if options.split != "all":
            reasons.append(f"when {self._side('task_id' in columns)} <> {literal(options.split)} then 'split'")
        if options.licences:
            stated = "chosen.licence"
            if "licence" in columns:  # of each trajectory by itself, such as that of its repository
                stated = f"coalesce(trajectories.licence, {stated})"
            wanted = ", ".join(literal(name.lower()) for name in options.licences)
            reasons.append(f"when lower({stated}) not in ({wanted}) then 'licence'")
        con = self.reader.con
        execute(con, "create table memory.main.chosen (dataset varchar, licence varchar, is_test_data boolean)")
        con.executemany(
            "insert into memory.main.chosen values (?, ?, ?)",
            [[one.name, one.licence or UNKNOWN_LICENCE, one.is_test_data] for one in self.datasets] or [[None] * 3],
        )
        self._find_excluded()
        execute(
            con,
            f"""
            create table memory.main.planned as
            with excluded as (
                from memory.main.excluded
                select trajectory_id, any_value(reason) as reason
                where not (? and reason = '{TEST_DATA}')
                group by trajectory_id
            )
            from {CATALOG}.{TRAJECTORIES} as trajectories
            join memory.main.chosen as chosen on chosen.dataset = trajectories.dataset
            left join excluded on excluded.trajectory_id = trajectories.trajectory_id
            select
                trajectories.dataset,
                landing_index,
                trajectories.trajectory_id,
                case {" ".join(reasons)} end as left_out
            """,
            [options.include_test_data],
        )
        execute(
            con,
            f"""
            insert into {KEPT}
            from memory.main.planned
            select dataset, landing_index, trajectory_id
            where left_out is null
            """,
        )
        found: dict[str, DatasetCounts] = {}
        for name, reason, number in execute(
            con, "from memory.main.planned select dataset, left_out, count(*) group by all order by all"
        ):
            count = found.setdefault(name, DatasetCounts())
            count.trajectories += number
            if reason is not None:
                count.left_out[reason] = number
        for dataset in self.datasets:
            if dataset.name in found:
                self.result.counts[dataset.name] = found[dataset.name]
                if found[dataset.name].kept:
                    self._weights.append(self._weigh(dataset))

    def _find_excluded(self) -> None:
        """A table of the trajectories that are missing from the target, and why.

        What sft.exclusions knows beyond sft.placements takes as long to plan as an export: it is asked for where the
        target itself reads the views that it comes from, and then finds them as tables.
        """
        reader = self.reader
        beyond = set(reader.kept(EXCLUSIONS)) & set(reader.kept(f"sft.{self.options.target}"))
        create = "create table memory.main.excluded as"
        if beyond or PLACEMENTS not in reader.relations:
            reader.keep(EXCLUSIONS)
            with contextlib.closing(reader.whole(EXCLUSIONS)) as shard:
                rows = f"from {shard.source} select trajectory_id, reason where target = ?"
                execute(shard.cursor, f"{create} {rows}", [self.options.target])
        else:
            rows = (
                f"from {CATALOG}.{PLACEMENTS} select trajectory_id, missing_for as reason"
                " where target = ? and missing_for is not null"
            )
            execute(reader.con, f"{create} {rows}", [self.options.target])

    def _side(self, has_tasks: bool) -> str:
        """SQL for the split that a trajectory is in."""
        task = "coalesce(task_id, trajectories.trajectory_id)" if has_tasks else "trajectories.trajectory_id"
        if SPLIT_COLUMN in self.columns:
            return f"{CATALOG}.held_out_split({task})"
        return f"case when md5({task}) < '{TEST_BELOW}' then 'test' else 'train' end"

    def _weigh(self, dataset: Dataset) -> "_Weights":
        """How many steps the kept trajectories of a dataset have."""
        import numpy as np

        found = self.reader.con.execute(
            f"""
            with kept as (
                from {KEPT}
                select landing_index, count(*) as trajectories
                where dataset = ?
                group by landing_index
            ),
            counted as (
                from {CATALOG}.{dataset.staged()[1]}
                select landing_index, count(*) as steps
                where {dataset.condition}
                group by landing_index
            )
            from kept
            left join counted using (landing_index)
            select landing_index, trajectories, coalesce(steps, 1) as steps
            order by landing_index
            """,
            [dataset.name],
        ).fetchnumpy()
        if self.has_histories:
            # Records of a trajectory grow with the square of its steps; a quarter of it: every other step is a message
            # of the agent, and it sees half of the others.
            steps = found["steps"].astype(np.int64)
            seen = steps
            if self.options.max_tokens is not None:
                most = self.options.max_tokens * _TOKEN_CHARACTERS / (self._step_bytes(dataset) + 1)
                seen = np.minimum(steps, 2 * math.ceil(most))
            found["steps"] = np.maximum(steps * seen // 4, 1)
        return _Weights(
            dataset,
            found["landing_index"].tolist(),
            found["trajectories"],
            np.cumsum(found["steps"], dtype=np.int64),
        )

    # --------------------------------------------------------------------------------------------------- rendering

    def _batches(self, selected: str) -> Generator["_Batch"]:
        """The rendered ranges in order; a few are rendered ahead, side by side."""
        limit = resources()
        workers = min(limit.threads, MOST_SHARDS)
        size = _Size(min(self.options.range_bytes, limit.memory // (_MEMORY_SHARE * workers)))
        self.reader.snapshot(self.options.target)
        shards: list[Shard] = []
        idle: deque[Shard] = deque()
        waiting: deque[Future[list[_Batch]]] = deque()

        def render(ranges: list[_Range]) -> list[_Batch]:
            try:
                shard = idle.popleft()
            except IndexError:
                shard = self.reader.shard(self.options.target)
                shards.append(shard)
            try:
                return self._render(shard, selected, ranges, size)
            finally:
                idle.append(shard)

        pool = ThreadPoolExecutor(workers, "export")
        try:
            for ranges in self._ranges(size):
                waiting.append(pool.submit(render, ranges))
                if len(waiting) > workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            if waiting:  # stopped in the middle
                for shard in shards:
                    shard.cursor.interrupt()
            pool.shutdown(wait=True)
            for shard in shards:
                shard.close()

    def _ranges(self, size: "_Size") -> "Iterator[list[_Range]]":
        """What is rendered at once: a range of one dataset, or several datasets that are small."""
        together: list[_Range] = []
        room = size.wanted * _SMALL_SHARE
        for weights in self._weights:
            whole = weights.whole()
            step_bytes = _LARGE_STEP if whole.steps <= _FEW_STEPS else self._step_bytes(weights.dataset)
            expected = whole.steps * step_bytes
            if together and (expected > room or len(together) == _MOST_TOGETHER):
                yield together
                together, room = [], size.wanted * _SMALL_SHARE
            if expected <= room:
                together.append(whole)
                room -= expected
                continue
            # Where histories are read, a set may write a part of what it reads: its ranges do not grow.
            size.restart(step_bytes, grows=not self.has_histories)
            for one in weights.ranges(size):
                yield [one]
        if together:
            yield together

    def _step_bytes(self, dataset: Dataset) -> float:
        """Bytes of text in a step of a dataset, guessed from the first ones."""
        _, steps = dataset.staged()
        columns = self.reader.relations[steps].columns.items()
        texts = [f"coalesce(strlen({name}::varchar), 0)" for name, kind in columns if kind in ("VARCHAR", "JSON")]
        rows = execute(
            self.reader.con,
            f"select avg({' + '.join(texts) or '0'})"
            f" from (from {CATALOG}.{steps} where {dataset.condition} limit {_SAMPLED_STEPS})",
        )
        return float(rows[0][0] or 0)

    def _render(self, shard: Shard, selected: str, ranges: "list[_Range]", size: "_Size") -> "list[_Batch]":
        """Render ranges at once, and where memory does not suffice one half after the other."""
        import pyarrow as pa

        try:
            shard.show(*[one.part for one in ranges])
            table = shard.table(selected if len(ranges) == 1 else f"{selected}, dataset as {_SHOWN_DATASET}")
        except (duckdb.OutOfMemoryException, pa.ArrowCapacityError) as error:
            if len(ranges) == 1:
                (one,) = ranges
                if len(one.index) == 1:
                    raise UserError(
                        f"not enough memory to render one trajectory of {one.dataset.name} "
                        f"(landing_index {one.index[0]}); raise the limit with ADP_MEMORY"
                        + (" or shorten prompts with --max-tokens" if self.has_histories else "")
                    ) from error
                size.too_large(one.steps)
                ranges = one.halves()
            middle = len(ranges) // 2
            return [
                batch
                for half in (ranges[:middle], ranges[middle:])
                for batch in self._render(shard, selected, half, size)
            ]
        if len(ranges) == 1:
            size.learn(ranges[0].steps, table.nbytes)
            return [self._batch(ranges[0], table)]
        import pyarrow.compute as pc  # 0.07 s that one dataset does not need

        names = table.column(_SHOWN_DATASET)
        table = table.drop_columns([_SHOWN_DATASET])
        return [self._batch(one, table.filter(pc.equal(names, one.dataset.name))) for one in ranges]

    def _batch(self, rendered: "_Range", table: "pa.Table") -> "_Batch":
        """What a range has given."""
        batch = _Batch(rendered.dataset, table, rendered.trajectories, _trajectories(table))
        if self.counting:
            self._count(batch)
        return batch

    def _count(self, batch: "_Batch") -> None:
        """The token count of each record; longer ones are shortened where that is asked for, or taken out."""
        import pyarrow.compute as pc

        assert self.turns is not None
        options, table = self.options, batch.table
        extras = {TOKEN_COLUMN: _record_tokens(table, self.turns[1], options.tokenizer)}
        if options.max_tokens is not None:
            if options.trim:
                table, tokens, emptied = trim.trimmed(
                    table, self.turns[1], extras[TOKEN_COLUMN], options.max_tokens, options.tokenizer
                )
                extras = {TOKEN_COLUMN: tokens, trim.COLUMN: emptied}
                batch.trimmed = pc.sum(pc.greater(emptied, 0), min_count=0).as_py()
                batch.emptied = pc.sum(emptied, min_count=0).as_py()
            if self.shortening:
                table, tokens, lost = trim.without_oldest(
                    table, extras[TOKEN_COLUMN], options.max_tokens, options.tokenizer
                )
                table = table.append_column(trim.SHORTENED, lost)
                extras = {TOKEN_COLUMN: tokens}
            short = pc.less_equal(extras[TOKEN_COLUMN], options.max_tokens)
            batch.too_long = table.num_rows - pc.sum(short, min_count=0).as_py()
            table, extras = table.filter(short), {name: values.filter(short) for name, values in extras.items()}
        batch.table, batch.extras = table, {name: extras[name] for name in self.extras}


@dataclass
class _Batch:
    """One rendered range."""

    dataset: Dataset
    table: "pa.Table"
    trajectories: int  # that it should hold
    rendered: int  # that it does hold
    too_long: int = 0
    trimmed: int = 0
    emptied: int = 0
    extras: dict[str, "pa.Array"] = field(default_factory=dict)  # further columns

    @property
    def records(self) -> int:
        """Those that are written."""
        return int(self.table.num_rows)


@dataclass(frozen=True)
class _Weights:
    """The kept trajectories of a dataset in landing order: for each landing_index how many, and of how many steps."""

    dataset: Dataset
    index: "list[int]"
    trajectories: "npt.NDArray[np.int64]"
    ends: "npt.NDArray[np.int64]"  # steps up to and with this landing_index

    def whole(self) -> "_Range":
        """All of them."""
        return _Range(self, slice(0, len(self.index)))

    def ranges(self, size: "_Size") -> "Iterator[_Range]":
        """All of them in ranges; each is cut when it is asked for, by what is known of the size of a step by then."""
        import numpy as np

        start = 0
        while start < len(self.index):
            before = int(self.ends[start - 1]) if start else 0
            rest = int(self.ends[-1]) - before
            steps = math.ceil(rest / math.ceil(rest / size.steps()))  # the rest in equal parts: no small one at the end
            stop = max(start + 1, int(np.searchsorted(self.ends, before + steps, side="right")))
            yield _Range(self, slice(start, stop))
            start = stop


@dataclass(frozen=True)
class _Range:
    """Some trajectories of a dataset, one behind the other in landing order."""

    weights: _Weights
    span: slice

    @property
    def dataset(self) -> Dataset:
        """Whose they are."""
        return self.weights.dataset

    @property
    def index(self) -> "list[int]":
        """Their landing indices."""
        return self.weights.index[self.span]

    @property
    def part(self) -> Part:
        """As a shard shows them."""
        return Part(self.dataset, self.weights.index[self.span.start], self.weights.index[self.span.stop - 1])

    @property
    def steps(self) -> int:
        """Their steps."""
        ends, start = self.weights.ends, self.span.start
        return int(ends[self.span.stop - 1] - (ends[start - 1] if start else 0))

    @property
    def trajectories(self) -> int:
        """How many they are."""
        return int(self.weights.trajectories[self.span].sum())

    def halves(self) -> "list[_Range]":
        """Two ranges in place of one."""
        middle = (self.span.start + self.span.stop) // 2
        return [replace(self, span=slice(self.span.start, middle)), replace(self, span=slice(middle, self.span.stop))]


class _Size:
    """How many steps make a range of the wanted size: learnt from the ranges that were rendered."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted  # bytes
        self._steps = self._most = 1
        self._lock = threading.Lock()

    def restart(self, step_bytes: float, grows: bool = True) -> None:
        """Another dataset, whose steps have about so many bytes; unless it grows, no range will have more than that."""
        with self._lock:
            self._most = _MOST_STEPS
            share = _FIRST_SHARE if grows else _FIRST_SHARE_OF_HISTORIES
            self._steps = max(1, min(int(self.wanted * share / (step_bytes + 1)), self._most))
            if not grows:
                self._most = self._steps

    def steps(self) -> int:
        """Of the next range."""
        with self._lock:
            return self._steps

    def learn(self, steps: int, size: int) -> None:
        """So many steps gave so many bytes."""
        with self._lock:
            fitting = int(self.wanted * steps / max(size, 1))
            self._steps = max(1, min(fitting, _GROWTH * steps, self._most))

    def too_large(self, steps: int) -> None:
        """So many steps did not fit into memory."""
        with self._lock:
            self._most = max(1, min(self._most, steps // 2))
            self._steps = min(self._steps, self._most)


class _Lines:
    """JSON lines into a file."""

    def __init__(self, file: "BinaryIO | HashingFile", run: Run) -> None:
        self._file = file
        self._run = run
        self._bytes = 0

    def selected(self) -> str:
        """Of each record its id, its line and, where they are counted, its texts."""
        run = self._run
        line = self._line()
        texts = run.text_columns() if run.counting else []
        of_trajectory = (
            [OF_TRAJECTORY] if OF_TRAJECTORY in run.columns and sqltext.name(OF_TRAJECTORY) not in texts else []
        )
        wanted = ["id", f"{line} as line", *of_trajectory, *texts]
        return ", ".join(wanted)

    def write(self, dataset: Dataset, table: "pa.Table", extras: dict[str, "pa.Array"]) -> None:
        """Take the next records."""
        lines = table.column("line")
        if trim.COLUMN in extras:
            lines = self._written_anew(table, extras[trim.COLUMN])
        elif trim.SHORTENED in table.schema.names:
            lost = table.column(trim.SHORTENED).combine_chunks()
            lines = self._written_anew(table.drop_columns([trim.SHORTENED]), lost)
        if extras:
            self._bytes += write_closed_lines(lines, extras, self._file)
        else:
            self._bytes += write_lines(lines, self._file)

    def _line(self) -> str:
        if DOCUMENT in self._run.columns:
            return f"{DOCUMENT}::varchar || chr(10)"
        return json_line(list(self._run.columns.items()), closed=not self._run.extras)

    def _written_anew(self, table: "pa.Table", emptied: "pa.Array") -> "pa.ChunkedArray":
        """The lines, those of shortened records as they are now."""
        import duckdb  # the package, which reads Arrow tables
        import pyarrow.compute as pc

        shortened = pc.greater(emptied, 0)
        lines = table.column("line")
        records = table.drop_columns(["line"]).filter(shortened)
        if not records.num_rows:
            return lines
        messages = chat.of(self._run.columns)
        changed = f"replace ({', '.join(map(chat.untyped, messages))})" if messages else ""
        with duckdb.connect() as con:
            con.register("records", records)
            anew = con.sql(f"from (select * {changed} from records) select {self._line()} as line")
            written_anew = anew.to_arrow_table().column("line")
        return pc.replace_with_mask(lines, shortened, written_anew.combine_chunks().cast(lines.type))

    def close(self) -> int:
        """Bytes written."""
        return self._bytes


class _Parquet:
    """Parquet files into a folder, one or more for each dataset."""

    def __init__(self, folder: Path, run: Run) -> None:
        self._folder = folder
        self._run = run
        self._writers: list[_Writer] = []
        self._waiting: deque[Future[None]] = deque()

    def selected(self) -> str:
        """The records as they are; for LLaMA-Factory with a mark in place of each image."""
        run = self._run
        listed = {column: sqltext.name(column) for column in run.columns}
        has_marks = run.options.chosen_format == "llamafactory" and IMAGES_COLUMN in run.columns
        for name in chat.of(run.columns):
            listed[name] = chat.typed(column=name)
        if run.is_chat:
            marked = _with_marks("message.content")
            said = f"case when len({IMAGES_COLUMN}) = 0 then message.content else {marked} end"
            listed[chat.COLUMN] = chat.typed(said) if has_marks else chat.typed()
        elif has_marks and run.turns is not None:
            role, text = run.turns
            said = _with_marks(f"turn['{text}']")
            marked = f"{{'{role}': turn['{role}'], '{text}': {said}}}"
            listed["conversations"] = (
                f"case when len({IMAGES_COLUMN}) = 0 then conversations"
                f" else list_transform(conversations, lambda turn: {marked}) end as conversations"
            )
        return ", ".join(listed.values())

    def write(self, dataset: Dataset, table: "pa.Table", extras: dict[str, "pa.Array"]) -> None:
        """Take the next records."""
        if not self._writers or self._writers[-1].dataset != dataset:
            self._end_last()
            one_file = self._run.options.chosen_format == "llamafactory"
            files = ParquetFiles(self._folder, dataset.identifier, numbered=not one_file)
            self._writers.append(_Writer(dataset, files))
        if trim.SHORTENED in table.schema.names:
            table = table.drop_columns([trim.SHORTENED])
        for name, values in extras.items():
            table = table.append_column(name, values)
        self._wait(_MOST_WAITING - 1)
        self._waiting.append(self._writers[-1].write(table))

    def close(self) -> int:
        """End all files; bytes written."""
        self._end_last()
        self._wait(0)
        return sum(entry["bytes"] for entry in self.files)

    def abandon(self) -> None:
        """Close what is open; all of it is going to be removed."""
        with contextlib.ExitStack() as stack:  # each of them, also where one fails
            for writer in self._writers:
                writer.pool.shutdown(cancel_futures=True)
                stack.callback(writer.files.abandon)

    @property
    def files(self) -> list[dict[str, Any]]:
        """What is known of each file that is ended, in the order of the records."""
        return [{**entry, "dataset": writer.dataset.name} for writer in self._writers for entry in writer.files.files]

    def _end_last(self) -> None:
        if self._writers:
            self._waiting.append(self._writers[-1].end())

    def _wait(self, most: int) -> None:
        """Until no more than so much of what is to be done waits; raises what went wrong with it."""
        while len(self._waiting) > most:
            self._waiting.popleft().result()


class _Writer:
    """The files of one dataset and the thread that writes them.

    To encode and compress a row group is one thread's work, so those of several datasets are written side by side.
    """

    def __init__(self, dataset: Dataset, files: ParquetFiles) -> None:
        self.dataset = dataset
        self.files = files
        self.pool = ThreadPoolExecutor(1, "write")

    def write(self, table: "pa.Table") -> Future[None]:
        """Write records behind those before."""
        return self.pool.submit(self.files.write, table)

    def end(self) -> Future[None]:
        """End the last file when all is written."""
        ended = self.pool.submit(self.files.close)
        self.pool.shutdown(wait=False)
        return ended


def _with_marks(text: str) -> str:
    """SQL for a text with `<image>` in place of each line that names an image; words that are the mark are broken."""
    return rf"regexp_replace(replace({text}, '<image>', '<image >'), '(?m)^\[Image: [^\n]*\]$', '<image>', 'g')"


def _check(options: ExportOptions) -> None:
    if options.chosen_format not in FORMATS:
        raise UserError(f"unknown format {options.format!r}; there are {', '.join(FORMATS)}")
    if options.out.lower().endswith(PACKED_ENDINGS):
        raise UserError(f"{options.out}: exports are not packed; name a .jsonl file, or a folder for Parquet, which is")
    if options.split not in SPLITS:
        raise UserError(f"unknown split {options.split!r}; there are {', '.join(SPLITS)}")
    if options.max_tokens is not None and options.max_tokens < 1:
        raise UserError("--max-tokens must be 1 or more")
    if options.trim is not None and options.max_tokens is None:
        raise UserError("--trim says how to keep to a length: it goes with --max-tokens")
    if options.trim is not None and options.trim not in trim.CHOICES:
        raise UserError(f"unknown way to trim {options.trim!r}; there is {', '.join(trim.CHOICES)}")
    if options.to_stdout and options.chosen_format != "jsonl":
        raise UserError(f"only jsonl can be written to stdout; give --out a folder for {options.chosen_format}")


def place_of(options: ExportOptions, paths: Paths) -> Path:
    """Where the export is to stand, after checking that what stands there may go."""
    place = Path(options.out).expanduser()
    if place.is_symlink():
        place = place.resolve()
    if not place.name:
        raise UserError(f"--out {options.out} names no file or folder of its own")
    if _is_stream(place):
        return place
    for kept in (paths.db, paths.data, Path.cwd()):
        if _is_within(kept, place):
            raise UserError(f"an export cannot take the place of {place}: {kept} is there")
    if options.chosen_format == "jsonl":
        if place.is_dir():
            raise UserError(f"{place} is a folder; name a file for jsonl")
        stranger = place if place.exists() and not manifest.is_of(manifest.beside(place), [place.name]) else None
    else:
        if place.exists() and not place.is_dir():
            raise UserError(f"{place} is a file; name a folder for {options.chosen_format}")
        stranger = _stranger(place)
    if stranger is not None and not options.force:
        raise UserError(f"{stranger} was not written by an export; --force replaces {place} all the same")
    return place


def _stranger(folder: Path) -> Path | None:
    """Something in a folder that no export wrote."""
    if not folder.is_dir():
        return None
    names = sorted(path.name for path in folder.iterdir())
    if not names or manifest.is_of(folder / manifest.NAME, names):
        return None
    return next((folder / name for name in names if not manifest.is_of(folder / manifest.NAME, [name])), folder)


def _is_stream(place: Path) -> bool:
    """A pipe or a device, which is written into and never replaced."""
    return place.exists() and not place.is_file() and not place.is_dir()


def _is_within(inner: Path, outer: Path) -> bool:
    outer = outer.resolve()
    inner = inner.resolve()
    return outer == inner or outer in inner.parents


def _record_tokens(table: "pa.Table", text: str, tokenizer: str) -> "pa.Array":
    """Tokens of system prompt, tools and all that was said and called, for each record; none of a chat template."""
    import numpy as np
    import pyarrow as pa

    from adp.bpe import count_tokens

    def tokens_of(column: "pa.Array") -> "npt.NDArray[np.int64]":
        if pa.types.is_list(column.type) and column.type.value_type.get_field_index("tool_calls") >= 0:
            return chat.tokens(column, tokenizer)
        if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
            said = count_tokens(column.values.field(text), tokenizer).fill_null(0).to_numpy(zero_copy_only=False)
            return chat.sums(said, column)
        counts: npt.NDArray[np.int64] = count_tokens(column, tokenizer).fill_null(0).to_numpy(zero_copy_only=False)
        return counts

    parts = [np.zeros(0, np.int64)]
    for batch in table.combine_chunks().to_batches():
        names = batch.schema.names
        total = np.zeros(batch.num_rows, np.int64)
        for name in SAID:
            if name in names:
                total += tokens_of(batch.column(name))
        if set(ALTERNATIVES) <= set(names):
            total += np.maximum(*(tokens_of(batch.column(name)) for name in ALTERNATIVES))
        for name in ("system", chat.TOOLS):
            if name in names:
                repeated = batch.column(name).dictionary_encode()  # mostly the same one
                if len(repeated.dictionary):
                    counts = count_tokens(repeated.dictionary, tokenizer)
                    total += counts.take(repeated.indices).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        parts.append(total)
    return pa.array(np.concatenate(parts))


def _trajectories(table: "pa.Table") -> int:
    """Of how many trajectories these are the records."""
    if OF_TRAJECTORY not in table.schema.names:
        return int(table.num_rows)
    import pyarrow.compute as pc

    return int(pc.count_distinct(table.column(OF_TRAJECTORY)).as_py())


def warn(result: Result, options: ExportOptions, talk: Talk) -> None:
    """Say what is missing that should be there."""
    for name, count in result.counts.items():
        if count.lost:
            talk.warn(
                f"{name}: {count.lost:,} trajectories are neither in sft.{options.target} nor in sft.exclusions; "
                "see `adp check`"
            )
    if not result.records:
        talk.warn(f"exported no records to {options.out}: {result.nothing()}")
