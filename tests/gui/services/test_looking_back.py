"""Looking back in time: the state knows the moments of a run and what was found in them; everything follows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from explorer.gui.services import looking_back
from explorer.gui.services.insights import InsightService
from explorer.gui.services.looking_back import LookingBack
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun, PinnedImage, Untrained
from explorer.inspection import untrained
from explorer.inspection.insight import Method, Question
from explorer.runs.folder import checkpoint
from explorer.runs.folder.checkpoint import read_moment
from explorer.runs.folder.names import SNAPSHOTS
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.runs.work.execute import Execution
from explorer.training.config import TrainConfig
from tests.gui.stored_moments import DIGITS, LENET, STEPS, stored_run, write_moment

PATIENCE = 60_000  # ms
IMAGE = PinnedImage(np.arange(64, dtype=np.uint8).reshape(8, 8, 1) * 4, "mine", label="3", classes=DIGITS)


class Program:
    """The services that look into a run, without a window."""

    def __init__(self, root: Path) -> None:
        self.state, self.store = AppState(LENET), Store(root)
        self.run = stored_run(self.store)
        self.folder = self.store.folder(self.run)
        self.control = RunControl(self.state, self.store)
        self.insights = InsightService(self.state, self.control)
        self.back = LookingBack(self.state, self.control, self.insights.own_bench)
        self.state.set_image(IMAGE)
        self.state.set_ready()

    def close(self) -> None:
        self.control.close()
        self.insights.close()
        self.back.close()
        self.store.close()

    def is_settled(self) -> bool:
        return not self.back.is_busy and not self.insights.is_busy and self.state.insight is not None


@pytest.fixture
def program(qapp: object, tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path / "runs")
    yield program
    program.close()


def settled(qtbot: QtBot, program: Program) -> None:
    qtbot.waitUntil(program.is_settled, timeout=PATIENCE)


def known(program: Program) -> int:
    return 0 if program.state.past is None else len(program.state.past.figures)


def open_run(qtbot: QtBot, program: Program) -> None:
    qtbot.waitUntil(lambda: bool(program.state.runs), timeout=PATIENCE)
    program.state.set_weights(FromRun(program.run))
    qtbot.waitUntil(lambda: known(program) == len(STEPS), timeout=PATIENCE)
    settled(qtbot, program)


def test_all_moments_of_a_run_are_found_and_looked_at(qtbot: QtBot, program: Program) -> None:
    open_run(qtbot, program)
    past = program.state.past
    assert past is not None
    assert past.steps == STEPS
    assert [moment.roles for moment in past.moments] == [(), (), (), ("best",), ("last",)]
    assert (past.place(None), past.place(10), past.place(11)) == (4, 3, 3)
    insight = program.state.insight
    assert insight is not None
    now = {prediction.index: prediction.probability for prediction in insight.predictions}
    best = past.likeliest()
    assert best is not None
    assert past.probabilities(best)[-1] == pytest.approx(now[best])
    ends = past.ends("features.0", of_weights=True)
    assert ends is not None
    every = [untrained.build(LENET, step).state_dict()["features.0.weight"] for step in STEPS]
    assert ends == pytest.approx((min(w.min().item() for w in every), max(w.max().item() for w in every)))
    assert past.sequence("features.0") is not None


def test_another_moment_is_looked_into(qtbot: QtBot, program: Program) -> None:
    open_run(qtbot, program)
    for step in (0, 10):
        program.state.set_weights(FromRun(program.run, moment=step))
        settled(qtbot, program)
        insight = program.state.insight
        assert insight is not None
        expected = untrained.build(LENET, step).state_dict()["features.0.weight"].numpy()
        assert np.array_equal(insight.filters["features.0"], expected)
        assert f"step {step}" in insight.origin.en
    assert known(program) == len(STEPS)  # what is known of the moments stays


def test_another_image_is_looked_at_in_all_moments(qtbot: QtBot, program: Program) -> None:
    open_run(qtbot, program)
    before = program.state.past
    program.state.set_image(replace(IMAGE, pixels=IMAGE.pixels[::-1].copy()))
    assert known(program) == 0
    qtbot.waitUntil(lambda: known(program) == len(STEPS), timeout=PATIENCE)
    after = program.state.past
    assert before is not None
    assert after is not None
    assert before.probabilities(3) != after.probabilities(3)


def test_a_damaged_moment_is_left_out(qtbot: QtBot, program: Program) -> None:
    path = program.folder / SNAPSHOTS / "step-00000005.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    noticed = QSignalSpy(program.state.noticed)
    qtbot.waitUntil(lambda: bool(program.state.runs), timeout=PATIENCE)
    program.state.set_weights(FromRun(program.run))
    qtbot.waitUntil(lambda: known(program) == len(STEPS) - 1, timeout=PATIENCE)
    settled(qtbot, program)
    assert program.state.past is not None
    assert program.state.past.probabilities(3)[2] is None
    assert noticed.count() == 0
    program.state.set_weights(FromRun(program.run, moment=5))  # asked for, it is said
    qtbot.waitUntil(lambda: noticed.count() == 1, timeout=PATIENCE)
    assert "damaged" in str(noticed.at(0)[0])


def test_moments_that_come_later_are_found(qtbot: QtBot, program: Program) -> None:
    open_run(qtbot, program)
    path = write_moment(program.folder / SNAPSHOTS, 15)
    program.state.runs_changed.emit()
    qtbot.waitUntil(lambda: known(program) == len(STEPS) + 1, timeout=PATIENCE)
    assert program.state.past is not None
    assert read_moment(path).step in program.state.past.steps


def test_other_weights_have_no_past(qtbot: QtBot, program: Program) -> None:
    open_run(qtbot, program)
    program.state.set_weights(Untrained())
    assert program.state.past is None
    settled(qtbot, program)


def test_a_question_is_answered_anew_at_another_moment(qtbot: QtBot, program: Program) -> None:
    open_run(qtbot, program)
    state = program.state
    state.request_attribution(Question(Method.GRADIENT, 3))
    qtbot.waitUntil(lambda: state.attribution is not None, timeout=PATIENCE)
    first = state.attribution
    assert first is not None
    state.set_weights(FromRun(program.run, moment=1))
    assert state.attribution is first  # stays until the new one is there
    qtbot.waitUntil(lambda: state.attribution is not None and state.attribution is not first, timeout=PATIENCE)
    second = state.attribution
    assert second is not None
    assert second.question == first.question
    assert not np.array_equal(first.heat, second.heat)
    state.set_weights(Untrained())
    assert state.attribution is None


def test_a_training_whose_moments_are_looked_at_learns_the_same_to_the_bit(
    qtbot: QtBot, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("REST_MS", 1), ("SHARE_BESIDE_TRAINING", 1.0)):
        monkeypatch.setattr(looking_back, name, value)
    plan = RunPlan(LENET, "digits", None, TrainConfig(epochs=3, batch_size=32, lr=0.05, device="cpu", seed=3))
    alone = tmp_path / "alone"
    alone.mkdir()
    for _ in Execution(plan, "alone", alone, leave_a_core=True).events():
        pass
    state = program.state
    seen: set[int] = set()
    state.past_changed.connect(lambda: seen.update(() if state.past is None else state.past.figures))
    program.control.start(plan)
    qtbot.waitUntil(lambda: state.training is not None, timeout=PATIENCE)
    run = state.training
    assert run is not None
    program.back._glance.setInterval(50)
    qtbot.waitUntil(lambda: state.training is None, timeout=PATIENCE)
    assert len(seen) > 2  # while it trained
    expected, found = checkpoint.weights(alone), checkpoint.weights(program.store.folder(run))
    assert found.step == expected.step
    assert all(torch.equal(found.weights[name], expected.weights[name]) for name in expected.weights)
