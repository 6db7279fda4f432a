"""A frame around a whole panel, in which it scrolls where there is less room than it needs."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QWidget


class ScrollFrame(QScrollArea):
    """As wide as the panel wants to be, and as low as it has to be."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(panel)
        self._panel = panel

    def sizeHint(self) -> QSize:
        return self._panel.sizeHint()
