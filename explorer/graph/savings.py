"""What two small convolutions in a row save against the one that they stand for. No torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from explorer.graph import kinds
from explorer.graph.model import Category

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph, Node

_BETWEEN = (Category.NORMALISATION, Category.ACTIVATION)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two convolutions, and the direct one from the input of the first to the output of the second.

    Attributes:
        kernel: Of the direct convolution.
        is_separable: A convolution of each channel by itself and then a 1×1; else a 1×1 in front of a wide one.
        weights: Extents of the direct weight: output channels, input channels, kernel.
    """

    first: Node
    second: Node
    kernel: tuple[int, ...]
    is_separable: bool
    weights: tuple[int, ...]

    @property
    def params(self) -> int:
        """Weights of both, without biases."""
        return _weight_count(self.first) + _weight_count(self.second)

    @property
    def direct_params(self) -> int:
        return math.prod(self.weights)

    @property
    def macs(self) -> int:
        return self.first.macs + self.second.macs

    @property
    def direct_macs(self) -> int:
        return self.direct_params * math.prod(self.second.output_shape[1:])


def pair(graph: LayerGraph, first: Node) -> Pair | None:
    """The pair that begins with `first`: 1×1 and then K×K, or depthwise K×K and then 1×1; None where there is none."""
    second = _next(graph, first) if _is_plain(first) else None
    if second is None or not _is_plain(second) or not first.macs or not second.macs:
        return None
    kernels = _kernel(first), _kernel(second)
    is_pointwise = [
        set(kernel) == {1} and _groups(node) == 1 for kernel, node in zip(kernels, (first, second), strict=True)
    ]
    channels = cast("int", first.attributes["in_channels"])
    is_separable = _groups(first) == channels > 1 and is_pointwise[1] and not is_pointwise[0]
    is_reduced = is_pointwise[0] and not is_pointwise[1] and _groups(second) == 1 and _stride(first) == {1}
    if not is_separable and not is_reduced:
        return None
    kernel = kernels[0] if is_separable else kernels[1]
    outputs = cast("int", second.attributes["out_channels"])
    return Pair(first, second, kernel, is_separable, (outputs, channels, *kernel))


def _is_plain(node: Node) -> bool:
    is_convolution = node.category is Category.CONVOLUTION and "transpose" not in kinds.bare(node.kind)
    return is_convolution and {"in_channels", "out_channels", "kernel_size"} <= set(node.attributes)


def _next(graph: LayerGraph, node: Node) -> Node | None:
    """The convolution that alone reads the output, with at most normalisation and activation between."""
    while True:
        readers = set(graph.consumers[node.index])
        if len(readers) != 1:
            return None
        node = graph.nodes[readers.pop()]
        if node.category is Category.CONVOLUTION:
            return node
        if node.category not in _BETWEEN:
            return None


def _kernel(node: Node) -> tuple[int, ...]:
    kernel = node.attributes["kernel_size"]
    return kernel if isinstance(kernel, tuple) else (cast("int", kernel),) * 2


def _groups(node: Node) -> int:
    return cast("int", node.attributes.get("groups", 1))


def _stride(node: Node) -> set[int]:
    stride = node.attributes.get("stride", 1)
    return set(stride) if isinstance(stride, tuple) else {cast("int", stride)}


def _weight_count(node: Node) -> int:
    given = node.attributes
    outputs, inputs = cast("int", given["out_channels"]), cast("int", given["in_channels"])
    return outputs * inputs // _groups(node) * math.prod(_kernel(node))
