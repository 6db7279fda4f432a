"""The line of a run that is followed: whose process trains it, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.gui import text
from explorer.gui.panels.training.follow_line import FollowLine
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.runs.curves.history import History
from explorer.runs.folder.lock import Holder
from explorer.runs.shelf.store import Store
from tests.gui.recorded_runs import LENET, plan

RUN = "20260101T000000Z-own-1"


@pytest.fixture
def state() -> AppState:
    return AppState(LENET)


@pytest.fixture
def control(tmp_path: Path, state: AppState) -> Iterator[RunControl]:
    store = Store(tmp_path / "runs")
    made = RunControl(state, store)
    yield made
    made.close()
    store.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("is_own", "place"), [(True, "own_process"), (False, "elsewhere")])
def test_whose_process_it_is(
    qtbot: QtBot,
    state: AppState,
    control: RunControl,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    is_own: bool,
    place: str,
) -> None:
    text.set_language(language)
    monkeypatch.setattr(control.own, "trains", lambda run: is_own and run == RUN)
    control.following.run, control.following.holder = RUN, Holder("0", "here", 4711)
    line = FollowLine(state, control)
    qtbot.addWidget(line)
    line.retranslate()
    assert line._where.text() == text.tr(f"training.{place}", number="?")
    assert "4711" in line._where.toolTip()
    assert line.rate.field.toolTip().endswith(text.tr(f"training.live_lr_{place}"))
    assert not line.rate.field.isEnabled()
    assert line.pause.isVisibleTo(line) == is_own
    control.following.run = None


def test_a_run_that_has_taken_no_step_shows_the_rate_of_its_plan(
    qtbot: QtBot, state: AppState, control: RunControl
) -> None:
    record = control.store.create(plan())
    state.set_runs((record,))
    state.set_history(record.id, History(record.id))
    control.following.run = record.id
    line = FollowLine(state, control)
    qtbot.addWidget(line)
    assert line.rate.field.value() == record.plan.config.lr == 0.1
    control.following.run = None
