"""Panels of the graph for tests, on graphs that are carried as data: no torch."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.graph.model import LayerGraph
from explorer.gui import text, theme
from explorer.gui.panels.graph import GraphPanel
from explorer.gui.state import AppState
from tests.graph.graphs import carried

MakePanel = Callable[..., GraphPanel]


def block(graph: LayerGraph, path: str) -> tuple[str, int]:
    return ("block", next(block.index for block in graph.blocks if block.path == path))


def node(graph: LayerGraph, path: str) -> tuple[str, int]:
    return ("node", graph.by_path[path].index)


@contextmanager
def panels(qtbot: QtBot) -> Iterator[MakePanel]:
    """Makes panels without movement; closes them, and puts theme and language back."""
    made: list[GraphPanel] = []
    language, colours = text.language(), theme.name()
    theme.apply("dark")

    def make(name: str | None = "googlenet", size: tuple[int, int] = (950, 680)) -> GraphPanel:
        state = AppState(catalogue.find(name or "lenet").default_choice())
        panel = GraphPanel(state)
        qtbot.addWidget(panel)
        panel.view.motion.duration_ms = 0
        panel.resize(*size)
        panel.show()
        made.append(panel)
        if name is not None:
            state.set_graph(carried(name))
            settle(qtbot, panel)
        return panel

    yield make
    for panel in made:
        panel.close_services()
    text.set_language(language)
    theme.apply(colours)


def settle(qtbot: QtBot, panel: GraphPanel) -> None:
    """Waits until the picture that was asked for is drawn."""
    qtbot.waitUntil(lambda: not panel.opening.is_busy)
    qtbot.wait(1)


def boxes(panel: GraphPanel) -> set[tuple[str, int]]:
    """The layers and closed blocks that are drawn."""
    return {box.target for box in panel.view.graph_scene.picture.boxes}


def place_on_screen(panel: GraphPanel, target: tuple[str, int]) -> QPointF:
    """Upper left corner of a box, in pixels of the view."""
    place = panel.view.graph_scene.place(target)
    assert place is not None
    return QPointF(panel.view.mapFromScene(place.topLeft()))


def click(qtbot: QtBot, panel: GraphPanel, target: tuple[str, int], *, dx: float = 40, double: bool = False) -> None:
    """Clicks into the head of a box, `dx` from its left edge, or from its right one where that is negative."""
    place = panel.view.graph_scene.place(target)
    assert place is not None
    x = place.left() + dx if dx > 0 else place.right() + dx
    at = panel.view.mapFromScene(QPointF(x, place.top() + 16))
    mouse = qtbot.mouseDClick if double else qtbot.mouseClick
    mouse(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def image(panel: GraphPanel) -> QImage:
    """What the view shows."""
    return panel.view.viewport().grab().toImage()
