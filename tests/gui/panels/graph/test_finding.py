"""Layers are found by words, in this graph and in the next."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from explorer.graph.views import Detail
from explorer.gui.state import Selection, SelectionKind
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, boxes, settle


def test_find_counts_marks_opens_and_goes_round(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    graph = carried("googlenet")
    qtbot.keySequence(panel.view, QKeySequence(QKeySequence.StandardKey.Find))
    field = panel.tools.search
    assert field.hasFocus() or not panel.isActiveWindow()
    qtbot.keyClicks(field, "conv 5x5")
    wanted = [each for each in graph.nodes if each.kind == "Conv2d" and each.attributes["kernel_size"] in (5, (5, 5))]
    assert len(wanted) == 9
    assert panel.finder.targets == tuple(("node", each.index) for each in wanted)
    assert "9" in field._count.text()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, panel)
    second = ("node", wanted[1].index)
    assert panel._state.selection == Selection(SelectionKind.NODE, wanted[1].index)
    assert second in boxes(panel)
    assert panel.view.visible().contains(panel.view.graph_scene.place(second))
    for _ in range(8):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, panel)
    assert panel._state.selection == Selection(SelectionKind.NODE, wanted[0].index)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert panel.view.graph_scene.sheet.found == frozenset()


def test_words_in_the_search_field_are_searched_in_the_next_graph(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/efficientnet_b7")
    panel.tools.search.setText("conv")
    many = len(panel.finder.targets)
    panel._state.select(Selection(SelectionKind.NODE, 800))
    panel._state.set_graph(carried("lenet"))
    settle(qtbot, panel)
    assert {carried("lenet").nodes[index].kind for _, index in panel.finder.targets} == {"Conv2d"}
    assert len(panel.finder.targets) == 2 < many
    assert panel._state.selection is None


def test_what_was_found_in_a_large_graph_is_shown_as_soon_as_it_is_drawn(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/efficientnet_b7")
    panel.opening.set_detail(Detail.LAYERS)
    settle(qtbot, panel)
    inner = next(each for each in reversed(carried("torchvision/efficientnet_b7").nodes) if each.kind == "Conv2d")
    panel.opening.close_inside(inner.block)
    settle(qtbot, panel)
    panel.view.show_top()
    panel.finder.reached.emit(("node", inner.index))
    assert panel.opening.is_busy
    settle(qtbot, panel)
    assert panel.view.visible().contains(panel.view.graph_scene.place(panel._drawn(("node", inner.index))))
