"""The right panel: what it shows of a layer, in both languages, by mouse and by keys."""

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph import trace
from explorer.gui import text
from explorer.gui.panels.inspector import InspectorPanel
from explorer.gui.panels.inspector.panel import TABS
from explorer.gui.panels.inspector.subject import subject_of
from explorer.gui.state import AppState, PinnedImage, Selection, SelectionKind
from explorer.gui.widgets.image_intake import DatasetSource, FileSource, SampleSource
from explorer.inspection import capture, untrained
from explorer.inspection.insight import Attribution, Insight, Method, Question

CHOICE = catalogue.find("mnist_inception").default_choice()
PIXELS = np.random.default_rng(0).integers(0, 256, (28, 28, 1), dtype=np.uint8)


@pytest.fixture(scope="module")
def known() -> SimpleNamespace:
    """The graph of a small network with branches, and what it makes of an image."""
    model = untrained.build(CHOICE)
    insight = capture.look(
        model,
        PIXELS,
        CHOICE.input_shape,
        mean=(0.5,),
        std=(0.5,),
        classes=tuple("abcdefghij"),
        origin=Text("untrained weights", "未训练的权重"),
        is_trained=False,
    )
    return SimpleNamespace(graph=trace.graph_of(CHOICE), insight=insight)


@pytest.fixture
def state(known: SimpleNamespace, qapp: object) -> AppState:
    state = AppState(CHOICE)
    state.set_graph(known.graph)
    state.set_ready()
    state.set_image(PinnedImage(PIXELS, "digits 3", label="c", source=DatasetSource("digits", 3)))
    state.set_insight(known.insight)
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


def select(state: AppState, path: str) -> None:
    assert state.graph is not None
    state.select(Selection(SelectionKind.NODE, state.graph.by_path[path].index))


def paths_of(state: AppState, kind: str) -> list[str]:
    assert state.graph is not None
    return [node.path for node in state.graph.nodes if node.kind == kind]


def centre(panel: InspectorPanel, place: int) -> QPoint:
    return panel.maps.grid.tile_rect(place).center()


# -- which layer ----------------------------------------------------------------------------------------------------


def test_without_a_selection_the_first_convolution_is_shown_and_what_to_do(panel: InspectorPanel) -> None:
    assert panel.title.text().endswith("5×5 conv, 10")
    assert "Select any layer" in panel.hint.text()


def test_a_block_shows_the_output_of_its_last_layer(state: AppState, known: SimpleNamespace) -> None:
    for block in known.graph.blocks:
        subject = subject_of(known.graph, Selection(SelectionKind.BLOCK, block.index))
        assert subject is not None
        assert subject.node.output_shape == block.output_shape
        assert block.first <= subject.node.index < block.last
        assert subject.node.path in known.insight.activations


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


# -- feature maps ---------------------------------------------------------------------------------------------------


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
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
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
    assert panel.maps.head.text() == "Drawing …"
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
    panel: InspectorPanel, state: AppState, known: SimpleNamespace, qtbot: QtBot
) -> None:
    path = paths_of(state, "Conv2d")[0]
    activation = known.insight.activations[path].copy()
    activation[:4] = 0
    activation[5, 0, 0] = np.nan
    activations = {**known.insight.activations, path: activation}
    state.set_insight(Insight(known.insight.origin, False, PIXELS, (), activations, known.insight.filters))
    drawn(qtbot, panel)
    assert panel.maps.dead.text() == "4 dead · 1 not finite"
    assert panel.image.bars.bars == ()


def test_a_large_layer_is_drawn_off_the_gui_thread(panel: InspectorPanel, state: AppState, qtbot: QtBot) -> None:
    """Handing over and showing 512 maps of 112 × 112 takes the GUI thread under 10 ms each."""
    import time

    large = np.random.default_rng(0).random((512, 112, 112), dtype=np.float32)
    path = paths_of(state, "Conv2d")[0]
    insight = state.insight
    assert insight is not None
    drawn(qtbot, panel)
    state._insight = Insight(insight.origin, False, PIXELS, insight.predictions, {path: large}, insight.filters)
    start = time.thread_time()
    panel.refresh()
    asked = time.thread_time() - start
    drawn(qtbot, panel)
    mosaic = panel.maps.grid.mosaic
    assert mosaic is not None
    assert len(mosaic.order) == 512
    start = time.thread_time()
    panel.maps.grid.show_mosaic(mosaic)
    shown = time.thread_time() - start
    assert asked < 0.02
    assert shown < 0.02


# -- filters --------------------------------------------------------------------------------------------------------


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


# -- the other pages ------------------------------------------------------------------------------------------------


def test_layer_page_shows_the_arithmetic(panel: InspectorPanel, state: AppState) -> None:
    panel.show_tab("layer")
    facts = dict(panel.layer.facts.facts)
    assert "= 260" in facts["Parameters"]  # 10·1·5·5 + 10
    assert facts["Output size"].endswith("= 24")


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


def test_grad_cam_is_not_offered_where_there_are_no_maps(panel: InspectorPanel, state: AppState) -> None:
    panel.show_tab("attribution")
    panel.attribution.method.setCurrentIndex(1)
    assert panel.attribution.start.isEnabled()
    select(state, paths_of(state, "Linear")[-1])
    assert not panel.attribution.start.isEnabled()
    assert "no feature maps" in panel.attribution.about.text()


# -- the image ------------------------------------------------------------------------------------------------------


def test_predictions_mark_the_true_class_and_the_untrained_net(panel: InspectorPanel, state: AppState) -> None:
    assert state.insight is not None
    bars = panel.image.bars.bars
    assert [bar.label for bar in bars] == [p.label for p in state.insight.predictions]
    assert all(bar.is_true == (bar.label == "c") for bar in bars)
    assert panel.image.badge.isVisible()
    assert panel.image.about.text() == "Handwritten digits 3 · 28×28 · true: c"
    assert panel.footer.text() == "Weights: untrained weights"


def test_an_error_is_shown_in_place_until_an_image_is_taken(panel: InspectorPanel, state: AppState) -> None:
    state.refuse_image(ExplorerError(Text("x.png is damaged.", "x.png 已损坏。"), Text("Take another.", "请换一张。")))
    assert panel.image.problem.isVisible()
    assert panel.image.problem.text() == "x.png is damaged. Take another."
    state.set_language("zh")
    assert panel.image.problem.text() == "x.png 已损坏。 请换一张。"
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


# -- as a whole -----------------------------------------------------------------------------------------------------


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
    assert panel.maps.head.text().startswith("10 幅")
    assert "未训练" in panel.footer.text()


def test_names_for_tests_and_for_screen_readers(panel: InspectorPanel) -> None:
    assert panel.objectName() == "inspector"
    for name in ("imageWell", "predictions", "featureMaps", "filters", "statistics", "attribution"):
        assert panel.findChild(QWidget, name) is not None, name
    for widget in panel.findChildren(QWidget):
        is_own = widget.window() is panel and not isinstance(widget, QLabel)  # not the list behind a box
        if is_own and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            interface = QAccessible.queryAccessibleInterface(widget)
            own = interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()
            assert own, (widget.objectName(), type(widget).__name__, widget.parent())


def test_every_word_is_in_the_table() -> None:
    """Each key that the inspector's code names exists; the table itself is tested to have both languages."""
    import re
    from pathlib import Path

    import explorer.gui.panels.inspector as package

    keys = {key.removeprefix("inspector.") for key in text.table() if key.startswith("inspector.")}
    named: set[str] = set()
    for file in Path(package.__file__).parent.glob("*.py"):
        named |= set(re.findall(r'"inspector\.([a-z_]+)"', file.read_text(encoding="utf-8")))
    assert named <= keys
