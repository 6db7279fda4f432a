"""Which colour a box of the graph has: by what it is, or by how much of something it takes."""

from collections.abc import Iterable

from PySide6.QtGui import QColor

from explorer.graph.colouring import STOPS, ColourBy, Target, place_in, scale_of, share
from explorer.graph.model import Category, LayerGraph
from explorer.gui import theme
from explorer.gui.widgets.graph.ink import blend


def scale_colour(place: float) -> QColor:
    """The colour at `place` (0-1) of the sequential scale of the present theme."""
    stops = STOPS[theme.name()]
    before, rest = place_in(len(stops), place)
    return blend(QColor(stops[before]), QColor(stops[before + 1]), rest)


class Colouring:
    """Colours for the boxes that are shown of one graph.

    Attributes:
        scale: None where colours tell types.
    """

    def __init__(self, graph: LayerGraph, by: ColourBy, shown: Iterable[Target] = ()) -> None:
        self.graph = graph
        self.by = by
        self.scale = scale_of(graph, by, shown)
        self._known: dict[Target, QColor] = {}

    def colour(self, target: Target) -> QColor:
        known = self._known.get(target)
        if known is None:
            known = self._known[target] = self._find(target)
        return known

    def forget(self) -> None:
        """Looks all colours up again: the theme has changed."""
        self._known.clear()

    def _find(self, target: Target) -> QColor:
        if self.scale is None:
            kind, index = target
            return theme.category_colour(Category.BLOCK if kind == "block" else self.graph.nodes[index].category)
        place = share(self.scale, self.graph, target)
        return theme.colour("track") if place is None else scale_colour(place)
