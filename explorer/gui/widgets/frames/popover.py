"""A card under a button or beside it, which goes when something outside is clicked."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

_GAP, _BESIDE = 4, 24


class Popover(QFrame):
    """Shows what `make` gives, made when it is first wanted, at the lower left corner of `anchor`; or left of it.

    Of a size of 0 the content decides. Escape and Return close it too.
    """

    def __init__(self, make: Callable[[], QWidget], anchor: QWidget, *, size: QSize, is_left: bool = False) -> None:
        super().__init__(anchor, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popover")
        self._anchor = anchor
        self._size = size
        self._is_left = is_left
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
        corner = QPoint(-self.width() - _BESIDE, 0) if self._is_left else QPoint(0, self._anchor.height() + _GAP)
        at = self._anchor.mapToGlobal(corner)
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
