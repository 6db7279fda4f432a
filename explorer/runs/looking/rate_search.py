"""The learning-rate range test of a plan: on data and a model of its own, so that no run is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.runs.looking import own_testing
from explorer.runs.work import assembly
from explorer.training import device as devices
from explorer.training import failures
from explorer.training.events import Preparing
from explorer.training.range_test import LR_MAX, LR_MIN, STEPS, RateFound, RatePoint, range_test

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from explorer.runs.plan import RunPlan


def search(
    plan: RunPlan, *, is_cancelled: Callable[[], bool] = lambda: False
) -> Generator[Preparing | RatePoint | RateFound, None, None]:
    """As `find_rate`; a model of the user is tested in a process of its own.

    Raises:
        ExplorerError: As `find_rate`; or what the model's code raised, or it went over a limit.
    """
    if plan.own is None:
        yield from find_rate(plan, is_cancelled=is_cancelled)
    else:
        yield from own_testing.find_rate(plan, is_cancelled=is_cancelled)


def find_rate(
    plan: RunPlan,
    *,
    lr_min: float = LR_MIN,
    lr_max: float = LR_MAX,
    steps: int = STEPS,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Generator[Preparing | RatePoint | RateFound, None, None]:
    """Tries learning rates on the network, data and optimizer of `plan`; may be iterated on any one thread.

    The thread count stays as it is, since it is one for all of the program: a run beside is not to notice.

    Raises:
        ExplorerError: The data cannot be loaded, or the batch does not fit in memory.
    """
    device = devices.pick(plan.config.device)
    with failures.explained(batch_size=plan.config.batch_size, device=device):
        loading = assembly.load(plan, "")
        while True:
            try:
                event = next(loading)
            except StopIteration as loaded:
                dataset = loaded.value
                break
            if is_cancelled():
                loading.close()
                return
            if isinstance(event, Preparing):
                yield event
        setup = assembly.assemble(plan, "", assembly.model_of(plan), dataset, device)
        yield from range_test(
            setup, seed=plan.config.seed, lr_min=lr_min, lr_max=lr_max, steps=steps, is_cancelled=is_cancelled
        )
