"""A bar of how far something is, and a line of words over it; both change often and cost little."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QWidget

from explorer.gui import theme

STEPS = 1000  # of the whole bar


class ProgressBar(QProgressBar):
    """Goes to and fro while it is not known how far it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, textVisible=False, maximum=STEPS)

    def show_fraction(self, fraction: float | None) -> None:
        """From 0 to 1; None where it is not known."""
        greatest, value = (0, 0) if fraction is None else (STEPS, round(STEPS * fraction))
        if (greatest, value) == (self.maximum(), self.value()):
            return
        self.setUpdatesEnabled(False)  # or it would paint itself at once, each time
        self.setMaximum(greatest)
        self.setValue(value)
        self.setUpdatesEnabled(True)

    def event(self, event: QEvent) -> bool:
        """Once it was not known, Qt paints it 30 times a second for as long as it lives, and all that is behind it."""
        if event.type() == QEvent.Type.StyleAnimationUpdate and self.maximum() > 0:
            event.ignore()  # with that Qt gives it up
            return True
        return super().event(event)


class EndsLine(QWidget):
    """Words at both ends of a line, painted by Qt without Python; nothing is laid out for new ones.

    They are HTML of which only <b> is known: what is bold is brighter, too.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left, self._right = "", ""
        self._labels = QLabel(self), QLabel(self)
        for label, side in zip(self._labels, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True):
            label.setProperty("role", "secondary")
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def left(self) -> str:
        return self._left

    @property
    def right(self) -> str:
        return self._right

    def metrics(self) -> QFontMetrics:
        """Of its words that are not bold."""
        return QFontMetrics(theme.font(theme.SECONDARY_PX))

    def show_words(self, left: str, right: str) -> None:
        if left != self._left:
            self._left = left
            self._labels[0].setText(_coloured(left))
        if right != self._right:
            self._right = right
            self._labels[1].setText(_coloured(right))

    def restyle(self) -> None:
        """Takes the colours of the present theme."""
        for label, words in zip(self._labels, (self._left, self._right), strict=True):
            label.setText(_coloured(words))

    def sizeHint(self) -> QSize:
        return QSize(1, self.metrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for label in self._labels:
            label.setGeometry(self.rect())


def _coloured(words: str) -> str:
    return words.replace("<b>", f'<b style="color:{theme.colours().text}">')
