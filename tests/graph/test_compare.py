"""Two graphs side by side: an alignment that is one, and sentences that tell the differences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import catalogue
from explorer.catalogue import Value
from explorer.graph.compare.align import Change, align
from explorer.graph.compare.stages import Comparison, compare
from explorer.graph.model import LayerGraph
from explorer.graph.trace import graph_of

LECTURE = (
    "lenet",
    "lenet_bn",
    "alexnet",
    "nin",
    "googlenet",
    "resnet18",
    "resnet18_preact",
    "densenet",
    "mnist_residual",
)


def graph(name: str, **chosen: Value) -> LayerGraph:
    return graph_of(catalogue.find(name).choose(settings=chosen))


def told(comparison: Comparison) -> list[str]:
    return [stage.sentences[0].en for stage in comparison.stages]


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(LECTURE), st.sampled_from(LECTURE))
def test_every_layer_once(left_name: str, right_name: str) -> None:
    left, right = graph(left_name), graph(right_name)
    pairs = align(left, right)
    assert [pair.left for pair in pairs if pair.left is not None] == list(range(len(left.nodes)))
    assert sorted(pair.right for pair in pairs if pair.right is not None) == list(range(len(right.nodes)))
    for pair in pairs:
        if pair.left is not None and pair.right is not None:
            assert left.nodes[pair.left].category is right.nodes[pair.right].category


def test_a_graph_agrees_with_itself() -> None:
    googlenet = graph("googlenet")
    comparison = compare([googlenet, googlenet])
    assert {pair.change for pair in comparison.alignments[0]} == {Change.SAME}
    assert comparison.counterparts[0] == {index: index for index in range(len(googlenet.nodes))}
    assert set(told(comparison)) == {"The same as in googlenet."}


@pytest.mark.parametrize("name", LECTURE)
def test_stages_hold_every_layer_once(name: str) -> None:
    one = graph(name)
    comparison = compare([one, graph("alexnet")])
    held = [index for stage in comparison.stages if stage.sides[0] for index in stage.sides[0].nodes]
    assert held == list(range(1, len(one.nodes) - 1))
    assert sum(stage.sides[0].totals.params for stage in comparison.stages if stage.sides[0]) == one.params
    assert sum(stage.sides[0].totals.macs for stage in comparison.stages if stage.sides[0]) == one.macs


def test_residual_against_preactivation() -> None:
    comparison = compare([graph("resnet18"), graph("resnet18_preact")])
    convolutions = [node.index for node in comparison.graphs[0].nodes if node.kind == "Conv2d"]
    assert all(index in comparison.counterparts[0] for index in convolutions)
    assert any("before each convolution" in sentence for sentence in told(comparison))


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (("lenet", {}), ("alexnet", {}), "ReLU instead of sigmoid"),
        (("vgg11", {}), ("nin", {}), "has no fully connected layer"),
        (("vgg11", {}), ("nin", {}), "1×1 convolutions"),
        (("vgg11", {}), ("vgg11", {"ratio": 4}), "4 × 4 = 16 times fewer"),
        (("vgg11", {}), ("resnet18", {}), "adds the input of each block"),
        (("lenet", {}), ("lenet_bn", {}), "normalises each batch"),
        (("nin", {}), ("googlenet", {}), "several branches side by side"),
        (("lenet_bn", {}), ("lenet", {}), "does without normalisation"),
    ],
)
def test_what_a_change_buys(
    left: tuple[str, dict[str, Value]], right: tuple[str, dict[str, Value]], words: str
) -> None:
    comparison = compare([graph(left[0], **left[1]), graph(right[0], **right[1])])
    assert any(words in sentence for sentence in told(comparison))
    assert all(stage.sentences[0].zh for stage in comparison.stages)
