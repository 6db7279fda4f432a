"""The workspace in which two networks are compared, as its user meets it."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDockWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.app import create_window
from explorer.graph.views import Detail
from explorer.gui.main_window import MainWindow
from explorer.gui.panels.architecture_settings import ArchitectureSettingsPanel
from explorer.gui.panels.architectures import ArchitecturesPanel
from explorer.gui.panels.compare import ComparePanel
from explorer.gui.panels.compare.side import GraphSide
from explorer.gui.state import AppState
from explorer.gui.warmup import Warmup
from explorer.gui.widgets.graph_sheet import Target

LEFT_BUTTON = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ComparePanel]:
    """LeNet beside AlexNet, without movement."""
    state = AppState(catalogue.find("lenet").default_choice())
    made = ComparePanel(state, ArchitecturesPanel, ArchitectureSettingsPanel)
    qtbot.addWidget(made)
    for side in made.sides:
        side.view.motion.duration_ms = 0
    made.resize(1280, 740)
    made.show()
    settle(qtbot, made)
    yield made
    made.close_services()
    state.deleteLater()


def settle(qtbot: QtBot, panel: ComparePanel) -> None:
    def is_still() -> bool:
        busy = panel.comparing.is_busy or any(side.opening.is_busy for side in panel.sides)
        return panel.comparing.comparison is not None and not busy

    qtbot.waitUntil(is_still)
    qtbot.wait(2)


def show(qtbot: QtBot, panel: ComparePanel, left: str, right: str) -> None:
    panel.comparing.left.set_choice(catalogue.find(left).default_choice())
    panel.comparing.right.set_choice(catalogue.find(right).default_choice())
    settle(qtbot, panel)


def node(side: GraphSide, path: str) -> Target:
    graph = side.state.graph
    assert graph is not None
    return ("node", graph.by_path[path].index)


def selected(side: GraphSide) -> Target | None:
    sheet = side.view.graph_scene.sheet
    assert sheet is not None
    return sheet.selected


def click(qtbot: QtBot, side: GraphSide, target: Target, dx: float = 40) -> None:
    side.view.reveal(target)
    place = side.view.graph_scene.place(target)
    assert place is not None
    x = place.left() + dx if dx > 0 else place.right() + dx
    at = side.view.mapFromScene(QPointF(x, place.top() + 16))
    qtbot.mouseClick(side.view.viewport(), LEFT_BUTTON, pos=at)


def is_seen(side: GraphSide, target: Target) -> bool:
    place = side.view.graph_scene.place(target)
    return place is not None and side.view.visible().contains(place)


# -- what is there --------------------------------------------------------------------------------------------------


def test_object_names_are_the_agreed_ones(panel: ComparePanel) -> None:
    assert panel.objectName() == "compareView"
    for name in ("compareLeft", "compareRight", "compareTable"):
        assert panel.findChild(QWidget, name) is not None


def test_both_graphs_the_marks_and_the_stages_are_there(panel: ComparePanel) -> None:
    comparison = panel.comparing.comparison
    assert comparison is not None
    for side in panel.sides:
        sheet = side.view.graph_scene.sheet
        assert sheet is not None
        assert side.view.graph_scene.picture.boxes
        assert sheet.marks
    assert panel.stages.model().rowCount() == 1 + len(comparison.stages)
    assert "only in AlexNet" in panel.tools.legend.accessibleDescription()


def test_graphs_begin_in_the_middle_of_their_sides(panel: ComparePanel) -> None:
    for side in panel.sides:
        first = min(side.view.graph_scene.picture.boxes, key=lambda box: box.y)
        assert abs(side.view.visible().center().x() - first.x - first.width / 2) < 2
        assert side.view.visible().top() < first.y


def test_every_button_has_a_name(panel: ComparePanel) -> None:
    nameless = [button.objectName() for button in panel.findChildren(QToolButton) if not button.accessibleName()]
    assert nameless == []


# -- selection ------------------------------------------------------------------------------------------------------


def test_layer_is_selected_on_both_sides_and_seen(qtbot: QtBot, panel: ComparePanel) -> None:
    comparison = panel.comparing.comparison
    assert comparison is not None
    panel.tools.link.setChecked(False)
    last = next(node for node in reversed(comparison.graphs[0].nodes) if node.kind == "Linear")
    other = ("node", comparison.counterparts[0][last.index])
    assert not is_seen(panel.right, other)
    click(qtbot, panel.left, ("node", last.index))
    assert selected(panel.left) == ("node", last.index)
    assert selected(panel.right) == other
    assert is_seen(panel.right, other)


def test_layer_that_is_only_on_one_side_has_no_counterpart(qtbot: QtBot, panel: ComparePanel) -> None:
    comparison = panel.comparing.comparison
    assert comparison is not None
    alone = next(pair.right for pair in comparison.alignments[0] if pair.left is None and pair.right is not None)
    target = panel.right.view.graph_scene.owner(alone)
    assert target is not None
    click(qtbot, panel.right, target)
    assert selected(panel.right) == target
    assert selected(panel.left) is None
    assert "only here" in panel.right.view.accessibleDescription()


def test_keys_walk_along_both_graphs(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.left.view.setFocus()
    qtbot.keyClick(panel.left.view, Qt.Key.Key_Home)
    assert (selected(panel.left), selected(panel.right)) == (("node", 0), ("node", 0))
    qtbot.keyClick(panel.left.view, Qt.Key.Key_Down)
    assert selected(panel.left) == node(panel.left, "features.0")
    assert selected(panel.right) == node(panel.right, "features.0")
    qtbot.keyClick(panel.left.view, Qt.Key.Key_Escape)
    assert (selected(panel.left), selected(panel.right)) == (None, None)


# -- moving together ------------------------------------------------------------------------------------------------


def ends(panel: ComparePanel) -> tuple[Target, Target]:
    found = []
    for side in panel.sides:
        graph = side.state.graph
        assert graph is not None
        found.append(("node", len(graph.nodes) - 1))
    return found[0], found[1]


@pytest.mark.parametrize("leader", [0, 1])
def test_both_come_to_the_end_and_the_beginning_at_once(panel: ComparePanel, leader: int) -> None:
    here, there = panel.sides[leader], panel.sides[1 - leader]
    view = here.view
    view.scroll_by(0, (view.graph_scene.picture.height - view.visible().bottom() + 20) * view.zoom)
    assert is_seen(here, ends(panel)[leader])
    assert is_seen(there, ends(panel)[1 - leader])
    view.show_top()
    assert is_seen(there, ("node", 0))


def test_zoom_is_the_same_on_both_sides(panel: ComparePanel) -> None:
    panel.right.view.set_zoom(0.5)
    assert panel.left.view.zoom == 0.5
    panel.zoom("in")
    assert panel.left.view.zoom == panel.right.view.zoom == 0.625
    panel.zoom("fit")
    assert panel.left.view.zoom == panel.right.view.zoom
    for side in panel.sides:
        assert is_seen(side, ("node", 0))


def test_each_moves_alone_where_that_is_wanted(panel: ComparePanel) -> None:
    panel.tools.link.click()
    before = panel.right.view.visible()
    panel.left.view.scroll_by(0, 300)
    panel.left.view.set_zoom(0.5)
    assert panel.right.view.visible() == before
    panel.tools.link.click()  # and together again
    assert panel.right.view.zoom == 0.5


def test_blocks_open_together(qtbot: QtBot, panel: ComparePanel) -> None:
    show(qtbot, panel, "resnet18", "resnet18_preact")
    found = []
    for side in panel.sides:
        graph = side.state.graph
        assert graph is not None
        found.append(next(block.index for block in graph.blocks if block.path == "b3.1"))
    assert all(block not in side.opening.open_blocks for block, side in zip(found, panel.sides, strict=True))
    panel.left.toggle_requested.emit(("block", found[0]))
    assert all(block in side.opening.open_blocks for block, side in zip(found, panel.sides, strict=True))
    panel.tools.link.setChecked(False)
    panel.left.toggle_requested.emit(("block", found[0]))
    assert found[0] not in panel.left.opening.open_blocks
    assert found[1] in panel.right.opening.open_blocks


def test_marks_follow_what_is_drawn(qtbot: QtBot, panel: ComparePanel) -> None:
    show(qtbot, panel, "resnet18", "resnet18_preact")
    panel.set_detail(Detail.OPERATIONS)
    settle(qtbot, panel)
    comparison = panel.comparing.comparison
    sheet = panel.left.view.graph_scene.sheet
    assert comparison is not None
    assert sheet is not None
    alone = {("node", pair.left) for pair in comparison.alignments[0] if pair.right is None}
    assert alone <= set(sheet.marks)
    assert panel.tools.detail.currentData() == Detail.OPERATIONS


def test_seen_part_stays_when_the_other_network_changes(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.left.view.scroll_by(0, 250)
    before = panel.left.view.visible()
    panel.comparing.right.set_choice(catalogue.find("nin").default_choice())
    settle(qtbot, panel)
    assert panel.left.view.visible() == before


# -- the table ------------------------------------------------------------------------------------------------------


def test_stage_is_shown_in_both_graphs(qtbot: QtBot, panel: ComparePanel) -> None:
    comparison = panel.comparing.comparison
    assert comparison is not None
    row = 1 + next(place for place, stage in enumerate(comparison.stages) if stage.number == 3)
    index = panel.stages.model().index(row, 1)
    panel.stages.scrollTo(index)
    qtbot.mouseClick(panel.stages.viewport(), LEFT_BUTTON, pos=panel.stages.visualRect(index).center())
    stage = comparison.stages[row - 1]
    for side, told in zip(panel.sides, stage.sides, strict=True):
        assert told is not None
        target = side.view.graph_scene.owner(told.nodes[0])
        assert target is not None
        assert selected(side) == target
        place = side.view.graph_scene.place(target)
        assert place is not None
        assert abs(side.view.mapFromScene(place.topLeft()).y() - side.view.top_room) <= 1


@pytest.mark.parametrize(("form", "sign"), [("markdown", "| Stage |"), ("csv", "Stage,")])
def test_table_is_copied(panel: ComparePanel, form: str, sign: str) -> None:
    panel.copy(form)
    assert sign in QGuiApplication.clipboard().text()
    assert "AlexNet" in QGuiApplication.clipboard().text()


def test_words_change_with_the_language(qtbot: QtBot, panel: ComparePanel) -> None:
    panel._state.set_language("zh")
    settle(qtbot, panel)
    model = panel.stages.model()
    assert model.index(0, 0).data() == "整个网络 (1×28×28 → 1×224×224)"
    assert model.headerData(5, Qt.Orientation.Horizontal) == "改变带来什么"
    assert "仅 AlexNet 有" in panel.tools.legend.accessibleDescription()
    assert panel.left.accessibleName() == "第 1 个网络"


# -- choosing -------------------------------------------------------------------------------------------------------


def test_other_network_is_chosen_from_the_list(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.right.network.click()
    search = QApplication.focusWidget()
    assert search is not None
    assert search.objectName() == "architectureSearch"
    qtbot.keyClicks(search, "nin")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert panel.comparing.right.choice.architecture == "nin"
    assert panel.right.network.text() == "NiN"
    assert panel.comparing.left.choice.architecture == "lenet"
    assert QApplication.activePopupWidget() is None
    settle(qtbot, panel)
    assert "only in NiN" in panel.tools.legend.accessibleDescription()


def test_settings_of_one_side_are_its_own(qtbot: QtBot, panel: ComparePanel) -> None:
    show(qtbot, panel, "vgg11", "vgg11")
    panel.right.settings.click()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    field = popup.findChild(QWidget, "setting_ratio")
    assert field is not None
    field.activated.emit(2)  # type: ignore[attr-defined]
    popup.close()
    assert panel.comparing.right.choice.settings["ratio"] == 4
    assert panel.comparing.left.choice.settings["ratio"] == 1
    assert panel.right.settings.text() == "1×224×224 · Channel ratio 4"


def test_sides_are_swapped(qtbot: QtBot, panel: ComparePanel) -> None:
    swap = panel.findChild(QToolButton, "compareSwap")
    assert swap is not None
    swap.click()
    settle(qtbot, panel)
    assert [side.network.text() for side in panel.sides] == ["AlexNet", "LeNet"]
    assert "only in AlexNet" in panel.tools.legend.accessibleDescription()


def test_swap_button_stands_between_the_sides(panel: ComparePanel) -> None:
    swap = panel.findChild(QToolButton, "compareSwap")
    assert swap is not None
    border = panel.right.mapTo(panel, QPoint(0, 0)).x()
    assert abs(swap.geometry().center().x() - border) <= 2


# -- more than two --------------------------------------------------------------------------------------------------


@pytest.fixture
def three(qtbot: QtBot, panel: ComparePanel) -> ComparePanel:
    """LeNet, AlexNet and VGG-11, through the button."""
    panel.tools.add.click()
    panel.sides[2].view.motion.duration_ms = 0
    settle(qtbot, panel)
    return panel


def test_third_network_has_a_graph_and_a_column(three: ComparePanel) -> None:
    assert [side.network.text() for side in three.sides] == ["LeNet", "AlexNet", "VGG-11"]
    for side in three.sides:
        assert side.isVisible()
        assert side.remove.isVisible()
        sheet = side.view.graph_scene.sheet
        assert sheet is not None
        assert sheet.marks
    widths = [side.width() for side in three.sides]
    assert max(widths) - min(widths) <= 3
    model = three.stages.model()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert heads == ["Stage", "LeNet (reference)", "AlexNet", "VGG-11"]
    assert "×758" in model.index(0, 2).data()
    assert "11 layers deep" in model.index(0, 3).data()
    assert "only in VGG-11" in three.tools.legend.accessibleDescription()


def test_selection_reaches_all(qtbot: QtBot, three: ComparePanel) -> None:
    three.sides[2].view.setFocus()
    qtbot.keyClick(three.sides[2].view, Qt.Key.Key_Home)
    assert [selected(side) for side in three.sides] == [("node", 0)] * 3
    three.sides[2].picked.emit(None)
    assert [selected(side) for side in three.sides] == [None] * 3


@pytest.mark.parametrize("leader", [0, 1, 2])
def test_all_come_to_the_end_at_once(three: ComparePanel, leader: int) -> None:
    view = three.sides[leader].view
    view.scroll_by(0, (view.graph_scene.picture.height - view.visible().bottom() + 20) * view.zoom)
    for side in three.sides:
        assert side.state.graph is not None
        assert is_seen(side, ("node", len(side.state.graph.nodes) - 1))


def test_stage_is_shown_in_all(qtbot: QtBot, three: ComparePanel) -> None:
    comparison = three.comparing.comparison
    assert comparison is not None
    stage = comparison.stages[-1]
    three.stages.stage_picked.emit(stage)
    for side, told in zip(three.sides, stage.sides, strict=True):
        assert told is not None
        assert selected(side) == side.view.graph_scene.owner(told.nodes[0])


def test_network_is_taken_out_by_its_button(qtbot: QtBot, three: ComparePanel) -> None:
    three.sides[1].remove.click()
    settle(qtbot, three)
    assert [side.network.text() for side in three.sides] == ["LeNet", "VGG-11"]
    assert not three.left.remove.isVisible()
    assert three.stages.model().columnCount() == 6
    three.tools.add.click()
    settle(qtbot, three)
    assert len([side for side in three.sides if side.isVisible()]) == 3


def test_four_fit_into_a_small_window(qtbot: QtBot, three: ComparePanel) -> None:
    three.tools.add.click()
    settle(qtbot, three)
    assert not three.tools.add.isEnabled()
    three.resize(1000, 600)
    qtbot.wait(5)
    assert three.width() == 1000
    for side in three.sides:
        for button in (side.network, side.settings, side.remove):
            area = button.rect().translated(button.mapTo(side, QPoint(0, 0)))
            assert side.rect().contains(area)
            assert button.width() >= button.sizeHint().width()


def test_copies_of_three_have_a_line_for_each(three: ComparePanel) -> None:
    comparison = three.comparing.comparison
    assert comparison is not None
    for form in ("markdown", "csv"):
        three.copy(form)
        copied = QGuiApplication.clipboard().text()
        for name in ("LeNet", "AlexNet", "VGG-11"):
            sign = f"| {name} |" if form == "markdown" else f",{name},"
            assert copied.count(sign) == 1 + len(comparison.stages)
    three.copy("markdown")
    lines = [line for line in QGuiApplication.clipboard().text().splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1


def test_graphs_are_drawn_to_a_file(qtbot: QtBot, panel: ComparePanel, tmp_path: Path) -> None:
    told: list[str] = []
    panel._state.noticed.connect(lambda message, hint, level: told.append(message.en))
    panel.draw(tmp_path / "both.svg")
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["Saved both.svg."]
    drawn = (tmp_path / "both.svg").read_text(encoding="utf-8")
    for words in ("LeNet", "AlexNet", "13 changed", "9 only in AlexNet"):
        assert f">{words}<" in drawn
    panel.draw(tmp_path / "both.svg" / "no folder.svg")
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1].startswith("no folder.svg cannot be written")


def test_one_input_is_given_to_all(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.tools.same_input.click()
    assert [side.settings.text() for side in panel.sides] == ["1×224×224", "1×224×224"]
    panel.tools.same_input.click()
    assert [side.settings.text() for side in panel.sides] == ["1×28×28", "1×224×224"]


# -- in the window --------------------------------------------------------------------------------------------------


@pytest.fixture
def window(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    _, made = create_window([])
    made.resize(1280, 800)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    gc.enable()


def docks(window: MainWindow) -> dict[str, tuple[bool, int]]:
    return {dock.objectName(): (dock.isVisible(), dock.width()) for dock in window.findChildren(QDockWidget)}


def test_panels_make_room_and_come_back(qtbot: QtBot, window: MainWindow) -> None:
    window.commands["panel.right"].trigger()
    qtbot.wait(1)
    before, layout = docks(window), window.preferences().layout
    switch = window.findChild(QWidget, "workspaceSwitch")
    assert switch is not None
    assert window.workspace == "explore"
    window.header._workspaces.button("compare").click()
    qtbot.wait(1)
    assert window.workspace == "compare"
    assert not any(is_shown for is_shown, _ in docks(window).values())
    assert window.preferences().layout == layout
    assert window.commands["workspace.compare"].isChecked()
    window.commands["workspace.explore"].trigger()
    qtbot.wait(1)
    assert docks(window) == before


def test_what_is_done_to_the_one_network_goes_to_it(window: MainWindow) -> None:
    for act in (
        lambda: window.state.set_choice(catalogue.find("nin").default_choice()),
        window.commands["search.layer"].trigger,
    ):
        window.show_workspace("compare")
        act()
        assert window.workspace == "explore"


def test_zoom_commands_are_for_what_is_seen(window: MainWindow) -> None:
    window.show_workspace("compare")
    compare = window.compare
    assert compare is not None
    alone, before = window.graph.view.zoom, compare.left.view.zoom
    window.commands["zoom.out"].trigger()
    assert compare.left.view.zoom < before
    assert window.graph.view.zoom == alone


def test_everything_fits_into_the_smallest_window(qtbot: QtBot, window: MainWindow) -> None:
    window.show_workspace("compare")
    window.resize(1000, 640)
    qtbot.wait(5)
    for name in ("compareLeft", "compareRight", "compareTable", "compareCopy", "compareSwap", "menuButton"):
        widget = window.findChild(QWidget, name)
        assert widget is not None
        area = widget.rect().translated(widget.mapTo(window, QPoint(0, 0)))
        assert window.rect().contains(area), name


def test_closing_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    before = set(threading.enumerate())
    _, window = create_window([])
    window.show()
    window.show_workspace("compare")
    QApplication.processEvents()
    window.close()
    window.deleteLater()
    gc.enable()
    assert [thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()] == []


def test_legend_shortens_only_the_long_words(panel: ComparePanel) -> None:
    legend = panel.tools.legend
    legend.setFixedWidth(400)
    whole = legend._longest([50, 60])
    assert whole > 60
    cut = legend._longest([50, 60, 400])
    assert 60 < cut < 400
