"""Keeps the past of the state true: the stored moments of the run that is looked into, and the figures of each."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.state import FromRun
from explorer.runs.moments import moments
from explorer.runs.past import Past
from explorer.runs.record import Status
from explorer.runs.workbench import Image, Weights, Workbench

if TYPE_CHECKING:
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.inspection.figures import Figures
    from explorer.runs.moments import Moment

GLANCE_MS = 1000  # between two readings of the names, while the run goes on
REST_MS = 300  # after a change of image or run, before the moments are looked at
SHARE_BESIDE_TRAINING = 0.05  # of one core's time is spent on looking, at most


class LookingBack(QObject):
    """Reads the names of the moments, then looks at the image through one after the other, in the background.

    Of a model of the user only the names are read: its process has enough to do with what is looked at.
    """

    def __init__(self, state: AppState, runs: RunControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._runs = state, runs
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

    def _forget_figures(self) -> None:
        self._looks.cancel()
        self._next.stop()
        self._unreadable.clear()
        past = self._state.past
        if past is not None and past.figures:
            self._state.set_past(replace(past, figures={}))

    def _go_on(self, after_ms: int | None = None) -> None:
        if not self._looks.is_busy and self._state.is_ready and not self._state.is_own_model:
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
        shown, bench = Image(image.pixels, image.classes), self._bench

        def work() -> tuple[str, int, Figures | None, float]:
            from explorer.inspection import figures  # with torch, which is there by now

            began = time.thread_time()
            try:
                found = figures.of(bench.look(choice, weights, shown))
            except ExplorerError:  # thinned out meanwhile, or damaged: the others can be looked at all the same
                found = None
            return past.run, moment.step, found, time.thread_time() - began

        self._looks.request(work)

    def _on_figures(self, result: tuple[str, int, Figures | None, float]) -> None:
        run, step, found, seconds = result
        past = self._state.past
        if past is None or past.run != run:
            return
        if found is None:
            self._unreadable.add(step)
        else:
            self._state.set_past(replace(past, figures={**past.figures, step: found}))
        is_training = self._state.training is not None and not self._state.is_paused
        self._go_on(int(seconds / SHARE_BESIDE_TRAINING * 1000) if is_training else 0)

    def _on_failed(self, error: Exception) -> None:
        raise error
