"""Where everything of a laid-out graph stands: frozen data, in pixels at 100%. No torch, no Qt.

Of boxes and wires there are thousands; as named tuples they are made three times as fast as frozen dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph

Point = tuple[float, float]


class Box(NamedTuple):
    """A node, or a closed block, as a box.

    Attributes:
        target: `("node", index)` or `("block", index)`.
        repeat: How many equal neighbours it stands for (1: just itself).
        joined: Nodes shown in the same box because they only finish what it computes (normalisation, activation).
    """

    target: tuple[str, int]
    x: float
    y: float
    width: float
    height: float
    repeat: int = 1
    joined: tuple[int, ...] = ()


class Frame(NamedTuple):
    """The outline of an opened block; `depth` 0 is outermost."""

    block: int
    x: float
    y: float
    width: float
    height: float
    depth: int


class Wire(NamedTuple):
    """One edge, as an orthogonal polyline from its source box to its target box, or a piece of it.

    An edge into or out of an open block is drawn in pieces that meet at the middle of the frame's upper or lower side;
    each piece has the edge's source among its sources and its target among `targets`.

    Attributes:
        source: Node index whose output it carries.
        targets: Node indices that read it through this wire.
        label: The shape it carries, as text ("64×24×24"); drawn at `label_at` (left, middle), if there is room.
        is_skip: It passes other layers by.
        has_arrow: It ends at a box; a wire that ends at the frame of an open block goes on inside it as another wire.
        more_sources: Nodes whose outputs it carries besides that of `source` (a dense block's rail).
    """

    source: int
    targets: tuple[int, ...]
    points: tuple[Point, ...]
    label: str = ""
    label_at: Point | None = None
    is_skip: bool = False
    has_arrow: bool = True
    more_sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A laid-out view of a graph with some blocks open.

    Attributes:
        graph: What the indices in the picture mean; None of an empty picture. Equal pictures may be of equal graphs.
    """

    boxes: tuple[Box, ...]
    frames: tuple[Frame, ...]
    wires: tuple[Wire, ...]
    width: float
    height: float
    graph: LayerGraph | None = field(default=None, compare=False, repr=False)


def towards(start: Point, end: Point, most: float) -> Point:
    """The place `most` pixels from `start` towards `end`, at most half-way: where a corner begins to be round."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    if length == 0:
        return start
    share = min(most / length, 0.5)
    return start[0] + dx * share, start[1] + dy * share
