"""Faults provoked, each with the state in which it has to end."""

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.runs.folder import checkpoint
from explorer.runs.shelf import store as stores
from explorer.runs.shelf.store import Status, Store
from explorer.runs.work import execute
from explorer.runs.work.execute import Execution
from explorer.runs.work.runner import Runner
from explorer.training.events import EpochEnded, Failed, Finished, Preparing, Steps, Warned
from tests.runs.digest import digest, plan
from tests.runs.recorded import PLAN, started, steps
from tests.runs.trainings import advance, losses_of

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("one_thread")


def train(store, record, *, resume=False, until=None):
    """To the end, or to step `until`; the events."""
    run, folder = record.id, store.folder(record.id)
    runner = Runner(run, lambda: Execution(record.plan, run, folder, resume=resume), recorder=store.recorder(run))
    runner.start()
    events, end = [], time.monotonic() + 60
    while not runner.has_ended:
        events += runner.drain()
        if until is not None and any(isinstance(event, Steps) and event.step >= until for event in events):
            runner.stop()
        assert time.monotonic() < end
        time.sleep(0.002)
    return events + runner.drain()


# -- not a number ----------------------------------------------------------------------------------------------------


class Poisoned(nn.Module):
    """Is fine for so many training steps; then its middle layer has a weight that is not a number."""

    def __init__(self, good_steps):
        super().__init__()
        self.first, self.middle, self.last = nn.Linear(784, 16), nn.Linear(16, 16), nn.Linear(16, 10)
        self._left = good_steps

    def forward(self, x):
        if self.training:
            self._left -= 1
        if self._left < 0:
            with torch.no_grad():
                self.middle.weight[0, 0] = torch.nan
        return self.last(self.middle(self.first(x.flatten(1))))


@pytest.mark.parametrize("saved", [True, False])
def test_a_loss_that_is_no_number_names_step_and_layer_and_keeps_the_last_good_weights(store, monkeypatch, saved):
    monkeypatch.setattr(catalogue, "build", lambda choice: Poisoned(17))
    monkeypatch.setattr(execute, "REPORT_SECONDS", 1e-9)
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: saved and is_epoch_end)
    record = store.create(plan())
    events = train(store, record)
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert "at step 18" in failed.message.en
    # From the checkpoint after 10 steps the model lives longer by what it did before: only the whole way repeats it.
    assert ("in the layer middle" in failed.message.en) is not saved
    assert losses_of(events) == losses_of(events)[:17]
    assert store.record(record.id).status == Status.FAILED
    assert store.record(record.id).can_resume
    if saved:
        kept = checkpoint.weights(store.folder(record.id))
        assert kept.step == 10
        assert checkpoint.is_finite(kept.weights)
    else:
        assert checkpoint.is_finite(checkpoint.weights(store.folder(record.id), "best").weights)


def test_a_learning_rate_that_is_too_high_says_where_it_began(store, monkeypatch):
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: True)
    record = store.create(replace(plan(), config=replace(plan().config, lr=1e6, batch_size=32)))
    failed = train(store, record)[-1]
    assert "in the layer " in failed.message.en
    named = failed.message.en.rpartition(" ")[2].rstrip(".")
    assert named in dict(catalogue.build(record.plan.choice).named_modules())
    assert checkpoint.is_finite(checkpoint.weights(store.folder(record.id)).weights)


# -- out of memory ---------------------------------------------------------------------------------------------------


class Greedy(nn.Module):
    """Has room for so many images."""

    room = 0
    built = 0

    def __init__(self):
        super().__init__()
        Greedy.built += 1
        self.linear = nn.Linear(784, 10)

    def forward(self, x):
        if self.training and len(x) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        return self.linear(x.flatten(1))


@pytest.mark.parametrize(("room", "said"), [(20, "size of 16 fits"), (27, "size of 24 fits"), (5, "of 5 fits")])
def test_out_of_memory_finds_a_batch_size_that_fits(store, monkeypatch, room, said):
    monkeypatch.setattr(Greedy, "room", room)
    monkeypatch.setattr(catalogue, "build", lambda choice: Greedy())
    record = store.create(plan(batch_size=100))
    before = torch.get_rng_state()
    events = train(store, record)
    assert torch.equal(torch.get_rng_state(), before)
    assert "100 images does not fit" in events[-1].message.en
    assert said in events[-1].hint.en
    tried = [event.what.en for event in events if isinstance(event, Preparing) and "Trying" in event.what.en]
    assert tried[0] == "Trying a batch size of 64"
    assert not (store.folder(record.id) / "checkpoints" / "checkpoints.json").exists()  # the run was not touched
    smaller = store.create(replace(record.plan, config=replace(record.plan.config, batch_size=room)))
    assert isinstance(train(store, smaller)[-1], Finished)


def test_where_nothing_fits_the_advice_is_another(store, monkeypatch):
    monkeypatch.setattr(Greedy, "room", 0)
    monkeypatch.setattr(catalogue, "build", lambda choice: Greedy())
    assert "smaller network" in train(store, store.create(plan()))[-1].hint.en


def test_memory_is_free_again_after_it_ran_out(store, monkeypatch):
    import gc
    import weakref

    alive = []

    def build(choice):
        alive.append(weakref.ref(model := Greedy()))
        return model

    monkeypatch.setattr(Greedy, "room", 8)
    monkeypatch.setattr(catalogue, "build", build)
    train(store, store.create(plan()))
    gc.collect()
    assert len(alive) == 2  # that of the run and that of the trials
    assert [model() for model in alive] == [None, None]


# -- the data goes away ----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "pictures"
    pixels = np.random.default_rng(0)
    for kind in ("cats", "dogs"):
        (made / kind).mkdir(parents=True)
        for number in range(40):
            Image.fromarray(pixels.integers(0, 255, (28, 28), np.uint8)).save(made / kind / f"{number}.png")
    return made


def of_folder(folder, epochs=3):
    choice = replace(plan().choice, classes=2)
    config = replace(plan().config, epochs=epochs, limit=None, batch_size=8, lr=0.01)
    return replace(plan(), choice=choice, dataset=f"folder:{folder}", config=config)


def test_a_data_set_that_is_removed_in_mid_run_does_not_matter(store, folder, monkeypatch):
    monkeypatch.setattr(execute, "REPORT_SECONDS", 1e-9)
    straight = train(store, store.create(of_folder(folder)))
    record = store.create(of_folder(folder))
    execution = Execution(record.plan, record.id, store.folder(record.id))
    found = []
    for event in execution.events():
        found.append(event)
        if isinstance(event, Steps) and event.step == 2:
            shutil.rmtree(folder)  # the images are in memory
    assert losses_of(found) == losses_of(straight)
    assert len([event for event in found if isinstance(event, EpochEnded)]) == 3


def test_resuming_with_other_data_says_so_and_goes_on(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(execute, "REPORT_SECONDS", 1e-9)
    what = of_folder(folder, epochs=2)

    def go_on(steps):
        return advance(Execution(what, "r", tmp_path / "r", resume=True), steps)

    told = [go_on(3), go_on(5)]
    (folder / "cats" / "7.png").touch()  # the same image
    told.append(go_on(7))
    Image.new("L", (28, 28), 3).save(folder / "cats" / "7.png")
    told.append(go_on(9))
    shutil.copy(folder / "cats" / "7.png", folder / "dogs" / "70.png")
    told.append(go_on(1000))
    warned = [[event.message.en for event in events if isinstance(event, Warned)] for events in told]
    assert warned[:3] == [[], [], []]
    assert [len(words) for words in warned[3:]] == [1, 1]
    assert "Some images are not those" in warned[3][0]
    assert "64 + 16 for training and testing then, 65 + 16 now" in warned[4][0]
    assert [event.epoch for event in told[4] if isinstance(event, EpochEnded)] == [1]


def test_resuming_without_the_data_says_the_path_and_keeps_the_run(store, folder, monkeypatch):
    monkeypatch.setattr(execute, "REPORT_SECONDS", 1e-9)
    straight = losses_of(train(store, store.create(of_folder(folder, epochs=20))))
    record = store.create(of_folder(folder, epochs=20))
    first = train(store, record, until=11)
    kept = digest(checkpoint.weights(store.folder(record.id)).weights)
    away = folder.with_name("elsewhere")
    folder.rename(away)
    failed = train(store, record, resume=True)[-1]
    assert isinstance(failed, Failed)
    assert str(folder) in f"{failed.message.en} {failed.hint.en}"
    assert store.record(record.id).can_resume
    assert digest(checkpoint.weights(store.folder(record.id)).weights) == kept
    away.rename(folder)
    rest = train(store, record, resume=True)
    assert isinstance(rest[-1], Finished)
    assert losses_of(first) + losses_of(rest) == straight


# -- the clock jumps -------------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_changes_no_duration(store, monkeypatch):
    jumps = iter(range(0, 10**9, 3600))
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - next(jumps))
    record = store.create(plan())
    began = time.monotonic()
    train(store, record)
    taken = time.monotonic() - began
    history = store.history(record.id)
    assert history.step == 20
    assert 0 < history.seconds <= taken
    assert store.record(record.id).status == Status.FINISHED


def test_a_clock_that_stands_still_gives_every_run_its_own_id(store, monkeypatch):
    class Still(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(stores, "datetime", Still)
    records = [store.create(PLAN) for _ in range(20)]
    assert len({record.id for record in records}) == 20
    assert [record.number for record in records] == list(range(1, 21))


# -- two programs on one folder --------------------------------------------------------------------------------------

_WRITER = """
import sys
sys.modules["torch"] = None  # the writer for TensorBoard would import it
from pathlib import Path
from explorer.runs.shelf.store import Store
from explorer.training.events import Finished
from tests.runs.recorded import PLAN, epoch_ended, started, steps
store = Store(Path(sys.argv[1]))
for number in range(6):
    run = store.create(PLAN).id
    recorder = store.recorder(run)
    for event in (started(run), steps(run, 10, 10), epoch_ended(run, 0), Finished(run)):
        recorder.append(event)
    recorder.close()
    store.records()
    if number % 3 == 2:
        store.delete(run)
store.close()
"""


def test_two_programs_write_in_one_folder_and_the_index_stays_whole(store):
    line = [sys.executable, "-c", _WRITER, str(store.root)]
    writers = [subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    while any(writer.poll() is None for writer in writers):
        store.records()
        time.sleep(0.05)
    for writer in writers:
        assert writer.wait() == 0, writer.stderr.read()
        writer.stderr.close()
    records = store.records()
    assert len(records) == 8
    assert len({record.number for record in records}) == 8
    assert all(record.status == Status.FINISHED for record in records)
    assert {path.name for path in store.root.iterdir() if path.is_dir()} == {record.id for record in records}
    (whole,) = store._index._connection.execute("PRAGMA integrity_check").fetchone()
    assert whole == "ok"


def test_a_run_is_neither_trained_nor_deleted_by_a_second_program(store):
    other = Store(store.root)
    record = other.create(PLAN)
    recorder = other.recorder(record.id)
    for event in (started(record.id), steps(record.id, 5, 5)):
        recorder.append(event)
    with pytest.raises(ExplorerError, match="being trained already"):
        store.recorder(record.id)
    with pytest.raises(ExplorerError, match="Stop it first"):
        store.delete(record.id)
    recorder.append(Finished(record.id))
    recorder.close()
    store.delete(record.id)
    assert other.records() == ()
    other.close()
