"""The answers that a network gave at the tests of its run, as they are stored with the run. No torch."""

import re
from dataclasses import dataclass
from pathlib import Path

from explorer.bilingual import Text
from explorer.errors import unreadable
from explorer.evaluation.scores import Evaluation
from explorer.runs.folder.names import EVALUATIONS

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
    names = [(_NAME.fullmatch(path.name), path) for path in (run_folder / EVALUATIONS).glob("epoch-*.npz")]
    found = [EpochAnswers(int(name[1]), path) for name, path in names if name is not None]
    return tuple(sorted(found, key=lambda answers: answers.epoch))


def file_of(run_folder: Path, epoch: int) -> Path:
    """Where the answers after `epoch` epochs are stored."""
    return run_folder / EVALUATIONS / f"epoch-{epoch:05d}.npz"
