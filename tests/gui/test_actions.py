"""The table of actions: complete, unique, translated; and what is made of it."""

from collections import Counter

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue, paths
from explorer.gui import text
from explorer.gui.actions import ACTIONS, MENUS, SUBMENUS, ActionSet
from explorer.gui.dialogs import key_sheet
from explorer.gui.dialogs.palette import Command, PaletteDialog, find
from explorer.gui.dialogs.shortcuts import ShortcutsDialog, in_columns
from explorer.gui.state import AppState

TABLE = [action for action in ACTIONS if action is not None]


class Log(dict):
    """A handler for every action, which notes what it was called with."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, tuple]] = []
        for action in TABLE:
            self[action.id] = lambda *arguments, name=action.id: self.calls.append((name, arguments))


@pytest.fixture
def state() -> AppState:
    return AppState(catalogue.find("lenet").default_choice())


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def made(qtbot: QtBot, state: AppState, log: Log) -> ActionSet:
    window = QWidget()
    qtbot.addWidget(window)
    return ActionSet(state, window, log)


def test_ids_are_unique() -> None:
    assert [name for name, count in Counter(action.id for action in TABLE).items() if count > 1] == []


def test_shortcuts_are_unique() -> None:
    shortcuts = Counter(shortcut for action in TABLE for shortcut in action.shortcuts)
    assert [shortcut for shortcut, count in shortcuts.items() if count > 1] == []


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.id)
def test_action_has_words_menu_and_icon(action) -> None:
    assert action.key in text.table()
    assert action.menu in MENUS
    assert f"window.menu_{action.menu}" in text.table()
    assert not action.icon or (paths.resources() / "icons" / f"{action.icon}.svg").is_file()


def test_menus_hold_all_actions(made: ActionSet) -> None:
    top = [action.menu() for action in made.menu.actions()]
    titles = [menu.title() for menu in top]
    assert titles == [text.tr(f"window.menu_{name}") for name in MENUS if name not in SUBMENUS]
    held = set()
    for menu in top:
        for action in menu.actions():
            held |= {one.objectName() for one in action.menu().actions()} if action.menu() else {action.objectName()}
    assert {action.id for action in TABLE} <= held


def test_trigger_calls_the_handler(made: ActionSet, log: Log, state: AppState) -> None:
    made["image.open"].trigger()
    made["panel.left"].setChecked(False)
    made["panel.left"].trigger()
    assert log.calls == [("image.open", ()), ("panel.left", (True,))]


def test_enabled_follows_the_state(made: ActionSet, log: Log, state: AppState) -> None:
    assert made["run.start"].isEnabled()
    assert not made["run.stop"].isEnabled()
    assert not made["zoom.in"].isEnabled()
    state.set_training("run")
    assert not made["run.start"].isEnabled()
    assert made["run.stop"].isEnabled()
    assert "run.stop" in [action.id for action, _ in made.usable()]
    assert "run.start" not in [action.id for action, _ in made.usable()]


def test_language_changes_words(made: ActionSet, state: AppState) -> None:
    assert made["image.open"].text() == "Open image…"
    state.set_language("zh")
    assert made["image.open"].text() == "打开图像…"


def test_key_sheet_shows_every_shortcut(qtbot: QtBot, made: ActionSet) -> None:
    sheet = made.sheet()
    assert sum(len(rows) for _, rows in sheet) == sum(1 for action in TABLE if action.shortcuts)
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ShortcutsDialog(sheet, parent)
    assert dialog.windowTitle() == "Keyboard shortcuts"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_key_sheet_has_the_keys_of_each_place_and_fits_a_small_screen(
    qtbot: QtBot, made: ActionSet, state: AppState, language: str
) -> None:
    state.set_language(language)
    sheet = [*made.sheet(), *key_sheet.places()]
    columns = in_columns(sheet, 3)
    assert [group for column in columns for group in column] == sheet
    assert all(columns)
    keys = dict(row for _, rows in key_sheet.places() for row in rows)
    assert "F2" in keys.values()
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ShortcutsDialog(sheet, parent)
    assert dialog.sizeHint().width() <= 1240
    assert dialog.sizeHint().height() <= 640


def _commands(made: ActionSet) -> list[Command]:
    return [Command(action.id, one.text(), "", one.icon()) for action, one in made.usable()]


def test_palette_finds_by_any_words_and_prefers_beginnings(made: ActionSet) -> None:
    commands = _commands(made)
    assert [command.key for command in find(commands, "image open")] == ["image.open"]
    assert find(commands, "p")[0].words.startswith("P")
    assert find(commands, "nothing like this") == []
    assert len(find(commands, "")) == len(commands)


def test_palette_picks_with_the_keys(qtbot: QtBot, made: ActionSet) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QLineEdit

    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = PaletteDialog(_commands(made), parent)
    picked: list[str] = []
    dialog.picked.connect(picked.append)
    field = dialog.findChild(QLineEdit)
    assert dialog.focusWidget() is field  # where a popup sends the keys
    qtbot.keyClicks(field, "image")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert picked == ["image.paste"]
