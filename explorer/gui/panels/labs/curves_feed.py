"""The points of the runs that are drawn: read when they are wanted, renewed while one of them trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.gui.panels.labs import curves_words as words
from explorer.gui.panels.labs.curves_drawing import Drawn, ShownRun, alone
from explorer.gui.services.network_macs import NetworkMacs
from explorer.runs.curves.curve_points import points_of
from explorer.runs.curves.planned_rate import rate_of
from explorer.runs.shelf import repeats
from explorer.runs.shelf.verdict import verdict

if TYPE_CHECKING:
    from explorer.gui.panels.labs.curves_runs import ShownRuns
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.runs.curves.curve_points import Points
    from explorer.runs.shelf.record import RunRecord
    from explorer.runs.shelf.repeats import Repeats
    from explorer.runs.shelf.verdict import Verdict

# In which what changes is gathered; less than between two arrivals of a run's events, each of which is drawn.
_PAUSE_MS = 100


class CurvesFeed(QObject):
    """Joins the chosen runs to their histories. Asks for nothing while it `sleeps`.

    Signals:
        changed: Other runs, or more of one of them; not more often than ten times a second.
    """

    changed = Signal()

    def __init__(
        self, state: AppState, run_control: RunControl, shown: ShownRuns, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._control, self._shown = state, run_control, shown
        self._points: dict[str, Points] = {}
        self._macs = NetworkMacs(state, self)
        self._known_macs: dict[str, int | None] = {}
        self._grouped: tuple[set[str], list[int]] = set(), []
        self._kept: list[RunRecord] = []
        self._groups: tuple[Repeats, ...] = ()
        self.sleeps = True
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        shown.changed.connect(self._load)
        state.runs_changed.connect(self._load)
        run_control.history_loaded.connect(self._on_loaded)
        run_control.progressed.connect(self._on_progressed)
        run_control.following.progressed.connect(self._on_followed)
        self._macs.found.connect(self._wake)

    def begin(self) -> None:
        """Somebody looks: reads what is missing."""
        self.sleeps = False
        self._load()

    @property
    def missing(self) -> int:
        """How many of the chosen runs have not been read yet."""
        return sum(self._state.history(run) is None for run in self._shown.runs)

    @property
    def without_macs(self) -> tuple[str, ...]:
        """Names of the runs of whose network the multiply-adds are not known."""
        return tuple(words.name(record) for record in self._records() if self._macs_of(record) is None)

    def runs(self) -> tuple[ShownRun, ...]:
        """The chosen runs as far as they have been read, in the order of choice."""
        found = []
        for record in self._records():
            run, history = record.id, self._state.history(record.id)
            if history is None or not history.step:
                continue
            points = self._points.get(run)
            if points is None or points.revision != history.revision or points.step != history.step:
                points = self._points[run] = points_of(history, record.plan.config.batch_size)
            rate = rate_of(record.plan.config, history)
            found.append(ShownRun(points, words.name(record), self._shown.colour(run), self._macs_of(record), rate))
        return tuple(found)

    def drawn(self, *, as_one: bool) -> tuple[Drawn, ...]:
        """The same with one colour each, or `as_one` those that repeat each other."""
        runs = self.runs()
        if not as_one:
            return tuple(alone(run) for run in runs)
        known = {run.points.run: run for run in runs}
        found = []
        for group in self.groups():
            records = [record for record in group.runs if record.id in known]
            if records:
                name, label = words.names(records)
                colour = known[records[0].id].colour
                found.append(Drawn(name, label, colour, tuple(known[record.id] for record in records)))
        return tuple(found)

    def groups(self) -> tuple[Repeats, ...]:
        """The chosen runs, those together that repeat each other; where the user set another rate, it is none."""
        records = self._records()
        changed = {run for run, points in self._points.items() if points.changes}
        known = (changed, [id(record) for record in records])
        if known != self._grouped:
            self._grouped, self._kept = known, records  # as long as they are kept, no other has the id of one
            self._groups = repeats.groups(records, self._control.store.root, changed)
        return self._groups

    def verdict(self) -> Verdict | None:
        """Which is better, where the chosen runs are two, or repeat two."""
        groups = self.groups()
        return verdict(*groups, words.pair(*groups)) if len(groups) == 2 else None

    def _records(self) -> list[RunRecord]:
        known = {record.id: record for record in self._state.runs}
        return [known[run] for run in self._shown.runs if run in known]

    def _macs_of(self, record: RunRecord) -> int | None:
        if self._known_macs.get(record.id) is None:
            self._known_macs[record.id] = self._macs.of(record.plan)
        return self._known_macs[record.id]

    def close(self) -> None:
        self._pause.stop()
        self._macs.close()

    def _load(self) -> None:
        if self.sleeps:
            return
        for record in self._records():
            self._control.load_history(record.id)
            if self._macs_of(record) is None:
                self._macs.want(record.plan)
        self._wake()

    def _on_loaded(self, run: str) -> None:
        if run in self._shown:
            self._wake()

    def _on_progressed(self) -> None:
        if self._state.training in self._shown:
            self._wake()

    def _on_followed(self) -> None:
        if self._control.following.run in self._shown:
            self._wake()

    def _wake(self) -> None:
        if not self.sleeps and not self._pause.isActive():
            self._pause.start()
