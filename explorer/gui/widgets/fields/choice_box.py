"""A drop-down list of values with words that can change language."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)


class ChoiceBox(QComboBox):
    """Values are the items' data; the list opens as wide as its words. The wheel turns it only where it has focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(QStyledItemDelegate(self))  # the only one that the style sheet reaches
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)

    def offer(self, options: Sequence[tuple[Hashable, str]]) -> None:
        """Fills the list with (value, words); the value chosen stays chosen if it is still there. Emits nothing."""
        chosen = self.currentData()
        was_blocked = self.blockSignals(True)
        self.clear()
        for value, words in options:
            self.addItem(words, value)
        self.choose(chosen)
        self.blockSignals(was_blocked)
        widest = max((self.fontMetrics().horizontalAdvance(words) for _, words in options), default=0)
        self.view().setMinimumWidth(widest + 48)

    def choose(self, value: Hashable) -> bool:
        """Chooses `value`; False, and no change, where it is not offered."""
        place = next((row for row in range(self.count()) if self.itemData(row) == value), -1)
        if place >= 0:
            self.setCurrentIndex(place)
        return place >= 0

    def closed_words(self) -> str:
        """What is written where the list is closed."""
        return self.currentText() if self.currentIndex() >= 0 else self.placeholderText()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt paints it, but words that are too long end in dots."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        option.currentText = self.fontMetrics().elidedText(self.closed_words(), Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
