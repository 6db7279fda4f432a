"""The window: puts the panels together and gives the actions their handlers."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from explorer import paths
from explorer.gui import column_widths, preferences, tab_order
from explorer.gui.actions import ActionSet
from explorer.gui.dialogs.desk import DialogDesk
from explorer.gui.dialogs.export_desk import ExportDesk
from explorer.gui.dialogs.model_desk import ModelDesk
from explorer.gui.dialogs.report_desk import ReportDesk
from explorer.gui.panels.architecture_idea import ArchitectureIdeaPanel
from explorer.gui.panels.architecture_settings import ArchitectureSettingsPanel
from explorer.gui.panels.architectures import ArchitecturesPanel
from explorer.gui.panels.header import HeaderPanel
from explorer.gui.panels.image_entry import ImageEntry, pass_drops_on
from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.panels.training import TrainingPanel
from explorer.gui.preferences import LANGUAGES, THEMES, WHOLE, Preferences
from explorer.gui.screen_room import PANELS, room_of
from explorer.gui.services import network_names, view_file
from explorer.gui.services.appearance import Appearance
from explorer.gui.services.left_off import LeftOff
from explorer.gui.services.own_models import OwnModels
from explorer.gui.services.remembering import Remembering
from explorer.gui.text import say, tr
from explorer.gui.widgets.frames.column import Column
from explorer.gui.widgets.frames.dock_board import DockBoard
from explorer.gui.widgets.frames.scroll_frame import ScrollFrame
from explorer.gui.widgets.words.notices import Message, Notices
from explorer.gui.workspaces import Workspaces
from explorer.runs.shelf.record import RunRecord, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from explorer.bilingual import Text
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState, Level

_logger = logging.getLogger(__name__)

INSPECTOR = 500  # px; its least height: lower than that, it scrolls as a whole


class MainWindow(QMainWindow):
    """All panels of the program.

    Signals:
        painted: The window is on the screen for the first time.
        closing: It has been closed; stop everything.
    """

    painted = Signal()
    closing = Signal()
    _was_painted = False
    _trained: str | None = None  # the run that was being trained last
    _welcome: Message | None = None  # that is offered to who has never opened the window before

    def __init__(
        self, state: AppState, run_control: RunControl, preferences: Preferences, models: OwnModels | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(paths.APP_NAME)
        self._room = room_of(self.screen())
        self.state, self._run_control, self._preferences = state, run_control, preferences
        self._appearance = Appearance(state, preferences, self)
        self._left_off = LeftOff(state, preferences.left, preferences.told, self)
        self._models = models or OwnModels(state)
        self._models.setParent(self)
        self._board = DockBoard(self, is_stacked=self._room.is_stacked)
        self._left, right, bottom = (self._board.place(name, *where) for name, where in self._room.places.items())
        memory, labs = view_file.load(), preferences.labs
        self.workspaces = Workspaces(state, run_control, self._models, memory=memory, labs=labs, parent=self)
        self.graph = self.workspaces.graph
        self.training = TrainingPanel(state, run_control, bottom)
        self.inspector = InspectorPanel(state, right)
        self._architectures = ArchitecturesPanel(state, self._models)
        self._images = ImageEntry(state, self)
        self._notices = Notices(self)
        self._dialogs = DialogDesk(state, self)
        self.files = ModelDesk(state, self._models, self._notices, self)
        self.exporting = ExportDesk(state, run_control, self._notices, self.graph.shown, self)
        self.reporting = ReportDesk(state, run_control, self._notices, self)
        self.commands = ActionSet(state, self, self._handlers())
        self._lay_out()
        self._connect()
        self._retranslate()
        self._stand_as_before()
        self._remembering = Remembering(state, self.preferences, self)
        self.graph.setFocus()

    # -- putting together -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        state = self.state
        self._dialogs.set_actions(self.commands)
        self.header = HeaderPanel(state, self.commands.menu)
        top = QWidget()
        layout = QVBoxLayout(top)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.header)
        self.setMenuWidget(top)
        self.setCentralWidget(self.workspaces)
        idea = self._idea = ArchitectureIdeaPanel(state, is_wanted_whole=self._preferences.idea == WHOLE)
        settings = ArchitectureSettingsPanel(state)
        lower: list[QWidget] = [settings, idea]
        left = Column(self._architectures, lower, share=0.56, yielding=idea, parent=self._left)
        self.inspector.setMinimumHeight(INSPECTOR)  # else a page that is filled anew would push the window open
        inspector = ScrollFrame(self.inspector)
        for name, panel, width in (("left", left, 240), ("right", inspector, 320), ("bottom", self.training, 430)):
            panel.setMinimumWidth(width)  # else a panel whose words grow for a moment would push the others for good
            self._board.fill(name, panel)
        run = self.training.top, self.training.pages
        inside = self.inspector.image, self.inspector.time, self.inspector.tabs, self.inspector.pages
        networks = self.header, self._architectures, settings, idea
        tab_order.chain(self.graph.overlay.card, *run, *inside, *networks)  # and round to the graph

    def _connect(self) -> None:
        state = self.state
        state.noticed.connect(self._on_noticed)
        self._left_off.found.connect(self._offer_to_resume)
        self._dialogs.page_wanted.connect(self._show_inspector_page)
        state.language_changed.connect(self._retranslate)
        state.theme_changed.connect(self._restyle)
        state.choice_changed.connect(self._on_choice)
        state.selection_changed.connect(self._on_selection)
        state.training_changed.connect(self._on_training)
        for request in (state.dataset_requested, state.rate_requested, state.explore_requested):
            request.connect(self._explore)
        state.evaluation_requested.connect(self.workspaces.evaluate)
        self.training.lab_requested.connect(self.workspaces.show_lab)
        self.workspaces.explore_left.connect(self._board.put_away)
        self.workspaces.changed.connect(self._on_workspace)
        self.workspaces.model_wanted.connect(self.files.choose)
        self._images.model_dropped.connect(self.files.open)
        self.inspector.image.file_wanted.connect(self._images.open)
        self._architectures.open_requested.connect(self.files.choose)
        self.graph.export_requested.connect(self.exporting.open)
        self.training.export_requested.connect(self.exporting.open_run)
        self.training.report_requested.connect(self.reporting.open)
        self.header.theme_picked.connect(self._appearance.choose_theme)
        self.header.language_picked.connect(self._appearance.choose_language)
        self.header.workspace_picked.connect(self.workspaces.go_to)
        self._board.shown.connect(self._on_panel_shown)
        self._board.floated.connect(self._on_panel_floated)
        self.painted.connect(self._board.lift_free)
        self.painted.connect(self.graph.standpoint.go)  # the graph was drawn before there was a window to fit it into
        QShortcut(QKeySequence("F10"), self).activated.connect(self.header.open_menu)
        pass_drops_on(self)

    def _handlers(self) -> dict[str, Callable[..., object]]:
        training, exploring = self.training, self._exploring
        handlers: dict[str, Callable[..., object]] = {
            "image.open": self._images.open,
            "image.paste": self._images.paste,
            "model.open": self.files.choose,
            "graph.export": exploring(self.exporting.open),
            "run.start": exploring(training.start),
            "run.pause": training.toggle_pause,
            "run.stop": training.stop,
            "search.architecture": self._find_architecture,
            "search.layer": exploring(self.graph.start_search),
            "workspace.explore": partial(self.workspaces.go_to, "explore"),
            "workspace.compare": partial(self.workspaces.go_to, "compare"),
            "workspace.labs": partial(self.workspaces.go_to, "labs"),
            "zoom.in": partial(self._zoom, "in"),
            "zoom.out": partial(self._zoom, "out"),
            "zoom.whole": partial(self._zoom, "fit"),
            "panel.reset": self._board.reset,
            "app.full_screen": self._set_full_screen,
            "app.palette": self._dialogs.open_palette,
            "app.first_steps": self._dialogs.open_first_steps,
            "app.shortcuts": self._dialogs.open_shortcuts,
            "app.files": self._dialogs.open_files,
            "app.about": self._dialogs.open_about,
            "app.quit": self.close,
        }
        for name in PANELS:
            handlers[f"panel.{name}"] = partial(self._board.show, name)
            handlers[f"panel.float_{name}"] = partial(self._board.set_free, name)
        for choice in THEMES:
            handlers[f"theme.{choice}"] = partial(self._appearance.choose_theme, choice)
        for choice in LANGUAGES:
            handlers[f"language.{choice}"] = partial(self._appearance.choose_language, choice)
        return handlers

    # -- what the actions do ----------------------------------------------------------------------------------------

    def _on_workspace(self, name: str) -> None:
        if name == "explore":
            self._board.bring_back()
            self.graph.setFocus()
        self.header.show_workspace(name)
        self.commands[f"workspace.{name}"].setChecked(True)

    def _explore(self) -> None:
        self.workspaces.go_to("explore")

    def _on_choice(self) -> None:
        """Goes to where the network is: beside others if it was opened for that."""
        if not self.workspaces.take_model():
            self._explore()

    def _on_selection(self) -> None:
        if self.state.selection is not None:
            self._board.uncover("right")

    def _on_training(self) -> None:
        """Shows how it goes when a training has begun."""
        before, self._trained = self._trained, self.state.training
        if self._trained not in (None, before):
            self._board.uncover("bottom")

    def _exploring(self, act: Callable[[], object]) -> Callable[[], object]:
        """For what is done to the one network: goes to where it is first."""

        def go_and_act() -> None:
            self._explore()
            act()

        return go_and_act

    def _zoom(self, how: str) -> None:
        view, compare = self.graph.view, self.workspaces.compare
        if compare is not None and self.workspaces.current == "compare":
            compare.zoom(how)
        else:
            {"in": view.zoom_in, "out": view.zoom_out, "fit": view.fit}[how]()

    def _show_inspector_page(self, page: str) -> None:
        self._explore()
        self._board.show("right", True)
        self.inspector.show_tab(page)

    def _find_architecture(self) -> None:
        compare = self.workspaces.compare
        if compare is not None and self.workspaces.current == "compare":
            compare.find_network()
            return
        self._board.show("left", True)
        self._architectures.begin_search()

    def _set_full_screen(self, is_full: bool) -> None:
        if is_full:
            self.showFullScreen()
        else:
            self.showNormal()

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        for name in PANELS:
            self._board.set_title(name, tr(f"window.action_panel_{name}"))
        self._mark_choices()
        if self._welcome is not None and self._notices.take_back(self._welcome):
            self.welcome()  # the first thing that many do is to choose their language

    def _restyle(self) -> None:
        self._notices.restyle()
        self._mark_choices()

    def _mark_choices(self) -> None:
        self.commands[f"theme.{self._appearance.theme}"].setChecked(True)
        self.commands[f"language.{self._appearance.language}"].setChecked(True)
        self.commands[f"workspace.{self.workspaces.current}"].setChecked(True)

    def _on_panel_shown(self, name: str, is_shown: bool) -> None:
        self.commands[f"panel.{name}"].setChecked(is_shown)

    def _on_panel_floated(self, name: str, is_free: bool) -> None:
        self.commands[f"panel.float_{name}"].setChecked(is_free)

    def _on_noticed(self, message: Text, hint: Text | None, level: Level) -> None:
        words = Message(say(message), "" if hint is None else say(hint), str(level))
        self._notices.show(words, tr("common.close"))

    def _offer_to_resume(self, record: RunRecord) -> None:
        """Says which training was broken off, and that it can go on."""
        plan, done = record.plan, record.epochs_done
        title = network_names.name(plan.choice)
        words = tr("runs.broken_off", number=record.number, title=title, done=done, epochs=plan.config.epochs)
        control, is_queued = self._run_control, record.status == Status.QUEUED
        hint = tr("runs.broken_off_queued" if is_queued else "runs.broken_off_hint")
        resume = control.queue.go_on if is_queued else partial(control.resume_run, record.id)
        self._notices.show(Message(words, hint, "info", tr("training.run_resume")), tr("common.close"), resume)

    # -- beginning and end ------------------------------------------------------------------------------------------

    def _stand_as_before(self) -> None:
        self.setMinimumSize(self._room.least)
        available = self.screen().availableGeometry()
        self.resize(min(1600, available.width() * 9 // 10), min(1000, available.height() * 9 // 10))
        self.restoreGeometry(QByteArray.fromBase64(self._preferences.geometry.encode()))
        self._board.settle()
        self.training.runs.view.arrange(self._preferences.runs)
        self.training.desk.recall(self._preferences.next_run or {})
        column_widths.recall(self._preferences.tables)
        if self._preferences.layout:
            self._board.restore(QByteArray.fromBase64(self._preferences.layout.encode()))
        for name in PANELS:
            self._on_panel_shown(name, self._board.is_shown(name))

    def fills_screen_at_first(self) -> bool:
        """Whether it should open maximised: it has never stood anywhere, and the screen is just large enough for it."""
        return not self._preferences.geometry and self._room.is_small

    def seen_later(self) -> Iterator[Callable[[], object]]:
        """Makes what nobody has seen yet, a part at a time."""
        yield self.training.form.more.put_together
        yield from self.inspector.pages.seen_later()

    def welcome(self) -> None:
        """Offers the first steps to who has never opened the window before."""
        if not self._preferences.geometry:
            self._welcome = Message(tr("steps.new_here"), tr("steps.new_here_hint"), "info", tr("steps.show"))
            self._notices.show(self._welcome, tr("common.close"), self._dialogs.open_first_steps)

    def close_panels(self) -> None:
        """Ends the workers of the panels."""
        self.graph.close_services()
        self.exporting.close()
        self.reporting.close()
        self.files.close_services()
        self.workspaces.close_services()
        self.training.close_workers()
        self.inspector.drawer.close()

    def preferences(self) -> Preferences:
        """What is to be remembered of the window as it is now."""
        return Preferences(
            theme=self._appearance.theme,
            language=self._appearance.language,
            geometry=self.saveGeometry().toBase64().toStdString(),
            layout=self._board.save().toBase64().toStdString(),
            runs=self.training.runs.view.arrangement(),
            choice=self.state.choice.to_json(),
            labs=self.workspaces.kept(),
            tables=column_widths.everything(),
            left=self._left_off.left,
            told=self._left_off.told,
            idea=WHOLE if self._idea.is_wanted_whole else "",
            next_run=self.training.desk.kept(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)  # when what is being painted is on the screen

    def closeEvent(self, event: QCloseEvent) -> None:
        self._remembering.close()
        kept = self.preferences()
        self.hide()
        event.accept()
        try:
            preferences.save(kept)
            view_file.save(self.graph.memory)
        except OSError as error:
            _logger.warning("the preferences could not be saved: %s", error)
        self.closing.emit()
