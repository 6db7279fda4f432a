"""Which colour a box of the graph has: by what it is, or by how much of something it takes."""

import math
from collections.abc import Iterable
from enum import StrEnum

from PySide6.QtGui import QColor

from explorer.graph import labels
from explorer.graph.model import Category, LayerGraph
from explorer.gui import theme
from explorer.gui.widgets.graph_ink import blend

Target = tuple[str, int]


class ColourBy(StrEnum):
    TYPE = "type"
    PARAMETERS = "parameters"
    MACS = "macs"
    MEMORY = "memory"
    RECEPTIVE_FIELD = "receptive_field"


# A sequential scale: lightness rises (dark theme) or falls (light theme) evenly, so that more stands out more.
_STOPS = {
    "dark": ("#3b3561", "#56478f", "#3f6fb0", "#2f9bb3", "#3fc19a", "#a3da67", "#f7e65a"),
    "light": ("#d7e4a8", "#a3d49b", "#5fbfa2", "#3399ab", "#3a73ab", "#4b4a94", "#43206b"),
}
_DECADES = 4.0  # amounts below a ten-thousandth of the largest look alike


def amount(graph: LayerGraph, target: Target, by: ColourBy) -> float | None:
    """How much of what `by` names `target` has; None where that means nothing (the field of "the whole image")."""
    kind, index = target
    thing = graph.nodes[index] if kind == "node" else graph.blocks[index]
    match by:
        case ColourBy.PARAMETERS:
            return float(thing.params)
        case ColourBy.MACS:
            return float(thing.macs)
        case ColourBy.MEMORY:
            return float(thing.activation_bytes)
        case ColourBy.RECEPTIVE_FIELD:
            return _field(graph, target)
    return None


def _field(graph: LayerGraph, target: Target) -> float | None:
    kind, index = target
    node = graph.nodes[index if kind == "node" else max(graph.blocks[index].last - 1, 0)]
    if node.receptive_field is None:
        return None
    return math.inf if node.receptive_field.whole else float(max(node.receptive_field.size))


def written(value: float, by: ColourBy) -> str:
    """`value` as the legend shows it."""
    if by == ColourBy.MEMORY:
        return labels.bytes(round(value))
    if by == ColourBy.RECEPTIVE_FIELD:
        return f"{value:.0f}"
    return labels.count(round(value))


class Scale:
    """From an amount to a place between 0 and 1; by decades, except for receptive fields."""

    def __init__(self, by: ColourBy, highest: float) -> None:
        self.by = by
        self.highest = highest
        self.is_logarithmic = by != ColourBy.RECEPTIVE_FIELD
        self.lowest = max(highest * 10**-_DECADES, 1.0) if self.is_logarithmic else 1.0

    def place(self, value: float) -> float:
        if self.highest <= self.lowest:
            return 1.0
        if not self.is_logarithmic:
            share = (value - self.lowest) / (self.highest - self.lowest)
        elif value <= 0:
            share = 0.0
        else:
            share = math.log(value / self.lowest) / math.log(self.highest / self.lowest)
        return min(max(share, 0.0), 1.0)

    def value(self, place: float) -> float:
        """The amount at `place`."""
        if not self.is_logarithmic:
            return self.lowest + place * (self.highest - self.lowest)
        return self.lowest * math.pow(self.highest / self.lowest, place)


def scale_colour(place: float) -> QColor:
    """The colour at `place` (0-1) of the sequential scale of the present theme."""
    stops = _STOPS[theme.name()]
    at = min(max(place, 0.0), 1.0) * (len(stops) - 1)
    left = min(int(at), len(stops) - 2)
    return blend(QColor(stops[left]), QColor(stops[left + 1]), at - left)


class Colouring:
    """Colours for the boxes that are shown of one graph.

    Attributes:
        scale: None where colours tell types.
    """

    def __init__(self, graph: LayerGraph, by: ColourBy, shown: Iterable[Target] = ()) -> None:
        self.graph = graph
        self.by = by
        self.scale = None if by == ColourBy.TYPE else _scale(graph, by, shown)
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
        value = amount(self.graph, target, self.by)
        if not value:
            return theme.colour("track")
        return scale_colour(1.0 if math.isinf(value) else self.scale.place(value))


def _scale(graph: LayerGraph, by: ColourBy, shown: Iterable[Target]) -> Scale:
    values = [value for target in shown if (value := amount(graph, target, by)) is not None and math.isfinite(value)]
    return Scale(by, max(values, default=1.0) or 1.0)
