"""Which height of one picture corresponds to which of the other, so that both can be moved together. No Qt."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np

Level = tuple[float, float]  # a height in the left picture, and the one in the right that belongs to it


class Tether:
    """Runs straight from level to level; above the first and below the last both sides move alike."""

    def __init__(self, levels: Iterable[Level], heights: Level) -> None:
        inside = [
            (left, right) for left, right in _rising(sorted(levels)) if 0 < left < heights[0] and 0 < right < heights[1]
        ]
        points = np.array([(0.0, 0.0), *inside, heights])
        self._sides = points[:, 0], points[:, 1]

    def right(self, left: float) -> float:
        """The height in the right picture for `left` in the left one."""
        return _along(left, *self._sides)

    def left(self, right: float) -> float:
        return _along(right, *self._sides[::-1])


def _along(value: float, here: np.ndarray, there: np.ndarray) -> float:
    if value <= here[0]:
        return float(there[0] + value - here[0])
    if value >= here[-1]:
        return float(there[-1] + value - here[-1])
    return float(np.interp(value, here, there))


def _rising(levels: Sequence[Level]) -> list[Level]:
    """As many of `levels`, sorted by the left height, as rise on both sides."""
    last: list[int] = []  # for each length the place of the run of that length that ends lowest
    ends: list[float] = []
    before: list[int] = []
    for place, (_, right) in enumerate(levels):
        length = bisect_left(ends, right)
        before.append(last[length - 1] if length else -1)
        last[length : length + 1] = [place]
        ends[length : length + 1] = [right]
    run: list[Level] = []
    place = last[-1] if last else -1
    while place >= 0:
        if not run or levels[place][0] < run[-1][0]:
            run.append(levels[place])
        place = before[place]
    return run[::-1]
