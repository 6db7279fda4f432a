"""Keeps what is to be remembered of the window on the disk while it is open, so that a crash takes nothing of it."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from explorer.gui import preferences
from explorer.gui.background import Errands

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.preferences import Preferences
    from explorer.gui.state import AppState

EVERY_MS = 10_000

_logger = logging.getLogger(__name__)


class Remembering(QObject):
    """Looks every few seconds, and whenever a training begins or ends; writes what has changed, elsewhere.

    Args:
        gather: What is to be remembered now; called on the GUI thread, in well under a millisecond.
    """

    def __init__(self, state: AppState, gather: Callable[[], Preferences], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gather = gather
        self._kept: Preferences | None = None
        self._errands = Errands("preferences", self)
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        state.training_changed.connect(self.look)

    def look(self) -> None:
        """Has written what is another than the last time."""
        now = self._gather()
        if now != self._kept:
            self._kept = now
            self._errands.do(partial(preferences.save, now), None, self._could_not)

    def close(self) -> None:
        """Looks no more; what was begun to be written is, when this returns."""
        self._timer.stop()
        self._errands.close()

    def _could_not(self, error: BaseException) -> None:
        if not isinstance(error, OSError):
            raise error
        _logger.warning("the preferences could not be saved: %s", error)
