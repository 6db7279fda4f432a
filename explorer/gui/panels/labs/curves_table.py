"""What became of the runs that are drawn, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from explorer.gui.panels.labs import curves_words as words
from explorer.gui.text import tr
from explorer.gui.widgets.numerals import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.panels.labs.curves_drawing import ShownRun
    from explorer.runs.curve_points import Points
    from explorer.runs.growing import Floats

AnyIndex = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its text key, its number of a run (None where there is none), how it is written, its width."""

    key: str
    value: Callable[[ShownRun], float | None]
    write: Callable[[float | None], str]
    width: int


def _last(values: Floats) -> float | None:
    return float(values[-1]) if len(values) else None


def _best(points: Points) -> float | None:
    return None if points.best is None else float(points.test_accuracies[points.best])


def _total(run: ShownRun) -> float | None:
    return None if run.macs is None else run.points.macs(run.macs)


def _whole(value: float | None) -> str:
    return "" if value is None else count(round(value))


COLUMNS = (
    Column("name", lambda run: None, lambda value: "", 190),
    Column("train_loss", lambda run: _last(run.points.train_losses), words.loss, 88),
    Column("test_loss", lambda run: _last(run.points.test_losses), words.loss, 88),
    Column("train_accuracy", lambda run: _last(run.points.train_accuracies), words.percent, 88),
    Column("test_accuracy", lambda run: _last(run.points.test_accuracies), words.percent, 88),
    Column("best", lambda run: _best(run.points), words.percent, 88),
    Column("best_at", lambda run: None if run.points.best is None else run.points.best + 1.0, _whole, 88),
    Column("steps", lambda run: float(run.points.step), _whole, 80),
    Column("time", lambda run: run.points.seconds, lambda value: words.clock(value or 0.0), 80),
    Column("work", _total, words.work, 88),
)
NAME = 0


class Figures(QAbstractTableModel):
    """One line for each run that is drawn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[ShownRun, ...] = ()

    def show_runs(self, runs: tuple[ShownRun, ...]) -> None:
        if [run.points.run for run in runs] == [run.points.run for run in self._runs]:
            self._runs = runs
            self.refresh()
            return
        self.beginResetModel()
        self._runs = runs
        self.endResetModel()

    def refresh(self) -> None:
        """Has everything drawn anew: numbers, colours or the language are others."""
        if self._runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._runs) - 1, len(COLUMNS) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run, place = self._runs[index.row()], index.column()
        column = COLUMNS[place]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return run.name if place == NAME else column.write(column.value(run))
            case Qt.ItemDataRole.DecorationRole if place == NAME:
                return swatch(run.colour)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(place)
            case _ if role == SORT_ROLE:
                value = column.value(run)
                return run.name.lower() if place == NAME else float("-inf") if value is None else value
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        key = COLUMNS[section].key
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(f"curves.column_{key}")
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(f"curves.column_{key}_tip")
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _side(place: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if place == NAME else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


@cache
def swatch(colour: str) -> QIcon:
    """A small square of that colour."""
    pixmap = QPixmap(QSize(36, 36))
    pixmap.setDevicePixelRatio(3)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(0, 0, 12, 12, 3, 3)
    painter.end()
    return QIcon(pixmap)


class FiguresView(QTableView):
    """The table, sorted by any column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curveFigures")
        self.figures = Figures(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.figures)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # as they were chosen
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setIconSize(QSize(12, 12))
        self.setMinimumHeight(84)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(48)
        for place, column in enumerate(COLUMNS):
            self.setColumnWidth(place, column.width)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
