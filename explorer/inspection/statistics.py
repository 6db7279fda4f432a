"""What the values of a layer are like: range, mean, spread, how many are zero, how many maps are dead."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.inspection.insight import Array
from explorer.inspection.tiles import as_maps

BINS = 48


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of one activation, or of weights; of its finite values only.

    Attributes:
        values: How many values there are in all.
        std: Population standard deviation.
        zeros: Share of values that are exactly zero, 0-1.
        negative: Share of values below zero, 0-1.
        maps: Number of feature maps; `dead` of them are zero everywhere for this image.
        bad: Values that are not finite.
        counts: Histogram of the values that are not zero, (BINS,); `edges` (BINS + 1,) lie between them.
    """

    values: int
    minimum: float
    maximum: float
    mean: float
    std: float
    zeros: float
    negative: float
    maps: int
    dead: int
    bad: int
    counts: NDArray[np.intp]
    edges: NDArray[np.float64]


def measure(activation: Array) -> Statistics:
    """The figures of an activation (C, H, W) or (F,)."""
    maps = as_maps(activation)
    is_finite = np.isfinite(activation)
    bad = int(activation.size - np.count_nonzero(is_finite))
    values = activation.ravel() if bad == 0 else activation[is_finite]
    count = max(values.size, 1)
    filled = values[values != 0]
    # In float64: numpy refuses bins narrower than the steps of the values' own type.
    counts, edges = np.histogram(filled.astype(np.float64), bins=BINS) if filled.size else _no_histogram()
    return Statistics(
        values=activation.size,
        minimum=float(values.min()) if values.size else 0.0,
        maximum=float(values.max()) if values.size else 0.0,
        mean=float(values.mean(dtype=np.float64)) if values.size else 0.0,
        std=float(values.std(dtype=np.float64)) if values.size else 0.0,
        zeros=(values.size - filled.size) / count,
        negative=int(np.count_nonzero(filled < 0)) / count,
        maps=len(maps),
        dead=int(np.count_nonzero(~maps.reshape(len(maps), -1).any(axis=1))) if maps.size else 0,
        bad=bad,
        counts=counts,
        edges=edges.astype(np.float64),
    )


def _no_histogram() -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    return np.zeros(BINS, dtype=np.intp), np.linspace(-1.0, 1.0, BINS + 1)
