"""What the window is about: the one mutable state of the program, and the signals that tell of its changes.

Panels are given the state, connect to its signals and call its setters; they do not know each other. Services watch it
and fill in what follows (a graph for the choice, an insight for the image). Lives on the GUI thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer import catalogue
from explorer.gui import text, theme
from explorer.gui.values import (
    FromFile,
    FromRun,
    GraphNote,
    Level,
    PinnedImage,
    Selection,
    SelectionKind,
    Untrained,
    WeightSource,
)

if TYPE_CHECKING:
    from explorer.bilingual import Text
    from explorer.catalogue import Choice
    from explorer.errors import ExplorerError
    from explorer.graph.model import LayerGraph
    from explorer.gui.widgets.pictures.image_intake import ImageSource
    from explorer.inspection.insight import Attribution, Insight, Question
    from explorer.runs.curves.history import History
    from explorer.runs.looking.drivers import Drivers
    from explorer.runs.looking.past import Past
    from explorer.runs.plan import RunPlan
    from explorer.runs.shelf.store import RunRecord

__all__ = ["AppState", "FromFile", "FromRun", "GraphNote", "Level", "PinnedImage", "Selection", "SelectionKind"]
__all__ += ["Untrained", "WeightSource"]


class AppState(QObject):
    """The state of the program.

    Signals (all without arguments unless said; read the new value from the property):
        choice_changed: Another architecture, input size, class count or setting.
        graph_changed: The layer graph for the choice arrived, or went (None) because a new one is being made.
        graph_mode_changed: The graph is to show what runs in training, or no more.
        graph_note_changed: What is to be said about the graph that is shown, if anything.
        selection_changed: Another node or block was selected, or none.
        image_changed, weights_changed, insight_changed: What is looked into, and what was found.
        past_changed: More is known of the stored moments of the run that is looked into, or it is another.
        image_requested(ImageSource): Decode this and make it the image that is looked at.
        image_refused(ExplorerError): The image asked for last could not be taken; the one before stays.
        attribution_requested(object): A `Question` to answer, or None: give up the one under way.
        attribution_progressed(object): What share of the answer is there, from 0 to 1; None where that is not known.
        attribution_changed: The answer came, or is void (None).
        drivers_requested(str): Find the test images that drive the maps of this layer most.
        drivers_changed: They were found, or are void (None).
        dataset_requested(str): The next run is to learn the data set of this name.
        draft_changed: Another run would be begun now: other data or settings.
        rate_requested(float), plan_requested(RunPlan): Emitted by whoever wants the next run to be like this.
        explore_requested: Go to the network.
        evaluation_requested(str, int): Go to the evaluation of this run after so many epochs, or as it is now (0).
        runs_changed: A run came, went or ended.
        shown_run_changed: Another run's curves are to be shown.
        compared_changed: Another set of runs is ticked in their table.
        training_changed: A run was started, paused, resumed or has ended.
        history_changed: New events in the shown run's history; at display rate.
        ready_changed, device_changed: Torch has been loaded; more is known of the device, or its memory has changed.
        language_changed, theme_changed: Look everything up again.
        noticed(Text, Text|None, Level): Something to tell the user: message, hint, level.
        status_changed(Text): What the program is busy with, for the status line.
    """

    choice_changed = Signal()
    graph_changed = Signal()
    graph_mode_changed = Signal()
    graph_note_changed = Signal()
    selection_changed = Signal()
    image_changed = Signal()
    weights_changed = Signal()
    insight_changed = Signal()
    past_changed = Signal()
    image_requested = Signal(object)
    image_refused = Signal(object)
    attribution_requested = Signal(object)
    attribution_progressed = Signal(object)
    attribution_changed = Signal()
    drivers_requested = Signal(str)
    drivers_changed = Signal()
    dataset_requested = Signal(str)
    plan_requested = Signal(object)
    draft_changed = Signal()
    rate_requested = Signal(float)
    explore_requested = Signal()
    evaluation_requested = Signal(str, int)
    runs_changed = Signal()
    shown_run_changed = Signal()
    compared_changed = Signal()
    training_changed = Signal()
    history_changed = Signal()
    ready_changed = Signal()
    device_changed = Signal()
    language_changed = Signal()
    theme_changed = Signal()
    noticed = Signal(object, object, object)
    status_changed = Signal(object)

    def __init__(self, choice: Choice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._graph: LayerGraph | None = None
        self._graph_mode = "eval"
        self._graph_note: GraphNote | None = None
        self._selection: Selection | None = None
        self._image: PinnedImage | None = None
        self._weights: WeightSource = Untrained()
        self._insight: Insight | None = None
        self._past: Past | None = None
        self._attribution: Attribution | None = None
        self._drivers: Drivers | None = None
        self.draft: RunPlan | None = None  # what Start would begin; None where its settings cannot be
        self._runs: tuple[RunRecord, ...] = ()
        self._shown_run: str | None = None
        self._compared: tuple[str, ...] = ()
        self._histories: dict[str, History] = {}
        self._training: str | None = None
        self._is_paused = False
        self._is_ready = False
        self._device: Text | None = None

    # -- the network ------------------------------------------------------------------------------------------------

    @property
    def choice(self) -> Choice:
        return self._choice

    @property
    def card(self) -> catalogue.Card:
        return catalogue.find(self._choice.architecture)

    @property
    def is_own_model(self) -> bool:
        """The network is a model in a file of the user, whose code runs in processes of its own."""
        return self.card.family == catalogue.MINE

    @property
    def graph(self) -> LayerGraph | None:
        return self._graph

    @property
    def graph_mode(self) -> str:
        """Whether the graph is to show what runs when predicting ("eval") or in training ("train")."""
        return self._graph_mode

    @property
    def has_misfit(self) -> bool:
        """The graph is of a network that does not run to its end."""
        return self._graph is not None and self._graph.mismatch is not None

    @property
    def graph_note(self) -> GraphNote | None:
        return self._graph_note

    @property
    def selection(self) -> Selection | None:
        return self._selection

    def set_choice(self, choice: Choice) -> None:
        """Looks at another network, with untrained weights. The graph stays until the new one arrives."""
        if choice == self._choice:
            return
        same_architecture = choice.architecture == self._choice.architecture
        self._choice = choice
        if not same_architecture:
            self.select(None)
            self._graph_mode = "eval"
        self.choice_changed.emit()
        self.set_weights(Untrained())

    def set_graph(self, graph: LayerGraph | None) -> None:
        self._graph = graph
        if graph is None or not self._selection_exists():
            self._selection = None
            self.selection_changed.emit()
        self.graph_changed.emit()

    def set_graph_mode(self, mode: str) -> None:
        """Asks for the graph of "eval" or "train"; the one that is there stays until it arrives."""
        if mode != self._graph_mode:
            self._graph_mode = mode
            self.graph_mode_changed.emit()

    def set_graph_note(self, note: GraphNote | None) -> None:
        if note != self._graph_note:
            self._graph_note = note
            self.graph_note_changed.emit()

    def select(self, selection: Selection | None) -> None:
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()

    def _selection_exists(self) -> bool:
        if self._selection is None or self._graph is None:
            return True
        members = self._graph.nodes if self._selection.kind == SelectionKind.NODE else self._graph.blocks
        return self._selection.index < len(members)

    # -- looking inside ---------------------------------------------------------------------------------------------

    @property
    def image(self) -> PinnedImage | None:
        return self._image

    @property
    def weights(self) -> WeightSource:
        return self._weights

    @property
    def insight(self) -> Insight | None:
        return self._insight

    def set_image(self, image: PinnedImage | None) -> None:
        self._image = image
        self.image_changed.emit()

    def set_weights(self, weights: WeightSource) -> None:
        if weights != self._weights:
            self._weights = weights
            self.weights_changed.emit()

    def set_insight(self, insight: Insight | None) -> None:
        self._insight = insight
        self.insight_changed.emit()

    @property
    def past(self) -> Past | None:
        """The stored moments of the run that is looked into; None where it is not a run."""
        return self._past

    def set_past(self, past: Past | None) -> None:
        if past is not self._past:
            self._past = past
            self.past_changed.emit()

    def request_image(self, source: ImageSource) -> None:
        """Has an image decoded off the GUI thread; `image_changed` or `image_refused` follows."""
        self.image_requested.emit(source)

    def refuse_image(self, error: ExplorerError) -> None:
        self.image_refused.emit(error)

    @property
    def attribution(self) -> Attribution | None:
        return self._attribution

    def request_attribution(self, question: Question | None) -> None:
        """Asks where a class comes from in the image, or gives up asking; `attribution_changed` follows."""
        self.attribution_requested.emit(question)

    def set_attribution(self, attribution: Attribution | None) -> None:
        self._attribution = attribution
        self.attribution_changed.emit()

    @property
    def drivers(self) -> Drivers | None:
        """Which test images drive the maps of a layer most; None while nobody has asked."""
        return self._drivers

    def request_drivers(self, path: str) -> None:
        """Has the images found that drive the maps of the layer `path`; `drivers_changed` follows."""
        self.drivers_requested.emit(path)

    def set_drivers(self, drivers: Drivers | None) -> None:
        self._drivers = drivers
        self.drivers_changed.emit()

    def request_dataset(self, name: str) -> None:
        """Makes the data set `name` that of the next run, where runs are begun."""
        self.dataset_requested.emit(name)

    def set_draft(self, plan: RunPlan | None) -> None:
        if plan != self.draft:
            self.draft = plan
            self.draft_changed.emit()

    # -- runs -------------------------------------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[RunRecord, ...]:
        """All stored runs, newest first."""
        return self._runs

    @property
    def shown_run(self) -> str | None:
        return self._shown_run

    @property
    def compared(self) -> tuple[str, ...]:
        """The runs that are to be drawn against each other, in the order of choice."""
        return self._compared

    @property
    def training(self) -> str | None:
        """The id of the run that is training or paused."""
        return self._training

    @property
    def is_paused(self) -> bool:
        return self._is_paused

    def history(self, run: str | None) -> History | None:
        return None if run is None else self._histories.get(run)

    def set_runs(self, runs: tuple[RunRecord, ...]) -> None:
        self._runs = runs
        self.runs_changed.emit()

    def set_history(self, run: str, history: History) -> None:
        """Makes `history` known, or tells that it has grown."""
        self._histories[run] = history
        if run == self._shown_run:
            self.history_changed.emit()

    def show_run(self, run: str | None) -> None:
        if run != self._shown_run:
            self._shown_run = run
            self.shown_run_changed.emit()

    def set_compared(self, runs: tuple[str, ...]) -> None:
        if runs != self._compared:
            self._compared = runs
            self.compared_changed.emit()

    def set_training(self, run: str | None, *, is_paused: bool = False) -> None:
        if (run, is_paused) != (self._training, self._is_paused):
            self._training, self._is_paused = run, is_paused
            self.training_changed.emit()

    # -- the program ------------------------------------------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Torch has been loaded: networks can be built and trained."""
        return self._is_ready

    @property
    def device(self) -> Text | None:
        """The device that is used where nothing else is chosen, in words; None until torch has been loaded."""
        return self._device

    def set_device(self, device: Text) -> None:
        if device != self._device:
            self._device = device
            self.device_changed.emit()

    def set_ready(self) -> None:
        self._is_ready = True
        self.ready_changed.emit()

    def set_language(self, code: str) -> None:
        if code != text.language():
            text.set_language(code)
            self.language_changed.emit()

    def set_theme(self, name: str) -> None:
        """Chooses "dark" or "light"."""
        if name != theme.name():
            theme.apply(name)
            self.theme_changed.emit()

    def notice(self, message: Text, hint: Text | None = None, level: Level = Level.INFO) -> None:
        self.noticed.emit(message, hint, level)

    def refuse(self, error: ExplorerError) -> None:
        """Tells the user what cannot be done."""
        self.noticed.emit(error.message, error.hint, Level.ERROR)

    def set_status(self, status: Text) -> None:
        self.status_changed.emit(status)
