"""Looking back in the inspector: one scale for all moments, maps that keep their places, figures over the run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph import trace
from explorer.graph.model import LayerGraph
from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.state import AppState, FromRun, PinnedImage
from explorer.inspection import capture, figures, untrained
from explorer.inspection.insight import Insight
from explorer.runs.moments import Moment
from explorer.runs.past import Past

CHOICE = catalogue.find("mnist_inception").default_choice()
PIXELS = np.random.default_rng(0).integers(0, 256, (28, 28, 1), dtype=np.uint8)


@pytest.fixture(scope="module")
def graph() -> LayerGraph:
    return trace.graph_of(CHOICE)


@pytest.fixture(scope="module")
def insight() -> Insight:
    return capture.look(
        untrained.build(CHOICE),
        PIXELS,
        CHOICE.input_shape,
        mean=(0.5,),
        std=(0.5,),
        classes=tuple("abcdefghij"),
        origin=Text("untrained weights", "未训练的权重"),
        is_trained=False,
    )


@pytest.fixture
def state(graph: LayerGraph, insight: Insight, qapp: object) -> AppState:
    state = AppState(CHOICE)
    state.set_graph(graph)
    state.set_ready()
    state.set_image(PinnedImage(PIXELS, "digits 3"))
    state.set_insight(insight)
    return state


@pytest.fixture
def panel(state: AppState, qtbot: QtBot) -> Iterator[InspectorPanel]:
    panel = InspectorPanel(state)
    qtbot.addWidget(panel)
    panel.resize(320, 900)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.stop()


def drawn(qtbot: QtBot, panel: InspectorPanel) -> None:
    qtbot.wait(80)  # a change of width is drawn a little later
    qtbot.waitUntil(lambda: not panel.drawer.is_busy, timeout=20_000)


def first_convolution(state: AppState) -> str:
    assert state.graph is not None
    return next(node.path for node in state.graph.nodes if node.kind == "Conv2d")


def with_past(insight: Insight) -> Past:
    """Two moments: the one that is shown, and one before with values ten times as large, in other places."""
    now = figures.of(insight)
    outputs = {path: replace(s, low=10 * s.low, high=10 * s.high) for path, s in now.outputs.items()}
    weights = {path: replace(s, low=10 * s.low, high=10 * s.high) for path, s in now.weights.items()}
    there = (Moment(0, Path("a")), Moment(9, Path("b"), ("last",)))
    return Past("r", there, {0: replace(now, outputs=outputs, weights=weights), 9: now})


def test_one_scale_for_all_moments_is_offered_and_used(
    panel: InspectorPanel, state: AppState, insight: Insight, qtbot: QtBot
) -> None:
    maps, filters = panel.maps, panel.filters
    maps.scaling.choose("run")
    assert maps.scaling.current == "layer"  # there is no past
    state.set_past(with_past(insight))
    maps.scaling.choose("run")
    drawn(qtbot, panel)
    path = first_convolution(state)
    low, high = insight.activations[path].min(), insight.activations[path].max()
    assert maps.grid.mosaic is not None
    scale = maps.grid.mosaic.scale
    assert (scale.low, scale.high) == pytest.approx((10 * low, 10 * high))
    maps.enlarge(3)
    drawn(qtbot, panel)
    assert maps.grid.mosaic.scale == scale
    panel.show_tab("filters")
    assert not filters.scaling.isHidden()
    filters.scaling.choose("run")
    drawn(qtbot, panel)
    assert filters.grid.mosaic is not None
    assert filters.grid.mosaic.scale.high == pytest.approx(10 * np.abs(insight.filters[path]).max())
    state.set_past(None)
    assert maps.scaling.current == "layer"
    assert filters.scaling.isHidden()


def test_maps_keep_their_places_while_time_goes(
    panel: InspectorPanel, state: AppState, insight: Insight, qtbot: QtBot
) -> None:
    past = with_past(insight)
    state.set_past(past)
    panel.maps.scaling.choose("run")
    path = first_convolution(state)
    turned = {**insight.activations, path: insight.activations[path][::-1]}
    state.set_insight(replace(insight, activations=turned))  # the strongest is another now
    drawn(qtbot, panel)
    sequence = past.sequence(path)
    assert sequence is not None
    assert panel.maps.grid.mosaic is not None
    assert panel.maps.grid.mosaic.order.tolist() == sequence.tolist()


def test_the_statistics_over_the_run_are_those_of_the_moments(
    panel: InspectorPanel, state: AppState, insight: Insight, qtbot: QtBot
) -> None:
    panel.show_tab("statistics")
    over_time = panel.statistics.over_time
    assert over_time.isHidden()
    state.set_weights(FromRun("r"))
    state.set_past(with_past(insight))
    drawn(qtbot, panel)
    assert not over_time.isHidden()
    spread = figures.of(insight).outputs[first_convolution(state)]
    assert over_time.means.marked == (1, spread.mean, spread.std)
    assert over_time.readouts[1].text() == f"{spread.dead} of {spread.maps}"
    state.set_weights(FromRun("r", moment=0))
    panel.refresh()
    assert over_time.means.marked == (0, spread.mean, spread.std)
