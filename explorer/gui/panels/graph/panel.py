"""The panel of the layer graph: joins the view and its tools to the state."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from explorer.graph.colouring import ColourBy
from explorer.graph.model import LayerGraph
from explorer.graph.picture import Picture
from explorer.graph.trail import trail
from explorer.graph.views import Detail
from explorer.gui.panels.graph import menus
from explorer.gui.panels.graph.finder import Finder
from explorer.gui.panels.graph.misfit import Misfit
from explorer.gui.panels.graph.overlay import Overlay
from explorer.gui.panels.graph.standpoint import Standpoint
from explorer.gui.panels.graph.table_page import TablePage
from explorer.gui.services.opening import Opening
from explorer.gui.services.view_memory import ViewMemory
from explorer.gui.state import AppState, Selection, SelectionKind
from explorer.gui.text import say, tr
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.facts import mode_words, summary
from explorer.gui.widgets.graph.sheet import Sheet
from explorer.gui.widgets.graph.view import GraphView

Target = tuple[str, int]


class GraphPanel(QWidget):
    """The graph of `state.graph`, with find, detail, colours, zoom and export above it.

    Args:
        memory: How graphs have been looked at before.

    Signals:
        export_requested: What is shown is to be written to a file.
    """

    export_requested = Signal()

    def __init__(self, state: AppState, memory: ViewMemory | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.memory = memory or ViewMemory()
        self._graph: LayerGraph | None = None
        self._picture: Picture | None = None
        self._sought: Target | None = None  # what is to be brought into view as soon as it is drawn
        self._is_arranging_later = False
        self._by = ColourBy.TYPE
        self.opening = Opening(self.memory, self)
        self.view = GraphView(self)
        self.view.setObjectName("graphView")
        self.standpoint = Standpoint(self.view, self.memory)
        self.table = TablePage(state, self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.table)
        self.overlay = Overlay(self)
        self.tools, self.legend, self.minimap = self.overlay.tools, self.overlay.legend, self.overlay.minimap
        self.finder = Finder(self.tools.search, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.setFocusProxy(self.view)
        self.view.set_covers(self.overlay.covers())
        self._connect()
        self.misfit = Misfit(state, self.view, self.opening, self.overlay.card, self._drawn)
        self._retranslate()
        self._show_graph()

    def _connect(self) -> None:
        state, view, tools, opening = self._state, self.view, self.tools, self.opening
        state.graph_changed.connect(self._show_graph)
        state.graph_note_changed.connect(self._show_note)
        state.selection_changed.connect(self._show_selection)
        state.language_changed.connect(self._retranslate)
        state.theme_changed.connect(self._restyle)
        view.picked.connect(self._on_picked)
        view.toggle_requested.connect(self._on_toggle)
        view.menu_requested.connect(self._show_menu)
        view.undo_requested.connect(opening.undo)
        view.redo_requested.connect(opening.redo)
        view.find_requested.connect(self.start_search)
        view.copy_requested.connect(self._copy_path)
        view.zoom_changed.connect(tools.show_zoom)
        view.moved.connect(self._on_moved)
        opening.drawn.connect(self._on_drawn)
        opening.changed.connect(lambda: tools.show_detail(opening.detail))
        self.finder.found.connect(self._on_found)
        self.finder.reached.connect(self._on_reached)
        self.minimap.chosen.connect(view.look_at)
        self.overlay.costs.chosen.connect(self._on_part_chosen)
        self.overlay.crumbs.chosen.connect(self._on_crumb)
        self.overlay.crumbs.copy_requested.connect(self._copy_path)
        self.overlay.switch.picked.connect(self.show_page)
        self.table.opened.connect(self._on_opened)
        self._connect_tools()

    def _connect_tools(self) -> None:
        view, tools, opening = self.view, self.tools, self.opening
        tools.detail_chosen.connect(opening.set_detail)
        tools.colour_chosen.connect(self.colour_by)
        tools.zoom_in_requested.connect(view.zoom_in)
        tools.zoom_out_requested.connect(view.zoom_out)
        tools.zoom_reset_requested.connect(partial(view.set_zoom, 1.0))
        tools.fit_requested.connect(view.fit)
        tools.export_requested.connect(self.export_requested)
        tools.resized.connect(self._arrange)
        self.overlay.card.folded.connect(self._arrange)
        tools.search.left.connect(self._focus_page)
        tools.blocks_toggled.connect(self.table.show_blocks)
        tools.options_menu.aboutToShow.connect(self._fill_options)
        tools.copy_menu.aboutToShow.connect(partial(self.table.fill_menu, tools.copy_menu))

    def close_services(self) -> None:
        """Waits for the panel's workers; call it once, before the program ends."""
        self.opening.close()

    # -- graph or table ---------------------------------------------------------------------------------------------

    @property
    def is_table(self) -> bool:
        """The table is shown in place of the graph."""
        return self._pages.currentWidget() is self.table

    @property
    def _page(self) -> QWidget:
        return self.table if self.is_table else self.view

    def _focus_page(self) -> None:
        self._page.setFocus()

    def show_page(self, page: str) -> None:
        """Shows "graph" or "table"."""
        is_table = page == "table"
        self.overlay.switch.choose(page)
        self._pages.setCurrentWidget(self.table if is_table else self.view)
        self.setFocusProxy(self._page)
        self._page.setFocus()
        self.tools.set_table(is_table)
        self.overlay.is_table = is_table
        self._show_note()

    def _on_opened(self, target: Target) -> None:
        self.show_page("graph")
        self._on_reached(target)

    # -- the graph --------------------------------------------------------------------------------------------------

    def _show_graph(self) -> None:
        self._graph, self._sought = self._state.graph, None
        self.finder.set_graph(self._graph)
        self.tools.set_has_graph(self._graph is not None)
        self.table.show_graph(self._graph)
        with self._arranging_once():
            self.opening.show(self._graph)
            if self._graph is None:
                self._picture = None
                self.view.begin(None)
                self.minimap.show_picture(None, None)
                self.overlay.show_colours(None, None)
                self._on_moved()
            self._show_note()

    def _on_drawn(self, picture: Picture, block: int) -> None:
        with self._arranging_once():
            self._draw(picture, block)
        if self._sought is not None:
            self._reveal(self._sought)

    def _draw(self, picture: Picture, block: int) -> None:
        graph, scene = picture.graph, self.view.graph_scene
        assert graph is not None
        self._picture = picture
        before = None if scene.sheet is None else scene.sheet.graph
        colouring = self._colouring(picture)
        if before is not graph:
            self.standpoint.leave()
            self.view.begin(Sheet(graph, colouring))
            self.view.draw(picture)
        else:
            self.view.redraw_whole(picture) if block < 0 else self.view.redraw(picture, block)
            if scene.sheet is not None and colouring is not scene.sheet.colouring:
                scene.recolour(colouring)
        self.minimap.show_picture(scene.sheet, picture)
        self.overlay.show_colours(graph, colouring)
        if before is not graph:
            self._put_around()  # what lies beside the graph takes room from it
            self.standpoint.take(graph.architecture)
        self._on_found(self.finder.targets)
        self._show_selection()
        self._on_moved()

    def _colouring(self, picture: Picture) -> Colouring:
        assert picture.graph is not None
        sheet = self.view.graph_scene.sheet  # types do not depend on what is shown
        if sheet is not None and sheet.graph is picture.graph and sheet.colouring.by == self._by == ColourBy.TYPE:
            return sheet.colouring
        return Colouring(picture.graph, self._by, (box.target for box in picture.boxes))

    def colour_by(self, by: ColourBy) -> None:
        """Colours the boxes by type, or by how much of something they take."""
        self._by = by
        self.tools.colour.choose(by)
        if self._picture is not None:  # of the graph before, as long as that of the present one is under way
            colouring = self._colouring(self._picture)
            self.view.graph_scene.recolour(colouring)
            self.minimap.restyle()
            self.overlay.show_colours(colouring.graph, colouring)
            self._arrange()

    def set_detail(self, detail: Detail) -> None:
        self.opening.set_detail(detail)

    def _on_moved(self) -> None:
        view = self.view
        self.minimap.show_seen(view.visible())
        self.overlay.show_minimap()
        if view.graph_scene.picture.boxes:
            self.standpoint.keep()

    def shown(self) -> tuple[LayerGraph, Picture, ColourBy] | None:
        """The graph with its picture and what the colours tell, as it is seen now."""
        if self._graph is None or self._picture is None or not self._is_drawn:
            return None
        return self._graph, self._picture, self._by

    # -- selection --------------------------------------------------------------------------------------------------

    @property
    def _is_drawn(self) -> bool:
        """The graph that is seen is the present one; its picture may still be under way."""
        return (sheet := self.view.graph_scene.sheet) is not None and sheet.graph is self._graph

    def _on_toggle(self, target: Target) -> None:
        if self._is_drawn:
            self.opening.toggle(target)

    def _on_picked(self, target: Target | None) -> None:
        if self._is_drawn:
            self._select(target)

    def _select(self, target: Target | None) -> None:
        self._state.select(None if target is None else Selection(SelectionKind(target[0]), target[1]))

    def _show_selection(self) -> None:
        selection, graph = self._state.selection, self._graph
        if selection is None or graph is None or not self._is_drawn:
            self.view.graph_scene.select(None)
            self.overlay.costs.select(None)
            self._show_crumbs(None)
            self.view.setAccessibleDescription("")
            return
        target = (str(selection.kind), selection.index)
        self.view.graph_scene.select(self._drawn(target))
        self.overlay.costs.select(target)
        self._show_crumbs(target)
        self.view.setAccessibleDescription(summary(graph, target))

    def _show_crumbs(self, target: Target | None) -> None:
        """Says where the selection lies, unless that is the model itself."""
        graph, crumbs = self._graph, self.overlay.crumbs
        steps = () if target is None or graph is None else trail(graph, target)
        whole: tuple[Target | None, str] = (None, say(self._state.card.titles))
        crumbs.show_steps([whole, *steps] if steps else [])
        self._arrange()

    def _on_crumb(self, target: Target | None) -> None:
        self._select(target)
        if target is None:
            self.view.show_top()
        elif self._is_drawn:
            self.view.reveal(self._drawn(target))

    def _copy_path(self) -> None:
        selection, graph = self._state.selection, self._graph
        if selection is not None and graph is not None:
            path = menus.path_of(graph, (str(selection.kind), selection.index))
            QGuiApplication.clipboard().setText(path)

    def _drawn(self, target: Target) -> Target:
        """What is drawn for `target`: itself, or the closed block that it is in."""
        assert self._graph is not None
        if self.view.graph_scene.item(target) is not None:
            return target
        node = target[1] if target[0] == "node" else self._graph.blocks[target[1]].first
        return self.view.graph_scene.owner(node) or target

    # -- find -------------------------------------------------------------------------------------------------------

    def start_search(self) -> None:
        """Puts the cursor into the search field."""
        self.tools.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tools.search.selectAll()

    def _on_part_chosen(self, target: Target) -> None:
        if self._is_drawn:
            self.view.show_at_top(self._drawn(target))

    def _on_found(self, targets: tuple[Target, ...]) -> None:
        self.table.show_found(targets if self.tools.search.text().strip() else None)
        if self._is_drawn:
            self.view.graph_scene.mark_found(frozenset(self._drawn(target) for target in targets))

    def _on_reached(self, target: Target) -> None:
        self._select(target)
        if not self.is_table:
            self._sought = target
            self.opening.open_to(target)
            if not self.opening.is_busy:
                self._reveal(target)

    def _reveal(self, target: Target) -> None:
        """Brings into view what was asked for, once it is drawn."""
        if self._is_drawn:
            self._sought = None
            self.view.reveal(self._drawn(target))

    # -- menu -------------------------------------------------------------------------------------------------------

    def _show_menu(self, target: Target | None, at: QPoint) -> None:
        if self._is_drawn:
            menu = self._menu(target)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(at)

    def _menu(self, target: Target | None) -> QMenu:
        assert self._graph is not None
        menu = QMenu(self)
        if target is not None:
            menus.fill_for_target(menu, self._graph, target, self.opening, self.tools.search)
        menus.fill_for_changes(menu, self.opening)
        menu.addAction(tr("graph.fit_whole"), self.view.fit)
        return menu

    def _fill_options(self) -> None:
        options = menus.options(self._state, self.opening, self.overlay, self._arrange)
        menus.fill_options(self.tools.options_menu, self.opening, *options)
        for words, do in self.tools.left_out():
            self.tools.options_menu.addAction(words, do)

    # -- appearance -------------------------------------------------------------------------------------------------

    def _show_note(self) -> None:
        note = self._state.graph_note
        if note is not None:
            is_told = note.is_problem and self._graph is not None and self._graph.mismatch is not None  # on the card
            words = "" if is_told else say(note.text)
        elif self._graph is None:
            words = tr("graph.empty")
        else:
            words = "" if self.is_table else mode_words(self._graph)
        self.overlay.show_note(words, self._graph, is_hint=note is None)
        self._arrange()

    def _restyle(self) -> None:
        self.overlay.restyle()
        self.view.restyle()
        self.table.restyle()
        self.colour_by(self._by)

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("graph.panel"))
        self.view.setAccessibleName(tr("graph.view"))
        self.overlay.retranslate()
        self.tools.show_detail(self.opening.detail if self._graph is not None else Detail.BLOCKS)
        self.tools.colour.choose(self._by)
        self.tools.show_zoom(self.view.zoom)
        self.view.restyle()
        self.table.retranslate()
        self._show_note()
        self._show_selection()

    @contextmanager
    def _arranging_once(self) -> Iterator[None]:
        """Puts everything in its place when all that is done within is done, not after each step."""
        outer, self._is_arranging_later = self._is_arranging_later, True
        try:
            yield
        finally:
            self._is_arranging_later = outer
        self._arrange()

    def _arrange(self) -> None:
        if not self._is_arranging_later:
            self._put_around()

    def _put_around(self) -> None:
        self.overlay.arrange(is_empty=self._graph is None)
        self.view.set_margins(self.overlay.beside)
        self.table.set_top(self.overlay.top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
