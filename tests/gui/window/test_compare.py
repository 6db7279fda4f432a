"""The workspace in which networks are compared, in the window."""

import threading

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.app import create_window
from explorer.gui.main_window import MainWindow
from explorer.gui.warmup import Warmup
from tests.gui.window.handling import close


@pytest.fixture
def window(fresh: MainWindow) -> MainWindow:
    fresh.resize(1280, 800)
    return fresh


def docks(window: MainWindow) -> dict[str, tuple[bool, int]]:
    return {dock.objectName(): (dock.isVisible(), dock.width()) for dock in window.findChildren(QDockWidget)}


def test_panels_make_room_and_come_back(qtbot: QtBot, window: MainWindow) -> None:
    window.commands["panel.right"].trigger()
    qtbot.wait(1)
    before, layout = docks(window), window.preferences().layout
    switch = window.findChild(QWidget, "workspaceSwitch")
    assert switch is not None
    assert window.workspaces.current == "explore"
    window.header._workspaces.button("compare").click()
    qtbot.wait(1)
    assert window.workspaces.current == "compare"
    assert not any(is_shown for is_shown, _ in docks(window).values())
    assert window.preferences().layout == layout
    assert window.commands["workspace.compare"].isChecked()
    window.commands["workspace.explore"].trigger()
    qtbot.wait(1)
    assert docks(window) == before


def test_what_is_done_to_the_one_network_goes_to_it(window: MainWindow) -> None:
    for act in (
        lambda: window.state.set_choice(catalogue.find("nin").default_choice()),
        window.commands["search.layer"].trigger,
    ):
        window.workspaces.go_to("compare")
        act()
        assert window.workspaces.current == "explore"


def test_zoom_commands_are_for_what_is_seen(window: MainWindow) -> None:
    window.workspaces.go_to("compare")
    compare = window.workspaces.compare
    assert compare is not None
    alone, before = window.graph.view.zoom, compare.left.view.zoom
    window.commands["zoom.out"].trigger()
    assert compare.left.view.zoom < before
    assert window.graph.view.zoom == alone


def test_everything_fits_into_the_smallest_window(qtbot: QtBot, window: MainWindow) -> None:
    window.workspaces.go_to("compare")
    window.resize(1000, 640)
    qtbot.wait(5)
    for name in ("compareLeft", "compareRight", "compareTable", "compareCopy", "compareSwap", "menuButton"):
        widget = window.findChild(QWidget, name)
        assert widget is not None
        area = widget.rect().translated(widget.mapTo(window, QPoint(0, 0)))
        assert window.rect().contains(area), name


def test_closing_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    before = set(threading.enumerate())
    _, window = create_window([])
    window.show()
    window.workspaces.go_to("compare")
    QApplication.processEvents()
    close(window)
    assert [thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()] == []
