"""The colours of a confusion matrix: mistakes in red, right answers in blue, a difference in blue and red."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from explorer.evaluation.heat import pooled
from explorer.gui import theme

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from explorer.evaluation.heat import Heat, Levels

# From nothing to full, of mistakes and of right answers, and from better to worse of a difference.
_WRONG = {"dark": ("#4a2b33", "#a8434e", "#ff8a7a", "#ffe0c2"), "light": ("#fbe3df", "#f2a79b", "#d9534f", "#7d1020")}
_RIGHT = {"dark": ("#22324d", "#2f568f"), "light": ("#dce7fb", "#86aef0")}
_SIGNED = {
    "dark": ("#8ec5ff", "#3f7fd0", "#22324d", "", "#4a2b33", "#c9505a", "#ffb0a0"),
    "light": ("#0f3f91", "#5b92e5", "#d9e6fb", "", "#fbe0dc", "#dd6660", "#7d1020"),
}


@cache
def wrong_table(name: str) -> NDArray[np.uint32]:
    """Pixels 0xAARRGGBB (256,) of levels of mistakes in the theme `name`; level 0 is the ground."""
    return _with_ground(_between(_WRONG[name]), name)


@cache
def right_table(name: str) -> NDArray[np.uint32]:
    """Likewise, of right answers."""
    return _with_ground(_between(_RIGHT[name]), name)


@cache
def signed_table(name: str) -> NDArray[np.uint32]:
    """Likewise, of a difference: level 128 is the ground, below it blue, above it red."""
    points = [point or _ground(name) for point in _SIGNED[name]]
    table = np.concatenate([_between(tuple(points[:4]), 129)[:128], _between(tuple(points[3:]), 128)])
    return np.asarray(table, np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A picture made for a theme; a pixel of it stands for `factor` by `factor` cells."""

    theme: str
    factor: int
    pixels: NDArray[np.uint32]


def draw(heat: Heat, factor: int) -> Drawn:
    """As `picture`; may be called on any thread."""
    return Drawn(theme.name(), factor, picture(heat, factor))


def picture(heat: Heat, factor: int) -> NDArray[np.uint32]:
    """Pixels 0xAARRGGBB, one for each square of `factor` by `factor` cells, in the colours of the present theme."""
    name = theme.name()
    if heat.is_signed:
        return np.ascontiguousarray(signed_table(name)[_farthest(heat.levels, factor)])
    pixels = wrong_table(name)[pooled(heat.levels, factor)]
    if heat.diagonal is not None:
        count = len(pixels)
        padded = np.zeros(count * factor, np.uint8)
        padded[: len(heat.diagonal)] = heat.diagonal
        places = np.arange(count)
        own = right_table(name)[padded.reshape(count, factor).max(1)]
        is_free = pooled(heat.levels, factor)[places, places] == 0
        pixels[places[is_free], places[is_free]] = own[is_free]
    return np.ascontiguousarray(pixels)


def ink(ground: QColor) -> str:
    """Black or white, whichever can be read on `ground`."""
    light = 0.2126 * ground.redF() ** 2.2 + 0.7152 * ground.greenF() ** 2.2 + 0.0722 * ground.blueF() ** 2.2
    return "#0b0d12" if light > 0.2 else "#ffffff"


def _farthest(levels: Levels, factor: int) -> Levels:
    """Of each square the level that is farthest from 128."""
    if factor <= 1:
        return levels
    more = pooled(np.maximum(levels, 128), factor)
    less = 255 - pooled(255 - np.minimum(levels, 128), factor)
    result: Levels = np.where(more.astype(np.int16) - 128 >= 128 - less.astype(np.int16), np.maximum(more, 128), less)
    return result


def _ground(name: str) -> str:
    return (theme.DARK if name == "dark" else theme.LIGHT).panel


def _with_ground(table: NDArray[np.uint32], name: str) -> NDArray[np.uint32]:
    table[0] = np.uint32(0xFF000000) | np.uint32(int(_ground(name)[1:], 16))
    return table


def _between(points: tuple[str, ...], count: int = 256) -> NDArray[np.uint32]:
    """`count` opaque pixels, linear between "#rrggbb" at equal distances."""
    known = np.array([[int(point[i : i + 2], 16) for i in (1, 3, 5)] for point in points], np.float64)
    at = np.linspace(0, len(points) - 1, count)
    red, green, blue = (
        np.rint(np.interp(at, np.arange(len(points)), known[:, channel])).astype(np.uint32) for channel in range(3)
    )
    return np.asarray(np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue, np.uint32)
