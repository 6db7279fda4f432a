"""A field with its name in small letters over it."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class Labelled(QWidget):
    """`field` under its name; the name is also its accessible name, and clicking it goes to the field."""

    def __init__(self, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._label = QLabel()
        self._label.setProperty("role", "caption")
        self._label.setBuddy(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self._label)
        column.addWidget(field)

    def set_words(self, name: str, tip: str) -> None:
        self._label.setText(name)
        self._label.setToolTip(tip)
        self.field.setToolTip(tip)
        self.field.setAccessibleName(name)
        self.field.setAccessibleDescription(tip)
