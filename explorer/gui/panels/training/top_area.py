"""What stands over the curves: the buttons, and how the run goes or what the next one is to be."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.gui.panels.training.controls import RunButtons
    from explorer.gui.panels.training.form import SettingsForm
    from explorer.gui.panels.training.live_rate import LiveRate
    from explorer.gui.panels.training.progress import ProgressLine

ONE_LINE = 860  # px: from here on how far the run is stands beside the buttons
_ADD_BESIDE = 720  # px: from here on there is room beside the settings for what queues them
_LABEL = 17  # px: names over the fields, which the buttons beside them have not
_GAP = 8  # px

_TOP, _BOTTOM = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class Occasion(Enum):
    """What the panel is used for at the moment."""

    SETTING_UP = "setting up"
    RUNNING = "running"
    PLANNING = "planning"  # the next run while one is on


class TopArea(QWidget):
    """Buttons and settings; while a run is on, the settings make room for its progress and its learning rate."""

    def __init__(
        self,
        buttons: RunButtons,
        progress: ProgressLine,
        rate: LiveRate,
        form: SettingsForm,
        add: QPushButton,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._buttons, self._progress, self._rate, self._form, self._add = buttons, progress, rate, form, add
        self._occasion = Occasion.SETTING_UP
        self._is_rate_known = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(_GAP)
        self._grid.setColumnStretch(1, 1)
        self._arrange()

    def show_for(self, occasion: Occasion, *, is_rate_known: bool) -> None:
        """Shows what belongs to `occasion`; the learning rate only of a run that has one already."""
        self._occasion, self._is_rate_known = occasion, is_rate_known
        self._arrange()

    def _arrange(self) -> None:
        is_busy = self._occasion != Occasion.SETTING_UP
        is_planning = self._occasion == Occasion.PLANNING
        is_roomy = self.width() >= _ADD_BESIDE
        self._buttons.setContentsMargins(0, 0 if is_busy else _LABEL, 0, 0)
        self._grid.addWidget(self._buttons, 0, 0, _LEFT | (_MIDDLE if is_busy else _TOP))
        self._grid.addWidget(self._rate, 0, 2, _RIGHT | _MIDDLE)
        if self.width() >= ONE_LINE:
            self._grid.addWidget(self._progress, 0, 1, _MIDDLE)
        else:
            self._grid.addWidget(self._progress, 1, 0, 1, 3)
        if not is_planning:
            self._grid.addWidget(self._form, 0, 1, 1, 2, _TOP)
        else:
            self._grid.addWidget(self._form, 2, 0, 1, 2 if is_roomy else 3, _TOP)
            self._grid.addWidget(self._add, 2 if is_roomy else 0, 2, _RIGHT | (_BOTTOM if is_roomy else _MIDDLE))
        self._progress.setVisible(is_busy)
        self._rate.setVisible(is_busy and self._is_rate_known and (is_roomy or not is_planning))
        self._form.setVisible(is_planning or not is_busy)
        self._add.setVisible(is_planning)
        self._grid.activate()  # or a frame is painted with some of it where it was

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if _kind(event.oldSize().width()) != _kind(event.size().width()):
            self._arrange()


def _kind(width: int) -> tuple[bool, bool]:
    return width >= ONE_LINE, width >= _ADD_BESIDE
