"""A setting with its name and one line on what it does beside it; a heading over several."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from explorer.gui.text import tr

WORDS_WIDTH, FIELD_WIDTH = 280, 132  # px


class SettingRow(QWidget):
    """`field` at the right; at the left its name and, in small letters, what it does."""

    def __init__(self, name: str, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self.field = name, field
        self._title, self._about = QLabel(self), QLabel(self, wordWrap=True)
        self._about.setProperty("role", "caption")
        self._about.setFixedWidth(WORDS_WIDTH)
        self._title.setBuddy(field)
        field.setObjectName(f"{name}Field")
        field.setFixedWidth(FIELD_WIDTH)
        for line in field.findChildren(QLineEdit):
            line.setAcceptDrops(False)  # an image dropped here is meant for the window
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._about)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 3, 0, 3)
        grid.setHorizontalSpacing(12)
        grid.addLayout(words, 0, 0)
        grid.addWidget(field, 0, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(0, 1)

    def set_usable(self, is_usable: bool) -> None:
        """Greys the setting out where it has no effect."""
        for widget in (self._title, self._about, self.field):
            widget.setEnabled(is_usable)

    def retranslate(self) -> None:
        title, about = tr(f"training.{self._name}"), tr(f"training.{self._name}_tip")
        self._title.setText(title)
        self._about.setText(about)
        self.field.setAccessibleName(title)
        self.field.setAccessibleDescription(about)
        if isinstance(self.field, QCheckBox):
            self.field.setText(tr("training.on"))


class Heading(QLabel):
    """Capitals over a group of settings."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setProperty("role", "heading")

    def retranslate(self) -> None:
        self.setText(tr(f"training.group_{self._name}").upper())
