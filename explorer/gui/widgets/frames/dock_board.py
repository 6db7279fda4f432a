"""Panels around the middle of a window that can be hidden, set free as windows, and put back as they were."""

from PySide6.QtCore import QByteArray, QObject, QSignalBlocker, QSignalMapper, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

_VERSION, _STACKED_VERSION = 1, 2  # of what `save` gives


class DockBoard(QObject):
    """Holds one dock for each name. A dock has no title bar but where it floats.

    Where the docks are stacked they share one place, with a tab for each above them.

    Signals:
        shown(str, bool): A panel was shown or hidden.
        floated(str, bool): A panel was set free or put back.
    """

    shown = Signal(str, bool)
    floated = Signal(str, bool)

    def __init__(self, window: QMainWindow, *, is_stacked: bool = False) -> None:
        super().__init__(window)
        self._window, self._is_stacked = window, is_stacked
        self._version = _STACKED_VERSION if is_stacked else _VERSION
        self._docks: dict[str, QDockWidget] = {}
        self._sizes: dict[str, int] = {}
        self._first = QByteArray()
        self._away: QByteArray | None = None  # how the panels stood before they were put away
        self._showing, self._floating = QSignalMapper(self), QSignalMapper(self)
        self._showing.mappedString.connect(self._on_shown)
        self._floating.mappedString.connect(self._on_floated)
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            window.setCorner(corner, area)

    def place(self, name: str, area: Qt.DockWidgetArea, size: int) -> QDockWidget:
        """A dock in `area`, for a panel to be made in: one that gets its parent later would be styled twice.

        `size` is its width at a side, its height at the bottom. `fill` follows.
        """
        dock = QDockWidget(self._window)
        dock.setObjectName(f"{name}Dock")
        dock.setTitleBarWidget(QWidget(dock))
        self._docks[name], self._sizes[name] = dock, size
        self._window.addDockWidget(area, dock)
        if self._is_stacked and len(self._docks) > 1:
            self._window.tabifyDockWidget(next(iter(self._docks.values())), dock)
        for mapper, sender, signal in (
            (self._showing, dock.toggleViewAction(), dock.toggleViewAction().toggled),
            (self._floating, dock, dock.topLevelChanged),
        ):
            mapper.setMapping(sender, name)
            signal.connect(mapper.map)
        return dock

    def fill(self, name: str, panel: QWidget) -> None:
        """Puts `panel` into its dock."""
        self._docks[name].setWidget(panel)

    def settle(self) -> None:
        """Gives the panels their sizes; call it when the window has got its own. `reset` comes back to this."""
        self._resize()
        next(iter(self._docks.values())).raise_()
        self._first = self._window.saveState(self._version)

    def set_title(self, name: str, words: str) -> None:
        self._docks[name].setWindowTitle(words)

    def is_shown(self, name: str) -> bool:
        return not self._docks[name].isHidden()

    def show(self, name: str, is_shown: bool) -> None:
        self._docks[name].setVisible(is_shown)
        if is_shown:
            self._docks[name].raise_()

    def uncover(self, name: str) -> None:
        """Brings a panel to the front of those that it is stacked with; one that is hidden stays so."""
        if self._is_stacked and self.is_shown(name):
            self._docks[name].raise_()

    def set_free(self, name: str, is_free: bool) -> None:
        self._docks[name].setFloating(is_free)

    def put_away(self) -> None:
        """Hides all panels until `bring_back`; `save` gives how they stood."""
        self._away = self.save()
        for dock in self._docks.values():
            dock.hide()

    def bring_back(self) -> None:
        """Has the panels stand as they did when they were put away."""
        if self._away is not None:
            away, self._away = self._away, None
            self._window.restoreState(away, self._version)

    def save(self) -> QByteArray:
        return self._away if self._away is not None else self._window.saveState(self._version)

    def restore(self, layout: QByteArray) -> bool:
        """False, and no change, where `layout` is none that this version saved."""
        return bool(self._window.restoreState(layout, self._version))

    def lift_free(self) -> None:
        """Shows the free panels anew; call it when the window is on the screen.

        On Wayland (Qt 6.11) one that was there before the window does not belong to it, and lies behind it.
        """
        if QGuiApplication.platformName() != "wayland":
            return
        for dock in self._docks.values():
            if dock.isFloating() and not dock.isHidden():
                with QSignalBlocker(dock.toggleViewAction()):
                    dock.hide()
                    dock.show()

    def reset(self) -> None:
        """All panels at their first places and sizes."""
        self._away = None
        for dock in self._docks.values():
            dock.setFloating(False)
            dock.show()
        self._window.restoreState(self._first, self._version)
        self._resize()

    def _resize(self) -> None:
        for way in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical):
            names = [
                name
                for name, dock in self._docks.items()
                if self._is_at_side(dock) == (way == Qt.Orientation.Horizontal)
            ]
            self._window.resizeDocks([self._docks[name] for name in names], [self._sizes[name] for name in names], way)

    def _is_at_side(self, dock: QDockWidget) -> bool:
        sides = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)
        return self._window.dockWidgetArea(dock) in sides

    def _on_shown(self, name: str) -> None:
        self.shown.emit(name, self._docks[name].toggleViewAction().isChecked())

    def _on_floated(self, name: str) -> None:
        dock = self._docks[name]
        is_free = dock.isFloating()
        bar = dock.titleBarWidget()
        dock.setTitleBarWidget(None if is_free else QWidget(dock))  # type: ignore[arg-type]  # None: the usual one
        if bar is not None:
            bar.deleteLater()
        self.floated.emit(name, is_free)
