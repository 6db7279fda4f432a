"""Starts, pauses, stops, resumes and deletes runs for the window, and keeps the state's lists of them true.

Training happens on the runner's thread, reading and writing of stored runs on another; nothing here waits for either
but `close`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.bilingual import Text
from explorer.gui.background import Errands
from explorer.gui.services.deleting import Deleting
from explorer.gui.services.following import Following, RunsWatch
from explorer.gui.services.own_training import OwnTraining
from explorer.gui.services.run_queue import RunQueue
from explorer.gui.services.run_shelf import RunShelf
from explorer.gui.services.run_work import Prepared, check_origin, tell, train_here
from explorer.gui.services.stored_curves import StoredCurves
from explorer.gui.services.training_here import TrainingHere
from explorer.gui.state import AppState, FromRun, Level, Untrained
from explorer.runs.curves.history import History
from explorer.runs.folder import tensorboard
from explorer.runs.folder.moments import nearest
from explorer.runs.shelf.record import Status, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.gui.services.run_work import Execute
    from explorer.runs.folder.moments import Moment
    from explorer.runs.plan import RunPlan
    from explorer.runs.shelf.store import RunRecord, Store


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
        self._errands = Errands("runs", self)
        self._is_starting = self._is_closed = False
        self._here = TrainingHere(state, store, execute or train_here, self._errands, self._refuse, self)
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
        self.shelf = RunShelf(state, store, self._errands, self.refresh, self._refuse, self)
        self.queue = RunQueue(
            state, store, self._errands, self._trains_here, self._begin_waiting, self.refresh, self._refuse, self
        )
        self.own.lost.connect(self.queue.hold)
        self.own.changed.connect(self.queue.look)
        self._here.stopping.connect(self.queue.hold)
        self._here.stopping.connect(self.stopping)
        self._here.progressed.connect(self.progressed)
        self._here.outdated.connect(self.refresh)
        self._here.ended.connect(self._on_ended)
        self._watch = RunsWatch(store, self._elsewhere, self)
        self._watch.changed.connect(self.refresh)
        state.shown_run_changed.connect(self._load_shown)
        state.choice_changed.connect(self._on_choice_changed)
        state.ready_changed.connect(self._preload)
        self._errands.do(store.mark_interrupted, None, self._refuse)
        self.refresh()

    @property
    def store(self) -> Store:
        return self._store

    @property
    def is_busy(self) -> bool:
        """A run is training, paused, about to start or about to end."""
        return self._is_starting or self._here.run is not None

    @property
    def is_stopping(self) -> bool:
        return self._here.is_stopping

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
        self.resume_run(run, is_shown=self._state.shown_run in (None, self._here.last))

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
        self._is_starting = False
        self._here.begin(prepared, is_shown=is_shown)
        self.refresh()

    def pause(self) -> None:
        """Has the run wait at its next step boundary."""
        self._here.pause()

    def resume(self) -> None:
        """Has a paused run go on."""
        self._here.resume()

    def set_lr(self, lr: float) -> bool:
        """Trains on with `lr` from the next step boundary; False where no run is on that could."""
        return self._here.set_lr(lr)

    def stop(self) -> None:
        """Ends the run at its next step boundary; its weights are kept."""
        self._here.stop()

    def snapshot(self, callback: Callable[[Any], None]) -> bool:
        """Calls `callback` on the run's thread with a `Snapshot` of the run under way, as `TrainingHere.snapshot`."""
        return self._here.snapshot(callback)

    def _on_ended(self, history: History) -> None:
        self._enter_ending(history)
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
        here = self._here.run
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
        here = self._state.history(self._state.training)  # known without the disk, which may be full
        told = (
            summarise(record, here, is_alive=True) if here is not None and record.id == here.run else record
            for record in self._deleting.without(records)
        )
        self._state.set_runs(tuple(told))

    def load_history(self, run: str) -> None:
        """Brings the curves of a stored run into the state, unless they are there or follow by themselves."""
        if run != self.following.run:
            self._curves.load(run)

    def _load_shown(self) -> None:
        if self._state.shown_run is not None:
            self.load_history(self._state.shown_run)

    def open_run(self, run: str, then: Callable[[], None] = lambda: None) -> None:
        """Shows a run: its network, its curves and its weights; calls `then` when the network is chosen."""
        record = self.record(run)
        if record is None:
            return

        def opened() -> None:
            self._open_weights(record)
            then()

        self._state.show_run(run)
        if record.plan.own is not None:
            self.own.show(record, opened)
        else:
            self._state.set_choice(record.plan.choice)
            opened()

    def open_tested(self, run: str, epoch: int, then: Callable[[], None] = lambda: None) -> None:
        """Shows a run as `open_run` does, with the weights that its test after `epoch` epochs tested.

        Where these were not kept: with the nearest that were, and says so.
        """

        def find() -> tuple[int, Moment | None]:
            step = self._store.history(run).epoch_ends[epoch - 1].step
            return step, nearest(self._store.folder(run), step)

        def show(found: tuple[int, Moment | None]) -> None:
            step, moment = found

            def opened() -> None:
                if moment is not None:
                    self._state.set_weights(FromRun(run, moment=moment.step))
                if moment is None or moment.step != step:
                    self._state.notice(*_not_kept(epoch, step, moment))
                then()

            self.open_run(run, opened)

        self._errands.do(find, show, self._refuse)

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

    def _on_choice_changed(self) -> None:
        QTimer.singleShot(0, self, self._come_back)  # after this signal the state goes to untrained weights

    def _come_back(self) -> None:
        """Back at the network of the stored run that is shown, looks into its weights again."""
        record, state = self.record(self._state.shown_run), self._state
        if record is None or record.plan.own is not None or record.plan.choice != state.choice:
            return
        if state.weights == Untrained() and record.id not in (self._here.run, self.following.run):
            self._open_weights(record)

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
        has_ended = self._here.close(timeout)
        self._watch.close()
        self.queue.close()
        self.own.close()
        self.following.close()
        self._errands.close()
        return has_ended

    def _refuse(self, error: BaseException) -> None:
        tell(self._state, error)


def _not_kept(epoch: int, step: int, shown: Moment | None) -> tuple[Text, Text]:
    """That the weights after `epoch` epochs were not kept, and which are `shown` for them."""
    missing = Text(
        f"The weights after epoch {epoch} (step {step:,}) were not kept.",
        f"第 {epoch} 轮（第 {step:,} 步）之后的权重没有保留。",
    )
    if shown is None:
        return missing, Text("The last weights of the run are shown.", "显示的是该运行最后的权重。")
    return missing, Text(
        f"The nearest that were kept are shown, after step {shown.step:,}: answers may differ.",
        f"显示的是最接近的已保留权重，即第 {shown.step:,} 步之后的：答案可能不同。",
    )
