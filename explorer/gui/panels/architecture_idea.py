"""The idea of the architecture in two sentences, and where to read on; it folds where the list needs the room."""

import html

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QTextLayout
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.gui import elsewhere
from explorer.gui.state import AppState
from explorer.gui.text import say, tr

FOLDED_LINES = 2  # at least
_SIDE, _TOP, _BOTTOM = 16, 10, 8  # px


class ArchitectureIdeaPanel(QWidget):
    """Shows what the card says about the architecture: whole, or its first lines where there is little room.

    Args:
        is_wanted_whole: The user unfolded it before.
    """

    def __init__(self, state: AppState, parent: QWidget | None = None, *, is_wanted_whole: bool = False) -> None:
        super().__init__(parent)
        self._state = state
        self._is_tight = False
        self._most_lines = FOLDED_LINES  # while it is folded
        self.is_wanted_whole = is_wanted_whole  # the user asked for the rest
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self._fold = QPushButton()
        self._fold.setObjectName("foldIdea")
        self._fold.setProperty("role", "link")
        self._fold.hide()
        self._about = _passage(self)
        self._about.setObjectName("idea")
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._whole = _passage(self)  # never seen: how high the idea is when it is whole
        self._whole.hide()
        self._read_on = QPushButton()
        self._read_on.setObjectName("readOn")
        self._read_on.setCursor(Qt.CursorShape.PointingHandCursor)
        self._read_on.setProperty("role", "link")
        self._read_on.setProperty("flush", True)  # its words begin where those above begin
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show_text)
        self._lay_out()
        self._read_on.clicked.connect(self._open)
        self._fold.clicked.connect(self._on_fold)
        state.choice_changed.connect(self._show)
        state.language_changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._heading)
        top.addStretch()
        top.addWidget(self._fold)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        layout.setContentsMargins(_SIDE, _TOP, 12, _BOTTOM)
        layout.addLayout(top)
        layout.addSpacing(2)
        layout.addWidget(self._about)
        layout.addWidget(self._read_on, alignment=Qt.AlignmentFlag.AlignLeft)

    # -- folding ----------------------------------------------------------------------------------------------------

    @property
    def is_folded(self) -> bool:
        """Only its first lines are shown."""
        return self._is_tight and not self.is_wanted_whole and len(self._lines()) > self._most_lines

    def height_when_whole(self, width: int) -> int:
        """What it would take of a column `width` wide, in pixels, if it were not folded."""
        room = width - _SIDE - 12
        read_on = 0 if self._read_on.isHidden() and not self.is_folded else self._read_on.sizeHint().height() + 4
        return _TOP + self._heading.sizeHint().height() + 10 + self._whole.heightForWidth(room) + read_on + _BOTTOM

    def set_room(self, room: int, width: int) -> None:
        """Takes so many pixels of a column if it can; it folds then, unless the user has unfolded it."""
        whole = self.height_when_whole(width)
        line = self._whole.heightForWidth(width - _SIDE - 12) / max(len(self._lines()), 1)
        most = max(FOLDED_LINES, int((room - _TOP - self._fold.sizeHint().height() - 10 - _BOTTOM) / line))
        if (whole > room, most) != (self._is_tight, self._most_lines):
            self._is_tight, self._most_lines = whole > room, most
            self._show_text()

    def _on_fold(self) -> None:
        self.is_wanted_whole = not self.is_wanted_whole
        self._show_text()

    def _lines(self) -> list[str]:
        """The words as they break into lines."""
        layout = QTextLayout(say(self._state.card.about), self._about.font())
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(self._about.width(), 1))
            lines.append(layout.text()[line.textStart() : line.textStart() + line.textLength()])
        layout.endLayout()
        return lines

    def _show_text(self) -> None:
        whole, lines = say(self._state.card.about), self._lines()
        most = self._most_lines
        is_folded = self._is_tight and not self.is_wanted_whole and len(lines) > most
        shown = whole
        if is_folded:
            rest = whole[sum(map(len, lines[: most - 1])) :]
            metrics = self._about.fontMetrics()
            last = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self._about.width() - 2)
            shown = "".join(lines[: most - 1]) + last
        self._about.setText(_paragraph(shown))
        self._about.setAccessibleName(whole)
        self._about.setToolTip(whole if is_folded else "")
        self._fold.setVisible(self._is_tight and len(lines) > most)
        self._fold.setText(tr("architectures.unfold" if is_folded else "architectures.fold"))
        self._fold.setToolTip(tr("architectures.unfold_tip" if is_folded else "architectures.fold_tip"))
        self._read_on.setVisible(bool(self._state.card.reference) and not is_folded)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        card = self._state.card
        self._heading.setText(tr("architectures.idea").upper())
        self._whole.setText(_paragraph(say(card.about)))
        self._read_on.setText(tr("architectures.read_on"))
        self._read_on.setToolTip(f"{say(card.sources)}\n{say(card.references)}")
        self._show_text()

    def _open(self) -> None:
        elsewhere.show_page(self._state, say(self._state.card.references))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._soon.start()  # not now: within a change of the style sheet, setting a text would crash Qt


def _passage(parent: QWidget) -> QLabel:
    label = QLabel(parent, wordWrap=True, alignment=Qt.AlignmentFlag.AlignTop)
    label.setProperty("role", "idea")
    return label


def _paragraph(words: str) -> str:
    return f'<p style="line-height: 135%">{html.escape(words)}</p>'
