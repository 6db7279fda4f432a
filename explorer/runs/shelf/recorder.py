"""Keeps what a run tells: journal, index and TensorBoard files, each of which may fail without harm to the training."""

import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from explorer.bilingual import Text
from explorer.runs.curves.history import History
from explorer.runs.folder import place
from explorer.runs.folder.journal import Journal
from explorer.runs.folder.lock import FileLock
from explorer.runs.folder.names import EVENTS
from explorer.runs.folder.stop_request import StopWatch
from explorer.runs.folder.tensorboard import TensorBoardLog
from explorer.runs.shelf.index import Index
from explorer.runs.shelf.record import RunRecord, summarise
from explorer.training.events import ENDINGS, EpochEnded, Event, Paused, Resumed, Started, Stopped, Warned

INDEX_SECONDS = 5.0

_logger = logging.getLogger(__name__)


class Recorder:
    """Writes the events of one run; holds the run's lock until `close`. Used by one thread at a time."""

    def __init__(self, folder: Path, head: RunRecord, history: History, index: Index, lock: FileLock) -> None:
        self._head, self._history, self._index, self._lock = head, history, index, lock
        self._history.ending = None  # a run that resumes has not ended
        self._folder = folder
        self._journal = Journal(folder / EVENTS)
        self._tensorboard = TensorBoardLog(folder, head.plan)
        self._has_warned = self._is_closed = self._is_broken_off = False
        self._stop_watch: StopWatch | None = None
        self._put()

    @property
    def record(self) -> RunRecord:
        """The run as it stands now."""
        return summarise(self._head, self._history, is_alive=self._history.ending is None)

    def on_stop_request(self, stop: Callable[[], None]) -> None:
        """Calls `stop`, on another thread, when somebody asks for the run to stop by `Store.ask_to_stop`."""
        self._stop_watch = StopWatch(self._folder, stop)

    def keep_place(self) -> None:
        """The run is about to be stopped because the program ends: if it was in the queue, it comes first there."""
        self._is_broken_off = True

    def append(self, event: Event) -> Warned | None:
        """Writes `event` down; the first time that this fails, the warning to pass on is returned."""
        self._history.apply(event)
        self._tensorboard.append(event)
        warning = self._write(event)
        if isinstance(event, ENDINGS) and not (isinstance(event, Stopped) and self._is_broken_off):
            self._leave_queue()
        is_milestone = isinstance(event, (Started, EpochEnded, Paused, Resumed, *ENDINGS))
        if is_milestone or time.monotonic() - self._indexed >= INDEX_SECONDS:
            self._put()
        return warning

    def flush(self) -> None:
        """Writes what waits: for a pause, and before the weights are saved."""
        try:
            self._journal.flush(sync=True)
        except OSError as error:
            _logger.warning("run %s: %s", self._history.run, error)

    def close(self) -> None:
        """Lets go of the run; only the first time."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._stop_watch is not None:
            self._stop_watch.close()
        try:
            self._journal.close()
        except OSError as error:
            _logger.warning("run %s: the last events are lost: %s", self._history.run, error)
        self._tensorboard.close()
        self._put()
        self._lock.release()

    def _leave_queue(self) -> None:
        self._head = replace(self._head, place=None)
        try:
            place.leave(self._folder)
        except OSError as error:  # it is tried again, then
            _logger.warning("run %s: %s", self._history.run, error)

    def _write(self, event: Event) -> Warned | None:
        try:
            self._journal.append(event)
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                _logger.warning("run %s: %s", self._history.run, error)
                return Warned(
                    self._history.run,
                    Text(
                        f"The curves cannot be written to disk: {error.strerror}.",
                        f"曲线无法写入磁盘：{error.strerror}。",
                    ),
                    Text(
                        "Training goes on; make room on the disk, and they are written then.",
                        "训练继续进行；腾出磁盘空间后会补写。",
                    ),
                )
        return None

    def _put(self) -> None:
        self._indexed = time.monotonic()
        try:
            self._index.put(self.record)
        except sqlite3.Error as error:  # the index follows from the folders: it can wait
            _logger.info("run %s: index: %s", self._history.run, error)
