"""Which blocks of the graph are open, and the pictures that follow from it."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from explorer.graph.model import LayerGraph
from explorer.graph.picture import Picture
from explorer.graph.views import Detail, branches, containers_in, open_blocks
from explorer.gui.services.layouts import Layouts, visible_boxes
from explorer.gui.services.view_memory import Openness, ViewMemory, paths_of

Target = tuple[str, int]

_SMALL = 26  # nodes of a graph that is shown with all its layers at first sight
_MANY = 20  # boxes, two screens full; of more, equal neighbours are shown once
_SAMPLE = 40  # nodes of a block that may be opened at first sight


class Opening(QObject):
    """Opens and closes blocks of the graph it was given.

    Signals:
        drawn(Picture, int): The picture for what is open now, and the one block that was opened or closed by hand, or
            -1 where more may have changed.
        changed: `detail`, or what can be undone, is another.
    """

    drawn = Signal(object, int)
    changed = Signal()

    def __init__(self, memory: ViewMemory, parent: QObject | None = None, *, small: int = _SMALL) -> None:
        """A graph of up to `small` nodes is shown with all its layers at first."""
        super().__init__(parent)
        self._memory = memory
        self._small = small
        self._graph: LayerGraph | None = None
        self._open: frozenset[int] = frozenset()
        self._block = -1
        self._wants_folds: bool | None = None  # what the user chose; by default large coarse views are folded
        self._layouts = Layouts(self)
        self._layouts.drawn.connect(self._on_drawn)

    @property
    def is_busy(self) -> bool:
        return self._layouts.is_busy

    @property
    def open_blocks(self) -> frozenset[int]:
        return self._open

    @property
    def detail(self) -> Detail | None:
        """The level of detail, None where blocks have been opened or closed by hand."""
        kept = self._kept()
        return None if kept is None or kept.detail is None else Detail(kept.detail)

    @property
    def folds(self) -> bool:
        """Equal closed blocks in a row are shown once."""
        kept = self._kept()
        return kept is not None and kept.folds

    @property
    def can_undo(self) -> bool:
        return self._graph is not None and self._memory.can_undo(self._graph.architecture)

    @property
    def can_redo(self) -> bool:
        return self._graph is not None and self._memory.can_redo(self._graph.architecture)

    def _kept(self) -> Openness | None:
        return None if self._graph is None else self._memory.openness(self._graph.architecture)

    def close(self) -> None:
        self._layouts.close()

    def show(self, graph: LayerGraph | None) -> None:
        """Takes another graph, as it was last looked at."""
        self._graph = graph
        if graph is None:
            return
        kept = self._memory.openness(graph.architecture)
        if kept is None:
            detail, self._open = first_view(graph, self._small)
            told = _openness(graph, self._open, detail)
            if self._wants_folds is not None:
                told = replace(told, folds=self._wants_folds)
            self._memory.begin(graph.architecture, told)
        elif kept.detail in (Detail.LAYERS, Detail.OPERATIONS, Detail.STAGES):
            self._open = open_blocks(graph, Detail(kept.detail))  # other settings may have brought other blocks
        else:
            self._open = kept.blocks(graph)
        self._draw(-1)

    def set_detail(self, detail: Detail) -> None:
        if self._graph is not None:
            opened = open_blocks(self._graph, detail)
            told = _openness(self._graph, opened, detail)
            if self._wants_folds is not None:
                told = replace(told, folds=self._wants_folds)
            self._change(opened, told)

    def set_folds(self, folds: bool) -> None:
        """Shows equal closed blocks in a row once, with their number, or each of them; from now on."""
        self._wants_folds = folds
        kept = self._kept()
        if kept is not None:
            self._change(self._open, replace(kept, folds=folds))

    def toggle(self, target: Target) -> None:
        """Opens or closes a block; for a node, closes the block that it is in."""
        if self._graph is None:
            return
        kind, index = target
        block = index if kind == "block" else self._graph.nodes[index].block
        if block in self._open:
            self._change(self._open - {block}, block=block)
        elif block > 0:
            self._change(self._open | {block} | containers_in(self._graph, block), block=block)

    def open_inside(self, block: int) -> None:
        """Opens a block and all blocks in it."""
        self._change(self._open | self._within(block))

    def close_inside(self, block: int) -> None:
        """Closes a block and all blocks in it."""
        self._change(self._open - self._within(block))

    def open_to(self, target: Target) -> bool:
        """Opens the blocks around `target`; False where they were open."""
        if self._graph is None:
            return False
        kind, index = target
        around = self._graph.enclosing(self._graph.nodes[index].block if kind == "node" else index)
        needed = frozenset(around if kind == "node" else around[:-1]) - {0}
        if needed <= self._open:
            return False
        self._change(self._open | needed)
        return True

    def undo(self) -> None:
        if self._graph is not None:
            self._take(self._memory.undo(self._graph.architecture))

    def redo(self) -> None:
        if self._graph is not None:
            self._take(self._memory.redo(self._graph.architecture))

    def _take(self, kept: Openness | None) -> None:
        if kept is not None and self._graph is not None:
            before, self._open = self._open, kept.blocks(self._graph)
            changed = before ^ self._open
            self._draw(next(iter(changed)) if len(changed) == 1 else -1)

    def _within(self, block: int) -> frozenset[int]:
        assert self._graph is not None
        found, waiting = set(), [block]
        while waiting:
            index = waiting.pop()
            found.add(index)
            waiting.extend(self._graph.child_blocks[index])
        return frozenset(found) - {0}

    def _change(self, opened: frozenset[int], told: Openness | None = None, block: int = -1) -> None:
        """Opens `opened`; without `told`, by hand: everything else stays as it is."""
        kept = self._kept()
        assert self._graph is not None
        assert kept is not None
        self._open = opened
        by_hand = Openness(paths_of(self._graph, opened), None, kept.joins, kept.folds)
        self._memory.change(self._graph.architecture, told or by_hand)
        self._draw(block)

    def _draw(self, block: int) -> None:
        assert self._graph is not None
        self.changed.emit()
        self._block = block
        kept = self._kept()
        assert kept is not None
        self._layouts.request(self._graph, self._open, joins=kept.joins, folds=kept.folds)

    def _on_drawn(self, picture: Picture) -> None:
        if picture.graph is self._graph:
            self.drawn.emit(picture, self._block)


def _openness(graph: LayerGraph, opened: frozenset[int], detail: Detail) -> Openness:
    is_coarse = detail in (Detail.STAGES, Detail.BLOCKS)
    folds = is_coarse and visible_boxes(graph, opened) > _MANY
    return Openness(paths_of(graph, opened), detail, joins=detail != Detail.OPERATIONS, folds=folds)


def first_view(graph: LayerGraph, small: int = _SMALL) -> tuple[Detail, frozenset[int]]:
    """All layers of a small graph; of a large one the blocks, closed but for the first that branches.

    That one shows what the others are like.
    """
    if len(graph.nodes) <= small:
        return Detail.LAYERS, open_blocks(graph, Detail.LAYERS)
    opened = open_blocks(graph, Detail.BLOCKS)
    for block in graph.blocks[1:]:
        is_seen = block.index not in opened and all(outer in opened for outer in graph.enclosing(block.index)[1:-1])
        inside = range(block.first, block.last)
        if not is_seen or len(inside) > _SAMPLE:
            continue
        if branches(graph, block):
            return Detail.BLOCKS, opened | {block.index} | containers_in(graph, block.index)
    return Detail.BLOCKS, opened
