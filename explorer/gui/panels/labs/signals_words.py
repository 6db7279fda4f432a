"""What the page of gradients shows of one quantity: names, numbers, colours and a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.gui.text import language, tr
from explorer.gui.widgets.words.numerals import compact, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from explorer.inspection.signals import Signals

QUANTITIES = ("gradient", "relative", "idle")
DECADES = 6.0  # below the greatest; smaller amounts look alike
ALIKE = 1.5  # times: up to there they are said to be of one size
UNEQUAL = 30.0  # times: from there on a gradient counts as vanishing or exploding


@dataclass(frozen=True, slots=True, eq=False)
class Amounts:
    """Of one run: `values` (layers, moments), NaN where nothing was measured."""

    names: tuple[str, ...]
    steps: tuple[int, ...]
    values: NDArray[np.float64]
    known: frozenset[int]

    def at(self, row: int, column: int) -> float | None:
        """The amount there; None where it was not measured. One that is not a number is one."""
        return float(self.values[row, column]) if self.steps[column] in self.known else None


def amounts(quantity: str, steps: tuple[int, ...], measured: Mapping[int, Signals]) -> Amounts:
    """The amounts of the moments `steps`, of which `measured` are known."""
    import numpy as np

    rows: dict[str, list[float]] = {}
    for column, step in enumerate(steps):
        found = measured.get(step)
        for name, value in () if found is None else _of(quantity, found):
            rows.setdefault(name, [math.nan] * len(steps))[column] = value
    known = frozenset(step for step in steps if step in measured)
    values = np.array(list(rows.values()), dtype=np.float64).reshape(len(rows), len(steps))
    return Amounts(tuple(rows), steps, values, known)


def _of(quantity: str, found: Signals) -> Iterable[tuple[str, float]]:
    if quantity == "idle":
        return [(units.path, units.share) for units in found.units]
    if quantity == "relative":
        return [(one.path, one.gradient / one.weights if one.weights else math.nan) for one in found.layers]
    return [(one.path, one.gradient) for one in found.layers]


def ends(quantity: str, shown: Iterable[Amounts]) -> tuple[float, float]:
    """Lowest and highest amount of the colours, one pair for all runs; of gradients their decimal logarithms."""
    import numpy as np

    if quantity == "idle":
        return 0.0, 1.0
    found = np.concatenate([one.values.ravel() for one in shown] or [np.zeros(0)])
    found = found[np.isfinite(found) & (found > 0)]
    if not found.size:
        return -DECADES, 0.0
    high, low = math.log10(float(found.max())), math.log10(float(found.min()))
    return max(low, high - DECADES), max(high, low + 0.1)


def pixels(quantity: str, shown: Amounts, low: float, high: float) -> NDArray[np.uint32]:
    """A pixel an amount: clear where it is not known, loud where it is not a number."""
    import numpy as np

    from explorer.inspection import colourmaps

    values = shown.values
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = values if quantity == "idle" else np.log10(values)
    levels = np.clip(np.nan_to_num((scaled - low) / (high - low), nan=0.0, neginf=0.0, posinf=1.0), 0, 1)
    result = colourmaps.table(colourmaps.ColourMap.VIRIDIS)[(levels * 255).astype(np.uint8)]
    result[~np.isfinite(values)] = colourmaps.LOUD
    result[:, [step not in shown.known for step in shown.steps]] = colourmaps.CLEAR
    return np.ascontiguousarray(result)


def written(quantity: str, value: float) -> str:
    """A number as the page writes it."""
    return f"{value:.0%}" if quantity == "idle" and math.isfinite(value) else compact(value)


def end_words(quantity: str, low: float, high: float) -> tuple[str, str]:
    """What stands at the ends of the scale."""
    if quantity == "idle":
        return "0%", "100%"
    return compact(10**low), compact(10**high)


def verdict(quantity: str, shown: Amounts, column: int, loss: float | None) -> str:
    """What the moment `column` says of the network, in a sentence or two."""
    if not shown.names or shown.steps[column] not in shown.known:
        return ""
    moment = tr("signals.moment", step=count(shown.steps[column]), loss="" if loss is None else compact(loss))
    here = [(name, float(value)) for name, value in zip(shown.names, shown.values[:, column], strict=True)]
    if any(not math.isfinite(value) for _, value in here):
        return _said(moment, tr("signals.not_finite"))
    if quantity == "idle":
        name, most = max(here, key=lambda one: one[1])
        key = "idle_none" if most < 0.005 else "idle_most" if most < 0.5 else "idle_many"
        return _said(moment, tr(f"signals.{key}", layer=name, share=f"{most:.0%}"))
    (first, low), (last, high) = here[0], here[-1]
    if low == 0:
        return _said(moment, tr("signals.nothing", layer=first))
    key, times = ("less", high / low) if high >= low else ("more", low / high if high else math.inf)
    if times < ALIKE:
        key = "alike"
    sentence = tr(f"signals.{key}", first=first, last=last, times=compact(float(f"{times:.2g}")))
    if quantity == "gradient" and times >= UNEQUAL:
        return _said(moment, sentence, tr("signals.vanishes" if key == "less" else "signals.explodes"))
    return _said(moment, sentence)


def _said(*sentences: str) -> str:
    """One after the other; in Chinese nothing stands between them."""
    return ("" if language() == "zh" else " ").join(sentences)
