"""The feature maps of a layer: their order, scale, values, and one of them enlarged."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.state import AppState
from explorer.inspection import tiles
from explorer.inspection.insight import Insight
from tests.gui.panels.inspector.layers import centre, drawn, paths_of, select


def test_all_maps_are_shown_strongest_first(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    drawn(qtbot, panel)
    mosaic = panel.maps.grid.mosaic
    assert mosaic is not None
    path = paths_of(state, "Conv2d")[0]
    activation = state.insight.activations[path]  # type: ignore[union-attr]
    assert panel.maps.head.text() == f"{len(activation)} maps · {activation.shape[1]}×{activation.shape[2]}"
    strengths = np.abs(activation).mean((1, 2))[mosaic.order]
    assert (np.diff(strengths) <= 0).all()
    panel.maps.order.choose("index")
    drawn(qtbot, panel)
    assert panel.maps.grid.mosaic is not None
    assert panel.maps.grid.mosaic.order.tolist() == list(range(len(activation)))


def test_the_scale_is_that_of_the_layer_and_can_be_changed(
    panel: InspectorPanel, state: AppState, qtbot: QtBot
) -> None:
    drawn(qtbot, panel)
    activation = state.insight.activations[paths_of(state, "Conv2d")[0]]  # type: ignore[union-attr]
    mosaic = panel.maps.grid.mosaic
    assert mosaic is not None
    assert (mosaic.scale.low, mosaic.scale.high) == pytest.approx((activation.min(), activation.max()))
    assert panel.maps.scale.end_words()[1] == f"{activation.max():.3g}"
    panel.maps.scaling.choose("map")
    drawn(qtbot, panel)
    assert panel.maps.scale.end_words() == ("least", "most")
    panel.maps.colours.choose("signed")
    panel.maps.scaling.choose("layer")
    drawn(qtbot, panel)
    low, high = panel.maps.scale.end_words()
    assert low.lstrip("−") == high


def test_pointing_reads_the_exact_value(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    drawn(qtbot, panel)
    mosaic = panel.maps.grid.mosaic
    assert mosaic is not None
    at = panel.maps.grid.value_at(centre(panel, 1))
    assert at is not None
    qtbot.mouseMove(panel.maps.grid, centre(panel, 1))
    value = state.insight.activations[paths_of(state, "Conv2d")[0]][at]  # type: ignore[union-attr]
    words = panel.maps.readout.text()
    assert words.startswith(f"map {at[0]} · row {at[1]}, column {at[2]} · ")
    assert words.rsplit(" ", 1)[1].replace("−", "-") == f"{value:.3g}"


def test_a_click_enlarges_a_map_and_escape_goes_back(panel: InspectorPanel, qtbot: QtBot) -> None:
    drawn(qtbot, panel)
    grid = panel.maps.grid
    assert grid.mosaic is not None
    index = int(grid.mosaic.order[1])
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=centre(panel, 1))
    drawn(qtbot, panel)
    assert panel.maps.enlarged == index
    assert panel.maps.head.text().startswith(f"map {index} of 10")
    assert grid.mosaic.cell[1] == grid.pixel_width()
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    drawn(qtbot, panel)
    assert panel.maps.enlarged == (index + 1) % 10
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    drawn(qtbot, panel)
    assert panel.maps.enlarged is None
    assert len(grid.mosaic.order) == 10
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=centre(panel, 1))
    drawn(qtbot, panel)
    panel.maps.back.click()
    assert panel.maps.enlarged is None


def test_another_layer_begins_with_all_maps(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    panel.maps.enlarge(3)
    drawn(qtbot, panel)
    select(state, paths_of(state, "Linear")[-1])
    drawn(qtbot, panel)
    assert panel.maps.enlarged is None
    assert panel.maps.head.text() == "10 values"
    assert panel.maps.grid.mosaic is not None
    assert panel.maps.grid.mosaic.map_size == (1, 1)


def test_nothing_of_another_layer_stays_until_the_new_one_is_drawn(
    panel: InspectorPanel, state: AppState, qtbot: QtBot
) -> None:
    drawn(qtbot, panel)
    at = centre(panel, 7)
    select(state, paths_of(state, "Linear")[-1])
    assert panel.maps.grid.mosaic is None
    assert panel.maps.head.text() == "Drawing…"
    qtbot.mouseMove(panel.maps.grid, at)
    drawn(qtbot, panel)
    panel.show_tab("filters")
    drawn(qtbot, panel)
    panel.filters.mode.choose("all")
    qtbot.mouseMove(panel.filters.grid, QPoint(3, 3))  # over the kernels of one filter, or the matrix if it is there
    found = panel.filters.readout.text().replace("−", "-").split(" · ")
    output, source = (int(words.split()[1]) for words in found[:2])
    weights = state.insight.filters[paths_of(state, "Linear")[-1]]  # type: ignore[union-attr]
    assert found[2] == f"{weights[output, source]:.3g}"
    select(state, paths_of(state, "Conv2d")[0])
    assert panel.filters.grid.mosaic is None


def test_dead_and_broken_maps_are_counted(
    panel: InspectorPanel, state: AppState, insight: Insight, qtbot: QtBot
) -> None:
    path = paths_of(state, "Conv2d")[0]
    activation = insight.activations[path].copy()
    activation[:4] = 0
    activation[5, 0, 0] = np.nan
    activations = {**insight.activations, path: activation}
    state.set_insight(replace(insight, predictions=(), activations=activations))
    drawn(qtbot, panel)
    assert panel.maps.dead.text() == "4 dead · 1 not finite"
    assert panel.image.bars.bars == ()


def test_a_large_layer_is_drawn_off_the_gui_thread(
    panel: InspectorPanel, state: AppState, insight: Insight, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(qtbot, panel)
    threads: list[threading.Thread] = []
    draw = tiles.mosaic
    monkeypatch.setattr(tiles, "mosaic", lambda *a, **k: threads.append(threading.current_thread()) or draw(*a, **k))
    large = np.random.default_rng(0).random((512, 112, 112), dtype=np.float32)
    state.set_insight(replace(insight, activations={paths_of(state, "Conv2d")[0]: large}))
    drawn(qtbot, panel)
    assert panel.maps.grid.mosaic is not None
    assert len(panel.maps.grid.mosaic.order) == 512
    assert threads
    assert threading.main_thread() not in threads
