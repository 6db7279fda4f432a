"""What a live plot has on its sheet, made of items that Qt paints by itself.

Whatever is painted by Python takes the interpreter from a training beside it, each time: these items are changed when
there is something new, and painted without it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from explorer.gui import theme
from explorer.gui.widgets import chart_scale
from explorer.gui.widgets.decimation import extremes, nice_ticks
from explorer.gui.widgets.live_curve import Curve, Look, Mark, pen_of
from explorer.gui.widgets.polygon import stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsSimpleTextItem

    from explorer.gui.widgets.chart_scale import Scale
    from explorer.gui.widgets.decimation import Numbers

MOST_DOTS = 60
_DOT = 2.5  # px, its radius
_GRID, _RANKS = -2, {Look.RAW: 0, Look.REFERENCE: 1, Look.STEPS: 2, Look.LINE: 2, Look.POINTS: 3}
_OVER = 10  # rank of what lies over all curves
_NO_PEN = QPen(Qt.PenStyle.NoPen)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where curves are: an area in pixels, and the values at its edges."""

    area: QRectF
    x_range: tuple[float, float]
    y: Scale

    def across(self, x: Numbers) -> Numbers:
        """Places in pixels."""
        left, right = self.x_range
        found: Numbers = self.area.left() + (x - left) / (right - left) * self.area.width()
        return found

    def down(self, y: Numbers) -> Numbers:
        """Places in pixels, no further away than Qt can draw; NaN for what has none."""
        found: Numbers = self.area.bottom() - self.y.places(y).clip(-100.0, 100.0) * self.area.height()
        return found

    def place(self, x: float, y: float) -> QPointF:
        return QPointF(self.place_across(x), self.area.bottom() - self.y.place(y) * self.area.height())

    def place_across(self, x: float) -> float:
        left, right = self.x_range
        return self.area.left() + (x - left) / (right - left) * self.area.width()

    def value_across(self, place: float) -> float:
        left, right = self.x_range
        return left + (place - self.area.left()) / max(self.area.width(), 1.0) * (right - left)


class Paper:
    """Grid lines and numbers, and the lines of marks."""

    def __init__(self, scene: QGraphicsScene, write_tick: Callable[[float, float], str]) -> None:
        self._scene, self._write_tick = scene, write_tick
        self._items: list[QGraphicsItem] = []

    def draw(self, frame: Frame, marks: Sequence[Mark]) -> None:
        """Draws all of it anew."""
        self.clear()
        if frame.area.width() < 20 or frame.area.height() < 20:
            return
        self._draw_rows(frame)
        self._draw_columns(frame)
        for mark, x in marks_in(frame, marks):
            style = Qt.PenStyle.DotLine if mark.is_end else Qt.PenStyle.SolidLine
            self._line(x, frame.area, QPen(theme.colour("faint" if mark.is_end else "warning"), 1, style))

    def clear(self) -> None:
        for item in self._items:
            self._scene.removeItem(item)
        self._items.clear()

    def _draw_rows(self, frame: Frame) -> None:
        area, pen = frame.area, QPen(theme.colour("grid"), 1)
        for value, words in chart_scale.ticks(frame.y, max(2, int(area.height() // 27)), self._write_tick):
            y = round(area.bottom() - frame.y.place(value) * area.height()) + 0.5
            item = self._scene.addLine(area.left(), y, area.right(), y, pen)
            item.setZValue(_GRID)
            self._items.append(item)
            number = self._number(words)
            size = number.boundingRect()
            number.setPos(round(area.left() - 6 - size.width()), round(y - size.height() / 2))

    def _draw_columns(self, frame: Frame) -> None:
        area, (low, high) = frame.area, frame.x_range
        ticks, step = nice_ticks(low, high, max(2, int(area.width() // 44)), (1, 2, 5, 10))
        if step < 1:  # epochs are whole
            ticks = [float(tick) for tick in range(math.ceil(low), math.floor(high) + 1)]
        for tick in ticks:
            number = self._number(f"{tick:g}")
            number.setPos(round(frame.place_across(tick) - number.boundingRect().width() / 2), round(area.bottom() + 5))

    def _number(self, words: str) -> QGraphicsSimpleTextItem:
        item = self._scene.addSimpleText(words, theme.font(theme.CAPTION_PX))
        item.setBrush(theme.colour("faint"))
        item.setZValue(_GRID)
        self._items.append(item)
        return item

    def _line(self, x: float, area: QRectF, pen: QPen) -> None:
        item = self._scene.addLine(x, area.top(), x, area.bottom(), pen)
        item.setZValue(_GRID)
        self._items.append(item)


class Lines:
    """The curves, cut off at the edges of their area; dots at an edge are whole."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._window = scene.addRect(QRectF(), _NO_PEN)
        self._window.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        self.lines: list[QGraphicsPathItem] = []
        self._dots: list[QGraphicsPathItem] = []
        self._drawn: list[Curve | None] = []

    def draw(self, curves: Sequence[Curve], frame: Frame, *, anew: bool) -> None:
        """Shows `curves`; without `anew` only those that have changed are drawn."""
        self._window.setRect(frame.area)
        while len(self.lines) < len(curves):
            line, dots = self._scene.addPath(QPainterPath()), self._scene.addPath(QPainterPath(), _NO_PEN)
            line.setParentItem(self._window)
            dots.setZValue(_OVER)
            self.lines.append(line)
            self._dots.append(dots)
            self._drawn.append(None)
        for rank, (line, dots) in enumerate(zip(self.lines, self._dots, strict=True)):
            curve = curves[rank] if rank < len(curves) else None
            before, self._drawn[rank] = self._drawn[rank], curve
            line.setVisible(curve is not None)
            dots.setVisible(curve is not None and _has_dots(curve))
            if curve is None:
                continue
            if anew or before is None or (before.look, before.colour) != (curve.look, curve.colour):
                line.setZValue(_RANKS[curve.look])
                line.setPen(pen_of(curve))
                dots.setBrush(theme.colour(curve.colour))
            if anew or before is None or before.look != curve.look or not _is_same(before, curve):
                line.setPath(_line(curve, frame))
                dots.setPath(_dots(curve, frame) if _has_dots(curve) else QPainterPath())


class Words:
    """The words of marks, over the curves."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._items: list[QGraphicsItem] = []
        self._shown: list[tuple[str, QPointF]] = []

    def draw(self, words: list[tuple[str, QPointF]], *, anew: bool) -> None:
        """Shows words, each with where it begins: the left end of its base line."""
        if words == self._shown and not anew:
            return
        self._shown = words
        for item in self._items:
            self._scene.removeItem(item)
        self._items.clear()
        font = theme.font(theme.CAPTION_PX)
        for text, at in words:
            item = self._scene.addSimpleText(text, font)
            item.setBrush(theme.colour("warning"))
            item.setPos(at - QPointF(0, QFontMetricsF(font).ascent()))
            item.setZValue(_OVER)
            self._items.append(item)


class Pointer:
    """The upright line at the mouse, and rings round the values there."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._items: list[QGraphicsItem] = []

    def draw(self, x: float | None, area: QRectF, values: Sequence[tuple[Curve, QPointF]] = ()) -> None:
        """Shows it at `x`; None for nowhere."""
        for item in self._items:
            self._scene.removeItem(item)
        self._items.clear()
        if x is None:
            return
        pen = QPen(theme.colour("faint"), 1, Qt.PenStyle.DotLine)
        self._items.append(self._scene.addLine(x, area.top(), x, area.bottom(), pen))
        for curve, at in values:
            ring = QRectF(at.x() - 3.5, at.y() - 3.5, 7, 7)
            self._items.append(self._scene.addEllipse(ring, _NO_PEN, theme.colour(curve.colour)))
        for item in self._items:
            item.setZValue(_OVER)


def marks_in(frame: Frame, marks: Sequence[Mark]) -> list[tuple[Mark, float]]:
    """Those in sight with their places across, from the right to the left."""
    ordered = sorted(marks, key=lambda mark: -mark.x)
    places = [(mark, round(frame.place_across(mark.x)) + 0.5) for mark in ordered]
    return [(mark, x) for mark, x in places if frame.area.left() <= x <= frame.area.right()]


def _has_dots(curve: Curve) -> bool:
    return curve.look is Look.POINTS and len(curve.x) <= MOST_DOTS


def _is_same(one: Curve, other: Curve) -> bool:
    if len(one.y) != len(other.y):
        return False
    return one.y.tobytes() == other.y.tobytes() and one.x.tobytes() == other.x.tobytes()  # NaN is the same as itself


def _line(curve: Curve, frame: Frame) -> QPainterPath:
    path = QPainterPath()
    x, y = extremes(curve.x, curve.y, max(int(frame.area.width()), 50))
    for stretch in stretches(frame.across(x), frame.down(y)):
        path.addPolygon(stretch)
    return path


def _dots(curve: Curve, frame: Frame) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)  # dots that overlap are one
    inside = (curve.y >= frame.y.low) & (curve.y <= frame.y.high)
    places = zip(frame.across(curve.x[inside]).tolist(), frame.down(curve.y[inside]).tolist(), strict=True)
    for x, y in places:
        path.addEllipse(QPointF(x, y), _DOT, _DOT)
    return path
