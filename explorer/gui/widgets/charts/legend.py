"""Names, line samples and present values of the curves of a plot."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.text import tr

ROW, SAMPLE, GAP = 20, 14, 8
_LEAST_ROWS = 3
_BETWEEN = 6  # px between a name and its value


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a sample of the line in the theme's `colour`, the curve's name, and its newest value or ""."""

    name: str
    value: str
    colour: str
    is_dashed: bool = False


class Legend(QWidget):
    """The entries one under the other, values to the right of the names; how many more there are where room ends.

    Values change several times a second: they are labels that Qt paints by itself, and nothing is laid out for them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._rows: list[_Row] = []
        self._more = QLabel(self)
        self._more.hide()
        self._more.setProperty("role", "caption")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAutoFillBackground(True)  # or all that is behind would be painted with each new value

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self._entries

    def show_entries(self, entries: Sequence[Entry]) -> None:
        if tuple(entries) == self._entries:
            return
        count_changed = len(entries) != len(self._entries)
        self._entries = tuple(entries)
        self.setAccessibleDescription(", ".join(f"{entry.name} {entry.value}".strip() for entry in entries))
        while len(self._rows) < len(entries):
            self._rows.append(_Row(self))
        fitting = self._fitting
        for number, row in enumerate(self._rows):
            row.show_entry(entries[number] if number < fitting else None, number * ROW, self.width())
        if count_changed:
            self._say_more()
            self.updateGeometry()

    @property
    def _fitting(self) -> int:
        """So many of the first entries are shown."""
        rows = self.height() // ROW
        return len(self._entries) if len(self._entries) <= rows else max(rows - 1, 0)

    def _say_more(self) -> None:
        hidden = self._entries[self._fitting :]
        self._more.setText(tr("curves.more_curves", count=len(hidden)))
        self._more.setToolTip("\n".join(f"{entry.name} {entry.value}".strip() for entry in hidden))
        self._more.setGeometry(SAMPLE + GAP, self._fitting * ROW, self.width() - SAMPLE - GAP, ROW)
        self._more.setVisible(bool(hidden))

    def restyle(self) -> None:
        """Takes colours and font of the present theme, the words of the present language, and the present room."""
        fitting = self._fitting
        for number, row in enumerate(self._rows):
            row.show_entry(self._entries[number] if number < fitting else None, number * ROW, self.width())
            row.place(number * ROW, self.width())
        self._say_more()

    def sizeHint(self) -> QSize:
        return QSize(112, ROW * max(len(self._entries), 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, ROW * min(max(len(self._entries), 1), _LEAST_ROWS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.restyle()


class _Row:
    """The widgets of one entry."""

    def __init__(self, legend: QWidget) -> None:
        self._entry: Entry | None = None
        self._sample, self._name, self._value = _Sample(legend), QLabel(legend), QLabel(legend)
        self._name.setProperty("role", "secondary")
        self._value.setProperty("role", "figure")
        for label in (self._name, self._value):
            label.setTextFormat(Qt.TextFormat.PlainText)

    def show_entry(self, entry: Entry | None, top: int, width: int) -> None:
        before, self._entry = self._entry, entry
        if entry is None or before is None or before.name != entry.name or len(before.value) != len(entry.value):
            self.place(top, width)
        elif entry.value != before.value:
            self._value.setText(entry.value)
        if entry is not None:
            self._sample.show_line(entry.colour, is_dashed=entry.is_dashed)

    def place(self, top: int, width: int) -> None:
        """Puts the words where there is room for them; figures are all equally wide."""
        entry = self._entry
        for widget in (self._sample, self._name, self._value):
            widget.setVisible(entry is not None)
        if entry is None:
            return
        for widget in (self._name, self._value):
            widget.ensurePolished()
        self._value.setText(entry.value)
        value = self._value.sizeHint().width() if entry.value else 0
        room = width - SAMPLE - GAP - (value + _BETWEEN if value else 0)
        metrics = self._name.fontMetrics()
        self._name.setText(metrics.elidedText(entry.name, Qt.TextElideMode.ElideRight, room))
        left, name = SAMPLE + GAP, min(self._name.sizeHint().width(), max(room, 0))
        self._sample.setGeometry(0, top, SAMPLE, ROW)
        self._sample.update()
        self._name.setGeometry(left, top, name, ROW)
        self._value.setGeometry(left + name + _BETWEEN, top, value, ROW)


class _Sample(QWidget):
    """A piece of the line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour, self._is_dashed = "text", False

    def show_line(self, colour: str, *, is_dashed: bool) -> None:
        if (colour, is_dashed) != (self._colour, self._is_dashed):
            self._colour, self._is_dashed = colour, is_dashed
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        pen = QPen(theme.colour(self._colour), 2)
        if self._is_dashed:
            pen.setDashPattern([2, 1.5])
        painter = QPainter(self)
        painter.setPen(pen)
        painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)
