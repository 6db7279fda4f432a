"""Where everything of a view stands: recursive series-parallel layout on the tree of blocks.

In each open block the boxes that every path goes through lie on a straight spine, in order of execution. What lies
between two of them falls apart into branches, each laid out the same way: of one branch and a direct edge, the branch
stays on the spine and the edge runs down a lane on the right; of two, the longer stays on the spine; three and more are
centred, in order of execution. What does not fall apart is a column with lanes (`graph.lanes`). Edges that cross the
frame of a block go through a port at the middle of its upper or lower side. Pure Python, deterministic.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.graph import labels, lanes, textwidth, viewtree
from explorer.graph.picture import Box, Frame, Picture, Point, Wire
from explorer.graph.plan import (
    BOX_HEIGHT,
    DROP,
    FRAME_HEADER,
    FRAME_PADDING,
    GAP,
    LABEL_OFFSET,
    MARGIN,
    TRUNK,
    Plan,
    PlannedWire,
    Region,
    upper_room,
)
from explorer.graph.viewtree import ENTRY, Group, Item, Link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from explorer.graph.model import LayerGraph, Shape

BRANCH_GAP = 18.0
LANE_GAP = 22.0
MIN_BOX_WIDTH = 176.0
BOX_PADDING = 34.0  # the coloured edge on the left, and room on both sides of the words
BLOCK_PADDING = 46.0  # with the triangle that opens it
TITLE_SIZE, SUBTITLE_SIZE, SHAPE_SIZE = 13.0, 12.0, 11.0
TITLE_STEP = 16.0  # widths of titles are rounded up to its multiples, so that equal blocks get equal frames
TITLE_PADDING = 40.0  # the triangle before a frame's title, and room around it


def layout(
    graph: LayerGraph,
    open_blocks: AbstractSet[int],
    *,
    fold_repeats: bool = False,
    join_layers: bool = False,
) -> Picture:
    """Lays out `graph` with `open_blocks` open.

    Args:
        fold_repeats: Show a run of equal closed blocks once, with its count.
        join_layers: Show normalisation, activation and dropout in the box of the layer that they follow.
    """
    root = viewtree.build(graph, open_blocks, fold_repeats=fold_repeats, join_layers=join_layers)
    plan = _Layout(graph).group(root)
    return _Drawing(graph, plan).picture()


class _Layout:
    """Lays out the groups of one view."""

    def __init__(self, graph: LayerGraph) -> None:
        self._graph = graph
        self._widths: dict[object, float] = {}
        self._titles: dict[int, float] = {}
        self._equals = Counter(block.structure for block in graph.blocks)
        self._looks: dict[object, int] = {}
        self._known_looks: dict[int, int] = {}
        self._plans: dict[int, tuple[Plan, Group]] = {}

    def group(self, group: Group) -> Plan:
        """An open block; with its frame, unless it is the model itself."""
        look = self._look_of(group)
        known = self._plans.get(look)
        if known is not None:
            plan, other = known
            blocks = self._graph.blocks
            return plan.moved(blocks[group.block].first - blocks[other.block].first, group.block - other.block)
        plan = self._laid(group)
        if look >= 0:
            self._plans[look] = (plan, group)
        return plan

    def _look_of(self, group: Group) -> int:
        look = self._known_looks.get(group.block)
        if look is None:
            look = self._known_looks[group.block] = self._look(group)
        return look

    def _look(self, group: Group) -> int:
        """The same number for open blocks that are laid out alike; -1 for one without its like in the graph.

        Such blocks do the same inside, have the same blocks open, and are wired to their surroundings alike.
        """
        block = self._graph.blocks[group.block]
        if group.parent is None or not block.structure or self._equals[block.structure] == 1:
            return -1
        base, inside = block.first, []
        for item in group.items:
            if item.group is not None:
                inside.append((item.first - base, self._look_of(item.group), self._title_width(item.group.block)))
            elif item.target[0] == "block":
                inside.append((item.first - base, item.repeat, self._width(item)))
        outside = [
            (ends, tuple(source - base for source in link.sources), tuple(target - base for target in link.targets))
            for ends, link in group.links.items()
            if ends[0] == ENTRY or ends[1] == group.exit
        ]
        title = self._title_width(group.block)
        key = (block.structure, group.depth, len(group.items), title, tuple(inside), tuple(outside))
        return self._looks.setdefault(key, len(self._looks))

    def _title_width(self, block: int) -> float:
        width = self._titles.get(block)
        if width is None:
            words = labels.title(self._graph, ("block", block))
            needed = max(textwidth.width(text, TITLE_SIZE, bold=True) for text in {words.en, words.zh})
            width = self._titles[block] = TITLE_STEP * -(-needed // TITLE_STEP)
        return width

    def _laid(self, group: Group) -> Plan:
        is_model = group.parent is None
        members = list(range(1, group.exit))
        above, below = (0.0, 0.0) if is_model else (FRAME_HEADER, FRAME_PADDING)
        plan = self._series(Region(group, ENTRY, members, group.exit, above=above, below=below))
        if is_model:
            return plan
        plan.left = max(plan.left + FRAME_PADDING, self._title_width(group.block) + TITLE_PADDING)
        plan.right += FRAME_PADDING
        plan.frame = (group.block, group.depth - 1)
        plan.enters_box = False
        return plan

    def _series(self, region: Region) -> Plan:
        """The members that all paths go through, one below the other, and what lies between them."""
        plan = Plan()
        members, cuts = region.members, region.cuts()
        upper, first, y = region.upper, 0, 0.0
        for cut in [*cuts, len(members)]:
            is_last = cut == len(members)
            if 0 < first == cut and not is_last:  # the most frequent case by far
                lower = members[cut]
                y = self.put(plan, region.group, lower, self._step(plan, region.group, upper, lower, y))
                upper, first = lower, cut + 1
                continue
            part = Region(
                region.group,
                upper,
                members[first:cut],
                region.lower if is_last else members[cut],
                is_branch=region.is_branch and not cuts,
                above=region.above if first == 0 else None,
                below=region.below if is_last else None,
            )
            y = self._between(plan, part, y)
            if not is_last:
                y = self.put(plan, region.group, members[cut], y)
            upper, first = part.lower, cut + 1
        plan.height = y
        plan.enters_box = cuts[:1] == [0] and region.group.items[members[0] - 1].group is None
        plan.leaves_box = cuts[-1:] == [len(members) - 1]
        return plan

    def put(self, plan: Plan, group: Group, number: int, y: float) -> float:
        """Puts an item of the group on the spine; gives where it ends."""
        item = group.items[number - 1]
        if item.group is not None:
            frame = self.group(item.group)
            plan.place(frame, 0.0, y)
            return y + frame.height
        width = self._width(item)
        plan.boxes.append((item, y, width))
        plan.left, plan.right = max(plan.left, width / 2), max(plan.right, width / 2)
        return y + BOX_HEIGHT

    def _width(self, item: Item) -> float:
        """The width that both lines of a box need, in the wider language; the same for equal layers."""
        kind, index = item.target
        key: object = item.target
        if kind == "node" and not item.joined:
            node = self._graph.nodes[index]
            key = (node.kind, node.params, node.input_shapes, node.output_shape, node.shared, id(node.attributes))
        width = self._widths.get(key)
        if width is None:
            title, subtitle = labels.box_lines(self._graph, item.target, item.repeat, item.joined)
            padding = BLOCK_PADDING if kind == "block" else BOX_PADDING
            needed = padding + max(
                textwidth.width(title.en, TITLE_SIZE, bold=True),
                textwidth.width(title.zh, TITLE_SIZE, bold=True),
                textwidth.width(subtitle.en, SUBTITLE_SIZE),
                textwidth.width(subtitle.zh, SUBTITLE_SIZE),
            )
            width = self._widths[key] = max(MIN_BOX_WIDTH, 8 * -(-needed // 8))
        return width

    def _between(self, plan: Plan, region: Region, y: float) -> float:
        """What lies between two neighbours on the spine; gives where the lower one starts."""
        if not region.members:
            return self._straight(plan, region, y)
        components = region.components()
        part = Plan()  # of its own, so that its lanes keep close to its boxes
        if len(components) == 1 and not replace(region, is_branch=True).cuts():
            end = lanes.column(self, part, region, y)
        else:
            end = self._parallel(part, region, components, y)
        plan.place(part, 0.0, 0.0)
        return end

    def _step(self, plan: Plan, group: Group, upper: int, lower: int, y: float) -> float:
        """The gap between two neighbours on the spine with nothing beside it; gives where the lower one starts."""
        end = y + GAP
        link = group.links.get((upper, lower))
        if link is not None:
            has_arrow = group.items[lower - 1].group is None
            label_at = (LABEL_OFFSET, (y + end) / 2 - 2)
            plan.wires.append(PlannedWire(link, ((0.0, y), (0.0, end)), label_at, has_arrow=has_arrow))
            plan.right = max(plan.right, self.label_reach(link))
        return end

    def _straight(self, plan: Plan, region: Region, y: float) -> float:
        is_inside = region.above is None and region.below is None
        end = y + (GAP if is_inside else (region.above or 0.0) + (region.below or 0.0))
        link = region.direct
        if link is not None and end > y:
            label_at = (LABEL_OFFSET, (y + end) / 2 - 2) if is_inside else None
            plan.wires.append(PlannedWire(link, ((0.0, y), (0.0, end)), label_at, has_arrow=region.ends_in_box))
            if is_inside:
                plan.right = max(plan.right, self.label_reach(link))
        return end

    def _parallel(self, plan: Plan, region: Region, components: Sequence[list[int]], y: float) -> float:
        """Branches side by side, fed from a bus above and gathered by one below."""
        parts = [
            self._series(Region(region.group, region.upper, members, region.lower, True, 0.0, 0.0))
            for members in components
        ]
        bus = y + (TRUNK if region.above is None else upper_room(region))
        top = bus + DROP
        bottom = top + max(part.height for part in parts)
        lower_bus = bottom + TRUNK
        end = lower_bus + (DROP if region.below is None else max(region.below, DROP / 2))
        is_labelled = region.above is not None
        for part, members, x in zip(parts, components, _places(parts), strict=True):
            plan.place(part, x, top)
            entering = region.union([region.upper], members)
            if entering is not None:
                label_at = None if is_labelled else (LABEL_OFFSET, (y + bus) / 2 - 1)
                is_labelled = True
                points = _bent((0.0, y), bus, (x, top))
                plan.wires.append(PlannedWire(entering, points, label_at, has_arrow=part.enters_box))
            leaving = region.union(members, [region.lower])
            if leaving is not None:
                points = _bent((x, top + part.height), lower_bus, (0.0, end))
                label_at = (x + LABEL_OFFSET, top + part.height + TRUNK / 2 - 1) if part.leaves_box else None
                plan.wires.append(PlannedWire(leaving, points, label_at, has_arrow=region.ends_in_box))
                plan.right = max(plan.right, x + self.label_reach(leaving))
        link = region.direct
        if link is not None:
            lane = plan.right + LANE_GAP
            points = ((0.0, y), (0.0, bus), (lane, bus), (lane, lower_bus), (0.0, lower_bus), (0.0, end))
            label_at = (lane + LABEL_OFFSET, (bus + lower_bus) / 2)
            plan.wires.append(PlannedWire(link, points, label_at, is_skip=True, has_arrow=region.ends_in_box))
            plan.right = lane + self.label_reach(link)
        return end

    def label_reach(self, link: Link) -> float:
        """How far the label of a wire reaches to the right of it."""
        return LABEL_OFFSET + len(link_label(self._graph, link)) * SHAPE_SIZE * textwidth.MONO_ADVANCE + 4


def _places(parts: Sequence[Plan]) -> list[float]:
    """Where the spines of the branches lie."""
    if len(parts) <= 2:
        main = max(range(len(parts)), key=lambda place: parts[place].height)
        beside = [parts[main].right + BRANCH_GAP + part.left for part in parts]
        return [0.0 if place == main else beside[place] for place in range(len(parts))]
    total = sum(part.left + part.right for part in parts) + BRANCH_GAP * (len(parts) - 1)
    x, places = -total / 2, []
    for part in parts:
        places.append(x + part.left)
        x += part.left + part.right + BRANCH_GAP
    return places


def _bent(start: Point, bus: float, end: Point) -> tuple[Point, ...]:
    """Down, across along the bus, and down again."""
    if start[0] == end[0]:
        return (start, end)
    return (start, (start[0], bus), (end[0], bus), end)


def link_label(graph: LayerGraph, link: Link) -> str:
    """The shape that a wire carries; empty where it carries several."""
    label = link.label
    if label is None:
        shapes = {_carried(graph, source, link.targets) for source in link.sources}
        label = link.label = labels.shape(shapes.pop()) if len(shapes) == 1 else ""
    return label


def _carried(graph: LayerGraph, source: int, targets: Sequence[int]) -> Shape:
    """The shape in which the first of `targets` that reads `source` gets it."""
    for target in targets:
        reader = graph.nodes[target]
        inputs = reader.inputs
        if inputs[0] == source:
            return reader.input_shapes[0]
        if source in inputs:
            return reader.input_shapes[inputs.index(source)]
    raise AssertionError(f"nobody reads node {source} here")


class _Drawing:
    """Turns a plan into a picture, in coordinates that start at the upper left corner."""

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
        boxes = self._boxes
        for item, box_y, width in plan.boxes:
            kind, index = item.target
            target = (kind, index + (nodes if kind == "node" else blocks))
            joined = tuple([other + nodes for other in item.joined]) if item.joined else ()
            boxes.append(Box(target, x - width / 2, y + box_y, width, BOX_HEIGHT, item.repeat, joined))
        self._draw_wires(plan.wires, x, y, nodes)
        for part, part_x, part_y in plan.parts:
            self._draw(part, x + part_x, y + part_y, nodes, blocks)

    def _draw_wires(self, planned: Sequence[PlannedWire], x: float, y: float, nodes: int) -> None:
        graph, drawn = self._graph, self._wires
        for wire in planned:
            link, label, label_at = wire.link, "", wire.label_at
            if label_at is not None:
                label = link_label(graph, link)
                label_at = (x + label_at[0], y + label_at[1]) if label else None
            points = tuple([(x + across, y + down) for across, down in wire.points])
            sources, targets = link.sources, link.targets
            if nodes:
                sources, targets = [each + nodes for each in sources], [each + nodes for each in targets]
            more = tuple(sources[1:]) if len(sources) > 1 else ()
            is_skip, has_arrow = wire.is_skip, wire.has_arrow
            drawn.append(Wire(sources[0], tuple(targets), points, label, label_at, is_skip, has_arrow, more))
