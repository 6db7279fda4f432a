"""A disk that is really full: a file system in memory of a few megabytes. Needs the right to mount one."""

import subprocess
import sys
import time

import pytest
import torch

from explorer.runs.folder import checkpoint, journal
from explorer.runs.shelf.store import Status, Store
from explorer.runs.work import execute, saving
from explorer.runs.work.execute import Execution
from explorer.runs.work.runner import Runner
from explorer.training.events import EpochEnded, Finished, Preparing, Warned
from tests.runs.digest import plan

EPOCHS = 24


@pytest.fixture
def small_disk(tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8M", "tmpfs", str(place)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(path):
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return


@pytest.mark.slow
def test_training_goes_on_and_everything_is_written_when_there_is_room_again(small_disk, monkeypatch):
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: is_epoch_end)
    monkeypatch.setattr(journal, "FLUSH_SECONDS", 0.05)  # the disk is full for less than a second
    torch.set_num_threads(1)
    store, filler = Store(small_disk / "runs"), small_disk / "filler"
    record = store.create(plan(epochs=EPOCHS))
    run, folder = record.id, store.folder(record.id)
    runner = Runner(run, lambda: Execution(record.plan, run, folder), recorder=store.recorder(run))
    runner.start()
    events, is_filled, end = [], False, time.monotonic() + 100
    while not runner.has_ended:
        events += runner.drain()
        epochs = sum(isinstance(event, EpochEnded) for event in events)
        if epochs >= 6 and not is_filled:
            is_filled = True
            fill(filler)
        warned = sum(isinstance(event, Warned) for event in events)
        if warned >= 2 and epochs >= 12:
            filler.unlink(missing_ok=True)
        assert time.monotonic() < end
        time.sleep(0.01)
    events += runner.drain()
    check(store, run, events)
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("is_stopped", [False, True])
def test_at_its_end_a_run_waits_for_room_until_it_is_told_to_stop(small_disk, monkeypatch, is_stopped):
    monkeypatch.setattr(saving, "WAIT_SECONDS", 0.05)
    torch.set_num_threads(1)
    store, filler = Store(small_disk / "runs"), small_disk / "filler"
    record = store.create(plan(epochs=2))
    run, folder = record.id, store.folder(record.id)
    runner = Runner(run, lambda: Execution(record.plan, run, folder), recorder=store.recorder(run))
    fill(filler)
    runner.start()
    events, end = [], time.monotonic() + 100
    while not any(isinstance(event, Preparing) and event.what == saving.WAITING for event in events):
        events += runner.drain()
        assert time.monotonic() < end
        time.sleep(0.01)
    if is_stopped:
        runner.stop()
        assert runner.join(60)
        assert "last steps could not be saved" in runner.drain()[-1].message.en
    else:
        filler.unlink()
        assert runner.join(60)
        assert isinstance(runner.drain()[-1], Finished)
        assert checkpoint.weights(folder).step == store.history(run).step == 20
        assert store.record(run).status == Status.FINISHED
    store.close()


def check(store, run, events):
    folder = store.folder(run)
    assert isinstance(events[-1], Finished)
    words = [event.message.en for event in events if isinstance(event, Warned)]
    assert len(words) == 2  # of the weights and of the curves, once each
    assert all("No space left" in word for word in words)
    history = store.history(run)
    assert history.step == 10 * EPOCHS
    assert not any(loss != loss for loss in history.losses)  # no gap in the curves
    assert len(history.epoch_ends) == EPOCHS
    assert checkpoint.weights(folder).step == 10 * EPOCHS
    assert store.record(run).status == Status.FINISHED
    assert list(folder.rglob("*.tmp")) == []
