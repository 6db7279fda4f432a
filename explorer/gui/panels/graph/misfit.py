"""Shows in the graph where shapes do not fit: the box is marked, opened up to and brought into view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, QTimer

from explorer.gui.widgets.graph.sheet import Mark, Sign

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.graph.model import LayerGraph
    from explorer.gui.services.opening import Opening
    from explorer.gui.state import AppState
    from explorer.gui.widgets.graph.mismatch_card import MismatchCard
    from explorer.gui.widgets.graph.sheet import Target
    from explorer.gui.widgets.graph.view import GraphView

_LEAST = 60  # px over the card that the box needs
_MARK = Mark(Sign.FAILS, "danger", is_filled=True)


class Misfit(QObject):
    """Follows what is drawn of `state.graph`; make it after whoever draws, so that it comes to its turn later.

    Args:
        drawn: What is drawn for a target: itself, or the closed block that it is in.
    """

    def __init__(
        self,
        state: AppState,
        view: GraphView,
        opening: Opening,
        card: MismatchCard,
        drawn: Callable[[Target], Target],
    ) -> None:
        super().__init__(view)
        self._state, self._view, self._opening = state, view, opening
        self._card, self._drawn = card, drawn
        self._told: LayerGraph | None = None  # the graph whose misfit has been shown by itself
        self._is_sought = False
        opening.drawn.connect(self._on_drawn)
        card.find_requested.connect(self.find)

    def _target(self) -> Target | None:
        graph = self._state.graph
        if graph is None or graph.mismatch is None or graph.mismatch.node is None:
            return None
        return ("node", graph.mismatch.node)

    def _on_drawn(self) -> None:
        target, sheet = self._target(), self._view.graph_scene.sheet
        if target is None or sheet is None or sheet.graph is not self._state.graph:
            return
        self._view.graph_scene.mark({self._drawn(target): _MARK})
        if self._told is not sheet.graph:
            self._told = sheet.graph
            self.find()
        elif self._is_sought:
            self._look()

    def find(self) -> None:
        """Opens the blocks around the operation that does not fit, and shows it."""
        target = self._target()
        if target is None:
            return
        self._is_sought = True
        self._opening.open_to(target)
        if not self._opening.is_busy:
            self._look()

    def _look(self) -> None:
        target = self._target()
        place = None if target is None else self._view.graph_scene.place(self._drawn(target))
        self._is_sought = False
        self._show(target, place)
        QTimer.singleShot(0, self, self._show_above_card)  # which is placed when the graph has been drawn

    def _show_above_card(self) -> None:
        target = self._target()
        if target is not None:
            self._show(target, self._view.graph_scene.place(self._drawn(target)))

    def _show(self, target: Target | None, place: QRectF | None) -> None:
        """Brings the box to the middle of what the card leaves free."""
        if target is not None and place is not None:
            below = self._covered() / 2 / self._view.zoom
            self._view.look_at(QPointF(place.center().x(), place.center().y() + below))

    def _covered(self) -> int:
        """How much of the view's lower end the card lies over, in pixels."""
        viewport = self._view.viewport()
        if not self._card.isVisible():
            return 0
        top = viewport.mapFromGlobal(self._card.mapToGlobal(QPoint(0, 0))).y()
        return max(min(viewport.height() - top, viewport.height() - _LEAST), 0)
