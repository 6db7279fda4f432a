"""What the tests of the labs start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui.panels.labs.evaluation_page import EvaluationPage
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.runs.shelf.store import Store
from tests.gui.panels.labs.evaluation_bench import Bench


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    store = Store(tmp_path / "runs")
    state = AppState(catalogue.find("lenet").default_choice())
    control = RunControl(state, store)
    page = EvaluationPage(state, control)
    qtbot.addWidget(page)
    page.resize(1280, 760)
    page.show()
    made = Bench(qtbot, state, store, control, page)
    page.begin()
    made.wait(lambda: page.body.is_whole)
    yield made
    page.close_services()
    for recorder in made.recorders:
        recorder.close()
    control.close()
    store.close()
