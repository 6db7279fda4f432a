"""Names, line samples and present values of the curves of a plot."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme

ROW, SAMPLE, GAP = 20, 14, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a sample of the line in the theme's `colour`, the curve's name, and its newest value or ""."""

    name: str
    value: str
    colour: str
    is_dashed: bool = False


class Legend(QWidget):
    """The entries one under the other, values to the right of the names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self._entries

    def show_entries(self, entries: Sequence[Entry]) -> None:
        if tuple(entries) == self._entries:
            return
        count_changed = len(entries) != len(self._entries)
        self._entries = tuple(entries)
        self.setAccessibleDescription(", ".join(f"{entry.name} {entry.value}".strip() for entry in entries))
        if count_changed:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(112, ROW * max(len(self._entries), 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, ROW * max(len(self._entries), 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        plain, bold = theme.font(theme.SECONDARY_PX), theme.font(theme.SECONDARY_PX, weight=QFont.Weight.DemiBold)
        for row, entry in enumerate(self._entries):
            self._paint_entry(painter, entry, row * ROW, plain, bold)
        painter.end()

    def _paint_entry(self, painter: QPainter, entry: Entry, top: int, plain: QFont, bold: QFont) -> None:
        style = Qt.PenStyle.DashLine if entry.is_dashed else Qt.PenStyle.SolidLine
        pen = QPen(theme.colour(entry.colour), 2, style)
        if entry.is_dashed:
            pen.setDashPattern([2, 1.5])
        painter.setPen(pen)
        painter.drawLine(0, top + ROW // 2, SAMPLE, top + ROW // 2)
        value_width = QFontMetrics(bold).horizontalAdvance(entry.value) if entry.value else 0
        room = self.width() - SAMPLE - GAP - (value_width + GAP if value_width else 0)
        name = QFontMetrics(plain).elidedText(entry.name, Qt.TextElideMode.ElideRight, room)
        painter.setFont(plain)
        painter.setPen(theme.colour("secondary"))
        left = SAMPLE + GAP
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(left, top, room, ROW, middle, name)
        if entry.value:
            left += QFontMetrics(plain).horizontalAdvance(name) + 6
            painter.setFont(bold)
            painter.setPen(theme.colour("text"))
            painter.drawText(left, top, value_width + 2, ROW, middle, entry.value)
