"""Graphs against the first of them, stage by stage: a stage is what runs at one resolution, the head what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

import numpy as np

from explorer.bilingual import Text
from explorer.graph.compare import sentences
from explorer.graph.compare.align import Change, Pair, align, best_matches
from explorer.graph.compare.parting import WEIGHTED, Parted, split
from explorer.graph.compare.sentences import Part
from explorer.graph.compare.totals import Totals, layers, make, totals
from explorer.graph.model import Category, LayerGraph

REFERENCE = 0

_Row = tuple[int | None, ...]  # for each graph which of its parts it is


@dataclass(frozen=True, slots=True)
class Side:
    """A stage of one graph: its layers are those with the indices `nodes`, in order of execution."""

    nodes: tuple[int, ...]
    totals: Totals
    sizes: str  # of its feature maps, "56×56"; "" in the head


@dataclass(frozen=True, slots=True)
class Stage:
    """Stages that correspond.

    Attributes:
        number: 1, 2, ...; 0 for the head.
        sides: One for each graph; None where it has no such stage.
        sentences: For each graph but the reference what differs there, and what the change buys.
    """

    number: int
    sides: tuple[Side | None, ...]
    sentences: tuple[Text, ...]

    @property
    def name(self) -> Text:
        if self.number == 0:
            return Text("Head", "输出头")
        return Text(f"Stage {self.number}", f"阶段 {self.number}")


@dataclass(frozen=True)
class Comparison:
    """Two graphs or more; differences are told from the first, the reference, to each of the others.

    Attributes:
        alignments: For each graph but the reference every layer of both once.
        totals: Of the whole networks.
        remarks: For each graph but the reference what is to be known of the whole.
    """

    graphs: tuple[LayerGraph, ...]
    names: tuple[str, ...]
    alignments: tuple[tuple[Pair, ...], ...]
    stages: tuple[Stage, ...]
    totals: tuple[Totals, ...]
    remarks: tuple[Text, ...]

    @cached_property
    def counterparts(self) -> tuple[dict[int, int], ...]:
        """For each graph but the reference: node index of the reference -> its node index."""
        return tuple(
            {pair.left: pair.right for pair in pairs if pair.left is not None and pair.right is not None}
            for pairs in self.alignments
        )


def compare(graphs: Sequence[LayerGraph], names: Sequence[str] = ()) -> Comparison:
    """Aligns the graphs with the first one and says what differs; the names are those that the sentences use."""
    called = tuple(names) or tuple(graph.architecture for graph in graphs)
    reference = graphs[REFERENCE]
    alignments = tuple(align(reference, graph) for graph in graphs[1:])
    sums = tuple(totals(layers(graph)) for graph in graphs)
    return Comparison(
        tuple(graphs),
        called,
        alignments,
        _stages(graphs, alignments, called),
        sums,
        tuple(
            sentences.whole((reference, graph), (called[REFERENCE], name), (sums[REFERENCE], total))
            for graph, name, total in zip(graphs[1:], called[1:], sums[1:], strict=True)
        ),
    )


def _stages(
    graphs: Sequence[LayerGraph], alignments: Sequence[Sequence[Pair]], names: Sequence[str]
) -> tuple[Stage, ...]:
    parted = [split(graph) for graph in graphs]
    same = [_same_in_both(pairs) for pairs in alignments]
    already_told: list[set[str]] = [set() for _ in alignments]
    stages: list[Stage] = []
    for row in _rows(graphs[REFERENCE], parted, alignments):
        parts = [None if place is None else held[place] for place, held in zip(row, parted, strict=True)]
        told = [_told(graph, part) for graph, part in zip(graphs, parts, strict=True)]
        said = tuple(
            sentences.sentence(
                told[REFERENCE],
                told[k],
                (names[REFERENCE], names[k]),
                already_told[k - 1],
                is_same=_is_inside(parts[REFERENCE], same[k - 1][0]) and _is_inside(parts[k], same[k - 1][1]),
            )
            for k in range(1, len(graphs))
        )
        is_head = any(part is not None and part.is_head for part in parts)
        stages.append(Stage(0 if is_head else len(stages) + 1, tuple(map(_side, parts)), said))
    return tuple(stages)


def _is_inside(part: Parted | None, nodes: set[int | None]) -> bool:
    return part is None or all(node.index in nodes for node in part.nodes)


def _same_in_both(pairs: Sequence[Pair]) -> tuple[set[int | None], set[int | None]]:
    alike = [pair for pair in pairs if pair.change is Change.SAME]
    return {pair.left for pair in alike}, {pair.right for pair in alike}


def _rows(reference: LayerGraph, parted: Sequence[list[Parted]], alignments: Sequence[Sequence[Pair]]) -> list[_Row]:
    """In the order of the reference; parts that it does not have stand before the next one that corresponds."""
    ours = parted[REFERENCE]
    matching = [_matching(reference, (ours, parts), pairs) for parts, pairs in zip(parted[1:], alignments, strict=True)]
    beside: list[dict[int, int]] = [dict(matches) for matches in matching]
    alone: list[dict[int, list[int]]] = []
    for matches, parts in zip(matching, parted[1:], strict=True):
        gaps, j = {}, 0
        for i, match in [*matches, (len(ours), len(parts))]:
            gaps[i] = list(range(j, match))
            j = match + 1
        alone.append(gaps)
    rows: list[_Row] = []
    for i in range(len(ours) + 1):
        rows += [(None, *row) for row in zip_longest(*(gaps.get(i, []) for gaps in alone))]
        if i < len(ours):
            rows.append((i, *(found.get(i) for found in beside)))
    return rows


def _matching(
    left: LayerGraph, sides: tuple[list[Parted], list[Parted]], pairs: Sequence[Pair]
) -> list[tuple[int, int]]:
    """Which stages correspond: those that share the most corresponding layers; the heads in any case."""
    place = [{node.index: k for k, part in enumerate(side) for node in part.nodes} for side in sides]
    weight = np.zeros((len(sides[0]), len(sides[1])), np.float32)
    for pair in pairs:
        if pair.left in place[0] and pair.right in place[1]:
            has_weights = left.nodes[pair.left].category in WEIGHTED
            weight[place[0][pair.left], place[1][pair.right]] += 3 if has_weights else 1
    weight = weight * (weight >= 3)  # layers without weights alone make no stage
    if weight.size and sides[0][-1].is_head and sides[1][-1].is_head:
        weight[-1, :] = weight[:, -1] = 0
        weight[-1, -1] = 1
    return best_matches(weight)


def _side(part: Parted | None) -> Side | None:
    return None if part is None else Side(tuple(node.index for node in part.nodes), totals(part.nodes), part.sizes)


def _told(graph: LayerGraph, part: Parted | None) -> Part | None:
    if part is None:
        return None
    nodes = part.nodes
    after = [node for node in graph.nodes[nodes[-1].index + 1 :] if node.category is not Category.POOLING]
    shape = nodes[-1].output_shape
    return Part(
        make=make(nodes),
        totals=totals(nodes),
        sizes=part.sizes,
        is_first=nodes[0].index <= 1,
        is_head=part.is_head,
        all_params=graph.params,
        classes=shape[0] if part.is_head and shape else 0,
        next_kind=str(after[0].category) if after else "",
    )
