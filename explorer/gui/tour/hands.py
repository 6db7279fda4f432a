"""What drives the window as a user does: finds widgets, clicks, types, drops, waits, and takes pictures."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEventLoop, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QTabBar, QWidget

from explorer.gui.widgets.fields.segmented import Segmented

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from explorer.gui.main_window import MainWindow

_LEFT = Qt.MouseButton.LeftButton

W = TypeVar("W", bound=QWidget)


class StepError(Exception):
    """A step of the tour did not have the effect that it should have had."""


class Hands:
    """Finds widgets of the window, uses them as a user does, waits and looks."""

    def __init__(self, app: QApplication, window: MainWindow, out: Path) -> None:
        self.app, self.window, self.state, self._out = app, window, window.state, out
        self._shots = 0

    def find(self, kind: type[W], name: str) -> W:
        """The visible widget called `name`."""
        for widget in self.window.findChildren(kind, name):
            if widget.isVisible():
                return widget
        raise StepError(f"there is no {name} in the window")

    def click(self, name: str, kind: type[QWidget] = QWidget) -> None:
        QTest.mouseClick(self.find(kind, name), _LEFT)

    def type(self, field: QWidget, words: str) -> None:
        """Replaces what is in `field` and confirms it."""
        line = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
        assert isinstance(line, QLineEdit)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, words)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def choose(self, name: str, value: object) -> None:
        """Chooses `value` in a drop-down list by its keys."""
        box = self.find(QComboBox, name)
        wanted = next((row for row in range(box.count()) if box.itemData(row) == value), None)
        if wanted is None:
            raise StepError(f"{name} does not offer {value!r}")
        box.setFocus()
        while box.currentIndex() != wanted:
            QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)

    def switch(self, name: str, key: str) -> None:
        """Clicks the button `key` of the switch `name`."""
        QTest.mouseClick(self.find(Segmented, name).button(key), _LEFT)

    def click_tab(self, index: int) -> None:
        tabs = self.window.inspector.findChild(QTabBar)
        assert isinstance(tabs, QTabBar)
        QTest.mouseClick(tabs, _LEFT, pos=tabs.tabRect(index).center())

    def click_node(self, kind: str) -> str:
        """Clicks the first box of this kind in the graph; returns its path."""
        graph, view = self.state.graph, self.window.graph.view
        if graph is None:
            raise StepError("there is no graph")
        for node in graph.nodes:
            place = view.graph_scene.place(("node", node.index)) if node.kind == kind else None
            if place is not None:
                view.centerOn(place.center())
                QTest.mouseClick(view.viewport(), _LEFT, pos=view.mapFromScene(place.center()))
                return node.path
        raise StepError(f"no {kind} is drawn")

    def drop(self, target: QWidget, file: Path) -> None:
        """Drops `file` on `target`, as the file manager does."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        at, copy = target.rect().center(), Qt.DropAction.CopyAction
        entering = QDragEnterEvent(at, copy, mime, _LEFT, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(target, entering)
        if not entering.isAccepted():
            raise StepError("the file was refused")
        QApplication.sendEvent(target, QDropEvent(QPointF(at), copy, mime, _LEFT, Qt.KeyboardModifier.NoModifier))

    def wait(self, what: str, until: Callable[[], object], seconds: float = 30.0) -> None:
        """Lets the window live until `until` holds."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise StepError(f"{what}: not within {seconds:.0f} s")
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.002)

    def rest(self, seconds: float = 0.4) -> None:
        """Lets the window draw what it still wants to draw."""
        end = time.monotonic() + seconds
        self.wait("a moment", lambda: time.monotonic() > end, seconds + 5)

    def shot(self, name: str, dialog: QWidget | None = None) -> None:
        """Saves a picture of the window, with `dialog` in its middle."""
        self.rest()
        self._shots += 1
        path = self._out / f"{self._shots:02d}-{name}.png"
        picture = self.window.grab()
        if dialog is not None:
            painter = QPainter(picture)
            painter.drawPixmap(self.window.rect().center() - dialog.rect().center(), dialog.grab())
            painter.end()
        if not picture.save(str(path)):
            raise StepError(f"{path} cannot be written")


def check(holds: bool, what: str) -> None:
    """Raises `StepError` unless `holds`."""
    if not holds:
        raise StepError(what)
