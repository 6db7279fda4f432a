"""What happens when the program itself fails: everything goes to one log, and the window can show a report.

`install` is called first thing. A crash inside a library leaves the places of all threads in `crash.txt`.
"""

import faulthandler
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, QtMsgType, Signal, qInstallMessageHandler, qVersion

from explorer import __version__, paths

LOG_BYTES = 1 << 20
_IGNORED = "This plugin does not support"  # what the offscreen platform cannot do

_logger = logging.getLogger("explorer")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Reporter(QObject):
    """Collects defects from all threads; only the first of many in a row is told.

    Attributes:
        previous: Where the program before this one crashed, or "".

    Signals:
        reported(str): A defect, as a report that can be copied; on the GUI thread.
    """

    reported = Signal(str)
    QUIET_S = 5.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.previous = ""
        self._clock = clock
        self._last = float("-inf")
        self._untold = 0

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Logs the defect, and tells of it unless one was told a moment ago."""
        lines = "".join(traceback.format_exception(kind, error, trace))
        _logger.error("defect\n%s", lines)
        now = self._clock()
        if now - self._last < self.QUIET_S:
            self._untold += 1
            return
        self._last = now
        self.reported.emit(report(lines, self._untold))
        self._untold = 0


def report(lines: str, untold: int = 0) -> str:
    """What a developer needs to know of the defect with the traceback `lines`."""
    import platform  # here, since the window is shown without

    system = (
        f"CNN Explorer {__version__} · Python {platform.python_version()} · Qt {qVersion()} · {platform.platform()}"
    )
    more = f"\n({untold} more before this one, see {log_file()})" if untold else ""
    return f"{system}\n\n{lines.rstrip()}{more}\n"


def log_file() -> Path:
    return paths.home() / "log.txt"


def crash_file() -> Path:
    return paths.home() / "crash.txt"


def install() -> Reporter:
    """Sends defects of every thread, Qt's messages and crashes to the log; returns who tells the window of them."""
    reporter = Reporter()
    _start_log()
    reporter.previous = _watch_for_faults()
    qInstallMessageHandler(_on_qt_message)

    def on_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            reporter.take(kind, error, trace)

    def on_thread_defect(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            reporter.take(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = on_defect
    threading.excepthook = on_thread_defect
    return reporter


def uninstall() -> None:
    """Gives everything back to Python and Qt."""
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
    qInstallMessageHandler(None)
    faulthandler.disable()
    for handler in list(_logger.handlers):
        if isinstance(handler, RotatingFileHandler):
            _logger.removeHandler(handler)
            handler.close()
    if _faults:
        _faults.pop().close()


_faults: list[IO[str]] = []  # kept open: the fault handler writes to its descriptor


def _start_log() -> None:
    try:
        paths.home().mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file(), maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    except OSError as error:
        _logger.warning("no log: %s", error)
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _logger.addHandler(handler)
    _logger.addHandler(logging.StreamHandler())


def _watch_for_faults() -> str:
    """Begins a new crash file; returns what was in the one before."""
    previous = ""
    try:
        if crash_file().is_file():
            previous = crash_file().read_text(encoding="utf-8", errors="replace")
        _faults.append(crash_file().open("w", encoding="utf-8"))
    except OSError as error:
        _logger.warning("no crash file: %s", error)
    else:
        faulthandler.enable(_faults[-1])
    return previous


def _on_qt_message(kind: QtMsgType, context: object, message: str) -> None:
    if not message.startswith(_IGNORED):
        logging.getLogger("explorer.qt").log(_LEVELS[kind], "%s", message)
