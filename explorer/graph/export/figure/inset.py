"""One block of a network as a drawing of its own: what it computes, in which order, along which branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.graph.export.figure import ink, phrases
from explorer.graph.export.figure.blocks import Variant, is_common, is_convolution, shortened
from explorer.graph.export.figure.sketch import RADIUS, Form, Placed, Size, sketch
from explorer.graph.export.items import Item, Rectangle
from explorer.graph.export.misfit import is_at
from explorer.graph.export.wrapping import wrapped
from explorer.graph.model import Category
from explorer.graph.viewtree import Group
from explorer.graph.viewtree import Item as Member

if TYPE_CHECKING:
    from explorer.bilingual import Text
    from explorer.graph.export import Request
    from explorer.graph.export.figure.parts import Course, Part

_PADDING = 12.0
_TITLE = 20.0
_LINE, _SECOND = 21.0, 12.0
_BOX_PADDING = 16.0
_WIDE = 70.0  # a line of words that is longer is split
_PORT = 7.0  # how far the edges at its ends reach out of the frame
_ROOM = 6.0  # from the upper side of the frame to where the edge may part
_DASHED = "#8a8a8a"
_LEAST_NOTE = 130.0  # width of the note under a narrow block


class Inset:
    """Draws one variant of a class of blocks, from (0, 0) on."""

    def __init__(self, request: Request, variant: Variant) -> None:
        self._request, self._graph = request, request.graph
        self._variant = variant
        self._plan, self._dots = shortened(self._graph, variant.plan)
        self._note = self._common_finish()

    def items(self) -> list[Item]:
        plan = self._plan
        lines = [self._words(place, part) for place, part in enumerate(plan.parts)]
        sizes = [self._size(place, part, lines[place]) for place, part in enumerate(plan.parts)]
        group = _group(plan)
        drawing = sketch(group, sizes if _branches(group) > 2 else _equally_wide(sizes))
        drawn: list[Item] = []
        for points in drawing.lines:
            drawn.append(ink.line(points, bend=3.0))
        for points in drawing.arrows:
            drawn += ink.arrow(points)
        for placed in drawing.placed:
            drawn += self._box(placed, lines[placed.number - 1])
        return self._framed(drawn, drawing.left, drawing.right, drawing.height)

    def _say(self, text: Text) -> str:
        return self._request.say(text)

    def _is_common(self, what: str, place: int | None = None) -> bool:
        return is_common(self._graph, self._variant, what, place)

    # -- words and sizes --------------------------------------------------------------------------------------------

    def _words(self, place: int, part: Part) -> list[str]:
        """The line or lines of a box; none for the dots of what is left out."""
        if place == self._dots:
            return []
        kind, index = part.target
        if kind == "block":
            return [self._say(phrases.block(self._graph.blocks[index]))]
        node = self._graph.nodes[index]
        sign = phrases.SIGNS.get(node.kind.strip("_"))
        if sign is not None and node.category is Category.MERGE:
            return [sign]
        origin = place if self._dots < 0 else None
        words = phrases.layer(
            node,
            has_channels=self._is_common("channels"),
            has_window=self._is_common("window", origin),
            has_stride=self._is_common("stride", origin),
        )
        finish = phrases.finish(self._graph, part.finish)
        if self._note is not None and is_convolution(self._graph, part):
            finish = ()
        second = [self._say(phrases.listed(finish))] if finish else []
        room = max(_WIDE, *(ink.measure(line, ink.SMALL) for line in second), 0.0)
        return [*self._split(self._say(words), room), *second]

    def _split(self, words: str, room: float) -> list[str]:
        """In two lines, where one would make the box wider than `room`."""
        comma = "\uff0c" if self._request.language == "zh" else ", "
        head, mark, tail = words.partition(comma)
        return [head, tail] if mark and ink.measure(words) > room else [words]

    def _common_finish(self) -> Text | None:
        """What follows every convolution of the block, if that is the same for all of several."""
        convolutions = [part for part in self._plan.parts if is_convolution(self._graph, part)]
        said = {phrases.finish(self._graph, part.finish) for part in convolutions}
        if len(convolutions) < 2 or len(said) != 1 or said == {()}:
            return None
        return phrases.each(said.pop())

    def _size(self, place: int, part: Part, lines: list[str]) -> Size:
        if place == self._dots:
            return Size(Form.DOTS, 8.0, 18.0)
        if lines[0] in phrases.SIGNS.values():
            return Size(Form.CIRCLE, 2 * RADIUS, 2 * RADIUS)
        width = _BOX_PADDING + max(ink.measure(line, _size_of(row)) for row, line in enumerate(lines))
        is_bar = part.target[0] == "node" and self._graph.nodes[part.target[1]].category is Category.MERGE
        return Size(Form.BAR if is_bar else Form.BOX, width, _LINE + _SECOND * (len(lines) - 1))

    # -- drawing ----------------------------------------------------------------------------------------------------

    def _box(self, placed: Placed, lines: list[str]) -> list[Item]:
        left = placed.x - placed.width / 2
        if not lines:
            middle = placed.y + placed.height / 2
            return [
                Rectangle(placed.x - 1.1, middle + shift - 1.1, 2.2, 2.2, 1.1, fill=ink.INK) for shift in (-5, 0, 5)
            ]
        category = self._category(placed.number - 1)
        is_fault = is_at(self._graph, self._plan.parts[placed.number - 1].target)
        is_circle = lines[0] in phrases.SIGNS.values()
        radius = RADIUS if is_circle else 3.0
        edge, thick = (ink.FAULT, 2 * ink.STROKE) if is_fault else (ink.INK, ink.STROKE)
        outline = Rectangle(left, placed.y, placed.width, placed.height, radius, ink.face(category), edge, thick)
        middle = placed.y + (placed.height - _SECOND * (len(lines) - 1)) / 2
        drawn: list[Item] = [outline]
        for row, line in enumerate(lines):
            level = middle + row * (_SECOND + 1) - (1.5 if len(lines) > 1 else 0.0)
            drawn.append(ink.centred(placed.x, level, line, size=_size_of(row)))
        return drawn

    def _category(self, place: int) -> Category:
        kind, index = self._plan.parts[place].target
        return Category.BLOCK if kind == "block" else self._graph.nodes[index].category

    def _framed(self, drawn: list[Item], left: float, right: float, height: float) -> list[Item]:
        """The drawing in a dashed frame, under its title and over its note."""
        letter = self._variant.letter
        kind = self._say(phrases.block(self._graph.blocks[self._variant.examples[0]]))
        title = f"({letter}) {kind}" if letter else kind
        title_width = ink.measure(title, strong=True)
        note = [] if self._note is None else wrapped(self._say(self._note), max(left + right, _LEAST_NOTE), _note_width)
        width = max(left + right, title_width, *map(_note_width, note), 0.0) + 2 * _PADDING
        spine = _PADDING + left + (width - 2 * _PADDING - left - right) / 2
        top = _TITLE + _PORT
        frame = Rectangle(0, top, width, _ROOM + height - _PORT, 8.0, None, _DASHED, 0.8, is_dashed=True)
        result: list[Item] = [frame, ink.words(2, 8, title, strong=True)]
        result.append(ink.line(((spine, _TITLE), (spine, top + _ROOM))))
        result += ink.moved(drawn, spine, top + _ROOM)
        for row, line in enumerate(note):
            level = top + _ROOM + height + 12 + 13 * row
            result.append(ink.centred(width / 2, level, line, size=ink.SMALL))
        return result


def _note_width(words: str) -> float:
    return ink.measure(words, ink.SMALL)


def _size_of(row: int) -> float:
    return ink.SIZE if row == 0 else ink.SMALL


def _equally_wide(sizes: list[Size]) -> list[Size]:
    widest = max((size.width for size in sizes if size.form is Form.BOX), default=0.0)
    return [Size(size.form, widest, size.height) if size.form is Form.BOX else size for size in sizes]


def _branches(group: Group) -> int:
    """The most parts that read the same one."""
    return max(len(readers) for readers in group.readers)


def _group(plan: Course) -> Group:
    """The parts as a group of a view, whose regions the layout knows how to take apart."""
    group = Group(0, 0)
    group.items = [Member(part.target, 0, 0) for part in plan.parts]
    group.readers = [{} for _ in range(group.exit + 1)]
    for upper, lower in sorted(plan.edges):
        group.link(upper + 1, lower + 1, max(upper, 0), lower)
    return group
