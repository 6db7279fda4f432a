"""What is said of the run that is shown beside its curves: which one it is, how it ended, and that it can go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.gui.panels.training import words
from explorer.gui.services import network_names
from explorer.gui.text import tr
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState


class RunCaption(QWidget):
    """A few short lines; below them a link that goes on with a run that was stopped or broken off."""

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._run_control = state, run_control
        self.words, self.resume = QLabel(wordWrap=True), QPushButton()
        self.words.setProperty("role", "caption")
        self.resume.setObjectName("resumeShownRun")
        self.resume.setProperty("role", "link")
        self.resume.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.words)
        column.addWidget(self.resume, 0, Qt.AlignmentFlag.AlignLeft)
        self.resume.clicked.connect(self._on_resume)

    def refresh(self) -> None:
        """Says what is so now."""
        record = self._run_control.record(self._state.shown_run)
        is_training = record is not None and self._state.training == record.id
        lines = []
        if record is not None:
            title = f"#{record.number} {network_names.name(record.plan.choice)}"
            lines = [title, words.dataset(record.plan.dataset)]
            if not is_training:
                lines.append(tr(f"training.status_{record.status}"))
        self.words.setText("\n".join(lines))
        ended_early = record is not None and record.status in (Status.STOPPED, Status.INTERRUPTED)
        self.resume.setVisible(ended_early and not is_training and not self._run_control.is_busy)
        self.resume.setText(tr("training.run_resume"))
        self.resume.setToolTip(tr("training.run_resume_tip"))

    def _on_resume(self) -> None:
        if self._state.shown_run is not None:
            self._run_control.resume_run(self._state.shown_run)
