"""What is done with stored runs beside training them: naming, looking for moments to fork from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from explorer.runs.folder import moments
from explorer.runs.shelf import fork

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.background import Errands
    from explorer.gui.state import AppState
    from explorer.runs.folder.about import About
    from explorer.runs.folder.moments import Moment
    from explorer.runs.shelf.record import RunRecord
    from explorer.runs.shelf.store import Store


class RunShelf(QObject):
    """Lives on the GUI thread; files are read and written elsewhere."""

    def __init__(
        self,
        state: AppState,
        store: Store,
        errands: Errands,
        refresh: Callable[[], None],
        refuse: Callable[[BaseException], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._store, self._errands = state, store, errands
        self._refresh, self._refuse = refresh, refuse

    def describe(self, run: str, about: About) -> None:
        """Shows other words about a run at once, and writes them down."""
        state = self._state
        if all(record.id != run or record.about == about for record in state.runs):
            return
        state.set_runs(tuple(replace(r, about=about) if r.id == run else r for r in state.runs))
        self._errands.do(lambda: self._store.describe(run, about), None, self._could_not_describe)

    def _could_not_describe(self, error: BaseException) -> None:
        self._refuse(error)
        self._refresh()  # the words as they were

    def find_moments(self, record: RunRecord, then: Callable[[tuple[Moment, ...]], None]) -> None:
        """Calls `then` with what a run can be forked from, first to last."""
        self._errands.do(lambda: moments.moments(self._store.folder(record.id)), then, self._refuse)

    def take_plan(self, record: RunRecord, moment: Moment | None = None) -> None:
        """Makes the settings of a run those of the next one, which starts from `moment` of it where that is given."""
        plan = record.plan
        if moment is not None:
            plan = replace(plan, origin=fork.origin_of(record, moment))
        self._state.plan_requested.emit(plan)
