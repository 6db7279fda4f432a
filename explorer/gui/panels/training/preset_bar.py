"""Whole sets of settings to begin from, with a line on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from explorer.gui.panels.training import suggestions
from explorer.gui.text import say, tr
from explorer.gui.widgets.fields.named_clicks import named_clicks
from explorer.gui.widgets.words.elided_label import ElidedLabel

if TYPE_CHECKING:
    from explorer.bilingual import Text


class PresetBar(QWidget):
    """A button for each preset; none is pressed where the settings are the user's own.

    Signals:
        picked(str): The user wants the settings of this preset.
        offer_taken: The user wants the network that the preset is meant for.
    """

    picked = Signal(str)
    offer_taken = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about: Text | None = None
        self._title, self._words, self._offer_words = QLabel(), ElidedLabel(), QLabel()
        self._title.setProperty("role", "strong")
        self._words.setProperty("role", "secondary")
        self._offer_words.setProperty("role", "secondary")
        self.offer = QPushButton()
        self.offer.setProperty("role", "link")
        self.offer.setObjectName("presetOffer")
        self._frame = QFrame()
        self._frame.setProperty("role", "segments")
        self._frame.setProperty("compact", True)
        self.buttons = {name: QToolButton() for name in suggestions.PRESET_NAMES}
        inside = QHBoxLayout(self._frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        for name, button in self.buttons.items():
            button.setObjectName(f"preset_{name}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            inside.addWidget(button)
        named_clicks(self.buttons, self).connect(self.picked)
        self._lay_out()
        self.offer.clicked.connect(self.offer_taken)
        self.show_offer("")

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._frame, 0, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._words, 1, 0, 1, 2)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._offer_words)
        row.addWidget(self.offer)
        row.addStretch(1)
        grid.addLayout(row, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_preset(self, name: str | None, about: Text, *, has_lecture: bool) -> None:
        """Shows which preset the settings are; `about` is a line on it."""
        self._about = about
        for key, button in self.buttons.items():
            button.setChecked(key == name)
        lecture = self.buttons[suggestions.LECTURE]
        lecture.setEnabled(has_lecture)
        lecture.setToolTip(tr(f"training.preset_{suggestions.LECTURE}_tip" if has_lecture else "training.no_lecture"))
        self._words.setText(say(about))

    def take_focus(self) -> None:
        """Goes to the preset that is pressed, else to the first."""
        pressed = [button for button in self.buttons.values() if button.isChecked()]
        (pressed or list(self.buttons.values()))[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def show_offer(self, wishes: str) -> None:
        """Offers what of the network the preset is meant for; nothing for ""."""
        for widget in (self._offer_words, self.offer):
            widget.setVisible(bool(wishes))
        self._offer_words.setText(tr("training.preset_network", wishes=wishes) if wishes else "")

    def retranslate(self) -> None:
        self._title.setText(tr("training.preset"))
        self._frame.setAccessibleName(tr("training.preset"))
        self.offer.setText(tr("training.preset_use"))
        for name, button in self.buttons.items():
            button.setText(tr(f"training.preset_{name}"))
            button.setAccessibleName(tr(f"training.preset_{name}"))
            button.setToolTip(tr(f"training.preset_{name}_tip"))
        if self._about is not None:
            self._words.setText(say(self._about))
