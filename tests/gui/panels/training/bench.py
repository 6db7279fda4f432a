"""A training panel on its own, with made-up runs, for the tests of its parts."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui.panels.training import TrainingPanel
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.runs.shelf.store import Store
from explorer.training.events import Event, Finished
from tests.gui.recorded_runs import plan, recorded, wait_until


@dataclass
class Bench:
    """The panel with what it stands on."""

    qtbot: QtBot
    state: AppState
    store: Store
    control: RunControl
    panel: TrainingPanel
    notices: list[Any]

    def find(self, name: str) -> Any:
        found = self.panel.findChild(QWidget, name)
        assert found is not None, name
        return found

    def wait(self, holds: Any) -> None:
        wait_until(self.qtbot, holds)

    def wait_for_end(self) -> None:
        self.wait(lambda: not self.control.is_busy and self.state.training is None)
        self.wait(lambda: bool(self.state.runs) and self.state.runs[0].status != "running")

    def wait_for_plots(self) -> None:
        self.wait(lambda: self.panel.curves.plots is not None)

    def store_run(
        self,
        *,
        epochs: int = 3,
        architecture: str = "lenet",
        dataset: str = "digits",
        ending: Event | None = None,
        **shape: Any,
    ) -> str:
        """Puts a finished run into the store, and the list."""
        choice = catalogue.find(architecture).default_choice()
        record = self.store.create(plan(epochs, dataset, choice))
        recorder = self.store.recorder(record.id)
        for event in [*recorded(record.id, epochs=epochs, **shape), ending or Finished(record.id)]:
            recorder.append(event)
        recorder.close()
        self.control.refresh()
        self.wait(lambda: any(listed.id == record.id for listed in self.state.runs))
        return record.id
