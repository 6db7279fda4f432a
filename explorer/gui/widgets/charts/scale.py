"""The scale of an axis: from values to places along it and back, evenly or by powers of ten; round numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.gui.widgets.charts.decimation import Numbers, nice_ticks


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` at 0 to `high` at 1; both above zero where it `is_log`."""

    low: float
    high: float
    is_log: bool = False

    def places(self, values: Numbers) -> Numbers:
        """Where `values` are, 0-1 within the scale; NaN for what is not above zero on a logarithmic one."""
        low, high = self.ends()
        found: Numbers = (self.along(values) - low) / (high - low)
        return found

    def along(self, values: Numbers) -> Numbers:
        """`values` themselves, or their exponents of ten; NaN where there is none."""
        if not self.is_log:
            return values
        exponents: Numbers = np.log10(np.where(values > 0, values, np.nan))
        return exponents

    def place(self, value: float) -> float:
        return float(self.places(np.array([value]))[0])

    def value(self, place: float) -> float:
        low, high = self.ends()
        found = low + place * (high - low)
        return float(10.0**found) if self.is_log else float(found)

    def part(self, first: float, last: float) -> Scale:
        """From the place `first` to the place `last` of this scale; they may lie outside it."""
        return Scale(self.value(first), self.value(last), self.is_log)

    def ends(self) -> tuple[float, float]:
        """`low` and `high`, or their exponents of ten."""
        if self.is_log:
            return math.log10(self.low), math.log10(self.high)
        return self.low, self.high


Ticks = list[tuple[float, str]]
WriteTick = Callable[[float, float], str]  # given the value and the distance to the next


def ticks(scale: Scale, most: int, write: WriteTick) -> Ticks:
    """About `most` round values within `scale`, and how they are written."""
    if not scale.is_log:
        values, step = nice_ticks(scale.low, scale.high, most)
        return [(value, write(value, step)) for value in values]
    first, last = math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high))
    if last - first > 18:  # too wide to go through
        first = last - 18
    for factors in ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1, 3), (1,)):
        values = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
        values = [value for value in values if scale.low * 0.999999 <= value <= scale.high * 1.000001]
        if len(values) <= most:
            break
    if len(values) < 2:
        values, step = nice_ticks(scale.low, scale.high, max(most, 2))
        return [(value, write(value, step)) for value in values if value > 0]
    values = values[:: -(-len(values) // max(most, 1))]
    return [(value, write(value, value)) for value in values]


def tick(value: float, step: float) -> str:
    """A number at an axis with the decimals that tell it from the next, `step` away."""
    if value == 0:
        return "0"
    if abs(value) >= 1e5 or step < 1e-5:
        return f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e").replace(".0e", "e")
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if not math.isclose(round(step, decimals), step, rel_tol=1e-6):
        decimals += 1
    return f"{value:.{min(decimals, 6)}f}"


def percent_tick(value: float, step: float) -> str:
    """A share at an axis, likewise; shares 0.025 apart need a decimal."""
    decimals = next((n for n in range(3) if math.isclose(round(100 * step, n), 100 * step, rel_tol=1e-6)), 3)
    return f"{100 * value:.{decimals}f}%"
