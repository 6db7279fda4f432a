"""How far the run is, in one line over a bar."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.gui.panels.training import words
from explorer.gui.text import say, tr
from explorer.gui.widgets.words.durations import duration
from explorer.gui.widgets.words.progress_bar import EndsLine, ProgressBar
from explorer.runs.curves.history import History, Phase
from explorer.runs.plan import RunPlan

DOT = " · "
_REMEMBERED = 200


class ProgressLine(QWidget):
    """Epoch, batch and settings at the left, speed and time left at the right, the bar under them.

    Where there is little room the settings go first; nothing is cut through.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[str, ...] = ()
        self._speed = ""
        self._widths: dict[str, int] = {}  # of words that come again and again
        self.line, self.bar = EndsLine(self), ProgressBar(self)
        self.bar.setObjectName("progressBar")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self.bar)

    @property
    def words(self) -> str:
        """All that could be said, as plain text, for tests and for screen readers."""
        return self.accessibleDescription()

    def show_history(self, history: History, plan: RunPlan | None, *, is_paused: bool, is_stopping: bool) -> None:
        """Says how far the run of `history` is."""
        self.bar.setAccessibleName(tr("training.progress"))
        states = [tr("training.stopping")] if is_stopping else [tr("training.paused")] if is_paused else []
        if history.phase == Phase.PREPARING:
            self._show_preparing(history, states)
            return
        self.bar.show_fraction(history.fraction)
        parts = [*states, *_where(history)]
        if history.ended_early is not None:
            parts.append(escape(say(history.ended_early.message)))
        if plan is not None:
            changes = history.lr_changes
            config = replace(plan.config, lr=changes[-1].lr) if changes else plan.config
            parts += [escape(words.dataset(plan.dataset)), words.optimizer(config)]
        if history.started is not None:
            parts.append(f"{history.started.precision} {words.device(history.started.device)}")
            speed = history.started.speed
            tip = "" if speed is None else say(speed)
            if tip != self.toolTip():
                self.setToolTip(tip)
        self._say(parts, _speed(history, is_paused=is_paused))

    def show_starting(self) -> None:
        """Before there is anything to say of the run."""
        self.bar.show_fraction(None)
        self._say([tr("training.preparing")], "")

    def _show_preparing(self, history: History, states: list[str]) -> None:
        preparing = history.preparing
        what = tr("training.preparing") if preparing is None else escape(say(preparing.what))
        self.bar.show_fraction(None if preparing is None else preparing.fraction)
        self._say([*states, what], "")

    def _say(self, parts: Sequence[str], right: str) -> None:
        if (tuple(parts), right) != (self._parts, self._speed):
            self._parts, self._speed = tuple(parts), right
            self._fit()
            self.setAccessibleDescription(_plain(DOT.join((*parts, right)) if right else DOT.join(parts)))

    def _fit(self) -> None:
        """Shows as many parts as there is room for, always the first."""
        shown = self._parts[:1]
        speed = self._speed
        taken = sum(map(self._width, shown))
        while speed and taken + self._width(speed) > self.width() - 32:
            speed = speed.rpartition(DOT)[0]
        room = self.width() - 32 - self._width(speed)
        for part in self._parts[1:]:
            taken += self._width(DOT) + self._width(part)
            if taken > room:
                break
            shown = (*shown, part)
        self.line.show_words(DOT.join(shown), speed)

    def _width(self, words: str) -> int:
        if words not in self._widths:
            if len(self._widths) >= _REMEMBERED:
                self._widths.clear()
            self._widths[words] = self.line.metrics().horizontalAdvance(_plain(words))
        return self._widths[words]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _plain(text: str) -> str:
    return text.replace("<b>", "").replace("</b>", "")


def _where(history: History) -> list[str]:
    epoch = tr("training.progress_epoch", epoch=history.epoch + 1, epochs=history.epochs)
    if history.phase == Phase.TESTING:
        return [epoch, tr("training.testing")]
    batch = min(max(history.batch, 0), history.steps_per_epoch)
    batches = words.count(history.steps_per_epoch)
    return [epoch, tr("training.progress_batch", batch=words.count(batch), batches=batches)]


def _speed(history: History, *, is_paused: bool) -> str:
    parts = []
    if history.images_per_second is not None and not is_paused:
        parts.append(tr("training.images_per_second", rate=words.count(history.images_per_second)))
    if history.seconds_left is not None:
        parts.append(tr("training.time_left", time=duration(history.seconds_left)))
    return DOT.join(parts)
