"""What is found out about one operation that could not run. No torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.graph import kinds
from explorer.graph.mismatch import words
from explorer.graph.mismatch.origins import origin
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.bilingual import Text
    from explorer.graph.calls import Failed
    from explorer.graph.model import LayerGraph, Node, Shape

_FLAT_AFTER = (Category.ACTIVATION, Category.NORMALISATION, Category.RESHAPE)


@dataclass
class Findings:
    """Collected by the rules of `explain`; fields as in `model.Mismatch`."""

    graph: LayerGraph
    node: Node
    failed: Failed
    sources: list[int] = field(default_factory=list)
    sides: list[Text] = field(default_factory=list)
    arithmetic: list[Text] = field(default_factory=list)
    remedies: list[Text] = field(default_factory=list)

    @property
    def told(self) -> Mapping[str, object]:
        """What defines the operation."""
        return self.failed.attributes

    @property
    def name(self) -> str:
        return words.called(self.node)

    @property
    def shape(self) -> Shape:
        """What goes in first."""
        return self.failed.shapes[0]

    @property
    def source(self) -> int | None:
        """The node whose output goes in first, as it is; None within a layer that has changed it before."""
        is_same = bool(self.node.inputs) and self.node.input_shapes[0] == self.shape
        return self.node.inputs[0] if is_same else None

    def reads_from_outside(self) -> bool:
        """Whether the input comes from outside of the block, where layers of the block may share it."""
        return self.source is not None and self.node.block > 0 and self._is_first()

    def _is_first(self) -> bool:
        block = self.graph.blocks[self.node.block]
        is_chain = block.kind == "Sequential"
        return self.source is not None and self.source < block.first and not is_chain

    def sum_of_channels(self) -> tuple[int, ...]:
        """The channels of what was put together to make the input; empty where it is no concatenation."""
        if self.source is None:
            return ()
        made = origin(self.graph, self.source)
        if kinds.bare(made.kind) not in ("cat", "concat", "concatenate") or made.attributes.get("dim", 0) != 1:
            return ()
        return tuple(shape[0] for shape in made.input_shapes)

    def flattened(self) -> Node | None:
        """The operation that made a vector of the input; None where there is none."""
        index = self.source
        while index is not None:
            node = self.graph.nodes[index]
            if len(node.output_shape) != 1 or len(node.inputs) != 1 or node.category not in _FLAT_AFTER:
                return None
            if len(node.input_shapes[0]) > 1:
                return node
            index = node.inputs[0]
        return None


def expected(told: Mapping[str, object], name: str) -> int | None:
    """A whole number among what torch has told, if it told it."""
    value = told.get(name)
    return value if isinstance(value, int) else None
