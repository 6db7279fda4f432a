"""The test images that drive a map most: asked for, shown, and gone with the weights."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.services.map_drivers import MapDrivers
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, Untrained
from explorer.runs.looking.own_bench import OwnBench
from explorer.runs.shelf.store import Store
from tests.gui.panels.inspector.layers import drawn, paths_of, select

SLOW = 40_000  # ms


@pytest.fixture
def service(state: AppState, tmp_path: Path) -> Iterator[MapDrivers]:
    control = RunControl(state, Store(tmp_path / "runs"))
    service = MapDrivers(state, control, OwnBench())
    yield service
    service.close()
    control.close()


def test_the_strongest_images_of_a_map_are_found_and_shown(
    panel: InspectorPanel, state: AppState, service: MapDrivers, qtbot: QtBot
) -> None:
    path = paths_of(state, "Conv2d")[0]
    select(state, path)
    panel.maps.enlarge(2)
    drawn(qtbot, panel)
    section = panel.maps.drivers
    assert section.isVisible()
    assert not section.patches.isVisible()
    section.search.click()
    assert not section.search.isEnabled()
    qtbot.waitUntil(lambda: state.drivers is not None, timeout=SLOW)
    assert state.drivers is not None
    found = state.drivers.found
    assert found.values.shape == (10, 8)
    assert (np.diff(found.values, axis=1) <= 0).all()
    assert section.patches.isVisible()
    assert section.patches.words == tuple(state.drivers.labels[n] for n in found.images[2])
    page = panel.maps
    qtbot.waitUntil(lambda: page.area.verticalScrollBar().value() > 0)
    assert section.patches.visibleRegion().boundingRect().height() == section.patches.height()
    first = section.patches.words
    panel.maps.enlarge(5)
    drawn(qtbot, panel)
    assert section.patches.words == tuple(state.drivers.labels[n] for n in found.images[5])
    assert len(first) == 8
    qtbot.mouseClick(section.patches, Qt.MouseButton.LeftButton, pos=section.patches.tile(3).center())
    assert state.image is not None
    assert np.array_equal(state.image.pixels, state.drivers.pixels[found.images[5, 3]])
    state.set_weights(Untrained(seed=4))
    assert state.drivers is None
    assert section.search.isVisible()


def test_a_unit_of_a_vector_has_them_too_and_the_input_has_none(
    panel: InspectorPanel, state: AppState, service: MapDrivers, qtbot: QtBot
) -> None:
    select(state, paths_of(state, "Linear")[-1])
    drawn(qtbot, panel)
    assert not panel.maps.drivers.isVisible()
    panel.maps.take_apart((3, 0, 0))
    drawn(qtbot, panel)
    panel.maps.drivers.search.click()
    qtbot.waitUntil(lambda: state.drivers is not None, timeout=SLOW)
    assert panel.maps.drivers.patches.isVisible()
    select(state, "Input")
    panel.maps.enlarge(0)
    drawn(qtbot, panel)
    assert not panel.maps.drivers.isVisible()
