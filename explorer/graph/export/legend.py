"""What the colours of a drawing mean, to stand under it: a word for each type, or a scale with numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.graph import colouring, labels
from explorer.graph.export.colours import CATEGORIES, THEMES, scale_colour
from explorer.graph.export.items import Face, Item, Rectangle, Words, width_of
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from explorer.bilingual import Text
    from explorer.graph.colouring import Scale
    from explorer.graph.export import Request

_SIZE = 12.0  # of the words
_CHIP, _BESIDE = 9.0, 6.0  # a square of a colour, and the room between it and its word
_ROW, _GAP = 22.0, 20.0  # from row to row, and between two entries
_BAR, _BAR_HEIGHT, _STEPS = 190.0, 8.0, 38
_CAP = 0.364  # half the height of Inter's capitals


@dataclass(frozen=True, slots=True)
class Legend:
    """Marks from the upper left corner (0, 0) on, and how high they are in all."""

    items: tuple[Item, ...]
    height: float


def least_width(request: Request, scale: Scale | None) -> float:
    """The room that a legend needs, whatever the drawing has."""
    if scale is not None:
        return _title_width(request, scale) + _BAR
    return max((width for _, _, width in _types(request)), default=0.0)


def legend(request: Request, scale: Scale | None, room: float) -> Legend:
    """The legend of the boxes of `request` in a width of `room`; of their types where there is no `scale`."""
    return _of_types(request, room) if scale is None else _of_scale(request, scale)


# -- types ----------------------------------------------------------------------------------------------------------


def category(request: Request, target: tuple[str, int]) -> Category:
    return Category.BLOCK if target[0] == "block" else request.graph.nodes[target[1]].category


def _types(request: Request) -> list[tuple[Category, str, float]]:
    """Categories of the boxes that are drawn, with their word and the width of the entry."""
    present = {category(request, box.target) for box in request.picture.boxes}
    if request.picture.frames:
        present.add(Category.BLOCK)
    entries = []
    for kind in labels.IN_LEGENDS:
        if kind in present:
            word = request.say(labels.CATEGORY_WORDS[kind])
            entries.append((kind, word, _CHIP + _BESIDE + width_of(word, _SIZE, Face.REGULAR)))
    return entries


def _of_types(request: Request, room: float) -> Legend:
    items: list[Item] = []
    rows = _rows(_types(request), room)
    for number, row in enumerate(rows):
        x, middle = 0.0, (number + 0.5) * _ROW
        for kind, word, width in row:
            items.append(Rectangle(x, middle - _CHIP / 2, _CHIP, _CHIP, 2.5, CATEGORIES[kind]))
            items.append(_words(request, x + _CHIP + _BESIDE, middle, word))
            x += width + _GAP
    return Legend(tuple(items), len(rows) * _ROW)


def _rows(entries: Iterable[tuple[Category, str, float]], room: float) -> Sequence[list[tuple[Category, str, float]]]:
    """`entries` in rows that fit into `room`."""
    rows: list[list[tuple[Category, str, float]]] = []
    used = 0.0
    for entry in entries:
        if not rows or used + entry[2] > room:
            rows.append([])
            used = 0.0
        rows[-1].append(entry)
        used += entry[2] + _GAP
    return rows


# -- amounts --------------------------------------------------------------------------------------------------------


def _of_scale(request: Request, scale: Scale) -> Legend:
    """A bar from the least to the most, with the amounts at its ends and in the middle under it."""
    title: Text = colouring.WORDS[scale.by]
    items: list[Item] = [_words(request, 0.0, _ROW / 2, request.say(title))]
    left, top = _title_width(request, scale), _ROW / 2 - _BAR_HEIGHT / 2
    for step in range(_STEPS):  # each to the end of the bar, so that no ground shows between two
        x = _BAR * step / _STEPS
        colour = scale_colour(request.theme, step / (_STEPS - 1))
        items.append(Rectangle(left + x, top, _BAR - x, _BAR_HEIGHT, fill=colour))
    for place in (0.0, 0.5, 1.0):
        number = colouring.written(scale.value(place), scale.by)
        room = _BAR - width_of(number, _SIZE, Face.REGULAR)
        items.append(_words(request, left + place * room, _ROW * 1.4, number))
    return Legend(tuple(items), 2 * _ROW)


def _title_width(request: Request, scale: Scale) -> float:
    return width_of(request.say(colouring.WORDS[scale.by]), _SIZE, Face.REGULAR) + 16


def _words(request: Request, x: float, middle: float, text: str) -> Words:
    return Words(x, middle + _CAP * _SIZE, text, _SIZE, THEMES[request.theme].secondary)
