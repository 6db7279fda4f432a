"""A model of the user is looked into in a process of its own, once it is known to run; never in this one."""

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.errors import ExplorerError
from explorer.graph.model import Mismatch
from explorer.graph.user_model import own, source
from explorer.gui.services import insights
from explorer.gui.services.insights import InsightService
from explorer.gui.state import AppState
from explorer.inspection.insight import Insight, Method, Question
from explorer.runs.looking.workbench import Image, Weights
from tests.graph.graphs import carried
from tests.graph.test_user_model import GOOD, write

LENET = catalogue.find("lenet").default_choice()
ORIGIN = Text("untrained weights", "未训练的权重")


class Bench:
    """In place of `OwnBench`; a look waits until it may end, or is abandoned."""

    def __init__(self) -> None:
        self.looks: list[tuple[Choice, Weights, Image]] = []
        self.questions: list[Question] = []
        self.warmed: list[Choice] = []
        self.may_end = threading.Event()
        self.is_abandoned = threading.Event()
        self.ends = 0
        self.may_end.set()

    def look(self, choice: Choice, weights: Weights, image: Image) -> Insight:
        self.looks.append((choice, weights, image))
        while not self.may_end.wait(0.01):
            if self.is_abandoned.is_set():
                raise ExplorerError(Text("cancelled", "已取消"))
        return Insight(ORIGIN, False, image.pixels, (), {"conv": np.zeros((4, 2, 2), np.float32)}, {})

    def attribute(self, choice: Choice, weights: Weights, image: Image, question: Question) -> None:
        self.questions.append(question)

    def warm(self, choice: Choice) -> None:
        self.warmed.append(choice)

    def abandon(self) -> None:
        self.is_abandoned.set()

    def end(self) -> None:
        self.ends += 1

    close = end


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench()
    monkeypatch.setattr(insights, "OwnBench", lambda: made)
    return made


@pytest.fixture
def state(qapp: object) -> AppState:
    state = AppState(LENET)
    state.set_ready()
    return state


@pytest.fixture
def service(state: AppState, bench: Bench, qtbot: QtBot) -> Iterator[InsightService]:
    service = InsightService(state)
    qtbot.waitUntil(lambda: state.insight is not None and not service.is_busy, timeout=60_000)
    yield service
    service.close()
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)


@pytest.fixture
def choice(tmp_path: Path) -> Choice:
    path = write(tmp_path, GOOD)
    model = own.describe(path, source.choose(path, None), (1, 28, 28))
    catalogue.add_own(model)
    return model.card.default_choice()


def graph(choice: Choice, *, fits: bool = True) -> object:
    mismatch = None if fits else Mismatch(None, (), Text("It does not fit.", "不匹配。"))
    return replace(carried("lenet"), architecture=choice.architecture, mismatch=mismatch)


def test_it_is_looked_into_when_its_graph_is_whole(
    qtbot: QtBot,
    state: AppState,
    service: InsightService,
    bench: Bench,
    choice: Choice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "user_model_net", raising=False)  # of a test that ran one in this process
    state.set_choice(choice)
    qtbot.wait(30)
    state.set_graph(graph(choice, fits=False))
    qtbot.wait(30)
    assert not bench.looks
    assert bench.warmed == [choice]
    state.set_graph(graph(choice))
    qtbot.waitUntil(lambda: state.insight is not None)
    assert bench.looks[-1][:2] == (choice, Weights())
    question = Question(Method.GRADIENT, 0)
    state.request_attribution(question)
    qtbot.waitUntil(lambda: bench.questions == [question])
    assert "user_model_net" not in sys.modules


def test_its_process_ends_when_another_network_is_chosen(
    qtbot: QtBot, state: AppState, service: InsightService, bench: Bench, choice: Choice
) -> None:
    bench.may_end.clear()
    state.set_choice(choice)
    state.set_graph(graph(choice))
    qtbot.waitUntil(lambda: bool(bench.looks))
    told: list[str] = []
    state.noticed.connect(lambda message, hint, level: told.append(str(message)))
    state.set_choice(LENET)
    qtbot.waitUntil(lambda: bench.ends == 1 and state.insight is not None)
    assert bench.is_abandoned.is_set()
    assert not told
