"""What a run leaves behind for looking at it later: weights along the way, and the answers of every test.

None of it is needed to go on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer import atomic
from explorer.bilingual import Text
from explorer.errors import unreadable
from explorer.evaluation.collect import Collector
from explorer.evaluation.scores import Evaluation
from explorer.runs.names import EVALUATIONS
from explorer.runs.snapshots import Snapshots
from explorer.training.events import EpochEnded, Event, Started, Steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import nn

    from explorer.runs.checkpoint import Snapshot

_NAME = re.compile(r"epoch-(\d{1,9})\.npz")


@dataclass(frozen=True, slots=True)
class EpochAnswers:
    """The stored answers after `epoch` epochs."""

    epoch: int
    path: Path

    def read(self) -> Evaluation:
        """Reads the file.

        Raises:
            ExplorerError: It is damaged, or gone.
        """
        try:
            return Evaluation.from_bytes(self.path.read_bytes())
        except OSError as error:
            hint = Text("Evaluate a checkpoint of the run instead.", "请改为评估该运行的检查点。")
            raise unreadable(self.path.name, error, hint) from error


def answers_of(run_folder: Path) -> tuple[EpochAnswers, ...]:
    """The tests of a run whose answers were kept, first to last. Reads names only."""
    folder = run_folder / EVALUATIONS
    names = [(_NAME.fullmatch(path.name), path) for path in folder.glob("epoch-*.npz")]
    found = [EpochAnswers(int(name[1]), path) for name, path in names if name is not None]
    return tuple(sorted(found, key=lambda answers: answers.epoch))


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
            atomic.write_bytes(self._folder / EVALUATIONS / f"epoch-{event.epoch + 1:05d}.npz", content)
        if isinstance(event, Started | Steps | EpochEnded) and self._snapshots.is_due(event.step):
            found = snapshot()
            if found is not None:
                self._snapshots.keep(found)
