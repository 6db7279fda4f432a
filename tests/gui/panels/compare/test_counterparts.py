"""Which boxes and blocks correspond, and how they are marked and counted."""

import pytest

from explorer.graph.colouring import ColourBy
from explorer.graph.compare.align import Change
from explorer.graph.layout import layout
from explorer.graph.model import LayerGraph
from explorer.graph.views import Detail, open_blocks
from explorer.gui.panels.compare.counterparts import MARKS, Counterparts, block_of
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.scene import GraphScene
from explorer.gui.widgets.graph.sheet import Sheet
from tests.graph.graphs import carried
from tests.gui.panels.compare.beside import REFERENCE, SECOND, THIRD, told


def scene(graph: LayerGraph, detail: Detail = Detail.LAYERS) -> GraphScene:
    made = GraphScene()
    made.begin(Sheet(graph, Colouring(graph, ColourBy.TYPE)))
    made.draw(layout(graph, open_blocks(graph, detail), join_layers=detail != Detail.OPERATIONS))
    return made


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
