"""Says that the next run starts from stored weights of another, until that is taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from explorer.gui import theme
from explorer.gui.panels.training import words
from explorer.gui.text import tr
from explorer.gui.widgets.words.elided_label import ElidedLabel

if TYPE_CHECKING:
    from explorer.runs.plan import Origin

_SIGN = 16  # px


class OriginLine(QWidget):
    """One line below the form; it is there only for a fork.

    Signals:
        removed: The next run is to start from new weights.
    """

    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._origin: Origin | None = None
        self._sign, self.words, self.remove = QLabel(), ElidedLabel(), QToolButton()
        self.words.setObjectName("origin")
        self.remove.setObjectName("removeOriginButton")
        self.remove.setProperty("role", "flat")
        self.remove.setIconSize(QSize(14, 14))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._sign)
        row.addWidget(self.words)
        row.addWidget(self.remove)
        row.addStretch(1)
        self.remove.clicked.connect(self.removed)

    def show_origin(self, origin: Origin | None) -> None:
        """Says where the next run starts; nothing for None."""
        self._origin = origin
        self.setVisible(origin is not None)
        if origin is not None:
            self.words.setText(tr("runs.starts_from", number=origin.number, step=words.count(origin.step)))

    def retranslate(self) -> None:
        self.remove.setToolTip(tr("runs.starts_fresh"))
        self.remove.setAccessibleName(tr("runs.starts_fresh"))
        self.show_origin(self._origin)
        self.restyle()

    def restyle(self) -> None:
        self._sign.setPixmap(theme.icon("git-fork", "accent", _SIGN).pixmap(_SIGN, _SIGN))
        self.remove.setIcon(theme.icon("x", "secondary", 14))
