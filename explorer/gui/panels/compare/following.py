"""Moves one view of a graph to where another one is."""

from collections.abc import Callable

from PySide6.QtCore import QPointF

from explorer.gui.widgets.graph.view import GraphView


def follow(leader: GraphView, follower: GraphView, level: Callable[[float], float]) -> None:
    """Shows in `follower`, at the same zoom, what `level` says belongs to what `leader` shows.

    At the beginning the tops of the views are held together, at the end the bottoms, and in between what is as far down
    in the window as the leader is in its picture: so both come to the beginning, and to the end, at once.
    """
    if follower.zoom != leader.zoom:
        follower.set_zoom(leader.zoom)
    seen, sees = leader.visible(), follower.visible()
    room = leader.top_room / leader.zoom
    way = leader.graph_scene.picture.height + 2 * room - seen.height()
    share = min(max((seen.top() + room) / way, 0.0), 1.0) if way > 0 else 0.0
    there = level(seen.top() + share * seen.height())
    aside = seen.center().x() - _spine(leader)
    follower.look_at(QPointF(_spine(follower) + aside, there + (0.5 - share) * sees.height()))


def _spine(view: GraphView) -> float:
    """Where the column is that begins with the input."""
    boxes = view.graph_scene.picture.boxes
    first = min(boxes, key=lambda box: box.y, default=None)
    return 0.0 if first is None else first.x + first.width / 2
