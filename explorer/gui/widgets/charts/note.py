"""The card beside the mouse: values of many curves, as many as there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.words.text_line import write_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ROW, _MARGIN, _DOT, _GAP = 17, 8, 14, 12
_WIDEST_NAME = 160
_SLACK = 12  # px that the card may reach beyond the curves at the right


_INKS = {True: "text", False: "secondary"}


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its colour, name and value."""

    colour: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Any number of lines, each written when there is room for it: `strong` is the one that the mouse is at."""

    count: int
    write: Callable[[int], Line]
    strong: int | None = None

    def fitting(self, room: int) -> range:
        """As many as there is `room` for, those around the strong one, and a row to say how many are left out."""
        if self.count <= room:
            return range(self.count)
        room = max(room - 1, 1)
        first = min(max((self.strong or 0) - room // 2, 0), self.count - room)
        return range(first, first + room)


def paint_note(painter: QPainter, head: str, lines: Lines, said: Sequence[str], at: QPointF, area: QRectF) -> None:
    """Paints the card beside `at`, away from its height, within `area`: `head`, the lines, what is said of marks."""
    room = int((area.height() - 2 * _MARGIN) // _ROW) - 1 - min(len(said), 3)
    ranks = lines.fitting(max(room, 1))
    shown, left_out = [lines.write(rank) for rank in ranks], lines.count - len(ranks)
    tail = [*said[:3], *([tr("curves.more_curves", count=left_out)] if left_out else [])]
    plain, bold = _fonts()
    measure, wide = QFontMetricsF(plain), QFontMetricsF(bold)
    names = [_short(line.name) for line in shown]
    name_width = max((wide.horizontalAdvance(name) for name in names), default=0.0)
    value_width = max((wide.horizontalAdvance(line.value) for line in shown), default=0.0)
    rows_width = _DOT + name_width + _GAP + value_width if shown else 0.0
    others = max(measure.horizontalAdvance(words) for words in (head, *tail))
    width = max(rows_width, others) + 2 * _MARGIN
    height = _ROW * (1 + len(shown) + len(tail)) + _MARGIN
    left = at.x() + 12 if at.x() + 12 + width <= area.right() + _SLACK else at.x() - 12 - width
    top = area.top() + 2 if at.y() > area.center().y() else area.bottom() - 2 - height
    card = QRectF(max(left, area.left() - 3 * _SLACK), top, width, height)
    painter.setPen(QPen(theme.colour("border"), 1))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(card, 6, 6)
    row = QRectF(card.left() + _MARGIN, card.top() + _MARGIN / 2, width - 2 * _MARGIN, _ROW)
    write_line(painter, row, head, plain, "faint")
    strong = None if lines.strong is None else lines.strong - ranks.start
    _paint_lines(painter, row, list(zip(shown, names, strict=True)), strong)
    for words in tail:
        row.translate(0, _ROW)
        write_line(painter, row, words, plain, "faint")


def _paint_lines(painter: QPainter, row: QRectF, lines: Sequence[tuple[Line, str]], strong: int | None) -> None:
    """Paints them below `row`, which moves on; the names are short already."""
    plain, bold = _fonts()
    for rank, (line, name) in enumerate(lines):
        row.translate(0, _ROW)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(line.colour))
        painter.drawEllipse(QPointF(row.left() + 4, row.center().y()), 3.5, 3.5)
        is_strong = rank == strong
        write_line(painter, row.adjusted(_DOT, 0, 0, 0), name, bold if is_strong else plain, _INKS[is_strong])
        write_line(painter, row, line.value, bold, "text", Qt.AlignmentFlag.AlignRight)


@cache
def _fonts() -> tuple[QFont, QFont]:
    return theme.font(theme.CAPTION_PX), theme.font(theme.CAPTION_PX, weight=QFont.Weight.DemiBold)


@lru_cache(1024)
def _short(name: str) -> str:
    return QFontMetricsF(_fonts()[1]).elidedText(name, Qt.TextElideMode.ElideMiddle, _WIDEST_NAME)
