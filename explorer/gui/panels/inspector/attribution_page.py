"""Where in the image a class comes from, computed when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explorer.graph.model import Category
from explorer.gui.class_text import say_class, say_predictions
from explorer.gui.panels.inspector.page import Drawer, Page, Scroll, label, row
from explorer.gui.text import tr
from explorer.gui.widgets.charts.scale_bar import ScaleBar
from explorer.gui.widgets.pictures.prediction_bars import percent
from explorer.gui.widgets.pictures.tile_grid import TileGrid
from explorer.gui.widgets.words.numerals import compact
from explorer.gui.widgets.words.progress_bar import ProgressBar

if TYPE_CHECKING:
    from explorer.gui.state import AppState
    from explorer.inspection.insight import Attribution, Prediction
    from explorer.inspection.tiles import Mosaic

METHODS = ("gradient", "grad_cam", "occlusion", "integrated")


class AttributionPage(Page):
    """Chooses a class and a method, asks, and lays the answer over the image."""

    def __init__(self, state: AppState, drawer: Drawer) -> None:
        super().__init__(state, drawer, "attribution")
        self.method, self.target = QComboBox(), QComboBox()
        for box in (self.method, self.target):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        self.start, self.progress = QPushButton(), ProgressBar()
        self.about, self.warning = label("secondary", wrap=True), label("warning", wrap=True)
        self.caption = label("caption", wrap=True)
        self.grid, self.scale = TileGrid(), ScaleBar()
        self._scroll = Scroll(self._laid_out())
        self.fill(self._scroll)
        self._is_asking = False
        self._targets: list[tuple[int, str]] = []
        self._picked: int | None = None  # the class that the user chose; else the likeliest is meant
        self._asked = (-1, "")  # the class that was asked for last, and its name
        self._connect()

    def _laid_out(self) -> QWidget:
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 4, 0, 8)
        inner.setSpacing(10)
        keeping = self.progress.sizePolicy()
        keeping.setRetainSizeWhenHidden(True)  # the button stays where and as it is
        self.progress.setSizePolicy(keeping)
        self.progress.hide()
        choices, asking = row(self.method, self.target), row(self.start, self.progress, spacing=12)
        for widget in (choices, asking, self.about, self.warning, self.grid, self.scale, self.caption):
            inner.addWidget(widget)
        inner.addStretch(1)
        return content

    def _connect(self) -> None:
        self.start.clicked.connect(self._on_start)
        self.method.currentIndexChanged.connect(self._on_method)
        self.target.activated.connect(self._on_picked)
        self.grid.hovered.connect(self._on_hovered)
        self.state.attribution_progressed.connect(self._on_progress)
        self.state.attribution_changed.connect(self._on_answer)

    def ask(self, method: str, target: int) -> None:
        """Asks for class number `target` by `method`."""
        from explorer.inspection.insight import Method, Question

        subject = self.subject()
        if subject is None:
            return
        self._is_asking = True
        self._asked = (target, self._name(target))
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
        for widget, key in ((self.method, "method"), (self.target, "target")):
            widget.setToolTip(tr(f"inspector.{key}_tip"))
        self.progress.setAccessibleName(tr("inspector.progress"))
        self.grid.setAccessibleName(tr("inspector.tab_attribution"))
        self.scale.setAccessibleName(tr("inspector.scale"))
        self._targets = []
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
        """The likeliest classes, and the true one also where it is none of them."""
        names = say_predictions(predictions)
        targets = [(p.index, f"{names[p.index]} · {percent(p.probability)}") for p in predictions]
        true = self._true_class()
        if true is not None and true not in {p.index for p in predictions}:
            targets.append((true, tr("inspector.true_class", label=self._name(true))))
        if targets == self._targets:
            return
        self._targets = targets
        self.target.clear()
        for index, words in targets:
            self.target.addItem(words, index)
        self.target.setCurrentIndex(max(0, self.target.findData(self._picked)))

    def _true_class(self) -> int | None:
        """The number of the class that the image is of; None where it is unknown, or the model has other classes."""
        image, insight = self.state.image, self.state.insight
        if image is None or insight is None or image.label not in image.classes:
            return None
        named = [p for p in insight.predictions if p.is_named]
        is_same = all(p.index < len(image.classes) and image.classes[p.index] == p.label for p in named)
        return image.classes.index(image.label) if named and is_same else None

    def _name(self, target: int) -> str:
        image, insight = self.state.image, self.state.insight
        predictions = () if insight is None else insight.predictions
        names = say_predictions(predictions)
        if target in names:
            return names[target]
        is_true = image is not None and target == self._true_class()
        if image is None or image.label is None or not is_true:
            return tr("inspector.class_n", n=target)
        return say_class(image.label, image.classes)

    def _on_picked(self, place: int) -> None:
        self._picked = self.target.itemData(place)

    def _on_method(self) -> None:
        subject = self.subject()
        has_maps = subject is not None and len(subject.node.output_shape) == 3
        is_cam = self.method.currentData() == "grad_cam"
        if is_cam and subject is not None:
            about = "about_grad_cam" if has_maps else "no_grad_cam"
            self.about.setText(tr(f"inspector.{about}", layer=subject.node.path))
        else:
            self.about.setText(tr(f"inspector.about_{self.method.currentData()}"))
        is_input = subject is not None and subject.node.category == Category.INPUT
        self.start.setEnabled(self._is_asking or not is_cam or (has_maps and not is_input))
        self._show_start()

    def _show_start(self) -> None:
        self.start.setText(tr("inspector.cancel" if self._is_asking else "inspector.compute"))
        self.start.setToolTip(tr("inspector.cancel_tip" if self._is_asking else "inspector.compute_tip"))
        if not self._is_asking:
            self.progress.hide()
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

    def _on_progress(self, share: float | None) -> None:
        if self._is_asking:
            self.progress.show_fraction(share)
            self.progress.show()

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
        target = found.question.target
        words = self._asked[1] if self._asked[0] == target else tr("inspector.class_n", n=target)
        if found.peak == 0:
            return tr("inspector.nothing_speaks", label=words)
        return tr(f"inspector.answer_{found.question.method}", label=words, layer=found.question.path)

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
