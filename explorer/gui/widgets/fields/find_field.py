"""A search field that says how many things it found and which of them is shown."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from explorer.gui import theme
from explorer.gui.text import tr

_NARROWEST, _NARROW, _WIDE = 76, 118, 250


class FindField(QLineEdit):
    """Narrow until it has the focus or words in it.

    Signals:
        searched(str): Other words.
        stepped(int): To the next (1) or the last (-1) of what was found.
        left: Escape was pressed.
        asked_for_room: It wants another width than before; what is beside it may have to give way.
    """

    searched = Signal(str)
    stepped = Signal(int)
    left = Signal()
    asked_for_room = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findLayer")
        self.setProperty("role", "floating")
        self._room, self._told = _WIDE, _NARROW
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._count = QLabel(self)
        self._count.setProperty("role", "caption")
        self._count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._count.hide()
        self.textChanged.connect(self._on_text)
        self.restyle()
        self.retranslate()
        self._fit()

    def restyle(self) -> None:
        self._glass.setIcon(theme.icon("search", "faint", 16))

    def retranslate(self) -> None:
        self._ask()
        self.setAccessibleName(tr("graph.find"))
        self.setToolTip(tr("graph.find_tip"))

    def _ask(self) -> None:
        self.setPlaceholderText(tr("graph.find" if self.width() >= _NARROW else "graph.find_short"))

    def show_count(self, place: int, count: int) -> None:
        """Says "3 of 14" (`place` from 1; 0: none shown yet), or that nothing was found."""
        if not self.text().strip():
            words = ""
        elif not count:
            words = tr("graph.found_none")
        elif place:
            words = tr("graph.found_place", place=place, count=count)
        else:
            words = tr("graph.found", count=count)
        self._count.setText(words)
        self._count.setVisible(bool(words))
        self._place_count()

    def _on_text(self, text: str) -> None:
        self._fit()
        self.searched.emit(text)

    def _fit(self) -> None:
        self.setFixedWidth(max(min(self.wanted, self._room), _NARROWEST))
        if self.wanted != self._told:
            self._told = self.wanted
            self.asked_for_room.emit()

    @property
    def is_used(self) -> bool:
        """Somebody types into it, or has."""
        return self.hasFocus() or bool(self.text())

    @property
    def wanted(self) -> int:
        """How wide it would be with room enough."""
        return _WIDE if self.is_used else _NARROW

    def set_room(self, width: int) -> None:
        """Says how wide it may be."""
        if width != self._room:
            self._room = width
            self._fit()

    def _place_count(self) -> None:
        self._count.adjustSize()
        width = self._count.width() if self._count.isVisibleTo(self) else 0
        self._count.move(self.width() - width - 10, (self.height() - self._count.height()) // 2)
        self.setTextMargins(0, 0, width + 4 if width else 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.stepped.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Down:
            self.stepped.emit(1)
        elif event.key() == Qt.Key.Key_Up:
            self.stepped.emit(-1)
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._fit()
        elif event.type() == QEvent.Type.Resize:
            self._place_count()
            self._ask()
        return handled
