"""One line of words, painted."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from explorer.gui import theme

_SLACK = 0.5  # px; what measures a little more than its room is still whole on the screen


def write_line(
    painter: QPainter,
    area: QRectF,
    words: str,
    font: QFont,
    colour: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Writes in the middle of the height of `area`, in a colour of the theme; shortened where there is no room."""
    painter.setFont(font)
    painter.setPen(theme.colour(colour))
    shortened = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, area.width() + _SLACK)
    painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), shortened)
