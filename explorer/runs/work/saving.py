"""Saving a run while it is trained: when, whether its folder is still there, and what to say where it fails."""

import errno
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.folder.names import PLAN
from explorer.training.events import Event, Preparing

FULL = (errno.ENOSPC, errno.EDQUOT)
WAITING = Text("Waiting for room on the disk, to save the weights", "正在等待磁盘空间，以保存权重")
WAIT_SECONDS = 0.5  # between two attempts

_REMOVED = Text("the folder of the run was removed", "运行的文件夹已被移走")


@dataclass(slots=True)
class Schedule:
    """When to save: about every minute and at the ends of epochs, but for no more than a two-hundredth of the time.

    `since` is the moment the last save ended, by the monotonic clock; `cost` what it took.
    """

    every_seconds: float = 60.0
    least_seconds: float = 2.0
    share: float = 0.005
    since: float = 0.0
    cost: float = 0.0

    def is_due(self, *, is_epoch_end: bool) -> bool:
        least = self.least_seconds if is_epoch_end else self.every_seconds
        return time.monotonic() - self.since >= max(least, self.cost / self.share)

    def note(self, began: float) -> None:
        """A save that began then is over."""
        self.since = time.monotonic()
        self.cost = self.since - began


class Anchor:
    """Whether the folder of a run is still the one in which its training began.

    A new one in the place of one that was removed, or whose drive is gone, would be the beginning of a run without a
    plan; so what is written makes no other folders than those in it.
    """

    def __init__(self, folder: Path) -> None:
        self._plan = folder / PLAN
        self._is_run = self._plan.exists()

    def hold(self) -> None:
        """Makes the folder of a training that belongs to no run."""
        if not self._is_run:
            self._plan.parent.mkdir(parents=True, exist_ok=True)

    def check(self) -> None:
        """Call it before something is written.

        Raises:
            FileNotFoundError: It is gone; it may come back.
        """
        if self._is_run and not self._plan.exists():
            raise FileNotFoundError(errno.ENOENT, _REMOVED.en, str(self._plan.parent))


def when_there_is_room(save: Callable[[], None], run: str) -> Generator[Event, None, None]:
    """Calls `save` at the end of a training, on a full disk again and again: whoever makes room loses nothing.

    Raises:
        OSError: Something else than a lack of room is in the way.
    """
    while True:
        try:
            return save()
        except OSError as error:
            if error.errno not in FULL:
                raise
        yield Preparing(run, WAITING)
        time.sleep(WAIT_SECONDS)


def unsaved(error: OSError) -> tuple[Text, Text]:
    """What to say where the training goes on although nothing can be saved: what happened, and what to do."""
    reason = _reason(error)
    what = Text(f"The weights could not be saved: {reason.en}.", f"权重未能保存：{reason.zh}。")
    if isinstance(error, FileNotFoundError):
        return what, Text("Training goes on; put it back before it ends.", "训练继续进行；请在结束前将其放回原处。")
    return what, Text(
        "Training goes on, and waits at its end; make room on the disk.",
        "训练继续进行，并在结束时等待；请腾出磁盘空间。",
    )


def lost(error: OSError) -> ExplorerError:
    """What to say where a training ends and its last steps cannot be saved."""
    reason = _reason(error)
    what = Text(f"The last steps could not be saved: {reason.en}.", f"最后几步未能保存：{reason.zh}。")
    if isinstance(error, FileNotFoundError):
        return ExplorerError(what, Text("What was saved before lies in it.", "此前保存的内容在该文件夹中。"))
    return ExplorerError(
        what, Text("What was saved before is kept; make room on the disk.", "此前保存的内容仍在；请腾出磁盘空间。")
    )


def _reason(error: OSError) -> Text:
    if isinstance(error, FileNotFoundError):
        return _REMOVED
    return Text(error.strerror or str(error), error.strerror or str(error))
