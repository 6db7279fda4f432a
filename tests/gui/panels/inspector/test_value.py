"""A value that is clicked is taken apart, and what it sees of the image is framed."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.graph.model import Category
from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.state import AppState
from tests.gui.panels.inspector.layers import centre, drawn, paths_of, select


def deep_convolution(state: AppState) -> str:
    """One that reads several maps through windows."""
    assert state.graph is not None
    nodes = [node for node in state.graph.nodes if node.category == Category.CONVOLUTION]
    chosen = [n for n in nodes if n.input_shapes[0][0] > 4 and n.attributes["kernel_size"] == (3, 3)]
    return chosen[0].path


def number(words: str) -> float:
    return float(words.replace("−", "-"))


def test_a_click_in_an_enlarged_map_takes_the_value_apart(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    path = deep_convolution(state)
    select(state, path)
    panel.maps.enlarge(2)
    drawn(qtbot, panel)
    grid = panel.maps.grid
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(grid.width() // 2, grid.height() // 2))
    drawn(qtbot, panel)
    unit = panel.maps.clicked
    assert unit is not None
    assert unit[0] == 2
    section = panel.maps.value
    assert section.isVisible()
    assert not panel.maps.summary.isVisible()
    shown = state.insight.activations[path][unit]  # type: ignore[union-attr]
    *addends, (words, result) = section.facts.facts
    assert words == "gives"
    assert number(result) == pytest.approx(float(shown), rel=1e-2, abs=1e-3)
    assert sum(number(value) for _, value in addends) == pytest.approx(float(shown), rel=0.05, abs=0.02)
    assert section.which.text().startswith("Input ")
    section.later.click()
    assert section.earlier.isEnabled()
    qtbot.mouseMove(section.picture, section.picture.grid_rect(0).center().toPoint())
    value, weight = section.readout.text().split(" = ")[0].split(" × ")
    assert number(value) * number(weight) == pytest.approx(number(section.readout.text().split(" = ")[1]), rel=0.03)
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    drawn(qtbot, panel)
    assert not section.isVisible()
    assert panel.maps.enlarged == 2


def test_a_unit_of_a_vector_is_taken_apart_at_once(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    select(state, paths_of(state, "Linear")[-1])
    drawn(qtbot, panel)
    qtbot.mouseClick(panel.maps.grid, Qt.MouseButton.LeftButton, pos=centre(panel, 0))
    drawn(qtbot, panel)
    assert panel.maps.enlarged is None
    assert panel.maps.value.title.text().startswith("UNIT ")
    assert any("×" in words for words, _ in panel.maps.value.facts.facts)
    select(state, paths_of(state, "Conv2d")[0])
    drawn(qtbot, panel)
    assert not panel.maps.value.isVisible()


def test_what_is_pointed_at_is_framed_in_the_image(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    select(state, deep_convolution(state))
    drawn(qtbot, panel)
    qtbot.mouseMove(panel.maps.grid, centre(panel, 1))
    field = panel.image.well.field
    assert field is not None
    assert 0 < field.width() < 1
    assert np.isclose(field.center().x(), 0.5, atol=0.15)
    panel.show_tab("layer")
    assert panel.image.well.field is None


def test_the_value_follows_when_another_map_is_asked_for(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    select(state, deep_convolution(state))
    panel.maps.enlarge(0)
    drawn(qtbot, panel)
    panel.maps.take_apart((0, 1, 2))
    drawn(qtbot, panel)
    qtbot.keyClick(panel.maps.grid, Qt.Key.Key_Right)
    drawn(qtbot, panel)
    assert panel.maps.clicked == (1, 1, 2)
    assert panel.maps.value.title.text() == "MAP 1, ROW 1, COLUMN 2"


def test_how_a_value_comes_about_is_scrolled_into_sight(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    select(state, deep_convolution(state))
    panel.maps.enlarge(2)
    drawn(qtbot, panel)
    section, area = panel.maps.value, panel.maps.area
    panel.maps.take_apart((2, 1, 1))
    drawn(qtbot, panel)

    def is_in_sight() -> bool:
        top = section.mapTo(area.viewport(), QPoint(0, 0)).y()
        room = area.viewport().height()
        return top >= 0 and (top + section.height() <= room or top == 0)

    qtbot.waitUntil(is_in_sight)
    assert area.verticalScrollBar().value() > 0
