"""What is drawn becomes the image that is looked at, stroke by stroke."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.panels.inspector.drawing import Drawing
from explorer.gui.services import image_loading
from explorer.gui.state import AppState
from explorer.gui.widgets.pictures.draw_pad import SIDE, DrawPad
from explorer.gui.widgets.pictures.image_intake import PixelSource


def grey(pad: DrawPad, margin: float | None) -> np.ndarray:
    pixels = image_loading.load(PixelSource(pad.image(margin))).pixels
    assert pixels.shape == (SIDE, SIDE, 3)
    return pixels[:, :, 0]


def test_strokes_are_bright_on_dark_where_they_were_drawn(qtbot: QtBot) -> None:
    pad = DrawPad()
    qtbot.addWidget(pad)
    pad.draw([QPointF(30, 40), QPointF(30, 100)])
    seen = grey(pad, None)
    assert seen[70, 30] == 255
    assert seen[70, 60] == 0
    pad.undo()
    assert pad.is_empty
    assert not grey(pad, None).any()


def test_a_centred_drawing_stands_in_the_middle_with_its_margins(qtbot: QtBot) -> None:
    pad = DrawPad()
    qtbot.addWidget(pad)
    pad.draw([QPointF(20, 30), QPointF(20, 90)])
    rows, columns = (np.flatnonzero(grey(pad, 4 / 28).any(axis)) for axis in (1, 0))
    assert abs(rows[0] - SIDE * 4 / 28) <= 1
    assert abs(SIDE - 1 - rows[-1] - SIDE * 4 / 28) <= 1
    assert abs(columns[0] + columns[-1] - (SIDE - 1)) <= 1


def test_the_pen_hands_over_the_drawing_and_clear_empties_the_sheet(qtbot: QtBot) -> None:
    drawing = Drawing()
    qtbot.addWidget(drawing)
    drawing.show()
    handed = QSignalSpy(drawing.drawn)
    qtbot.mousePress(drawing.pad, Qt.MouseButton.LeftButton, pos=QPoint(100, 60))
    qtbot.mouseMove(drawing.pad, QPoint(120, 180))
    qtbot.mouseRelease(drawing.pad, Qt.MouseButton.LeftButton, pos=QPoint(120, 180))
    qtbot.waitUntil(lambda: handed.count() > 0)
    assert isinstance(handed.at(handed.count() - 1)[0], PixelSource)
    drawing.clear.click()
    assert drawing.pad.is_empty
    assert not drawing.undo.isEnabled()


def test_the_inspector_asks_for_what_is_drawn(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    requested = QSignalSpy(state.image_requested)
    panel.image.draw()
    drawing = panel.image.findChild(Drawing)
    assert drawing is not None
    drawing.pad.draw([QPointF(60, 60), QPointF(160, 60), QPointF(100, 200)])
    qtbot.waitUntil(lambda: requested.count() > 0)
    assert isinstance(requested.at(0)[0], PixelSource)
