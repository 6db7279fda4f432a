"""A scroll area whose content is moved by the mouse."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractScrollArea

_STILL = 4  # px that a click may move


class ScrollDrag:
    """From a press to its release; less than a few pixels between them is a click and moves nothing."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        self._bars = area.horizontalScrollBar(), area.verticalScrollBar()
        self._begin: tuple[QPoint, QPoint] | None = None  # the mouse, and where the bars were
        self._has_moved = False

    @property
    def is_under_way(self) -> bool:
        return self._begin is not None

    def press(self, mouse: QPoint) -> None:
        self._begin = mouse, QPoint(*(bar.value() for bar in self._bars))
        self._has_moved = False

    def move(self, mouse: QPoint) -> None:
        """Moves the content along."""
        if self._begin is None:
            return
        start, scroll = self._begin
        moved = mouse - start
        self._has_moved |= moved.manhattanLength() > _STILL
        if self._has_moved:
            for bar, value in zip(self._bars, (scroll - moved).toTuple(), strict=True):
                bar.setValue(value)

    def release(self) -> bool:
        """Ends it; True where it was a drag, False for a click."""
        was_drag = self.is_under_way and self._has_moved
        self._begin = None
        return was_drag
