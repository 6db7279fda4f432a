"""Files are replaced whole, or stay as they were."""

import os
import threading
import time
from pathlib import Path

import pytest

from explorer import atomic


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "file.txt"
    atomic.write_text(target, "one")
    atomic.write_text(target, "二")
    assert target.read_text(encoding="utf-8") == "二"
    assert os.listdir(target.parent) == ["file.txt"]


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_others_may_read_it_as_any_new_file(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        atomic.write_text(tmp_path / "file", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644


def test_a_failure_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    atomic.write_text(target, "old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic.write_text(target, "new")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_folder_that_went_is_made_again_only_where_that_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        atomic.write_text(tmp_path / "gone" / "below" / "file", "a", parents=False)
    assert not (tmp_path / "gone").exists()
    atomic.write_text(tmp_path / "below" / "file", "a", parents=False)
    atomic.write_text(tmp_path / "gone" / "below" / "file", "b")
    assert (tmp_path / "gone" / "below" / "file").read_text() == "b"


@pytest.mark.usefixtures("windows_files")
def test_a_file_that_somebody_reads_is_replaced_as_soon_as_that_is_over(tmp_path: Path) -> None:
    target = tmp_path / "file"
    atomic.write_text(target, "old")
    reader = target.open()
    threading.Timer(0.1, reader.close).start()
    atomic.write_text(target, "new")
    assert reader.closed
    assert atomic.read_text(target) == "new"


@pytest.mark.usefixtures("windows_files")
def test_a_file_that_stays_open_is_not_waited_for_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "PATIENCE_SECONDS", 0.05)
    target = tmp_path / "file"
    atomic.write_text(target, "old")
    with target.open():
        for act in (lambda: atomic.write_text(target, "new"), lambda: atomic.remove(target)):
            with pytest.raises(PermissionError):
                act()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"file": "old"}


def test_another_refusal_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("it waits"))

    def refuse() -> None:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(PermissionError):
        atomic.patiently(refuse)
