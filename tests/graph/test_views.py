"""What is open at each level of detail."""

import pytest

from explorer import catalogue
from explorer.graph import views
from explorer.graph.views import Detail
from tests.graph.graphs import carried


def shown(name: str, detail: Detail) -> list[str]:
    """Paths of what is drawn, in order."""
    graph = carried(name)
    opened = views.open_blocks(graph, detail)
    found: list[str] = []
    for node in graph.nodes:
        kind, index = views.representative(graph, opened, node.index)
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
    node = graph.by_path["b3.0.cat"].index
    stage, inception = (next(b.index for b in graph.blocks if b.path == path) for path in ("b3", "b3.0"))
    assert views.representative(graph, {0}, node) == ("block", stage)
    assert views.representative(graph, {0, inception}, node) == ("block", stage)
    assert views.representative(graph, {0, stage}, node) == ("block", inception)
    assert views.representative(graph, {0, stage, inception}, node) == ("node", node)
