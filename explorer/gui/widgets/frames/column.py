"""Widgets over one another: the first is as high as it wants and may, the others scroll where there is little room."""

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

_GAP = 8  # px


class Yielding(Protocol):
    """A part of the column that takes less room where there is little."""

    def set_room(self, room: int, width: int) -> None: ...

    def sizeHint(self) -> QSize: ...


class Column(QFrame):
    """`upper` above `lower`; `lower` is never higher than its content, and takes at most `share` of the height.

    Args:
        yielding: The last of `lower`, told what `upper` and the others leave of the height.
    """

    def __init__(
        self,
        upper: QWidget,
        lower: list[QWidget],
        *,
        share: float,
        yielding: Yielding | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._share = share
        self._upper, self._yielding = upper, yielding
        self._above_yielding = lower[:-1]
        self._page = QWidget()
        self._page.setProperty("role", "page")
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        for widget in lower:
            page.addWidget(widget)
        self._line = QFrame()
        self._line.setProperty("role", "line")
        self._scroll = QScrollArea(self, widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(upper, 1000)
        layout.addWidget(self._line)
        layout.addSpacing(_GAP)
        layout.addWidget(self._scroll)
        layout.addStretch(1)
        self._page.installEventFilter(self)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (
            (QEvent.Type.LayoutRequest,)
            if watched is self._page
            else (
                QEvent.Type.Resize,
                QEvent.Type.LayoutRequest,
            )
        )
        if event.type() in kinds:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        width = self._scroll.viewport().width()
        free = self.height() - _GAP - 1
        if self._yielding is not None:
            others = sum(_height(widget, width) for widget in self._above_yielding if not widget.isHidden())
            self._yielding.set_room(free - self._upper.maximumHeight() - others, width)
        height = min(_height(self._page, width), int(self.height() * self._share))
        if self._scroll.height() != height or self._scroll.minimumHeight() != height:
            self._scroll.setFixedHeight(height)
        self._line.setVisible(self._upper.maximumHeight() > free - height)

    def sizeHint(self) -> QSize:
        return QSize(268, 640)


def _height(widget: QWidget, width: int) -> int:
    layout = widget.layout()
    assert layout is not None
    return layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
