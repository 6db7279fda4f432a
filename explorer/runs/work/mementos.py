"""What a run leaves behind for looking at it later: weights along the way, and the answers of every test.

None of it is needed to go on, and it takes a small share of the run's time only: of epochs that last a blink the
answers of some are kept, and those of the last.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from explorer import atomic
from explorer.evaluation.collect import Collector
from explorer.runs.folder import answers
from explorer.runs.folder.snapshots import Snapshots
from explorer.training.events import EpochEnded, Event, Started, Steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import nn

    from explorer.evaluation.scores import Evaluation
    from explorer.runs.folder.checkpoint import Snapshot

SHARE = 0.01  # of the time of the run that writing answers may take,
ALLOWANCE = 0.25  # after so many seconds


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
        self._waiting: tuple[int, Evaluation] | None = None  # the newest answers, by the number of the epoch
        self._spent, self._cost, self._began = 0.0, 0.0, time.monotonic()

    def keep(self, event: Event, snapshot: Callable[[], Snapshot | None]) -> None:
        """Keeps what there is to keep after `event`.

        Args:
            snapshot: Copies the weights of this moment.

        Raises:
            OSError: The disk is full, or the like; the run can go on without.
        """
        if isinstance(event, EpochEnded):
            self._waiting = event.epoch + 1, self.answers.take(self._classes)
            if self._spent + self._cost <= ALLOWANCE + SHARE * (time.monotonic() - self._began):
                self._write_answers()
        if isinstance(event, Started | Steps | EpochEnded) and self._snapshots.is_due(event.step):
            found = snapshot()
            if found is not None:
                self._snapshots.keep(found)

    def make_room(self) -> bool:
        """Gives up what is of no use to a resume, for a save that found no room; False where there is nothing."""
        return self._snapshots.give_up()

    def finish(self) -> None:
        """The run ends: keeps the answers of its last test.

        Raises:
            OSError: As for `keep`.
        """
        self._write_answers()

    def _write_answers(self) -> None:
        if self._waiting is None:
            return
        epoch, found = self._waiting
        self._waiting, began = None, time.monotonic()
        atomic.write_bytes(answers.file_of(self._folder, epoch), found.to_bytes(), parents=False)
        self._cost = time.monotonic() - began
        self._spent += self._cost
