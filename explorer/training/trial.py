"""Which of two ways to take a step is faster, tried for a moment on a copy of the network."""

import copy
import time
from collections.abc import Callable
from statistics import median

from torch import Tensor, nn
from torch.optim import Optimizer

from explorer.training import device as devices
from explorer.training import optimizers
from explorer.training.config import TrainConfig
from explorer.training.failures import is_out_of_memory
from explorer.training.random_state import RandomState
from explorer.training.stepper import Step

SECONDS = 1.5  # in all, a step more or less
ROUNDS, STEPS = 5, 4
LONG_STEP = 0.02  # seconds: so long a step is not bound by what launching it takes

Maker = Callable[[nn.Module, Optimizer], Step]


def gain(
    plain: Maker, other: Maker, model: nn.Module, config: TrainConfig, images: Tensor, labels: Tensor
) -> float | None:
    """How many times as fast as `plain` steps are those of `other`; None where that cannot be told in a moment.

    The network of the run, the statistics in it and random numbers stay as they are.
    """
    end = time.perf_counter() + SECONDS
    device = images.device
    try:
        with RandomState(config.seed, device):
            one = _prepared(plain, model, config)
            if _seconds(one, images, labels, 2) > 2 * LONG_STEP and _seconds(one, images, labels, 1) > LONG_STEP:
                return None
            two = _prepared(other, model, config)
            _seconds(two, images, labels, 2 * STEPS)  # whatever it needs before it is at its best
            times: tuple[list[float], list[float]] = ([], [])
            while len(times[0]) < ROUNDS and time.perf_counter() < end:
                for step, found in zip((one, two), times, strict=True):
                    found.append(_seconds(step, images, labels, STEPS))
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            return None
        raise
    if not times[0] or getattr(two, "trouble", None) is not None:
        return None
    return median(times[0]) / median(times[1])


def _prepared(maker: Maker, model: nn.Module, config: TrainConfig) -> Step:
    twin = copy.deepcopy(model).train()
    return maker(twin, optimizers.make(config, twin, next(twin.parameters()).device))


def _seconds(step: Step, images: Tensor, labels: Tensor, count: int) -> float:
    wait = devices.waiter(images.device) or (lambda: None)
    wait()
    began = time.perf_counter()
    for _ in range(count):
        step(images, labels)
    wait()
    return time.perf_counter() - began
