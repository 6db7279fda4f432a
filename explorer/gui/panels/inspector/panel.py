"""The right panel: an image, what the model makes of it, and everything that is known of the selected layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.graph import labels
from explorer.gui import theme
from explorer.gui.panels.inspector.field_frame import FieldFrame
from explorer.gui.panels.inspector.image_section import ImageSection
from explorer.gui.panels.inspector.page import BAR, Drawer, inset, label, row
from explorer.gui.panels.inspector.pages import CLASSES, Pages
from explorer.gui.panels.inspector.subject import subject_of, why_no_layer
from explorer.gui.panels.inspector.time_section import TimeSection
from explorer.gui.text import say, tr
from explorer.gui.widgets.frames.tab_strip import TabStrip
from explorer.gui.widgets.words.elided_label import ElidedLabel
from explorer.gui.widgets.words.still import Still

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QShowEvent

    from explorer.gui.panels.inspector.attribution_page import AttributionPage
    from explorer.gui.panels.inspector.filters_page import FiltersPage
    from explorer.gui.panels.inspector.layer_page import LayerPage
    from explorer.gui.panels.inspector.maps_page import MapsPage
    from explorer.gui.panels.inspector.statistics_page import StatisticsPage
    from explorer.gui.state import AppState

TABS = tuple(CLASSES)
WIDTH = 352


class InspectorPanel(QWidget):
    """Image well and predictions, the selected layer's name, and five pages about it.

    Only the page that is shown is drawn, on a worker.
    """

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setObjectName("inspector")
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(320)
        self.drawer = Drawer(self)
        self.image, self.time = ImageSection(state), TimeSection(state)
        self.square, self.title = ColourSquare(), ElidedLabel(elide=Qt.TextElideMode.ElideLeft)
        self.title.setProperty("role", "title")
        self.hint, self.footer = label("caption", wrap=True), ElidedLabel()
        self.footer.setProperty("role", "caption")
        self.dot = ColourSquare(is_round=True)
        self.tabs, self.pages = TabStrip(), Pages(state, self.drawer, self)
        for _ in TABS:
            self.tabs.addTab("")
        self._lay_out()
        self.tabs.setCurrentIndex(TABS.index("maps"))
        self.pages.show_page("maps")
        self.retranslate()
        self.tabs.currentChanged.connect(self._on_tab)
        self.maps.summary.opened.connect(self._on_filters_opened)
        self.frame = FieldFrame(state, self.image.well, self.maps)
        for signal in (
            state.selection_changed,
            state.graph_changed,
            state.graph_note_changed,
            state.insight_changed,
            state.image_changed,
        ):
            signal.connect(self.refresh)
        state.ready_changed.connect(self.refresh)
        state.language_changed.connect(self.retranslate)
        state.theme_changed.connect(self._on_theme)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16 - BAR, 10)
        box.setSpacing(8)
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(self.square, 0, Qt.AlignmentFlag.AlignVCenter)
        heading.addWidget(self.title, 1)
        heading.setContentsMargins(0, 4, BAR, 0)
        box.addLayout(inset(self.image))
        box.addLayout(inset(self.time))
        box.addLayout(heading)
        box.addLayout(inset(self.hint))
        box.addLayout(inset(self.tabs))
        box.addWidget(self.pages, 1)
        box.addLayout(inset(row(self.dot, Still(self.footer), spacing=6)))

    # -- pages ------------------------------------------------------------------------------------------------------

    @property
    def layer(self) -> LayerPage:
        return cast("LayerPage", self.pages["layer"])

    @property
    def maps(self) -> MapsPage:
        return cast("MapsPage", self.pages["maps"])

    @property
    def filters(self) -> FiltersPage:
        return cast("FiltersPage", self.pages["filters"])

    @property
    def statistics(self) -> StatisticsPage:
        return cast("StatisticsPage", self.pages["statistics"])

    @property
    def attribution(self) -> AttributionPage:
        return cast("AttributionPage", self.pages["attribution"])

    def show_tab(self, name: str) -> None:
        """Shows the page `name`, one of `TABS`."""
        self.tabs.setCurrentIndex(TABS.index(name))

    def current_tab(self) -> str:
        return TABS[self.tabs.currentIndex()]

    # -- what is shown ----------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Ends the drawing thread."""
        self.drawer.close()

    def refresh(self) -> None:
        """Shows the present state: heading, page and footer."""
        self._show_heading()
        self._show_footer()
        if self.isVisible():
            self.pages.current.refresh()

    def retranslate(self) -> None:
        """Takes all words in the present language."""
        self.setAccessibleName(tr("inspector.title"))
        self.tabs.setAccessibleName(tr("inspector.pages"))
        for index, name in enumerate(TABS):
            self.tabs.setTabText(index, tr(f"inspector.tab_{name}"))
        self.image.retranslate()
        self.time.retranslate()
        for page in self.pages.made():
            page.retranslate()
        self.refresh()

    def _on_tab(self, index: int) -> None:
        self.drawer.cancel()
        self.pages.show_page(TABS[index])
        self.refresh()

    def _on_filters_opened(self) -> None:
        self.show_tab("filters")

    def _on_theme(self) -> None:
        self.image.restyle()
        self.time.restyle()
        self.refresh()

    def _show_heading(self) -> None:
        subject = subject_of(self._state.graph, self._state.selection)
        if subject is None:
            self.square.show_colour(None)
            self.title.setText("")
            self.hint.setText(why_no_layer(self._state))
            return
        self.square.show_colour(theme.category_colour(subject.category))
        category = say(labels.CATEGORY_WORDS[subject.category])
        self.square.setToolTip(category)
        title = say(labels.title(subject.graph, subject.target))
        named = subject.block is None and subject.path and subject.path != title
        self.title.setText(f"{subject.path} · {title}" if named else title)
        self.title.setAccessibleDescription(category)
        if subject.block is not None:
            words = tr("inspector.block_output", layer=subject.node.path)
        elif subject.is_default:
            words = tr("inspector.select_a_layer" if subject.fits else "inspector.does_not_fit")
        else:  # always a line, or the pages below would jump with each selection
            words = tr("inspector.kind", kind=subject.node.kind, word=category)
        self.hint.setText(words)

    def _show_footer(self) -> None:
        insight = self._state.insight
        self.footer.setText("" if insight is None else tr("inspector.weights", origin=say(insight.origin)))
        role = "faint" if insight is None or not insight.is_trained else "danger" if insight.warnings else "success"
        self.dot.show_colour(None if insight is None else theme.colour(role))

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 900)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


class ColourSquare(QWidget):
    """A small square, or disc, of one colour."""

    def __init__(self, *, is_round: bool = False) -> None:
        super().__init__()
        side = 8 if is_round else 10
        self.setFixedSize(side, side)
        self._radius = side / 2 if is_round else 2.5
        self._colour: QColor | None = None

    def show_colour(self, colour: QColor | None) -> None:
        if colour != self._colour:
            self._colour = colour
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colour is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            painter.drawRoundedRect(QRectF(self.rect()), self._radius, self._radius)
