"""Colour maps as tables of 256 opaque pixels: viridis for amounts, red-blue for signed values, grey."""

from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from explorer import paths

Pixels = NDArray[np.uint32]

LOUD = np.uint32(0xFFFF00E5)  # not a number, infinite: a colour that no map contains
CLEAR = np.uint32(0)  # between the tiles

# Control points from low to high, after the scheme RdBu of ColorBrewer (Cynthia Brewer, Pennsylvania State University),
# turned round so that blue is negative and red positive, with a neutral middle.
_BLUE_TO_RED = (
    "#053061 #2166ac #4393c3 #92c5de #d1e5f0 #f7f7f7 #fddbc7 #f4a582 #d6604d #b2182b #67001f"
)  # fmt: skip


class ColourMap(StrEnum):
    """How a value becomes a colour."""

    VIRIDIS = "viridis"
    SIGNED = "signed"  # blue below zero, red above, zero in the middle
    GREY = "grey"


@cache
def table(colours: ColourMap) -> Pixels:
    """Pixels 0xAARRGGBB (256,) from the lowest to the highest value; opaque, read-only."""
    if colours == ColourMap.VIRIDIS:
        content = (paths.resources() / "colourmaps" / "viridis.txt").read_text(encoding="utf-8")
        words = " ".join(line for line in content.splitlines() if not line.startswith("#")).split()
        rgb = np.array([int(word, 16) for word in words], dtype=np.uint32)
    elif colours == ColourMap.SIGNED:
        rgb = _between(_BLUE_TO_RED.split())
    else:
        rgb = np.arange(256, dtype=np.uint32) * np.uint32(0x010101)
    result = rgb | np.uint32(0xFF000000)
    result.flags.writeable = False
    return result


def _between(points: list[str]) -> Pixels:
    """256 colours, linear between an odd number of "#rrggbb" at equal distances; entry 128 is the middle one."""
    known = np.array([[int(point[i : i + 2], 16) for i in (1, 3, 5)] for point in points], dtype=np.float64)
    middle, last = len(points) // 2, len(points) - 1
    at = np.concatenate([np.linspace(0, middle, 129), np.linspace(middle, last, 128)[1:]])
    red, green, blue = (
        np.rint(np.interp(at, np.arange(len(points)), known[:, channel])).astype(np.uint32) for channel in range(3)
    )
    return np.asarray((red << 16) | (green << 8) | blue, dtype=np.uint32)
