"""Runs whose steps are recorded, on a stand-in for CUDA graphs: with every option, to the bit those of plain steps."""

from dataclasses import replace

import pytest
import torch

from explorer.runs.work.execute import Execution
from explorer.runs.work.runner import Runner
from explorer.training import optimizers, speed
from explorer.training.events import EpochEnded, Failed, Steps, Warned
from explorer.training.graphs import WARM_UPS
from tests.runs.digest import digest, plan
from tests.runs.trainings import advance, losses_of
from tests.training.tape import TapeRecorder

BATCHES = 10  # of an epoch of `plan`

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def recorders(monkeypatch):
    """Steps are recorded on tapes, and optimizers are fused as on a GPU, whose steps wait for nothing."""
    made = []

    def recorder_for(device):
        made.append(TapeRecorder())
        return made[-1]

    monkeypatch.setattr(speed, "recorder_for", recorder_for)
    monkeypatch.setattr(optimizers, "_fused", lambda device: True)
    return made


def with_speed(what, name):
    return replace(what, config=replace(what.config, speed=name))


def run(what, folder, **options):
    """Losses, tests and a digest of the weights of a run."""
    execution = Execution(what, "r", folder, **options)
    events = list(execution.events())
    assert not [event for event in events if isinstance(event, Warned)]
    tests = [(event.test_loss, event.test_accuracy) for event in events if isinstance(event, EpochEnded)]
    return losses_of(events), tests, digest(execution.snapshot().weights)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_a_recorded_run_has_the_bits_of_a_plain_one(tmp_path, recorders, optimizer):
    what = plan(optimizer=optimizer, lr=2**-7, batch_size=60)  # a float32: 640 images leave a smaller last batch
    plain = run(with_speed(what, "plain"), tmp_path / "a")
    assert run(with_speed(what, "graphs"), tmp_path / "b") == plain
    assert (recorders[0].warm_ups, recorders[0].records) == (WARM_UPS, 1)
    assert recorders[0].replays == 2 * BATCHES - WARM_UPS


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_every_option_takes_part_in_recorded_steps(tmp_path, recorders, everything, optimizer):
    what = replace(everything, config=replace(everything.config, optimizer=optimizer, nesterov=optimizer == "sgd"))
    found = [run(with_speed(what, name), tmp_path / name)[:2] for name in ("plain", "graphs")]
    # The rates of a schedule are rounded to float32 on the device.
    torch.testing.assert_close(torch.tensor(found[0][0]), torch.tensor(found[1][0]), rtol=1e-4, atol=1e-5)
    assert recorders[0].replays > 2 * BATCHES


@pytest.mark.parametrize("steps", [1, 3, 4, 5, 14, 27])
def test_a_recorded_run_that_is_resumed_has_the_bits_of_one_that_was_not_stopped(
    tmp_path,
    recorders,
    every_step,
    everything,
    steps,
):
    what = with_speed(everything, "graphs")
    straight, _, whole = run(what, tmp_path / "a")
    first = losses_of(advance(Execution(what, "r", tmp_path / "b"), steps))
    rest, _, end = run(what, tmp_path / "b", resume=True)
    assert first + rest == straight
    assert end == whole
    assert len(recorders) == 3


def test_a_rate_that_is_changed_is_that_of_the_next_recorded_steps(tmp_path, recorders, every_step):
    found = []
    for name in ("plain", "graphs"):
        execution = Execution(with_speed(plan(lr=2**-4), name), "r", tmp_path / name)
        losses, rates = [], []
        for event in execution.events():
            if isinstance(event, Steps):
                losses += event.losses
                rates.append(event.lr)
                if event.step == 7:
                    execution.set_lr(2**-6)
        found.append((losses, rates, digest(execution.snapshot().weights)))
    assert found[0] == found[1]
    assert set(found[0][1]) == {2**-4, 2**-6}


def test_rates_are_told_as_they_were_set(tmp_path, recorders, every_step):
    events = Execution(with_speed(plan(lr=0.1), "graphs"), "r", tmp_path).events()
    assert {event.lr for event in events if isinstance(event, Steps)} == {0.1}
    assert recorders[0].replays > 0


def test_a_loss_that_is_no_number_ends_a_recorded_run(tmp_path, recorders, every_step):
    what = with_speed(plan(lr=1e30), "graphs")
    runner = Runner("r", lambda: Execution(what, "r", tmp_path))
    runner.start()
    assert runner.join(60)
    ending = runner.drain()[-1]
    assert isinstance(ending, Failed)
    assert "stopped being a number" in ending.message.en
