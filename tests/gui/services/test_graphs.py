"""The graph of the choice: at once where it is carried, else from the worker; problems keep the graph."""

import sys
import threading
from collections.abc import Iterator
from types import ModuleType

import pytest
from pytestqt.qtbot import QtBot

import explorer.graph
from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph import shipped
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.model import LayerGraph, Mismatch
from explorer.gui.services.graphs import LOADING, GraphService
from explorer.gui.state import AppState, Level, Selection, SelectionKind


class FakeTracer:
    """Answers with the carried graph at the size asked for; remembers who asked on which thread."""

    def __init__(self) -> None:
        self.asked: list[catalogue.Choice] = []
        self.modes: list[str] = []
        self.threads: set[str] = set()
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def graph_of(self, choice: catalogue.Choice, mode: str = "eval") -> object:
        self.asked.append(choice)
        self.modes.append(mode)
        self.threads.add(threading.current_thread().name)
        self.gate.wait(60)
        if self.error is not None:
            raise self.error
        graph = shipped.load(choice.architecture)
        assert graph is not None
        return type(graph)(graph.architecture, choice.input_shape, graph.nodes, graph.blocks, mode)


@pytest.fixture
def tracer(monkeypatch: pytest.MonkeyPatch) -> FakeTracer:
    fake, module = FakeTracer(), ModuleType("explorer.graph.trace")
    module.graph_of = fake.graph_of  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "explorer.graph.trace", module)
    monkeypatch.setattr(explorer.graph, "trace", module, raising=False)
    return fake


@pytest.fixture
def state(qapp: object) -> AppState:
    return AppState(catalogue.find("lenet").default_choice())


@pytest.fixture
def service(state: AppState, tracer: FakeTracer) -> Iterator[GraphService]:
    made = GraphService(state)
    yield made
    tracer.gate.set()
    made.close()


def larger(name: str = "lenet", size: int = 32) -> catalogue.Choice:
    return catalogue.find(name).choose(input_shape=(1, size, size))


def test_default_choice_has_its_graph_at_once_and_asks_nobody(
    state: AppState, service: GraphService, tracer: FakeTracer
) -> None:
    assert state.graph is not None
    assert state.graph.architecture == "lenet"
    state.set_choice(catalogue.find("densenet").default_choice())
    assert state.graph.architecture == "densenet"
    assert state.graph_note is None
    assert tracer.asked == []


def test_before_torch_the_default_is_shown_with_a_word_about_it(
    state: AppState, service: GraphService, tracer: FakeTracer, qtbot: QtBot
) -> None:
    wanted = catalogue.find("resnet18").choose(input_shape=(1, 96, 96))
    state.set_choice(wanted)
    assert state.graph is not None
    assert state.graph.architecture == "resnet18"
    assert state.graph.input_shape == (1, 224, 224)
    assert state.graph_note is not None
    assert state.graph_note.text == LOADING
    assert tracer.asked == []
    state.set_ready()
    qtbot.waitUntil(lambda: state.graph is not None and state.graph.input_shape == (1, 96, 96))
    assert state.graph_note is None
    assert tracer.asked == [wanted]
    assert threading.current_thread().name not in tracer.threads


def test_only_the_newest_of_many_choices_is_shown(
    state: AppState, service: GraphService, tracer: FakeTracer, qtbot: QtBot
) -> None:
    state.set_ready()
    tracer.gate.clear()
    seen = []
    state.graph_changed.connect(lambda: seen.append(state.graph.input_shape[1]))
    for size in range(29, 40):
        state.set_choice(larger(size=size))
    tracer.gate.set()
    qtbot.waitUntil(lambda: not service.is_busy)
    assert seen == [39]
    assert len(tracer.asked) <= 2  # the one under way and the last


def test_a_choice_that_was_traced_before_is_not_traced_again(
    state: AppState, service: GraphService, tracer: FakeTracer, qtbot: QtBot
) -> None:
    state.set_ready()
    state.set_choice(larger())
    qtbot.waitUntil(lambda: not service.is_busy)
    traced = state.graph
    state.set_choice(catalogue.find("lenet").default_choice())
    state.set_choice(larger())
    assert state.graph is traced
    assert len(tracer.asked) == 1


def test_what_cannot_be_built_is_refused_and_the_graph_stays(
    state: AppState, service: GraphService, tracer: FakeTracer, qtbot: QtBot
) -> None:
    state.set_ready()
    before = state.graph
    tracer.error = ExplorerError(Text("Too small.", "太小。"), Text("Take 32.", "请用 32。"))
    with qtbot.waitSignal(state.noticed) as told:
        state.set_choice(larger())
    assert told.args[2] == Level.ERROR
    assert state.graph is before
    assert state.graph_note is not None
    assert state.graph_note.is_problem
    assert state.graph_note.text == Text("Too small. Take 32.", "太小。请用 32。")
    state.set_choice(catalogue.find("lenet").default_choice())
    assert state.graph_note is None


def test_selection_follows_its_path_into_the_new_graph(
    state: AppState, service: GraphService, tracer: FakeTracer, qtbot: QtBot
) -> None:
    state.set_ready()
    assert state.graph is not None
    path = state.graph.nodes[4].path
    state.select(Selection(SelectionKind.NODE, 4))
    state.set_choice(larger())
    qtbot.waitUntil(lambda: not service.is_busy)
    assert state.selection is not None
    assert state.graph.nodes[state.selection.index].path == path
    state.set_choice(catalogue.find("alexnet").default_choice())
    assert state.selection is None


@pytest.mark.slow
def test_a_real_trace_arrives(qapp: object, qtbot: QtBot) -> None:
    state = AppState(larger(size=32))
    service = GraphService(state)
    state.set_ready()
    qtbot.waitUntil(lambda: state.graph is not None and state.graph.input_shape == (1, 32, 32), timeout=60000)
    assert state.graph_note is None
    service.close()


def test_training_mode_is_traced_and_going_back_is_at_once(
    state: AppState, service: GraphService, tracer: FakeTracer, qtbot: QtBot
) -> None:
    state.set_ready()
    predicting = state.graph
    state.set_graph_mode("train")
    assert state.graph is predicting  # it stays until the other one arrives
    assert state.graph_note is not None
    qtbot.waitUntil(lambda: state.graph is not predicting)
    assert state.graph is not None
    assert state.graph.mode == "train"
    assert tracer.modes == ["train"]
    assert state.graph_note is None
    training = state.graph
    state.set_graph_mode("eval")
    assert state.graph is predicting
    state.set_graph_mode("train")
    assert state.graph is training
    assert tracer.modes == ["train"]


def test_another_architecture_is_shown_as_it_predicts(
    state: AppState, service: GraphService, tracer: FakeTracer, qtbot: QtBot
) -> None:
    state.set_ready()
    state.set_graph_mode("train")
    qtbot.waitUntil(lambda: state.graph is not None and state.graph.mode == "train")
    state.set_choice(catalogue.find("alexnet").default_choice())
    assert state.graph_mode == "eval"
    assert state.graph is not None
    assert (state.graph.architecture, state.graph.mode) == ("alexnet", "eval")


def test_a_model_that_does_not_fit_is_shown_up_to_there(
    state: AppState, service: GraphService, tracer: FakeTracer, qtbot: QtBot
) -> None:
    whole = shipped.load("lenet")
    assert whole is not None
    mismatch = Mismatch(3, (2,), Text("It cannot run.", "无法运行。"), arithmetic=(Text("1 ≠ 2.", "1 ≠ 2。"),))
    partial = LayerGraph("lenet", (1, 32, 32), whole.nodes[:4], whole.blocks[:2], "eval", mismatch)
    tracer.error = ShapeError(partial)
    state.set_ready()
    state.set_choice(larger())
    qtbot.waitUntil(lambda: not service.is_busy)
    assert state.graph is partial
    assert state.graph_note is not None
    assert state.graph_note.is_problem
    assert state.graph_note.text.en == "It cannot run. 1 ≠ 2."
    state.set_choice(catalogue.find("lenet").default_choice())
    assert state.graph.mismatch is None
    assert state.graph_note is None
