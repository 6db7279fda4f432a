"""All runs there were, and those that wait: look at one, find some, name, compare, fork, resume, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from explorer.gui.panels.training.about_card import AboutCard
from explorer.gui.panels.training.run_columns import COMPARE
from explorer.gui.panels.training.run_table import RUN_ROLE, RunTable
from explorer.gui.panels.training.run_view import RunView
from explorer.gui.panels.training.runs_actions import RunsActions
from explorer.gui.panels.training.runs_bar import RunsBar
from explorer.gui.text import tr
from explorer.runs.folder.about import About

if TYPE_CHECKING:
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.runs.shelf.store import RunRecord

FILTER_MS = 120  # after the last key, so that a word typed quickly is looked for once
_BUTTONS = ("resume", "compare", "about", "fork", "delete")  # the others are in the menu


class RunsView(QWidget):
    """The runs table with its actions.

    Signals:
        compared_changed: Another set of runs is ticked; see `compared`.
    """

    compared_changed = Signal()

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._run_control = state, run_control
        self._is_showing = False
        self.table = RunTable(self)
        self.view = RunView(self.table)
        self.actions_ = RunsActions(state, run_control, self.table, self.view)
        self.bar = RunsBar([self.actions_.named[name] for name in _BUTTONS])
        self.note = self.bar.note
        self.card = AboutCard(self)
        self._empty, self._empty_hint, self._show_all = QLabel(), QLabel(), QPushButton()
        self._pages = QStackedLayout()
        self._typing = QTimer(self, singleShot=True, interval=FILTER_MS)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show_runs()

    def _lay_out(self) -> None:
        empty = QWidget()
        middle = QVBoxLayout(empty)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addStretch(1)
        for label, role in ((self._empty, "empty-title"), (self._empty_hint, "empty")):
            label.setProperty("role", role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            middle.addWidget(label)
        self._show_all.setProperty("role", "link")
        self._show_all.setObjectName("showAllRunsButton")
        middle.addWidget(self._show_all, 0, Qt.AlignmentFlag.AlignCenter)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addLayout(self._pages, 1)  # before it is given pages: it shows the first, which would be a window
        self._pages.addWidget(self.view)
        self._pages.addWidget(empty)
        self.setTabOrder(self.bar.filter, self.view)

    def _connect(self) -> None:
        state, control = self._state, self._run_control
        state.runs_changed.connect(self._show_runs)
        state.training_changed.connect(self._show_runs)
        state.shown_run_changed.connect(self._show_selection)
        self.table.compared_changed.connect(self.compared_changed)
        self.table.counted.connect(self._show_count)
        self.table.renamed.connect(self._rename)
        self.view.selectionModel().selectionChanged.connect(self._on_selected)
        self.view.clicked.connect(self._on_clicked)
        self.view.ticked.connect(self.actions_.compare)
        self.view.filter_wanted.connect(self.bar.filter.setFocus)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.actions_.about_wanted.connect(self._open_card)
        self.card.changed.connect(control.shelf.describe)
        self.bar.filter.textChanged.connect(self._typing.start)
        self.bar.filter.left.connect(self.view.setFocus)
        self._typing.timeout.connect(self._find)
        self._show_all.clicked.connect(self.bar.filter.clear)
        self.note.undo_requested.connect(control.undo_delete)
        self.note.go_on_requested.connect(control.queue.go_on)
        control.deleted.connect(self.note.show_deleted)
        control.undo_over.connect(self.note.forget_deleted)
        control.queue.changed.connect(self._show_queue)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def compared(self) -> tuple[str, ...]:
        return self.table.compared

    @property
    def selected(self) -> RunRecord | None:
        """The one selected run; None where none is, or several are."""
        return self.actions_.only

    def keep_free(self, width: int) -> None:
        """Leaves `width` pixels at the right of the heading to somebody else."""
        self.bar.keep_free(width)

    def _show_runs(self) -> None:
        state = self._state
        self._is_showing = True
        # Of the run of this window its button counts, of others what their processes have written.
        paused = {record.id for record in state.runs if record.is_paused and record.id != state.training}
        if state.is_paused and state.training is not None:
            paused.add(state.training)
        self.table.show_records(state.runs, paused=frozenset(paused))
        self._is_showing = False
        self._show_count()
        self._show_queue()
        if not self.view.selectionModel().hasSelection():
            self._show_selection()
        self.actions_.enable()

    def _find(self) -> None:
        self._typing.stop()
        self._is_showing = True
        self.table.find(self.bar.filter.text())
        self._is_showing = False
        self._show_selection()

    def _show_count(self) -> None:
        shown, count = self.table.rowCount(), self.table.count
        self.bar.show_count(shown, count)
        self._pages.setCurrentIndex(0 if shown else 1)
        is_filtered = count > 0
        self._empty.setText(tr("runs.none_found" if is_filtered else "training.empty_runs"))
        self._empty_hint.setText(tr("runs.none_found_hint" if is_filtered else "training.empty_runs_hint"))
        self._show_all.setVisible(is_filtered)

    def _show_queue(self) -> None:
        queue = self._run_control.queue
        self.note.show_queue(len(queue.waiting), is_held=queue.is_held, is_busy=self._run_control.is_busy)

    def _show_selection(self) -> None:
        """Selects the row of the run that is shown, unless it is among those that are."""
        row = self.table.row_of(self._state.shown_run)
        selection = self.view.selectionModel()
        self._is_showing = True
        if row is None:
            selection.clearSelection()
            selection.setCurrentIndex(QModelIndex(), QItemSelectionModel.SelectionFlag.NoUpdate)
        elif not selection.isRowSelected(row, QModelIndex()):
            self.view.selectRow(row)
        self._is_showing = False
        self.actions_.enable()

    def retranslate(self) -> None:
        self._show_all.setText(tr("runs.show_all"))
        self.view.setAccessibleName(tr("training.runs_table"))
        self.actions_.retranslate()
        self.bar.retranslate()
        self.table.refresh_words()
        self._show_count()
        self.actions_.enable()
        self.restyle()

    def restyle(self) -> None:
        self.actions_.restyle()
        self.bar.restyle()
        self.table.refresh_words()

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_selected(self) -> None:
        self.actions_.enable()
        only = self.actions_.only
        if not self._is_showing and only is not None:
            self._run_control.open_run(only.id)

    def _on_clicked(self, index: QModelIndex) -> None:
        """Goes back to a run that is selected already."""
        is_plain = QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier
        if index.column() != COMPARE and is_plain:
            self._run_control.open_run(index.data(RUN_ROLE))

    def _open_menu(self, where: QPoint) -> None:
        if self.view.indexAt(where).isValid():
            self.actions_.menu().popup(self.view.viewport().mapToGlobal(where))

    def _rename(self, run: str, name: str) -> None:
        record = self._run_control.record(run)
        if record is not None:
            about = record.about
            self._run_control.shelf.describe(run, About.of(name, about.note, about.tags))

    def _open_card(self, record: RunRecord) -> None:
        row = self.table.row_of(record.id)
        corner = self.view.visualRect(self.table.index(row or 0, 1)).bottomLeft()
        self.card.open_for(record, self.view.viewport().mapToGlobal(corner))
