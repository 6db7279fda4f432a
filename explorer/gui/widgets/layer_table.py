"""The layers of a graph as the model of a table: sorted and filtered by itself, because Qt's own would be slower."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from explorer.graph.rows import HEADS, SHARES, TEXTS, Column, Listing, Row, Target, Total, total
from explorer.gui import text, theme
from explorer.gui.text import say, tr
from explorer.gui.widgets import numerals

if TYPE_CHECKING:
    from collections.abc import Sequence

AnyIndex = QModelIndex | QPersistentModelIndex
COLUMNS = tuple(Column)
SHARE_ROLE = Qt.ItemDataRole.UserRole  # 0-1, of a column of shares
_CHIP = 9


class LayerTable(QAbstractTableModel):
    """The rows of one listing, some left out, in the order of one column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listing: Listing | None = None
        self._found: frozenset[Target] | None = None
        self._shown: list[Row] = []
        self._places: dict[Target, int] = {}
        self._largest: dict[Column, float] = {}
        self._by, self._is_falling = Column.NUMBER, False

    @property
    def listing(self) -> Listing | None:
        return self._listing

    @property
    def rows(self) -> Sequence[Row]:
        """What is shown, in its order."""
        return self._shown

    @property
    def is_filtered(self) -> bool:
        return self._found is not None

    def row_of(self, target: Target) -> int | None:
        return self._places.get(target)

    def show_listing(self, listing: Listing | None) -> None:
        self.beginResetModel()
        self._listing = listing
        self._arrange()
        self.endResetModel()

    def show_only(self, targets: frozenset[Target] | None) -> None:
        """Leaves out all rows but those of `targets`; None: leaves out none."""
        if targets == self._found:
            return
        self.beginResetModel()
        self._found = targets
        self._arrange()
        self.endResetModel()

    def refresh_words(self) -> None:
        """Has everything drawn anew: language or theme are others."""
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(COLUMNS) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def _arrange(self) -> None:
        listing, found = self._listing, self._found
        if listing is None:
            self._shown = []
        else:
            kept = [row for row in listing.rows if found is None or row.target in found]
            by = self._by
            # Sorted in the same direction as the rows came, so that equal ones keep the order of execution.
            self._shown = sorted(kept, key=lambda row: listing.key(row, by), reverse=self._is_falling)
        self._places = {row.target: place for place, row in enumerate(self._shown)}
        self._largest = {
            column: max((listing.share(row, column) for row in self._shown), default=0.0) if listing else 0.0
            for column in SHARES
        }

    # -- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        targets = [(self._shown[index.row()].target, index.column()) for index in before]
        self._by, self._is_falling = COLUMNS[max(column, 0)], order == Qt.SortOrder.DescendingOrder
        self._arrange()
        after = [self.index(self._places[target], place) for target, place in targets]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._listing is None:
            return None
        row, column = self._shown[index.row()], COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return cell(self._listing.written(row, column, text.language()), column)
        if role == SHARE_ROLE:
            return self._listing.share(row, column) if column in SHARES else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(column)
        if role == Qt.ItemDataRole.DecorationRole and column is Column.PATH:
            return _chip(theme.category_colour(row.category).name())
        if role == Qt.ItemDataRole.FontRole and row.is_block:
            return theme.font(theme.TEXT_PX, weight=QFont.Weight.DemiBold)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(row, column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return say(HEADS[column])
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(f"graph.column_{column}_tip")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(column)
        if role == Qt.ItemDataRole.InitialSortOrderRole and column not in {*TEXTS, Column.NUMBER}:
            return Qt.SortOrder.DescendingOrder  # the largest is what one looks for
        return None

    def _ink(self, row: Row, column: Column) -> QColor:
        if column in (Column.NUMBER, Column.KIND, Column.OUTPUT) and not row.is_block:
            return theme.colour("secondary")
        amounts = {Column.PARAMS: row.params, Column.MACS: row.macs, Column.MEMORY: row.activation_bytes}
        amounts |= {Column.PARAMS_SHARE: row.params, Column.MACS_SHARE: row.macs}
        return theme.colour("text" if amounts.get(column, 1) else "faint")

    def largest(self, column: Column) -> float:
        """The largest share of a row that is shown."""
        return self._largest.get(column, 0.0)

    def sums(self) -> Total:
        """Over the layers that are shown."""
        return total(self._shown)


def alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in TEXTS else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def cell(words: str, column: Column) -> str:
    """What stands in a cell on the screen; copies of the table keep their commas."""
    return numerals.grouped(words) if column in (Column.PARAMS, Column.MACS) else words


@cache
def _chip(colour: str) -> QIcon:
    """The small square that stands for a category in the legend."""
    pixmap = QPixmap(QSize(_CHIP, _CHIP) * 3)
    pixmap.setDevicePixelRatio(3)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(0, 0, _CHIP, _CHIP, 2, 2)
    painter.end()
    return QIcon(pixmap)
