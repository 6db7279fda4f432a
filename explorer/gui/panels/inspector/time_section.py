"""Below the image: which moment of the run is looked into, and going to and fro among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from explorer.gui import theme
from explorer.gui.class_text import say_class, say_predictions
from explorer.gui.panels.inspector.page import label, row
from explorer.gui.state import FromRun
from explorer.gui.text import tr
from explorer.gui.widgets.charts.time_line import TimeLine
from explorer.gui.widgets.pictures.prediction_bars import percent
from explorer.gui.widgets.words.numerals import count
from explorer.gui.widgets.words.still import Still
from explorer.runs.folder.kept import BEST, LAST
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from explorer.gui.state import AppState
    from explorer.runs.looking.past import Past

SETTLE_MS = 25  # the line has to stand still so long before weights are read
PLAY_MS = 500  # a moment is shown at least so long
_BUTTON = 26


class Stop(NamedTuple):
    """A place on the line; `step` is None for the weights that are being trained now."""

    step: int | None
    roles: tuple[str, ...] = ()


class TimeSection(QWidget):
    """A line with a stop for each stored moment, a curve of what the network held of the image, and a play button.

    Hidden where the weights are of no run, or there is only one moment. At the right end of a run that trains here its
    weights are shown live; elsewhere on the line the moment stays that was chosen.
    """

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self.play, self.line = QToolButton(), TimeLine()
        self.play.setProperty("role", "flat")
        self.play.setFixedSize(_BUTTON, _BUTTON)
        self.where, self.share = label("caption"), label("caption")
        self.line.setObjectName("timeLine")
        self.play.setObjectName("playButton")
        self._stops: tuple[Stop, ...] = ()
        self._is_awaited = False  # the insight of the moment that was asked for
        self._per_epoch = 0  # steps, by which epochs are told
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(self._apply)
        self._beat = QTimer(self, interval=PLAY_MS)
        self._beat.timeout.connect(self._step_on)
        self._lay_out()
        self.hide()
        self.play.clicked.connect(self._on_play)
        self.line.valueChanged.connect(self._on_moved)
        self.line.sliderPressed.connect(self.pause)
        signals = (state.past_changed, state.weights_changed, state.training_changed)
        for signal in (*signals, state.image_changed, state.runs_changed):
            signal.connect(self.refresh)
        state.history_changed.connect(self._on_history)
        state.insight_changed.connect(self._on_insight)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.play)
        top.addWidget(self.line, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        box.addWidget(row(self.where, Still(self.share)))

    @property
    def stops(self) -> tuple[Stop, ...]:
        return self._stops

    @property
    def is_playing(self) -> bool:
        return self._beat.isActive()

    def start(self) -> None:
        """Walks through the moments up to the right end; from the first one, if that is where it stands."""
        if self.line.value() == self.line.maximum():
            self.line.setValue(0)
        self._beat.start()
        self.restyle()

    def pause(self) -> None:
        """Stays where it is."""
        self._beat.stop()
        self.restyle()

    def retranslate(self) -> None:
        """Takes all words in the present language."""
        self.line.setAccessibleName(tr("inspector.time"))
        self.line.setToolTip(tr("inspector.time_tip"))
        self.restyle()
        self.refresh()

    def restyle(self) -> None:
        """Takes icons and colours of the present theme."""
        words = tr("inspector.pause" if self.is_playing else "inspector.play")
        self.play.setIcon(theme.icon("player-pause" if self.is_playing else "player-play", "secondary"))
        self.play.setAccessibleName(words)
        self.play.setToolTip(words)
        self.line.update()

    # -- what is shown ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Shows the present state."""
        past, weights = self._state.past, self._state.weights
        is_run = past is not None and isinstance(weights, FromRun) and past.run == weights.run
        stops = self._stops_of(past) if past is not None and is_run else ()
        self._stops = stops if len(stops) > 1 else ()
        self.setVisible(bool(self._stops))
        if not self._stops or past is None or not isinstance(weights, FromRun):
            self._settled.stop()
            self._beat.stop()
            return
        at = self.line.value() if self._settled.isActive() else self._place(past, weights)
        marked = [place for place, stop in enumerate(self._stops) if BEST in stop.roles]
        self.line.show_stops(len(self._stops), min(at, len(self._stops) - 1), marked)
        self._show_words(past)

    def _stops_of(self, past: Past) -> tuple[Stop, ...]:
        stored = tuple(Stop(moment.step, moment.roles) for moment in past.moments)
        return (*stored, Stop(None)) if self._state.training == past.run and stored else stored

    def _place(self, past: Past, weights: FromRun) -> int:
        is_newest = weights.moment is None and self._stops[-1].step is None
        return len(self._stops) - 1 if is_newest else past.place(weights.moment)

    def _show_words(self, past: Past) -> None:
        stop = self._stops[self.line.value()]
        self.where.setText(self._words(stop))
        self.line.setAccessibleDescription(self.where.text())
        target = self._target(past)
        shares = [] if target is None else self._shares(past, target[0])
        self.line.show_curve(shares)
        share = shares[self.line.value()] if self.line.value() < len(shares) else None
        is_known = target is not None and share is not None
        self.share.setVisible(is_known)
        if target is not None and share is not None:
            self.share.setText(tr("inspector.share", label=target[1], share=percent(share)))
            self.share.setToolTip(tr("inspector.time_share", label=target[1]))

    def _shares(self, past: Past, target: int) -> list[float | None]:
        """The probability of a class at each stop; of the live one where the class is among the likeliest."""
        shares, insight = past.probabilities(target), self._state.insight
        if (
            self._stops[-1].step is None
            and insight is not None
            and self._state.weights == FromRun(past.run, is_live=True)
        ):
            shares.append(next((p.probability for p in insight.predictions if p.index == target), None))
        return shares

    def _words(self, stop: Stop) -> str:
        if stop.step is None:
            return tr("inspector.live")
        history = self._state.history(self._state.weights.run if isinstance(self._state.weights, FromRun) else None)
        words = [tr("inspector.at_step", step=count(stop.step))]
        if history is not None and history.steps_per_epoch:
            words.append(tr("inspector.at_epoch", epoch=_number(stop.step / history.steps_per_epoch)))
        words += [tr(f"inspector.{role}") for role in (BEST, LAST) if role in stop.roles]
        return " · ".join(words)

    def _target(self, past: Past) -> tuple[int, str] | None:
        """The class that the curve is of, and its name: the true one, else the likeliest at the end."""
        image, insight = self._state.image, self._state.insight
        if image is not None and image.label is not None and image.label in image.classes:
            return image.classes.index(image.label), say_class(image.label, image.classes)
        target = past.likeliest()
        if target is None or insight is None:
            return None
        return target, say_predictions(insight.predictions).get(target) or tr("inspector.class_n", n=target)

    # -- going to and fro -------------------------------------------------------------------------------------------

    def _on_moved(self) -> None:
        past = self._state.past
        if past is not None and self._stops:
            self._settled.start()
            self._show_words(past)

    def _apply(self) -> None:
        weights = self._state.weights
        if not isinstance(weights, FromRun) or not self._stops:
            return
        wanted = self._source(weights.run, self._stops[self.line.value()])
        if wanted != weights:
            self._is_awaited = True
            self._state.set_weights(wanted)

    def _source(self, run: str, stop: Stop) -> FromRun:
        if stop.step is None:
            return FromRun(run, is_live=True)
        if LAST not in stop.roles or self._state.training == run:
            return FromRun(run, moment=stop.step)
        record = next((record for record in self._state.runs if record.id == run), None)
        is_elsewhere = record is not None and record.status == Status.RUNNING
        return FromRun(run, stamp=stop.step) if is_elsewhere else FromRun(run)

    def _on_history(self) -> None:
        history = self._state.history(self._state.shown_run)
        per_epoch = 0 if history is None else history.steps_per_epoch
        if per_epoch != self._per_epoch:  # the rest of it comes with what is looked into
            self._per_epoch = per_epoch
            self.refresh()

    def _on_insight(self) -> None:
        self._is_awaited = False
        if self._stops and self._state.past is not None:
            self._show_words(self._state.past)

    def _on_play(self) -> None:
        if self.is_playing:
            self.pause()
        else:
            self.start()

    def _step_on(self) -> None:
        if self._is_awaited or self._settled.isActive():
            return  # a large network takes its time
        if self.line.value() < self.line.maximum():
            self.line.setValue(self.line.value() + 1)
        if self.line.value() == self.line.maximum():
            self.pause()


def _number(epochs: float) -> str:
    """Epochs with as many digits as one wants to read: 0.05, 2.5, 120."""
    return f"{epochs:.0f}" if epochs >= 100 else f"{epochs:.2g}" if epochs < 10 else f"{epochs:.3g}"
