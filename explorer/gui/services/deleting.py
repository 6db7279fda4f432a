"""Deleting runs with time to think better of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.bilingual import Text
from explorer.gui.state import FromRun, Level, Untrained
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.gui.state import AppState
    from explorer.runs.shelf.record import RunRecord

UNDO_MS = 20_000  # so long deleted runs can be brought back: time to see that they were the wrong ones


class Deleting(QObject):
    """Takes runs from the list at once, and has them erased when the time for `undo` is over.

    Signals:
        deleted(object): A tuple of `RunRecord` left the list.
        over: What was deleted is gone, or is back; read the list anew.
    """

    deleted = Signal(object)
    over = Signal()

    def __init__(self, state: AppState, erase: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._erase = state, erase
        self._records: tuple[RunRecord, ...] = ()
        self._timer = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._timer.timeout.connect(self.finish)

    def without(self, records: tuple[RunRecord, ...]) -> tuple[RunRecord, ...]:
        """`records` but those that are being deleted."""
        hidden = {record.id for record in self._records}
        return tuple(record for record in records if record.id not in hidden) if hidden else records

    def delete(self, runs: Sequence[str]) -> None:
        """Takes runs from the list, but those that are being trained; what was deleted before is erased now."""
        state = self._state
        wanted = [record for record in state.runs if record.id in set(runs)]
        gone = tuple(r for r in wanted if r.status != Status.RUNNING and r.id != state.training)
        if len(gone) < len(wanted):
            state.notice(
                Text("A run that is still training is not deleted.", "仍在训练的运行不会被删除。"),
                Text("Stop it first.", "请先停止它。"),
                Level.WARNING,
            )
        if not gone:
            return
        self.finish()
        self._records = gone
        self._timer.start()
        state.set_runs(self.without(state.runs))
        ids = {record.id for record in gone}
        if state.shown_run in ids:
            state.show_run(None)
        if isinstance(state.weights, FromRun) and state.weights.run in ids:
            state.set_weights(Untrained())
        self.deleted.emit(gone)

    def undo(self) -> None:
        """Brings back what was deleted last."""
        if self._records:
            self._timer.stop()
            self._records = ()
            self.over.emit()

    def finish(self) -> None:
        """Erases what was deleted; there is no undoing after that."""
        self._timer.stop()
        if self._records:
            records, self._records = self._records, ()
            for record in records:
                self._erase(record.id)
            self.over.emit()
