"""The learning rate of a run under way: what it is now, and a field to change it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.gui.panels.training.words import out_of_range
from explorer.gui.text import tr
from explorer.gui.widgets.fields.number_field import DecimalField

if TYPE_CHECKING:
    from explorer.runs.curves.history import History

DELAY_MS = 400  # after the last step of the arrows
WIDTH = 88  # px


class LiveRate(QWidget):
    """Shows the rate of the latest step, that of a schedule too, until the user sets another.

    Args:
        has_name: Its name stands before it; else only a screen reader and the tool tip say it.

    Signals:
        chosen(float): The run is to go on with this rate.
    """

    chosen = Signal(float)

    def __init__(self, *, has_name: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = DecimalField(1e-9, 1000, explain=partial(out_of_range, "lr", "0.000000001", "1000"))
        self.field.setObjectName("liveRateField")
        self.field.setFixedWidth(WIDTH)
        self._name = QLabel()
        self._name.setProperty("role", "caption")
        self._name.setBuddy(self.field)
        self._changes = 0  # of the run, that have been seen
        self._is_sent = False  # and not yet seen to have happened
        self._why_not = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._name)
        self._name.setVisible(has_name)  # now that it is in a window; before, it would have been one for a moment
        row.addWidget(self.field)
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._send)
        self.field.valueChanged.connect(self._timer.start)
        self.field.lineEdit().returnPressed.connect(self._send_at_once)
        self.retranslate()

    def show_history(self, history: History) -> None:
        """Shows the rate that the run has now, unless the user is about to give it another."""
        if len(history.lr_changes) != self._changes:
            self._changes, self._is_sent = len(history.lr_changes), False
        is_typing = self.field.hasFocus() and self.field.lineEdit().isModified()
        if history.lr is None or is_typing or self._is_sent or self._timer.isActive():
            return
        rate = float(f"{history.lr:.3g}")
        if rate == self.field.value() and not self.field.lineEdit().isModified():
            return  # it would be painted anew five times a second
        was_blocked = self.field.blockSignals(True)
        self.field.setValue(rate)
        self.field.blockSignals(was_blocked)

    def begin(self, lr: float) -> None:
        """Another run: shows the rate that it begins with."""
        self._timer.stop()
        self._changes, self._is_sent = 0, False
        was_blocked = self.field.blockSignals(True)
        self.field.setValue(lr)
        self.field.blockSignals(was_blocked)

    def set_usable(self, why_not: str) -> None:
        """With a reason it shows the rate, but takes no other."""
        self._why_not = why_not
        self.field.setEnabled(not why_not)
        self.retranslate()

    def _send_at_once(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._send()

    def _send(self) -> None:
        self._is_sent = True
        self.field.lineEdit().setModified(False)
        self.chosen.emit(self.field.value())

    def retranslate(self) -> None:
        name, tip = tr("training.lr"), self._why_not or tr("training.live_lr_tip")
        self._name.setText(tr("training.lr_short"))
        for widget in (self._name, self.field):
            widget.setToolTip(f"{name}\n{tip}")
        self.field.setAccessibleName(name)
        self.field.setAccessibleDescription(tip)
