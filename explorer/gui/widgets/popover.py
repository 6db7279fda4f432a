"""A card under a button, which goes when something outside is clicked."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

_GAP = 4


class Popover(QFrame):
    """Shows what `make` gives, made when it is first wanted, at the lower left corner of `anchor`.

    Of a size of 0 the content decides. Escape and Return close it too.
    """

    def __init__(self, make: Callable[[], QWidget], anchor: QWidget, *, size: QSize) -> None:
        super().__init__(anchor, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popover")
        self._anchor = anchor
        self._size = size
        self._make = make
        self._content: QWidget | None = None

    def content(self) -> QWidget:
        if self._content is None:
            self._content = self._make()
            layout = QVBoxLayout(self)
            layout.setContentsMargins(1, 5, 1, 8)
            layout.addWidget(self._content)
        return self._content

    def open(self) -> None:
        """Shows the card, within the screen."""
        self.content()
        wanted = self.sizeHint()
        self.resize(self._size.width() or wanted.width(), self._size.height() or wanted.height())
        at = self._anchor.mapToGlobal(QPoint(0, self._anchor.height() + _GAP))
        room = self._anchor.screen().availableGeometry()
        at.setX(max(min(at.x(), room.right() - self.width()), room.left()))
        at.setY(max(min(at.y(), room.bottom() - self.height()), room.top()))
        self.move(at)
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)
