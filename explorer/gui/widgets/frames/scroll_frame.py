"""A frame around a whole panel, in which it scrolls where there is less room than it has to have."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class ScrollFrame(QScrollArea):
    """Gives the panel all its room, and at least the panel's least height.

    Qt's own resizing would give it the height that its words ask for, and have it scroll in every window.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(panel)
        self._panel = panel

    def sizeHint(self) -> QSize:
        return self._panel.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().size()
        self._panel.resize(room.width(), max(room.height(), self._panel.minimumHeight()))
