"""The curves of a run as they are at one moment, against steps, epochs, time or work done. No torch, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from explorer.runs.curves.growing import Floats
    from explorer.runs.curves.history import History

Numbers = NDArray[np.float64]


class Axis(StrEnum):
    """What a curve is drawn against."""

    STEP = "step"
    EPOCH = "epoch"
    TIME = "time"
    MACS = "macs"


@dataclass(frozen=True, slots=True)
class Points:
    """What is drawn of a run; made by `points_of`, and good for any thread.

    Attributes:
        revision: Of the history; another one for other points.
        batch_size: Images a step, over all processes.
        train_images: Images an epoch, the last batch of which may have fewer or one more; 0 where that is not known.
        losses, accuracies: Of each step, from step 1; NaN where an event was lost.
        epoch_steps: The step after which each epoch ended, for `test_losses` and `test_accuracies`.
        lr_steps, lrs: Where the learning rate became another, and what.
        time_steps, times: After how many seconds of training some steps were done.
        changes: Steps after which the user set another learning rate.
        ended_early: The step after which it ended because nothing got better; None if it did not.
        best: Place of the best epoch in `epoch_steps`; None before the first one ended.
    """

    run: str
    revision: int
    batch_size: int
    steps_per_epoch: int
    losses: Floats
    accuracies: Floats
    epoch_steps: NDArray[np.int64]
    train_losses: Floats
    train_accuracies: Floats
    test_losses: Floats
    test_accuracies: Floats
    lr_steps: Floats
    lrs: Floats
    time_steps: Floats
    times: Floats
    changes: tuple[int, ...] = ()
    ended_early: int | None = None
    best: int | None = None
    train_images: int = 0

    @property
    def step(self) -> int:
        """Steps that are done."""
        return len(self.losses)

    @property
    def seconds(self) -> float:
        """Time spent training, tests not counted."""
        return float(self.times[-1]) if len(self.times) else 0.0

    def macs(self, image: int) -> float:
        """Multiply-adds of all steps so far, where one image takes so many of them, forwards and backwards."""
        return float(self.images(np.asarray(self.step, np.float64))) * image

    def images(self, steps: Numbers) -> Numbers:
        """Training images that were learned from in so many `steps`; those of all epochs count as often."""
        if not self.train_images:
            return steps * float(self.batch_size)
        epochs, rest = np.divmod(steps, self.steps_per_epoch)
        found: Numbers = epochs * self.train_images + np.minimum(rest * self.batch_size, self.train_images)
        return found


def points_of(history: History, batch_size: int) -> Points:
    """The curves of `history` as they are now; call it where the history changes, which is the GUI's thread."""
    accuracies = history.epoch_test_accuracies
    return Points(
        history.run,
        history.revision,
        batch_size,
        max(history.steps_per_epoch, 1),
        history.losses,
        history.accuracies,
        history.epoch_steps,
        history.epoch_train_losses,
        history.epoch_train_accuracies,
        history.epoch_test_losses,
        accuracies,
        history.lr_steps,
        history.lrs,
        history.time_steps,
        history.times,
        tuple(change.step for change in history.lr_changes),
        None if history.ended_early is None else history.ended_early.step,
        int(accuracies.argmax()) if len(accuracies) else None,
        0 if history.started is None else history.started.train_images,
    )


def places(points: Points, steps: Numbers | NDArray[np.int64], axis: Axis, macs: int | None = None) -> Numbers | None:
    """Where `steps` are on `axis`: in steps, epochs, seconds of training or multiply-adds.

    Multiply-adds are images x `macs` (those of one image forwards and backwards, `graph.effort`). None where they are
    wanted and `macs` is not known.
    """
    at: Numbers = np.asarray(steps, np.float64)
    match axis:
        case Axis.STEP:
            return at
        case Axis.EPOCH:
            return at / points.steps_per_epoch
        case Axis.TIME:
            if not len(points.times):
                return np.zeros(len(at))
            found: Numbers = np.interp(at, points.time_steps, points.times)
            return found
        case Axis.MACS:
            return None if macs is None else points.images(at) * float(macs)


def smoothed(values: Floats | Numbers, weight: float) -> Numbers:
    """The exponential moving average of `values`, free of the bias towards the start.

    Each point is the mean of all so far, where one that is k steps old weighs `weight`^k; so the first point is itself.
    NaN counts for nothing. Computed in log2(n) passes over the whole array, each of which doubles the reach.
    """
    raw: Numbers = np.asarray(values, np.float64)
    if weight <= 0 or len(raw) < 2:
        return raw
    is_known = np.isfinite(raw)
    total, weights = np.where(is_known, raw, 0.0), is_known.astype(np.float64)
    factor, reach = weight, 1
    while reach < len(raw) and factor > 1e-12:
        total[reach:] += factor * total[:-reach].copy()
        weights[reach:] += factor * weights[:-reach].copy()
        factor, reach = factor * factor, 2 * reach
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Numbers = np.where(is_known, total / weights, np.nan)
    return mean
