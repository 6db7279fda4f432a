"""The page of gradients: how much of the loss reaches each layer, moment by moment, of up to three runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from explorer.gui.panels.labs import evaluation_words
from explorer.gui.panels.labs import signals_words as words
from explorer.gui.services.layer_signals import LayerSignals
from explorer.gui.text import say_all, tr
from explorer.gui.widgets.charts.scale_bar import ScaleBar
from explorer.gui.widgets.charts.signal_map import SignalMap
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.fields.segmented import Segmented
from explorer.gui.widgets.words.elided_label import ElidedLabel
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QHideEvent, QShowEvent

    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState

BESIDE = 3  # runs at most
_NONE = ""


class SignalsPage(QWidget):
    """Runs are chosen above; a click on a moment of one speaks of that moment in all."""

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signalsPage")
        self._state, self._run_control = state, run_control
        self.signals = LayerSignals(state, run_control, self)
        self.quantity = Segmented(words.QUANTITIES)
        self.boxes = tuple(ChoiceBox() for _ in range(BESIDE))
        self.columns = tuple(_Column() for _ in range(BESIDE))
        self.scale, self.readout = ScaleBar(), QLabel()
        self._about, self._empty = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self._step: int | None = None  # that is spoken of; None for the first one
        self._has_begun = False
        self._lay_out()
        self._connect()
        self.retranslate()

    # -- putting together -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        for label, role in ((self._about, "secondary"), (self._empty, "empty"), (self.readout, "caption")):
            label.setProperty("role", role)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.scale.setMaximumWidth(320)
        page = QVBoxLayout(self)
        page.setContentsMargins(16, 0, 16, 16)
        page.setSpacing(10)
        page.addLayout(self._head())
        page.addWidget(self._about)
        page.addWidget(self._card(), 1)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(8)
        for number, box in enumerate(self.boxes):
            box.setObjectName(f"signalsRun{number}")
            box.setMinimumWidth(120)
            box.setMaximumWidth(280)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            head.addWidget(box, 1)
        head.addStretch(1)
        head.addWidget(self.quantity)
        return head

    def _card(self) -> QFrame:
        maps = QHBoxLayout()
        maps.setSpacing(24)
        for column in self.columns:
            maps.addWidget(column, 1)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.scale, 1)
        foot.addWidget(self.readout, 2)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(12)
        inside.addLayout(maps, 1)
        inside.addWidget(self._empty, 1)
        inside.addLayout(foot)
        return card

    def _connect(self) -> None:
        self.signals.changed.connect(self._show)
        self.quantity.picked.connect(self._on_quantity)
        for box in self.boxes:
            box.activated.connect(self._on_chosen)
        for column in self.columns:
            column.map.hovered.connect(self._on_hovered)
            column.map.chosen.connect(self._on_moment)
        self._state.runs_changed.connect(self._list)
        self._state.shown_run_changed.connect(self._on_shown_run)

    # -- what the labs ask of a page --------------------------------------------------------------------------------

    def begin(self) -> None:
        """It has come to the front: begins with the ticked runs, else with the one that is shown."""
        if not self._has_begun and self._state.runs:
            self._has_begun = True
            wanted = self._state.compared or ((self._state.shown_run,) if self._state.shown_run else ())
            self.choose(wanted or (self._state.runs[0].id,))
        self._watch()

    def choose(self, runs: tuple[str, ...]) -> None:
        """Shows these runs, the first three of them."""
        self._list()
        for box, run in zip(self.boxes, (*runs, *(_NONE,) * BESIDE), strict=False):
            if not box.choose(run):
                box.choose(_NONE)
        self._watch()

    @property
    def runs(self) -> tuple[str, ...]:
        """Those that are chosen, from the left, each once."""
        chosen = (str(box.currentData() or _NONE) for box in self.boxes)
        return tuple(dict.fromkeys(run for run in chosen if run))

    def kept(self) -> dict[str, Any]:
        return {"quantity": self.quantity.chosen}

    def recall(self, kept: Mapping[str, Any]) -> None:
        if kept.get("quantity") in words.QUANTITIES:
            self.quantity.choose(str(kept["quantity"]))

    def retranslate(self) -> None:
        self.setAccessibleName(tr("signals.page"))
        names = {name: tr(f"signals.{name}") for name in words.QUANTITIES}
        tips = {name: tr(f"signals.about_{name}") for name in words.QUANTITIES}
        self.quantity.set_words(tr("signals.quantity"), names, tips)
        self.scale.setAccessibleName(tr("signals.scale"))
        self.readout.setText(tr("signals.hint"))
        for number, box in enumerate(self.boxes):
            box.setAccessibleName(tr("signals.run", number=number + 1))
            box.setToolTip(tr("signals.run_tip" if number == 0 else "signals.beside_tip"))
        self._list()
        self._show()

    def restyle(self) -> None:
        self._show()

    def close_services(self) -> None:
        """Ends the worker; called once."""
        self.signals.close()

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_quantity(self, name: str) -> None:
        self.quantity.choose(name)
        self._show()

    def _on_chosen(self) -> None:
        self._watch()

    def _on_shown_run(self) -> None:
        if len(self.runs) <= 1 and self._state.shown_run is not None:
            self.choose((self._state.shown_run,))

    def _on_moment(self, column: int) -> None:
        shown = next(one for one in self.columns if one.map is self.sender()).shown
        if shown is not None:
            self._step = shown.steps[column]
            self._show()

    def _on_hovered(self, at: tuple[int, int] | None) -> None:
        shown = next(one for one in self.columns if one.map is self.sender()).shown
        value = None if at is None or shown is None else shown.at(*at)
        if at is None or shown is None or value is None:
            self.readout.setText(tr("signals.hint"))
            self.scale.set_marker(None)
            return
        name, step = shown.names[at[0]], count(shown.steps[at[1]])
        said = words.written(self.quantity.chosen, value)
        self.readout.setText(tr("signals.at", layer=name, step=step, value=said))

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _list(self) -> None:
        options = [(record.id, evaluation_words.run(record)) for record in self._state.runs]
        for number, box in enumerate(self.boxes):
            none = [(_NONE, tr("signals.choose" if number == 0 else "signals.none"))]
            box.offer([*none, *options])
            box.setEnabled(bool(options))
            if box.currentIndex() < 0:
                box.choose(_NONE)

    def _watch(self) -> None:
        self.signals.watch(self.runs if self.isVisible() else ())
        self._show()

    def _show(self) -> None:
        runs, quantity = self.runs, self.quantity.chosen
        self._about.setText(tr(f"signals.about_{quantity}"))
        self._empty.setVisible(not runs)
        self._empty.setText(tr("signals.no_runs" if not self._state.runs else "signals.choose_hint"))
        found = [words.amounts(quantity, self.signals.steps(run), self.signals.measured(run)) for run in runs]
        low, high = words.ends(quantity, found)
        for number, column in enumerate(self.columns):
            column.setVisible(number < len(runs))
            if number < len(runs):
                self._show_run(column, runs[number], found[number], low, high)
        self._show_scale(quantity, low, high, is_shown=any(one.names for one in found))

    def _show_run(self, column: _Column, run: str, found: words.Amounts, low: float, high: float) -> None:
        record, quantity = self._run_control.record(run), self.quantity.chosen
        title = "" if record is None else evaluation_words.run(record)
        error = self.signals.error(run)
        note = ""
        if error is not None:
            note = say_all(error.message, error.hint)
        elif not found.steps and not self.signals.is_busy:
            note = tr("signals.nothing_stored")
        elif not found.names:
            note = tr("signals.no_units" if found.known else "signals.measuring")
        place = self._place(found.steps)
        measured = None if place is None else self.signals.measured(run).get(found.steps[place])
        said = note
        if place is not None and found.names:
            said = words.verdict(quantity, found, place, None if measured is None else measured.loss)
        column.show_run(title, found, words.pixels(quantity, found, low, high) if found.names else None, place, said)

    def _place(self, steps: tuple[int, ...]) -> int | None:
        """The moment that is spoken of: the nearest to the one that was clicked, else the first."""
        if not steps:
            return None
        wanted = steps[0] if self._step is None else self._step
        return min(range(len(steps)), key=lambda place: abs(steps[place] - wanted))

    def _show_scale(self, quantity: str, low: float, high: float, *, is_shown: bool) -> None:
        from explorer.inspection import colourmaps

        self.scale.setVisible(is_shown)
        self.readout.setVisible(is_shown)
        table = colourmaps.table(colourmaps.ColourMap.VIRIDIS)
        self.scale.show_scale(table, low, high, words.end_words(quantity, low, high))

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.signals.watch(())


class _Column(QWidget):
    """One run: its name, its picture, and what the chosen moment says."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.map, self.said = ElidedLabel(), SignalMap(), QLabel(wordWrap=True)
        self.title.setProperty("role", "strong")
        self.title.setFixedHeight(20)  # of Chinese titles too
        self.said.setProperty("role", "secondary")
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.setMinimumHeight(56)  # so that the pictures stay as they are when the words change
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.title)
        box.addWidget(self.map, 1)
        box.addWidget(self.said)
        box.addSpacerItem(QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding))
        self.shown: words.Amounts | None = None

    def show_run(self, title: str, shown: words.Amounts, pixels: Any, place: int | None, said: str) -> None:
        self.shown = shown
        self.title.setText(title)
        self.map.setVisible(bool(shown.names))  # else what is said stands under the title
        self.map.show_amounts(shown.names, shown.steps, pixels)
        self.map.mark(place)
        self.map.setAccessibleName(title)
        self.map.setAccessibleDescription(said)
        self.said.setText(said)
