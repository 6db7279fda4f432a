"""Has all of Qt's classes made on the GUI thread, before another thread can ask for one of them.

PySide 6.8 and later make a class when it is first named, and run Python code for that: two threads that do so at the
same time can crash (6.11.3: 5 of 30 times, each thread naming all of them). The thread that imports the rest of the
program names hundreds, while the window needs one now and then, for an event that it gets for the first time.
"""

import sys
import threading
import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

PATIENCE_S = 20.0  # a window that is never painted has nobody wait for ever
SLICE_S = 0.004  # so long the window waits for it at a time; all take 60 ms of the processor

_are_made = threading.Event()
_are_made.set()  # where no window is being opened, nobody has to wait


def expect() -> None:
    """A window is being opened: from now on `wait` waits."""
    _are_made.clear()


def wait() -> None:
    """Called on a thread that is about to import what names Qt's classes: returns when all are made."""
    _are_made.wait(PATIENCE_S)


class QtClasses(QObject):
    """Makes them in short pieces.

    Signals:
        made: All classes of the Qt modules that are loaded are there.
    """

    made = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rest: Iterator[object] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._make_some)

    def make(self) -> None:
        """Begins; only the first call counts."""
        if self._rest is None:
            self._rest = _classes()
            self._timer.start()

    def stop(self) -> None:
        """Makes no more; `made` is not emitted any more, and nobody waits for it."""
        self._timer.stop()
        _are_made.set()

    def _make_some(self) -> None:
        end = time.perf_counter() + SLICE_S
        assert self._rest is not None
        for _ in self._rest:
            if time.perf_counter() > end:
                return
        self._timer.stop()
        _are_made.set()
        self.made.emit()


def _classes() -> Iterator[object]:
    """Names one class after the other, which makes it."""
    modules = sys.modules.copy()  # another thread may be importing
    for module in [module for name, module in modules.items() if name.startswith("PySide6.Qt")]:
        for name in dir(module):
            yield getattr(module, name, None)
