"""How the values of the layer change over the run: mean and deviation, and dead maps, at each stored moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.gui.panels.inspector.page import label, row
from explorer.gui.text import tr
from explorer.gui.widgets.charts.moment_plot import MomentPlot
from explorer.gui.widgets.words.numerals import compact

if TYPE_CHECKING:
    from explorer.runs.looking.past import Past


class OverTime(QWidget):
    """Two small plots; hidden while fewer than two moments are known."""

    def __init__(self) -> None:
        super().__init__()
        self.head = label("heading")
        self.titles, self.readouts = (label("caption"), label("caption")), (label("caption"), label("caption"))
        self.means, self.dead = MomentPlot(), MomentPlot()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.head)
        for title, readout, plot in zip(self.titles, self.readouts, (self.means, self.dead), strict=True):
            box.addWidget(row(title, None, readout))
            box.addWidget(plot)
        self.hide()

    def retranslate(self) -> None:
        """Takes all words in the present language."""
        self.head.setText(tr("inspector.of_time"))
        for title, plot, key in zip(self.titles, (self.means, self.dead), ("mean", "dead"), strict=True):
            title.setText(tr(f"inspector.{key}_over_time"))
            plot.setAccessibleName(title.text())

    def show_layer(self, past: Past | None, path: str, at: int | None) -> None:
        """Shows the layer `path`; `at` is the place of the moment that is looked at among those of `past`."""
        spreads = [] if past is None else past.spreads(path)
        known = [spread for spread in spreads if spread is not None]
        self.setVisible(len(known) > 1)
        if len(known) < 2:
            return
        self.means.show_values([None if s is None else (s.mean, s.std) for s in spreads], at)
        maps = known[-1].maps
        self.dead.show_values([None if s is None else (s.dead, 0.0) for s in spreads], at, (0.0, float(maps)))
        mean, dead = self.means.marked, self.dead.marked
        self.readouts[0].setText("" if mean is None else f"{compact(mean[1])} ± {compact(mean[2])}")
        self.readouts[1].setText("" if dead is None else tr("inspector.of", part=int(dead[1]), whole=maps))
