"""The whole window: what it loads, restores, takes in, and how it ends."""

import gc
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer import catalogue, paths
from explorer.app import create_window
from explorer.bilingual import Text
from explorer.gui import preferences, text, theme
from explorer.gui.main_window import MainWindow
from explorer.gui.preferences import Preferences
from explorer.gui.state import Level
from explorer.gui.warmup import Warmup
from explorer.gui.widgets.image_intake import FileSource
from explorer.gui.widgets.notices import Notice
from explorer.runs.record import RunRecord, Status
from tests.gui import recorded_runs

OBJECT_NAMES = (
    "architectureSearch", "architectureList", "graphView", "detailSelector", "colourSelector", "inspector", "imageWell",
    "predictions", "featureMaps", "filters", "statistics", "attribution", "startButton", "pauseButton", "stopButton",
    "epochsField", "batchSizeField", "learningRateField", "datasetSelector", "deviceSelector", "progressBar",
    "lossPlot", "accuracyPlot", "runsTable",
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all tests that leave it as they found it, as it is before torch has been loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_EXPLORER_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setattr(Warmup, "start", lambda self: None)
        _, window = create_window([])
        window.resize(1280, 800)
        window.show()
        yield window
        _close(window)


@pytest.fixture
def window(shared: MainWindow) -> Iterator[MainWindow]:
    """The shared window, in English, dark, with LeNet."""
    shared.resize(1280, 800)
    yield shared
    shared.state.set_choice(catalogue.find("lenet").default_choice())
    shared.commands["language.en"].trigger()
    shared.commands["theme.dark"].trigger()
    for notice in shared.findChildren(Notice):
        notice.close_button.click()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def fresh(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window of the test's own."""
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    _, window = create_window([])
    window.show()
    yield window
    _close(window)


def _close(window: MainWindow) -> None:
    window.close()
    window.deleteLater()
    gc.enable()


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- the start ------------------------------------------------------------------------------------------------------


def test_importing_the_window_loads_neither_torch_nor_pyqtgraph() -> None:
    loaded = _run(
        "import sys, explorer.gui.window\n"
        "print([name for name in ('torch', 'torchvision', 'pyqtgraph', 'tensorboardX') if name in sys.modules])"
    )
    assert loaded.strip() == "[]"


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
    missing = [name for name in OBJECT_NAMES if window.findChild(QWidget, name) is None]
    assert missing == []


def test_garbage_is_left_to_the_gui_thread_while_the_window_lives(fresh: MainWindow) -> None:
    assert not gc.isenabled()
    fresh.close()
    assert gc.isenabled()


# -- remembering ----------------------------------------------------------------------------------------------------


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
        _close(again)


@pytest.mark.parametrize(
    "choice",
    [{"architecture": "gone"}, {}, {"architecture": "lenet", "input_shape": [1, 2, 3], "classes": 10, "settings": {}}],
)
def test_remembered_network_that_is_no_more_is_replaced(choice: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    preferences.save(Preferences(choice=choice, geometry="????", layout="AAAA"))
    _, window = create_window([])
    first = window.state.choice
    _close(window)
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


# -- language and theme ---------------------------------------------------------------------------------------------


def _words(window: MainWindow) -> list[str]:
    labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    buttons = [button.text() for button in window.findChildren(QAbstractButton) if button.isVisible()]
    tips = [widget.toolTip() for widget in window.findChildren(QWidget) if widget.isVisible()]
    fields = [field.placeholderText() for field in window.findChildren(QLineEdit) if field.isVisible()]
    return [words for words in labels + buttons + tips + fields if words]


def test_language_switches_everything_that_is_shown(window: MainWindow) -> None:
    """No string of the table is left in the language before."""
    table = text.table()
    english = {w.en for w in table.values() if w.en != w.zh and "{" not in w.en and len(w.en) > 2}
    chinese = {w.zh for w in table.values() if w.en != w.zh and "{" not in w.zh and len(w.zh) > 1}
    assert [words for words in _words(window) if words in chinese] == []
    window.header.language_picked.emit("zh")
    assert [words for words in _words(window) if words in english] == []
    window.header.language_picked.emit("en")
    assert [words for words in _words(window) if words in chinese] == []


@pytest.mark.parametrize("name", ["dark", "light"])
def test_theme_reaches_every_corner(window: MainWindow, name: str) -> None:
    window.commands[f"theme.{name}"].trigger()
    QApplication.processEvents()
    colours = theme.colours()
    image = window.grab().toImage()
    assert image.pixelColor(4, 4).name() == colours.panel
    assert image.pixelColor(image.width() - 4, image.height() // 2).name() == colours.panel
    backgrounds = {QColor(value).name() for value in (colours.panel, colours.window, colours.raised, colours.field)}
    grey = {QColor("#efefef").name(), QColor("#f0f0f0").name()} - backgrounds
    samples = [image.pixelColor(x, y).name() for x in range(3, image.width(), 40) for y in range(3, image.height(), 40)]
    assert sum(sample in backgrounds for sample in samples) > 0.6 * len(samples)
    assert sum(sample in grey for sample in samples) <= 1  # which may be the edge of a letter; a widget has more


def test_every_control_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)
    nameless = []
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget, QLineEdit) and isinstance(widget.parent(), QComboBox | QAbstractSpinBox)
        if not isinstance(widget, kinds) or widget.focusPolicy() == Qt.FocusPolicy.NoFocus or inner:
            continue
        if not widget.isVisible():
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name):
            nameless.append((type(widget).__name__, widget.objectName()))
    assert nameless == []


def test_nothing_sticks_out_at_the_smallest_size(window: MainWindow) -> None:
    for language in ("en", "zh"):
        window.state.set_language(language)
        window.resize(1280, 800)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (1280, 800)
        for name in ("startButton", "architectureSearch", "graphView", "imageWell", "themeButton", "menuButton"):
            widget = window.findChild(QWidget, name)
            area = widget.rect().translated(widget.mapTo(window, widget.rect().topLeft()))
            assert window.rect().contains(area), name


# -- images ---------------------------------------------------------------------------------------------------------


def _urls(*files: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return mime


def _drop(window: MainWindow, mime: QMimeData) -> bool:
    at, copy = window.rect().center(), Qt.DropAction.CopyAction
    keys, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(at, copy, mime, button, keys)
    entering.ignore()
    QApplication.sendEvent(window, entering)
    if entering.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(at), copy, mime, button, keys))
    return entering.isAccepted()


@pytest.mark.parametrize("size", [(1000, 640), (1152, 744), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_panel_lies_over_another(window: MainWindow, size: tuple[int, int], language: str) -> None:
    window.commands[f"language.{language}"].trigger()
    window.resize(*size)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    docks = [dock for dock in window.findChildren(QDockWidget) if dock.isVisible()]
    assert len(docks) == 3
    for place, dock in enumerate(docks):
        assert window.rect().contains(dock.geometry()), dock.objectName()
        assert not any(dock.geometry().intersects(other.geometry()) for other in docks[:place]), dock.objectName()


@pytest.fixture
def requested(window: MainWindow) -> list:
    found: list = []
    window.state.image_requested.connect(found.append)
    return found


PHOTO = paths.resources() / "samples" / "cat.jpg"


def test_file_dropped_anywhere_is_taken(window: MainWindow, requested: list) -> None:
    assert _drop(window, _urls(PHOTO))
    assert requested == [FileSource(PHOTO)]


def test_what_is_no_image_is_not_taken(window: MainWindow, requested: list) -> None:
    plain = QMimeData()
    plain.setText("words")
    assert not _drop(window, plain)
    assert not _drop(window, _urls(Path("/tmp/notes.txt")))
    assert requested == []


def test_only_the_window_and_the_image_well_take_drops(window: MainWindow) -> None:
    """Else a file dropped on a field would become its text, and on the graph vanish."""
    window.state.set_choice(catalogue.find("densenet").default_choice())
    taking = [widget.objectName() for widget in window.findChildren(QWidget) if widget.acceptDrops()]
    assert taking == ["imageWell"]


def test_images_files_and_paths_are_pasted(window: MainWindow, requested: list, qapp: QApplication) -> None:
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    qapp.clipboard().setImage(image)
    window.commands["image.paste"].trigger()
    qapp.clipboard().setMimeData(_urls(PHOTO))
    window.commands["image.paste"].trigger()
    qapp.clipboard().setText(str(PHOTO))
    window.commands["image.paste"].trigger()
    assert [type(source) for source in requested][1:] == [FileSource, FileSource]
    assert len(requested) == 3
    assert not isinstance(requested[0], FileSource)


def test_empty_clipboard_is_explained(window: MainWindow, requested: list, qapp: QApplication) -> None:
    qapp.clipboard().setText("nothing to see")
    window.commands["image.paste"].trigger()
    assert requested == []
    (notice,) = window.findChildren(Notice)
    assert "no image" in notice.accessibleName()


# -- notices and commands -------------------------------------------------------------------------------------------


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


def test_first_steps_do_what_they_say(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[bool] = []
    monkeypatch.setitem(window.commands._handlers, "run.start", lambda: started.append(True))
    window.commands["app.first_steps"].trigger()
    dialog = window.findChild(QWidget, "firstSteps")

    def do(step: str) -> None:
        dialog.findChild(QAbstractButton, f"step_{step}").click()

    do("pick")
    assert window.focusWidget().objectName() == "architectureSearch"
    do("read")
    assert window.inspector.current_tab() == "layer"
    do("train")
    assert started == [True]
    do("compare")
    assert window.workspace == "compare"
    do("look")
    assert (window.workspace, window.inspector.current_tab()) == ("explore", "maps")
    window.commands["app.first_steps"].trigger()
    assert len(window.findChildren(QWidget, "firstSteps")) == 1
    dialog.close()


def test_first_steps_are_offered_once(window: MainWindow, fresh: MainWindow) -> None:
    fresh.welcome()
    (notice,) = fresh.findChildren(Notice)
    notice.offer_button.click()
    assert fresh.findChild(QWidget, "firstSteps").isVisible()
    fresh.close()
    _, again = create_window([])
    try:
        again.welcome()
        assert again.findChildren(Notice) == []
    finally:
        _close(again)


def test_commands_reach_the_panels(window: MainWindow) -> None:
    before = window.graph.view.zoom
    window.commands["zoom.in"].trigger()
    window.commands["search.architecture"].trigger()
    assert window.focusWidget().objectName() == "architectureSearch"
    assert window.graph.view.zoom != before or window.graph.view.is_moving


# -- the end --------------------------------------------------------------------------------------------------------


def test_closing_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    before = set(threading.enumerate())
    _, window = create_window([])
    window.show()
    QApplication.processEvents()
    _close(window)
    assert [thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()] == []
