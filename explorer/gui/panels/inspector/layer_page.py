"""What defines the layer, with the arithmetic of its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.graph import arithmetic, labels
from explorer.gui.fact_meanings import meanings
from explorer.gui.panels.inspector.page import Drawer, Page, Scroll
from explorer.gui.panels.inspector.subject import why_no_layer
from explorer.gui.text import language, say, tr
from explorer.gui.widgets.tables.fact_table import FactTable

if TYPE_CHECKING:
    from explorer.graph.model import Block, LayerGraph, Node
    from explorer.gui.state import AppState


class LayerPage(Page):
    """Facts of the selected layer or block."""

    def __init__(self, state: AppState, drawer: Drawer) -> None:
        super().__init__(state, drawer, "layerFacts")
        self.facts = FactTable()
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 4, 0, 8)
        inner.addWidget(self.facts)
        inner.addStretch(1)
        self._scroll = Scroll(content)
        self.fill(self._scroll)

    def contents(self) -> tuple[QWidget, ...]:
        return (self._scroll,)

    def retranslate(self) -> None:
        self.facts.setAccessibleName(tr("inspector.tab_layer"))

    def refresh(self) -> None:
        subject = self.subject()
        if subject is None:
            self.show_empty(why_no_layer(self.state))
            return
        self.show_empty("")
        if subject.block is None:
            self.facts.show_facts(_facts_of_node(subject.graph, subject.node), meanings())
        else:
            self.facts.show_facts(_facts_of_block(subject.graph, subject.block), meanings())


def _facts_of_node(graph: LayerGraph, node: Node) -> list[tuple[str, str]]:
    facts = [(say(fact.label), fact.written(language())) for fact in arithmetic.explain(graph, node)]
    if node.input_shapes:
        entering = ", ".join(labels.shape(shape) for shape in node.input_shapes)
        shapes = f"{entering} → {labels.shape(node.output_shape)}"
        facts = [(tr("inspector.shapes"), shapes), *(fact for fact in facts if fact[1] != shapes)]
    if node.source:
        facts.append((tr("inspector.source"), node.source))
    return facts


def _facts_of_block(graph: LayerGraph, block: Block) -> list[tuple[str, str]]:
    first = graph.nodes[block.first]
    entering = labels.shape(first.input_shapes[0]) if first.input_shapes else "–"
    share = f" ({block.params / graph.params:.1%})" if graph.params and block.params else ""
    work = f" ({block.macs / graph.macs:.1%})" if graph.macs and block.macs else ""
    return [
        (tr("inspector.shapes"), f"{entering} → {labels.shape(block.output_shape)}"),
        (tr("inspector.layers"), str(block.last - block.first)),
        (tr("inspector.params"), labels.count(block.params) + share),
        (tr("inspector.macs"), labels.count(block.macs) + work),
        (tr("inspector.memory"), labels.bytes(block.activation_bytes)),
    ]
