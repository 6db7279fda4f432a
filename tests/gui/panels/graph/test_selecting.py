"""What is selected in the graph by mouse, keys, breadcrumb and cost bar, and the way there."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from pytestqt.qtbot import QtBot

from explorer.graph import labels
from explorer.graph.colouring import ColourBy
from explorer.gui.state import Selection, SelectionKind
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, block, click, place_on_screen


def test_click_selects_and_click_beside_selects_nothing(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    click(qtbot, panel, target)
    assert panel._state.selection == Selection(SelectionKind.BLOCK, target[1])
    assert panel.view.graph_scene.sheet.selected == target
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 200))
    assert panel._state.selection is None


def test_dragging_moves_the_graph_and_selects_nothing(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    before = place_on_screen(panel, ("node", 0))
    view, start = panel.view.viewport(), before.toPoint() + QPoint(30, 20)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + QPoint(0, -30))
    qtbot.mouseMove(view, start + QPoint(15, -80))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(15, -80))
    assert place_on_screen(panel, ("node", 0)) - before == QPointF(15, -80)
    assert panel._state.selection is None


def test_selected_layer_is_marked_by_its_block_where_that_is_closed(make: MakePanel) -> None:
    panel = make()
    graph = carried("googlenet")
    inner = next(each for each in graph.nodes if each.path.startswith("b5.") and each.kind == "Conv2d")
    panel._state.select(Selection(SelectionKind.NODE, inner.index))
    marked = panel.view.graph_scene.sheet.selected
    assert marked[0] == "block"
    assert inner.index in range(graph.blocks[marked[1]].first, graph.blocks[marked[1]].last)
    assert labels.title(graph, ("node", inner.index)).en in panel.view.accessibleDescription()


def test_arrows_walk_along_the_edges_and_enter_opens(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("resnet18")
    graph = carried("resnet18")
    walked = []
    for _ in range(6):
        qtbot.keyClick(panel.view, Qt.Key.Key_Down)
        walked.append(panel.view.graph_scene.sheet.selected)
    assert walked[0] == ("node", 0)
    assert walked[1] == block(graph, "b1")
    assert len(set(walked)) == 6
    for _ in range(4):
        qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    assert panel.view.graph_scene.sheet.selected == walked[1]
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert panel.view.graph_scene.is_open(walked[1])


def test_left_and_right_go_from_branch_to_branch(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    graph = carried("googlenet")
    first = next(each.index for each in graph.nodes if each.path.startswith("b3.0.") and each.kind == "Conv2d")
    panel._state.select(Selection(SelectionKind.NODE, first))
    places = []
    for _ in range(3):
        qtbot.keyClick(panel.view, Qt.Key.Key_Right)
        places.append(panel.view.graph_scene.place(panel.view.graph_scene.sheet.selected).center().x())
    assert places == sorted(set(places))
    for _ in range(3):
        qtbot.keyClick(panel.view, Qt.Key.Key_Left)
    assert panel.view.graph_scene.sheet.selected == ("node", first)


def test_keys_zoom_and_fit(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    qtbot.keyClick(panel.view, Qt.Key.Key_Plus)
    assert panel.view.zoom > 1
    qtbot.keyClick(panel.view, Qt.Key.Key_0)
    assert panel.view.zoom == 1
    qtbot.keyClick(panel.view, Qt.Key.Key_F)
    picture = panel.view.graph_scene.picture
    seen = panel.view.visible()
    assert seen.top() <= 0
    assert seen.bottom() >= picture.height
    assert panel.tools.findChild(type(panel.tools._zoom), "zoomReset").text() == f"{panel.view.zoom * 100:.0f}%"
    assert not panel.minimap.isVisible()


def test_cost_bar_goes_to_the_part_that_was_clicked_and_marks_that_of_the_selection(make: MakePanel) -> None:
    panel = make()
    graph, costs = carried("googlenet"), panel.overlay.costs
    assert costs.isVisible()
    costs.chosen.emit(block(graph, "b5"))
    assert panel.view.visible().contains(panel.view.graph_scene.place(block(graph, "b5.0")).center())
    panel.colour_by(ColourBy.MACS)
    assert costs.measure == ColourBy.MACS
    assert not costs.geometry().intersects(panel.legend.geometry())
    assert not costs.geometry().intersects(panel.tools.geometry())


def test_breadcrumb_says_where_the_selection_lies_and_goes_up_from_there(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    graph, crumbs = carried("googlenet"), panel.overlay.crumbs
    assert not crumbs.isVisible()
    panel._state.select(Selection(SelectionKind.NODE, graph.by_path["b3.0.p2_2"].index))
    assert crumbs.isVisible()
    assert crumbs.names == ["GoogLeNet", "b3", "b3.0", "p2_2"]
    assert not crumbs.geometry().intersects(panel.view.viewport().geometry()) or crumbs.y() < panel.view.top_room
    assert panel.rect().contains(crumbs.geometry())
    crumbs.copy_requested.emit()
    assert QGuiApplication.clipboard().text() == "b3.0.p2_2"
    panel._state.select(Selection(SelectionKind.NODE, graph.by_path["b3.0.p3_1"].index))
    qtbot.keySequence(panel.view, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == "b3.0.p3_1"
    panel._state.select(Selection(SelectionKind.NODE, graph.by_path["b3.0.p2_2"].index))
    crumbs.button(1).click()
    assert panel._state.selection == Selection(SelectionKind.BLOCK, block(graph, "b3")[1])
    assert crumbs.names == ["GoogLeNet", "b3"]
    crumbs.button(0).click()
    assert panel._state.selection is None
    assert not crumbs.isVisible()
