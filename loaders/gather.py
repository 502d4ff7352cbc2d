"""From what a user names to files of records: archives are opened, images kept, spread records put together."""

import dataclasses
import itertools
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from adp.errors import UserError
from loaders import containers, trees
from loaders.base import Loader
from loaders.images import Images, is_image
from loaders.land import STDIN, Source, is_dump
from loaders.trees import Tree


def needed(loader: Loader, sources: Sequence[Source]) -> bool:
    """Whether there is more to the sources than files of records."""
    if loader.assemble is not None or loader.image_depth is not None:
        return True
    return any(source.path.is_file() and trees.is_archive(source.path) for source in sources)


def gathered(
    loader: Loader, sources: Sequence[Source], tree: Tree, images: Images | None, scratch: Path, limit: int | None
) -> list[Source]:
    """The files of records among the sources, in order; what lies in an archive is unpacked when its turn comes."""
    whole: list[Source] = []
    for number, source in enumerate(sources):
        path = source.path
        if not path.is_file():  # stdin or a pipe: read once
            if loader.assemble is None:
                whole.append(source)
                continue
            path = scratch / f"stream-{number}"
            with source.path.open("rb") if source.path != Path(STDIN) else nullcontext(sys.stdin.buffer) as stream:
                containers.spool(stream, path, lambda size: None)
            source = dataclasses.replace(source, path=path)
        if trees.is_archive(path):
            tree.add_archive(source.name, path)
        else:
            tree.add_file(source.name, path)
            if not source.beside:
                whole.append(source)
    if images is not None:
        for entry in tree:
            if is_image(entry.name):
                images.add(entry.name, tree.read(entry))
    made = _assembled(loader, tree, images, scratch, limit)
    if made:
        return made
    whole = [source for source in whole if images is None or not is_image(source.name)]
    packed = [
        Source(Path(entry.name), entry.name, entry=entry)
        for entry in sorted(tree, key=lambda entry: entry.name)
        if entry.path is None and is_dump(Path(entry.name))
    ]
    if not whole and not packed and (images is None or not images.count):
        raise UserError(f"there is no dump in {', '.join(source.name for source in sources[:3])}")
    return whole + packed


def _assembled(loader: Loader, tree: Tree, images: Images | None, scratch: Path, limit: int | None) -> list[Source]:
    if loader.assemble is None:
        return []
    made: list[Source] = []
    keep = images.add if images is not None else lambda name, data: None
    for number, assembled in enumerate(loader.assemble(tree, keep)):
        path = scratch / f"assembled-{number}"
        with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            for line in itertools.islice(assembled.lines, limit):
                file.write(line.rstrip("\r\n").replace("\n", " ").replace("\r", " ") + "\n")
        if path.stat().st_size:
            made.append(Source(path, assembled.source_file, assembled=True))
    return made
