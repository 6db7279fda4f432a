"""One of the networks: which it is, its settings, and its graph."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from explorer.graph import labels
from explorer.graph.colouring import ColourBy
from explorer.graph.picture import Picture
from explorer.gui import theme
from explorer.gui.services.comparing import in_short
from explorer.gui.services.opening import Opening
from explorer.gui.services.view_memory import ViewMemory
from explorer.gui.state import AppState
from explorer.gui.text import say, tr
from explorer.gui.widgets.frames.popover import Popover
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.facts import summary
from explorer.gui.widgets.graph.sheet import Sheet, Target
from explorer.gui.widgets.graph.view import GraphView
from explorer.gui.widgets.tables.row_list import ITEM_ROLE, Row, RowList
from explorer.gui.widgets.words.elided_label import ElidedLabel

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph

Chooser = Callable[[AppState], QWidget]  # makes a widget in which the choice of a state is made

NAMES = ("compareLeft", "compareRight", "compareThird", "compareFourth")
BAR_HEIGHT = 44
_NARROWEST = 210  # px; of a side
_GAP = 6  # px between the arrow of a button and its words
_LEAST = 24  # px; of the words of a button
_NARROW = 330  # px; with less, things stand closer
_TOP_ROOM = 20.0
_SMALL = 60  # nodes of a graph that is shown layer by layer at first: closed blocks say little of what differs
_LIST_SIZE, _FORM_WIDTH = QSize(340, 480), 292


class GraphSide(QWidget):
    """The graph of `state.graph` under a bar in which another network can be chosen.

    Signals:
        Each begins with the place of this side.
        picked(int, Target | None), toggle_requested(int, Target): As `GraphView`.
        moved(int): The user sees another part of the graph.
        drawn(int, bool): There is another picture, of another graph or of the same; it has no marks yet.
        removal_requested(int): The network is to be taken out of the comparison.
    """

    picked = Signal(int, object)
    toggle_requested = Signal(int, object)
    moved = Signal(int)
    drawn = Signal(int, bool)
    removal_requested = Signal(int)

    _beside = 0, 0  # px that are kept free at the ends of the bar

    def __init__(self, place: int, state: AppState, list_of: Chooser, form_of: Chooser) -> None:
        super().__init__()
        name = NAMES[place]
        self.setObjectName(name)
        self._place = place
        self.state = state
        self._graph: LayerGraph | None = None
        self._is_drawing = False
        self._was_shown = False
        self._told: tuple[str, ...] = ()  # the figures in words, and shorter
        self.opening = Opening(ViewMemory(), self, small=_SMALL)
        self.view = GraphView(self)
        self.view.setObjectName(f"{name}Graph")
        self.view.top_room = _TOP_ROOM
        self.network = _selector(f"{name}Network")
        self.settings = _selector(f"{name}Settings")
        self.remove = _button(f"{name}Remove")
        self.remove.hide()
        self._list = Popover(lambda: self._made_list(list_of), self.network, size=_LIST_SIZE)
        self._form = Popover(lambda: form_of(state), self.settings, size=QSize(_FORM_WIDTH, 0))
        self._figures = ElidedLabel()
        self._figures.setProperty("role", "secondary")
        self._figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._note = QLabel(self, wordWrap=True)
        self._note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.view.set_covers((self._note,))
        self.setFocusProxy(self.view)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show_graph()

    def _lay_out(self) -> None:
        bar = QFrame()
        bar.setProperty("role", "header")
        bar.setFixedHeight(BAR_HEIGHT)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.network)
        row.addWidget(self.settings)
        row.addWidget(self._figures, 1)
        row.addWidget(self.remove)
        self._bar = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.view)

    def leave_room(self, left: int, right: int) -> None:
        """Keeps so many pixels more free at the ends of the bar."""
        self._beside = left, right
        self._fit_bar()

    def set_is_removable(self, is_removable: bool) -> None:
        self.remove.setVisible(is_removable)
        self._fit_bar()

    def _connect(self) -> None:
        state, view = self.state, self.view
        state.graph_changed.connect(self._show_graph)
        state.graph_note_changed.connect(self._show_note)
        state.choice_changed.connect(self._show_choice)
        state.language_changed.connect(self.retranslate)
        state.theme_changed.connect(self._restyle)
        view.picked.connect(self._on_picked)
        view.toggle_requested.connect(self._on_toggled)
        view.undo_requested.connect(self.opening.undo)
        view.redo_requested.connect(self.opening.redo)
        view.moved.connect(self._on_moved)
        self.opening.drawn.connect(self._on_drawn)
        self.network.clicked.connect(self.open_list)
        self.settings.clicked.connect(self._form.open)
        self.remove.clicked.connect(self._on_remove)

    def _made_list(self, list_of: Chooser) -> QWidget:
        made = list_of(self.state)
        for rows in made.findChildren(RowList):
            rows.clicked.connect(self._on_row_clicked)
        return made

    def _on_row_clicked(self, index: QModelIndex) -> None:
        if isinstance(index.data(ITEM_ROLE), Row):
            self._list.close()

    def open_list(self) -> None:
        """Opens the list of networks, with the cursor in its search."""
        self._list.open()
        search = self._list.findChild(QLineEdit)
        if search is not None:
            search.setFocus(Qt.FocusReason.PopupFocusReason)
            search.selectAll()

    # -- the graph --------------------------------------------------------------------------------------------------

    @property
    def is_drawn(self) -> bool:
        """The graph that is seen is the present one; its picture may still be under way."""
        sheet = self.view.graph_scene.sheet
        return sheet is not None and sheet.graph is self.state.graph

    def _show_graph(self) -> None:
        self._graph = self.state.graph
        self.opening.show(self._graph)
        if self._graph is None:
            self.view.begin(None)
        self._show_choice()
        self._show_note()

    def _on_drawn(self, picture: Picture, block: int) -> None:
        graph, scene = self._graph, self.view.graph_scene
        assert graph is not None
        self._is_drawing = True
        before = None if scene.sheet is None else scene.sheet.graph
        if before is not graph:
            self.view.begin(Sheet(graph, Colouring(graph, ColourBy.TYPE)))
            self.view.draw(picture)
            if before is None or before.architecture != graph.architecture:
                self.view.show_top()
        else:
            scene.mark({})  # boxes may stand for other layers now
            self.view.draw(picture) if block < 0 else self.view.redraw(picture, block)
        self._is_drawing = False
        self.drawn.emit(self._place, before is not graph)

    def _on_moved(self) -> None:
        if not self._is_drawing:
            self.moved.emit(self._place)

    def _on_picked(self, target: Target | None) -> None:
        self.picked.emit(self._place, target)

    def _on_toggled(self, target: Target) -> None:
        self.toggle_requested.emit(self._place, target)

    def _on_remove(self) -> None:
        self.removal_requested.emit(self._place)

    def select(self, target: Target | None) -> None:
        self.view.graph_scene.select(target)
        is_told = target is not None and self._graph is not None
        self.view.setAccessibleDescription(summary(self._graph, target) if is_told else "")  # type: ignore[arg-type]

    # -- the bar ----------------------------------------------------------------------------------------------------

    def _show_choice(self) -> None:
        choice, graph = self.state.choice, self.state.graph
        is_known = graph is not None and graph.architecture == choice.architecture
        self._told = ()
        if graph is not None and is_known:
            params, macs = labels.count(graph.params), labels.count(graph.macs)
            self._told = (tr("compare.figures", params=params, macs=macs), f"{params} · {macs}")
        self._fit_bar()

    def _fit_bar(self) -> None:
        """Says as much as there is room for: the name first, then the input size, all settings, and the figures.

        Of more than two networks the table below has a column of figures for each, and no bar has them.
        """
        title, settings = say(self.state.card.titles), in_short(self.state.choice)
        metrics = self.network.fontMetrics()
        self.settings.setText("")
        self.network.setText("")
        edge = 12 if self.width() > _NARROW else 6
        self._bar.setContentsMargins(edge + self._beside[0], 0, edge + self._beside[1], 0)
        self._bar.setSpacing(8 if self.width() > _NARROW else 5)
        taken = 2 * edge + sum(self._beside) + 3 * self._bar.spacing()
        buttons = [self.network, self.settings, *([] if self.remove.isHidden() else [self.remove])]
        room = self.width() - taken - sum(button.sizeHint().width() for button in buttons) - 2 * _GAP
        name = metrics.elidedText(title, Qt.TextElideMode.ElideRight, max(room, _LEAST))
        room -= metrics.horizontalAdvance(name)
        shape = labels.shape(self.state.choice.input_shape)
        told = next((words for words in (settings, shape) if metrics.horizontalAdvance(words) <= room), "")
        room -= metrics.horizontalAdvance(told)
        self.network.setText(name)
        self.settings.setText(told)
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if told else Qt.ToolButtonStyle.ToolButtonIconOnly
        self.settings.setToolButtonStyle(style)
        figures = self._figures.fontMetrics()
        told_here = self._told if self.remove.isHidden() else ()
        self._figures.setText(next((words for words in told_here if figures.horizontalAdvance(words) <= room), ""))
        for button, words, key in ((self.network, title, "network"), (self.settings, settings, "settings")):
            shown = "" if button.text() == words else f"{words}\n"
            button.setToolTip(f"{shown}{tr(f'compare.{key}_tip')}")

    def _show_note(self) -> None:
        note = self.state.graph_note
        words = say(note.text) if note is not None else tr("graph.empty") if self._graph is None else ""
        self._note.setText(words)
        self._note.setVisible(bool(words))
        theme.set_state(self._note, "error" if note is not None and note.is_problem else "secondary", "role")
        self._place_note()

    def _place_note(self) -> None:
        self._note.setFixedWidth(max(min(self.width() - 24, 420), 120))
        self._note.adjustSize()
        self._note.move(12, BAR_HEIGHT + 10)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_note()
        self._fit_bar()

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:  # the graph was drawn before there was a window to fit it into
            self._was_shown = True
            QTimer.singleShot(0, self.view, self.view.show_top)

    def _restyle(self) -> None:
        icons = ((self.network, "chevron-down"), (self.settings, "adjustments-horizontal"), (self.remove, "x"))
        for button, icon in icons:
            button.setIcon(theme.icon(icon, "secondary", 16))
        self.view.restyle()

    def retranslate(self) -> None:
        word = tr("compare.side", place=self._place + 1)
        self.setAccessibleName(word)
        self.view.setAccessibleName(tr("compare.graph_name", side=word))
        for button, key in ((self.network, "network"), (self.settings, "settings")):
            button.setAccessibleName(tr(f"compare.{key}_name", side=word))
        self.remove.setAccessibleName(tr("compare.remove_name", side=word))
        self.remove.setToolTip(tr("compare.remove_tip"))
        self._show_choice()
        self._show_note()
        self._restyle()


def _button(name: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setProperty("role", "floating")
    button.setIconSize(QSize(16, 16))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _selector(name: str) -> QToolButton:
    button = _button(name)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow behind the words
    return button
