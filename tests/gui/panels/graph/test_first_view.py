"""What a graph shows at first, and what stands there where there is none."""

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.graph.colouring import ColourBy
from explorer.graph.views import Detail, open_blocks
from explorer.gui.state import GraphNote
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, block, boxes, place_on_screen, settle


def test_object_names_are_the_agreed_ones(make: MakePanel) -> None:
    panel = make()
    assert panel.view.objectName() == "graphView"
    assert panel.tools.detail.objectName() == "detailSelector"
    assert panel.tools.colour.objectName() == "colourSelector"


def test_first_view_begins_with_the_input_at_full_size_below_the_tools(make: MakePanel) -> None:
    panel = make(size=(1100, 680))
    corner = place_on_screen(panel, ("node", 0))
    assert panel.view.zoom == 1.0
    assert panel.tools.geometry().bottom() < corner.y() + panel.view.viewport().y() < 80
    middle = corner.x() + panel.view.graph_scene.place(("node", 0)).width() / 2
    assert abs(middle - panel.view.viewport().width() / 2) < 60


def test_first_view_opens_the_first_block_that_branches_and_leaves_the_others_closed(make: MakePanel) -> None:
    panel = make()
    scene, graph = panel.view.graph_scene, carried("googlenet")
    assert scene.is_open(block(graph, "b3.0"))
    assert block(graph, "b3.1") in boxes(panel)
    assert panel.tools.detail.currentData() == Detail.BLOCKS


def test_small_graph_shows_its_layers_at_once(make: MakePanel) -> None:
    panel = make("lenet")
    kinds = {carried("lenet").nodes[index].kind for sort, index in boxes(panel) if sort == "node"}
    assert {"Conv2d", "Linear", "AvgPool2d"} <= kinds
    assert panel.tools.detail.currentData() == Detail.LAYERS


def test_no_graph_says_what_to_do_and_a_problem_is_said_in_place(make: MakePanel) -> None:
    panel = make(None)
    assert panel.overlay.note.isVisible()
    assert panel.overlay.note.text()
    panel._state.set_graph(carried("lenet"))
    assert not panel.overlay.note.isVisible()
    panel._state.set_graph_note(GraphNote(Text("Too small.", "太小。"), is_problem=True))
    assert panel.overlay.note.isVisible()
    assert panel.overlay.note.text() == "Too small."
    assert boxes(panel)  # the graph stays


def test_export_is_asked_for_and_what_is_seen_is_what_is_written(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("lenet")
    with qtbot.waitSignal(panel.export_requested):
        qtbot.mouseClick(panel.tools._export, Qt.MouseButton.LeftButton)
    assert panel.shown() == (carried("lenet"), panel.view.graph_scene.picture, ColourBy.TYPE)
    panel._state.set_graph(None)
    assert panel.shown() is None


def test_large_graph_is_laid_out_away_from_the_window(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/efficientnet_b7")
    panel.opening.set_detail(Detail.OPERATIONS)
    assert panel.opening.is_busy
    settle(qtbot, panel)
    graph = carried("torchvision/efficientnet_b7")
    assert len(boxes(panel)) == len(graph.nodes)
    assert panel.opening.open_blocks == open_blocks(graph, Detail.OPERATIONS)
    assert panel.minimap.isVisible()
    panel.minimap.chosen.emit(QPointF(100, 9000))
    assert abs(panel.view.visible().center().y() - 9000) < 3


def test_a_graph_that_is_a_little_too_wide_is_made_smaller_at_first(make: MakePanel) -> None:
    panel = make("googlenet", (760, 500))
    assert 0.64 <= panel.view.zoom < 1
    assert panel.view.visible().width() >= panel.view.graph_scene.picture.width
    narrow = make("googlenet", (520, 500))
    assert narrow.view.zoom == 1.0
