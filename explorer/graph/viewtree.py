"""The graph as one view shows it: open blocks as nested groups of boxes, with the edges in each group.

A group holds what runs in one open block. Its edges are those between two of its boxes; what comes from outside and
what goes out is kept apart, because it is drawn to the ports of the block's frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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

    sources: list[int]
    targets: list[int]
    label: str | None = None


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
    """What is seen of one open block; items are numbered from 1, `ENTRY` and `exit` are the ports of its frame.

    The model itself has `depth` 0. Views share the groups in which they do not differ: none changes once it is built.

    Attributes:
        readers: For each item and each port those that read it, in order of execution, with the edges to each.
    """

    block: int
    depth: int
    items: list[Item] = field(default_factory=list)
    readers: list[dict[int, Link]] = field(default_factory=list)

    @property
    def exit(self) -> int:
        return len(self.items) + 1

    def outside(self) -> Iterator[tuple[int, Link]]:
        """The edges through the ports: those that come in with the number of their reader, those that go out with 0."""
        exit_ = self.exit
        yield from self.readers[ENTRY].items()
        for readers in self.readers[1:]:
            if exit_ in readers:
                yield 0, readers[exit_]

    def link(self, source_item: int, target_item: int, source: int, target: int) -> None:
        """Notes an edge between two items; edges come in the order of their targets."""
        readers = self.readers[source_item]
        link = readers.get(target_item)
        if link is None:
            readers[target_item] = Link([source], [target])
            return
        if source not in link.sources:
            link.sources.append(source)
        if link.targets[-1] != target:
            link.targets.append(target)


def build(graph: LayerGraph, open_blocks: AbstractSet[int], *, fold_repeats: bool, join_layers: bool) -> Group:
    """The view of `graph` with some blocks open; the model itself always is."""
    builder = _Builder(graph, open_blocks, fold_repeats, join_layers)
    root = builder.group(0, 0)
    builder.add_edges(0, len(graph.nodes))
    return root


def rebuilt(graph: LayerGraph, root: Group, block: int, open_blocks: AbstractSet[int], *, join_layers: bool) -> Group:
    """The view as `build` gives it without folds, made from `root`, which differs in `block` and in what is in it.

    Only the groups around the block are new, and those in it.
    """
    path: list[tuple[Group, int]] = []  # the groups around it, and the place in each where it goes on
    group: Group | None = root
    for outer in graph.enclosing(block)[1:]:
        if group is None:
            return root  # it lies in a closed block
        place = next(place for place, item in enumerate(group.items) if item.target == ("block", outer))
        path.append((group, place))
        group = group.items[place].group
    new = _built_alone(graph, block, len(path), open_blocks, join_layers) if block in open_blocks else None
    for outer_group, place in reversed(path):
        items = outer_group.items.copy()
        items[place] = replace(items[place], group=new)
        new = replace(outer_group, items=items)
    assert new is not None
    return new


def _built_alone(graph: LayerGraph, block: int, depth: int, open_blocks: AbstractSet[int], join_layers: bool) -> Group:
    """The group of an open block with the edges that reach into it; those around it are the same if it is closed."""
    builder = _Builder(graph, open_blocks, False, join_layers)
    group = builder.group(block, depth)
    told = graph.blocks[block]
    builder.add_edges(told.first, told.last)
    readers = {reader for node in range(told.first, told.last) for reader in graph.consumers[node]}
    for reader in sorted(readers):
        if reader >= told.last:
            builder.add_leaving(reader)
    return group


class _Builder:
    """Makes the group of a block with all groups in it, then the links of these."""

    def __init__(self, graph: LayerGraph, open_blocks: AbstractSet[int], fold_repeats: bool, join_layers: bool) -> None:
        self._graph, self._open = graph, open_blocks
        self._fold_repeats, self._join_layers = fold_repeats, join_layers
        self._first = 0  # node of the outermost block
        self._owners: list[tuple[Group, int]] = []  # of each node from there on, with the number of its item
        self._outer: dict[int, tuple[Group, int]] = {}  # the same of each group but the outermost, by its block

    def group(self, index: int, depth: int) -> Group:
        """The group of the block `index`, without links."""
        graph, owners = self._graph, self._owners
        group, block = Group(index, depth), graph.blocks[index]
        if not owners:
            self._first = block.first
        children = {graph.blocks[child].first: child for child in reversed(graph.child_blocks[index])}
        node = block.first
        while node < block.last:
            child = children.get(node, -1)
            if child >= 0:
                self._add_block(group, child)
                node = graph.blocks[child].last
                continue
            if self._join_layers and _joins(graph, group, node):
                item = group.items[-1]
                item.last, item.joined = node + 1, (*item.joined, node)
            else:
                group.items.append(Item(("node", node), node, node + 1))
            owners.append((group, len(group.items)))
            node += 1
        group.readers = [{} for _ in range(group.exit + 1)]
        return group

    def _add_block(self, group: Group, child: int) -> None:
        first, last = self._graph.blocks[child].first, self._graph.blocks[child].last
        if child in self._open:
            item = Item(("block", child), first, last)
            group.items.append(item)
            self._outer[child] = (group, len(group.items))
            item.group = self.group(child, group.depth + 1)
            return
        if self._fold_repeats and _repeats(self._graph, group, child):
            item = group.items[-1]
            item.last, item.repeat = last, item.repeat + 1
        else:
            group.items.append(Item(("block", child), first, last))
        self._owners.extend([(group, len(group.items))] * (last - first))

    def add_edges(self, first: int, last: int) -> None:
        """Adds the edges to the nodes `first` to `last - 1`, of which the outermost block consists."""
        owners, nodes = self._owners, self._graph.nodes
        for target in range(first, last):
            sources = nodes[target].inputs
            group, item = owners[target - first]
            if len(sources) == 1 and sources[0] >= first:  # the most frequent case by far
                upper, upper_item = owners[sources[0] - first]
                if upper is group:
                    if upper_item != item:
                        group.link(upper_item, item, sources[0], target)
                    continue
            self._add_edges_to(target, sources)

    def _add_edges_to(self, target: int, sources: Sequence[int]) -> None:
        """Notes each edge in the innermost group that holds both ends, and at the ports of the frames that it crosses.

        What comes from outside of the outermost block goes as far as that one's port.
        """
        first, outer, owners = self._first, self._outer, self._owners
        site: tuple[Group, int] | None = owners[target - first]
        while site is not None and sources:
            group, item = site
            start, outside = self._graph.blocks[group.block].first, []
            for source in sources:
                if source < start:
                    outside.append(source)
                    continue
                upper, upper_item = owners[source - first]
                while upper is not group:
                    upper.link(upper_item, upper.exit, source, target)
                    upper, upper_item = outer[upper.block]
                if upper_item != item:
                    group.link(upper_item, item, source, target)
            for source in outside:
                group.link(ENTRY, item, source, target)
            sources, site = outside, outer.get(group.block)

    def add_leaving(self, target: int) -> None:
        """Notes the edges to a node behind the outermost block."""
        first, owners = self._first, self._owners
        for source in self._graph.nodes[target].inputs:
            site = owners[source - first] if source >= first and source - first < len(owners) else None
            while site is not None:
                group, item = site
                group.link(item, group.exit, source, target)
                site = self._outer.get(group.block)


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
