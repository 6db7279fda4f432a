"""The life of a run where files that are open can be neither replaced nor removed, and folders above them not renamed.

What others do to the files of a run, at once and by turns: train, follow, list, look into, go on, fork, delete.
"""

import pytest

from explorer.runs.folder import checkpoint, journal, snapshots
from explorer.runs.folder.follow import Follower
from explorer.runs.folder.names import CHECKPOINTS, EVENTS
from explorer.runs.shelf.store import Status, Store
from explorer.runs.work import execute
from explorer.training.events import ENDINGS, Failed, Warned
from tests.runs.digest import plan
from tests.runs.trainings import start, wait_for_step
from tests.windows_files import holders

pytestmark = pytest.mark.usefixtures("windows_files", "one_thread")


def test_weights_that_are_looked_at_hold_no_file(store):
    run, runner = start(store, plan(epochs=1))
    assert runner.join(60)
    seen = [checkpoint.weights(store.folder(run))]
    seen += [checkpoint.read_moment(moment.path) for moment in snapshots.moments(store.folder(run))]
    assert len(seen) > 1
    assert not holders(store.folder(run))
    store.delete(run)
    assert not list(store.root.glob("*/"))
    assert all(checkpoint.is_finite(snapshot.weights) for snapshot in seen)


def test_a_run_is_followed_and_looked_into_while_it_saves_after_each_step(store, monkeypatch):
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: True)
    run, runner = start(store, plan(epochs=100))
    other, follower, looked_at, followed = Store(store.root), Follower(store.folder(run)), [], []
    for step in range(1, 60, 6):
        wait_for_step(runner, step)
        followed += follower.drain()
        looked_at.append(checkpoint.weights(store.folder(run)).step)
        assert other.record(run).status == Status.RUNNING
    runner.stop()
    assert runner.join(60)
    followed += follower.drain()
    other.close()
    assert isinstance(followed[-1], ENDINGS)
    assert looked_at == sorted(looked_at)
    assert looked_at[-1] > looked_at[0]
    events = list(journal.read(store.folder(run) / EVENTS, run))
    assert not [event for event in events if isinstance(event, Warned | Failed)]
    kept = [path.suffix for path in (store.folder(run) / CHECKPOINTS).iterdir()]
    assert kept.count(".state") == 2  # what is not needed any more went
    store.delete(run)
    assert other.root.is_dir()
    assert not list(store.root.glob(".deleted-*"))
