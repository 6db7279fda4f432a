"""The way from the whole network to one of its layers, block by block. No torch, no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph

Target = tuple[str, int]


def trail(graph: LayerGraph, target: Target) -> tuple[tuple[Target, str], ...]:
    """From the outermost block around `target` to `target` itself, each with its name; the model is left out."""
    kind, index = target
    around = graph.enclosing(graph.nodes[index].block if kind == "node" else index)[1:]
    steps: list[tuple[Target, str]] = [(("block", block), name(graph.blocks[block].path)) for block in around]
    if kind == "node":
        steps.append((target, name(graph.nodes[index].path)))
    return tuple(steps)


def name(path: str) -> str:
    """The last part of a path; a number says nothing alone, so what it counts comes with it: "block.0"."""
    parts = path.split(".")
    first = len(parts) - 1
    while first > 0 and parts[first].split("#")[0].isdigit():
        first -= 1
    return ".".join(parts[first:])
