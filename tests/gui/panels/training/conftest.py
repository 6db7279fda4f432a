"""A training panel on its own, and the page of its runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui import text, theme
from explorer.gui.panels.training import TrainingPanel
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.runs.shelf.store import Store
from tests.gui.panels.training.bench import Bench
from tests.gui.recorded_runs import executor


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    theme.apply("dark")
    store = Store(tmp_path / "runs")
    state = AppState(catalogue.find("lenet").default_choice())
    control = RunControl(state, store, execute=executor(pause=0.02))
    panel = TrainingPanel(state, control)
    qtbot.addWidget(panel)
    notices: list[Any] = []
    state.noticed.connect(lambda *said: notices.append(said))
    panel.resize(941, 264)
    panel.show()
    qtbot.waitExposed(panel)
    yield Bench(qtbot, state, store, control, panel, notices)
    control.close()
    panel.close_workers()
    store.close()
    text.set_language("en")


@pytest.fixture
def runs(bench: Bench) -> Bench:
    """With the page of the runs in front."""
    bench.panel.pages.show_page(1)
    return bench
