"""How the window is divided on a screen: panels around the graph, or all behind tabs beside it where room is short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QScreen

LEAST_WIDTH = 1000  # px; with a panel at each side
LEAST_STACKED = QSize(820, 420)  # px; with the panels behind tabs
_SMALL_SCREEN = 1500  # px
_LOW, _LEAST_HEIGHT, _MOST_LEAST_HEIGHT = 540, 560, 640  # px
_TITLE = 40  # px; of the frame that the system draws
_STACK = 430  # px; what the settings of a training take
_AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
_SIZES = {"left": 276, "right": 344, "bottom": 280}  # px: width at a side, height at the bottom
_SMALL_SIZES = {"left": 260, "right": 340, "bottom": 280}  # what is trained then stands in one row
PANELS = tuple(_AREAS)


@dataclass(frozen=True, slots=True)
class Room:
    """What a screen has room for.

    Attributes:
        is_small: The window had better fill it.
        is_stacked: The panels share one place, with a tab for each.
        least: The least size of the window.
        places: Side and size of each panel.
    """

    is_small: bool
    is_stacked: bool
    least: QSize
    places: Mapping[str, tuple[Qt.DockWidgetArea, int]]


def room_on(available: QSize) -> Room:
    """What a screen has room for of which so much is free for windows, in logical pixels."""
    is_small = available.width() < _SMALL_SCREEN
    if available.width() < LEAST_WIDTH or available.height() < _LOW:
        places = dict.fromkeys(PANELS, (Qt.DockWidgetArea.RightDockWidgetArea, _STACK))
        return Room(is_small, True, LEAST_STACKED, places)
    sizes = _SMALL_SIZES if is_small else _SIZES
    height = min(_MOST_LEAST_HEIGHT, max(_LEAST_HEIGHT, available.height() - _TITLE))
    return Room(is_small, False, QSize(LEAST_WIDTH, height), {name: (_AREAS[name], sizes[name]) for name in PANELS})


def room_of(screen: QScreen) -> Room:
    """What `screen` has room for; where nothing is shown at all, windows may be of any size."""
    is_seen = QGuiApplication.platformName() != "offscreen"
    return room_on(screen.availableGeometry().size() if is_seen else QSize(1280, 800))
