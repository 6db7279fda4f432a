"""Two graphs side by side: an alignment that is one, and sentences that tell the differences."""

import dataclasses
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from explorer import catalogue
from explorer.catalogue import OwnModel, Value
from explorer.graph import shipped
from explorer.graph.compare.align import Change, align, is_same
from explorer.graph.compare.same_input import common_shape
from explorer.graph.compare.stages import Comparison, compare
from explorer.graph.compare.totals import layers, totals
from explorer.graph.model import LayerGraph
from explorer.graph.trace import graph_of, trace_new

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
    known = None if chosen else shipped.load(name)
    return known or graph_of(catalogue.find(name).choose(settings=chosen))


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


def paths_of_pairs(comparison: Comparison) -> dict[str, str]:
    left, right = comparison.graphs
    return {left.nodes[i].path: right.nodes[j].path for i, j in comparison.counterparts[0].items()}


def test_a_pooling_is_paired_before_the_activations_around_it() -> None:
    comparison = compare([graph("resnet18"), graph("resnet18_preact")])
    paths = paths_of_pairs(comparison)
    assert paths["b1.3"] == "b1.1"  # the pooling of both stems, though one normalises before it and one behind it
    assert "b1.1" not in paths
    convolutions = [f"b{stage}.{block}.conv{place}" for stage in (2, 3, 4, 5) for block in (0, 1) for place in (1, 2)]
    assert [paths[path] for path in convolutions] == convolutions


def test_stages_of_one_resolution_stand_side_by_side() -> None:
    comparison = compare([graph("vgg11"), graph("nin")])
    sizes = [tuple(side.sizes if side else None for side in stage.sides) for stage in comparison.stages[:-1]]
    assert sizes == [
        ("224×224", None), ("112×112", None), ("56×56", "54×54"), ("28×28", "26×26"), ("14×14", "12×12"),
    ]  # fmt: skip


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


def test_where_a_skip_is_activated_is_said_of_networks_that_do_it() -> None:
    def said(left: str, right: str) -> str:
        return " ".join(told(compare([graph(left), graph(right)])))

    before, behind = "normalises and activates before each convolution", "so a ReLU stands in the way of the skip"
    assert before in said("resnet18", "resnet18_preact")
    assert behind in said("resnet18_preact", "resnet18")
    for other in ("swin_t", "convnext_tiny", "mobilenet_v2"):  # normalised first or not, their sums are not activated
        for words in (before, behind):
            assert words not in said("torchvision/swin_t", f"torchvision/{other}")
            assert words not in said("torchvision/resnet18", f"torchvision/{other}")


def test_a_receptive_field_is_not_told_where_layers_have_none() -> None:
    swin, convnext = compare([graph("torchvision/swin_t"), graph("torchvision/convnext_tiny")]).totals
    assert (swin.receptive_field, convnext.receptive_field) == (0, 1688)


# -- the alignment --------------------------------------------------------------------------------------------------

PAIRS = st.tuples(st.sampled_from(LECTURE), st.sampled_from(LECTURE))


def counts(left: LayerGraph, right: LayerGraph) -> Counter[Change]:
    return Counter(pair.change for pair in align(left, right))


def reaches(one: LayerGraph) -> list[set[int]]:
    """For each node all that it depends on."""
    found: list[set[int]] = []
    for node in one.nodes:
        found.append(set(node.inputs).union(*(found[source] for source in node.inputs)))
    return found


@settings(max_examples=15, deadline=None)
@given(PAIRS)
def test_alignment_is_the_same_from_both_sides(names: tuple[str, str]) -> None:
    left, right = (graph(name) for name in names)
    there, back = align(left, right), align(right, left)
    assert {(pair.left, pair.right) for pair in there} == {(pair.right, pair.left) for pair in back}
    ours, theirs = counts(left, right), counts(right, left)
    for change in (Change.SAME, Change.CHANGED):
        assert ours[change] == theirs[change]
    assert ours[Change.ONLY_LEFT] == theirs[Change.ONLY_RIGHT]


@pytest.mark.parametrize("name", LECTURE)
def test_every_graph_is_the_same_as_itself(name: str) -> None:
    assert set(counts(graph(name), graph(name))) == {Change.SAME}


@settings(max_examples=15, deadline=None)
@given(PAIRS)
def test_no_two_pairs_contradict_the_flow(names: tuple[str, str]) -> None:
    """Where one layer depends on another, its counterpart is no ancestor of the other's."""
    left, right = (graph(name) for name in names)
    before, after = reaches(left), reaches(right)
    match = {pair.left: pair.right for pair in align(left, right) if pair.left is not None and pair.right is not None}
    for first, second in match.items():
        for other in before[first] & match.keys():
            assert second not in after[match[other]]


@settings(max_examples=15, deadline=None)
@given(PAIRS)
def test_change_is_what_the_layers_say(names: tuple[str, str]) -> None:
    left, right = (graph(name) for name in names)
    for pair in align(left, right):
        if pair.left is None or pair.right is None:
            assert pair.change is (Change.ONLY_RIGHT if pair.left is None else Change.ONLY_LEFT)
        else:
            is_equal = is_same(left.nodes[pair.left], right.nodes[pair.right])
            assert pair.change is (Change.SAME if is_equal else Change.CHANGED)


# -- more than two --------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(LECTURE), min_size=2, max_size=4))
def test_each_is_compared_to_the_first_whatever_else_is_there(names: list[str]) -> None:
    graphs = [graph(name) for name in names]
    together = compare(graphs)
    for k, other in enumerate(graphs[1:], start=1):
        alone = compare([graphs[0], other])
        assert together.alignments[k - 1] == alone.alignments[0]
        assert together.remarks[k - 1] == alone.remarks[0]
        beside = [
            (stage.sides[0], stage.sides[k], stage.sentences[k - 1])
            for stage in together.stages
            if stage.sides[0] or stage.sides[k]
        ]
        assert beside == [(*stage.sides, stage.sentences[0]) for stage in alone.stages]


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(LECTURE), min_size=2, max_size=4))
def test_each_layer_of_each_network_is_in_one_stage(names: list[str]) -> None:
    comparison = compare([graph(name) for name in names])
    for k, one in enumerate(comparison.graphs):
        held = [index for stage in comparison.stages if (side := stage.sides[k]) for index in side.nodes]
        assert held == list(range(1, len(one.nodes) - 1))
    assert sum(stage.number == 0 for stage in comparison.stages) == 1
    assert comparison.stages[-1].number == 0


# -- stages and figures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("lenet", 5),
        ("alexnet", 8),
        ("vgg11", 11),
        ("resnet18", 18),
        ("googlenet", 22),
        ("torchvision/densenet201", 201),
    ],
)
def test_depth_is_the_one_in_the_name_or_the_paper(name: str, depth: int) -> None:
    one = shipped.load(name)
    assert one is not None
    assert totals(layers(one)).depth == depth


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("lenet", ["28×28", "14×14", ""]),
        ("resnet18", ["112×112", "56×56", "28×28", "14×14", "7×7", ""]),
        ("torchvision/inception_v3", ["149×149", "73×73", "35×35", "17×17", "8×8", ""]),  # not parted within a block
        ("torchvision/efficientnet_b0", ["112×112", "56×56", "28×28", "14×14", "7×7", ""]),  # nor at a 1×1 gate
        ("torchvision/swin_t", ["56×56", "28×28", "14×14", "7×7", ""]),  # nor at a window of tokens
    ],
)
def test_stages_are_the_resolutions(name: str, sizes: list[str]) -> None:
    one = shipped.load(name)
    assert one is not None
    assert [side.sizes for stage in compare([one, one]).stages if (side := stage.sides[0])] == sizes


def test_the_image_is_named_where_it_differs() -> None:
    small, large = graph("lenet"), graph("alexnet")
    remark = compare([small, large]).remarks[0]
    assert "1×224×224 in alexnet, 1×28×28 in lenet." in remark.en
    assert "alexnet 为 1×224×224" in remark.zh
    same = graph_of(catalogue.find("lenet").choose(input_shape=(1, 224, 224)))
    comparison = compare([same, large])
    assert len({graph.input_shape for graph in comparison.graphs}) == 1
    assert "images differ" not in comparison.remarks[0].en


def test_more_classes_are_not_called_larger_layers() -> None:
    resnet50 = shipped.load("torchvision/resnet50")
    assert resnet50 is not None
    head = told(compare([graph("resnet18"), resnet50]))[-1]
    assert "1,000 classes apart instead of 10" in head
    assert "2.04 M parameters more" in head


def test_pre_activation_is_said_once_and_then_as_another_order() -> None:
    sentences = told(compare([graph("resnet18"), graph("resnet18_preact")]))
    assert "leaves normalisation and activation to the first block" in sentences[0]
    assert sentences[2:5] == ["The same layers as in resnet18 in another order, at the same cost."] * 3
    assert sentences[5] == "The same as in resnet18."


@pytest.mark.parametrize(
    ("names", "shape"),
    [
        (("lenet", "alexnet"), (1, 224, 224)),  # AlexNet does not take 28
        (("alexnet", "lenet"), (1, 224, 224)),
        (("googlenet", "resnet18"), (1, 96, 96)),
        (("resnet18", "torchvision/resnet50"), (3, 224, 224)),
        (("lenet", "torchvision/vit_b_16"), (3, 224, 224)),
        (("torchvision/maxvit_t", "torchvision/inception_v3", "lenet"), (3, 224, 224)),
    ],
)
def test_common_input(names: tuple[str, ...], shape: tuple[int, int, int]) -> None:
    choices = [catalogue.find(name).default_choice() for name in names]
    assert common_shape(choices) == shape


def test_no_common_input() -> None:
    vit = catalogue.find("torchvision/vit_b_16")
    fixed = dataclasses.replace(vit, name="own:fixed.py", input_shape=(3, 100, 100))
    catalogue.add_own(OwnModel(fixed, Path("fixed.py")))
    try:
        assert common_shape([vit.default_choice(), fixed.default_choice()]) is None
    finally:
        catalogue.remove_own(fixed.name)


def test_additions_correspond_where_only_the_order_around_them_differs() -> None:
    left, right = graph("resnet18"), graph("resnet18_preact")
    match = {pair.left: pair.right for pair in align(left, right)}
    additions = [[node.index for node in one.nodes if node.kind == "add"] for one in (left, right)]
    assert [match[index] for index in additions[0]] == additions[1]


def padded(*pixels: int | str) -> LayerGraph:
    """Two convolutions, then a third at half of the size, padded so much."""
    first, second, third = pixels
    return trace_new(
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=first), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=second), nn.MaxPool2d(2),
            nn.Conv2d(8, 8, 3, padding=third), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10),
        ),
        (3, 32, 32),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pixels", "words", "words_zh"),
    [
        (
            (0, 0, 1),
            ["The maps are not padded (before: 1 pixel) and so are smaller, 30×30 instead of 32×32:"],
            "不填充",
        ),
        ((1, 0, 1), ["Some maps are not padded (before: 1 pixel) and so are smaller:"], "部分特征图不填充"),
        ((2, 2, 1), ["The maps are padded by 2 pixels instead of 1 and so are larger, 34×34"], "填充 2 个像素"),
        (("same", 1, "valid"), ["The same numbers as in", "The maps are not padded (before: 1 pixel)"], ""),
        ((2, 0, 1), ["on maps of 34×34 instead of 32×32"], "34×34"),  # neither more nor less
    ],
)
def test_padding_is_named_where_it_changes_what_there_is_to_compute(
    pixels: tuple[int | str, ...], words: list[str], words_zh: str
) -> None:
    stages = compare([padded(1, 1, 1), padded(*pixels)]).stages
    for stage, expected in zip(stages, words, strict=False):
        assert expected in stage.sentences[0].en
        assert stage.sentences[0].en.endswith("multiply-adds.") or "The same" in expected
    assert words_zh in stages[0].sentences[0].zh
