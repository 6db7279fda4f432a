"""Which layer of one graph corresponds to which of the other.

A weighted longest common subsequence over the orders of execution: layers pair up only within a category, the more
they agree the sooner; what gives a network its form, convolutions and poolings of one kind at one resolution, before
the normalisations and activations that stand around it in one order or another. A second and third pass favour pairs
whose inputs are paired already, so that branches and skips are matched as branches and skips. Last, layers that do the
same between paired layers are paired although the branches run in another order.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import numpy as np
from numpy.typing import NDArray

from explorer.graph import kinds
from explorer.graph.model import Category, LayerGraph, Node

PASSES = 3
_FORMING = (Category.CONVOLUTION, Category.LINEAR, Category.POOLING)  # what a network is told by
_EQUAL = 1.5  # what equal sizes add to it: two layers that agree come before three that come near
_ATTENDANT = 0.5  # how much a pair of other layers counts

Weights = NDArray[np.float32]


class Change(StrEnum):
    """How a layer relates to the other graph."""

    SAME = "same"  # kind, numbers and output shape agree
    CHANGED = "changed"
    ONLY_LEFT = "only left"
    ONLY_RIGHT = "only right"


@dataclass(frozen=True, slots=True)
class Pair:
    """Node indices on both sides; None where there is no counterpart."""

    left: int | None
    right: int | None
    change: Change


def align(left: LayerGraph, right: LayerGraph) -> tuple[Pair, ...]:
    """Every node of both graphs once: in the left order of execution, nodes of the right alone at their place.

    The same layers correspond whichever of the graphs is the left one.
    """
    if _rank(right) < _rank(left):
        matches, across = _correspondence(right, left)
        return _in_order(left, right, [(i, j) for j, i in matches], {i: j for j, i in across.items()})
    return _in_order(left, right, *_correspondence(left, right))


def _rank(graph: LayerGraph) -> tuple[int, list[tuple[object, ...]]]:
    """An order of graphs, so that ties are broken alike in both directions."""
    return len(graph.nodes), [(node.kind, node.output_shape, node.params) for node in graph.nodes]


def _correspondence(left: LayerGraph, right: LayerGraph) -> tuple[list[tuple[int, int]], dict[int, int]]:
    """Pairs that rise in both orders of execution, and those of layers that run in another order."""
    alike = _likeness(left, right)
    matches = best_matches(alike)
    for _ in range(PASSES - 1):
        bonus = _connected(left, right, dict(matches))
        matches = best_matches(np.where(alike > 0, alike + bonus, 0))
    return matches, _across(left, right, dict(matches))


def is_same(left: Node, right: Node) -> bool:
    """Both do the same with the same numbers and give outputs of the same shape."""
    return (
        kinds.bare(left.kind) == kinds.bare(right.kind)
        and left.output_shape == right.output_shape
        and left.params == right.params
        and _numbers(left) == _numbers(right)
        and len(left.inputs) == len(right.inputs)
    )


def _numbers(node: Node) -> tuple[object, ...]:
    names = ("kernel_size", "stride", "padding", "dilation", "groups")
    return tuple(_pair(node.attributes.get(name)) for name in names)


def _pair(value: object) -> object:
    return (value, value) if isinstance(value, int) and not isinstance(value, bool) else value


def _likeness(left: LayerGraph, right: LayerGraph) -> Weights:
    """For each pair of nodes how much they agree: 0 in different categories, else 1 and more."""
    columns = [_features(graph) for graph in (left, right)]
    category, kind, kernel, shape, reduction, depth, params = (
        (np.asarray(columns[0][i])[:, None], np.asarray(columns[1][i])[None, :]) for i in range(7)
    )
    is_forming = np.isin(category[0], list(map(str, _FORMING)))
    is_merge = category[0] == str(Category.MERGE)  # what joins branches tells most of the structure
    is_like = kind[0] == kind[1]
    weight = 1.0 + 1.0 * is_like + 0.5 * (kernel[0] == kernel[1]) + 1.0 * (shape[0] == shape[1])
    weight = weight + 0.5 * (1 - np.abs(depth[0] - depth[1])) + 0.5 * is_merge
    weight = weight + np.where(is_forming & is_like, 1.0, 0.5) * (reduction[0] == reduction[1])
    is_equal = is_like & (kernel[0] == kernel[1]) & (shape[0] == shape[1]) & (params[0] == params[1])
    weight = weight + _EQUAL * (is_forming & is_equal)
    weight = weight * np.where(is_forming | is_merge, 1.0, _ATTENDANT)
    return cast("Weights", np.where(category[0] == category[1], weight, 0).astype(np.float32))


def _features(graph: LayerGraph) -> tuple[list[object], ...]:
    """A column each: category, kind, kernel, output shape, halvings of the image, place in the order, parameters."""
    nodes = graph.nodes
    last = max(len(nodes) - 1, 1)
    side = graph.input_shape[-1]
    return (
        [str(node.category) for node in nodes],
        [kinds.bare(node.kind) for node in nodes],
        [str(_pair(node.attributes.get("kernel_size"))) for node in nodes],
        [str(node.output_shape) for node in nodes],
        [_halvings(side, node.output_shape[-1]) if len(node.output_shape) == 3 else -1 for node in nodes],
        [node.index / last for node in nodes],
        [node.params for node in nodes],
    )


def _halvings(before: int, after: int) -> int:
    """How often `before` is halved to come near `after`: maps of 54 and of 56 pixels are at one resolution."""
    return round(math.log2(max(before / max(after, 1), 1)))


def best_matches(weight: Weights) -> list[tuple[int, int]]:
    """Pairs (i, j), rising in both, with the largest sum of weights."""
    rows, columns = weight.shape
    best = np.zeros((rows + 1, columns + 1), np.float32)
    for i in range(rows):
        taken = np.maximum(best[i, 1:], best[i, :-1] + weight[i])
        best[i + 1, 1:] = np.maximum.accumulate(taken)  # leaving a node out costs nothing
    matches = []
    i, j = rows, columns
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            matches.append((i, j))
    return matches[::-1]


def _connected(left: LayerGraph, right: LayerGraph, match: dict[int, int]) -> Weights:
    """A bonus for pairs that read from nodes which are paired."""
    bonus = np.zeros((len(left.nodes), len(right.nodes)), np.float32)
    for node in left.nodes:
        for source in node.inputs:
            if source in match:
                for reader in right.consumers[match[source]]:
                    bonus[node.index, reader] += 0.75
    return bonus


def _across(left: LayerGraph, right: LayerGraph, match: dict[int, int]) -> dict[int, int]:
    """Left node -> right node for those of equal kind and shapes that feed paired nodes, in whatever order they run."""
    free = {node.index for node in right.nodes} - set(match.values())
    before = _ancestors(left), _ancestors(right)
    found: dict[int, int] = {}
    for node in left.nodes:
        if node.index in match:
            continue
        readers = (match[reader] for reader in left.consumers[node.index] if reader in match)
        feeders = (source for reader in readers for source in right.nodes[reader].inputs)
        for other in feeders:
            is_alike = other in free and _is_alike(node, right.nodes[other])
            if is_alike and _is_in_flow((node.index, other), {**match, **found}, before):
                found[node.index] = other
                free.remove(other)
                break
    return found


def _ancestors(graph: LayerGraph) -> list[int]:
    """For each node what it depends on, a bit for each index."""
    found: list[int] = []
    for node in graph.nodes:
        bits = 0
        for source in node.inputs:
            bits |= found[source] | 1 << source
        found.append(bits)
    return found


def _is_in_flow(pair: tuple[int, int], match: dict[int, int], before: tuple[list[int], list[int]]) -> bool:
    """Whether nothing that comes before one of the pair corresponds to what comes behind the other."""
    (node, other), (ours, theirs) = pair, before
    return not any(
        (ours[node] >> here & 1 and theirs[there] >> other & 1)
        or (ours[here] >> node & 1 and theirs[other] >> there & 1)
        for here, there in match.items()
    )


def _is_alike(left: Node, right: Node) -> bool:
    return kinds.bare(left.kind) == kinds.bare(right.kind) and left.output_shape == right.output_shape


def _in_order(
    left: LayerGraph, right: LayerGraph, matches: list[tuple[int, int]], across: dict[int, int]
) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    taken = set(across.values())
    i = j = 0
    for left_match, right_match in [*matches, (len(left.nodes), len(right.nodes))]:
        pairs += [_pair_of(left, right, index, across.get(index)) for index in range(i, left_match)]
        pairs += [Pair(None, index, Change.ONLY_RIGHT) for index in range(j, right_match) if index not in taken]
        if left_match < len(left.nodes):
            pairs.append(_pair_of(left, right, left_match, right_match))
        i, j = left_match + 1, right_match + 1
    return tuple(pairs)


def _pair_of(left: LayerGraph, right: LayerGraph, index: int, other: int | None) -> Pair:
    if other is None:
        return Pair(index, None, Change.ONLY_LEFT)
    same = is_same(left.nodes[index], right.nodes[other])
    return Pair(index, other, Change.SAME if same else Change.CHANGED)
