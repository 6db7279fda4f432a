"""The evaluation page: where a trained network is right and where it is wrong, at any stored moment of its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from explorer.gui import theme
from explorer.gui.panels.labs.evaluation_body import EvaluationBody
from explorer.gui.panels.labs.evaluation_chooser import Chooser
from explorer.gui.panels.labs.evaluation_comparing import Comparing
from explorer.gui.services.class_courses import ClassCourses, Courses
from explorer.gui.services.evaluations import Evaluating
from explorer.gui.text import say, tr

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState


class EvaluationPage(QWidget):
    """Chosen at the top: a run and a moment, and beside it another one to compare with."""

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("evaluationPage")
        self._state, self._run_control = state, run_control
        self.first, self.second = (Evaluating(state, run_control, self) for _ in range(2))
        self.comparing, self.courses = Comparing(self), ClassCourses(self)
        self._read: Courses | None = None
        self._wanted: str | None = None  # another run was shown while this page was not
        self.chooser = Chooser(state, self.first, "evaluationChooser")
        self.other: Chooser | None = None  # made when it is first wanted
        self.beside = QPushButton()
        self.beside.setCheckable(True)
        self.body = EvaluationBody(state, run_control)
        self._notice = {name: QLabel() for name in ("title", "hint")}
        self.again = QPushButton()
        self._lay_out()
        self._connect()
        self.retranslate()

    # -- putting together -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QFrame()
        head.setProperty("role", "page")
        self._rows = QVBoxLayout(head)
        self._rows.setContentsMargins(16, 0, 16, 8)
        self._rows.setSpacing(8)
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(self.chooser, 1)
        first.addWidget(self.beside)
        self._rows.addLayout(first)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.body)
        self._stack.addWidget(self._empty())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)

    def _empty(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(8)
        column.addStretch(1)
        for (name, label), role in zip(self._notice.items(), ("empty-title", "empty"), strict=True):
            label.setProperty("role", role)
            label.setObjectName(f"evaluation_{name}")
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return page

    def _connect(self) -> None:
        state = self._state
        self.first.changed.connect(self._show)
        self.first.listed.connect(self._on_listed)
        self.second.changed.connect(self._show)
        self.comparing.changed.connect(self._show)
        self.courses.read.connect(self._on_courses)
        self.body.whole.connect(self._on_whole)
        self.body.epoch_chosen.connect(self._on_epoch)
        self.beside.toggled.connect(self._on_beside)
        self.again.clicked.connect(self._on_again)
        state.shown_run_changed.connect(self._on_shown_run)
        state.runs_changed.connect(self._on_runs)

    # -- what the labs ask of a page --------------------------------------------------------------------------------

    def begin(self) -> None:
        """It has come to the front: begins with the run that is shown."""
        self.body.begin()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.open_run(wanted)
        elif self._run_control.record(self.first.run) is None:
            self.open_run(self._usual())
        else:
            self.first.look()
            self._show()

    def _usual(self) -> str | None:
        """The run that is shown; else the newest that was tested, or of none the newest."""
        runs = self._state.runs
        tested = (record for record in runs if record.epochs_done)
        return self._state.shown_run or next((record.id for record in (*tested, *runs)), None)

    def open_run(self, run: str | None, epoch: int = 0) -> None:
        """Evaluates the test of `run` after so many epochs, or the nearest one that was kept; 0: the newest."""
        self._wanted = None
        self.first.open(run, epoch)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("evaluation.page"))
        self.chooser.retranslate(tr("evaluation.of"))
        if self.other is not None:
            self.other.retranslate(tr("evaluation.with"))
        self.beside.setText(tr("evaluation.compare"))
        self.beside.setToolTip(tr("evaluation.compare_tip"))
        self.body.retranslate()
        self.restyle()
        self._show()

    def restyle(self) -> None:
        self.beside.setIcon(theme.icon("arrows-left-right", "secondary", 16))
        for part in (self.chooser, self.other, self.body):
            if part is not None:
                part.restyle()

    def close_services(self) -> None:
        """Ends the workers; called once."""
        for part in (self.first, self.second, self.comparing, self.courses):
            part.close()
        self.body.close_services()

    @property
    def is_busy(self) -> bool:
        parts = (self.first, self.second, self.comparing, self.courses, self.body)
        return any(part.is_busy for part in parts)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        summary = self.first.summary
        self.beside.setEnabled(self.first.run is not None)
        self.comparing.compare(summary, self.second.summary if self.beside.isChecked() else None)
        if summary is None or not self.body.is_whole:
            self._show_notice()
            self._stack.setCurrentIndex(1)
            return
        comparison, said = self.comparing.comparison, self.comparing.words()
        other = self.second.summary if comparison is not None else None
        self.body.show_evaluation(self.first, other, comparison, said)
        self._stack.setCurrentIndex(0)

    def _on_whole(self) -> None:
        self._show_courses()
        self._show()

    def _show_notice(self) -> None:
        first, error = self.first, self.first.error
        can_begin = first.chosen is not None and first.summary is None and not first.is_working
        self.again.setVisible(can_begin)
        self.again.setText(tr("evaluation.again"))
        if error is not None:
            title, hint = say(error.message), say(error.hint) if error.hint else ""
        else:
            key = self._stage()
            title, hint = tr(f"evaluation.{key}"), tr(f"evaluation.{key}_hint")
        self._notice["title"].setText(title)
        self._notice["hint"].setText(hint)

    def _stage(self) -> str:
        first, record = self.first, self.first.record
        if record is None:
            return "no_runs"
        if first.is_working or not first.has_looked or first.summary is not None:
            return "working"
        if first.chosen is not None:
            return "not_yet"
        return "untested_running" if first.is_running else "untested"

    # -- what happens -----------------------------------------------------------------------------------------------

    def _on_listed(self) -> None:
        if self.first.run is None or self._read is None or self._read.run != self.first.run:
            self._read = None
            self._show_courses()
        if self.first.run is not None and self.first.epochs:
            self.courses.ask(self.first.run, self.first.epochs)

    def _on_courses(self, read: Courses) -> None:
        if read.run == self.first.run:
            self._read = read
            self._show_courses()

    def _show_courses(self) -> None:
        if self.body.is_whole:
            self.body.strip.show_courses(self._read)

    def _on_epoch(self, epoch: int) -> None:
        found = next((one for one in self.first.epochs if one.number == epoch), None)
        if found is not None:
            self.first.choose(found)

    def _on_beside(self, is_on: bool) -> None:
        self._made_other().setVisible(is_on)
        if is_on and self._run_control.record(self.second.run) is None:
            self.second.open(self._suggested())
        self.second.set_watched(is_on and self.isVisible())
        self._show()

    def _made_other(self) -> Chooser:
        if self.other is None:
            self.other = Chooser(self._state, self.second, "comparedChooser")
            self._rows.addWidget(self.other)
            self.other.retranslate(tr("evaluation.with"))
            self.other.restyle()
        return self.other

    def _suggested(self) -> str | None:
        """The newest other run on the same data; else the same run, of which another moment can be chosen."""
        own = self.first.record
        if own is None:
            return None
        same = (
            record.id
            for record in self._state.runs
            if record.id != own.id
            and (record.plan.dataset, record.plan.config.limit) == (own.plan.dataset, own.plan.config.limit)
        )
        return next(same, own.id)

    def _on_again(self) -> None:
        if self.first.chosen is not None:
            self.first.choose(self.first.chosen)

    def _on_shown_run(self) -> None:
        if self.isVisible() and self._state.shown_run is not None:
            self.open_run(self._state.shown_run)
        else:
            self._wanted = self._state.shown_run  # nothing is read for a page that nobody sees

    def _on_runs(self) -> None:
        if self.first.run is not None and self.first.record is None:
            self.open_run(self._usual())  # it was deleted
        elif self.first.run is None and self.isVisible():
            self.begin()

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self.first.set_watched(True)
        self.second.set_watched(self.beside.isChecked())

    def hideEvent(self, event: QHideEvent) -> None:
        self.first.set_watched(False)
        self.second.set_watched(False)
