"""Where in a picture the receptive field of one unit lies. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.data import cut

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from explorer.graph.model import ReceptiveField

Box = tuple[int, int, int, int]


def box(field: ReceptiveField, row: int, column: int) -> Box:
    """First row, first column, and those after the last, that the unit there sees of the input; beyond its border too.

    Of a `field` that is the whole image, that.
    """
    if field.whole:
        return 0, 0, *field.size
    top, left = (
        round(field.start[axis] - field.size[axis] / 2 + place * field.stride[axis])
        for axis, place in ((0, row), (1, column))
    )
    return top, left, top + field.size[0], left + field.size[1]


def inside(seen: Box, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What of a picture (H, W, C) lies in a box; of one beyond the border altogether, the row or column there."""
    height, width = pixels.shape[:2]
    top, left = min(max(seen[0], 0), height - 1), min(max(seen[1], 0), width - 1)
    return pixels[top : max(seen[2], top + 1), left : max(seen[3], left + 1)]


def in_picture(seen: Box, size: tuple[int, int], picture: tuple[int, int]) -> tuple[float, float, float, float]:
    """Left, top, width and height of a box of the input as shares of the picture that the input was cut from.

    Args:
        seen: As `box` gives it; what is beyond the border is left out.
        size: Of the input, (height, width).
        picture: Size of the picture, likewise.
    """
    top, left, rows, columns = cut.middle(picture, size)
    first, last = (min(max(edge, 0), size[0]) / size[0] * rows for edge in (seen[0], seen[2]))
    begin, end = (min(max(edge, 0), size[1]) / size[1] * columns for edge in (seen[1], seen[3]))
    height, width = picture
    return (left + begin) / width, (top + first) / height, (end - begin) / width, (last - first) / height
