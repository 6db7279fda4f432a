"""Where branches stand side by side, in a layout and in the sketch of a figure."""

from collections.abc import Sequence
from typing import Protocol


class Branch(Protocol):
    """Something with a spine: how far it reaches to both sides of that, and how high it is."""

    @property
    def left(self) -> float: ...

    @property
    def right(self) -> float: ...

    @property
    def height(self) -> float: ...


def side_by_side(branches: Sequence[Branch], gap: float) -> list[float]:
    """Where their spines lie: the higher one of two at 0 and the other to its right, more of them centred."""
    if len(branches) <= 2:
        main = max(range(len(branches)), key=lambda place: branches[place].height)
        beside = [branches[main].right + gap + branch.left for branch in branches]
        return [0.0 if place == main else beside[place] for place in range(len(branches))]
    total = sum(branch.left + branch.right for branch in branches) + gap * (len(branches) - 1)
    x, places = -total / 2, []
    for branch in branches:
        places.append(x + branch.left)
        x += branch.left + branch.right + gap
    return places
