"""Looks for faults in a laid-out picture: overlaps, wires through boxes, words outside, edges that got lost."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from explorer.graph import labels, textwidth

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph
    from explorer.graph.picture import Box, Frame, Picture, Point, Wire

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom
SLACK = 0.01


def faults(graph: LayerGraph, picture: Picture) -> list[str]:
    """Everything that is wrong with the picture, in words; empty for a good one."""
    return [
        *_box_overlaps(picture),
        *_frames_not_nested(picture),
        *_wires_through_boxes(picture),
        *_wires_over_frame_borders(picture),
        *_wires_over_titles(graph, picture),
        *_labels_in_the_way(picture),
        *_words_too_wide(graph, picture),
        *_outside(picture),
        *lost_edges(graph, picture),
        *_invented_edges(graph, picture),
        *_loose_ends(picture),
        *_unreached(graph, picture),
    ]


def rectangle(shape: Box | Frame) -> Rectangle:
    return (shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)


def _cross(one: Rectangle, other: Rectangle) -> bool:
    return (
        one[0] < other[2] - SLACK
        and other[0] < one[2] - SLACK
        and one[1] < other[3] - SLACK
        and other[1] < one[3] - SLACK
    )


class _Index:
    """Finds the rectangles of limited height that a given one may meet."""

    def __init__(self, rectangles: list[Rectangle]) -> None:
        self._sorted = sorted(rectangles, key=lambda area: area[1])
        self._tops = [area[1] for area in self._sorted]
        self._tallest = max((area[3] - area[1] for area in rectangles), default=0.0)

    def meeting(self, area: Rectangle) -> list[Rectangle]:
        first = bisect_left(self._tops, area[1] - self._tallest)
        last = bisect_left(self._tops, area[3])
        return [other for other in self._sorted[first:last] if _cross(area, other)]


def _segments(wire: Wire) -> list[Rectangle]:
    """The straight pieces, a hair wide."""
    found = []
    for (x1, y1), (x2, y2) in pairwise(wire.points):
        assert x1 == x2 or y1 == y2, f"slanted: {wire.points}"
        found.append((min(x1, x2) - 0.1, min(y1, y2) - 0.1, max(x1, x2) + 0.1, max(y1, y2) + 0.1))
    return found


def _box_overlaps(picture: Picture) -> list[str]:
    index = _Index([rectangle(box) for box in picture.boxes])
    return [f"boxes overlap at {box.target}" for box in picture.boxes if len(index.meeting(rectangle(box))) > 1]


def _frames_not_nested(picture: Picture) -> list[str]:
    found = []
    areas = [rectangle(frame) for frame in picture.frames]
    boxes = _Index([rectangle(box) for box in picture.boxes])
    for number, one in enumerate(areas):
        for other in areas[number + 1 :]:
            if _cross(one, other) and not (_holds(one, other) or _holds(other, one)):
                found.append(f"frames cross: {one} {other}")
        found += [f"frame {one} cuts box {box}" for box in boxes.meeting(one) if not _holds(one, box)]
    return found


def _holds(outer: Rectangle, inner: Rectangle) -> bool:
    return (
        outer[0] <= inner[0] + SLACK
        and outer[1] <= inner[1] + SLACK
        and outer[2] >= inner[2] - SLACK
        and outer[3] >= inner[3] - SLACK
    )


def _wires_through_boxes(picture: Picture) -> list[str]:
    inner = [(box.x + 0.5, box.y + 0.5, box.x + box.width - 0.5, box.y + box.height - 0.5) for box in picture.boxes]
    index = _Index(inner)
    return [
        f"wire {wire.source}->{wire.targets} runs through a box at {segment}"
        for wire in picture.wires
        for segment in _segments(wire)
        if index.meeting(segment)
    ]


def _wires_over_frame_borders(picture: Picture) -> list[str]:
    """A wire ends at the border of a frame and goes on as another; it never crosses one."""
    found = []
    segments = _Index([segment for wire in picture.wires for segment in _segments(wire)])
    for frame in picture.frames:
        left, top, right, bottom = rectangle(frame)
        for border in ((left, top, left, bottom), (right, top, right, bottom)):
            thick = (border[0] - 0.2, border[1], border[2] + 0.2, border[3])
            found += [f"wire over the side of frame {frame.block}: {hit}" for hit in segments.meeting(thick)]
        for y in (top, bottom):
            thick = (left, y - 0.2, right, y + 0.2)
            found += [
                f"wire through frame {frame.block}: {hit}"
                for hit in segments.meeting(thick)
                if hit[1] < y - 0.5 and hit[3] > y + 0.5
            ]
    return found


def _wires_over_titles(graph: LayerGraph, picture: Picture) -> list[str]:
    segments = _Index([segment for wire in picture.wires for segment in _segments(wire)])
    found = []
    for frame in picture.frames:
        words = labels.title(graph, ("block", frame.block))
        wide = max(textwidth.width(text, 13, bold=True) for text in (words.en, words.zh))
        area = (frame.x + 8, frame.y + 8, frame.x + 26 + wide, frame.y + 26)
        if segments.meeting(area):
            found.append(f"a wire crosses the title of frame {frame.block}")
        if area[2] > frame.x + frame.width:
            found.append(f"the title of frame {frame.block} is wider than the frame")
    return found


def _labels_in_the_way(picture: Picture) -> list[str]:
    boxes = _Index([rectangle(box) for box in picture.boxes])
    areas = [
        (wire.label_at[0], wire.label_at[1] - 5, wire.label_at[0] + len(wire.label) * 6.6, wire.label_at[1] + 5)
        for wire in picture.wires
        if wire.label_at is not None
    ]
    index = _Index(areas)
    found = [f"label over a box at {area}" for area in areas if boxes.meeting(area)]
    found += [f"labels overlap at {area}" for area in areas if len(index.meeting(area)) > 1]
    vertical = _Index([s for wire in picture.wires for s in _segments(wire) if s[2] - s[0] < 1])
    return found + [f"a wire runs down through the label at {area}" for area in areas if vertical.meeting(area)]


def _words_too_wide(graph: LayerGraph, picture: Picture) -> list[str]:
    found = []
    for box in picture.boxes:
        title, subtitle = labels.box_lines(graph, box.target, box.repeat, box.joined)
        wide = max(textwidth.width(text, 13, bold=True) for text in (title.en, title.zh))
        wide = max(wide, *(textwidth.width(text, 12) for text in (subtitle.en, subtitle.zh)))
        if wide > box.width - 30:
            found.append(f"words wider than their box: {title.en} / {subtitle.en}")
    return found


def _outside(picture: Picture) -> list[str]:
    everything = (0.0, 0.0, picture.width, picture.height)
    areas = [rectangle(shape) for shape in (*picture.boxes, *picture.frames)]
    areas += [segment for wire in picture.wires for segment in _segments(wire)]
    return [f"outside the picture: {area}" for area in areas if not _holds(everything, area)]


def shown_at(graph: LayerGraph, picture: Picture) -> dict[int, Box]:
    """For each node the box that it is, or is hidden in."""
    found: dict[int, Box] = {}
    for box in picture.boxes:
        kind, index = box.target
        if kind == "node":
            nodes = [index, *box.joined]
        else:
            block = graph.blocks[index]
            nodes = list(range(block.first, block.first + box.repeat * (block.last - block.first)))
        for node in nodes:
            assert node not in found, f"node {node} is shown twice"
            found[node] = box
    assert set(found) == {node.index for node in graph.nodes}, "some node is not shown"
    return found


def lost_edges(graph: LayerGraph, picture: Picture) -> list[str]:
    """Edges of the graph that cannot be followed along wires from box to box."""
    box_of = shown_at(graph, picture)
    pieces: dict[tuple[int, int], list[Wire]] = defaultdict(list)
    for wire in picture.wires:
        for source in (wire.source, *wire.more_sources):
            for target in wire.targets:
                pieces[source, target].append(wire)
    return [
        f"edge {source}->{target} is lost"
        for source, target in graph.edges()
        if box_of[source] is not box_of[target] and not _leads(pieces[source, target], box_of[source], box_of[target])
    ]


def _invented_edges(graph: LayerGraph, picture: Picture) -> list[str]:
    """Wires that carry something from where it does not come, or to where it is not read, or that stay in a box."""
    box_of = shown_at(graph, picture)
    found = []
    for wire in picture.wires:
        readers = {target for target in wire.targets if box_of[target] is not box_of[wire.source] or wire.more_sources}
        for source in (wire.source, *wire.more_sources):
            if readers.isdisjoint(graph.consumers[source]):
                found.append(f"a wire carries node {source}, which none of {wire.targets} reads")
        for target in wire.targets:
            if not {wire.source, *wire.more_sources} & set(graph.nodes[target].inputs):
                found.append(f"a wire leads to node {target}, which reads nothing that it carries")
    return found


def _loose_ends(picture: Picture) -> list[str]:
    """Every wire comes from a box, a frame's border or another wire, and goes to one."""
    boxes = _Index([_thick(rectangle(box)) for box in picture.boxes])
    wires = _Index([segment for wire in picture.wires for segment in _segments(wire)])
    ports = {(frame.x, y, frame.x + frame.width) for frame in picture.frames for y in (frame.y, frame.y + frame.height)}
    heights: dict[float, list[tuple[float, float]]] = defaultdict(list)
    for left, y, right in ports:
        heights[round(y, 1)].append((left, right))
    found = []
    for wire in picture.wires:
        for end in (wire.points[0], wire.points[-1]):
            at_port = any(left <= end[0] <= right for left, right in heights[round(end[1], 1)])
            spot = (end[0] - 0.1, end[1] - 0.1, end[0] + 0.1, end[1] + 0.1)
            if not at_port and not boxes.meeting(spot) and len(wires.meeting(spot)) < 2:
                found.append(f"wire {wire.source}->{wire.targets} ends in the open at {end}")
    return found


def _thick(area: Rectangle) -> Rectangle:
    return (area[0], area[1] - 0.1, area[2], area[3] + 0.1)


class _Ways:
    """Finds where wires lead by where they lie alone, whatever they say that they carry."""

    def __init__(self, picture: Picture) -> None:
        self._wires_at: dict[Rectangle, list[Wire]] = defaultdict(list)
        for wire in picture.wires:
            self._wires_at[_spot(wire.points[0])].append(wire)
        self._begun = _Index(list(self._wires_at))
        self._boxes_at = {_thick(rectangle(box)): box for box in picture.boxes}
        self._boxes = _Index(list(self._boxes_at))

    def from_box(self, box: Box) -> list[Box]:
        """The boxes at which a way ends that begins at the lower side of `box`."""
        below = box.y + box.height
        pending = self._beginning((box.x, below - 0.1, box.x + box.width, below + 0.1))
        found = []
        while pending:
            wire = pending.pop()
            found += [self._boxes_at[area] for area in self._boxes.meeting(_spot(wire.points[-1]))]
            for segment in _segments(wire):
                pending += self._beginning(segment)
        return found

    def _beginning(self, area: Rectangle) -> list[Wire]:
        """Wires that begin there; each is told once."""
        return [wire for spot in self._begun.meeting(area) for wire in self._wires_at.pop(spot, ())]


def _unreached(graph: LayerGraph, picture: Picture) -> list[str]:
    """Boxes to which no way leads along wires from the input, or from what reads nothing (a class token, a bias)."""
    box_of, ways = shown_at(graph, picture), _Ways(picture)
    waiting = [box_of[node.index] for node in graph.nodes if not node.inputs]
    reached = {box.target for box in waiting}
    while waiting:
        for box in ways.from_box(waiting.pop()):
            if box.target not in reached:
                reached.add(box.target)
                waiting.append(box)
    return [f"no way leads to {box.target}" for box in picture.boxes if box.target not in reached]


def _spot(point: Point) -> Rectangle:
    return (point[0] - 0.1, point[1] - 0.1, point[0] + 0.1, point[1] + 0.1)


def crossings(picture: Picture) -> int:
    """How many times wires cross that are not of one bundle: neither shares a source or a reader with the other."""
    flat, upright = [], []
    for wire in picture.wires:
        carried = {wire.source, *wire.more_sources}
        for (x1, y1), (x2, y2) in pairwise(wire.points):
            if y1 == y2:
                flat.append((y1, min(x1, x2), max(x1, x2), carried, wire.targets))
            else:
                upright.append((x1, min(y1, y2), max(y1, y2), carried, wire.targets))
    flat.sort(key=lambda piece: piece[0])
    heights = [piece[0] for piece in flat]
    count = 0
    for x, top, bottom, carried, readers in upright:
        for _, left, right, others, other_readers in flat[
            bisect_right(heights, top + 1) : bisect_left(heights, bottom - 1)
        ]:
            is_apart = carried.isdisjoint(others) and set(readers).isdisjoint(other_readers)
            count += left + 1 < x < right - 1 and is_apart
    return count


def _leads(pieces: list[Wire], upper: Box, lower: Box) -> bool:
    """Whether pieces that meet lead from the lower side of one box to the upper side of the other."""
    waiting = list(pieces)
    reached = [wire for wire in waiting if _on_side(wire.points[0], upper, upper.y + upper.height)]
    seen = {id(wire) for wire in reached}
    while reached:
        wire = reached.pop()
        if _on_side(wire.points[-1], lower, lower.y) and wire.has_arrow:
            return True
        for other in waiting:
            if id(other) not in seen and _lies_on(other.points[0], wire):
                seen.add(id(other))
                reached.append(other)
    return False


def _on_side(point: Point, box: Box, y: float) -> bool:
    return abs(point[1] - y) < SLACK and box.x <= point[0] <= box.x + box.width


def _lies_on(point: Point, wire: Wire) -> bool:
    spot = (point[0] - 0.1, point[1] - 0.1, point[0] + 0.1, point[1] + 0.1)
    return any(_cross(spot, segment) for segment in _segments(wire))
