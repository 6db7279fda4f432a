"""The figures of one look, without the maps: what is kept of each moment of a run to see how it changes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.inspection import predictions, tiles
from explorer.inspection.insight import Array, Insight


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How the finite values of an output, or of weights, are spread.

    Attributes:
        std: Population standard deviation.
        dead: How many of the `maps` (of a vector: units) are zero everywhere for this image.
        strength: Mean absolute value of each map.
    """

    low: float
    high: float
    mean: float
    std: float
    dead: int
    maps: int
    strength: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What a model made of an image at one moment.

    Attributes:
        probabilities: Of all classes, (K,); (0,) where the output is not a vector of numbers.
        outputs, weights: The spread of each layer's output and weights, by node path.
    """

    probabilities: NDArray[np.float64]
    outputs: Mapping[str, Spread]
    weights: Mapping[str, Spread]


def of(insight: Insight) -> Figures:
    """The figures of `insight`."""
    last = next(reversed(list(insight.activations.values())), None)
    return Figures(
        probabilities=predictions.probabilities(last) if last is not None and last.ndim == 1 else np.zeros(0),
        outputs={path: spread(array) for path, array in insight.activations.items()},
        weights={path: spread(array) for path, array in insight.filters.items()},
    )


def spread(values: Array) -> Spread:
    """How `values` (C, H, W), (F,) or weights are spread; all zero where none of them is finite."""
    maps = tiles.as_maps(values)
    finite = values if np.isfinite(values).all() else values[np.isfinite(values)]
    if finite.size == 0:
        return Spread(0.0, 0.0, 0.0, 0.0, 0, len(maps), np.zeros(len(maps)))
    return Spread(
        low=float(finite.min()),
        high=float(finite.max()),
        mean=float(finite.mean(dtype=np.float64)),
        std=float(finite.std(dtype=np.float64)),
        dead=int(np.count_nonzero(~maps.reshape(len(maps), -1).any(axis=1))),
        maps=len(maps),
        strength=tiles.strength(maps),
    )
