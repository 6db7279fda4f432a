"""What the comparison of two networks is made of: heights tied together, marks, rows of the table and copies of it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from explorer.graph.compare.align import Change
from explorer.graph.compare.stages import Comparison, compare
from explorer.graph.layout import layout
from explorer.graph.model import LayerGraph
from explorer.graph.views import Detail, open_blocks
from explorer.gui import text
from explorer.gui.panels.compare import stage_rows
from explorer.gui.panels.compare.change_legend import ChangeLegend
from explorer.gui.panels.compare.counterparts import LEFT, MARKS, RIGHT, Counterparts, block_of
from explorer.gui.panels.compare.stage_rows import Cell, cells, difference, ratio, rows
from explorer.gui.panels.compare.stage_table import StageTable
from explorer.gui.panels.compare.tether import Tether
from explorer.gui.widgets.graph_colouring import ColourBy, Colouring
from explorer.gui.widgets.graph_scene import GraphScene
from explorer.gui.widgets.graph_sheet import Sheet
from tests.gui.graphs import carried

heights = st.floats(1, 5000, allow_nan=False)
levels = st.lists(st.tuples(heights, heights), max_size=30)


def told(left: str, right: str) -> Comparison:
    return compare(carried(left), carried(right), left, right)


def scene(graph: LayerGraph, detail: Detail = Detail.LAYERS) -> GraphScene:
    made = GraphScene()
    made.begin(Sheet(graph, Colouring(graph, ColourBy.TYPE)))
    made.draw(layout(graph, open_blocks(graph, detail), join_layers=detail != Detail.OPERATIONS))
    return made


# -- heights that belong together -----------------------------------------------------------------------------------


def test_levels_are_met_and_between_them_it_is_straight() -> None:
    tether = Tether([(100, 300), (200, 500)], (400, 900))
    assert [tether.right(y) for y in (0, 100, 150, 200, 300, 400)] == [0, 300, 400, 500, 700, 900]
    assert [tether.left(y) for y in (0, 300, 400, 500, 700, 900)] == [0, 100, 150, 200, 300, 400]


def test_beyond_the_ends_both_sides_move_alike() -> None:
    tether = Tether([], (400, 900))
    assert tether.right(-50) == -50
    assert tether.right(460) == 960
    assert tether.left(960) == 460


def test_levels_that_cross_are_left_out() -> None:
    tether = Tether([(100, 100), (200, 800), (300, 200), (350, 300)], (400, 900))
    assert [tether.right(y) for y in (100, 300, 350)] == [100, 200, 300]


@given(levels, st.lists(st.floats(-500, 6000, allow_nan=False), min_size=2, max_size=10))
def test_further_down_on_one_side_is_never_further_up_on_the_other(
    ties: list[tuple[float, float]], places: list[float]
) -> None:
    tether = Tether(ties, (5001, 5002))
    there = [tether.right(y) for y in sorted(places)]
    assert there == sorted(there)
    assert [tether.left(y) for y in there] == pytest.approx(sorted(places), abs=1e-3)


# -- marks ----------------------------------------------------------------------------------------------------------


def test_boxes_are_marked_as_their_layers_relate(qapp: object) -> None:
    comparison = told("lenet", "alexnet")
    counterparts = Counterparts(comparison)
    for side, graph in ((LEFT, comparison.left), (RIGHT, comparison.right)):
        drawn = scene(graph, Detail.OPERATIONS)
        marks = counterparts.marks(side, drawn)
        for pair in comparison.pairs:
            node = (pair.left, pair.right)[side]
            if node is not None:
                assert marks.get(("node", node)) == MARKS.get(pair.change)


def test_box_of_several_layers_is_the_same_only_where_all_are(qapp: object) -> None:
    comparison = told("resnet18", "resnet18_preact")
    counterparts, drawn = Counterparts(comparison), scene(comparison.left, Detail.STAGES)
    marks = counterparts.marks(LEFT, drawn)
    change = {pair.left: pair.change for pair in comparison.pairs if pair.left is not None}
    for box in drawn.picture.boxes:
        changes = {change[node] for node in drawn.nodes_of(box.target)}
        assert (box.target in marks) == (changes != {Change.SAME})


def test_network_beside_itself_has_no_marks(qapp: object) -> None:
    comparison = told("googlenet", "googlenet")
    counterparts = Counterparts(comparison)
    assert counterparts.marks(LEFT, scene(comparison.left)) == {}
    counts = counterparts.count()
    assert counts[Change.SAME] == len(comparison.left.nodes)
    assert counts[Change.CHANGED] == counts[Change.ONLY_LEFT] == counts[Change.ONLY_RIGHT] == 0


def test_every_layer_is_counted_once() -> None:
    comparison = told("vgg11", "nin")
    counts = Counterparts(comparison).count()
    assert counts[Change.SAME] + counts[Change.CHANGED] + counts[Change.ONLY_LEFT] == len(comparison.left.nodes)
    assert counts[Change.SAME] + counts[Change.CHANGED] + counts[Change.ONLY_RIGHT] == len(comparison.right.nodes)


def test_other_box_holds_the_counterpart(qapp: object) -> None:
    comparison = told("lenet", "alexnet")
    counterparts = Counterparts(comparison)
    here, there = scene(comparison.left), scene(comparison.right)
    for left, right in comparison.counterpart.items():
        if ("node", left) in {box.target for box in here.picture.boxes}:
            other = counterparts.other(LEFT, ("node", left), here, there)
            assert other is not None
            assert right in there.nodes_of(other) or len(here.nodes_of(("node", left))) > 1


def test_open_block_belongs_to_the_block_with_the_same_layers(qapp: object) -> None:
    comparison = told("resnet18", "resnet18_preact")
    counterparts = Counterparts(comparison)
    block = next(block for block in comparison.left.blocks if block.path == "b3.1")
    other = counterparts.other_block(LEFT, block.index)
    assert comparison.right.blocks[other].path == "b3.1"


def test_block_is_found_by_most_of_its_layers() -> None:
    graph = carried("googlenet")
    block = next(block for block in graph.blocks if block.path == "b3.0")
    nodes = list(range(block.first, block.last))
    assert block_of(graph, nodes) == block.index
    assert block_of(graph, [*nodes[2:], nodes[-1] + 3]) == block.index
    assert block_of(graph, [nodes[0], *range(block.last, block.last + 9)]) != block.index
    assert block_of(graph, []) == 0


# -- rows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "right"), [("lenet", "alexnet"), ("vgg11", "nin"), ("resnet18", "resnet18_preact")])
def test_first_row_is_the_whole_and_the_stages_add_up_to_it(left: str, right: str) -> None:
    comparison = told(left, right)
    whole, *stages = rows(comparison)
    assert whole.stage is None
    assert (whole.left.params, whole.right.macs) == (comparison.left.params, comparison.right.macs)
    for name in ("params", "macs", "activation_bytes"):
        for side, graph in (("left", comparison.left), ("right", comparison.right)):
            parts = [getattr(getattr(row, side), name) or 0 for row in stages]
            image = getattr(graph.nodes[0], name)  # belongs to no stage
            assert sum(parts) + image == getattr(getattr(whole, side), name)


def test_cells_tell_both_sides_and_the_difference() -> None:
    whole, *stages = rows(told("lenet", "alexnet"))
    name, params, *_ = cells(whole)
    assert name == Cell("Whole network", "1×28×28 → 1×224×224")
    assert params == Cell("61.7 K → 46.8 M", "+46.7 M · ×758")
    alone = cells(next(row for row in stages if row.stage is not None and row.stage.left is None))
    assert alone[1] == Cell("– → 615 K")
    assert alone[4] == Cell("– → 51")
    head = cells(stages[-1])
    assert head[4] == Cell("whole image", "the same")


def test_equal_sides_are_told_once() -> None:
    whole, *_ = rows(told("resnet18", "resnet18_preact"))
    assert cells(whole)[2] == Cell("1.73 G", "the same")


@pytest.mark.parametrize(
    ("times", "words"),
    [(2.6, "×2.6"), (760.0, "×760"), (2252.4, "×2,252"), (1.13, "+13%"), (0.33, "−67%"), (0.0003, "−99.97%")],
)
def test_ratio(times: float, words: str) -> None:
    assert ratio(times) == words


def test_difference_has_a_sign() -> None:
    assert (difference(156, 11712), difference(11712, 156)) == ("+11.6 K", "−11.6 K")


def test_csv_has_exact_numbers() -> None:
    comparison = told("vgg11", "nin")
    head, whole, *stages = csv.reader(io.StringIO(stage_rows.as_csv(comparison, ("VGG-11", "NiN"))))
    first = head.index("Parameters, VGG-11")
    assert head[first : first + 3] == ["Parameters, VGG-11", "Parameters, NiN", "Parameters, difference"]
    assert whole[first : first + 3] == ["128806154", "1992166", str(1992166 - 128806154)]
    assert sum(int(row[first] or 0) for row in stages) == 128806154
    assert all(len(row) == len(head) for row in stages)


def test_markdown_has_a_row_for_each_stage_and_as_many_cells() -> None:
    comparison = told("lenet", "alexnet")
    title, _, *lines = stage_rows.as_markdown(comparison, ("LeNet", "AlexNet")).splitlines()
    assert title == "## LeNet → AlexNet"
    assert len(lines) == 2 + 1 + len(comparison.stages)
    assert {line.count("|") for line in lines} == {7}


def test_copies_are_in_the_language_of_the_window() -> None:
    text.set_language("zh")
    assert "整个网络" in stage_rows.as_markdown(told("lenet", "alexnet"), ("LeNet", "AlexNet"))


# -- the table and the legend ---------------------------------------------------------------------------------------


def test_rows_are_as_high_as_their_sentences(qtbot: QtBot) -> None:
    table = StageTable()
    qtbot.addWidget(table)
    table.resize(1280, 300)
    table.show()
    table.show_comparison(told("vgg11", "nin"))
    wide = [table.rowHeight(row) for row in range(table.model().rowCount())]
    table.resize(900, 300)
    narrow = [table.rowHeight(row) for row in range(table.model().rowCount())]
    assert narrow[1] > wide[1] >= 44
    assert narrow[0] == wide[0] == 44


def test_only_the_user_picks_a_stage(qtbot: QtBot) -> None:
    table = StageTable()
    qtbot.addWidget(table)
    table.show()
    comparison = told("lenet", "alexnet")
    table.show_comparison(comparison)
    picked: list[object] = []
    table.stage_picked.connect(picked.append)
    table.setCurrentIndex(QModelIndex())
    table.selectRow(1)
    assert picked == []
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert picked == [comparison.stages[1], None]


def test_legend_says_what_there_is_and_nothing_else(qtbot: QtBot) -> None:
    legend = ChangeLegend()
    qtbot.addWidget(legend)
    counts = {Change.SAME: 3, Change.CHANGED: 4, Change.ONLY_LEFT: 0, Change.ONLY_RIGHT: 2}
    legend.show_counts(counts, ("LeNet", "AlexNet"))
    assert legend.accessibleDescription() == "3 the same, 4 changed, 2 only in AlexNet"
