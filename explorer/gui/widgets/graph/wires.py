"""The wires of a graph's picture: merged by frame and by height, so that thousands of edges are painted in few goes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import hypot

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from explorer.graph.picture import Frame, Point, Wire, towards
from explorer.gui.widgets.graph import ink as graph_ink
from explorer.gui.widgets.graph.sheet import Sheet

_SLICE = 1600.0  # height of the part of the picture whose wires are painted together
_TALL = -1.0  # in place of the number of a slice
_LABEL_HALF = 7.0  # half the height of a shape's ground
_LABEL_PAD = 3.0
_CHARACTER = 9.0  # no character of a shape is wider


class Bundles:
    """All wires of a picture by their height; those of a part that is not asked for cost next to nothing.

    Wires that run past several slices are kept apart, or every slice would be as tall.
    """

    def __init__(self, wires: Iterable[Wire]) -> None:
        self._wires: defaultdict[float, list[Wire]] = defaultdict(list)
        self._made: dict[float, Bundle] = {}
        tall = 2 * _SLICE
        for wire in wires:
            points = wire.points
            top, bottom = points[0][1], points[-1][1]  # wires lead from above to below
            self._wires[(top + bottom) // tall if bottom - top < tall else _TALL].append(wire)

    def between(self, top: float, bottom: float) -> Iterator["Bundle"]:
        """What runs between two heights."""
        yield from self._at(_TALL, top, bottom)
        for place in range(max(int(top // _SLICE) - 1, 0), int(bottom // _SLICE) + 2):
            yield from self._at(place, top, bottom)

    def _at(self, place: float, top: float, bottom: float) -> Iterator["Bundle"]:
        bundle = self._made.get(place)
        if bundle is None and place in self._wires:
            bundle = self._made[place] = Bundle(self._wires[place])
        if bundle is not None and bundle.top <= bottom and bundle.bottom >= top:
            yield bundle


class Bundle:
    """Some wires of one part of the picture with their arrowheads and shapes, painted in one go.

    Attributes:
        top, bottom: Where the wires begin and end.
    """

    def __init__(self, wires: list[Wire]) -> None:
        self.wires = wires
        self.top = min([wire.points[0][1] for wire in wires])
        self.bottom = max([wire.points[-1][1] for wire in wires])
        self._path: QPainterPath | None = None
        self._heads = QPainterPath()
        self._lines: list[QLineF] | None = None
        self._labels: list[_Label] | None = None

    def crossings(self, frame: Frame, level: float) -> set[float]:
        """Where wires of this bundle cross the height `level` inside `frame`."""
        return {
            x0
            for wire in self.wires
            for (x0, y0), (_, y1) in zip(wire.points, wire.points[1:], strict=False)
            if min(y0, y1) <= level <= max(y0, y1) and y0 != y1 and frame.x < x0 < frame.x + frame.width
        }

    def paint(self, painter: QPainter, sheet: Sheet, frames: Sequence[Frame]) -> None:
        zoom, ink = sheet.zoom, sheet.ink
        if zoom < graph_ink.FLAT_BELOW:
            paint_lines(painter, self._straight(), ink.thin_wire)
            return
        if self._path is None:
            self._path, self._heads = _drawn(self.wires)
        painter.strokePath(self._path, ink.wire)
        painter.fillPath(self._heads, ink.arrow)
        if zoom >= graph_ink.NO_TEXT_BELOW:
            self._paint_labels(painter, sheet, frames)

    def _straight(self) -> list[QLineF]:
        if self._lines is None:
            self._lines = straight(self.wires)
        return self._lines

    def _paint_labels(self, painter: QPainter, sheet: Sheet, frames: Sequence[Frame]) -> None:
        if self._labels is None:
            self._labels = [_Label(wire.label, *wire.label_at) for wire in self.wires if wire.label and wire.label_at]
        painter.setPen(sheet.ink.faint)
        painter.setFont(sheet.ink.shape_font)
        for label in self._labels:
            if sheet.shows(label.x - _LABEL_PAD, label.y - _LABEL_HALF, label.right, label.y + _LABEL_HALF):
                label.paint(painter, sheet, frames)


class _Label:
    """The shape beside a wire, on the ground of the frames that it stands in."""

    __slots__ = ("_depth", "right", "words", "x", "y")

    def __init__(self, words: str, x: float, y: float) -> None:
        self.words, self.x, self.y = words, x, y
        self.right = x + len(words) * _CHARACTER
        self._depth = -1  # not known yet: most are never seen

    def paint(self, painter: QPainter, sheet: Sheet, frames: Sequence[Frame]) -> None:
        x, y = self.x, self.y
        if self._depth < 0:
            self._depth = sum(
                [frame.y <= y <= frame.y + frame.height and frame.x <= x <= frame.x + frame.width for frame in frames]
            )
        text = sheet.text(self.words, "shape_font", 400)
        size, ground = text.size(), sheet.ink.sheet(self._depth)
        wide = size.width() + 2 * _LABEL_PAD
        painter.fillRect(QRectF(x - _LABEL_PAD, y - _LABEL_HALF, wide, 2 * _LABEL_HALF), ground)
        painter.drawStaticText(QPointF(x, y - size.height() / 2), text)


class LitWires:
    """Some wires drawn once more over the others: in the accent colour, or in red those that do not fit."""

    def __init__(self, *, is_fault: bool = False) -> None:
        self._is_fault = is_fault
        self._path = QPainterPath()
        self._heads = QPainterPath()

    def set_wires(self, wires: Sequence[Wire]) -> None:
        self._path, self._heads = _drawn(wires)

    def bounds(self) -> QRectF:
        room = graph_ink.ARROW
        return self._path.controlPointRect().adjusted(-room, -room, room, room)

    def paint(self, painter: QPainter, sheet: Sheet) -> None:
        if self._path.isEmpty():
            return
        is_small = sheet.zoom < graph_ink.FLAT_BELOW
        wire = sheet.ink.fault_wire if self._is_fault else sheet.ink.lit_wire
        painter.strokePath(self._path, QPen(wire.color(), 0) if is_small else wire)
        if not is_small:
            painter.fillPath(self._heads, sheet.ink.fault_arrow if self._is_fault else sheet.ink.lit_arrow)


def paint_lines(painter: QPainter, lines: list[QLineF], pen: QPen) -> None:
    """Quick hairlines, for zooms at which corners could not be seen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def straight(wires: Iterable[Wire]) -> list[QLineF]:
    """The segments of `wires`."""
    return [
        QLineF(x0, y0, x1, y1)
        for wire in wires
        for (x0, y0), (x1, y1) in zip(wire.points, wire.points[1:], strict=False)
    ]


def _drawn(wires: Iterable[Wire]) -> tuple[QPainterPath, QPainterPath]:
    """The lines of `wires` with rounded corners, and their arrowheads."""
    path, heads = QPainterPath(), QPainterPath()
    heads.setFillRule(Qt.FillRule.WindingFill)  # heads that overlap leave no hole
    for wire in wires:
        _draw(path, wire.points, wire.has_arrow)
        if wire.has_arrow:
            _draw_head(heads, wire.points[-2], wire.points[-1])
    return path, heads


def _draw(path: QPainterPath, points: Sequence[Point], has_arrow: bool) -> None:
    path.moveTo(*points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = towards(corner, before, graph_ink.BEND), towards(corner, after, graph_ink.BEND)
        path.lineTo(*into)
        path.quadTo(*corner, *out)
    x, y = points[-1]
    if has_arrow:  # the line ends inside the head, or its blunt end would show at the tip
        x, y = towards(points[-1], points[-2], graph_ink.ARROW / 2)
    path.lineTo(x, y)


def _draw_head(heads: QPainterPath, before: Point, tip: Point) -> None:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = hypot(dx, dy) or 1.0
    dx, dy = dx / length * graph_ink.ARROW, dy / length * graph_ink.ARROW
    wing = 0.5
    base = (tip[0] - dx, tip[1] - dy)
    heads.addPolygon(
        QPolygonF(
            [
                QPointF(*tip),
                QPointF(base[0] - dy * wing, base[1] + dx * wing),
                QPointF(base[0] + dy * wing, base[1] - dx * wing),
            ]
        )
    )
    heads.closeSubpath()
