"""Garbage collection on the GUI thread only: on another thread it would destroy Qt objects there and crash."""

import gc
import threading

from PySide6.QtCore import QObject, QTimer


class Collector(QObject):
    """Replaces Python's automatic collection by one on a timer of the GUI thread, and keeps libraries from theirs.

    What asks for a collection on another thread (torch does, when it writes ONNX or compiles) gets none; this one comes
    soon. Call `gc.disable()` before the first thread is made; make the collector when the imports are over.
    """

    def __init__(self, parent: QObject, interval_ms: int = 1000) -> None:
        super().__init__(parent)
        gc.freeze()  # what the imports left is never looked at again; to look once, for 10 MB, would take 0.4 s
        self._thresholds = gc.get_threshold()
        gc.set_threshold(0)  # else a library that enables the automatic collection would have it on any thread
        self._everywhere = gc.collect
        gc.collect = self._collect_here
        self._timer = QTimer(self, interval=interval_ms)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def close(self) -> None:
        """Leaves collection as it was, but for being disabled."""
        self._timer.stop()
        gc.collect = self._everywhere
        gc.set_threshold(*self._thresholds)

    def _collect_here(self, generation: int = 2) -> int:
        return self._everywhere(generation) if threading.current_thread() is threading.main_thread() else 0

    def _collect(self) -> None:
        # Generations as Python itself would choose them; the oldest only when the younger have run often enough.
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation] > 0:
                self._everywhere(generation)
                return
