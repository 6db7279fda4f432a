"""What the graph's scene is made of: layers of boxes and of frames, and the flat overview for small zooms."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from explorer.graph.picture import Box, Frame, Picture, Wire
from explorer.gui import theme
from explorer.gui.widgets.graph import heads
from explorer.gui.widgets.graph import ink as graph_ink
from explorer.gui.widgets.graph.drawn import Drawn, Place, place_of
from explorer.gui.widgets.graph.sheet import Mark, Sheet, Sign, Target
from explorer.gui.widgets.graph.wires import Bundle, Bundles, LitWires, straight

_MARGIN = 7.0  # the widest border, and the badge of a mark, reach this far out of a box
_SIDE = 60.0  # the shape beside a wire may stand so far beside the picture
_DASHES = 84.0  # length of a whole number of dashes of a frame
_STACK = 4.0  # offset of the outline behind a box that stands for several
_BADGE = 7.0  # radius
_SIGNS = {
    Sign.PLUS: (QLineF(-3.5, 0, 3.5, 0), QLineF(0, -3.5, 0, 3.5)),
    Sign.MINUS: (QLineF(-3.5, 0, 3.5, 0),),
    Sign.FAILS: (QLineF(0, -4, 0, 1), QLineF(0, 3, 0, 4)),
    Sign.DIFFERS: (QLineF(-3.5, -1.6, 3.5, -1.6), QLineF(-3.5, 1.6, 3.5, 1.6), QLineF(-1.8, 4, 1.8, -4)),
}


class Layer(QGraphicsRectItem):
    """All things of one kind, as large as the picture; fully transparent it costs nothing to paint.

    One item, because each of a thousand would cost more to make, to keep and to pass by than to paint; and a rectangle
    item, because its bounds are then asked for without a call to Python.
    """

    def __init__(self, z: float) -> None:
        super().__init__()
        self.setPen(Qt.PenStyle.NoPen)  # or the bounds would be wider by half of it
        self.setZValue(z)
        self.sheet: Sheet | None = None
        self.drawn: Drawn | None = None

    def set_drawn(self, sheet: Sheet | None, drawn: Drawn) -> None:
        """Paints what is `drawn` from now on."""
        self.sheet, self.drawn = sheet, drawn
        self.setRect(-_SIDE, -_MARGIN, drawn.picture.width + 2 * _SIDE, drawn.picture.height + 2 * _MARGIN)
        self.update()

    def update_around(self, place: Place) -> None:
        """Paints the part anew in which something is."""
        x, y, width, height = place
        around = 2 * _MARGIN + _STACK
        self.update(QRectF(x - _MARGIN, y - _MARGIN, width + around, height + around))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self.sheet is not None and self.drawn is not None:
            self._paint(painter, self.sheet, self.drawn)

    def _paint(self, painter: QPainter, sheet: Sheet, drawn: Drawn) -> None:
        """For subclasses: paints what `sheet` says is exposed."""


class BoxLayer(Layer):
    """Nodes and closed blocks: raised boxes with a coloured bar, a title and a second line."""

    def _paint(self, painter: QPainter, sheet: Sheet, drawn: Drawn) -> None:
        top, bottom = sheet.stretch(self.rect())
        for box in drawn.boxes_between(top - _MARGIN - _STACK, bottom + _MARGIN):
            if box.target not in sheet.moved:
                self._paint_box(painter, sheet, box, place_of(box))
        for target, place in sheet.moved.items():
            if target in drawn.boxes:
                painter.setOpacity(self.opacity() * sheet.opacity(target))
                self._paint_box(painter, sheet, drawn.boxes[target], place)
        painter.setOpacity(self.opacity())

    def _paint_box(self, painter: QPainter, sheet: Sheet, box: Box, place: Place) -> None:
        x, y, width, height = place
        around = _MARGIN + _STACK
        if sheet.shows(x - _MARGIN, y - _MARGIN, x + width + around, y + height + around):
            _paint_box(painter, sheet, box, QRectF(x, y, width, height))


def _paint_box(painter: QPainter, sheet: Sheet, box: Box, outline: QRectF) -> None:
    if sheet.zoom < graph_ink.FLAT_BELOW:
        _paint_flat(painter, sheet, box.target, outline)
        return
    _paint_body(painter, sheet, box, outline)
    if sheet.zoom >= graph_ink.NO_TEXT_BELOW:
        _paint_words(painter, sheet, box, outline)
    mark = sheet.marks.get(box.target)
    if mark is not None:
        paint_badge(painter, sheet.ink, mark, outline.topRight() + QPointF(-4, 2))


def _box_border(sheet: Sheet, target: Target) -> QPen:
    if target == sheet.selected:
        return sheet.ink.selected
    if target in sheet.found:
        return sheet.ink.found
    mark = sheet.marks.get(target)
    if mark is not None:
        return sheet.mark_pen(mark)
    return sheet.ink.hovered if target == sheet.hovered else sheet.ink.border


def _paint_flat(painter: QPainter, sheet: Sheet, target: Target, outline: QRectF) -> None:
    border = _box_border(sheet, target)
    painter.fillRect(outline, sheet.fill(target))
    painter.fillRect(QRectF(outline.x(), outline.y(), graph_ink.BAR * 2, outline.height()), sheet.colour(target))
    if border is not sheet.ink.border:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(graph_ink.pen(border.color(), 2.0, cosmetic=True))
        painter.drawRect(outline)


def _paint_body(painter: QPainter, sheet: Sheet, box: Box, outline: QRectF) -> None:
    radius = graph_ink.RADIUS
    painter.setBrush(sheet.fill(box.target))
    if box.repeat > 1:
        painter.setPen(sheet.ink.border)
        painter.drawRoundedRect(outline.translated(_STACK, _STACK), radius, radius)
    painter.setPen(_box_border(sheet, box.target))
    painter.drawRoundedRect(outline, radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(sheet.colour(box.target))
    painter.drawRoundedRect(QRectF(outline.x(), outline.y(), graph_ink.BAR, outline.height()), 2.0, 2.0)


def _paint_words(painter: QPainter, sheet: Sheet, box: Box, outline: QRectF) -> None:
    words, ink = sheet.words(box.target, box.repeat, box.joined), sheet.ink
    room = outline.width() - graph_ink.TEXT_LEFT - _paint_chevron(painter, sheet, box.target, outline)
    left, middle = outline.x() + graph_ink.TEXT_LEFT, outline.y() + outline.height() / 2
    painter.setPen(ink.text)
    painter.setFont(ink.title_font)
    title = sheet.text(words.title, "title_font", room)
    if not words.subtitle:
        painter.drawStaticText(QPointF(left, middle - title.size().height() / 2), title)
        return
    painter.drawStaticText(QPointF(left, middle - title.size().height()), title)
    painter.setPen(ink.secondary)
    painter.setFont(ink.subtitle_font)
    painter.drawStaticText(QPointF(left, middle + 1), sheet.text(words.subtitle, "subtitle_font", room))


def _paint_chevron(painter: QPainter, sheet: Sheet, target: Target, outline: QRectF) -> float:
    """The mark of a block that can be opened; the width that it takes."""
    if target[0] != "block":
        return 6.0
    x, y = outline.right() - 11, outline.y() + outline.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush((sheet.ink.text if target == sheet.hovered else sheet.ink.faint).color())
    painter.drawPolygon(QPolygonF([QPointF(x - 2, y - 4), QPointF(x + 3, y), QPointF(x - 2, y + 4)]))
    return 16.0


def paint_badge(painter: QPainter, ink: graph_ink.Ink, mark: Mark, centre: QPointF) -> None:
    """The sign of `mark` in a disc: what its colour means can be read too."""
    painter.setPen(graph_ink.pen(ink.paper, 1.5))
    painter.setBrush(theme.colour(mark.colour))
    painter.drawEllipse(centre, _BADGE, _BADGE)
    painter.setPen(graph_ink.pen(ink.paper, 1.6))
    painter.drawLines([line.translated(centre) for line in _SIGNS[mark.sign]])


class WireLayer(Layer):
    """All wires, and over them again those of the selected box and those that carry what does not fit."""

    def __init__(self, z: float) -> None:
        super().__init__(z)
        self._bundles: Bundles | None = None
        self._lit, self._faults = LitWires(), LitWires(is_fault=True)

    def set_drawn(self, sheet: Sheet | None, drawn: Drawn) -> None:
        super().set_drawn(sheet, drawn)
        self._bundles = None

    def _between(self, top: float, bottom: float) -> Iterator[Bundle]:
        if self._bundles is None:
            self._bundles = Bundles(() if self.drawn is None else self.drawn.picture.wires)
        return self._bundles.between(top, bottom)

    def light(self, wires: Sequence[Wire]) -> None:
        """Draws these wires in the accent colour, the others no longer."""
        self._set(self._lit, wires)

    def show_faults(self, wires: Sequence[Wire]) -> None:
        """The same in red."""
        self._set(self._faults, wires)

    def _set(self, lit: LitWires, wires: Sequence[Wire]) -> None:
        before = lit.bounds()
        lit.set_wires(wires)
        self.update(before)
        self.update(lit.bounds())

    def crossings(self, frame: Frame) -> list[float]:
        """Where wires cross the head of `frame`, from left to right."""
        level = frame.y + graph_ink.HEAD / 2
        return sorted({x for bundle in self._between(level, level) for x in bundle.crossings(frame, level)})

    def _paint(self, painter: QPainter, sheet: Sheet, drawn: Drawn) -> None:
        left, right = self.rect().left(), self.rect().right()
        top, bottom = sheet.stretch(self.rect())
        for bundle in self._between(top - graph_ink.ARROW, bottom + graph_ink.ARROW):
            if sheet.shows(left, bundle.top - graph_ink.ARROW, right, bundle.bottom + graph_ink.ARROW):
                bundle.paint(painter, sheet, drawn.picture.frames)
        self._lit.paint(painter, sheet)
        self._faults.paint(painter, sheet)


class FrameLayer(Layer):
    """The dashed outlines of opened blocks, with their names and figures, which keep clear of the wires."""

    def __init__(self, z: float, wires: WireLayer) -> None:
        super().__init__(z)
        self._wires = wires
        self._crossings: dict[int, list[float]] = {}

    def set_drawn(self, sheet: Sheet | None, drawn: Drawn) -> None:
        super().set_drawn(sheet, drawn)
        self._crossings.clear()

    def _paint(self, painter: QPainter, sheet: Sheet, drawn: Drawn) -> None:
        exposed = sheet.stretch(self.rect())
        top, bottom = exposed[0] - _MARGIN, exposed[1] + _MARGIN
        for frame, place in drawn.nested:
            target = ("block", frame.block)
            if sheet.moved:
                place = sheet.moved.get(target, place)
            x, y, width, height = place
            if y > bottom or y + height < top:
                continue
            if not sheet.shows(x - _MARGIN, y - _MARGIN, x + width + _MARGIN, y + height + _MARGIN):
                continue
            painter.setOpacity(self.opacity() * sheet.opacity(target))
            self._paint_frame(painter, sheet, frame, place, exposed)
        painter.setOpacity(self.opacity())

    def _paint_frame(
        self, painter: QPainter, sheet: Sheet, frame: Frame, place: Place, exposed: tuple[float, float]
    ) -> None:
        x, y, width, _ = place
        outline = _near(place, exposed)
        border = _frame_border(sheet, ("block", frame.block))
        painter.setBrush(sheet.ink.sheet(frame.depth + 1))
        if sheet.zoom < graph_ink.FLAT_BELOW:
            painter.setPen(QPen(border.color(), 0))
            painter.drawRect(outline)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(outline, graph_ink.FRAME_RADIUS, graph_ink.FRAME_RADIUS)
        _paint_border(painter, outline, border)
        if sheet.zoom >= graph_ink.NO_TEXT_BELOW and exposed[0] < y + graph_ink.HEAD + 8:
            heads.paint(painter, sheet, frame.block, (x, y), self.free(frame, width))

    def free(self, frame: Frame, width: float) -> list[tuple[float, float]]:
        """The stretches of the head between the wires that cross it."""
        crossings = self._crossings.get(frame.block)
        if crossings is None:  # found when first painted: most frames are not seen
            crossings = self._crossings[frame.block] = [x - frame.x for x in self._wires.crossings(frame)]
        return [(left, right - 4) for left, right in pairwise([0.0, *crossings, width])]


def _near(place: Place, exposed: tuple[float, float]) -> QRectF:
    """The outline without what is far outside of `exposed`: a frame may have ten thousand dashes."""
    x, y, width, height = place
    first, last, reach = exposed[0] - y, exposed[1] - y, _DASHES
    top, bottom = 0.0, height
    if first > 2 * reach:
        top = (first - reach) // reach * reach  # whole dashes, or they would creep when the graph is moved
    if last < bottom - 2 * reach:
        bottom = top + ((last - top) // reach + 2) * reach
    return QRectF(x, y + top, width, bottom - top)


def _frame_border(sheet: Sheet, target: Target) -> QPen:
    if target == sheet.selected:
        return sheet.ink.selected
    if target in sheet.found:
        return sheet.ink.found
    return sheet.ink.frame_hovered if target == sheet.hovered else sheet.ink.frame


def _paint_border(painter: QPainter, outline: QRectF, pen: QPen) -> None:
    """Straight sides without antialiasing, which makes thin dashes quick, and round corners with it."""
    left, top, right, bottom = outline.left(), outline.top(), outline.right(), outline.bottom()
    radius, turn = graph_ink.FRAME_RADIUS, 90 * 16
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for x, y, start in ((left, top, 1), (right, top, 0), (left, bottom, 2), (right, bottom, 3)):
        x0, y0 = (x if x == left else x - 2 * radius), (y if y == top else y - 2 * radius)
        painter.drawArc(QRectF(x0, y0, 2 * radius, 2 * radius), start * turn, turn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for line in (
        QLineF(left, top + radius, left, bottom - radius),
        QLineF(right, top + radius, right, bottom - radius),
        QLineF(left + radius, top, right - radius, top),
        QLineF(left + radius, bottom, right - radius, bottom),
    ):
        painter.drawLine(line)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


class Overview(QGraphicsItem):
    """All boxes as flat rectangles, for zooms at which nothing else could be seen."""

    def __init__(self, sheet: Sheet, picture: Picture, z: float) -> None:
        super().__init__()
        self._sheet = sheet
        self._picture = picture
        self._rects: list[tuple[QColor, list[QRectF]]] | None = None
        self._grounds: list[tuple[QColor, list[QRectF]]] = []
        self._lines: list[QLineF] = []
        self.setZValue(z)

    def forget_colours(self) -> None:
        self._rects = None

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._picture.width, self._picture.height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._rects is None:
            self._rects = self._boxes()
            self._grounds = self._frames()
            self._lines = straight(self._picture.wires)
        is_tiny = self._sheet.zoom < graph_ink.NO_WIRES_BELOW
        _fill(painter, self._grounds, has_outline=False)
        if self._sheet.zoom >= graph_ink.NO_WIRES_BELOW:
            painter.setPen(self._sheet.ink.thin_wire)
            painter.drawLines(self._lines)
        _fill(painter, self._rects, has_outline=is_tiny)
        painter.setBrush(self._sheet.ink.selected.color())
        painter.drawRects([_rect(box) for box in self._picture.boxes if box.target == self._sheet.selected])

    def _frames(self) -> list[tuple[QColor, list[QRectF]]]:
        depths: dict[int, list[QRectF]] = {}
        for frame in self._picture.frames:
            depths.setdefault(frame.depth, []).append(_rect(frame))
        return [(self._sheet.ink.sheet(depth + 2), rects) for depth, rects in sorted(depths.items())]

    def _boxes(self) -> list[tuple[QColor, list[QRectF]]]:
        colours: dict[str, list[QRectF]] = {}
        for box in self._picture.boxes:
            colours.setdefault(self._sheet.distant_colour(box.target).name(), []).append(_rect(box))
        return [(QColor(name), rects) for name, rects in colours.items()]


def _fill(painter: QPainter, groups: list[tuple[QColor, list[QRectF]]], *, has_outline: bool) -> None:
    """Rectangles; an outline of a pixel keeps those to be seen that are smaller than one."""
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, rects in groups:
        if has_outline:
            painter.setPen(QPen(colour, 0))
        painter.setBrush(colour)
        painter.drawRects(rects)


def _rect(place: Box | Frame) -> QRectF:
    return QRectF(place.x, place.y, place.width, place.height)
