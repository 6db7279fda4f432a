"""Words that lie over something else; what is no more than a hint is put away with a click."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from explorer.gui import theme
from explorer.gui.text import tr


class Note(QLabel):
    """Hidden where it has nothing to say; a hint that was put away once does not come back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_hint = False
        self._read: set[str] = set()
        self.setWordWrap(True)
        self.setMargin(10)

    def say(self, words: str, *, is_hint: bool, is_alone: bool) -> None:
        """Says `words`, in the middle where there is nothing else to be seen (`is_alone`)."""
        self._is_hint = is_hint
        self.setText("" if is_hint and words in self._read else words)
        self.setVisible(bool(self.text()))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter if is_alone else Qt.AlignmentFlag.AlignLeft)
        theme.set_state(self, "empty" if is_alone else "notice", "role")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not is_hint)
        self.setToolTip(tr("graph.hint_tip") if is_hint else "")

    def set_width(self, width: int) -> None:
        """Takes this width, and the height that the words need in it."""
        self.setFixedWidth(width)
        if self.text():
            self.setFixedHeight(self.heightForWidth(width))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._is_hint and event.button() == Qt.MouseButton.LeftButton:
            self._read.add(self.text())
            self.hide()
        event.accept()
