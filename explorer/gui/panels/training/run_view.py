"""The runs table on the screen: its columns, which can be chosen, and its keys."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSignalMapper, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QWidget

from explorer.gui.panels.training.run_columns import COLUMNS, COMPARE, NAME, NUMBER
from explorer.gui.panels.training.run_table import DOT, RunTable
from explorer.gui.text import tr
from explorer.gui.widgets.tables.plain_table import PlainTable

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_LEAST = 28  # px of a column


class RunView(PlainTable):
    """A table of runs: several can be selected, the name is edited in place, columns come and go.

    Signals:
        ticked: Space was pressed: the selected runs are to be compared, or no longer.
        filter_wanted: "/" was pressed.
    """

    ticked = Signal()
    filter_wanted = Signal()

    def __init__(self, table: RunTable, parent: QWidget | None = None) -> None:
        super().__init__("runsTable", takes_many=True, parent=parent)
        self.show_rows_of(table)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setIconSize(QSize(DOT, DOT))
        self._prepare_header()
        self.sortByColumn(NUMBER, Qt.SortOrder.DescendingOrder)

    def _prepare_header(self) -> None:
        header = self.horizontalHeader()
        header.setMinimumSectionSize(_LEAST)
        header.setStretchLastSection(True)
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_columns_menu)
        for place, column in enumerate(COLUMNS):
            self.setColumnWidth(place, column.width)
            self.setColumnHidden(place, not column.is_usual)
        header.setSectionResizeMode(COMPARE, QHeaderView.ResizeMode.Fixed)

    # -- columns ----------------------------------------------------------------------------------------------------

    def columns_menu(self, parent: QWidget) -> QMenu:
        """To choose the columns; tick and number are always there."""
        menu = QMenu(tr("runs.columns"), parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ticks = QSignalMapper(menu)
        for place, column in enumerate(COLUMNS):
            if place in (COMPARE, NUMBER):
                continue
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(place))
            ticks.setMapping(action, place)
            action.toggled.connect(ticks.map)
        ticks.mappedInt.connect(self._toggle_column)
        menu.addSeparator()
        menu.addAction(tr("runs.columns_usual")).triggered.connect(self._show_usual)
        return menu

    def _open_columns_menu(self, where: QPoint) -> None:
        self.columns_menu(self).popup(self.horizontalHeader().viewport().mapToGlobal(where))

    def _toggle_column(self, place: int) -> None:
        self.setColumnHidden(place, not self.isColumnHidden(place))

    def _show_usual(self) -> None:
        header = self.horizontalHeader()
        for place, column in enumerate(COLUMNS):
            header.moveSection(header.visualIndex(place), place)
            self.setColumnHidden(place, not column.is_usual)
            self.setColumnWidth(place, column.width)

    def arrangement(self) -> str:
        """Columns, their widths and the order of the rows, to be remembered."""
        header = self.horizontalHeader()
        shown = [[COLUMNS[place].key, self.columnWidth(place)] for place in self.shown_columns]
        by = COLUMNS[min(header.sortIndicatorSection(), len(COLUMNS) - 1)].key
        is_down = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        return json.dumps({"columns": shown, "by": by, "down": is_down})

    def arrange(self, text: str) -> None:
        """What `arrangement` gave, also that of another version; what cannot be read leaves everything as it is."""
        places = {column.key: place for place, column in enumerate(COLUMNS)}
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            kept = json.loads(text)
            shown = [(places[key], max(int(width), _LEAST)) for key, width in kept["columns"] if key in places]
            by, is_down = places[kept["by"]], bool(kept["down"])
            wanted = {place for place, _ in shown} | {COMPARE, NUMBER}
            header = self.horizontalHeader()
            for place in range(len(COLUMNS)):
                self.setColumnHidden(place, place not in wanted)
            for visual, (place, width) in enumerate(shown):
                header.moveSection(header.visualIndex(place), visual)
                if place != COMPARE:
                    self.setColumnWidth(place, width)
            self.sortByColumn(by, Qt.SortOrder.DescendingOrder if is_down else Qt.SortOrder.AscendingOrder)

    # -- keys -------------------------------------------------------------------------------------------------------

    def edit_name(self) -> None:
        """Opens the name of the current run for typing."""
        current = self.currentIndex()
        if current.isValid():
            if self.isColumnHidden(NAME):
                self.setColumnHidden(NAME, False)
            index = current.siblingAtColumn(NAME)
            self.scrollTo(index)
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.edit_name()
        elif event.key() == Qt.Key.Key_Space:
            self.ticked.emit()
        elif event.key() == Qt.Key.Key_Slash:
            self.filter_wanted.emit()
        else:
            super().keyPressEvent(event)
