"""A field to choose one of several values, of any type."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QWidget


class ChoiceField(QComboBox):
    """Shows the words for a value and gives the value back.

    Signals:
        picked(object): The user chose this value.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self.setItemDelegate(QStyledItemDelegate(self))  # the only one that the style sheet reaches
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(self._on_activated)

    def show_options(self, options: Sequence[tuple[object, str]], value: object) -> None:
        """Offers (value, words) pairs and shows `value`; nothing is picked by that."""
        self.clear()
        self._values = [option for option, _ in options]
        self.addItems([words for _, words in options])
        self.show_value(value)

    def value(self) -> object:
        return self._values[self.currentIndex()] if self.currentIndex() >= 0 else None

    def show_value(self, value: object) -> None:
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def _on_activated(self, place: int) -> None:
        if 0 <= place < len(self._values):
            self.picked.emit(self._values[place])

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:  # the wheel is meant for the page that the field lies on
            event.ignore()
