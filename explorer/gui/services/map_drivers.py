"""Finds, when asked, the test images that drive the maps of a layer most; on a worker."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.state import FromFile, FromRun
from explorer.runs.looking.workbench import Weights

if TYPE_CHECKING:
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.runs.looking.drivers import Drivers, DriversDesk
    from explorer.runs.looking.own_bench import OwnBench


class MapDrivers(QObject):
    """Answers one question at a time; the newest counts. Other weights or another network make the answer void.

    A model of the user is run in the process of `own_bench`.
    """

    def __init__(self, state: AppState, runs: RunControl, own_bench: OwnBench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._runs, self._own_bench = state, runs, own_bench
        self._desks: list[DriversDesk] = []  # touched on the worker alone
        self._stop = threading.Event()
        self._worker = Latest("drivers", self)
        self._worker.done.connect(state.set_drivers)
        self._worker.failed.connect(self._on_failed)
        state.drivers_requested.connect(self._on_requested)
        state.weights_changed.connect(self._forget)
        state.choice_changed.connect(self._forget)

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy

    def close(self) -> None:
        """Gives up what is under way and ends the thread."""
        self._stop.set()
        self._worker.close()

    def _on_requested(self, path: str) -> None:
        self._give_up()
        self._stop = stop = threading.Event()
        choice, weights, data, desks = self._state.choice, self._weights(), self._data(), self._desks
        own_bench = self._own_bench

        def work() -> Drivers:
            from explorer.runs.looking.drivers import DriversDesk

            if not desks:
                desks.append(DriversDesk(own_bench))
            return desks[0].find(choice, weights, data, path, stop.is_set)

        self._worker.request(work)

    def _weights(self) -> Weights:
        """Those that are looked into; of a live run the ones that were stored last."""
        source = self._state.weights
        if isinstance(source, FromFile):
            return Weights(file=source.path, stamp=source.stamp)
        if not isinstance(source, FromRun):
            return Weights(seed=source.seed)
        return Weights(run=source.run, folder=self._runs.store.folder(source.run), moment=source.moment)

    def _data(self) -> tuple[str, str | None]:
        """Those that were learned; of other weights the ones that are carried and suit the network."""
        source = self._state.weights
        record = self._runs.record(source.run) if isinstance(source, FromRun) else None
        if record is None:
            return ("digits" if self._state.choice.input_shape[0] == 1 else "shapes"), None
        return record.plan.dataset, record.plan.data_dir

    def _forget(self) -> None:
        self._give_up()
        if self._state.drivers is not None:
            self._state.set_drivers(None)

    def _give_up(self) -> None:
        self._stop.set()
        self._worker.cancel()

    def _on_failed(self, error: Exception) -> None:
        self._state.set_drivers(None)
        if not isinstance(error, ExplorerError):
            raise error
        self._state.refuse(error)
