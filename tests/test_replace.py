"""Small files are replaced in one step, whoever else is at work or was killed at it."""

import fcntl
from pathlib import Path

from adp.replace import clear, write_text


def test_a_small_file_is_replaced_and_leftovers_of_the_killed_go(tmp_path: Path) -> None:
    (tmp_path / ".a.txt.adp-999999999.tmp").write_text("half")
    write_text(tmp_path / "a.txt", "one")
    write_text(tmp_path / "a.txt", "two")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "two"}


def test_another_process_at_the_same_work_is_let_be(tmp_path: Path) -> None:
    held = tmp_path / ".a.txt.adp-999999999.tmp"
    held.write_text("half")
    with held.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        write_text(tmp_path / "a.txt", "mine")
        assert (tmp_path / "a.txt").read_text() == "mine"
        assert held.read_text() == "half"
        assert not clear(tmp_path / "a.txt")
    assert clear(tmp_path / "a.txt")
    assert not held.exists()
