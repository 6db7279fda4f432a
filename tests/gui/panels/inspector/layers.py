"""The layers of a small network in the inspector, for tests: found, selected and drawn."""

import numpy as np
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.state import AppState, Selection, SelectionKind

CHOICE = catalogue.find("mnist_inception").default_choice()
PIXELS = np.random.default_rng(0).integers(0, 256, (28, 28, 1), dtype=np.uint8)


def drawn(qtbot: QtBot, panel: InspectorPanel) -> None:
    """Waits until all that is shown is drawn, and laid out."""

    def is_drawn() -> bool:
        later = [timer for timer in panel.findChildren(QTimer) if timer.isSingleShot() and timer.isActive()]
        return not panel.drawer.is_busy and not later  # a change of width is drawn a little later

    qtbot.wait(1)
    qtbot.waitUntil(is_drawn)
    QApplication.processEvents()  # the layout after the last words


def select(state: AppState, path: str) -> None:
    assert state.graph is not None
    state.select(Selection(SelectionKind.NODE, state.graph.by_path[path].index))


def paths_of(state: AppState, kind: str) -> list[str]:
    """The layers of a kind, from the input on."""
    assert state.graph is not None
    return [node.path for node in state.graph.nodes if node.kind == kind]


def centre(panel: InspectorPanel, place: int) -> QPoint:
    """The middle of a feature map, counted as they are laid out."""
    return panel.maps.grid.tile_rect(place).center()
