"""A network from its input to its output in a few parts, for what is told along the depth. No torch, no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.graph.model import Category
from explorer.graph.views import Detail, closed_around, open_blocks

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph

Target = tuple[str, int]

_FEW = 4  # stages; of a network with fewer, its blocks tell more


def parts(graph: LayerGraph) -> tuple[Target, ...]:
    """The stages of a graph in order of execution, or where there are few, its blocks; without the two ends.

    Every other node lies in exactly one of them.
    """
    for detail in (Detail.STAGES, Detail.BLOCKS):
        found = _shown(graph, open_blocks(graph, detail))
        if len(found) >= _FEW:
            break
    return found


def part_of(graph: LayerGraph, parts: tuple[Target, ...], target: Target) -> Target | None:
    """The one of `parts` that `target` lies in; None for a block that holds several, and for the ends."""
    kind, index = target
    if target in parts:
        return target
    block = graph.nodes[index].block if kind == "node" else index
    return next((("block", outer) for outer in graph.enclosing(block) if ("block", outer) in parts), None)


def _shown(graph: LayerGraph, opened: frozenset[int]) -> tuple[Target, ...]:
    closed = closed_around(graph, opened)
    found: dict[Target, None] = {}
    for node in graph.nodes:
        block = closed[node.block]
        if block >= 0:
            found["block", block] = None
        elif node.category not in (Category.INPUT, Category.OUTPUT):
            found["node", node.index] = None
    return tuple(found)
