"""What the comparison of networks is made of: heights tied together, marks, rows of the table and copies of it."""

import csv
import io
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from explorer.graph.colouring import ColourBy
from explorer.graph.compare.align import Change
from explorer.graph.compare.stages import Comparison, compare
from explorer.graph.layout import layout
from explorer.graph.model import LayerGraph
from explorer.graph.views import Detail, open_blocks
from explorer.gui import text
from explorer.gui.panels.compare import stage_rows
from explorer.gui.panels.compare.change_legend import ChangeLegend
from explorer.gui.panels.compare.counterparts import MARKS, Counterparts, block_of
from explorer.gui.panels.compare.stage_rows import Cell, Figure, cells, difference, network_cells, ratio, rows
from explorer.gui.panels.compare.stage_table import StageTable
from explorer.gui.panels.compare.tether import Tether
from explorer.gui.widgets.graph_colouring import Colouring
from explorer.gui.widgets.graph_scene import GraphScene
from explorer.gui.widgets.graph_sheet import Sheet
from tests.gui.graphs import carried

heights = st.integers(8, 40000).map(lambda eighths: eighths / 8)  # px; closer levels cannot be told apart
levels = st.lists(st.tuples(heights, heights), max_size=30)

REFERENCE, SECOND, THIRD = 0, 1, 2
SHOWN = {"lenet": "LeNet", "alexnet": "AlexNet", "vgg11": "VGG-11", "nin": "NiN"}


@cache
def told(*names: str) -> Comparison:
    return compare([carried(name) for name in names], [SHOWN.get(name, name) for name in names])


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
    for side, graph in enumerate(comparison.graphs):
        marks = counterparts.marks(side, scene(graph, Detail.OPERATIONS))
        for pair in comparison.alignments[0]:
            node = (pair.left, pair.right)[side]
            if node is not None:
                assert marks.get(("node", node)) == MARKS.get(pair.change)


def test_layer_of_the_reference_is_the_same_only_where_it_is_in_all(qapp: object) -> None:
    comparison = told("lenet", "lenet", "alexnet")
    marks = Counterparts(comparison).marks(REFERENCE, scene(comparison.graphs[REFERENCE], Detail.OPERATIONS))
    for first, second in zip(*comparison.alignments, strict=False):
        if first.left is not None and first.left == second.left and second.change is Change.SAME:
            assert ("node", first.left) not in marks
    changed = {pair.left for pair in comparison.alignments[1] if pair.change is Change.CHANGED}
    assert changed
    assert {("node", node) for node in changed} <= {target for target, mark in marks.items() if mark in MARKS.values()}
    assert Counterparts(comparison).marks(SECOND, scene(comparison.graphs[SECOND])) == {}


def test_box_of_several_layers_is_the_same_only_where_all_are(qapp: object) -> None:
    comparison = told("resnet18", "resnet18_preact")
    drawn = scene(comparison.graphs[REFERENCE], Detail.STAGES)
    marks = Counterparts(comparison).marks(REFERENCE, drawn)
    change = {pair.left: pair.change for pair in comparison.alignments[0] if pair.left is not None}
    for box in drawn.picture.boxes:
        changes = {change[node] for node in drawn.nodes_of(box.target)}
        assert (box.target in marks) == (changes != {Change.SAME})


def test_network_beside_itself_has_no_marks(qapp: object) -> None:
    comparison = told("googlenet", "googlenet")
    counterparts = Counterparts(comparison)
    graph = comparison.graphs[REFERENCE]
    assert counterparts.marks(REFERENCE, scene(graph)) == {}
    counts = {(change, side): count for change, side, count in counterparts.counts()}
    assert counts.pop((Change.SAME, REFERENCE)) == len(graph.nodes)
    assert set(counts.values()) == {0}


def test_every_layer_is_counted_once() -> None:
    comparison = told("lenet", "vgg11", "nin")
    counts = Counterparts(comparison).counts()
    of_reference = sum(count for _, side, count in counts if side == REFERENCE)
    assert of_reference == len(comparison.graphs[REFERENCE].nodes)
    for side in (SECOND, THIRD):
        (alone,) = (count for change, of, count in counts if of == side and change is Change.ONLY_RIGHT)
        assert alone + len(comparison.counterparts[side - 1]) == len(comparison.graphs[side].nodes)


def test_other_box_holds_the_counterpart(qapp: object) -> None:
    comparison = told("lenet", "alexnet")
    counterparts = Counterparts(comparison)
    here, there = (scene(graph, Detail.OPERATIONS) for graph in comparison.graphs)
    for left, right in comparison.counterparts[0].items():
        assert counterparts.other(REFERENCE, ("node", left), here, SECOND, there) == ("node", right)
        assert counterparts.other(SECOND, ("node", right), there, REFERENCE, here) == ("node", left)
    alone = next(pair.right for pair in comparison.alignments[0] if pair.left is None)
    assert alone is not None
    assert counterparts.other(SECOND, ("node", alone), there, REFERENCE, here) is None


def test_two_that_are_no_reference_correspond_over_it(qapp: object) -> None:
    comparison = told("lenet", "alexnet", "vgg11")
    counterparts = Counterparts(comparison)
    second, third = (scene(graph, Detail.OPERATIONS) for graph in comparison.graphs[1:])
    both = set(comparison.counterparts[0]) & set(comparison.counterparts[1])
    assert both
    for node in both:
        here, there = (found[node] for found in comparison.counterparts)
        assert counterparts.other(SECOND, ("node", here), second, THIRD, third) == ("node", there)


@pytest.mark.parametrize("side", [REFERENCE, SECOND])
def test_open_block_belongs_to_the_block_with_the_same_layers(side: int) -> None:
    comparison = told("resnet18", "resnet18_preact")
    block = next(block for block in comparison.graphs[side].blocks if block.path == "b3.1")
    other = Counterparts(comparison).other_block(side, block.index, 1 - side)
    assert comparison.graphs[1 - side].blocks[other].path == "b3.1"


def test_corresponding_boxes_are_tied_and_the_reference_to_itself(qapp: object) -> None:
    comparison = told("resnet18", "resnet18_preact")
    counterparts = Counterparts(comparison)
    reference, other = (scene(graph) for graph in comparison.graphs)
    itself = counterparts.tether(REFERENCE, reference, reference)
    assert itself.right(300) == pytest.approx(300)
    tether = counterparts.tether(SECOND, reference, other)
    target = reference.owner(comparison.graphs[REFERENCE].by_path["b3.1.conv1"].index)
    assert target is not None
    beside = counterparts.other(REFERENCE, target, reference, SECOND, other)
    assert beside is not None
    here, there = reference.place(target), other.place(beside)
    assert here is not None
    assert there is not None
    assert tether.right(here.center().y()) == pytest.approx(there.center().y())


def test_block_is_found_by_most_of_its_layers() -> None:
    graph = carried("googlenet")
    block = next(block for block in graph.blocks if block.path == "b3.0")
    nodes = list(range(block.first, block.last))
    assert block_of(graph, nodes) == block.index
    assert block_of(graph, [*nodes[2:], nodes[-1] + 3]) == block.index
    assert block_of(graph, [nodes[0], *range(block.last, block.last + 9)]) != block.index
    assert block_of(graph, []) == 0


# -- rows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names", [("lenet", "alexnet"), ("vgg11", "nin"), ("resnet18", "resnet18_preact"), ("lenet", "vgg11", "nin")]
)
def test_first_row_is_the_whole_and_the_stages_add_up_to_it(names: tuple[str, ...]) -> None:
    comparison = told(*names)
    whole, *stages = rows(comparison)
    assert whole.stage is None
    for side, graph in enumerate(comparison.graphs):
        for name in ("params", "macs", "activation_bytes"):
            parts = [getattr(row.sides[side], name) or 0 for row in stages]
            image = getattr(graph.nodes[0], name)  # belongs to no stage
            assert sum(parts) + image == getattr(whole.sides[side], name) == getattr(graph, name)


def test_cells_tell_both_sides_and_the_difference() -> None:
    whole, *stages = rows(told("lenet", "alexnet"))
    name, params, *_ = cells(whole)
    assert name == Cell("Whole network", "1×28×28 → 1×224×224")
    assert params == Cell("61.7 K → 46.8 M", "+46.7 M · ×758")
    alone = cells(next(row for row in stages if not row.sides[REFERENCE].is_there))
    assert alone[1] == Cell("– → 615 K")
    assert alone[4] == Cell("– → 51")
    head = cells(stages[-1])
    assert head[4] == Cell("whole image", "the same")


def test_equal_sides_are_told_once() -> None:
    whole, *_ = rows(told("resnet18", "resnet18_preact"))
    assert cells(whole)[2] == Cell("1.73 G", "the same")


def test_of_more_than_two_each_is_told_beside_the_reference() -> None:
    whole, *stages = rows(told("lenet", "alexnet", "vgg11"))
    reference, second, third = network_cells(whole)
    params = Figure("Params", "61.7 K")
    assert params in reference.figures
    assert Figure("Params", "46.8 M", "×758") in second.figures
    assert [each.ratio for each in reference.figures] == [""] * len(reference.figures)
    assert reference.sentence == ""
    assert "11 layers deep" in third.sentence
    alone = next(row for row in stages if not row.sides[REFERENCE].is_there and row.sides[THIRD].is_there)
    assert network_cells(alone)[REFERENCE].words == "–."
    assert [each.ratio for each in network_cells(alone)[THIRD].figures] == [""] * len(reference.figures)


@pytest.mark.parametrize(
    ("times", "words"),
    [(2.6, "×2.6"), (760.0, "×760"), (2252.4, "×2\u202f252"), (1.13, "+13%"), (0.33, "−67%"), (0.0003, "−99.97%")],
)
def test_ratio(times: float, words: str) -> None:
    assert ratio(times) == words


def test_difference_has_a_sign() -> None:
    assert (difference(156, 11712), difference(11712, 156)) == ("+11.6 K", "−11.6 K")


def test_csv_has_exact_numbers_in_a_row_for_each_network() -> None:
    comparison = told("vgg11", "nin", "lenet")
    head, *lines = csv.reader(io.StringIO(stage_rows.as_csv(comparison)))
    params = head.index("Parameters")
    assert [line[:2] for line in lines[:3]] == [["Whole network", name] for name in ("VGG-11", "NiN", "LeNet")]
    assert [line[params] for line in lines[:3]] == ["128806154", "1992166", "61706"]
    of_first = [line for line in lines[3:] if line[1] == "VGG-11"]
    assert sum(int(line[params] or 0) for line in of_first) == 128806154
    assert len(lines) == 3 * (1 + len(comparison.stages))
    assert all(len(line) == len(head) for line in lines)


def test_markdown_has_a_row_for_each_stage_and_as_many_cells() -> None:
    comparison = told("lenet", "alexnet")
    title, _, *lines = stage_rows.as_markdown(comparison).splitlines()
    assert title == "## LeNet → AlexNet"
    assert len(lines) == 2 + 1 + len(comparison.stages)
    assert {line.count("|") for line in lines} == {7}


def test_markdown_of_more_has_a_row_for_each_network_and_as_many_cells() -> None:
    comparison = told("lenet", "alexnet", "vgg11")
    title, _, *lines = stage_rows.as_markdown(comparison).splitlines()
    assert title == "## LeNet → AlexNet → VGG-11"
    assert len(lines) == 2 + 3 * (1 + len(comparison.stages))
    assert len({line.count("|") for line in lines}) == 1


def test_copies_are_in_the_language_of_the_window() -> None:
    text.set_language("zh")
    assert "整个网络" in stage_rows.as_markdown(told("lenet", "alexnet"))


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
    assert min(wide) == 44
    table.resize(2400, 300)
    assert {table.rowHeight(row) for row in range(table.model().rowCount())} == {44}


def test_each_network_has_a_column_where_there_are_more(qtbot: QtBot) -> None:
    table = StageTable()
    qtbot.addWidget(table)
    table.resize(1280, 300)
    table.show()
    table.show_comparison(told("lenet", "alexnet", "vgg11"))
    assert table.model().columnCount() == 4
    assert table.horizontalHeader().length() == table.viewport().width()
    assert all(table.rowHeight(row) > 44 for row in range(table.model().rowCount()))
    table.show_comparison(told("lenet", "alexnet"))
    assert table.model().columnCount() == 6
    assert table.horizontalHeader().length() == table.viewport().width()


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
    legend.show_counts(
        [
            (Change.SAME, "LeNet", 3),
            (Change.CHANGED, "LeNet", 4),
            (Change.ONLY_LEFT, "LeNet", 0),
            (Change.ONLY_RIGHT, "AlexNet", 2),
        ]
    )
    assert legend.accessibleDescription() == "3 the same, 4 changed, 2 only in AlexNet"
