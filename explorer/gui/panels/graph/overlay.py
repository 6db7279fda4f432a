"""What belongs to the graph and its table: switch and tools above, legend below, costs and overview beside."""

from PySide6.QtCore import QMargins, QSize
from PySide6.QtWidgets import QFrame, QWidget

from explorer.graph.model import LayerGraph
from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.fields.segmented import Segmented
from explorer.gui.widgets.graph.breadcrumb import Breadcrumb
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.cost_bar import WIDTH, CostBar
from explorer.gui.widgets.graph.legend import GraphLegend
from explorer.gui.widgets.graph.minimap import Minimap
from explorer.gui.widgets.graph.mismatch_card import MismatchCard
from explorer.gui.widgets.graph.tools import GraphTools
from explorer.gui.widgets.words.note import Note

EDGE = 12  # from the border of the panel
PAGES = ("graph", "table")
_GAP = 8
_INDENT = 4  # of the breadcrumb in the strip
_NOTE_WIDTH = 440
_SUMS = 44  # height of the row of sums under the table, and of its scroll bar
_NARROW, _LOW = 580, 560  # a panel without room for the words of the switch; one in which a row counts
_ROWS = 4  # of the legend, where there is room for as many
_CRUMBS = 200  # pixels that make it worth while to have the breadcrumb between switch and tools


class Overlay:
    """Makes these widgets on `parent` and puts them into its corners.

    Attributes:
        is_table: Only what belongs to the table is shown.
        wants_costs, wants_minimap: What the user wants to see of them.
    """

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self.is_table = False
        self.wants_costs = True
        self.wants_minimap = True
        self.switch = Segmented(PAGES, parent)
        self.switch.setObjectName("graphPages")
        self.switch.set_icons({page: page for page in PAGES})
        self.tools = GraphTools(parent)
        self.legend = GraphLegend(parent)
        self.minimap = Minimap(parent)
        self.costs = CostBar(parent)
        self.costs.hide()
        self.crumbs = Breadcrumb(parent)
        self.crumbs.move(EDGE, 10_000)  # away from the pointer, until its place is known
        self.crumbs.hide()
        self.note = Note(parent)
        self.note.setObjectName("graphNote")
        self._borders = [QFrame(parent) for _ in range(3)]  # of the graph: above, at the left and at the right
        for border, role in zip(self._borders, ("line", "upright-line", "upright-line"), strict=True):
            border.setProperty("role", role)
        self.card = MismatchCard(parent)
        self.card.hide()

    def covers(self) -> tuple[QWidget, ...]:
        """All that lies over the graph."""
        return (self.note, self.card)

    @property
    def beside(self) -> QMargins:
        """What is left free of the graph: nothing lies over it but what is said of it."""
        left = WIDTH + 2 * EDGE if self.costs.isVisibleTo(self._parent) else 0
        right = self.minimap.width() + 2 * EDGE if self.wants_minimap and self.minimap.is_needed else 0
        return QMargins(left, self.top, right, self.legend.height() if self.legend.isVisibleTo(self._parent) else 0)

    @property
    def top(self) -> int:
        """Height of what lies above the graph."""
        return max(self.switch.geometry().bottom(), self.tools.geometry().bottom()) + 1 + _GAP

    def show_colours(self, graph: LayerGraph | None, colouring: Colouring | None) -> None:
        """Says what the colours mean, and along the depth how much there is of it."""
        self.legend.show_graph(graph, colouring)
        self.costs.show_graph(graph, colouring)

    def show_note(self, words: str, graph: LayerGraph | None, *, is_hint: bool) -> None:
        """Says something, in the middle where there is no graph; of one that ends early at length why it does."""
        self.card.show_graph(graph)
        self.note.say(words, is_hint=is_hint and graph is not None, is_alone=graph is None)

    def retranslate(self) -> None:
        self.switch.set_words(
            tr("graph.page"),
            {page: tr(f"graph.page_{page}") for page in PAGES},
            {page: tr(f"graph.page_{page}_tip") for page in PAGES},
        )
        self.switch.adjustSize()
        self.tools.retranslate()
        self.legend.retranslate()
        self.minimap.retranslate()
        self.costs.retranslate()
        self.crumbs.retranslate()
        self.card.retranslate()

    def restyle(self) -> None:
        self.switch.restyle()
        self.tools.restyle()
        self.legend.update()
        self.costs.update()
        self.crumbs.restyle()
        self.card.restyle()
        self.minimap.restyle()

    def _show_what_belongs(self) -> None:
        """Shows what has something to say on the present page."""
        for widget, has_content in (
            (self.legend, not self.legend.is_empty),
            (self.costs, self.wants_costs and len(self.costs.parts) > 1),
            (self.crumbs, bool(self.crumbs.names)),
            (self.card, self.card.has_mismatch),
        ):
            widget.setVisible(has_content and not self.is_table)

    def show_minimap(self) -> None:
        """Shows the overview where there is more than what is seen."""
        has_more = self.wants_minimap and self.minimap.is_needed and self.minimap.shows_more
        self.minimap.setVisible(has_more and not self.is_table)

    def arrange(self, *, is_empty: bool) -> None:
        """Shows what belongs there and puts everything in its place."""
        self._show_what_belongs()
        width, height = self._parent.width(), self._parent.height()
        self.switch.set_compact(width < _NARROW)
        self.tools.fit_into(width - self.switch.width() - _GAP - 2 * EDGE)
        if self.tools.size() != self.tools.sizeHint():
            self.tools.resize(self.tools.sizeHint())
        self.tools.move(max(width - self.tools.width() - EDGE, EDGE), EDGE)
        has_room = self.switch.width() + self.tools.width() + _GAP + 2 * EDGE <= width
        self.switch.move(EDGE, EDGE if has_room else self.tools.geometry().bottom() + 1 + _GAP)
        is_above = self._put_crumbs()
        low = height - self._put_strip(width, height, has_crumbs=not is_above)
        self.minimap.set_room(QSize(width - self.beside.left(), low - self.top))
        self.minimap.move(width - self.minimap.width() - EDGE, low - self.minimap.height() - EDGE)
        self.show_minimap()
        right = width - self.beside.right() - EDGE
        left = self.beside.left() + EDGE
        self.note.set_width(max(min(right - left, _NOTE_WIDTH), 160))
        self.card.set_width(self.note.width())
        self.costs.setGeometry(EDGE, self.top + _GAP, WIDTH, max(low - EDGE - self.top - _GAP, 0))
        self._put_borders(width, low, is_empty=is_empty)
        if is_empty:
            self.note.move((width - self.note.width()) // 2, (height - self.note.height()) // 2)
        else:
            self._stack(left, low - EDGE - (_SUMS if self.is_table else 0))

    def _put_borders(self, width: int, low: int, *, is_empty: bool) -> None:
        """Parts the graph from what lies around it: what is cut off there goes on beyond."""
        beside, (above, left, right) = self.beside, self._borders
        above.setGeometry(0, self.top - 1, width, 1)
        left.setGeometry(beside.left() - 1, self.top, 1, low - self.top)
        right.setGeometry(width - beside.right(), self.top, 1, low - self.top)
        for border, is_needed in ((above, True), (left, beside.left()), (right, beside.right())):
            border.setVisible(bool(is_needed) and not self.is_table and not is_empty)

    def _put_strip(self, width: int, height: int, *, has_crumbs: bool) -> int:
        """Puts the legend along the lower edge, with the breadcrumb at its right end; returns the height of both.

        That is the same with and without a breadcrumb, so that the graph keeps its place when something is selected.
        """
        if not self.legend.isVisibleTo(self._parent):
            return 0
        self.legend.set_room(width, 1 if height < _LOW else _ROWS)
        wanted = self.legend.sizeHint().height()
        self.legend.setGeometry(0, height - wanted, width, wanted)
        if has_crumbs and self.crumbs.isVisibleTo(self._parent):
            self.crumbs.fit(width - self.legend.least_width - EDGE)
            self.crumbs.move(width - self.crumbs.width() - _INDENT, height - wanted + 1)
            self.legend.set_room(self.crumbs.x(), self.legend.rows)
        return wanted

    def _stack(self, left: int, lowest: int) -> None:
        """Note and card from the lower left corner upwards."""
        for widget in (self.note, self.card):
            if widget.isVisibleTo(self._parent):
                widget.move(left, lowest - widget.height())
                lowest -= widget.height() + _GAP

    def _put_crumbs(self) -> bool:
        """Puts the breadcrumb beside the switch, before the tools or below them; says whether it has room there."""
        start, switch = self.switch.geometry().right() + 1 + _GAP, self.switch.geometry()
        is_below = switch.top() > self.tools.geometry().top()
        room = (self._parent.width() - EDGE if is_below else self.tools.x() - _GAP) - start
        theme.set_state(self.crumbs, "card" if room >= _CRUMBS else "bare", "role")
        if room < _CRUMBS:
            return False
        self.crumbs.fit(room)
        self.crumbs.move(start, switch.center().y() - self.crumbs.height() // 2)
        return True
