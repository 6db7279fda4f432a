"""How many multiply-adds training on an image takes: by the graphs that are carried, else traced on a worker."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.graph.effort import training_macs
from explorer.gui.background import Errands

if TYPE_CHECKING:
    from explorer.gui.state import AppState
    from explorer.runs.plan import RunPlan


class NetworkMacs(QObject):
    """Multiply-adds of one image in a step of a run, forwards and backwards; each found out once.

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
        self._waiting: dict[str, RunPlan] = {}  # for torch
        self._errands = Errands("macs", self)
        state.ready_changed.connect(self._trace_waiting)

    def of(self, plan: RunPlan) -> int | None:
        """The number for a run of `plan`; None where it is not known (yet)."""
        key = _key(plan)
        if self._known.get(key) is None and self._is_on_screen(plan):
            assert self._state.graph is not None
            self._known[key] = training_macs(self._state.graph, plan.config.freeze)
        return self._known.get(key)

    def want(self, plan: RunPlan) -> None:
        """Has the number for a run of `plan` found out; `found` follows."""
        key = _key(plan)
        if key in self._known or key in self._waiting or plan.own is not None:
            return
        self._known[key] = None
        self._errands.do(partial(_of_carried_graph, plan), partial(self._take_carried, plan))

    def close(self) -> None:
        """Waits for what is under way; called once."""
        self._errands.close()

    def _is_on_screen(self, plan: RunPlan) -> bool:
        state = self._state
        is_shown = plan.own is not None and plan.choice == state.choice
        return is_shown and state.graph is not None and state.graph_note is None and state.graph_mode == "eval"

    def _take_carried(self, plan: RunPlan, macs: int | None) -> None:
        if macs is not None:
            self._take(plan, macs)
        elif self._state.is_ready:
            self._trace(plan)
        else:
            self._waiting[_key(plan)] = plan

    def _trace_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for plan in waiting.values():
            self._trace(plan)

    def _trace(self, plan: RunPlan) -> None:
        self._errands.do(partial(_traced, plan), partial(self._take, plan))

    def _take(self, plan: RunPlan, macs: int | None) -> None:
        self._known[_key(plan)] = macs
        self.found.emit()


def _key(plan: RunPlan) -> str:
    """What the number depends on: the network, and its parts that are frozen."""
    return " ".join((plan.choice.key(), *plan.config.freeze))


def _of_carried_graph(plan: RunPlan) -> int | None:
    from explorer.graph import shipped

    choice = plan.choice
    card = catalogue.cards().get(choice.architecture)
    if card is None:
        return None
    usual = card.default_choice()
    if replace(choice, settings={**usual.settings, **choice.settings}) != usual:
        return None
    graph = shipped.load(choice.architecture)
    return None if graph is None else training_macs(graph, plan.config.freeze)


def _traced(plan: RunPlan) -> int | None:
    from explorer.graph import trace  # torch is imported on the worker only

    try:
        return training_macs(trace.graph_of(plan.choice, "eval"), plan.config.freeze)
    except ExplorerError:  # of an architecture that is not known any more, or cannot be built so
        return None
