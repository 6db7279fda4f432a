"""What floats over the graph and its table: the tools, the switch, the legend, the costs, the overview and the note."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from explorer.graph.model import LayerGraph
from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.breadcrumb import Breadcrumb
from explorer.gui.widgets.cost_bar import WIDTH, CostBar
from explorer.gui.widgets.graph_colouring import Colouring
from explorer.gui.widgets.graph_legend import GraphLegend
from explorer.gui.widgets.graph_tools import GraphTools
from explorer.gui.widgets.minimap import Minimap
from explorer.gui.widgets.mismatch_card import MismatchCard
from explorer.gui.widgets.segmented import Segmented

EDGE = 12  # from the border of the panel
PAGES = ("graph", "table")
_GAP = 8
_NOTE_WIDTH = 440
_SUMS = 44  # height of the row of sums under the table, and of its scroll bar
_COLUMN = 120  # half the width of a column of boxes, which the legend does not cover where it can
_LEGEND = 150  # pixels that it may always take


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
        self.tools = GraphTools(parent)
        self.legend = GraphLegend(parent)
        self.minimap = Minimap(parent)
        self.costs = CostBar(parent)
        self.costs.hide()
        self.crumbs = Breadcrumb(parent)
        self.crumbs.move(EDGE, 10_000)  # away from the pointer, until its place is known
        self.crumbs.hide()
        self.note = QLabel(parent)
        self.note.setObjectName("graphNote")
        self.note.setWordWrap(True)
        self.note.setContentsMargins(12, 8, 12, 8)
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.card = MismatchCard(parent)
        self.card.hide()

    def covers(self) -> tuple[QWidget, ...]:
        """All that lies over the graph."""
        return (self.switch, self.tools, self.legend, self.minimap, self.costs, self.crumbs, self.note, self.card)

    @property
    def top(self) -> int:
        """Below this nothing lies over the top of the graph."""
        return max(self.switch.geometry().bottom(), self.tools.geometry().bottom()) + 1 + _GAP

    def show_colours(self, graph: LayerGraph | None, colouring: Colouring | None) -> None:
        """Says what the colours mean, and along the depth how much there is of it."""
        self.legend.show_graph(graph, colouring)
        self.costs.show_graph(graph, colouring)

    def show_note(self, words: str, graph: LayerGraph | None) -> None:
        """Says something, in the middle where there is no graph; of one that ends early at length why it does."""
        is_empty = graph is None
        self.card.show_graph(graph)
        self.note.setText(words)
        self.note.setVisible(bool(words))
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter if is_empty else Qt.AlignmentFlag.AlignLeft)
        theme.set_state(self.note, "empty" if is_empty else "notice", "role")

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
            (self.minimap, self.wants_minimap and self.minimap.is_needed),
            (self.crumbs, bool(self.crumbs.names)),
            (self.card, self.card.has_mismatch),
        ):
            widget.setVisible(has_content and not self.is_table)

    def arrange(self, *, is_empty: bool) -> None:
        """Shows what belongs there and puts everything in its place."""
        self._show_what_belongs()
        width, height = self._parent.width(), self._parent.height()
        self.tools.fit_into(width - self.switch.width() - _GAP - 2 * EDGE)
        if self.tools.size() != self.tools.sizeHint():
            self.tools.resize(self.tools.sizeHint())
        self.tools.move(max(width - self.tools.width() - EDGE, EDGE), EDGE)
        has_room = self.switch.width() + self.tools.width() + _GAP + 2 * EDGE <= width
        self.switch.move(EDGE, EDGE if has_room else self.tools.geometry().bottom() + 1 + _GAP)
        self.minimap.move(width - self.minimap.width() - EDGE, height - self.minimap.height() - EDGE)
        right = self.minimap.x() - _GAP if self.minimap.isVisibleTo(self._parent) else width - EDGE
        self.note.setFixedWidth(max(min(right - EDGE, _NOTE_WIDTH), 160))
        self.note.adjustSize()
        self.card.set_width(self.note.width())
        if is_empty:
            self.note.move((width - self.note.width()) // 2, (height - self.note.height()) // 2)
        else:
            self._stack(height)

    def _stack(self, height: int) -> None:
        """Legend, breadcrumb and note from the lower left corner upwards; the costs take the rest of the edge."""
        room = max(self.minimap.x() - _GAP - EDGE, 120)
        self.legend.set_room(min(room, max(self._parent.width() // 2 - _COLUMN - EDGE, _LEGEND)))
        self.crumbs.fit(room)
        lowest = height - EDGE - (_SUMS if self.is_table else 0)
        for widget in (self.legend, self.crumbs, self.note, self.card):
            if widget.isVisibleTo(self._parent):
                widget.move(EDGE, lowest - widget.height())
                lowest -= widget.height() + _GAP
        top = self.top
        self.costs.setGeometry(EDGE, top, WIDTH, max(lowest - top, 0))
