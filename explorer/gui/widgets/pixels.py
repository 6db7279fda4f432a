"""Between numpy arrays and Qt's images; the array is not copied and must live as long as the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_THUMBNAIL_PX = 640


def from_pixels(pixels: NDArray[np.uint32]) -> QImage:
    """Pixels 0xAARRGGBB (H, W), opaque or clear."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)


def thumbnail(pixels: NDArray[np.uint8]) -> QImage:
    """A photograph uint8 (H, W, 3) or (H, W, 1) as an image of its own; every nth pixel of a large one."""
    step = max(1, max(pixels.shape[:2]) // _THUMBNAIL_PX)
    small = pixels[::step, ::step].copy()
    height, width, channels = small.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(small.data, width, height, width * channels, kind).copy()
