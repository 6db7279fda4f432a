"""How one number of a layer's output comes about: worked out again from the layer's inputs and weights. No torch.

What is told is checked: where the sum does not come to the value that the network gave, nothing is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from explorer.graph import kinds
from explorer.inspection import formulas, tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from explorer.bilingual import Text
    from explorer.graph.model import LayerGraph, Node
    from explorer.inspection.insight import Array, Insight

Unit = tuple[int, int, int]  # map, row and column, as `tiles.as_maps` has them

_SHOWN = 5  # addends that are told one by one, the largest; the others together
_TOLERANCE = 2e-3  # relative to the largest addend: low precision and another order of adding


@dataclass(frozen=True, slots=True)
class Line:
    """One number that goes into the result."""

    words: Text
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """What the unit reads of its input.

    Attributes:
        channels: Numbers of the input's maps, (C,), the one that adds most first.
        values: (C, kH, kW); NaN beyond the border, which counts as zero or not at all.
        weights: What they are multiplied by, (C, kH, kW); None where nothing is.
        shares: What each channel adds, (C,).
    """

    channels: tiles.Indices
    values: Array
    weights: Array | None
    shares: Array


@dataclass(frozen=True, slots=True, eq=False)
class Reckoning:
    """How the value `shown` by the network comes about; `value` is what comes out here.

    Attributes:
        rule: What the layer does, in a sentence.
        lines: The numbers that it does it with, in order.
    """

    rule: Text
    lines: tuple[Line, ...]
    value: float
    shown: float
    window: Window | None = None


def reckon(graph: LayerGraph, node: Node, insight: Insight, unit: Unit) -> Reckoning | None:
    """How the value at `unit` of the output of `node` comes about; None where that is not known here."""
    output = insight.activations.get(node.path)
    sources = [insight.activations.get(graph.nodes[index].path) for index in node.inputs]
    rule = _rule_of(node)
    if output is None or rule is None or not sources or any(source is None for source in sources):
        return None
    shown = float(tiles.as_maps(output)[unit])
    case = _Case(graph, node, insight, cast("list[Array]", sources), output, unit, shown)
    found = rule(case)
    return found if found is not None and _agrees(found) else None


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    graph: LayerGraph
    node: Node
    insight: Insight
    sources: list[Array]
    output: Array
    unit: Unit
    shown: float

    def filters(self) -> Array | None:
        return self.insight.filters.get(_module(self.node))

    def vector(self, *names: str) -> Array | None:
        """The first of the layer's vectors that is called so."""
        vectors = self.insight.vectors.get(_module(self.node), {})
        return next((vectors[name] for name in names if name in vectors), None)

    def pair(self, name: str, default: int) -> tuple[int, int]:
        value = self.node.attributes.get(name, default)
        if isinstance(value, tuple):
            return int(value[0]), int(value[-1])
        return (value, value) if isinstance(value, int) else (default, default)

    def told(self, rule: Text, lines: Sequence[Line], value: float, window: Window | None = None) -> Reckoning:
        return Reckoning(rule, tuple(lines), value, self.shown, window)


def _module(node: Node) -> str:
    """The path of the module, whose weights serve each of its calls."""
    return node.path.split("#", maxsplit=1)[0]


def _agrees(found: Reckoning) -> bool:
    if not (math.isfinite(found.value) and math.isfinite(found.shown)):
        return False
    scale = max([abs(found.shown), *(abs(line.value) for line in found.lines if math.isfinite(line.value))], default=0)
    return abs(found.value - found.shown) <= _TOLERANCE * max(scale, 1e-6)


def _rule_of(node: Node) -> Callable[[_Case], Reckoning | None] | None:
    name = kinds.bare(node.kind)
    if name in formulas.ACTIVATIONS:
        return _activation
    if "batchnorm" in name:
        return _batch_norm
    return _RULES.get(name)


# -- windows ------------------------------------------------------------------------------------------------------


def _read(case: _Case, channels: slice) -> Array:
    """The window (C, kH, kW) of the unit in the input's maps, NaN beyond the border."""
    kernel, stride, dilation = case.pair("kernel_size", 1), case.pair("stride", 1), case.pair("dilation", 1)
    padding = case.pair("padding", 0)
    if case.node.attributes.get("padding") == "same":
        padding = (dilation[0] * (kernel[0] - 1) // 2, dilation[1] * (kernel[1] - 1) // 2)
    return _cut(case.sources[0][channels], case.unit, kernel, stride, padding, dilation)


def _cut(
    maps: Array,
    unit: Unit,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
) -> Array:
    rows, columns = (
        unit[axis + 1] * stride[axis] - padding[axis] + dilation[axis] * np.arange(kernel[axis]) for axis in (0, 1)
    )
    height, width = maps.shape[1:]
    is_in = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))[None, :]
    found = maps[:, rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)[None, :]]
    return np.where(is_in, found, np.float32(np.nan)).astype(np.float32)


def _convolution(case: _Case) -> Reckoning | None:
    weights, source = case.filters(), case.sources[0]
    if weights is None or weights.ndim != 4 or source.ndim != 3 or "transpose" in kinds.bare(case.node.kind):
        return None
    kernel = weights[case.unit[0]]
    groups = max(source.shape[0] // kernel.shape[0], 1)
    first = case.unit[0] // max(len(weights) // groups, 1) * len(kernel)
    values = _read(case, slice(first, first + len(kernel)))
    if values.shape != kernel.shape:
        return None
    shares = np.nansum(values.astype(np.float64) * kernel, axis=(1, 2))
    order = np.argsort(-np.abs(shares), kind="stable")
    bias = case.vector("bias")
    lines = _addends(shares, order, first, formulas.input_map, formulas.other_maps)
    total = float(shares.sum())
    if bias is not None:
        lines.append(Line(formulas.BIAS, float(bias[case.unit[0]])))
        total += float(bias[case.unit[0]])
    window = Window(order + first, values[order], kernel[order], shares[order].astype(np.float32))
    return case.told(formulas.convolution(len(kernel), has_bias=bias is not None), lines, total, window)


def _linear(case: _Case) -> Reckoning | None:
    weights, source = case.filters(), case.sources[0]
    if weights is None or weights.ndim != 2 or source.ndim != 1 or source.size != weights.shape[1]:
        return None
    shares = source.astype(np.float64) * weights[case.unit[0]]
    order = np.argsort(-np.abs(shares), kind="stable")
    bias = case.vector("bias")
    lines = [
        Line(formulas.product(int(k), float(source[k]), float(weights[case.unit[0], k])), float(shares[k]))
        for k in order[:_SHOWN]
    ]
    rest = order[_SHOWN:]
    if rest.size:
        lines.append(Line(formulas.other_products(rest.size), float(shares[rest].sum())))
    total = float(shares.sum())
    if bias is not None:
        lines.append(Line(formulas.BIAS, float(bias[case.unit[0]])))
        total += float(bias[case.unit[0]])
    return case.told(formulas.linear(source.size, has_bias=bias is not None), lines, total)


def _addends(
    shares: tiles.Floats,
    order: tiles.Indices,
    first: int,
    one: Callable[[int], Text],
    others: Callable[[int], Text],
) -> list[Line]:
    lines = [Line(one(int(k) + first), float(shares[k])) for k in order[:_SHOWN]]
    rest = order[_SHOWN:]
    return [*lines, Line(others(rest.size), float(shares[rest].sum()))] if rest.size else lines


def _max_pool(case: _Case) -> Reckoning | None:
    values = _pooled(case)
    if values is None or np.isnan(values).all():
        return None
    value = float(np.nanmax(values))
    return case.told(formulas.MAX_POOL, [], value, _one_channel(case, values))


def _average_pool(case: _Case) -> Reckoning | None:
    values = _pooled(case)
    if values is None:
        return None
    inside = int(np.isfinite(values).sum())
    with_border = bool(case.node.attributes.get("count_include_pad", False))
    count = values.size if with_border else inside
    total = float(np.nansum(values.astype(np.float64)))
    lines = [Line(formulas.SUM, total), Line(formulas.COUNT, float(count))]
    return case.told(formulas.AVERAGE_POOL, lines, total / max(count, 1), _one_channel(case, values))


def _pooled(case: _Case) -> Array | None:
    """The window of a pooling unit, (1, kH, kW)."""
    source, channel = case.sources[0], case.unit[0]
    if source.ndim != 3:
        return None
    if case.output.ndim != 3 or (case.output.shape[1:] == (1, 1) and "kernel_size" not in case.node.attributes):
        return source[channel][None] if source.shape[0] > channel else None
    one = slice(channel, channel + 1)
    if "adaptive" not in kinds.bare(case.node.kind):
        return _read(case, one)
    ends = [_adaptive(case.unit[axis + 1], source.shape[axis + 1], case.output.shape[axis + 1]) for axis in (0, 1)]
    return source[one, ends[0][0] : ends[0][1], ends[1][0] : ends[1][1]]


def _adaptive(place: int, before: int, after: int) -> tuple[int, int]:
    return place * before // after, -((-(place + 1) * before) // after)


def _one_channel(case: _Case, values: Array) -> Window:
    return Window(np.array([case.unit[0]]), values, None, np.array([case.shown], dtype=np.float32))


# -- place by place -----------------------------------------------------------------------------------------------


def _here(case: _Case, source: Array) -> float | None:
    """The value of `source` at the unit's place; one value a channel counts for all places."""
    maps = tiles.as_maps(source)
    if source.ndim != case.output.ndim:
        return None
    row, column = (0 if maps.shape[axis] == 1 else case.unit[axis] for axis in (1, 2))
    channel = 0 if len(maps) == 1 else case.unit[0]
    is_there = channel < len(maps) and row < maps.shape[1] and column < maps.shape[2]
    return float(maps[channel, row, column]) if is_there else None


def _activation(case: _Case) -> Reckoning | None:
    before = _here(case, case.sources[0])
    if before is None:
        return None
    formula = formulas.ACTIVATIONS[kinds.bare(case.node.kind)]
    value = formula.compute(before, case.node.attributes)
    return case.told(formula.rule, [Line(formulas.BEFORE, before)], value)


def _batch_norm(case: _Case) -> Reckoning | None:
    before, channel = _here(case, case.sources[0]), case.unit[0]
    mean = case.vector("running_mean", "moving_mean")
    variance = case.vector("running_var", "moving_var")
    if before is None or mean is None or variance is None or channel >= len(mean):
        return None
    scale, shift = case.vector("weight", "gamma"), case.vector("bias", "beta")
    epsilon = case.node.attributes.get("eps", 1e-5)
    numbers = {
        formulas.BEFORE: before,
        formulas.MEAN: float(mean[channel]),
        formulas.VARIANCE: float(variance[channel]),
        formulas.SCALE: 1.0 if scale is None else float(scale[channel]),
        formulas.SHIFT: 0.0 if shift is None else float(shift[channel]),
    }
    x, mu, var, gamma, beta = numbers.values()
    value = (x - mu) / math.sqrt(var + float(cast("float", epsilon))) * gamma + beta
    return case.told(formulas.BATCH_NORM, [Line(words, number) for words, number in numbers.items()], value)


def _sum(case: _Case) -> Reckoning | None:
    return _combined(case, formulas.ADD, math.fsum)


def _product(case: _Case) -> Reckoning | None:
    return _combined(case, formulas.MULTIPLY, math.prod)


def _combined(case: _Case, rule: Text, combine: Callable[[Sequence[float]], float]) -> Reckoning | None:
    values = [_here(case, source) for source in case.sources]
    if len(values) < 2 or any(value is None for value in values):
        return None
    numbers = cast("list[float]", values)
    paths = [case.graph.nodes[index].path for index in case.node.inputs]
    lines = [Line(formulas.of(path), number) for path, number in zip(paths, numbers, strict=True)]
    return case.told(rule, lines, combine(numbers))


def _concatenation(case: _Case) -> Reckoning | None:
    channel = case.unit[0]
    for index, source in zip(case.node.inputs, case.sources, strict=True):
        maps = tiles.as_maps(source)
        if channel < len(maps):
            value = float(maps[channel, case.unit[1], case.unit[2]]) if maps.shape[1:] == _size(case) else math.nan
            return case.told(formulas.concatenate(channel, case.graph.nodes[index].path), [], value)
        channel -= len(maps)
    return None


def _size(case: _Case) -> tuple[int, ...]:
    return tiles.as_maps(case.output).shape[1:]


def _unchanged(case: _Case) -> Reckoning | None:
    """The same numbers in another shape, or nothing at all, when predicting."""
    source, place = case.sources[0], case.unit
    if source.size != case.output.size:
        return None
    flat = int(np.ravel_multi_index(place, tiles.as_maps(case.output).shape))
    at = np.unravel_index(flat, tiles.as_maps(source).shape)
    value = float(source.ravel()[flat])
    rule = formulas.SAME if source.shape == case.output.shape else formulas.moved(*(int(k) for k in at))
    return case.told(rule, [], value)


_RULES: Mapping[str, Callable[[_Case], Reckoning | None]] = {
    "conv2d": _convolution,
    "linear": _linear,
    "maxpool2d": _max_pool,
    "adaptivemaxpool2d": _max_pool,
    "avgpool2d": _average_pool,
    "adaptiveavgpool2d": _average_pool,
    "mean": _average_pool,
    "add": _sum,
    "mul": _product,
    "cat": _concatenation,
    "concat": _concatenation,
    **dict.fromkeys(("flatten", "view", "reshape", "dropout", "identity", "stochasticdepth", "output"), _unchanged),
}
