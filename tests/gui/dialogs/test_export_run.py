"""The network of a run is exported from the table of runs: the dialog opens when its graph is there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.graph import views
from explorer.graph.colouring import ColourBy
from explorer.graph.layout import layout
from explorer.graph.user_model import own
from explorer.gui import text
from explorer.gui.dialogs.export import ExportDialog
from explorer.gui.dialogs.export_desk import ExportDesk, Shown
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun
from explorer.gui.widgets.notices import Notices
from explorer.runs.plan import RunPlan
from explorer.runs.store import Store
from explorer.training.config import TrainConfig
from tests.graph.graphs import carried
from tests.gui.stored_moments import stored_run


def shown(name: str) -> Shown:
    graph = carried(name)
    return graph, layout(graph, views.open_blocks(graph, views.Detail.LAYERS)), ColourBy.TYPE


class Program:
    """A window's state with a stored run of LeNet, while DenseNet is looked at."""

    def __init__(self, qtbot: QtBot, root: Path) -> None:
        self.state, self.store = AppState(catalogue.find("densenet").default_choice()), Store(root)
        self.run = stored_run(self.store)
        self.control = RunControl(self.state, self.store)
        qtbot.waitUntil(lambda: bool(self.state.runs))
        self.window, self.shown = QWidget(), shown("densenet")
        self.state.set_graph(self.shown[0])
        qtbot.addWidget(self.window)
        self.desk = ExportDesk(self.state, self.control, Notices(self.window), lambda: self.shown, self.window)

    @property
    def dialog(self) -> ExportDialog | None:
        return self.window.findChild(ExportDialog)

    def close(self) -> None:
        self.desk.close()
        self.control.close()
        self.store.close()


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    made = Program(qtbot, tmp_path / "runs")
    yield made
    made.close()
    text.set_language("en")


def test_the_dialog_opens_with_the_model_when_the_graph_of_the_run_is_there(qtbot: QtBot, program: Program) -> None:
    program.desk.open_run(program.run)
    assert program.state.choice.architecture == "lenet"
    assert program.state.weights == FromRun(program.run)
    qtbot.wait(150)
    assert program.dialog is None  # the graph of the other network is still seen
    program.shown = shown("lenet")
    qtbot.waitUntil(lambda: program.dialog is not None)
    assert program.dialog is not None
    assert program.dialog.request.suffix == ".onnx"
    assert program.dialog.request.choice == program.state.choice
    qtbot.waitUntil(lambda: program.dialog is not None and not program.dialog.is_busy, timeout=20_000)
    program.dialog.reject()


def test_who_goes_on_to_another_network_gets_no_dialog(qtbot: QtBot, program: Program) -> None:
    program.desk.open_run(program.run)
    program.state.set_choice(catalogue.find("alexnet").default_choice())
    program.shown = shown("alexnet")
    qtbot.wait(150)
    assert program.dialog is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_of_a_model_of_the_user_the_command_is_said(
    qtbot: QtBot, program: Program, tmp_path: Path, language: str
) -> None:
    model = own.describe(tmp_path / "net.pt2", None, (1, 28, 28))
    plan = RunPlan(program.state.choice, "digits", None, TrainConfig(), model)
    record = replace(program.state.runs[0], plan=plan)
    program.state.set_runs((record,))
    with qtbot.waitSignal(program.state.noticed) as told:
        program.desk.open_run(record.id)
    words = {"en": "does not run your code", "zh": "窗口不会运行您的代码"}[language]
    assert words in getattr(told.args[0], language)
    assert "cnn-explorer export 1 --out net.onnx" in getattr(told.args[1], language)
    assert program.state.choice.architecture == "densenet"
