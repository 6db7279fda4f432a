"""The filters of a layer: one by one, as a matrix, and where there are none."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.state import AppState
from tests.gui.panels.inspector.layers import drawn, paths_of, select


def test_filters_of_a_layer_that_reads_one_channel(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    panel.show_tab("filters")
    drawn(qtbot, panel)
    weights = state.insight.filters[paths_of(state, "Conv2d")[0]]  # type: ignore[union-attr]
    mosaic = panel.filters.grid.mosaic
    assert mosaic is not None
    assert len(mosaic.order) == len(weights)
    assert mosaic.scale.high == -mosaic.scale.low == pytest.approx(np.abs(weights).max())
    assert panel.filters.head.text() == "10 filters · 5×5 × 1 in"
    qtbot.mouseMove(panel.filters.grid, panel.filters.grid.tile_rect(3).center())
    value = weights[3, 0, 2, 2]
    assert panel.filters.readout.text().replace("−", "-") == f"output 3 · input 0 · {value:.3g}"


def test_filters_of_a_deep_layer_one_by_one_and_as_a_matrix(
    panel: InspectorPanel, state: AppState, qtbot: QtBot
) -> None:
    path = next(path for path in paths_of(state, "Conv2d") if state.insight.filters[path].shape[2:] == (3, 3))  # type: ignore[union-attr]
    weights = state.insight.filters[path]  # type: ignore[union-attr]
    select(state, path)
    panel.show_tab("filters")
    drawn(qtbot, panel)
    grid = panel.filters.grid
    assert grid.mosaic is not None
    assert len(grid.mosaic.order) == weights.shape[1]
    panel.filters.after.click()
    panel.filters.after.click()
    drawn(qtbot, panel)
    qtbot.mouseMove(grid, grid.tile_rect(4).center())
    value = weights[2, 4, 1, 1]
    assert panel.filters.readout.text().replace("−", "-") == f"output 2 · input 4 · {value:.3g}"
    panel.filters.mode.choose("all")
    drawn(qtbot, panel)
    first = QPoint(2, 2)
    qtbot.mouseMove(grid, first)
    assert panel.filters.readout.text().replace("−", "-") == f"output 0 · input 0 · {weights[0, 0, 0, 0]:.3g}"
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(2, grid.height() - 3))
    drawn(qtbot, panel)
    assert panel.filters.mode.current == "one"
    assert panel.filters.which.text() == f"filter {len(weights) - 1} of {len(weights)}"


def test_weights_of_a_linear_layer_are_read_where_they_stand(
    panel: InspectorPanel, state: AppState, qtbot: QtBot
) -> None:
    path = paths_of(state, "Linear")[-1]
    weights = state.insight.filters[path]  # type: ignore[union-attr]
    select(state, path)
    panel.show_tab("filters")
    panel.filters.mode.choose("all")
    drawn(qtbot, panel)
    grid = panel.filters.grid
    assert grid.mosaic is not None
    assert grid.height() >= 80
    qtbot.mouseMove(grid, QPoint(1, 1))
    found = panel.filters.readout.text().replace("−", "-").split(" · ")
    output, source = (int(words.split()[1]) for words in found[:2])
    assert (output, source) == (0, 1408 // grid.mosaic.cell[1])
    assert found[2] == f"{weights[output, source]:.3g}"
    assert panel.filters.note.text() == "each pixel the mean of 1×5"


def test_layers_without_filters_say_so(panel: InspectorPanel, state: AppState) -> None:
    panel.show_tab("filters")
    for kind, words in (("relu", "no weights"), ("cat", "no weights"), ("Flatten", "no weights")):
        for path in paths_of(state, kind)[:1]:
            select(state, path)
            assert words in panel.filters.empty.text()
            assert panel.filters.empty.isVisible()
            assert not panel.filters.grid.isVisible()
