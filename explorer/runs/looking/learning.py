"""What the layers of a run are taught at its stored moments: one batch of its training images through each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.runs.looking.own_bench import OwnBench
from explorer.runs.looking.workbench import Weights, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from explorer.inspection.signals import Signals
    from explorer.runs.plan import RunPlan

IMAGES = 128
_MOST_NUMBERS = 128 * 3 * 64 * 64  # of the batch; of large images there are fewer in it
_FEWEST = 16


class LearningDesk:
    """The models of the runs that were measured last, and the batch. For one thread at a time.

    A model of the user runs in a process of its own, which stays until `end`, with the code that the run trained.
    """

    def __init__(self) -> None:
        self._bench, self._own_bench = Workbench(moments_kept=0), OwnBench()
        self._key: tuple[object, ...] = ()
        self._images: NDArray[np.uint8] | None = None
        self._labels: tuple[int, ...] = ()

    def measure(
        self, plan: RunPlan, folder: Path, step: int, is_cancelled: Callable[[], bool] = lambda: False
    ) -> Signals:
        """The signals at the weights after `step` steps of the run of `plan` in `folder`; nothing is downloaded for it.

        Raises:
            ExplorerError: The data are not there, the weights are gone or damaged, or the user's model fails; or, of
                that, on request.
            explorer.data.watch.Cancelled: On request, while the data are read.
        """
        images = self._read(plan, is_cancelled)
        weights = Weights(folder=folder, moment=step)
        if plan.own is None:
            return self._bench.signals(plan.choice, weights, images, self._labels)
        weights = replace(weights, own=plan.own)
        return self._own_bench.signals(plan.choice, weights, images, self._labels, is_cancelled=is_cancelled)

    def end(self) -> None:
        """Ends the process of the user's model, if there is one; the next measurement starts another."""
        self._own_bench.end()

    def _read(self, plan: RunPlan, is_cancelled: Callable[[], bool]) -> NDArray[np.uint8]:
        """Training images of the run, as large as its network takes them; `_labels` are theirs."""
        shape = plan.choice.input_shape
        key = plan.dataset, plan.data_dir, plan.config.limit, shape
        if self._images is None or key != self._key:
            from explorer.data import datasets
            from explorer.data.batches import as_pixels

            channels, height, width = shape
            count = max(_FEWEST, min(IMAGES, _MOST_NUMBERS // (channels * height * width)))
            data = datasets.load_here(
                plan.dataset, plan.data_dir, limit=plan.config.limit, size=max(height, width), is_cancelled=is_cancelled
            )
            chosen = data.train.limited(count)
            self._images, self._labels = as_pixels(chosen.images, shape), tuple(chosen.labels.tolist())
            self._key = key
        return self._images
