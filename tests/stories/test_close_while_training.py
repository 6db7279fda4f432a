"""The window is closed in the middle of a training: nothing is left running, the run is stopped and can go on."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from explorer import paths
from explorer.app import main
from explorer.launch import ROOT
from explorer.runs.shelf.record import Status
from explorer.runs.shelf.store import Store
from tests.stories.screen import Screen, virtual_screen
from tests.stories.test_drop_from_file_manager import Listener

pytestmark = pytest.mark.timeout(240)


def start(screen: Screen) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "tests.stories.window_under_test"]
    return subprocess.Popen(line, cwd=ROOT, env=screen.environment, stdout=subprocess.PIPE, text=True)


def test_closing_stops_saves_and_leaves_nothing(own_home: Path) -> None:
    with virtual_screen() as screen, start(screen) as process:
        listener = Listener(process)
        listener.wait(90, event="ready")
        window = screen.window("CNN Explorer")
        screen.xdotool("windowfocus", "--sync", window)
        screen.xdotool("key", "--window", window, "ctrl+r")
        listener.wait(60, event="training", paused=False)
        time.sleep(1.5)
        children = psutil.Process(process.pid).children(recursive=True)
        screen.xdotool("windowfocus", "--sync", window)
        screen.xdotool("key", "alt+F4")
        assert process.wait(timeout=60) == 0
        assert not [child for child in children if child.is_running()]
    store = Store(paths.runs())
    try:
        (record,) = store.records()
        assert record.status is Status.STOPPED
        assert record.can_resume
        assert record.steps > 0
        assert not list(own_home.rglob("*.tmp"))
        assert main(["train", "lenet", "--resume", record.id]) == 0
        assert store.record(record.id).status is Status.FINISHED
    finally:
        store.close()
