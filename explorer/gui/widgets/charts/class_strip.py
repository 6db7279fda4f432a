"""Shares test after test as a strip of heat: a row a class, a column a test."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.pictures.pixels import from_pixels
from explorer.gui.widgets.words.plain import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AXIS, _FIGURE, _PAD = 20, 52, 8  # px
_MOST_ROW, _LEAST_ROW = 24, 2
_MOST_COLUMN = 150
_LEAST_NAMES, _MOST_NAMES = 24, 140
_MOST_HEIGHT = 620
_TABLES = {
    "dark": ("#3a2230", "#7a3140", "#c56b4a", "#e8b65a", "#8fc88a", "#4cc38a"),
    "light": ("#7d1020", "#c9505a", "#eda06c", "#f3d98b", "#9bd0a0", "#2f9e6b"),
}


class ClassStrip(QWidget):
    """Follows the latest test; a click on a column goes to its test.

    Signals:
        chosen(int): The epoch that was clicked.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classStrip")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._epochs: tuple[int, ...] = ()
        self._names: tuple[str, ...] = ()
        self._shares: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._current: int | None = None
        self._hovered = -1
        self._picture: tuple[str, QImage] | None = None

    def show_shares(self, epochs: tuple[int, ...], names: tuple[str, ...], shares: NDArray[np.float32]) -> None:
        """Shows shares 0-1 (classes, tests), NaN where there is none."""
        self._epochs, self._names, self._shares, self._picture = epochs, names, shares, None
        self.setFixedHeight(math.ceil(self._row() * len(shares)) + _AXIS)
        self.setAccessibleDescription(self._spoken())
        self.update()

    def mark(self, epoch: int | None) -> None:
        """Marks the test that is looked at elsewhere."""
        if epoch != self._current:
            self._current = epoch
            self.update()

    @property
    def epochs(self) -> tuple[int, ...]:
        return self._epochs

    def _spoken(self) -> str:
        if not self._epochs:
            return ""
        last = len(self._epochs) - 1
        return "; ".join(self._words(row, last) for row in range(min(len(self._shares), 30)))

    def _words(self, row: int, column: int) -> str:
        share = float(self._shares[row, column])
        values = {"name": self._name(row), "epoch": self._epochs[column]}
        if math.isnan(share):
            return tr("evaluation.course_none", **values)
        return tr("evaluation.course", **values, share=f"{share:.1%}")

    def _name(self, row: int) -> str:
        return self._names[row] if row < len(self._names) else str(row)

    # -- where things are -------------------------------------------------------------------------------------------

    def _row(self) -> float:
        rows = max(1, len(self._shares))
        return max(_LEAST_ROW, min(_MOST_ROW, _MOST_HEIGHT // rows))

    def _left(self) -> float:
        metrics = QFontMetricsF(theme.font(theme.CAPTION_PX))
        shown = self._names if len(self._names) <= 200 else self._names[:: len(self._names) // 200]
        widest = max((metrics.horizontalAdvance(name) for name in shown), default=0.0)
        return min(max(widest, _LEAST_NAMES), _MOST_NAMES) + _PAD

    def _area(self) -> QRectF:
        left = self._left()
        room = self.width() - left - _FIGURE
        width = min(room, _MOST_COLUMN * max(1, len(self._epochs)))
        return QRectF(left, 0, max(width, 1.0), self._row() * len(self._shares))

    def _column_at(self, x: float) -> int:
        area = self._area()
        share = (x - area.left()) / area.width()
        return int(share * len(self._epochs)) if 0 <= share < 1 else -1

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(480, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(260, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._epochs or not len(self._shares):
            return
        painter = QPainter(self)
        area, row = self._area(), self._row()
        painter.drawImage(area, self._image())
        width = area.width() / len(self._epochs)
        if row >= 10 and width >= 8:
            painter.setPen(theme.colour("raised"))
            for number in range(1, len(self._shares)):
                painter.drawLine(QPointF(area.left(), number * row), QPointF(area.right(), number * row))
            for number in range(1, len(self._epochs)):
                x = area.left() + number * width
                painter.drawLine(QPointF(x, 0), QPointF(x, area.bottom()))
        self._draw_words(painter, area, row)
        self._draw_axis(painter, area, width)

    def _image(self) -> QImage:
        if self._picture is None or self._picture[0] != theme.name():
            levels = np.rint(np.nan_to_num(self._shares, nan=0.0) * 255).astype(np.uint8)
            pixels = share_table(theme.name())[levels]
            pixels[np.isnan(self._shares)] = np.uint32(0)
            self._picture = theme.name(), from_pixels(np.ascontiguousarray(pixels)).copy()
        return self._picture[1]

    def _draw_words(self, painter: QPainter, area: QRectF, row: float) -> None:
        painter.setFont(theme.font(theme.CAPTION_PX))
        metrics = QFontMetricsF(painter.font())
        every = max(1, math.ceil(14 / row))
        middle = Qt.AlignmentFlag.AlignVCenter
        last = len(self._epochs) - 1
        for number in range(0, len(self._shares), every):
            centre = (number + 0.5) * row
            painter.setPen(theme.colour("secondary"))
            name = metrics.elidedText(self._name(number), Qt.TextElideMode.ElideRight, area.left() - _PAD)
            words = QRectF(0, centre - 8, area.left() - _PAD, 16)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignRight | middle), name)
            share = float(self._shares[number, last])
            if not math.isnan(share):
                painter.setPen(theme.colour("faint"))
                words = QRectF(area.right() + 6, centre - 8, _FIGURE, 16)
                painter.drawText(words, int(Qt.AlignmentFlag.AlignLeft | middle), f"{share:.1%}")

    def _draw_axis(self, painter: QPainter, area: QRectF, width: float) -> None:
        painter.setPen(theme.colour("faint"))
        every = max(1, math.ceil(28 / width))
        for column, epoch in enumerate(self._epochs):
            if column % every == 0 or (column == len(self._epochs) - 1 and column % every > every // 2):
                centre = area.left() + (column + 0.5) * width
                words = QRectF(centre - 24, area.bottom() + 3, 48, _AXIS - 4)
                painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), str(epoch))
        for column, role in ((self._hovered, "faint"), (self._marked(), "text")):
            if 0 <= column < len(self._epochs):
                painter.setPen(QPen(QColor(theme.colour(role)), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(area.left() + column * width, 1, width, area.height() - 2))

    def _marked(self) -> int:
        return self._epochs.index(self._current) if self._current in self._epochs else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        column = self._column_at(event.position().x())
        if column != self._hovered:
            self._hovered = column
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        column = self._column_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and column >= 0:
            self.chosen.emit(self._epochs[column])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            column, row = self._column_at(event.pos().x()), int(event.pos().y() / self._row())
            is_cell = column >= 0 and 0 <= row < len(self._shares)
            QToolTip.showText(event.globalPos(), plain(self._words(row, column)) if is_cell else "", self)
            return True
        return super().event(event)


@cache
def share_table(name: str) -> NDArray[np.uint32]:
    """Pixels 0xAARRGGBB (256,) from none to all, in the theme `name`."""
    points = np.array([[int(point[i : i + 2], 16) for i in (1, 3, 5)] for point in _TABLES[name]], np.float64)
    at = np.linspace(0, 1, 256) ** 1.6 * (len(points) - 1)  # most of the colours for what is nearly good
    red, green, blue = (
        np.rint(np.interp(at, np.arange(len(points)), points[:, channel])).astype(np.uint32) for channel in range(3)
    )
    return np.asarray(np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue, np.uint32)
