"""The rows of the runs table: those that are looked for, in the order asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from explorer.gui import theme
from explorer.gui.panels.training import words
from explorer.gui.panels.training.run_columns import COLUMNS, COMPARE, NAME, NUMBER, Column, origin
from explorer.gui.text import say, tr
from explorer.runs import filtering
from explorer.runs.record import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.runs.record import RunRecord

AnyIndex = QModelIndex | QPersistentModelIndex
RUN_ROLE = Qt.ItemDataRole.UserRole + 1
PIECES = 24  # ranges of rows that come or go; for more than these it is quicker to show all rows anew

_STATUS_COLOURS = {
    Status.RUNNING: "accent",
    Status.QUEUED: "secondary",
    Status.FINISHED: "success",
    Status.STOPPED: "faint",
    Status.FAILED: "danger",
    Status.INTERRUPTED: "warning",
}


class RunTable(QAbstractTableModel):
    """Runs, with a tick for those to compare. Sorts and filters itself: a proxy asks Python for every comparison.

    Signals:
        compared_changed: Another set of runs is ticked.
        counted: Other runs are shown, or there are more or less of them.
        renamed(str, str): The user has typed a name for a run.
    """

    compared_changed = Signal()
    counted = Signal()
    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: tuple[RunRecord, ...] = ()
        self._rows: list[RunRecord] = []
        self._places: dict[str, int] = {}
        self._compared: list[str] = []
        self._paused: frozenset[str] = frozenset()
        self._filter = filtering.Filter()
        self._sorting = (NUMBER, Qt.SortOrder.DescendingOrder)
        self._dots: dict[str, QIcon] = {}

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def compared(self) -> tuple[str, ...]:
        """The ticked runs, in the order of ticking."""
        return tuple(self._compared)

    @property
    def count(self) -> int:
        """Of all runs, those included that are not looked for."""
        return len(self._records)

    @property
    def rows(self) -> tuple[RunRecord, ...]:
        """What is shown, from top to bottom."""
        return tuple(self._rows)

    def row_of(self, run: str | None) -> int | None:
        """Where `run` is shown; None where it is not."""
        return None if run is None else self._places.get(run)

    def show_records(self, records: tuple[RunRecord, ...], *, paused: frozenset[str]) -> None:
        """Shows these, as far as they are looked for; rows that stay keep their selection."""
        before, self._records = self._records, records
        was_paused, self._paused = self._paused, paused
        self._arrange()
        for run in paused ^ was_paused:
            self._redraw(self.row_of(run))
        if len(records) != len(before):
            self.counted.emit()
        if self._compared:
            known = {record.id for record in records}
            if not known.issuperset(self._compared):
                self._compared = [run for run in self._compared if run in known]
                self.compared_changed.emit()

    def find(self, text: str) -> None:
        """Shows only what `text` asks for; see `filtering`."""
        self._filter = filtering.parse(text, titles=_titles)
        self._arrange()
        self.counted.emit()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (column, order)
        self._arrange()

    def refresh_words(self) -> None:
        """Has everything drawn anew: language or theme are others."""
        self._dots.clear()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(COLUMNS) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def toggle_compared(self, run: str) -> None:
        """Ticks `run`, or takes its tick away."""
        if run in self._compared:
            self._compared.remove(run)
        else:
            self._compared.append(run)
        self._redraw(self.row_of(run))
        self.compared_changed.emit()

    def is_compared(self, run: str) -> bool:
        return run in self._compared

    # -- rows that come, go, move and change ------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Brings the rows from what they are to what they should be, touching only what differs."""
        new = self._wanted()
        new_ids = [record.id for record in new]
        if new_ids != [record.id for record in self._rows]:
            kept = set(new_ids)
            gone = _ranges([row for row, record in enumerate(self._rows) if record.id not in kept])
            come = _ranges([row for row, record in enumerate(new) if record.id not in self._places])
            if len(gone) + len(come) > PIECES:
                self.beginResetModel()
                self._take(new)
                self.endResetModel()
                return
            for first, last in reversed(gone):
                self.beginRemoveRows(QModelIndex(), first, last)
                del self._rows[first : last + 1]
                self.endRemoveRows()
            self._reorder(new)
            for first, last in come:
                self.beginInsertRows(QModelIndex(), first, last)
                self._rows[first:first] = new[first : last + 1]
                self.endInsertRows()
        changed = [row for row, record in enumerate(new) if record is not self._rows[row] and record != self._rows[row]]
        self._take(new)
        for first, last in _ranges(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def _wanted(self) -> list[RunRecord]:
        column, order = self._sorting
        found = [record for record in self._records if self._filter.matches(record)]
        if column == COMPARE:
            found.sort(key=lambda record: self.is_compared(record.id), reverse=order == Qt.SortOrder.DescendingOrder)
        elif column < len(COLUMNS):
            found.sort(key=COLUMNS[column].sort, reverse=order == Qt.SortOrder.DescendingOrder)
        return found

    def _reorder(self, new: list[RunRecord]) -> None:
        """Puts the rows that stay into the order that they have in `new`."""
        here = {record.id: record for record in self._rows}
        ordered = [here[record.id] for record in new if record.id in here]
        if ordered == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        runs = [self._rows[index.row()].id for index in before]
        self._rows = ordered
        self._places = {record.id: row for row, record in enumerate(ordered)}
        after = [self.index(self._places[run], index.column()) for run, index in zip(runs, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _take(self, rows: list[RunRecord]) -> None:
        self._rows = rows
        self._places = {record.id: row for row, record in enumerate(rows)}

    def _redraw(self, row: int | None) -> None:
        if row is not None:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    # -- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        answer = _ANSWERS.get(role) if index.isValid() else None
        return None if answer is None else answer(self, self._rows[index.row()], COLUMNS[index.column()])

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run = self._rows[index.row()].id
        if index.column() == COMPARE and role == Qt.ItemDataRole.CheckStateRole:
            self.toggle_compared(run)
            return True
        if index.column() == NAME and role == Qt.ItemDataRole.EditRole:
            self.renamed.emit(run, str(value))
            return True
        return False

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME:
            return flags | Qt.ItemFlag.ItemIsEditable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == COMPARE else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole and column.key in ("compare", "test", "loss"):
            return tr(f"training.column_{column.key}_tip")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def words(self, record: RunRecord, column: Column) -> str:
        if column.key == "status" and record.id in self._paused:
            return tr("training.status_paused")
        return column.write(record)

    def dot(self, record: RunRecord, column: Column) -> QIcon | None:
        """The sign of the run's status, before its words."""
        if column.key != "status":
            return None
        colour = "warning" if record.id in self._paused else _STATUS_COLOURS[record.status]
        if colour not in self._dots:
            self._dots[colour] = dot(theme.colour(colour))
        return self._dots[colour]


def _ranges(rows: list[int]) -> list[tuple[int, int]]:
    """[1, 2, 3, 7] as [(1, 3), (7, 7)]."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def _titles(record: RunRecord) -> tuple[str, ...]:
    """What the table calls the run's network, data and status."""
    plan = record.plan
    return (
        words.architecture(plan.choice.architecture),
        words.dataset(plan.dataset),
        tr("runs.status_queued") if record.status == Status.QUEUED else tr(f"training.status_{record.status}"),
        tr("training.status_paused") if record.is_paused else "",
    )


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _tick(table: RunTable, record: RunRecord, column: Column) -> Qt.CheckState | None:
    if column.key != "compare":
        return None
    return Qt.CheckState.Checked if table.is_compared(record.id) else Qt.CheckState.Unchecked


def _tip(table: RunTable, record: RunRecord, column: Column) -> str | None:
    if column.key == "compare":
        return tr("training.column_compare_tip")
    if column.key == "status" and record.message is not None:
        return say(record.message) + ("" if record.hint is None else "\n" + say(record.hint))
    config, about = record.plan.config, record.about
    settings = f"{words.optimizer(config)} · {tr('training.batch_size')} {config.batch_size}"
    tags = " ".join(f"#{tag}" for tag in about.tags)
    return "\n".join(line for line in (about.name, settings, origin(record), tags, about.note[:400]) if line)


def _spoken(table: RunTable, record: RunRecord, column: Column) -> str | None:
    """For those who hear the table: a tick and an empty cell say nothing by themselves."""
    if column.key == "compare":
        return tr("runs.compared" if table.is_compared(record.id) else "runs.not_compared", number=record.number)
    return f"{column.title}: {table.words(record, column)}"


def dot(colour: QColor) -> QIcon:
    """A small disc."""
    pixmap = QPixmap(QSize(24, 24))
    pixmap.setDevicePixelRatio(3)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(0, 0, 8, 8)
    painter.end()
    return QIcon(pixmap)


_ANSWERS: dict[int, Callable[[RunTable, RunRecord, Column], Any]] = {
    Qt.ItemDataRole.DisplayRole: RunTable.words,
    Qt.ItemDataRole.EditRole: lambda table, record, column: record.about.name if column.key == "name" else None,
    RUN_ROLE: lambda table, record, column: record.id,
    Qt.ItemDataRole.TextAlignmentRole: lambda table, record, column: _alignment(column),
    Qt.ItemDataRole.CheckStateRole: _tick,
    Qt.ItemDataRole.DecorationRole: RunTable.dot,
    Qt.ItemDataRole.ToolTipRole: _tip,
    Qt.ItemDataRole.AccessibleTextRole: _spoken,
}
