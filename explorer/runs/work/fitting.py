"""Which batch size of a plan fits in memory, found by trying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.runs.work import assembly
from explorer.training import failures
from explorer.training.events import Event, Preparing
from explorer.training.fitting_batch import Trials, search

if TYPE_CHECKING:
    from collections.abc import Generator

    import torch

    from explorer.errors import ExplorerError
    from explorer.runs.plan import RunPlan


def with_fitting_batch(
    known: ExplorerError, plan: RunPlan, run: str, images: int, device: torch.device
) -> Generator[Event, None, ExplorerError]:
    """`known`, a lack of memory, with the size that fits, found on a network of its own; of `images` at most.

    The caller has let go of what the run held on `device`, but for its images.
    """
    config = plan.config
    trials = Trials(assembly.model_of(plan), config, plan.choice.input_shape, plan.choice.classes, device)
    sizes = search(trials.fits, min(config.batch_size, images))
    while True:
        try:
            size = next(sizes)
        except StopIteration as stop:
            return failures.with_fitting_batch(known, stop.value)
        yield Preparing(run, Text(f"Trying a batch size of {size}", f"正在尝试批量大小 {size}"))
