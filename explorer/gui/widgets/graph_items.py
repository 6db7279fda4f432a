"""What the graph's scene is made of: boxes, frames of opened blocks, and the flat overview for small zooms."""

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from explorer.graph.picture import Box, Frame, Picture
from explorer.gui import theme
from explorer.gui.widgets import graph_ink
from explorer.gui.widgets.graph_sheet import Mark, Sheet, Sign, Target
from explorer.gui.widgets.graph_wires import straight

Place = tuple[float, float, float, float]  # x, y, width, height

_MARGIN = 7.0  # the widest border, and the badge of a mark, reach this far out of a box
_TITLE_LEFT = 29.0
_DASHES = 84.0  # length of a whole number of dashes of a frame
_STACK = 4.0  # offset of the outline behind a box that stands for several
_BADGE = 7.0  # radius
_SIGNS = {
    Sign.PLUS: (QLineF(-3.5, 0, 3.5, 0), QLineF(0, -3.5, 0, 3.5)),
    Sign.MINUS: (QLineF(-3.5, 0, 3.5, 0),),
    Sign.FAILS: (QLineF(0, -4, 0, 1), QLineF(0, 3, 0, 4)),
    Sign.DIFFERS: (QLineF(-3.5, -1.6, 3.5, -1.6), QLineF(-3.5, 1.6, 3.5, 1.6), QLineF(-1.8, 4, 1.8, -4)),
}


class Layer(QGraphicsItem):
    """Holds the items of one kind; fully transparent it costs nothing to paint."""

    def __init__(self, z: float) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self.setZValue(z)

    def boundingRect(self) -> QRectF:
        return QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Nothing: its children paint."""


class _Placed(QGraphicsRectItem):
    """An item with a size, that can be moved and resized at once."""

    def __init__(self, sheet: Sheet, place: Place, layer: QGraphicsItem) -> None:
        super().__init__(_reach(place[2], place[3]), layer)
        self.setPen(Qt.PenStyle.NoPen)  # or the bounds would be wider by half of it
        self._sheet = sheet
        self.place = place
        self._width, self._height = place[2], place[3]
        self.setPos(place[0], place[1])

    def set_place(self, place: Place) -> None:
        self.place = place
        if place[2] != self._width or place[3] != self._height:
            self._width, self._height = place[2], place[3]
            self.setRect(_reach(self._width, self._height))
        self.setPos(place[0], place[1])


def _reach(width: float, height: float) -> QRectF:
    return QRectF(-_MARGIN, -_MARGIN, width + 2 * _MARGIN + _STACK, height + 2 * _MARGIN + _STACK)


class BoxItem(_Placed):
    """A node, or a closed block: a raised box with a coloured bar, a title and a second line."""

    def __init__(self, sheet: Sheet, box: Box, layer: QGraphicsItem) -> None:
        super().__init__(sheet, (box.x, box.y, box.width, box.height), layer)
        self.target: Target = box.target
        self.repeat = box.repeat
        self.joined = box.joined
        self.is_block = box.target[0] == "block"

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        sheet = self._sheet
        if sheet.zoom < graph_ink.FLAT_BELOW:
            self._paint_flat(painter, sheet)
            return
        self._paint_body(painter, sheet)
        if sheet.zoom >= graph_ink.NO_TEXT_BELOW:
            self._paint_words(painter, sheet)
        mark = sheet.marks.get(self.target)
        if mark is not None:
            paint_badge(painter, sheet.ink, mark, QPointF(self._width - 4, 2))

    def _border(self, sheet: Sheet) -> QPen:
        if self.target == sheet.selected:
            return sheet.ink.selected
        if self.target in sheet.found:
            return sheet.ink.found
        mark = sheet.marks.get(self.target)
        if mark is not None:
            return sheet.mark_pen(mark)
        return sheet.ink.hovered if self.target == sheet.hovered else sheet.ink.border

    def _paint_flat(self, painter: QPainter, sheet: Sheet) -> None:
        border = self._border(sheet)
        painter.fillRect(QRectF(0, 0, self._width, self._height), sheet.fill(self.target))
        painter.fillRect(QRectF(0, 0, graph_ink.BAR * 2, self._height), sheet.colour(self.target))
        if border is not sheet.ink.border:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(graph_ink.pen(border.color(), 2.0, cosmetic=True))
            painter.drawRect(QRectF(0, 0, self._width, self._height))

    def _paint_body(self, painter: QPainter, sheet: Sheet) -> None:
        outline = QRectF(0, 0, self._width, self._height)
        radius = graph_ink.RADIUS
        painter.setBrush(sheet.fill(self.target))
        if self.repeat > 1:
            painter.setPen(sheet.ink.border)
            painter.drawRoundedRect(outline.translated(_STACK, _STACK), radius, radius)
        painter.setPen(self._border(sheet))
        painter.drawRoundedRect(outline, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(sheet.colour(self.target))
        painter.drawRoundedRect(QRectF(0, 0, graph_ink.BAR, self._height), 2.0, 2.0)

    def _paint_words(self, painter: QPainter, sheet: Sheet) -> None:
        words, ink = sheet.words(self.target, self.repeat, self.joined), sheet.ink
        room = self._width - graph_ink.TEXT_LEFT - self._paint_chevron(painter, sheet)
        middle = self._height / 2
        painter.setPen(ink.text)
        painter.setFont(ink.title_font)
        title = sheet.text(words.title, "title_font", room)
        if not words.subtitle:
            painter.drawStaticText(QPointF(graph_ink.TEXT_LEFT, middle - title.size().height() / 2), title)
            return
        painter.drawStaticText(QPointF(graph_ink.TEXT_LEFT, middle - title.size().height()), title)
        painter.setPen(ink.secondary)
        painter.setFont(ink.subtitle_font)
        below = sheet.text(words.subtitle, "subtitle_font", room)
        painter.drawStaticText(QPointF(graph_ink.TEXT_LEFT, middle + 1), below)

    def _paint_chevron(self, painter: QPainter, sheet: Sheet) -> float:
        """The mark of a block that can be opened; the width that it takes."""
        if not self.is_block:
            return 6.0
        x, y = self._width - 11, self._height / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush((sheet.ink.text if self.target == sheet.hovered else sheet.ink.faint).color())
        painter.drawPolygon(QPolygonF([QPointF(x - 2, y - 4), QPointF(x + 3, y), QPointF(x - 2, y + 4)]))
        return 16.0


def paint_badge(painter: QPainter, ink: graph_ink.Ink, mark: Mark, centre: QPointF) -> None:
    """The sign of `mark` in a disc: what its colour means can be read too."""
    painter.setPen(graph_ink.pen(ink.paper, 1.5))
    painter.setBrush(theme.colour(mark.colour))
    painter.drawEllipse(centre, _BADGE, _BADGE)
    painter.setPen(graph_ink.pen(ink.paper, 1.6))
    painter.drawLines([line.translated(centre) for line in _SIGNS[mark.sign]])


class FrameItem(_Placed):
    """The dashed outline of an opened block, with its name and figures."""

    def __init__(self, sheet: Sheet, frame: Frame, layer: QGraphicsItem) -> None:
        super().__init__(sheet, (frame.x, frame.y, frame.width, frame.height), layer)
        self.block = frame.block
        self.target: Target = ("block", frame.block)
        self.depth = frame.depth
        self._frame = frame
        self._find_crossings: Callable[[Frame], list[float]] | None = None
        self._crossings: list[float] | None = None
        self.setZValue(frame.depth)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # tells which part is to be painted

    def set_frame(self, frame: Frame, find_crossings: Callable[[Frame], list[float]]) -> None:
        """Says how to find where wires cross the head: words keep clear of them."""
        self._frame, self._find_crossings, self._crossings = frame, find_crossings, None

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        sheet = self._sheet
        exposed: QRectF = option.exposedRect
        outline = self._near(exposed)
        painter.setBrush(sheet.ink.sheet(self.depth + 1))
        if sheet.zoom < graph_ink.FLAT_BELOW:
            painter.setPen(QPen(self._border(sheet).color(), 0))
            painter.drawRect(outline)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(outline, graph_ink.FRAME_RADIUS, graph_ink.FRAME_RADIUS)
        _paint_border(painter, outline, self._border(sheet))
        if sheet.zoom >= graph_ink.NO_TEXT_BELOW and exposed.top() < graph_ink.HEAD + 8:
            self._paint_head(painter, sheet)

    def _near(self, exposed: QRectF) -> QRectF:
        """The outline without what is far outside of `exposed`: a frame may have ten thousand dashes."""
        top, bottom, reach = 0.0, self._height, _DASHES
        if exposed.top() > 2 * reach:
            top = (exposed.top() - reach) // reach * reach  # whole dashes, or they would creep when the graph is moved
        if exposed.bottom() < bottom - 2 * reach:
            bottom = top + ((exposed.bottom() - top) // reach + 2) * reach
        return QRectF(0, top, self._width, bottom - top)

    def _border(self, sheet: Sheet) -> QPen:
        if self.target == sheet.selected:
            return sheet.ink.selected
        if self.target in sheet.found:
            return sheet.ink.found
        return sheet.ink.frame_hovered if self.target == sheet.hovered else sheet.ink.frame

    def _paint_head(self, painter: QPainter, sheet: Sheet) -> None:
        head, ink = sheet.head(self.block), sheet.ink
        middle = graph_ink.HEAD / 2 + 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.text.color())
        painter.drawPolygon(QPolygonF([QPointF(15, middle - 3), QPointF(24, middle - 3), QPointF(19.5, middle + 4)]))
        free = self._free()
        title = sheet.text(head.title, "title_font", max(free[0][1] - _TITLE_LEFT, 24))
        painter.setPen(ink.text)
        painter.setFont(ink.title_font)
        painter.drawStaticText(QPointF(_TITLE_LEFT, middle - title.size().height() / 2), title)
        beside = (_TITLE_LEFT + title.size().width() + 14, free[0][1] - 6)
        written = sheet.figures(head, [beside, *((left + 12, right - 8) for left, right in free[1:])])
        if written is not None:
            left, figures = written
            painter.setPen(ink.secondary)
            painter.setFont(ink.subtitle_font)
            painter.drawStaticText(QPointF(left, middle - figures.size().height() / 2), figures)

    def _free(self) -> list[tuple[float, float]]:
        """The stretches of the head between the wires that cross it."""
        if self._crossings is None:  # found when first painted: most frames are not seen
            found = self._find_crossings(self._frame) if self._find_crossings is not None else []
            self._crossings = [x - self._frame.x for x in found]
        edges = [0.0, *self._crossings, self._width]
        return [(left, right - 4) for left, right in pairwise(edges)]


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
