"""Measures how long the GUI event loop is held up: a timer that ought to fire 60 times a second."""

import time

from PySide6.QtCore import QObject, Qt, QTimer


class GapMeter(QObject):
    """Collects the gaps between the ticks of a `interval_ms` timer, less the interval itself, in milliseconds."""

    def __init__(self, parent: QObject | None = None, interval_ms: int = 16) -> None:
        super().__init__(parent)
        self.gaps: list[float] = []
        self._at: list[float] = []  # when each ended
        self._interval = interval_ms
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=interval_ms, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def reset(self) -> None:
        self.gaps.clear()
        self._at.clear()
        self._last = time.perf_counter()

    def stop(self) -> None:
        self._timer.stop()

    @property
    def longest(self) -> float:
        return max(self.gaps, default=0.0)

    def between(self, begin: float, end: float) -> list[float]:
        """The gaps that lie between two moments of `time.perf_counter`."""
        return [gap for gap, at in zip(self.gaps, self._at, strict=True) if begin <= at - gap / 1000 and at <= end]

    def percentile(self, share: float) -> float:
        ordered = sorted(self.gaps)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(max(0.0, (now - self._last) * 1000 - self._interval))
        self._at.append(now)
        self._last = now
