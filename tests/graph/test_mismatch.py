"""Shapes that do not fit: where, with which numbers, and that what is advised helps."""

import copy
import json
import re

import pytest
from torch import nn

from explorer.bilingual import Text
from explorer.graph import arithmetic, labels, serial, trace
from explorer.graph.layout import layout
from explorer.graph.mismatch import sizes
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.model import LayerGraph, Mismatch
from explorer.graph.views import Detail, open_blocks
from tests.graph import misprints
from tests.graph.geometry import faults
from tests.graph.misprints import AlexNet, GoogLeNet, Residual, of_layers

Shape = tuple[int, int, int]
CASES: dict[str, tuple[nn.Module, Shape, str, str, str]] = {
    # name: model, image, where it fails, arithmetic, first remedy
    "1x1 pooling with padding 1": (
        GoogLeNet(pool=1), (1, 96, 96), "b3.0.p4_1", "2·1 = 2 > 1", "Set kernel_size of b3.0.p4_1 to 3 instead of 1",
    ),
    "1x1 convolution with padding 1": (
        GoogLeNet(last_padding=1), (1, 96, 96), "b3.0.cat", "Input 4, from b3.0.relu#6: 14×14 ≠ 12×12",
        "Set padding of b3.0.p4_2 to 0 instead of 1",
    ),
    "(128, 92)": (
        GoogLeNet(second=(128, 92)), (1, 96, 96), "b4.0.p1_1", "128 + 92 + 96 + 64 = 380 ≠ 480 channels",
        "Set out_channels of b3.1.p2_2 to 192 instead of 92",
    ),
    "(24, 96)": (
        GoogLeNet(fourth=(24, 96)), (1, 96, 96), "b4.2.p1_1", "160 + 224 + 96 + 64 = 544 ≠ 512 channels",
        "Set in_channels of b4.2.p1_1 to 544 instead of 512",
    ),
    "flatten": (
        AlexNet(in_features=4096), (1, 224, 224), "fc", "256·5·5 = 6400, but the linear layer expects 4096",
        "Set in_features of fc to 6400 instead of 4096",
    ),
    "small image, linear": (
        AlexNet(), (1, 96, 96), "fc", "256·1·1 = 256, but the linear layer expects 6400",
        "Set in_features of fc to 256 instead of 6400",
    ),
    "small image, pooling": (
        AlexNet(), (1, 28, 28), "pool#2", "2 + 2·0 = 2 < 3", "Use images of at least 33×33 instead of 28×28",
    ),
    "small image, convolution": (
        of_layers(nn.Conv2d(1, 4, 3, 2), nn.Conv2d(4, 4, 5, dilation=2)), (1, 12, 12), "1",
        "5 + 2·0 = 5 < 2·(5 − 1) + 1", "Use images of at least 19×19 instead of 12×12",
    ),
    "colour image": (
        AlexNet(), (3, 224, 224), "conv1", "3 ≠ 1 channels", "Set in_channels of conv1 to 3 instead of 1",
    ),
    "sequences": (
        of_layers(nn.Conv1d(1, 4, 5)), (3, 28, 28), "0", "3×28×28 has 3 directions ≠ 2",
        "The model is shown images, C×H×W",
    ),
    "volumes": (
        of_layers(nn.Conv3d(1, 4, 3)), (3, 28, 28), "0", "3×28×28 has 3 directions ≠ 4",
        "The model is shown images, C×H×W",
    ),
    "concatenation": (
        misprints.TwoBranches(), (1, 28, 28), "cat", "Input 2, from relu: 24×24 ≠ 28×28",
        "Set padding of large to 2 instead of 0",
    ),
    "sum, size": (
        Residual(padding=0), (1, 28, 28), "add", "height 26 ≠ 24, width 26 ≠ 24",
        "Set padding of first to 1 instead of 0",
    ),
    "sum, stride": (
        Residual(channels=16, stride=2), (1, 28, 28), "add", "channels 8 ≠ 16, height 26 ≠ 13, width 26 ≠ 13",
        "Pass the output of relu through a 1×1 convolution to 16 channels with stride 2",
    ),
    "sum, channels": (
        Residual(channels=16), (1, 28, 28), "add", "channels 8 ≠ 16",
        "Pass the output of relu through a 1×1 convolution to 16 channels with stride 1",
    ),
    "batch norm": (
        of_layers(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(8)), (1, 28, 28), "1", "4 ≠ 8 channels",
        "Set num_features of 1 (BatchNorm2d) to 4 instead of 8",
    ),
    "behind batch norm": (
        of_layers(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(6, 8, 3)), (1, 28, 28), "3",
        "4 ≠ 6 channels", "Set in_channels of 3 (Conv2d) to 4 instead of 6",
    ),
    "two linear layers": (
        of_layers(nn.Flatten(), nn.Linear(784, 100), nn.ReLU(), nn.Linear(200, 10)), (1, 28, 28), "3",
        "100, but the linear layer expects 200", "Set in_features of 3 (Linear) to 100 instead of 200",
    ),
    "no flatten": (
        of_layers(nn.Conv2d(1, 4, 3), nn.Linear(2704, 10)), (1, 28, 28), "1", "all of 4·26·26 = 2704",
        "Flatten before 1 (Linear)",
    ),
    "flatten too early": (
        of_layers(nn.Flatten(), nn.Conv2d(1, 4, 3)), (1, 28, 28), "1", "784 numbers in a row",
        "Let 1 (Conv2d) run before 0 (Flatten)",
    ),
    "view": (misprints.Viewed(), (1, 28, 28), "view", "8·26·26 = 5408 ≠ 100 numbers",
        "Write view(x.size(0), 5408), and in_features=5408",),
    "layer norm": (
        of_layers(nn.Conv2d(1, 4, 3), nn.LayerNorm(28)), (1, 28, 28), "1", "26 ≠ 28",
        "Set normalized_shape of 1 (LayerNorm) to 26 instead of 28",
    ),
    "a layer of one's own": (
        of_layers(nn.Conv2d(1, 8, 3), misprints.Scaled()), (1, 28, 28), "1", "channels 8 ≠ 4", "",
    ),
}  # fmt: skip


def fails(model: nn.Module, shape: Shape) -> tuple[LayerGraph, Mismatch]:
    with pytest.raises(ShapeError) as caught:
        trace.trace(model, shape)
    graph = caught.value.graph
    assert graph.mismatch is not None
    return graph, graph.mismatch


@pytest.mark.parametrize("case", CASES)
def test_place_arithmetic_and_remedy(case: str) -> None:
    model, shape, path, sum_of, remedy = CASES[case]
    graph, mismatch = fails(model, shape)
    assert mismatch.node == len(graph.nodes) - 1
    assert graph.nodes[-1].path == path
    assert sum_of in " ".join(text.en for text in mismatch.arithmetic)
    assert (mismatch.remedies[0].en if mismatch.remedies else "").startswith(remedy)
    assert set(mismatch.sources) <= set(graph.nodes[-1].inputs)
    for text in (mismatch.message, *mismatch.sides, *mismatch.arithmetic, *mismatch.remedies):
        check_both_languages(text)


def check_both_languages(text: Text) -> None:
    assert text.en.strip() == text.en != ""
    assert "  " not in text.en
    numbers = re.compile(r"\d+")
    assert sorted(numbers.findall(text.zh)) == sorted(numbers.findall(text.en))


SETTING = re.compile(r"Set (\w+) of ([\w.#]+)(?: \(\w+\))? to (\d+) instead of (\d+)(, and likewise)?(.*)")


@pytest.mark.parametrize("case", CASES)
def test_each_remedy_that_is_a_number_helps(case: str) -> None:
    model, shape, *_ = CASES[case]
    graph, mismatch = fails(model, shape)
    for remedy in mismatch.remedies:
        found = SETTING.match(remedy.en)
        if found is None:
            continue
        attribute, path, new, old, likewise, rest = found.groups()
        changed = copy.deepcopy(model)
        set_number(changed, path.split("#")[0], attribute, int(old), int(new))
        if likewise:
            parent = path.rsplit(".", 1)[0]
            for name, layer in changed.get_submodule(parent).named_children():
                if getattr(layer, attribute, None) == int(old):
                    set_number(changed, f"{parent}.{name}", attribute, int(old), int(new))
        norms = re.search(r"num_features of ([\w.]+)", rest)
        if norms:
            set_number(changed, norms.group(1), "num_features", int(old), int(new))
        assert progress(changed, shape) > len(graph.nodes), remedy.en


def set_number(model: nn.Module, path: str, attribute: str, old: int, new: int) -> None:
    layer = model.get_submodule(path)
    told = {
        nn.Conv2d: ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation"),
        nn.Linear: ("in_features", "out_features"),
        nn.BatchNorm2d: ("num_features",),
        nn.MaxPool2d: ("kernel_size", "stride", "padding"),
        nn.LayerNorm: ("normalized_shape",),
    }[type(layer)]
    values = {name: getattr(layer, name) for name in told}
    assert values[attribute] in (old, (old, old), (old,))
    values[attribute] = new
    model.set_submodule(path, type(layer)(**values))


def progress(model: nn.Module, shape: Shape) -> int:
    """How many nodes run, the failing one among them; without end where nothing fails."""
    try:
        trace.trace(model, shape)
    except ShapeError as error:
        return len(error.graph.nodes)
    return 1 << 30


def test_images_of_the_advised_size_fit() -> None:
    graph, mismatch = fails(AlexNet(), (1, 96, 96))
    assert "Use images of 1×224×224." in [remedy.en for remedy in mismatch.remedies]
    trace.trace(AlexNet(), (1, 224, 224))
    assert sizes.image_side_for(graph, graph.nodes[-1].inputs[0], 1) is None  # a vector has no side
    for side, runs in ((33, True), (32, False)):
        pooled = nn.Sequential(*[nn.Conv2d(1, 96, 11, 4, 1), nn.MaxPool2d(3, 2), nn.MaxPool2d(3, 2)])
        assert (progress(pooled, (1, side, side)) > 99) == runs


@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("is_ceiling", [False, True])
def test_windows_agree_with_torch(kernel: int, stride: int, is_ceiling: bool) -> None:
    import torch

    for padding in range(kernel // 2 + 1):
        window = sizes.Window(kernel, stride, padding, 1, is_ceiling)
        layer = nn.MaxPool2d(kernel, stride, padding, ceil_mode=is_ceiling)
        for size in range(max(kernel - 2 * padding, 1), 20):
            assert window.output(size) == layer(torch.zeros(1, 1, size, size)).shape[-1]
        for wanted in range(1, 6):
            least = window.least_input(wanted)
            assert window.output(least) >= wanted
            assert least == 1 or window.output(least - 1) < wanted


def test_red_edges_are_those_that_do_not_fit() -> None:
    graph, mismatch = fails(GoogLeNet(last_padding=1), (1, 96, 96))
    assert [graph.nodes[source].path for source in mismatch.sources] == ["b3.0.relu#6"]


@pytest.mark.parametrize("case", CASES)
def test_a_partial_graph_is_a_graph(case: str) -> None:
    model, shape, *_ = CASES[case]
    graph, _ = fails(model, shape)
    again = serial.from_json(json.loads(json.dumps(serial.to_json(graph))))
    assert again == graph
    assert graph.params <= sum(parameter.numel() for parameter in model.parameters())
    for detail in Detail:
        opened = open_blocks(graph, detail)
        for joins in (False, True):
            assert not faults(graph, layout(graph, opened, fold_repeats=joins, join_layers=joins))
    assert labels.subtitle(graph, ("node", len(graph.nodes) - 1)).en == "does not fit"
    for node in graph.nodes:
        assert arithmetic.explain(graph, node) or node.index == len(graph.nodes) - 1


def test_the_call_is_named_with_its_line() -> None:
    graph, mismatch = fails(AlexNet(in_features=4096), (1, 224, 224))
    assert mismatch.source.startswith("misprints.py:")
    assert mismatch.line == "return self.fc(x.flatten(1))"
    assert graph.nodes[-1].source == mismatch.source


def test_the_error_is_one_line_with_numbers_and_advice() -> None:
    with pytest.raises(ShapeError) as caught:
        trace.trace(AlexNet(in_features=4096), (1, 224, 224))
    told = str(caught.value)
    assert "\n" not in told
    assert "fc (Linear) cannot take 6400. 256·5·5 = 6400, but the linear layer expects 4096. Set in_features" in told
    assert "把 fc 的 in_features 由 4096 改为 6400。" in caught.value.language("zh")


def test_what_the_models_own_code_refuses_is_said_in_its_words() -> None:
    graph, mismatch = fails(misprints.Refuses(), (1, 28, 28))
    assert mismatch.node is None
    assert mismatch.reason == "four, please"
    assert [node.path for node in graph.nodes] == ["Input", "conv"]


def test_in_training_mode_shapes_are_those_of_one_image() -> None:
    with pytest.raises(ShapeError) as caught:
        trace.trace(AlexNet(in_features=4096), (1, 224, 224), mode="train")
    assert "256·5·5 = 6400" in str(caught.value)
