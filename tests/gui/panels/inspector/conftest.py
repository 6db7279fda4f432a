"""The inspector with a small network with branches, and what it makes of an image."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.graph import trace
from explorer.graph.model import LayerGraph
from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.state import AppState, PinnedImage
from explorer.gui.widgets.pictures.image_intake import DatasetSource
from explorer.inspection import capture, untrained
from explorer.inspection.insight import Insight
from tests.gui.panels.inspector.layers import CHOICE, PIXELS


@pytest.fixture(scope="session")
def graph() -> LayerGraph:
    return trace.graph_of(CHOICE)


@pytest.fixture(scope="session")
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
    state.set_image(PinnedImage(PIXELS, "digits 3", label="c", source=DatasetSource("digits", 3)))
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
