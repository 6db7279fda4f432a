"""Which learning rate suits: train for a few steps while it grows from very small to too large, and watch the loss.

Source: Smith 2017, "Cyclical learning rates for training neural networks" (WACV), section 3.3. Departs from it in that
the rate grows exponentially instead of linearly, as in fast.ai, so that many orders of magnitude fit.
"""

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from explorer.bilingual import Text
from explorer.training.loop import BatchSource, Setup
from explorer.training.random_state import RandomState
from explorer.training.stepper import Stepper, set_lr

LR_MIN, LR_MAX, STEPS = 1e-6, 10.0, 120
_MEMORY = 0.8  # of the running mean of the loss that tells divergence
_TIMES_BEST, _TIMES_FIRST = 4.0, 2.0  # the loss has diverged when it is so many times the lowest, or the first
_LEAST_FALL = 0.02  # share of the first loss: less is noise
_MARGIN = 10.0  # the suggestion keeps so far below the rate of the lowest loss and that of divergence


@dataclass(frozen=True, slots=True)
class RatePoint:
    """The loss of one batch at a learning rate; `step` counts from 1 to `steps`."""

    step: int
    steps: int
    lr: float
    loss: float


@dataclass(frozen=True, slots=True)
class RateFound:
    """What the test says.

    Attributes:
        lr: The suggestion; None where the loss never fell.
        diverged_at: The rate at which the loss blew up; None if it did not.
        reason: Why this rate.
    """

    lr: float | None
    diverged_at: float | None
    reason: Text


def range_test(
    setup: Setup,
    *,
    seed: int = 0,
    lr_min: float = LR_MIN,
    lr_max: float = LR_MAX,
    steps: int = STEPS,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Generator[RatePoint | RateFound, None, None]:
    """Trains the model of `setup`, which is spoiled by it, for at most `steps` steps; the finding comes last.

    Ends early when the loss diverges, and without a finding when `is_cancelled`. The state of torch's random numbers is
    the same before and after each event.
    """
    random = RandomState(seed, setup.device)
    take_step = setup.stepper or Stepper(setup.model, setup.optimizer, setup.device, setup.precision)
    batches = _endless(setup.train)
    points: list[RatePoint] = []
    watch, diverged_at = _Watch(), None
    setup.begin_training()
    for step in range(1, steps + 1):
        if is_cancelled():
            return
        lr = lr_min * (lr_max / lr_min) ** ((step - 1) / max(steps - 1, 1))
        set_lr(setup.optimizer, lr)
        images, labels = next(batches)
        with random:
            loss = float(take_step(images, labels)[0].detach())
        if watch.has_diverged(loss):
            diverged_at = lr
            break
        points.append(RatePoint(step, steps, lr, loss))
        yield points[-1]
    yield suggest(points, diverged_at)


def suggest(points: list[RatePoint], diverged_at: float | None = None) -> RateFound:
    """The rate at which the loss falls fastest, but no more than a tenth of that at which it was lowest.

    At the lowest loss the rate is about to be too large already, since the steps before it had smaller ones. Fastest
    along the logarithm of the rate, by straight lines through as many neighbours as are a tenth of all points, and
    before the lowest loss. Where the loss only diverged, a tenth of the rate at which it did.
    """
    half = max(1, len(points) // 20)
    losses = np.array([point.loss for point in points])
    offsets = np.arange(-half, half + 1, dtype=float)
    if len(losses) >= 2 * len(offsets):
        means = np.convolve(losses, np.ones(len(offsets)) / len(offsets), "valid")
        slopes = np.correlate(losses, offsets, "valid") / (offsets**2).sum()
        lowest = int(means.argmin())
        if lowest > 0 and means[0] - means[lowest] > _LEAST_FALL * means[0]:
            steepest = points[int(slopes[: lowest + 1].argmin()) + half].lr
            below = points[lowest + half].lr / _MARGIN
            lr, reason = min((steepest, _STEEPEST), (below, _LOWEST), key=lambda found: found[0])
            return RateFound(_rounded(lr), diverged_at, reason)
    if diverged_at is None:
        return RateFound(None, None, _FLAT)
    return RateFound(_rounded(diverged_at / _MARGIN), diverged_at, _TENTH)


_STEEPEST = Text("Here the loss falls fastest.", "损失在此处下降最快。")
_LOWEST = Text("A tenth of the rate at which the loss was lowest.", "损失最低时学习率的十分之一。")
_TENTH = Text("A tenth of the rate at which the loss diverged.", "损失发散时学习率的十分之一。")
_FLAT = Text(
    "The loss neither fell nor diverged; test more steps or higher rates.",
    "损失既没有下降也没有发散；请增加步数或提高学习率上限。",
)


class _Watch:
    """Tells when the running mean of the loss has left all bounds."""

    def __init__(self) -> None:
        self._mean, self._weight = 0.0, 0.0
        self._first = self._best = math.inf

    def has_diverged(self, loss: float) -> bool:
        if not math.isfinite(loss):
            return True
        self._mean = _MEMORY * self._mean + (1 - _MEMORY) * loss
        self._weight = _MEMORY * self._weight + 1 - _MEMORY
        smooth = self._mean / self._weight
        self._first = min(self._first, smooth) if math.isinf(self._first) else self._first
        self._best = min(self._best, smooth)
        return smooth > min(_TIMES_BEST * self._best, _TIMES_FIRST * self._first)


def _endless(source: BatchSource) -> Iterator[tuple[Tensor, Tensor]]:
    epoch = 0
    while True:
        yield from source.epoch(epoch)
        epoch += 1


def _rounded(lr: float) -> float:
    """To two digits: it is a rough figure."""
    return float(f"{lr:.1e}")
