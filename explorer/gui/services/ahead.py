"""Makes parts of the window before they are first seen, while the user does nothing."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication


class Ahead(QObject):
    """Makes one part after the other, with pauses for what the user may want meanwhile."""

    def __init__(self, parent: QObject | None = None, *, pause_ms: int = 250) -> None:
        super().__init__(parent)
        self._parts: Iterator[Callable[[], object]] = iter(())
        self._timer = QTimer(self, interval=pause_ms)
        self._timer.timeout.connect(self._make_one)

    def begin(self, parts: Iterator[Callable[[], object]]) -> None:
        self._parts = parts
        self._timer.start()

    def stop(self) -> None:
        """Makes no more."""
        self._timer.stop()

    def _make_one(self) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return  # something is being moved: it is to follow the mouse
        part = next(self._parts, None)
        if part is None:
            self._timer.stop()
        else:
            part()
