"""How one moment of one run does on its test images: chosen here, read or computed on a worker."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.services import own_training
from explorer.runs.looking import candidates as stored
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from explorer.bilingual import Text
    from explorer.evaluation.summary import Summary
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.runs.looking.candidates import Candidate
    from explorer.runs.plan import RunPlan
    from explorer.runs.shelf.record import RunRecord

LOOK_MS = 600  # between two looks for a new test of a run that trains
POLL_MS = 60  # between two looks at how far a worker is
KEPT = 16  # summaries; with 1,000 classes one takes 9 MB


class Evaluating(QObject):
    """A run, a moment of it, and its summary. Lives on the GUI thread; as long as it is watched it follows the run.

    Attributes:
        run: The id of the run; None where there is none.
        candidates: What of it can be evaluated.
        chosen: The one that is looked at, or waited for.
        follows: The newest test is looked at, and the next one when it comes.
        summary: Of `shown`, which is the candidate before until the chosen one has been answered.
        error: Why there is no summary.
        progress: What is being done, and how much of it is done, 0-1; None where nothing takes long.

    Signals:
        listed: The run, its candidates or the chosen one are others.
        changed: Another summary or error, or work has begun or ended.
        progressed: `progress` has changed.
    """

    listed = Signal()
    changed = Signal()
    progressed = Signal()

    def __init__(self, state: AppState, run_control: RunControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._run_control = state, run_control
        self.run: str | None = None
        self.candidates: tuple[Candidate, ...] = ()
        self.chosen: Candidate | None = None
        self.shown: Candidate | None = None
        self.follows = True
        self.summary: Summary | None = None
        self.error: ExplorerError | None = None
        self.progress: tuple[Text, float | None] | None = None
        self._is_watched = self._is_known = False
        self._listing: str | None = None  # the run whose folder was looked into last
        self._wanted = 0  # epochs after which the test was that is to be looked at; 0: any
        self._kept: dict[tuple[str, Candidate], Summary] = {}
        self._stop = threading.Event()
        self._said: tuple[Text, float | None] | None = None
        self._lister, self._worker = Latest("candidates", self), Latest("evaluation", self)
        self._lister.done.connect(self._on_listed)
        self._lister.failed.connect(self._on_defect)
        self._worker.done.connect(self._on_done)
        self._worker.failed.connect(self._on_failed)
        self._looks = QTimer(self, interval=LOOK_MS)
        self._looks.timeout.connect(self._look_again)
        self._polls = QTimer(self, interval=POLL_MS)
        self._polls.timeout.connect(self._poll)
        state.runs_changed.connect(self._on_runs_changed)

    # -- which ------------------------------------------------------------------------------------------------------

    @property
    def record(self) -> RunRecord | None:
        return self._run_control.record(self.run)

    @property
    def is_running(self) -> bool:
        record = self.record
        return record is not None and (record.status == Status.RUNNING or record.id == self._state.training)

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy or self._lister.is_busy

    @property
    def is_working(self) -> bool:
        """A summary is on its way."""
        return self._worker.is_busy

    @property
    def has_looked(self) -> bool:
        """It is known what of the run can be evaluated."""
        return self._is_known

    @property
    def epochs(self) -> tuple[Candidate, ...]:
        """The stored tests, first to last."""
        return tuple(candidate for candidate in self.candidates if candidate.has_answers)

    def open(self, run: str | None, epoch: int = 0) -> None:
        """Looks at the test of `run` after so many epochs, or at the nearest that was kept; 0: the newest there is."""
        self._wanted = epoch
        if run == self.run:
            self._go_to_wanted()
            self.look()
            return
        self._give_up()
        self.run, self.candidates, self.chosen, self.shown = run, (), None, None
        self.follows, self.summary, self.error, self._is_known = True, None, None, False
        self.listed.emit()
        self.changed.emit()
        self.look()

    def _go_to_wanted(self) -> None:
        """Chooses the test that was asked for, as soon as it is known which there are."""
        if self._wanted and self.epochs:
            nearest = min(self.epochs, key=lambda one: abs(one.number - self._wanted))
            self._wanted = 0
            self.choose(nearest)

    def look(self) -> None:
        """Finds out what there is now; `listed` follows where that is something else."""
        record = self.record
        if record is not None and not (self._lister.is_busy and self._listing == record.id):
            self._listing = record.id
            folder = self._run_control.store.folder(record.id)
            self._lister.request(partial(_list, record.id, folder))

    def set_watched(self, is_watched: bool) -> None:
        """Whether somebody looks: only then a run that trains is followed."""
        self._is_watched = is_watched
        if is_watched:
            self._looks.start()
            self.look()
        else:
            self._looks.stop()

    def choose(self, candidate: Candidate) -> None:
        """Looks at `candidate`; the newest test is followed while the run trains."""
        epochs = self.epochs
        self.follows = bool(epochs) and candidate.place == epochs[-1].place
        self._take(candidate)

    def cancel(self) -> None:
        """Gives up what is being computed; what was shown before is shown on."""
        self._give_up()
        if self.shown is not None:
            self.chosen, self.follows = self.shown, False
        self.listed.emit()
        self.changed.emit()

    def _look_again(self) -> None:
        if self._is_watched and self.is_running:
            self.look()

    def _on_runs_changed(self) -> None:
        if self._is_watched:  # the last test of a run comes with its end
            self.look()

    def _on_listed(self, found: tuple[str, tuple[Candidate, ...]]) -> None:
        run, listed = found
        if run != self.run or (self._is_known and listed == self.candidates):
            return
        self._is_known, self.candidates = True, listed
        if self._wanted and self.epochs:
            self._go_to_wanted()
            return
        epochs = self.epochs
        chosen = next((one for one in listed if self.chosen is not None and one.place == self.chosen.place), None)
        if self.follows or chosen is None:
            chosen, self.follows = (epochs[-1] if epochs else self._offered(listed)), True
        if chosen is None or (self.chosen is None and not chosen.has_answers):
            self.chosen = chosen  # weights are tested only when that is asked for
            self.listed.emit()
            self.changed.emit()
        elif self.chosen is None or chosen.place != self.chosen.place or (chosen.has_answers and chosen != self.chosen):
            self._take(chosen)
        else:
            self.listed.emit()

    def _offered(self, listed: tuple[Candidate, ...]) -> Candidate | None:
        """What of a run without tests is offered: nothing while the first test is still to come."""
        return listed[0] if listed and not self.is_running else None

    # -- reading and computing --------------------------------------------------------------------------------------

    def _take(self, candidate: Candidate) -> None:
        record = self.record
        if record is None:
            return
        self._give_up()
        self.chosen, self.error = candidate, None
        kept = self._kept.get((record.id, candidate))
        if kept is not None:
            self._show(candidate, kept)
        else:
            self._stop = threading.Event()
            folder = self._run_control.store.folder(record.id)
            work = partial(_summary, record.id, record.plan_as_run, folder, candidate, self._stop.is_set, self._hear)
            self._worker.request(work)
            if not candidate.has_answers:
                self._polls.start()
        self.listed.emit()
        self.changed.emit()

    def _give_up(self) -> None:
        self._stop.set()
        self._worker.cancel()
        self._end_progress()

    def _end_progress(self) -> None:
        self._polls.stop()
        self.progress = self._said = None

    def _hear(self, what: Text, fraction: float | None) -> None:
        self._said = (what, fraction)  # on the worker: one assignment, looked at by the timer

    def _poll(self) -> None:
        if self._said is not None and self._said != self.progress:
            self.progress = self._said
            self.progressed.emit()

    def _on_done(self, answer: tuple[str, Candidate, Summary | None]) -> None:
        run, candidate, summary = answer
        self._end_progress()
        if summary is not None and run == self.run:
            self._kept[run, candidate] = summary
            while len(self._kept) > KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._show(candidate, summary)
        self.changed.emit()

    def _show(self, candidate: Candidate, summary: Summary) -> None:
        self.shown, self.summary = candidate, summary

    def _on_failed(self, error: Exception) -> None:
        self._end_progress()
        if not isinstance(error, ExplorerError):
            raise error
        self.error, self.shown, self.summary = error, None, None
        self.changed.emit()

    def _on_defect(self, error: Exception) -> None:
        raise error

    def close(self) -> None:
        """Ends the workers; call it once."""
        self._looks.stop()
        self._give_up()
        for worker in (self._lister, self._worker):
            worker.close()


# --- on the workers


def _list(run: str, folder: Path) -> tuple[str, tuple[Candidate, ...]]:
    return run, stored.candidates(folder)


def _summary(
    run: str,
    plan: RunPlan,
    folder: Path,
    candidate: Candidate,
    is_cancelled: Callable[[], bool],
    hear: Callable[[Text, float | None], None],
) -> tuple[str, Candidate, Summary | None]:
    """The summary; None where it was given up."""
    from explorer.evaluation.summary import summarise

    if candidate.has_answers:
        from explorer.runs.folder.answers import EpochAnswers

        return run, candidate, summarise(EpochAnswers(candidate.number, candidate.path).read())
    from explorer.runs.looking import evaluate
    from explorer.training.events import Preparing

    if plan.own is not None:
        own_training.check_trust(plan, folder)
    answering = evaluate.answers(plan, folder, candidate)
    try:
        while not is_cancelled():
            event = next(answering)
            if isinstance(event, Preparing):
                hear(event.what, event.fraction)
    except StopIteration as end:
        return run, candidate, summarise(end.value)
    finally:
        answering.close()
    return run, candidate, None
