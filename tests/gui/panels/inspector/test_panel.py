"""The right panel as a whole: which layer it shows, its words, names and colours."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.graph import trace
from explorer.graph.model import LayerGraph, Mismatch
from explorer.gui import text
from explorer.gui.panels import inspector
from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.panels.inspector.panel import TABS
from explorer.gui.panels.inspector.subject import subject_of
from explorer.gui.state import AppState, Selection, SelectionKind
from explorer.gui.values import GraphNote
from explorer.inspection.insight import Insight
from tests.gui.panels.inspector.layers import CHOICE, drawn


def test_without_a_selection_the_first_convolution_is_shown_and_what_to_do(panel: InspectorPanel) -> None:
    assert panel.title.text().endswith("5×5 conv, 10")
    assert "Select any layer" in panel.hint.text()


def test_selecting_a_layer_moves_no_page(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    assert state.graph is not None
    panel.resize(340, 700)
    panel.show()
    qtbot.wait(1)
    before = panel.tabs.geometry()
    for node in state.graph.nodes[1:6]:
        state.select(Selection(SelectionKind.NODE, node.index))
        panel.layout().activate()
        assert panel.tabs.geometry() == before, node.path
        assert panel.hint.text().startswith(node.kind)


def test_where_shapes_do_not_fit_that_operation_is_shown(panel: InspectorPanel, state: AppState) -> None:
    graph = state.graph
    assert graph is not None
    failing = next(node for node in graph.nodes if node.kind == "Linear")
    state.set_graph(replace(graph, mismatch=Mismatch(failing.index, (failing.index - 1,), Text("No.", "\u5426\u3002"))))
    assert panel.title.text().startswith(failing.path)
    assert "do not fit" in panel.hint.text()
    panel.show_tab("layer")
    assert panel.layer.facts.facts


def test_a_block_shows_the_output_of_its_last_layer(graph: LayerGraph, insight: Insight) -> None:
    for block in graph.blocks:
        subject = subject_of(graph, Selection(SelectionKind.BLOCK, block.index))
        assert subject is not None
        assert subject.node.output_shape == block.output_shape
        assert block.first <= subject.node.index < block.last
        assert subject.node.path in insight.activations


def test_a_selected_block_says_whose_output_it_shows(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    assert state.graph is not None
    block = next(block for block in state.graph.blocks if block.kind == "InceptionA")
    state.select(Selection(SelectionKind.BLOCK, block.index))
    drawn(qtbot, panel)
    assert "InceptionA" in panel.title.text()
    assert "Output of the block" in panel.hint.text()
    assert panel.maps.head.text().startswith("88 maps")
    panel.show_tab("filters")
    assert "several layers" in panel.filters.empty.text()
    panel.show_tab("layer")
    facts = dict(panel.layer.facts.facts)
    assert facts["Input → output"] == "10×12×12 → 88×12×12"


def test_a_network_that_has_no_graph_is_not_waited_for(panel: InspectorPanel, state: AppState) -> None:
    state.set_graph(None)
    assert "being worked out" in panel.hint.text()
    state.set_graph_note(GraphNote(Text("It takes two images.", ""), is_problem=True))
    panel.show_tab("layer")
    for said in (panel.hint.text(), panel.maps.why_nothing(), panel.layer.empty.text()):
        assert "has no graph" in said


def test_layer_page_shows_the_arithmetic(panel: InspectorPanel, state: AppState) -> None:
    panel.show_tab("layer")
    facts = dict(panel.layer.facts.facts)
    assert "= 260" in facts["Parameters"]  # 10·1·5·5 + 10
    assert facts["Output size"].endswith("= 24")
    assert facts["Input → output"] == "1×28×28 → 10×24×24"


def test_layer_page_says_the_sizes_once(panel: InspectorPanel, state: AppState) -> None:
    assert state.graph is not None
    linear = next(node for node in state.graph.nodes if node.kind == "Linear")
    state.select(Selection(SelectionKind.NODE, linear.index))
    panel.show_tab("layer")
    shapes = dict(panel.layer.facts.facts)["Input → output"]
    assert [said for _, said in panel.layer.facts.facts].count(shapes) == 1


def test_before_anything_is_there_it_says_what_comes(qtbot: QtBot) -> None:
    state = AppState(CHOICE)
    panel = InspectorPanel(state)
    qtbot.addWidget(panel)
    panel.show()
    assert "layers" in panel.maps.empty.text()
    state.set_graph(trace.graph_of(CHOICE))
    assert "PyTorch is loading" in panel.maps.empty.text()
    state.set_ready()
    assert "Drop an image" in panel.maps.empty.text()
    panel.stop()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_tabs_fit_into_the_narrowest_panel(
    panel: InspectorPanel, state: AppState, language: str, qtbot: QtBot
) -> None:
    state.set_language(language)
    panel.resize(320, 900)
    qtbot.wait(10)
    last = panel.tabs.tabRect(len(TABS) - 1)
    assert panel.tabs.words_width() <= panel.tabs.width()
    assert last.right() <= panel.tabs.width()
    assert panel.minimumSizeHint().width() <= 320


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("tab", TABS)
def test_no_words_are_cut_off(panel: InspectorPanel, state: AppState, language: str, tab: str, qtbot: QtBot) -> None:
    state.set_language(language)
    panel.show_tab(tab)
    drawn(qtbot, panel)
    for label in panel.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap() and type(label) is QLabel:
            assert label.sizeHint().width() <= label.width() + 1, label.text()


def test_language_and_theme_change_while_it_is_shown(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    drawn(qtbot, panel)
    dark = panel.grab().toImage()
    state.set_theme("light")
    drawn(qtbot, panel)
    light = panel.grab().toImage()
    assert light.pixelColor(3, 3).lightness() > 200 > 60 > dark.pixelColor(3, 3).lightness()
    state.set_language("zh")
    drawn(qtbot, panel)
    assert panel.tabs.tabText(1) == "特征图"
    assert panel.maps.head.text().startswith("10 张")
    assert "未训练" in panel.footer.text()


def test_names_for_tests_and_for_screen_readers(panel: InspectorPanel) -> None:
    assert panel.objectName() == "inspector"
    for tab in TABS:
        panel.show_tab(tab)
    for name in ("imageWell", "predictions", "featureMaps", "filters", "statistics", "attribution"):
        assert panel.findChild(QWidget, name) is not None, name
    for widget in panel.findChildren(QWidget):
        is_own = widget.window() is panel and not isinstance(widget, QLabel)  # not the list behind a box
        if is_own and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            interface = QAccessible.queryAccessibleInterface(widget)
            own = interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()
            assert own, (widget.objectName(), type(widget).__name__, widget.parent())


def test_a_page_is_made_when_it_is_first_looked_at(panel: InspectorPanel, state: AppState) -> None:
    assert [page.objectName() for page in panel.pages.made()] == ["featureMaps"]
    state.set_language("zh")
    panel.show_tab("statistics")
    assert panel.statistics.heads[0].text() == text.tr("inspector.of_values")
    assert panel.pages.current is panel.statistics
    panel.show_tab("maps")
    assert panel.pages.current is panel.maps
    assert len(list(panel.pages.made())) == 2
    state.set_language("en")
    assert panel.statistics.heads[0].text() == text.tr("inspector.of_values")


def test_every_word_is_in_the_table() -> None:
    """Each key that the inspector's code names exists; the table itself is tested to have both languages."""
    keys = {key.removeprefix("inspector.") for key in text.table() if key.startswith("inspector.")}
    named: set[str] = set()
    for file in Path(inspector.__file__).parent.glob("*.py"):
        named |= set(re.findall(r'"inspector\.([a-z_]+)"', file.read_text(encoding="utf-8")))
    assert named <= keys
