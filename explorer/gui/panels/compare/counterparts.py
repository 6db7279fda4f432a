"""What corresponds to what is drawn: marks for boxes, and for each box those of the other sides."""

from collections import Counter
from collections.abc import Iterable

from explorer.graph.compare.align import Change
from explorer.graph.compare.changes import Changes
from explorer.graph.compare.stages import REFERENCE, Comparison
from explorer.graph.model import LayerGraph
from explorer.gui.panels.compare.tether import Level, Tether
from explorer.gui.widgets.graph.scene import GraphScene
from explorer.gui.widgets.graph.sheet import Mark, Sign, Target

MARKS = {
    Change.CHANGED: Mark(Sign.DIFFERS, "accent"),
    Change.ONLY_LEFT: Mark(Sign.MINUS, "danger", is_filled=True),
    Change.ONLY_RIGHT: Mark(Sign.PLUS, "success", is_filled=True),
}


class Counterparts:
    """Answers for all sides of a comparison; a side is its place, that of the reference is 0.

    Layers of two sides correspond where the same layer of the reference corresponds to both.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._graphs = comparison.graphs
        nodes = range(len(self._graphs[REFERENCE].nodes))
        self._from: list[dict[int, int]] = [{node: node for node in nodes}, *comparison.counterparts]
        self._to: list[dict[int, int]] = [{there: here for here, there in one.items()} for one in self._from]
        self._changes = Changes(comparison)

    def counts(self) -> list[tuple[Change, int, int]]:
        """(sort, side, how many layers)."""
        return self._changes.counts()

    def marks(self, side: int, scene: GraphScene) -> dict[Target, Mark]:
        """For each box of `scene` that is not the same on the other sides."""
        changes = {box.target: self._changes.of(side, scene.nodes_of(box.target)) for box in scene.picture.boxes}
        return {target: MARKS[change] for target, change in changes.items() if change in MARKS}

    def other(self, side: int, target: Target, here: GraphScene, other_side: int, there: GraphScene) -> Target | None:
        """What is drawn on the other side for `target` of this side; None where there is nothing such."""
        others = self._others(side, here.nodes_of(target), other_side)
        if not others:
            return None
        if target[0] == "block":
            graph = self._graphs[other_side]
            block = block_of(graph, others) or _around(graph, others)
            if block > 0 and there.item(("block", block)) is not None:
                return ("block", block)
        owners = Counter(owner for node in others if (owner := there.owner(node)) is not None)
        return owners.most_common(1)[0][0] if owners else None

    def other_block(self, side: int, block: int, other_side: int) -> int:
        """The block of the other side that has what corresponds to `block`; 0 where there is no such block."""
        told = self._graphs[side].blocks[block]
        others = self._others(side, range(told.first, told.last), other_side)
        return block_of(self._graphs[other_side], others) if others else 0

    def tether(self, side: int, reference: GraphScene, other: GraphScene) -> Tether:
        """Ties the heights of boxes of the reference and of `side` that correspond."""
        levels: set[Level] = set()
        for node, there in self._from[side].items():
            above, beside = _middle(reference, node), _middle(other, there)
            if above is not None and beside is not None:
                levels.add((above, beside))
        return Tether(levels, (reference.picture.height, other.picture.height))

    def _others(self, side: int, nodes: Iterable[int], other_side: int) -> list[int]:
        told = (self._to[side].get(node) for node in nodes)
        return [self._from[other_side][node] for node in told if node is not None and node in self._from[other_side]]


def block_of(graph: LayerGraph, nodes: Iterable[int]) -> int:
    """The block that is most nearly made of `nodes`; 0 where each has less than half of them, or more of others."""
    wanted = set(nodes)
    inside = Counter(block for node in wanted for block in graph.enclosing(graph.nodes[node].block)[1:])

    def size(block: int) -> int:
        return graph.blocks[block].last - graph.blocks[block].first

    def likeness(block: int) -> float:
        return inside[block] / (size(block) + len(wanted) - inside[block])

    best = max(sorted(inside), key=likeness, default=0)
    return best if best and 2 * inside[best] >= max(size(best), len(wanted)) else 0


def _around(graph: LayerGraph, nodes: Iterable[int]) -> int:
    """The innermost block with all of `nodes` in it."""
    chains = [graph.enclosing(graph.nodes[node].block) for node in nodes]
    return max(set(chains[0]).intersection(*chains[1:]), key=chains[0].index)


def _middle(scene: GraphScene, node: int) -> float | None:
    owner = scene.owner(node)
    place = None if owner is None else scene.place(owner)
    return None if place is None else place.center().y()
