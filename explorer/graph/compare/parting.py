"""Parts a graph into stages: what runs at one resolution belongs together, and behind the last map is the head."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.graph import labels
from explorer.graph.compare.totals import layers, map_size
from explorer.graph.model import Category, LayerGraph, Node

WEIGHTED = (Category.CONVOLUTION, Category.LINEAR, Category.NORMALISATION)


@dataclass(frozen=True, slots=True)
class Parted:
    """Layers that belong together; the head ends in the scores of the classes."""

    nodes: tuple[Node, ...]
    sizes: str
    is_head: bool = False


def split(graph: LayerGraph) -> list[Parted]:
    """The layers in order, parted where the resolution halves, or grows, and behind the last map.

    A branch that starts from before the halving belongs to the part of the branches beside it.
    """
    nodes = layers(graph)
    last_map = max((node.index for node in nodes if _is_map(graph, node)), default=-1)
    seen: dict[int, int] = {}  # the resolution on the way to a node
    body: list[list[Node]] = []
    reached = 0
    for node in nodes:
        if node.index > last_map:
            break
        before = max((seen.get(source, 0) for source in node.inputs), default=0)
        reduction = _reduction(graph, node) or before or reached
        seen[node.index] = reduction
        is_beside = reduction < reached and before < reached
        if not body or (reduction != reached and not is_beside):
            body.append([])
            reached = reduction
        body[-1].append(node)
    return _merged(graph, body, [node for node in nodes if node.index > last_map])


def _reduction(graph: LayerGraph, node: Node) -> int:
    """Image side over map side, as a power of two; 0 where there is no map."""
    size = map_size(node, graph.input_shape)
    return 0 if size is None else max(1, 2 ** round(math.log2(max(graph.input_shape[-1] / size[-1], 1))))


def _merged(graph: LayerGraph, body: list[list[Node]], head: list[Node]) -> list[Parted]:
    """Without parts that have no weights: a pooling belongs to what follows, the last one to what is before it."""
    kept: list[list[Node]] = []
    waiting: list[Node] = []
    for part in body:
        waiting = [*waiting, *part]
        if _has_weights(part):
            kept.append(waiting)
            waiting = []
    if not kept:
        kept, waiting = [waiting] if waiting else [], []
    else:
        kept[-1] += waiting
    if head and kept and not _has_weights(head):
        kept[-1] += head
    elif head:
        kept.append(head)
    return [Parted(tuple(nodes), _sizes(graph, nodes), bool(head) and nodes is kept[-1]) for nodes in kept]


def _has_weights(nodes: Sequence[Node]) -> bool:
    return any(node.category in WEIGHTED for node in nodes)


def _is_map(graph: LayerGraph, node: Node) -> bool:
    """Also the tokens of a transformer."""
    return map_size(node, graph.input_shape) is not None or len(node.output_shape) == 2


def _sizes(graph: LayerGraph, nodes: Sequence[Node]) -> str:
    maps = (map_size(node, graph.input_shape) for node in nodes)
    return next((labels.shape(size) for size in maps if size is not None), "")
