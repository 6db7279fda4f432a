"""The moments of a run of a user's model are looked at in the process that the model has, after what is waited for."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.user_model import own, source
from explorer.gui.services import looking_back
from explorer.gui.services.looking_back import LookingBack
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun, PinnedImage
from explorer.inspection.figures import Figures
from explorer.inspection.insight import Insight
from explorer.runs.looking.workbench import Image, Weights
from explorer.runs.shelf.store import Store
from tests.graph.test_user_model import GOOD, write
from tests.gui.stored_moments import DIGITS, STEPS, stored_run

IMAGE = PinnedImage(np.zeros((8, 8, 1), np.uint8), "mine", label="3", classes=DIGITS)
INSIGHT = Insight(Text("run 1", "运行 1"), True, IMAGE.pixels, (), {}, {})


class Bench:
    """In place of `OwnBench`."""

    def __init__(self) -> None:
        self.asked: list[int | None] = []
        self.fails: Callable[[int | None], bool] = lambda step: False

    def figures(self, choice: object, weights: Weights, image: Image) -> Figures:
        self.asked.append(weights.moment)
        if self.fails(weights.moment):
            raise ExplorerError(Text("no", "否"))
        return Figures(np.eye(10)[3] * (weights.moment or 0) / 20, {}, {})


class Program:
    def __init__(self, tmp_path: Path) -> None:
        path = write(tmp_path, GOOD)
        model = own.describe(path, source.choose(path, None), (1, 28, 28))
        catalogue.add_own(model)
        self.state, self.store, self.bench = AppState(model.card.default_choice()), Store(tmp_path / "runs"), Bench()
        self.run = stored_run(self.store)
        self.control = RunControl(self.state, self.store)
        self.back = LookingBack(self.state, self.control, self.bench)  # type: ignore[arg-type]
        self.state.set_image(IMAGE)
        self.state.set_ready()
        self.state.set_weights(FromRun(self.run))

    def shares(self) -> list[float | None]:
        return [] if self.state.past is None else self.state.past.probabilities(3)

    def close(self) -> None:
        self.control.close()
        self.back.close()
        self.store.close()


@pytest.fixture
def program(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setattr(looking_back, "REST_MS", 5)
    program = Program(tmp_path)
    yield program
    program.close()
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)


def test_a_model_of_the_user_has_a_curve_over_time(qtbot: QtBot, program: Program) -> None:
    qtbot.waitUntil(lambda: len(program.shares()) == len(STEPS))
    qtbot.wait(60)
    assert not program.bench.asked  # before it is known that it runs
    program.state.set_insight(INSIGHT)
    qtbot.waitUntil(lambda: None not in program.shares())
    assert program.shares() == pytest.approx([step / 20 for step in STEPS])
    assert program.bench.asked == list(STEPS)
    program.state.set_insight(None)
    program.state.set_image(replace(IMAGE, pixels=IMAGE.pixels + 1))
    qtbot.wait(60)
    assert len(program.bench.asked) == len(STEPS)  # the new image has not been looked at yet
    program.state.set_insight(INSIGHT)
    qtbot.waitUntil(lambda: None not in program.shares())


def test_a_model_that_fails_is_not_tried_with_all_moments(qtbot: QtBot, program: Program) -> None:
    program.bench.fails = lambda step: step == 1
    program.state.set_insight(INSIGHT)
    qtbot.waitUntil(lambda: 1 in program.bench.asked)
    qtbot.wait(60)
    assert program.bench.asked == [0, 1]


def test_a_moment_that_is_gone_does_not_end_the_curve(
    qtbot: QtBot, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: len(program.shares()) == len(STEPS))
    assert program.state.past is not None
    listed = program.state.past.moments
    monkeypatch.setattr(looking_back, "moments", lambda folder: listed)  # read before it went
    gone = listed[1]
    gone.path.unlink()
    program.bench.fails = lambda step: step == gone.step
    program.state.set_insight(INSIGHT)
    qtbot.waitUntil(lambda: program.shares().count(None) == 1)
    assert program.bench.asked == list(STEPS)
