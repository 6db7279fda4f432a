"""The graph as one view shows it: open blocks as nested groups of boxes, with the edges in each group.

A group holds what runs in one open block. Its edges are those between two of its boxes; what comes from outside and
what goes out is kept apart, because it is drawn to the ports of the block's frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from explorer.graph.model import LayerGraph

ENTRY = 0  # place of a group's upper port among its items; the lower port comes last

_JOINED = (Category.NORMALISATION, Category.ACTIVATION)
_JOINED_RESHAPES = frozenset({"Dropout", "Dropout2d", "dropout", "Identity", "StochasticDepth", "contiguous"})
_WEIGHTED = (Category.CONVOLUTION, Category.LINEAR)
_TAKES_OTHERS = (Category.CONVOLUTION, Category.LINEAR, Category.MERGE, Category.POOLING, Category.NORMALISATION)


@dataclass(slots=True)
class Link:
    """The edges of the graph that are one edge of the view: which outputs it carries, and who reads them.

    `label` is the shape that is written beside it, once it has been looked up.
    """

    sources: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    label: str | None = None

    def add(self, source: int, target: int) -> None:
        """Notes another edge; edges come in the order of their targets."""
        if source not in self.sources:
            self.sources.append(source)
        if self.targets[-1] != target:
            self.targets.append(target)


@dataclass(slots=True)
class Item:
    """One box, or one open block (`group`); nodes `first` to `last - 1`.

    Attributes:
        repeat: How many equal blocks in a row it stands for.
        joined: Nodes that are shown in the box of the one that they follow.
    """

    target: tuple[str, int]
    first: int
    last: int
    group: Group | None = None
    repeat: int = 1
    joined: tuple[int, ...] = ()


@dataclass(slots=True)
class Group:
    """What is seen of one open block; items are numbered from 1, `ENTRY` and `exit` are the ports of its frame."""

    block: int
    parent: Group | None
    place: int  # among the items of the parent
    depth: int
    items: list[Item] = field(default_factory=list)
    links: dict[tuple[int, int], Link] = field(default_factory=dict)
    readers: list[list[int]] = field(default_factory=list)

    @property
    def exit(self) -> int:
        return len(self.items) + 1

    def link(self, source_item: int, target_item: int, source: int, target: int) -> None:
        key = (source_item, target_item)
        link = self.links.get(key)
        if link is None:
            self.links[key] = Link([source], [target])
            self.readers[source_item].append(target_item)
        else:
            link.add(source, target)


def build(graph: LayerGraph, open_blocks: AbstractSet[int], *, fold_repeats: bool, join_layers: bool) -> Group:
    """The view of `graph` with some blocks open; the model itself always is."""
    owners: list[tuple[Group, int]] = []
    root = _group(graph, open_blocks, 0, None, 0, owners, fold_repeats, join_layers)
    for node in graph.nodes:
        lower = owners[node.index]
        for source in node.inputs:
            upper = owners[source]
            if upper[0] is not lower[0]:
                _add_edge(upper, lower, source, node.index)
            elif upper[1] != lower[1]:
                upper[0].link(upper[1], lower[1], source, node.index)
    return root


def _group(
    graph: LayerGraph,
    open_blocks: AbstractSet[int],
    index: int,
    parent: Group | None,
    place: int,
    owners: list[tuple[Group, int]],
    fold_repeats: bool,
    join_layers: bool,
) -> Group:
    group = Group(index, parent, place, 0 if parent is None else parent.depth + 1)
    block = graph.blocks[index]
    children = {graph.blocks[child].first: child for child in reversed(graph.child_blocks[index])}
    node = block.first
    while node < block.last:
        child = children.get(node, -1)
        number = len(group.items) + 1
        if child < 0:
            if join_layers and _joins(graph, group, node):
                item = group.items[-1]
                item.last, item.joined, number = node + 1, (*item.joined, node), number - 1
            else:
                group.items.append(Item(("node", node), node, node + 1))
            owners.append((group, number))
            node += 1
            continue
        last = graph.blocks[child].last
        if child in open_blocks:
            item = Item(("block", child), node, last)
            group.items.append(item)
            item.group = _group(graph, open_blocks, child, group, number, owners, fold_repeats, join_layers)
        else:
            if fold_repeats and _repeats(graph, group, child):
                item = group.items[-1]
                item.last, item.repeat, number = last, item.repeat + 1, number - 1
            else:
                group.items.append(Item(("block", child), node, last))
            owners.extend([(group, number)] * (last - node))
        node = last
    group.readers = [[] for _ in range(group.exit + 1)]
    return group


def _joins(graph: LayerGraph, group: Group, index: int) -> bool:
    """Whether a layer is shown in the box before it: an activation or the like of what no one else reads."""
    node = graph.nodes[index]
    if not group.items or len(set(node.inputs)) != 1 or node.inputs[0] != index - 1:
        return False
    if node.category not in _JOINED and node.kind not in _JOINED_RESHAPES:
        return False
    item = group.items[-1]
    if item.target[0] != "node" or graph.consumers[index - 1] != (index,):
        return False
    head = graph.nodes[item.target[1]]
    if node.category is Category.NORMALISATION:  # after a merge it prepares the next layer
        return head.category in _WEIGHTED
    return head.category in _TAKES_OTHERS


def _repeats(graph: LayerGraph, group: Group, child: int) -> bool:
    """Whether a closed block does the same as the one before and reads that one alone."""
    if not group.items:
        return False
    item, block = group.items[-1], graph.blocks[child]
    if item.group is not None or item.target[0] != "block" or item.last != block.first:
        return False
    if graph.blocks[item.target[1]].structure != block.structure:
        return False
    before = item.last - (block.last - block.first)  # where the one before starts
    reads_it_alone = all(source >= before for node in graph.nodes[block.first : block.last] for source in node.inputs)
    return reads_it_alone and all(
        reader < block.last for node in graph.nodes[before : block.first] for reader in graph.consumers[node.index]
    )


def _add_edge(upper: tuple[Group, int], lower: tuple[Group, int], source: int, target: int) -> None:
    """Notes an edge in the innermost group that holds both ends, and at the ports of the frames that it crosses."""
    group, item = upper
    other, other_item = lower
    while group is not other:
        if group.depth >= other.depth:
            parent = group.parent
            assert parent is not None
            group.link(item, group.exit, source, target)
            group, item = parent, group.place
        else:
            parent = other.parent
            assert parent is not None
            other.link(ENTRY, other_item, source, target)
            other, other_item = parent, other.place
    if item != other_item:
        group.link(item, other_item, source, target)
