"""Parts of the window are made one after the other, before anybody sees them."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.services.ahead import Ahead


def test_parts_are_made_in_their_order_each_once(qtbot: QtBot) -> None:
    made: list[int] = []
    ahead = Ahead(pause_ms=1)
    ahead.begin(partial(made.append, number) for number in range(3))
    assert made == []
    qtbot.waitUntil(lambda: len(made) == 3)
    qtbot.wait(20)
    assert made == [0, 1, 2]


def test_nothing_is_made_when_it_has_been_stopped(qtbot: QtBot) -> None:
    made: list[int] = []
    ahead = Ahead(pause_ms=1)
    ahead.begin(iter([partial(made.append, 1)]))
    ahead.stop()
    qtbot.wait(20)
    assert made == []


def test_nothing_is_made_while_a_button_is_held(qtbot: QtBot) -> None:
    made: list[int] = []
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    QTest.mousePress(widget, Qt.MouseButton.LeftButton)
    ahead = Ahead(pause_ms=1)
    ahead.begin(iter([partial(made.append, 1)]))
    qtbot.wait(30)
    held = list(made)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made == [1])
    assert held == []
