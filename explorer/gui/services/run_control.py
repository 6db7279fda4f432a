"""Starts, pauses, stops, resumes and deletes runs for the window, and keeps the state's lists of them true.

Training happens on the runner's thread, reading and writing of stored runs on another; nothing here waits for either
but `close`.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.bilingual import Text
from explorer.gui.background import Errands
from explorer.gui.bridge import RunFeed
from explorer.gui.services.deleting import Deleting
from explorer.gui.services.following import Following, RunsWatch
from explorer.gui.services.own_training import OwnTraining
from explorer.gui.services.run_queue import RunQueue
from explorer.gui.services.run_shelf import RunShelf
from explorer.gui.services.run_work import Prepared, check_origin, tell, train_here
from explorer.gui.services.stored_curves import StoredCurves
from explorer.gui.state import AppState, FromRun, Level, Untrained
from explorer.runs import tensorboard
from explorer.runs.history import History
from explorer.runs.record import Status, summarise
from explorer.runs.runner import Runner
from explorer.training.events import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.gui.services.run_work import Execute
    from explorer.runs.plan import RunPlan
    from explorer.runs.store import RunRecord, Store

LIST_SECONDS = 2.0  # at least so long between two readings of the runs while epochs end; some last a tenth of that


class RunControl(QObject):
    """What the window can do with runs; one trains at a time. Lives on the GUI thread.

    Whoever made the store closes it, after this.

    Signals:
        stopping: The run under way was asked to stop.
        progressed: The history of the run under way has grown; at display rate, whichever run is shown.
        history_loaded(str): The curves of a stored run are now in the state.
        deleted(object): A tuple of `RunRecord` left the list; `undo_delete` brings them back for some seconds.
        undo_over: What was deleted is gone, or is back.
    """

    stopping = Signal()
    progressed = Signal()
    history_loaded = Signal(str)
    deleted = Signal(object)
    undo_over = Signal()

    def __init__(
        self, state: AppState, store: Store, parent: QObject | None = None, *, execute: Execute | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._store = store
        self._execute = execute or train_here
        self._errands = Errands("runs", self)
        self._runner: Runner | None = None
        self._feed: RunFeed | None = None
        self._is_starting = self._is_stopping = self._is_closed = False
        self._has_shown_weights = False
        self._ended: str | None = None  # the run that was trained here last
        self._epochs_listed = self._warnings_told = 0
        self._listed = -LIST_SECONDS
        self._curves = StoredCurves(state, store.history, self._errands, self._refuse, self)
        self._curves.loaded.connect(self.history_loaded)
        self._deleting = Deleting(
            state, lambda run: self._errands.do(partial(store.delete, run), None, self._refuse), self
        )
        self._deleting.deleted.connect(self.deleted)
        self._deleting.over.connect(self._on_deleted_or_back)
        self.following = Following(state, store, self._elsewhere, self)
        self.following.ended.connect(self._on_followed_ended)
        self.own = OwnTraining(state, store, self.refresh, self)
        self.shelf = RunShelf(state, store, self._errands, self._refuse, self)
        self.queue = RunQueue(state, store, self._trains_here, self._begin_waiting, self._refuse, self)
        self.own.changed.connect(self.queue.look)
        self._watch = RunsWatch(store, self._elsewhere, self)
        self._watch.changed.connect(self.refresh)
        state.shown_run_changed.connect(self._load_shown)
        state.ready_changed.connect(self._preload)
        state.choice_changed.connect(self._on_choice_changed)
        self._errands.do(store.mark_interrupted, None, self._refuse)
        self.refresh()

    @property
    def store(self) -> Store:
        return self._store

    @property
    def is_busy(self) -> bool:
        """A run is training, paused, about to start or about to end."""
        return self._is_starting or self._runner is not None

    @property
    def is_stopping(self) -> bool:
        return self._is_stopping

    def record(self, run: str | None) -> RunRecord | None:
        """What the list says of `run`."""
        return next((record for record in self._state.runs if record.id == run), None)

    # -- training ---------------------------------------------------------------------------------------------------

    def start(self, plan: RunPlan) -> None:
        """Begins a new run; refused while another goes on. A model of the user is trained by another process."""
        if plan.own is not None:
            self.own.start(plan)
            return

        def make() -> Prepared:
            check_origin(plan, self._store)
            record = self._store.create(plan)
            return Prepared(record, History(record.id), self._store.recorder(record.id), is_resumed=False)

        if self._may_begin():
            self._errands.do(make, self._begin, self._could_not_begin)

    def resume_run(self, run: str, *, is_shown: bool = True) -> None:
        """Goes on with a stored run where it ended, or begins one that waits; shows its network where it `is_shown`."""
        known = self.record(run)
        if known is not None and known.plan.own is not None:
            if is_shown:
                self.open_run(run)
            self.own.resume(run)
            return

        def find() -> Prepared:
            history, recorder = self._store.history(run), self._store.recorder(run)
            history.ending = None
            return Prepared(recorder.record, history, recorder, is_resumed=True)

        if self._may_begin():
            self._errands.do(find, partial(self._begin, is_shown=is_shown), self._could_not_begin)

    def _begin_waiting(self, run: str) -> None:
        """Begins a run whose turn has come; who looks at something else than the run before goes on looking at that."""
        self.resume_run(run, is_shown=self._state.shown_run in (None, self._ended))

    def _trains_here(self) -> bool:
        own = self.own
        return self.is_busy or own.is_starting or any(own.trains(record.id) for record in self._state.runs)

    def _may_begin(self) -> bool:
        if self.is_busy:
            self._state.notice(
                Text("Another run is training.", "另一次运行正在训练。"),
                Text("Stop it first.", "请先停止它。"),
                Level.WARNING,
            )
            return False
        self._is_starting = not self._is_closed
        return self._is_starting

    def _could_not_begin(self, error: BaseException) -> None:
        self._is_starting = False
        self.queue.hold()
        self._state.training_changed.emit()
        self._refuse(error)

    def _begin(self, prepared: Prepared, *, is_shown: bool = True) -> None:
        record, history, state = prepared.record, prepared.history, self._state
        runner = self._make_runner(prepared)
        feed = RunFeed(runner, history, self)
        feed.changed.connect(self._on_changed)
        feed.ended.connect(self._on_ended)
        self._runner, self._feed = runner, feed
        self._is_starting = self._is_stopping = self._has_shown_weights = False
        self._epochs_listed, self._warnings_told = len(history.epoch_ends), len(history.warnings)
        runner.start()
        feed.start()
        if is_shown:
            state.set_choice(record.plan.choice)
        state.set_runs((record, *(other for other in state.runs if other.id != record.id)))
        state.set_history(record.id, history)
        if is_shown:
            state.show_run(record.id)
        state.set_training(record.id)
        self.refresh()

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
        if self._runner is not None and not self._is_stopping:
            self._runner.pause()
            self._state.set_training(self._runner.run, is_paused=True)

    def resume(self) -> None:
        """Has a paused run go on."""
        if self._runner is not None and not self._is_stopping:
            self._runner.resume()
            self._state.set_training(self._runner.run)

    def set_lr(self, lr: float) -> bool:
        """Trains on with `lr` from the next step boundary; False where no run is on that could."""
        return self._runner is not None and not self._is_stopping and self._runner.set_lr(lr)

    def stop(self) -> None:
        """Ends the run at its next step boundary; its weights are kept."""
        if self._runner is not None and not self._is_stopping:
            self._is_stopping = True
            self.queue.hold()
            self._runner.stop()
            self.stopping.emit()

    def snapshot(self, callback: Callable[[Any], None]) -> bool:
        """Calls `callback` on the run's thread with a `Snapshot` of the run under way, at its next step boundary.

        It gets None if the run ends before its first step. Returns False, and never calls it, where no run is on.
        """
        if self._runner is None:
            return False
        return self._runner.request_snapshot(callback)

    # -- what the run tells -----------------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        assert self._feed is not None
        history = self._feed.history
        self._state.set_history(history.run, history)
        self.progressed.emit()
        if history.started is not None and history.preparing is None and not self._has_shown_weights:
            self._has_shown_weights = True
            self._show_weights(history.run)
        for warning in history.warnings[self._warnings_told :]:
            self._state.notice(warning.message, warning.hint, Level.WARNING)
        self._warnings_told = len(history.warnings)
        is_new = len(history.epoch_ends) != self._epochs_listed
        if is_new and history.ending is None and time.monotonic() - self._listed >= LIST_SECONDS:
            self._epochs_listed, self._listed = len(history.epoch_ends), time.monotonic()
            self.refresh()

    def _show_weights(self, run: str) -> None:
        """Looks into the weights that are being trained, if it is their network that is looked at."""
        record = self.record(run)
        if record is not None and record.plan.choice == self._state.choice:
            self._state.set_weights(FromRun(run, is_live=True))

    def _on_choice_changed(self) -> None:
        # The state goes to untrained weights after this signal; back at the network that trains, show its own.
        QTimer.singleShot(0, self, self._follow_choice)

    def _follow_choice(self) -> None:
        if self._runner is not None and self._has_shown_weights:
            self._show_weights(self._runner.run)
        self.following.show_weights()

    def _on_ended(self) -> None:
        assert self._feed is not None
        assert self._runner is not None
        history, runner = self._feed.history, self._runner
        self._feed.deleteLater()
        self._runner = self._feed = None
        self._is_stopping = False
        self._ended = history.run
        # The ending was reported when all files were written; the thread has only to return.
        self._errands.do(runner.join, None, self._refuse)
        if self._state.weights == FromRun(history.run, is_live=True):
            self._state.set_weights(FromRun(history.run) if history.step else Untrained())
        self._state.set_training(None)
        self._enter_ending(history)
        if isinstance(history.ending, Failed):
            self._state.notice(history.ending.message, history.ending.hint, Level.ERROR)
        self.refresh()

    def _enter_ending(self, history: History) -> None:
        """Has the list tell of the ending at once; it would take the run for one of another process."""
        records = (
            summarise(record, history, is_alive=False) if record.id == history.run else record
            for record in self._state.runs
        )
        self._state.set_runs(tuple(records))

    # -- runs of other processes ------------------------------------------------------------------------------------

    def follow(self, run: str) -> None:
        """Brings the curves of `run` into the state as another process writes them; done by itself when it is shown."""
        self.following.follow(run)

    def stop_elsewhere(self) -> None:
        """Asks the process that trains the followed run to stop it at its next step boundary."""
        run = self.following.run
        if run is not None:
            if self.own.trains(run):
                self.queue.hold()
            self._errands.do(lambda: self._store.ask_to_stop(run), None, self._refuse)
            self.following.note_stopping()

    def _elsewhere(self) -> tuple[RunRecord, ...]:
        """The runs that other processes train."""
        here = None if self._runner is None else self._runner.run
        return tuple(r for r in self._state.runs if r.status == Status.RUNNING and r.id != here)

    def _on_followed_ended(self, run: str) -> None:
        history = self._state.history(run)
        if history is not None:
            self._enter_ending(history)
        self.refresh()

    # -- stored runs ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Reads the list of runs anew."""
        self._errands.do(self._store.records, self._list, self._refuse)

    def _list(self, records: tuple[RunRecord, ...]) -> None:
        self._state.set_runs(self._deleting.without(records))

    def load_history(self, run: str) -> None:
        """Brings the curves of a stored run into the state, unless they are there or follow by themselves."""
        if run != self.following.run:
            self._curves.load(run)

    def _load_shown(self) -> None:
        if self._state.shown_run is not None:
            self.load_history(self._state.shown_run)

    def open_run(self, run: str) -> None:
        """Shows a run: its network, its curves and its weights."""
        record = self.record(run)
        if record is None:
            return
        self._state.show_run(run)
        if record.plan.own is not None:
            self.own.show(record, lambda: self._open_weights(record))
        else:
            self._state.set_choice(record.plan.choice)
            self._open_weights(record)

    def _open_weights(self, record: RunRecord) -> None:
        state, run = self._state, record.id
        is_live = state.training == run
        if run == self.following.run:
            saved = self.following.saved_step
            state.set_weights(Untrained() if saved is None else FromRun(run, stamp=saved))
        elif record.steps or is_live:
            state.set_weights(FromRun(run, is_live=is_live))
        else:
            state.set_weights(Untrained())

    def _preload(self) -> None:
        self._errands.do(tensorboard.preload, None, self._refuse)

    # -- deleting ---------------------------------------------------------------------------------------------------

    def delete_runs(self, runs: Sequence[str]) -> None:
        """Takes runs from the list, and from the disk when the time for `undo_delete` is over."""
        self._deleting.delete(runs)

    def undo_delete(self) -> None:
        """Brings back what was deleted last."""
        self._deleting.undo()

    def _on_deleted_or_back(self) -> None:
        self.undo_over.emit()
        self.refresh()

    # -- the end ----------------------------------------------------------------------------------------------------

    def close(self, timeout: float = 5.0) -> bool:
        """Stops the run and waits until it is saved; False where it took longer than `timeout` seconds."""
        if self._is_closed:
            return True
        self._is_closed = True
        self._deleting.finish()
        has_ended = True
        if self._runner is not None and self._feed is not None:
            self._feed.stop()
            self._runner.stop()
            has_ended = self._runner.join(timeout)
            self._feed.changed.disconnect(self._on_changed)
            self._feed.drain()
        self._watch.close()
        self.queue.close()
        self.own.close()
        self.following.close()
        self._errands.close()
        return has_ended

    def _refuse(self, error: BaseException) -> None:
        tell(self._state, error)
