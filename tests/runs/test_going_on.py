"""A run that was broken off goes on with the same bits, in this process and in another."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.runs.folder import checkpoint
from explorer.runs.folder.checkpoint import Checkpoints
from explorer.runs.shelf.store import Store
from explorer.runs.work import execute
from explorer.runs.work.execute import Execution
from explorer.runs.work.runner import Runner
from explorer.training.events import (
    EpochEnded,
    Finished,
    Started,
    Steps,
)
from tests.runs.digest import digest, plan
from tests.runs.trainings import advance, losses_of, start, wait_for_step

ROOT = Path(__file__).resolve().parents[2]


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(
    ("optimizer", "steps"), [("sgd", 1), ("sgd", 10), ("sgd", 13), ("adam", 1), ("adam", 13), ("adamw", 10)]
)
def test_going_on_gives_the_same_bits(tmp_path, every_step, optimizer, steps):
    what = plan(optimizer=optimizer, lr=0.005)
    whole = Execution(what, "a", tmp_path / "a")
    straight = losses_of(whole.events())
    first = losses_of(advance(Execution(what, "b", tmp_path / "b"), steps))
    assert len(first) == steps
    second = Execution(what, "b", tmp_path / "b", resume=True)
    events = list(second.events())
    started = next(event for event in events if isinstance(event, Started))
    assert (started.step, started.epoch) == (steps, (steps - 1) // 10 if steps % 10 == 0 else steps // 10)
    assert first + losses_of(events) == straight
    assert digest(second.snapshot().weights) == digest(whole.snapshot().weights)
    ends = [event for event in events if isinstance(event, EpochEnded)]
    assert ends[-1].images == 640
    assert digest(checkpoint.weights(tmp_path / "a").weights) == digest(checkpoint.weights(tmp_path / "b").weights)


def test_going_on_in_another_process_gives_the_same_bits_and_looking_changes_nothing(tmp_path, every_step):
    whole = Execution(plan(), "a", tmp_path / "a")
    straight = losses_of(whole.events())
    first = losses_of(advance(Execution(plan(), "b", tmp_path / "b"), 5))
    line = [sys.executable, "-m", "tests.runs.digest", str(tmp_path / "b")]
    done = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True)
    rest = json.loads(done.stdout)
    assert first + rest["losses"] == straight
    assert rest["digest"] == digest(whole.snapshot().weights)


@pytest.mark.parametrize("steps", [1, 10, 14, 27])
def test_going_on_gives_the_same_bits_with_every_option(tmp_path, every_step, everything, steps):
    whole = Execution(everything, "a", tmp_path / "a")
    straight = list(whole.events())
    first = advance(Execution(everything, "b", tmp_path / "b"), steps)
    second = Execution(everything, "b", tmp_path / "b", resume=True)
    rest = list(second.events())
    assert losses_of(first) + losses_of(rest) == losses_of(straight)
    rates = [event.lr for event in (*first, *rest) if isinstance(event, Steps)]
    assert rates == [event.lr for event in straight if isinstance(event, Steps)]
    assert len(set(rates)) == 30
    tests = [event.test_loss for event in (*first, *rest) if isinstance(event, EpochEnded)]
    assert tests == [event.test_loss for event in straight if isinstance(event, EpochEnded)]
    assert digest(second.snapshot().weights) == digest(whole.snapshot().weights)
    for which in ("last", "best"):
        saved = [digest(checkpoint.weights(tmp_path / name, which).weights) for name in "ab"]
        assert saved[0] == saved[1]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("steps", [1, 14])
def test_going_on_gives_the_same_bits_on_a_gpu_in_exact_mode(tmp_path, every_step, everything, steps):
    exact = replace(everything, config=replace(everything.config, device="cuda", exact=True))
    whole = Execution(exact, "a", tmp_path / "a")
    straight = losses_of(whole.events())
    first = losses_of(advance(Execution(exact, "b", tmp_path / "b"), steps))
    second = Execution(exact, "b", tmp_path / "b", resume=True)
    assert first + losses_of(second.events()) == straight
    assert digest(second.snapshot().weights) == digest(whole.snapshot().weights)
    assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.slow  # quicker ones: in another process with the usual options, and in this one with every option
def test_going_on_in_another_process_gives_the_same_bits_with_every_option(tmp_path, every_step, everything):
    whole = Execution(everything, "a", tmp_path / "a")
    straight = losses_of(whole.events())
    first = losses_of(advance(Execution(everything, "b", tmp_path / "b"), 13))
    line = [sys.executable, "-m", "tests.runs.digest", str(tmp_path / "b"), "all"]
    done = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True)
    rest = json.loads(done.stdout)
    assert first + rest["losses"] == straight
    assert rest["digest"] == digest(whole.snapshot().weights)


def test_a_finished_run_that_is_resumed_has_nothing_left_to_do(tmp_path):
    list(Execution(plan(), "r", tmp_path).events())
    events = list(Execution(plan(), "r", tmp_path, resume=True).events())
    assert losses_of(events) == []
    assert checkpoint.weights(tmp_path).step == 20


def test_a_run_that_never_saved_starts_from_the_beginning(tmp_path):
    events = list(Execution(plan(epochs=1), "r", tmp_path, resume=True).events())
    assert len(losses_of(events)) == 10


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    advance(Execution(plan(), "r", tmp_path), 1)
    other = replace(plan(), choice=catalogue.find("mnist_residual").default_choice())
    with pytest.raises(ExplorerError, match="do not fit"):
        list(Execution(other, "r", tmp_path, resume=True).events())


def test_a_stored_run_goes_on_and_its_curves_have_no_seam(tmp_path):
    store = Store(tmp_path / "runs")
    what = plan(epochs=3)
    run, runner = start(store, what)
    wait_for_step(runner, 3)
    runner.stop()
    assert runner.join(60)
    resumed = Runner(run, lambda: Execution(what, run, store.folder(run), resume=True), recorder=store.recorder(run))
    resumed.start()
    assert resumed.join(60)
    assert resumed.drain()[-1] == Finished(run)
    history = store.history(run)
    straight = losses_of(Execution(what, "s", tmp_path / "s").events())
    assert history.losses.tolist() == straight
    assert store.record(run).epochs_done == 3
    store.close()


def test_no_weights_are_ahead_of_the_events_that_are_kept(store, monkeypatch, every_step):
    """Else a kill would leave a gap in the curves, and an epoch that was never heard of again."""
    run, kept, save = store.create(plan(epochs=2)).id, [], Checkpoints.save

    def look_and_save(self, snapshot, state):
        history = store.history(run)
        kept.append((snapshot.step, history.step, snapshot.epoch, len(history.epoch_ends)))
        return save(self, snapshot, state)

    monkeypatch.setattr(Checkpoints, "save", look_and_save)
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: True)
    runner = Runner(run, lambda: Execution(store.plan(run), run, store.folder(run)), recorder=store.recorder(run))
    runner.start()
    assert runner.join(60)
    assert len(kept) > 20
    assert all(step == told and epoch == ended for step, told, epoch, ended in kept)
