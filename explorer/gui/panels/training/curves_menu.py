"""How the small curves are drawn: a menu, the same behind a button and under the right mouse button."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from explorer.gui import theme
from explorer.gui.text import tr

SMOOTHINGS = ("none", "usual", "strong")


class CurvesMenu(QWidget):
    """Two small buttons: for the menu, and for the large curves.

    Signals:
        changed: `is_log` or `smoothing` is another.
        large_wanted: The user wants to see the curves large.
    """

    changed = Signal()
    large_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menu = QMenu(self)
        self._log = self._menu.addAction("")
        self._log.setCheckable(True)
        self._degrees = QMenu(self._menu)
        self._menu.addMenu(self._degrees)
        self._group = QActionGroup(self)
        for name in SMOOTHINGS:
            action = self._degrees.addAction("")
            action.setCheckable(True)
            action.setData(name)
            action.setChecked(name == "usual")
            self._group.addAction(action)
        self._menu.addSeparator()
        self._large = self._menu.addAction("")
        self._options, self._open = QToolButton(), QToolButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for button, name in ((self._options, "curvesOptions"), (self._open, "curvesLarge")):
            button.setProperty("role", "crumb")
            button.setObjectName(name)
            row.addWidget(button)
        self._options.clicked.connect(self._open_menu)
        self._open.clicked.connect(self.large_wanted)
        self._large.triggered.connect(self.large_wanted)
        self._log.toggled.connect(self.changed)
        self._group.triggered.connect(self.changed)

    @property
    def is_log(self) -> bool:
        """The loss is drawn by powers of ten."""
        return self._log.isChecked()

    @property
    def smoothing(self) -> str:
        """One of `SMOOTHINGS`."""
        chosen = self._group.checkedAction()
        return "usual" if chosen is None else str(chosen.data())

    def popup(self, where: QPoint) -> None:
        """Opens the menu at a place on the screen."""
        self._menu.popup(where)

    def _open_menu(self) -> None:
        self.popup(self._options.mapToGlobal(QPoint(0, self._options.height())))

    def retranslate(self) -> None:
        self._log.setText(tr("curves.small_log"))
        self._degrees.setTitle(tr("curves.smoothing"))
        for action in self._group.actions():
            action.setText(tr(f"curves.smoothing_{action.data()}"))
        self._large.setText(tr("curves.large"))
        for button, key in ((self._options, "options"), (self._open, "large")):
            button.setAccessibleName(tr(f"curves.{key}"))
            button.setToolTip(tr(f"curves.{key}_tip"))
        self.restyle()

    def restyle(self) -> None:
        self._options.setIcon(theme.icon("adjustments-horizontal", "secondary", 16))
        self._open.setIcon(theme.icon("arrows-maximize", "secondary", 16))
