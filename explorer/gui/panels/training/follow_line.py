"""How far the followed run is, which another process trains, and a button that asks that process to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from explorer.gui.panels.training.progress import ProgressLine
from explorer.gui.text import tr

if TYPE_CHECKING:
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState


class FollowLine(QWidget):
    """One line, there only while a run is followed; the settings for a run of one's own stay usable above it."""

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._run_control = state, run_control
        self._where, self.progress, self.stop = QLabel(), ProgressLine(), QPushButton()
        self._where.setProperty("role", "strong")
        self.stop.setProperty("role", "flat")
        self.stop.setObjectName("stopElsewhereButton")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._where)
        row.addWidget(self.progress, 1)
        row.addWidget(self.stop)
        self.stop.clicked.connect(run_control.stop_elsewhere)
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
        self._where.setText(tr("training.elsewhere", number=number))
        self._where.setToolTip("" if holder is None else tr("training.elsewhere_tip", pid=holder.pid, host=holder.host))
        self.stop.setEnabled(not following.is_stopping)
        history = self._state.history(following.run)
        if history is None:
            self.progress.show_starting()
            return
        plan = None if record is None else record.plan
        self.progress.show_history(history, plan, is_paused=False, is_stopping=following.is_stopping)

    def retranslate(self) -> None:
        self.stop.setText(tr("training.stop_elsewhere"))
        self.stop.setToolTip(tr("training.stop_elsewhere_tip"))
        self.stop.setAccessibleName(tr("training.stop_elsewhere"))
        self._show()

    def restyle(self) -> None:
        self.progress.restyle()
