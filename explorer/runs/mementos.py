"""What a run leaves behind for looking at it later: weights along the way, and the answers of every test.

None of it is needed to go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer import atomic
from explorer.evaluation.collect import Collector
from explorer.runs import answers
from explorer.runs.snapshots import Snapshots
from explorer.training.events import EpochEnded, Event, Started, Steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import nn

    from explorer.runs.checkpoint import Snapshot


class Mementos:
    """Keeps what one run leaves behind, for the one process that trains it.

    Attributes:
        answers: To be given to the training, which adds the answers of each test.
    """

    def __init__(self, run_folder: Path, model: nn.Module, classes: tuple[str, ...]) -> None:
        self._folder, self._classes = run_folder, classes
        size = sum(value.numel() * value.element_size() for value in model.state_dict().values())
        self._snapshots = Snapshots(run_folder, size=size)
        self.answers = Collector()

    def keep(self, event: Event, snapshot: Callable[[], Snapshot | None]) -> None:
        """Keeps what there is to keep after `event`.

        Args:
            snapshot: Copies the weights of this moment.

        Raises:
            OSError: The disk is full, or the like; the run can go on without.
        """
        if isinstance(event, EpochEnded):
            content = self.answers.take(self._classes).to_bytes()
            atomic.write_bytes(answers.file_of(self._folder, event.epoch + 1), content)
        if isinstance(event, Started | Steps | EpochEnded) and self._snapshots.is_due(event.step):
            found = snapshot()
            if found is not None:
                self._snapshots.keep(found)
