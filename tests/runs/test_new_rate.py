"""A learning rate that is changed while a run trains."""

import shutil
import time
from contextlib import closing

import pytest
import torch

from explorer.runs.shelf.store import Store
from explorer.runs.work.execute import Execution
from explorer.training.events import (
    LearningRateChanged,
    Steps,
)
from tests.runs.digest import plan
from tests.runs.trainings import start, wait_for_step

pytestmark = pytest.mark.usefixtures("one_thread")


def train_with_changes(folder, what, changes, *, stop_at=None):
    """Losses, rates and what became of `changes`, {step: learning rate}; a second execution goes on at `stop_at`."""
    losses, rates, told = [], [], []
    execution = Execution(what, "r", folder)
    events = execution.events()
    while True:
        for event in events:
            if isinstance(event, Steps):
                losses += event.losses
                rates.append(event.lr)
                if event.step in changes:
                    told.append(execution.set_lr(changes[event.step]))
                if event.step == stop_at:
                    break
        else:
            return losses, rates, told
        events.close()
        execution, stop_at = Execution(what, "r", folder, resume=True), None
        events = execution.events()


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_rate_that_is_changed_under_way_holds_and_is_resumed(tmp_path, every_step, schedule):
    what = plan(schedule=schedule, lr=0.08)
    usual = train_with_changes(tmp_path / "a", what, {})
    straight = train_with_changes(tmp_path / "b", what, {4: 0.01, 11: 0.002})
    losses, rates, told = straight
    assert [(event.step, event.lr) for event in told] == [(4, 0.01), (11, 0.002)]
    assert losses[:5] == usual[0][:5]
    assert losses[5] != usual[0][5]
    assert rates[4] == pytest.approx(0.01)
    assert rates[11] == pytest.approx(0.002)
    # The schedule goes on from there in the same proportions.
    factors = [rate / before for rate, before in zip(rates, usual[1], strict=True)]
    assert factors == pytest.approx([1.0] * 4 + [told[0].factor] * 7 + [told[1].factor] * 9)
    for stop_at in (4, 6, 12):
        folder = tmp_path / f"stopped at {stop_at}"
        assert train_with_changes(folder, what, {4: 0.01, 11: 0.002}, stop_at=stop_at) == straight


def test_a_change_is_written_down_and_read_back(tmp_path):
    store = Store(tmp_path / "runs")
    what = plan(epochs=1000)
    run, runner = start(store, what)
    wait_for_step(runner)
    assert runner.set_lr(0.003)
    events, end = [], time.monotonic() + 60
    while not any(isinstance(event, LearningRateChanged) for event in events):
        assert time.monotonic() < end
        time.sleep(0.005)
        events += runner.drain()
    (change,) = (event for event in events if isinstance(event, LearningRateChanged))
    events += wait_for_step(runner, change.step + 5)
    runner.stop()
    assert runner.join(60)
    assert not runner.set_lr(0.1)
    history = store.history(run)
    assert [(made.step, made.lr) for made in history.lr_changes] == [(change.step, pytest.approx(0.003))]
    assert history.lrs.tolist() == [pytest.approx(0.05), pytest.approx(0.003)]
    assert history.lr_steps[1] > change.step
    store.close()


def rests(runner, folder, before=None):
    """Waits for a checkpoint of the paused run that is another than `before`; its list and position."""
    end = time.monotonic() + 60
    while True:
        assert time.monotonic() < end, "nothing was saved"
        state = sorted((folder / "checkpoints").glob("step-*.state"))
        if runner.is_paused and state and (found := torch.load(state[-1])["position"]) != before:
            return found
        time.sleep(0.02)


def test_what_is_changed_while_a_run_is_paused_survives_a_kill(tmp_path):
    store = Store(tmp_path / "runs")
    run, runner = start(store, plan(epochs=1000))
    wait_for_step(runner)
    runner.pause()
    paused = rests(runner, store.folder(run))
    assert runner.set_lr(0.003)
    changed = rests(runner, store.folder(run), before=paused)
    killed = tmp_path / "killed"
    shutil.copytree(store.folder(run), killed)  # as the process leaves it that dies now
    runner.stop()
    assert runner.join(60)
    store.close()
    assert changed == {**paused, "factor": pytest.approx(0.003 / 0.05)}
    execution = Execution(plan(epochs=1000), run, killed, resume=True)
    with closing(execution.events()) as events:
        first = next(event for event in events if isinstance(event, Steps))
    assert first.step > paused["step"] > 0
    assert first.lr == pytest.approx(0.003)
