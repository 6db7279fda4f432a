"""The command palette: type a few letters of what is to be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QDialog, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from explorer.gui import theme
from explorer.gui.text import tr

WIDTH, ROWS = 480, 10


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done: its key, words, keyboard shortcut (or "") and what else it is found by."""

    key: str
    words: str
    shortcut: str
    icon: QIcon
    also: str = ""


class PaletteDialog(QDialog):
    """Finds a command.

    Signals:
        picked(str): Do the command with this key.
    """

    picked = Signal(str)

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._commands = commands
        self._blank = _blank()
        self._field = QLineEdit(placeholderText=tr("window.palette_hint"))
        self._field.setProperty("role", "search")
        self._field.setAccessibleName(tr("window.action_app_palette"))
        self._field.addAction(theme.icon("search", "faint", 16), QLineEdit.ActionPosition.LeadingPosition)
        self._list = _list()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        self._field.textChanged.connect(self._fill)
        self._field.returnPressed.connect(self._pick)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._pick)
        self._fill()
        self.setFixedSize(WIDTH, 16 + 36 + ROWS * 30)
        self._field.setFocus()  # a popup gives the keys to what has the focus in it, and chooses none by itself

    def _fill(self) -> None:
        self._list.clear()
        for command in find(self._commands, self._field.text()):
            item = QTreeWidgetItem(self._list, [command.words, command.shortcut])
            item.setIcon(0, self._blank if command.icon.isNull() else command.icon)
            item.setForeground(1, theme.colour("faint"))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, Qt.ItemDataRole.UserRole, command.key)
        self._move(0)

    def _pick(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.close()
            self.picked.emit(item.data(0, Qt.ItemDataRole.UserRole))

    def _move(self, row: int) -> None:
        item = self._list.topLevelItem(row % max(self._list.topLevelItemCount(), 1))
        if item is not None:
            self._list.setCurrentItem(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}.get(event.key(), 0)
            if step:
                self._move(self._list.currentIndex().row() + step)
                return True
        return super().eventFilter(watched, event)


def _list() -> QTreeWidget:
    made = QTreeWidget()
    made.setAccessibleName(tr("window.palette_list"))
    made.setColumnCount(2)
    made.setColumnWidth(0, WIDTH - 140)
    made.setHeaderHidden(True)
    made.setRootIsDecorated(False)
    made.setIndentation(0)
    made.setUniformRowHeights(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # one types on after a click
    return made


def _blank() -> QIcon:
    """Takes the room of an icon, so that all words begin at the same place."""
    pixmap = QPixmap(18, 18)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)


def find(commands: Sequence[Command], words: str) -> list[Command]:
    """The commands in which every word occurs; those whose own words begin with it first."""
    wanted = words.casefold().split()
    found = [command for command in commands if all(word in _haystack(command) for word in wanted)]
    return sorted(found, key=lambda command: not command.words.casefold().startswith(words.casefold().strip()))


def _haystack(command: Command) -> str:
    return f"{command.words} {command.also}".casefold()
