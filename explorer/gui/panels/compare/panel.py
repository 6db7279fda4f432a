"""The workspace in which networks are compared: graphs that move together, over a table of their stages."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalMapper, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QFileDialog, QSplitter, QToolButton, QVBoxLayout, QWidget

from explorer.graph.views import Detail
from explorer.gui import file_names, theme
from explorer.gui.panels.compare import stage_rows
from explorer.gui.panels.compare.side import BAR_HEIGHT, Chooser, GraphSide
from explorer.gui.panels.compare.stage_table import StageTable
from explorer.gui.panels.compare.together import Together
from explorer.gui.panels.compare.tools import CompareTools
from explorer.gui.services.comparing import FEWEST, MOST, Comparing
from explorer.gui.services.comparison_drawing import ComparisonDrawing
from explorer.gui.state import AppState
from explorer.gui.text import say, table, tr

_SWAP = 34  # px; side of a button between the bars


class ComparePanel(QWidget):
    """Two networks or more side by side.

    Args:
        list_of, form_of: Make the list in which a network is chosen, and the form of its settings.
    """

    def __init__(self, state: AppState, list_of: Chooser, form_of: Chooser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareView")
        self._state = state
        self._list_of, self._form_of = list_of, form_of
        self._together = Together()
        self._graphs: list[GraphSide] = []  # with those that wait for the next network
        self._swaps: list[QToolButton] = []  # each between a graph and the one before it
        self._swapping = QSignalMapper(self)
        self.comparing = Comparing(state, self)
        self._drawing = ComparisonDrawing(state, self)
        self.tools = CompareTools()
        self.stages = StageTable()
        self._halves = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._lay_out()
        self._connect()
        self._show_sides()
        self._retranslate()
        self.tools.show_zoom(self.left.view.zoom)
        self._show_comparison()

    @property
    def sides(self) -> tuple[GraphSide, ...]:
        """The reference first."""
        return tuple(self._graphs[: len(self.comparing.sides)])

    @property
    def left(self) -> GraphSide:
        return self._graphs[0]

    @property
    def right(self) -> GraphSide:
        return self._graphs[1]

    # -- putting together -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        parts = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        parts.addWidget(self._halves)
        parts.addWidget(self._lower())
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setSizes([600, 400])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def _lower(self) -> QWidget:
        lower = QWidget()
        lower.setProperty("role", "panel")
        rows = QVBoxLayout()
        rows.setContentsMargins(4, 0, 0, 0)  # the words of the first column begin under those of the tools
        rows.addWidget(self.stages)
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addLayout(rows)
        return lower

    def _show_sides(self) -> None:
        """A graph for each network, and between each two a button that swaps them."""
        states = self.comparing.sides
        while len(self._graphs) < len(states):
            self._add_graph(states[len(self._graphs)])
        count, before = len(states), len(self._together.sides)
        for place, graph in enumerate(self._graphs):
            graph.setVisible(place < count)
            graph.set_is_removable(count > FEWEST)
            graph.leave_room(_SWAP // 2 + 2 if place else 0, _SWAP // 2 + 2 if place < count - 1 else 0)
        for place, swap in enumerate(self._swaps, start=1):
            swap.setVisible(place < count)
        if count != before:
            self._halves.setSizes([1000] * len(self._graphs))
        self.tools.add.setEnabled(count < MOST)
        self._together.show(self.sides, None)
        self._place_swaps()

    def _add_graph(self, state: AppState) -> None:
        place = len(self._graphs)
        graph = GraphSide(place, state, self._list_of, self._form_of)
        if place == 0:
            self.setFocusProxy(graph)
        else:  # before the graph has a place: the button follows it
            self._swaps.append(self._swap_button(place))
            graph.installEventFilter(self)
            graph.view.set_zoom(self._graphs[0].view.zoom)
        self._graphs.append(graph)
        self._halves.addWidget(graph)
        self._halves.setStretchFactor(place, 1)
        self._connect_side(graph)

    def _swap_button(self, place: int) -> QToolButton:
        swap = QToolButton(self)
        swap.setObjectName("compareSwap" if place == 1 else f"compareSwap{place}")
        swap.setProperty("role", "floating")
        swap.setIconSize(QSize(16, 16))
        swap.setIcon(_swap_icon())
        swap.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        swap.setFixedWidth(_SWAP)
        swap.setAccessibleName(tr("compare.swap"))
        swap.setToolTip(tr("compare.swap_tip"))
        self._swapping.setMapping(swap, place - 1)
        swap.clicked.connect(self._swapping.map)
        swap.raise_()
        return swap

    def _connect_side(self, graph: GraphSide) -> None:
        graph.picked.connect(self._together.pick)
        graph.toggle_requested.connect(self._together.toggle)
        graph.moved.connect(self._on_moved)
        graph.drawn.connect(self._on_drawn)
        graph.opening.changed.connect(self._show_detail)
        graph.view.zoom_changed.connect(self.tools.show_zoom)
        graph.removal_requested.connect(self.comparing.remove)

    def _connect(self) -> None:
        state, tools = self._state, self.tools
        self.comparing.changed.connect(self._show_comparison)
        self.comparing.sides_changed.connect(self._show_sides)
        self.comparing.same_input_changed.connect(self._show_same_input)
        self._swapping.mappedInt.connect(self.comparing.swap)
        self.stages.stage_picked.connect(self._together.go_to)
        tools.detail_chosen.connect(self.set_detail)
        tools.zoomed.connect(self.zoom)
        tools.link_switched.connect(self._link)
        tools.copy_requested.connect(self.copy)
        tools.drawing_requested.connect(self._ask_for_file)
        tools.network_requested.connect(self.comparing.add)
        tools.same_input_switched.connect(self.comparing.set_same_input)
        state.language_changed.connect(self._retranslate)
        state.theme_changed.connect(self._restyle)
        self.stages.copy_wanted.connect(self._copy_as_markdown)

    def close_services(self) -> None:
        """Waits for the workers; call it once, before the program ends."""
        self.comparing.close()
        self._drawing.close()
        for graph in self._graphs:
            graph.opening.close()

    # -- the comparison ---------------------------------------------------------------------------------------------

    def _show_comparison(self) -> None:
        comparison, together = self.comparing.comparison, self._together
        self.stages.show_comparison(comparison)
        self.tools.set_has_comparison(comparison is not None)
        together.show(self.sides, comparison)
        if together.counterparts is None:
            self.tools.legend.show_counts([])
        else:
            names = self.comparing.names()
            counts = together.counterparts.counts()
            self.tools.legend.show_counts([(change, names[side], count) for change, side, count in counts])
        self._show_detail()

    def _is_shown(self, side: int) -> bool:
        return side < len(self._together.sides)

    def _on_drawn(self, side: int, is_new: bool) -> None:
        if self._is_shown(side):
            self._together.on_drawn(side, is_new=is_new)
            self._show_detail()

    def _on_moved(self, side: int) -> None:
        if self._is_shown(side):
            self._together.on_moved(side)

    def _show_same_input(self) -> None:
        self.tools.same_input.setChecked(self.comparing.is_same_input)

    def _link(self, is_linked: bool) -> None:
        self._together.link(is_linked=is_linked)

    def zoom(self, how: str) -> None:
        """Zooms "in" or "out", to 100 % ("reset"), or so that all is seen ("fit")."""
        self._together.zoom(how)

    def set_detail(self, detail: Detail) -> None:
        for graph in self.sides:
            graph.opening.set_detail(detail)

    def _show_detail(self) -> None:
        self.tools.show_detail(self._together.detail)

    # -- the rest ---------------------------------------------------------------------------------------------------

    def find_network(self) -> None:
        """Opens the list of networks of the side that has the focus."""
        focused = QApplication.focusWidget()
        inside = (graph for graph in self.sides if focused is not None and graph.isAncestorOf(focused))
        next(inside, self.left).open_list()

    def copy(self, form: str) -> None:
        """Puts the table on the clipboard as "markdown" or "csv"."""
        comparison = self.comparing.comparison
        if comparison is not None:
            write = stage_rows.as_markdown if form == "markdown" else stage_rows.as_csv
            QGuiApplication.clipboard().setText(write(comparison))
            self._state.notice(table()["compare.copied"])

    def _copy_as_markdown(self) -> None:
        self.copy("markdown")

    def _ask_for_file(self) -> None:
        name = file_names.fit(" - ".join(say(side.state.card.titles) for side in self.sides)) + ".svg"
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("compare.draw"), str(file_names.folder() / name), "SVG (*.svg);;PNG (*.png)"
        )
        if chosen:
            self.draw(Path(chosen))

    def draw(self, path: Path) -> None:
        """Writes the graphs side by side, at the level of detail that they are at."""
        comparison = self.comparing.comparison
        if comparison is not None:
            self._drawing.write(comparison, path, self._together.detail or Detail.BLOCKS)

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("compare.panel"))
        self.stages.setAccessibleName(tr("compare.table"))
        self.stages.setAccessibleDescription(tr("compare.table_tip"))
        for swap in self._swaps:
            swap.setAccessibleName(tr("compare.swap"))
            swap.setToolTip(tr("compare.swap_tip"))
        self.tools.retranslate()
        self.stages.refresh_words()
        self._show_detail()

    def _restyle(self) -> None:
        for swap in self._swaps:
            swap.setIcon(_swap_icon())
        self.tools.restyle()

    def _place_swaps(self) -> None:
        for graph, swap in zip(self._graphs[1:], self._swaps, strict=True):
            corner = graph.mapTo(self, QPoint(0, 0))
            swap.move(corner.x() - _SWAP // 2, corner.y() + (BAR_HEIGHT - swap.height()) // 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched in self._graphs and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place_swaps()
        return super().eventFilter(watched, event)


def _swap_icon() -> QIcon:
    return theme.icon("arrows-left-right", "secondary", 16)
