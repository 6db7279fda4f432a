"""Which runs are drawn, and in which colours: a list with a tick and a colour for each run, and a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from explorer.gui import theme
from explorer.gui.panels.labs import curves_words as words
from explorer.gui.text import tr
from explorer.gui.widgets.charts.colours import COUNT, curve_colour
from explorer.gui.widgets.words.plain import plain
from explorer.gui.widgets.words.text_line import write_line
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.runs.shelf.record import RunRecord

AnyIndex = QModelIndex | QPersistentModelIndex
RECORD_ROLE = Qt.ItemDataRole.UserRole

ROW_HEIGHT = 46
_LEFT, _BOX, _SWATCH = 12, 16, 12
_SWATCH_LEFT = _LEFT + _BOX + 8
_TEXT_LEFT = _SWATCH_LEFT + _SWATCH + 9


class ShownRuns(QObject):
    """The runs that are drawn, in the order in which they were chosen, with the number of the colour of each.

    Signals:
        changed: Another set, or another colour.
        joined: Others are drawn as one, in the colour of the first of them.
    """

    changed = Signal()
    joined = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._colours: dict[str, int] = {}
        self._last: dict[str, int] = {}  # a run that comes back has its colour again, if nobody took it
        self._firsts: dict[str, str] = {}  # of runs that are drawn as one with others: the first of them

    def __contains__(self, run: object) -> bool:
        return run in self._colours

    @property
    def runs(self) -> tuple[str, ...]:
        return tuple(self._colours)

    def colour(self, run: str) -> str:
        """The colour of a run that is drawn, in the present theme."""
        return curve_colour(self._colours[self._first(run)])

    def show(self, *runs: str) -> None:
        """Has these drawn too, each in the colour that fewest others have."""
        new = [run for run in runs if run not in self._colours]
        for run in new:
            self._colours[run] = self._free(self._last.get(run))
        if new:
            self.changed.emit()

    def hide(self, *runs: str) -> None:
        gone = [run for run in runs if run in self._colours]
        for run in gone:
            self._last[run] = self._colours.pop(run)
        if gone:
            self.changed.emit()

    @property
    def colours(self) -> dict[str, int]:
        """The number of the colour of each run that has or had one; those that are drawn come last."""
        return {run: number % COUNT for run, number in {**self._last, **self._colours}.items()}

    def remember(self, colours: Mapping[str, int]) -> None:
        """Has runs get these colours when they are drawn, if nobody took them."""
        self._last = {**colours, **self._last}

    def toggle(self, run: str) -> None:
        if run in self._colours:
            self.hide(run)
        else:
            self.show(run)

    def paint(self, run: str, number: int) -> None:
        """Gives a run the colour `number`; one that was not drawn is from now on."""
        self._colours[self._first(run)] = number
        self.changed.emit()

    def join(self, firsts: Mapping[str, str]) -> None:
        """From now on each of these runs is drawn as one with another, in its colour."""
        if firsts != self._firsts:
            self._firsts = dict(firsts)
            self.joined.emit()

    def _first(self, run: str) -> str:
        first = self._firsts.get(run, run)
        return first if first in self._colours else run

    def keep_only(self, known: frozenset[str]) -> None:
        """Forgets runs that are not there any more."""
        self.hide(*(run for run in self._colours if run not in known))

    def _free(self, wanted: int | None) -> int:
        taken = [number % COUNT for number in self._colours.values()]
        if wanted is not None and wanted not in taken:
            return wanted
        return min(range(COUNT), key=lambda number: (taken.count(number), number))


class RunRows(QAbstractListModel):
    """The runs that the search finds, newest first."""

    def __init__(self, shown: ShownRuns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown = shown
        self._records: tuple[RunRecord, ...] = ()
        self._found: tuple[RunRecord, ...] = ()
        self._search = ""
        self._only_shown = False
        shown.changed.connect(self._on_shown)
        shown.joined.connect(self.refresh)

    @property
    def found(self) -> tuple[RunRecord, ...]:
        """The rows."""
        return self._found

    def show_records(self, records: tuple[RunRecord, ...]) -> None:
        self._records = records
        self._filter()

    def search(self, text: str) -> None:
        self._search = text.strip().lower()
        self._filter()

    def set_only_shown(self, only: bool) -> None:
        self._only_shown = only
        self._filter()

    def _on_shown(self) -> None:
        if self._only_shown:
            self._filter()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Has every row drawn anew."""
        if self._found:
            self.dataChanged.emit(self.index(0), self.index(len(self._found) - 1))

    def _filter(self) -> None:
        wanted = self._search.split()
        found = tuple(
            record
            for record in self._records
            if (not self._only_shown or record.id in self.shown) and _matches(record, wanted)
        )
        if [record.id for record in found] == [record.id for record in self._found]:
            self._found = found
            self.refresh()
            return
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    # -- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record = self._found[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{words.name(record)}, {words.data(record)}"
            case Qt.ItemDataRole.ToolTipRole:
                return plain(_tip(record))
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if record.id in self.shown else Qt.CheckState.Unchecked
            case _:
                return record if role == RECORD_ROLE else None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.shown.toggle(self._found[index.row()].id)
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable


def _matches(record: RunRecord, wanted: list[str]) -> bool:
    about = record.about
    said = f"#{record.number} {words.title(record)} {record.plan.title} {words.data(record)} {record.plan.dataset}"
    whole = f"{said} {words.settings(record)} {about.note} {' '.join(about.tags)}".lower()
    return all(part in whole for part in wanted)


def _tip(record: RunRecord) -> str:
    lines = [
        f"{words.name(record)} · {words.data(record)}",
        words.settings(record),
        tr(f"training.status_{record.status}"),
    ]
    if record.about.note:
        lines.append(record.about.note)
    return "\n".join(lines)


class RunDelegate(QStyledItemDelegate):
    """A tick, the colour, name and test accuracy; below what it was trained with and on."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        record: RunRecord = index.data(RECORD_ROLE)
        view = option.widget
        assert isinstance(view, RunList)
        is_shown = record.id in view.rows.shown
        area = QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, theme.colour("hover"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_HasFocus and view.property("byKeyboard"):
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRoundedRect(area.adjusted(2.5, 1.5, -2.5, -1.5), 4, 4)
        _paint_tick(painter, QRectF(_LEFT, area.center().y() - _BOX / 2, _BOX, _BOX), is_shown)
        swatch = QRectF(_SWATCH_LEFT, area.center().y() - _SWATCH / 2, _SWATCH, _SWATCH)
        if is_shown:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(view.rows.shown.colour(record.id)))
            painter.drawRoundedRect(swatch, 3, 3)
        _paint_words(painter, area, record, is_shown=is_shown)
        painter.restore()


def _paint_tick(painter: QPainter, box: QRectF, is_ticked: bool) -> None:
    painter.setPen(QPen(theme.colour("accent_fill" if is_ticked else "faint"), 1))
    painter.setBrush(theme.colour("accent_fill" if is_ticked else "field"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if is_ticked:
        theme.icon("check", "on_accent", 12).paint(painter, box.adjusted(2, 2, -2, -2).toRect())


def _paint_words(painter: QPainter, area: QRectF, record: RunRecord, *, is_shown: bool) -> None:
    right = area.right() - 12
    bold = theme.font(theme.SECONDARY_PX, weight=QFont.Weight.DemiBold)
    value = words.percent(record.test_accuracy)
    width = QFontMetricsF(bold).horizontalAdvance(value) if value else 0.0
    upper = QRectF(_TEXT_LEFT, area.top() + 5, right - _TEXT_LEFT, 19)
    lower = QRectF(_TEXT_LEFT, area.top() + 23, right - _TEXT_LEFT, 17)
    write_line(
        painter,
        upper.adjusted(0, 0, -width - 8, 0),
        words.name(record),
        theme.font(),
        "text" if is_shown else "secondary",
    )
    write_line(painter, upper, value, bold, "text" if is_shown else "secondary", Qt.AlignmentFlag.AlignRight)
    small = theme.font(theme.CAPTION_PX)
    if record.status is Status.RUNNING:
        live = tr("training.status_running")
        room = QFontMetricsF(small).horizontalAdvance(live)
        write_line(painter, lower, live, small, "accent", Qt.AlignmentFlag.AlignRight)
        lower.setRight(lower.right() - room - 8)
    write_line(painter, lower, f"{words.settings(record)} · {words.data(record)}", small, "faint")


class RunList(QListView):
    """The rows; a click ticks, one on the colour asks for another.

    Signals:
        colour_wanted(str, QPoint): The user wants another colour for this run; the place on the screen.
    """

    colour_wanted = Signal(str, QPoint)

    def __init__(self, shown: ShownRuns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curveRuns")
        self.rows = RunRows(shown, self)
        self.setModel(self.rows)
        self.setItemDelegate(RunDelegate(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setProperty("byKeyboard", False)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setCurrentIndex(index)
        record: RunRecord = index.data(RECORD_ROLE)
        is_on_colour = _SWATCH_LEFT - 4 <= event.position().x() <= _SWATCH_LEFT + _SWATCH + 4
        if is_on_colour and record.id in self.rows.shown:
            self.colour_wanted.emit(record.id, event.globalPosition().toPoint())
        else:
            self.rows.shown.toggle(record.id)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # ticked when pressed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.setProperty("byKeyboard", True)
        index = self.currentIndex()
        if index.isValid() and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.rows.shown.toggle(index.data(RECORD_ROLE).id)
        elif index.isValid() and event.key() == Qt.Key.Key_C and index.data(RECORD_ROLE).id in self.rows.shown:
            self.colour_wanted.emit(
                index.data(RECORD_ROLE).id, self.viewport().mapToGlobal(self.visualRect(index).center())
            )
        else:
            super().keyPressEvent(event)
