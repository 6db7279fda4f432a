"""Under the maps: the first filters of the layer and its main figures, so that both are in sight together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.gui.panels.inspector.page import label, row
from explorer.gui.widgets.pictures.tile_grid import TileGrid
from explorer.gui.widgets.tables.fact_table import FactTable

if TYPE_CHECKING:
    from explorer.inspection.insight import Array
    from explorer.inspection.tiles import Ends, Mosaic

COLUMNS, ROWS = 8, 2


class Summary(QWidget):
    """A strip of sixteen kernels at most, and the main facts.

    Signals:
        opened(): The strip was clicked: show all filters.
    """

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.head, self.note = label("secondary"), label("secondary")
        self.strip, self.facts = TileGrid(), FactTable(is_short=True, label_width=88)
        self.strip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._title = row(self.head, None, self.note)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 4)
        box.setSpacing(8)
        for widget in (self._title, self.strip, self.facts):
            box.addWidget(widget)
        self.strip.chosen.connect(self._on_chosen)

    def show_filters(self, mosaic: Mosaic | None, head: str, note: str) -> None:
        """Shows the strip under its heading, or neither."""
        self.strip.show_mosaic(mosaic)
        for widget in (self._title, self.strip):
            widget.setVisible(mosaic is not None)
        self.head.setText(head)
        self.note.setText(note)

    def _on_chosen(self, _tile: int) -> None:
        self.opened.emit()


def draw_strip(weights: Array | None, width: int, gap: int, ends: Ends | None = None) -> Mosaic | None:
    """The first filters of a layer that reads 1 or 3 channels, else the first kernels of its first filter.

    `ends`, if given, are the lowest and the highest value of the colours.
    """
    from explorer.inspection import tiles

    if weights is None or weights.ndim != 4 or max(weights.shape[2:]) == 1:
        return None
    count = COLUMNS * ROWS
    if weights.shape[1] == 3:
        return tiles.rgb_mosaic(weights[:count], width=width, columns=COLUMNS, gap=gap, ends=ends)
    first = weights[:count].swapaxes(0, 1) if weights.shape[1] == 1 else weights
    return tiles.kernels(first[:, :count], 0, width=width, columns=COLUMNS, gap=gap, ends=ends)
