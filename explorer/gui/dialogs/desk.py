"""Opens the dialogs of the window, whose modules are imported with that: the window is there sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from explorer import catalogue, paths
from explorer.gui import elsewhere, theme
from explorer.gui.text import say, tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.gui.actions import ActionSet
    from explorer.gui.dialogs.palette import Command
    from explorer.gui.state import AppState

_NATIVE = QKeySequence.SequenceFormat.NativeText
_ACTIONS = {"pick": "search.architecture", "train": "run.start", "compare": "workspace.compare"}  # of the first steps
_PAGES = {"read": "layer", "look": "maps"}


class DialogDesk(QObject):
    """Makes each dialog when it is asked for; `set_actions` comes first.

    Signals:
        page_wanted(str): This page of the inspector is to be shown.
    """

    page_wanted = Signal(str)

    def __init__(self, state: AppState, window: QWidget) -> None:
        super().__init__(window)
        self._state, self._window = state, window
        self._actions: ActionSet | None = None

    def set_actions(self, actions: ActionSet) -> None:
        """Gives what the palette and the key sheet list."""
        self._actions = actions

    def open_palette(self) -> None:
        from explorer.gui.dialogs.palette import PaletteDialog

        dialog = PaletteDialog(self._commands(), self._window)
        dialog.picked.connect(self._on_picked)
        dialog.move(self._window.mapToGlobal(self._window.rect().center()) - dialog.rect().center())
        dialog.show()

    def open_first_steps(self) -> None:
        from explorer.gui.dialogs.first_steps import FirstStepsDialog

        dialog = self._window.findChild(FirstStepsDialog)
        if dialog is None:
            dialog = FirstStepsDialog(self._window)
            dialog.wanted.connect(self._on_step)
        dialog.show()
        dialog.activateWindow()

    def open_shortcuts(self) -> None:
        from explorer.gui.dialogs import key_sheet
        from explorer.gui.dialogs.shortcuts import ShortcutsDialog

        assert self._actions is not None
        for old in self._window.findChildren(ShortcutsDialog):
            old.close()
        dialog = ShortcutsDialog([*self._actions.sheet(), *key_sheet.places()], self._window)
        dialog.show()
        dialog.activateWindow()

    def open_about(self) -> None:
        from explorer.gui.dialogs.about import AboutDialog

        device = self._state.device
        AboutDialog(self._window.windowIcon(), "" if device is None else say(device), self._window).show()

    def open_files(self) -> None:
        """Shows the folder of the runs in the file manager."""
        paths.runs().mkdir(parents=True, exist_ok=True)
        elsewhere.show_folder(self._state, paths.runs())

    def _commands(self) -> list[Command]:
        """What can be done now, and every architecture."""
        from explorer.gui.dialogs.palette import Command

        assert self._actions is not None
        commands = [
            Command(action.id, made.text().rstrip("…"), made.shortcut().toString(_NATIVE), made.icon())
            for action, made in self._actions.usable()
            if action.id != "app.palette"
        ]
        icon = theme.icon("stack-2", "secondary", 16)
        for card in (*catalogue.cards().values(), *(model.card for model in catalogue.own_models())):
            key = "window.palette_zoo" if card.family == catalogue.ZOO else "window.palette_architecture"
            words = tr(key, title=say(card.titles))
            commands.append(Command(card.name, words, str(card.year), icon, also=card.name))
        return commands

    def _on_step(self, step: str) -> None:
        assert self._actions is not None
        if step in _PAGES:
            self.page_wanted.emit(_PAGES[step])
        else:
            self._actions[_ACTIONS[step]].trigger()
        self._window.activateWindow()

    def _on_picked(self, key: str) -> None:
        assert self._actions is not None
        if key in catalogue.cards() or catalogue.own(key) is not None:
            self._state.set_choice(catalogue.find(key).default_choice())
        else:
            self._actions[key].trigger()
