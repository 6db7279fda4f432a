"""What a figure shows of a graph: its layers in order, and the blocks with branches or skip edges as one part each.

Normalisation, activation and dropout belong to the layer that they follow; what only changes the form of the numbers
(flatten, permute) is left out, and whoever reads it reads what was before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.graph import kinds, views
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from explorer.graph.model import Block, LayerGraph, Node

ENTRY = -1  # where the edges of a block come from
_CONTAINERS = frozenset({"Sequential", "ModuleList"})
_MOST_OF_IT = 0.6  # a block with more of the nodes than this is the model under another name
_FINISHING = (Category.NORMALISATION, Category.ACTIVATION)
_FINISHED = (Category.CONVOLUTION, Category.LINEAR, Category.POOLING)
_WITHOUT_WORD = frozenset(
    {
        "flatten", "view", "reshape", "permute", "transpose", "contiguous", "getitem", "dropout", "identity", "squeeze",
        "unsqueeze", "stochasticdepth", "expand", "clone", "detach", "output", "alphadropout", "to",
    }
)  # fmt: skip


@dataclass(slots=True)
class Part:
    """A layer with what finishes it (`finish`: normalisation, activation), or a closed block.

    Attributes:
        target: `("node", index)` or `("block", index)`.
        tip: The node whose output it hands on.
    """

    target: tuple[str, int]
    tip: int
    finish: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Course:
    """Parts in order of execution, and the edges between them: places in `parts`, `ENTRY`, and `exit`."""

    parts: tuple[Part, ...]
    edges: frozenset[tuple[int, int]]

    @property
    def exit(self) -> int:
        return len(self.parts)


def units(graph: LayerGraph) -> frozenset[int]:
    """The blocks that are one part of the whole: those with branches inside, and others of their class."""
    branching = {block.kind for block in graph.blocks[1:] if views.branches(graph, block)} - _CONTAINERS
    found: set[int] = set()
    opened = {0}
    for block in graph.blocks[1:]:
        if block.parent not in opened:
            continue
        if block.kind in branching and not _is_model(graph, block, branching):
            found.add(block.index)
        else:
            opened.add(block.index)
    return frozenset(found)


def _is_model(graph: LayerGraph, block: Block, branching: AbstractSet[str]) -> bool:
    is_most = block.last - block.first > _MOST_OF_IT * len(graph.nodes)
    return is_most and any(graph.blocks[child].kind in branching for child in _within(graph, block.index))


def _within(graph: LayerGraph, block: int) -> Iterator[int]:
    for child in graph.child_blocks[block]:
        yield child
        yield from _within(graph, child)


def course(graph: LayerGraph, block: int, closed: AbstractSet[int]) -> Course:
    """What runs in `block` (0: the whole model), with the blocks `closed` as one part each."""
    first, last = graph.blocks[block].first, graph.blocks[block].last
    starts = {graph.blocks[index].first: graph.blocks[index].last for index in closed}
    names = {graph.blocks[index].first: index for index in closed}
    parts: list[Part] = []
    owners: dict[int, int] = {}
    index = first
    while index < last:
        if index in starts:
            owners.update(dict.fromkeys(range(index, starts[index]), len(parts)))
            parts.append(Part(("block", names[index]), starts[index] - 1))
            index = starts[index]
            continue
        node = graph.nodes[index]
        before = owners.get(node.inputs[0], ENTRY) if node.inputs else ENTRY
        part = parts[before] if before >= 0 else None
        follows = part is not None and node.inputs == (part.tip,) and graph.consumers[part.tip] == (index,)
        if _is_silent(node):
            owners[index] = before
            if part is not None and follows:
                part.tip = index
        elif part is not None and follows and _finishes(graph, part, node):
            owners[index] = before
            part.finish.append(index)
            part.tip = index
        else:
            owners[index] = len(parts)
            parts.append(Part(("node", index), index))
        index += 1
    return Course(tuple(parts), frozenset(_edges(graph, first, last, owners, len(parts))))


def _edges(
    graph: LayerGraph, first: int, last: int, owners: dict[int, int], exit_place: int
) -> Iterator[tuple[int, int]]:
    for index in range(first, last):
        own = owners[index]
        for source in graph.nodes[index].inputs:
            other = owners.get(source, ENTRY)
            if other != own and own >= 0:
                yield other, own
        if any(reader >= last for reader in graph.consumers[index]):
            yield own, exit_place


def _is_silent(node: Node) -> bool:
    name = kinds.bare(node.kind)
    name = name[:-2] if name.endswith(("1d", "2d", "3d")) else name
    return len(set(node.inputs)) == 1 and name in _WITHOUT_WORD


def _finishes(graph: LayerGraph, part: Part, node: Node) -> bool:
    """Whether `node`, the only reader of `part`, only finishes what that computes."""
    if part.target[0] != "node" or node.category not in _FINISHING:
        return False
    head = graph.nodes[part.target[1]]
    return head.category in _FINISHED or (
        head.category is Category.NORMALISATION and node.category is Category.ACTIVATION
    )
