"""Which learning rate suits: train for a few steps while it grows from very small to too large, and watch the loss.

Source: Smith 2017, "Cyclical learning rates for training neural networks" (WACV), section 3.3. Departs from it in that
the rate grows exponentially instead of linearly, as in fast.ai, so that many orders of magnitude fit.
"""

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from explorer.bilingual import Text
from explorer.training.loop import BatchSource, Setup
from explorer.training.random_state import RandomState
from explorer.training.stepper import Stepper, set_lr

LR_MIN, LR_MAX, STEPS = 1e-6, 10.0, 120
DECADES = 7  # from the lowest rate to the highest
SLOW_DECADES, SLOW_STEPS = 5, 600  # of a second attempt: seven times as many steps for each tenfold rate
_MEMORY = 0.8  # of the running mean of the loss that tells divergence
_TIMES_BEST, _TIMES_FIRST = 4.0, 2.0  # the loss has diverged when it is so many times the lowest, or the first
_LEAST_FALL = 0.02  # share of the first loss: less is noise
_MARGIN = 10.0  # the suggestion keeps so far below the rate of the lowest loss and that of divergence
_LEAST_RISE = 0.03  # share of the level: less is noise
_NOISES, _MAD_TO_STD = 5.0, 1.4826
_BELOW_RISE = 2.0  # a quadratic converges fastest at half of the rate from which on it diverges

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RatePoint:
    """The loss of one batch at a learning rate; `step` counts from 1 to `steps` in each `attempt`."""

    step: int
    steps: int
    lr: float
    loss: float
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class RateFound:
    """What the test says.

    Attributes:
        lr: The suggestion; None where the loss never fell.
        diverged_at: The rate at which the loss blew up; None if it did not.
        reason: Why this rate.
        has_fallen: By more than the output's biases bring about; else more steps may tell more.
    """

    lr: float | None
    diverged_at: float | None
    reason: Text
    has_fallen: bool = True


def range_test(
    setup: Setup,
    *,
    seed: int = 0,
    lr_min: float = LR_MIN,
    lr_max: float = LR_MAX,
    steps: int = STEPS,
    attempt: int = 1,
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
    watch, diverged_at, classes = _Watch(), None, None
    setup.begin_training()
    for step in range(1, steps + 1):
        if is_cancelled():
            return
        lr = lr_min * (lr_max / lr_min) ** ((step - 1) / max(steps - 1, 1))
        set_lr(setup.optimizer, lr)
        images, labels = next(batches)
        with random:
            result = take_step(images, labels)
        loss, classes = float(result[0].detach()), int(result[1].shape[-1])
        if watch.has_diverged(loss):
            diverged_at = lr
            break
        points.append(RatePoint(step, steps, lr, loss, attempt))
        yield points[-1]
    yield suggest(points, diverged_at, classes)


def suggest(points: list[RatePoint], diverged_at: float | None = None, classes: int | None = None) -> RateFound:
    """The rate at which the loss falls fastest, but no more than a tenth of that at which it was lowest.

    At the lowest loss the rate is about to be too large already, since the steps before it had smaller ones. Fastest
    along the logarithm of the rate, by straight lines through as many neighbours as are a tenth of all points, and
    before the lowest loss. Only what falls below the loss of equal probabilities for all classes counts: to come down
    to that, the output's biases suffice.

    Where the loss stays on that level until the steps overshoot, as with sigmoids, which need more steps to get away
    from it than a test has, the rate is a share of the one from which on they do, unless this is a second attempt.
    Where it only diverged, a tenth.

    Args:
        classes: Which the network tells apart; None where the level is that of the first points.
    """
    losses = np.array([point.loss for point in points])
    rates = np.array([point.lr for point in points])
    half = max(1, len(points) // 20)
    if len(losses) >= 2 * (2 * half + 1):
        level = float(_means(losses, half)[0])
        level = level if classes is None else min(level, math.log(classes))
        fall = _where_it_falls(rates, losses, half, level)
        is_first = points[0].attempt == 1  # in many steps the loss rises by chance somewhere
        found = fall or (_before_it_rises(rates, losses, half, level) if is_first else None)
        if found is not None:
            return RateFound(_rounded(found[0]), diverged_at, found[1], has_fallen=fall is not None)
    if diverged_at is None:
        return RateFound(None, None, _flat(len(points)), has_fallen=False)
    return RateFound(_rounded(diverged_at / _MARGIN), diverged_at, _TENTH, has_fallen=False)


def _where_it_falls(rates: Numbers, losses: Numbers, half: int, level: float) -> tuple[float, Text] | None:
    """By the lines through 2 `half` + 1 neighbours; None where the loss falls below `level` by no more than noise."""
    means = _means(losses, half)
    lowest = int(means.argmin())
    if lowest == 0 or means[lowest] >= (1 - _LEAST_FALL) * level:
        return None
    offsets = np.arange(-half, half + 1, dtype=float)
    slopes = np.correlate(losses, offsets, "valid") / (offsets**2).sum()
    begin = int((means < (1 - _LEAST_FALL / 2) * level).argmax())
    steepest = float(rates[begin + int(slopes[begin : lowest + 1].argmin()) + half])
    below = float(rates[lowest + half]) / _MARGIN
    return min((steepest, _STEEPEST), (below, _LOWEST), key=lambda found: found[0])


def _before_it_rises(rates: Numbers, losses: Numbers, half: int, level: float) -> tuple[float, Text] | None:
    """A share of the rate at which the greatest rise of the loss begins; None where it is no more than noise.

    The rise is from the lowest mean of 2 `half` + 1 neighbours to a higher one of 3 after it; looked for from its end,
    because the loss may rise by chance before it comes down to its level.
    """
    calm, peaks = _means(losses, half), _means(losses, 1)
    lowest = np.minimum.accumulate(calm)[: len(peaks) - half]  # up to each place, which is `half` before a peak's
    rises = peaks[half : half + len(lowest)] - lowest
    top = int(rises.argmax())
    noise = _MAD_TO_STD * float(np.median(np.abs(np.diff(losses)))) / math.sqrt(2)
    least = max(_LEAST_RISE * level, _NOISES * noise / math.sqrt(3))
    if rises[top] < least:
        return None
    smooth, first = _means(losses, 2), top + half - 1  # where the mean of 5 is around the same point as that of 3
    while first > 0 and smooth[first - 1] > lowest[top] + least:
        first -= 1
    return float(rates[first + 2]) / _BELOW_RISE, _RISING


def _means(losses: Numbers, half: int) -> Numbers:
    """The means of 2 `half` + 1 neighbours."""
    return np.convolve(losses, np.ones(2 * half + 1) / (2 * half + 1), "valid")


_STEEPEST = Text("Here the loss falls fastest.", "损失在此处下降最快。")
_LOWEST = Text("A tenth of the rate at which the loss was lowest.", "损失最低时学习率的十分之一。")
_RISING = Text(
    "Half of the rate at which the loss begins to rise. Below it so few steps change it little: more epochs will tell.",
    "损失开始上升时学习率的一半。低于该值时，这么几步几乎不会改变损失，需要训练更多轮才能看出效果。",
)
_TENTH = Text("A tenth of the rate at which the loss diverged.", "损失发散时学习率的十分之一。")


def _flat(steps: int) -> Text:
    return Text(
        f"In {steps} steps the loss fell at no learning rate. Some networks need longer to begin: train for some "
        "epochs with the usual rate. If the loss stays where it is, Xavier start weights, ReLU in place of sigmoid, "
        "batch normalisation or Adam help.",
        f"在 {steps} 步之内，任何学习率都没有使损失下降。有些网络需要更久才能开始学习：请先用常用的学习率训练几轮。"
        "如果损失仍然不变，可以改用 Xavier 初始权重、以 ReLU 代替 sigmoid、加入批量规范化，或改用 Adam。",
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
