"""The learning-rate range test of the window: on a worker, beside whatever trains."""

from __future__ import annotations

import threading
from contextlib import closing
from enum import StrEnum
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.errors import ExplorerError
from explorer.gui.background import Latest

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.bilingual import Text
    from explorer.runs.plan import RunPlan
    from explorer.training.events import Preparing
    from explorer.training.range_test import RateFound, RatePoint

POLL_MS = 80  # between two looks at what the worker has found


class Stage(StrEnum):
    """How far a test is."""

    IDLE = "idle"
    PREPARING = "preparing"
    TESTING = "testing"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RateFinding(QObject):
    """Runs one test at a time. Lives on the GUI thread.

    Attributes:
        plan: What is, or was, tested.
        points: The losses so far.
        found: The finding, once the test is done.
        error: Why it failed.
        preparing: What is being prepared, and how far.

    Signals:
        changed: Another stage, or more points.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stage = Stage.IDLE
        self.plan: RunPlan | None = None
        self.points: list[RatePoint] = []
        self.found: RateFound | None = None
        self.error: ExplorerError | None = None
        self.preparing: tuple[Text, float | None] | None = None
        self._stop = threading.Event()
        self._told: SimpleQueue[Preparing | RatePoint] = SimpleQueue()
        self._worker = Latest("range test", self)
        self._worker.done.connect(self._on_done)
        self._worker.failed.connect(self._on_failed)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def is_busy(self) -> bool:
        return self.stage in (Stage.PREPARING, Stage.TESTING)

    @property
    def fraction(self) -> float | None:
        """How much of what is under way is done; None where that is not known."""
        if self.stage is Stage.TESTING and self.points:
            return self.points[-1].step / self.points[-1].steps
        return None if self.preparing is None else self.preparing[1]

    def start(self, plan: RunPlan) -> None:
        """Tests the network, data and settings of `plan`; a test under way is given up."""
        self._stop.set()
        self._stop, self._told = threading.Event(), SimpleQueue()
        self.plan, self.points, self.found, self.error, self.preparing = plan, [], None, None, None
        self._worker.request(partial(_test, plan, self._stop, self._told.put))
        self._timer.start()
        self._enter(Stage.PREPARING)

    def cancel(self) -> None:
        """Ends the test at its next step; the points that are there stay."""
        if self.is_busy:
            self._stop.set()
            self._worker.cancel()
            self._timer.stop()
            self._enter(Stage.CANCELLED)

    def close(self) -> None:
        """Ends the test and waits for its worker."""
        self._timer.stop()
        self._stop.set()
        self._worker.close()

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self.changed.emit()

    def _poll(self) -> None:
        if self._drain():
            self._enter(Stage.TESTING if self.points else Stage.PREPARING)

    def _drain(self) -> bool:
        """Takes in what the worker told; False where that was nothing."""
        from explorer.training.events import Preparing

        count = self._told.qsize()  # what comes meanwhile is for the next time
        for _ in range(count):
            event = self._told.get()
            if isinstance(event, Preparing):
                self.preparing = (event.what, event.fraction)
            else:
                if event.step == 1:  # of another attempt
                    self.points.clear()
                self.points.append(event)
        return count > 0

    def _on_done(self, found: RateFound | None) -> None:
        self._timer.stop()
        self._drain()
        self.found = found
        self._enter(Stage.CANCELLED if found is None else Stage.DONE)

    def _on_failed(self, error: Exception) -> None:
        self._timer.stop()
        self._drain()
        if not isinstance(error, ExplorerError):
            self._enter(Stage.CANCELLED)
            raise error
        self.error = error
        self._enter(Stage.FAILED)


def _test(
    plan: RunPlan, stop: threading.Event, tell: Callable[[Preparing | RatePoint], None]
) -> RateFound | None:  # on the worker
    from explorer.runs.looking.rate_search import search
    from explorer.training.range_test import RateFound

    if stop.is_set():
        return None
    with closing(search(plan, is_cancelled=stop.is_set)) as events:
        for event in events:
            if isinstance(event, RateFound):
                return event
            tell(event)
    return None
