"""Makes the carried layer graphs: `python -m explorer.graph.shipped_build`, after an architecture has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer import atomic, catalogue, paths
from explorer.graph import shipped, trace

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.catalogue import Card
    from explorer.graph.model import LayerGraph


def build(folder: Path) -> int:
    """Writes the graph of every known architecture at its defaults into `folder`; gives the bytes written."""
    written = 0
    for card in catalogue.cards().values():
        packed = shipped.pack(carried(card))
        atomic.write_bytes(shipped.file_of(folder, card.name), packed)
        written += len(packed)
    return written


def carried(card: Card) -> LayerGraph:
    """What is carried of an architecture: its graph without source lines, which move with every edit."""
    graph = trace.graph_of(card.default_choice())
    return replace(graph, nodes=tuple(replace(node, source="") for node in graph.nodes))


if __name__ == "__main__":
    build(paths.resources() / "graphs")
