"""The table of stages: two lines in a cell, and a sentence that goes over as many as it needs."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from explorer.graph.compare.stages import Comparison, Stage
from explorer.gui import theme
from explorer.gui.panels.compare.stage_rows import COLUMNS, Cell, cells, rows
from explorer.gui.text import tr

AnyIndex = QModelIndex | QPersistentModelIndex
CELL_ROLE = Qt.ItemDataRole.UserRole

_WIDTHS = {"stage": 168, "params": 146, "macs": 146, "activation_bytes": 158, "field": 110}
_SENTENCE = COLUMNS.index("sentence")
_PAD, _LEAD = 8, 7  # px beside the words, and above and below them
_HEIGHT = 44


class StageModel(QAbstractTableModel):
    """The whole networks in the first row, then a row for each stage."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stages: list[Stage | None] = []
        self._cells: list[tuple[Cell, ...]] = []

    def show(self, comparison: Comparison | None) -> None:
        self.beginResetModel()
        told = [] if comparison is None else rows(comparison)
        self._stages = [row.stage for row in told]
        self._cells = [cells(row) for row in told]
        self.endResetModel()

    def stage(self, row: int) -> Stage | None:
        return self._stages[row]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self._cells[index.row()][index.column()]
        if role == CELL_ROLE:
            return cell
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{cell.upper} ({cell.lower})" if cell.lower else cell.upper
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == _SENTENCE:
            return cell.upper or None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(f"compare.column_{COLUMNS[section]}")
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class _Writer(QStyledItemDelegate):
    """Writes cells; the first row, and the names of stages, with more weight."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        cell: Cell = index.data(CELL_ROLE)
        state = option.state
        area = QRectF(option.rect)
        painter.save()
        is_over = bool(state & QStyle.StateFlag.State_MouseOver)
        if state & QStyle.StateFlag.State_Selected or is_over:
            painter.fillRect(area, theme.colour("selected" if state & QStyle.StateFlag.State_Selected else "hover"))
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.colour("border"))
        inner = area.adjusted(_PAD, _LEAD, -_PAD, -_LEAD)
        if index.column() == _SENTENCE:
            painter.setFont(theme.font(theme.SECONDARY_PX))
            painter.setPen(theme.colour("secondary"))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap), cell.upper)
        else:
            self._write_lines(painter, inner, cell, is_strong=index.row() == 0 or index.column() == 0)
        painter.restore()

    def _write_lines(self, painter: QPainter, area: QRectF, cell: Cell, *, is_strong: bool) -> None:
        weight = QFont.Weight.DemiBold if is_strong else QFont.Weight.Normal
        upper, lower = theme.font(theme.SECONDARY_PX, weight=weight), theme.font(theme.CAPTION_PX)
        heights = QFontMetricsF(upper).height(), QFontMetricsF(lower).height() if cell.lower else 0.0
        top = area.center().y() - sum(heights) / 2
        for words, font, role, height in (
            (cell.upper, upper, "text", heights[0]),
            (cell.lower, lower, "faint", heights[1]),
        ):
            painter.setFont(font)
            painter.setPen(theme.colour(role))
            cut = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, area.width() + 0.5)
            painter.drawText(QRectF(area.left(), top, area.width(), height), int(Qt.AlignmentFlag.AlignVCenter), cut)
            top += height

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        if index.column() != _SENTENCE:
            return QSize(80, _HEIGHT)
        view = self.parent()
        width = view.columnWidth(_SENTENCE) if isinstance(view, QTableView) else 300
        metrics = QFontMetrics(theme.font(theme.SECONDARY_PX))
        cell: Cell = index.data(CELL_ROLE)
        words = metrics.boundingRect(0, 0, width - 2 * _PAD, 1000, int(Qt.TextFlag.TextWordWrap), cell.upper)
        return QSize(width, max(_HEIGHT, words.height() + 2 * _LEAD))


class StageTable(QTableView):
    """Shows a comparison.

    Signals:
        stage_picked(Stage | None): The user came to the row of a stage, or of the whole networks.
    """

    stage_picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareTable")
        self._model = StageModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Writer(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        for column, key in enumerate(COLUMNS):
            if key in _WIDTHS:
                self.setColumnWidth(column, _WIDTHS[key])
        header.setMinimumSectionSize(64)
        header.setStretchLastSection(True)
        header.sectionResized.connect(lambda *_: self.resizeRowsToContents())
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_comparison(self, comparison: Comparison | None) -> None:
        self._model.show(comparison)
        self.resizeRowsToContents()

    def refresh_words(self) -> None:
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self.resizeRowsToContents()

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and self.hasFocus():  # taken by a key or a click, not by the view itself
            self.stage_picked.emit(self._model.stage(current.row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resizeRowsToContents()
