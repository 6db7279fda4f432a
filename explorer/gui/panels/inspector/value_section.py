"""Under an enlarged map: how the value that was clicked comes about, with the layer's own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from explorer.gui import theme
from explorer.gui.panels.inspector.page import label, row
from explorer.gui.text import say, tr
from explorer.gui.widgets.pictures.window_picture import WindowPicture
from explorer.gui.widgets.tables.fact_table import FactTable
from explorer.gui.widgets.words.numerals import compact

if TYPE_CHECKING:
    from explorer.inspection.reckoning import Reckoning, Unit


class ValueSection(QWidget):
    """The rule of the layer, the window and the kernel of one input, and the addends.

    Signals:
        closed(): It is not wanted any more.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title, self.rule = label("heading"), label("secondary", wrap=True)
        self.close_button, self.earlier, self.later = QToolButton(), QToolButton(), QToolButton()
        for button in (self.close_button, self.earlier, self.later):
            button.setProperty("role", "flat")
            button.setFixedSize(24, 24)
        self.which, self.readout = label("caption"), label("caption")
        self.picture = WindowPicture()
        self.facts = FactTable(label_width=170)
        self._channels = row(self.which, None, self.earlier, self.later, spacing=2)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 4)
        box.setSpacing(6)
        box.addWidget(row(self.title, None, self.close_button))
        for widget in (self.rule, self._channels, self.picture, self.readout, self.facts):
            box.addWidget(widget)
        self._found: Reckoning | None = None
        self._place = 0  # of the channel that is shown, among those of the window
        self.close_button.clicked.connect(self.closed)
        self.earlier.clicked.connect(self._on_earlier)
        self.later.clicked.connect(self._on_later)
        self.picture.hovered.connect(self._on_hovered)
        self.restyle()
        self.hide()

    def restyle(self) -> None:
        """Takes the icons of the present theme."""
        for button, name in ((self.close_button, "x"), (self.earlier, "chevron-left"), (self.later, "chevron-right")):
            button.setIcon(theme.icon(name, "secondary", 16))

    def retranslate(self) -> None:
        for button, key in (
            (self.close_button, "value_close"),
            (self.earlier, "value_earlier"),
            (self.later, "value_later"),
        ):
            button.setAccessibleName(tr(f"inspector.{key}"))
            button.setToolTip(tr(f"inspector.{key}"))
        self.picture.setAccessibleName(tr("inspector.value_picture"))

    def show_value(self, unit: Unit | None, found: Reckoning | None, *, is_vector: bool) -> None:
        """Shows how the value of `unit` comes about, that this is not known (None), or without a unit nothing."""
        self.setVisible(unit is not None)
        if unit is None:
            self._found = None
            return
        key = "value_of_unit" if is_vector else "value_title"
        self.title.setText(tr(f"inspector.{key}", index=unit[0], row=unit[1], column=unit[2]))
        before = self._found
        self._found = found
        count = 0 if found is None or found.window is None else len(found.window.channels)
        had = 0 if before is None or before.window is None else len(before.window.channels)
        if count != had:
            self._place = 0
        self.rule.setText(tr("inspector.value_unknown") if found is None else say(found.rule))
        self._show_channel()
        self.facts.show_facts([] if found is None else _facts(found))

    # -- the window -------------------------------------------------------------------------------------------------

    def _show_channel(self) -> None:
        window = None if self._found is None else self._found.window
        for widget in (self._channels, self.picture, self.readout):
            widget.setVisible(window is not None)
        if window is None:
            self.picture.show_window(None)
            return
        count = len(window.channels)
        self._place = min(self._place, count - 1)
        channel = int(window.channels[self._place])
        weights = None if window.weights is None else window.weights[self._place]
        self.picture.show_window(window.values[self._place], weights)
        key = "value_window" if weights is None else "value_products"
        share = compact(float(window.shares[self._place]))
        self.which.setText(tr(f"inspector.{key}", channel=channel, share=share))
        for button in (self.earlier, self.later):
            button.setVisible(count > 1)
        self.earlier.setEnabled(self._place > 0)
        self.later.setEnabled(self._place < count - 1)
        self._on_hovered(None)

    def _on_earlier(self) -> None:
        self._place -= 1
        self._show_channel()

    def _on_later(self) -> None:
        self._place += 1
        self._show_channel()

    def _on_hovered(self, at: tuple[int, int] | None) -> None:
        if at is None:
            self.readout.setText(tr("inspector.value_hint"))
            return
        numbers = self.picture.numbers(*at)
        if numbers[0] != numbers[0]:  # NaN: beyond the border
            self.readout.setText(tr("inspector.value_border"))
        elif len(numbers) == 1:
            self.readout.setText(compact(numbers[0]))
        else:
            value, weight, product = (compact(number) for number in numbers)
            self.readout.setText(f"{value} × {weight} = {product}")


def _facts(found: Reckoning) -> list[tuple[str, str]]:
    lines = [(say(line.words), compact(line.value)) for line in found.lines]
    return [*lines, (tr("inspector.value_result"), compact(found.shown))]
