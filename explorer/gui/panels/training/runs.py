"""All runs there were: look at one, compare, resume, delete."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSize, QSortFilterProxyModel, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.gui import theme
from explorer.gui.panels.training.run_table import COLUMNS, COMPARE, RUN_ROLE, SORT_ROLE, RunTable
from explorer.gui.text import tr

if TYPE_CHECKING:
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.runs.store import RunRecord

ROW_HEIGHT = 28


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
        self._sorted = QSortFilterProxyModel(self, sortRole=SORT_ROLE)
        self._sorted.setSourceModel(self.table)
        self.view = QTableView()
        self.view.setObjectName("runsTable")
        self._title, self._empty, self._empty_hint = QLabel(), QLabel(), QLabel()
        self._actions = self._make_actions()
        self._buttons = {name: QToolButton() for name in ("resume", "compare", "reveal", "copy", "delete")}
        self._undo_bar, self._undo_words, self._undo_button = QFrame(), QLabel(), QPushButton()
        self._header = QHBoxLayout()
        self._pages = QStackedLayout()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show_runs()

    # -- building ---------------------------------------------------------------------------------------------------

    def _make_actions(self) -> dict[str, QAction]:
        handlers = {
            "resume": self._resume,
            "compare": self._compare,
            "reveal": self._reveal,
            "copy": self._copy_plan,
            "delete": self._delete,
        }
        actions = {}
        for name, handler in handlers.items():
            action = QAction(self)
            action.triggered.connect(handler)
            actions[name] = action
        actions["delete"].setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        actions["copy"].setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        for action in actions.values():
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self.view.addAction(action)
        return actions

    def _lay_out(self) -> None:
        self._title.setProperty("role", "strong")
        self._header.setSpacing(4)
        self._header.setContentsMargins(4, 0, 0, 4)
        self._header.addWidget(self._title)
        self._header.addStretch(1)
        self._lay_out_undo()
        for name, button in self._buttons.items():
            button.setDefaultAction(self._actions[name])
            button.setProperty("role", "flat")
            button.setIconSize(QSize(16, 16))
            self._header.addWidget(button)
        self._prepare_view()
        empty = QWidget()
        middle = QVBoxLayout(empty)
        middle.addStretch(1)
        for label, role in ((self._empty, "empty-title"), (self._empty_hint, "empty")):
            label.setProperty("role", role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            middle.addWidget(label)
        middle.addStretch(1)
        self._pages.addWidget(self.view)
        self._pages.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._header)
        column.addLayout(self._pages, 1)

    def _lay_out_undo(self) -> None:
        line = QHBoxLayout(self._undo_bar)
        line.setContentsMargins(0, 0, 8, 0)
        line.setSpacing(4)
        self._undo_words.setProperty("role", "secondary")
        self._undo_button.setProperty("role", "link")
        self._undo_button.setObjectName("undoDeleteButton")
        line.addWidget(self._undo_words)
        line.addWidget(self._undo_button)
        self._undo_bar.hide()
        self._header.addWidget(self._undo_bar)

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self._sorted)
        view.setSortingEnabled(True)
        view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setIconSize(QSize(8, 8))
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(28)
        header.setStretchLastSection(True)
        for place, column in enumerate(COLUMNS):
            view.setColumnWidth(place, column.width)
        header.setSectionResizeMode(COMPARE, QHeaderView.ResizeMode.Fixed)
        view.installEventFilter(self)

    def _connect(self) -> None:
        self._state.runs_changed.connect(self._show_runs)
        self._state.training_changed.connect(self._show_runs)
        self._state.shown_run_changed.connect(self._show_selection)
        self.table.compared_changed.connect(self.compared_changed)
        self.view.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.view.clicked.connect(self._on_clicked)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self._run_control.deleted.connect(self._offer_undo)
        self._run_control.undo_over.connect(self._undo_bar.hide)
        self._undo_button.clicked.connect(self._run_control.undo_delete)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def compared(self) -> tuple[str, ...]:
        return self.table.compared

    def keep_free(self, width: int) -> None:
        """Leaves `width` pixels at the right of the heading to somebody else."""
        self._header.setContentsMargins(4, 0, width, 4)

    def _show_runs(self) -> None:
        state = self._state
        self._is_showing = True
        self.table.show_records(state.runs, paused=state.training if state.is_paused else None)
        self._is_showing = False
        self._pages.setCurrentIndex(0 if state.runs else 1)
        self._show_selection()

    def _show_selection(self) -> None:
        """Selects the row of the run that is shown."""
        row = self.table.row_of(self._state.shown_run)
        self._is_showing = True
        if row is None:
            self.view.clearSelection()
            self.view.setCurrentIndex(QModelIndex())
        else:
            index = self._sorted.mapFromSource(self.table.index(row, 1))
            if index.row() != self.view.currentIndex().row() or not self.view.selectionModel().hasSelection():
                self.view.setCurrentIndex(index)
                self.view.selectRow(index.row())
        self._is_showing = False
        self._enable_actions()

    def _enable_actions(self) -> None:
        record = self.selected
        is_training = record is not None and record.id == self._state.training
        for action in self._actions.values():
            action.setEnabled(record is not None)
        self._actions["resume"].setEnabled(record is not None and record.can_resume and not self._run_control.is_busy)
        self._actions["delete"].setEnabled(record is not None and not is_training)

    @property
    def selected(self) -> RunRecord | None:
        index = self.view.currentIndex()
        return self._run_control.record(index.data(RUN_ROLE)) if index.isValid() else None

    def retranslate(self) -> None:
        self._title.setText(tr("training.runs"))
        self._empty.setText(tr("training.empty_runs"))
        self._empty_hint.setText(tr("training.empty_runs_hint"))
        self._undo_button.setText(tr("training.undo"))
        self.view.setAccessibleName(tr("training.runs_table"))
        for name, action in self._actions.items():
            action.setText(tr(f"training.run_{name}"))
            self._buttons[name].setAccessibleName(tr(f"training.run_{name}"))
        self.table.refresh_words()
        self.restyle()

    def restyle(self) -> None:
        icons = {"resume": "player-play", "compare": "chart-line", "reveal": "folder-open", "copy": "copy"}
        for name, icon in {**icons, "delete": "trash"}.items():
            self._actions[name].setIcon(theme.icon(icon, "secondary", 16))
        self.table.refresh_words()

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_current_changed(self, current: QModelIndex) -> None:
        if not self._is_showing and current.isValid():
            self._run_control.open_run(current.data(RUN_ROLE))
        self._enable_actions()

    def _on_clicked(self, index: QModelIndex) -> None:
        """Goes back to a run that is selected already."""
        if index.column() != COMPARE:
            self._run_control.open_run(index.data(RUN_ROLE))

    def _open_menu(self, where: QPoint) -> None:
        if not self.view.indexAt(where).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._actions["resume"], self._actions["compare"]])
        menu.addSeparator()
        menu.addActions([self._actions["reveal"], self._actions["copy"]])
        menu.addSeparator()
        menu.addAction(self._actions["delete"])
        menu.popup(self.view.viewport().mapToGlobal(where))

    def _resume(self) -> None:
        if self.selected is not None:
            self._run_control.resume_run(self.selected.id)

    def _compare(self) -> None:
        if self.selected is not None:
            self.table.toggle_compared(self.selected.id)

    def _reveal(self) -> None:
        if self.selected is not None:
            folder = self._run_control.store.folder(self.selected.id)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _copy_plan(self) -> None:
        if self.selected is not None:
            plan = json.dumps(self.selected.plan.to_json(), indent=1, ensure_ascii=False)
            QGuiApplication.clipboard().setText(plan)

    def _delete(self) -> None:
        if self.selected is not None:
            self._run_control.delete_run(self.selected.id)

    def _offer_undo(self, record: RunRecord) -> None:
        self._undo_words.setText(tr("training.run_deleted", number=record.number))
        self._undo_bar.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Space ticks the run wherever in the row the cursor is.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space:
            self._compare()
            return True
        return super().eventFilter(watched, event)
