"""Another process has a run; the window reads along in its folder."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui import text
from explorer.gui.panels.training.follow_line import FollowLine
from explorer.gui.services import following
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun, Untrained
from explorer.runs.shelf.store import Status, Store
from explorer.training.events import EpochEnded, Event, Finished, Paused, Resumed, Stopped
from tests.gui.recorded_runs import LENET, executor, plan, recorded, wait_until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "GLANCE_MS", 100)
    monkeypatch.setattr(following, "LOOK_MS", 30)


@pytest.fixture
def state() -> AppState:
    return AppState(LENET)


@pytest.fixture
def control(state: AppState, store: Store) -> Iterator[RunControl]:
    made = RunControl(state, store, execute=executor(pause=0.02))
    yield made
    made.close()


class Other:
    """Another process, as far as the window can tell: a store of its own that holds a run."""

    def __init__(self, root: Path) -> None:
        self.store = Store(root)
        self.run = self.store.create(plan(4)).id
        self.recorder = self.store.recorder(self.run)
        self._events = recorded(self.run)

    def advance(self, kind: type[Event] = EpochEnded) -> None:
        for event in self._events:
            self.recorder.append(event)
            if isinstance(event, kind):
                break
        self.recorder.flush()

    def save(self, step: int) -> None:
        listed = self.store.folder(self.run) / "checkpoints" / "checkpoints.json"
        listed.parent.mkdir(exist_ok=True)
        listed.write_text(json.dumps({"last": f"step-{step:08d}", "previous": None, "best": None}))

    def end(self, event: Event) -> None:
        self.recorder.append(event)
        self.recorder.close()


@pytest.fixture
def other(store: Store) -> Iterator[Other]:
    made = Other(store.root)
    yield made
    made.recorder.close()
    made.store.close()


def listed(state: AppState, run: str) -> Callable[[], bool]:
    return lambda: any(record.id == run for record in state.runs)


def steps(state: AppState, run: str) -> int:
    history = state.history(run)
    return 0 if history is None else history.step


def look_at(qtbot: QtBot, control: RunControl, state: AppState, other: Other) -> None:
    """Goes to the run of another process, after its first epoch of 40 steps."""
    wait_until(qtbot, listed(state, other.run))
    other.advance()
    control.open_run(other.run)
    wait_until(qtbot, lambda: steps(state, other.run) == 40)


def test_a_run_that_begins_elsewhere_appears_in_the_list(
    qtbot: QtBot, control: RunControl, state: AppState, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    glances, glance = [], store.glance
    monkeypatch.setattr(store, "glance", lambda runs: glances.append(runs) or glance(runs))
    wait_until(qtbot, lambda: len(glances) > 1)
    other = Other(store.root)
    wait_until(qtbot, listed(state, other.run))
    other.end(Stopped(other.run))
    wait_until(qtbot, lambda: state.runs[0].status == Status.STOPPED)
    other.store.close()


def test_the_shown_run_is_followed_to_its_end(qtbot: QtBot, control: RunControl, state: AppState, other: Other) -> None:
    wait_until(qtbot, listed(state, other.run))
    other.advance()
    control.open_run(other.run)
    assert control.following.run == other.run
    wait_until(qtbot, lambda: steps(state, other.run) == 40)
    assert state.weights == Untrained()  # nothing is saved yet
    assert control.following.holder is not None
    grown: list[int] = []
    state.history_changed.connect(lambda: grown.append(steps(state, other.run)))
    other.advance()
    other.save(80)
    wait_until(qtbot, lambda: steps(state, other.run) == 80)
    wait_until(qtbot, lambda: state.weights == FromRun(other.run, stamp=80))
    other.save(120)
    wait_until(qtbot, lambda: state.weights == FromRun(other.run, stamp=120))
    state.set_weights(FromRun(other.run, moment=80))
    other.save(140)
    wait_until(qtbot, lambda: control.following.saved_step == 140)
    assert state.weights == FromRun(other.run, moment=80)  # who looks back goes on looking back
    assert not control.is_busy
    other.end(Finished(other.run))
    wait_until(qtbot, lambda: control.following.run is None)
    history = state.history(other.run)
    assert history is not None
    assert isinstance(history.ending, Finished)
    wait_until(qtbot, lambda: state.runs[0].status == Status.FINISHED)
    assert grown


def test_a_run_looked_at_again_has_what_came_meanwhile(
    qtbot: QtBot, control: RunControl, state: AppState, other: Other
) -> None:
    look_at(qtbot, control, state, other)
    state.show_run(None)
    assert control.following.run is None
    other.advance()
    other.end(Finished(other.run))
    wait_until(qtbot, lambda: state.runs[0].status == Status.FINISHED)
    control.open_run(other.run)
    wait_until(qtbot, lambda: steps(state, other.run) == 80)


def test_a_process_that_dies_ends_the_following_and_resuming_begins_it_again(
    qtbot: QtBot, control: RunControl, state: AppState, other: Other
) -> None:
    look_at(qtbot, control, state, other)
    other.recorder.close()  # without an ending: what is left of a process that was killed
    wait_until(qtbot, lambda: control.following.run is None)
    wait_until(qtbot, lambda: state.runs[0].status in (Status.STOPPED, Status.INTERRUPTED))
    other.recorder = other.store.recorder(other.run)
    wait_until(qtbot, lambda: control.following.run == other.run)
    other.advance()
    wait_until(qtbot, lambda: steps(state, other.run) == 80)


def test_an_ending_is_believed_when_the_process_has_let_go(
    qtbot: QtBot, control: RunControl, state: AppState, other: Other
) -> None:
    look_at(qtbot, control, state, other)
    other.advance()
    other.recorder.append(Finished(other.run))
    other.recorder.flush()
    wait_until(qtbot, lambda: steps(state, other.run) == 80)
    history = state.history(other.run)
    assert history is not None
    assert history.ending is None
    assert control.following.run == other.run
    other.recorder.close()
    wait_until(qtbot, lambda: control.following.run is None)
    assert history.ending == Finished(other.run)


def test_a_run_of_this_window_is_not_taken_for_one_of_another(
    qtbot: QtBot, control: RunControl, state: AppState
) -> None:
    followed: list[Any] = []
    control.following.changed.connect(lambda: followed.append(control.following.run))
    control.start(plan(2))
    wait_until(qtbot, lambda: state.training is not None)
    qtbot.wait(250)
    wait_until(qtbot, lambda: not control.is_busy)
    wait_until(qtbot, lambda: state.runs[0].status == Status.FINISHED)
    assert followed == []


def test_a_followed_run_is_not_deleted(qtbot: QtBot, control: RunControl, state: AppState, other: Other) -> None:
    wait_until(qtbot, listed(state, other.run))
    with qtbot.waitSignal(state.noticed):
        control.delete_runs((other.run,))
    assert listed(state, other.run)()


def test_a_process_is_asked_to_stop_and_does(qtbot: QtBot, control: RunControl, state: AppState, store: Store) -> None:
    code = f"""
import sys
sys.modules["torch"] = None  # the writer for TensorBoard would import it
from pathlib import Path
from explorer.runs.work.runner import Runner
from explorer.runs.shelf.store import Store
from tests.gui.recorded_runs import Replay, plan
store = Store(Path({str(store.root)!r}))
run = store.create(plan(1000)).id
runner = Runner(run, lambda: Replay(run, pause=0.02, epochs=1000), recorder=store.recorder(run))
runner.start()
print(run, flush=True)
runner.join()
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        run = process.stdout.readline().strip()
        wait_until(qtbot, listed(state, run))
        control.open_run(run)
        wait_until(qtbot, lambda: steps(state, run) > 0)
        control.stop_elsewhere()
        assert control.following.is_stopping
        wait_until(qtbot, lambda: control.following.run is None)
        assert process.wait() == 0
    history = state.history(run)
    assert history is not None
    assert history.ending == Stopped(run)
    wait_until(qtbot, lambda: state.runs[0].status == Status.STOPPED)
    assert state.choice.architecture == catalogue.find("lenet").name


def test_a_pause_of_the_other_process_is_told(qtbot: QtBot, control: RunControl, state: AppState, other: Other) -> None:
    look_at(qtbot, control, state, other)
    line = FollowLine(state, control)
    qtbot.addWidget(line)
    for event, is_paused in ((Paused(other.run), True), (Resumed(other.run), False)):
        other.recorder.append(event)
        other.recorder.flush()
        for language in ("en", "zh"):
            text.set_language(language)
            line.retranslate()
            words = text.tr("training.paused")
            wait_until(qtbot, lambda: (words in line.progress.words) == is_paused)  # noqa: B023
    text.set_language("en")
