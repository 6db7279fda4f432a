"""What of a picture lies where: boxes and frames by what they stand for, and by their height."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from explorer.graph.picture import Box, Frame, Picture
from explorer.gui.widgets.graph.sheet import Target

Place = tuple[float, float, float, float]  # x, y, width, height

_ROW = 512.0  # height of the parts by which boxes are looked up; none is as tall


class Drawn:
    """A picture that is asked about its parts; what is not asked for costs nothing."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.boxes: dict[Target, Box] = {box.target: box for box in picture.boxes}
        self.frames: dict[int, Frame] = {frame.block: frame for frame in picture.frames}

    @cached_property
    def has_repeats(self) -> bool:
        return any(box.repeat > 1 for box in self.picture.boxes)

    @cached_property
    def _rows(self) -> Mapping[float, list[Box]]:
        rows: defaultdict[float, list[Box]] = defaultdict(list)
        for box in self.picture.boxes:
            rows[box.y // _ROW].append(box)
        return rows

    @cached_property
    def nested(self) -> list[tuple[Frame, Place]]:
        """The frames and where they are drawn, outer ones before those in them."""
        return [(frame, place_of(frame)) for frame in sorted(self.picture.frames, key=lambda frame: frame.depth)]

    @cached_property
    def frames_span(self) -> tuple[float, float]:
        """The left side of the leftmost frame, and the right side of the rightmost."""
        sides = [(frame.x, frame.x + frame.width) for frame in self.picture.frames]
        return min((left for left, _ in sides), default=math.inf), max((right for _, right in sides), default=-math.inf)

    def thing(self, target: Target) -> Box | Frame | None:
        """The box of a node or closed block, or the frame of an open one."""
        box = self.boxes.get(target)
        return self.frames.get(target[1]) if box is None and target[0] == "block" else box

    def place(self, target: Target) -> Place | None:
        """Where it is drawn."""
        thing = self.thing(target)
        return None if thing is None else place_of(thing)

    def boxes_between(self, top: float, bottom: float) -> Iterator[Box]:
        """The boxes between two heights, and some above."""
        for row in range(int(top // _ROW) - 1, int(bottom // _ROW) + 1):
            yield from self._rows.get(row, ())

    def between(self, top: float, bottom: float) -> Iterator[Target]:
        """The boxes and frames of which something lies between two heights."""
        for frame in self.picture.frames:
            if frame.y < bottom and frame.y + frame.height > top:
                yield "block", frame.block
        for box in self.boxes_between(top, bottom):
            if box.y < bottom and box.y + box.height > top:
                yield box.target

    def frames_at(self, x: float, y: float) -> Iterable[Frame]:
        return [
            frame
            for frame in self.picture.frames
            if frame.x <= x <= frame.x + frame.width and frame.y <= y <= frame.y + frame.height
        ]


def place_of(thing: Box | Frame) -> Place:
    """In whole pixels, for sharp borders."""
    return float(round(thing.x)), float(round(thing.y)), thing.width, thing.height
