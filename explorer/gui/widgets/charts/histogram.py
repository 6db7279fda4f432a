"""How often values occur, as bars over an axis with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.words.numerals import compact, count

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEIGHT = 132
_AXIS = 18
_TOP = 16
_NEGATIVE, _POSITIVE = "#4393c3", "#d6604d"


class Histogram(QWidget):
    """Bars of equal width; where there are negative values they are blue, and positive ones red, as in the maps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._counts: tuple[int, ...] = ()
        self._edges: tuple[float, ...] = ()

    def show_counts(self, counts: Sequence[int], edges: Sequence[float]) -> None:
        """Shows `counts`, where bar i lies between `edges[i]` and `edges[i + 1]`."""
        self._counts = tuple(int(number) for number in counts)
        self._edges = tuple(float(edge) for edge in edges)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        top = max(self._counts, default=0)
        if top == 0:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = QRectF(0, _TOP, self.width(), self.height() - _AXIS - _TOP)
        width = plot.width() / len(self._counts)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, number in enumerate(self._counts):
            painter.setBrush(self._colour(index))
            height = plot.height() * number / top
            if number:
                height = max(height, 1.0)
            painter.drawRect(
                QRectF(plot.left() + index * width + 0.5, plot.bottom() - height, max(width - 1, 1), height)
            )
        self._draw_axis(painter, plot, top)

    def _colour(self, index: int) -> QColor:
        if self._edges[0] >= 0:
            return theme.colour("accent")
        return QColor(_NEGATIVE if self._edges[index] + self._edges[index + 1] < 0 else _POSITIVE)

    def _draw_axis(self, painter: QPainter, plot: QRectF, top: int) -> None:
        painter.setPen(theme.colour("border"))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(theme.colour("faint"))
        low, high = self._edges[0], self._edges[-1]
        axis = QRectF(0, plot.bottom() + 2, plot.width(), _AXIS - 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(axis, Qt.AlignmentFlag.AlignLeft | middle, compact(low))
        painter.drawText(axis, Qt.AlignmentFlag.AlignRight | middle, compact(high))
        painter.drawText(QRectF(0, 0, plot.width(), _TOP), Qt.AlignmentFlag.AlignRight | middle, count(top))
        share = -low / (high - low) if high > low else -1.0
        if 0.12 < share < 0.88:
            at = plot.left() + plot.width() * share
            painter.drawLine(QPointF(at, plot.bottom()), QPointF(at, plot.bottom() + 4))
            painter.drawText(QRectF(at - 20, axis.top() + 1, 40, axis.height()), Qt.AlignmentFlag.AlignCenter, "0")
