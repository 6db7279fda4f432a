"""The folder of a run that is taken away while it is trained."""

import time

import numpy as np
import pytest

from explorer.runs.folder import checkpoint
from explorer.runs.shelf.store import Status
from explorer.runs.work import execute
from explorer.training.events import Failed, Stopped, Warned
from tests.runs.digest import plan
from tests.runs.trainings import start, wait_for_step

pytestmark = pytest.mark.usefixtures("one_thread")


def train_without_its_folder(store, monkeypatch, *, comes_back):
    """Takes away the folder of a run in the midst of its training; what happened from then on, and the run."""
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: True)
    run, runner = start(store, plan(epochs=100))
    wait_for_step(runner, 5)
    aside = store.root.with_name("aside")
    store.folder(run).rename(aside)
    events = wait_for(runner, Warned)
    assert not store.folder(run).exists()
    if comes_back:
        aside.rename(store.folder(run))
    wait_for_step(runner)
    runner.stop()
    assert runner.join(60)
    return run, events, runner.drain()[-1]


def wait_for(runner, kind):
    end, events = time.monotonic() + 30, []
    while not any(isinstance(event, kind) for event in events):
        assert time.monotonic() < end
        time.sleep(0.005)
        events += runner.drain()
    return events


def test_a_run_whose_folder_is_removed_ends_in_words_and_makes_no_other(store, monkeypatch):
    run, events, ending = train_without_its_folder(store, monkeypatch, comes_back=False)
    (warned,) = (event for event in events if isinstance(event, Warned))
    assert warned.message.en == "The weights could not be saved: the folder of the run was removed."
    assert isinstance(ending, Failed)
    assert "the folder of the run was removed" in ending.message.en
    assert not store.folder(run).exists()
    assert store.records() == ()
    assert run not in store._index.records()


def test_a_run_whose_folder_comes_back_is_saved_whole(store, monkeypatch):
    run, _, ending = train_without_its_folder(store, monkeypatch, comes_back=True)
    assert isinstance(ending, Stopped)
    record = store.record(run)
    assert record.status == Status.STOPPED
    assert checkpoint.weights(store.folder(run)).step == record.steps == len(store.history(run).losses)
    assert not np.isnan(store.history(run).losses).any()
