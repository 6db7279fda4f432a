"""Keeps the past of the state true: the stored moments of the run that is looked into, and the figures of each."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.state import FromRun
from explorer.runs.folder.moments import moments
from explorer.runs.looking.past import Past
from explorer.runs.looking.workbench import Image, Weights, Workbench
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from explorer.catalogue import Choice
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.inspection.figures import Figures
    from explorer.runs.folder.moments import Moment
    from explorer.runs.looking.own_bench import OwnBench

GLANCE_MS = 1000  # between two readings of the names, while the run goes on
REST_MS = 300  # after a change of image or run, before the moments are looked at
SHARE_BESIDE_TRAINING = 0.02  # of one core's time is spent on looking, at most


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a look at the moments after `steps` of a run found; None where they cannot be looked at."""

    run: str
    steps: tuple[int, ...]
    figures: Figures | None
    seconds: float = 0.0


class LookingBack(QObject):
    """Reads the names of the moments, then looks at the image through one after the other, in the background.

    A model of the user is run in the process of `own_bench`, when the look that the user waits for has come back.
    """

    def __init__(self, state: AppState, runs: RunControl, own_bench: OwnBench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._runs, self._own_bench = state, runs, own_bench
        self._bench = Workbench()  # its own: the other one keeps the model that is looked into
        self._names, self._looks = Latest("moments", self), Latest("looking back", self)
        self._names.done.connect(self._on_names)
        self._looks.done.connect(self._on_figures)
        self._looks.failed.connect(self._on_failed)
        self._glance = QTimer(self, singleShot=True, interval=GLANCE_MS)
        self._glance.timeout.connect(self._list)
        self._next = QTimer(self, singleShot=True, interval=REST_MS)
        self._next.timeout.connect(self._look)
        self._unreadable: set[int] = set()
        state.weights_changed.connect(self._on_weights)
        state.image_changed.connect(self._on_image)
        state.choice_changed.connect(self._forget_figures)
        state.training_changed.connect(self._list)
        state.runs_changed.connect(self._list)
        state.ready_changed.connect(self._on_image)
        state.insight_changed.connect(self._on_insight)
        self._on_weights()

    @property
    def is_busy(self) -> bool:
        """Names are being read, or there are moments still to be looked at."""
        return self._names.is_busy or self._looks.is_busy or self._next.isActive()

    def close(self) -> None:
        """Gives up what is under way and ends the threads."""
        for timer in (self._glance, self._next):
            timer.stop()
        self._names.close()
        self._looks.close()

    # -- which moments there are ------------------------------------------------------------------------------------

    @property
    def _run(self) -> str | None:
        weights = self._state.weights
        return weights.run if isinstance(weights, FromRun) else None

    def _on_weights(self) -> None:
        past = self._state.past
        if self._run != (None if past is None else past.run):
            self._forget_figures()
            self._state.set_past(None if self._run is None else Past(self._run))
            self._list()

    def _list(self) -> None:
        run = self._run
        if run is None:
            self._names.cancel()
            return
        folder = self._runs.store.folder(run)
        self._names.request(lambda: (run, moments(folder)))

    def _on_names(self, found: tuple[str, tuple[Moment, ...]]) -> None:
        run, there = found
        past = self._state.past
        if past is None or past.run != run:
            return
        if past.moments != there:
            self._state.set_past(replace(past, moments=there))
            self._go_on()
        record = self._runs.record(run)
        if self._state.training == run or (record is not None and record.status == Status.RUNNING):
            self._glance.start()

    # -- what is found in them --------------------------------------------------------------------------------------

    def _on_image(self) -> None:
        self._forget_figures()
        self._go_on()

    def _on_insight(self) -> None:
        if self._state.is_own_model:  # it runs, with this image
            self._go_on()

    def _forget_figures(self) -> None:
        self._looks.cancel()
        self._next.stop()
        self._unreadable.clear()
        past = self._state.past
        if past is not None and past.figures:
            self._state.set_past(replace(past, figures={}))

    def _go_on(self, after_ms: int | None = None) -> None:
        state = self._state
        if not self._looks.is_busy and state.is_ready and (not state.is_own_model or state.insight is not None):
            self._next.start(REST_MS if after_ms is None else after_ms)

    def _look(self) -> None:
        past, image, choice = self._state.past, self._state.image, self._state.choice
        if past is None or image is None:
            return
        known = past.figures.keys() | self._unreadable
        moment = next((moment for moment in past.moments if moment.step not in known), None)
        if moment is None:
            return
        weights = Weights(run=past.run, folder=self._runs.store.folder(past.run), moment=moment.step)
        look = self._look_own if self._state.is_own_model else self._look_here
        shown, steps = Image(image.pixels, image.classes), past.steps

        def work() -> _Looked:
            try:
                found, seconds = look(choice, weights, shown)
            except ExplorerError:
                # Thinned out meanwhile, or damaged: the others can be looked at all the same. But where a model of the
                # user fails, it does so with any weights, and may take all the time that it is given.
                is_hopeless = look == self._look_own and moment.path.exists()
                return _Looked(past.run, steps if is_hopeless else (moment.step,), None)
            return _Looked(past.run, (moment.step,), found, seconds)

        self._looks.request(work)

    def _look_here(self, choice: Choice, weights: Weights, image: Image) -> tuple[Figures, float]:
        from explorer.inspection import figures  # with torch, which is there by now

        began = time.thread_time()
        return figures.of(self._bench.look(choice, weights, image)), time.thread_time() - began

    def _look_own(self, choice: Choice, weights: Weights, image: Image) -> tuple[Figures, float]:
        began = time.monotonic()
        return self._own_bench.figures(choice, weights, image), time.monotonic() - began

    def _on_figures(self, looked: _Looked) -> None:
        past = self._state.past
        if past is None or past.run != looked.run:
            return
        if looked.figures is None:
            self._unreadable.update(looked.steps)
        else:
            self._state.set_past(replace(past, figures={**past.figures, looked.steps[0]: looked.figures}))
        self._go_on(int(looked.seconds / SHARE_BESIDE_TRAINING * 1000) if self._is_training() else 0)

    def _is_training(self) -> bool:
        """A run of this window is under way, here or in a process of its own."""
        state = self._state
        is_here = state.training is not None and not state.is_paused
        return is_here or any(self._runs.own.trains(record.id) for record in state.runs)

    def _on_failed(self, error: Exception) -> None:
        raise error
