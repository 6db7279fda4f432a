"""What is of the same kind: its words, and that the query finds just that."""

import pytest

from explorer.graph.alike import alike
from explorer.graph.search import Search
from tests.graph.graphs import carried


@pytest.mark.parametrize(
    ("name", "path", "en", "zh"),
    [
        ("googlenet", "b3.0.p2_2", "3×3 convolutions", "3×3 卷积"),
        ("googlenet", "b3.0.p4_1", "3×3 max pool layers", "3×3 最大汇聚层"),
        ("lenet", "head.1", "linear layers", "全连接层"),
        ("lenet", "features.1", "Sigmoid activations", "Sigmoid 激活函数"),
        ("torchvision/resnet18", "bn1", "batch norm layers", "批量规范化层"),
        ("torchvision/inception_v3", "Mixed_6b.branch7x7_2.conv", "1×7 convolutions", "1×7 卷积"),
    ],
)
def test_words(name: str, path: str, en: str, zh: str) -> None:
    graph = carried(name)
    group = alike(graph, ("node", graph.by_path[path].index))
    assert (group.words.en, group.words.zh) == (en, zh)


@pytest.mark.parametrize("name", ["googlenet", "torchvision/inception_v3", "torchvision/mobilenet_v2", "lenet_bn"])
def test_the_query_finds_the_same_kind_with_the_same_window_and_nothing_else(name: str) -> None:
    graph = carried(name)
    search = Search(graph)

    def sort(index: int) -> tuple[str, object]:
        kernel = graph.nodes[index].attributes.get("kernel_size")
        return graph.nodes[index].kind.lower(), (kernel, kernel) if isinstance(kernel, int) else kernel

    for kind in {sort(node.index) for node in graph.nodes}:
        wanted = [node.index for node in graph.nodes if sort(node.index) == kind]
        found = search.find(alike(graph, ("node", wanted[0])).query)
        assert found == tuple(("node", index) for index in wanted), kind


def test_blocks_are_found_by_their_class_alone() -> None:
    graph = carried("torchvision/inception_v3")
    block = next(block for block in graph.blocks if block.kind == "InceptionA")
    group = alike(graph, ("block", block.index))
    assert group.words.en == "InceptionA blocks"
    found = Search(graph).find(group.query)
    assert [graph.blocks[index].kind for kind, index in found if kind == "block"] == ["InceptionA"] * 3
    assert len(found) == 3
