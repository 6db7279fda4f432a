"""What the values of the layer are like, for this image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.gui.fact_meanings import meanings
from explorer.gui.panels.inspector.over_time import OverTime
from explorer.gui.panels.inspector.page import Drawer, Page, Scroll, label
from explorer.gui.state import FromRun
from explorer.gui.text import tr
from explorer.gui.widgets.charts.histogram import Histogram
from explorer.gui.widgets.tables.fact_table import FactTable
from explorer.gui.widgets.words.numerals import compact, count

if TYPE_CHECKING:
    from explorer.gui.state import AppState
    from explorer.inspection.insight import Array
    from explorer.inspection.statistics import Statistics


class StatisticsPage(Page):
    """Range, mean, spread, zeros, dead maps and a histogram; below, the same of the layer's weights."""

    def __init__(self, state: AppState, drawer: Drawer) -> None:
        super().__init__(state, drawer, "statistics")
        self.heads = (label("heading"), label("heading"))
        self.histograms = (Histogram(), Histogram())
        self.captions = (label("caption", wrap=True), label("caption", wrap=True))
        self.tables = (FactTable(), FactTable())
        self.over_time = OverTime()
        self._sections = []
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 4, 0, 8)
        inner.setSpacing(16)
        for parts in zip(self.heads, self.histograms, self.captions, self.tables, strict=True):
            section = QWidget()
            box = QVBoxLayout(section)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(8)
            for part in parts:
                box.addWidget(part)
            self._sections.append(section)
            inner.addWidget(section)
        inner.insertWidget(1, self.over_time)
        inner.addStretch(1)
        self._scroll = Scroll(content)
        self.fill(self._scroll)
        state.past_changed.connect(self._show_over_time)

    def contents(self) -> tuple[QWidget, ...]:
        return (self._scroll,)

    def retranslate(self) -> None:
        self.over_time.retranslate()
        for head, histogram, key in zip(self.heads, self.histograms, ("values", "weights"), strict=True):
            head.setText(tr(f"inspector.of_{key}"))
            histogram.setAccessibleName(tr(f"inspector.of_{key}"))

    def refresh(self) -> None:
        subject, insight, activation = self.subject(), self.state.insight, self.activation()
        if subject is None or insight is None or activation is None:
            self.show_empty(self.why_nothing())
            return
        weights = insight.filters.get(subject.node.path)
        self._show_over_time()

        def work() -> list[Statistics | None]:
            from explorer.inspection import statistics

            arrays: tuple[Array | None, ...] = (activation, weights)
            return [None if array is None else statistics.measure(array) for array in arrays]

        self.drawer.request(work, self._show)

    def _show_over_time(self) -> None:
        subject, past, weights = self.subject(), self.state.past, self.state.weights
        if subject is not None and self.isVisible():
            at = None
            if past is not None and isinstance(weights, FromRun) and not weights.is_live:
                at = past.place(weights.moment)
            self.over_time.show_layer(past, subject.node.path, at)

    def _show(self, found: list[Statistics | None]) -> None:
        self.show_empty("")
        for index, statistics in enumerate(found):
            self._sections[index].setVisible(statistics is not None)
            if statistics is None:
                continue
            self.histograms[index].show_counts(statistics.counts.tolist(), statistics.edges.tolist())
            self.histograms[index].setVisible(bool(statistics.counts.any()))
            key = "without_zeros" if statistics.zeros else "all_values"
            self.captions[index].setText(tr(f"inspector.{key}", share=f"{statistics.zeros:.1%}"))
            self.tables[index].show_facts(_facts(statistics, of_maps=index == 0), meanings())


def _facts(found: Statistics, *, of_maps: bool) -> list[tuple[str, str]]:
    facts = [
        (tr("inspector.count"), count(found.values)),
        (tr("inspector.range"), f"{compact(found.minimum)} … {compact(found.maximum)}"),
        (tr("inspector.mean"), compact(found.mean)),
        (tr("inspector.std"), compact(found.std)),
        (tr("inspector.zeros"), f"{found.zeros:.1%}"),
        (tr("inspector.negative"), f"{found.negative:.1%}"),
    ]
    if of_maps:
        facts.append((tr("inspector.dead_maps"), tr("inspector.of", part=found.dead, whole=found.maps)))
    if found.bad:
        facts.append((tr("inspector.not_finite"), count(found.bad)))
    return facts
