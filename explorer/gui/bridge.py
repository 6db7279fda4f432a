"""The one place where a run's events meet Qt: drained by a timer, so that the training never waits for the window."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from explorer.runs.curves.history import History
    from explorer.training.events import Event

# Whoever shows something of a run does so when this brings it: each time that the GUI thread wakes up, and as long as
# it shows, the interpreter is taken from the training.
INTERVAL_MS = 200


class Drainable(Protocol):
    """What events come from: a `Runner`, or recorded ones."""

    def drain(self) -> "list[Event]":
        """The events since the last call, in order; returns at once."""
        ...


class RunFeed(QObject):
    """Brings the events of a run into its history, on the GUI thread, until the run has ended.

    Signals:
        changed: The history took in something; five times a second at most.
        ended: The history has an ending; nothing more comes.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, source: Drainable, history: "History", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = history
        self._source = source
        self._has_ended = False
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.drain)

    def start(self) -> None:
        self._timer.start()

    def drain(self) -> None:
        """Takes in what has happened until now, as the timer does."""
        events = self._source.drain()
        if not events or self._has_ended:
            return
        for event in events:
            self.history.apply(event)
        self.changed.emit()
        if self.history.ending is not None:
            self._has_ended = True
            self.stop()
            self.ended.emit()

    def stop(self) -> None:
        """Listens no more."""
        self._timer.stop()
