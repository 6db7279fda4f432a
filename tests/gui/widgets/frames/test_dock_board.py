"""Panels around the middle of a window, set free and shown again."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.frames.dock_board import DockBoard


class Shows(QObject):
    """Counts how often a widget is shown."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Show
        return False


@pytest.mark.parametrize(("platform", "times"), [("wayland", 1), ("xcb", 0)])
def test_a_free_panel_is_shown_anew_above_its_window_on_wayland_alone(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, platform: str, times: int
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    board, heard, shows = DockBoard(window), [], Shows()
    docks = {name: board.place(name, Qt.DockWidgetArea.RightDockWidgetArea, 200) for name in ("one", "two")}
    for name in docks:
        board.fill(name, QLabel(name))
    window.show()
    board.set_free("one", True)
    board.shown.connect(lambda *what: heard.append(what))
    for dock in docks.values():
        dock.installEventFilter(shows)
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)
    board.lift_free()
    assert shows.count == times
    assert docks["one"].isFloating()
    assert docks["one"].isVisible()
    assert not heard
