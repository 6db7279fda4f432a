"""A slider over moments, with a curve above it that says what to expect where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from explorer.gui import theme

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_HEIGHT, _SIDE = 44, 7
_TRACK = 3  # px, thickness
_FILLED = 40  # alpha of what is below the curve
_TICKS_PX = 5  # closer stops are not marked


class TimeLine(QSlider):
    """One stop a moment, all equally far apart; by mouse, wheel, arrow keys, Home and End."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setRange(0, 0)
        self.setPageStep(5)
        self._curve: tuple[float | None, ...] = ()
        self._marked: frozenset[int] = frozenset()

    @property
    def curve(self) -> tuple[float | None, ...]:
        return self._curve

    def show_stops(self, count: int, at: int, marked: Collection[int] = ()) -> None:
        """Shows `count` stops and stands at one, without telling; those that are `marked` stand out."""
        if (count - 1, at, frozenset(marked)) == (self.maximum(), self.value(), self._marked):
            return
        self.blockSignals(True)
        self.setRange(0, count - 1)
        self.setValue(at)
        self.blockSignals(False)
        self._marked = frozenset(marked)
        self.update()

    def show_curve(self, shares: Sequence[float | None]) -> None:
        """Draws a share (0-1) at each stop from the first on, with gaps where it is None."""
        if tuple(shares) != self._curve:
            self._curve = tuple(shares)
            self.update()

    def x_of(self, stop: int) -> float:
        """Where a stop lies, in pixels."""
        return _SIDE + (self.width() - 2 * _SIDE) * stop / max(self.maximum(), 1)

    def sizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, _HEIGHT)

    # -- mouse ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _go_to(self, x: float) -> None:
        share = (x - _SIDE) / max(self.width() - 2 * _SIDE, 1)
        self.setValue(round(share * self.maximum()))

    # -- drawing ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self.height() - _SIDE - 1.0
        for part in self._parts(base):
            self._draw_part(painter, part, base)
        self._draw_track(painter, base)
        self._draw_handle(painter, base)

    def _y_of(self, share: float, base: float) -> float:
        top, bottom = 5.0, base - 5
        return bottom - (bottom - top) * min(max(share, 0.0), 1.0)

    def _parts(self, base: float) -> Iterator[list[QPointF]]:
        """The curve without its gaps."""
        part: list[QPointF] = []
        for stop, share in enumerate(self._curve[: self.maximum() + 1]):
            if share is not None:
                part.append(QPointF(self.x_of(stop), self._y_of(share, base)))
            elif part:
                yield part
                part = []
        if part:
            yield part

    def _draw_part(self, painter: QPainter, part: list[QPointF], base: float) -> None:
        line, below = theme.colour("accent"), QColor(theme.colour("accent"))
        below.setAlpha(_FILLED)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(below)
        painter.drawPolygon(QPolygonF([QPointF(part[0].x(), base), *part, QPointF(part[-1].x(), base)]))
        painter.setPen(QPen(line, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(part))

    def _draw_track(self, painter: QPainter, base: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("track"))
        width = self.width() - 2 * _SIDE
        painter.drawRoundedRect(QRectF(_SIDE, base - _TRACK / 2, width, _TRACK), _TRACK / 2, _TRACK / 2)
        if self.x_of(1) - self.x_of(0) >= _TICKS_PX:
            painter.setBrush(theme.colour("faint"))
            for stop in range(self.maximum() + 1):
                painter.drawEllipse(QPointF(self.x_of(stop), base), _TRACK / 2, _TRACK / 2)
        painter.setBrush(theme.colour("success"))
        for stop in self._marked:
            painter.drawEllipse(QPointF(self.x_of(stop), base), 3.5, 3.5)

    def _draw_handle(self, painter: QPainter, base: float) -> None:
        stop = self.value()
        share = self._curve[stop] if stop < len(self._curve) else None
        at = QPointF(self.x_of(stop), base)
        if share is not None:
            top = QPointF(at.x(), self._y_of(share, base))
            painter.setPen(QPen(theme.colour("text"), 1))
            painter.drawLine(at, top)
            painter.setBrush(theme.colour("text"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(top, 2.5, 2.5)
        is_lit = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(theme.colour("panel"), 1.5))
        painter.setBrush(theme.colour("accent" if is_lit else "text"))
        painter.drawEllipse(at, 6, 6)
