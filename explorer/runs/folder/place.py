"""The file that says that a run waits for its turn, and where in the queue. No torch.

It lies in the folder of the run until that has ended by itself or was stopped, so that a queue survives crashes and
restarts: a run whose training was broken off comes first.
"""

from pathlib import Path

from explorer import atomic
from explorer.runs.folder.names import QUEUED

FIRST = 0  # of a run that is being trained, for the case that this is broken off


def read(run_folder: Path) -> int | None:
    """The place of the run, those of a lower one come first; None where it does not wait."""
    try:
        text = atomic.read_text(run_folder / QUEUED)
    except OSError:
        return None
    try:
        return int(text)
    except ValueError:  # damaged: it waits all the same
        return FIRST


def write(run_folder: Path, place: int) -> None:
    """Has the run wait at `place`.

    Raises:
        OSError: The folder cannot be written.
    """
    atomic.write_text(run_folder / QUEUED, f"{place}\n")


def leave(run_folder: Path) -> None:
    """The run waits no more.

    Raises:
        OSError: The folder cannot be written.
    """
    atomic.remove(run_folder / QUEUED)
