"""A virtual X11 screen with a window manager, and a hand on its mouse."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest

PROGRAMS = ("Xvfb", "openbox", "xdotool")


@dataclass(frozen=True)
class Screen:
    display: str

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb", "OMP_WAIT_POLICY": "PASSIVE"}

    def xdotool(self, *words: object) -> str:
        line = ["xdotool", *map(str, words)]
        done = subprocess.run(line, env=self.environment, check=True, capture_output=True, text=True, timeout=60)
        return done.stdout.strip()

    def window(self, title: str, seconds: float = 30.0) -> str:
        """The id of the visible window whose title contains `title`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(subprocess.CalledProcessError):
                return self.xdotool("search", "--onlyvisible", "--name", title).splitlines()[0]
            time.sleep(0.1)
        raise AssertionError(f"no window {title!r} after {seconds} s")

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Presses at `start`, moves slowly enough for the drag-and-drop protocol, and releases at `end`."""
        self.xdotool("mousemove", *start)
        self.xdotool("mousedown", 1)
        for step in range(1, 6):  # past the distance at which a drag starts
            self.xdotool("mousemove", start[0] + 4 * step, start[1] + 2 * step)
            time.sleep(0.03)
        time.sleep(0.2)
        for step in range(1, 13):
            x, y = (round(a + (b - a) * step / 12) for a, b in zip(start, end, strict=True))
            self.xdotool("mousemove", x, y)
            time.sleep(0.04)
        for wiggle in (3, -3, 0):  # the target answers to movements over it
            self.xdotool("mousemove", end[0] + wiggle, end[1])
            time.sleep(0.1)
        self.xdotool("mouseup", 1)


@contextmanager
def virtual_screen(width: int = 1600, height: int = 1000) -> Iterator[Screen]:
    """Starts Xvfb and openbox; skips the test where they are not installed."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    read_end, write_end = os.pipe()
    line = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(line, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    with os.fdopen(read_end) as told:
        screen = Screen(f":{told.readline().strip()}")
    manager = subprocess.Popen(["openbox"], env=screen.environment, stderr=subprocess.DEVNULL)
    try:
        yield screen
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(timeout=10)
