"""The run that trains in this window: its runner, and what the state is told of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.bilingual import Text
from explorer.gui.bridge import RunFeed
from explorer.gui.state import FromRun, Level, Untrained
from explorer.runs.shelf.record import Status
from explorer.runs.work.runner import Runner
from explorer.training.events import Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.background import Errands
    from explorer.gui.services.run_work import Execute, Prepared
    from explorer.gui.state import AppState
    from explorer.runs.plan import RunPlan
    from explorer.runs.shelf.store import RunRecord, Store

LIST_SECONDS = 2.0  # at least so long between two readings of the runs while epochs end; some last a tenth of that


class TrainingHere(QObject):
    """Trains one run at a time on a thread of its own. Lives on the GUI thread, and never waits but in `close`.

    Attributes:
        is_stopping: The run was asked to stop.
        last: The run that was trained here last.

    Signals:
        stopping: The run was asked to stop.
        progressed: Its history has grown; at display rate.
        outdated: What the list says of it is out of date; every `LIST_SECONDS` at most.
        ended(History): It is over, and the state says so already.
    """

    stopping = Signal()
    progressed = Signal()
    outdated = Signal()
    ended = Signal(object)

    def __init__(
        self,
        state: AppState,
        store: Store,
        execute: Execute,
        errands: Errands,
        refuse: Callable[[BaseException], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._store, self._execute = state, store, execute
        self._errands, self._refuse = errands, refuse
        self._runner: Runner | None = None
        self._feed: RunFeed | None = None
        self._plan: RunPlan | None = None
        self.is_stopping = False
        self.last: str | None = None
        self._has_shown_weights = False
        self._epochs_listed = self._warnings_told = 0
        self._listed = -LIST_SECONDS
        state.choice_changed.connect(self._on_choice_changed)

    @property
    def run(self) -> str | None:
        """The run that trains or is paused."""
        return None if self._runner is None else self._runner.run

    # -- what can be done with it -----------------------------------------------------------------------------------

    def begin(self, prepared: Prepared, *, is_shown: bool) -> None:
        """Trains what is prepared while nothing else is under way; goes to its network where it `is_shown`."""
        record, history, state = prepared.record, prepared.history, self._state
        runner = self._make_runner(prepared)
        feed = RunFeed(runner, history, self)
        feed.changed.connect(self._on_changed)
        feed.ended.connect(self._on_ended)
        self._runner, self._feed, self._plan = runner, feed, record.plan
        self.is_stopping = self._has_shown_weights = False
        self._epochs_listed, self._warnings_told = len(history.epoch_ends), len(history.warnings)
        runner.start()
        feed.start()
        if is_shown:
            state.set_choice(record.plan.choice)
        state.set_runs(_listed(state.runs, record))
        state.set_history(record.id, history)
        if is_shown:
            state.show_run(record.id)
        state.set_training(record.id)

    def _make_runner(self, prepared: Prepared) -> Runner:
        record, folder = prepared.record, self._store.folder(prepared.record.id)
        execute = self._execute
        return Runner(
            record.id,
            lambda: execute(record.plan, record.id, folder, resume=prepared.is_resumed),
            recorder=prepared.recorder,
        )

    def pause(self) -> None:
        """Has the run wait at its next step boundary."""
        if self._runner is not None and not self.is_stopping:
            self._runner.pause()
            self._state.set_training(self._runner.run, is_paused=True)

    def resume(self) -> None:
        """Has a paused run go on."""
        if self._runner is not None and not self.is_stopping:
            self._runner.resume()
            self._state.set_training(self._runner.run)

    def set_lr(self, lr: float) -> bool:
        """Trains on with `lr` from the next step boundary; False where no run is on that could."""
        return self._runner is not None and not self.is_stopping and self._runner.set_lr(lr)

    def stop(self) -> None:
        """Ends the run at its next step boundary; its weights are kept."""
        if self._runner is not None and not self.is_stopping:
            self.is_stopping = True
            self._runner.stop()
            self.stopping.emit()

    def snapshot(self, callback: Callable[[Any], None]) -> bool:
        """Calls `callback` on the run's thread with a `Snapshot`, at the next step boundary.

        It gets None if the run ends before its first step. Returns False, and never calls it, where no run is on.
        """
        return self._runner is not None and self._runner.request_snapshot(callback)

    def close(self, timeout: float) -> bool:
        """Stops the run and waits until it is saved; False where it took longer than `timeout` seconds."""
        if self._runner is None or self._feed is None:
            return True
        self._feed.stop()
        self._runner.break_off()
        has_ended = self._runner.join(timeout)
        self._feed.changed.disconnect(self._on_changed)
        self._feed.drain()
        return has_ended

    # -- what it tells ----------------------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        assert self._feed is not None
        history = self._feed.history
        self._state.set_history(history.run, history)
        self.progressed.emit()
        if history.started is not None and history.preparing is None and not self._has_shown_weights:
            self._has_shown_weights = True
            self._show_weights()
        for warning in history.warnings[self._warnings_told :]:
            self._state.notice(warning.message, warning.hint, Level.WARNING)
        self._warnings_told = len(history.warnings)
        is_new = len(history.epoch_ends) != self._epochs_listed
        if is_new and history.ending is None and time.monotonic() - self._listed >= LIST_SECONDS:
            self._epochs_listed, self._listed = len(history.epoch_ends), time.monotonic()
            self.outdated.emit()

    def _on_ended(self) -> None:
        assert self._feed is not None
        assert self._runner is not None
        history, runner = self._feed.history, self._runner
        self._feed.deleteLater()
        self._runner = self._feed = self._plan = None
        self.is_stopping = False
        self.last = history.run
        # The ending was reported when all files were written; the thread has only to return.
        self._errands.do(runner.join, None, self._refuse)
        if self._state.weights == FromRun(history.run, is_live=True):
            self._state.set_weights(FromRun(history.run) if history.step else Untrained())
        self._state.set_training(None)
        self.ended.emit(history)
        if isinstance(history.ending, Failed):
            self._state.notice(self._named(history.run, history.ending.message), history.ending.hint, Level.ERROR)

    def _named(self, run: str, message: Text) -> Text:
        """`message` with the number of the run, where others wait behind it or another one is looked at."""
        runs = self._state.runs
        number = next((record.number for record in runs if record.id == run), None)
        is_plain = self._state.shown_run == run and all(record.status != Status.QUEUED for record in runs)
        if number is None or is_plain:
            return message
        return Text(f"Run {number}: {message.en}", f"运行 {number}：{message.zh}")

    # -- its weights ------------------------------------------------------------------------------------------------

    def _show_weights(self) -> None:
        """Looks into the weights that are being trained, if it is their network that is looked at."""
        run, plan = self.run, self._plan
        if run is not None and plan is not None and plan.choice == self._state.choice:
            self._state.set_weights(FromRun(run, is_live=True))

    def _on_choice_changed(self) -> None:
        # The state goes to untrained weights after this signal; back at the network that trains, show its own.
        QTimer.singleShot(0, self, self._follow_choice)

    def _follow_choice(self) -> None:
        if self._has_shown_weights:
            self._show_weights()


def _listed(runs: tuple[RunRecord, ...], record: RunRecord) -> tuple[RunRecord, ...]:
    """`runs` with `record` as it is now: at its place, or in front where it is new."""
    if all(known.id != record.id for known in runs):
        return (record, *runs)
    return tuple(record if known.id == record.id else known for known in runs)
