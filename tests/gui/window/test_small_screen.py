"""The window on a screen without room for panels on three sides, such as one of 1280 x 800 pixels at 150%."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from explorer.app import create_window
from explorer.gui import main_window
from explorer.gui.main_window import MainWindow
from explorer.gui.screen_room import LEAST_STACKED, room_on
from explorer.gui.state import Selection, SelectionKind
from explorer.gui.warmup import Warmup
from tests.gui.window.handling import close


@pytest.mark.parametrize("available", [QSize(853, 500), QSize(1280, 520), QSize(960, 900)])
def test_a_screen_without_room_for_panels_on_three_sides_has_them_behind_tabs(available: QSize) -> None:
    room = room_on(available)
    assert room.is_stacked
    assert room.least.boundedTo(available) == room.least


@pytest.fixture
def stacked(monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """As on a screen of 1280 x 800 on which everything is drawn at 150%."""
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    monkeypatch.setattr(main_window, "room_of", lambda screen: room_on(QSize(853, 500)))
    _, made = create_window([])
    made.resize(made.minimumSize())
    made.show()
    yield made
    close(made)


def in_front(window: MainWindow) -> str:
    """The panel that is seen of those behind tabs."""
    docks = window.findChildren(QDockWidget)
    (name,) = [dock.objectName() for dock in docks if not dock.visibleRegion().isEmpty()]
    return name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_panels_behind_tabs_leave_the_window_small(qtbot: QtBot, stacked: MainWindow, language: str) -> None:
    stacked.state.set_language(language)
    for name in ("bottom", "right", "left"):
        stacked.commands[f"panel.{name}"].setChecked(True)
        stacked._board.show(name, True)
        qtbot.waitUntil(lambda name=name: in_front(stacked) == f"{name}Dock")
        assert stacked.size() == LEAST_STACKED, name
        assert stacked.graph.width() >= 380


def test_what_the_user_turns_to_comes_to_the_front_of_the_tabs(qtbot: QtBot, stacked: MainWindow) -> None:
    qtbot.waitUntil(lambda: in_front(stacked) == "leftDock")
    stacked.state.select(Selection(SelectionKind.NODE, 2))
    qtbot.waitUntil(lambda: in_front(stacked) == "rightDock")
    stacked.state.set_training("some run", is_paused=False)
    qtbot.waitUntil(lambda: in_front(stacked) == "bottomDock")
    stacked.commands["search.architecture"].trigger()
    qtbot.waitUntil(lambda: in_front(stacked) == "leftDock")
    stacked.commands["panel.right"].trigger()
    stacked.state.select(Selection(SelectionKind.NODE, 3))
    assert not stacked._board.is_shown("right"), "what was hidden stays so"
    stacked.commands["panel.reset"].trigger()
    assert stacked._board.is_shown("right")
