"""The idea of the architecture in two sentences, and where to read on."""

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.gui import elsewhere
from explorer.gui.state import AppState
from explorer.gui.text import say, tr


class ArchitectureIdeaPanel(QWidget):
    """Shows what the card says about the architecture."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self._about = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignTop)
        self._about.setObjectName("idea")
        self._about.setProperty("role", "idea")
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._read_on = QPushButton()
        self._read_on.setObjectName("readOn")
        self._read_on.setCursor(Qt.CursorShape.PointingHandCursor)
        self._read_on.setProperty("role", "link")
        self._read_on.setProperty("flush", True)  # its words begin where those above begin
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        layout.setContentsMargins(16, 10, 16, 8)
        layout.addWidget(self._heading)
        layout.addSpacing(2)
        layout.addWidget(self._about)
        layout.addWidget(self._read_on, alignment=Qt.AlignmentFlag.AlignLeft)
        self._read_on.clicked.connect(self._open)
        state.choice_changed.connect(self._show)
        state.language_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        card = self._state.card
        self._heading.setText(tr("architectures.idea").upper())
        self._about.setText(f'<p style="line-height: 135%">{html.escape(say(card.about))}</p>')
        self._read_on.setText(tr("architectures.read_on"))
        self._read_on.setToolTip(f"{card.source}\n{card.reference}")
        self._read_on.setVisible(bool(card.reference))

    def _open(self) -> None:
        elsewhere.show_page(self._state, self._state.card.reference)
