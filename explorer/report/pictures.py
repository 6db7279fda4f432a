"""Pictures inside the page itself, so that it is one file."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIDE = 96  # pixels of a small picture: smaller images are enlarged by whole numbers, larger ones scaled down


def thumbnail(pixels: NDArray[np.uint8]) -> str:
    """An image uint8 (H, W, C) as the address of a small PNG; C is 1 or 3."""
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    longer = max(image.size)
    if longer > _SIDE:
        image.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    elif (times := _SIDE // longer) > 1:
        image = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    return address(image)


def address(image: Image.Image) -> str:
    """An image as the address of a PNG that holds all of it."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
