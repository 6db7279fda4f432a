"""What corresponds to what is drawn: marks for boxes, and for each box the one on the other side."""

from collections import Counter
from collections.abc import Iterable

from explorer.graph.compare.align import Change
from explorer.graph.compare.stages import Comparison
from explorer.graph.model import LayerGraph
from explorer.gui.panels.compare.tether import Level, Tether
from explorer.gui.widgets.graph_scene import GraphScene
from explorer.gui.widgets.graph_sheet import Mark, Sign, Target

LEFT, RIGHT = 0, 1

MARKS = {
    Change.CHANGED: Mark(Sign.DIFFERS, "accent"),
    Change.ONLY_LEFT: Mark(Sign.MINUS, "danger", is_filled=True),
    Change.ONLY_RIGHT: Mark(Sign.PLUS, "success", is_filled=True),
}


class Counterparts:
    """Answers for both sides of a comparison; a side is `LEFT` or `RIGHT`."""

    def __init__(self, comparison: Comparison) -> None:
        self._graphs = (comparison.left, comparison.right)
        self._others: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self._changes: tuple[dict[int, Change], dict[int, Change]] = ({}, {})
        for pair in comparison.pairs:
            for side, (node, other) in enumerate(((pair.left, pair.right), (pair.right, pair.left))):
                if node is not None:
                    self._changes[side][node] = pair.change
                    if other is not None:
                        self._others[side][node] = other

    def change(self, side: int, nodes: Iterable[int]) -> Change:
        """How a group of layers relates to the other side: as all of them do, else it has changed."""
        found = {self._changes[side].get(node, Change.CHANGED) for node in nodes}
        return found.pop() if len(found) == 1 else Change.CHANGED

    def count(self) -> dict[Change, int]:
        """How many layers there are of each sort; a pair counts once."""
        left, right = (Counter(changes.values()) for changes in self._changes)
        return {change: right[change] if change is Change.ONLY_RIGHT else left[change] for change in Change}

    def marks(self, side: int, scene: GraphScene) -> dict[Target, Mark]:
        """For each box of `scene` that is not the same on the other side."""
        changes = {box.target: self.change(side, scene.nodes_of(box.target)) for box in scene.picture.boxes}
        return {target: MARKS[change] for target, change in changes.items() if change in MARKS}

    def other(self, side: int, target: Target, here: GraphScene, there: GraphScene) -> Target | None:
        """What is drawn on the other side for `target` of this side; None where there is nothing such."""
        others = [self._others[side][node] for node in here.nodes_of(target) if node in self._others[side]]
        if not others:
            return None
        if target[0] == "block":
            block = block_of(self._graphs[1 - side], others)
            if block > 0 and there.item(("block", block)) is not None:
                return ("block", block)
        owners = Counter(owner for node in others if (owner := there.owner(node)) is not None)
        return owners.most_common(1)[0][0] if owners else None

    def other_block(self, side: int, block: int) -> int:
        """The block of the other side that has what corresponds to `block`; 0 where there is no such block."""
        told = self._graphs[side].blocks[block]
        others = [self._others[side][node] for node in range(told.first, told.last) if node in self._others[side]]
        return block_of(self._graphs[1 - side], others) if others else 0

    def tether(self, left: GraphScene, right: GraphScene) -> Tether:
        """Ties the heights of boxes that correspond."""
        levels: set[Level] = set()
        for node, other in self._others[LEFT].items():
            here, there = _middle(left, node), _middle(right, other)
            if here is not None and there is not None:
                levels.add((here, there))
        return Tether(levels, (left.picture.height, right.picture.height))


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


def _middle(scene: GraphScene, node: int) -> float | None:
    owner = scene.owner(node)
    place = None if owner is None else scene.place(owner)
    return None if place is None else place.center().y()
