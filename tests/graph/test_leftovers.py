"""What a killed program leaves of its sandboxes is found by the next one, and nothing else."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from explorer.graph.user_model import leftovers

SITS = """
import os, signal, sys
from explorer.graph.user_model.sandbox import Sandbox
sandbox = Sandbox("http.server", "0")
print(sandbox.folder, sandbox._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_after_a_kill_the_folder_and_the_process_are_gone(tmp_path: Path) -> None:
    said = subprocess.run([sys.executable, "-c", SITS], capture_output=True, text=True, check=False).stdout.split()
    folder, child = Path(said[0]), psutil.Process(int(said[1]))
    assert folder.parent == tmp_path
    assert (folder / "work").is_dir()
    assert child.is_running()
    assert leftovers.clear() == 1
    assert not folder.exists()
    end = time.monotonic() + 60
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.02)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert leftovers.clear() == 0


def test_what_is_in_use_or_of_others_stays(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=leftovers.prefix()) as used:
        others = [tmp_path / name for name in ("cnn-explorer-tour-abc", "cnn-explorer-x", "other-99999999-abc")]
        for other in others:
            other.mkdir()
        (tmp_path / "cnn-explorer-99999999-file").write_text("no folder")
        assert leftovers.clear() == 0
        assert Path(used).is_dir()
        assert all(other.is_dir() for other in others)


def test_a_number_that_another_process_has_now_does_not_save_a_folder(tmp_path: Path) -> None:
    old = tmp_path / f"{leftovers.prefix()}old"
    old.mkdir()
    os.utime(old, (1_000_000, 1_000_000))  # long before this process began
    assert leftovers.clear() == 1
    assert not old.exists()
