"""Amounts of each layer at each moment as a picture: a row a layer, a column a moment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.pictures.pixels import from_pixels
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AXIS, _PAD = 20, 8  # px
_MOST_ROW, _MOST_COLUMN = 96, 120
_LEAST_NAMES, _MOST_NAMES = 40, 130


class SignalMap(QWidget):
    """The layers from the input down, as they run.

    Signals:
        hovered(object): (row, column) under the pointer, or None.
        chosen(int): The column that was clicked, or gone to by the arrow keys.
    """

    hovered = Signal(object)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.setObjectName("signalMap")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self._names: tuple[str, ...] = ()
        self._steps: tuple[int, ...] = ()
        self._image: QImage | None = None
        self._marked: int | None = None
        self._at: tuple[int, int] | None = None

    def show_amounts(self, names: tuple[str, ...], steps: tuple[int, ...], pixels: NDArray[np.uint32] | None) -> None:
        """Shows one pixel (rows, columns) an amount, clear where nothing is known."""
        self._names, self._steps = names, steps
        self._image = None if pixels is None or not pixels.size else from_pixels(pixels).copy()
        self._at = None
        self.setMaximumHeight(max(self.minimumSizeHint().height(), _MOST_ROW * len(names) + _AXIS))
        self.update()

    def mark(self, column: int | None) -> None:
        """Frames the moment that is spoken of."""
        if column != self._marked:
            self._marked = column
            self.update()

    def cell(self, row: int, column: int) -> QRectF:
        """Where an amount is drawn."""
        area = self._area()
        width, height = area.width() / max(1, len(self._steps)), area.height() / max(1, len(self._names))
        return QRectF(area.left() + column * width, area.top() + row * height, width, height)

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(theme.font(theme.CAPTION_PX))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        left = min(max(widest, _LEAST_NAMES), min(_MOST_NAMES, self.width() / 3)) + _PAD
        width = min(self.width() - left - 2, _MOST_COLUMN * max(1, len(self._steps)))
        height = min(self.height() - _AXIS, _MOST_ROW * max(1, len(self._names)))
        return QRectF(left, 0, max(width, 1.0), max(height, 1.0))

    def _place(self, at: QPointF) -> tuple[int, int] | None:
        area = self._area()
        if self._image is None or not area.contains(at):
            return None
        row = int((at.y() - area.top()) / area.height() * len(self._names))
        column = int((at.x() - area.left()) / area.width() * len(self._steps))
        return min(row, len(self._names) - 1), min(column, len(self._steps) - 1)

    def _point_at(self, place: tuple[int, int] | None) -> None:
        if place != self._at:
            self._at = place
            self.update()
            self.hovered.emit(place)

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(420, max(160, 22 * len(self._names) + _AXIS))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 120)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._place(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.chosen.emit(place[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._steps:
            super().keyPressEvent(event)
            return
        column = (self._marked or 0) + step
        if 0 <= column < len(self._steps):
            self.chosen.emit(column)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        painter = QPainter(self)
        area = self._area()
        painter.fillRect(area, theme.colour("field"))
        painter.drawImage(area, self._image)
        height = area.height() / len(self._names)
        if height >= 8:
            painter.setPen(theme.colour("raised"))
            for row in range(1, len(self._names)):
                y = area.top() + row * height
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setFont(theme.font(theme.CAPTION_PX))
        self._draw_names(painter, area, height)
        self._draw_steps(painter, area)
        self._draw_frames(painter, area)

    def _draw_names(self, painter: QPainter, area: QRectF, height: float) -> None:
        metrics = QFontMetricsF(painter.font())
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(theme.colour("secondary"))
        for row in range(0, len(self._names), max(1, math.ceil(14 / height))):
            name = metrics.elidedText(self._names[row], Qt.TextElideMode.ElideLeft, area.left() - _PAD)
            centre = area.top() + (row + 0.5) * height
            painter.drawText(QRectF(0, centre - 8, area.left() - _PAD, 16), flags, name)

    def _draw_steps(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(theme.colour("faint"))
        width = area.width() / len(self._steps)
        metrics = QFontMetricsF(painter.font())
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        named = QRectF(0, area.bottom(), area.left() - _PAD, 14 + metrics.descent())
        painter.drawText(named, flags, tr("curves.along_step"))
        free = -math.inf
        for column, step in enumerate(self._steps):
            words = count(step)
            room = metrics.horizontalAdvance(words)
            left = min(max(area.left() + (column + 0.5) * width - room / 2, area.left()), area.right() - room)
            if left >= free:
                painter.drawText(QPointF(left, area.bottom() + 14), words)
                free = left + room + 8

    def _draw_frames(self, painter: QPainter, area: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._marked is not None and self._marked < len(self._steps):
            column = self.cell(0, self._marked)
            painter.setPen(QPen(theme.colour("text"), 2))
            painter.drawRect(QRectF(column.left(), area.top() + 1, column.width(), area.height() - 2))
        if self._at is not None:
            painter.setPen(QPen(QColor(theme.colour("accent")), 2))
            painter.drawRect(self.cell(*self._at))
