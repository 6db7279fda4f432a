"""Runs that start from weights of another."""

from dataclasses import replace

import pytest

from explorer.errors import ExplorerError
from explorer.runs.folder import checkpoint, moments
from explorer.runs.plan import Origin, RunPlan
from explorer.runs.shelf import fork
from explorer.runs.work.execute import Execution
from explorer.training.events import Finished, Steps
from tests.runs.digest import digest, plan
from tests.runs.trainings import losses_of

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def trained(store):
    """A run of two epochs, with its record."""
    record = store.create(plan(threads=1))
    recorder = store.recorder(record.id)
    for event in Execution(record.plan, record.id, store.folder(record.id)).events():
        recorder.append(event)
    recorder.append(Finished(record.id))
    recorder.close()
    return store.record(record.id)


def forked(store, trained, which="last", **config) -> RunPlan:
    moment = moments.choose(store.folder(trained.id), trained.number, which)
    changed = replace(trained.plan.config, **config)
    return replace(trained.plan, config=changed, origin=fork.origin_of(trained, moment))


def test_a_fork_starts_from_the_weights_and_not_from_the_optimizer(store, trained):
    record = store.create(forked(store, trained, lr=0.01, seed=5))
    assert record.plan.origin == Origin(trained.id, 1, 20)
    assert RunPlan.from_json(record.plan.to_json()) == record.plan
    execution = Execution(record.plan, record.id, store.folder(record.id))
    events = execution.events()
    for event in events:
        if isinstance(event, Steps):
            break
        snapshot = execution.snapshot()
        if snapshot is not None:
            start = checkpoint.weights(store.folder(trained.id)).weights
            assert digest(snapshot.weights) == digest(start)
            assert execution._setup.optimizer.state_dict()["state"] == {}
    events.close()
    assert snapshot is not None


def test_an_interrupted_fork_goes_on_to_the_bit(store, trained):
    what = forked(store, trained, epochs=2, lr=0.02, batch_size=32, ema_decay=0.9, augment=True)
    straight = store.create(what)
    whole = Execution(straight.plan, straight.id, store.folder(straight.id))
    losses = losses_of(whole.events())
    record = store.create(what)
    folder = store.folder(record.id)
    events, first = Execution(record.plan, record.id, folder).events(), []
    for event in events:
        first.append(event)
        if isinstance(event, Steps) and event.step >= 13:
            break
    events.close()
    store.delete(trained.id)  # a fork stands on its own feet
    rest = Execution(record.plan, record.id, folder, resume=True)
    assert losses_of(first) + losses_of(rest.events()) == losses
    assert digest(rest.snapshot().weights) == digest(whole.snapshot().weights)


def test_a_fork_killed_before_its_first_checkpoint_starts_from_the_weights_again(store, trained):
    what = forked(store, trained, epochs=1)
    first, second = (store.create(what) for _ in range(2))
    expected = losses_of(Execution(first.plan, first.id, store.folder(first.id)).events())
    resumed = Execution(second.plan, second.id, store.folder(second.id), resume=True)
    assert losses_of(resumed.events()) == expected


def test_every_stored_moment_can_be_chosen(store, trained):
    folder = store.folder(trained.id)
    there = moments.moments(folder)
    assert [moment.step for moment in there] == sorted({moment.step for moment in there})
    assert there[0].step == 0
    assert "last" in there[-1].roles
    assert moments.choose(folder, 1, "last").step == 20
    assert "best" in moments.choose(folder, 1, "best").roles
    assert moments.choose(folder, 1, "0").step == 0
    assert moments.choose(folder, 1, "first").step == 0
    for moment in there:
        assert checkpoint.read_moment(moment.path).step == moment.step
    with pytest.raises(ExplorerError, match="no stored weights '7777'") as refused:
        moments.choose(folder, 1, "7777")
    assert "20" in refused.value.hint.en


def test_other_weights_are_refused_in_one_line(store, trained):
    what = forked(store, trained)
    other = replace(what, choice=replace(what.choice, classes=7))
    with pytest.raises(ExplorerError, match="10 classes"):
        fork.check_network(other, trained.plan)
    fork.check_network(what, trained.plan)
    record = store.create(replace(what, choice=replace(what.choice, classes=12)))
    with pytest.raises(ExplorerError, match="do not fit the network"):
        list(Execution(record.plan, record.id, store.folder(record.id)).events())


def test_weights_that_are_gone_are_told_and_a_brother_has_them_too(store, trained):
    what = forked(store, trained)
    brother = store.create(what)
    store.delete(trained.id)
    again = store.create(what)
    assert (store.folder(again.id) / "start.safetensors").read_bytes() == (
        store.folder(brother.id) / "start.safetensors"
    ).read_bytes()
    lost = replace(what, origin=replace(what.origin, step=3))
    before = store.records()
    with pytest.raises(ExplorerError, match="no longer there"):
        store.create(lost)
    assert store.records() == before
