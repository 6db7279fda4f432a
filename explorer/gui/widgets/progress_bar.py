"""A bar of how far something is, and a line of words over it; both change often and cost little."""

import re
from html import unescape

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from explorer.gui import theme

STEPS = 1000  # of the whole bar
_BOLD = re.compile("<b>(.*?)</b>")


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
    """Words at both ends of a line. New ones are painted, and nothing is laid out for them.

    They are HTML of which only <b> is known: what is bold is brighter, too.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left, self._right = "", ""
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
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(1, self.metrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        plain, bold = (
            theme.font(theme.SECONDARY_PX, weight=weight) for weight in (QFont.Weight.Normal, QFont.Weight.Bold)
        )
        widths = QFontMetrics(plain).horizontalAdvance, QFontMetrics(bold).horizontalAdvance
        base = QFontMetrics(plain).ascent()
        for words, is_right in ((self._left, False), (self._right, True)):
            pieces = _pieces(words)
            x = self.width() - sum(widths[is_bold](piece) for piece, is_bold in pieces) if is_right else 0
            for piece, is_bold in pieces:
                painter.setFont(bold if is_bold else plain)
                painter.setPen(theme.colour("text" if is_bold else "secondary"))
                painter.drawText(QPointF(x, base), piece)
                x += widths[is_bold](piece)


def _pieces(words: str) -> list[tuple[str, bool]]:
    """The words as they follow each other, and whether they are bold."""
    split = _BOLD.split(words)  # every second one was between <b> and </b>
    return [(unescape(piece), place % 2 == 1) for place, piece in enumerate(split) if piece]
