"""Reads along in the folder of a run that another process writes, on this machine or on a shared file system. No torch.

The journal grows by whole lines; what is half written is taken when its end has come.
"""

import json
import os
from pathlib import Path

from explorer import atomic
from explorer.runs.folder import journal
from explorer.runs.folder.lock import is_locked
from explorer.runs.folder.names import CHECKPOINT_LIST, CHECKPOINTS, EVENTS, LOCK
from explorer.training.events import ENDINGS, Event, Stopped

CHUNK = 1 << 24  # bytes read at once


class Follower:
    """What happens in the run of `folder`, read from its files. Used by one thread at a time; never on the GUI's.

    Attributes:
        run: The run's id, the name of its folder.
        generation: Grows when the journal was cut or replaced; the events after that begin again with the first.
    """

    def __init__(self, folder: Path) -> None:
        self.run = folder.name
        self.generation = 0
        self._folder = folder
        self._file: tuple[int, int] | None = None  # which file was read: device and number
        self._offset = 0  # behind the last whole line that was read
        self._has_ended = False

    @property
    def is_alive(self) -> bool:
        """A process holds the run; of one on another machine the lock's time stamp is younger than a minute."""
        return is_locked(self._folder / LOCK)

    @property
    def saved_step(self) -> int | None:
        """The step of the last checkpoint; None while there is none."""
        try:
            last = json.loads(atomic.read_text(self._folder / CHECKPOINTS / CHECKPOINT_LIST))["last"]
            return None if last is None else int(last.removeprefix("step-"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def drain(self) -> list[Event]:
        """The events since the last call. When the run's process is gone, an ending is the last of them.

        A process that died left none: then it is `Stopped`. After an ending nothing comes, until the run is resumed.
        """
        was_alive = self.is_alive  # asked first: whoever has let go has written everything
        events = [event for line in self._lines() if (event := journal.decode(line, self.run)) is not None]
        if events:
            self._has_ended = isinstance(events[-1], ENDINGS)
        if not was_alive and not self._has_ended:
            self._has_ended = True
            events.append(Stopped(self.run))
        return events

    def _lines(self) -> list[str]:
        try:
            with (self._folder / EVENTS).open("rb") as file:
                about = os.fstat(file.fileno())
                self._begin_again_if_cut((about.st_dev, about.st_ino), about.st_size)
                file.seek(self._offset)
                content = b"".join(iter(lambda: file.read(CHUNK), b""))
        except OSError:  # not there yet, or not there any more
            return []
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole.decode("utf-8", errors="replace").split("\n")[:-1]

    def _begin_again_if_cut(self, file: tuple[int, int], size: int) -> None:
        is_another = self._file is not None and file != self._file
        if is_another or size < self._offset:
            self.generation += 1
            self._offset = 0
        self._file = file
