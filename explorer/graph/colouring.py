"""How much of something a layer or block takes, and the colour for it, in window and files. No Qt."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from explorer.graph.model import LayerGraph

Target = tuple[str, int]


class ColourBy(StrEnum):
    """What the colour of a box tells."""

    TYPE = "type"
    PARAMETERS = "parameters"
    MACS = "macs"
    MEMORY = "memory"
    RECEPTIVE_FIELD = "receptive_field"


WORDS: Mapping[ColourBy, Text] = {
    ColourBy.TYPE: Text("Type", "类型"),
    ColourBy.PARAMETERS: Text("Parameters", "参数量"),
    ColourBy.MACS: Text("MACs", "乘加次数"),
    ColourBy.MEMORY: Text("Activation memory", "激活内存"),
    ColourBy.RECEPTIVE_FIELD: Text("Receptive field", "感受野"),
}

# A sequential scale: lightness rises (dark theme) or falls (light theme) evenly, so that more stands out more.
STOPS: Mapping[str, tuple[str, ...]] = {
    "dark": ("#3b3561", "#56478f", "#3f6fb0", "#2f9bb3", "#3fc19a", "#a3da67", "#f7e65a"),
    "light": ("#d7e4a8", "#a3d49b", "#5fbfa2", "#3399ab", "#3a73ab", "#4b4a94", "#43206b"),
}
TINT = 0.3  # how much of the colour of an amount lies over a box
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
        """The place of `value`, from 0 for the lowest and all below it to 1 for the highest."""
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


def place_in(stops: int, place: float) -> tuple[int, float]:
    """Which of so many `stops` comes before `place` (0-1), and how far from it to the next `place` is (0-1)."""
    at = min(max(place, 0.0), 1.0) * (stops - 1)
    before = min(int(at), stops - 2)
    return before, at - before


def share(scale: Scale, graph: LayerGraph, target: Target) -> float | None:
    """The place of `target` on `scale` (0-1); None where it takes nothing, or that means nothing."""
    value = amount(graph, target, scale.by)
    if not value:
        return None
    return 1.0 if math.isinf(value) else scale.place(value)


def scale_of(graph: LayerGraph, by: ColourBy, shown: Iterable[Target]) -> Scale | None:
    """The scale of what is `shown`, from next to nothing to the most of all; None where colours tell types."""
    if by == ColourBy.TYPE:
        return None
    values = [value for target in shown if (value := amount(graph, target, by)) is not None and math.isfinite(value)]
    return Scale(by, max(values, default=1.0) or 1.0)
