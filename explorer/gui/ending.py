"""The end of the program: Qt's objects go in order and on their thread, then the process ends where it stands.

Python would take itself apart with torch and Qt in it: objects are destroyed in the order in which they happen to be
found, some after Qt has gone, while libraries still have threads of their own. That ended in a crash now and then.
"""

import logging
import os
import sys
from typing import NoReturn

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget


def take_apart(window: QWidget) -> None:
    """Destroys the window with all that belongs to it, and every other one that is left."""
    for other in QApplication.topLevelWidgets():
        if other is not window and other.parent() is None:
            other.deleteLater()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def leave(app: QCoreApplication, status: int) -> NoReturn:
    """Ends the process, when everything is saved and every thread that could be ended has ended."""
    app.shutdown()  # hands what was copied to the system's clipboard
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(status)
