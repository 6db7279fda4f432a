"""The table of stages: of two networks a column for each amount, of more a column for each network."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.graph.compare.stages import Comparison, Stage
from explorer.gui.panels.compare.stage_rows import COLUMNS, Cell, NetworkCell, cells, network_cells, rows
from explorer.gui.panels.compare.stage_writer import CELL_ROLE, IS_SENTENCE_ROLE, StageWriter
from explorer.gui.text import tr
from explorer.gui.widgets.tables.plain_table import PlainTable

AnyIndex = QModelIndex | QPersistentModelIndex

_WIDTHS = {"stage": 168, "params": 146, "macs": 146, "activation_bytes": 158, "field": 110}
_MEANT = {"params": "params", "macs": "macs", "activation_bytes": "memory", "field": "field"}
_SENTENCE = COLUMNS.index("sentence")
_STAGE_WIDTH, _LEAST = 116, 210  # px; where each network has a column


class StageModel(QAbstractTableModel):
    """The whole networks in the first row, then a row for each stage."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._stages: list[Stage | None] = []
        self._cells: list[tuple[Cell | NetworkCell, ...]] = []

    def show(self, comparison: Comparison | None) -> None:
        """Keeps the columns that there are while there is no comparison."""
        self.beginResetModel()
        told = [] if comparison is None else rows(comparison)
        if comparison is not None:
            self._names = comparison.names
        self._stages = [row.stage for row in told]
        self._cells = [cells(row) if self.is_of_two else (Cell(row.name), *network_cells(row)) for row in told]
        self.endResetModel()

    @property
    def is_of_two(self) -> bool:
        return len(self._names) <= 2

    def stage(self, row: int) -> Stage | None:
        return self._stages[row]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid():
            return 0
        return len(COLUMNS) if self.is_of_two else 1 + len(self._names)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self._cells[index.row()][index.column()]
        is_sentence = self.is_of_two and index.column() == _SENTENCE
        if role == CELL_ROLE:
            return cell
        if role == IS_SENTENCE_ROLE:
            return is_sentence
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _words(cell)
        if role == Qt.ItemDataRole.ToolTipRole and (is_sentence or isinstance(cell, NetworkCell)):
            return _words(cell) or None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            if self.is_of_two or section == 0:
                return tr(f"compare.column_{COLUMNS[section]}")
            name = self._names[section - 1]
            return tr("compare.reference", name=name) if section == 1 else name
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole and self.is_of_two:
            return tr(f"facts.{_MEANT[COLUMNS[section]]}") if COLUMNS[section] in _MEANT else None
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


def _words(cell: Cell | NetworkCell) -> str:
    if isinstance(cell, NetworkCell):
        return cell.words
    return f"{cell.upper} ({cell.lower})" if cell.lower else cell.upper


class StageTable(PlainTable):
    """Shows a comparison.

    Signals:
        stage_picked(Stage | None): The user came to the row of a stage, or of the whole networks.
        copy_wanted: The comparison is to be copied.
    """

    stage_picked = Signal(object)
    copy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("compareTable", parent=parent)
        self._model = StageModel(self)
        self.setModel(self._model)
        self.setItemDelegate(StageWriter(self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # or heights are of another width
        self.setWordWrap(True)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(64)
        header.setStretchLastSection(True)
        header.sectionResized.connect(self.resizeRowsToContents)
        self._columns = 0
        self._give_widths()

    def copy_selected(self) -> None:
        self.copy_wanted.emit()

    def column_key(self, column: int) -> str:
        return COLUMNS[column] if self._model.is_of_two else f"of_many_{column}"

    def show_comparison(self, comparison: Comparison | None) -> None:
        self._model.show(comparison)
        if self._model.columnCount() != self._columns:
            self._give_widths()
        self.resizeRowsToContents()

    def _give_widths(self) -> None:
        """The user's own widths stay until there are more columns, or fewer."""
        self._columns = self._model.columnCount()
        self.horizontalHeader().setStretchLastSection(self._model.is_of_two)
        if self._model.is_of_two:
            self.fit_columns({column: _WIDTHS[key] for column, key in enumerate(COLUMNS[:-1])})
            return
        networks = self._columns - 1
        width = max((self.viewport().width() - _STAGE_WIDTH) // networks, _LEAST)
        self.setColumnWidth(0, max(self.viewport().width() - networks * width, _STAGE_WIDTH))
        for column in range(1, networks + 1):
            self.setColumnWidth(column, width)

    def refresh_words(self) -> None:
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._model.columnCount() - 1)
        self.resizeRowsToContents()

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and self.hasFocus():  # taken by a key or a click, not by the view itself
            self.stage_picked.emit(self._model.stage(current.row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._model.is_of_two:
            self._give_widths()
        self.resizeRowsToContents()
