"""Blocks are opened and closed, by hand and by the detail, and what one looked at stays in its place."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from pytestqt.qtbot import QtBot

from explorer.graph.views import Detail
from explorer.gui.state import Selection, SelectionKind
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, block, boxes, click, node, place_on_screen, settle


def test_double_click_opens_a_block_in_its_place_and_again_closes_it(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    before, above = place_on_screen(panel, target), place_on_screen(panel, ("node", 0))
    click(qtbot, panel, target, double=True)
    assert panel.view.graph_scene.is_open(target)
    assert abs(place_on_screen(panel, target).y() - before.y()) < 16  # a frame begins a little higher than a box
    assert place_on_screen(panel, ("node", 0)) == above
    click(qtbot, panel, target, double=True)
    assert target in boxes(panel)
    assert place_on_screen(panel, target) == before


def test_chevron_opens_at_one_click_and_double_clicking_it_does_not_close_again(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    place = panel.view.graph_scene.place(target)
    at = panel.view.mapFromScene(QPointF(place.right() - 10, place.center().y()))
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert panel.view.graph_scene.is_open(target)
    click(qtbot, panel, target, dx=18)
    assert target in boxes(panel)


def test_detail_shows_more_with_every_level(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    counts = []
    for detail in Detail:
        row = panel.tools.detail.findData(detail)
        panel.tools.detail.setCurrentIndex(row)
        panel.tools.detail.activated.emit(row)
        settle(qtbot, panel)
        counts.append(len(boxes(panel)))
    assert counts == sorted(set(counts))
    assert counts[-1] == len(carried("googlenet").nodes)


def test_opening_by_hand_is_called_custom_and_can_be_undone(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    before = boxes(panel)
    click(qtbot, panel, target, double=True)
    assert panel.tools.detail.currentIndex() == -1
    qtbot.keySequence(panel.view, QKeySequence(QKeySequence.StandardKey.Undo))
    assert boxes(panel) == before
    assert panel.tools.detail.currentData() == Detail.BLOCKS
    qtbot.keySequence(panel.view, QKeySequence(QKeySequence.StandardKey.Redo))
    assert panel.view.graph_scene.is_open(target)


def test_place_and_open_blocks_are_kept_for_each_architecture(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    click(qtbot, panel, target, double=True)
    panel.view.set_zoom(0.7)
    panel.view.scroll_by(0, 120)
    seen = panel.view.visible().center()
    panel._state.set_graph(carried("lenet"))
    assert panel.view.zoom == 1.0
    panel._state.set_graph(carried("googlenet"))
    settle(qtbot, panel)
    assert panel.view.graph_scene.is_open(target)
    assert panel.view.zoom == pytest.approx(0.7)
    assert (panel.view.visible().center() - seen).manhattanLength() < 3


def test_other_settings_leave_the_graph_where_it_is(make: MakePanel, qtbot: QtBot) -> None:
    panel, first = make(), ("node", 0)
    beginning = place_on_screen(panel, first)
    for down in (0, 300):
        panel.view.scroll_by(0, down)
        other = replace(carried("googlenet"), input_shape=(1, 128, 128))
        panel._state.set_graph(other)
        settle(qtbot, panel)
        assert panel.view.graph_scene.picture.graph is other
        assert (place_on_screen(panel, first) - (beginning - QPointF(0, down))).manhattanLength() < 2


def test_the_beginning_is_not_kept_as_a_place(make: MakePanel) -> None:
    panel = make()
    assert panel.memory.place("googlenet") is None
    panel.resize(700, 500)
    panel.standpoint.go()
    assert panel.memory.place("googlenet") is None
    panel.view.scroll_by(0, 200)
    assert panel.memory.place("googlenet") is not None


def test_menu_opens_all_inside_and_copies_the_path(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("resnet18")
    graph = carried("resnet18")
    target = block(graph, "b3")
    panel._menu(target).actions()[1].trigger()
    settle(qtbot, panel)
    inside = {each.index for each in graph.blocks if each.path == "b3" or each.path.startswith("b3.")}
    assert inside <= panel.opening.open_blocks
    actions = {action.text(): action for action in panel._menu(target).actions()}
    actions["Copy path"].trigger()
    assert QGuiApplication.clipboard().text() == "b3"


@pytest.mark.parametrize("at", [0.0, 0.3, 0.6, 0.9])
def test_another_detail_keeps_the_place_on_the_screen(make: MakePanel, qtbot: QtBot, at: float) -> None:
    panel = make("torchvision/efficientnet_b0", (900, 600))
    panel.opening.set_detail(Detail.BLOCKS)
    settle(qtbot, panel)
    panel.view.show_top()
    panel.view.scroll_by(0, at * panel.view.graph_scene.picture.height)
    scene = panel.view.graph_scene
    for detail in (Detail.LAYERS, Detail.OPERATIONS, Detail.BLOCKS):
        upper = panel.view.top_room / 2
        seen = [box for box in scene.picture.boxes if place_on_screen(panel, box.target).y() >= upper]
        first = min(seen, key=lambda box: box.y)
        spot, start = place_on_screen(panel, first.target), scene.nodes_of(first.target).start
        panel.opening.set_detail(detail)
        settle(qtbot, panel)
        now = place_on_screen(panel, scene.owner(start))
        assert abs(now.y() - spot.y()) <= 2, detail
        assert 0 <= now.x() <= 900


def test_what_is_selected_stays_in_its_place_at_another_detail(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("googlenet", (900, 600))
    graph = carried("googlenet")
    chosen = node(graph, "b3.0.p3_2")
    panel._state.select(Selection(SelectionKind.NODE, chosen[1]))
    panel.view.reveal(chosen)
    before = place_on_screen(panel, chosen).y()
    panel.opening.set_detail(Detail.OPERATIONS)
    settle(qtbot, panel)
    assert abs(place_on_screen(panel, chosen).y() - before) <= 2
    panel.opening.undo()
    settle(qtbot, panel)
    assert abs(place_on_screen(panel, chosen).y() - before) <= 2


def test_closing_a_large_block_near_the_end_keeps_what_leads_to_it_in_its_place(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/efficientnet_b0", (900, 600))
    panel.opening.set_detail(Detail.OPERATIONS)
    settle(qtbot, panel)
    graph = carried("torchvision/efficientnet_b0")
    before = node(graph, "Input")
    panel.view.reveal(("block", block(graph, "features")[1]))
    panel.view.show_at_top(before)
    at = place_on_screen(panel, before)
    panel.opening.toggle(block(graph, "features"))
    settle(qtbot, panel)
    assert place_on_screen(panel, before) == at
    panel.opening.undo()
    settle(qtbot, panel)
    panel.view.show_at_top(node(graph, "features.6.0.block.0.0"))
    at = place_on_screen(panel, node(graph, "features.5.2.add"))
    panel.opening.toggle(block(graph, "features.6"))
    settle(qtbot, panel)
    assert (place_on_screen(panel, node(graph, "features.5.2.add")) - at).manhattanLength() <= 2
