"""Where the boxes of one block stand: a spine from top to bottom, branches side by side, skip edges in lanes.

As in `graph.layout`, what all paths go through lies on the spine, and what lies between falls apart into branches. In a
figure a concatenation is a bar under its branches, and a sum a small circle that the branches enter from the side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from explorer.graph.branches import side_by_side
from explorer.graph.plan import Region
from explorer.graph.viewtree import ENTRY, Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.graph.picture import Point

GAP, BUS, DROP = 13.0, 7.0, 13.0
BRANCH_GAP, LANE_GAP = 10.0, 11.0
RADIUS = 7.0
_BAR_END = 8.0  # from the outermost edge that a bar gathers to its end


class Form(StrEnum):
    """How a part is drawn."""

    BOX = "box"
    BAR = "bar"
    CIRCLE = "circle"
    DOTS = "dots"


@dataclass(frozen=True, slots=True)
class Size:
    """What is to be placed: a form that needs so much room."""

    form: Form
    width: float
    height: float


@dataclass(slots=True)
class Placed:
    """Where number `number` of the group stands; (x, y) is the middle of its upper side."""

    number: int
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Sketch:
    """Entered at (0, 0) and left at (0, height)."""

    left: float = 0.0
    right: float = 0.0
    height: float = 0.0
    placed: list[Placed] = field(default_factory=list)
    arrows: list[tuple[Point, ...]] = field(default_factory=list)
    lines: list[tuple[Point, ...]] = field(default_factory=list)

    def take(self, other: Sketch, x: float, y: float) -> None:
        """Puts all of `other` with its entry at (x, y)."""
        for place in other.placed:
            self.placed.append(Placed(place.number, place.x + x, place.y + y, place.width, place.height))
        for own, others in ((self.arrows, other.arrows), (self.lines, other.lines)):
            own += [tuple((px + x, py + y) for px, py in points) for points in others]
        self.reach(x - other.left, x + other.right)

    def reach(self, left: float, right: float) -> None:
        self.left, self.right = max(self.left, -left), max(self.right, right)


def sketch(group: Group, sizes: Sequence[Size]) -> Sketch:
    """Places the items of `group`; `sizes[0]` is that of item 1."""
    return _Sketcher(group, sizes).series(Region(group, ENTRY, list(range(1, group.exit)), group.exit))


class _Sketcher:
    def __init__(self, group: Group, sizes: Sequence[Size]) -> None:
        self._group = group
        self._sizes = sizes
        self._bars: dict[int, tuple[float, float]] = {}  # left and right end of a bar that lies under branches

    def _form(self, number: int) -> Form | None:
        return self._sizes[number - 1].form if ENTRY < number < self._group.exit else None

    def _half(self, number: int) -> float:
        """From the spine to the right side of an item; 0 for a port."""
        if self._form(number) is None:
            return 0.0
        return self._bars.get(number, (0.0, self._sizes[number - 1].width / 2))[1]

    def series(self, region: Region) -> Sketch:
        """The members that all paths go through, one below the other, and what lies between them."""
        result, members, cuts = Sketch(), region.members, region.cuts()
        upper, first, y = region.upper, 0, 0.0
        for cut in [*cuts, len(members)]:
            is_last = cut == len(members)
            lower = region.lower if is_last else members[cut]
            part = Region(self._group, upper, members[first:cut], lower, region.is_branch and not cuts)
            if not (is_last and region.is_branch and not part.members):  # else whoever gathers the branches goes on
                y = self._between(result, part, y)
            if not is_last:
                y = self._put(result, members[cut], y)
            upper, first = lower, cut + 1
        result.height = y
        return result

    def _put(self, result: Sketch, number: int, y: float) -> float:
        size = self._sizes[number - 1]
        left, right = self._bars.get(number, (-size.width / 2, size.width / 2))
        result.placed.append(Placed(number, (left + right) / 2, y, right - left, size.height))
        result.reach(left, right)
        return y + size.height

    def _between(self, result: Sketch, region: Region, y: float) -> float:
        if not region.members:
            if region.direct is not None:
                result.arrows.append(((0.0, y), (0.0, y + GAP)))
            return y + GAP
        components = region.components()
        if (
            len(components) == 1
            and not Region(self._group, region.upper, region.members, region.lower, is_branch=True).cuts()
        ):
            return self._column(result, region, y)
        return self._parallel(result, region, components, y)

    def _parallel(self, result: Sketch, region: Region, components: list[list[int]], y: float) -> float:
        """Branches from a common bus to what gathers them."""
        bus = y + BUS
        parts = [
            self.series(Region(self._group, region.upper, members, region.lower, is_branch=True))
            for members in components
        ]
        places = side_by_side(parts, BRANCH_GAP)
        part_bottom = bus + max(part.height for part in parts)
        joint = part_bottom + DROP  # where what gathers them begins
        feet: list[Point] = []
        for part, members, x in zip(parts, components, places, strict=True):
            result.take(part, x, bus)
            if region.union([region.upper], members) is not None:
                result.lines.append(((0.0, y), (0.0, bus), (x, bus)) if x else ((0.0, y), (0.0, bus)))
            if region.union(members, [region.lower]) is not None:
                feet.append((x, bus + part.height))
        if region.direct is not None:
            lane = max(x + part.right for part, x in zip(parts, places, strict=True)) + LANE_GAP
            result.lines.append(((0.0, y), (0.0, bus), (lane, bus), (lane, part_bottom)))
            result.reach(0.0, lane)
            feet.append((lane, part_bottom))
        if self._form(region.lower) is Form.BAR:
            half = self._sizes[region.lower - 1].width / 2
            left = min(-half, *(x - part.left for part, x in zip(parts, places, strict=True)))
            right = max(half, *(x + part.right for part, x in zip(parts, places, strict=True)))
            self._bars[region.lower] = (left, max(right, *(x + _BAR_END for x, _ in feet)))
        return self._gather(result, region.lower, feet, joint)

    def _gather(self, result: Sketch, lower: int, feet: Sequence[Point], joint: float) -> float:
        """Leads the ends of branches into `lower`, whose upper side is at `joint`."""
        form = self._form(lower)
        if form is Form.BAR:
            result.arrows += [((x, y), (x, joint)) for x, y in feet]
        elif form is Form.CIRCLE:
            middle = joint + RADIUS
            for x, y in feet:
                if x == 0:
                    result.arrows.append(((x, y), (x, joint)))
                else:
                    result.arrows.append(((x, y), (x, middle), (RADIUS if x > 0 else -RADIUS, middle)))
        else:
            level = joint - DROP + BUS
            joint += BUS
            result.lines += [((x, y), (x, level), (0.0, level)) for x, y in feet if x]
            start = next((y for x, y in feet if x == 0), level)
            result.arrows.append(((0.0, start), (0.0, joint)))
        return joint

    def _column(self, result: Sketch, region: Region, y: float) -> float:
        """What does not fall apart: one below the other, with the edges that pass others by in lanes on the right."""
        order = [region.upper, *region.members, region.lower]
        tops, bottoms = [y], [y]
        for place, number in enumerate(order[1:], 1):
            if number in self._group.readers[order[place - 1]] and not (place == len(order) - 1 and region.is_branch):
                result.arrows.append(((0.0, y), (0.0, y + GAP)))
            y += GAP
            tops.append(y)
            if place < len(order) - 1:
                y = self._put(result, number, y)
            bottoms.append(y)
        self._lanes(result, region, order, tops, bottoms)
        return y

    def _lanes(self, result: Sketch, region: Region, order: list[int], tops: list[float], bottoms: list[float]) -> None:
        places = {number: place for place, number in enumerate(order)}
        far = {
            place: [places[reader] for reader in self._group.readers[number] if places.get(reader, -1) > place + 1]
            for place, number in enumerate(order[:-1])
        }
        edge = max((self._half(number) for number in order), default=0.0)
        for lane, (place, readers) in enumerate(sorted(far.items(), key=lambda entry: entry[0], reverse=True)):
            if not readers:
                continue
            x, start = edge + LANE_GAP * (lane + 1), bottoms[place] + GAP * 0.35
            result.reach(0.0, x)
            for reader in readers:
                number = order[reader]
                height = 0.0 if self._form(number) is None else self._sizes[number - 1].height
                count = sum(reader in others for others in far.values())
                rank = sum(reader in others and other > place for other, others in far.items())
                level = tops[reader] + height * (rank + 1) / (count + 1)
                result.arrows.append(((0.0, start), (x, start), (x, level), (self._half(number), level)))
