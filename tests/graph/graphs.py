"""Graphs to test with: the carried ones, and made-up ones of any connection."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from explorer.graph import shipped
from explorer.graph.model import Block, Category, LayerGraph, Node

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn


@cache
def carried(name: str) -> LayerGraph:
    """The same graph whenever it is asked for: pictures and sheets must be of one."""
    graph = shipped.load(name)
    assert graph is not None, f"no graph of {name} is carried"
    return graph


@st.composite
def any_graphs(draw: DrawFn) -> LayerGraph:
    """Up to 24 layers with any edges forward, in nested blocks."""
    count = draw(st.integers(2, 24))
    inputs: list[tuple[int, ...]] = [()]
    for index in range(1, count):
        sources = draw(st.lists(st.integers(max(0, index - 6), index - 1), max_size=3, unique=True))
        inputs.append(tuple(sources))
    blocks = [(-1, 0, count)]
    _split(draw, blocks, 0, 0)
    return made_up(tuple(inputs), tuple(blocks))


def _split(draw: DrawFn, blocks: list[tuple[int, int, int]], parent: int, depth: int) -> None:
    """Adds some blocks inside `parent`, one after the other."""
    _, first, last = blocks[parent]
    while first < last and depth < 3 and draw(st.booleans()):
        start = draw(st.integers(first, last - 1))
        end = draw(st.integers(start + 1, last))
        if (start, end) == blocks[parent][1:] and depth > 1:
            return
        blocks.append((parent, start, end))
        _split(draw, blocks, len(blocks) - 1, depth + 1)
        first = end


def made_up(inputs: tuple[tuple[int, ...], ...], blocks: tuple[tuple[int, int, int], ...]) -> LayerGraph:
    """A graph of `add`s from what each reads and from (parent, first, last) of its blocks."""
    shape = (8, 4, 4)
    innermost = [0] * len(inputs)
    for number, (_, first, last) in enumerate(blocks):
        innermost[first:last] = [number] * (last - first)
    nodes = tuple(
        Node(
            index,
            f"n{index}",
            "Input" if index == 0 else "add",
            Category.INPUT if index == 0 else Category.MERGE,
            innermost[index],
            sources,
            (shape,) * len(sources),
            shape,
        )
        for index, sources in enumerate(inputs)
    )
    described = tuple(
        Block(number, parent, f"b{number}" if number else "", "Part", first, last, shape, structure=str(number))
        for number, (parent, first, last) in enumerate(blocks)
    )
    return LayerGraph("made-up", shape, nodes, described)
