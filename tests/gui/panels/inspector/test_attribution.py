"""What a prediction rests on, asked for and shown; and the statistics of a layer."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.state import AppState, PinnedImage
from explorer.gui.widgets.pictures.image_intake import DatasetSource
from explorer.inspection.insight import Attribution, Method, Question
from tests.gui.panels.inspector.layers import PIXELS, drawn, paths_of, select


def test_statistics_page(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    panel.show_tab("statistics")
    drawn(qtbot, panel)
    activation = state.insight.activations[paths_of(state, "Conv2d")[0]]  # type: ignore[union-attr]
    facts = dict(panel.statistics.tables[0].facts)
    assert facts["Mean"].replace("−", "-") == f"{activation.mean(dtype=np.float64):.3g}"
    assert facts["Dead maps"] == "0 of 10"
    assert panel.statistics.tables[1].isVisible()
    select(state, paths_of(state, "cat")[0])
    drawn(qtbot, panel)
    assert not panel.statistics.tables[1].isVisible()


def test_attribution_is_asked_for_shown_and_given_up(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    asked = QSignalSpy(state.attribution_requested)
    panel.show_tab("attribution")
    page = panel.attribution
    assert page.warning.isVisible()  # untrained
    page.method.setCurrentIndex(1)
    page.target.setCurrentIndex(2)
    page.start.click()
    question = asked.at(0)[0]
    assert state.insight is not None
    expected = state.insight.predictions[2].index
    assert question == Question(Method.GRAD_CAM, expected, paths_of(state, "Conv2d")[0])
    assert page.start.text() == "Cancel"
    page.start.click()
    assert asked.at(1)[0] is None
    state.set_attribution(None)
    assert page.start.text() == "Explain"
    heat = np.zeros((28, 28), dtype=np.float32)
    heat[10, 20] = 1
    state.set_attribution(Attribution(question, heat, 0.25, PIXELS, False))
    drawn(qtbot, panel)
    assert page.grid.isVisible()
    assert page.scale.end_words() == ("0", "0.25")
    assert "speaks for" in page.caption.text()
    width = page.grid.width()
    qtbot.mouseMove(page.grid, QPoint(int(20.5 * width / 28), int(10.5 * width / 28)))
    assert page.caption.text() == "row 10, column 20 · 0.25"


def test_how_far_an_answer_is_stands_beside_the_way_to_give_it_up(panel: InspectorPanel, state: AppState) -> None:
    panel.show_tab("attribution")
    page = panel.attribution
    state.attribution_progressed.emit(0.5)  # late, of a question that was given up
    assert not page.progress.isVisible()
    page.start.click()
    QApplication.processEvents()
    place = page.start.geometry()
    state.attribution_progressed.emit(None)
    assert page.progress.isVisible()
    assert page.progress.maximum() == 0  # to and fro, while nothing is known
    state.attribution_progressed.emit(0.5)
    assert page.progress.value() == page.progress.maximum() / 2
    QApplication.processEvents()
    assert page.start.geometry() == place
    state.set_attribution(None)
    assert not page.progress.isVisible()


def test_the_likeliest_class_is_meant_until_one_is_picked(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    panel.show_tab("attribution")
    page, insight = panel.attribution, state.insight
    assert insight is not None
    swapped = replace(insight, predictions=insight.predictions[::-1])
    state.set_insight(swapped)
    assert page.target.currentData() == swapped.predictions[0].index
    picked = swapped.predictions[3].index
    page.target.setCurrentIndex(3)
    page.target.activated.emit(3)
    state.set_insight(insight)
    assert page.target.currentData() == picked


def test_the_true_class_can_be_asked_for_also_if_it_is_unlikely(
    panel: InspectorPanel, state: AppState, qtbot: QtBot
) -> None:
    panel.show_tab("attribution")
    page, insight = panel.attribution, state.insight
    assert insight is not None
    classes = tuple("abcdefghij")
    unlikely = next(index for index in range(10) if index not in {p.index for p in insight.predictions})
    image = PinnedImage(PIXELS, "digits 3", label=classes[unlikely], classes=classes, source=DatasetSource("digits", 3))
    state.set_image(image)
    state.set_insight(insight)
    assert [page.target.itemData(at) for at in range(page.target.count())][-1] == unlikely
    assert page.target.itemText(page.target.count() - 1) == f"{classes[unlikely]} · true class"
    page.target.setCurrentIndex(page.target.count() - 1)
    page.start.click()
    state.set_attribution(
        Attribution(Question(Method.GRADIENT, unlikely), np.zeros((28, 28), dtype=np.float32), 0.0, PIXELS, False)
    )
    drawn(qtbot, panel)
    assert page.caption.text() == f"Nothing here speaks for {classes[unlikely]}."


def test_grad_cam_is_not_offered_where_there_are_no_maps(panel: InspectorPanel, state: AppState) -> None:
    panel.show_tab("attribution")
    panel.attribution.method.setCurrentIndex(1)
    assert panel.attribution.start.isEnabled()
    select(state, paths_of(state, "Linear")[-1])
    assert not panel.attribution.start.isEnabled()
    assert "no feature maps" in panel.attribution.about.text()
