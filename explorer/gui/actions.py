"""All that can be done from a menu, as a table: menus, shortcuts, the palette and the key sheet are made of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from explorer.gui import theme
from explorer.gui.state import AppState
from explorer.gui.text import tr

When = Callable[[AppState], bool]


def _always(state: AppState) -> bool:
    return True


def _can_start(state: AppState) -> bool:
    return state.training is None and not (state.is_own_model and state.has_misfit)


def _is_training(state: AppState) -> bool:
    return state.training is not None


def _has_graph(state: AppState) -> bool:
    return state.graph is not None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do; its words are `window.action_ID` with `_` for the dot.

    Attributes:
        group: Of actions of which one holds at a time, such as the themes.
        is_toggle: It is on or off; its handler is given which.
    """

    id: str
    menu: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    when: When = _always
    group: str = ""
    is_toggle: bool = False

    @property
    def key(self) -> str:
        return f"window.action_{self.id.replace('.', '_')}"


MENUS = ("file", "run", "view", "panels", "theme", "language", "help")
SUBMENUS = {"panels": "view", "theme": "view", "language": "view"}
SEPARATOR = None

ACTIONS: tuple[Action | None, ...] = (
    Action("image.open", "file", ("Ctrl+O",), "folder-open"),
    Action("image.paste", "file", ("Ctrl+V",), "clipboard"),
    Action("model.open", "file", ("Ctrl+Shift+O",), "file"),
    SEPARATOR,
    Action("graph.export", "file", ("Ctrl+E",), "download", _has_graph),
    SEPARATOR,
    Action("app.quit", "file", ("Ctrl+Q",), "power"),
    Action("run.start", "run", ("Ctrl+R",), "player-play", _can_start),
    Action("run.pause", "run", ("Ctrl+P",), "player-pause", _is_training),
    Action("run.stop", "run", ("Ctrl+.",), "player-stop", _is_training),
    Action("search.architecture", "view", ("Ctrl+L",), "search"),
    Action("search.layer", "view", ("Ctrl+F",), "focus-2", _has_graph),
    Action("app.palette", "view", ("Ctrl+K",), "command"),
    SEPARATOR,
    Action("workspace.explore", "view", ("Alt+1",), group="workspace"),
    Action("workspace.compare", "view", ("Alt+2",), group="workspace"),
    Action("workspace.labs", "view", ("Alt+3",), group="workspace"),
    SEPARATOR,
    Action("zoom.in", "view", ("Ctrl++", "Ctrl+="), "zoom-in", _has_graph),
    Action("zoom.out", "view", ("Ctrl+-",), "zoom-out", _has_graph),
    Action("zoom.whole", "view", ("Ctrl+0",), "arrows-maximize", _has_graph),
    SEPARATOR,
    Action("panel.left", "panels", ("Ctrl+1",), is_toggle=True),
    Action("panel.right", "panels", ("Ctrl+2",), is_toggle=True),
    Action("panel.bottom", "panels", ("Ctrl+3",), is_toggle=True),
    SEPARATOR,
    Action("panel.float_left", "panels", is_toggle=True),
    Action("panel.float_right", "panels", is_toggle=True),
    Action("panel.float_bottom", "panels", is_toggle=True),
    SEPARATOR,
    Action("panel.reset", "panels", ("Ctrl+Shift+0",), "layout-board-split"),
    Action("theme.system", "theme", group="theme"),
    Action("theme.dark", "theme", group="theme"),
    Action("theme.light", "theme", group="theme"),
    Action("language.system", "language", group="language"),
    Action("language.en", "language", group="language"),
    Action("language.zh", "language", group="language"),
    Action("app.full_screen", "view", ("F11",), "maximize", is_toggle=True),
    Action("app.first_steps", "help", (), "help"),
    Action("app.shortcuts", "help", ("F1",), "keyboard"),
    Action("app.files", "help", (), "folder"),
    Action("app.about", "help", (), "info-circle"),
)


class ActionSet(QObject):
    """The table as Qt actions of a window, in menus, in the language, colours and state of the moment."""

    def __init__(self, state: AppState, window: QWidget, handlers: Mapping[str, Callable[..., object]]) -> None:
        super().__init__(window)
        self._state = state
        self._window = window
        self.menu = QMenu(window)
        self._menus = {name: QMenu(self.menu) for name in MENUS}
        self._groups: dict[str, QActionGroup] = {}
        self._made: dict[str, QAction] = {}
        self._handlers = handlers
        self._fill()
        for signal in (state.choice_changed, state.graph_changed, state.training_changed, state.ready_changed):
            signal.connect(self.update_enabled)
        state.language_changed.connect(self.update_words)
        state.theme_changed.connect(self.update_icons)
        self.update_words()
        self.update_icons()
        self.update_enabled()

    def __getitem__(self, action_id: str) -> QAction:
        return self._made[action_id]

    def usable(self) -> Sequence[tuple[Action, QAction]]:
        """What can be done now, in the order of the table."""
        return [(action, self._made[action.id]) for action in ACTIONS if action and self._made[action.id].isEnabled()]

    def sheet(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """For each menu its title, and words and shortcut of its actions that have one."""
        native = QKeySequence.SequenceFormat.NativeText
        rows: dict[str, list[tuple[str, str]]] = {name: [] for name in MENUS}
        for action in filter(None, ACTIONS):
            if action.shortcuts:
                made = self._made[action.id]
                rows[action.menu].append((made.text().rstrip("…"), made.shortcut().toString(native)))
        return [(self._menus[name].title(), keys) for name, keys in rows.items() if keys]

    def _fill(self) -> None:
        last = ""
        for action in ACTIONS:
            if action is None:
                self._menus[last].addSeparator()
                continue
            last = action.menu
            made = self._make(action)
            made.triggered.connect(self._on_triggered)
            self._menus[action.menu].addAction(made)
            self._window.addAction(made)  # the shortcut works whether or not the menu was opened
        for name in MENUS:
            parent = self._menus[SUBMENUS[name]] if name in SUBMENUS else self.menu
            parent.addMenu(self._menus[name])

    def _make(self, action: Action) -> QAction:
        made = QAction(self)
        made.setObjectName(action.id)
        made.setShortcuts([QKeySequence(shortcut) for shortcut in action.shortcuts])
        made.setProperty("isToggle", action.is_toggle)
        made.setCheckable(action.is_toggle or bool(action.group))
        if action.group:
            group = self._groups.setdefault(action.group, QActionGroup(self))
            group.addAction(made)
        self._made[action.id] = made
        return made

    def _on_triggered(self, is_on: bool) -> None:
        made = self.sender()
        handler = self._handlers[made.objectName()]
        if made.property("isToggle"):
            handler(is_on)
        else:
            handler()

    def update_words(self) -> None:
        for name, menu in self._menus.items():
            menu.setTitle(tr(f"window.menu_{name}"))
        for action in filter(None, ACTIONS):
            self._made[action.id].setText(tr(action.key))

    def update_icons(self) -> None:
        for action in filter(None, ACTIONS):
            if action.icon:
                self._made[action.id].setIcon(theme.icon(action.icon, "secondary", 16))

    def update_enabled(self) -> None:
        for action in filter(None, ACTIONS):
            self._made[action.id].setEnabled(action.when(self._state))
