"""What the layers of a run are taught at its stored moments: one batch of its training images through each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.data import datasets
from explorer.data.batches import as_input
from explorer.data.normalise import Normalise
from explorer.inspection import signals, untrained
from explorer.runs.checkpoint import load_into, read_moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor, nn

    from explorer.inspection.signals import Signals
    from explorer.runs.plan import RunPlan

IMAGES = 128
_MOST_NUMBERS = 128 * 3 * 64 * 64  # of the batch; of large images there are fewer in it
_FEWEST = 16


class LearningDesk:
    """The model and the batch of the run that was measured last. For one thread at a time."""

    def __init__(self) -> None:
        self._plan: RunPlan | None = None
        self._model: nn.Module | None = None
        self._pixels: Tensor | None = None
        self._labels: Tensor | None = None

    def measure(self, plan: RunPlan, moment: Path, is_cancelled: Callable[[], bool] = lambda: False) -> Signals:
        """The signals at the weights in the file `moment` of a run of `plan`; nothing is downloaded for it.

        Raises:
            ExplorerError: The data are not there, or the weights are gone or damaged.
            explorer.data.watch.Cancelled: On request, while the data are read.
        """
        if plan != self._plan or self._model is None:
            self._prepare(plan, is_cancelled)
        assert self._model is not None
        assert self._pixels is not None
        assert self._labels is not None
        snapshot = read_moment(moment)
        load_into(self._model, snapshot.weights)
        images = Normalise(snapshot.mean, snapshot.std, self._pixels.shape[1])(self._pixels)
        return signals.measure(self._model, images, self._labels)

    def _prepare(self, plan: RunPlan, is_cancelled: Callable[[], bool]) -> None:
        channels, height, width = plan.choice.input_shape
        count = max(_FEWEST, min(IMAGES, _MOST_NUMBERS // (channels * height * width)))
        self._plan = None
        data = datasets.load_here(
            plan.dataset, plan.data_dir, limit=plan.config.limit, size=max(height, width), is_cancelled=is_cancelled
        )
        chosen = data.train.limited(count)
        self._pixels = as_input(chosen.images, plan.choice.input_shape)
        self._labels = chosen.labels
        self._model = untrained.build(plan.choice)
        self._plan = plan
