"""The blocks that a figure explains: of each class one for every way in which its instances are built."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.graph import kinds
from explorer.graph.export.figure.parts import Course, Part, course
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Collection

    from explorer.graph.model import LayerGraph

_MOST_PARTS = 16  # of a block; one with more shows its own blocks closed, or is not explained
_MOST_VARIANTS = 6
_SHOWN_OF_MANY = 3  # of a row of blocks like a dense block's, before the dots


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a class of blocks is built.

    Attributes:
        examples: The blocks that are built so; the last is drawn, which in a dense block reads the most.
        letter: "a", or "" where it is the only one.
        plan: The parts of the block that is drawn.
        plans: The parts of each example.
    """

    kind: str
    examples: tuple[int, ...]
    letter: str
    plan: Course
    plans: tuple[tuple[Part, ...], ...]


def variants(graph: LayerGraph, blocks: Collection[int]) -> tuple[Variant, ...]:
    """The variants of `blocks` and of the blocks that are shown closed in them, the most frequent ones."""
    found: dict[tuple[object, ...], list[int]] = {}
    plans: dict[int, Course] = {}
    large = _large_kinds(graph)
    waiting = list(blocks)
    while waiting:
        index = waiting.pop(0)
        plan = plans[index] = _plan(graph, index, large)
        if len(plan.parts) <= _MOST_PARTS or is_row(graph, plan):
            found.setdefault(_key(graph, index, plan), []).append(index)
        waiting += [part.target[1] for part in plan.parts if part.target[0] == "block"]
    kept = sorted(found, key=lambda key: -len(found[key]))[:_MOST_VARIANTS]
    shown = [key for key in found if key in kept]
    of_kind = Counter(key[0] for key in shown)
    has_letters = len(shown) > 1 and max(of_kind.values()) > 1
    return tuple(
        Variant(
            str(key[0]),
            tuple(found[key]),
            chr(ord("a") + place) if has_letters else "",
            plans[found[key][-1]],
            tuple(plans[block].parts for block in found[key]),
        )
        for place, key in enumerate(shown)
    )


def _large_kinds(graph: LayerGraph) -> frozenset[str]:
    """Classes of which some block has too many layers to be shown with all of them."""
    return frozenset(
        block.kind
        for block in graph.blocks[1:]
        if block.last - block.first > _MOST_PARTS and len(course(graph, block.index, frozenset()).parts) > _MOST_PARTS
    )


def _plan(graph: LayerGraph, block: int, large: Collection[str]) -> Course:
    """All layers in it; in a large class its own blocks as one part each."""
    closed = _several(graph, block) if graph.blocks[block].kind in large else ()
    return course(graph, block, frozenset(closed))


def _several(graph: LayerGraph, block: int) -> list[int]:
    """The blocks directly in it that are more than one layer."""
    inside: list[int] = []
    for child in graph.child_blocks[block]:
        if graph.blocks[child].kind in ("Sequential", "ModuleList") and graph.child_blocks[child]:
            inside += _several(graph, child)
        elif len(course(graph, child, frozenset()).parts) > 1:
            inside.append(child)
    return inside


def _key(graph: LayerGraph, block: int, plan: Course) -> tuple[object, ...]:
    """Equal for blocks of one class that are wired alike of the same sorts of layers, whatever their sizes."""
    kind = graph.blocks[block].kind
    if is_row(graph, plan):  # dense blocks differ in length alone
        return (kind, "row")
    return (kind, tuple(_sort(graph, part) for part in plan.parts), plan.edges)


def _sort(graph: LayerGraph, part: Part) -> tuple[str, ...]:
    place, index = part.target
    if place == "block":
        return (graph.blocks[index].kind,)
    return tuple(kinds.bare(graph.nodes[node].kind) for node in (index, *part.finish))


def is_row(graph: LayerGraph, plan: Course) -> bool:
    """Blocks of one class, more than are shown, and at most one layer after them."""
    closed = [part for part in plan.parts if part.target[0] == "block"]
    classes = {graph.blocks[part.target[1]].kind for part in closed}
    return len(closed) > _SHOWN_OF_MANY + 1 and len(classes) == 1 and len(plan.parts) - len(closed) <= 1


def shortened(graph: LayerGraph, plan: Course) -> tuple[Course, int]:
    """A long row of blocks with its middle as one part (its place; -1 for none), wired as all of that together."""
    if not is_row(graph, plan):
        return plan, -1
    blocks = sum(part.target[0] == "block" for part in plan.parts)
    first, last = _SHOWN_OF_MANY - 1, blocks - 1  # of the middle; `last` is shown again

    def place(number: int) -> int:
        if number < first:
            return number
        return first if number < last else number - (last - first) + 1

    parts = (*plan.parts[:first], plan.parts[first], *plan.parts[last:])
    edges = {(place(upper), place(lower)) for upper, lower in plan.edges}
    return Course(parts, frozenset((upper, lower) for upper, lower in edges if upper != lower)), first


def is_common(graph: LayerGraph, variant: Variant, what: str, place: int | None = None) -> bool:
    """Whether the layers at `place`, or all, have the same "channels", "window" or "stride" in every example."""
    rows = variant.plans
    places = range(min(map(len, rows))) if place is None else [place] if place < min(map(len, rows)) else []
    return all(len({_value(graph, parts[place], what) for parts in rows}) == 1 for place in places)


def _value(graph: LayerGraph, part: Part, what: str) -> object:
    kind, index = part.target
    node = graph.nodes[index]
    if kind == "block" or node.category not in (Category.CONVOLUTION, Category.LINEAR, Category.POOLING):
        return None
    if what == "channels":
        return None if node.category is Category.POOLING else node.output_shape[:1]
    return node.attributes.get("kernel_size" if what == "window" else "stride")


def is_convolution(graph: LayerGraph, part: Part) -> bool:
    return part.target[0] == "node" and graph.nodes[part.target[1]].category is Category.CONVOLUTION
