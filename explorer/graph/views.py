"""Which blocks are open at each level of detail, and what stands for a node that is hidden in a closed block."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from explorer.graph.model import Block, LayerGraph

_CONTAINERS = frozenset({"Sequential", "ModuleList"})
_WEIGHTED = (Category.CONVOLUTION, Category.LINEAR)


class Detail(StrEnum):
    """How much of a graph is shown, from little to everything."""

    STAGES = "stages"
    BLOCKS = "blocks"
    LAYERS = "layers"
    OPERATIONS = "operations"


def open_blocks(graph: LayerGraph, detail: Detail) -> frozenset[int]:
    """The blocks to open, the model itself (0) among them.

    Stages: the parts of the model; where one container holds most of it, that one's parts.
    Blocks: chains of blocks are opened, and what is made of blocks of one class (a dense block, of dense layers); a
    block with branches or a skip edge is one box, with all that is in it, and so are others of its class. A model
    without such blocks shows its layers.
    Layers: everything but a convolution with what belongs to it (normalisation, activation) in a block of its own.
    Operations: everything.
    """
    return frozenset({0}) | frozenset(_CHOOSERS[detail](graph))


def closed_around(graph: LayerGraph, open_blocks: AbstractSet[int]) -> list[int]:
    """For each block the outermost closed one that it is or lies in, -1 where all are open."""
    found: list[int] = []
    for block in graph.blocks:  # a block comes after the one it is in
        outer = found[block.parent] if block.index else -1
        found.append(block.index if outer < 0 < block.index and block.index not in open_blocks else outer)
    return found


def _stages(graph: LayerGraph) -> set[int]:
    """Goes into the container that holds most of the model, as long as there is one with blocks in it."""
    opened: set[int] = set()
    current = 0
    while True:
        size = graph.blocks[current].last - graph.blocks[current].first
        inner = [
            index
            for index in graph.child_blocks[current]
            if graph.blocks[index].last - graph.blocks[index].first > 0.75 * size and graph.child_blocks[index]
        ]
        if not inner or inner[0] in graph.branching:
            return opened
        current = inner[0]
        opened.add(current)


def _blocks(graph: LayerGraph) -> set[int]:
    branching = {block.kind for block in graph.blocks[1:] if branches(graph, block)} - _CONTAINERS
    opened: set[int] = set()
    for block in graph.blocks[1:]:  # a block comes after the one it is in
        is_seen = block.parent == 0 or block.parent in opened
        is_chain = block.kind not in branching and not branches(graph, block) and _has_blocks(graph, block)
        if is_seen and (is_chain or _is_made_of_one_class(graph, block)):
            opened.add(block.index)
    return opened if opened or branching else _layers(graph)


def containers_in(graph: LayerGraph, block: int) -> frozenset[int]:
    """The plain containers directly in a block that is more than that, and those in them: they say nothing closed."""
    if graph.blocks[block].kind in _CONTAINERS:
        return frozenset()
    found, waiting = set(), list(graph.child_blocks[block])
    while waiting:
        child = waiting.pop()
        if graph.blocks[child].kind in _CONTAINERS:
            found.add(child)
            waiting.extend(graph.child_blocks[child])
    return frozenset(found)


def branches(graph: LayerGraph, block: Block) -> bool:
    """Whether its parts do not simply run one after the other, each reading only the one before."""
    return block.index in graph.branching


def _is_made_of_one_class(graph: LayerGraph, block: Block) -> bool:
    """Several blocks of one class with a name of its own, each more than one layer; the rest is little."""
    inner = [graph.blocks[child] for child in graph.child_blocks[block.index]]
    kinds = {child.kind for child in inner}
    return (
        len(inner) > 1
        and len(kinds) == 1
        and not kinds & _CONTAINERS
        and not any(_is_single_layer(graph, child) for child in inner)
        and sum(child.last - child.first for child in inner) > 0.75 * (block.last - block.first)
    )


def _layers(graph: LayerGraph) -> set[int]:
    return {block.index for block in graph.blocks[1:] if not _is_single_layer(graph, block)}


def _operations(graph: LayerGraph) -> set[int]:
    return {block.index for block in graph.blocks}


_CHOOSERS = {Detail.STAGES: _stages, Detail.BLOCKS: _blocks, Detail.LAYERS: _layers, Detail.OPERATIONS: _operations}


def _has_blocks(graph: LayerGraph, block: Block) -> bool:
    return any(not _is_single_layer(graph, graph.blocks[child]) for child in graph.child_blocks[block.index])


def _is_single_layer(graph: LayerGraph, block: Block) -> bool:
    """One weighted layer and what belongs to it, in a row."""
    if graph.child_blocks[block.index] or block.kind in ("Sequential",):
        return False
    inside = graph.nodes[block.first : block.last]
    return sum(node.category in _WEIGHTED for node in inside) == 1 and block.index not in graph.branching
