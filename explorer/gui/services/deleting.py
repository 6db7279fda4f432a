"""Deleting runs with time to think better of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.gui.state import FromRun, Untrained

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.state import AppState
    from explorer.runs.record import RunRecord

UNDO_MS = 8000  # so long a deleted run can be brought back


class Deleting(QObject):
    """Takes a run from the list at once, and has it erased when the time for `undo` is over.

    Signals:
        deleted(object): A `RunRecord` left the list.
        over: What was deleted is gone, or is back; read the list anew.
    """

    deleted = Signal(object)
    over = Signal()

    def __init__(self, state: AppState, erase: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._erase = state, erase
        self._record: RunRecord | None = None
        self._timer = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._timer.timeout.connect(self.finish)

    def without(self, records: tuple[RunRecord, ...]) -> tuple[RunRecord, ...]:
        """`records` but the one that is being deleted."""
        hidden = None if self._record is None else self._record.id
        return tuple(record for record in records if record.id != hidden)

    def delete(self, record: RunRecord) -> None:
        """Takes a run from the list; the one deleted before is erased now."""
        self.finish()
        self._record = record
        self._timer.start()
        state = self._state
        state.set_runs(self.without(state.runs))
        if state.shown_run == record.id:
            state.show_run(None)
        if isinstance(state.weights, FromRun) and state.weights.run == record.id:
            state.set_weights(Untrained())
        self.deleted.emit(record)

    def undo(self) -> None:
        """Brings back the run that was deleted last."""
        if self._record is not None:
            self._timer.stop()
            self._record = None
            self.over.emit()

    def finish(self) -> None:
        """Erases what was deleted; there is no undoing after that."""
        self._timer.stop()
        if self._record is not None:
            run, self._record = self._record.id, None
            self._erase(run)
            self.over.emit()
