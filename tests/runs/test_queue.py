import subprocess
import sys

import pytest

from explorer.errors import ExplorerError
from explorer.runs.queue import moved, waiting
from explorer.runs.store import Status, Store
from explorer.training.events import Finished, Stopped
from tests.runs.recorded import PLAN, whole_run


def train(store, run, ending=Finished):
    recorder = store.recorder(run)
    for event in whole_run(run):
        recorder.append(event)
    recorder.append(ending(run))
    recorder.close()


def order(store):
    return [record.number for record in waiting(store.records())]


def test_a_queued_run_waits_and_is_not_held_by_this_process(store):
    record = store.create(PLAN, queued=True)
    assert (record.status, record.place) == (Status.QUEUED, 1)
    assert record.can_resume
    assert store.record(record.id) == record
    other = Store(store.root)
    train(other, record.id)
    other.close()
    assert store.record(record.id).status == Status.FINISHED
    assert store.record(record.id).place is None


def test_a_run_that_is_trained_waits_no_more(store):
    run = store.create(PLAN, queued=True).id
    recorder = store.recorder(run)
    assert store.record(run).status == Status.RUNNING
    assert waiting(store.records()) == ()
    recorder.append(Stopped(run))
    recorder.close()
    assert store.record(run).status == Status.STOPPED


def test_the_queue_is_there_after_a_restart_with_and_without_the_index(store):
    for _ in range(3):
        store.create(PLAN, queued=True)
    store.close()
    again = Store(store.root)
    assert order(again) == [1, 2, 3]
    again.close()
    (store.root / "index.sqlite").unlink()
    again = Store(store.root)
    assert order(again) == [1, 2, 3]
    again.close()


def test_the_queue_is_there_after_a_kill(tmp_path):
    code = f"""
import os, signal
from pathlib import Path
from explorer.runs.store import Store
from tests.runs.recorded import PLAN
store = Store(Path({str(tmp_path)!r}))
store.create(PLAN, queued=True)
store.create(PLAN, queued=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    store = Store(tmp_path)
    assert order(store) == [1, 2]
    store.close()


def test_a_waiting_run_can_be_deleted_and_moved(store):
    runs = [store.create(PLAN, queued=True) for _ in range(4)]
    queue = moved(waiting(store.records()), runs[3].id, -2)
    store.arrange_queue([record.id for record in queue])
    assert order(store) == [1, 4, 2, 3]
    store.delete(runs[0].id)
    assert order(store) == [4, 2, 3]
    assert store.create(PLAN, queued=True).number == 5
    assert order(store) == [4, 2, 3, 5]


def test_moving_stays_within_the_queue(store):
    for _ in range(3):
        store.create(PLAN, queued=True)
    queue = waiting(store.records())
    assert moved(queue, queue[0].id, -1) == queue
    assert [r.number for r in moved(queue, queue[0].id, 9)] == [2, 3, 1]
    assert moved(queue, "nobody", 1) == queue


def test_what_began_in_the_meantime_is_not_put_back(store):
    first, second = (store.create(PLAN, queued=True) for _ in range(2))
    train(store, first.id)
    store.arrange_queue([second.id, first.id])
    assert order(store) == [2]


def test_two_workers_do_not_train_the_same(store):
    run = store.create(PLAN, queued=True).id
    other = Store(store.root)
    recorder = store.recorder(run)
    with pytest.raises(ExplorerError, match="already"):
        other.recorder(run)
    assert waiting(other.records()) == ()
    recorder.close()
    other.close()


def test_a_damaged_marker_still_waits(store):
    run = store.create(PLAN, queued=True).id
    (store.folder(run) / "queued").write_text("soon")
    assert [record.id for record in waiting(store.records())] == [run]
