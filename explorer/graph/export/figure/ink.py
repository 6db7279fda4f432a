"""What a figure is drawn with: sizes, tints, and marks made of the items of a display.

Sizes are pixels, 96 to the inch: printed as it is, the text of a figure is 8 points high, its smallest 7.
"""

from __future__ import annotations

from dataclasses import replace
from math import hypot
from typing import TYPE_CHECKING

from explorer.graph.export.colours import CATEGORIES, blend
from explorer.graph.export.items import Face, Item, Line, Polygon, Rectangle, Words, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from explorer.graph.model import Category
    from explorer.graph.picture import Point

PAPER, INK, SOFT, FAULT = "#ffffff", "#000000", "#3c3c3c", "#b00020"
SIZE, SMALL = 11.0, 9.5
STROKE = 0.9
_ARROW = 5.5
_HALF_AS_WIDE = 0.45  # as the head is long
_CAP = 0.364  # half the height of Inter's capitals
_FRONT, _TOP, _SIDE = 0.34, 0.16, 0.58  # how much of a category's colour is on each face of a volume


def face(category: Category) -> str:
    """The colour of what is seen from the front."""
    return blend(PAPER, CATEGORIES[category], _FRONT)


def top(category: Category) -> str:
    return blend(PAPER, CATEGORIES[category], _TOP)


def side(category: Category) -> str:
    return blend(PAPER, CATEGORIES[category], _SIDE)


def words(x: float, middle: float, text: str, *, size: float = SIZE, strong: bool = False, colour: str = INK) -> Words:
    """`text` from `x` on, the middle of its capitals at the height `middle`."""
    return Words(x, middle + _CAP * size, text, size, colour, Face.SEMIBOLD if strong else Face.REGULAR)


def centred(x: float, middle: float, text: str, *, size: float = SIZE, strong: bool = False) -> Words:
    return words(x - measure(text, size, strong=strong) / 2, middle, text, size=size, strong=strong)


def measure(text: str, size: float = SIZE, *, strong: bool = False) -> float:
    """How wide `text` is written, in the units of the page."""
    return width_of(text, size, Face.SEMIBOLD if strong else Face.REGULAR)


def line(points: Sequence[Point], *, colour: str = INK, bend: float = 0.0, width: float = STROKE) -> Line:
    return Line(tuple(points), colour, width, bend)


def arrow(points: Sequence[Point], *, colour: str = INK, bend: float = 3.0) -> list[Item]:
    """A line through `points` with a head at its end."""
    (before_x, before_y), (tip_x, tip_y) = points[-2:]
    dx, dy = tip_x - before_x, tip_y - before_y
    length = hypot(dx, dy) or 1.0
    dx, dy = dx / length * _ARROW, dy / length * _ARROW
    head = (
        (tip_x, tip_y),
        (tip_x - dx - dy * 0.45, tip_y - dy + dx * 0.45),
        (tip_x - dx + dy * 0.45, tip_y - dy - dx * 0.45),
    )
    shaft = (*points[:-1], (tip_x - dx / 2, tip_y - dy / 2))
    return [line(shaft, colour=colour, bend=bend), Polygon(head, colour)]


def polygon(points: Sequence[Point], fill: str, *, colour: str = INK) -> list[Item]:
    """A filled polygon with its outline; the outline goes once round and a little on, so that its corner is closed."""
    return [Polygon(tuple(points), fill), line((*points, points[0], points[1]), colour=colour)]


def bounds(items: Iterable[Item]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn."""
    lefts, tops, rights, bottoms = zip(*(_reach(item) for item in items), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _reach(item: Item) -> tuple[float, float, float, float]:
    match item:
        case Rectangle():
            return item.x, item.y, item.x + item.width, item.y + item.height
        case Words():
            return item.x, item.y - item.size, item.x + item.width, item.y + item.size / 3
        case Line() | Polygon():
            xs, ys = zip(*item.points, strict=True)
            return min(xs), min(ys), max(xs), max(ys)


def moved(items: Iterable[Item], dx: float, dy: float) -> list[Item]:
    """The same drawing elsewhere."""
    return [_moved(item, dx, dy) for item in items]


def _moved(item: Item, dx: float, dy: float) -> Item:
    match item:
        case Rectangle() | Words():
            return replace(item, x=item.x + dx, y=item.y + dy)
        case Line() | Polygon():
            return replace(item, points=tuple((x + dx, y + dy) for x, y in item.points))
