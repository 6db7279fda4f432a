"""Notes what must not happen on a walk: exceptions, Qt's warnings, errors in the log, a window that hangs."""

import faulthandler
import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, QtMsgType

from explorer.gui import crash

BEAT_MS = 100
_HARMLESS = ("This plugin does not support",)


class Watch:
    """Notes defects, once `install` was called; `on_defect` is called with the words of each.

    Args:
        hang_s: So long the window may not answer; longer ends the process with the places of all threads.
    """

    def __init__(self, on_defect: Callable[[str], None], hang_s: float) -> None:
        self._on_defect, self._hang_s = on_defect, hang_s
        self._timer: QTimer | None = None
        self._has_ended = False

    def install(self) -> None:
        """Before the program installs its own hooks, which go on to do what they do."""
        take, on_message = crash.Reporter.take, crash._on_qt_message

        def taken(
            reporter: crash.Reporter, kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            self._on_defect("".join(traceback.format_exception(kind, error, trace)))
            take(reporter, kind, error, trace)

        def said(kind: QtMsgType, context: object, message: str) -> None:
            if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith(_HARMLESS):
                self._on_defect(f"Qt: {message}\n{''.join(traceback.format_stack(limit=12))}")
            on_message(kind, context, message)

        crash.Reporter.take = taken  # type: ignore[method-assign]
        crash._on_qt_message = said
        for name in ("explorer", "concurrent.futures"):
            logging.getLogger(name).addHandler(_Errors(self._on_defect))

    def begin(self, parent: QObject) -> None:
        """From now on the window has to answer."""
        self._timer = QTimer(parent, interval=BEAT_MS)
        self._timer.timeout.connect(self.beat)
        self._timer.start()
        self.beat()

    def beat(self) -> None:
        if not self._has_ended:
            faulthandler.dump_traceback_later(self._hang_s, exit=True, file=sys.__stderr__)

    def end(self, seconds: float) -> None:
        """From now on the process has so many seconds to end."""
        self._has_ended = True
        if self._timer is not None:
            self._timer.stop()
        faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__)


class _Errors(logging.Handler):
    """What is logged as an error: also what a run on its thread met and reported as its ending."""

    def __init__(self, on_defect: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._on_defect = on_defect

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "explorer.qt" and not record.getMessage().startswith("defect\n"):
            trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
            self._on_defect(f"{record.name}: {record.getMessage()}\n{trace}")
