"""Fields in one row where there is room, else in two."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


@dataclass(frozen=True, slots=True)
class Room:
    """The widths in pixels that a field may have, and its share of what is left over."""

    least: int
    greatest: int
    share: int = 1


class WrappingRow(QWidget):
    """Widgets side by side, aligned at their lower edges; the first `first_row` of them stay together above."""

    def __init__(self, *, first_row: int, gap: int = 6, line_gap: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first_row, self._gap, self._line_gap = first_row, gap, line_gap
        self._items: list[tuple[QWidget, Room]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, widget: QWidget, room: Room) -> None:
        """Adds a field at the end."""
        widget.setParent(self)
        self._items.append((widget, room))

    @property
    def has_two_lines(self) -> bool:
        return self.width() < self._need(self._items)

    def arrange(self) -> None:
        """Places the fields anew; call it when one of them has come, gone or become another size."""
        top = 0
        for line in self._lines():
            height = max(widget.sizeHint().height() for widget, _ in line)
            left = 0
            for (widget, _), width in zip(line, self._widths(line), strict=True):
                own = widget.sizeHint().height()
                widget.setGeometry(QRect(left, top + height - own, width, own))
                left += width + self._gap
            top += height + self._line_gap
        if self.height() != top - self._line_gap:
            self.setFixedHeight(top - self._line_gap)

    def _lines(self) -> list[list[tuple[QWidget, Room]]]:
        shown = [item for item in self._items if not item[0].isHidden()]
        if not self.has_two_lines:
            return [shown]
        above = [item for item in self._items[: self._first_row] if item in shown]
        return [above, [item for item in shown if item not in above]]

    def _need(self, items: list[tuple[QWidget, Room]]) -> int:
        rooms = [self._least(widget, room) for widget, room in items if not widget.isHidden()]
        return sum(rooms) + self._gap * (len(rooms) - 1)

    @staticmethod
    def _least(widget: QWidget, room: Room) -> int:
        """What does not stretch takes what it wants."""
        return room.least if room.share else max(room.least, widget.sizeHint().width())

    def _widths(self, line: list[tuple[QWidget, Room]]) -> list[int]:
        """The least widths, and what is left over by the shares, up to the greatest widths."""
        widths = [self._least(widget, room) for widget, room in line]
        spare = self.width() - sum(widths) - self._gap * (len(line) - 1)
        while spare > 0:
            open_ = [
                place
                for place, (_, room) in enumerate(line)
                if room.share and (widths[place] < room.greatest or self.has_two_lines)
            ]
            shares = sum(line[place][1].share for place in open_)
            if not shares or spare < len(open_):
                break
            given = 0
            for place in open_:
                room = line[place][1]
                more = spare * room.share // shares
                if not self.has_two_lines:  # two lines end at the same edge
                    more = min(more, room.greatest - widths[place])
                widths[place] += more
                given += more
            if not given:
                break
            spare -= given
        return widths

    def sizeHint(self) -> QSize:
        return QSize(self._need(self._items), self.height())

    def minimumSizeHint(self) -> QSize:
        """Two lines have to fit."""
        above, below = self._items[: self._first_row], self._items[self._first_row :]
        return QSize(max(self._need(above), self._need(below)), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()
