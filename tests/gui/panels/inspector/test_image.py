"""The image: what is predicted of it, where it comes from, and what is wrong with it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.state import AppState
from explorer.gui.widgets.pictures.image_intake import DatasetSource, FileSource, SampleSource


def test_predictions_mark_the_true_class_and_the_untrained_net(panel: InspectorPanel, state: AppState) -> None:
    assert state.insight is not None
    bars = panel.image.bars.bars
    assert [bar.label for bar in bars] == [p.label for p in state.insight.predictions]
    assert all(bar.is_true == (bar.label == "c") for bar in bars)
    assert panel.image.badge.isVisible()
    assert panel.image.about.text() == "Handwritten digits #3 · 28×28 · true: c"
    assert panel.footer.text() == "Weights: untrained weights"


def test_an_error_is_shown_in_place_until_an_image_is_taken(panel: InspectorPanel, state: AppState) -> None:
    state.refuse_image(ExplorerError(Text("x.png is damaged.", "x.png 已损坏。"), Text("Take another.", "请换一张。")))
    assert panel.image.problem.isVisible()
    assert panel.image.problem.text() == "x.png is damaged. Take another."
    state.set_language("zh")
    assert panel.image.problem.text() == "x.png 已损坏。请换一张。"
    state.set_image(state.image)
    assert not panel.image.problem.isVisible()


def test_the_menu_offers_every_source(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    requested = QSignalSpy(state.image_requested)
    menu = panel.image.menu()
    entries = [entry for action in menu.actions() if action.menu() is not None for entry in action.menu().actions()]
    for entry in entries:
        entry.trigger()
    sources = [requested.at(i)[0] for i in range(requested.count())]
    assert sum(isinstance(source, SampleSource) for source in sources) == 5
    assert DatasetSource("digits", 4) in sources  # the one after the one that is shown
    assert DatasetSource("digits", 2) in sources
    assert DatasetSource("shapes", 0) in sources
    menu.deleteLater()


def test_arrow_keys_on_the_well_go_through_the_data_set(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    requested = QSignalSpy(state.image_requested)
    qtbot.keyClick(panel.image.well, Qt.Key.Key_Right)
    assert requested.at(0)[0] == DatasetSource("digits", 4)
    panel.image.well.taken.emit(FileSource(None))  # type: ignore[arg-type]
    assert requested.count() == 2
