"""Small datasets are rendered at once: nothing of what is exported may show it."""

import errno
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adp import export, trim, writers
from adp.config import Paths
from adp.errors import UserError
from adp.export import ExportOptions
from adp.shard import Shard

# Some of each kind: code, chats, web pages, images, calls of tools of their own, a corpus.
SOME = ("atif", "code_feedback", "nnetnav-live", "screenagent", "swe-smith", "toucan_1_5m")
EVERY: tuple[str, ...] = ()


def exported(paths: Paths, folder: Path, **options: Any) -> dict[str, str]:
    """Every file that an export writes as JSON lines and as Parquet, by name."""
    export.export(ExportOptions(out=str(folder / "out.jsonl"), **options), paths)
    export.export(ExportOptions(out=str(folder / "out"), **options), paths)
    return {str(file.relative_to(folder)): str(file.read_bytes()) for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of how many datasets each range was, in the order in which they were rendered."""
    numbers: list[int] = []
    table = Shard.table

    def counted(self: Shard, selected: str) -> Any:
        numbers.append(len(self._shown))
        return table(self, selected)

    monkeypatch.setattr(Shard, "table", counted)
    return numbers


@pytest.mark.parametrize(("target", "datasets"), [("openhands", EVERY), ("std", SOME), ("proposer", SOME)])
def test_datasets_rendered_at_once_are_exported_as_each_by_itself(
    sample_paths: Paths,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    shown: list[int],
    target: str,
    datasets: tuple[str, ...],
) -> None:
    together = exported(sample_paths, tmp_path / "together", target=target, datasets=datasets)
    assert len(shown) < 10
    assert max(shown) > 2
    shown.clear()
    monkeypatch.setattr(export, "_SMALL_SHARE", 0)
    assert exported(sample_paths, tmp_path / "apart", target=target, datasets=datasets) == together
    assert set(shown) == {1}


@pytest.mark.parametrize(
    "options",
    [
        {"target": "openhands", "tokens": True, "max_tokens": 1_000, "trim": trim.CHOICES[0]},
        {"target": "proposer", "max_tokens": 420},
    ],
    ids=["trimmed", "prompts"],
)
def test_token_limits_are_counted_for_each_dataset(
    sample_paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    together = exported(sample_paths, tmp_path / "together", datasets=SOME, **options)
    monkeypatch.setattr(export, "_SMALL_SHARE", 0)
    assert exported(sample_paths, tmp_path / "apart", datasets=SOME, **options) == together


def test_what_does_not_fit_into_memory_together_is_rendered_apart(
    sample_paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: list[int]
) -> None:
    whole = exported(sample_paths, tmp_path / "whole", target="openhands", datasets=SOME)
    shown.clear()
    table = Shard.table

    def tight(self: Shard, selected: str) -> Any:
        rendered = table(self, selected)
        if len(self._shown) > 4:
            raise duckdb.OutOfMemoryException("too much")
        return rendered

    monkeypatch.setattr(Shard, "table", tight)
    assert exported(sample_paths, tmp_path / "halves", target="openhands", datasets=SOME) == whole
    assert min(shown) <= 4


def test_a_full_disk_is_noticed_before_all_is_rendered(
    sample_paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: list[int]
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(export, "_SMALL_SHARE", 0)
    monkeypatch.setattr(writers.HashingFile, "write", full)
    with pytest.raises(UserError, match="no space is left on the disk"):
        export.export(ExportOptions("openhands", str(tmp_path / "out")), sample_paths)
    assert len(shown) < 15
    assert list(tmp_path.iterdir()) == []


def test_not_too_many_datasets_are_rendered_at_once(
    sample_paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: list[int]
) -> None:
    monkeypatch.setattr(export, "_MOST_TOGETHER", 7)
    exported(sample_paths, tmp_path, target="openhands")
    assert max(shown) == 7
