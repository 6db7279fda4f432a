"""A model of the user trains in a process of its own, which the window starts, follows, and has end with itself."""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.graph.user_model import own, recent, source
from explorer.gui.services import following, own_training
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun
from explorer.runs.folder.moments import moments
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.fork import origin_of
from explorer.runs.shelf.record import Status
from explorer.runs.shelf.store import Store
from explorer.training.config import TrainConfig
from explorer.training.events import Stopped
from tests.graph.test_user_model import GOOD, write
from tests.gui.recorded_runs import LENET


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(following, "GLANCE_MS", 100)
    monkeypatch.setattr(following, "LOOK_MS", 30)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)


@pytest.fixture
def state() -> AppState:
    return AppState(LENET)


@pytest.fixture
def control(state: AppState, store: Store) -> Iterator[RunControl]:
    made = RunControl(state, store)
    yield made
    made.close()


def plan(path: Path, epochs: int = 10_000) -> RunPlan:
    model = own.describe(path, source.choose(path, None), (1, 28, 28))
    catalogue.add_own(model)
    config = TrainConfig(epochs=epochs, limit=64, batch_size=32, device="cpu", threads=1)
    return RunPlan(model.card.default_choice(), "digits", None, config, model)


def agree(path: Path) -> None:
    recent.save(recent.load().with_trust(path))


def processes(run: str) -> list[psutil.Process]:
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if run in " ".join(child.cmdline())]


def begin(state: AppState, control: RunControl, path: Path) -> RunPlan:
    """Starts a training of the model that is chosen."""
    asked = plan(path)
    agree(path)
    state.set_choice(asked.choice)
    control.start(asked)
    return asked


@pytest.mark.slow
def test_it_is_trained_followed_stopped_and_shown_with_its_own_code(
    qtbot: QtBot, tmp_path: Path, state: AppState, store: Store, control: RunControl
) -> None:
    path = write(tmp_path, GOOD)
    asked = begin(state, control, path)
    assert control.own.is_starting
    qtbot.waitUntil(lambda: not control.own.is_starting and control.following.run is not None, timeout=60_000)
    run = control.following.run
    assert run == state.shown_run
    assert len(processes(run)) == 1
    qtbot.waitUntil(
        lambda: isinstance(state.weights, FromRun) and len(state.history(run).epoch_ends) > 2, timeout=60_000
    )
    control.stop_elsewhere()
    qtbot.waitUntil(lambda: isinstance(state.history(run).ending, Stopped))
    qtbot.waitUntil(lambda: control.record(run).status == Status.STOPPED)
    qtbot.waitUntil(lambda: not processes(run))
    path.write_text("raise SystemExit")
    told: list[str] = []
    state.noticed.connect(lambda message, hint, level: told.append(str(message)))
    control.open_run(run)
    qtbot.waitUntil(lambda: state.choice.architecture != asked.choice.architecture)
    shown = catalogue.own(state.choice.architecture)
    assert shown is not None
    assert shown.path.read_text() == GOOD
    assert shown.card.title == "Net #1"
    assert state.weights == FromRun(run)
    assert any("has changed since the run began" in words for words in told)


@pytest.mark.slow
def test_a_run_is_paused_and_ends_with_the_window_and_is_saved(
    qtbot: QtBot, tmp_path: Path, state: AppState, store: Store, control: RunControl
) -> None:
    control.start(plan(write(tmp_path, GOOD)))
    qtbot.waitUntil(lambda: control.following.saved_step is not None, timeout=90_000)
    run = control.following.run
    assert run is not None
    (process,) = processes(run)
    assert control.own.trains(run)
    control.own.set_paused(run, is_paused=True)
    qtbot.wait(1500)  # the journal is written once a second
    steps = state.history(run).step
    qtbot.wait(2000)
    assert state.history(run).step == steps
    control.own.set_paused(run, is_paused=False)
    qtbot.waitUntil(lambda: state.history(run).step > steps)
    control.close()
    end = time.monotonic() + 60
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.05)
    record = store.record(run)
    assert (record.status, record.can_resume) == (Status.STOPPED, True)
    assert record.steps > 0


def test_a_process_that_cannot_begin_is_told_of(
    qtbot: QtBot, tmp_path: Path, state: AppState, control: RunControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no such thing' >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(own_training.sys, "executable", str(broken) if sys.platform != "win32" else "nothing")
    told: list[str] = []
    state.noticed.connect(lambda message, hint, level: told.append(f"{message} {hint}"))
    control.start(plan(write(tmp_path, GOOD)))
    qtbot.waitUntil(lambda: bool(told))
    assert "could not begin. no such thing" in told[0]
    assert not control.own.is_starting
    monkeypatch.setattr(own_training.sys, "executable", str(tmp_path / "nothing"))
    control.start(plan(write(tmp_path, GOOD)))
    qtbot.waitUntil(lambda: len(told) > 1)
    assert "could not begin" in told[1]
    assert not control.own.is_starting


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for Python is a script")
def test_a_process_that_dies_holds_the_queue_with_its_run_first(
    qtbot: QtBot, tmp_path: Path, state: AppState, control: RunControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the window would begin it again and again."""
    broken, begun = tmp_path / "python", tmp_path / "begun"
    broken.write_text(f"#!/bin/sh\necho x >> {begun}\nkill -9 $$\n")
    broken.chmod(0o755)
    monkeypatch.setattr(own_training.sys, "executable", str(broken))
    path = write(tmp_path, GOOD)
    asked = plan(path)
    agree(path)
    for _ in range(2):
        control.queue.add(asked)
    qtbot.waitUntil(lambda: begun.exists() and control.queue.is_held and not control.own.is_starting)
    qtbot.wait(3 * own_training.LOOK_MS)
    assert begun.read_text() == "x\n"
    assert [record.number for record in control.queue.waiting] == [1, 2]
    control.queue.go_on()
    qtbot.waitUntil(lambda: begun.read_text() == "x\nx\n" and control.queue.is_held)


def test_code_of_a_run_from_elsewhere_is_not_run_unasked(
    qtbot: QtBot, tmp_path: Path, state: AppState, store: Store, control: RunControl
) -> None:
    asked = plan(write(tmp_path, GOOD))
    record = store.create(asked)
    store.let_go(record.id)
    control.refresh()
    qtbot.waitUntil(lambda: control.record(record.id) is not None)
    told: list[str] = []
    state.noticed.connect(lambda message, hint, level: told.append(f"{message} {hint}"))
    control.open_run(record.id)
    qtbot.waitUntil(lambda: len(told) == 1)
    control.own.resume(record.id)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert all("net.py, which you have not opened yet" in words for words in told)
    assert state.choice == LENET
    assert not processes(record.id)
    agree(store.folder(record.id) / "source" / "net.py")
    control.open_run(record.id)
    qtbot.waitUntil(lambda: state.choice == asked.choice)


def waited_out(qtbot: QtBot, state: AppState, control: RunControl, count: int) -> list[str]:
    """The runs, the oldest first, once there are so many and all are finished."""

    def are_finished() -> bool:
        control.refresh()
        qtbot.wait(100)
        records = [control.record(record.id) for record in state.runs]
        return len(records) == count and all(record.status == Status.FINISHED for record in records if record)

    qtbot.waitUntil(are_finished, timeout=120_000)
    return [record.id for record in sorted(state.runs, key=lambda record: record.number)]


@pytest.mark.slow
def test_one_waits_for_the_other_and_a_fork_begins_with_its_weights(
    qtbot: QtBot, tmp_path: Path, state: AppState, store: Store, control: RunControl
) -> None:
    path = write(tmp_path, GOOD)
    asked = plan(path, epochs=2)
    agree(path)
    state.set_choice(asked.choice)
    told: list[str] = []
    state.noticed.connect(lambda message, hint, level: told.append(str(message)))
    control.start(asked)
    qtbot.waitUntil(lambda: control.own.is_starting or bool(state.runs))
    control.queue.add(asked)
    qtbot.waitUntil(lambda: any("waits for its turn" in words for words in told))
    first, _ = waited_out(qtbot, state, control, 2)
    (moment,) = [moment for moment in moments(store.folder(first)) if moment.step][-1:]
    record = control.record(first)
    assert record is not None
    control.start(replace(asked, origin=origin_of(record, moment)))
    qtbot.waitUntil(lambda: len(state.runs) == 3)
    *_, forked = waited_out(qtbot, state, control, 3)
    fork = control.record(forked)
    assert fork is not None
    assert fork.plan.origin == origin_of(record, moment)
    before, after = (store.history(run).epoch_ends for run in (first, forked))
    assert after[0].train_loss < before[0].train_loss
    qtbot.waitUntil(lambda: not processes(first) and not processes(forked))


@pytest.mark.slow
def test_the_weights_of_a_run_that_goes_on_are_shown_though_its_file_has_changed(
    qtbot: QtBot, tmp_path: Path, state: AppState, store: Store, control: RunControl
) -> None:
    path = write(tmp_path, GOOD)
    asked = begin(state, control, path)
    qtbot.waitUntil(lambda: control.following.saved_step is not None, timeout=90_000)
    run = control.following.run
    assert run is not None
    control.stop_elsewhere()
    qtbot.waitUntil(lambda: not processes(run) and not control.own.trains(run))
    path.write_text(GOOD + "# another file now", encoding="utf-8")
    qtbot.waitUntil(lambda: control.record(run).status == Status.STOPPED)
    control.resume_run(run)
    qtbot.waitUntil(lambda: control.following.run == run, timeout=60_000)
    qtbot.waitUntil(lambda: state.choice != asked.choice)
    before = control.following.saved_step
    qtbot.waitUntil(lambda: control.following.saved_step not in (None, before), timeout=60_000)
    assert state.weights == FromRun(run, stamp=control.following.saved_step)
