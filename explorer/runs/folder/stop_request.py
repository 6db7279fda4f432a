"""Asking the process that trains a run to stop, through a file in the run's folder. No torch."""

import contextlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from explorer import atomic
from explorer.runs.folder.names import STOP

EVERY_SECONDS = 0.25

_logger = logging.getLogger(__name__)


def ask(folder: Path) -> None:
    """Asks whoever trains the run in `folder` to stop at its next step boundary.

    Raises:
        OSError: The folder cannot be written.
    """
    (folder / STOP).touch()


def forget(folder: Path) -> None:
    """Takes back what was asked of a process that is gone."""
    with contextlib.suppress(OSError):
        atomic.remove(folder / STOP)


class StopWatch:
    """Calls `stop` once, on a thread of its own, when somebody asks for it; until `close`.

    A thread rather than a look between two steps: it hears also while the run is paused or loads its data.
    """

    def __init__(self, folder: Path, stop: Callable[[], None]) -> None:
        self._folder, self._stop = folder, stop
        self._is_closed = threading.Event()
        threading.Thread(target=self._watch, name=f"stop {folder.name}", daemon=True).start()

    def close(self) -> None:
        self._is_closed.set()

    def _watch(self) -> None:
        while not self._is_closed.wait(EVERY_SECONDS):
            if (self._folder / STOP).exists():
                _logger.info("run %s: asked to stop", self._folder.name)
                forget(self._folder)
                self._stop()
                return
