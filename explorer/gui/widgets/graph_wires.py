"""The wires of a graph's picture: merged by frame and by height, so that few items paint thousands of edges."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import hypot

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.graph.picture import Frame, Picture, Point, Wire
from explorer.gui.widgets import graph_ink
from explorer.gui.widgets.graph_sheet import Sheet

_SLICE = 1600.0  # height of the part of the picture whose wires one item paints
_LABEL_HALF = 7.0  # half the height of a shape's ground
_LABEL_PAD = 3.0


@dataclass(slots=True)
class _Bundle:
    """The wires that one item paints."""

    depth: int
    wires: list[Wire] = field(default_factory=list)
    left: float = float("inf")
    top: float = float("inf")
    right: float = float("-inf")
    bottom: float = float("-inf")

    def add(self, wire: Wire) -> None:
        self.wires.append(wire)
        for x, y in wire.points:
            self.left, self.right = min(self.left, x), max(self.right, x)
            self.top, self.bottom = min(self.top, y), max(self.bottom, y)
        if wire.label_at is not None:
            self.right = max(self.right, wire.label_at[0] + 8 * len(wire.label))

    def bounds(self) -> QRectF:
        room = graph_ink.ARROW
        outer = QRectF(self.left, self.top, self.right - self.left, self.bottom - self.top)
        return outer.adjusted(-room, -room, room, room)


class FrameTree:
    """Finds the innermost frame at a place."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames
        self._inside: list[list[int]] = [[] for _ in range(len(frames) + 1)]  # the last: outermost frames
        chain: list[int] = []
        for index in sorted(range(len(frames)), key=lambda i: (frames[i].depth, frames[i].y)):
            chain = self._chain(frames[index].x + 1, frames[index].y + 1)
            self._inside[chain[-1]].append(index)

    def _chain(self, x: float, y: float) -> list[int]:
        chain = [len(self._frames)]
        while (inner := self._child(chain[-1], x, y)) is not None:
            chain.append(inner)
        return chain

    def _child(self, parent: int, x: float, y: float) -> int | None:
        for index in self._inside[parent]:
            frame = self._frames[index]
            if frame.y <= y <= frame.y + frame.height and frame.x <= x <= frame.x + frame.width:
                return index
        return None

    def at(self, x: float, y: float) -> int:
        """Index of the innermost frame around (x, y), or -1."""
        chain = self._chain(x, y)
        return chain[-1] if len(chain) > 1 else -1


def wire_items(sheet: Sheet, picture: Picture, layer: QGraphicsItem) -> tuple[list["WiresItem"], dict[int, float]]:
    """Items for all wires, and for each frame (by its index) where a wire crosses its head."""
    tree = FrameTree(picture.frames)
    bundles: dict[tuple[int, int], _Bundle] = {}
    heads: dict[int, float] = {}
    for wire in picture.wires:
        x, y = wire.label_at or _middle(wire.points)
        frame = tree.at(x, y)
        key = (frame, int(y // _SLICE))
        if key not in bundles:
            bundles[key] = _Bundle(picture.frames[frame].depth + 1 if frame >= 0 else 0)
        bundles[key].add(wire)
        if frame >= 0:
            _note_crossing(heads, frame, picture.frames[frame], wire)
    return [WiresItem(sheet, bundle, layer) for bundle in bundles.values()], heads


def _note_crossing(heads: dict[int, float], index: int, frame: Frame, wire: Wire) -> None:
    level = frame.y + graph_ink.HEAD / 2
    for (x0, y0), (_, y1) in zip(wire.points, wire.points[1:], strict=False):
        if min(y0, y1) <= level <= max(y0, y1) and y0 != y1:
            heads[index] = min(heads.get(index, x0), x0)


def _middle(points: Sequence[Point]) -> Point:
    (x0, y0), (x1, y1) = points[0], points[1]
    return (x0 + x1) / 2, (y0 + y1) / 2


class WiresItem(QGraphicsItem):
    """Some wires with their arrowheads and shapes, painted in one go."""

    def __init__(self, sheet: Sheet, bundle: _Bundle, layer: QGraphicsItem) -> None:
        super().__init__(layer)
        self._sheet = sheet
        self._bundle = bundle
        self._bounds = bundle.bounds()
        self._path: QPainterPath | None = None
        self._heads = QPainterPath()
        self._lines: list[QLineF] | None = None

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        zoom, ink = self._sheet.zoom, self._sheet.ink
        if zoom < graph_ink.FLAT_BELOW:
            paint_lines(painter, self._straight(), ink.thin_wire)
            return
        if self._path is None:
            self._path, self._heads = _drawn(self._bundle.wires)
        painter.strokePath(self._path, ink.wire)
        painter.fillPath(self._heads, ink.arrow)
        if zoom >= graph_ink.NO_TEXT_BELOW:
            self._paint_labels(painter)

    def _straight(self) -> list[QLineF]:
        if self._lines is None:
            self._lines = straight(self._bundle.wires)
        return self._lines

    def _paint_labels(self, painter: QPainter) -> None:
        sheet = self._sheet
        ground = sheet.ink.sheet(self._bundle.depth)
        painter.setPen(sheet.ink.faint)
        painter.setFont(sheet.ink.shape_font)
        for wire in self._bundle.wires:
            if wire.label and wire.label_at is not None:
                _paint_label(painter, sheet, wire, ground)


def _paint_label(painter: QPainter, sheet: Sheet, wire: Wire, ground: QColor) -> None:
    assert wire.label_at is not None
    x, y = wire.label_at
    text = sheet.text(wire.label, "shape_font", 400)
    size = text.size()
    painter.fillRect(QRectF(x - _LABEL_PAD, y - _LABEL_HALF, size.width() + 2 * _LABEL_PAD, 2 * _LABEL_HALF), ground)
    painter.drawStaticText(QPointF(x, y - size.height() / 2), text)


class LitWires(QGraphicsItem):
    """The wires of the selected box, drawn once more in the accent colour over the others."""

    def __init__(self, sheet: Sheet, layer: QGraphicsItem) -> None:
        super().__init__(layer)
        self._sheet = sheet
        self._path = QPainterPath()
        self._heads = QPainterPath()
        self.setZValue(1)

    def set_wires(self, wires: Sequence[Wire]) -> None:
        self.prepareGeometryChange()
        self._path, self._heads = _drawn(wires)

    def boundingRect(self) -> QRectF:
        room = graph_ink.ARROW
        return self._path.controlPointRect().adjusted(-room, -room, room, room)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        ink = self._sheet.ink
        is_small = self._sheet.zoom < graph_ink.FLAT_BELOW
        painter.strokePath(self._path, QPen(ink.lit_wire.color(), 0) if is_small else ink.lit_wire)
        if not is_small:
            painter.fillPath(self._heads, ink.lit_arrow)


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
        into, out = _towards(corner, before), _towards(corner, after)
        path.lineTo(*into)
        path.quadTo(*corner, *out)
    x, y = points[-1]
    if has_arrow:  # the line ends inside the head, or its blunt end would show at the tip
        x, y = _towards(points[-1], points[-2], graph_ink.ARROW / 2)
    path.lineTo(x, y)


def _towards(start: Point, end: Point, most: float = graph_ink.BEND) -> Point:
    """The place `most` pixels from `start` towards `end`, at most half-way."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    if length == 0:
        return start
    share = min(most / length, 0.5)
    return start[0] + dx * share, start[1] + dy * share


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
