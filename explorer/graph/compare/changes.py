"""How each layer of each network relates to the others."""

from collections import Counter
from collections.abc import Iterable

from explorer.graph.compare.align import Change
from explorer.graph.compare.stages import REFERENCE, Comparison


class Changes:
    """Answers for the networks of a comparison; a side is its place, that of the reference is 0."""

    def __init__(self, comparison: Comparison) -> None:
        found: dict[int, set[Change]] = {node.index: set() for node in comparison.graphs[REFERENCE].nodes}
        self._of: list[dict[int, Change]] = [{}]
        for pairs in comparison.alignments:
            self._of.append({pair.right: pair.change for pair in pairs if pair.right is not None})
            for pair in pairs:
                if pair.left is not None:
                    found[pair.left].add(pair.change)
        self._of[REFERENCE] = {node: _together(changes) for node, changes in found.items()}

    def of(self, side: int, nodes: Iterable[int]) -> Change:
        """How a group of layers relates to the reference, or those of the reference to all others."""
        return _together({self._of[side].get(node, Change.CHANGED) for node in nodes})

    def counts(self) -> list[tuple[Change, int, int]]:
        """(sort, side, how many layers): of the reference in each sort, and of each other side those only there."""
        of_reference = Counter(self._of[REFERENCE].values())
        sorts = (Change.SAME, Change.CHANGED, Change.ONLY_LEFT)
        counts = [(change, REFERENCE, of_reference[change]) for change in sorts]
        for side, changes in enumerate(self._of[1:], start=1):
            counts.append((Change.ONLY_RIGHT, side, Counter(changes.values())[Change.ONLY_RIGHT]))
        return counts


def _together(changes: set[Change]) -> Change:
    """As all of them, else changed."""
    return next(iter(changes)) if len(changes) == 1 else Change.CHANGED
