"""A small curve over the stored moments of a run, with the one that is looked at marked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.words.numerals import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEIGHT, _GAP, _SIDE = 76, 8, 4
_LEFT = 48  # px for the numbers, so that plots below each other have their moments below each other
_BAND = 45  # alpha of the deviation around the curve


class MomentPlot(QWidget):
    """Values at equally distant moments, with a band around them; lowest and highest number at the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._points: list[tuple[int, float, float]] = []
        self._last, self._at = 1, -1
        self._low, self._high = 0.0, 1.0

    @property
    def points(self) -> list[tuple[int, float, float]]:
        """Moment, value and half the width of the band, where they are known."""
        return self._points

    @property
    def marked(self) -> tuple[int, float, float] | None:
        """The point of the moment that is looked at."""
        return next((point for point in self._points if point[0] == self._at), None)

    def show_values(
        self, values: Sequence[tuple[float, float] | None], at: int | None, limits: tuple[float, float] | None = None
    ) -> None:
        """Shows value and deviation at each moment, None where not known; `limits` are the ends of the scale."""
        known = [(place, *value) for place, value in enumerate(values) if value is not None]
        self._points = [point for point in known if math.isfinite(point[1]) and math.isfinite(point[2])]
        self._last, self._at = max(len(values) - 1, 1), -1 if at is None else at
        low = min((value - half for _, value, half in self._points), default=0.0)
        high = max((value + half for _, value, half in self._points), default=1.0)
        self._low, self._high = limits or (low, high)
        if self._high <= self._low:
            self._low, self._high = self._low - 1, self._high + 1
        self.setAccessibleDescription(f"{compact(low)} – {compact(high)}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.CAPTION_PX))
        metrics = QFontMetrics(painter.font())
        top, bottom = compact(self._high), compact(self._low)
        left = max(metrics.horizontalAdvance(top) + _GAP, metrics.horizontalAdvance(bottom) + _GAP, _LEFT)
        area = QRectF(left, _SIDE, self.width() - left - _SIDE, self.height() - 2 * _SIDE)
        painter.setPen(theme.colour("faint"))
        line = metrics.height()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, left - _GAP, line), right, top)
        painter.drawText(QRectF(0, self.height() - line, left - _GAP, line), right, bottom)
        self._draw_grid(painter, area)
        self._draw_curve(painter, area)

    def _place(self, area: QRectF, moment: int, value: float) -> QPointF:
        share = (value - self._low) / (self._high - self._low)
        return QPointF(area.left() + area.width() * moment / self._last, area.bottom() - area.height() * share)

    def _draw_grid(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(QPen(theme.colour("grid"), 1))
        heights = [area.top(), area.bottom()]
        if self._low < 0 < self._high:
            heights.append(self._place(area, 0, 0.0).y())
        for y in heights:
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _draw_curve(self, painter: QPainter, area: QRectF) -> None:
        above = [self._place(area, moment, value + half) for moment, value, half in self._points]
        below = [self._place(area, moment, value - half) for moment, value, half in self._points]
        band = QColor(theme.colour("accent"))
        band.setAlpha(_BAND)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF([*above, *reversed(below)]))
        painter.setPen(QPen(theme.colour("accent"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([self._place(area, moment, value) for moment, value, _ in self._points]))
        if self.marked is not None:
            at = self._place(area, self.marked[0], self.marked[1])
            painter.setPen(QPen(theme.colour("secondary"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("text"))
            painter.drawEllipse(at, 3.5, 3.5)
