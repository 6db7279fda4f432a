"""How far the followed run is, which another process trains or one of this window's own, and a button that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from explorer.gui.panels.training.live_rate import LiveRate
from explorer.gui.panels.training.progress import ProgressLine
from explorer.gui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState


_ROOMY = 640  # px: from here on there is room for the learning rate


class FollowLine(QWidget):
    """One line, there only while a run is followed; the settings for a run of one's own stay usable above it."""

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._run_control = state, run_control
        self._begun = ""  # the run whose rate is shown
        self._where, self.progress = QLabel(), ProgressLine()
        self.rate, self.pause, self.stop = LiveRate(has_name=False), QPushButton(), QPushButton()
        self._where.setProperty("role", "strong")
        for button in (self.pause, self.stop):
            button.setProperty("role", "flat")
        self.pause.setObjectName("pauseElsewhereButton")
        self.stop.setObjectName("stopElsewhereButton")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._where)
        row.addWidget(self.progress, 1)
        row.addWidget(self.rate)
        row.addWidget(self.pause)
        row.addWidget(self.stop)
        self.pause.clicked.connect(self._toggle_pause)
        self.stop.clicked.connect(run_control.stop_elsewhere)
        run_control.own.changed.connect(self._show)
        run_control.following.changed.connect(self._show)
        run_control.following.progressed.connect(self._show)
        self._show()

    def _show(self) -> None:
        following = self._run_control.following
        self.setVisible(following.run is not None)
        if following.run is None:
            return
        record = self._run_control.record(following.run)
        holder = following.holder
        number = "?" if record is None else record.number
        own = self._run_control.own
        is_own = own.trains(following.run)
        place = "own_process" if is_own else "elsewhere"
        self._where.setText(tr(f"training.{place}", number=number))
        tip = "" if holder is None else tr(f"training.{place}_tip", pid=holder.pid, host=holder.host)
        self._where.setToolTip(tip)
        self.rate.set_usable(tr(f"training.live_lr_{place}"))
        history = self._state.history(following.run)
        # Of a process of this window what was asked of it counts; of another, what it has written.
        is_paused = own.is_paused(following.run) if is_own else history is not None and history.is_paused
        self.pause.setVisible(is_own)
        self.pause.setEnabled(not following.is_stopping)
        self._name_pause(is_paused=is_paused)
        self.stop.setEnabled(not following.is_stopping)
        if history is None:
            self.progress.show_starting()
            return
        plan = None if record is None else record.plan
        if plan is not None and self._begun != following.run:
            self._begun = following.run
            self.rate.begin(plan.config.lr)
        self.progress.show_history(history, plan, is_paused=is_paused, is_stopping=following.is_stopping)
        self.rate.show_history(history)

    def _toggle_pause(self) -> None:
        own, run = self._run_control.own, self._run_control.following.run
        if run is not None:
            own.set_paused(run, is_paused=not own.is_paused(run))

    def _name_pause(self, *, is_paused: bool) -> None:
        name = "resume" if is_paused else "pause"
        self.pause.setText(tr(f"training.{name}"))
        self.pause.setToolTip(tr(f"training.{name}_tip"))
        self.pause.setAccessibleName(tr(f"training.{name}"))

    def retranslate(self) -> None:
        self.stop.setText(tr("training.stop_elsewhere"))
        self.stop.setToolTip(tr("training.stop_elsewhere_tip"))
        self.stop.setAccessibleName(tr("training.stop_elsewhere"))
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rate.setVisible(self.width() >= _ROOMY)
