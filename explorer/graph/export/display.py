"""What is drawn of a picture, as a list of rectangles, lines, polygons and words: the same for SVG, PNG and PDF.

The page holds the whole picture under a title with the figures of the network, over a legend of the colours.
Coordinates are pixels at 100 % from the upper left corner.
"""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.colouring import TINT, scale_of, share
from explorer.graph.export import legend as legends
from explorer.graph.export import misfit
from explorer.graph.export.colours import CATEGORIES, THEMES, Colours, blend, scale_colour
from explorer.graph.export.heading import heading
from explorer.graph.export.items import Display, Face, Item, Line, Polygon, Rectangle, Words, moved, width_of
from explorer.graph.export.wrapping import wrapped
from explorer.graph.picture import towards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.graph.export import Request
    from explorer.graph.model import LayerGraph
    from explorer.graph.picture import Box, Frame, Picture, Point, Wire

_BAR = 5.0  # width of the coloured bar at the left of a box
_RADIUS, _FRAME_RADIUS = 9.0, 12.0
_TEXT_LEFT = 15.0
_HEAD = 34.0  # height of a frame's head
_ARROW = 8.0
_STACK = 4.0  # offset of the outline behind a box that stands for several
_MARGIN = 24.0
_TITLE_SIZE, _FIGURES_SIZE, _BOX_SIZE, _SECOND_SIZE, _SHAPE_SIZE = 18.0, 12.5, 13.0, 12.0, 11.0
_TOLD_ROW = 19.0  # of the lines that say what does not fit
_ROOM_TO_EXPLAIN = 420.0  # the least width for them
_CAP = 0.364  # half the height of Inter's capitals: from the middle of a line of words to its baseline

_FACES = {misfit.Kind.MESSAGE: Face.SEMIBOLD, misfit.Kind.WORDS: Face.REGULAR, misfit.Kind.CODE: Face.MONO}


def display(request: Request) -> Display:
    """The page of `request`."""
    return _Page(request).page


class _Page:
    """Puts a page together."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._graph: LayerGraph = request.graph
        self._picture: Picture = request.picture
        self._colours: Colours = THEMES[request.theme]
        title, figures = heading(request)
        self._scale = scale_of(request.graph, request.colour_by, (box.target for box in request.picture.boxes))
        content = max(
            self._picture.width,
            width_of(title, _TITLE_SIZE, Face.SEMIBOLD),
            width_of(figures, _FIGURES_SIZE, Face.REGULAR),
            legends.least_width(request, self._scale),
        )
        top = _MARGIN + 48.0
        said = misfit.lines(request)
        content = max(content, _ROOM_TO_EXPLAIN if said else 0.0)
        told = [(kind, line) for kind, text in said for line in self._wrapped(kind, text, content)]
        legend = legends.legend(request, self._scale, content)
        below = top + self._picture.height + 8.0
        bottom = below + (len(told) * _TOLD_ROW + 16.0 if told else 0.0)
        height = bottom + legend.height + _MARGIN
        self.page = Display(content + 2 * _MARGIN, height, self._colours.window, title, figures)
        self._x, self._y = _MARGIN + (content - self._picture.width) / 2, top
        self._add_words(_MARGIN, _MARGIN + 16, title, _TITLE_SIZE, self._colours.text, Face.SEMIBOLD)
        self._add_words(_MARGIN, _MARGIN + 38, figures, _FIGURES_SIZE, self._colours.secondary)
        self._draw_picture()
        self._draw_misfit(told, below)
        self.page.items += [moved(item, _MARGIN, bottom) for item in legend.items]

    def _add(self, item: Item) -> None:
        self.page.items.append(item)

    def _add_words(self, x: float, y: float, text: str, size: float, colour: str, face: Face = Face.REGULAR) -> None:
        """`text` on the baseline `y`."""
        self._add(Words(x, y, text, size, colour, face))

    def _add_centred(self, x: float, middle: float, text: str, size: float, colour: str, face: Face) -> None:
        """`text` with the middle of its capitals at the height `middle`."""
        self._add_words(x, middle + _CAP * size, text, size, colour, face)

    # -- picture ----------------------------------------------------------------------------------------------------

    def _draw_picture(self) -> None:
        frames = sorted(self._picture.frames, key=lambda frame: frame.depth)
        for frame in frames:
            self._draw_frame(frame)
        for wire in self._picture.wires:
            self._draw_wire(wire)
        for wire in self._picture.wires:
            self._draw_shape(wire, frames)
        for frame in frames:
            self._draw_head(frame)
        for box in self._picture.boxes:
            self._draw_box(box)

    def _draw_frame(self, frame: Frame) -> None:
        block = self._graph.blocks[frame.block]
        self._add(
            Rectangle(
                self._x + frame.x,
                self._y + frame.y,
                frame.width,
                frame.height,
                _FRAME_RADIUS,
                fill=self._colours.ground(frame.depth + 1),
                stroke=self._colours.frame,
                stroke_width=1.2,
                is_dashed=True,
                about=f"{block.path} · {block.kind}",
            )
        )

    def _draw_head(self, frame: Frame) -> None:
        """Triangle, name and, where the wires leave room, figures of an opened block."""
        x, middle = self._x + frame.x, self._y + frame.y + _HEAD / 2 + 2
        self._add(Polygon(((x + 15, middle - 3), (x + 24, middle - 3), (x + 19.5, middle + 4)), self._colours.text))
        title = self._request.say(labels.title(self._graph, ("block", frame.block)))
        self._add_centred(x + 29, middle, title, _BOX_SIZE, self._colours.text, Face.SEMIBOLD)
        free = self._free_stretches(frame, 29 + width_of(title, _BOX_SIZE, Face.SEMIBOLD) + 14)
        figures = self._block_figures(frame.block)
        for count in range(len(figures), 0, -1):
            words = " · ".join(figures[:count])
            needed = width_of(words, _SECOND_SIZE, Face.REGULAR)
            place = next((left for left, right in free if right - left >= needed), None)
            if place is not None:
                self._add_centred(x + place, middle, words, _SECOND_SIZE, self._colours.secondary, Face.REGULAR)
                return

    def _free_stretches(self, frame: Frame, start: float) -> list[tuple[float, float]]:
        """The parts of a frame's head between the wires that cross it, from `start` on."""
        level = frame.y + _HEAD / 2
        crossings = {
            upper[0] - frame.x
            for wire in self._picture.wires
            for upper, lower in pairwise(wire.points)
            if min(upper[1], lower[1]) <= level <= max(upper[1], lower[1]) and upper[1] != lower[1]
        }
        edges = [start - 8, *sorted(x for x in crossings if start - 8 < x < frame.width), frame.width]
        return [(left + 8, right - 8) for left, right in pairwise(edges)]

    def _block_figures(self, index: int) -> list[str]:
        block, say = self._graph.blocks[index], self._request.say
        parts = []
        if block.params:
            parts.append(say(Text(f"{labels.count(block.params)} params", f"{labels.count(block.params)} 参数")))
        if block.macs:
            parts.append(say(Text(f"{labels.count(block.macs)} MACs", f"{labels.count(block.macs)} 次乘加")))
        reach = self._graph.nodes[block.last - 1].receptive_field
        if reach is not None and not reach.whole:
            tall, wide = reach.size
            size = str(tall) if tall == wide else f"{tall}×{wide}"
            parts.append(say(Text(f"receptive field {size}", f"感受野 {size}")))
        return parts

    def _draw_wire(self, wire: Wire) -> None:
        is_fault = misfit.is_fault(self._graph, wire)
        colour, width = (self._colours.danger, 2.2) if is_fault else (self._colours.wire, 1.3)
        points = tuple((self._x + x, self._y + y) for x, y in wire.points)
        tip = points[-1]
        if wire.has_arrow:  # the line ends inside the head, or its blunt end would show at the tip
            points = (*points[:-1], towards(tip, points[-2], _ARROW / 2))
        self._add(Line(points, colour, width))
        if wire.has_arrow:
            self._add(Polygon(_arrow_head(wire.points[-2], wire.points[-1], (self._x, self._y)), colour))

    def _draw_shape(self, wire: Wire, frames: Sequence[Frame]) -> None:
        if not wire.label or wire.label_at is None:
            return
        x, y = wire.label_at
        inside = [frame.depth for frame in frames if _contains(frame, x, y)]
        ground = self._colours.ground(max(inside, default=-1) + 1)
        x, y = self._x + x, self._y + y
        width = width_of(wire.label, _SHAPE_SIZE, Face.MONO)
        self._add(Rectangle(x - 3, y - 7, width + 6, 14, fill=ground))
        colour = self._colours.danger if misfit.is_fault(self._graph, wire) else self._colours.faint
        self._add_centred(x, y, wire.label, _SHAPE_SIZE, colour, Face.MONO)

    def _draw_box(self, box: Box) -> None:
        x, y, colours = self._x + box.x, self._y + box.y, self._colours
        edge, thick = (colours.danger, 2.0) if misfit.is_at(self._graph, box.target) else (colours.border, 1.0)
        colour = self._colour(box)
        fill = colours.raised if self._scale is None else blend(colours.raised, colour, TINT)
        outline = Rectangle(x, y, box.width, box.height, _RADIUS, fill, edge, thick, about=self._about(box))
        if box.repeat > 1:
            self._add(Rectangle(x + _STACK, y + _STACK, box.width, box.height, _RADIUS, fill, colours.border))
        self._add(outline)
        self._add(Rectangle(x, y, _BAR, box.height, 2.0, colour))
        title, subtitle = labels.box_lines(self._graph, box.target, box.repeat, box.joined)
        first, second = self._request.say(title), self._request.say(subtitle)
        middle, left = y + box.height / 2, x + _TEXT_LEFT
        if not second:
            self._add_centred(left, middle, first, _BOX_SIZE, colours.text, Face.SEMIBOLD)
            return
        self._add_centred(left, middle - 8.5, first, _BOX_SIZE, colours.text, Face.SEMIBOLD)
        self._add_centred(left, middle + 9.0, second, _SECOND_SIZE, colours.secondary, Face.REGULAR)

    def _colour(self, box: Box) -> str:
        """What the box's colour tells: its type, or how much of something it takes."""
        if self._scale is None:
            return CATEGORIES[legends.category(self._request, box.target)]
        place = share(self._scale, self._graph, box.target)
        return self._colours.track if place is None else scale_colour(self._request.theme, place)

    def _about(self, box: Box) -> str:
        if box.target[0] == "block":
            block = self._graph.blocks[box.target[1]]
            return f"{block.path} · {block.kind} · {labels.shape(block.output_shape)}"
        node = self._graph.nodes[box.target[1]]
        return f"{node.path} · {node.kind} · {labels.shape(node.output_shape)}"

    # -- what does not fit ------------------------------------------------------------------------------------------

    def _wrapped(self, kind: misfit.Kind, text: str, room: float) -> list[str]:
        face = _FACES[kind]
        return wrapped(text, room, lambda words: width_of(words, _SECOND_SIZE, face))

    def _draw_misfit(self, told: Sequence[tuple[misfit.Kind, str]], y: float) -> None:
        """Why the graph ends where it does, under the picture."""
        for row, (kind, line) in enumerate(told):
            colour = self._colours.danger if kind is misfit.Kind.MESSAGE else self._colours.text
            self._add_centred(_MARGIN, y + (row + 0.5) * _TOLD_ROW, line, _SECOND_SIZE, colour, _FACES[kind])


def _contains(frame: Frame, x: float, y: float) -> bool:
    return frame.x <= x <= frame.x + frame.width and frame.y <= y <= frame.y + frame.height


def _arrow_head(before: Point, tip: Point, offset: Point) -> tuple[Point, ...]:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = hypot(dx, dy) or 1.0
    dx, dy = dx / length * _ARROW, dy / length * _ARROW
    x, y = tip[0] + offset[0], tip[1] + offset[1]
    return (x, y), (x - dx - dy / 2, y - dy + dx / 2), (x - dx + dy / 2, y - dy - dx / 2)
