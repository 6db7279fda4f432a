"""Finds the training that was broken off by closing the window or by a crash, so that it can be offered again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from explorer.gui.state import AppState
    from explorer.runs.shelf.record import RunRecord


class LeftOff(QObject):
    """Looks once, when torch has been loaded and the list of runs is there.

    Signals:
        found(RunRecord): This run was broken off; it can be resumed.

    Args:
        left: The run that was going on when the window was closed, or with which it was lost; or "".
        told: The run of which it was told after a crash; or "".
    """

    found = Signal(object)

    def __init__(self, state: AppState, left: str, told: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._left, self.told = state, left, told
        state.ready_changed.connect(self._look)
        state.runs_changed.connect(self._look)

    @property
    def left(self) -> str:
        """What to remember until the window is opened again, as `told`."""
        return self._state.training or ""

    def _look(self) -> None:
        state = self._state
        if not state.is_ready or not state.runs:
            return
        state.ready_changed.disconnect(self._look)
        state.runs_changed.disconnect(self._look)
        broken = next((record for record in state.runs if self._was_broken_off(record)), None)
        if broken is not None and state.training is None:
            if broken.status == Status.INTERRUPTED:
                self.told = broken.id
            self.found.emit(broken)

    def _was_broken_off(self, record: RunRecord) -> bool:
        """By closing the window; or by a crash, in the window or, if nothing was trained since, elsewhere."""
        if record.id == self._left:
            return record.status in (Status.STOPPED, Status.INTERRUPTED, Status.QUEUED)
        newest = max((other.number for other in self._state.runs if other.status != Status.QUEUED), default=0)
        return record.number == newest and record.status == Status.INTERRUPTED and record.id != self.told
