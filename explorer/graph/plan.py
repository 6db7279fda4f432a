"""A laid-out part of a view in coordinates of its own: the spine is x = 0, its upper port lies at y = 0."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from explorer.graph.viewtree import Group, Item, Link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.graph.picture import Point

MARGIN = 24.0  # around the whole picture
BOX_HEIGHT = 44.0
GAP = 34.0  # between two boxes on the spine
TRUNK = 22.0  # from a box to the bus of its branches, with room for a label
DROP = 18.0  # from a bus to a box, with room for an arrow
LABEL_OFFSET = 8.0  # from a wire to its label
FRAME_HEADER = 40.0  # from the upper side of a frame to its first box; the title stands in it
FRAME_PADDING = 16.0


@dataclass(slots=True)
class PlannedWire:
    """A wire of a plan; see `picture.Wire`."""

    link: Link
    points: tuple[Point, ...]
    label_at: Point | None = None
    is_skip: bool = False
    has_arrow: bool = False


@dataclass(slots=True)
class Plan:
    """A part of a view that is entered at (0, 0) and left at (0, `height`).

    Attributes:
        left, right: How far it reaches to both sides of the spine.
        boxes: Items on the spine, with their upper edge and their width.
        parts: Plans inside it, with their offsets.
        enters_box: A box lies at the upper port, so that the wire to it ends in an arrow.
        leaves_box: A box or a frame lies at the lower port, so that the wire from it is labelled outside.
        frame: Index and depth of the open block whose frame goes around it.
        moved_by: By how much the indices of its nodes and blocks are higher than what is written in it: equal blocks
            share the rest.
    """

    left: float = 0.0
    right: float = 0.0
    height: float = 0.0
    boxes: list[tuple[Item, float, float]] = field(default_factory=list)
    wires: list[PlannedWire] = field(default_factory=list)
    parts: list[tuple[Plan, float, float]] = field(default_factory=list)
    enters_box: bool = False
    leaves_box: bool = False
    frame: tuple[int, int] | None = None
    moved_by: tuple[int, int] = (0, 0)

    def moved(self, nodes: int, blocks: int) -> Plan:
        """The same plan for an equal block that begins so many nodes and blocks later."""
        return replace(self, moved_by=(nodes, blocks))

    def place(self, part: Plan, x: float, y: float) -> None:
        """Puts `part` with its upper port at (x, y)."""
        self.parts.append((part, x, y))
        self.left = max(self.left, part.left - x)
        self.right = max(self.right, part.right + x)


@dataclass(slots=True)
class Region:
    """Items of a group between two others, or between its ports: a stretch of the spine and what branches from it.

    Attributes:
        members: Numbers of the items in order of execution; between `upper` and `lower`, which are not among them.
        is_branch: The direct edge from `upper` to `lower`, if there is one, runs beside it and is not part of it.
        above, below: At a port of the plan the height that the frame needs there (0 for a branch); between boxes None.
    """

    group: Group
    upper: int
    members: list[int]
    lower: int
    is_branch: bool = False
    above: float | None = None
    below: float | None = None

    @property
    def direct(self) -> Link | None:
        """The edge that passes all members by."""
        return None if self.is_branch else self.group.readers[self.upper].get(self.lower)

    @property
    def ends_in_box(self) -> bool:
        """Whether the wires to `lower` end here and at a box, so that they have arrows."""
        group = self.group
        return self.below is None and self.lower < group.exit and group.items[self.lower - 1].group is None

    def cuts(self) -> list[int]:
        """Places of the members that every path through the region goes through."""
        places = {self.upper: 0, self.lower: len(self.members) + 1}
        for place, number in enumerate(self.members, 1):
            places[number] = place
        readers = self.group.readers
        reach = max(
            [places.get(reader, 0) for reader in readers[self.upper] if not self.is_branch or reader != self.lower],
            default=0,
        )
        found: list[int] = []
        for place, number in enumerate(self.members, 1):
            if reach <= place:
                found.append(place - 1)
            for last in reversed(readers[number]):  # what reads a member lies in the region, or is its lower end
                reach = max(reach, places.get(last, 0))
                break
        return found

    def components(self) -> list[list[int]]:
        """The members in parts that have no edge between them, each in order of execution."""
        part_of: dict[int, list[int]] = {number: [number] for number in self.members}
        for number in self.members:
            for reader in self.group.readers[number]:
                other = part_of.get(reader)
                own = part_of[number]
                if other is None or other is own:
                    continue
                if len(other) > len(own):
                    own, other = other, own
                own.extend(other)
                for moved in other:
                    part_of[moved] = own
        parts = {id(part): part for part in part_of.values()}
        return sorted(sorted(part) for part in parts.values())

    def union(self, uppers: Sequence[int], lowers: Sequence[int]) -> Link | None:
        """The edges from any of `uppers` to any of `lowers` as one; None if there is none."""
        readers = self.group.readers
        found = [link for upper in uppers for lower in lowers if (link := readers[upper].get(lower)) is not None]
        return join(found) if found else None


def upper_room(region: Region) -> float:
    """Room between the upper port of a plan and its first bus, so that no wire crosses the title of a frame."""
    return FRAME_HEADER - DROP / 2 if region.above else DROP / 2


def join(links: Sequence[Link]) -> Link:
    """Several edges of a view that are drawn as one wire."""
    if len(links) == 1:
        return links[0]
    return Link(_union([link.sources for link in links]), _union([link.targets for link in links]))


def _union(lists: Sequence[list[int]]) -> list[int]:
    if lists.count(lists[0]) == len(lists):  # of a rail, one end is the same for all
        return lists[0]
    return list(dict.fromkeys(chain.from_iterable(lists)))
