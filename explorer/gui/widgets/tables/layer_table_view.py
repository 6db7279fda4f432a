"""The view of the table of layers: shares as bars, sums under the columns."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.graph.rows import SHARES, Column, Listing
from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.tables.layer_table import CHIP, COLUMNS, LayerTable, cell
from explorer.gui.widgets.tables.plain_cells import BAR, GAP, PAD, advance
from explorer.gui.widgets.tables.plain_table import ROW_HEIGHT, PlainTable

_SUMS = (Column.PARAMS, Column.PARAMS_SHARE, Column.MACS, Column.MACS_SHARE, Column.MEMORY)
_PATH = COLUMNS.index(Column.PATH)
_LONG = {Column.PATH: (120, 190), Column.KIND: (100, 148)}  # the most that they take where room is short, and else


class LayerTableView(PlainTable):
    """The rows of a `LayerTable`; the column of paths takes the width that is left over.

    Signals:
        opened(Target): Enter or a double click: show this one in the graph.
        copy_wanted: The selected rows are to be copied.
    """

    opened = Signal(object)
    copy_wanted = Signal()

    def __init__(self, table: LayerTable, parent: QWidget | None = None) -> None:
        super().__init__("graphTable", takes_many=True, parent=parent)
        self.table = table
        self._wide: dict[int, int] = {}  # width of each column with the bars, and
        self._tight: dict[int, int] = {}  # without them
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setIconSize(QSize(CHIP, CHIP))
        self.show_rows_of(table)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.doubleClicked.connect(self._on_opened)
        self.activated.connect(self._on_opened)

    def copy_selected(self) -> None:
        self.copy_wanted.emit()

    def column_key(self, column: int) -> str:
        return str(COLUMNS[column])

    def fit_to_words(self) -> None:
        """Makes each column as wide as its words; where that is too much for the view, without the bars."""
        listing = self.table.listing
        if listing is None:
            return
        for place, column in enumerate(COLUMNS):
            width = advance(_widest(listing, column), is_strong=True) + 2 * PAD
            if column is Column.PATH:
                width += self.iconSize().width() + GAP
            most = _LONG.get(column, (width, width))
            bar = BAR + GAP if column in SHARES else 0
            least = self.title_width(place)
            self._tight[place] = max(least, min(width, most[0]))
            self._wide[place] = max(least, min(width, most[1]) + bar)
        self._stretch()

    def _stretch(self) -> None:
        room = self.viewport().width()
        widths = self._wide if sum(self._wide.values()) <= room else self._tight
        self.fit_columns(widths)
        header = self.horizontalHeader()
        others = sum(header.sectionSize(place) for place in range(len(COLUMNS)) if place != _PATH)
        self.fit_columns({_PATH: max(room - others, widths.get(_PATH, 0))})

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
        return "99.9%"
    if column in (Column.PARAMS, Column.MACS):
        return listing.amount(listing.total, column)
    if column is Column.MEMORY:
        return "999.9 MB"
    return max((listing.written(row, column) for row in listing.rows), key=len)


class SumsRow(QWidget):
    """The sums over the rows that are shown, each under its column."""

    def __init__(self, view: LayerTableView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setObjectName("graphTableSums")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(ROW_HEIGHT + 4)
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
        header, table = self._view.horizontalHeader(), self._view.table
        for column, words in self.words().items():
            place = COLUMNS.index(column)
            left, width = header.sectionViewportPosition(place), header.sectionSize(place)
            if column is Column.PATH:  # there is room to the left, and to the right where nothing stands
                after = COLUMNS.index(Column.PARAMS)
                left, width = 0, max(header.sectionViewportPosition(after), 0)
            cell = QRect(left, 1, width, self.height() - 1).adjusted(PAD, 0, -PAD, 0)
            painter.drawText(cell, table.side(place), words)
        painter.end()
