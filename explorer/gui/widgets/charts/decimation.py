"""Long curves made short enough to draw, without losing what the eye would see."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def extremes(x: Numbers, y: Numbers, columns: int) -> tuple[Numbers, Numbers]:
    """The least and greatest value of each of `columns` stretches of equal length; short curves as they are.

    Drawn as one line this looks like the whole curve as soon as a column is no wider than a pixel.
    """
    if len(y) <= 2 * columns:
        return x, y
    per_column = -(-len(y) // columns)
    starts = np.arange(0, len(y), per_column)
    short = np.empty(2 * len(starts))
    short[0::2] = np.minimum.reduceat(y, starts)
    short[1::2] = np.maximum.reduceat(y, starts)
    return np.repeat(x[starts], 2), short


def by_column(x: Numbers, y: Numbers, *, keeps_extremes: bool) -> tuple[Numbers, Numbers]:
    """At most two points for each pixel column of a curve whose `x`, in pixels, does not fall.

    With `keeps_extremes` the least and the greatest value of a column, as for raw values, in the order that leads from
    its first value to its last; else their mean, one point, as for smooth lines. Columns without any value stay NaN.
    A curve with few points in each column is left as it is.
    """
    if len(x) < 3:
        return x, y
    columns = np.floor(x)
    starts = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    if len(x) <= 2 * len(starts):
        return x, y
    if keeps_extremes:
        least, greatest = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
        does_fall = y[np.append(starts[1:], len(y)) - 1] < y[starts]
        short = np.empty(2 * len(starts))
        short[0::2] = np.where(does_fall, greatest, least)
        short[1::2] = np.where(does_fall, least, greatest)
        return np.repeat(x[starts], 2), short
    is_known = np.isfinite(y)
    counts = np.add.reduceat(is_known.astype(np.float64), starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Numbers = np.add.reduceat(np.where(is_known, y, 0.0), starts) / counts
    return x[starts], means


def smoothed(x: Numbers, y: Numbers, points: int) -> tuple[Numbers, Numbers]:
    """Means over stretches of a power of two, about `points` of them, ending in the mean of the newest stretch.

    A curve that grows keeps the means it had until the stretches double, so a live line does not writhe. `x` is even.
    """
    if len(y) <= points:
        return x, y
    width = 1
    while width * points < len(y):
        width *= 2
    whole = len(y) // width * width
    count = whole // width
    means_x, means_y = np.empty(count + 1), np.empty(count + 1)
    means_x[:count] = (x[:whole:width] + x[width - 1 : whole : width]) / 2
    means_y[:count] = y[:whole].reshape(-1, width).mean(axis=1)
    means_x[count], means_y[count] = x[-1], y[-width:].mean()
    return means_x, means_y


def nice_ticks(
    low: float, high: float, most: int, factors: tuple[float, ...] = (1, 2, 2.5, 5, 10)
) -> tuple[list[float], float]:
    """Round numbers from `low` to `high`, about `most` of them, and their step: one of `factors` times 10^n."""
    span = max(high - low, 1e-12)
    rough = span / max(most, 1)
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(float(factor * power) for factor in factors if factor * power >= rough * 0.999)
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return [float(number * step) for number in np.arange(first, last + 1) + 0.0], step
