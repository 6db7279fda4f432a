"""Layers of every sort with any settings: figures are those of torch, and each formula gives the figure beside it."""

import math
import re

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from explorer.graph import arithmetic, trace
from explorer.graph.model import LayerGraph, Node

ANY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
_UNITS = {"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9}


def value_of(text: str) -> float:
    """What a formula is by Python's own arithmetic; brackets ⌊ ⌋ and ⌈ ⌉ round, a unit of bytes is a factor."""
    unit = re.search(r"([KMG]?B)$", text.strip())
    plain = text.replace("B", "") if unit is None else re.sub(r"\s*[KMG]?B\b", "", text)
    plain = plain.replace(" ", "").replace("·", "*").replace("−", "-").replace("×", "*")
    plain = plain.replace("⌊", "math.floor(").replace("⌋", ")").replace("⌈", "math.ceil(").replace("⌉", ")")
    return float(eval(plain, {"math": math})) * (1 if unit is None else _UNITS[unit.group(1)])


def equations(graph: LayerGraph, node: Node) -> list[tuple[str, float, float]]:
    """Label, value of the left side and of the right side, of everything that is said with "="."""
    found = []
    for fact in arithmetic.explain(graph, node):
        if " = " not in fact.formula:
            continue
        for part in fact.formula.split(", "):
            if " = " not in part:
                continue
            left, right = part.split(" = ")
            found.append((fact.label.en, value_of(left), value_of(right)))
    return found


def check(layer: nn.Module, shape: tuple[int, ...]) -> Node:
    """One layer: what is traced is what torch has and does, and what is said of it adds up."""
    model = nn.Sequential(layer)
    graph = trace.trace(model, shape)
    node = graph.by_path["0"]
    with torch.no_grad():
        counter = FlopCounterMode(display=False)
        with counter:
            result = model.eval()(torch.zeros(1, *shape))
    assert node.output_shape == tuple(result.shape[1:])
    assert node.params == sum(parameter.numel() for parameter in layer.parameters())
    assert node.buffers == sum(buffer.numel() for buffer in layer.buffers())
    assert node.macs == counter.get_total_flops() // 2
    for label, left, right in equations(graph, node):
        tolerance = 0.006 if label.startswith("Activation") else 0  # bytes are written with three digits
        assert math.isclose(left, right, rel_tol=tolerance), (label, left, right, layer)
    return node


def facts(layer: nn.Module, shape: tuple[int, ...]) -> dict[str, str]:
    graph = trace.trace(nn.Sequential(layer), shape)
    return {fact.label.en: fact.formula for fact in arithmetic.explain(graph, graph.by_path["0"])}


def right_of(formula: str) -> list[int]:
    return [int(value_of(part.rpartition(" = ")[2])) for part in formula.split(", ")]


pairs = st.tuples(st.integers(1, 4), st.integers(1, 5))
sides = st.tuples(st.integers(3, 17), st.integers(3, 17))


@ANY
@given(
    sides, pairs, pairs, st.tuples(st.integers(0, 2), st.integers(0, 3)), pairs,
    st.sampled_from([(1, 1), (2, 2), (4, 4), (4, 2)]), st.booleans(),
)  # fmt: skip
def test_convolutions(size, kernel, stride, padding, dilation, grouping, bias) -> None:
    """Grouped, depthwise, dilated, with kernels and strides that differ by direction."""
    channels, groups = grouping
    assume(all(size[i] + 2 * padding[i] > dilation[i] * (kernel[i] - 1) for i in (0, 1)))
    layer = nn.Conv2d(channels, 2 * channels, kernel, stride, padding, dilation, groups, bias)
    node = check(layer, (channels, *size))
    told = facts(layer, (channels, *size))
    sizes = right_of(told["Output size"])
    assert (sizes if len(sizes) == 2 else sizes * 2) == list(node.output_shape[1:])
    assert right_of(told["Parameters"]) == [node.params]
    assert "=" in told["Parameters"]
    assert right_of(told["Multiply-adds"]) == [node.macs]
    assert "=" in told["Multiply-adds"]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
@ANY
@given(sides, pairs, pairs, st.booleans())
def test_same_padding(size, kernel, dilation, bias) -> None:
    layer = nn.Conv2d(3, 5, kernel, padding="same", dilation=dilation, bias=bias)
    node = check(layer, (3, *size))
    assert node.output_shape[1:] == size
    written = facts(layer, (3, *size))["Output size"]
    assert "=" in written
    assert right_of(written)[0] == size[0]


@ANY
@given(sides, pairs, pairs, pairs, st.integers(0, 1), st.sampled_from([1, 2]), st.booleans())
def test_transposed_convolutions(size, kernel, stride, dilation, padding, groups, bias) -> None:
    assume(all((size[i] - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1 > 2 * padding for i in (0, 1)))
    more = tuple(padding if max(stride[i], dilation[i]) > padding else 0 for i in (0, 1))
    layer = nn.ConvTranspose2d(4, 6, kernel, stride, padding, more, groups, bias, dilation)
    node = check(layer, (4, *size))
    told = facts(layer, (4, *size))
    for label in ("Output size", "Parameters", "Multiply-adds"):
        assert "=" in told[label], label
    assert right_of(told["Multiply-adds"]) == [node.macs]


@ANY
@given(sides, pairs, pairs, st.tuples(st.integers(0, 2), st.integers(0, 2)), st.booleans(), st.sampled_from("ma"))
def test_pooling(size, kernel, stride, padding, is_ceiling, sort) -> None:
    assume(all(2 * padding[i] <= kernel[i] and size[i] + 2 * padding[i] >= kernel[i] for i in (0, 1)))
    kind = nn.MaxPool2d if sort == "m" else nn.AvgPool2d
    layer = kind(kernel, stride, padding, ceil_mode=is_ceiling)
    node = check(layer, (3, *size))
    sizes = right_of(facts(layer, (3, *size))["Output size"])
    assert (sizes if len(sizes) == 2 else sizes * 2) == list(node.output_shape[1:])


@ANY
@given(sides, st.tuples(st.integers(1, 6), st.integers(1, 6)), st.sampled_from("ma"))
def test_adaptive_pooling(size, target, sort) -> None:
    layer = (nn.AdaptiveMaxPool2d if sort == "m" else nn.AdaptiveAvgPool2d)(target)
    assert check(layer, (3, *size)).output_shape == (3, *target)


@ANY
@given(st.integers(1, 9), st.integers(1, 9), st.booleans(), st.sampled_from([(), (5,), (2, 3)]))
def test_dense_layers(inputs, outputs, bias, places) -> None:
    layer = nn.Linear(inputs, outputs, bias)
    node = check(layer, (*places, inputs))
    told = facts(layer, (*places, inputs))
    assert right_of(told["Parameters"]) == [node.params]
    assert right_of(told["Multiply-adds"]) == [node.macs]


@ANY
@given(st.sampled_from([2, 4, 6, 12]), sides, st.booleans(), st.booleans())
def test_normalisation(channels, size, affine, tracks) -> None:
    shape = (channels, *size)
    for layer in (
        nn.BatchNorm2d(channels, affine=affine, track_running_stats=tracks),
        nn.GroupNorm(2, channels, affine=affine),
        nn.LayerNorm(shape[1:], elementwise_affine=affine, bias=tracks),
        nn.InstanceNorm2d(channels, affine=affine, track_running_stats=tracks),
    ):
        node, told = check(layer, shape), facts(layer, shape)
        for label, count in (("Parameters", node.params), ("Buffers", node.buffers)):
            assert (label in told) == bool(count)
            if count:
                assert right_of(told[label]) == [count]


class Attends(nn.Module):
    def __init__(self, width: int, heads: int, bias: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, heads, bias=bias, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.attention(x, x, x, need_weights=False)[0]


@settings(ANY, max_examples=15)
@given(st.sampled_from([(8, 2), (12, 3), (6, 1)]), st.integers(1, 9), st.booleans())
def test_attention(sort, places, bias) -> None:
    width, heads = sort
    model = Attends(width, heads, bias)
    graph = trace.trace(model, (places, width))
    node = graph.by_path["attention"]
    assert node.params == sum(parameter.numel() for parameter in model.parameters())
    assert node.macs == 4 * places * width * width + 2 * places * places * width
    told = {fact.label.en: fact.formula for fact in arithmetic.explain(graph, node)}
    for label, count in (("Parameters", node.params), ("Multiply-adds", node.macs)):
        assert "=" in told[label]
        assert right_of(told[label]) == [count]
    assert all(left == right for label, left, right in equations(graph, node) if not label.startswith("Activation"))


class First(nn.Module):
    """The first of several outputs of a layer."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x)[0]


@pytest.mark.parametrize(
    ("layer", "macs"),
    [
        (nn.LSTM(8, 16, 2, batch_first=True, bidirectional=True), 5 * 2 * (4 * 16 * (8 + 16) + 4 * 16 * (32 + 16))),
        (nn.LSTM(8, 16, batch_first=True, proj_size=4), 5 * (4 * 16 * (8 + 4) + 4 * 16)),
        (nn.GRU(8, 16, batch_first=True, bias=False), 5 * 3 * 16 * (8 + 16)),
        (nn.RNN(8, 16, batch_first=True), 5 * 16 * (8 + 16)),
    ],
)
@pytest.mark.parametrize("mode", ["eval", "train"])
def test_recurrent_layers_multiply_in_each_step(layer: nn.Module, macs: int, mode: str) -> None:
    node = trace.trace(First(layer), (5, 8), mode=mode).by_path["layer"]
    assert (node.macs, node.params) == (macs, sum(weight.numel() for weight in layer.parameters()))


class Contracts(nn.Module):
    def __init__(self, equation: str) -> None:
        super().__init__()
        self.equation, self.weight = equation, nn.Parameter(torch.ones(3, 5, 6))

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum(self.equation, x, self.weight)


@pytest.mark.parametrize(
    "equation",
    [
        *("bcij,cjk->bcik", "...ij,...jk->...ik", "...ij,...jk", "bcij,cjk"),
        *("bcij,cjk->bc", "bcij,cjk->bcijk", "b...j,cjk->bk"),
    ],
)
def test_contractions(equation: str) -> None:
    model = Contracts(equation)
    with FlopCounterMode(display=False) as counter:
        result = model(torch.ones(1, 3, 4, 5))
    node = trace.trace(model, (3, 4, 5)).by_path["einsum"]
    assert node.output_shape in (tuple(result.shape), tuple(result.shape[1:]))
    assert node.macs == counter.get_total_flops() // 2
