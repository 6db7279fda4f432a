"""The network of a run is exported from the table of runs: the dialog opens when its graph is there."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph import views
from explorer.graph.colouring import ColourBy
from explorer.graph.export import Request, Written
from explorer.graph.layout import layout
from explorer.graph.user_model import own, recent, source
from explorer.graph.user_model.recent import Recent
from explorer.gui import text
from explorer.gui.dialogs.export import ExportDialog
from explorer.gui.dialogs.export_desk import ExportDesk, Shown
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun
from explorer.gui.widgets.words.notices import Notices
from explorer.runs.looking.workbench import Weights
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.training.config import TrainConfig
from tests.graph.graphs import carried
from tests.graph.test_user_model import GOOD, write
from tests.gui.stored_moments import stored_run
from tests.runs.test_own_learning import STEP, Run, processes


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
    qtbot.waitUntil(lambda: program.dialog is not None and not program.dialog.is_busy)
    program.dialog.reject()


def test_who_goes_on_to_another_network_gets_no_dialog(qtbot: QtBot, program: Program) -> None:
    program.desk.open_run(program.run)
    program.state.set_choice(catalogue.find("alexnet").default_choice())
    program.shown = shown("alexnet")
    qtbot.wait(150)
    assert program.dialog is None


class OwnRun:
    """In the same window, a run of a model of the user."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.path = write(folder, GOOD)
        model = own.describe(self.path, source.choose(self.path, None), (1, 28, 28))
        self.plan = RunPlan(model.card.default_choice(), "digits", None, TrainConfig(), model)
        self.record = replace(program.state.runs[0], plan=self.plan)
        program.state.set_runs((self.record,))


@pytest.fixture
def own_run(program: Program, tmp_path: Path) -> Iterator[OwnRun]:
    yield OwnRun(program, tmp_path)
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)


def test_code_that_was_not_agreed_to_is_not_run_for_it(qtbot: QtBot, program: Program, own_run: OwnRun) -> None:
    with qtbot.waitSignal(program.state.noticed) as told:
        program.desk.open_run(own_run.record.id)
    assert "not opened yet" in told.args[0].en
    qtbot.wait(150)
    assert program.dialog is None
    assert program.state.choice.architecture == "densenet"


@pytest.mark.parametrize(("language", "word"), [("en", "Model"), ("zh", "模型")])
def test_a_model_of_the_user_is_offered_as_onnx_alone(
    qtbot: QtBot, program: Program, own_run: OwnRun, language: str, word: str
) -> None:
    text.set_language(language)
    recent.save(Recent().with_trust(own_run.path))
    program.desk.open_run(own_run.record.id)
    qtbot.waitUntil(lambda: program.state.choice == own_run.plan.choice)
    program.shown = shown("lenet")
    qtbot.waitUntil(lambda: program.dialog is not None)
    dialog = program.dialog
    assert dialog is not None
    assert [dialog.forms.itemData(place) for place in range(dialog.forms.count())] == [".onnx"]
    assert dialog.kinds.button("model").text() == word
    qtbot.waitUntil(lambda: not dialog.is_busy)
    dialog.reject()


@pytest.mark.slow
def test_the_file_has_the_weights_of_the_run_and_the_code_that_it_trained(
    qtbot: QtBot, program: Program, own_run: OwnRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="ONNX is optional")
    pytest.importorskip("onnxscript", reason="ONNX is optional")
    run = Run(tmp_path / "trained")
    run.path.write_text("raise SystemExit\n")  # since then
    catalogue.add_own(run.own)
    graph, picture, _ = shown("lenet")
    request = Request(replace(graph, input_shape=(1, 28, 28)), picture, run.plan.choice)
    exports = program.desk._exports
    monkeypatch.setattr(exports, "_weights", lambda: Weights(folder=run.folder, moment=STEP))
    with qtbot.waitSignal(exports.written, timeout=120_000) as told:
        exports.write(request, tmp_path / "net.onnx")
    assert "ONNX Runtime" in told.args[1][0].en
    images = torch.randn(3, 1, 28, 28)
    (logits,) = runtime.InferenceSession((tmp_path / "net.onnx").read_bytes()).run(None, {"images": images.numpy()})
    with torch.no_grad():
        torch.testing.assert_close(torch.from_numpy(logits), run.model(images), atol=1e-4, rtol=1e-3)
    assert not processes()


class Hanging:
    """In place of `OwnBench`: never comes to an end by itself."""

    def __init__(self) -> None:
        self.has_begun, self.ends = threading.Event(), 0

    def onnx(self, choice: object, weights: object, is_cancelled: Callable[[], bool]) -> Written:
        self.has_begun.set()
        while not is_cancelled():
            time.sleep(0.005)
        raise ExplorerError(Text("cancelled", "已取消"))

    def end(self) -> None:
        self.ends += 1


def test_the_window_closes_while_a_model_is_written(
    qtbot: QtBot, program: Program, own_run: OwnRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("onnx", reason="ONNX is optional")
    pytest.importorskip("onnxscript", reason="ONNX is optional")
    bench = Hanging()
    monkeypatch.setattr(program.desk._exports, "_own_bench", bench)
    model = own.describe(own_run.path, source.choose(own_run.path, None), (1, 28, 28))
    catalogue.add_own(model)
    graph, picture, _ = shown("lenet")
    program.desk._exports.write(Request(graph, picture, model.card.default_choice()), tmp_path / "net.onnx")
    qtbot.waitUntil(bench.has_begun.is_set)
    program.desk.close()
    assert bench.ends == 1
    assert not (tmp_path / "net.onnx").exists()
