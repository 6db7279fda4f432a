"""The learning rate of each step, a pure function of the settings and the step. No torch."""

import math
from collections.abc import Callable
from functools import partial

from explorer.training.config import TrainConfig

# One cycle as Smith and Topin 2017 ("Super-convergence", arXiv:1708.07120), in the cosine form that fast.ai made usual
# and with its numbers: 30 % of the steps up from 1/25 of the highest rate, the rest down to 1/10,000 of the first.
# Momentum stays as it is.
RISE_SHARE = 0.3
START_DIVISOR = 25.0
END_DIVISOR = 1e4


def lr_at(config: TrainConfig, step: int, steps_per_epoch: int) -> float:
    """The learning rate of step `step` (from 0), more than 0; steps after the last have the rate of the last.

    With a warm-up the rate of the schedule is multiplied by a factor that rises linearly to 1 (Goyal et al. 2017,
    section 2.2); the schedule itself is not shifted by it.
    """
    total = config.epochs * steps_per_epoch
    step = max(0, min(step, total - 1))
    warmup = config.warmup_epochs * steps_per_epoch
    rise = (step + 1) / warmup if step + 1 < warmup else 1.0
    return config.lr * _share(config, step, steps_per_epoch, total) * rise


def rates(config: TrainConfig, steps_per_epoch: int) -> Callable[[int], float]:
    """`lr_at` as a function of the step alone, which is asked before each one."""
    if config.schedule == "constant" and not config.warmup_epochs:
        lr = config.lr
        return lambda step: lr
    return partial(lr_at, config, steps_per_epoch=steps_per_epoch)


def _share(config: TrainConfig, step: int, steps_per_epoch: int, total: int) -> float:
    match config.schedule:
        case "step":
            share: float = config.step_factor ** (step // steps_per_epoch // config.step_epochs)
            return max(share, 1e-30)
        case "cosine":  # Loshchilov and Hutter 2016, eq. 5, without restarts, towards 0
            return _between(1.0, 0.0, step / total)
        case "one-cycle":
            return _one_cycle(step, total)
        case _:
            return 1.0


def _one_cycle(step: int, total: int) -> float:
    first, last = 1 / START_DIVISOR, 1 / START_DIVISOR / END_DIVISOR
    top = RISE_SHARE * total - 1  # the step, not always whole, at which the rate is highest
    if step <= top:
        return _between(first, 1.0, step / top if top > 0 else 1.0)
    return _between(1.0, last, (step - max(top, 0.0)) / max(total - 1 - max(top, 0.0), 1.0))


def _between(begin: float, end: float, share: float) -> float:
    """From `begin` to `end` along half a cosine."""
    return end + (begin - end) * (1 + math.cos(math.pi * share)) / 2
