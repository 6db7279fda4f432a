"""Networks beside each other for tests: what is told of them, and how their panel is used."""

from functools import cache

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.graph.compare.stages import Comparison, compare
from explorer.gui.panels.compare import ComparePanel
from explorer.gui.panels.compare.side import GraphSide
from explorer.gui.widgets.graph.sheet import Target
from tests.graph.graphs import carried

REFERENCE, SECOND, THIRD = 0, 1, 2
SHOWN = {"lenet": "LeNet", "alexnet": "AlexNet", "vgg11": "VGG-11", "nin": "NiN"}


@cache
def told(*names: str) -> Comparison:
    return compare([carried(name) for name in names], [SHOWN.get(name, name) for name in names])


def settle(qtbot: QtBot, panel: ComparePanel) -> None:
    """Waits until all graphs are drawn and compared."""

    def is_still() -> bool:
        busy = panel.comparing.is_busy or any(side.opening.is_busy for side in panel.sides)
        return panel.comparing.comparison is not None and not busy

    qtbot.waitUntil(is_still)
    qtbot.wait(2)


def show(qtbot: QtBot, panel: ComparePanel, left: str, right: str) -> None:
    panel.comparing.left.set_choice(catalogue.find(left).default_choice())
    panel.comparing.right.set_choice(catalogue.find(right).default_choice())
    settle(qtbot, panel)


def node(side: GraphSide, path: str) -> Target:
    graph = side.state.graph
    assert graph is not None
    return ("node", graph.by_path[path].index)


def selected(side: GraphSide) -> Target | None:
    sheet = side.view.graph_scene.sheet
    assert sheet is not None
    return sheet.selected


def click(qtbot: QtBot, side: GraphSide, target: Target) -> None:
    """Clicks into the head of a box, wherever it is."""
    side.view.reveal(target)
    place = side.view.graph_scene.place(target)
    assert place is not None
    at = side.view.mapFromScene(QPointF(place.left() + 40, place.top() + 16))
    qtbot.mouseClick(side.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def is_seen(side: GraphSide, target: Target) -> bool:
    place = side.view.graph_scene.place(target)
    return place is not None and side.view.visible().contains(place)
