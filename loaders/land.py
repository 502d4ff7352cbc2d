"""Landing: a dump's files become Parquet, each record with its place in the dump; what cannot be read is kept apart.

The values of a record are read by DuckDB only. A first pass over a file of JSON lines asks for the structure of every
record, which clears nearly all of them; Python judges the rest line by line. What it rejects goes to the rejections,
and what remains is written by DuckDB in parallel, exactly as the dump has it. Where a record stands in the dump need
not be written: it is the row's place in the Parquet file, as long as no line before it was blank or rejected; where
one was, a small file beside it says so. For the same reason a Parquet file whose columns fit lands as it is.

A load writes into a folder of its own. It counts from the moment at which the manifest is replaced; before that the
earlier landing is whole, and afterwards its files are removed.
"""

import array
import contextlib
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adp import engine, sqltext
from adp.config import Paths, resources
from adp.engine import duckdb
from adp.errors import UserError
from adp.sqltext import literal
from loaders import base, containers, corpora, manifest, parts, raw_views
from loaders.base import Loader
from loaders.images import Images
from loaders.manifest import Load, Manifest, Part
from loaders.trees import ARCHIVES, Tree

if TYPE_CHECKING:
    from loaders.lines import Rejection
    from loaders.trees import Entry

Progress = Callable[[int, int, int], None]
"""Called now and then with the records landed so far, the bytes done and the bytes in all."""

SUFFIXES = (".jsonl", ".ndjson", ".json", ".parquet", ".pq")
PACKED = (".gz", ".gzip", ".zst", ".zstd")
STDIN = "-"
TICK_SECONDS = 0.2
_BATCH = 2_000
_BATCH_BYTES = 32 << 20


@dataclass(frozen=True)
class Landing:
    """What a load did."""

    dataset: str
    records: int
    rejected: int
    files: int
    bytes: int
    seconds: float
    partial: tuple[str, ...] = ()
    """Files that could not be read to their end, where what was readable has been landed."""


@dataclass(frozen=True)
class Source:
    """One file of a dump."""

    path: Path
    name: str
    """Its portable name."""
    immutable: bool = False
    """A file that nobody writes to again: a hard link to it is as good as a copy."""
    entry: "Entry | None" = None
    """The file in an archive, to be unpacked when its turn comes."""
    beside: bool = False
    """No file of records, but one that records may name: an image, a part of a record."""
    assembled: bool = False
    """JSON lines that a loader made of other files."""

    @property
    def split(self) -> str:
        """The split that the file belongs to: the Hub names files <split>-00000-of-00001-<hash>.parquet."""
        if self.path == Path(STDIN):
            return "stdin"
        stem = Path(self.name).name.split(".")[0]
        head, found, _ = stem.partition("-0")
        return head if found else stem


def load(
    dataset: str,
    sources: Sequence[str | Path],
    paths: Paths,
    limit: int | None = None,
    revision: str | None = None,
    append: bool = False,
    keep_partial: bool = False,
    progress: Progress | None = None,
    wait: bool = False,
    name: str | None = None,
) -> Landing:
    """Land a dump: files, folders or `-` (JSON lines on stdin), or with no sources the dataset's files on the Hub.

    Where `dataset` is a format, `name` is that of the corpus, by default the file's; the other corpora stay.

    `limit` reads only the first records of the dump; `append` adds to what is landed instead of replacing it;
    `keep_partial` lands what is readable of a file that cannot be read to its end; `wait` waits for another load of
    the dataset. A dump without a readable record does not take the place of one that has some: a UserError.
    """
    started = time.monotonic()
    loader = base.find(dataset)
    folder = paths.raw / loader.identifier
    if loader.is_format:
        if not sources:
            raise UserError(f"{loader.dataset} is a form, not a dataset: say with --from where a corpus of it is")
        name = name if name is not None else corpora.name_of(sources[0])
        corpora.check_name(paths, loader, name)
        folder = corpora.folder(paths, loader, name)
        loader = corpora.of_corpus(loader, name)
    elif name is not None:
        raise UserError(f"{loader.dataset} has its name: --name is for corpora of the forms {_formats()}")
    else:
        corpora.check_dataset(paths, loader)
    if not sources and loader.by_hand is not None:
        raise UserError(f"{loader.dataset} cannot be fetched from here. {loader.by_hand} Then name it with --from")
    found = _found(sources, loader)
    with _explained(folder), manifest.locked(folder, loader.dataset, wait):
        before = _before(folder, append) or Manifest(loader.dataset)
        repo: str | None = None
        if not sources:
            from loaders import hub

            repo, revision, found = hub.fetch(loader, revision, progress)
        elif revision is not None:
            raise UserError("a revision is one of the Hub's; leave it out with files of your own")
        with tempfile.TemporaryDirectory(prefix=manifest.SCRATCH, dir=folder) as scratch:
            run = _Run(loader, folder, Path(scratch), before, limit, keep_partial, progress, paths.images)
            with contextlib.closing(run):
                made = run.land(found)
            if made.rejected and not made.records and not append:
                _keep_what_is_landed(folder, made)
            made = replace(
                made,
                source=repo or (found[0].name if len(found) == 1 else f"{len(found)} files"),
                revision=revision,
                licence=loader.licence,
                seconds=round(time.monotonic() - started, 3),
            )
            for path in sorted(Path(scratch).glob(f"{made.name}*")):
                path.replace(folder / path.name)
        after = Manifest(loader.dataset, (*before.loads, made))
        manifest.write(folder, after)
        raw_views.write(paths)
        manifest.sweep(folder, after)
    partial = tuple(f"{part.source_file}: {part.partial}" for part in made.parts if part.partial)
    size = sum(part.bytes for part in made.parts)
    return Landing(loader.dataset, made.records, made.rejected, len(made.parts), size, made.seconds, partial)


def _before(folder: Path, append: bool) -> Manifest | None:
    """What the load adds to, if it adds to anything; rests of a load that was killed are removed."""
    try:
        earlier = manifest.read(folder)
    except UserError:
        if append:
            raise
        return None  # a damaged manifest is what loading again is for
    manifest.sweep(folder, earlier)
    return earlier if append else None


def _keep_what_is_landed(folder: Path, made: Load) -> None:
    """Raise where a dump of which nothing could be read would take the place of records."""
    try:
        earlier = manifest.read(folder)
    except UserError:
        return  # a damaged manifest is what loading again is for
    records = sum(load.records for load in earlier.loads) if earlier else 0
    if records:
        raise UserError(
            f"none of the {made.rejected} records could be read, so the {records} that are landed stay; "
            "is it the right file?"
        )


def _formats() -> str:
    return ", ".join(loader.dataset for loader in base.FORMATS.values())


def _found(sources: Sequence[str | Path], loader: Loader) -> list[Source]:
    """The files that the sources name, in order; a folder stands for the dumps in it, or for those of the pattern.

    Where records may name other files, all that is in a folder is found.
    """
    pattern = loader.documents
    every = loader.assemble is not None or loader.image_depth is not None
    found: list[Source] = []
    for source in sources:
        if str(source) == STDIN:
            found.append(Source(Path(STDIN), STDIN))
            continue
        path = Path(source).expanduser()
        if path.is_dir():
            files = sorted(
                file for file in path.rglob("*") if file.is_file() and not _is_hidden(file.relative_to(path))
            )
            inside = [file for file in files if every or is_dump(file) or file.name.lower().endswith(ARCHIVES)]
            if pattern is not None:
                inside = [file for file in inside if file.match(pattern)] or inside
            if not inside:
                raise UserError(f"there is no dump in {path}: no {', '.join(SUFFIXES)} file, nor one of them packed")
            found += [
                Source(
                    file,
                    file.relative_to(path).as_posix(),
                    beside=not is_dump(file) and not file.name.lower().endswith(ARCHIVES),
                )
                for file in inside
            ]
        elif path.exists():
            found.append(Source(path, path.name))
        else:
            raise UserError(f"there is no file {path}")
    if [source.name for source in found].count(STDIN) > 1:
        raise UserError("stdin can be read only once")
    return found


def _is_hidden(path: Path) -> bool:
    return any(step.startswith(".") for step in path.parts)


def is_dump(path: Path) -> bool:
    """Whether a file holds records, by its name."""
    suffixes = path.suffixes[:-1] if path.suffix.lower() in PACKED else path.suffixes
    return bool(suffixes) and suffixes[-1].lower() in SUFFIXES


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """What the machine refuses, as a message."""
    try:
        yield
    except OSError as error:
        said = error.strerror or error
        # What stands in the folder has names that a user has never seen.
        if error.filename is None or folder in Path(str(error.filename)).parents:
            raise UserError(f"cannot write to {folder}: {said}") from error
        raise UserError(f"cannot use {error.filename}: {said}") from error


class _Session:
    """The DuckDB that a load works with, and how far it is."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self.copying = False
        self.con = self._connect()

    def _connect(self) -> "duckdb.DuckDBPyConnection":
        limits = resources()
        return engine.connect(
            {
                "memory_limit": f"{limits.memory >> 20}MiB",
                "threads": limits.threads,
                "temp_directory": str(self._scratch / "spill"),
                "enable_external_file_cache": False,  # a name in the scratch folder may come again
                # Without these, query_progress() knows nothing.
                "enable_progress_bar": True,
                "enable_progress_bar_print": False,
                "progress_bar_time": 0,
            }
        )

    def restart(self) -> None:
        """Open a new connection: a fatal error leaves one useless."""
        self.close()
        self.con = self._connect()

    def close(self) -> None:
        """Close the connection."""
        self.con.close()

    def copy(self, query: str, target: Path, row_group: int) -> int:
        """Write a query's rows to a Parquet file and return how many they are."""
        self.copying = True
        row = self.con.execute(
            f"copy ({query}) to {literal(target)}"
            f" (format parquet, compression zstd, compression_level 1, row_group_size {row_group})"
        ).fetchone()
        self.copying = False
        return int(row[0]) if row else 0


class _Run:
    """One load, up to the point where its files are complete."""

    def __init__(
        self,
        loader: Loader,
        folder: Path,
        scratch: Path,
        before: Manifest,
        limit: int | None,
        keep_partial: bool,
        progress: Progress | None,
        images: Path,
    ) -> None:
        self.loader = loader
        self.folder = folder
        self.scratch = scratch
        self.before = before
        self.limit = limit
        self.keep_partial = keep_partial
        self.session = _Session(scratch)
        self.name = f"load-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self.parts: list[Part] = []
        self.source_rows: dict[int, array.array[int]] = {}
        self.rejections = _Rejections(loader, scratch / f"{self.name}-rejections.parquet")
        self.tree = Tree(scratch)
        depth = loader.image_depth
        self.images = Images(images, scratch, self.name, depth, len(before.loads)) if depth is not None else None
        self.ticker = _Ticker(self.session, progress)

    def close(self) -> None:
        """Close what is open."""
        self.ticker.stop()
        self.rejections.close()
        if self.images is not None:
            self.images.close()
        self.tree.close()
        self.session.close()

    def land(self, sources: list[Source]) -> Load:
        """Land the files one after the other."""
        self.ticker.total = sum(source.path.stat().st_size for source in sources if source.name != STDIN)
        self.ticker.start()
        from loaders import gather

        if gather.needed(self.loader, sources):
            sources = gather.gathered(self.loader, sources, self.tree, self.images, self.scratch, self.limit)
            if not sources and not self.before.records:
                raise UserError("there are images and no records: name both, or add the images with --append")
        for source in sources:
            if self.limit is not None and self.read >= self.limit:
                break
            self._land(source)
        self.parts = self._with_rows(self.parts)
        self.rejections.close()
        landed_at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
        rejections = self.rejections.path.name if self.rejections.count else None
        images = None
        if self.images is not None and self.images.count:
            self.images.close()
            images = self.images.path.name
        return Load(self.name, "", None, None, landed_at, 0.0, tuple(self.parts), rejections, images)

    @property
    def read(self) -> int:
        """Records read so far, landed or rejected."""
        return sum(part.records + part.rejected for part in self.parts)

    @property
    def _left(self) -> int | None:
        return None if self.limit is None else self.limit - self.read

    # ------------------------------------------------------------ one file

    def _land(self, source: Source) -> None:
        source = replace(source, name=self._unique(source.name))
        path = source.path
        if source.entry is not None and source.entry.path is None:
            path = self.scratch / "member"
            self.tree.copy(source.entry, path)
        elif path == Path(STDIN):
            path = self.scratch / "stdin"
            containers.spool(sys.stdin.buffer, path, self.ticker.read)
        elif not path.is_file():
            # A pipe can be read only once.
            with path.open("rb") as pipe:
                path = self.scratch / "pipe"
                containers.spool(pipe, path, self.ticker.read)
        if path.stat().st_size == 0:
            raise UserError(f"{source.name} is empty")
        self.ticker.begin(path.stat().st_size)
        with ThreadPoolExecutor(2) as pool:
            try:
                self._land_file(source, path, pool)
            except (duckdb.Error, UnicodeDecodeError) as error:
                said = str(error).splitlines()[0]
                raise UserError(f"{source.name} cannot be landed: {said}") from error
        self.ticker.finish(self.parts[-1].records)

    def _unique(self, name: str) -> str:
        """A name that no file of this dataset has yet: file and row together name a record."""
        taken = {part.source_file for part in (*self.before.parts, *self.parts)}
        names = (name if number == 1 else f"{name}#{number}" for number in count(1))
        return next(free for free in names if free not in taken)

    def _land_file(self, source: Source, path: Path, pool: ThreadPoolExecutor) -> None:
        # Counting and hashing run beside DuckDB, on what little it leaves.
        scan = pool.submit(containers.scan, path) if self.limit is None else None
        partial: str | None = None
        size = path.stat().st_size
        kind = "lines" if source.assembled else containers.magic(path)
        made: list[Path] = []
        while kind in ("gzip", "zstd"):
            plain = self.scratch / f"plain-{len(made)}"
            try:
                containers.unpack(path, kind, plain, self.ticker.read)
            except containers.Cut as cut:
                partial = f"{cut}"
            made.append(plain)
            path = plain
            if path.stat().st_size == 0:
                raise _cut(source, partial, 0) if partial else UserError(f"{source.name} is empty")
            kind = containers.magic(path)
        part = Part(
            source_file=source.name,
            file=None,
            encoded=True,
            columns={},
            records=0,
            rejected=0,
            first_record=self._next_record,
            bytes=size,
            sha256=None,
            split=source.split,
            split_rows=self._split_rows(source.split),
        )
        if kind == "parquet":
            part = self._land_parquet(source, path, part, partial)
        else:
            path, partial = self._plain_lines(path, kind, partial, made)
            known = scan if scan is not None and not made else pool.submit(containers.scan, path)
            part = self._land_lines(source, path, part, known, partial)
        for plain in made:
            plain.unlink(missing_ok=True)
        self.parts.append(replace(part, sha256=scan.result().sha256 if scan is not None else None))

    @property
    def _next_record(self) -> int:
        return self.before.records + sum(part.records for part in self.parts) + 1

    def _split_rows(self, split: str) -> int:
        earlier = (*self.before.parts, *self.parts)
        return sum(part.records + part.rejected for part in earlier if part.split == split)

    def _target(self) -> Path:
        return self.scratch / f"{self.name}-{len(self.parts):05}.parquet"

    # ------------------------------------------------------------ JSON

    def _plain_lines(self, path: Path, kind: str, partial: str | None, made: list[Path]) -> tuple[Path, str | None]:
        """The file as JSON lines, and why it is not whole; files that are written for that are added to `made`."""

        def scratch(name: str) -> Path:
            made.append(self.scratch / name)
            return made[-1]

        if kind == "array":
            plain = scratch("array")
            partial = self._write_elements(path, plain) or partial
            path = plain
        else:
            if containers.has_bom(path):
                plain = scratch("no-bom")
                containers.without_bom(path, plain)
                path = plain
            if self.loader.documents is not None and containers.is_document(path):
                plain = scratch("document")
                containers.on_one_line(path, plain, partial is None)
                path = plain
            if partial is not None:
                # The line that was being written when the stream ended is no record.
                containers.drop_unfinished_line(path)
        if self._left is not None:
            head = scratch("head")
            containers.head(path, self._left, head)
            path = head
        return path, partial

    def _land_lines(
        self, source: Source, path: Path, part: Part, scan: "Future[containers.Lines]", partial: str | None
    ) -> Part:
        from loaders import lines

        target = self._target()
        landed = lines.land(self.loader, self.session, path, target, scan.result)
        readable = landed.records + len(landed.rejections)
        if readable == 0 and partial is None:
            raise UserError(f"{source.name} holds no record")
        if partial is not None and (readable == 0 or not self.keep_partial):
            raise _cut(source, partial, landed.records)
        self._reject(source, path, landed.rejections)
        if landed.source_rows is not None:
            self.source_rows[len(self.parts)] = landed.source_rows
        return replace(
            part,
            file=target.name if landed.records else None,
            columns=landed.columns,
            records=landed.records,
            rejected=len(landed.rejections),
            partial=partial,
        )

    def _write_elements(self, path: Path, plain: Path) -> str | None:
        """Write the elements of a JSON array as lines; why not all of them, where the array is cut."""
        from loaders import lines

        size = 32 << 20
        while size <= 1 << 32:
            query = (
                "select json(json)::varchar from"
                f" read_json_objects({sqltext.path(path)}, format = 'array', maximum_object_size = {size})"
            )
            try:
                lines.write_lines(self.session, query, plain)
            except (duckdb.Error, UnicodeDecodeError) as error:
                self.session.restart()
                if "maximum_object_size" not in str(error):
                    break
                size *= 4
            else:
                return None
        try:
            with plain.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
                for element in containers.array_elements(path):
                    file.write(element + "\n")
        except containers.Cut as cut:
            return str(cut)
        return None

    def _reject(self, source: Source, path: Path, rejections: "list[Rejection]") -> None:
        if not rejections:
            return
        with path.open("rb") as file:
            for rejection in rejections:
                self.rejections.add(source.name, rejection.row, rejection.reason, rejection.text(file))

    # ------------------------------------------------------------ Parquet

    def _land_parquet(self, source: Source, path: Path, part: Part, partial: str | None) -> Part:
        from loaders import tables

        if partial is not None:
            raise UserError(
                f"{source.name} cannot be read to its end: {partial}; a Parquet file cannot be read in part"
            )
        target = self._target()
        landed = tables.land(
            self.loader, self.session, source.name, path, target, self._left,
            linked=source.immutable and path == source.path, reject=self.rejections.add,
        )  # fmt: skip
        if landed.source_rows is not None:
            self.source_rows[len(self.parts)] = landed.source_rows
        return replace(
            part,
            file=target.name if landed.records else None,
            encoded=landed.encoded,
            columns=landed.columns,
            records=landed.records,
            rejected=landed.rejected,
        )

    # ------------------------------------------------------------ places and occurrences

    def _with_rows(self, load_parts: list[Part]) -> list[Part]:
        """Write the small files beside the parts in which a record's place does not say all."""
        occurrences = self._occurrences(load_parts)
        found = []
        for number, part in enumerate(load_parts):
            lists = {"source_rows": self.source_rows.get(number), "occurrences": occurrences.get(number)}
            held = {key: values for key, values in lists.items() if values is not None}
            if part.file is not None and held:
                path = _write_rows(self.scratch / part.file, held)
                part = replace(part, rows=path.name, rows_hold=tuple(held))
            found.append(part)
        return found

    def _occurrences(self, load_parts: list[Part]) -> dict[int, list[int]]:
        """For each part in which an id comes again: which time it is that a trajectory has its id."""
        con, loader = self.session.con, self.loader
        ids = [self._ids(self.folder, -1, part) for part in self.before.parts if part.file is not None]
        ids += [self._ids(self.scratch, n, part) for n, part in enumerate(load_parts) if part.file is not None]
        if not ids:
            return {}
        begins = "source_id is distinct from lag(source_id) over (order by record)" if loader.step_per_line else "true"
        con.execute(
            f"create or replace temp table ids as select *, {begins} as begins from ({' union all '.join(ids)})"
        )
        row = con.execute("select count(*) filter (where begins), count(distinct source_id) from ids").fetchone()
        if row is None or row[0] == row[1]:
            return {}
        rows = con.execute(
            """
            with repeated as (
                select source_id from ids where begins group by source_id having count(*) > 1
            ),
            counted as (
                select record, sum(begins::int) over (partition by source_id order by record)::int as occurrence
                from ids semi join repeated using (source_id)
            )
            select part, list(coalesce(occurrence, 1) order by record)
            from ids left join counted using (record)
            where part >= 0
            group by part
            having max(coalesce(occurrence, 1)) > 1
            """
        ).fetchall()
        return dict(rows)

    def _ids(self, folder: Path, number: int, part: Part) -> str:
        rows = parts.select(self.loader, [part], folder, ["record", "source_id"])
        return f"select {number} as part, * from ({rows})"


def _write_rows(target: Path, lists: "dict[str, Any]") -> Path:
    """Write the small file beside a part: one row of lists."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = target.with_name(target.stem + "-rows.parquet")
    kinds = {"source_rows": pa.int64(), "occurrences": pa.int32()}
    columns = {key: pa.array([values], type=pa.list_(kinds[key])) for key, values in lists.items()}
    pq.write_table(pa.table(columns), path, compression="zstd")
    return path


class _Rejections:
    """The records that could not be read, written as they come."""

    def __init__(self, loader: Loader, path: Path) -> None:
        self.path = path
        self.count = 0
        self._dataset = loader.dataset
        self._waiting: list[tuple[str, int, str, str]] = []
        self._size = 0
        self._writer: Any = None

    def add(self, source_file: str, source_row: int, reason: str, text: str) -> None:
        """Keep a record that could not be read."""
        self.count += 1
        self._waiting.append((source_file, source_row, reason, text))
        self._size += len(text)
        if len(self._waiting) >= _BATCH or self._size > _BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        files, rows, reasons, texts = zip(*self._waiting, strict=True)
        text = pa.large_string()
        table = pa.table(
            {
                "dataset": pa.array([self._dataset] * len(rows), text),
                "source_file": pa.array(files, text),
                "source_row": pa.array(rows, pa.int64()),
                "reason": pa.array(reasons, text),
                "raw_text": pa.array(texts, text),
            }
        )
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema, compression="zstd")
        self._writer.write_table(table)
        self._waiting, self._size = [], 0

    def close(self) -> None:
        """Complete the file, if there is one."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
            self._writer = None


class _Ticker:
    """Tells how far a load is, from a thread of its own: DuckDB does not come back before a file is written."""

    LOOKING = 0.3
    """The share of the work on a file that is done when its records have been looked at."""

    def __init__(self, session: _Session, told: Progress | None) -> None:
        self.total = 0
        self._session = session
        self._told = told
        self._done = self._file = self._size = 0
        self._records = 0
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to tell."""
        if self._told is not None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def begin(self, size: int) -> None:
        """The next file, of so many bytes."""
        self._file, self._size = 0, size

    def read(self, size: int) -> None:
        """So many bytes of the file have been read, to be looked at later."""
        self._tell(size * self.LOOKING)

    def finish(self, records: int) -> None:
        """The file is done."""
        self._records += records
        self._tell(self._size)
        self._done, self._file = self._done + self._size, 0

    def stop(self) -> None:
        """Tell no more."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _tell(self, done: float) -> None:
        self._file = max(self._file, int(done))
        if self._told is not None:
            self._told(self._records, self._done + self._file, max(self.total, self._done + self._file))

    def _run(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            try:
                share = self._session.con.query_progress() / 100
            except duckdb.Error:
                continue  # between two connections
            if share > 0:
                copied = self.LOOKING + share * (1 - self.LOOKING)
                self._tell(self._size * (copied if self._session.copying else share * self.LOOKING))


def _cut(source: Source, why: str, readable: int) -> UserError:
    could = f"{readable:,} record{'s' * (readable != 1)} could be read" if readable else "no record could be read"
    hint = ". Pass --keep-partial to land what is readable" if readable else ""
    return UserError(f"{source.name} cannot be read to its end: {why}. {could}; what was landed before stays{hint}")
