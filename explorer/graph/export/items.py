"""What a drawing consists of: rectangles, lines, polygons and words, the same for SVG, PNG and PDF.

Coordinates are pixels at 100 % from the upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from explorer.graph import textwidth
from explorer.graph.picture import towards

if TYPE_CHECKING:
    from explorer.graph.picture import Point

BEND = 7.0  # radius of the corners of lines


class Face(StrEnum):
    """The fonts of a drawing."""

    REGULAR = "regular"
    SEMIBOLD = "semibold"
    MONO = "mono"


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle with round corners; a dashed outline marks an opened block."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    is_dashed: bool = False
    about: str = ""  # shown by a viewer that can when the mouse rests on it


@dataclass(frozen=True, slots=True)
class Line:
    """A line through `points` with round corners of `bend` pixels."""

    points: tuple[Point, ...]
    colour: str
    width: float
    bend: float = BEND

    def bends(self) -> list[tuple[Point, Point, Point]]:
        """For each corner where the curve begins, the corner, and where the curve ends."""
        return [
            (towards(corner, before, self.bend), corner, towards(corner, after, self.bend))
            for before, corner, after in zip(self.points, self.points[1:], self.points[2:], strict=False)
        ]


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled shape with straight edges."""

    points: tuple[Point, ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `y` is its baseline."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    face: Face = Face.REGULAR

    @property
    def width(self) -> float:
        return width_of(self.text, self.size, self.face)


Item = Rectangle | Line | Polygon | Words


@dataclass(slots=True)
class Display:
    """A page with what is drawn on it, from the back to the front."""

    width: float
    height: float
    background: str
    title: str
    description: str
    items: list[Item] = field(default_factory=list)


def width_of(text: str, size: float, face: Face) -> float:
    """How wide `text` is at `size`, in pixels."""
    if face is Face.MONO:
        return len(text) * size * textwidth.MONO_ADVANCE
    return textwidth.width(text, size, bold=face is Face.SEMIBOLD)


def moved(item: Item, right: float, down: float) -> Item:
    """`item` at another place."""
    if isinstance(item, Line | Polygon):
        return replace(item, points=tuple((x + right, y + down) for x, y in item.points))
    return replace(item, x=item.x + right, y=item.y + down)
