"""Gradients and strongest images of a user's model: asked of its own process, if the user has agreed to the code."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.user_model import own, recent, source
from explorer.graph.user_model.recent import Recent
from explorer.gui.services import layer_signals
from explorer.gui.services.layer_signals import LayerSignals
from explorer.gui.services.map_drivers import MapDrivers
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun
from explorer.inspection.signals import LayerSignal, Signals
from explorer.inspection.strongest import Strongest
from explorer.runs.folder.names import SNAPSHOTS
from explorer.runs.looking import learning
from explorer.runs.looking.workbench import Weights
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from tests.graph.test_user_model import GOOD, write
from tests.gui.stored_moments import write_moment

STEPS = (0, 4, 9)


class Bench:
    """In place of `OwnBench`: says what it is asked, and can be made to wait or to fail."""

    def __init__(self) -> None:
        self.asked: list[Weights] = []
        self.ends = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.failure: ExplorerError | None = None

    def signals(
        self, choice: object, weights: Weights, images: object, labels: object, *, is_cancelled: Callable[[], bool]
    ) -> Signals:
        self.asked.append(weights)
        while not self.may_go_on.wait(0.005):
            if is_cancelled():
                raise ExplorerError(Text("cancelled", "已取消"))
        if self.failure is not None:
            raise self.failure
        return Signals(1.0 + (weights.moment or 0), (LayerSignal("conv", 0.5, 0.1),), ())

    def strongest(
        self, choice: object, weights: Weights, images: object, path: str, **asked: object
    ) -> Strongest | None:
        self.asked.append(weights)
        if self.failure is not None:
            raise self.failure
        places = np.zeros((4, 8), np.int64)
        return Strongest(np.zeros((4, 8), np.float32), places, places, places)

    def end(self) -> None:
        self.ends += 1


class Program:
    def __init__(self, folder: Path) -> None:
        self.path, self.store, self.bench = write(folder, GOOD), Store(folder / "runs"), Bench()
        self.own = own.describe(self.path, source.choose(self.path, None), (1, 28, 28))
        self.plan = RunPlan(self.own.card.default_choice(), "digits", own=self.own)
        self.runs = tuple(self.stored() for _ in range(3))
        catalogue.add_own(self.own)
        self.state = AppState(self.plan.choice)
        self.control = RunControl(self.state, self.store)
        self.state.set_ready()

    def stored(self) -> str:
        record = self.store.create(self.plan)
        for step in STEPS:
            write_moment(self.store.folder(record.id) / SNAPSHOTS, step)
        return record.id

    def agree(self) -> None:
        recent.save(Recent().with_trust(self.path))


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    program = Program(tmp_path)
    monkeypatch.setattr(learning, "OwnBench", lambda: program.bench)
    monkeypatch.setattr(layer_signals, "GLANCE_MS", 20)
    qtbot.waitUntil(lambda: len(program.state.runs) == len(program.runs))
    yield program
    program.control.close()
    program.store.close()
    catalogue.remove_own(program.own.card.name)


@pytest.fixture
def signals(program: Program) -> Iterator[LayerSignals]:
    signals = LayerSignals(program.state, program.control)
    yield signals
    signals.close()


def test_the_moments_of_three_runs_are_measured_in_its_process(
    qtbot: QtBot, program: Program, signals: LayerSignals
) -> None:
    program.agree()
    signals.watch(program.runs)
    qtbot.waitUntil(lambda: all(len(signals.measured(run)) == len(STEPS) for run in program.runs))
    assert {step: found.loss for step, found in signals.measured(program.runs[1]).items()} == {0: 1.0, 4: 5.0, 9: 10.0}
    assert all(weights.own == program.own for weights in program.bench.asked)
    folders = [program.store.folder(run) for run in program.runs]
    assert [weights.folder for weights in program.bench.asked] == [folder for folder in folders for _ in STEPS]
    assert not program.bench.ends
    signals.watch(())
    qtbot.waitUntil(lambda: program.bench.ends == 1)  # nothing of it stays in the background


def test_code_that_was_not_agreed_to_is_not_run(qtbot: QtBot, program: Program, signals: LayerSignals) -> None:
    run = program.runs[0]
    signals.watch((run,))
    qtbot.waitUntil(lambda: signals.error(run) is not None)
    error = signals.error(run)
    assert error is not None
    assert "not opened yet" in error.message.en
    assert "尚未打开过" in error.message.zh
    assert not program.bench.asked
    program.agree()
    signals.watch(())
    signals.watch((run,))
    qtbot.waitUntil(lambda: len(signals.measured(run)) == len(STEPS))


def test_a_model_that_fails_is_tried_once_and_told(qtbot: QtBot, program: Program, signals: LayerSignals) -> None:
    program.agree()
    program.bench.failure = ExplorerError(Text("Running net.py, line 3 raised KeyError.", "出现 KeyError。"))
    signals.watch(program.runs[:1])
    qtbot.waitUntil(lambda: signals.error(program.runs[0]) is program.bench.failure)
    signals._look_again()  # as for a run that goes on
    qtbot.wait(60)
    assert len(program.bench.asked) == 1


def test_who_chooses_another_run_does_not_wait(qtbot: QtBot, program: Program, signals: LayerSignals) -> None:
    program.agree()
    program.bench.may_go_on.clear()
    signals.watch(program.runs[:1])
    qtbot.waitUntil(lambda: len(program.bench.asked) == 1)
    signals.watch(program.runs[1:2])
    qtbot.waitUntil(lambda: len(program.bench.asked) == 2)
    program.bench.may_go_on.set()
    qtbot.waitUntil(lambda: len(signals.measured(program.runs[1])) == len(STEPS))
    assert not signals.measured(program.runs[0])
    signals.watch(program.runs[:1])  # what was given up is measured after all
    qtbot.waitUntil(lambda: len(signals.measured(program.runs[0])) == len(STEPS))


def test_the_window_closes_while_a_model_hangs(qtbot: QtBot, program: Program) -> None:
    signals = LayerSignals(program.state, program.control)
    program.agree()
    program.bench.may_go_on.clear()
    signals.watch(program.runs[:1])
    qtbot.waitUntil(lambda: len(program.bench.asked) == 1)
    signals.close()
    assert program.bench.ends == 1


@pytest.fixture
def drivers(program: Program) -> Iterator[MapDrivers]:
    drivers = MapDrivers(program.state, program.control, program.bench)  # type: ignore[arg-type]
    yield drivers
    drivers.close()


def test_the_strongest_images_are_asked_of_its_process(qtbot: QtBot, program: Program, drivers: MapDrivers) -> None:
    program.state.set_weights(FromRun(program.runs[0], moment=4))
    program.state.request_drivers("conv")
    qtbot.waitUntil(lambda: program.state.drivers is not None)
    assert program.state.drivers is not None
    assert program.state.drivers.dataset == "digits"
    assert program.state.drivers.pixels.shape[1:] == (28, 28, 1)
    (weights,) = program.bench.asked
    assert (weights.folder, weights.moment) == (program.store.folder(program.runs[0]), 4)


def test_a_model_that_fails_there_is_told(qtbot: QtBot, program: Program, drivers: MapDrivers) -> None:
    program.bench.failure = ExplorerError(Text("Running net.py, line 3 raised KeyError.", "出现 KeyError。"))
    with qtbot.waitSignal(program.state.noticed) as told:
        program.state.request_drivers("conv")
    assert told.args[0] == program.bench.failure.message
    assert program.state.drivers is None
