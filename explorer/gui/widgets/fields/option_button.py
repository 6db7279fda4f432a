"""A word with a small menu of alternatives behind it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

_BORDER = 2  # px: of the frame that shows the focus


class OptionButton(QToolButton):
    """Shows the chosen alternative.

    Signals:
        changed(str): Another alternative was chosen, by its key.
    """

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setProperty("role", "option")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._menu = QMenu(self)
        self._group = QActionGroup(self)
        self.setMenu(self._menu)
        self._options: dict[str, tuple[str, str]] = {}
        self._current = ""

    @property
    def current(self) -> str:
        """Key of the chosen alternative."""
        return self._current

    def set_options(self, options: dict[str, tuple[str, str]], name: str) -> None:
        """Sets for each key the words on the button and those in the menu; `name` is read out for the button."""
        self._options = options
        if self._current not in options:
            self._current = next(iter(options))
        for action in self._group.actions():
            self._group.removeAction(action)
        self._menu.clear()
        for key, (_, words) in options.items():
            action = self._menu.addAction(words)
            action.setCheckable(True)
            action.setData(key)
            action.setChecked(key == self._current)
            self._group.addAction(action)
            action.triggered.connect(self._on_triggered)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._show_current()

    def choose(self, key: str) -> None:
        """Chooses the alternative `key`."""
        if key != self._current and key in self._options:
            self._current = key
            for action in self._group.actions():
                action.setChecked(action.data() == key)
            self._show_current()
            self.changed.emit(key)

    def sizeHint(self) -> QSize:
        """As wide as its words, so that they begin where those above and below do; Qt leaves a space on both sides."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * _BORDER
        return QSize(width, super().sizeHint().height())

    def _show_current(self) -> None:
        words = self._options[self._current][0]
        self.setText(f"{words} ▾")
        self.setAccessibleDescription(words)

    def _on_triggered(self) -> None:
        action = self._group.checkedAction()
        if action is not None:
            self.choose(str(action.data()))
