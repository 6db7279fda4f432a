"""The heads of opened blocks: a mark that closes them, name and figures, clear of the wires that cross them.

A frame that begins left of the view has its head where the view begins; figures are those that are seen whole.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF

from explorer.gui.widgets.graph import ink as graph_ink
from explorer.gui.widgets.graph.sheet import Sheet

Stretches = Sequence[tuple[float, float]]  # left and right ends of what is free of wires, from the frame's left side

_TITLE_LEFT = 29.0


def begin(sheet: Sheet, block: int, x: float, free: Stretches) -> float:
    """How far from the left side `x` of its frame the head of `block` begins: 0 where that side is seen."""
    hidden = sheet.left - x
    if hidden <= 0:
        return 0.0
    title = QFontMetricsF(sheet.ink.title_font).horizontalAdvance(sheet.head(block).title)
    needed = _TITLE_LEFT + title + 7
    for left, right in free:
        if right - max(left, hidden) >= needed:
            return max(left, hidden)
    return max(min(hidden, free[-1][1] - needed), 0.0)


def paint(painter: QPainter, sheet: Sheet, block: int, corner: tuple[float, float], free: Stretches) -> None:
    """Draws the head of `block`, whose frame has its upper left corner at `corner`."""
    head, ink = sheet.head(block), sheet.ink
    start = begin(sheet, block, corner[0], free)
    rest = [(max(left - start, 0.0), right - start) for left, right in free if right > start]
    x, middle = corner[0] + start, corner[1] + graph_ink.HEAD / 2 + 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.text.color())
    corners = (QPointF(x + 15, middle - 3), QPointF(x + 24, middle - 3), QPointF(x + 19.5, middle + 4))
    painter.drawPolygon(QPolygonF(corners))
    title = sheet.text(head.title, "title_font", max(rest[0][1] - _TITLE_LEFT, 24))
    painter.setPen(ink.text)
    painter.setFont(ink.title_font)
    painter.drawStaticText(QPointF(x + _TITLE_LEFT, middle - title.size().height() / 2), title)
    beside = (_TITLE_LEFT + title.size().width() + 14, rest[0][1] - 6)
    places = [beside, *((left + 12, right - 8) for left, right in rest[1:])]
    written = sheet.figures(head, [(left, min(right, sheet.right - x - 8)) for left, right in places])
    if written is not None:
        left, figures = written
        painter.setPen(ink.secondary)
        painter.setFont(ink.subtitle_font)
        painter.drawStaticText(QPointF(x + left, middle - figures.size().height() / 2), figures)
