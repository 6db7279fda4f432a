"""What one unit reads: the window, the kernel it is multiplied with, and the products, value by value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.words.numerals import compact

if TYPE_CHECKING:
    from explorer.inspection.insight import Array

_LARGEST_CELL, _SIGN = 34, 18  # px
_HIGHEST = 150  # px
_ROOM_FOR_A_NUMBER = 27  # px
_DIGITS = 4  # characters that fit into a cell


class WindowPicture(QWidget):
    """Small grids side by side with "×" and "=" between them; of a window without weights only one.

    Signals:
        hovered(object): (row, column) under the pointer, or None.
    """

    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._grids: list[tuple[Array, bool]] = []  # values (kH, kW), and whether zero is the middle of the colours
        self._at: tuple[int, int] | None = None

    def show_window(self, values: Array | None, weights: Array | None = None) -> None:
        """Shows a window (kH, kW), NaN beyond the border, and the kernel of the same size that it meets."""
        self._at = None
        if values is None:
            self._grids = []
        elif weights is None:
            self._grids = [(values, bool((values < 0).any()))]
        else:
            self._grids = [(values, bool((values < 0).any())), (weights, True), (values * weights, True)]
        self.setFixedHeight(max(1, math.ceil(self._cell() * self._size()[0]) + 2))
        self.update()

    @property
    def at(self) -> tuple[int, int] | None:
        """The row and column under the pointer."""
        return self._at

    def numbers(self, row: int, column: int) -> list[float]:
        """What the grids have at a place, from the left."""
        return [float(values[row, column]) for values, _ in self._grids]

    def grid_rect(self, index: int) -> QRectF:
        """Where a grid is drawn."""
        rows, columns = self._size()
        cell = self._cell()
        return QRectF(index * (columns * cell + _SIGN) + 1, 1, columns * cell, rows * cell)

    def _size(self) -> tuple[int, int]:
        return self._grids[0][0].shape if self._grids else (0, 0)

    def _cell(self) -> float:
        rows, columns = self._size()
        if not columns:
            return 0.0
        count = len(self._grids)
        width = (self.width() - 2 - (count - 1) * _SIGN) / (count * columns)
        return max(2.0, min(width, _HIGHEST / rows, _LARGEST_CELL))

    def _place(self, at: QPointF) -> tuple[int, int] | None:
        rows, columns = self._size()
        for index in range(len(self._grids)):
            rect = self.grid_rect(index)
            if rect.contains(at):
                place = int((at.y() - rect.top()) / self._cell()), int((at.x() - rect.left()) / self._cell())
                return min(place[0], rows - 1), min(place[1], columns - 1)
        return None

    def _point_at(self, place: tuple[int, int] | None) -> None:
        if place != self._at:
            self._at = place
            self.update()
            self.hovered.emit(place)

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(288, self.height())

    def resizeEvent(self, event: QEvent) -> None:
        self.setFixedHeight(max(1, math.ceil(self._cell() * self._size()[0]) + 2))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._place(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(theme.CAPTION_PX))
        for index, (values, is_signed) in enumerate(self._grids):
            self._draw_grid(painter, self.grid_rect(index), values, is_signed=is_signed)
            if index:
                rect = self.grid_rect(index)
                sign = QRectF(rect.left() - _SIGN, rect.top(), _SIGN, rect.height())
                painter.setPen(theme.colour("secondary"))
                painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, "×" if index == 1 else "=")

    def _draw_grid(self, painter: QPainter, rect: QRectF, values: Array, *, is_signed: bool) -> None:
        cell = self._cell()
        colours = _colours(values, is_signed=is_signed)
        for row in range(values.shape[0]):
            for column in range(values.shape[1]):
                box = QRectF(rect.left() + column * cell, rect.top() + row * cell, cell - 1, cell - 1)
                value = float(values[row, column])
                if math.isnan(value):
                    painter.setPen(QPen(theme.colour("border"), 1))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
                    continue
                ground = QColor.fromRgb(int(colours[row, column]))
                painter.fillRect(box, ground)
                if cell >= _ROOM_FOR_A_NUMBER:
                    light = 0.2126 * ground.redF() + 0.7152 * ground.greenF() + 0.0722 * ground.blueF()
                    painter.setPen(QColor("#000000" if light > 0.45 else "#ffffff"))
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _short(value))
        if self._at is not None:
            row, column = self._at
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(rect.left() + column * cell, rect.top() + row * cell, cell - 1, cell - 1))


def _colours(values: Array, *, is_signed: bool) -> Array:
    """The pixel of each value; what is beyond the border gets that of zero and is not drawn."""
    import numpy as np

    from explorer.inspection import tiles
    from explorer.inspection.colourmaps import ColourMap

    kind = ColourMap.SIGNED if is_signed else ColourMap.VIRIDIS
    drawn = tiles.mosaic(np.nan_to_num(values)[None], columns=1, gap=0, colours=kind)
    times = drawn.cell[0] // values.shape[0]
    return drawn.pixels[::times, ::times]  # type: ignore[return-value]


def _short(value: float) -> str:
    """As many digits as a cell has room for: ".53", "−1.2"."""
    for digits in (2, 1, 0):
        written = f"{value:.{digits}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{digits}f}"
        if len(written) <= _DIGITS:
            return "0" if not written.strip("-.0") else written.replace("-", "−")
    return compact(value)
