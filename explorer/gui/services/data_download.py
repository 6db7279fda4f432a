"""Downloads of data sets: each on a worker of its own, with its pace, cancelled at once, gone on with later."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.errors import ExplorerError
from explorer.gui.background import Latest

if TYPE_CHECKING:
    from explorer.bilingual import Text
    from explorer.data.cards import DatasetCard

POLL_MS = 100
_LOOKED_BACK = 50  # reports that decide on the pace: five seconds


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is.

    Attributes:
        fraction: 0-1; None while that is not known.
        rate: Bytes a second lately; 0 while that is not known.
        seconds_left: None while that is not known.
    """

    what: Text
    fraction: float | None
    rate: float = 0.0
    seconds_left: float | None = None


class Download(QObject):
    """One download under way.

    Signals:
        progressed: `progress` has changed; ten times a second at most.
        ended: It is done, or was cancelled, or `error` says why not. Nothing follows.
    """

    progressed = Signal()
    ended = Signal()

    def __init__(self, card: DatasetCard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.progress: Progress | None = None
        self.error: ExplorerError | None = None
        self.is_cancelled = False
        self._stop = threading.Event()
        self._said: tuple[Text, float | None] | None = None
        self._seen: deque[tuple[float, float]] = deque(maxlen=_LOOKED_BACK)  # (moment, fraction)
        self._worker = Latest("download", self)
        self._worker.done.connect(self._on_done)
        self._worker.failed.connect(self._on_failed)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    def start(self) -> None:
        card, stop = self.card, self._stop

        def work() -> None:
            from explorer.data import files
            from explorer.data.watch import Watch

            files.fetch(card, Watch(self._hear, stop.is_set))

        self._worker.request(work)
        self._timer.start()

    def cancel(self) -> None:
        """Ends it soon; what has come stays for the next time."""
        self.is_cancelled = True
        self._stop.set()

    def close(self) -> None:
        """Ends it and waits for that; for the end of the program."""
        self._stop.set()
        self._timer.stop()
        self._worker.close()

    def _hear(self, what: Text, fraction: float | None) -> None:
        self._said = (what, fraction)  # on the worker: one assignment, looked at by the timer

    def _poll(self) -> None:
        if self._said is None:
            return
        what, fraction = self._said
        if fraction is None:
            self.progress = Progress(what, None)
        else:
            self._seen.append((time.monotonic(), fraction))
            self.progress = self._paced(what, fraction)
        self.progressed.emit()

    def _paced(self, what: Text, fraction: float) -> Progress:
        (first, before), (last, now) = self._seen[0], self._seen[-1]
        if last - first < 0.5 or now <= before:
            return Progress(what, fraction)
        pace = (now - before) / (last - first)
        return Progress(what, fraction, pace * self.card.download_bytes, (1 - fraction) / pace)

    def _on_done(self, _: object) -> None:
        self._end()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            self._end()
            raise error
        if not self.is_cancelled:
            self.error = error
        self._end()

    def _end(self) -> None:
        self._timer.stop()
        self.ended.emit()
