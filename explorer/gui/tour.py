"""A walk through the program with mouse and keyboard, offscreen; each step is checked and a picture of it saved."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEventLoop, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QToolButton,
    QWidget,
)

from explorer import catalogue, paths
from explorer.gui import crash, text, theme
from explorer.gui.window import create_window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from explorer.gui.main_window import MainWindow

PICKED, DATASET, EPOCHS, PHOTO = "lenet_bn", "digits", 4, "cat.jpg"
GOOD_ACCURACY = 0.9
_LEFT = Qt.MouseButton.LeftButton

W = TypeVar("W", bound=QWidget)


class StepError(Exception):
    """A step of the tour did not have the effect that it should have had."""


class Hands:
    """Finds widgets of the window, uses them as a user does, waits and looks."""

    def __init__(self, app: QApplication, window: MainWindow, out: Path) -> None:
        self.app, self.window, self.state, self._out = app, window, window.state, out
        self._shots = 0

    def find(self, kind: type[W], name: str) -> W:
        """The visible widget called `name`."""
        for widget in self.window.findChildren(kind, name):
            if widget.isVisible():
                return widget
        raise StepError(f"there is no {name} in the window")

    def click(self, name: str, kind: type[QWidget] = QWidget) -> None:
        QTest.mouseClick(self.find(kind, name), _LEFT)

    def type(self, field: QWidget, words: str) -> None:
        """Replaces what is in `field` and confirms it."""
        line = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
        assert isinstance(line, QLineEdit)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, words)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def choose(self, name: str, value: object) -> None:
        """Chooses `value` in a drop-down list by its keys."""
        box = self.find(QComboBox, name)
        wanted = next((row for row in range(box.count()) if box.itemData(row) == value), None)
        if wanted is None:
            raise StepError(f"{name} does not offer {value!r}")
        box.setFocus()
        while box.currentIndex() != wanted:
            QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)

    def click_tab(self, index: int) -> None:
        tabs = self.window.inspector.findChild(QTabBar)
        assert isinstance(tabs, QTabBar)
        QTest.mouseClick(tabs, _LEFT, pos=tabs.tabRect(index).center())

    def click_node(self, kind: str) -> str:
        """Clicks the first box of this kind in the graph; returns its path."""
        graph, view = self.state.graph, self.window.graph.view
        if graph is None:
            raise StepError("there is no graph")
        for node in graph.nodes:
            place = view.graph_scene.place(("node", node.index)) if node.kind == kind else None
            if place is not None:
                view.centerOn(place.center())
                QTest.mouseClick(view.viewport(), _LEFT, pos=view.mapFromScene(place.center()))
                return node.path
        raise StepError(f"no {kind} is drawn")

    def drop(self, target: QWidget, file: Path) -> None:
        """Drops `file` on `target`, as the file manager does."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        at, copy = target.rect().center(), Qt.DropAction.CopyAction
        entering = QDragEnterEvent(at, copy, mime, _LEFT, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(target, entering)
        if not entering.isAccepted():
            raise StepError("the file was refused")
        QApplication.sendEvent(target, QDropEvent(QPointF(at), copy, mime, _LEFT, Qt.KeyboardModifier.NoModifier))

    def wait(self, what: str, until: Callable[[], object], seconds: float = 30.0) -> None:
        """Lets the window live until `until` holds."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise StepError(f"{what}: not within {seconds:.0f} s")
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.002)

    def rest(self, seconds: float = 0.4) -> None:
        """Lets the window draw what it still wants to draw."""
        end = time.monotonic() + seconds
        self.wait("a moment", lambda: time.monotonic() > end, seconds + 5)

    def shot(self, name: str) -> None:
        """Saves a picture of the window."""
        self.rest()
        self._shots += 1
        path = self._out / f"{self._shots:02d}-{name}.png"
        if not self.window.grab().save(str(path)):
            raise StepError(f"{path} cannot be written")


# -- the steps ------------------------------------------------------------------------------------------------------


def open_window(hands: Hands) -> None:
    """The window, the list and the graph are there before torch is."""
    QTest.qWaitForWindowExposed(hands.window)
    check("torch" not in sys.modules, "torch was imported before the window was shown")
    check(hands.state.graph is not None, "the first graph is not there")
    check(str(len(catalogue.cards())) in hands.find(QLineEdit, "architectureSearch").placeholderText(), "the list")
    hands.shot("window")


def load_torch(hands: Hands) -> None:
    """Torch loads behind the window; then the first image and its activations are there."""
    hands.wait("torch ready", lambda: hands.state.is_ready, 180)
    hands.wait("the first activations", lambda: hands.state.insight, 60)
    insight = hands.state.insight
    assert insight is not None
    check(not insight.is_trained and len(insight.activations) > 5, "activations of the untrained network")
    hands.shot("ready")


def pick(hands: Hands) -> None:
    """Another network is found and picked; its graph is drawn; a setting changes it."""
    hands.type(hands.find(QLineEdit, "architectureSearch"), "LeNet + batch")
    check(hands.state.choice.architecture == PICKED, "the network was not picked")
    hands.find(QLineEdit, "architectureSearch").clear()
    hands.choose("setting_activation", "relu")
    check(hands.state.choice.settings["activation"] == "relu", "the setting was not applied")
    hands.wait("the graph with ReLU", lambda: _has_kind(hands, "ReLU") and not _has_kind(hands, "Sigmoid"))
    hands.shot("network")


def begin_training(hands: Hands) -> None:
    """Training starts, goes on, and pauses."""
    hands.choose("datasetSelector", DATASET)
    hands.type(hands.find(QAbstractSpinBox, "epochsField"), str(EPOCHS))
    hands.click("startButton")
    hands.wait("the run", lambda: hands.state.training, 60)
    hands.wait("the first steps", lambda: _steps(hands) >= 5, 60)
    hands.click("pauseButton")
    hands.wait("the pause", lambda: hands.state.is_paused)
    hands.rest(1.0)
    before = _steps(hands)
    hands.rest(0.6)
    check(_steps(hands) == before, "it went on while paused")
    hands.shot("training")
    hands.click("pauseButton")


def end_training(hands: Hands) -> None:
    """The run ends, has learned, and is in the table."""
    hands.wait("the end of the run", lambda: hands.state.training is None, 240)
    hands.wait("the run in the list", lambda: hands.state.runs and hands.state.runs[0].status == "finished")
    accuracy = hands.state.runs[0].test_accuracy
    check(accuracy is not None and accuracy >= GOOD_ACCURACY, f"test accuracy {accuracy}")
    check(hands.state.runs[0].epochs_done == EPOCHS, "not all epochs were done")
    hands.shot("trained")
    hands.click("runsTab")
    hands.find(QWidget, "runsTable")
    hands.shot("runs")
    hands.click("curvesTab")


def drop_image(hands: Hands) -> None:
    """A photograph is dropped on the image well; the trained network looks at it."""
    before = hands.state.insight
    hands.drop(hands.find(QWidget, "imageWell"), paths.resources() / "samples" / PHOTO)
    hands.wait("the image", lambda: hands.state.image is not None and PHOTO.split(".")[0] in hands.state.image.name)
    hands.wait("its activations", lambda: hands.state.insight is not None and hands.state.insight is not before)
    insight = hands.state.insight
    assert insight is not None
    check(insight.is_trained, "the weights are not those of the run")
    check(abs(sum(one.probability for one in insight.predictions) - 1) < 0.5, "no predictions")
    hands.shot("dropped")


def look_inside(hands: Hands) -> None:
    """Layers are selected in the graph; their maps and filters are shown, and one map enlarged."""
    path = hands.click_node("Conv2d")
    selection, insight = hands.state.selection, hands.state.insight
    assert insight is not None
    graph = hands.state.graph
    assert graph is not None
    check(selection is not None and graph.nodes[selection.index].path == path, "the click selected no layer")
    channels = insight.activations[path].shape[0]
    maps = hands.window.inspector.maps
    hands.wait("the maps", lambda: maps.grid.mosaic is not None and len(maps.grid.mosaic.order) == channels)
    hands.shot("feature-maps")
    QTest.mouseClick(maps.grid, _LEFT, pos=maps.grid.tile_rect(1).center())
    hands.wait("one map", lambda: maps.enlarged is not None)
    hands.shot("one-map")
    for index, name in ((2, "filters"), (3, "statistics"), (0, "layer")):
        hands.click_tab(index)
        hands.rest()
        check(hands.window.inspector.current_tab() == name, f"the page {name} does not open")
        hands.shot(name)
    hands.click_tab(1)


def change_language(hands: Hands) -> None:
    """One click, and everything is in Chinese."""
    hands.click("languageButton", QToolButton)
    check(text.language() == "zh", "the language did not change")
    english = [label.text() for label in hands.window.findChildren(QLabel) if label.text().startswith("Architecture")]
    check(not english, f"still English: {english}")
    check("搜索" in hands.find(QLineEdit, "architectureSearch").placeholderText(), "the search is still English")
    hands.shot("chinese")


def change_theme(hands: Hands) -> None:
    """One click, and everything is light; a larger network with its branches."""
    hands.click("themeButton", QToolButton)
    check(theme.name() == "light", "the theme did not change")
    corner = hands.window.grab().toImage().pixelColor(QPoint(4, 4))
    check(corner.name() == theme.LIGHT.panel, "the window is not light")
    hands.shot("light")
    hands.click("languageButton", QToolButton)
    hands.type(hands.find(QLineEdit, "architectureSearch"), "googlenet")
    hands.wait("the graph", lambda: hands.state.graph is not None and hands.state.graph.architecture == "googlenet")
    check(_has_kind(hands, "cat"), "the branches do not come together")
    hands.find(QLineEdit, "architectureSearch").clear()
    hands.rest(1.5)
    hands.shot("branches")


STEPS: tuple[Callable[[Hands], None], ...] = (
    open_window, load_torch, pick, begin_training, end_training, drop_image, look_inside, change_language, change_theme,
)  # fmt: skip


def run_tour(out: Path) -> int:
    """Takes all steps; the exit status is 0 only if each had its effect and no defect showed."""
    out.mkdir(parents=True, exist_ok=True)
    defects: list[str] = []
    with tempfile.TemporaryDirectory(prefix="cnn-explorer-tour-") as home:
        os.environ["CNN_EXPLORER_HOME"] = home  # the tour's runs are not the user's
        reporter = crash.install()
        reporter.reported.connect(defects.append)
        app, window = create_window(())
        text.set_language("en")
        theme.apply("dark")
        window.resize(1440, 900)
        window.show()
        hands = Hands(app, window, out)
        try:
            is_whole = _take_steps(hands, defects)
        finally:
            window.close()
            crash.uninstall()
    return 0 if is_whole else 1


def _take_steps(hands: Hands, defects: list[str]) -> bool:
    for number, step in enumerate(STEPS, start=1):
        begin = time.monotonic()
        summary = (step.__doc__ or "").strip()
        try:
            step(hands)
            check(not defects, "".join(defects))
        except StepError as failure:
            hands.shot(f"failed-{step.__name__}")
            sys.stderr.write(f"{number}/{len(STEPS)} FAILED {summary} {failure}\n")
            return False
        sys.stderr.write(f"{number}/{len(STEPS)} {summary} ({time.monotonic() - begin:.1f} s)\n")
    return True


def check(holds: bool, what: str) -> None:
    """Raises `StepError` unless `holds`."""
    if not holds:
        raise StepError(what)


def _has_kind(hands: Hands, kind: str) -> bool:
    graph = hands.state.graph
    return graph is not None and any(node.kind == kind for node in graph.nodes)


def _steps(hands: Hands) -> int:
    history = hands.state.history(hands.state.training)
    return 0 if history is None else history.step
