"""Follows the run that is shown while another process trains it, and notices what other processes do to the runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.gui.background import Latest
from explorer.gui.services.own_training import is_network_of
from explorer.gui.state import FromRun, Untrained
from explorer.runs.curves.history import History
from explorer.runs.folder import lock
from explorer.runs.folder.follow import Follower
from explorer.runs.folder.names import LOCK
from explorer.training.events import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from explorer.gui.state import AppState
    from explorer.runs.folder.lock import Holder
    from explorer.runs.shelf.record import RunRecord
    from explorer.runs.shelf.store import Store
    from explorer.training.events import Event, Failed, Finished

LOOK_MS = 300  # between two looks into the folder of a followed run; its journal is written once a second
GLANCE_MS = 2000  # between two glances at the folder of all runs


@dataclass(frozen=True, slots=True)
class _Look:
    """What was read of a run; `history` where everything was read anew, else what came since in `events`."""

    run: str
    history: History | None
    events: tuple[Event, ...]
    saved_step: int | None
    is_alive: bool
    holder: Holder | None


class _Reader:
    """Reads one run on the worker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._follower = Follower(folder)
        self._generation = -1

    def look(self) -> _Look:
        is_alive = self._follower.is_alive  # asked first: whoever has let go has written everything
        events = self._follower.drain()
        history = None
        if self._follower.generation != self._generation:
            self._generation = self._follower.generation
            history = History(self._follower.run)  # a long run has many events: not on the GUI thread
            for event in events:
                history.apply(event)
            events = []
        follower = self._follower
        holder = lock.holder(self._folder / LOCK)
        return _Look(follower.run, history, tuple(events), follower.saved_step, is_alive, holder)


class Following(QObject):
    """Brings the curves of one run that another process trains into the state, and its newest saved weights.

    Reads on a worker, about three times a second. Lives on the GUI thread.

    Attributes:
        run: The run that is followed; None if none is.
        is_stopping: Its process was asked to stop.
        saved_step: The step of its last checkpoint, where it has one.
        holder: Who trains it, where that is known.

    Signals:
        changed: Another run is followed, or none, or it was asked to stop.
        progressed: Its history has grown.
        ended(str): It is not trained any more.
    """

    changed = Signal()
    progressed = Signal()
    ended = Signal(str)

    def __init__(
        self,
        state: AppState,
        store: Store,
        elsewhere: Callable[[], tuple[RunRecord, ...]],
        parent: QObject | None = None,
    ) -> None:
        """Follows what is shown, if it is among `elsewhere`: the runs that other processes train."""
        super().__init__(parent)
        self._state, self._store, self._elsewhere = state, store, elsewhere
        self.run: str | None = None
        self.is_stopping = False
        self.saved_step: int | None = None
        self.holder: Holder | None = None
        self._reader: _Reader | None = None
        self._written_ending: Finished | Stopped | Failed | None = (
            None  # the last one in the journal, while a process has the run
        )
        self._worker = Latest("following", self)
        self._worker.done.connect(self._take)
        self._timer = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        state.shown_run_changed.connect(self._follow_shown)
        state.runs_changed.connect(self._follow_shown)
        state.choice_changed.connect(self._on_choice_changed)

    def follow(self, run: str | None) -> None:
        """Follows `run` from now on, and no other; None to follow none."""
        if run == self.run:
            return
        self._timer.stop()
        self._worker.cancel()
        self.run, self.is_stopping, self.saved_step, self.holder = run, False, None, None
        self._reader = None if run is None else _Reader(self._store.folder(run))
        self._written_ending = None
        self._look()
        self.changed.emit()

    def note_stopping(self) -> None:
        """Remembers that its process was asked to stop."""
        self.is_stopping = True
        self.changed.emit()

    def close(self) -> None:
        self._timer.stop()
        self._worker.close()

    def _follow_shown(self) -> None:
        shown = self._state.shown_run
        if any(record.id == shown for record in self._elsewhere()):
            self.follow(shown)
        elif shown != self.run:
            self.follow(None)

    def _look(self) -> None:
        if self._reader is not None:
            self._worker.request(self._reader.look)

    def _take(self, look: _Look) -> None:
        if look.run != self.run:
            return
        self.holder = look.holder or self.holder
        history = look.history or self._state.history(look.run)
        assert history is not None
        for event in look.events:
            history.apply(event)
        self._tell_ending(history, is_alive=look.is_alive)
        if look.history is not None or look.events:
            self._state.set_history(look.run, history)
            self.progressed.emit()
        if look.saved_step != self.saved_step:
            self.saved_step = look.saved_step
            self._show_weights()
        if history.ending is None:
            self._timer.start()
        else:
            self.follow(None)
            self.ended.emit(look.run)

    def _tell_ending(self, history: History, *, is_alive: bool) -> None:
        """A run is over when its process has let go of it; an ending before that is of another life, or just now."""
        if is_alive:
            self._written_ending, history.ending = history.ending or self._written_ending, None
        elif history.ending is None:
            history.ending = self._written_ending or Stopped(history.run)

    def _on_choice_changed(self) -> None:
        QTimer.singleShot(0, self, self._show_weights)  # after this signal the state goes to untrained weights

    def _show_weights(self) -> None:
        """Looks into the weights that were saved last, if it is their network that is looked at."""
        state, run = self._state, self.run
        record = next((record for record in state.runs if record.id == run), None)
        if run is None or record is None or self.saved_step is None:
            return
        if not is_network_of(state.choice, record.plan, self._store.folder(run)):
            return
        shown = state.weights
        is_its_last = isinstance(shown, FromRun) and shown.run == run and shown.moment is None
        if isinstance(shown, Untrained) or is_its_last:
            state.set_weights(FromRun(run, stamp=self.saved_step))


class RunsWatch(QObject):
    """Notices what other processes do in the folder of runs; a glance every two seconds, also on network drives.

    Signals:
        changed: A run came, went, went on or ended; or may have.
    """

    changed = Signal()

    def __init__(
        self, store: Store, elsewhere: Callable[[], tuple[RunRecord, ...]], parent: QObject | None = None
    ) -> None:
        """Looks also whether the runs `elsewhere`, which other processes train, still live."""
        super().__init__(parent)
        self._store, self._elsewhere = store, elsewhere
        self._seen: tuple[object, ...] | None = None
        self._worker = Latest("runs watch", self)
        self._worker.done.connect(self._compare)
        self._timer = QTimer(self, interval=GLANCE_MS)
        self._timer.timeout.connect(self._glance)
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()
        self._worker.close()

    def _glance(self) -> None:
        if not self._worker.is_busy:
            running = tuple(record.id for record in self._elsewhere())
            self._worker.request(lambda: (running, *self._store.glance(running)))

    def _compare(self, seen: tuple[object, ...]) -> None:
        before, self._seen = self._seen, seen
        if seen != before:  # also the first time: something may have come since the list was read
            self.changed.emit()
