"""A field for the size of an image: some sizes to pick, any to type."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QWidget

Shape = tuple[int, int, int]

_NUMBERS = re.compile(r"\s*[x×*,]\s*|\s+")


def write_shape(shape: Shape) -> str:
    """Channels, height and width as one writes them: `1 × 96 × 96`, with thin spaces."""
    return "\u2009×\u2009".join(str(number) for number in shape)


def read_shape(typed: str, channels: int) -> Shape | None:
    """What `96`, `64x96` or `3 × 64 × 96` means; `channels` where they are left out. None where it means nothing."""
    parts = _NUMBERS.split(typed.strip())
    if len(parts) > 3 or not all(part.isdecimal() and len(part) < 6 for part in parts):
        return None
    numbers = [int(part) for part in parts]
    if len(numbers) == 1:
        return channels, numbers[0], numbers[0]
    if len(numbers) == 2:
        return channels, numbers[0], numbers[1]
    return numbers[0], numbers[1], numbers[2]


class SizeField(QComboBox):
    """Shows a size (C, H, W).

    Signals:
        entered(object): The user picked or typed this size.
        misread(str): What the user typed is no size.
    """

    entered = Signal(object)
    misread = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._shape: Shape = (1, 1, 1)
        self.setItemDelegate(QStyledItemDelegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCompleter(None)  # type: ignore[arg-type]  # it would finish what is being typed
        self.activated.connect(self._read)
        line = self.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._read)

    def show_sizes(self, sizes: Sequence[Shape], shape: Shape) -> None:
        """Offers `sizes` and shows `shape`; nothing is entered by that."""
        self.clear()
        self.addItems([write_shape(size) for size in sizes])
        self.show_size(shape)

    def show_size(self, shape: Shape) -> None:
        self._shape = shape
        self.setCurrentText(write_shape(shape))
        line = self.lineEdit()
        if line is not None:
            line.setCursorPosition(0)

    def _read(self) -> None:
        shape = read_shape(self.currentText(), self._shape[0])
        if shape is None:
            self.misread.emit(self.currentText())
        else:
            self.setCurrentText(write_shape(shape))
            self.entered.emit(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.show_size(self._shape)
            self._read()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
