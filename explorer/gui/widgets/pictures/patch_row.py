"""Small pictures in rows, each with a word under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.pictures.pixels import draw_fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage

COLUMNS = 4
_GAP, _LINE = 8, 16  # px


class PatchRow(QWidget):
    """Four side by side, as many rows as there have to be.

    Signals:
        chosen(int): The picture at this place was clicked.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._images: tuple[QImage, ...] = ()
        self._words: tuple[str, ...] = ()
        self._fit_height()

    def show_patches(self, images: Sequence[QImage], words: Sequence[str]) -> None:
        """Shows `images`, each over its word."""
        self._images, self._words = tuple(images), tuple(words)
        self.setAccessibleDescription(", ".join(self._words))
        self._fit_height()
        self.update()

    @property
    def words(self) -> tuple[str, ...]:
        return self._words

    def tile(self, place: int) -> QRect:
        """Where the picture at `place` is drawn, without its word."""
        side = self._side()
        row, column = divmod(place, COLUMNS)
        return QRect(column * (side + _GAP), row * (side + _LINE + _GAP), side, side)

    def _side(self) -> int:
        return max(16, (self.width() - (COLUMNS - 1) * _GAP) // COLUMNS)

    def _fit_height(self) -> None:
        rows = -(-len(self._images) // COLUMNS)
        self.setFixedHeight(max(1, rows * (self._side() + _LINE + _GAP)))

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(288, self.height())

    def resizeEvent(self, event: QEvent) -> None:
        self._fit_height()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        place = next((place for place in range(len(self._images)) if self.tile(place).contains(at)), None)
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.chosen.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(theme.CAPTION_PX))
        metrics = QFontMetricsF(painter.font())
        for place, (image, words) in enumerate(zip(self._images, self._words, strict=True)):
            tile = self.tile(place)
            draw_fitted(painter, tile, image)
            painter.setPen(QPen(theme.colour("border"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(tile.adjusted(0, 0, -1, -1))
            painter.setPen(theme.colour("secondary"))
            under = QRectF(tile.left(), tile.bottom() + 2, tile.width(), _LINE)
            said = metrics.elidedText(words, Qt.TextElideMode.ElideRight, tile.width())
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, said)
