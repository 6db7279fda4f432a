"""The strip at the top: which network, its totals, what is being done, the workspace, device, language and theme."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton

from explorer import paths
from explorer.bilingual import Text
from explorer.graph import labels
from explorer.gui import theme
from explorer.gui.state import AppState
from explorer.gui.text import language, say, tr
from explorer.gui.widgets.fields.segmented import Segmented
from explorer.gui.widgets.words import numerals
from explorer.gui.widgets.words.elided_label import ElidedLabel
from explorer.gui.widgets.words.pill import Pill

HEIGHT, LEAST_WIDTH = 52, 800
WORKSPACES = ("explore", "compare", "labs")
_SPACING = 8
_LEAST_STATUS = 48  # px
_REST = 49  # px; margins, and the line behind the name of the program
_STEPS = 3  # of words that get shorter


class HeaderPanel(QFrame):
    """Shows what holds for the whole network and the whole program.

    Signals:
        theme_picked(str), language_picked(str), workspace_picked(str): The user wants another one.
    """

    theme_picked = Signal(str)
    language_picked = Signal(str)
    workspace_picked = Signal(str)

    def __init__(self, state: AppState, menu: QMenu) -> None:
        super().__init__()
        self._state = state
        self._busy: Text | None = None
        self.setObjectName("header")
        self.setProperty("role", "header")
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(LEAST_WIDTH)  # else figures that are shown now would keep the window from getting narrower
        self._brand = _label("brand", paths.APP_NAME)
        self._line = QFrame()
        self._title = _label("title")
        self._pills = {name: Pill() for name in ("params", "macs", "activations", "input")}
        for name, pill in self._pills.items():
            pill.setObjectName(f"{name}Pill")
        self._status = ElidedLabel()
        self._status.setObjectName("statusText")
        self._status.setProperty("role", "caption")
        self._status.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._workspaces = Segmented(WORKSPACES)
        self._workspaces.setObjectName("workspaceSwitch")
        self._device = _label("pill")
        self._device.setObjectName("devicePill")
        self._device.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._language = _button("languageButton")
        self._theme = _button("themeButton")
        self._menu = _button("menuButton")
        self._menu.setMenu(menu)
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._lay_out()
        self._connect()
        self._show_all()

    def _lay_out(self) -> None:
        line = self._line
        line.setProperty("role", "upright-line")
        line.setFixedHeight(20)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 12, 0)
        layout.setSpacing(_SPACING)
        layout.addWidget(self._brand)
        layout.addSpacing(4)
        layout.addWidget(line)
        layout.addSpacing(4)
        layout.addWidget(self._title)
        layout.addSpacing(4)
        for pill in self._pills.values():
            layout.addWidget(pill)
        layout.addWidget(self._status, 1)
        for widget in (self._workspaces, self._device, self._language, self._theme, self._menu):
            layout.addWidget(widget)

    def _connect(self) -> None:
        state = self._state
        state.choice_changed.connect(self._show_network)
        state.graph_changed.connect(self._show_network)
        state.device_changed.connect(self._show_device)
        state.status_changed.connect(self._show_status)
        state.language_changed.connect(self._show_all)
        state.theme_changed.connect(self._show_all)
        self._language.clicked.connect(self._pick_language)
        self._theme.clicked.connect(self._pick_theme)
        self._workspaces.picked.connect(self.workspace_picked)

    def show_workspace(self, name: str) -> None:
        """Marks the workspace `name`; the figures of the one network are there where it is explored."""
        self._workspaces.choose(name)
        for widget in (self._line, self._title):
            widget.setVisible(name == "explore")
        self._fit_pills()

    def open_menu(self) -> None:
        self._menu.showMenu()

    def _show_all(self) -> None:
        self._device.setMinimumWidth(0)
        self._language.setText("EN" if language() == "zh" else "中文")
        self._theme.setIcon(theme.icon("sun" if theme.name() == "dark" else "moon", "secondary", 16))
        self._menu.setIcon(theme.icon("menu-2", "secondary", 16))
        for button, name in ((self._language, "language"), (self._theme, "theme"), (self._menu, "menu")):
            button.setToolTip(tr(f"window.header_{name}"))
            button.setAccessibleName(tr(f"window.header_{name}"))
        self._workspaces.set_words(
            tr("compare.workspace"),
            {name: tr(f"compare.{name}") for name in WORKSPACES},
            {name: tr(f"compare.{name}_tip") for name in WORKSPACES},
        )
        self._show_network()
        self._show_device()

    def _show_network(self) -> None:
        state = self._state
        self._title.setText(say(state.card.titles))
        shape = labels.shape(state.choice.input_shape)
        self._pills["input"].show_figure(shape, *[tr("window.pill_input")] * (_STEPS - 1), "", word_first=True)
        self._pills["input"].setToolTip(tr("window.pill_input_tip"))
        graph = state.graph
        is_known = graph is not None and graph.architecture == state.choice.architecture
        if graph is not None and is_known:
            self._pills["params"].show_figure(labels.count(graph.params), *_words("params"))
            self._pills["macs"].show_figure(labels.count(graph.macs), *_words("macs"))
            self._pills["activations"].show_figure(labels.bytes(graph.activation_bytes), *_words("activations"))
            self._pills["params"].setToolTip(tr("window.pill_params_tip", number=numerals.count(graph.params)))
            self._pills["macs"].setToolTip(tr("window.pill_macs_tip", number=numerals.count(graph.macs)))
            self._pills["activations"].setToolTip(
                tr("window.pill_activations_tip", number=numerals.count(graph.activation_bytes))
            )

        self._fit_pills()

    def _fit_pills(self) -> None:
        """Shows the pills for which there is room, the more important ones first; with shorter words if that helps."""
        graph, state = self._state.graph, self._state
        is_known = graph is not None and graph.architecture == state.choice.architecture
        ends = (self._brand, self._title, self._workspaces, self._device, self._language, self._theme, self._menu)
        widths = [max(widget.sizeHint().width(), widget.minimumWidth()) for widget in ends]
        status = _LEAST_STATUS if self._status.text() else 0
        room = self.width() - sum(width + _SPACING for width in widths) - status - _REST
        meant = [pill for name, pill in self._pills.items() if is_known or name == "input"]
        for step in range(_STEPS):
            for pill in meant:
                pill.shorten(step)
            if sum(pill.sizeHint().width() + _SPACING for pill in meant) <= room:
                break
        for pill in self._pills.values():
            width = pill.sizeHint().width() + _SPACING
            is_shown = pill in meant and width <= room
            room -= width if is_shown else 0
            pill.setVisible(is_shown and self._workspaces.chosen == "explore")

    def _show_device(self) -> None:
        device = self._state.device
        if device is None:  # about as wide as what will be said there: the figures beside it keep their room
            self._device.setText(tr("window.loading"))
            self._status.clear()
        else:
            self._device.setText(f"● {say(device)}")
            self._status.setText("" if self._busy is None else say(self._busy))
        self._device.setMinimumWidth(max(self._device.minimumWidth(), self._device.sizeHint().width()))
        self._fit_pills()  # the switch beside the device stays in its place when that has less to say

    def _show_status(self, status: Text) -> None:
        self._busy = status
        self._show_device()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_pills()

    def _pick_language(self) -> None:
        self.language_picked.emit("en" if language() == "zh" else "zh")

    def _pick_theme(self) -> None:
        self.theme_picked.emit("light" if theme.name() == "dark" else "dark")


def _words(name: str) -> tuple[str, str]:
    """What a figure counts, and shorter."""
    return tr(f"window.pill_{name}"), tr(f"window.pill_{name}_short")


def _label(role: str, words: str = "") -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    return label


def _button(name: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setProperty("role", "pill")
    button.setIconSize(QSize(16, 16))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
