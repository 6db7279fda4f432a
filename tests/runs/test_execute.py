import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from explorer import atomic, catalogue
from explorer.data import datasets
from explorer.data.batches import resize
from explorer.errors import ExplorerError
from explorer.runs import checkpoint, execute
from explorer.runs.execute import Execution
from explorer.runs.runner import Runner
from explorer.runs.store import Status, Store
from explorer.training import events as training_events
from explorer.training import loop
from explorer.training.events import (
    EndedEarly,
    EpochEnded,
    Failed,
    Finished,
    LearningRateChanged,
    Preparing,
    Started,
    Steps,
    Stopped,
    Warned,
)
from tests.runs.digest import EVERYTHING, digest, plan, with_dropout

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def every_step(monkeypatch):
    """Reports after each step."""
    monkeypatch.setattr(execute, "REPORT_SECONDS", 1e-9)


def losses_of(events):
    return [loss for event in events if isinstance(event, Steps) for loss in event.losses]


def advance(execution, steps):
    """Events until `steps` steps are done; then the generator is closed."""
    events, found = execution.events(), []
    for event in events:
        found.append(event)
        if isinstance(event, Steps) and event.step >= steps:
            break
    events.close()
    return found


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


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("steps", [1, 10, 13])
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
    done = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True, timeout=100)
    rest = json.loads(done.stdout)
    assert first + rest["losses"] == straight
    assert rest["digest"] == digest(whole.snapshot().weights)


@pytest.fixture
def everything(monkeypatch):
    monkeypatch.setattr(catalogue, "build", with_dropout)
    return plan(**EVERYTHING)


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
    done = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True, timeout=100)
    rest = json.loads(done.stdout)
    assert first + rest["losses"] == straight
    assert rest["digest"] == digest(whole.snapshot().weights)


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


def test_a_part_that_is_not_there_cannot_be_frozen(tmp_path):
    with pytest.raises(ExplorerError, match="no part 'stem'") as caught:
        list(Execution(plan(freeze=("stem",)), "r", tmp_path).events())
    assert caught.value.hint.en == "There are: features, head."


def test_the_plan_decides_the_threads(tmp_path):
    before = torch.get_num_threads()
    try:
        list(Execution(plan(threads=2, epochs=1), "r", tmp_path, leave_a_core=True).events())
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def train_with_changes(folder, what, changes, *, stop_at=None):
    """Losses, rates and what became of `changes`, {step: learning rate}; a second execution goes on at `stop_at`."""
    losses, rates, told = [], [], []
    execution = Execution(what, "r", folder)
    events = execution.events()
    while True:
        for event in events:
            if isinstance(event, Steps):
                losses += event.losses
                rates.append(event.lr)
                if event.step in changes:
                    told.append(execution.set_lr(changes[event.step]))
                if event.step == stop_at:
                    break
        else:
            return losses, rates, told
        events.close()
        execution, stop_at = Execution(what, "r", folder, resume=True), None
        events = execution.events()


@pytest.mark.parametrize("stop_at", [4, 6, 12])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_rate_that_is_changed_under_way_holds_and_is_resumed(tmp_path, every_step, schedule, stop_at):
    what = plan(schedule=schedule, lr=0.08)
    usual = train_with_changes(tmp_path / "a", what, {})
    straight = train_with_changes(tmp_path / "b", what, {4: 0.01, 11: 0.002})
    losses, rates, told = straight
    assert [(event.step, event.lr) for event in told] == [(4, 0.01), (11, 0.002)]
    assert losses[:5] == usual[0][:5]
    assert losses[5] != usual[0][5]
    assert rates[4] == pytest.approx(0.01)
    assert rates[11] == pytest.approx(0.002)
    # The schedule goes on from there in the same proportions.
    factors = [rate / before for rate, before in zip(rates, usual[1], strict=True)]
    assert factors == pytest.approx([1.0] * 4 + [told[0].factor] * 7 + [told[1].factor] * 9)
    assert train_with_changes(tmp_path / "c", what, {4: 0.01, 11: 0.002}, stop_at=stop_at) == straight


def test_a_change_is_written_down_and_read_back(tmp_path):
    store = Store(tmp_path / "runs")
    what = plan(epochs=1000)
    run, runner = start(store, what)
    wait_for_step(runner)
    assert runner.set_lr(0.003)
    events, end = [], time.monotonic() + 20
    while not any(isinstance(event, LearningRateChanged) for event in events):
        assert time.monotonic() < end
        time.sleep(0.005)
        events += runner.drain()
    (change,) = (event for event in events if isinstance(event, LearningRateChanged))
    events += wait_for_step(runner, change.step + 5)
    runner.stop()
    assert runner.join(5)
    assert not runner.set_lr(0.1)
    history = store.history(run)
    assert [(made.step, made.lr) for made in history.lr_changes] == [(change.step, pytest.approx(0.003))]
    assert history.lrs.tolist() == [pytest.approx(0.05), pytest.approx(0.003)]
    assert history.lr_steps[1] > change.step
    store.close()


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


def test_more_classes_than_the_network_tells_apart(tmp_path):
    few = replace(plan(), choice=replace(plan().choice, classes=4))
    with pytest.raises(ExplorerError, match="10 classes") as caught:
        list(Execution(few, "r", tmp_path).events())
    assert "Set the network's classes to 10" in caught.value.hint.en


def test_a_missing_device_is_said_at_once(tmp_path):
    far = replace(plan(), config=replace(plan().config, device="cuda:77"))
    with pytest.raises(ExplorerError, match="no device"):
        next(Execution(far, "r", tmp_path).events())


def test_a_learning_rate_that_is_too_high_keeps_the_last_good_weights(tmp_path, every_step, monkeypatch):
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: True)
    wild = replace(plan(), config=replace(plan().config, lr=1e6, batch_size=32))
    with pytest.raises(ExplorerError, match="stopped being a number"):
        list(Execution(wild, "r", tmp_path).events())
    saved = checkpoint.weights(tmp_path)
    assert saved.step >= 1
    assert checkpoint.is_finite(saved.weights)


class _Hungry(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(784, 10)

    def forward(self, x):
        torch.empty(1 << 50)
        return self.linear(x.flatten(1))


def test_out_of_memory_where_no_batch_fits_advises_a_smaller_network(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "build", lambda choice: _Hungry())
    with pytest.raises(ExplorerError, match="64 images does not fit") as caught:
        list(Execution(plan(), "r", tmp_path).events())
    assert "a smaller network" in caught.value.hint.en


def test_a_disk_that_fills_up_warns_once_and_training_goes_on(tmp_path, every_step, monkeypatch):
    real, is_full = atomic.write_bytes, [True]

    def write(path, content):
        if is_full[0]:
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(atomic, "write_bytes", write)
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: True)
    found = []
    for event in Execution(plan(), "r", tmp_path).events():
        found.append(event)
        if isinstance(event, Steps) and event.step == 15:
            is_full[0] = False
    warnings = [event for event in found if isinstance(event, Warned)]
    assert len(warnings) == 1
    assert "No space left" in warnings[0].message.en
    assert len(losses_of(found)) == 20
    assert checkpoint.weights(tmp_path).step == 20


def test_a_disk_that_is_full_at_the_end_is_told(tmp_path, every_step, monkeypatch):
    def write(path, content):
        raise OSError(28, "No space left on device")

    execution = Execution(plan(), "r", tmp_path)
    events = execution.events()
    for event in events:
        if isinstance(event, Steps):
            break
    monkeypatch.setattr(atomic, "write_bytes", write)
    with pytest.raises(ExplorerError, match="last steps could not be saved"):
        events.close()


def slow_load(*args, is_cancelled=None, progress=None, **kwargs):
    from explorer.bilingual import Text

    for tick in range(500):
        progress(Text("Fetching", "获取"), tick / 500)
        time.sleep(0.01)
        if is_cancelled():
            raise datasets.Cancelled
    raise AssertionError("was not cancelled")


def test_loading_tells_its_progress_and_stops_when_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "load", slow_load)
    runner = Runner("r", lambda: Execution(plan(), "r", tmp_path))
    runner.start()
    time.sleep(0.4)
    begin = time.monotonic()
    runner.stop()
    assert runner.join(2)
    assert time.monotonic() - begin < 0.5
    events = runner.drain()
    fractions = [event.fraction for event in events if isinstance(event, Preparing) and event.fraction]
    assert fractions == sorted(fractions)
    assert len(fractions) > 2
    assert events[-1] == Stopped("r")


def test_a_failure_while_loading_is_the_runs_failure(tmp_path):
    missing = replace(plan(), dataset="folder:/nowhere/at/all")
    runner = Runner("r", lambda: Execution(missing, "r", tmp_path))
    runner.start()
    assert runner.join(10)
    assert isinstance(runner.drain()[-1], Failed)


def start(store, what):
    record = store.create(what)
    folder = store.folder(record.id)
    runner = Runner(record.id, lambda: Execution(what, record.id, folder), recorder=store.recorder(record.id))
    runner.start()
    return record.id, runner


def wait_for_step(runner, step=1):
    end = time.monotonic() + 30
    events = []
    while not any(isinstance(event, Steps) and event.step >= step for event in events):
        assert time.monotonic() < end
        time.sleep(0.005)
        events += runner.drain()
    return events


def test_lenet_stops_pauses_and_gives_snapshots_within_half_a_second(tmp_path):
    store = Store(tmp_path / "runs")
    run, runner = start(store, plan(epochs=1000, limit=None))
    wait_for_step(runner)
    latencies, got = [], []
    for _ in range(5):
        begin = time.monotonic()
        runner.request_snapshot(lambda snapshot: got.append((time.monotonic(), snapshot)))
        while not got:
            time.sleep(0.001)
        latencies.append(got.pop()[0] - begin)
        time.sleep(0.05)
    runner.pause()
    time.sleep(0.3)
    runner.drain()
    time.sleep(0.2)
    assert runner.drain() == []
    runner.request_snapshot(lambda snapshot: got.append((0, snapshot)))
    time.sleep(0.2)
    assert got[0][1].step >= 1
    runner.resume()
    wait_for_step(runner)
    begin = time.monotonic()
    runner.stop()
    assert runner.join(2)
    assert time.monotonic() - begin < 0.5
    assert max(latencies) < 0.5
    record = store.record(run)
    assert record.status == Status.STOPPED
    assert record.steps == checkpoint.weights(store.folder(run)).step
    store.close()


def test_a_stored_run_goes_on_and_its_curves_have_no_seam(tmp_path):
    store = Store(tmp_path / "runs")
    what = plan(epochs=3)
    run, runner = start(store, what)
    wait_for_step(runner, 3)
    runner.stop()
    assert runner.join(5)
    resumed = Runner(run, lambda: Execution(what, run, store.folder(run), resume=True), recorder=store.recorder(run))
    resumed.start()
    assert resumed.join(60)
    assert resumed.drain()[-1] == Finished(run)
    history = store.history(run)
    straight = losses_of(Execution(what, "s", tmp_path / "s").events())
    assert history.losses.tolist() == straight
    assert store.record(run).epochs_done == 3
    store.close()


def test_a_report_is_due_every_fifty_milliseconds():
    assert loop.REPORT_SECONDS == 0.05
