"""The page of the learning rate: tries growing rates on the network, data and settings of the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from explorer import catalogue
from explorer.data import cards
from explorer.gui.panels.labs.rate_plot import RatePlot
from explorer.gui.services.rate_finding import RateFinding, Stage
from explorer.gui.text import say, say_all, tr
from explorer.gui.widgets.fields.labelled import Labelled
from explorer.gui.widgets.fields.number_field import DecimalField
from explorer.gui.widgets.words import numerals
from explorer.gui.widgets.words.progress_bar import ProgressBar

if TYPE_CHECKING:
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.runs.plan import RunPlan

_LEAST, _GREATEST = 1e-9, 1000.0


class RatePage(QWidget):
    """What is tested, the curve, and the rate that is taken from it."""

    def __init__(self, state: AppState, run_control: RunControl | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ratePage")
        self._state = state
        self.finding = RateFinding(self)
        self.plot = RatePlot()
        self._title, self._tested, self._status = QLabel(), QLabel(wordWrap=True), QLabel(wordWrap=True)
        self._how = (QLabel(wordWrap=True), QLabel(wordWrap=True))
        self._empty = QLabel(wordWrap=True)
        self._reason = QLabel(wordWrap=True)
        self.start, self.use = QPushButton(), QPushButton()
        self.bar = ProgressBar()
        self.rate = DecimalField(_LEAST, _GREATEST, explain=_why_not_this_rate)
        self._labelled = Labelled(self.rate)
        self._lay_out()
        self._connect()
        self.retranslate()

    # -- putting together -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        names = {"rateStart": self.start, "rateUse": self.use, "rateField": self.rate, "rateBar": self.bar}
        for name, widget in names.items():
            widget.setObjectName(name)
        roles = {"title": (self._title,), "secondary": (self._tested, self._status, *self._how, self._reason)}
        roles["empty"] = (self._empty,)
        for role, labels in roles.items():
            for label in labels:
                label.setProperty("role", role)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(12)
        column.addLayout(self._head())
        column.addWidget(self._card(), 1)
        column.addLayout(self._foot())

    def _head(self) -> QHBoxLayout:
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self._title)
        names.addWidget(self._tested)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addLayout(names, 1)
        head.addWidget(self.start)
        return head

    def _card(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.plot)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(8)
        progress = QHBoxLayout()
        progress.setSpacing(16)
        progress.addWidget(self._status, 1)
        progress.addWidget(self.bar, 1)
        inside.addLayout(progress)
        inside.addLayout(self._stack, 1)
        for line in self._how:
            inside.addWidget(line)
        return card

    def _foot(self) -> QHBoxLayout:
        self._labelled.setFixedWidth(120)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._labelled)
        foot.addWidget(self.use, 0, Qt.AlignmentFlag.AlignBottom)
        self._reason.setContentsMargins(0, 0, 0, 6)  # on a line with the words of the button
        foot.addWidget(self._reason, 1, Qt.AlignmentFlag.AlignBottom)
        return foot

    def _connect(self) -> None:
        self.start.clicked.connect(self._on_start)
        self.use.clicked.connect(self._on_use)
        self.use.setProperty("role", "primary")
        self.plot.chosen.connect(self._on_chosen)
        self.rate.valueChanged.connect(self._on_typed)
        self.finding.changed.connect(self._show)
        self._state.draft_changed.connect(self._show)

    # -- what the labs ask of a page --------------------------------------------------------------------------------

    def begin(self) -> None:
        """It has come to the front."""
        self._show()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("rate.page"))
        self._title.setText(tr("rate.title"))
        for line, key in zip(self._how, ("how_1", "how_2"), strict=True):
            line.setText(tr(f"rate.{key}"))
        self._labelled.set_words(tr("rate.chosen"), tr("rate.chosen_tip"))
        self.use.setText(tr("rate.use"))
        self.use.setToolTip(tr("rate.use_tip"))
        self.bar.setAccessibleName(tr("rate.progress"))
        self.plot.set_words(tr("rate.plot"), tr("rate.mark_suggested"), tr("rate.mark_chosen"))
        self._show()

    def restyle(self) -> None:
        self.plot.update()

    def close_services(self) -> None:
        """Ends the worker; called once."""
        self.finding.close()

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_start(self) -> None:
        if self.finding.is_busy:
            self.finding.cancel()
        elif self._state.draft is not None:
            self.plot.show_rates(None, None)
            self.finding.start(self._state.draft)

    def _on_chosen(self, rate: float) -> None:
        was_blocked = self.rate.blockSignals(True)
        self.rate.setValue(rate)
        self.rate.blockSignals(was_blocked)
        self._show_choice()

    def _on_typed(self, rate: float) -> None:
        self.plot.show_rates(self.plot.suggested, rate)
        self._show_choice()

    def _on_use(self) -> None:
        if self.plot.rate is not None:
            self._state.rate_requested.emit(self.plot.rate)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _why_not(self) -> str:
        """Why no test can be started; "" where it can."""
        return tr("rate.no_settings") if self._state.draft is None else ""

    def _show(self) -> None:
        finding = self.finding
        why_not = "" if finding.is_busy else self._why_not()
        self.start.setText(tr("rate.cancel" if finding.is_busy else "rate.again" if finding.points else "rate.start"))
        self.start.setProperty("role", "primary" if finding.stage is Stage.IDLE else None)
        self.start.style().polish(self.start)
        self.start.setEnabled(not why_not)
        self.start.setToolTip(why_not or tr("rate.start_tip"))
        shown = finding.plan if finding.is_busy or finding.points else self._state.draft
        self._tested.setText(why_not if why_not and not finding.points else _about(shown))
        self._show_progress()
        self._show_points()
        self._show_choice()

    def _show_progress(self) -> None:
        finding = self.finding
        self.bar.setVisible(finding.is_busy)
        fraction = finding.fraction
        self.bar.show_fraction(fraction)
        status = ""
        if finding.stage is Stage.PREPARING:
            status = tr("rate.preparing") if finding.preparing is None else say(finding.preparing[0])
        elif finding.stage is Stage.TESTING:
            point = finding.points[-1]
            key = "rate.testing" if point.attempt == 1 else "rate.testing_again"
            status = tr(key, step=point.step, steps=point.steps, rate=f"{point.lr:.2g}")
        elif finding.stage is Stage.CANCELLED:
            status = tr("rate.cancelled")
        elif finding.stage is Stage.FAILED and finding.error is not None:
            status = say_all(finding.error.message, finding.error.hint)
        elif self._is_outdated():
            status = tr("rate.outdated")
        self._status.setText(status)
        self._status.setVisible(bool(status))

    def _is_outdated(self) -> bool:
        """The next run would be another one than was tested, its learning rate aside."""
        draft, tested = self._state.draft, self.finding.plan
        if draft is None or tested is None or self.finding.stage is not Stage.DONE:
            return False
        return (draft.choice, draft.dataset, draft.config.batch_size, draft.config.optimizer) != (
            tested.choice, tested.dataset, tested.config.batch_size, tested.config.optimizer,
        )  # fmt: skip

    def _show_points(self) -> None:
        points, found = self.finding.points, self.finding.found
        self._stack.setCurrentWidget(self.plot if len(points) > 1 else self._empty)
        self._empty.setText("" if self.finding.is_busy else tr("rate.empty"))
        diverged_at = None if found is None else found.diverged_at
        self.plot.show_points([point.lr for point in points], [point.loss for point in points], diverged_at)
        if found is not None and found.lr is not None and self.plot.suggested != found.lr:
            self.plot.show_rates(found.lr, found.lr)
            self._on_chosen(found.lr)

    def _show_choice(self) -> None:
        found = self.finding.found
        has_rate = self.plot.rate is not None and bool(self.finding.points) and not self.finding.is_busy
        self._labelled.setEnabled(has_rate)
        self.use.setEnabled(has_rate)
        self._labelled.setVisible(self.plot.rate is not None)
        self.use.setVisible(self.plot.rate is not None)
        reason = ""
        if found is not None and found.lr is None:
            reason = say(found.reason)
        elif found is not None and found.lr is not None:
            reason = tr("rate.suggested", rate=numerals.rate(found.lr), reason=say(found.reason))
            if found.diverged_at is not None:
                reason += " " + tr("rate.diverged", rate=numerals.rate(float(f"{found.diverged_at:.2g}")))
        self._reason.setText(reason)


def _why_not_this_rate(typed: str) -> str:
    return tr("training.range", name=tr("training.lr"), low="0.000000001", high=f"{_GREATEST:g}")


def _about(plan: RunPlan | None) -> str:
    """What is tested, in one line."""
    if plan is None:
        return ""
    config = plan.config
    parts = [
        say(catalogue.find(plan.choice.architecture).titles),
        say(cards.short_title(plan.dataset)),
        tr(f"training.optimizer_{config.optimizer}"),
        tr("rate.batches", size=config.batch_size),
    ]
    return " · ".join(parts)
