"""Weights from a file of the user: checked against the network that is looked at, on a worker."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.state import FromFile
from explorer.runs.looking.own_bench import OwnBench
from explorer.runs.looking.workbench import Weights

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.catalogue import Card, Choice
    from explorer.gui.state import AppState


@dataclass(frozen=True, slots=True)
class Fit:
    """Where the weights of a file fit: `card` is None for the network as chosen, else the architecture to switch to."""

    weights: FromFile
    choice: Choice
    card: Card | None
    notes: tuple[Text, ...] = ()


class WeightsOpening(QObject):
    """Takes files of weights; nothing changes where one is refused.

    Signals:
        other_fits(Fit): The weights do not fit the network, but another one; `switch` shows that.
    """

    other_fits = Signal(object)

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._worker = Latest("weights", self)
        self._worker.done.connect(self._on_found)
        self._worker.failed.connect(self._on_refused)

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy

    def open(self, path: Path) -> None:
        """Looks through the weights in `path`, if they fit."""
        self._worker.request(partial(_find, path.expanduser().absolute(), self._state.choice))

    def switch(self, fit: Fit) -> None:
        """Shows the architecture that the weights fit, with them."""
        if fit.card is not None:
            self._state.set_choice(fit.card.default_choice())
            self._state.set_weights(fit.weights)

    def close(self) -> None:
        """Waits for the worker; call it once, before the program ends."""
        self._worker.close()

    def _on_found(self, fit: Fit) -> None:
        if fit.card is not None:
            self.other_fits.emit(fit)
        elif fit.choice == self._state.choice:
            name = fit.weights.path.name
            notes = Text(" ".join(note.en for note in fit.notes), "".join(note.zh for note in fit.notes))
            self._state.notice(
                Text(f"Weights of {name} are used.", f"已使用 {name} 中的权重。"), notes if fit.notes else None
            )
            self._state.set_weights(fit.weights)

    def _on_refused(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self._state.refuse(error)


def _find(path: Path, choice: Choice) -> Fit:
    from explorer.runs.looking import weights_file, weights_match  # torch is imported on the worker only

    found = weights_file.read(path)
    weights = FromFile(path, path.stat().st_mtime_ns)
    is_own = catalogue.own(choice.architecture) is not None
    try:
        notes = _notes_of_own(weights, choice) if is_own else weights_match.check(found, choice).notes
    except ExplorerError:
        card = weights_match.matching(found)
        if card is None or card.default_choice() == choice:
            raise
        return Fit(weights, choice, card)
    return Fit(weights, choice, None, notes)


def _notes_of_own(weights: FromFile, choice: Choice) -> tuple[Text, ...]:
    """What is to be said of weights that fit a model of the user, which is built in a process of its own."""
    bench = OwnBench()
    try:
        return bench.check(choice, Weights(file=weights.path, stamp=weights.stamp))
    finally:
        bench.close()
