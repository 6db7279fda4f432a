"""A batch on its way into a network: as stored, in the network's size, and augmented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.class_text import say_class
from explorer.gui.services.data_facts import BATCH_SHOWN
from explorer.gui.text import tr
from explorer.gui.widgets.pictures.pixels import draw_fitted, thumbnail

if TYPE_CHECKING:
    from explorer.data.preview import BatchPreview, Pixels

_CAPTION, _LABEL, _GAP, _BETWEEN = 22, 20, 8, 14  # px
_LARGEST_CELL = 112


class BatchView(QWidget):
    """Three rows of the same images."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._labels: tuple[str, ...] = ()
        self._classes: tuple[str, ...] = ()
        self._rows: list[tuple[str, tuple[QImage, ...]]] = []
        self._sizes: tuple[str, str] = ("", "")
        self._fit_height()

    @property
    def captions(self) -> list[str]:
        """What stands over the rows."""
        return [self._caption(key) for key, _ in self._rows]

    def show_batch(self, batch: BatchPreview | None, classes: tuple[str, ...] = ()) -> None:
        """Shows `batch`, of a data set with these classes."""
        self._classes = classes
        self._labels = () if batch is None else batch.labels
        self._rows = []
        if batch is not None:
            self._sizes = _size(batch.stored), _size(batch.fitted)
            rows = {"stored": batch.stored, "fitted": batch.fitted, "augmented": batch.augmented}
            self._rows = [(key, tuple(map(thumbnail, pixels))) for key, pixels in rows.items()]
        self.update()

    def _caption(self, key: str) -> str:
        stored, fitted = self._sizes
        return tr(f"data.batch_{key}", size=stored if key == "stored" else fitted)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("data.batch"))
        self.update()

    def _cell(self) -> int:
        return min(_LARGEST_CELL, max(24, (self.width() - (BATCH_SHOWN - 1) * _GAP) // BATCH_SHOWN))

    def _fit_height(self) -> None:
        self.setFixedHeight(3 * (_CAPTION + self._cell()) + 2 * _BETWEEN + _LABEL)

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(640, self.height())

    def resizeEvent(self, event: QEvent) -> None:
        self._fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(theme.SECONDARY_PX))
        cell, top = self._cell(), 0
        for number, (key, images) in enumerate(self._rows):
            painter.setPen(theme.colour("secondary"))
            painter.drawText(QRect(0, top, self.width(), _CAPTION - 6), Qt.AlignmentFlag.AlignLeft, self._caption(key))
            top += _CAPTION
            for place, image in enumerate(images):
                draw_fitted(painter, QRect(place * (cell + _GAP), top, cell, cell), image)
            top += cell
            if number == 0:
                self._draw_labels(painter, top, cell)
                top += _LABEL
            top += _BETWEEN

    def _draw_labels(self, painter: QPainter, top: int, cell: int) -> None:
        font = theme.font(theme.CAPTION_PX)
        painter.save()
        painter.setFont(font)
        painter.setPen(theme.colour("faint"))
        metrics = QFontMetricsF(font)
        for place, label in enumerate(self._labels):
            area = QRectF(place * (cell + _GAP), top + 2, cell, _LABEL - 2)
            words = metrics.elidedText(say_class(label, self._classes), Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter), words)
        painter.restore()


def _size(pixels: Pixels) -> str:
    _, height, width, channels = pixels.shape
    return f"{channels}×{height}×{width}"
