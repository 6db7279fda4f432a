"""What the pages of maps and of filters have in common: pictures that scroll, their scale, and what is pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.gui.panels.inspector.page import Drawer, Page, Scroll, label
from explorer.gui.text import tr
from explorer.gui.widgets.charts.scale_bar import ScaleBar
from explorer.gui.widgets.pictures.tile_grid import TileGrid

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.gui.state import AppState

REDRAW_MS = 60  # after a change of width


class MosaicPage(Page):
    """A grid of pictures of one layer. They are drawn anew in another width, a little after the last change of it.

    Attributes:
        head: What is shown.
        scale: The colours and their values.
        grid: The pictures, in `area`.
        readout: The value that is pointed at.
    """

    def __init__(self, state: AppState, drawer: Drawer, name: str) -> None:
        super().__init__(state, drawer, name)
        self.head = label("secondary")
        self.scale, self.grid, self.readout = ScaleBar(), TileGrid(), label("caption")
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 8)
        inner.addWidget(self.grid)
        self.below = inner  # for what belongs under the pictures
        inner.addStretch(1)
        self.area = Scroll(content)
        self._shown: tuple[object, ...] = ()
        self._resized = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._resized.timeout.connect(self._draw)
        self.grid.hovered.connect(self._on_hovered)
        self.grid.moved.connect(self._on_moved)

    def _draw(self) -> None:
        """Has the pictures drawn, if the page is shown and there is something to draw."""

    def _on_hovered(self, at: tuple[int, int, int] | None) -> None:
        """Tells of (picture, row, column), of a whole picture where row and column are -1, or of none."""

    def _is_another_layer(self) -> bool:
        """Whether the layer is another than when this was asked last; what belongs to that one is taken away then."""
        subject = self.subject()
        shown = (self.state.choice, None if subject is None else subject.node.path)
        if shown == self._shown:
            return False
        self._shown = shown
        self._clear()
        return True

    def _clear(self) -> None:
        self.area.verticalScrollBar().setValue(0)
        self.grid.show_mosaic(None)
        self.scale.show_scale(None, 0, 0)
        self.head.setText(tr("inspector.drawing"))

    def _on_moved(self, tile: QRect) -> None:
        middle = tile.center()
        self.area.ensureVisible(middle.x(), middle.y(), 0, tile.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized.start()
