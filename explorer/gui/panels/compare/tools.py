"""The line between the graphs and the table: what the marks mean, how much is shown, zoom, and copies of the table."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from explorer.graph.views import Detail
from explorer.gui import theme
from explorer.gui.panels.compare.change_legend import ChangeLegend
from explorer.gui.text import tr
from explorer.gui.widgets.fields.named_clicks import named_clicks
from explorer.gui.widgets.fields.prefixed_box import PrefixedBox

_HEIGHT, _ICON = 30, 16
_WIDE, _NARROW = 1500, 1100  # px; with less, buttons have no words: at last those that change what is compared


class CompareTools(QFrame):
    """Says what was asked for and shows what it is told.

    Signals:
        detail_chosen(Detail): Another entry of the list was chosen by the user.
        zoomed(str): "in", "out", "reset" or "fit".
        link_switched(bool): The graphs are to move together, or each alone.
        copy_requested(str): "markdown" or "csv".
        drawing_requested: A file with the graphs is wanted.
        network_requested: One network more.
        same_input_switched(bool): All networks are to be given images of one shape, or each its own.
    """

    detail_chosen = Signal(object)
    zoomed = Signal(str)
    link_switched = Signal(bool)
    copy_requested = Signal(str)
    drawing_requested = Signal()
    network_requested = Signal()
    same_input_switched = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "status")
        self.setFixedHeight(_HEIGHT + 14)
        self.legend = ChangeLegend(self)
        self.detail = PrefixedBox(self)
        self.detail.setObjectName("compareDetail")
        self.detail.activated.connect(self._on_detail)
        self._zoom = {name: self._button(f"compareZoom{name.title()}") for name in ("out", "reset", "in")}
        self._fit = self._button("compareFit")
        self.link = self._button("compareLink")
        self.add = self._button("compareAdd")
        self.same_input = self._button("compareSameInput")
        self._copy = self._button("compareCopy")
        self._copy_actions = {form: QAction(self) for form in ("markdown", "csv")}
        self._draw = QAction(self)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.restyle()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setProperty("role", "floating")
        button.setIconSize(QSize(_ICON, _ICON))
        button.setFixedHeight(_HEIGHT)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        group = QFrame(self)
        group.setProperty("role", "card")
        group.setFixedHeight(_HEIGHT)
        zoom = QHBoxLayout(group)
        zoom.setContentsMargins(1, 1, 1, 1)
        zoom.setSpacing(0)
        for button in self._zoom.values():
            button.setProperty("role", "flat")
            button.setFixedHeight(_HEIGHT - 2)
            zoom.addWidget(button)
        self._zoom["reset"].setMinimumWidth(48)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.legend, 1)
        for widget in (self.add, self.same_input, self.detail, group, self._fit, self.link, self._copy):
            row.addWidget(widget)

    def _on_detail(self, row: int) -> None:
        self.detail_chosen.emit(Detail(self.detail.itemData(row)))

    def _connect(self) -> None:
        named_clicks({**self._zoom, "fit": self._fit}, self).connect(self.zoomed)
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.link.toggled.connect(self.link_switched)
        self.same_input.setCheckable(True)
        self.same_input.toggled.connect(self.same_input_switched)
        self.add.clicked.connect(self.network_requested)
        menu = QMenu(self._copy)
        named_clicks(self._copy_actions, self).connect(self.copy_requested)
        menu.addActions(list(self._copy_actions.values()))
        menu.addSeparator()
        menu.addAction(self._draw)
        self._draw.triggered.connect(self.drawing_requested)
        self._copy.setMenu(menu)
        self._copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def show_zoom(self, zoom: float) -> None:
        self._zoom["reset"].setText(f"{zoom * 100:.0f}%")

    def show_detail(self, detail: Detail | None) -> None:
        """Shows the level that both graphs are at; None where they are at different ones."""
        if detail is None:
            self.detail.setCurrentIndex(-1)
        else:
            self.detail.choose(detail)
        self.detail.updateGeometry()

    def set_has_comparison(self, has_comparison: bool) -> None:
        self._copy.setEnabled(has_comparison)

    def restyle(self) -> None:
        icons = ((self._zoom["in"], "plus"), (self._zoom["out"], "minus"), (self._fit, "arrows-maximize"))
        more = ((self.link, "link"), (self._copy, "copy"), (self.add, "plus"), (self.same_input, "photo"))
        for button, icon in (*icons, *more):
            button.setIcon(theme.icon(icon, "secondary", _ICON))
        self.legend.update()

    def retranslate(self) -> None:
        self.detail.offer([(detail, tr(f"graph.detail_{detail}")) for detail in Detail])
        self.detail.set_words(tr("graph.detail"), tr("graph.detail_own"))
        self.detail.setToolTip(tr("graph.detail_tip"))
        for button, area, key in (
            (self._zoom["in"], "graph", "zoom_in"),
            (self._zoom["out"], "graph", "zoom_out"),
            (self._zoom["reset"], "graph", "zoom_reset"),
            (self._fit, "graph", "fit"),
            (self.link, "compare", "link"),
            (self._copy, "compare", "copy"),
            (self.add, "compare", "add"),
            (self.same_input, "compare", "same_input"),
        ):
            button.setAccessibleName(tr(f"{area}.{key}"))
            button.setToolTip(tr(f"{area}.{key}_tip"))
        self._fit.setText(tr("graph.fit"))
        self.link.setText(tr("compare.link"))
        self.add.setText(tr("compare.add"))
        self.same_input.setText(tr("compare.same_input"))
        self._copy.setText(tr("compare.copy"))
        for form, action in self._copy_actions.items():
            action.setText(tr(f"compare.copy_{form}"))
        self._draw.setText(tr("compare.draw"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if is_wide else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in (self._fit, self.link, self._copy):
            button.setToolButtonStyle(style)
        is_narrow = self.width() < _NARROW
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if is_narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in (self.add, self.same_input):
            button.setToolButtonStyle(style)
        self.detail.set_compact(not is_wide)
