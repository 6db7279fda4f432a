"""The table of the layers of the graph: the same selection, the same search, and rows to take elsewhere."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QMenu, QVBoxLayout, QWidget

from explorer.bilingual import Text
from explorer.graph.export import listing as texts
from explorer.graph.export.listing import Form
from explorer.graph.model import LayerGraph
from explorer.graph.rows import Listing, Row, Target
from explorer.gui import text
from explorer.gui.state import AppState, Selection, SelectionKind
from explorer.gui.text import tr
from explorer.gui.widgets.tables.layer_table import LayerTable
from explorer.gui.widgets.tables.layer_table_view import LayerTableView, SumsRow

_Flag = QItemSelectionModel.SelectionFlag


class TablePage(QWidget):
    """Shows the graph it is given; made ready only while it is seen.

    Signals:
        opened(Target): This one is to be shown in the graph.
    """

    opened = Signal(object)

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._graph: LayerGraph | None = None
        self._with_blocks = False
        self._listed: tuple[LayerGraph, bool] | None = None
        self._found: frozenset[Target] | None = None  # None: all
        self._is_following = False  # the rows are being chosen to follow the state
        self.table = LayerTable(self)
        self.view = LayerTableView(self.table, self)
        self.sums = SumsRow(self.view, self)
        self._nothing = QLabel(self)
        self._nothing.setProperty("role", "empty")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._nothing)
        column.addWidget(self.view, 1)
        column.addWidget(self.sums)
        self.setFocusProxy(self.view)
        self.view.copy_wanted.connect(self._on_copy)
        self.view.opened.connect(self.opened)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.view.selectionModel().selectionChanged.connect(self._on_chosen)
        state.selection_changed.connect(self.follow)
        self.retranslate()

    # -- what is shown ----------------------------------------------------------------------------------------------

    def set_top(self, height: int) -> None:
        """The tools take `height` pixels of the top."""
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, height, 0, 0)

    def show_graph(self, graph: LayerGraph | None) -> None:
        self._graph = graph
        if self.isVisible():
            self._fill()

    def show_blocks(self, with_blocks: bool) -> None:
        """Makes blocks rows too, or not."""
        self._with_blocks = with_blocks
        if self.isVisible():
            self._fill()

    def show_found(self, targets: tuple[Target, ...] | None) -> None:
        """Shows only the rows of `targets`; None: all."""
        self._found = None if targets is None else frozenset(targets)
        if self.isVisible():
            self._show_found()
            self.follow()

    def _show_found(self) -> None:
        self._is_following = True
        self.table.show_only(self._found)
        self._is_following = False
        self._nothing.setVisible(self._found is not None and not self.table.rows)

    def _fill(self) -> None:
        if self._graph is None:
            self._listed = None
            self.table.show_listing(None)
        elif self._listed is None or self._listed[0] is not self._graph or self._listed[1] != self._with_blocks:
            self._listed = self._graph, self._with_blocks
            self._is_following = True
            self.table.show_listing(Listing(self._graph, with_blocks=self._with_blocks))
            self._is_following = False
            self.view.fit_to_words()
        self._show_found()
        self.follow()

    # -- selection --------------------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Chooses the row of what is selected; of a block that has no row, those of its layers."""
        if not self.isVisible():
            return
        places = self._places(self._state.selection)
        chosen = {index.row() for index in self.view.selectionModel().selectedRows()}
        if self._graph is None or (places and set(places) <= chosen) or (not places and not chosen):
            return
        wanted = QItemSelection()
        for place in places:
            wanted.select(self.table.index(place, 0), self.table.index(place, 0))
        self._is_following = True
        self.view.selectionModel().select(wanted, _Flag.ClearAndSelect | _Flag.Rows)
        if places:
            first = self.table.index(min(places), 0)
            self.view.selectionModel().setCurrentIndex(first, _Flag.NoUpdate)
            self.view.scrollTo(first, QAbstractItemView.ScrollHint.EnsureVisible)
        self._is_following = False

    def _places(self, selection: Selection | None) -> list[int]:
        if selection is None or self._graph is None or self.table.listing is None:
            return []
        place = self.table.row_of((str(selection.kind), selection.index))
        if place is not None:
            return [place]
        if selection.kind == SelectionKind.NODE or selection.index == 0:
            return []
        block = self._graph.blocks[selection.index]
        inside = (self.table.row_of(("node", node)) for node in range(block.first, block.last))
        return [place for place in inside if place is not None]

    def _on_chosen(self) -> None:
        if self._is_following:
            return
        current, model = self.view.currentIndex(), self.view.selectionModel()
        if current.isValid() and model.isRowSelected(current.row()):
            kind, index = self.table.rows[current.row()].target
            self._state.select(Selection(SelectionKind(kind), index))
        elif not model.hasSelection():
            self._state.select(None)

    # -- taking rows elsewhere --------------------------------------------------------------------------------------

    def rows_to_copy(self) -> list[Row]:
        """The chosen rows in the order shown; all where at most one is chosen, because one is selected all the time."""
        chosen = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self.table.rows[place] for place in chosen] if len(chosen) > 1 else list(self.table.rows)

    def copy(self, form: Form, rows: list[Row] | None = None) -> None:
        """Puts the rows on the clipboard."""
        listing = self.table.listing
        if listing is None:
            return
        rows = self.rows_to_copy() if rows is None else rows
        QGuiApplication.clipboard().setText(texts.write(listing, rows, form, text.language()))
        name = {Form.MARKDOWN: "Markdown", Form.CSV: "CSV", Form.LATEX: "LaTeX"}[form]
        self._state.notice(Text(f"Copied as {name}: {len(rows)} rows.", f"已复制 {len(rows)} 行，格式为 {name}。"))

    def _on_copy(self) -> None:
        chosen = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        if chosen:
            self.copy(Form.MARKDOWN, [self.table.rows[place] for place in chosen])

    def fill_menu(self, menu: QMenu) -> None:
        """Offers nothing but what can be copied, and as what."""
        menu.clear()
        self._add_copies(menu)

    def _add_copies(self, menu: QMenu) -> None:
        count = len(self.rows_to_copy())
        is_all = count == len(self.table.rows)
        for form in Form:
            words = tr(f"graph.copy_{form}_all" if is_all else f"graph.copy_{form}", count=count)
            action = menu.addAction(words)
            action.setData(str(form))
            action.triggered.connect(self._on_copy_as)

    def _on_copy_as(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            self.copy(Form(sender.data()))

    def _show_menu(self, at: QPoint) -> None:
        if self.table.rows:
            menu = self.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.view.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """The context menu for the chosen rows."""
        menu = QMenu(self)
        current = self.view.currentIndex()
        if current.isValid():
            row = self.table.rows[current.row()]
            menu.addAction(tr("graph.show_in_graph"), lambda: self.opened.emit(row.target))
            menu.addAction(tr("graph.copy_path"), lambda: QGuiApplication.clipboard().setText(row.path))
            menu.addSeparator()
        self._add_copies(menu)
        return menu

    # -- appearance -------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.view.setAccessibleName(tr("graph.table"))
        self._nothing.setText(tr("graph.table_nothing"))
        self._nothing.setVisible(self.table.is_filtered and not self.table.rows)
        self.table.refresh_words()
        self.view.fit_to_words()
        self.sums.update_words()

    def restyle(self) -> None:
        self.table.refresh_words()
        self.sums.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill()
