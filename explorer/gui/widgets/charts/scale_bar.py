"""The legend of a colour map: its colours from low to high, with numbers, and where a value stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.pictures.pixels import from_pixels
from explorer.gui.widgets.words.numerals import compact

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HEIGHT = 22
_STRIP = 8


class ScaleBar(QWidget):
    """Lowest and highest number at the ends, a tick at zero where it lies between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._table: NDArray[np.uint32] | None = None
        self._strip: QImage | None = None
        self._low = self._high = 0.0
        self._ends: tuple[str, str] | None = None
        self._marker: float | None = None

    def show_scale(
        self, table: NDArray[np.uint32] | None, low: float, high: float, ends: tuple[str, str] | None = None
    ) -> None:
        """Shows the 256 colours of `table` for `low` to `high`; `ends` stand in place of the numbers."""
        self._table = None if table is None else table.reshape(1, -1)
        self._strip = None if self._table is None else from_pixels(self._table)
        self._low, self._high, self._ends = low, high, ends
        self._marker = None
        left, right = self.end_words()
        self.setAccessibleDescription(f"{left} – {right}")
        self.update()

    def end_words(self) -> tuple[str, str]:
        """What stands at the left and the right end."""
        return self._ends or (compact(self._low), compact(self._high))

    def set_marker(self, value: float | None) -> None:
        """Points at `value`."""
        if value != self._marker:
            self._marker = value
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._strip is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(theme.colour("secondary"))
        metrics = QFontMetrics(painter.font())
        left, right = self.end_words()
        full = QRectF(self.rect())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(full, Qt.AlignmentFlag.AlignLeft | middle, left)
        painter.drawText(full, Qt.AlignmentFlag.AlignRight | middle, right)
        start = metrics.horizontalAdvance(left) + 8
        width = self.width() - start - metrics.horizontalAdvance(right) - 8
        strip = QRectF(start, (self.height() - _STRIP) / 2, max(width, 8), _STRIP)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(strip, self._strip)
        self._draw_marks(painter, strip)

    def _draw_marks(self, painter: QPainter, strip: QRectF) -> None:
        span = self._high - self._low
        if span <= 0 or self._ends is not None:
            return
        if self._low < 0 < self._high:
            at = strip.left() + strip.width() * -self._low / span
            painter.setPen(theme.colour("secondary"))
            painter.drawLine(QPointF(at, strip.bottom() + 1), QPointF(at, strip.bottom() + 5))
        if self._marker is not None:
            share = min(max((self._marker - self._low) / span, 0.0), 1.0)
            at = strip.left() + strip.width() * share
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("text"))
            tip = strip.top() - 1
            painter.drawPolygon(QPolygonF([QPointF(at, tip), QPointF(at - 4, tip - 6), QPointF(at + 4, tip - 6)]))
