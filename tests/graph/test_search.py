"""Search in layer graphs: what is found, and what is not."""

import pytest
from torch import nn

from explorer.graph import shipped, trace
from explorer.graph.search import Search, split


@pytest.fixture(scope="module")
def googlenet():
    graph = shipped.load("googlenet")
    assert graph is not None
    return graph


def found(graph, query):
    return [graph.nodes[index] for kind, index in Search(graph).find(query) if kind == "node"]


def size(node, name):
    value = node.attributes[name]
    return value if isinstance(value, tuple) else (value, value)


def test_numbers_and_their_names_are_one_word():
    assert split("Conv 3×3 stride 2") == ("conv", "3x3", "stride 2")
    assert split("64 x 24 x 24") == ("64x24x24",)
    assert split("stride=2  padding=1") == ("stride 2", "padding 1")
    assert split("   ") == ()


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("卷积 3x3 填充 1", "conv 3x3 padding 1"),
        ("卷积 7×7 步幅2", "conv 7x7 stride 2"),
        ("汇聚 步幅=2", "pool stride 2"),
        ("卷积 大小 6x6", "conv size 6x6"),
    ],
)
def test_settings_may_be_named_in_chinese(googlenet, chinese, english):
    nodes = found(googlenet, chinese)
    assert nodes
    assert nodes == found(googlenet, english)


def test_all_words_must_fit(googlenet):
    nodes = found(googlenet, "conv 3x3 padding 1")
    expected = [node for node in googlenet.nodes if node.kind == "Conv2d" and size(node, "kernel_size") == (3, 3)]
    assert nodes == expected
    assert len(nodes) == 10


def test_stride_is_not_the_beginning_of_a_longer_number(googlenet):
    for query, stride in (("pool stride 1", 1), ("pool stride 2", 2)):
        nodes = found(googlenet, query)
        assert nodes
        assert all(size(node, "stride") == (stride, stride) for node in nodes)


def test_padding_of_three_is_not_a_kernel_of_three(googlenet):
    assert all(size(node, "kernel_size") == (3, 3) for node in found(googlenet, "conv 3x3"))


def test_sizes_of_outputs_are_asked_for_by_name(googlenet):
    nodes = found(googlenet, "conv size 6x6")
    assert nodes
    assert all(node.output_shape[1:] == (6, 6) for node in nodes)
    assert found(googlenet, "conv 6x6") == []


def test_shapes_are_whole(googlenet):
    nodes = found(googlenet, "64x24x24")
    assert nodes
    assert all(node.output_shape == (64, 24, 24) for node in nodes)
    assert found(googlenet, "4x24x24") == []


@pytest.mark.parametrize("query", ["最大汇聚", "max pool", "MAXPOOL2D"])
def test_both_languages_and_any_case(googlenet, query):
    assert [node.kind for node in found(googlenet, query)] == ["MaxPool2d"] * len(found(googlenet, query))
    assert found(googlenet, query)


def test_blocks_come_before_what_is_in_them(googlenet):
    targets = Search(googlenet).find("b3.0")
    assert targets[0][0] == "block"
    assert googlenet.blocks[targets[0][1]].path == "b3.0"
    assert all(kind == "node" for kind, _ in targets[1:])


def test_nothing_is_found_for_nothing_and_for_nonsense(googlenet):
    assert Search(googlenet).find("  ") == ()
    assert Search(googlenet).find("conv (((") == ()


def test_a_number_is_not_the_beginning_of_a_longer_one():
    model = nn.Sequential(
        nn.Conv2d(3, 4, 1, stride=1), nn.Conv2d(4, 8, 3, stride=(12, 1)), nn.Conv2d(8, 16, 1, stride=1)
    )
    graph = trace.trace(model, (3, 40, 40))
    assert [node.path for node in found(graph, "stride 1")] == ["0", "2"]
    assert [node.path for node in found(graph, "4x40x40")] == ["0"]  # and neither 8x4x38 nor 16x4x38
    assert [node.path for node in found(graph, "8x4")] == []
    assert [node.path for node in found(graph, "size 4x38")] == ["1", "2", "Output"]


def test_what_is_found_is_in_order_of_execution_a_block_before_what_is_in_it(googlenet):
    targets = Search(googlenet).find("b3")
    names = [
        googlenet.blocks[index].path if kind == "block" else googlenet.nodes[index].path for kind, index in targets
    ]
    assert names[:2] == ["b3", "b3.0"]
    assert names.index("b3.1") < names.index(next(name for name in names if name.startswith("b3.1.")))
    assert max(place for place, name in enumerate(names) if name.startswith("b3.0")) < names.index("b3.1")


def test_a_graph_is_read_in_pieces_and_what_is_left_when_it_is_asked(googlenet):
    in_pieces, at_once = Search(googlenet), Search(googlenet)
    assert not in_pieces.read(0)
    assert in_pieces.find("conv 3x3") == at_once.find("conv 3x3")
    assert in_pieces.read(0)
