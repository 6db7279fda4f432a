"""The course of a network from the image to the classes: one volume for what each layer or run of blocks hands on.

The width of a volume grows with the root of the resolution and its height with the logarithm of the channels, so that
both can be compared from the first layer to the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt, log2, sqrt
from typing import TYPE_CHECKING

from explorer.graph import labels
from explorer.graph.export.figure import ink, phrases
from explorer.graph.export.figure.parts import Part, course, units
from explorer.graph.export.misfit import is_at
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.bilingual import Text
    from explorer.graph.export import Request
    from explorer.graph.export.figure.blocks import Variant
    from explorer.graph.export.items import Item
    from explorer.graph.model import LayerGraph, Shape

_WIDEST, _NARROWEST = 76.0, 12.0
_DEEP = 0.24  # how far a volume goes back: to the right, as a share of its width
_RISE = 0.15  # and up
_GAP = 12.0  # for the arrow
_TEXT_GAP = 10.0
_MOST_ROWS = 16  # with more of them, runs of blocks are drawn as one where the resolution stays
_MOST_STACKED = 3
_STEP = 13.5  # between lines of words
_SKIP = 12.0  # from the volumes to the first lane of what passes them by
_ASIDE = 2.5  # from the middle of a side: what leaves is below, what comes in above
_LONGEST = 150.0  # of a line of words


@dataclass(slots=True)
class Row:
    """Equal neighbours, drawn as one; `finish` is what follows them: normalisation, activation."""

    parts: list[Part]
    words: Text
    shape: Shape
    finish: tuple[Text, ...] = ()


def rows(graph: LayerGraph) -> tuple[list[Row], frozenset[tuple[int, int]]]:
    """The rows of the drawing, and the edges between them."""
    plan = course(graph, 0, units(graph))
    for is_coarse in (False, True):
        made: list[Row] = []
        row_of: list[int] = []
        for place, part in enumerate(plan.parts):
            if made and _is_finish(graph, part):  # it changes no size
                made[-1].finish += phrases.finish(graph, (part.target[1], *part.finish))
                row_of.append(len(made) - 1)
                continue
            shape = made[-1].shape if made and is_at(graph, part.target) else _shape(graph, part)
            row = Row([part], _words(graph, part), shape, phrases.finish(graph, part.finish))
            reads_last = all(row_of[upper] == len(made) - 1 for upper, lower in plan.edges if lower == place)
            if made and reads_last and _is_same(made[-1], row, is_coarse):
                made[-1].parts.append(part)
                made[-1].shape = row.shape
            else:
                made.append(row)
            row_of.append(len(made) - 1)
        if len(made) <= _MOST_ROWS:
            break
    edges = {(row_of[upper], row_of[lower]) for upper, lower in plan.edges if upper >= 0 and lower < plan.exit}
    return made, frozenset((upper, lower) for upper, lower in edges if upper < lower)


def _is_finish(graph: LayerGraph, part: Part) -> bool:
    kind, index = part.target
    return kind == "node" and graph.nodes[index].category in (Category.NORMALISATION, Category.ACTIVATION)


def _shape(graph: LayerGraph, part: Part) -> Shape:
    """What a layer or block itself hands on, before that is flattened."""
    kind, index = part.target
    return graph.nodes[index].output_shape if kind == "node" else graph.blocks[index].output_shape


def blocks_of(made: Sequence[Row]) -> list[int]:
    """The blocks that are drawn as one part, in order."""
    return [part.target[1] for row in made for part in row.parts if part.target[0] == "block"]


def _words(graph: LayerGraph, part: Part) -> Text:
    kind, index = part.target
    words = phrases.block(graph.blocks[index]) if kind == "block" else phrases.layer(graph.nodes[index])
    return phrases.unfit(words) if is_at(graph, part.target) else words


def _is_same(before: Row, row: Row, is_coarse: bool) -> bool:
    if (before.words, before.finish) != (row.words, row.finish) or row.parts[0].target[0] != before.parts[0].target[0]:
        return False
    if before.shape == row.shape:
        return True
    return is_coarse and row.parts[0].target[0] == "block" and before.shape[1:] == row.shape[1:]


class Course:
    """Draws the rows from top to bottom; the volumes stand over x = 0."""

    def __init__(self, request: Request, made: Sequence[Row], edges: frozenset[tuple[int, int]]) -> None:
        self._request, self._graph = request, request.graph
        self._rows, self._edges = made, edges
        self._letters: dict[int, str] = {}
        sides = [_extent(row.shape)[0] for row in made]
        self._largest = max(sides, default=1)

    def name(self, variants: Sequence[Variant]) -> None:
        """Makes known which block is explained under which letter."""
        self._letters = {block: variant.letter for variant in variants for block in variant.examples}

    def items(self) -> list[Item]:
        volumes: list[Item] = []
        drawn: list[Item] = []
        y, reach = 0.0, _WIDEST * (1 + _DEEP) / 2
        places: list[_Place] = []
        for number, row in enumerate(self._rows):
            lines = self._lines(row)
            width, height = self._size(row)
            rise = width * _RISE
            stack = min(len(row.parts), _MOST_STACKED)
            tall = rise + height * stack + 2.0 * (stack - 1)
            room = max(tall, _STEP * len(lines))
            first = y + (room - tall) / 2
            colour = ink.FAULT if self._is_fault(row) else ink.INK
            if (number - 1, number) in self._edges:
                start = (0.0, places[-1].bottom)
                drawn += ink.arrow((start, (0.0, first + rise / 2)), colour=colour)
            volumes += self._volumes(row, first, width, height, stack, colour)
            places.append(_Place(-width * (1 + _DEEP) / 2, (first + rise + first + tall) / 2, first + tall))
            middle = y + room / 2 - _STEP * (len(lines) - 1) / 2
            for line, text in enumerate(lines):
                is_shape = line == len(lines) - 1 and not self._is_fault(row)
                at = middle + _STEP * line
                tint = ink.SOFT if is_shape else colour
                drawn.append(
                    ink.words(
                        reach + _TEXT_GAP, at, text, size=ink.SMALL + 0.5 * (not is_shape), strong=not is_shape,
                        colour=tint,
                    )
                )  # fmt: skip
            y += room + _GAP
        return [*volumes, *self._skips(places), *drawn]

    def _is_fault(self, row: Row) -> bool:
        return any(is_at(self._graph, part.target) for part in row.parts)

    def _lines(self, row: Row) -> list[str]:
        """The name with its count and letters, in one or two lines, and the size that is handed on."""
        name, more = self._request.say(row.words), ""
        if len(row.parts) > 1:
            is_block = row.parts[0].target[0] == "block"
            more = f" ×{len(row.parts)}" if is_block else f" (×{len(row.parts)})"  # or it would be a size
        letters = [self._letters.get(part.target[1], "") for part in row.parts if part.target[0] == "block"]
        said = list(dict.fromkeys(filter(None, letters)))
        if said:
            more += f" ({', '.join(said)})"
        comma = "\uff0c" if self._request.language == "zh" else ", "
        head, mark, tail = name.rpartition(comma)
        is_long = ink.measure(name + more, ink.SIZE, strong=True) > _LONGEST
        lines = [head + mark.rstrip(), tail + more] if mark and is_long else [name + more]
        if self._is_fault(row):
            return lines
        shape = labels.shape(row.shape)
        return [*lines, f"{shape} · {self._request.say(phrases.listed(row.finish))}" if row.finish else shape]

    def _size(self, row: Row) -> tuple[float, float]:
        side, channels = _extent(row.shape)
        width = _NARROWEST
        if side > 1:
            width += (_WIDEST - _NARROWEST) * sqrt(side / self._largest)
        return min(width, _WIDEST), 3.0 + 2.0 * log2(channels + 1)

    def _volumes(self, row: Row, y: float, width: float, height: float, stack: int, colour: str) -> list[Item]:
        kind, index = row.parts[0].target
        category = Category.BLOCK if kind == "block" else self._graph.nodes[index].category
        drawn: list[Item] = []
        back, rise = width * _DEEP, width * _RISE
        left = -(width + back) / 2
        right = left + width
        front = y + rise
        for number in reversed(range(stack)):
            upper = front + number * (height + 2.0)
            lower = upper + height
            roof = ((left, upper), (left + back, upper - rise), (right + back, upper - rise), (right, upper))
            flank = ((right, upper), (right + back, upper - rise), (right + back, lower - rise), (right, lower))
            drawn += ink.polygon(flank, ink.side(category), colour=colour)
            drawn += ink.polygon(roof, ink.top(category), colour=colour)
            face = ((left, upper), (right, upper), (right, lower), (left, lower))
            drawn += ink.polygon(face, ink.face(category), colour=colour)
        return drawn

    def _skips(self, places: Sequence[_Place]) -> list[Item]:
        """What passes other rows by, in lanes on the left; the shortest innermost."""
        drawn: list[Item] = []
        far = [edge for edge in self._edges if edge[1] > edge[0] + 1]
        for lane, (upper, lower) in enumerate(sorted(far, key=lambda edge: (edge[1] - edge[0], edge))):
            x = -_WIDEST * (1 + _DEEP) / 2 - _SKIP * (lane + 1)
            start = (places[upper].left, places[upper].middle + _ASIDE)
            end = (places[lower].left, places[lower].middle - _ASIDE)
            drawn += ink.arrow((start, (x, start[1]), (x, end[1]), end))
        return drawn


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the front of a row's volumes stands: its left side, its middle from top to bottom, and its end."""

    left: float
    middle: float
    bottom: float


def _extent(shape: Shape) -> tuple[int, int]:
    """Side and channels: of (C, H, W), of (H, W, C) as in Swin, of (tokens, features), and of a vector."""
    if len(shape) == 3:
        is_last = shape[0] == shape[1] != shape[2]
        return (shape[0], shape[2]) if is_last else (max(shape[1:]), shape[0])
    if len(shape) == 2:
        return max(1, isqrt(shape[0])), shape[1]
    return 1, shape[0] if shape else 1
