"""From where the graph of an architecture was looked at last: kept as the view moves, and gone back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from explorer.gui.services.view_memory import Place
from explorer.gui.widgets.graph import walk as graph_walk

if TYPE_CHECKING:
    from explorer.gui.services.view_memory import ViewMemory
    from explorer.gui.widgets.graph.view import GraphView


class Standpoint:
    """Of one view; where the beginning of a graph is seen nothing is kept, so that it suits a window of any size."""

    def __init__(self, view: GraphView, memory: ViewMemory) -> None:
        self._view, self._memory = view, memory
        self._architecture: str | None = None  # None: what is seen now is not the user's doing
        self._beginning: Place | None = None
        self._wanted: Place | None = None

    def leave(self) -> None:
        """Says that another drawing is coming: what is seen until `take` is not to be kept."""
        self._architecture = None

    def take(self, architecture: str) -> None:
        """Goes to where `architecture` was left, or to its beginning."""
        self._memory.visit(architecture)
        self._wanted = self._memory.place(architecture)
        self._architecture = architecture
        self.go()

    def go(self) -> None:
        """Goes there again, when the view has got its size only now."""
        self._view.show_top()
        self._beginning = self._seen()
        if self._wanted is not None:
            self._view.show_place(self._wanted.zoom, QPointF(self._spine() + self._wanted.beside, self._wanted.top))
        self.keep()  # moving there was told before it was known to be the beginning

    def keep(self) -> None:
        """Keeps what is seen now."""
        if self._architecture is not None:
            seen = self._seen()
            self._memory.set_place(self._architecture, None if self._is_beginning(seen) else seen)

    def _seen(self) -> Place:
        visible = self._view.visible()
        return Place(self._view.zoom, visible.center().x() - self._spine(), visible.top())

    def _spine(self) -> float:
        picture = self._view.graph_scene.picture
        return graph_walk.spine(picture) if picture.boxes else 0.0

    def _is_beginning(self, place: Place) -> bool:
        first = self._beginning
        return first is not None and place.zoom == first.zoom and abs(place.top - first.top) < 1
