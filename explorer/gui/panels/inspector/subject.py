"""Which layer the inspector is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.graph.model import Category
from explorer.gui.state import Selection, SelectionKind
from explorer.gui.text import tr

if TYPE_CHECKING:
    from explorer.graph.model import Block, LayerGraph, Node
    from explorer.gui.state import AppState


@dataclass(frozen=True, slots=True)
class Subject:
    """A layer, or a block of which the output is shown.

    Attributes:
        node: The layer; of a block, the last one in it.
        block: The selected block, or None.
        is_default: Nothing is selected.
    """

    graph: LayerGraph
    node: Node
    block: Block | None = None
    is_default: bool = False

    @property
    def target(self) -> tuple[str, int]:
        return ("node", self.node.index) if self.block is None else ("block", self.block.index)

    @property
    def path(self) -> str:
        """Of the block or layer, as it is called in the source."""
        return self.node.path if self.block is None else self.block.path

    @property
    def fits(self) -> bool:
        """False for the operation at which the pass ended, because shapes did not fit."""
        return self.graph.mismatch is None or self.graph.mismatch.node != self.node.index

    @property
    def category(self) -> Category:
        return self.node.category if self.block is None else Category.BLOCK


def subject_of(graph: LayerGraph | None, selection: Selection | None) -> Subject | None:
    """What is selected; the first convolution where nothing is, or the first layer of a network without one.

    Of a network whose shapes do not fit it is the operation that could not run.
    """
    if graph is None or len(graph.nodes) < 2:
        return None
    if selection is None and graph.mismatch is not None and graph.mismatch.node is not None:
        return Subject(graph, graph.nodes[graph.mismatch.node], is_default=True)
    if selection is None:
        is_convolution = (node for node in graph.nodes if node.category == Category.CONVOLUTION)
        return Subject(graph, next(is_convolution, graph.nodes[1]), is_default=True)
    if selection.kind == SelectionKind.BLOCK:
        if selection.index >= len(graph.blocks):
            return None
        block = graph.blocks[selection.index]
        return Subject(graph, _output_of(graph, block), block)
    return Subject(graph, graph.nodes[selection.index]) if selection.index < len(graph.nodes) else None


def _output_of(graph: LayerGraph, block: Block) -> Node:
    """The last layer of a block with the output shape of the block; never the output node of the graph."""
    inside = [node for node in graph.nodes[block.first : block.last] if node.category != Category.OUTPUT]
    matching = [node for node in inside if node.output_shape == block.output_shape]
    return (matching or inside or [graph.nodes[block.first]])[-1]


def why_no_layer(state: AppState) -> str:
    """What to say where there is no layer to show: the graph is on its way, or there will be none."""
    has_failed = state.graph_note is not None and state.graph_note.is_problem
    return tr("inspector.no_graph_at_all" if has_failed else "inspector.no_graph")
