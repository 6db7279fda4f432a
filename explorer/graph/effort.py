"""How much there is to compute in training on one image: less where a part of the network is frozen. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.graph.model import LayerGraph, Node


def training_macs(graph: LayerGraph, frozen: Sequence[str] = ()) -> int:
    """Multiply-adds of one image forwards and backwards, with the weights below the paths `frozen` left as they are.

    For each layer, of the m multiply-adds that it takes forwards: m + w m + i m. The gradient of its weights (w = 1
    where they learn) and that of its input (i = 1 where something before it learns; for the first layers it is 0, as
    nobody asks for the gradient of the image) are products of the same size as the forward one (Kaplan et al. 2020,
    section 2.1). A product of two activations has no weights; the gradient of each of the two that something learns
    before takes m, in attention, with two products in a row, 2 m together.

    Weights of functions that are frozen by their own names are taken to learn, as a graph does not name them.
    """
    learning: list[bool] = []  # whether something at or before each node learns
    with_weights = {node.path for node in graph.nodes if node.params}
    total = 0
    for node in graph.nodes:
        path = node.path.partition("#")[0]  # of the first call, which counts the weights of a shared layer
        before = [learning[source] for source in node.inputs]
        weight, bias = _free(node, path, frozen) if path in with_weights else (None, False)
        if node.macs:
            total += node.macs * (1 + _backward(node, before, weight))
        learning.append(bool(weight) or bias or any(before))
    return total


def _free(node: Node, path: str, frozen: Sequence[str]) -> tuple[bool, bool]:
    """Whether the weight of a layer learns, and whether its bias does."""
    is_free = not any(path == place or path.startswith(f"{place}.") for place in frozen)
    has_bias = bool(node.attributes.get("bias", True))
    return is_free and f"{path}.weight" not in frozen, is_free and has_bias and f"{path}.bias" not in frozen


def _backward(node: Node, before: Sequence[bool], weight: bool | None) -> int:
    """Products of the size of the forward one that are computed backwards; `weight` is None where there is none."""
    if weight is not None:
        return weight + any(before)
    if "attention" in node.kind.lower():
        return 2 * any(before)
    return sum(before[:2])
