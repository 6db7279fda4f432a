"""The training panel: joins its parts to the state and to the control of the runs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from explorer import catalogue
from explorer.data import cards
from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.panels.training import fitting, suggestions, words
from explorer.gui.panels.training.controls import RunButtons
from explorer.gui.panels.training.curves import CurvesView
from explorer.gui.panels.training.follow_line import FollowLine
from explorer.gui.panels.training.form import SettingsForm
from explorer.gui.panels.training.lower import LowerArea
from explorer.gui.panels.training.progress import ProgressLine
from explorer.gui.panels.training.runs import RunsView
from explorer.gui.text import tr

if TYPE_CHECKING:
    from explorer.data.cards import DatasetCard
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.training.config import TrainConfig


class TrainingPanel(QFrame):
    """What to train with, how it goes, and what was trained before."""

    def __init__(self, state: AppState, run_control: RunControl) -> None:
        super().__init__()
        self._state, self._run_control = state, run_control
        self._architecture = state.choice.architecture
        self._edited: dict[str, TrainConfig] = {}  # what the user set, by architecture
        self._is_data_chosen = False
        self.buttons, self.form, self.progress = RunButtons(), SettingsForm(), ProgressLine()
        self.followed = FollowLine(state, run_control)
        self.curves = CurvesView(state, run_control)
        self.runs = RunsView(state, run_control)
        self.pages = LowerArea(self.curves, self.runs)
        self._devices = Latest("devices", self)
        self._folder_facts = Latest("folder", self)
        self._folders: dict[str, DatasetCard] = {}
        self._lay_out()
        self._connect()
        self._follow_network()
        self._show_training()
        self.retranslate()
        if state.is_ready:
            self._ask_for_devices()

    def _lay_out(self) -> None:
        self.setProperty("role", "panel")
        self.setObjectName("trainingPanel")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.form, 1)
        row.addWidget(self.progress, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 8)
        column.setSpacing(10)
        column.addLayout(row)
        column.addWidget(self.followed)
        column.addWidget(self.pages, 1)
        self.setMinimumHeight(190)

    def _connect(self) -> None:
        state, control = self._state, self._run_control
        self.buttons.start_requested.connect(self.start)
        self.buttons.stop_requested.connect(control.stop)
        self.buttons.pause_requested.connect(control.pause)
        self.buttons.resume_requested.connect(control.resume)
        self.form.edited.connect(self._remember)
        self.form.dataset_picked.connect(self._on_dataset_picked)
        self.form.reset_requested.connect(self._reset)
        self.runs.compared_changed.connect(self._compare)
        self.pages.room_kept.connect(self.runs.keep_free)
        self._devices.done.connect(self.form.set_devices)
        self._folder_facts.done.connect(self._on_folder_read)
        self._folder_facts.failed.connect(self._on_folder_refused)
        state.choice_changed.connect(self._on_choice_changed)
        state.dataset_requested.connect(self.take_dataset)
        state.training_changed.connect(self._show_training)
        state.ready_changed.connect(self._ask_for_devices)
        state.language_changed.connect(self.retranslate)
        state.theme_changed.connect(self._restyle)
        state.graph_changed.connect(self._on_graph)
        control.stopping.connect(self._show_training)
        control.own.changed.connect(self._show_training)
        control.progressed.connect(self._show_progress)

    # -- what the user does -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Trains the network that is looked at, fitted to the data, with the settings of the form."""
        state = self._state
        try:
            choice = fitting.fitted(state.choice, self._data)
            plan = replace(self.form.plan(choice), own=catalogue.own(choice.architecture))
        except ExplorerError as error:
            state.refuse(error)
            return
        self._fit_network()
        self._run_control.start(plan)
        self._show_training()

    def toggle_pause(self) -> None:
        """Pauses the run under way, or has it go on."""
        if self._state.training is not None:
            self._run_control.resume() if self._state.is_paused else self._run_control.pause()

    def stop(self) -> None:
        self._run_control.stop()

    def take_dataset(self, name: str) -> None:
        """Makes the data set `name` that of the next run, as if it had been picked in the form."""
        self.form.set_dataset(name)
        self._on_dataset_picked(name)

    @property
    def _data(self) -> DatasetCard:
        """What is known of the data set that is chosen."""
        name = self.form.data.dataset
        return self._folders.get(name) or cards.find(name)

    def _on_dataset_picked(self, name: str) -> None:
        self._is_data_chosen = True
        if name.startswith(cards.FOLDER_PREFIX):
            self._folder_facts.request(partial(suggestions.folder_card, name))
        self._fit_network()
        self._suggest()
        self._invite()

    def _fit_network(self) -> None:
        """Gives the network the channels and classes of the data, and says so."""
        state = self._state
        choice = fitting.fitted(state.choice, self._data)
        if choice != state.choice:
            state.notice(fitting.explain(state.choice, choice, state.card.title, self._data.title))
            state.set_choice(choice)

    def _on_folder_read(self, card: DatasetCard) -> None:
        self._folders[card.name] = card
        if card.name == self.form.data.dataset:
            self._fit_network()

    def _on_folder_refused(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self._state.refuse(error)

    def _compare(self) -> None:
        self.curves.set_compared(self.runs.compared)

    # -- settings that follow the network ---------------------------------------------------------------------------

    def _on_choice_changed(self) -> None:
        if self._state.choice.architecture != self._architecture:
            self._architecture = self._state.choice.architecture
            self._follow_network()
            self._show_training()
        self._invite()

    def _follow_network(self) -> None:
        """Data and settings for another architecture; what the user chose stays."""
        if not self._is_data_chosen:
            self.form.set_dataset("digits" if self._state.choice.input_shape[0] == 1 else "shapes")
        self._suggest()

    def _suggest(self) -> None:
        usual = suggestions.config_for(self._state.choice, self.form.data.dataset)
        self.form.show_config(self._edited.get(self._architecture, usual), usual=usual)

    def _remember(self) -> None:
        try:
            self._edited[self._architecture] = self.form.config()
        except ExplorerError:
            return  # said again, and in words, when the run is to start

    def _reset(self) -> None:
        self._edited.pop(self._architecture, None)
        self._suggest()

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
        self.form.setVisible(not is_busy)
        self.progress.setVisible(is_busy)
        if is_busy and not is_training:
            self.progress.show_starting()
        self._show_progress()

    def _show_progress(self) -> None:
        state, control = self._state, self._run_control
        history = state.history(state.training)
        if history is not None:
            record = control.record(state.training)
            plan = None if record is None else record.plan
            self.progress.show_history(history, plan, is_paused=state.is_paused, is_stopping=control.is_stopping)

    def _invite(self) -> None:
        if self._why_not():
            hint = "see" if self._state.has_misfit else "source"
            self.curves.say_why_not(tr("models.no_training_short"), tr(f"models.no_training_{hint}"))
            return
        self.curves.invite(self._state.card.title, words.dataset(self.form.data.dataset))

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
        for part in (self.buttons, self.form, self.followed, self.pages, self.curves, self.runs):
            part.retranslate()
        self._invite()
        self._show_training()

    def _restyle(self) -> None:
        for part in (self.buttons, self.form, self.progress, self.followed, self.curves, self.runs):
            part.restyle()
        self._show_progress()

    def sizeHint(self) -> QSize:
        return QSize(940, 264)

    def close_workers(self) -> None:
        """Waits for what is under way in the background; for the end of the program."""
        self._devices.close()
        self._folder_facts.close()
        self.curves.close_loader()
