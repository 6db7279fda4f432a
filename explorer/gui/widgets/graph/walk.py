"""Ways through a drawn graph: along the edges, to the box beside, and back to what must stay in its place."""

from collections.abc import Iterable
from enum import Enum

from PySide6.QtCore import Qt

from explorer.graph.picture import Box, Picture
from explorer.gui.widgets.graph.scene import GraphScene
from explorer.gui.widgets.graph.sheet import Target


class Direction(Enum):
    ON = 1  # to what reads the output
    BACK = 2  # to what the input comes from
    LEFT = 3
    RIGHT = 4
    FIRST = 5
    LAST = 6


DIRECTIONS: dict[int, Direction] = {
    Qt.Key.Key_Down: Direction.ON,
    Qt.Key.Key_Up: Direction.BACK,
    Qt.Key.Key_Left: Direction.LEFT,
    Qt.Key.Key_Right: Direction.RIGHT,
    Qt.Key.Key_Home: Direction.FIRST,
    Qt.Key.Key_End: Direction.LAST,
}


def step(scene: GraphScene, direction: Direction) -> Target | None:
    """The box to go to from the selected one; the first of all where none is selected."""
    boxes = {box.target: box for box in scene.picture.boxes}
    if not boxes or scene.sheet is None:
        return None
    ordered = sorted(boxes.values(), key=lambda box: box.y)
    selected = scene.sheet.selected
    if direction == Direction.LAST:
        return ordered[-1].target
    if direction == Direction.FIRST or selected is None:
        return ordered[0].target
    here = boxes.get(selected)
    if here is None:  # a frame is selected: go into it
        inside = [boxes[box] for node in scene.nodes_of(selected) if (box := scene.owner(node)) is not None]
        return inside[0].target if inside else None
    if direction in (Direction.LEFT, Direction.RIGHT):
        return _beside(here, ordered, direction)
    return _nearest(here, (boxes[target] for target in _neighbours(scene, selected, direction)))


def _neighbours(scene: GraphScene, target: Target, direction: Direction) -> set[Target]:
    assert scene.sheet is not None
    graph = scene.sheet.graph
    own = scene.nodes_of(target)
    if direction == Direction.ON:
        others = (reader for node in own for reader in graph.consumers[node])
    else:
        others = (source for node in own for source in graph.nodes[node].inputs)
    owners = {scene.owner(other) for other in others if other not in own}
    return {owner for owner in owners if owner is not None}


def _nearest(here: Box, others: Iterable[Box]) -> Target | None:
    """The closest in depth; among equals the closest sideways."""
    found = min(others, key=lambda box: (abs(box.y - here.y), abs(_centre(box) - _centre(here))), default=None)
    return None if found is None else found.target


def _beside(here: Box, boxes: Iterable[Box], direction: Direction) -> Target | None:
    sign = 1 if direction == Direction.RIGHT else -1
    level = here.y + here.height / 2
    reach = 1.5 * here.height
    near = [
        box
        for box in boxes
        if sign * (_centre(box) - _centre(here)) > 1 and abs(box.y + box.height / 2 - level) <= reach
    ]
    found = min(near, key=lambda box: (abs(_centre(box) - _centre(here)), abs(box.y - here.y)), default=None)
    return None if found is None else found.target


def _centre(box: Box) -> float:
    return box.x + box.width / 2


def first_seen(scene: GraphScene, top: float, bottom: float) -> tuple[int, Box] | None:
    """The uppermost box of those that begin between two heights, and a node that is shown in it; the selected first."""
    if scene.sheet is None:
        return None
    seen = [box for box in scene.picture.boxes if top <= box.y <= bottom]
    if not seen:
        return None
    selected = scene.sheet.selected
    box = next((box for box in seen if box.target == selected), None) or min(seen, key=lambda box: box.y)
    return scene.nodes_of(box.target).start, box


def spine(picture: Picture) -> float:
    """Where the column lies that begins with the input."""
    return _centre(min(picture.boxes, key=lambda box: box.y))


def anchor(scene: GraphScene, picture: Picture, block: int) -> Target | None:
    """What must not move on the screen when `block` opens or closes: a box that is drawn before and after.

    It is what feeds the block, else the last one before it.
    """
    if scene.sheet is None:
        return None
    graph = scene.sheet.graph
    told = graph.blocks[block]
    drawn, new = scene.drawn.boxes, {box.target for box in picture.boxes}
    inside = range(told.first, told.last)
    for node in inside:
        for source in graph.nodes[node].inputs:
            owner = scene.owner(source)
            if source not in inside and owner in drawn and owner in new:
                return owner
    stay = new.intersection(drawn)
    starts = {target: scene.nodes_of(target).start for target in stay}
    before = [target for target in stay if starts[target] < told.first]
    return max(before, key=starts.__getitem__) if before else min(stay, key=starts.__getitem__, default=None)
