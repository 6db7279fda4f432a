"""Lays a graph out: at once where that is quick, on a worker thread where it is not."""

from PySide6.QtCore import QObject, Signal

from explorer.graph.layout import Layouter
from explorer.graph.model import LayerGraph
from explorer.graph.picture import Picture
from explorer.gui.background import Latest

DIRECT_UP_TO = 120  # visible boxes; about 3 ms


class Layouts(QObject):
    """Makes pictures.

    Signals:
        drawn(Picture): The answer to the last request; at once for small pictures. It says which graph it is of.
    """

    drawn = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layouter: Layouter | None = None  # of the graph that was asked for last
        self._worker = Latest("layout", self)
        self._worker.done.connect(self.drawn)

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy

    def request(self, graph: LayerGraph, open_blocks: frozenset[int], *, joins: bool, folds: bool) -> None:
        """Asks for the picture of `graph` with `open_blocks` open; an older request is forgotten.

        Args:
            joins: Show normalisation and activation in the box of the layer that they follow.
            folds: Show equal closed blocks in a row once.
        """
        if self._layouter is None or self._layouter.graph is not graph:
            self._layouter = Layouter(graph)
        layouter = self._layouter

        def work() -> Picture:
            return layouter.picture(open_blocks, fold_repeats=folds, join_layers=joins)

        self._worker.cancel()
        if visible_boxes(graph, open_blocks) <= DIRECT_UP_TO:
            self.drawn.emit(work())
        else:
            self._worker.request(work)

    def close(self) -> None:
        self._worker.close()


def visible_boxes(graph: LayerGraph, open_blocks: frozenset[int]) -> int:
    """How many boxes are seen: nodes in open blocks, and closed blocks in open ones."""
    seen = [False] * len(graph.blocks)
    count = 0
    for block in graph.blocks:  # a block comes after the one it is in
        if block.index and not seen[block.parent]:
            continue
        if block.index == 0 or block.index in open_blocks:
            seen[block.index] = True
            inner = [graph.blocks[child] for child in graph.child_blocks[block.index]]
            count += block.last - block.first - sum([child.last - child.first for child in inner])
        else:
            count += 1
    return count
