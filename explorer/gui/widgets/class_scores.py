"""The classes of an evaluation as a table: images, precision, recall, F1, and what each is taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.numerals import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.evaluation.summary import ClassRow

AnyIndex = QModelIndex | QPersistentModelIndex
COLUMNS = ("class", "images", "precision", "recall", "f1", "taken_for")
SHARES = ("precision", "recall", "f1")
_SHARE_ROLE = Qt.ItemDataRole.UserRole
_ROW = 26
_BAR, _BAR_HEIGHT, _PAD = 44, 4, 8
_WIDTHS = {"images": 72, "precision": 118, "recall": 118, "f1": 118}
_LEAST_NAME, _MOST_NAME = 90, 220
_MEASURED = 20  # words of a column, the longest
_WORDS = 3  # px of the style beside the words


class ClassScoresModel(QAbstractTableModel):
    """Rows in the order of one column; the class number decides among equals."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ClassRow, ...] = ()
        self._shown: list[ClassRow] = []
        self._by, self._is_falling = 0, False

    @property
    def shown(self) -> Sequence[ClassRow]:
        return self._shown

    def show_rows(self, rows: tuple[ClassRow, ...]) -> None:
        is_same = len(rows) == len(self._rows)
        if is_same and rows:  # live: the place and the selection stay
            self._rows = rows
            self._arrange()
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self._arrange()
        self.endResetModel()

    def refresh_words(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(COLUMNS) - 1))

    def row_of(self, index: int) -> int | None:
        """Where class `index` stands now."""
        return next((place for place, row in enumerate(self._shown) if row.index == index), None)

    def _arrange(self) -> None:
        column = COLUMNS[self._by]

        def key(row: ClassRow) -> Any:
            if column == "class":
                return row.index
            if column == "images":
                return row.score.images
            if column == "taken_for":
                return row.taken
            share = getattr(row.score, column)
            return -1.0 if share is None else share

        self._shown = sorted(self._rows, key=key, reverse=self._is_falling)

    # -- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        classes = [(self._shown[index.row()].index, index.column()) for index in before]
        self._by, self._is_falling = max(column, 0), order == Qt.SortOrder.DescendingOrder
        self._arrange()
        places = {row.index: place for place, row in enumerate(self._shown)}
        after = [self.index(places[index], column) for index, column in classes]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _written(row, column)
        if role == _SHARE_ROLE:
            return getattr(row.score, column) if column in SHARES else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column in ("images", "taken_for"):
            return theme.colour("secondary")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(f"evaluation.column_{column}")
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(f"evaluation.column_{column}_tip")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None


class ClassScores(QTableView):
    """The table.

    Signals:
        opened(int): A class was clicked.
    """

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classScores")
        self.scores = ClassScoresModel(self)
        self.setModel(self.scores)
        self.setItemDelegate(_ShareBars(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(28)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.clicked.connect(self._on_opened)
        self.activated.connect(self._on_opened)

    def show_rows(self, rows: tuple[ClassRow, ...]) -> None:
        self.scores.show_rows(rows)
        self._fit_columns()

    def _fit_columns(self) -> None:
        header, metrics = self.horizontalHeader(), QFontMetrics(theme.font())
        names = _widest(metrics, [row.score.name for row in self.scores.shown])
        widths = {**_WIDTHS, "class": min(max(names + 2 * (_PAD + _WORDS), _LEAST_NAME), _MOST_NAME)}
        spare = self.viewport().width() - sum(widths.values())
        taken = _widest(metrics, [_written(row, "taken_for") for row in self.scores.shown])
        widths["taken_for"] = max(spare, min(taken + 2 * (_PAD + _WORDS), 240), 120)
        for place, column in enumerate(COLUMNS):
            header.resizeSection(place, widths[column])

    def _on_opened(self, index: QModelIndex) -> None:
        self.opened.emit(self.scores.shown[index.row()].index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_columns()


def _widest(metrics: QFontMetrics, words: list[str]) -> int:
    """Pixels of the widest of the longest words; all of 1,000 would take too long to measure."""
    return max((metrics.horizontalAdvance(word) for word in sorted(words, key=len)[-_MEASURED:]), default=0)


def _written(row: ClassRow, column: str) -> str:
    score = row.score
    if column == "class":
        return score.name
    if column == "images":
        return count(score.images)
    if column == "taken_for":
        return "" if row.taken_for is None else tr("evaluation.taken", name=row.taken_for, count=count(row.taken))
    share = getattr(score, column)
    return "–" if share is None else f"{share:.1%}"


def _alignment(column: str) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in ("class", "taken_for") else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


class _ShareBars(QStyledItemDelegate):
    """Draws a bar at the left of a share."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(_SHARE_ROLE)
        if share is None:
            return
        cell: QRect = option.rect
        groove = QRectF(cell.left() + _PAD, cell.center().y() - _BAR_HEIGHT / 2 + 0.5, _BAR, _BAR_HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("track"))
        painter.drawRoundedRect(groove, 2, 2)
        painter.setBrush(theme.colour("accent"))
        groove.setWidth(max(share * _BAR, 2))
        painter.drawRoundedRect(groove, 2, 2)
        painter.restore()
