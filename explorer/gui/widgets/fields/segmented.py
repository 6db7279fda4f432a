"""One of a few, side by side."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from explorer.gui import theme
from explorer.gui.widgets.fields.named_clicks import named_clicks

_ICON = 16


class Segmented(QFrame):
    """A switch with a button for each key; arrow keys go from one to the next.

    Signals:
        picked(str): The user wants this one; it is chosen already.
    """

    picked = Signal(str)

    def __init__(self, keys: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "segments")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._icons: Mapping[str, str] = {}
        self._buttons = {key: QToolButton(self) for key in keys}
        for button in self._buttons.values():
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button)
            row.addWidget(button)
        named_clicks(self._buttons, self).connect(self.picked)
        self._buttons[keys[0]].setChecked(True)

    def button(self, key: str) -> QToolButton:
        return self._buttons[key]

    @property
    def chosen(self) -> str:
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def choose(self, key: str) -> None:
        """Chooses `key` without telling."""
        self._buttons[key].setChecked(True)

    def set_icons(self, icons: Mapping[str, str]) -> None:
        """Gives each key an icon, by its name, for where there is no room for words."""
        self._icons = icons
        self.restyle()

    def restyle(self) -> None:
        """Draws the icons in the colours of the present theme."""
        for key, name in self._icons.items():
            icon, size = theme.icon(name, "secondary", _ICON), QSize(_ICON, _ICON)
            icon.addPixmap(theme.icon(name, "on_accent", _ICON).pixmap(size), QIcon.Mode.Normal, QIcon.State.On)
            self._buttons[key].setIcon(icon)
            self._buttons[key].setIconSize(size)

    def set_compact(self, is_compact: bool) -> None:
        """Shows icons in place of words."""
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if is_compact else Qt.ToolButtonStyle.ToolButtonTextOnly
        if any(button.toolButtonStyle() != style for button in self._buttons.values()):
            for button in self._buttons.values():
                button.setToolButtonStyle(style)
                button.style().unpolish(button)  # its style depends on the switch's
            theme.set_state(self, "true" if is_compact else "false", "compact")
            for button in self._buttons.values():
                button.style().polish(button)
            self.adjustSize()

    def set_words(self, name: str, words: Mapping[str, str], tips: Mapping[str, str]) -> None:
        """`name` of the switch for a screen reader; for each key the word on its button and a tool tip."""
        self.setAccessibleName(name)
        for key, button in self._buttons.items():
            button.setText(words[key])
            button.setAccessibleName(words[key])
            button.setToolTip(tips[key])
