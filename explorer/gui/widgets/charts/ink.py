"""Curves as ink: from numbers to lines in pixels, on whatever can be painted on. Good for any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMargins, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from explorer.gui.widgets.charts.decimation import Numbers, by_column
from explorer.gui.widgets.charts.polygon import between, stretches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.gui.widgets.charts.scale import Scale

MARGIN = 7  # px around the curves in an image: dots and signs at the edge are whole
MOST_DOTS = 60  # points of one curve that are marked with a dot
MOST_WIDE = 12_000  # points that are drawn in wide lines: 0.15 ms a hundred; fine ones cost a twentieth
WIDE, MIDDLE, FINE = 2.0, 1.5, 1.0  # px; up to 1 Qt has a fast way of drawing


class Look(StrEnum):
    """How a curve is drawn."""

    RAW = "raw"  # faint: every step behind its smoothed line
    FINE = "fine"  # every step where nothing is smoothed
    LINE = "line"
    POINTS = "points"  # a wide line with its points marked
    LEVELS = "levels"  # each value holds until the next


class Sign(StrEnum):
    """What a mark tells."""

    CHANGE = "change"
    EARLY = "early"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Band:
    """How far apart curves are whose mean is drawn: the standard deviation at each point, and of how many curves."""

    deviations: Numbers
    counts: Numbers


@dataclass(frozen=True, slots=True)
class Trace:
    """A curve; `key` says whose it is, `name` is said at the mouse ("" leaves it out there); `x` does not fall.

    One with a `band` is the mean of several.
    """

    key: str
    name: str
    x: Numbers
    y: Numbers
    colour: str
    look: Look
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of a curve; without `y` it is a line from top to bottom."""

    sign: Sign
    x: float
    y: float | None
    colour: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn in a chart, and over which ranges."""

    x: Scale
    y: Scale
    traces: tuple[Trace, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture, drawn on a transparent image that reaches `MARGIN` beyond the curves at each side."""

    picture: Picture
    image: QImage


def draw(picture: Picture, size: QSize, ratio: float) -> Sheet:
    """Draws `picture` in `size` (pixels of the layout); may be called on a worker."""
    whole = size.grownBy(QMargins(MARGIN, MARGIN, MARGIN, MARGIN))
    image = QImage(whole * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint(painter, picture, QRectF(QPointF(MARGIN, MARGIN), QSizeF(size)), fineness=ratio)
    painter.end()
    return Sheet(picture, image)


def paint(painter: QPainter, picture: Picture, area: QRectF, *, fineness: float = 1.0) -> None:
    """Paints the curves and marks of `picture` into `area`, with `fineness` columns to a pixel."""
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lines = [(trace, lines_of(trace, picture, area, fineness)) for trace in picture.traces]
    points = sum(line.size() for trace, parts in lines if trace.look is not Look.RAW for line in parts)
    for trace in picture.traces:
        _paint_band(painter, trace, picture, area, fineness)
    for trace, parts in sorted(lines, key=lambda line: _ORDER[line[0].look]):
        painter.setPen(_pen(trace, is_wide=points <= MOST_WIDE))
        for part in parts:
            painter.drawPolyline(part)
    painter.setClipping(False)  # dots and signs at the edge are whole
    for trace in picture.traces:
        if trace.look is Look.POINTS and points <= MOST_WIDE:
            _paint_dots(painter, trace, picture, area)
    for mark in picture.marks:
        _paint_mark(painter, mark, picture, area)
    painter.restore()


_ORDER = {look: rank for rank, look in enumerate((Look.RAW, Look.FINE, Look.LEVELS, Look.LINE, Look.POINTS))}


def _pen(trace: Trace, *, is_wide: bool) -> QPen:
    colour = QColor(trace.colour)
    if trace.look is Look.RAW:
        colour.setAlphaF(0.2)
    elif trace.look is Look.FINE:
        colour.setAlphaF(0.75)
    width = FINE
    if is_wide and trace.look in (Look.LINE, Look.LEVELS):
        width = MIDDLE
    elif is_wide and trace.look is Look.POINTS:
        width = WIDE
    pen = QPen(colour, width)
    pen.setCosmetic(width == FINE)  # of one pixel however fine the screen: Qt's fast way
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _paint_band(painter: QPainter, trace: Trace, picture: Picture, area: QRectF, fineness: float) -> None:
    """The area of one standard deviation above and below a mean."""
    if trace.band is None:
        return
    colour = QColor(trace.colour)
    colour.setAlphaF(0.18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for part in areas_of(trace, trace.band, picture, area, fineness):
        painter.drawPolygon(part)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def areas_of(trace: Trace, band: Band, picture: Picture, area: QRectF, fineness: float = 1.0) -> list[QPolygonF]:
    """The visible part of the `band` around `trace`, as `lines_of`."""
    ends = [trace.y + band.deviations, trace.y - band.deviations]
    if picture.y.is_log:  # has no place for what is not above zero
        ends = [np.where(np.isfinite(end), np.maximum(end, 1e-3 * picture.y.low), np.nan) for end in ends]
    upper, lower = (_seen(replace(trace, y=end, look=Look.LINE), picture, area, fineness) for end in ends)
    return between(upper[0], upper[1], lower[1])


def lines_of(trace: Trace, picture: Picture, area: QRectF, fineness: float = 1.0) -> list[QPolygonF]:
    """The visible part of `trace` within `area`, one line for each stretch without a gap, no denser than it shows."""
    return stretches(*_seen(trace, picture, area, fineness))


def _seen(trace: Trace, picture: Picture, area: QRectF, fineness: float) -> tuple[Numbers, Numbers]:
    """The points of the visible part, and one more at each side."""
    x, y = trace.x, trace.y
    if trace.look is Look.LEVELS and len(x) > 1:
        x, y = np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]
    across = picture.x.places(x) * area.width()
    first, last = np.searchsorted(np.nan_to_num(across, nan=-1.0), (0.0, area.width()))
    seen = slice(max(int(first) - 1, 0), int(last) + 1)
    across = across[seen]
    down = ((1 - picture.y.places(y[seen])) * area.height()).clip(-1e4, 1e4)
    is_raw = trace.look in (Look.RAW, Look.FINE, Look.LEVELS)
    across, down = by_column(across * fineness, down, keeps_extremes=is_raw)
    return across / fineness + area.left(), down + area.top()


def place(x: float, y: float, picture: Picture, area: QRectF) -> QPointF:
    return places([(x, y)], picture, area)[0]


def places(points: Sequence[tuple[float, float]], picture: Picture, area: QRectF) -> list[QPointF]:
    """Where values are within `area`."""
    if not points:
        return []
    values = np.array(points)
    across = area.left() + picture.x.places(values[:, 0]) * area.width()
    down = area.bottom() - picture.y.places(values[:, 1]) * area.height()
    return [QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)]


def _paint_dots(painter: QPainter, trace: Trace, picture: Picture, area: QRectF) -> None:
    across, down = picture.x.places(trace.x), picture.y.places(trace.y)
    seen = np.flatnonzero((across > -1e-6) & (across < 1 + 1e-6) & (down > -1e-6) & (down < 1 + 1e-6))
    if len(seen) > MOST_DOTS:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(trace.colour))
    for rank in seen.tolist():
        centre = QPointF(area.left() + across[rank] * area.width(), area.bottom() - down[rank] * area.height())
        painter.drawEllipse(centre, 2.6, 2.6)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_mark(painter: QPainter, mark: Mark, picture: Picture, area: QRectF) -> None:
    across = area.left() + picture.x.place(mark.x) * area.width()
    if not area.left() - 0.5 <= across <= area.right() + 0.5:
        return
    if mark.y is None:
        colour = QColor(mark.colour)
        colour.setAlphaF(0.7)
        pen = QPen(colour, 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([2, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(across, area.top() + 6), QPointF(across, area.bottom()))
        centre = QPointF(across, area.top() + 4)
    else:
        centre = place(mark.x, mark.y, picture, area)
    if area.top() - 0.5 <= centre.y() <= area.bottom() + 0.5:
        paint_sign(painter, mark.sign, centre, mark.colour)


def paint_sign(painter: QPainter, sign: Sign, centre: QPointF, colour: str) -> None:
    """A triangle for a change, a square for an early end, a ring for the best."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    filled = sign is not Sign.BEST
    painter.setPen(Qt.PenStyle.NoPen if filled else QPen(QColor(colour), 1.5))
    painter.setBrush(QColor(colour) if filled else Qt.BrushStyle.NoBrush)
    if sign is Sign.CHANGE:
        corners = (QPointF(-4, -3.5), QPointF(4, -3.5), QPointF(0, 3.5))
        painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))
    elif sign is Sign.EARLY:
        painter.drawRect(QRectF(centre.x() - 3.5, centre.y() - 3.5, 7, 7))
    else:
        painter.drawEllipse(centre, 5.5, 5.5)
    painter.restore()


def paint_line(painter: QPainter, look: Look, centre: QPointF, colour: str) -> None:
    """A short piece of a curve, as a key to how curves of this look are drawn."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), WIDE if look is Look.POINTS else MIDDLE))
    painter.drawLine(centre - QPointF(7, 0), centre + QPointF(7, 0))
    if look is Look.POINTS:
        painter.setBrush(QColor(colour))
        painter.drawEllipse(centre, 2.5, 2.5)
    painter.restore()


def nearest(trace: Trace, x: float) -> tuple[float, float] | None:
    """The point of `trace` nearest to `x` that has a value; None where the trace does not reach there."""
    known = len(trace.x)
    if not known:
        return None
    if trace.look is Look.LEVELS:
        rank = max(int(np.searchsorted(trace.x, x, side="right")) - 1, 0)
        return float(np.clip(x, trace.x[0], trace.x[-1])), float(trace.y[rank])
    after = min(int(trace.x.searchsorted(x)), known - 1)
    before = max(after - 1, 0)
    left, right = trace.x.item(before), trace.x.item(after)
    is_left = abs(x - left) <= abs(right - x)
    found = trace.y.item(before if is_left else after)
    return (left if is_left else right, found) if math.isfinite(found) else None


def readings(traces: Sequence[Trace], x: float, reach: float) -> list[tuple[Trace, float, float]]:
    """For each named trace its point nearest to `x`, where it comes as near as `reach`; the greatest value first."""
    found = []
    for trace in traces:
        if not trace.name or not len(trace.x) or not trace.x.item(0) - reach <= x <= trace.x.item(-1) + reach:
            continue
        point = nearest(trace, x)
        if point is not None:
            found.append((trace, *point))
    found.sort(key=itemgetter(2), reverse=True)
    return found
