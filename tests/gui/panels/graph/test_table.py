"""The table in place of the graph: sorted, filtered, in step with the selection, and taken elsewhere as text."""

import csv
import io

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from pytestqt.qtbot import QtBot

from explorer.graph.export.listing import Form
from explorer.graph.rows import Column
from explorer.gui.panels.graph import GraphPanel
from explorer.gui.state import Selection, SelectionKind
from explorer.gui.widgets.tables.layer_table import COLUMNS
from explorer.gui.widgets.words.numerals import count
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, block, node, settle

_Flag = QItemSelectionModel.SelectionFlag


def tabled(make: MakePanel, name: str = "googlenet") -> GraphPanel:
    panel = make(name)
    panel.overlay.switch.button("table").click()
    return panel


def paths(panel: GraphPanel) -> list[str]:
    """What stands in the column of paths, from above."""
    model, column = panel.table.view.model(), COLUMNS.index(Column.PATH)
    return [model.index(row, column).data() for row in range(model.rowCount())]


def chosen(panel: GraphPanel) -> list[str]:
    shown = paths(panel)
    return [shown[index.row()] for index in panel.table.view.selectionModel().selectedRows()]


def sort(panel: GraphPanel, column: Column, order: Qt.SortOrder) -> None:
    panel.table.view.sortByColumn(COLUMNS.index(column), order)


def copied() -> str:
    return QGuiApplication.clipboard().text()


def test_the_switch_shows_the_table_and_the_graph_again(make: MakePanel) -> None:
    panel = make()
    assert panel.table.view.objectName() == "graphTable"
    assert not panel.table.view.isVisible()
    panel.overlay.switch.button("table").click()
    assert panel.table.view.isVisible()
    assert not any(widget.isVisible() for widget in (panel.view, panel.tools.detail, panel.legend, panel.minimap))
    assert panel.tools.search.isVisible()
    panel.overlay.switch.button("graph").click()
    assert panel.view.isVisible()
    assert panel.tools.detail.isVisible()
    assert panel.legend.isVisible()
    assert not panel.tools.blocks.isVisible()


def test_every_layer_is_a_row_and_the_sums_are_those_of_the_network(make: MakePanel) -> None:
    panel = tabled(make)
    graph = carried("googlenet")
    assert paths(panel) == [each.path for each in graph.nodes[1:-1]]
    sums = panel.table.sums.words()
    assert sums[Column.PARAMS] == count(graph.params)
    assert sums[Column.MACS_SHARE] == "100.0%"
    assert str(len(graph.nodes) - 2) in sums[Column.PATH]


def test_sorting_keeps_what_is_chosen(make: MakePanel) -> None:
    panel = tabled(make)
    panel._state.select(Selection(*_selection(node(carried("googlenet"), "b3.0.p2_2"))))
    sort(panel, Column.PARAMS, Qt.SortOrder.DescendingOrder)
    graph = carried("googlenet")
    amounts = [graph.by_path[path].params for path in paths(panel)]
    assert amounts == sorted(amounts, reverse=True)
    assert chosen(panel) == ["b3.0.p2_2"]
    equal = [path for path in paths(panel) if graph.by_path[path].params == 0]
    assert equal == [each.path for each in graph.nodes[1:-1] if each.params == 0]  # in the order of execution


def test_a_click_on_a_head_begins_with_the_largest(make: MakePanel, qtbot: QtBot) -> None:
    panel = tabled(make)
    header = panel.table.view.horizontalHeader()
    place = COLUMNS.index(Column.PARAMS)
    at = header.viewport().rect().center()
    at.setX(header.sectionViewportPosition(place) + 20)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    graph = carried("googlenet")
    assert graph.by_path[paths(panel)[0]].params == max(each.params for each in graph.nodes)


def _selection(target: tuple[str, int]) -> tuple[SelectionKind, int]:
    return SelectionKind(target[0]), target[1]


def test_a_row_that_is_chosen_is_selected_and_the_other_way_round(make: MakePanel, qtbot: QtBot) -> None:
    panel = tabled(make)
    view = panel.table.view
    row = paths(panel).index("b2.2")
    at = view.visualRect(view.model().index(row, 2)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert panel._state.selection == Selection(*_selection(node(carried("googlenet"), "b2.2")))
    panel._state.select(Selection(*_selection(node(carried("googlenet"), "b5.1.p4_2"))))
    assert chosen(panel) == ["b5.1.p4_2"]
    assert view.viewport().rect().contains(view.visualRect(view.selectionModel().selectedRows()[0]).center())
    panel._state.select(None)
    assert chosen(panel) == []


def test_selection_made_in_the_graph_is_there_when_the_table_is_shown(make: MakePanel) -> None:
    panel = make()
    panel._state.select(Selection(*_selection(node(carried("googlenet"), "b4.0.p1_1"))))
    panel.show_page("table")
    assert chosen(panel) == ["b4.0.p1_1"]


def test_a_block_without_a_row_is_shown_by_its_layers_and_stays_selected(make: MakePanel) -> None:
    panel = tabled(make)
    target = block(carried("googlenet"), "b3.0")
    panel._state.select(Selection(*_selection(target)))
    assert chosen(panel) == [path for path in paths(panel) if path.startswith("b3.0.")]
    assert panel._state.selection == Selection(*_selection(target))
    panel.tools.blocks.click()
    assert chosen(panel) == ["b3.0"]
    assert paths(panel).index("b3.0") == paths(panel).index("b3.0.p1_1") - 1
    panel.tools.blocks.click()
    assert "b3.0" not in paths(panel)


def test_the_search_field_leaves_out_rows_and_adds_up_the_others(make: MakePanel) -> None:
    panel = tabled(make)
    panel.tools.search.setText("conv 5x5")
    graph = carried("googlenet")
    wanted = [each for each in graph.nodes if each.kind == "Conv2d" and each.attributes["kernel_size"] in (5, (5, 5))]
    assert paths(panel) == [each.path for each in wanted]
    assert panel.table.sums.words()[Column.PARAMS] == count(sum(each.params for each in wanted))
    panel.tools.search.setText("nothing such")
    assert paths(panel) == []
    assert panel.table._nothing.isVisible()
    panel.tools.search.setText("")
    assert len(paths(panel)) == len(graph.nodes) - 2


def test_stepping_through_what_was_found_chooses_rows_and_leaves_the_graph_closed(
    make: MakePanel, qtbot: QtBot
) -> None:
    panel = tabled(make)
    opened = panel.opening.open_blocks
    panel.tools.search.setText("b4.4 conv")
    qtbot.keyClick(panel.tools.search, Qt.Key.Key_Return)
    assert chosen(panel) == [paths(panel)[0]]
    assert panel.opening.open_blocks == opened


def test_double_click_shows_the_row_in_the_graph(make: MakePanel, qtbot: QtBot) -> None:
    panel = tabled(make)
    target = node(carried("googlenet"), "b4.2.p2_2")
    panel.table.view.opened.emit(target)
    settle(qtbot, panel)
    assert not panel.is_table
    assert panel.overlay.switch.chosen == "graph"
    assert panel._state.selection == Selection(*_selection(target))
    assert panel.view.visible().contains(panel.view.graph_scene.place(target))


def test_copying_takes_the_chosen_rows_in_the_order_shown(make: MakePanel) -> None:
    panel = tabled(make)
    sort(panel, Column.MACS, Qt.SortOrder.DescendingOrder)
    view = panel.table.view
    for row in (4, 0, 2):
        view.selectionModel().select(view.model().index(row, 0), _Flag.Select | _Flag.Rows)
    panel.table.copy(Form.CSV)
    read = list(csv.DictReader(io.StringIO(copied())))
    assert [row["Layer"] for row in read] == [paths(panel)[place] for place in (0, 2, 4)]


def test_copying_with_one_row_chosen_takes_all(make: MakePanel) -> None:
    panel = tabled(make, "lenet")
    panel._state.select(Selection(SelectionKind.NODE, 1))
    panel.tools.copy_menu.aboutToShow.emit()
    panel.tools.copy_menu.actions()[0].trigger()
    assert copied().count("\n") == len(carried("lenet").nodes) - 2 + 3
    assert "| **Total** |" in copied()


def test_the_menu_of_a_row_copies_path_and_latex(make: MakePanel) -> None:
    panel = tabled(make, "lenet")
    panel._state.select(Selection(*_selection(node(carried("lenet"), "features.3"))))
    actions = {action.text(): action for action in panel.table.menu().actions()}
    actions["Copy path"].trigger()
    assert copied() == "features.3"
    actions["Copy the table as LaTeX"].trigger()
    assert copied().startswith("% needs")
    actions["Show in the graph"].trigger()
    assert not panel.is_table


def test_control_c_copies_what_is_chosen(make: MakePanel, qtbot: QtBot) -> None:
    panel = tabled(make, "lenet")
    panel._state.select(Selection(*_selection(node(carried("lenet"), "features.3"))))
    qtbot.keySequence(panel.table.view, QKeySequence(QKeySequence.StandardKey.Copy))
    assert copied().count("\n") == 4
    assert "`features.3`" in copied()


def test_another_graph_fills_the_table_anew(make: MakePanel, qtbot: QtBot) -> None:
    panel = tabled(make)
    panel._state.set_graph(carried("lenet"))
    settle(qtbot, panel)
    assert paths(panel) == [each.path for each in carried("lenet").nodes[1:-1]]
    assert not panel.legend.isVisible()
    assert not panel.minimap.isVisible()
    panel._state.set_graph(None)
    assert paths(panel) == []


def test_words_follow_the_language(make: MakePanel) -> None:
    panel = tabled(make, "lenet")
    panel._state.set_language("zh")
    header = panel.table.view.model().headerData(4, Qt.Orientation.Horizontal)
    assert header == "参数量"
    assert panel.overlay.switch.button("table").text() == "表格"
    assert not panel.legend.isVisible()


@pytest.mark.parametrize("name", ["googlenet", "densenet", "vgg11"])
def test_where_room_is_short_the_multiply_adds_are_seen_rather_than_bars(make: MakePanel, name: str) -> None:
    """The middle of a window of 1280 pixels."""
    panel = tabled(make, name)
    view, macs, share = panel.table.view, COLUMNS.index(Column.MACS), COLUMNS.index(Column.MACS_SHARE)
    for language in ("zh", "en"):
        panel._state.set_language(language)
        panel.resize(1400, 500)
        with_bars = view.columnWidth(share)
        panel.resize(674, 500)
        header = view.horizontalHeader()
        assert header.sectionPosition(macs) + header.sectionSize(macs) <= view.viewport().width()
        assert view.columnWidth(share) < with_bars
        panel.resize(1400, 500)
        assert view.columnWidth(share) == with_bars
