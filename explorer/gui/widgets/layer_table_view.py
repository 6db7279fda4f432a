"""The view of the table of layers: shares as bars, sums under the columns."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from explorer.graph.rows import SHARES, Column, Listing
from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.layer_table import COLUMNS, SHARE_ROLE, LayerTable, alignment, cell

_ROW_HEIGHT = 28
_PAD = 8  # left and right in a cell, as in the style sheet
_INSET = 3  # of words in a cell beside that, by the style
_ARROW = 18  # of the column that is sorted by
_BAR, _BAR_HEIGHT = 32, 4
_SUMS = (Column.PARAMS, Column.PARAMS_SHARE, Column.MACS, Column.MACS_SHARE, Column.MEMORY)
_PATH = COLUMNS.index(Column.PATH)
_MOST_PATH, _MOST_KIND = 190, 132  # unless there is more room


class LayerTableView(QTableView):
    """The rows of a `LayerTable`; the column of paths takes the width that is left over.

    Signals:
        opened(Target): Enter or a double click: show this one in the graph.
    """

    opened = Signal(object)

    def __init__(self, table: LayerTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("graphTable")
        self.table = table
        self.setModel(table)
        self._least_path = _MOST_PATH
        self.setItemDelegate(_ShareDelegate(table, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setIconSize(QSize(9, 9))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(_ROW_HEIGHT)
        header.setMinimumSectionSize(36)
        header.setSectionsMovable(False)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.doubleClicked.connect(self._on_opened)
        self.activated.connect(self._on_opened)

    def fit_columns(self) -> None:
        """Makes each column as wide as its words."""
        listing, header = self.table.listing, self.horizontalHeader()
        if listing is None:
            return
        bold = QFontMetrics(theme.font(theme.TEXT_PX, weight=QFont.Weight.DemiBold))
        head = QFontMetrics(theme.font(theme.CAPTION_PX, weight=QFont.Weight.DemiBold))
        for place, column in enumerate(COLUMNS):
            words = self.table.headerData(place, Qt.Orientation.Horizontal)
            width = bold.horizontalAdvance(_widest(listing, column)) + 2 * _INSET
            if column in SHARES:
                width += _BAR + _PAD
            if column is Column.KIND:
                width = min(width, _MOST_KIND)
            if column is Column.PATH:
                self._least_path = min(width + self.iconSize().width() + _INSET + 3 * _PAD, _MOST_PATH)
            header.resizeSection(place, max(head.horizontalAdvance(words) + _ARROW, width) + 2 * _PAD)
        self._stretch()

    def _stretch(self) -> None:
        header = self.horizontalHeader()
        others = sum(header.sectionSize(place) for place in range(len(COLUMNS)) if place != _PATH)
        header.resizeSection(_PATH, max(self.viewport().width() - others, self._least_path))

    def _on_opened(self, index: QModelIndex) -> None:
        self.opened.emit(self.table.rows[index.row()].target)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._stretch()


def _widest(listing: Listing, column: Column) -> str:
    """The longest of the words of a column; those of many digits are the longest of numbers."""
    if not listing.rows:
        return ""
    if column in SHARES:
        return "99.9 %"
    if column in (Column.PARAMS, Column.MACS):
        return listing.amount(listing.total, column)
    if column is Column.MEMORY:
        return "999.9 MB"
    return max((listing.written(row, column) for row in listing.rows), key=len)


class _ShareDelegate(QStyledItemDelegate):
    """Draws a bar at the left of a share; the largest share of a row fills it."""

    def __init__(self, table: LayerTable, parent: QObject) -> None:
        super().__init__(parent)
        self._table = table

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(SHARE_ROLE)
        if not share:
            return
        full = max(share, self._table.largest(COLUMNS[index.column()]))
        cell: QRect = option.rect
        groove = QRectF(cell.left() + _PAD, cell.center().y() - _BAR_HEIGHT / 2 + 0.5, _BAR, _BAR_HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("track"))
        painter.drawRoundedRect(groove, 2, 2)
        painter.setBrush(theme.colour("accent"))
        groove.setWidth(max(share / full * _BAR, 2))
        painter.drawRoundedRect(groove, 2, 2)
        painter.restore()


class SumsRow(QWidget):
    """The sums over the rows that are shown, each under its column."""

    def __init__(self, view: LayerTableView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setObjectName("graphTableSums")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_ROW_HEIGHT + 4)
        view.table.modelReset.connect(self.update_words)
        view.horizontalHeader().sectionResized.connect(self._on_moved)
        view.horizontalScrollBar().valueChanged.connect(self._on_moved)
        view.viewport().installEventFilter(self)
        self.update_words()

    def update_words(self) -> None:
        self.setAccessibleName(", ".join(words for words in self.words().values() if words))
        self.update()

    def words(self) -> dict[Column, str]:
        """What stands under each column."""
        table, listing = self._view.table, self._view.table.listing
        if listing is None:
            return {}
        sums = table.sums()
        words = {column: cell(listing.amount(sums, column), column) for column in _SUMS}
        key = "graph.table_found" if table.is_filtered else "graph.table_total"
        return {Column.PATH: tr(key, count=sums.layers, all=listing.total.layers), **words}

    def _on_moved(self) -> None:
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setFont(theme.font(theme.TEXT_PX, weight=QFont.Weight.DemiBold))
        painter.setPen(theme.colour("text"))
        header = self._view.horizontalHeader()
        for column, words in self.words().items():
            place = COLUMNS.index(column)
            left, width = header.sectionViewportPosition(place), header.sectionSize(place)
            if column is Column.PATH:  # there is room to the left, and to the right where nothing stands
                after = COLUMNS.index(Column.PARAMS)
                left, width = 0, max(header.sectionViewportPosition(after), 0)
            cell = QRect(left, 1, width, self.height() - 1).adjusted(_PAD + _INSET, 0, -_PAD - _INSET, 0)
            painter.drawText(cell, alignment(column), words)
        painter.end()
