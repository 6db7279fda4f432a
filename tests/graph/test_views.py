"""What is open at each level of detail."""

from collections.abc import Set as AbstractSet

import pytest
from hypothesis import given

from explorer import catalogue
from explorer.graph import views
from explorer.graph.model import Block, LayerGraph, Node
from explorer.graph.views import Detail
from tests.graph.graphs import any_graphs, carried


def drawn_for(graph: LayerGraph, opened: AbstractSet[int], node: Node) -> tuple[str, int]:
    """What stands for `node`: itself, or the outermost closed block that it lies in."""
    block = views.closed_around(graph, opened)[node.block]
    return ("node", node.index) if block < 0 else ("block", block)


def shown(name: str, detail: Detail) -> list[str]:
    """Paths of what is drawn, in order."""
    graph = carried(name)
    opened = views.open_blocks(graph, detail)
    found: list[str] = []
    for node in graph.nodes:
        kind, index = drawn_for(graph, opened, node)
        path = graph.nodes[index].path if kind == "node" else graph.blocks[index].path
        if path not in found:
            found.append(path)
    return found


def test_googlenet() -> None:
    assert shown("googlenet", Detail.STAGES) == ["Input", "b1", "b2", "b3", "b4", "b5", "head", "Output"]
    assert shown("googlenet", Detail.BLOCKS)[:6] == ["Input", "b1", "b2", "b3.0", "b3.1", "b3.2"]
    assert "b3.0.cat" in shown("googlenet", Detail.LAYERS)


def test_a_container_that_holds_nearly_everything_is_opened_at_once() -> None:
    stages = shown("torchvision/efficientnet_b7", Detail.STAGES)
    assert stages[:4] == ["Input", "features.0", "features.1", "features.2"]
    assert shown("torchvision/densenet121", Detail.STAGES)[5] == "features.denseblock1"


def test_blocks_with_skips_are_one_box_and_chains_are_opened() -> None:
    assert shown("torchvision/resnet18", Detail.BLOCKS)[5:7] == ["layer1.0", "layer1.1"]
    assert "features.3.0" in shown("torchvision/efficientnet_b0", Detail.BLOCKS)


def test_a_model_without_blocks_shows_its_layers() -> None:
    assert shown("lenet", Detail.STAGES) == ["Input", "features", "head", "Output"]
    assert shown("lenet", Detail.BLOCKS)[:4] == ["Input", "features.0", "features.1", "features.2"]
    assert shown("torchvision/vgg16", Detail.BLOCKS)[1] == "features.0"
    assert shown("mnist_inception", Detail.BLOCKS)[4] == "incep1"


def test_layers_keep_a_convolution_with_its_normalisation_closed() -> None:
    assert "inception3a.branch1" in shown("torchvision/googlenet", Detail.LAYERS)
    assert "inception3a.branch1.conv" in shown("torchvision/googlenet", Detail.OPERATIONS)


@pytest.mark.parametrize("name", catalogue.cards())
def test_each_level_shows_at_least_as_much_as_the_one_before(name: str) -> None:
    graph = carried(name)
    opened = [views.open_blocks(graph, detail) for detail in Detail]
    counts = [len(shown(name, detail)) for detail in Detail]
    assert counts == sorted(counts)
    assert all(0 in blocks for blocks in opened)
    assert counts[-1] == len(graph.nodes)
    assert 3 <= counts[0] <= 60


def test_the_outermost_closed_block_stands_for_a_node() -> None:
    graph = carried("googlenet")
    node = graph.by_path["b3.0.cat"]
    stage, inception = (next(b.index for b in graph.blocks if b.path == path) for path in ("b3", "b3.0"))
    assert drawn_for(graph, {0}, node) == ("block", stage)
    assert drawn_for(graph, {0, inception}, node) == ("block", stage)
    assert drawn_for(graph, {0, stage}, node) == ("block", inception)
    assert drawn_for(graph, {0, stage, inception}, node) == ("node", node.index)


def test_blocks_stop_at_the_class_that_branches_whatever_is_in_it() -> None:
    graph = carried("torchvision/efficientnet_b0")
    opened = views.open_blocks(graph, Detail.BLOCKS)
    assert not any(graph.blocks[index].path.startswith("features.1.0") for index in opened)
    shown_there = shown("torchvision/efficientnet_b0", Detail.BLOCKS)
    assert "features.1.0" in shown_there  # it has no skip itself, but others of its class have
    assert "layer1.0" in shown("torchvision/resnet50", Detail.BLOCKS)
    assert "features.2.conv" not in shown("torchvision/mobilenet_v2", Detail.BLOCKS)


def test_a_dense_block_is_opened_into_its_dense_layers() -> None:
    blocks = shown("torchvision/densenet121", Detail.BLOCKS)
    assert [path for path in blocks if path.startswith("features.denseblock1")] == [
        *(f"features.denseblock1.denselayer{number}" for number in range(1, 7)),
        "features.denseblock1.cat",
    ]
    assert "b3.0" in shown("googlenet", Detail.BLOCKS)  # four branches of single layers stay one box


@pytest.mark.parametrize("name", sorted(catalogue.cards()))
def test_each_level_of_detail_opens_what_the_one_before_opens(name: str) -> None:
    graph = carried(name)
    counts = []
    for detail in Detail:
        opened = views.open_blocks(graph, detail)
        seen = {drawn_for(graph, opened, node) for node in graph.nodes}
        counts.append(len(seen))
    assert counts == sorted(counts)


def test_a_plain_container_is_opened_with_the_block_around_it() -> None:
    graph = carried("torchvision/efficientnet_b0")
    by_path = {block.path: block.index for block in graph.blocks}
    assert views.containers_in(graph, by_path["features.2.1"]) == {by_path["features.2.1.block"]}
    assert views.containers_in(graph, by_path["features"]) == frozenset()


@given(any_graphs())
def test_a_block_branches_if_a_part_reads_another_than_the_one_before(graph: LayerGraph) -> None:
    assert graph.branching == {block.index for block in graph.blocks if not is_chain(graph, block)}


def is_chain(graph: LayerGraph, block: Block) -> bool:
    """By the definition: every part reads itself, the one before, and the first also what comes from outside."""
    parts = {-1: -1}  # of each node of the block the number of the part that it lies in
    ends = {graph.blocks[child].first: graph.blocks[child].last for child in graph.child_blocks[block.index]}
    start = block.first
    for number in range(block.last - block.first):
        end = ends.get(start, start + 1)
        parts.update(dict.fromkeys(range(start, min(end, block.last)), number))
        start = end
    return all(
        parts.get(source, -1) in (parts[node], parts[node] - 1)
        for node in range(block.first, block.last)
        for source in graph.nodes[node].inputs
    )
