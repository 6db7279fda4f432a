"""Keeps the insight of the state true: an image through the present weights, whenever either changes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.errors import ExplorerError
from explorer.graph.user_model import own
from explorer.gui.background import Errands, Latest
from explorer.gui.services import image_loading
from explorer.gui.state import FromFile, FromRun
from explorer.gui.widgets.pictures.image_intake import DatasetSource, ImageSource, SampleSource
from explorer.runs.looking.own_bench import OwnBench
from explorer.runs.looking.workbench import Image, Weights, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState, PinnedImage
    from explorer.inspection.insight import Attribution, Insight, Question
    from explorer.runs.folder.checkpoint import Snapshot
    from explorer.runs.plan import RunPlan

LIVE_MS = 800  # at least so long between two looks into a run
PULSE_MS = 100  # between two words on how far an answer is
LIVE_SHARE = 0.05  # of one core's time is spent on looking, at most


class _Progress:
    """How far an answer is; written on the worker, read on the GUI thread."""

    share: float | None = None

    def hear(self, share: float) -> None:
        self.share = share


class InsightService(QObject):
    """Loads images, looks through the model and answers questions of attribution, all on workers.

    Nothing begins before the state is ready. The newest image and weights win. While a run is live its weights are
    taken at step boundaries, not before the last look is done, and less often the longer a look takes.
    """

    _snapshot_arrived = Signal(object)

    def __init__(self, state: AppState, runs: RunControl | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._runs = state, runs
        self._bench = Workbench()
        self._own_bench = OwnBench()  # for the user's models, whose code does not run in this process
        self._own_errands = Errands("own models", self)
        self._looked_at = state.choice.architecture
        self._images, self._looks, self._answers = (Latest(name, self) for name in ("images", "insight", "attribution"))
        self._snapshot_arrived.connect(self._on_snapshot)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        self._live = QTimer(self, singleShot=True, interval=LIVE_MS)
        self._live.timeout.connect(self._ask_for_snapshot)
        self._pulse = QTimer(self, interval=PULSE_MS)
        self._pulse.timeout.connect(self._tell_progress)
        self._progress = _Progress()
        self._cancel = threading.Event()
        self._run: str | None = None  # of the weights
        self._question: Question | None = None  # that is, or was last, answered
        self._is_to_ask_again = False
        self._is_own_image = True  # pinned by the program, not by the user
        self._default: ImageSource | None = None
        self._image: Image | None = None
        self._is_waiting = False  # for a snapshot
        self._is_closed = False
        self._connect()
        if state.is_ready:
            self._on_ready()

    def _connect(self) -> None:
        state = self._state
        self._images.done.connect(self._on_image)
        self._images.failed.connect(self._on_image_failed)
        self._looks.done.connect(self._on_look)
        self._looks.failed.connect(self._on_look_failed)
        self._answers.done.connect(self._on_answer)
        self._answers.failed.connect(self._on_answer_failed)
        state.ready_changed.connect(self._on_ready)
        state.choice_changed.connect(self._on_choice)
        state.weights_changed.connect(self._on_weights)
        state.image_changed.connect(self._on_new_image)
        state.image_requested.connect(self._on_image_requested)
        state.attribution_requested.connect(self._on_question)
        state.training_changed.connect(self._on_training)
        state.graph_changed.connect(self._on_graph)
        state.graph_note_changed.connect(self._on_graph)

    @property
    def own_bench(self) -> OwnBench:
        """What looks into the user's models; for workers that have other looks to ask for."""
        return self._own_bench

    @property
    def is_busy(self) -> bool:
        """Something is being decoded, looked at or answered, or soon will be."""
        workers = (self._images, self._looks, self._answers)
        return self._soon.isActive() or any(worker.is_busy for worker in workers)

    def close(self) -> None:
        """Gives up what is under way and ends the threads."""
        self._is_closed = True
        self._cancel.set()
        for timer in (self._soon, self._live, self._pulse):
            timer.stop()
        self._own_bench.abandon()
        for worker in (self._images, self._looks, self._answers):
            worker.close()
        self._own_errands.do(self._own_bench.close)
        self._own_errands.close()

    # -- images -----------------------------------------------------------------------------------------------------

    def _on_ready(self) -> None:
        self._pin_default()
        self._soon.start()

    def _on_image_requested(self, source: ImageSource) -> None:
        self._is_own_image = False
        self._images.request(lambda: image_loading.load(source))

    def _pin_default(self) -> None:
        """Has an image that suits the network, as long as the user has not chosen one."""
        if not self._is_own_image or not self._state.is_ready or self._is_closed:
            return
        default = self._suitable()
        if default != self._default or self._state.image is None:
            self._default = default
            usual = self._usual()
            self._images.request(lambda: image_loading.load_first(default, usual))

    def _suitable(self) -> ImageSource:
        """Of the data that the network has learned, if they are on this machine; that is found when they are read.

        Of a network that has learned nothing, what is shown already, as long as it suits it.
        """
        plan = self._plan_of_weights()
        if plan is not None:
            return DatasetSource(plan.dataset, place=plan.data_dir)
        shown = self._state.image
        if shown is not None and self._default is not None and shown.pixels.shape[2] == self._channels():
            return self._default  # networks are compared by one and the same image
        return self._usual()

    def _usual(self) -> ImageSource:
        """One that comes with the program."""
        return SampleSource("cat") if self._channels() == 3 else DatasetSource("digits")

    def _channels(self) -> int:
        """Of the images that suit the network best: 3, or 1 where it does not take colours."""
        return 3 if self._state.choice.input_shape[0] == 3 else 1

    def _plan_of_weights(self) -> RunPlan | None:
        weights = self._state.weights
        record = self._runs.record(weights.run) if isinstance(weights, FromRun) and self._runs is not None else None
        return None if record is None else record.plan

    def _on_image(self, image: PinnedImage) -> None:
        self._state.set_image(image)

    def _on_image_failed(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self._state.refuse_image(error)

    # -- looking ----------------------------------------------------------------------------------------------------

    def _on_choice(self) -> None:
        self._looks.cancel()
        self._leave_own_model()
        if self._state.insight is not None:
            self._state.set_insight(None)
        self._pin_default()
        self._forget_attribution()
        self._soon.start()

    def _leave_own_model(self) -> None:
        """Ends the process of the user's model that was looked at before, and whatever goes on there."""
        before, self._looked_at = self._looked_at, self._state.choice.architecture
        if before.startswith(own.PREFIX):
            self._own_bench.abandon()
            if before != self._looked_at:
                self._own_errands.do(self._own_bench.end)
        if self._state.is_own_model:
            choice = self._state.choice
            self._own_errands.do(lambda: self._own_bench.warm(choice))

    def _on_graph(self) -> None:
        if self._state.is_own_model:  # of which it is known only now whether it runs to its end
            self._soon.start()

    def _on_weights(self) -> None:
        before, self._run = self._run, self._run_of_weights()
        self._pin_default()
        if self._run is not None and self._run == before and self._question is not None:
            self._is_to_ask_again = True  # at another moment of the same run, when it has been looked at
        else:
            self._forget_attribution()
        self._soon.start()

    def _run_of_weights(self) -> str | None:
        weights = self._state.weights
        return weights.run if isinstance(weights, FromRun) else None

    def _on_new_image(self) -> None:
        self._forget_attribution()
        self._soon.start()

    def _on_training(self) -> None:
        if self._is_live and not self._live.isActive():
            self._live.start()

    @property
    def _is_live(self) -> bool:
        weights = self._state.weights
        return isinstance(weights, FromRun) and weights.is_live

    def _look(self) -> None:
        """Looks with what there is; into a live run only when its weights are there."""
        weights = self._weights()
        if self._is_live and not self._bench.has(self._state.choice, weights):
            self._ask_for_snapshot()
        else:
            self._request(weights, None)

    def _request(self, weights: Weights, snapshot: Snapshot | None) -> None:
        image, choice = self._state.image, self._state.choice
        if image is None or not self._state.is_ready or self._is_closed:
            return
        shown = self._shown(image)
        if self._state.is_own_model:
            if self._runs_to_its_end():
                own_bench = self._own_bench
                self._looks.request(lambda: (own_bench.look(choice, weights, shown), 0.0))
            return
        bench = self._bench

        def work() -> tuple[Insight, float]:
            start = time.thread_time()
            insight = bench.look(choice, weights, shown, snapshot)
            return insight, time.thread_time() - start

        self._looks.request(work)

    def _shown(self, image: PinnedImage) -> Image:
        """The same object for the same image, which need not be looked at twice."""
        if self._image is None or self._image.pixels is not image.pixels:
            self._image = Image(image.pixels, image.classes)
        return self._image

    def _runs_to_its_end(self) -> bool:
        """Whether the graph of the user's model is there and whole."""
        state = self._state
        graph = state.graph
        is_its_own = graph is not None and graph.architecture == state.choice.architecture
        return is_its_own and graph is not None and graph.mismatch is None and state.graph_note is None

    def _weights(self) -> Weights:
        source = self._state.weights
        if isinstance(source, FromFile):
            return Weights(file=source.path, stamp=source.stamp)
        if not isinstance(source, FromRun):
            return Weights(seed=source.seed)
        record = None if self._runs is None else self._runs.record(source.run)
        number = 0 if record is None else record.number
        folder = None if self._runs is None or source.is_live else self._runs.store.folder(source.run)
        return Weights(
            run=source.run,
            number=number,
            folder=folder,
            is_live=source.is_live,
            stamp=source.stamp,
            moment=source.moment,
        )

    def _on_look(self, result: tuple[Insight, float]) -> None:
        insight, seconds = result
        self._state.set_insight(insight)
        if self._is_to_ask_again:
            self._on_question(self._question)
        if self._is_live and not self._state.is_paused:
            self._live.start(max(LIVE_MS, int(seconds / LIVE_SHARE * 1000)))

    def _on_look_failed(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self._state.set_insight(None)
        self._state.refuse(error)

    # -- a live run -------------------------------------------------------------------------------------------------

    def _ask_for_snapshot(self) -> None:
        if not self._is_live or self._runs is None or self._is_waiting or self._is_closed:
            return
        if not self._looks.is_busy:
            self._is_waiting = self._runs.snapshot(self._hand_over)
        if not self._is_waiting:
            self._live.start(LIVE_MS)

    def _hand_over(self, snapshot: Snapshot | None) -> None:
        """On the run's thread."""
        if not self._is_closed:
            self._snapshot_arrived.emit(snapshot)

    def _on_snapshot(self, snapshot: Snapshot | None) -> None:
        self._is_waiting = False
        if snapshot is not None and self._is_live and not self._looks.is_busy:
            self._request(self._weights(), snapshot)
        elif snapshot is not None and self._is_live:
            self._live.start(LIVE_MS)

    # -- attribution ------------------------------------------------------------------------------------------------

    def _forget_attribution(self) -> None:
        self._give_up()
        if self._state.attribution is not None:
            self._state.set_attribution(None)

    def _give_up(self) -> None:
        self._question, self._is_to_ask_again = None, False
        self._cancel.set()
        self._pulse.stop()
        self._answers.cancel()

    def _on_question(self, question: Question | None) -> None:
        self._give_up()
        self._question = question
        image, choice = self._state.image, self._state.choice
        if question is None or image is None or not self._state.is_ready:
            self._state.set_attribution(None)
            return
        self._cancel = cancel = threading.Event()
        self._progress = progress = _Progress()
        self._pulse.start()
        bench, weights, shown = self._bench, self._weights(), self._shown(image)
        if self._state.is_own_model:
            own_bench = self._own_bench
            self._answers.request(lambda: own_bench.attribute(choice, weights, shown, question))
            return
        is_cancelled: Callable[[], bool] = cancel.is_set

        def work() -> Attribution:
            return bench.attribute(choice, weights, shown, question, is_cancelled, progress.hear)

        self._answers.request(work)

    def _tell_progress(self) -> None:
        self._state.attribution_progressed.emit(self._progress.share)

    def _on_answer(self, answer: Attribution) -> None:
        self._pulse.stop()
        self._state.set_attribution(answer)

    def _on_answer_failed(self, error: Exception) -> None:
        self._pulse.stop()
        self._question = None
        self._state.set_attribution(None)
        if isinstance(error, ExplorerError):
            self._state.refuse(error)
        else:
            raise error
