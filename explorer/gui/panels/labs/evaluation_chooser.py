"""Which run, and which moment of it: lists, a slider over the tests, and how far a test is that runs now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSlider, QToolButton, QWidget

from explorer.gui import theme
from explorer.gui.panels.labs import evaluation_words as words
from explorer.gui.text import say, tr
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.words.elided_label import ElidedLabel
from explorer.gui.widgets.words.progress_bar import ProgressBar
from explorer.runs.looking.candidates import Kind

if TYPE_CHECKING:
    from explorer.gui.services.evaluations import Evaluating
    from explorer.gui.state import AppState

_RUN_WIDTH, _MOMENT_WIDTH = (140, 380), (120, 220)  # px, least and most
_LABEL_WIDTH = 44
_ICON = 16


class Chooser(QWidget):
    """Chooses for one `Evaluating`."""

    def __init__(self, state: AppState, evaluating: Evaluating, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._state, self._evaluating = state, evaluating
        self._label = QLabel()
        self._label.setProperty("role", "label")
        self.run, self.moment = ChoiceBox(), ChoiceBox()
        self.earlier, self.later = QToolButton(), QToolButton()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.bar, self.cancel, self._doing = ProgressBar(), QPushButton(), ElidedLabel()
        self._is_filling = False
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for box, (least, most) in ((self.run, _RUN_WIDTH), (self.moment, _MOMENT_WIDTH)):
            box.setMinimumWidth(least)
            box.setMaximumWidth(most)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for button in (self.earlier, self.later):
            button.setProperty("role", "flat")
            button.setIconSize(QSize(_ICON, _ICON))
        self.slider.setMinimumWidth(80)
        self.slider.setMaximumWidth(260)
        self.slider.setPageStep(1)
        self.bar.setFixedWidth(120)
        self._doing.setProperty("role", "secondary")
        self._label.setMinimumWidth(_LABEL_WIDTH)
        self._doing.setMaximumWidth(240)
        row.addWidget(self._label)
        row.addWidget(self.run, 5)
        row.addWidget(self.moment, 4)
        row.addWidget(self.earlier)
        row.addWidget(self.slider, 4)
        row.addWidget(self.later)
        row.addWidget(self.bar)
        row.addWidget(self._doing, 3)
        row.addWidget(self.cancel)
        row.addStretch(1)

    def _connect(self) -> None:
        evaluating = self._evaluating
        evaluating.listed.connect(self.refresh)
        evaluating.changed.connect(self._show_progress)
        evaluating.progressed.connect(self._show_progress)
        self._state.runs_changed.connect(self.refresh)
        self._state.training_changed.connect(self.refresh)
        self.run.activated.connect(self._on_run)
        self.moment.activated.connect(self._on_moment)
        self.slider.valueChanged.connect(self._on_slid)
        self.earlier.clicked.connect(self._go_back)
        self.later.clicked.connect(self._go_on)
        self.cancel.clicked.connect(evaluating.cancel)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Shows what can be chosen now."""
        evaluating = self._evaluating
        self._is_filling = True
        self.run.offer([(record.id, words.run(record)) for record in self._state.runs])
        self.run.setEnabled(bool(self._state.runs))
        if evaluating.run is None or not self.run.choose(evaluating.run):
            self.run.setCurrentIndex(-1)
        epochs = evaluating.epochs
        newest = epochs[-1] if epochs and evaluating.is_running else None
        others = [one for one in evaluating.candidates if not one.has_answers]
        named = [one for one in others if one.kind is not Kind.SNAPSHOT]
        offered = [*named, *reversed(epochs), *(one for one in others if one.kind is Kind.SNAPSHOT)]
        self.moment.offer([(one, words.moment(one, is_live=one == newest)) for one in offered])
        chosen = evaluating.chosen
        place = next((row for row, one in enumerate(offered) if chosen and one.place == chosen.place), -1)
        self.moment.setCurrentIndex(place)
        self.moment.setEnabled(bool(offered))
        self._show_slider()
        self._is_filling = False
        self._show_progress()

    def _show_slider(self) -> None:
        epochs, chosen = self._evaluating.epochs, self._evaluating.chosen
        has_many = len(epochs) > 1
        for widget in (self.slider, self.earlier, self.later):
            widget.setVisible(has_many)
        self.slider.setRange(0, max(0, len(epochs) - 1))
        place = next((row for row, one in enumerate(epochs) if chosen and one.place == chosen.place), None)
        if place is not None:
            self.slider.setValue(place)
        self.earlier.setEnabled(place is None or place > 0)
        self.later.setEnabled(place is not None and place < len(epochs) - 1)

    def _show_progress(self) -> None:
        progress = self._evaluating.progress
        is_on = self._evaluating.is_working and progress is not None
        for widget in (self.bar, self.cancel, self._doing):
            widget.setVisible(is_on)
        if progress is not None:
            what, fraction = progress
            self.bar.show_fraction(fraction)
            self._doing.setText(say(what))

    def retranslate(self, label: str) -> None:
        """`label` stands before it."""
        self._label.setText(label)
        self.run.setAccessibleName(tr("evaluation.run"))
        self.moment.setAccessibleName(tr("evaluation.moment"))
        self.run.setToolTip(tr("evaluation.run"))
        self.moment.setToolTip(tr("evaluation.moment"))
        self.run.setPlaceholderText(tr("evaluation.choose_run"))
        self.moment.setPlaceholderText(tr("evaluation.no_moment"))
        self.slider.setAccessibleName(tr("evaluation.slider"))
        self.slider.setToolTip(tr("evaluation.slider"))
        for button, key in ((self.earlier, "earlier"), (self.later, "later")):
            button.setToolTip(tr(f"evaluation.{key}"))
            button.setAccessibleName(tr(f"evaluation.{key}"))
        self.cancel.setText(tr("evaluation.cancel"))
        self.refresh()

    def restyle(self) -> None:
        self.earlier.setIcon(theme.icon("chevron-left", "secondary", _ICON))
        self.later.setIcon(theme.icon("chevron-right", "secondary", _ICON))

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_run(self) -> None:
        run = self.run.currentData()
        if run is not None and run != self._evaluating.run:
            self._evaluating.open(run)

    def _on_moment(self) -> None:
        candidate = self.moment.currentData()
        if candidate is not None:
            self._evaluating.choose(candidate)

    def _on_slid(self, place: int) -> None:
        epochs = self._evaluating.epochs
        if not self._is_filling and place < len(epochs):
            self._evaluating.choose(epochs[place])

    def _go_back(self) -> None:
        self._on_slid(max(0, self.slider.value() - 1))

    def _go_on(self) -> None:
        self._on_slid(min(self.slider.maximum(), self.slider.value() + 1))
