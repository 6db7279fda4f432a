"""The training panel: joins its parts to the state and to the control of the runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.panels.training import suggestions, words
from explorer.gui.panels.training.controls import RunButtons
from explorer.gui.panels.training.curves import CurvesView
from explorer.gui.panels.training.desk import SettingsDesk
from explorer.gui.panels.training.follow_line import FollowLine
from explorer.gui.panels.training.form import SettingsForm
from explorer.gui.panels.training.live_rate import LiveRate
from explorer.gui.panels.training.lower import LowerArea
from explorer.gui.panels.training.origin_line import OriginLine
from explorer.gui.panels.training.outcome_line import OutcomeLine
from explorer.gui.panels.training.progress import ProgressLine
from explorer.gui.panels.training.runs import RunsView
from explorer.gui.panels.training.top_area import Occasion, TopArea
from explorer.gui.text import say, tr

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.runs.plan import RunPlan


_GAP = 10  # px between the lines
_LEAST_PAGES = 110  # px: below, curves and runs are not worth looking at


class TrainingPanel(QFrame):
    """What to train with, how it goes, and what was trained before.

    Signals:
        lab_requested(str): The user wants a page of the labs.
        export_requested(str): The user wants a file with the network of this run and its weights.
        report_requested(str): The user wants a page about this run.
    """

    lab_requested = Signal(str)
    export_requested = Signal(str)
    report_requested = Signal(str)

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._run_control = state, run_control
        self.buttons, self.form, self.progress = RunButtons(), SettingsForm(), ProgressLine()
        self.rate, self.outcome, self.origin = LiveRate(), OutcomeLine(), OriginLine()
        self.add = QPushButton()
        self.followed = FollowLine(state, run_control)
        self.curves = CurvesView(state, run_control)
        self.runs = RunsView(state, run_control)
        self.pages = LowerArea(self.curves, self.runs, self)
        self._devices = Latest("devices", self)
        self._is_planning = False  # the next run, while one is on
        self._rate_of: str | None = None  # the run whose rate is shown
        self.desk = SettingsDesk(state, self.form, self)
        self._lay_out()
        self._connect()
        self._follow_state()
        self._show_training()
        self.retranslate()
        if state.is_ready:
            self._ask_for_devices()

    def _lay_out(self) -> None:
        self.setProperty("role", "panel")
        self.setObjectName("trainingPanel")
        self.add.setObjectName("addToQueueButton")
        self.add.setProperty("role", "primary")
        self.top = TopArea(self.buttons, self.progress, self.rate, self.form, self.add, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 8)
        column.setSpacing(_GAP)
        column.addWidget(self.top)
        column.addWidget(self.origin)
        column.addWidget(self.followed)
        column.addWidget(self.pages, 1)
        column.addWidget(self.outcome)  # below, so that no row moves while one run after the other is chosen
        column.addStretch()  # where the pages make room for the settings
        self.setMinimumHeight(256)

    def _connect(self) -> None:
        control = self._run_control
        self.buttons.start_requested.connect(self.start)
        self.buttons.stop_requested.connect(control.stop)
        self.buttons.pause_requested.connect(control.pause)
        self.buttons.resume_requested.connect(control.resume)
        self.buttons.next_toggled.connect(self._show_training)
        self.add.clicked.connect(self.enqueue)
        self.origin.removed.connect(self.desk.forget_origin)
        self.desk.origin_changed.connect(self._show_training)
        self.desk.data_changed.connect(self._invite)
        self.curves.lab_requested.connect(self.lab_requested)
        self.form.more.rate_test_requested.connect(self._open_rate_test)
        self.rate.chosen.connect(control.set_lr)
        self.outcome.batch_size_taken.connect(self._begin_again)
        self.runs.compared_changed.connect(self._compare)
        self.runs.actions_.export_wanted.connect(self.export_requested)
        self.runs.actions_.report_wanted.connect(self.report_requested)
        self.pages.room_kept.connect(self.runs.keep_free)
        self._devices.done.connect(self.form.set_devices)
        control.stopping.connect(self._show_training)
        control.own.changed.connect(self._show_training)
        control.progressed.connect(self._show_progress)

    def _follow_state(self) -> None:
        state = self._state
        state.plan_requested.connect(self._on_plan_requested)
        state.choice_changed.connect(self._on_choice_changed)
        state.shown_run_changed.connect(self._show_outcome)
        state.history_changed.connect(self._show_outcome)
        state.training_changed.connect(self._show_training)
        state.ready_changed.connect(self._ask_for_devices)
        state.language_changed.connect(self.retranslate)
        state.theme_changed.connect(self._restyle)
        state.graph_changed.connect(self._on_graph)

    # -- what the user does -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Trains the network that is looked at, fitted to the data, with the settings of the form."""
        plan = self._plan()
        if plan is not None:
            self._run_control.start(plan)
            self._show_training()

    def _open_rate_test(self) -> None:
        self.lab_requested.emit("rate")

    def enqueue(self) -> None:
        """Has a run of the network that is looked at wait until those before it have ended."""
        plan = self._plan()
        if plan is not None:
            self._run_control.queue.add(plan)

    def _plan(self) -> RunPlan | None:
        """What the form says; None, with a word to the user, where that cannot be."""
        try:
            plan = self.desk.plan()
        except ExplorerError as error:
            self._state.refuse(error)
            return None
        self.desk.fit_network()
        return plan

    def _on_plan_requested(self, plan: RunPlan) -> None:
        if self._state.training is not None:
            self.buttons.next.setChecked(True)
        if plan.origin is None:
            self._state.notice(Text("The settings are in the form.", "设置已填入表单。"))

    def toggle_pause(self) -> None:
        """Pauses the run under way, or has it go on."""
        if self._state.training is not None:
            self._run_control.resume() if self._state.is_paused else self._run_control.pause()

    def stop(self) -> None:
        self._run_control.stop()

    def _compare(self) -> None:
        self.curves.set_compared(self.runs.compared)

    def _on_choice_changed(self) -> None:
        self._invite()
        self._show_training()

    def _begin_again(self, batch_size: int) -> None:
        """The run that did not fit in memory, anew with batches that do."""
        record = self._run_control.record(self._state.shown_run)
        if record is None:
            return
        plan = replace(record.plan, config=replace(record.plan.config, batch_size=batch_size))
        if plan.choice.architecture == self._state.choice.architecture:
            self.form.batch_size.setValue(batch_size)
        self._run_control.start(plan)
        self._show_training()

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _show_training(self) -> None:
        state, control = self._state, self._run_control
        is_training = state.training is not None
        is_busy = control.is_busy or control.own.is_starting
        self.buttons.show_state(
            is_training=is_training,
            is_paused=state.is_paused,
            is_stopping=control.is_stopping,
            can_start=not is_busy,
            why_not=self._why_not(),
        )
        self._is_planning = is_training and self.buttons.plans_next
        is_setting_up = self._is_planning or not is_busy
        occasion = Occasion.RUNNING if not is_setting_up else Occasion.PLANNING if is_busy else Occasion.SETTING_UP
        self.top.show_for(occasion, is_rate_known=is_training)
        self.add.setEnabled(not self._why_not())
        self.origin.show_origin(self.desk.origin if is_setting_up else None)
        if is_training and state.training != self._rate_of:
            self._begin_rate()
        self._rate_of = state.training
        self.rate.set_usable(tr("training.live_lr_stopping") if control.is_stopping else "")
        if is_busy and not is_training:
            self.progress.show_starting()
        self._show_progress()
        self._show_outcome()
        self._fit_pages()

    def _fit_pages(self) -> None:
        """Curves and runs go while the next run is set up in so little room that one of both would be cut through."""
        lines = [line for line in (self.top, self.origin, self.outcome, self.followed) if not line.isHidden()]
        taken = sum(line.sizeHint().height() + _GAP for line in lines) + 2 * _GAP
        least = max(_LEAST_PAGES, self.pages.minimumSizeHint().height() + _GAP)
        self.pages.setVisible(not self._is_planning or self.height() - taken >= least)

    def _begin_rate(self) -> None:
        record = self._run_control.record(self._state.training)
        if record is not None:
            self.rate.begin(record.plan.config.lr)

    def _show_outcome(self) -> None:
        state = self._state
        is_busy = self._run_control.is_busy or self._run_control.own.is_starting
        history = None if is_busy else state.history(state.shown_run)
        record = self._run_control.record(state.shown_run)
        classes = 0 if record is None or record.plan.own is not None else record.plan.choice.classes
        self.outcome.show_history(history, can_start=not is_busy, classes=classes)

    def _show_progress(self) -> None:
        state, control = self._state, self._run_control
        history = state.history(state.training)
        if history is not None:
            record = control.record(state.training)
            plan = None if record is None else record.plan
            self.progress.show_history(history, plan, is_paused=state.is_paused, is_stopping=control.is_stopping)
            self.rate.show_history(history)

    def _invite(self) -> None:
        if self._why_not():
            hint = "see" if self._state.has_misfit else "source"
            self.curves.say_why_not(tr("models.no_training_short"), tr(f"models.no_training_{hint}"))
            return
        self.curves.invite(say(self._state.card.titles), words.dataset(self.form.data.dataset))

    def _why_not(self) -> str:
        """Why the network cannot be trained; "" where it can."""
        model = catalogue.own(self._state.choice.architecture)
        if model is None:
            return ""
        if not model.class_name:
            return tr("models.no_training_program")
        return tr("models.no_training_misfit") if self._state.has_misfit else ""

    def _on_graph(self) -> None:
        if self._state.is_own_model:  # of which it is known only now whether it runs to its end
            self._invite()
            self._show_training()

    def _ask_for_devices(self) -> None:
        self._devices.request(suggestions.devices)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("training.panel"))
        self.add.setText(tr("runs.add"))
        self.add.setToolTip(tr("runs.add_tip"))
        self.origin.retranslate()
        for part in (self.buttons, self.form, self.desk, self.rate, self.followed, self.pages, self.curves, self.runs):
            part.retranslate()
        self._invite()
        self._show_training()

    def _restyle(self) -> None:
        for part in (self.buttons, self.form, self.origin, self.outcome, self.curves, self.runs):
            part.restyle()
        self._show_progress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_pages()

    def event(self, event: QEvent) -> bool:
        """The lines over the pages have become more or fewer."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_pages()
        return is_done

    def sizeHint(self) -> QSize:
        return QSize(940, 264)

    def close_workers(self) -> None:
        """Waits for what is under way in the background; for the end of the program."""
        self._devices.close()
        self.desk.close()
        self.curves.close_loader()
