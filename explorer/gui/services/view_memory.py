"""How each architecture's graph was last looked at, and the way back through changes of what is open. No Qt."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from explorer.graph.model import LayerGraph

_STEPS = 100


@dataclass(frozen=True, slots=True)
class Openness:
    """Which blocks are open, by path, so that it holds for other settings too.

    Attributes:
        detail: The level of detail, where it says it all.
        joins: Normalisation and activation are shown in the box of the layer that they follow.
        folds: Equal closed blocks in a row are shown once.
    """

    paths: frozenset[str]
    detail: str | None = None
    joins: bool = True
    folds: bool = False

    def blocks(self, graph: LayerGraph) -> frozenset[int]:
        return frozenset(block.index for block in graph.blocks if block.path in self.paths)


@dataclass(frozen=True, slots=True)
class Place:
    """Zoom, and the scene's point in the middle of the upper edge of the view, `beside` the column of the input.

    That column lies elsewhere with other settings of the architecture.
    """

    zoom: float
    beside: float
    top: float


@dataclass
class _Kept:
    now: Openness
    place: Place | None = None
    past: list[Openness] = field(default_factory=list)
    future: list[Openness] = field(default_factory=list)


class ViewMemory:
    """Remembers for each architecture; the way back only as long as the program runs."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def openness(self, architecture: str) -> Openness | None:
        kept = self._kept.get(architecture)
        return None if kept is None else kept.now

    def begin(self, architecture: str, openness: Openness) -> None:
        """The first view of an architecture."""
        self._kept[architecture] = _Kept(openness)

    def change(self, architecture: str, openness: Openness) -> None:
        """Another view, from which there is a way back."""
        kept = self._kept[architecture]
        if openness == kept.now:
            return
        kept.past = [*kept.past, kept.now][-_STEPS:]
        kept.future = []
        kept.now = openness

    def undo(self, architecture: str) -> Openness | None:
        """The view before the last change, if there was one."""
        kept = self._kept.get(architecture)
        if kept is None or not kept.past:
            return None
        kept.future.append(kept.now)
        kept.now = kept.past.pop()
        return kept.now

    def can_undo(self, architecture: str) -> bool:
        kept = self._kept.get(architecture)
        return kept is not None and bool(kept.past)

    def can_redo(self, architecture: str) -> bool:
        kept = self._kept.get(architecture)
        return kept is not None and bool(kept.future)

    def redo(self, architecture: str) -> Openness | None:
        """The view that was taken back last, if any."""
        kept = self._kept.get(architecture)
        if kept is None or not kept.future:
            return None
        kept.past.append(kept.now)
        kept.now = kept.future.pop()
        return kept.now

    def place(self, architecture: str) -> Place | None:
        kept = self._kept.get(architecture)
        return None if kept is None else kept.place

    def set_place(self, architecture: str, place: Place | None) -> None:
        """Keeps where the view is; None for the beginning of the graph."""
        if architecture in self._kept:
            self._kept[architecture].place = place

    def visit(self, architecture: str) -> None:
        """Says that this one is looked at now."""
        if architecture in self._kept:
            self._kept[architecture] = self._kept.pop(architecture)

    def visited(self) -> list[tuple[str, Openness, Place | None]]:
        """All architectures that have been looked at, the last one last."""
        return [(name, kept.now, kept.place) for name, kept in self._kept.items()]


def paths_of(graph: LayerGraph, blocks: Iterable[int]) -> frozenset[str]:
    return frozenset(graph.blocks[index].path for index in blocks)
