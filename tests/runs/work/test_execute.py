"""A plan is carried out: what is reported, kept, and decided by the plan alone."""

import errno
import queue
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from explorer import catalogue
from explorer.data import datasets
from explorer.data.batches import resize
from explorer.runs.folder import checkpoint
from explorer.runs.folder.checkpoint import Checkpoints
from explorer.runs.shelf.store import Status, Store
from explorer.runs.work import execute
from explorer.runs.work.execute import Execution
from explorer.runs.work.runner import Runner
from explorer.training import events as training_events
from explorer.training import loop
from explorer.training.events import (
    EndedEarly,
    EpochEnded,
    Finished,
    Preparing,
    Started,
    Steps,
    Stopped,
    Warned,
)
from tests.data.folders import tree
from tests.runs.digest import digest, plan, with_dropout
from tests.runs.trainings import advance, losses_of, start, wait_for_step

ROOT = Path(__file__).resolve().parents[3]


pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_whole_run(tmp_path):
    execution = Execution(plan(), "r", tmp_path)
    assert execution.snapshot() is None
    events = list(execution.events())
    kinds = [type(event) for event in events]
    assert kinds[0] is Preparing
    started = next(event for event in events if isinstance(event, Started))
    assert (started.epochs, started.steps_per_epoch, started.train_images, started.params) == (2, 10, 640, 61_706)
    assert (started.device, started.precision) == ("cpu", "fp32") or torch.cuda.is_available()
    assert len(losses_of(events)) == 20
    assert kinds.count(EpochEnded) == 2
    assert training_events.Testing in kinds
    saved = checkpoint.weights(tmp_path)
    assert (saved.step, saved.epoch) == (20, 2)
    assert len(saved.classes) == 10
    assert digest(saved.weights) == digest(execution.snapshot().weights)
    best = checkpoint.weights(tmp_path, "best")
    ends = [event for event in events if isinstance(event, EpochEnded)]
    assert best.step == max(ends, key=lambda end: end.test_accuracy).step


def test_images_that_cannot_be_read_are_told_once(tmp_path):
    images = tree(tmp_path / "images")
    (images / "cat" / "broken.png").write_bytes(b"no picture")
    choice = replace(plan().choice, input_shape=(3, 28, 28))
    of_folder = replace(plan(), choice=choice, dataset=f"folder:{images}", data_dir=None)
    events = list(Execution(of_folder, "r", tmp_path / "run").events())
    warned = [event for event in events if isinstance(event, Warned)]
    assert [event.message.en for event in warned] == ["An image cannot be read and is left out: broken.png."]
    assert "Labs, Data" in warned[0].hint.en
    of_longer = replace(of_folder, config=replace(of_folder.config, epochs=3))
    again = list(Execution(of_longer, "r", tmp_path / "run", resume=True).events())
    assert any(isinstance(event, EpochEnded) for event in again)
    assert not any(isinstance(event, Warned) for event in again)


def test_same_plan_same_losses_whatever_ran_before(tmp_path):
    first = losses_of(Execution(plan(), "a", tmp_path / "a").events())
    torch.manual_seed(99)
    torch.rand(3)
    assert losses_of(Execution(plan(), "b", tmp_path / "b").events()) == first
    other = replace(plan(), config=replace(plan().config, seed=1))
    assert losses_of(Execution(other, "c", tmp_path / "c").events()) != first


def test_dropout_draws_from_the_runs_own_state(tmp_path, every_step, monkeypatch):
    def build(choice):
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.Dropout(), nn.Linear(16, 10))

    monkeypatch.setattr(catalogue, "build", build)
    straight = losses_of(Execution(plan(), "a", tmp_path / "a").events())
    before = torch.get_rng_state()
    disturbed = []
    for event in Execution(plan(), "b", tmp_path / "b").events():
        assert torch.equal(torch.get_rng_state(), before)
        if isinstance(event, Steps):
            disturbed += event.losses
            torch.rand(5)
            before = torch.get_rng_state()
    assert disturbed == straight
    # Stopped in the middle of an epoch, and gone on with: the same draws.
    first = losses_of(advance(Execution(plan(), "c", tmp_path / "c"), 3))
    rest = losses_of(Execution(plan(), "c", tmp_path / "c", resume=True).events())
    assert first + rest == straight


def test_every_option_has_its_effect(tmp_path, everything):
    losses = {}
    for name in (None, "schedule", "nesterov", "label_smoothing", "clip_norm", "freeze", "augment", "weight_decay"):
        config = everything.config if name is None else replace(everything.config, **{name: OFF[name]})
        execution = Execution(replace(everything, config=config), "r", tmp_path / str(name))
        losses[name] = tuple(losses_of(execution.events()))
    assert len(set(losses.values())) == len(losses)


OFF = {
    "schedule": "constant", "nesterov": False, "label_smoothing": 0.0, "clip_norm": 0.0, "freeze": (), "augment": False,
    "weight_decay": 0.0,
}  # fmt: skip


def test_with_averaging_the_averaged_weights_are_kept_and_the_learning_ones_go_on(tmp_path, everything):
    execution = Execution(everything, "r", tmp_path)
    events = list(execution.events())
    kept = checkpoint.weights(tmp_path)
    learning = torch.load(next((tmp_path / "checkpoints").glob(f"step-{kept.step:08d}.state")))["learning"]
    assert digest(kept.weights) == digest(execution.snapshot().weights)
    assert digest(kept.weights) != digest(learning)
    # What is kept is what was tested.
    model = with_dropout(everything.choice).eval()
    model.load_state_dict(kept.weights)
    dataset = datasets.load("digits", limit=640)
    mean, std = dataset.normalisation(1)
    images = resize(dataset.test.images, (28, 28))
    with torch.no_grad():
        right = (model((images / 255 - mean[0]) / std[0]).argmax(1) == dataset.test.labels).float().mean().item()
    ends = [event for event in events if isinstance(event, EpochEnded)]
    assert right == pytest.approx(ends[-1].test_accuracy, abs=0.003)


def test_an_early_end_is_a_finish_that_says_why(tmp_path):
    what = plan(epochs=30, patience=1, lr=1e-30, limit=128)
    store = Store(tmp_path / "runs")
    run, runner = start(store, what)
    assert runner.join(60)
    events = runner.drain()
    assert isinstance(events[-2], EndedEarly)
    assert events[-1] == Finished(run)
    record, history = store.record(run), store.history(run)
    assert (record.status, record.epochs_done) == (Status.FINISHED, 2)
    assert history.ended_early == events[-2]
    store.close()


def test_the_plan_decides_the_threads(tmp_path):
    before = torch.get_num_threads()
    try:
        list(Execution(plan(threads=2, epochs=1), "r", tmp_path, leave_a_core=True).events())
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_loading_tells_its_progress_and_stops_when_asked(tmp_path, monkeypatch):
    told = []

    def endless_load(*args, is_cancelled=None, progress=None, **kwargs):
        from explorer.bilingual import Text

        while not is_cancelled():
            told.append(len(told))
            progress(Text("Fetching", "获取"), 1 - 1 / (1 + told[-1]))
            time.sleep(0.01)
        raise datasets.Cancelled

    monkeypatch.setattr(datasets, "load", endless_load)
    runner = Runner("r", lambda: Execution(plan(), "r", tmp_path))
    runner.start()
    events = []
    while len([event for event in events if isinstance(event, Preparing) and event.fraction]) < 3:
        events += runner.drain()
        time.sleep(0.01)
    runner.stop()
    assert runner.join(60)
    events += runner.drain()
    fractions = [event.fraction for event in events if isinstance(event, Preparing) and event.fraction]
    assert fractions == sorted(fractions)
    assert len(fractions) > 2
    assert events[-1] == Stopped("r")


def test_lenet_gives_snapshots_pauses_and_stops(tmp_path):
    store = Store(tmp_path / "runs")
    run, runner = start(store, plan(epochs=1000, limit=None))
    wait_for_step(runner)
    steps = [snapshot_of(runner).step for _ in range(5)]
    assert steps[0] >= 1
    assert steps == sorted(steps)
    runner.pause()
    held = [snapshot_of(runner).step for _ in range(2)]
    runner.drain()
    time.sleep(0.2)
    assert held[1] == held[0] == snapshot_of(runner).step
    assert runner.drain() == []
    runner.resume()
    wait_for_step(runner)
    runner.stop()
    assert runner.join(60)
    record = store.record(run)
    assert record.status == Status.STOPPED
    assert record.steps == checkpoint.weights(store.folder(run)).step
    store.close()


def snapshot_of(runner):
    got = queue.SimpleQueue()
    runner.request_snapshot(got.put)
    return got.get(timeout=60)


def test_a_report_is_due_every_fifty_milliseconds():
    assert loop.REPORT_SECONDS == 0.05


def test_on_a_full_disk_the_last_weights_take_the_place_of_those_for_looking_back(tmp_path, monkeypatch):
    save = Checkpoints.save

    def full(self, *arguments):
        if any((tmp_path / "snapshots").glob("*")):
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(self, *arguments)

    monkeypatch.setattr(Checkpoints, "save", full)
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: False)
    what = plan(epochs=1, limit=64)
    list(Execution(what, "r", tmp_path).events())
    assert checkpoint.weights(tmp_path).step == 1
    assert not list((tmp_path / "snapshots").glob("*"))
