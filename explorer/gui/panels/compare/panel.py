"""The workspace in which two networks are compared: two graphs that move together, over a table of their stages."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QToolButton, QVBoxLayout, QWidget

from explorer.graph.compare.stages import Stage
from explorer.graph.views import Detail
from explorer.gui import theme
from explorer.gui.panels.compare import stage_rows
from explorer.gui.panels.compare.counterparts import LEFT, Counterparts
from explorer.gui.panels.compare.following import follow
from explorer.gui.panels.compare.side import BAR_HEIGHT, Chooser, GraphSide
from explorer.gui.panels.compare.stage_table import StageTable
from explorer.gui.panels.compare.tools import CompareTools
from explorer.gui.services.comparing import Comparing
from explorer.gui.state import AppState
from explorer.gui.text import table, tr
from explorer.gui.widgets.canvas import STEP
from explorer.gui.widgets.graph_sheet import Target

if TYPE_CHECKING:
    from explorer.gui.panels.compare.tether import Tether

_SWAP = 34  # px; side of the button between the bars


class ComparePanel(QWidget):
    """Two networks side by side.

    Args:
        list_of, form_of: Make the list in which a network is chosen, and the form of its settings.
    """

    def __init__(self, state: AppState, list_of: Chooser, form_of: Chooser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareView")
        self._state = state
        self._counterparts: Counterparts | None = None
        self._tether: Tether | None = None
        self._is_following = False
        self._leader = LEFT  # the side that shows what was looked at before the other one changed
        self.comparing = Comparing(state, self)
        self.left = GraphSide("compareLeft", self.comparing.left, list_of, form_of)
        self.right = GraphSide("compareRight", self.comparing.right, list_of, form_of)
        self.tools = CompareTools()
        self.stages = StageTable()
        self._swap = QToolButton(self)
        self._lay_out()
        for side, graph in enumerate(self.sides):
            self._connect_side(side, graph)
        self._connect()
        self._retranslate()
        self._restyle()
        self.tools.show_zoom(self.left.view.zoom)
        self._show_comparison()

    @property
    def sides(self) -> tuple[GraphSide, GraphSide]:
        return self.left, self.right

    # -- putting together -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        halves = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        halves.addWidget(self._upper())
        halves.addWidget(self._lower())
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 2)
        halves.setSizes([600, 400])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(halves)
        self.setFocusProxy(self.left)
        self._swap.setObjectName("compareSwap")
        self._swap.setProperty("role", "floating")
        self._swap.setIconSize(QSize(16, 16))
        self._swap.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._swap.setFixedWidth(_SWAP)
        self._swap.raise_()

    def _upper(self) -> QWidget:
        graphs = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        graphs.addWidget(self.left)
        graphs.addWidget(self.right)
        graphs.setSizes([1000, 1000])
        self.left.leave_room(0, _SWAP // 2 + 4)
        self.right.leave_room(_SWAP // 2 + 4, 0)
        self.right.installEventFilter(self)
        return graphs

    def _lower(self) -> QWidget:
        lower = QWidget()
        lower.setProperty("role", "panel")
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 0, 0)  # the words of the first column begin under those of the tools
        row.addWidget(self.stages)
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addLayout(row)
        return lower

    def _connect_side(self, side: int, graph: GraphSide) -> None:
        graph.picked.connect(lambda target: self._on_picked(side, target))
        graph.toggle_requested.connect(lambda target: self._on_toggled(side, target))
        graph.moved.connect(lambda: self._on_moved(side))
        graph.drawn.connect(lambda is_new: self._on_drawn(side, is_new))
        graph.opening.changed.connect(self._show_detail)
        graph.view.zoom_changed.connect(self.tools.show_zoom)

    def _connect(self) -> None:
        state, tools = self._state, self.tools
        self.comparing.changed.connect(self._show_comparison)
        self.stages.stage_picked.connect(self._go_to)
        self._swap.clicked.connect(self.comparing.swap)
        tools.detail_chosen.connect(self.set_detail)
        tools.zoomed.connect(self.zoom)
        tools.link_switched.connect(self._on_link_switched)
        tools.copy_requested.connect(self.copy)
        state.language_changed.connect(self._retranslate)
        state.theme_changed.connect(self._restyle)
        copying = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.stages)
        copying.setContext(Qt.ShortcutContext.WidgetShortcut)
        copying.activated.connect(lambda: self.copy("markdown"))

    def close_services(self) -> None:
        """Waits for the workers; call it once, before the program ends."""
        self.comparing.close()
        for graph in self.sides:
            graph.opening.close()

    # -- the comparison ---------------------------------------------------------------------------------------------

    def _show_comparison(self) -> None:
        comparison = self.comparing.comparison
        self._counterparts = None if comparison is None else Counterparts(comparison)
        self.stages.show_comparison(comparison)
        self.tools.set_has_comparison(comparison is not None)
        counts = {} if self._counterparts is None else self._counterparts.count()
        self.tools.legend.show_counts(counts, self.comparing.names())
        self._mark()
        self._on_moved(self._leader)

    def _on_drawn(self, side: int, is_new: bool) -> None:
        if is_new:
            self._leader = 1 - side
        self._mark()

    def _mark(self) -> None:
        """Marks what is drawn, as soon as both graphs and their comparison are there."""
        scenes = self.left.view.graph_scene, self.right.view.graph_scene
        told, comparison = self._counterparts, self.comparing.comparison
        self._tether = None
        if told is None or comparison is None:
            return
        sheets = [scene.sheet for scene in scenes]
        if [None if sheet is None else sheet.graph for sheet in sheets] != [comparison.left, comparison.right]:
            return
        for side, scene in enumerate(scenes):
            scene.mark(told.marks(side, scene))
        self._tether = told.tether(*scenes)
        self._show_detail()

    # -- selection --------------------------------------------------------------------------------------------------

    def _on_picked(self, side: int, target: Target | None) -> None:
        here, there = self.sides[side], self.sides[1 - side]
        other = None
        if target is not None and self._tether is not None and self._counterparts is not None:
            other = self._counterparts.other(side, target, here.view.graph_scene, there.view.graph_scene)
        here.select(target)
        there.select(other)
        if target is not None and other is None and self._tether is not None:
            here.view.setAccessibleDescription(f"{here.view.accessibleDescription()}, {tr('compare.selected_alone')}")
        if other is not None:
            self._is_following = True
            there.view.reveal(other)
            self._is_following = False

    def _on_toggled(self, side: int, target: Target) -> None:
        here, there = self.sides[side], self.sides[1 - side]
        if not here.is_drawn:
            return
        other = 0
        if target[0] == "block" and self.tools.link.isChecked() and self._counterparts is not None:
            other = self._counterparts.other_block(side, target[1])
        here.opening.toggle(target)
        is_open = target[1] in here.opening.open_blocks
        if other > 0 and (other in there.opening.open_blocks) != is_open:
            there.opening.toggle(("block", other))

    def _go_to(self, stage: Stage | None) -> None:
        """Shows the beginning of a stage at the top of both graphs."""
        self._is_following = True
        for graph, told in zip(self.sides, (None, None) if stage is None else (stage.left, stage.right), strict=True):
            scene = graph.view.graph_scene
            if stage is None:
                graph.view.show_top()
            target = None if told is None else scene.owner(told.nodes[0])
            graph.select(target)
            if target is not None:
                graph.view.show_at_top(target)
        self._is_following = False

    # -- moving together --------------------------------------------------------------------------------------------

    def _on_moved(self, side: int) -> None:
        if self._is_following or self._tether is None or not self.tools.link.isChecked():
            return
        self._is_following = True
        level = self._tether.right if side == LEFT else self._tether.left
        follow(self.sides[side].view, self.sides[1 - side].view, level)
        self._is_following = False

    def _on_link_switched(self, is_linked: bool) -> None:
        if is_linked:
            self._on_moved(LEFT)

    def zoom(self, how: str) -> None:
        """Zooms "in" or "out", to 100 % ("reset"), or so that all is seen ("fit")."""
        self._is_following = True
        views = [graph.view for graph in self.sides]
        for view in views:
            if how == "fit":
                view.fit()
            else:
                view.set_zoom({"in": view.zoom * STEP, "out": view.zoom / STEP, "reset": 1.0}[how])
        if how == "fit" and self.tools.link.isChecked():
            least = min(view.zoom for view in views)
            for view in views:
                size = view.graph_scene.picture
                view.show_place(least, QPointF(size.width / 2, size.height / 2))
        self._is_following = False
        if how != "fit":
            self._on_moved(LEFT)

    def set_detail(self, detail: Detail) -> None:
        for graph in self.sides:
            graph.opening.set_detail(detail)

    def _show_detail(self) -> None:
        left, right = (graph.opening.detail for graph in self.sides)
        self.tools.show_detail(left if left == right else None)

    # -- the rest ---------------------------------------------------------------------------------------------------

    def find_network(self) -> None:
        """Opens the list of networks of the side that has the focus."""
        focused = QApplication.focusWidget()
        is_right = focused is not None and self.right.isAncestorOf(focused)
        (self.right if is_right else self.left).open_list()

    def copy(self, form: str) -> None:
        """Puts the table on the clipboard as "markdown" or "csv"."""
        comparison = self.comparing.comparison
        if comparison is not None:
            write = stage_rows.as_markdown if form == "markdown" else stage_rows.as_csv
            QGuiApplication.clipboard().setText(write(comparison, self.comparing.names()))
            self._state.notice(table()["compare.copied"])

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("compare.panel"))
        self.stages.setAccessibleName(tr("compare.table"))
        self.stages.setAccessibleDescription(tr("compare.table_tip"))
        self._swap.setAccessibleName(tr("compare.swap"))
        self._swap.setToolTip(tr("compare.swap_tip"))
        self.tools.retranslate()
        self.stages.refresh_words()
        self._show_detail()

    def _restyle(self) -> None:
        self._swap.setIcon(theme.icon("arrows-left-right", "secondary", 16))
        self.tools.restyle()

    def _place_swap(self) -> None:
        corner = self.right.mapTo(self, QPoint(0, 0))
        self._swap.move(corner.x() - _SWAP // 2, corner.y() + (BAR_HEIGHT - self._swap.height()) // 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.right and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place_swap()
        return super().eventFilter(watched, event)
