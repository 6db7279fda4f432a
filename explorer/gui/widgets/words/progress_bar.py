"""A bar of how far something is, and a line of words over it; both change often and cost little."""

from functools import lru_cache
from html import unescape

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

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
    """Words at both ends of a line; for new ones nothing is laid out, and nothing behind the line is painted.

    They are HTML of which only <b> is known: what is bold is brighter, too. The line lies on a panel.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left, self._right = "", ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
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
        painter.fillRect(event.rect(), theme.colour("panel"))
        _write(painter, _pieces(self._left), 0.0, self.height())
        pieces = _pieces(self._right)
        _write(painter, pieces, self.width() - sum(_width(*piece) for piece in pieces), self.height())


def _pieces(words: str) -> list[tuple[str, bool]]:
    """The words between two marks, and whether they are bold."""
    plain, *marked = words.split("<b>")
    found = [(plain, False)]
    for part in marked:
        bold, _, rest = part.partition("</b>")
        found += [(bold, True), (rest, False)]
    return [(unescape(piece), is_bold) for piece, is_bold in found if piece]


def _font(is_bold: bool) -> QFont:
    return theme.font(theme.SECONDARY_PX, weight=QFont.Weight.Bold if is_bold else QFont.Weight.Normal)


@lru_cache(maxsize=256)  # most words come again five times a second
def _width(words: str, is_bold: bool) -> float:
    return QFontMetricsF(_font(is_bold)).horizontalAdvance(words)


def _write(painter: QPainter, pieces: list[tuple[str, bool]], x: float, height: int) -> None:
    for words, is_bold in pieces:
        painter.setFont(_font(is_bold))
        painter.setPen(theme.colour("text" if is_bold else "secondary"))
        metrics = painter.fontMetrics()
        painter.drawText(QPointF(x, (height - metrics.height()) / 2 + metrics.ascent()), words)
        x += _width(words, is_bold)
