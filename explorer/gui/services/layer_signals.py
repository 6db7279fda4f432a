"""Measures the stored moments of a few runs, one after the other on a worker, the most telling ones first."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.services import own_training
from explorer.runs.folder.moments import moments
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.inspection.signals import Signals
    from explorer.runs.looking.learning import LearningDesk
    from explorer.runs.plan import RunPlan

MOST = 24  # moments of a run that are measured, even over those there are
GLANCE_MS = 2000  # between two looks for new moments of a run that goes on
SHARE_BESIDE_TRAINING = 0.1  # of one core's time


class _Order(NamedTuple):
    run: str
    plan: RunPlan
    folder: Path
    known: frozenset[int]


class _Answer(NamedTuple):
    """`step` is None where nothing is left to be measured; `signals` where that moment cannot be."""

    run: str
    steps: tuple[int, ...]
    step: int | None = None
    signals: Signals | None = None
    error: ExplorerError | None = None


class LayerSignals(QObject):
    """Lives on the GUI thread; what was measured is kept as long as this.

    A model of the user is run in a process of its own, which is there as long as something is watched.

    Signals:
        changed: More is known of one of the runs.
    """

    changed = Signal()

    def __init__(self, state: AppState, runs: RunControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._runs = state, runs
        self._watched: tuple[str, ...] = ()
        self._known: dict[str, dict[int, Signals]] = {}
        self._steps: dict[str, tuple[int, ...]] = {}
        self._unreadable: dict[str, set[int]] = {}
        self._errors: dict[str, ExplorerError] = {}
        self._done: set[str] = set()  # nothing is left of them for now
        self._asked = ""  # the run of which a moment is measured
        self._is_closed = False
        self._desks: list[LearningDesk] = []  # touched on the worker alone
        self._stop = threading.Event()
        self._worker = Latest("layer signals", self)
        self._worker.done.connect(self._on_answer)
        self._worker.failed.connect(self._on_failed)
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._ask)
        self._glance = QTimer(self, singleShot=True, interval=GLANCE_MS)
        self._glance.timeout.connect(self._look_again)
        state.ready_changed.connect(self._begin_again)

    @property
    def is_busy(self) -> bool:
        """Something is being measured, or soon will be."""
        return self._worker.is_busy or self._next.isActive()

    def watch(self, runs: tuple[str, ...]) -> None:
        """Measures these runs from now on, and gives up what is under way for another; () for none."""
        if runs == self._watched:
            return
        self._watched = runs
        if self._asked not in runs:
            self._stop.set()
        if not runs and self._desks and not self._is_closed:
            self._worker.request(partial(_rest, self._desks))
        self._begin_again()

    def measured(self, run: str) -> dict[int, Signals]:
        """What was found at the moments of `run`, by the number of steps done."""
        return self._known.get(run, {})

    def steps(self, run: str) -> tuple[int, ...]:
        """The moments of `run` that are or will be measured."""
        return self._steps.get(run, ())

    def error(self, run: str) -> ExplorerError | None:
        """Why `run` cannot be measured."""
        return self._errors.get(run)

    def close(self) -> None:
        """Gives up what is under way, and ends the worker and the process of a user's model; call it once."""
        self._is_closed = True
        self._stop.set()
        self._next.stop()
        self._glance.stop()
        self._worker.close()
        _rest(self._desks)

    # -- one after the other ----------------------------------------------------------------------------------------

    def _begin_again(self) -> None:
        self._errors.clear()
        self._look_again()

    def _look_again(self) -> None:
        self._done.clear()
        self._go_on(0)

    def _go_on(self, after_ms: int) -> None:
        if self._state.is_ready and not self._worker.is_busy and not self._is_closed:
            self._next.start(after_ms)

    def _ask(self) -> None:
        for run in self._watched:
            record = self._runs.record(run)
            if record is None or run in self._done or run in self._errors:
                continue
            known = frozenset(self._known.get(run, {})) | self._unreadable.get(run, set())
            order = _Order(run, record.plan, self._runs.store.folder(run), known)
            self._asked, self._stop = run, threading.Event()
            self._worker.request(partial(_measure, self._desks, order, self._stop))
            return
        if any(self._goes_on(run) for run in self._watched):
            self._glance.start()

    def _goes_on(self, run: str) -> bool:
        record = self._runs.record(run)
        return self._state.training == run or (record is not None and record.status == Status.RUNNING)

    def _on_answer(self, answer: _Answer | None) -> None:
        if answer is None:
            self._go_on(0)
            return
        self._steps[answer.run] = answer.steps
        if answer.error is not None:
            self._errors[answer.run] = answer.error
        elif answer.step is None:
            self._done.add(answer.run)
        elif answer.signals is None:
            self._unreadable.setdefault(answer.run, set()).add(answer.step)
        else:
            self._known.setdefault(answer.run, {})[answer.step] = answer.signals
        self.changed.emit()
        seconds = 0.0 if answer.signals is None else answer.signals.seconds
        self._go_on(int(seconds / SHARE_BESIDE_TRAINING * 1000) if self._is_training() else 0)

    def _is_training(self) -> bool:
        """A run of this window is under way, here or in a process of its own."""
        is_here = self._state.training is not None and not self._state.is_paused
        return is_here or any(self._runs.own.trains(record.id) for record in self._state.runs)

    def _on_failed(self, error: Exception) -> None:
        raise error


# --- on the worker


def _measure(desks: list[LearningDesk], order: _Order, stop: threading.Event) -> _Answer | None:
    """Lists the moments, and measures the one that tells most beside those that are known; None where it is to stop."""
    from explorer.runs.looking.learning import LearningDesk

    if not desks:
        desks.append(LearningDesk())
    there = {moment.step: moment.path for moment in moments(order.folder)}
    steps = spread(tuple(there), MOST)
    step = most_telling(steps, order.known)
    if step is None:
        return _Answer(order.run, steps)
    try:
        if order.plan.own is not None:
            own_training.check_trust(order.plan, order.folder)
        found = desks[0].measure(order.plan, order.folder, step, stop.is_set)
    except ExplorerError as error:
        if stop.is_set():
            return None
        if there[step].exists():
            return _Answer(order.run, steps, error=error)
        return _Answer(order.run, steps, step)  # thinned out meanwhile
    return _Answer(order.run, steps, step, found)


def _rest(desks: list[LearningDesk]) -> None:
    """Ends the process of a user's model, which is not needed for now."""
    for desk in desks:
        desk.end()


def spread(steps: tuple[int, ...], most: int) -> tuple[int, ...]:
    """At most so many of `steps`, evenly, with the first and the last."""
    if len(steps) <= most:
        return steps
    return tuple(steps[round(place * (len(steps) - 1) / (most - 1))] for place in range(most))


def most_telling(steps: tuple[int, ...], known: frozenset[int]) -> int | None:
    """The first, then the last, then what lies furthest from all that are known; None where all are."""
    places = [place for place, step in enumerate(steps) if step in known]
    left = [place for place, step in enumerate(steps) if step not in known]
    if not left:
        return None
    if steps[0] not in known:
        return steps[0]
    if steps[-1] not in known:
        return steps[-1]
    return steps[max(left, key=lambda place: min(abs(place - other) for other in places))]
