"""The whole window: what it loads, restores, tells, and how it ends."""

import gc
import json
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.app import create_window
from explorer.bilingual import Text
from explorer.gui import preferences, text, theme
from explorer.gui.main_window import MainWindow
from explorer.gui.panels.inspector.panel import TABS
from explorer.gui.preferences import Preferences
from explorer.gui.screen_room import LEAST_WIDTH, room_on
from explorer.gui.state import Level
from explorer.gui.warmup import Warmup
from explorer.gui.widgets.words.notices import Notice
from explorer.runs.shelf.record import RunRecord, Status
from tests.gui import recorded_runs
from tests.gui.window.handling import close

OBJECT_NAMES = (
    "architectureSearch", "architectureList", "graphView", "detailSelector", "colourSelector", "inspector", "imageWell",
    "predictions", "featureMaps", "filters", "statistics", "attribution", "startButton", "pauseButton", "stopButton",
    "epochsField", "batchSizeField", "learningRateField", "datasetSelector", "deviceSelector", "progressBar",
    "lossPlot", "accuracyPlot", "runsTable",
)  # fmt: skip


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_list_and_graph_are_there_without_torch() -> None:
    told = _run(
        "import sys, json\n"
        "from explorer.app import create_window\n"
        "app, window = create_window([])\n"
        "window.resize(1280, 800)\n"
        "rows = window.findChild(object, 'architectureList').model().rowCount()\n"
        "graph = window.state.graph\n"
        "facts = dict(rows=rows, params=graph.params, torch='torch' in sys.modules)\n"
        "window.close()\n"
        "print(json.dumps(facts))"
    )
    facts = json.loads(told)
    assert facts["rows"] >= 13
    assert facts["params"] == catalogue.find("lenet").params
    assert facts["torch"] is False


def test_all_names_that_scripts_rely_on_are_there(window: MainWindow) -> None:
    assert window.objectName() == "mainWindow"
    for tab in TABS:
        window.inspector.show_tab(tab)
    missing = [name for name in OBJECT_NAMES if window.findChild(QWidget, name) is None]
    assert missing == []


def test_garbage_is_left_to_the_gui_thread_to_the_end(fresh: MainWindow) -> None:
    assert not gc.isenabled()
    fresh.close()
    assert not gc.isenabled()  # threads of libraries go on until the process ends


def test_window_comes_back_as_it_was(fresh: MainWindow) -> None:
    fresh.commands["theme.light"].trigger()
    fresh.commands["language.zh"].trigger()
    fresh.commands["panel.bottom"].trigger()
    fresh.state.set_choice(catalogue.find("densenet").choose(classes=7, settings={"growth_rate": 12}))
    fresh.close()
    kept = preferences.load()
    assert (kept.theme, kept.language) == ("light", "zh")
    _, again = create_window([])
    try:
        again.show()
        assert again.state.choice.classes == 7
        assert again.state.choice.settings["growth_rate"] == 12
        assert (theme.name(), text.language()) == ("light", "zh")
        assert not again.training.isVisible()
        assert again.commands["theme.light"].isChecked()
    finally:
        close(again)


@pytest.mark.parametrize(("available", "least"), [(1040, 640), (614, 574), (540, 560)])
def test_the_window_fits_on_a_low_screen(fresh: MainWindow, available: int, least: int) -> None:
    room = room_on(QSize(1366, available))
    assert (room.is_stacked, room.least) == (False, QSize(LEAST_WIDTH, least))
    fresh.setMinimumHeight(least)
    fresh.resize(room.least)
    assert fresh.size() == room.least  # nothing in it needs more


def test_remembers_that_the_idea_was_unfolded(fresh: MainWindow) -> None:
    assert fresh.preferences().idea == ""
    fresh.findChild(QPushButton, "foldIdea").click()
    assert fresh.preferences().idea == preferences.WHOLE


@pytest.mark.parametrize(
    "choice",
    [{"architecture": "gone"}, {}, {"architecture": "lenet", "input_shape": [1, 2, 3], "classes": 10, "settings": {}}],
)
def test_remembered_network_that_is_no_more_is_replaced(choice: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    preferences.save(Preferences(choice=choice, geometry="????", layout="AAAA"))
    _, window = create_window([])
    first = window.state.choice
    close(window)
    assert first == catalogue.find("lenet").default_choice()


def test_layout_can_be_reset(qtbot: QtBot, window: MainWindow) -> None:
    docks = {dock.objectName(): dock for dock in window.findChildren(QDockWidget)}
    window.commands["panel.reset"].trigger()
    widths = {name: dock.width() for name, dock in docks.items()}
    window.commands["panel.left"].trigger()
    window.commands["panel.float_right"].trigger()
    assert not docks["leftDock"].isVisible()
    assert docks["rightDock"].isFloating()
    assert not window.commands["panel.left"].isChecked()
    assert window.commands["panel.float_right"].isChecked()
    window.commands["panel.reset"].trigger()
    assert not docks["rightDock"].isFloating()
    assert window.commands["panel.left"].isChecked()
    qtbot.waitUntil(lambda: {name: dock.width() for name, dock in docks.items()} == widths)


def test_notices_of_the_state_are_shown(window: MainWindow) -> None:
    window.state.notice(
        Text("The disk is full.", "磁盘已满。"), Text("Delete some runs.", "请删除一些运行。"), Level.ERROR
    )
    (notice,) = window.findChildren(Notice)
    assert notice.isVisible()
    assert notice.accessibleName() == "The disk is full. Delete some runs."


def test_a_training_that_was_broken_off_is_offered(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    resumed: list[str] = []
    monkeypatch.setattr(window._run_control, "resume_run", resumed.append)
    record = RunRecord("left", 7, recorded_runs.plan(4), Status.STOPPED, datetime.now(UTC), epochs_done=2)
    window._left_off.found.emit(record)
    (notice,) = window.findChildren(Notice)
    assert notice.message.words == "Run 7 (LeNet) was broken off after 2 of 4 epochs."
    notice.offer_button.click()
    assert resumed == ["left"]
    assert not notice.isVisible()


def test_palette_shows_a_network(qtbot: QtBot, window: MainWindow) -> None:
    window.commands["app.palette"].trigger()
    palette = window.findChild(QWidget, "palette")
    field = palette.findChild(QLineEdit)
    qtbot.keyClicks(field, "googlenet")
    found = palette.findChild(QTreeWidget)
    words = [found.topLevelItem(row).text(0) for row in range(found.topLevelItemCount())]
    assert words == ["Show GoogLeNet", "Show GoogLeNet (torchvision)"]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.state.choice.architecture == "googlenet"


@pytest.mark.parametrize(
    ("command", "name"),
    [("app.shortcuts", "shortcuts"), ("app.about", "about"), ("app.first_steps", "firstSteps")],
)
def test_dialogs_open_and_close(qtbot: QtBot, window: MainWindow, command: str, name: str) -> None:
    window.commands[command].trigger()
    dialog = window.findChild(QWidget, name)
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_commands_reach_the_panels(window: MainWindow) -> None:
    before = window.graph.view.zoom
    window.commands["zoom.in"].trigger()
    window.commands["search.architecture"].trigger()
    assert window.focusWidget().objectName() == "architectureSearch"
    assert window.graph.view.zoom != before or window.graph.view.is_moving


def test_closing_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    before = set(threading.enumerate())
    _, window = create_window([])
    window.show()
    QApplication.processEvents()
    close(window)
    assert [thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()] == []
