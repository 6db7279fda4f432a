"""From a plan to a picture: everything gets its place, counted from the upper left corner, and its indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.graph.measures import link_label
from explorer.graph.picture import Box, Frame, Picture, Wire
from explorer.graph.plan import BOX_HEIGHT, MARGIN, Plan, PlannedWire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.graph.model import LayerGraph

_new = tuple.__new__  # makes named tuples twice as fast as their own constructors; all values must be given


def drawn(graph: LayerGraph, plan: Plan) -> Picture:
    """The picture of the plan of a whole view."""
    return _Drawing(graph, plan).picture()


class _Drawing:
    def __init__(self, graph: LayerGraph, plan: Plan) -> None:
        self._graph = graph
        self._boxes: list[Box] = []
        self._frames: list[Frame] = []
        self._wires: list[Wire] = []
        self._size = (plan.left + plan.right + 2 * MARGIN, plan.height + 2 * MARGIN)
        self._draw(plan, plan.left + MARGIN, MARGIN, 0, 0)

    def picture(self) -> Picture:
        return Picture(tuple(self._boxes), tuple(self._frames), tuple(self._wires), *self._size, self._graph)

    def _draw(self, plan: Plan, x: float, y: float, nodes: int, blocks: int) -> None:
        """Draws a plan; `nodes` and `blocks` are added to its indices."""
        nodes, blocks = nodes + plan.moved_by[0], blocks + plan.moved_by[1]
        if plan.frame is not None:
            block, depth = plan.frame
            self._frames.append(Frame(block + blocks, x - plan.left, y, plan.left + plan.right, plan.height, depth))
        for item, box_y, width in plan.boxes:
            kind, index = item.target
            target = (kind, index + (nodes if kind == "node" else blocks))
            joined = tuple([other + nodes for other in item.joined]) if item.joined else ()
            values = (target, x - width / 2, y + box_y, width, BOX_HEIGHT, item.repeat, joined)
            self._boxes.append(_new(Box, values))
        self._draw_wires(plan.wires, x, y, nodes)
        for part, part_x, part_y in plan.parts:
            self._draw(part, x + part_x, y + part_y, nodes, blocks)

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
            self._wires.append(_new(Wire, values))
