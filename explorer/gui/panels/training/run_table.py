"""The rows and columns of the runs table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from explorer.gui import theme
from explorer.gui.panels.training import words
from explorer.gui.text import tr
from explorer.runs.record import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.runs.store import RunRecord

AnyIndex = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole
RUN_ROLE = Qt.ItemDataRole.UserRole + 1

_STATUS_COLOURS = {
    Status.RUNNING: "accent",
    Status.FINISHED: "success",
    Status.STOPPED: "faint",
    Status.FAILED: "danger",
    Status.INTERRUPTED: "warning",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its text key, what it says of a run, and what it is sorted by."""

    key: str
    write: Callable[[RunRecord], str]
    sort: Callable[[RunRecord], Any]
    width: int
    is_number: bool = True


COLUMNS = (
    Column("compare", lambda r: "", lambda r: 0, 32, is_number=False),
    Column("number", lambda r: str(r.number), lambda r: r.number, 44, is_number=False),
    Column(
        "architecture",
        lambda r: words.architecture(r.plan.choice.architecture),
        lambda r: words.architecture(r.plan.choice.architecture).lower(),
        128,
        is_number=False,
    ),
    Column(
        "data", lambda r: words.dataset(r.plan.dataset), lambda r: words.dataset(r.plan.dataset), 120, is_number=False
    ),
    Column("test", lambda r: words.percent(r.test_accuracy), lambda r: _or_least(r.test_accuracy), 64),
    Column("status", lambda r: tr(f"training.status_{r.status}"), lambda r: str(r.status), 96, is_number=False),
    Column("epochs", lambda r: f"{r.epochs_done}/{r.plan.config.epochs}", lambda r: r.epochs_done, 68),
    Column("loss", lambda r: words.loss(r.train_loss), lambda r: _or_least(r.train_loss), 64),
    Column(
        "speed",
        lambda r: "" if r.images_per_second is None else words.count(r.images_per_second),
        lambda r: _or_least(r.images_per_second),
        72,
    ),
    Column("duration", lambda r: words.duration(r.seconds) if r.steps else "", lambda r: r.seconds, 76),
    Column("created", lambda r: words.moment(r.created), lambda r: r.created.timestamp(), 100),
)
COMPARE = 0


def _or_least(value: float | None) -> float:
    """What is not known sorts below everything."""
    return float("-inf") if value is None else value


class RunTable(QAbstractTableModel):
    """All runs, with a tick for those to compare.

    Signals:
        compared_changed: Another set of runs is ticked.
    """

    compared_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: tuple[RunRecord, ...] = ()
        self._compared: list[str] = []
        self._paused: str | None = None

    @property
    def compared(self) -> tuple[str, ...]:
        """The ticked runs, in the order of ticking."""
        return tuple(self._compared)

    def record(self, row: int) -> RunRecord:
        return self._records[row]

    def row_of(self, run: str | None) -> int | None:
        return next((row for row, record in enumerate(self._records) if record.id == run), None)

    def show_records(self, records: tuple[RunRecord, ...], *, paused: str | None) -> None:
        """Shows these; rows that stay keep their selection."""
        same_runs = [record.id for record in records] == [record.id for record in self._records]
        if same_runs:
            self._records, self._paused = records, paused
            self.refresh_words()
            return
        self.beginResetModel()
        self._records, self._paused = records, paused
        self.endResetModel()
        known = {record.id for record in records}
        if not known.issuperset(self._compared):
            self._compared = [run for run in self._compared if run in known]
            self.compared_changed.emit()

    def refresh_words(self) -> None:
        """Has everything drawn anew: numbers, language or theme are others."""
        if self._records:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._records) - 1, len(COLUMNS) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def toggle_compared(self, run: str) -> None:
        """Ticks `run`, or takes its tick away."""
        if run in self._compared:
            self._compared.remove(run)
        else:
            self._compared.append(run)
        row = self.row_of(run)
        if row is not None:
            self.dataChanged.emit(self.index(row, COMPARE), self.index(row, COMPARE))
        self.compared_changed.emit()

    # -- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record, column = self._records[index.row()], COLUMNS[index.column()]
        answer = _ANSWERS.get(role)
        return None if answer is None else answer(self, record, column)

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if index.column() != COMPARE or role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.toggle_compared(self._records[index.row()].id)
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == COMPARE else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(f"training.column_{column.key}")
        if role == Qt.ItemDataRole.ToolTipRole and column.key in ("compare", "test", "loss"):
            return tr(f"training.column_{column.key}_tip")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def words(self, record: RunRecord, column: Column) -> str:
        if column.key == "status" and record.id == self._paused:
            return tr("training.status_paused")
        return column.write(record)

    def is_compared(self, run: str) -> bool:
        return run in self._compared


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
        from explorer.gui.text import say

        return say(record.message) + ("" if record.hint is None else "\n" + say(record.hint))
    config = record.plan.config
    return f"{words.optimizer(config)} · {tr('training.batch_size')} {config.batch_size}"


def _dot(table: RunTable, record: RunRecord, column: Column) -> QIcon | None:
    if column.key != "status":
        return None
    colour = (
        "warning" if table.words(record, column) == tr("training.status_paused") else _STATUS_COLOURS[record.status]
    )
    return dot(theme.colour(colour))


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
    SORT_ROLE: lambda table, record, column: (
        table.is_compared(record.id) if column.key == "compare" else column.sort(record)
    ),
    RUN_ROLE: lambda table, record, column: record.id,
    Qt.ItemDataRole.TextAlignmentRole: lambda table, record, column: _alignment(column),
    Qt.ItemDataRole.CheckStateRole: _tick,
    Qt.ItemDataRole.DecorationRole: _dot,
    Qt.ItemDataRole.ToolTipRole: _tip,
}
