"""What is done to a whole window in tests: files dropped onto it, and its end."""

import gc
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from explorer.gui.main_window import MainWindow


def close(window: MainWindow) -> None:
    window.close()
    window.deleteLater()
    gc.enable()


def urls(*files: Path) -> QMimeData:
    """Files as a file manager hands them over."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return mime


def drop(window: MainWindow, mime: QMimeData) -> bool:
    """Drops `mime` onto the middle of the window, if that takes it; whether it does."""
    at, copy = window.rect().center(), Qt.DropAction.CopyAction
    keys, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(at, copy, mime, button, keys)
    entering.ignore()
    QApplication.sendEvent(window, entering)
    if entering.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(at), copy, mime, button, keys))
    return entering.isAccepted()
