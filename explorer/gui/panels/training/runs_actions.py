"""What can be done with the runs that are selected: actions for keys, buttons and the menu."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from explorer.bilingual import Text
from explorer.gui import elsewhere, theme
from explorer.gui.panels.training import runs_copy, words
from explorer.gui.text import tr
from explorer.runs.folder.kept import BEST, LAST, PREVIOUS
from explorer.runs.shelf.queue import has_begun
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.panels.training.run_table import RunTable
    from explorer.gui.panels.training.run_view import RunView
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.runs.folder.moments import Moment
    from explorer.runs.shelf.record import RunRecord

_ICONS = {
    "resume": "player-play",
    "compare": "chart-line",
    "reveal": "folder-open",
    "copy": "copy",
    "delete": "trash",
    "about": "pencil",
    "fork": "git-fork",
}
_MENU = (
    ("resume", "queue", "unqueue", "compare", "evaluate", "up", "down"),
    ("rename", "about"),
    ("repeat", "fork", "use", "export", "report"),
    ("reveal", "copy", "copy_markdown", "copy_csv"),
    ("delete",),
)
_TIMES = (1, 2, 4, 9)  # more: two, three, five, ten runs in all
_ROLES = (LAST, BEST, PREVIOUS)


class RunsActions(QObject):
    """The actions by their names, as `named`; they are about what is selected in `view`.

    Signals:
        about_wanted(object): A `RunRecord`, about which the user wants to say something.
        export_wanted(str): The network of this run is to be written, with its weights.
        report_wanted(str): This run is to be written as a page.
    """

    about_wanted = Signal(object)
    export_wanted = Signal(str)
    report_wanted = Signal(str)

    def __init__(self, state: AppState, run_control: RunControl, table: RunTable, view: RunView) -> None:
        super().__init__(view)
        self._state, self._run_control, self._table, self._view = state, run_control, table, view
        handlers = {
            "resume": self._resume,
            "compare": self.compare,
            "evaluate": self._evaluate,
            "rename": view.edit_name,
            "about": self._say,
            "repeat": self._repeat,
            "fork": self._fork,
            "use": self._use,
            "export": self._export,
            "report": self._report,
            "up": self._move_up,
            "down": self._move_down,
            "queue": self._queue,
            "unqueue": self._unqueue,
            "reveal": self._reveal,
            "copy": self._copy_plan,
            "copy_markdown": self._copy_as_markdown,
            "copy_csv": self._copy_as_csv,
            "delete": self._delete,
        }
        self.named: dict[str, QAction] = {}
        for name, handler in handlers.items():
            action = QAction(self)
            action.triggered.connect(handler)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            view.addAction(action)
            self.named[name] = action
        self.named["delete"].setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self.named["up"].setShortcut(QKeySequence("Alt+Up"))
        self.named["down"].setShortcut(QKeySequence("Alt+Down"))

    # -- what is selected -------------------------------------------------------------------------------------------

    @property
    def selected(self) -> tuple[RunRecord, ...]:
        """From top to bottom."""
        rows = sorted(index.row() for index in self._view.selectionModel().selectedRows())
        shown = self._table.rows
        return tuple(shown[row] for row in rows)

    @property
    def only(self) -> RunRecord | None:
        """The selected run; None where none is, or several are."""
        selected = self.selected
        return selected[0] if len(selected) == 1 else None

    def enable(self) -> None:
        selected, only = self.selected, self.only
        is_waiting = only is not None and only.status == Status.QUEUED
        queue = self._run_control.queue.waiting if is_waiting else ()
        able = {
            "resume": only is not None and only.can_resume and not self._run_control.is_busy,
            "fork": only is not None and only.steps > 0,
            "evaluate": only is not None and only.steps > 0,
            "export": only is not None and only.steps > 0,
            "report": only is not None and only.steps > 0,
            "up": bool(queue) and queue[0] is not only,
            "down": bool(queue) and queue[-1] is not only,
            "queue": any(_can_queue(record) for record in selected),
            "unqueue": any(_can_leave(record) for record in selected),
            "compare": bool(selected),
            "delete": any(r.status != Status.RUNNING and r.id != self._state.training for r in selected),
            "copy_markdown": True,
            "copy_csv": True,
        }
        for name, action in self.named.items():
            action.setEnabled(able.get(name, only is not None))
        for name in ("up", "down"):
            self.named[name].setVisible(is_waiting)
        for name in ("queue", "unqueue"):
            self.named[name].setVisible(able[name])
        key = "runs.start_now" if is_waiting else "training.run_resume"
        self.named["resume"].setText(tr(key))

    # -- words and signs --------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        for name, action in self.named.items():
            is_old = name in ("resume", "compare", "reveal", "copy", "delete")
            action.setText(tr(f"training.run_{name}") if is_old else tr(f"runs.run_{name}"))
        self.restyle()

    def restyle(self) -> None:
        for name, icon in _ICONS.items():
            self.named[name].setIcon(theme.icon(icon, "secondary", 16))

    def menu(self) -> QMenu:
        """Everything, in groups."""
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in _MENU:
            menu.addActions([self.named[name] for name in group])
            menu.addSeparator()
        menu.insertMenu(self.named["reveal"], self._view.columns_menu(menu))
        menu.insertSeparator(self.named["reveal"])
        return menu

    # -- what the user does -----------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Ticks what is selected; takes the ticks away where all have one."""
        runs = [record.id for record in self.selected]
        is_all = all(self._table.is_compared(run) for run in runs)
        for run in runs:
            if self._table.is_compared(run) == is_all:
                self._table.toggle_compared(run)

    def _resume(self) -> None:
        if self.only is not None:
            self._run_control.resume_run(self.only.id)

    def _evaluate(self) -> None:
        if self.only is not None:
            self._state.evaluation_requested.emit(self.only.id, 0)

    def _say(self) -> None:
        if self.only is not None:
            self.about_wanted.emit(self.only)

    def _use(self) -> None:
        if self.only is not None:
            self._take(self.only)

    def _take(self, record: RunRecord, moment: Moment | None = None) -> None:
        """Brings the settings of a run into the form; of a user's model the code has to be found first."""
        control = self._run_control
        if record.plan.own is None:
            control.shelf.take_plan(record, moment)
        else:
            control.own.show(record, lambda: control.shelf.take_plan(record, moment))

    def _export(self) -> None:
        if self.only is not None:
            self.export_wanted.emit(self.only.id)

    def _report(self) -> None:
        if self.only is not None:
            self.report_wanted.emit(self.only.id)

    def _repeat(self) -> None:
        """Has the user choose how often."""
        record = self.only
        if record is not None:
            menu = self._choice("repeatMenu", tr("runs.repeat_run", number=record.number))
            for times in _TIMES:
                said = tr("runs.repeat_once") if times == 1 else tr("runs.repeat_times", count=times)
                menu.addAction(said).setData((record.id, times))
            menu.triggered.connect(self._repeat_chosen)
            menu.popup(self._corner_of(record))

    def _repeat_chosen(self, action: QAction) -> None:
        self._run_control.queue.repeat(*action.data())

    def _choice(self, name: str, title: str) -> QMenu:
        """A menu that goes when something was chosen, under a title."""
        menu = QMenu(self._view)
        menu.setObjectName(name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(title).setEnabled(False)
        menu.addSeparator()
        return menu

    def _fork(self) -> None:
        record = self.only
        if record is not None:
            self._run_control.shelf.find_moments(record, lambda moments: self._offer(record, moments))

    def _offer(self, record: RunRecord, moments: tuple[Moment, ...]) -> None:
        """Has the user choose from which moment to fork."""
        if not moments:
            self._state.notice(
                Text(f"Run {record.number} has no saved weights.", f"运行 {record.number} 没有保存的权重。")
            )
            return
        menu = self._choice("forkMenu", tr("runs.fork_from", number=record.number))
        for role in _ROLES:
            for moment in moments:
                if role in moment.roles and role == next(name for name in _ROLES if name in moment.roles):
                    names = tr("common.list_separator").join(tr(f"runs.moment_{name}") for name in moment.roles)
                    menu.addAction(f"{names} · {_step(moment)}").setData((record, moment))
        others = [moment for moment in moments if not moment.roles]
        if others:
            earlier = menu.addMenu(tr("runs.moment_earlier"))
            for moment in reversed(others):
                earlier.addAction(_step(moment)).setData((record, moment))
        menu.triggered.connect(self._take_offered)
        menu.popup(self._corner_of(record))

    def _take_offered(self, action: QAction) -> None:
        self._take(*action.data())

    def _corner_of(self, record: RunRecord) -> QPoint:
        row = self._table.row_of(record.id)
        index = self._table.index(row or 0, 1)
        return self._view.viewport().mapToGlobal(self._view.visualRect(index).bottomLeft())

    def _queue(self) -> None:
        self._run_control.queue.put_back(self._runs(_can_queue))

    def _unqueue(self) -> None:
        self._run_control.queue.take_out(self._runs(_can_leave))

    def _move_up(self) -> None:
        self._move(-1)

    def _move_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        if self.only is not None:
            self._run_control.queue.move(self.only.id, by)

    def _runs(self, is_meant: Callable[[RunRecord], bool]) -> list[str]:
        """Those of the selected, the first one made first."""
        return [record.id for record in sorted(self.selected, key=lambda r: r.number) if is_meant(record)]

    def _reveal(self) -> None:
        if self.only is not None:
            folder = self._run_control.store.folder(self.only.id)
            elsewhere.show_folder(self._state, folder)

    def _copy_plan(self) -> None:
        if self.only is not None:
            self._copy(json.dumps(self.only.plan.to_json(), indent=1, ensure_ascii=False))

    def _copy_as_markdown(self) -> None:
        self._copy(runs_copy.as_markdown(self._table, self._view.shown_columns))

    def _copy_as_csv(self) -> None:
        self._copy(runs_copy.as_csv(self._table, self._view.shown_columns))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _delete(self) -> None:
        self._run_control.delete_runs([record.id for record in self.selected])


def _can_queue(record: RunRecord) -> bool:
    """It has ended before its last epoch."""
    return record.can_resume and record.status != Status.QUEUED


def _can_leave(record: RunRecord) -> bool:
    """It waits to go on; one that has not begun yet is deleted instead."""
    return record.status == Status.QUEUED and has_begun(record)


def _step(moment: Moment) -> str:
    return tr("runs.step", step=words.count(moment.step))
