"""Which checkpoints a run has kept, by the list beside them. No torch."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from explorer import atomic
from explorer.runs.folder.names import CHECKPOINT_LIST

LAST, PREVIOUS, BEST = "last", "previous", "best"

_NAME = re.compile(r"step-\d+")


@dataclass(slots=True)
class Kept:
    """Which files are the last, the previous and the best, by their name without suffix."""

    last: str | None = None
    previous: str | None = None
    best: str | None = None
    best_accuracy: float | None = None

    def names(self) -> set[str]:
        return {name for name in (self.last, self.previous, self.best) if name}


def read_list(checkpoints: Path) -> Kept:
    """What the list in the folder `checkpoints` says; nothing where it is missing or damaged: the files tell enough."""
    try:
        data = json.loads(atomic.read_text(checkpoints / CHECKPOINT_LIST))
        last, previous, best = (data[key] for key in (LAST, PREVIOUS, BEST))
        if not all(name is None or _NAME.fullmatch(name) for name in (last, previous, best)):
            return Kept()
        accuracy = data["best_accuracy"]
        return Kept(last, previous, best, None if accuracy is None else float(accuracy))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Kept()
