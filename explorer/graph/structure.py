"""Telling equal blocks: a digest of what a block does, with which shapes and connections."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.graph.model import Block, Node


def annotate(blocks: list[Block], nodes: tuple[Node, ...]) -> tuple[Block, ...]:
    """The blocks with their `structure`: equal for those that do the same with the same shapes inside."""
    starts: dict[int, list[Block]] = {}
    for block in blocks:
        starts.setdefault(block.first, []).append(block)
    told = {id(node.attributes): _settings(node) for node in nodes}  # equal layers share theirs
    texts = [_text(node, node.index + 1, starts.get(node.index, []), told) for node in nodes]
    lowest = [min(node.inputs, default=node.index) for node in nodes]
    return tuple(replace(block, structure=_digest(block, nodes, texts, lowest, starts, told)) for block in blocks)


def _settings(node: Node) -> str:
    """Without the rate of a drop-path, which grows from block to block."""
    return str({name: value for name, value in node.attributes.items() if name != "p"})


def _text(node: Node, reach: int, starting: list[Block], told: Mapping[int, str]) -> str:
    """All that counts of a node; inputs are told by their distance, those further back than `reach` by a mark."""
    index = node.index
    distances = [index - source if index - source < reach else 0 for source in node.inputs]
    heads = "".join(f"<{block.kind}:{block.last - block.first}>" for block in starting) if starting else ""
    numbers = f"{node.input_shapes}{node.output_shape}{node.params}"
    return f"{heads}{node.kind}{numbers}{told[id(node.attributes)]}{node.shared:d}{distances}"


def _digest(
    block: Block,
    nodes: tuple[Node, ...],
    texts: list[str],
    lowest: list[int],
    starts: dict[int, list[Block]],
    told: Mapping[int, str],
) -> str:
    first = block.first
    parts = texts[first : block.last]
    for index in range(first, block.last):
        if index == first or lowest[index] < first:
            inner = [other for other in starts.get(index, ()) if other.index > block.index]
            parts[index - first] = _text(nodes[index], index - first + 1, inner, told)
    return hashlib.blake2b((block.kind + "".join(parts)).encode(), digest_size=6).hexdigest()
