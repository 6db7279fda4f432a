"""What a drawing says of a graph that ended early: where shapes do not fit, and what would make them fit."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from explorer.graph.mismatch.error import place

if TYPE_CHECKING:
    from explorer.graph.export import Request
    from explorer.graph.model import LayerGraph
    from explorer.graph.picture import Wire


class Kind(StrEnum):
    """What a line is, which decides how it is set."""

    MESSAGE = "message"
    WORDS = "words"
    CODE = "code"


def is_fault(graph: LayerGraph, wire: Wire) -> bool:
    """Whether the wire carries what does not fit to where it does not."""
    mismatch = graph.mismatch
    if mismatch is None or mismatch.node is None or mismatch.node not in wire.targets:
        return False
    return any(source in mismatch.sources for source in (wire.source, *wire.more_sources))


def is_at(graph: LayerGraph, target: tuple[str, int]) -> bool:
    """Whether a box is, or holds, the operation that could not run."""
    if graph.mismatch is None or graph.mismatch.node is None:
        return False
    kind, index = target
    if kind == "node":
        return index == graph.mismatch.node
    return graph.blocks[index].first <= graph.mismatch.node < graph.blocks[index].last


def lines(request: Request) -> list[tuple[Kind, str]]:
    """The message, what meets, the arithmetic and the remedies; nothing for a graph that runs to its end."""
    mismatch = request.graph.mismatch
    if mismatch is None:
        return []
    texts = [*mismatch.sides, *mismatch.arithmetic, *mismatch.remedies]
    told = [(Kind.MESSAGE, request.say(mismatch.message)), *((Kind.WORDS, request.say(text)) for text in texts)]
    if mismatch.source:
        where = request.say(place(mismatch)).removesuffix(mismatch.line).rstrip()
        told.append((Kind.WORDS, where))
        if mismatch.line:
            told.append((Kind.CODE, mismatch.line.strip()))
    return told
