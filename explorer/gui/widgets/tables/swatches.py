"""Small signs in one colour, to stand before words: a square or a disc."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

_RATIO = 3  # as fine as any screen is


@cache
def square(colour: str, side: int) -> QIcon:
    """With corners a little round; `side` in pixels of the layout, `colour` such as "#5b9dff"."""
    return _sign(colour, side, side / 4)


@cache
def disc(colour: str, side: int) -> QIcon:
    return _sign(colour, side, side / 2)


def _sign(colour: str, side: int, radius: float) -> QIcon:
    pixmap = QPixmap(QSize(side, side) * _RATIO)
    pixmap.setDevicePixelRatio(_RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(0, 0, side, side), radius, radius)
    painter.end()
    return QIcon(pixmap)
