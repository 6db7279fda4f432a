"""How every table of rows looks and behaves: even rows, a quiet heading, whole rows selected, copied with Ctrl+C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from explorer.gui import column_widths, theme
from explorer.gui.widgets.tables.plain_cells import PlainCells
from explorer.gui.widgets.tables.plain_header import HEIGHT, PlainHeader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QAbstractItemModel

    from explorer.gui.widgets.tables.plain_rows import PlainRows

ROW_HEIGHT = HEIGHT  # px, as the heading
_LEAST = 32  # px of a column


class PlainTable(QTableView):
    """The set-up that the tables of the program share.

    Widths that the user gave columns are remembered under the name of the table (`column_widths`).
    """

    def __init__(self, name: str, *, takes_many: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.row_over = -1  # the row under the mouse
        self._is_fitted = self._is_fitting = False
        mode = QAbstractItemView.SelectionMode
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(mode.ExtendedSelection if takes_many else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._header = PlainHeader(self)
        self.setHorizontalHeader(self._header)
        self._header.setMinimumSectionSize(_LEAST)
        self._header.sectionResized.connect(self._on_resized)

    def show_rows_of(self, rows: PlainRows[Any]) -> None:
        """Shows a model of plain rows, which can be sorted by each column."""
        self.setModel(rows)
        self.setItemDelegate(PlainCells(self, rows))
        self.horizontalHeader().setSortIndicatorClearable(False)
        self.setSortingEnabled(True)

    # -- how wide columns are ---------------------------------------------------------------------------------------

    def column_key(self, column: int) -> str:
        """Under which name the width of a column is remembered."""
        return str(column)

    def fit_columns(self, widths: Mapping[int, int]) -> None:
        """Makes columns as wide as given, but for those that the user gave a width."""
        own = column_widths.of(self.objectName())
        self._is_fitted = self._is_fitting = True
        for column, width in widths.items():
            self.horizontalHeader().resizeSection(column, own.get(self.column_key(column), width))
        self._is_fitting = False

    def title_width(self, column: int) -> int:
        """Pixels that the title of a column takes, with the sign of the order."""
        return self._header.width_of(column)

    def _on_resized(self, column: int, _before: int, width: int) -> None:
        is_by_hand = bool(QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton)
        if is_by_hand and self._is_fitted and not self._is_fitting and self.horizontalHeader().underMouse():
            column_widths.keep(self.objectName(), self.column_key(column), width)

    # -- copying ----------------------------------------------------------------------------------------------------

    @property
    def shown_columns(self) -> tuple[int, ...]:
        """From left to right."""
        header = self.horizontalHeader()
        order = (header.logicalIndex(place) for place in range(header.count()))
        return tuple(column for column in order if not self.isColumnHidden(column))

    def selected_places(self) -> list[int]:
        """From top to bottom."""
        selection = self.selectionModel()
        return sorted(index.row() for index in selection.selectedRows()) if selection is not None else []

    def copy_selected(self) -> None:
        """Puts the selected rows on the clipboard, under their titles: separated by tabs, as spreadsheets take them."""
        places, model = self.selected_places(), self.model()
        if places:
            found = QMimeData()
            found.setText(written(model, places, self.shown_columns))
            QGuiApplication.clipboard().setMimeData(found)

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_asked and cast("QKeyEvent", event).matches(QKeySequence.StandardKey.Copy) and self.selected_places():
            event.accept()  # before what Ctrl+C means around the table
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        else:
            super().keyPressEvent(event)

    # -- what is behind the words -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        selection = self.selectionModel()
        width = min(self.horizontalHeader().length(), self.viewport().width())
        for row in self._rows_between(event.rect().top(), event.rect().bottom()):
            ground = "hover" if row == self.row_over else "stripe" if row % 2 else None
            if selection.isRowSelected(row, QModelIndex()):
                ground = "selected"
            if ground is not None:
                place = self.rowViewportPosition(row), self.rowHeight(row)
                painter.fillRect(0, place[0], width, place[1], theme.colour(ground))
        painter.end()
        super().paintEvent(event)

    def _rows_between(self, top: int, bottom: int) -> range:
        first, last = self.rowAt(top), self.rowAt(bottom)
        model = self.model()
        count = model.rowCount() if model is not None else 0
        return range(count if first < 0 else first, count if last < 0 else last + 1)

    # -- the row under the mouse ------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._go_over(self.rowAt(int(event.position().y())))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Leave, QEvent.Type.Wheel):
            self._go_over(-1)
        return super().viewportEvent(event)

    def _go_over(self, row: int) -> None:
        if row != self.row_over:
            before, self.row_over = self.row_over, row
            for place in (before, row):
                if place >= 0:
                    top, height = self.rowViewportPosition(place), self.rowHeight(place)
                    self.viewport().update(0, top, self.viewport().width(), height)


def written(model: QAbstractItemModel, places: Sequence[int], columns: Sequence[int]) -> str:
    """Titles and rows, a line each, cells separated by tabs; columns without words are left out."""
    head = [str(model.headerData(column, Qt.Orientation.Horizontal) or "") for column in columns]
    lines = [[str(model.index(place, column).data() or "") for column in columns] for place in places]
    told = [rank for rank, title in enumerate(head) if title or any(line[rank] for line in lines)]
    return "".join("\t".join(" ".join(line[rank].split()) for rank in told) + "\n" for line in (head, *lines))
