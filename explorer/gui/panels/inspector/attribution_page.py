"""Where in the image a class comes from, computed when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explorer.graph.model import Category
from explorer.gui.panels.inspector.page import Drawer, Page, Scroll, label, row
from explorer.gui.text import tr
from explorer.gui.widgets.numerals import compact
from explorer.gui.widgets.prediction_bars import percent
from explorer.gui.widgets.scale_bar import ScaleBar
from explorer.gui.widgets.tile_grid import TileGrid

if TYPE_CHECKING:
    from explorer.gui.state import AppState
    from explorer.inspection.insight import Attribution, Prediction
    from explorer.inspection.tiles import Mosaic

METHODS = ("gradient", "grad_cam")


class AttributionPage(Page):
    """Chooses a class and a method, asks, and lays the answer over the image."""

    def __init__(self, state: AppState, drawer: Drawer) -> None:
        super().__init__(state, drawer, "attribution")
        self.method, self.target = QComboBox(), QComboBox()
        for box in (self.method, self.target):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        self.start = QPushButton()
        self.about, self.warning = label("secondary", wrap=True), label("warning", wrap=True)
        self.caption = label("caption", wrap=True)
        self.grid, self.scale = TileGrid(), ScaleBar()
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 4, 0, 8)
        inner.setSpacing(10)
        choices = row(self.method, self.target)
        for widget in (choices, row(self.start, None), self.about, self.warning, self.grid, self.scale, self.caption):
            inner.addWidget(widget)
        inner.addStretch(1)
        self._scroll = Scroll(content)
        self.fill(self._scroll)
        self._is_asking = False
        self._targets: tuple[tuple[int, str], ...] = ()
        self._asked: Prediction | None = None  # the class that was asked for last, where its name is known
        self.start.clicked.connect(self._on_start)
        self.method.currentIndexChanged.connect(self._on_method)
        self.grid.hovered.connect(self._on_hovered)
        state.attribution_changed.connect(self._on_answer)

    def ask(self, method: str, target: int) -> None:
        """Asks for class number `target` by `method`."""
        from explorer.inspection.insight import Method, Question

        subject = self.subject()
        if subject is None:
            return
        self._is_asking = True
        predictions = () if self.state.insight is None else self.state.insight.predictions
        self._asked = next((prediction for prediction in predictions if prediction.index == target), None)
        self.state.request_attribution(Question(Method(method), target, subject.node.path))
        self._show_start()

    # -- Page -------------------------------------------------------------------------------------------------------

    def contents(self) -> tuple[QWidget, ...]:
        return (self._scroll,)

    def retranslate(self) -> None:
        chosen = max(0, self.method.currentIndex())
        self.method.blockSignals(True)
        self.method.clear()
        for key in METHODS:
            self.method.addItem(tr(f"inspector.method_{key}"), key)
        self.method.setCurrentIndex(chosen)
        self.method.blockSignals(False)
        self.method.setAccessibleName(tr("inspector.method"))
        self.target.setAccessibleName(tr("inspector.target"))
        self.grid.setAccessibleName(tr("inspector.tab_attribution"))
        self.scale.setAccessibleName(tr("inspector.scale"))
        self._targets = ()
        self._show_start()

    def refresh(self) -> None:
        insight = self.state.insight
        if self.subject() is None or insight is None or not insight.predictions:
            self.show_empty(tr("inspector.no_logits") if insight is not None else self.why_nothing())
            return
        self.show_empty("")
        self._list_targets(insight.predictions)
        self.warning.setText("" if insight.is_trained else tr("inspector.untrained_attribution"))
        self.warning.setVisible(not insight.is_trained)
        self._on_method()
        self._draw()

    def _list_targets(self, predictions: tuple[Prediction, ...]) -> None:
        targets = tuple((p.index, f"{class_words(p)} · {percent(p.probability)}") for p in predictions)
        if targets == self._targets:
            return
        chosen = self.target.currentData()
        self._targets = targets
        self.target.clear()
        for index, words in targets:
            self.target.addItem(words, index)
        self.target.setCurrentIndex(max(0, self.target.findData(chosen)))

    def _on_method(self) -> None:
        subject = self.subject()
        has_maps = subject is not None and len(subject.node.output_shape) == 3
        is_cam = self.method.currentData() == "grad_cam"
        if is_cam and subject is not None:
            about = "about_grad_cam" if has_maps else "no_grad_cam"
            self.about.setText(tr(f"inspector.{about}", layer=subject.node.path))
        else:
            self.about.setText(tr("inspector.about_gradient"))
        is_input = subject is not None and subject.node.category == Category.INPUT
        self.start.setEnabled(self._is_asking or not is_cam or (has_maps and not is_input))
        self._show_start()

    def _show_start(self) -> None:
        self.start.setText(tr("inspector.cancel" if self._is_asking else "inspector.compute"))
        role = "" if self._is_asking else "primary"
        if self.start.property("role") != role:
            self.start.setProperty("role", role)
            self.start.style().unpolish(self.start)
            self.start.style().polish(self.start)

    def _on_start(self) -> None:
        if self._is_asking:
            self.state.request_attribution(None)
        elif self.target.currentIndex() >= 0:
            self.ask(str(self.method.currentData()), int(self.target.currentData()))

    def _on_answer(self) -> None:
        self._is_asking = False
        if self.isVisible():
            self._on_method()
            self._draw()

    # -- drawing ----------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        found = self.state.attribution
        for widget in (self.grid, self.scale, self.caption):
            widget.setVisible(found is not None)
        if found is None:
            self.grid.show_mosaic(None)
            return
        width = self.grid.pixel_width()

        def work() -> Mosaic:
            from explorer.inspection import tiles

            return tiles.overlay(found.image, found.heat, width=width)

        self.drawer.request(work, self._show)

    def _show(self, mosaic: Mosaic) -> None:
        from explorer.inspection import colourmaps

        found = self.state.attribution
        if found is None:
            return
        self.grid.show_mosaic(mosaic)
        self.scale.show_scale(colourmaps.table(mosaic.scale.colours), 0.0, found.peak)
        self.caption.setText(self._words(found))

    def _words(self, found: Attribution) -> str:
        asked, target = self._asked, found.question.target
        words = class_words(asked) if asked is not None and asked.index == target else tr("inspector.class_n", n=target)
        if found.peak == 0:
            return tr("inspector.nothing_speaks", label=words)
        key = "answer_grad_cam" if found.question.path and found.question.method == "grad_cam" else "answer_gradient"
        return tr(f"inspector.{key}", label=words, layer=found.question.path)

    def _on_hovered(self, at: tuple[int, int, int] | None) -> None:
        found = self.state.attribution
        if found is None:
            return
        if at is None or at[1] < 0:
            self.scale.set_marker(None)
            self.caption.setText(self._words(found))
            return
        value = float(found.heat[at[1], at[2]]) * found.peak
        self.scale.set_marker(value)
        self.caption.setText(tr("inspector.at_pixel", row=at[1], column=at[2], value=compact(value)))


def class_words(prediction: Prediction) -> str:
    """The name of a class, or "class 3" in the language of the window."""
    return prediction.label if prediction.is_named else tr("inspector.class_n", n=prediction.index)
