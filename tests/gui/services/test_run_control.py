"""Runs are started, paused, stopped, gone on with, shown and deleted for the window."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.gui.services import training_here
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun, Level, Untrained
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.index import Index
from explorer.runs.shelf.record import RunRecord
from explorer.runs.shelf.store import Status, Store
from explorer.training.config import TrainConfig
from explorer.training.events import Finished
from tests.gui.recorded_runs import plan, recorded, wait_until
from tests.gui.services.conftest import Make


def lenet(epochs: int = 2, dataset: str = "digits") -> Any:
    return plan(epochs, dataset, catalogue.find("lenet").default_choice())


def finished_run(store: Store, number_of_epochs: int = 2, architecture: str = "lenet") -> str:
    record = store.create(plan(number_of_epochs, choice=catalogue.find(architecture).default_choice()))
    recorder = store.recorder(record.id)
    for event in [*recorded(record.id, epochs=number_of_epochs), Finished(record.id)]:
        recorder.append(event)
    recorder.close()
    return record.id


def train(qtbot: QtBot, control: RunControl, state: AppState, epochs: int = 2) -> str:
    control.start(lenet(epochs))
    wait_until(qtbot, lambda: state.training is not None)
    run = state.training
    assert run is not None
    return run


def ended(control: RunControl, state: AppState) -> Callable[[], bool]:
    return lambda: not control.is_busy and state.training is None


def test_a_run_goes_from_start_to_the_list(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make()
    told: list[str] = []
    state.history_changed.connect(lambda: told.append("history"))
    run = train(qtbot, control, state)
    assert state.shown_run == run
    wait_until(qtbot, ended(control, state))
    wait_until(qtbot, lambda: bool(state.runs) and state.runs[0].status == Status.FINISHED)
    history = state.history(run)
    assert history is not None
    assert history.step == 80
    assert isinstance(history.ending, Finished)
    assert state.runs[0].epochs_done == 2
    assert told


def test_the_list_tells_how_far_it_is_where_nothing_can_be_written(
    qtbot: QtBot, make: Make, state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(index: Index, record: RunRecord) -> None:
        raise sqlite3.OperationalError

    monkeypatch.setattr(training_here, "LIST_SECONDS", 0.0)
    control = make(pause=0.02)
    run = train(qtbot, control, state, epochs=50)
    wait_until(qtbot, lambda: any(record.id == run for record in state.runs))
    monkeypatch.setattr(Index, "put", refuse)
    before = state.runs[0].epochs_done
    wait_until(qtbot, lambda: state.training == run and state.runs[0].epochs_done > before + 2)


def test_its_weights_are_looked_into_while_it_trains_and_after(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    seen = []
    state.weights_changed.connect(lambda: seen.append(state.weights))
    run = train(qtbot, control, state)
    wait_until(qtbot, ended(control, state))
    assert seen == [FromRun(run, is_live=True), FromRun(run)]


def test_another_network_that_is_looked_at_is_left_alone(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    train(qtbot, control, state)
    state.set_choice(catalogue.find("alexnet").default_choice())
    wait_until(qtbot, ended(control, state))
    assert state.weights == Untrained()


def test_coming_back_to_the_network_that_trains_shows_its_weights(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    run = train(qtbot, control, state, epochs=50)
    choice = state.choice
    wait_until(qtbot, lambda: state.weights == FromRun(run, is_live=True))
    state.set_choice(catalogue.find("alexnet").default_choice())
    qtbot.wait(20)
    assert state.weights == Untrained()
    state.set_choice(choice)
    wait_until(qtbot, lambda: state.weights == FromRun(run, is_live=True))


def test_coming_back_to_the_network_of_a_run_shows_its_weights(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make()
    run = train(qtbot, control, state)
    choice = state.choice
    wait_until(qtbot, ended(control, state))
    state.set_choice(catalogue.find("alexnet").default_choice())
    qtbot.wait(20)
    assert state.weights == Untrained()
    state.set_choice(choice)
    wait_until(qtbot, lambda: state.weights == FromRun(run))
    state.set_choice(replace(choice, classes=7))  # no network of that run
    qtbot.wait(20)
    assert state.weights == Untrained()


def test_pause_holds_and_resume_goes_on(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    run = train(qtbot, control, state, epochs=4)
    wait_until(qtbot, lambda: state.history(run).step > 0)  # type: ignore[union-attr]
    control.pause()
    assert state.is_paused
    history = state.history(run)
    assert history is not None
    wait_until(qtbot, lambda: history.is_paused)
    held = history.step
    qtbot.wait(300)
    assert history.step == held < 160
    control.resume()
    assert not state.is_paused
    wait_until(qtbot, ended(control, state))
    assert history.step == 160


def test_stop_ends_it_soon_also_when_paused(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    run = train(qtbot, control, state, epochs=100)
    control.pause()
    qtbot.wait(50)
    with qtbot.waitSignal(control.stopping):
        control.stop()
    wait_until(qtbot, ended(control, state))
    wait_until(qtbot, lambda: control.record(run).status == Status.STOPPED)  # type: ignore[union-attr]


def test_a_stopped_run_is_resumed_with_its_curves(
    qtbot: QtBot, make: Make, state: AppState, asked: list[tuple[str, bool]]
) -> None:
    control = make(pause=0.02)
    run = train(qtbot, control, state, epochs=4)
    wait_until(qtbot, lambda: state.history(run).step > 20)  # type: ignore[union-attr]
    control.stop()
    wait_until(qtbot, ended(control, state))
    state.set_choice(catalogue.find("alexnet").default_choice())
    control.resume_run(run)
    wait_until(qtbot, lambda: state.training == run)
    assert state.choice.architecture == "lenet"
    wait_until(qtbot, lambda: asked == [(run, False), (run, True)])
    wait_until(qtbot, ended(control, state))
    wait_until(qtbot, lambda: control.record(run).status == Status.FINISHED)  # type: ignore[union-attr]


def test_one_run_at_a_time(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    notices = []
    state.noticed.connect(lambda *said: notices.append(said))
    train(qtbot, control, state, epochs=50)
    control.start(lenet())
    assert len(notices) == 1
    assert notices[0][2] == Level.WARNING
    assert len(state.runs) == 1


def test_a_failure_is_told_with_its_hint(qtbot: QtBot, make: Make, state: AppState) -> None:
    error = ExplorerError(Text("The loss is not a number.", "损失不是数。"), Text("Lower the rate.", "降低学习率。"))
    control = make(fail=error)
    with qtbot.waitSignal(state.noticed) as told:
        control.start(lenet())
    assert told.args == [error.message, error.hint, Level.ERROR]
    wait_until(qtbot, ended(control, state))
    assert state.weights == Untrained()
    wait_until(qtbot, lambda: bool(state.runs) and state.runs[0].status == Status.FAILED)


def test_a_snapshot_comes_from_the_run_only(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    assert not control.snapshot(lambda snapshot: None)
    got: list[Any] = []
    train(qtbot, control, state, epochs=4)
    assert control.snapshot(got.append)
    wait_until(qtbot, lambda: bool(got))
    assert got[0] > 0


def test_stored_runs_are_listed_and_their_curves_read_when_shown(
    qtbot: QtBot, make: Make, state: AppState, store: Store
) -> None:
    run = finished_run(store)
    control = make()
    wait_until(qtbot, lambda: len(state.runs) == 1)
    assert state.history(run) is None
    with qtbot.waitSignal(control.history_loaded):
        control.open_run(run)
    assert state.shown_run == run
    assert state.weights == FromRun(run)
    history = state.history(run)
    assert history is not None
    assert history.step == 80


def test_opening_a_run_looks_at_its_network(qtbot: QtBot, make: Make, state: AppState, store: Store) -> None:
    run = finished_run(store, architecture="lenet_bn")
    control = make()
    wait_until(qtbot, lambda: len(state.runs) == 1)
    control.open_run(run)
    assert state.choice.architecture == "lenet_bn"
    assert state.weights == FromRun(run)


def test_a_deleted_run_can_be_brought_back(qtbot: QtBot, make: Make, state: AppState, store: Store) -> None:
    run = finished_run(store)
    control = make()
    wait_until(qtbot, lambda: len(state.runs) == 1)
    control.open_run(run)
    control.delete_runs((run,))
    assert state.runs == ()
    assert state.shown_run is None
    assert state.weights == Untrained()
    control.refresh()
    qtbot.wait(50)
    assert state.runs == ()
    control.undo_delete()
    wait_until(qtbot, lambda: len(state.runs) == 1)
    assert store.folder(run).is_dir()


def test_a_deleted_run_is_gone_after_closing(qtbot: QtBot, make: Make, state: AppState, store: Store) -> None:
    run = finished_run(store)
    control = make()
    wait_until(qtbot, lambda: len(state.runs) == 1)
    control.delete_runs((run,))
    assert store.folder(run).is_dir()
    control.close()
    assert not store.folder(run).exists()


def test_the_run_under_way_is_not_deleted(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    run = train(qtbot, control, state, epochs=50)
    with qtbot.waitSignal(state.noticed):
        control.delete_runs((run,))
    assert [record.id for record in state.runs] == [run]


def test_closing_stops_and_saves(qtbot: QtBot, make: Make, state: AppState, store: Store) -> None:
    control = make(pause=0.02)
    run = train(qtbot, control, state, epochs=100)
    wait_until(qtbot, lambda: state.history(run).step > 0)  # type: ignore[union-attr]
    assert control.close()
    assert store.record(run).status == Status.STOPPED
    assert 0 < store.record(run).steps < 4000


def test_a_folder_that_cannot_be_written_is_told(
    qtbot: QtBot, make: Make, state: AppState, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = make()

    def refuse(_: object) -> None:
        raise ExplorerError(Text("Cannot write.", "无法写入。"))

    monkeypatch.setattr(store, "create", refuse)
    with qtbot.waitSignal(state.noticed):
        control.start(lenet())
    assert not control.is_busy


def test_a_real_training_is_run_paused_looked_into_and_kept(qtbot: QtBot, state: AppState, store: Store) -> None:
    control = RunControl(state, store)
    config = TrainConfig(epochs=30, batch_size=16, optimizer="adam", lr=0.005, limit=320)  # longer than news take
    control.start(RunPlan(state.choice, "digits", None, config))
    wait_until(qtbot, lambda: state.weights != Untrained())
    control.pause()
    snapshots: list[Any] = []
    assert control.snapshot(snapshots.append)
    wait_until(qtbot, lambda: bool(snapshots))
    assert sum(tensor.numel() for tensor in snapshots[0].weights.values()) == 61_706
    control.resume()
    wait_until(qtbot, ended(control, state))
    wait_until(qtbot, lambda: state.runs[0].status == Status.FINISHED)
    assert (state.runs[0].epochs_done, state.runs[0].steps) == (30, 600)
    assert state.weights == FromRun(state.runs[0].id)
    assert (store.folder(state.runs[0].id) / "checkpoints").is_dir()
    control.close()
