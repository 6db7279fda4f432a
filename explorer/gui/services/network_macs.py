"""How many multiply-adds the networks of runs take: from the graphs that are carried, else traced on a worker."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.gui.background import Errands

if TYPE_CHECKING:
    from explorer.catalogue import Choice
    from explorer.gui.state import AppState
    from explorer.runs.plan import RunPlan


class NetworkMacs(QObject):
    """Multiply-adds of one image through a network forwards, each found out once.

    The code of a model of the user is not run for it: its number is known only while its graph is on the screen, and
    from then on.

    Signals:
        found: More is known.
    """

    found = Signal()

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._known: dict[str, int | None] = {}
        self._waiting: dict[str, Choice] = {}  # for torch
        self._errands = Errands("macs", self)
        state.ready_changed.connect(self._trace_waiting)

    def of(self, plan: RunPlan) -> int | None:
        """The number for the network of `plan`; None where it is not known (yet)."""
        key = plan.choice.key()
        if self._known.get(key) is None and self._is_on_screen(plan):
            assert self._state.graph is not None
            self._known[key] = self._state.graph.macs
        return self._known.get(key)

    def want(self, plan: RunPlan) -> None:
        """Has the number for the network of `plan` found out; `found` follows."""
        key = plan.choice.key()
        if key in self._known or key in self._waiting or plan.own is not None:
            return
        self._known[key] = None
        self._errands.do(partial(_of_carried_graph, plan.choice), partial(self._take_carried, key, plan.choice))

    def close(self) -> None:
        """Waits for what is under way; called once."""
        self._errands.close()

    def _is_on_screen(self, plan: RunPlan) -> bool:
        state = self._state
        is_shown = plan.own is not None and plan.choice == state.choice
        return is_shown and state.graph is not None and state.graph_note is None and state.graph_mode == "eval"

    def _take_carried(self, key: str, choice: Choice, macs: int | None) -> None:
        if macs is not None:
            self._take(key, macs)
        elif self._state.is_ready:
            self._trace(key, choice)
        else:
            self._waiting[key] = choice

    def _trace_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for key, choice in waiting.items():
            self._trace(key, choice)

    def _trace(self, key: str, choice: Choice) -> None:
        self._errands.do(partial(_traced, choice), partial(self._take, key))

    def _take(self, key: str, macs: int | None) -> None:
        self._known[key] = macs
        self.found.emit()


def _of_carried_graph(choice: Choice) -> int | None:
    from explorer.graph import shipped

    card = catalogue.cards().get(choice.architecture)
    if card is None:
        return None
    usual = card.default_choice()
    if replace(choice, settings={**usual.settings, **choice.settings}) != usual:
        return None
    graph = shipped.load(choice.architecture)
    return None if graph is None else graph.macs


def _traced(choice: Choice) -> int | None:
    from explorer.graph import trace  # torch is imported on the worker only

    try:
        return trace.graph_of(choice, "eval").macs
    except ExplorerError:  # of an architecture that is not known any more, or cannot be built so
        return None
