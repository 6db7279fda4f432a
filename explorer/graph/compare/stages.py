"""The differences of two graphs stage by stage: a stage is what runs at one resolution, the head what follows it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.compare import sentences
from explorer.graph.compare.align import Pair, align, best_matches
from explorer.graph.compare.totals import Totals, totals
from explorer.graph.model import Category, LayerGraph, Node

HEAD = -1
_WEIGHTED = (Category.CONVOLUTION, Category.LINEAR, Category.NORMALISATION)


@dataclass(frozen=True, slots=True)
class Side:
    """A stage of one graph: its layers are those with the indices `nodes`, in order of execution."""

    nodes: tuple[int, ...]
    totals: Totals
    sizes: str  # of its feature maps, "56×56"; "" in the head


@dataclass(frozen=True, slots=True)
class Stage:
    """Two stages that correspond; one of them is None where the other graph has no such stage.

    Attributes:
        number: 1, 2, ...; 0 for the head.
        sentence: What differs, and what the change buys.
    """

    number: int
    left: Side | None
    right: Side | None
    sentence: Text

    @property
    def name(self) -> Text:
        if self.number == 0:
            return Text("Head", "输出头")
        return Text(f"Stage {self.number}", f"阶段 {self.number}")


@dataclass(frozen=True)
class Comparison:
    """Two graphs, their corresponding layers and their stages; differences are told from left to right."""

    left: LayerGraph
    right: LayerGraph
    pairs: tuple[Pair, ...]
    stages: tuple[Stage, ...]

    @cached_property
    def counterpart(self) -> dict[int, int]:
        """Left node index -> right node index."""
        return {pair.left: pair.right for pair in self.pairs if pair.left is not None and pair.right is not None}


def compare(left: LayerGraph, right: LayerGraph, left_name: str = "", right_name: str = "") -> Comparison:
    """Aligns the graphs and says what differs; the names are those that the sentences use."""
    pairs = align(left, right)
    names = (left_name or left.architecture, right_name or right.architecture)
    stages = _stages(left, right, pairs, names)
    return Comparison(left, right, pairs, stages)


def _stages(left: LayerGraph, right: LayerGraph, pairs: Sequence[Pair], names: tuple[str, str]) -> tuple[Stage, ...]:
    sides = (_split(left), _split(right))
    found: list[tuple[Sequence[Node] | None, Sequence[Node] | None]] = []
    i = j = 0
    for left_match, right_match in [*_matching(left, sides, pairs), (len(sides[0]), len(sides[1]))]:
        found += [(nodes, None) for nodes in sides[0][i:left_match]]
        found += [(None, nodes) for nodes in sides[1][j:right_match]]
        if left_match < len(sides[0]):
            found.append((sides[0][left_match], sides[1][right_match]))
        i, j = left_match + 1, right_match + 1
    stages: list[Stage] = []
    told: set[str] = set()
    for ours, theirs in found:
        is_head = not _is_map((ours or theirs or ())[-1])
        number = 0 if is_head else len(stages) + 1
        sentence = sentences.sentence(ours or (), theirs or (), *names, told)
        stages.append(Stage(number, _side(ours), _side(theirs), sentence))
    return tuple(stages)


def _matching(
    left: LayerGraph, sides: tuple[list[list[Node]], list[list[Node]]], pairs: Sequence[Pair]
) -> list[tuple[int, int]]:
    """Which stages correspond: those that share the most corresponding layers; the heads in any case."""
    place = [{node.index: k for k, nodes in enumerate(side) for node in nodes} for side in sides]
    weight = np.zeros((len(sides[0]), len(sides[1])), np.float32)
    for pair in pairs:
        if pair.left in place[0] and pair.right in place[1]:
            has_weights = left.nodes[pair.left].category in _WEIGHTED
            weight[place[0][pair.left], place[1][pair.right]] += 3 if has_weights else 1
    weight = weight * (weight >= 3)  # layers without weights alone make no stage
    if not _is_map(sides[0][-1][-1]) and not _is_map(sides[1][-1][-1]):
        weight[-1, :] = weight[:, -1] = 0
        weight[-1, -1] = 1
    return best_matches(weight)


def _split(graph: LayerGraph) -> list[list[Node]]:
    """The layers in order, parted where the resolution halves; what has no weights belongs to the part before."""
    side = graph.input_shape[-1]
    parts: list[list[Node]] = []
    reached = 0
    for node in graph.nodes:
        if node.category in (Category.INPUT, Category.OUTPUT):
            continue
        reduction = max(1, 2 ** round(math.log2(side / node.output_shape[-1]))) if _is_map(node) else HEAD
        if reduction != reached or not parts:
            parts.append([])
            reached = reduction
        parts[-1].append(node)
    return _merged(parts)


def _merged(parts: list[list[Node]]) -> list[list[Node]]:
    kept: list[list[Node]] = []
    for part in parts:
        has_weights = any(node.category in _WEIGHTED for node in part)
        if has_weights or not kept:
            kept.append(part)
        else:
            kept[-1] = [*kept[-1], *part]
    return kept


def _is_map(node: Node) -> bool:
    return len(node.output_shape) == 3 and node.output_shape[-1] > 1


def _side(nodes: Sequence[Node] | None) -> Side | None:
    if not nodes:
        return None
    maps = [node.output_shape[1:] for node in nodes if _is_map(node)]
    return Side(tuple(node.index for node in nodes), totals(nodes), labels.shape(maps[0]) if maps else "")
