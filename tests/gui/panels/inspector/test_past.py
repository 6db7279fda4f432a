"""Looking back in the inspector: one scale for all moments, maps that keep their places, figures over the run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.state import AppState, FromRun
from explorer.inspection import figures
from explorer.inspection.insight import Insight
from explorer.runs.folder.moments import Moment
from explorer.runs.looking.past import Past
from tests.gui.panels.inspector.layers import drawn, paths_of


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
    path = paths_of(state, "Conv2d")[0]
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
    path = paths_of(state, "Conv2d")[0]
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
    spread = figures.of(insight).outputs[paths_of(state, "Conv2d")[0]]
    assert over_time.means.marked == (1, spread.mean, spread.std)
    assert over_time.readouts[1].text() == f"{spread.dead} of {spread.maps}"
    state.set_weights(FromRun("r", moment=0))
    panel.refresh()
    assert over_time.means.marked == (0, spread.mean, spread.std)
