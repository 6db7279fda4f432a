"""Brings the curves of stored runs into the state when they are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.background import Errands
    from explorer.gui.state import AppState
    from explorer.runs.curves.history import History


class StoredCurves(QObject):
    """Reads journals on the thread of `errands`, each one once.

    Signals:
        loaded(str): The curves of this run are now in the state.
    """

    loaded = Signal(str)

    def __init__(
        self,
        state: AppState,
        read: Callable[[str], History],
        errands: Errands,
        refuse: Callable[[BaseException], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._read, self._errands, self._refuse = state, read, errands, refuse
        self._wanted: set[str] = set()

    def load(self, run: str) -> None:
        """Has the curves of `run` read, unless they are there or on their way."""
        if run in self._wanted or self._has(run):
            return
        self._wanted.add(run)
        self._errands.do(
            lambda: self._read(run), lambda history: self._take(run, history), lambda error: self._fail(run, error)
        )

    def _has(self, run: str) -> bool:
        """All of them; not what is left of a run that was followed for a while."""
        history = self._state.history(run)
        return history is not None and (run == self._state.training or history.ending is not None)

    def _take(self, run: str, history: History) -> None:
        self._wanted.discard(run)
        if not self._has(run):
            self._state.set_history(run, history)
        self.loaded.emit(run)

    def _fail(self, run: str, error: BaseException) -> None:
        self._wanted.discard(run)
        self._refuse(error)
