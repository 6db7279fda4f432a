"""The line of time below the image: where it stands, what it says, and what follows when it is moved."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.gui import text
from explorer.gui.panels.inspector import time_section
from explorer.gui.panels.inspector.time_section import Stop, TimeSection
from explorer.gui.state import AppState, FromFile, FromRun, PinnedImage, Untrained
from explorer.inspection.figures import Figures
from explorer.runs.folder.moments import Moment
from explorer.runs.looking.past import Past
from tests.gui.recorded_runs import LENET, history

RUN = "20260101-000000-lenet-aa"
PIXELS = np.zeros((8, 8, 1), dtype=np.uint8)


def moments(*steps: int, best: int = 40) -> tuple[Moment, ...]:
    roles = {steps[-1]: ("last",), best: ("best",)}
    return tuple(Moment(step, Path(f"step-{step}"), roles.get(step, ())) for step in steps)


def figures(share: float) -> Figures:
    return Figures(np.array([1 - share, share]), {}, {})


@pytest.fixture
def state(qapp: object) -> AppState:
    state = AppState(LENET)
    state.set_image(PinnedImage(PIXELS, "one", label="b", classes=("a", "b")))
    state.set_history(RUN, history(RUN))  # 40 steps an epoch
    return state


@pytest.fixture
def section(state: AppState, qtbot: QtBot) -> TimeSection:
    section = TimeSection(state)
    qtbot.addWidget(section)
    section.resize(300, 70)
    section.retranslate()
    return section


def show(state: AppState, *, training: bool = False) -> None:
    state.set_training(RUN if training else None)
    state.set_weights(FromRun(RUN, is_live=training))
    state.set_past(Past(RUN, moments(0, 4, 40, 160), {0: figures(0.1), 40: figures(0.7), 160: figures(0.9)}))


def plays(section: TimeSection) -> bool:
    return section.is_playing


def curve(section: TimeSection) -> list[float | None]:
    return list(section.line.curve)


def moved(qtbot: QtBot) -> None:
    qtbot.wait(2 * time_section.SETTLE_MS)


def test_it_is_there_for_runs_with_several_moments_only(section: TimeSection, state: AppState) -> None:
    assert section.isHidden()
    show(state)
    assert not section.isHidden()
    for other in (Untrained(), FromFile(Path("w.safetensors")), FromRun("another")):
        state.set_weights(other)
        assert section.isHidden()
    show(state)
    state.set_past(Past(RUN, moments(0)))
    assert section.isHidden()


def test_moments_that_were_given_up_for_room_on_the_disk_are_missed_by_nobody(
    section: TimeSection, state: AppState
) -> None:
    show(state)
    state.set_past(Past(RUN, moments(160)))
    state.insight_changed.emit()  # of what was asked for before
    section.line.valueChanged.emit(3)
    assert section.isHidden()
    assert section.stops == ()


def test_it_says_where_it_stands(section: TimeSection, state: AppState, qtbot: QtBot) -> None:
    show(state)
    assert (section.line.value(), section.where.text()) == (3, "step 160 · epoch 4 · last")
    assert section.share.text() == "P(b) 90%"
    assert curve(section) == [0.1, None, 0.7, 0.9]
    state.set_weights(FromRun(RUN, moment=40))
    assert (section.line.value(), section.where.text()) == (2, "step 40 · epoch 1 · best")
    state.set_weights(FromRun(RUN, moment=4))
    assert section.where.text() == "step 4 · epoch 0.1"
    assert section.share.isHidden()  # not looked at yet
    text.set_language("zh")
    section.retranslate()
    assert section.where.text() == "第 4 步 · 0.1 轮"
    assert section.line.accessibleName() == "运行的时刻"


def test_keys_go_to_other_moments_and_back_to_the_last(section: TimeSection, state: AppState, qtbot: QtBot) -> None:
    show(state)
    QTest.keyClick(section.line, Qt.Key.Key_Home)
    moved(qtbot)
    assert state.weights == FromRun(RUN, moment=0)
    QTest.keyClick(section.line, Qt.Key.Key_Right)
    moved(qtbot)
    assert state.weights == FromRun(RUN, moment=4)
    QTest.keyClick(section.line, Qt.Key.Key_End)
    moved(qtbot)
    assert state.weights == FromRun(RUN)


def test_a_drag_over_many_moments_looks_into_the_last_one_only(
    section: TimeSection, state: AppState, qtbot: QtBot
) -> None:
    show(state)
    seen: list[object] = []
    state.weights_changed.connect(lambda: seen.append(state.weights))
    line = section.line
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=QPoint(round(line.x_of(2)), 30))
    for stop in (1, 0, 1):
        QTest.mouseMove(line, QPoint(round(line.x_of(stop)), 30))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton)
    moved(qtbot)
    assert line.value() == 1
    assert seen == [FromRun(RUN, moment=4)]


def test_a_run_that_trains_ends_in_what_is_live(section: TimeSection, state: AppState, qtbot: QtBot) -> None:
    show(state, training=True)
    assert section.stops[-1] == Stop(None)
    assert (section.line.value(), section.where.text()) == (4, "live")
    section.line.setValue(1)
    moved(qtbot)
    assert state.weights == FromRun(RUN, moment=4)
    state.set_past(Past(RUN, moments(0, 2, 4, 40, 160, 240)))  # more moments have come: it stays at the past
    assert (section.line.value(), section.where.text()) == (2, "step 4 · epoch 0.1")
    section.line.setValue(5)  # the last checkpoint of a run that goes on is a moment like others
    moved(qtbot)
    assert state.weights == FromRun(RUN, moment=240)
    QTest.keyClick(section.line, Qt.Key.Key_End)
    moved(qtbot)
    assert state.weights == FromRun(RUN, is_live=True)
    section.line.setValue(1)
    moved(qtbot)
    state.set_training(None)
    assert state.weights == FromRun(RUN, moment=2)
    assert section.stops[-1].step == 240


def test_it_plays_to_the_end_and_waits_for_each_moment(
    section: TimeSection, state: AppState, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(state)
    section._beat.setInterval(40)
    seen: list[object] = []
    state.weights_changed.connect(lambda: seen.append(state.weights))
    section.play.click()
    assert plays(section)
    moved(qtbot)
    qtbot.wait(200)
    assert seen == [FromRun(RUN, moment=0)]  # nothing was found in it yet
    state.weights_changed.connect(state.insight_changed)
    state.insight_changed.emit()
    qtbot.waitUntil(lambda: not plays(section))
    moved(qtbot)
    assert seen == [FromRun(RUN, moment=0), FromRun(RUN, moment=4), FromRun(RUN, moment=40), FromRun(RUN)]
    section.play.click()
    section.play.click()
    assert not plays(section)
    section.play.click()
    QTest.mousePress(section.line, Qt.MouseButton.LeftButton, pos=QPoint(100, 30))
    assert not plays(section)  # the hand goes first
    section.play.click()
    state.set_weights(Untrained())
    assert not plays(section)


def test_without_a_true_class_the_likeliest_at_the_end_is_followed(section: TimeSection, state: AppState) -> None:
    state.set_image(PinnedImage(PIXELS, "unknown"))
    show(state)
    assert curve(section) == []  # nothing has been looked at yet: no names of classes either
    state.set_insight(SimpleNamespace(predictions=()))  # type: ignore[arg-type]
    assert curve(section) == [0.1, None, 0.7, 0.9]
    assert section.share.text() == "P(class 1) 90%"
