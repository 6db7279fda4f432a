"""From a plan to a picture: everything gets its place, counted from the upper left corner, and its indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from explorer.graph.measures import link_label
from explorer.graph.picture import Box, Frame, Picture, Wire
from explorer.graph.plan import BOX_HEIGHT, MARGIN, Plan, PlannedWire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from explorer.graph.model import LayerGraph

_Key = tuple[int, float, int, int]  # which plan, where from left to right, and from which node and block on

_new = tuple.__new__  # makes named tuples twice as fast as their own constructors; all values must be given


class Drawings:
    """Draws plan after plan of one graph; what has been drawn before is taken from there, moved up or down."""

    def __init__(self, graph: LayerGraph) -> None:
        self._graph = graph
        self._parts: dict[_Key, _Part] = {}

    def picture(self, plan: Plan) -> Picture:
        """The picture of the plan of a whole view."""
        drawing = _Drawing(self._graph, self._parts)
        drawing.draw(plan, plan.left + MARGIN, MARGIN, 0, 0)
        self._parts = drawing.parts
        size = (plan.left + plan.right + 2 * MARGIN, plan.height + 2 * MARGIN)
        return Picture(tuple(drawing.boxes), tuple(drawing.frames), tuple(drawing.wires), *size, self._graph)


class _Part(NamedTuple):
    """What was drawn of an open block at the height `y`. Its plan is kept, so that no other has the same identity.

    Attributes:
        inner: The parts in it.
    """

    plan: Plan
    y: float
    boxes: list[Box]
    frames: list[Frame]
    wires: list[Wire]
    inner: list[_Key]

    def moved_to(self, y: float) -> _Part:
        """The same at another height."""
        by = y - self.y
        boxes = [
            _new(Box, (target, x, y + by, width, height, repeat, joined))
            for target, x, y, width, height, repeat, joined in self.boxes
        ]
        frames = [frame._replace(y=frame.y + by) for frame in self.frames]
        wires = [
            _new(
                Wire,
                (
                    source,
                    targets,
                    tuple([(x, y + by) for x, y in points]),
                    label,
                    None if label_at is None else (label_at[0], label_at[1] + by),
                    *rest,
                ),
            )
            for source, targets, points, label, label_at, *rest in self.wires
        ]
        return _Part(self.plan, y, boxes, frames, wires, self.inner)


class _Drawing:
    def __init__(self, graph: LayerGraph, before: dict[_Key, _Part]) -> None:
        self._graph, self._before = graph, before
        self.parts: dict[_Key, _Part] = {}
        self.boxes: list[Box] = []
        self.frames: list[Frame] = []
        self.wires: list[Wire] = []
        self._inner: list[_Key] = []  # the parts in the one that is being drawn

    def _draw_part(self, plan: Plan, x: float, y: float, nodes: int, blocks: int) -> None:
        """Draws a plan; an open block that was drawn before, from that."""
        if plan.frame is None:
            self.draw(plan, x, y, nodes, blocks)
            return
        # Equal blocks have plans of their own, which share what is in them.
        key = (id(plan.parts), x, nodes + plan.moved_by[0], blocks + plan.moved_by[1])
        part = self._before.get(key)
        if part is None:
            first = len(self.boxes), len(self.frames), len(self.wires)
            around, self._inner = self._inner, []
            self.draw(plan, x, y, nodes, blocks)
            drawn = self.boxes[first[0] :], self.frames[first[1] :], self.wires[first[2] :]
            part = _Part(plan, y, *drawn, self._inner)
            self._inner = around
        else:
            if part.y != y:
                part = part.moved_to(y)
            self.boxes += part.boxes
            self.frames += part.frames
            self.wires += part.wires
            self._keep(part.inner)
        self.parts[key] = part
        self._inner.append(key)

    def _keep(self, keys: Iterable[_Key]) -> None:
        """Keeps the parts in one that was taken over, for when that one is drawn anew."""
        for key in keys:
            part = self.parts[key] = self._before[key]
            self._keep(part.inner)

    def draw(self, plan: Plan, x: float, y: float, nodes: int, blocks: int) -> None:
        """Draws a plan; `nodes` and `blocks` are added to its indices."""
        nodes, blocks = nodes + plan.moved_by[0], blocks + plan.moved_by[1]
        if plan.frame is not None:
            block, depth = plan.frame
            self.frames.append(Frame(block + blocks, x - plan.left, y, plan.left + plan.right, plan.height, depth))
        for item, box_y, width in plan.boxes:
            kind, index = item.target
            target = (kind, index + (nodes if kind == "node" else blocks))
            joined = tuple([other + nodes for other in item.joined]) if item.joined else ()
            values = (target, x - width / 2, y + box_y, width, BOX_HEIGHT, item.repeat, joined)
            self.boxes.append(_new(Box, values))
        self._draw_wires(plan.wires, x, y, nodes)
        for part, part_x, part_y in plan.parts:
            self._draw_part(part, x + part_x, y + part_y, nodes, blocks)

    def _draw_wires(self, planned: Sequence[PlannedWire], x: float, y: float, nodes: int) -> None:
        for wire in planned:
            link, label, label_at = wire.link, "", wire.label_at
            if label_at is not None:
                label = link.label if link.label is not None else link_label(self._graph, link)
                label_at = (x + label_at[0], y + label_at[1]) if label else None
            points = wire.points
            if len(points) == 2:  # by far the most frequent
                (x0, y0), (x1, y1) = points
                points = ((x + x0, y + y0), (x + x1, y + y1))
            else:
                points = tuple([(x + across, y + down) for across, down in points])
            sources, targets = link.sources, link.targets
            if nodes:
                sources, targets = [each + nodes for each in sources], [each + nodes for each in targets]
            more = tuple(sources[1:]) if len(sources) > 1 else ()
            values = (sources[0], tuple(targets), points, label, label_at, wire.is_skip, wire.has_arrow, more)
            self.wires.append(_new(Wire, values))
