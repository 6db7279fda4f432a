"""Several curves as one: their mean and how far apart they are, step by step. No torch, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.runs.curves.curve_points import Axis, places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.runs.curves.curve_points import Numbers, Points

Series = NDArray[np.float64] | NDArray[np.float32] | NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Curves as one.

    Attributes:
        steps: All that any of the curves has a value at, rising.
        means: NaN where none has one.
        deviations: Sample standard deviations (of n - 1 degrees); NaN where fewer than two curves have a value.
        counts: How many have one.
    """

    steps: Numbers
    means: Numbers
    deviations: Numbers
    counts: Numbers


def spread(curves: Sequence[tuple[Series, Series]]) -> Spread:
    """`curves` as one, each steps and values; a curve counts where it has a value that is a finite number."""
    steps: Numbers = np.unique(np.concatenate([np.asarray(at, np.float64) for at, _ in curves]))
    table = np.full((len(curves), len(steps)), np.nan)
    for row, (at, values) in zip(table, curves, strict=True):
        row[np.searchsorted(steps, at)] = values
    is_known = np.isfinite(table)
    counts: Numbers = is_known.sum(axis=0, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Numbers = np.where(is_known, table, 0.0).sum(axis=0) / counts
        squares = np.where(is_known, (table - means) ** 2, 0.0).sum(axis=0)
        deviations: Numbers = np.where(counts > 1, np.sqrt(squares / (counts - 1)), np.nan)
    return Spread(steps, means, deviations, counts)


def mean_places(runs: Sequence[Points], steps: Numbers, axis: Axis, macs: int | None = None) -> Numbers | None:
    """Where `steps` of runs of the same plan are on `axis`; in time, on average over the runs that came so far.

    None as for `places`.
    """
    if axis is not Axis.TIME:
        return places(max(runs, key=lambda points: points.step), steps, axis, macs)
    times = [np.interp(steps, points.time_steps, points.times) for points in runs if len(points.times)]
    reach = [points.step for points in runs if len(points.times)]
    if not times:
        return np.zeros(len(steps))
    seen = steps[None, :] <= np.array(reach)[:, None]
    with np.errstate(invalid="ignore"):
        found = np.where(seen, times, 0.0).sum(axis=0) / seen.sum(axis=0)
    return np.maximum.accumulate(found)  # where a slow run ends, the mean of the others may be earlier
