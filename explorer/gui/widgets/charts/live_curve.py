"""What a live plot draws: curves and marks, and with which pen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from explorer.gui import theme

if TYPE_CHECKING:
    from explorer.gui.widgets.charts.decimation import Numbers


class Look(StrEnum):
    """How a curve is drawn."""

    RAW = "raw"  # faint and thin: every step
    STEPS = "steps"  # thin: every step, where nothing smoother stands for it
    LINE = "line"
    POINTS = "points"  # a line with its points marked
    REFERENCE = "reference"  # grey and dashed: something else to compare with


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve; `colour` is a field of the theme's colours. `name` is said at the mouse; "" leaves it out there."""

    name: str
    x: Numbers
    y: Numbers
    look: Look
    colour: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line at `x`, with words beside it; of an end the line is dotted, and said at the mouse alone."""

    x: float
    words: str
    is_end: bool = False


ROUGH = (Look.RAW, Look.STEPS)
SOLID = (Look.LINE, Look.POINTS)


def pen_of(curve: Curve) -> QPen:
    colour = theme.colour(curve.colour)
    if curve.look in ROUGH:
        colour.setAlphaF(0.22 if curve.look is Look.RAW else 0.8)
        return QPen(colour, 0)
    pen = QPen(colour, 1.3 if curve.look == Look.REFERENCE else 2)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if curve.look == Look.REFERENCE:
        pen.setDashPattern([4, 3])
    return pen
