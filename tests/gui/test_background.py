"""Work on other threads: only the newest answer counts, all errands are run, and neither outlives who asked."""

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from explorer.gui import background
from explorer.gui.background import Errands, Latest


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


def test_only_the_newest_is_answered(qtbot: QtBot, gate: threading.Event) -> None:
    latest = Latest("test")
    told: list[object] = []
    latest.done.connect(told.append)
    latest.request(lambda: gate.wait(60))
    for number in range(5):
        latest.request(lambda number=number: number)
    gate.set()
    qtbot.waitUntil(lambda: not latest.is_busy)
    assert told == [4]
    latest.close()


def test_closed_ignores_requests(qtbot: QtBot) -> None:
    latest, asked = Latest("test"), []
    latest.close()
    latest.close()
    latest.request(lambda: asked.append(1))
    qtbot.wait(20)
    assert asked == []
    assert not latest.is_busy


def test_left_does_not_wait_and_goes_when_the_work_has_ended(qtbot: QtBot, gate: threading.Event) -> None:
    latest, told = Latest("test"), []
    latest.done.connect(told.append)
    begun = threading.Event()

    def work() -> None:
        begun.set()
        gate.wait(60)

    latest.request(work)
    assert begun.wait(60)
    latest.leave()
    latest.request(lambda: told.append("asked"))
    qtbot.wait(20)
    assert isValid(latest)
    assert background._left == {latest}
    gate.set()
    qtbot.waitUntil(lambda: not isValid(latest))
    assert background._left == set()
    assert told == []


@pytest.mark.parametrize("is_asked", [False, True])
def test_left_without_work_goes_at_once(qtbot: QtBot, is_asked: bool) -> None:
    latest = Latest("test")
    if is_asked:
        with qtbot.waitSignal(latest.done):
            latest.request(int)
    latest.leave()
    assert background._left == set()
    qtbot.waitUntil(lambda: not isValid(latest))


def test_the_end_waits_for_the_work_of_those_that_were_left(qtbot: QtBot, gate: threading.Event) -> None:
    latest, ended, begun = Latest("test"), [], threading.Event()

    def work() -> None:
        begun.set()
        gate.wait(60)
        ended.append(True)

    latest.request(work)
    assert begun.wait(60)
    latest.leave()
    threading.Timer(0.05, gate.set).start()
    background.close_all(QObject())
    assert ended == [True]
    assert background._left == set()


def test_the_end_closes_the_workers_of_dialogs_too(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    latest, errands, asked = Latest("test", QDialog(window)), Errands("test", window), []
    background.close_all(window)
    latest.request(lambda: asked.append("latest"))
    errands.do(lambda: asked.append("errands"))
    qtbot.wait(20)
    assert asked == []


def test_errands_are_all_run_and_closed_ones_are_not_begun(qtbot: QtBot) -> None:
    errands, done = Errands("test"), []
    for number in range(3):
        errands.do(lambda number=number: done.append(number))
    errands.close()
    errands.do(lambda: done.append("late"))
    assert done == [0, 1, 2]
