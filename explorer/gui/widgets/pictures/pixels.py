"""Between numpy arrays, Qt's images and the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_THUMBNAIL_PX = 640
_CRISP = 3  # so much enlarged, pixels are seen as such; below, blocks of unequal size would be


def from_pixels(pixels: NDArray[np.uint32]) -> QImage:
    """Pixels 0xAARRGGBB (H, W), opaque or clear; they are not copied and must live as long as the image."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)


def thumbnail(pixels: NDArray[np.uint8]) -> QImage:
    """A photograph uint8 (H, W, 3) or (H, W, 1) as an image of its own; every nth pixel of a large one."""
    step = max(1, max(pixels.shape[:2]) // _THUMBNAIL_PX)
    small = pixels[::step, ::step].copy()
    height, width, channels = small.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(small.data, width, height, width * channels, kind).copy()


def draw_fitted(painter: QPainter, cell: QRect, image: QImage) -> None:
    """`image` as large as it fits into the middle of `cell`: with crisp pixels where it is much enlarged."""
    size = QSize(image.size())
    size.scale(cell.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(QPoint(0, 0), size)
    place.moveCenter(cell.center())
    factor = size.width() * painter.device().devicePixelRatioF() / max(1, image.width())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, factor < _CRISP)
    painter.drawImage(place, image)
