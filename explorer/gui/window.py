"""Puts the program together: state, services, window; and takes it apart again.

The order matters: the window is on the screen before torch is imported, automatic garbage collection is off before the
first thread is made, Qt's classes are made before a thread can name them, and every thread that can be ended has ended
before the process does.
"""

from __future__ import annotations

import contextlib
import gc
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from explorer import __version__, catalogue, paths
from explorer.catalogue import Choice
from explorer.errors import ExplorerError
from explorer.gui import background, crash, ending, preferences, qt_classes
from explorer.gui.collector import Collector
from explorer.gui.main_window import MainWindow
from explorer.gui.qt_classes import QtClasses
from explorer.gui.services import appearance, own_models
from explorer.gui.services.ahead import Ahead
from explorer.gui.services.device_watch import DeviceWatch
from explorer.gui.services.graphs import GraphService
from explorer.gui.services.insights import InsightService
from explorer.gui.services.looking_back import LookingBack
from explorer.gui.services.map_drivers import MapDrivers
from explorer.gui.services.own_models import OwnModels
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.gui.warmup import Warmup
from explorer.gui.widgets.pictures.image_intake import FileSource
from explorer.gui.widgets.pictures.model_intake import MODELS, WEIGHTS
from explorer.runs.shelf.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from explorer.gui.dialogs.crash_report import CrashDialog

FIRST_ARCHITECTURE = "lenet"
STEP_SECONDS = 30.0  # a step may take so long when the window is closed
BAD_INPUT = 2


class Session(QObject):
    """Everything behind a window: made with it, started when it is painted, ended when it closes."""

    def __init__(self, state: AppState, store: Store, run_control: RunControl, window: MainWindow) -> None:
        super().__init__(window)
        self._store, self._run_control, self._window = store, run_control, window
        self._graphs = GraphService(state, self)
        self._insights = InsightService(state, run_control, self)
        self._looking_back = LookingBack(state, run_control, self._insights.own_bench, self)
        self._drivers = MapDrivers(state, run_control, self._insights.own_bench, self)
        self._device = DeviceWatch(state, self)
        self._warmup = Warmup(state, self, prepare=import_what_is_seen_later)
        self._warmup.done.connect(self._on_warm)
        self._collector: Collector | None = None
        self._ahead = Ahead(self)
        self._qt_classes = QtClasses(self)
        self._qt_classes.made.connect(self._warmup.start)
        window.painted.connect(self._qt_classes.make)
        window.closing.connect(self._end)

    def _on_warm(self) -> None:
        self._collector = Collector(self)
        self._ahead.begin(self._window.seen_later())

    def _end(self) -> None:
        self._qt_classes.stop()
        self._ahead.stop()
        has_ended = self._run_control.close(STEP_SECONDS)  # the window is hidden already
        self._insights.close()
        self._looking_back.close()
        self._drivers.close()
        self._graphs.close()
        self._device.close()
        self._window.close_panels()
        self._warmup.close()
        self._store.close()
        background.close_all(self._window)  # those of dialogs that stand open
        if self._collector is not None:
            self._collector.close()
        gc.unfreeze()  # what stays frozen is reported as leaked by the libraries that made it, where Python ends
        if not has_ended:
            # One step takes longer than anybody waits, and cannot be broken off. Ending the interpreter under it would
            # crash; the run's last checkpoint is on disk, and it can be resumed from there.
            sys.stderr.write("cnn-explorer: a training step did not end; the run can be resumed from its checkpoint\n")
            ending.leave(0)


def create_window(argv: Sequence[str]) -> tuple[QApplication, MainWindow]:
    """The application and its window, not yet shown. Closing the window ends everything that belongs to it.

    Raises:
        ExplorerError: The folder for the user's data cannot be used.
    """
    gc.disable()  # a collection on another thread would destroy Qt objects there; see `Collector`
    qt_classes.expect()
    app = _application(argv)
    kept = preferences.load()
    appearance.begin(kept)
    store = Store(paths.runs())
    store.make_root()
    known = own_models.restore()
    state = AppState(_first_choice(kept))
    run_control = RunControl(state, store)
    window = MainWindow(state, run_control, kept, OwnModels(state, known))
    run_control.setParent(window)
    state.setParent(window)
    Session(state, store, run_control, window)
    return app, window


def show_window(argv: Sequence[str]) -> int:
    """Opens the window, with the file named in `argv` if there is one; ends the process when it is closed.

    Returns the exit status where there is no window to be opened.
    """
    reporter = crash.install()
    try:
        file = _file_named(argv)
        app, window = create_window([])
    except ExplorerError as error:
        sys.stderr.write(f"cnn-explorer: {error}\n")
        return BAD_INPUT
    reporter.reported.connect(lambda report: _tell_of_defect(report, window))
    if window.fills_screen_at_first():
        window.showMaximized()
    else:
        window.show()
    window.welcome()
    if file is not None and file.suffix.lower() in (*MODELS, *WEIGHTS):
        window.files.open(file)
    elif file is not None:
        window.state.request_image(FileSource(file, more=len(argv) - 1))
    if reporter.previous:
        _crash_dialog()(crash.report(reporter.previous), window, is_from_before=True).show()
    with _closing_on_signals(window):
        status = app.exec()
    return ending.leave(status)


def _application(argv: Sequence[str]) -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["cnn-explorer", *argv])
    app.setApplicationName(paths.APP_NAME)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("cnn-explorer")
    app.setWindowIcon(QIcon(str(paths.resources() / "icons" / "app.svg")))
    return app


def _first_choice(kept: preferences.Preferences) -> Choice:
    """The network that was looked at last, where it still exists as it was; else the first one."""
    if kept.choice is not None:
        with contextlib.suppress(ExplorerError, KeyError, TypeError, ValueError, AttributeError):
            last = Choice.from_json(kept.choice)
            card = catalogue.find(last.architecture)
            return card.choose(input_shape=last.input_shape, classes=last.classes, settings=last.settings)
    return catalogue.find(FIRST_ARCHITECTURE).default_choice()


def _file_named(argv: Sequence[str]) -> Path | None:
    """The file that the program was started with, as a file manager does it; `app` has seen that it is there."""
    return Path(argv[0]).resolve() if argv else None


def _tell_of_defect(report: str, window: MainWindow) -> None:
    dialog = _crash_dialog()
    open_dialog = window.findChild(dialog)
    if open_dialog is None:
        dialog(report, window).show()
    else:
        open_dialog.add(report)


def _crash_dialog() -> type[CrashDialog]:
    from explorer.gui.dialogs.crash_report import CrashDialog

    return CrashDialog


@contextlib.contextmanager
def _closing_on_signals(window: MainWindow) -> Iterator[None]:
    """Has Ctrl+C in the terminal, and a polite end from the system, close the window as its button does.

    Python runs its handlers between two of its own instructions, and Qt's loop has none: a socket wakes it.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: reading.recv(64))
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    handlers = {number: signal.signal(number, lambda *_: window.close()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        notifier.setEnabled(False)
        reading.close()
        writing.close()


def import_what_is_seen_later() -> None:
    """What workspaces, pages and dialogs import when they are first seen, away from the window's thread."""
    from explorer.gui.dialogs import about, export, first_steps, own_model, palette, shortcuts  # noqa: F401
    from explorer.gui.panels import compare  # noqa: F401
    from explorer.gui.panels.inspector import pages as inspector_pages
    from explorer.gui.panels.labs import page as lab_pages

    inspector_pages.import_all()
    lab_pages.import_all()
