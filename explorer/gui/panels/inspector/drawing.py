"""The card on which an image is drawn; what the network makes of it is seen while the pen moves."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from explorer.gui.panels.inspector.page import row
from explorer.gui.text import tr
from explorer.gui.widgets.pictures.draw_pad import DrawPad
from explorer.gui.widgets.pictures.image_intake import PixelSource

EVERY_MS = 60  # at most so often a drawing that grows is looked at
MARGIN = 4 / 28  # MNIST leaves so much of the side free round a digit
NARROW = {"digits": 1 / 16, "usps": 1 / 16}  # data sets whose digits fill their images


class Drawing(QWidget):
    """The sheet, and what can be done with it.

    Signals:
        drawn(PixelSource): The drawing as it is now.
    """

    drawn = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.pad = DrawPad()
        self.centred = QCheckBox()
        self.centred.setChecked(True)
        self.undo, self.clear = QPushButton(), QPushButton()
        self._margin = MARGIN
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 6)
        box.setSpacing(8)
        for widget in (self.pad, self.centred, row(self.undo, self.clear, None)):
            box.addWidget(widget)
        self._soon = QTimer(self, singleShot=True, interval=EVERY_MS)
        self._soon.timeout.connect(self._hand_over)
        self.pad.changed.connect(self._on_changed)
        self.centred.toggled.connect(self._on_changed)
        self.undo.clicked.connect(self.pad.undo)
        self.clear.clicked.connect(self.pad.clear)
        self.setFocusProxy(self.pad)
        self.retranslate()
        self._on_changed()

    def set_dataset(self, name: str) -> None:
        """The data set that the network has learned; "" if none."""
        self._margin = NARROW.get(name, MARGIN)

    def retranslate(self) -> None:
        self.pad.setAccessibleName(tr("inspector.draw_sheet"))
        self.pad.set_hint(tr("inspector.draw_hint"))
        self.centred.setText(tr("inspector.draw_centred"))
        self.centred.setToolTip(tr("inspector.draw_centred_tip"))
        self.undo.setText(tr("inspector.draw_undo"))
        self.clear.setText(tr("inspector.draw_clear"))

    def _on_changed(self) -> None:
        for button in (self.undo, self.clear):
            button.setEnabled(not self.pad.is_empty)
        if not self._soon.isActive():
            self._soon.start()

    def _hand_over(self) -> None:
        if not self.pad.is_empty:
            image = self.pad.image(self._margin if self.centred.isChecked() else None)
            self.drawn.emit(PixelSource(image, tr("inspector.drawing_name")))
