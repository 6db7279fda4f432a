"""A confusion matrix as levels of colour, 0 to 255: plain arithmetic, which colours they are is said elsewhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.evaluation.scores import Indices

Levels = NDArray[np.uint8]
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """Levels of the cells.

    Attributes:
        levels: uint8 (C, C): 0 where there is nothing, 1-255 elsewhere. For signed values 128 is nothing.
        diagonal: Levels of the right answers on a scale of their own, uint8 (C,), where they are muted; else None.
        top: The value that has the last level: a number of images, or a share.
    """

    levels: Levels
    diagonal: Levels | None
    top: float
    is_signed: bool = False


def shares(matrix: Indices) -> Values:
    """Of each row (true class) the share that was taken for each class, float32 (C, C); 0 where there are no images."""
    totals = np.maximum(matrix.sum(1, keepdims=True), 1)
    result: Values = np.asarray(matrix / totals, np.float32)
    return result


def heat(matrix: Indices, *, is_share: bool, is_log: bool, mutes_diagonal: bool) -> Heat:
    """The levels of a confusion matrix, int64 (C, C)."""
    values = shares(matrix) if is_share else matrix.astype(np.float32)
    diagonal = None
    if mutes_diagonal:
        own = np.diag(values).copy()
        diagonal = _levels(own, float(own.max(initial=0.0)), is_log=False)
        values = values.copy()
        np.fill_diagonal(values, 0)
    top = float(values.max(initial=0.0))
    return Heat(_levels(values, top, is_log=is_log), diagonal, top)


def signed_heat(difference: Indices, *, is_log: bool) -> Heat:
    """The levels of a difference of two matrices: 128 for none, less where the first is better, more where worse.

    Better are more images in the diagonal, and fewer elsewhere.
    """
    worse = difference.copy()
    np.fill_diagonal(worse, -np.diag(difference))
    top = float(np.abs(worse).max(initial=0))
    amounts = _levels(np.abs(worse).astype(np.float32), top, is_log=is_log).astype(np.int16) // 2
    levels = 128 + np.sign(worse).astype(np.int16) * amounts
    return Heat(np.clip(levels, 0, 255).astype(np.uint8), None, top, is_signed=True)


def _levels(values: Values, top: float, *, is_log: bool) -> Levels:
    if top <= 0:
        return np.zeros(values.shape, np.uint8)
    part = values / np.float32(top)
    if is_log:
        least = float(part[part > 0].min())
        part = np.log1p(part / np.float32(least)) / np.float32(np.log1p(1 / least))
    part = np.minimum(part, 1)  # which the logarithm of the greatest may miss by a rounding
    levels = np.ceil(part * 254).astype(np.uint8) + (values > 0).astype(np.uint8)  # anything is more than nothing
    result: Levels = np.minimum(levels, 255)
    return result


def pooled(levels: Levels, factor: int) -> Levels:
    """The greatest level of each square of `factor` by `factor` cells: a single mistake is still seen from afar."""
    if factor <= 1:
        return levels
    count = -(-len(levels) // factor)
    padded = np.zeros((count * factor, count * factor), np.uint8)
    padded[: len(levels), : len(levels)] = levels
    result: Levels = padded.reshape(count, factor, count, factor).max((1, 3))
    return result
