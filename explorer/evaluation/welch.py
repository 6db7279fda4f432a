"""Means of a few numbers, and how far the difference of two such means can be trusted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SHARE = 0.95  # of all such intervals hold the true difference


@dataclass(frozen=True, slots=True)
class Sample:
    """Some numbers in short.

    Attributes:
        mean: NaN where there are none.
        deviation: Sample standard deviation (of n - 1 degrees); NaN of fewer than two, or where one is not finite.
    """

    count: int
    mean: float
    deviation: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Sample":
        count = len(values)
        has_spread = count > 1 and all(map(math.isfinite, values))
        return cls(count, fmean(values) if values else math.nan, stdev(values) if has_spread else math.nan)


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much the mean of one sample is above that of another, and the 95 % interval of it."""

    by: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Zero is not within the interval."""
        return self.low > 0 or self.high < 0

    def turned(self) -> "Difference":
        """By how much the second is above the first."""
        return Difference(-self.by, -self.high, -self.low)


def difference(first: Sample, second: Sample) -> Difference | None:
    """How far `first` is above `second`, by Welch's t interval: their spreads need not be alike (Welch 1947).

    None where one of them has fewer than two numbers, and so no spread.
    """
    if min(first.count, second.count) < 2:
        return None
    parts = [sample.deviation**2 / sample.count for sample in (first, second)]
    by, total = first.mean - second.mean, sum(parts)
    if total == 0:
        return Difference(by, by, by)
    # Satterthwaite 1946, formula 17; as shares of the total, whose squares cannot be too small for a float.
    shares = [part / total for part in parts]
    degrees = 1 / sum(share**2 / (sample.count - 1) for share, sample in zip(shares, (first, second), strict=True))
    half = student(degrees) * math.sqrt(total)
    return Difference(by, by - half, by + half)


def student(degrees: float, share: float = SHARE) -> float:
    """So many deviations to each side hold `share` of Student's distribution with `degrees` (1 or more) of freedom."""
    reach = NormalDist().inv_cdf((1 + share) / 2)
    for _ in range(100):  # what is held grows ever more slowly, so that each step of Newton's ends before the place
        held, density = _held(reach, degrees)
        step = (share - held) / (2 * density)
        reach += step
        if step <= 1e-12 * reach:
            break
    return reach


def _held(reach: float, degrees: float) -> tuple[float, float]:
    """The share within `reach` of the middle, and the density there; t = sqrt(degrees) tan(angle) makes it smooth."""
    import numpy as np

    nodes, weights = _nodes_and_weights()
    root = math.sqrt(degrees)
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(math.pi)
    half = math.atan(reach / root) / 2
    cosines = np.cos(half * (1 + nodes))
    held = 2 * scale * half * float(weights @ cosines ** (degrees - 1))
    return held, scale / root * math.cos(2 * half) ** (degrees + 1)


@cache
def _nodes_and_weights() -> "tuple[np.ndarray, np.ndarray]":
    """Of Gauss and Legendre, from -1 to 1. The window opens before numpy is imported."""
    from numpy.polynomial.legendre import leggauss

    nodes, weights = leggauss(48)
    return nodes, weights
