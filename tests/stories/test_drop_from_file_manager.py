"""A file is dragged from another program's window onto ours: its activations appear."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.launch import ROOT
from tests.stories.screen import Screen, virtual_screen

pytestmark = pytest.mark.timeout(180)


@contextmanager
def program(screen: Screen, *line: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *map(str, line)], cwd=ROOT, env=screen.environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


class Listener:
    """Collects what the window under test tells."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with suppress(ValueError):  # closed at the end of the test
            for line in process.stdout:
                self._lines.put(line)

    def wait(self, seconds: float, **wanted: object) -> dict[str, object]:
        """The next told facts that agree with `wanted`."""
        end = time.monotonic() + seconds
        seen = []
        while (left := end - time.monotonic()) > 0:
            try:
                facts = json.loads(self._lines.get(timeout=left))
            except (queue.Empty, json.JSONDecodeError):
                continue
            if all(facts.get(key) == value for key, value in wanted.items()):
                return facts
            seen.append(facts)
        raise AssertionError(f"{wanted} was not told within {seconds} s; told: {seen}")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A digit-like picture under a name that needs escaping in an address."""
    pixels = np.zeros((64, 64), np.uint8)
    pixels[8:56, 28:36] = 255
    path = tmp_path / "数字 1 #50%.png"
    Image.fromarray(pixels).save(path)
    return path


def test_a_dropped_file_shows_its_activations(picture: Path) -> None:
    with (
        virtual_screen() as screen,
        program(screen, "-m", "tests.stories.window_under_test") as window,
        program(screen, "-m", "tests.stories.drag_source", picture) as _source,
    ):
        listener = Listener(window)
        listener.wait(60, event="ready")
        target = screen.window("CNN Explorer")
        screen.xdotool("windowsize", target, 1280, 800)
        screen.xdotool("windowmove", target, 0, 60)
        source = screen.window("drag source")
        screen.xdotool("windowmove", source, 1380, 700)
        screen.xdotool("windowraise", source)
        time.sleep(1.0)
        screen.drag((1440, 780), (1150, 200))
        listener.wait(60, event="image", name=picture.name)
        insight = listener.wait(60, event="insight", image=picture.name)
        assert isinstance(insight["layers"], int)
        assert insight["layers"] > 5
