"""The runs that wait for their turn, and starting the next one when a run has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.bilingual import Text
from explorer.gui.services.run_work import check_origin
from explorer.gui.state import Level
from explorer.runs.shelf.queue import moved, put_back, take_out, waiting
from explorer.runs.shelf.repeats import repeat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.gui.background import Errands
    from explorer.gui.state import AppState
    from explorer.runs.plan import RunPlan
    from explorer.runs.shelf.record import RunRecord
    from explorer.runs.shelf.store import Store


class RunQueue(QObject):
    """Begins the next waiting run as soon as nothing else trains, unless it is held. Lives on the GUI thread.

    It is held from the start of the program, and when the user has stopped a run: then it waits for `go_on`.

    Args:
        errands: The thread that also makes the lists of runs, so that no list from before a change comes after it.
        is_busy: Whether something trains here, or is about to.
        begin: Trains a waiting run.
        refresh: Lists the runs anew.

    Attributes:
        is_held: Nothing is begun until the user says so.

    Signals:
        changed: It is held, or no longer.
    """

    changed = Signal()

    def __init__(
        self,
        state: AppState,
        store: Store,
        errands: Errands,
        is_busy: Callable[[], bool],
        begin: Callable[[str], None],
        refresh: Callable[[], None],
        refuse: Callable[[BaseException], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._store, self._errands = state, store, errands
        self._is_busy, self._begin, self._refresh, self._refuse = is_busy, begin, refresh, refuse
        self._is_closed = False
        self._changes = 0  # asked for, and not yet in the list
        self.is_held = True
        state.runs_changed.connect(self.look)
        state.training_changed.connect(self.look)

    @property
    def waiting(self) -> tuple[RunRecord, ...]:
        """What waits, the next one first."""
        return waiting(self._state.runs)

    def add(self, plan: RunPlan) -> None:
        """Has a new run of `plan` wait behind the others; it begins when its turn has come."""

        def make() -> tuple[RunRecord, ...]:
            check_origin(plan, self._store)
            return (self._store.create(plan, queued=True),)

        self._change(make, self._added)

    def repeat(self, run: str, times: int) -> None:
        """Has so many new runs of the plan of `run` wait behind the others, each with another seed."""
        self._change(lambda: repeat(self._store, run, times), self._added)

    def _added(self, records: tuple[RunRecord, ...]) -> None:
        self._hold(is_held=False)
        first, last = records[0].number, records[-1].number
        said = Text(f"Run {first} waits for its turn.", f"运行 {first} 已加入队列。")
        if first != last:
            said = Text(f"Runs {first} to {last} wait for their turns.", f"运行 {first} 至 {last} 已加入队列。")
        self._state.notice(said, None, Level.INFO)

    def put_back(self, runs: Sequence[str]) -> None:
        """Has stored `runs` wait to go on, in this order; where nothing trains the user says when that begins."""
        if self._is_busy():
            self._hold(is_held=False)

        def put() -> None:
            for run in runs:
                put_back(self._store, run)

        self._change(put)

    def take_out(self, runs: Sequence[str]) -> None:
        """Has `runs`, which had begun before, wait no more."""

        def take() -> None:
            for run in runs:
                take_out(self._store, run)

        self._change(take)

    def go_on(self) -> None:
        """Begins the next one, and the others after it."""
        self._hold(is_held=False)
        self.look()

    def hold(self) -> None:
        """Leaves what waits waiting."""
        self._hold(is_held=True)

    def move(self, run: str, by: int) -> None:
        """Has a waiting run begin so many places later, or with a negative number earlier."""
        runs = [record.id for record in moved(self.waiting, run, by)]

        self._change(lambda: self._store.arrange_queue(runs))

    def _change(self, work: Callable[[], object], then: Callable[[Any], None] | None = None) -> None:
        self._changes += 1
        self._errands.do(work, then, self._refuse)
        self._refresh()  # also where only a part could be done
        self._errands.do(lambda: None, self._on_listed)  # answered after the list

    def _on_listed(self, _: None) -> None:
        self._changes -= 1
        self.look()

    def look(self) -> None:
        """Begins the next one if its turn has come; which that is, the list says when all changes are in it."""
        if self._is_closed or self.is_held or self._changes or self._is_busy():
            return
        queue = self.waiting
        if queue:
            self._begin(queue[0].id)
        else:
            self._hold(is_held=True)  # what another process adds later is not ours to begin

    def close(self) -> None:
        self._is_closed = True

    def _hold(self, *, is_held: bool) -> None:
        if is_held != self.is_held:
            self.is_held = is_held
            self.changed.emit()
