"""Columns: parts of a view that do not fall apart into branches, one box below the other, with lanes on the right.

An edge between neighbours is straight; every other runs down a lane. Where every reader reads all that was written
before it, as in a dense block, one lane (the rail) serves all.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from explorer.graph.plan import DROP, GAP, LABEL_OFFSET, PlannedWire, join, upper_room

if TYPE_CHECKING:
    from explorer.graph.measures import Measures
    from explorer.graph.plan import Plan, Region
    from explorer.graph.viewtree import Group

FIRST_LANE, NEXT_LANE = 22.0, 14.0
TURN = 10.0  # from a box to where its wire turns to a lane
LABEL_ROOM = 16.0
ARROW_ROOM = 16.0


class Placer(Protocol):
    """What a column needs of the layout that it is part of."""

    @property
    def measures(self) -> Measures: ...

    def put(self, plan: Plan, group: Group, number: int, y: float) -> float: ...


@dataclass(slots=True)
class _Step:
    """The space between two neighbours of a column."""

    top: float  # where the upper one ends
    leave: float  # where wires turn to the lanes
    arrive: float  # where wires come back from them
    bottom: float  # where the lower one starts


def column(placer: Placer, plan: Plan, region: Region, y: float) -> float:
    """Adds the region to `plan` below `y`; gives where what comes after it starts."""
    order = [region.upper, *region.members, region.lower]
    far = _far_edges(region, order)
    steps: list[_Step] = []
    readers = {place for places in far.values() for place in places}
    for place in range(len(order) - 1):
        step = _step(region, y, place, len(order) - 2, place in far, place + 1 in readers)
        steps.append(step)
        y = step.bottom
        _neighbours(placer, plan, region, order, place, step)
        if place + 1 < len(order) - 1:
            y = placer.put(plan, region.group, order[place + 1], y)
    draw = _draw_rail if _is_rail(far, readers) else _draw_lanes
    draw(placer, plan, region, order, far, steps)
    return y


def _far_edges(region: Region, order: list[int]) -> dict[int, list[int]]:
    """For each place in the column the places beyond the next that read it."""
    places = {number: place for place, number in enumerate(order)}
    far: dict[int, list[int]] = {}
    for place, number in enumerate(order[:-1]):
        readers = region.group.readers[number]
        found = sorted([where for reader in readers if (where := places.get(reader, -1)) > place + 1])
        if place == 0 and region.is_branch and found and found[-1] == len(order) - 1:
            found.pop()
        if found:
            far[place] = found
    return far


def _step(region: Region, y: float, place: int, last: int, leaves: bool, arrives: bool) -> _Step:
    top = y
    if place == 0 and region.above is not None:
        y += upper_room(region) - TURN
    leave = y = y + TURN if leaves else y
    y += LABEL_ROOM
    arrive = y = y + TURN / 2 if arrives else y
    y += ARROW_ROOM
    if place == last and region.below is not None:
        y = arrive + max(region.below, DROP / 2)
    return _Step(top, leave, arrive, max(y, top + GAP) if 0 < place < last else y)


def _neighbours(placer: Placer, plan: Plan, region: Region, order: list[int], place: int, step: _Step) -> None:
    """The straight edge between two neighbours."""
    link = region.group.readers[order[place]].get(order[place + 1])
    if link is None:
        return
    is_port = place == 0 and region.above is not None
    label_at = None if is_port else (LABEL_OFFSET, step.leave + LABEL_ROOM / 2 + 1)
    points = ((0.0, step.top), (0.0, step.bottom))
    plan.wires.append(PlannedWire(link, points, label_at, has_arrow=_has_arrow(region, order, place + 1)))
    plan.right = max(plan.right, placer.measures.label_reach(link))


def _has_arrow(region: Region, order: list[int], place: int) -> bool:
    if place == len(order) - 1:
        return region.ends_in_box
    return region.group.items[order[place] - 1].group is None


def _is_rail(far: dict[int, list[int]], readers: set[int]) -> bool:
    """Whether each reader of the lanes reads everything that was put on them before."""
    if len(far) < 3:
        return False
    places = sorted(readers)
    return all(found == places[bisect_right(places, source + 1) :] for source, found in far.items())


def _draw_rail(
    placer: Placer, plan: Plan, region: Region, order: list[int], far: dict[int, list[int]], steps: list[_Step]
) -> None:
    """One lane for all: every writer joins it, every reader takes all that is on it."""
    rail = plan.right + FIRST_LANE
    numbers = region.group.readers
    end = max(places[-1] for places in far.values())
    for place, readers in far.items():
        link = join([numbers[order[place]][order[reader]] for reader in readers])
        step = steps[place]
        joining = ((0.0, step.top), (0.0, step.leave), (rail, step.leave), (rail, steps[end - 1].arrive))
        plan.wires.append(PlannedWire(link, joining, is_skip=True))
    for reader in sorted(set().union(*far.values())):
        link = join([numbers[order[place]][order[reader]] for place in far if place < reader - 1])
        step = steps[reader - 1]
        points = ((rail, step.arrive), (0.0, step.arrive), (0.0, step.bottom))
        plan.wires.append(PlannedWire(link, points, is_skip=True, has_arrow=_has_arrow(region, order, reader)))
    plan.right = rail + LABEL_OFFSET


def _draw_lanes(
    placer: Placer, plan: Plan, region: Region, order: list[int], far: dict[int, list[int]], steps: list[_Step]
) -> None:
    """A lane for each writer, the shortest innermost."""
    taken: list[list[tuple[int, int]]] = []
    first = plan.right + FIRST_LANE
    for place, readers in sorted(far.items(), key=lambda entry: (entry[1][-1] - entry[0], entry[0])):
        span = (place, readers[-1] - 1)
        lane = next((number for number, spans in enumerate(taken) if _is_free(spans, span)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append(span)
        x = first + lane * NEXT_LANE
        for reader in readers:
            link = region.group.readers[order[place]][order[reader]]
            start, end = steps[place], steps[reader - 1]
            points = (
                (0.0, start.top),
                (0.0, start.leave),
                (x, start.leave),
                (x, end.arrive),
                (0.0, end.arrive),
                (0.0, end.bottom),
            )
            is_first = reader == readers[0] and order[place + 1] not in region.group.readers[order[place]]
            is_port = place == 0 and region.above is not None
            label_at = (LABEL_OFFSET, start.leave + LABEL_ROOM / 2 + 1) if is_first and not is_port else None
            has_arrow = _has_arrow(region, order, reader)
            plan.wires.append(PlannedWire(link, points, label_at, is_skip=True, has_arrow=has_arrow))
    plan.right = first + (len(taken) - 1) * NEXT_LANE + LABEL_OFFSET


def _is_free(spans: list[tuple[int, int]], span: tuple[int, int]) -> bool:
    return all(span[1] < other[0] or other[1] < span[0] for other in spans)
