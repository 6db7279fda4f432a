"""The tools above the graph or its table: find, detail, colours, zoom, fit, view options, copy, export."""

from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from explorer.graph.colouring import ColourBy
from explorer.graph.views import Detail
from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.fields.find_field import FindField
from explorer.gui.widgets.fields.prefixed_box import PrefixedBox

_HEIGHT = 30
_ICON = 16


class _Left(IntEnum):
    """What is left out of the row where it has too little room; each with all before it."""

    NOTHING = 0
    WORDS = 1  # beside icons
    PREFIXES = 2  # before what was chosen
    ZOOM = 3  # the wheel and the keys do the same
    FIT = 4  # a key does the same, and the menu of options offers it then
    EXPORT = 5  # offered by the menu then
    CHOICES = 6  # of detail and colours, while something is sought


class GraphTools(QWidget):
    """A row of controls; says what was asked for and shows what it is told.

    Signals:
        detail_chosen(Detail), colour_chosen(ColourBy): Another entry of a list was chosen by the user.
        zoom_in_requested, zoom_out_requested, zoom_reset_requested, fit_requested: Buttons.
        blocks_toggled(bool): The table is to have rows for blocks, or not.
        export_requested: What is shown is to be written to a file.
        resized: The row needs another width.
    """

    detail_chosen = Signal(object)
    colour_chosen = Signal(object)
    zoom_in_requested = Signal()
    zoom_out_requested = Signal()
    zoom_reset_requested = Signal()
    fit_requested = Signal()
    blocks_toggled = Signal(bool)
    export_requested = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fitted: tuple[object, ...] = ()  # for what was found out how much is left out
        self._is_table = False
        self.search = FindField(self)
        self.search.asked_for_room.connect(self.resized)
        self.detail = PrefixedBox(self)
        self.detail.setObjectName("detailSelector")
        self.detail.activated.connect(self._on_detail)
        self.colour = PrefixedBox(self)
        self.colour.setObjectName("colourSelector")
        self.colour.activated.connect(self._on_colour)
        self._zoom_out = self._button("zoomOut", self.zoom_out_requested.emit)
        self._zoom = self._button("zoomReset", self.zoom_reset_requested.emit)
        self._zoom_in = self._button("zoomIn", self.zoom_in_requested.emit)
        self._fit = self._button("fitButton", self.fit_requested.emit)
        self.blocks = self._button("tableBlocks")
        self.blocks.setCheckable(True)
        self.blocks.toggled.connect(self.blocks_toggled)
        self._options, self._copy = (self._menu_button(name) for name in ("viewOptions", "copyButton"))
        self._export = self._button("exportButton", self.export_requested.emit)
        self._zooms = self._zoom_group()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._of_graph = (self.detail, self.colour, self._zooms, self._fit, self._options)
        self._of_table = (self.blocks, self._copy)
        for widget in (self.search, *self._of_graph, *self._of_table, self._export):
            row.addWidget(widget)
        for widget in self._of_table:
            widget.hide()
        self.retranslate()
        self.restyle()

    def _button(self, name: str, slot: Callable[[], object] | None = None) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setProperty("role", "floating")
        button.setIconSize(QSize(_ICON, _ICON))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFixedHeight(_HEIGHT)
        if slot is not None:
            button.clicked.connect(slot)
        return button

    def _menu_button(self, name: str) -> QToolButton:
        button = self._button(name)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        return button

    @property
    def options_menu(self) -> QMenu:
        """How the graph is drawn; to be filled when it is about to show."""
        return self._options.menu()

    def left_out(self) -> list[tuple[str, Callable[[], object]]]:
        """What the row has no room for and a menu is to offer: its words, and what it does."""
        offered = ((self._fit, self.fit_requested), (self._export, self.export_requested))
        return [(button.text(), signal.emit) for button, signal in offered if not button.isVisibleTo(self)]

    @property
    def copy_menu(self) -> QMenu:
        """What of the table can be copied; to be filled when it is about to show."""
        return self._copy.menu()

    def _zoom_group(self) -> QFrame:
        group = QFrame(self)
        group.setProperty("role", "card")
        group.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(group)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for button in (self._zoom_out, self._zoom, self._zoom_in):
            button.setProperty("role", "flat")
            button.setFixedHeight(_HEIGHT - 2)
            row.addWidget(button)
        return group

    # -- what is shown ----------------------------------------------------------------------------------------------

    def show_detail(self, detail: Detail | None) -> None:
        """Shows which level the graph is at; None where single blocks were opened or closed by hand."""
        before = self.detail.currentIndex()
        if detail is None:
            self.detail.setCurrentIndex(-1)
        else:
            self.detail.choose(detail)
        if self.detail.currentIndex() != before:
            self._resize()

    def show_zoom(self, zoom: float) -> None:
        percent = zoom * 100
        self._zoom.setText(f"{percent:.0f}%" if percent >= 1 else f"{percent:.1f}%")

    def fit_into(self, room: int) -> None:
        """Leaves out as little as needed to be at most `room` pixels wide, what is missed least first."""
        texts = (self.detail.shown, self.colour.shown, self._fit.text(), self._export.text())
        asked = (room, self._is_table, self.search.wanted, *texts)
        if asked == self._fitted:
            return
        self._fitted = asked
        self.search.set_room(self.search.wanted)
        for left_out in _Left:
            self._leave_out(left_out)
            needed = self.sizeHint().width()
            if needed <= room or (left_out == _Left.EXPORT and not self.search.is_used):
                break
        if needed > room:
            self.search.set_room(room - needed + self.search.width())

    def _leave_out(self, left_out: _Left) -> None:
        """Leaves out what `left_out` says, and all that comes before it."""
        is_icon = left_out >= _Left.WORDS
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if is_icon else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in (self._fit, self._copy, self._export):
            button.setToolButtonStyle(style)
        self.detail.set_compact(left_out >= _Left.PREFIXES)
        self.colour.set_compact(left_out >= _Left.PREFIXES)
        for choice in (self.detail, self.colour):
            choice.setVisible(left_out < _Left.CHOICES and not self._is_table)
        self._zooms.setVisible(left_out < _Left.ZOOM and not self._is_table)
        self._fit.setVisible(left_out < _Left.FIT and not self._is_table)
        self._export.setVisible(left_out < _Left.EXPORT or self._is_table)

    def set_table(self, is_table: bool) -> None:
        """Offers what can be done with the table, or with the graph."""
        self._is_table = is_table
        for widget in self._of_graph:
            widget.setVisible(not is_table)
        for widget in self._of_table:
            widget.setVisible(is_table)
        self._resize()

    def set_has_graph(self, has_graph: bool) -> None:
        for widget in (self.search, *self._of_graph, *self._of_table, self._export):
            widget.setEnabled(has_graph)

    def restyle(self) -> None:
        self.search.restyle()
        self._fit.setIcon(theme.icon("arrows-maximize", "secondary", _ICON))
        self._options.setIcon(theme.icon("adjustments-horizontal", "secondary", _ICON))
        self._options.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.blocks.setIcon(theme.icon("stack-2", "secondary", _ICON))
        self._copy.setIcon(theme.icon("copy", "secondary", _ICON))
        self._export.setIcon(theme.icon("download", "secondary", _ICON))
        self._zoom_in.setIcon(theme.icon("plus", "secondary", _ICON))
        self._zoom_out.setIcon(theme.icon("minus", "secondary", _ICON))
        self._zoom_in.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._zoom_out.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._zoom.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._zoom.setMinimumWidth(48)

    def retranslate(self) -> None:
        self.search.retranslate()
        self.detail.offer([(detail, tr(f"graph.detail_{detail}")) for detail in Detail])
        self.detail.set_words(tr("graph.detail"), tr("graph.detail_own"))
        self.detail.setToolTip(tr("graph.detail_tip"))
        self.colour.offer([(by, tr(f"graph.by_{by}")) for by in ColourBy])
        self.colour.set_words(tr("graph.colour"))
        self.colour.setToolTip(tr("graph.colour_tip"))
        for button, key in (
            (self._zoom_in, "zoom_in"),
            (self._zoom_out, "zoom_out"),
            (self._zoom, "zoom_reset"),
            (self._fit, "fit"),
            (self._options, "options"),
            (self.blocks, "table_blocks"),
            (self._copy, "copy"),
            (self._export, "export"),
        ):
            button.setAccessibleName(tr(f"graph.{key}"))
            button.setToolTip(tr(f"graph.{key}_tip"))
        self._fit.setText(tr("graph.fit"))
        self.blocks.setText(tr("graph.table_blocks"))
        self._copy.setText(tr("graph.copy"))
        self._export.setText(tr("graph.export"))
        self._resize()

    def _resize(self) -> None:
        self.detail.updateGeometry()
        self.colour.updateGeometry()
        self.resized.emit()

    # -- what is asked for ------------------------------------------------------------------------------------------

    def _on_detail(self, row: int) -> None:
        self._resize()
        self.detail_chosen.emit(Detail(self.detail.itemData(row)))

    def _on_colour(self, row: int) -> None:
        self._resize()
        self.colour_chosen.emit(ColourBy(self.colour.itemData(row)))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.resized.emit()
        return super().event(event)
