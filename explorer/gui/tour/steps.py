"""The steps of the tour: each one does what a user does, and checks that it had its effect."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QLineEdit, QTableView, QToolButton, QWidget

from explorer import catalogue, paths
from explorer.gui import text, theme
from explorer.gui.dialogs.export import ExportDialog
from explorer.gui.panels.labs.curves_page import CurvesPage
from explorer.gui.panels.labs.data_page import DataPage
from explorer.gui.panels.labs.evaluation_page import EvaluationPage
from explorer.gui.tour.hands import check

if TYPE_CHECKING:
    from explorer.gui.tour.hands import Hands

PICKED, DATASET, EPOCHS, PHOTO = "lenet_bn", "digits", 4, "cat.jpg"
GOOD_ACCURACY = 0.9
_LEFT = Qt.MouseButton.LeftButton


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


def look_at_labs(hands: Hands) -> None:
    """The labs show the curves of the run, where it errs, its data, and what a learning rate does."""
    width = hands.window.graph.width()
    hands.switch("workspaceSwitch", "labs")
    curves = hands.find(CurvesPage, "curvesPage")
    hands.wait("the curves", lambda: curves.charts["loss"].picture and curves.charts["accuracy"].picture)
    hands.shot("curves")
    hands.switch("labsSwitch", "evaluation")
    evaluation = hands.find(EvaluationPage, "evaluationPage")
    hands.wait("the confusion matrix", lambda: evaluation.first.shown and not evaluation.is_busy)
    accuracy = hands.state.runs[0].test_accuracy
    check(f"{100 * (accuracy or 0):.1f}" in evaluation.body.boxes[0].words[1], "the accuracy is not that of the run")
    hands.shot("evaluation")
    hands.switch("labsSwitch", "data")
    data = hands.find(DataPage, "dataPage")
    hands.wait("the facts of the data", lambda: data.data.facts)
    hands.wait("its images", lambda: not data.data.is_busy)
    hands.shot("data")
    hands.switch("labsSwitch", "rate")
    hands.find(QWidget, "ratePage")
    hands.shot("learning-rate")
    hands.switch("workspaceSwitch", "explore")
    hands.wait("the columns as they were", lambda: hands.window.graph.width() == width, 5)


def compare_networks(hands: Hands) -> None:
    """Two networks stand beside each other, stage by stage."""
    hands.switch("workspaceSwitch", "compare")
    compare = hands.window.workspaces.compare
    assert compare is not None
    hands.wait("the comparison", lambda: compare.comparing.comparison and not compare.comparing.is_busy)
    comparison = compare.comparing.comparison
    assert comparison is not None
    rows = hands.find(QTableView, "compareTable").model().rowCount()
    check(rows == 1 + len(comparison.stages) > 2, "the table does not have the stages")
    hands.shot("compare")
    hands.switch("workspaceSwitch", "explore")
    hands.find(QWidget, "graphView")


def export_graph(hands: Hands) -> None:
    """The dialog of the export shows a figure for print before it is written."""
    hands.click("exportButton")
    hands.wait("the dialog", lambda: hands.window.findChild(ExportDialog))
    dialog = hands.find(ExportDialog, "exportDialog")
    hands.switch("exportKinds", "figure")
    hands.wait("the preview", lambda: not dialog.is_busy)
    check(dialog.request.figure, "it is not the figure that would be written")
    check(not dialog.picture.pixmap().isNull(), "the figure is not shown")
    hands.shot("export", dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    hands.wait("the dialog is gone", lambda: hands.window.findChild(ExportDialog) is None)


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


def _has_kind(hands: Hands, kind: str) -> bool:
    graph = hands.state.graph
    return graph is not None and any(node.kind == kind for node in graph.nodes)


def _steps(hands: Hands) -> int:
    history = hands.state.history(hands.state.training)
    return 0 if history is None else history.step
