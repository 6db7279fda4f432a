"""Exchanges the style sheet of the application: at once for what is seen, soon for the rest.

Qt polishes every widget that has ever been styled when the sheet changes, and with each one all that is inside it, so
that a button ten levels deep is done ten times over: most of a second of this window. What it does for one widget is
`QStyle.polish`; here that is done once, first for what is on the screen. What is hidden waits until it is shown or
nothing else is to do.
"""

import time

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

_PIECE = 0.004  # s; of work at a time on what is hidden
_POLISHED = Qt.WidgetAttribute.WA_WState_Polished


class Restyling(QObject):
    """Made once for the application `app`, which has a style sheet already."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._waiting: set[QWidget] = set()  # hidden, and as the sheet before had them
        self._idle = QTimer(self, interval=0)
        self._idle.timeout.connect(self._polish_some)

    @property
    def is_over(self) -> bool:
        """Whether every widget is as the present sheet has it."""
        return not self._waiting

    def exchange(self, sheet: str) -> None:
        """Gives the application another sheet, in which every widget is as large as it was."""
        style = self._app.style()
        style.unpolish(self._app)  # Qt forgets which widgets have a style, and has none to polish in the next line
        self._app.setStyleSheet(sheet)
        for widget in self._app.allWidgets():
            if widget.isVisible():
                style.polish(widget)
            elif widget.testAttribute(_POLISHED):  # else Qt does it before it is shown
                self._waiting.add(widget)
                widget.installEventFilter(self)
        for window in self._app.topLevelWidgets():
            window.update()
        self._idle.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched in self._waiting:
            self._waiting.discard(watched)
            self._polish(watched)  # before it is painted
        return False

    def _polish_some(self) -> None:
        end = time.perf_counter() + _PIECE
        while self._waiting and time.perf_counter() < end:
            widget = self._waiting.pop()
            if shiboken6.isValid(widget):  # it may have been thrown away while it waited
                self._polish(widget)
        if not self._waiting:
            self._idle.stop()

    def _polish(self, widget: QWidget) -> None:
        widget.removeEventFilter(self)
        self._app.style().polish(widget)
