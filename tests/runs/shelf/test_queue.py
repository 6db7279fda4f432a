"""The queue of runs, after restarts and kills too."""

import subprocess
import sys
from functools import partial

import pytest

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.shelf.queue import moved, put_back, take_out, waiting
from explorer.runs.shelf.store import Status, Store
from explorer.training.events import Failed, Finished, Stopped
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
from explorer.runs.shelf.store import Store
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


def test_a_run_whose_training_was_killed_comes_first_and_goes_on(tmp_path):
    code = f"""
import os, signal
from pathlib import Path
from explorer.runs.shelf.store import Store
from tests.runs.recorded import PLAN, whole_run
store = Store(Path({str(tmp_path)!r}))
first, second, third = (store.create(PLAN, queued=True).id for _ in range(3))
recorder = store.recorder(second)
for event in whole_run(second):
    recorder.append(event)
recorder.flush()
store.arrange_queue([third, second, first])  # as another window would, which takes it for waiting
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    store = Store(tmp_path)
    assert order(store) == [2, 3, 1]
    broken = waiting(store.records())[0]
    assert (broken.status, broken.steps) == (Status.QUEUED, 30)
    assert store.mark_interrupted() == ()
    train(store, broken.id)
    assert store.record(broken.id).status == Status.FINISHED
    assert order(store) == [3, 1]
    store.close()


def test_a_run_that_was_not_from_the_queue_is_interrupted_by_a_kill(tmp_path):
    code = f"""
import os, signal
from pathlib import Path
from explorer.runs.shelf.store import Store
from tests.runs.recorded import PLAN
store = Store(Path({str(tmp_path)!r}))
store.recorder(store.create(PLAN).id)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    store = Store(tmp_path)
    assert [record.status for record in store.records()] == [Status.INTERRUPTED]
    store.close()


def test_a_run_that_stops_with_the_program_comes_first(store):
    runs = [store.create(PLAN, queued=True).id for _ in range(2)]
    recorder = store.recorder(runs[1])
    recorder.keep_place()
    recorder.append(Stopped(runs[1]))
    recorder.close()
    assert order(store) == [2, 1]
    assert store.record(runs[1]).status == Status.QUEUED
    assert take_out(store, runs[1]).status == Status.STOPPED


@pytest.mark.parametrize("ending", [Finished, partial(Failed, message=Text("No.", "不。"))])
def test_what_has_ended_leaves_the_queue_even_as_the_program_ends(store, ending):
    run = store.create(PLAN, queued=True).id
    recorder = store.recorder(run)
    recorder.keep_place()
    recorder.append(ending(run))
    recorder.close()
    assert order(store) == []
    assert not (store.folder(run) / "queued").exists()


def test_a_finished_run_never_waits(store):
    run = store.create(PLAN, queued=True).id
    train(store, run)
    (store.folder(run) / "queued").write_text("0")  # killed right before it would have left
    (store.root / "index.sqlite").unlink()
    again = Store(store.root)
    assert again.record(run).status == Status.FINISHED
    again.close()


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


def stopped(store, *, epochs=1, ending=Stopped):
    """A run that was ended before its last epoch."""
    run = store.create(PLAN).id
    recorder = store.recorder(run)
    for event in whole_run(run, epochs=epochs):
        recorder.append(event)
    recorder.append(ending(run))
    recorder.close()
    return run


def test_a_stopped_run_is_put_back_behind_the_others_and_taken_out_again(store):
    run = stopped(store)
    fresh = store.create(PLAN, queued=True)
    record = put_back(store, run)
    assert (record.status, record.place, record.steps) == (Status.QUEUED, 2, 10)
    assert order(store) == [2, 1]
    assert put_back(store, run) == record
    other = Store(store.root)
    assert [r.id for r in waiting(other.records())] == [fresh.id, run]
    assert take_out(other, run).status == Status.STOPPED
    assert order(store) == [2]
    assert take_out(store, run).status == Status.STOPPED
    other.close()


def test_what_was_put_back_goes_on_where_it_was_and_waits_no_more(store):
    run = stopped(store)
    put_back(store, run)
    recorder = store.recorder(run)
    assert store.record(run).status == Status.RUNNING
    assert store.history(run).step == 10
    recorder.append(Stopped(run))
    recorder.close()
    assert store.record(run).status == Status.STOPPED


def test_it_waits_after_a_restart_without_the_index_too(store):
    run = stopped(store)
    put_back(store, run)
    store.close()
    (store.root / "index.sqlite").unlink()
    again = Store(store.root)
    assert [record.id for record in waiting(again.records())] == [run]
    assert again.record(run).epochs_done == 1
    again.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_go_on_is_not_put_back_and_what_has_not_begun_is_not_taken_out(store, language):
    finished = stopped(store, ending=Finished)
    running = store.create(PLAN).id
    for run, words in (
        (finished, {"en": "is finished", "zh": "已经完成"}),
        (running, {"zh": "正在训练", "en": "is running"}),
    ):
        with pytest.raises(ExplorerError) as refused:
            put_back(store, run)
        assert words[language] in getattr(refused.value.message, language)
    waits = store.create(PLAN, queued=True).id
    with pytest.raises(ExplorerError, match="not begun") as refused:
        take_out(store, waits)
    assert "尚未开始" in refused.value.message.zh
    assert len(waiting(store.records())) == 1


def test_a_run_that_was_stopped_before_its_first_step_can_be_put_back_and_taken_out(store):
    run = store.create(PLAN).id
    recorder = store.recorder(run)
    recorder.append(Stopped(run))
    recorder.close()
    assert put_back(store, run).status == Status.QUEUED
    assert take_out(store, run).status == Status.STOPPED
    assert take_out(store, run).place is None
    waits = store.create(PLAN, queued=True).id
    with pytest.raises(ExplorerError, match="has not begun yet"):
        take_out(store, waits)
