"""The card beside the mouse: values of many curves, as many as there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from explorer.gui import theme
from explorer.gui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW, _MARGIN, _DOT, _GAP = 17, 8, 14, 12
_WIDEST_NAME = 160
_SLACK = 12  # px that the card may reach beyond the curves at the right


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its colour, name and value."""

    colour: str
    name: str
    value: str
    is_strong: bool = False


def paint_note(
    painter: QPainter, head: str, lines: Sequence[Line], said: Sequence[str], at: QPointF, area: QRectF
) -> None:
    """Paints the card beside `at`, away from its height, within `area`: `head`, the lines, what is said of marks.

    Where there are too many lines, those around the strong one are shown, and how many others there are.
    """
    room = int((area.height() - 2 * _MARGIN) // _ROW) - 1 - min(len(said), 3)
    shown, left_out = _fitting(lines, max(room, 1))
    tail = [*said[:3], *([tr("curves.more_curves", count=left_out)] if left_out else [])]
    plain, bold = theme.font(theme.CAPTION_PX), theme.font(theme.CAPTION_PX, weight=QFont.Weight.DemiBold)
    measure, wide = QFontMetricsF(plain), QFontMetricsF(bold)
    names = [wide.elidedText(line.name, Qt.TextElideMode.ElideMiddle, _WIDEST_NAME) for line in shown]
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
    _write(painter, row, head, plain, "faint")
    for line, name in zip(shown, names, strict=True):
        row.translate(0, _ROW)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(line.colour))
        painter.drawEllipse(QPointF(row.left() + 4, row.center().y()), 3.5, 3.5)
        font = bold if line.is_strong else plain
        _write(painter, row.adjusted(_DOT, 0, 0, 0), name, font, "text" if line.is_strong else "secondary")
        _write(painter, row, line.value, bold, "text", Qt.AlignmentFlag.AlignRight)
    for words in tail:
        row.translate(0, _ROW)
        _write(painter, row, words, plain, "faint")


def _fitting(lines: Sequence[Line], room: int) -> tuple[Sequence[Line], int]:
    if len(lines) <= room:
        return lines, 0
    room = max(room - 1, 1)  # for how many are left out
    strong = next((rank for rank, line in enumerate(lines) if line.is_strong), 0)
    first = min(max(strong - room // 2, 0), len(lines) - room)
    return lines[first : first + room], len(lines) - room


def _write(
    painter: QPainter,
    area: QRectF,
    words: str,
    font: QFont,
    colour: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setFont(font)
    painter.setPen(theme.colour(colour))
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, words)
