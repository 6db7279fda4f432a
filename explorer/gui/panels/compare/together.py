"""Several graphs as one: what is done to one of them is done to what corresponds in the others."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from explorer.graph.compare.stages import REFERENCE, Comparison, Stage
from explorer.graph.views import Detail
from explorer.gui.panels.compare.counterparts import Counterparts
from explorer.gui.panels.compare.following import follow
from explorer.gui.panels.compare.side import GraphSide
from explorer.gui.text import tr
from explorer.gui.widgets.graph.canvas import STEP
from explorer.gui.widgets.graph.sheet import Target

if TYPE_CHECKING:
    from explorer.gui.panels.compare.tether import Tether


class Together:
    """Selects, opens, moves and zooms the graphs of `sides`; as long as they are not linked, each moves alone."""

    def __init__(self) -> None:
        self.sides: Sequence[GraphSide] = ()
        self.counterparts: Counterparts | None = None
        self.is_linked = True
        self._comparison: Comparison | None = None
        self._tethers: list[Tether] = []  # of each side to the reference, as soon as all are drawn
        self._is_following = False
        self._leader = REFERENCE  # the side that shows what was looked at before another one changed

    # -- what corresponds -------------------------------------------------------------------------------------------

    def show(self, sides: Sequence[GraphSide], comparison: Comparison | None) -> None:
        self.sides, self._comparison = sides, comparison
        self.counterparts = None if comparison is None else Counterparts(comparison)
        self.mark()
        self.on_moved(min(self._leader, len(sides) - 1))
        for graph in sides:  # whole: scrolling has moved what was not yet painted with the new marks
            graph.view.viewport().update()

    def on_drawn(self, side: int, *, is_new: bool) -> None:
        if is_new:
            self._leader = 1 if side == REFERENCE else REFERENCE
        self.mark()

    def mark(self) -> None:
        """Marks what is drawn, as soon as all graphs and their comparison are there."""
        told, comparison = self.counterparts, self._comparison
        scenes = [graph.view.graph_scene for graph in self.sides]
        self._tethers = []
        if told is None or comparison is None:
            return
        if [None if scene.sheet is None else scene.sheet.graph for scene in scenes] != list(comparison.graphs):
            return
        for side, scene in enumerate(scenes):
            scene.mark(told.marks(side, scene))
        self._tethers = [told.tether(side, scenes[REFERENCE], scene) for side, scene in enumerate(scenes)]

    @property
    def detail(self) -> Detail | None:
        """The level that all graphs are at; None where they are at different ones."""
        levels = {graph.opening.detail for graph in self.sides}
        return levels.pop() if len(levels) == 1 else None

    # -- selection --------------------------------------------------------------------------------------------------

    def pick(self, side: int, target: Target | None) -> None:
        here, told = self.sides[side], self.counterparts if self._tethers else None
        here.select(target)
        found = False
        for k, there in enumerate(self.sides):
            if k == side:
                continue
            other = None
            if target is not None and told is not None:
                other = told.other(side, target, here.view.graph_scene, k, there.view.graph_scene)
            there.select(other)
            found = found or other is not None
            if other is not None:
                self._is_following = True
                there.view.reveal(other)
                self._is_following = False
        if target is not None and not found and told is not None:
            here.view.setAccessibleDescription(f"{here.view.accessibleDescription()}, {tr('compare.selected_alone')}")

    def toggle(self, side: int, target: Target) -> None:
        """Opens or closes a block, and those that correspond where the graphs are linked."""
        here = self.sides[side]
        if not here.is_drawn:
            return
        others: list[tuple[GraphSide, int]] = []
        if target[0] == "block" and self.is_linked and self.counterparts is not None:
            others = [
                (there, self.counterparts.other_block(side, target[1], k))
                for k, there in enumerate(self.sides)
                if k != side
            ]
        here.opening.toggle(target)
        is_open = target[1] in here.opening.open_blocks
        for there, block in others:
            if block > 0 and (block in there.opening.open_blocks) != is_open:
                there.opening.toggle(("block", block))

    def go_to(self, stage: Stage | None) -> None:
        """Shows the beginning of a stage, or of the networks, at the top of all graphs."""
        self._is_following = True
        told = [None] * len(self.sides) if stage is None else stage.sides
        for graph, side in zip(self.sides, told, strict=True):
            if stage is None:
                graph.view.show_top()
            target = None if side is None else graph.view.graph_scene.owner(side.nodes[0])
            graph.select(target)
            if target is not None:
                graph.view.show_at_top(target)
        self._is_following = False

    # -- moving -----------------------------------------------------------------------------------------------------

    def on_moved(self, side: int) -> None:
        if self._is_following or not self._tethers or not self.is_linked:
            return
        self._is_following = True
        for k, graph in enumerate(self.sides):
            if k != side:
                follow(self.sides[side].view, graph.view, partial(self._level, side, k))
        self._is_following = False

    def _level(self, side: int, other: int, height: float) -> float:
        """The height in the picture of the other side that belongs to one of this side."""
        return self._tethers[other].right(self._tethers[side].left(height))

    def link(self, *, is_linked: bool) -> None:
        self.is_linked = is_linked
        if is_linked:
            self.on_moved(REFERENCE)

    def zoom(self, how: str) -> None:
        """Zooms "in" or "out", to 100 % ("reset"), or so that all is seen ("fit")."""
        self._is_following = True
        views = [graph.view for graph in self.sides]
        for view in views:
            if how == "fit":
                view.fit()
            else:
                view.set_zoom({"in": view.zoom * STEP, "out": view.zoom / STEP, "reset": 1.0}[how])
        if how == "fit" and self.is_linked:
            least = min(view.zoom for view in views)
            for view in views:
                size = view.graph_scene.picture
                view.set_zoom(least)
                view.look_at(QPointF(size.width / 2, size.height / 2))
        self._is_following = False
        if how != "fit":
            self.on_moved(REFERENCE)
