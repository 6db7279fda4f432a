"""Garbage collection on the GUI thread only: on another thread it would destroy Qt objects there and crash."""

import gc

from PySide6.QtCore import QObject, QTimer


class Collector(QObject):
    """Replaces Python's automatic collection by one on a timer of the GUI thread.

    Call `gc.disable()` before the first thread is made; make the collector when the imports are over.
    """

    def __init__(self, parent: QObject, interval_ms: int = 1000) -> None:
        super().__init__(parent)
        gc.freeze()  # what the imports left is never looked at again; to look once, for 10 MB, would take 0.4 s
        self._timer = QTimer(self, interval=interval_ms)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def _collect(self) -> None:
        # Generations as Python itself would choose them; the oldest only when the younger have run often enough.
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation] > 0:
                gc.collect(generation)
                return
