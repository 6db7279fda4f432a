"""How much room words take in the graph: of boxes, of the heads of frames, of the shapes beside wires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.graph import labels, textwidth
from explorer.graph.plan import LABEL_OFFSET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.graph.model import LayerGraph, Shape
    from explorer.graph.viewtree import Item, Link

MIN_BOX_WIDTH = 176.0
BOX_PADDING = 34.0  # the coloured edge on the left, and room on both sides of the words
BLOCK_PADDING = 46.0  # with the triangle that opens it
TITLE_SIZE, SUBTITLE_SIZE, SHAPE_SIZE = 13.0, 12.0, 11.0
TITLE_STEP = 16.0  # widths of titles are rounded up to its multiples, so that equal blocks get equal frames
TITLE_PADDING = 40.0  # the triangle before a frame's title, and room around it


class Measures:
    """The widths of one graph's words in the wider of both languages, each worked out once."""

    def __init__(self, graph: LayerGraph) -> None:
        self._graph = graph
        self._boxes: dict[object, float] = {}
        self._titles: dict[int, float] = {}

    def box(self, item: Item) -> float:
        """The width that both lines of a box need; the same for equal layers."""
        kind, index = item.target
        key: object = (item.target, item.repeat, item.joined)
        if kind == "node" and not item.joined:
            node = self._graph.nodes[index]
            if len(node.inputs) < 3:  # a concatenation of many has no equal
                key = (node.kind, node.params, node.input_shapes, node.output_shape, node.shared, id(node.attributes))
        width = self._boxes.get(key)
        if width is None:
            title, subtitle = labels.box_lines(self._graph, item.target, item.repeat, item.joined)
            padding = BLOCK_PADDING if kind == "block" else BOX_PADDING
            needed = padding + max(
                textwidth.width(title.en, TITLE_SIZE, bold=True),
                textwidth.width(title.zh, TITLE_SIZE, bold=True),
                textwidth.width(subtitle.en, SUBTITLE_SIZE),
                textwidth.width(subtitle.zh, SUBTITLE_SIZE),
            )
            width = self._boxes[key] = max(MIN_BOX_WIDTH, 8 * -(-needed // 8))
        return width

    def title(self, block: int) -> float:
        """The width of the name in the head of an open block's frame."""
        width = self._titles.get(block)
        if width is None:
            words = labels.title(self._graph, ("block", block))
            needed = max(textwidth.width(text, TITLE_SIZE, bold=True) for text in {words.en, words.zh})
            width = self._titles[block] = TITLE_STEP * -(-needed // TITLE_STEP)
        return width

    def label_reach(self, link: Link) -> float:
        """How far the label of a wire reaches to the right of it."""
        return LABEL_OFFSET + len(link_label(self._graph, link)) * SHAPE_SIZE * textwidth.MONO_ADVANCE + 4


def link_label(graph: LayerGraph, link: Link) -> str:
    """The shape that a wire carries; empty where it carries several."""
    label = link.label
    if label is None:
        shapes = {_carried(graph, source, link.targets) for source in link.sources}
        label = link.label = labels.shape(shapes.pop()) if len(shapes) == 1 else ""
    return label


def _carried(graph: LayerGraph, source: int, targets: Sequence[int]) -> Shape:
    """The shape in which the first of `targets` that reads `source` gets it."""
    for target in targets:
        reader = graph.nodes[target]
        inputs = reader.inputs
        if inputs[0] == source:
            return reader.input_shapes[0]
        if source in inputs:
            return reader.input_shapes[inputs.index(source)]
    raise AssertionError(f"nobody reads node {source} here")
