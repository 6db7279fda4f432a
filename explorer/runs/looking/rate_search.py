"""The learning-rate range test of a plan: on data and a model of its own, so that no run is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.runs.looking import own_testing
from explorer.runs.work import assembly
from explorer.training import device as devices
from explorer.training import failures
from explorer.training.events import Preparing
from explorer.training.range_test import (
    DECADES,
    LR_MAX,
    SLOW_DECADES,
    SLOW_STEPS,
    STEPS,
    RateFound,
    RatePoint,
    range_test,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    import torch

    from explorer.data.split import Dataset
    from explorer.runs.plan import RunPlan

_AGAIN = Text(
    "The loss did not fall in so few steps: trying again, more slowly",
    "步数太少，损失没有下降：放慢速度再试一次",
)


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
    steps: int = STEPS,
    slow_steps: int = SLOW_STEPS,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Generator[Preparing | RatePoint | RateFound, None, None]:
    """Tries learning rates on the network, data and optimizer of `plan`; may be iterated on any one thread.

    Where the loss does not fall, as with sigmoids, which need hundreds of steps to get away from equal probabilities,
    it is tried again from the start weights: in `slow_steps`, up to where the first attempt diverged.

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
        yield from _attempts(plan, dataset, device, steps, slow_steps, is_cancelled)


def _attempts(
    plan: RunPlan,
    dataset: Dataset,
    device: torch.device,
    steps: int,
    slow_steps: int,
    is_cancelled: Callable[[], bool],
) -> Generator[Preparing | RatePoint | RateFound, None, None]:
    def attempt(number: int, highest: float, decades: float, count: int) -> Iterator[RatePoint | RateFound]:
        setup = assembly.assemble(plan, "", assembly.model_of(plan), dataset, device)
        return range_test(
            setup,
            seed=plan.config.seed,
            lr_min=highest / 10**decades,
            lr_max=highest,
            steps=count,
            attempt=number,
            is_cancelled=is_cancelled,
        )

    found = yield from _points(attempt(1, LR_MAX, DECADES, steps))
    if found is not None and not found.has_fallen:
        yield Preparing("", _AGAIN)
        slow = yield from _points(attempt(2, found.diverged_at or LR_MAX, SLOW_DECADES, slow_steps))
        if slow is None or slow.has_fallen or found.lr is None:
            found = slow
    if found is not None:
        yield found


def _points(events: Iterator[RatePoint | RateFound]) -> Generator[RatePoint, None, RateFound | None]:
    """The points of a test; then its finding, or None where it was given up."""
    for event in events:
        if isinstance(event, RateFound):
            return event
        yield event
    return None
