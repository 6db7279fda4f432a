"""The parts of a network along its depth."""

import pytest

from explorer.graph import depth
from explorer.graph.model import Category
from tests.graph.graphs import carried


@pytest.mark.parametrize("name", ["lenet", "googlenet", "densenet", "torchvision/resnet50", "torchvision/vit_b_16"])
def test_every_layer_lies_in_one_part(name: str) -> None:
    graph = carried(name)
    parts = depth.parts(graph)
    assert len(parts) >= 4
    assert len(set(parts)) == len(parts)
    sums = [graph.nodes[index].params if kind == "node" else graph.blocks[index].params for kind, index in parts]
    assert sum(sums) == graph.params
    for node in graph.nodes:
        is_end = node.category in (Category.INPUT, Category.OUTPUT)
        assert (depth.part_of(graph, parts, ("node", node.index)) is None) == is_end


def test_parts_are_stages_in_order() -> None:
    graph = carried("googlenet")
    paths = [graph.nodes[i].path if kind == "node" else graph.blocks[i].path for kind, i in depth.parts(graph)]
    assert paths == ["b1", "b2", "b3", "b4", "b5", "head"]


def test_a_network_of_two_stages_is_told_by_its_layers() -> None:
    graph = carried("lenet")
    assert ("node", graph.by_path["features.3"].index) in depth.parts(graph)


def test_blocks_lie_in_the_part_around_them() -> None:
    graph = carried("googlenet")
    parts = depth.parts(graph)
    inner = next(block for block in graph.blocks if block.path == "b4.2")
    outer = depth.part_of(graph, parts, ("block", inner.index))
    assert outer is not None
    assert graph.blocks[outer[1]].path == "b4"
    assert depth.part_of(graph, parts, ("block", 0)) is None
