"""A run is read along while another process writes it."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from explorer import file_lock
from explorer.errors import ExplorerError
from explorer.runs.curves.history import History
from explorer.runs.folder import journal, lock, stop_request
from explorer.runs.folder.follow import Follower
from explorer.runs.folder.lock import FileLock
from explorer.runs.shelf.store import Status, Store
from explorer.runs.work.runner import Runner
from explorer.training.events import Finished, Paused, Resumed, Stopped
from tests.runs.recorded import PLAN, Endless, epoch_ended, started, steps, whole_run

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def run(store):
    """A run that is held, as by another process, with nothing in it yet."""
    return store.create(PLAN).id


def wait_for(holds, seconds=60.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def events(store, run):
    return store.folder(run) / "events.jsonl"


def lines(*found):
    return "".join(journal.encode(event) + "\n" for event in found).encode()


def replay(run, found):
    history = History(run)
    for event in found:
        history.apply(event)
    return history


def test_events_come_as_they_are_written_and_only_once(store, run, events):
    follower = Follower(store.folder(run))
    assert follower.is_alive
    assert follower.drain() == []  # no file yet
    everything = list(whole_run(run))
    told = [event for event in everything if type(event).__name__ not in ("Testing", "Preparing")]
    events.write_bytes(lines(told[0]))
    got = follower.drain()
    with events.open("ab") as file:
        for event in told[1:]:
            file.write(lines(event))
            file.flush()
            got += follower.drain()
    assert follower.drain() == []
    assert [type(event) for event in got] == [type(event) for event in told]
    assert replay(run, got).losses.tolist() == replay(run, told).losses.tolist()
    assert follower.generation == 0


def test_a_half_written_line_waits_for_its_end(store, run, events):
    follower = Follower(store.folder(run))
    line = lines(steps(run, 5, 5))
    for cut in (1, len(line) // 2, len(line) - 1):
        events.write_bytes(lines(started(run)) + line[:cut])
        assert len(follower.drain()) == (1 if cut == 1 else 0)
    events.write_bytes(lines(started(run)) + line)
    assert [event.step for event in follower.drain()] == [5]


def test_a_damaged_line_and_a_kind_of_another_version_are_left_out(store, run, events):
    odd = json.dumps({"event": "Eclipse", "total": True}).encode()
    events.write_bytes(lines(started(run)) + b'{"event": "Ste\n\xff\xfe\n' + odd + b"\n" + lines(steps(run, 5, 5)))
    assert [type(event).__name__ for event in Follower(store.folder(run)).drain()] == ["Started", "Steps"]


@pytest.mark.parametrize("how", ["cut", "replaced"])
def test_a_journal_that_was_cut_or_replaced_is_read_from_its_beginning(store, run, events, how):
    follower = Follower(store.folder(run))
    events.write_bytes(lines(started(run), steps(run, 5, 5), steps(run, 9, 4)))
    assert len(follower.drain()) == 3
    if how == "cut":
        events.write_bytes(lines(started(run), steps(run, 3, 3)))
    else:
        fresh = events.with_name("fresh")
        fresh.write_bytes(lines(started(run), steps(run, 3, 3), steps(run, 12, 9), steps(run, 20, 8)))
        os.replace(fresh, events)
    got = follower.drain()
    assert follower.generation == 1
    assert replay(run, got).step == (3 if how == "cut" else 20)


def test_an_ending_comes_once_also_from_a_process_that_died(store, run, events):
    follower = Follower(store.folder(run))
    events.write_bytes(lines(started(run), steps(run, 5, 5)))
    assert len(follower.drain()) == 2
    store._release(run)  # as the system does when the process dies
    assert follower.drain() == [Stopped(run)]
    assert follower.drain() == []
    assert store._claim(run) is None  # somebody resumes it
    with events.open("ab") as file:
        file.write(lines(started(run, step=5), steps(run, 8, 3), Finished(run)))
    assert [type(event).__name__ for event in follower.drain()] == ["Started", "Steps", "Finished"]
    store._release(run)
    assert follower.drain() == []


def test_the_last_checkpoint_is_known_by_its_step(store, run):
    follower = Follower(store.folder(run))
    assert follower.saved_step is None
    listed = store.folder(run) / "checkpoints" / "checkpoints.json"
    listed.parent.mkdir()
    for content, step in (('{"last": null}', None), ("{", None), ("[]", None), ('{"last": "step-00000120"}', 120)):
        listed.write_text(content)
        assert follower.saved_step == step


def test_a_run_in_another_process_is_followed_and_stopped_there(store, tmp_path):
    code = f"""
import sys
sys.modules["torch"] = None  # the writer for TensorBoard would import it
from pathlib import Path
from explorer.runs.shelf import recorder
from explorer.runs.work.runner import Runner
from explorer.runs.shelf.store import Store
from explorer.runs.folder import journal
from tests.runs.recorded import PLAN, Endless
journal.FLUSH_SECONDS = 0.05
store = Store(Path({str(store.root)!r}))
run = store.create(PLAN).id
runner = Runner(run, lambda: Endless(run), recorder=store.recorder(run))
runner.start()
print(run, flush=True)
runner.join()
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        run = process.stdout.readline().strip()
        follower, history = Follower(store.folder(run)), History(run)
        end = time.monotonic() + 60
        while history.step < 20:
            for event in follower.drain():
                history.apply(event)
            assert time.monotonic() < end
            time.sleep(0.02)
        assert history.ending is None
        assert store.record(run).status == Status.RUNNING
        store.ask_to_stop(run)
        end = time.monotonic() + 60
        while history.ending is None:
            for event in follower.drain():
                history.apply(event)
            assert time.monotonic() < end
            time.sleep(0.02)
        assert process.wait(10) == 0
    assert history.ending == Stopped(run)
    assert store.record(run).status == Status.STOPPED
    assert not (store.folder(run) / "stop").exists()
    with pytest.raises(ExplorerError, match="not being trained"):
        store.ask_to_stop(run)


def test_a_paused_run_hears_the_request_and_an_old_request_does_not_stop_the_next(store, run):
    work = Endless(run)
    runner = Runner(run, lambda: work, recorder=store.recorder(run))
    runner.pause()
    runner.start()
    store.ask_to_stop(run)
    assert runner.join(60)
    stop_request.ask(store.folder(run))  # too late, nobody heard it
    runner = Runner(run, lambda: work, recorder=store.recorder(run))
    runner.start()
    time.sleep(3 * stop_request.EVERY_SECONDS)
    assert not runner.has_ended
    runner.stop()
    assert runner.join(60)


def sign(path, machine, age):
    path.write_text(json.dumps({"machine": machine, "host": "far", "pid": 1}))
    os.utime(path, (time.time() - age, time.time() - age))


def test_a_run_of_another_machine_lives_while_its_stamp_is_young(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.05)
    path = tmp_path / "run.lock"
    sign(path, "another machine", age=20)
    assert lock.is_locked(path)
    assert lock.holder(path).host == "far"
    assert not lock.holder(path).is_here
    assert not FileLock(path).acquire()
    sign(path, "another machine", age=2 * lock.STALE_SECONDS)
    assert not lock.is_locked(path)
    ours = FileLock(path)
    assert ours.acquire()
    assert lock.holder(path).is_here
    assert lock.holder(path).pid == os.getpid()
    ours.release()
    assert lock.holder(path) is None
    assert not lock.is_locked(path)


def test_a_clock_that_jumped_takes_no_run_from_another_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.1)
    path = tmp_path / "run.lock"
    sign(path, "another machine", age=3600)  # by our clock
    beats = threading.Timer(0.05, lambda: os.utime(path, (1000, 1000)))
    beats.start()
    assert not FileLock(path).acquire()
    beats.join()


def test_of_this_machine_the_lock_tells_not_the_stamp(tmp_path):
    path = tmp_path / "run.lock"
    sign(path, lock._machine(), age=0)  # killed a moment ago
    assert not lock.is_locked(path)


def test_the_stamp_is_renewed_until_the_release(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.02)
    path = tmp_path / "run.lock"
    held = FileLock(path)
    assert held.acquire()
    os.utime(path, (0, 0))
    end = time.monotonic() + 60
    while path.stat().st_mtime < 1:
        assert time.monotonic() < end
        time.sleep(0.01)
    held.release()
    os.utime(path, (0, 0))
    time.sleep(0.1)
    assert path.stat().st_mtime == 0


def test_a_full_disk_is_no_obstacle_to_locking(tmp_path):
    resource = pytest.importorskip("resource")

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    held = FileLock(tmp_path / "run.lock")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        assert held.acquire()
        assert lock.is_locked(tmp_path / "run.lock")
        held.release()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not lock.is_locked(tmp_path / "run.lock")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")
def test_file_systems_without_locks_are_no_obstacle(tmp_path, monkeypatch):
    def refuse(file, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(file_lock.fcntl, "flock", refuse)
    held = FileLock(tmp_path / "run.lock")
    assert held.acquire()
    held.release()


def test_a_glance_shows_what_others_changed(store):
    other = Store(store.root)
    first = store.glance()
    assert store.glance() == first
    run = other.create(PLAN).id
    second = store.glance()
    assert second != first
    recorder = other.recorder(run)
    third = store.glance([run])
    for event in [started(run), steps(run, 10, 10), epoch_ended(run, 0)]:
        recorder.append(event)
    fourth = store.glance([run])
    assert fourth != third
    recorder.append(Finished(run))
    recorder.close()
    dying = FileLock(store.folder(run) / "run.lock")
    assert dying.acquire()
    fifth = store.glance([run])
    dying.release()  # as the system does, without a word in the index
    assert store.glance([run]) != fifth


def test_a_pause_is_read_along_and_listed_by_other_processes(store):
    run = store.create(PLAN).id
    runner = Runner(run, lambda: Endless(run), recorder=store.recorder(run))
    reader, other, history = Follower(store.folder(run)), Store(store.root), History(run)

    def look():
        for event in reader.drain():
            history.apply(event)
        return history

    runner.start()
    wait_for(lambda: look().step > 3)
    assert not other.record(run).is_paused
    runner.pause()
    wait_for(lambda: look().is_paused)
    assert other.record(run).is_paused
    assert other.records()[0].to_json()["is_paused"]
    step = history.step
    runner.resume()
    wait_for(lambda: not look().is_paused)
    wait_for(lambda: look().step > step)
    assert not other.record(run).is_paused
    runner.pause()
    wait_for(lambda: look().is_paused)
    runner.stop()
    assert runner.join(60)
    wait_for(lambda: isinstance(look().ending, Stopped))
    assert not history.is_paused
    assert not other.record(run).is_paused
    other.close()


def test_a_process_that_is_killed_in_a_pause_leaves_no_pause(store, run, events):
    events.write_bytes(lines(started(run), steps(run, 5, 5), Paused(run)))
    store.close()  # lets go of it, as a kill does
    again = Store(store.root)
    assert (again.record(run).status, again.record(run).is_paused) == (Status.INTERRUPTED, False)
    assert not replay(run, Follower(store.folder(run)).drain()).is_paused
    with events.open("ab") as file:
        file.write(lines(started(run, step=5), Paused(run), Resumed(run)))
    assert not replay(run, journal.read(events, run)).is_paused
    again.close()


def test_an_index_of_a_version_without_pauses_is_read():
    from explorer.runs.shelf.record import RunRecord

    record = RunRecord("r", 1, PLAN, Status.RUNNING, datetime.now(UTC))
    data = record.to_json()
    del data["is_paused"]
    assert RunRecord.from_json(data) == record
