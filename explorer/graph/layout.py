"""Where everything of a view stands: recursive series-parallel layout on the tree of blocks.

In each open block the boxes that every path goes through lie on a straight spine, in order of execution. What lies
between two of them falls apart into branches, each laid out the same way: of one branch and a direct edge, the branch
stays on the spine and the edge runs down a lane on the right; of two, the longer stays on the spine; three and more are
centred, in order of execution. What does not fall apart is a column with lanes (`graph.lanes`). Edges that cross the
frame of a block go through a port at the middle of its upper or lower side. Pure Python, deterministic.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from explorer.graph import lanes, viewtree
from explorer.graph.branches import side_by_side
from explorer.graph.drawing import Drawings
from explorer.graph.measures import TITLE_PADDING, Measures
from explorer.graph.plan import (
    BOX_HEIGHT,
    DROP,
    FRAME_HEADER,
    FRAME_PADDING,
    GAP,
    LABEL_OFFSET,
    TRUNK,
    Plan,
    PlannedWire,
    Region,
    upper_room,
)
from explorer.graph.viewtree import ENTRY, Group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from explorer.graph.model import LayerGraph
    from explorer.graph.picture import Picture, Point

BRANCH_GAP = 18.0
LANE_GAP = 22.0
_FEW = 8  # blocks that open or close at once; where more do, the view is made anew


def layout(
    graph: LayerGraph,
    open_blocks: AbstractSet[int],
    *,
    fold_repeats: bool = False,
    join_layers: bool = False,
) -> Picture:
    """Lays out `graph` with `open_blocks` open, once; see `Layouter.picture`."""
    return Layouter(graph).picture(open_blocks, fold_repeats=fold_repeats, join_layers=join_layers)


class _Known(NamedTuple):
    """How an open block looked in a view: the number of its look, and what that is the number of."""

    group: Group
    look: int
    key: object


@dataclass(slots=True)
class _Kept:
    """What was laid out: a number for each look of an open block, and the plan that belongs to it.

    Attributes:
        root, opened, style: The view that it was laid out for.
        groups: What is known of each open block.
    """

    root: Group | None = None
    opened: AbstractSet[int] = frozenset()
    style: tuple[bool, bool] = (False, False)
    looks: dict[object, int] = field(default_factory=dict)
    plans: dict[int, tuple[Plan, Group]] = field(default_factory=dict)
    groups: dict[int, _Known] = field(default_factory=dict)


class Layouter:
    """Lays out one graph again and again, anew only what another block that opens or closes has changed.

    It may be used on several threads at once: what one keeps another only reads.
    """

    def __init__(self, graph: LayerGraph) -> None:
        self.graph = graph
        self._measures = Measures(graph)
        self._equals = Counter(block.structure for block in graph.blocks)
        self._numbers = itertools.count()
        self._kept = _Kept()
        self._drawings = Drawings(graph)

    def picture(
        self, open_blocks: AbstractSet[int], *, fold_repeats: bool = False, join_layers: bool = False
    ) -> Picture:
        """Lays the graph out with `open_blocks` open.

        Args:
            fold_repeats: Show a run of equal closed blocks once, with its count.
            join_layers: Show normalisation, activation and dropout in the box of the layer that they follow.
        """
        before, style = self._kept, (fold_repeats, join_layers)
        opened = frozenset(open_blocks)
        root = self._tree(before, opened, style)
        kept = _Kept(root, opened, style)
        plan = _Layout(self.graph, self._measures, self._equals, before, kept, self._numbers).group(root)
        self._kept = kept
        return self._drawings.picture(plan)

    def _tree(self, before: _Kept, opened: frozenset[int], style: tuple[bool, bool]) -> Group:
        """The groups of a view, made from those of the view before where little has changed."""
        graph, (fold_repeats, join_layers) = self.graph, style
        changed = before.opened ^ opened
        if before.root is None or style != before.style or fold_repeats or len(changed) > _FEW:
            return viewtree.build(graph, opened, fold_repeats=fold_repeats, join_layers=join_layers)
        root = before.root
        for block in changed - {0}:
            if changed.isdisjoint(graph.enclosing(block)[1:-1]):
                root = viewtree.rebuilt(graph, root, block, opened, join_layers=join_layers)
        return root


class _Layout:
    """Lays out the groups of one view, for which `kept` is filled; takes over what was kept of the one before."""

    def __init__(
        self,
        graph: LayerGraph,
        measures: Measures,
        equals: Counter[str],
        before: _Kept,
        kept: _Kept,
        numbers: Iterator[int],
    ) -> None:
        self._graph, self.measures, self._equals = graph, measures, equals
        self._before, self._kept = before, kept
        self._numbers, self._style = numbers, kept.style

    def group(self, group: Group) -> Plan:
        """An open block; with its frame, unless it is the model itself."""
        if group.depth == 0:
            return self._laid(group)
        look = self._look_of(group)
        known = self._kept.plans.get(look)
        if known is None:
            plan = self._laid(group)
            self._kept.plans[look] = (plan, group)
            return plan
        plan, other = known
        if other.block == group.block:
            return plan
        blocks = self._graph.blocks
        return plan.moved(blocks[group.block].first - blocks[other.block].first, group.block - other.block)

    def _look_of(self, group: Group) -> int:
        known = self._kept.groups.get(group.block)
        if known is None:
            known = self._before.groups.get(group.block)
            if known is not None and known.group is group:
                self._take_over(known)
            else:
                key = self._look(group)
                known = self._kept.groups[group.block] = _Known(group, self._number(key), key)
        return known.look

    def _take_over(self, known: _Known) -> None:
        """Keeps what is known of a group that is the same as in the view before, and of those in it."""
        self._kept.groups[known.group.block] = known
        self._number(known.key)
        for item in known.group.items:
            if item.group is not None:
                self._take_over(self._before.groups[item.group.block])

    def _look(self, group: Group) -> object:
        """The same for open blocks that are laid out alike, in this view and the one before.

        Such blocks do the same inside, have the same blocks open, and are wired to their surroundings alike.
        """
        block, measures = self._graph.blocks[group.block], self.measures
        base, inside = block.first, []
        for item in group.items:
            if item.group is not None:
                inside.append((item.first - base, self._look_of(item.group), measures.title(item.group.block)))
            elif item.target[0] == "block":
                inside.append((item.first - base, item.repeat, measures.box(item)))
        if not block.structure or self._equals[block.structure] == 1:
            return block.index, self._style, tuple(inside)
        outside = [
            (number, tuple([each - base for each in link.sources]), tuple([each - base for each in link.targets]))
            for number, link in group.outside()
        ]
        title, count = measures.title(group.block), len(group.items)
        return block.structure, self._style, group.depth, count, title, tuple(inside), tuple(outside)

    def _number(self, key: object) -> int:
        """The number of a look; takes over its plan from the view before, if that had one."""
        number = self._kept.looks.get(key)
        if number is None:
            number = self._before.looks.get(key)
            number = next(self._numbers) if number is None else number
            self._kept.looks[key] = number
            plan = self._before.plans.get(number)
            if plan is not None:
                self._kept.plans[number] = plan
        return number

    def _laid(self, group: Group) -> Plan:
        is_model = group.depth == 0
        members = list(range(1, group.exit))
        above, below = (0.0, 0.0) if is_model else (FRAME_HEADER, FRAME_PADDING)
        plan = self._series(Region(group, ENTRY, members, group.exit, above=above, below=below))
        if is_model:
            return plan
        plan.left = max(plan.left + FRAME_PADDING, self.measures.title(group.block) + TITLE_PADDING)
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
        width = self.measures.box(item)
        plan.boxes.append((item, y, width))
        plan.left, plan.right = max(plan.left, width / 2), max(plan.right, width / 2)
        return y + BOX_HEIGHT

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
        link = group.readers[upper].get(lower)
        if link is not None:
            has_arrow = group.items[lower - 1].group is None
            label_at = (LABEL_OFFSET, (y + end) / 2 - 2)
            plan.wires.append(PlannedWire(link, ((0.0, y), (0.0, end)), label_at, has_arrow=has_arrow))
            plan.right = max(plan.right, self.measures.label_reach(link))
        return end

    def _straight(self, plan: Plan, region: Region, y: float) -> float:
        is_inside = region.above is None and region.below is None
        end = y + (GAP if is_inside else (region.above or 0.0) + (region.below or 0.0))
        link = region.direct
        if link is not None and end > y:
            label_at = (LABEL_OFFSET, (y + end) / 2 - 2) if is_inside else None
            plan.wires.append(PlannedWire(link, ((0.0, y), (0.0, end)), label_at, has_arrow=region.ends_in_box))
            if is_inside:
                plan.right = max(plan.right, self.measures.label_reach(link))
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
        for part, members, x in zip(parts, components, side_by_side(parts, BRANCH_GAP), strict=True):
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
                plan.right = max(plan.right, x + self.measures.label_reach(leaving))
        link = region.direct
        if link is not None:
            lane = plan.right + LANE_GAP
            points = ((0.0, y), (0.0, bus), (lane, bus), (lane, lower_bus), (0.0, lower_bus), (0.0, end))
            label_at = (lane + LABEL_OFFSET, (bus + lower_bus) / 2)
            plan.wires.append(PlannedWire(link, points, label_at, is_skip=True, has_arrow=region.ends_in_box))
            plan.right = lane + self.measures.label_reach(link)
        return end


def _bent(start: Point, bus: float, end: Point) -> tuple[Point, ...]:
    """Down, across along the bus, and down again."""
    if start[0] == end[0]:
        return (start, end)
    return (start, (start[0], bus), (end[0], bus), end)
