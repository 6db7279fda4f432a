"""The top of the inspector: the image, where to take another from, and what the model makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from explorer.data import cards
from explorer.gui import theme
from explorer.gui.class_text import say_class, say_predictions
from explorer.gui.panels.inspector.drawing import Drawing
from explorer.gui.panels.inspector.page import label, row
from explorer.gui.state import FromRun
from explorer.gui.text import language, say, tr
from explorer.gui.widgets.frames.popover import Popover
from explorer.gui.widgets.pictures.image_intake import DatasetSource, SampleSource
from explorer.gui.widgets.pictures.image_well import ImageWell
from explorer.gui.widgets.pictures.pixels import thumbnail
from explorer.gui.widgets.pictures.prediction_bars import Bar, PredictionBars
from explorer.gui.widgets.words.numerals import count
from explorer.gui.widgets.words.plain import plain

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from explorer.errors import ExplorerError
    from explorer.gui.state import AppState, PinnedImage
    from explorer.runs.plan import RunPlan

DATASETS = ("digits", "shapes")  # carried with the program
_SHOWN_NAME = 40


class ImageSection(QWidget):
    """Image well, predictions, a line about the image, and errors where they happened.

    Signals:
        file_wanted: The user wants to choose an image file.
    """

    file_wanted = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self.well, self.bars = ImageWell(), PredictionBars()
        self.hint = label("secondary", wrap=True)
        self.pick = QToolButton()
        self.pick.setProperty("role", "flat")
        self.pick.setFixedSize(26, 26)
        self.about, self.badge = label("caption"), label("badge")
        self.problem = label("error", wrap=True)
        self.problem.hide()
        self.warning = label("error", wrap=True)  # about the weights
        self.warning.hide()
        self._error: ExplorerError | None = None
        self._drawing: Drawing | None = None
        self._sheet = Popover(self._new_drawing, self.well, size=QSize(0, 0), is_left=True)
        self._lay_out()
        self.well.taken.connect(state.request_image)
        self.well.refused.connect(self._on_refused)
        self.well.menu_requested.connect(self.show_menu)
        self.well.stepped.connect(self._step)
        self.pick.clicked.connect(self._on_pick)
        state.image_changed.connect(self._on_image)
        state.image_refused.connect(self._on_refused)
        state.insight_changed.connect(self._on_insight)
        state.graph_changed.connect(self._on_graph)
        state.choice_changed.connect(self._on_insight)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(2)
        side.addWidget(row(self.hint, self.pick, spacing=4))
        side.addWidget(self.bars)
        side.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.well, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(side, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(top)
        self._foot = row(self.about, None, self.badge)
        box.addWidget(self._foot)
        box.addWidget(self.warning)
        box.addWidget(self.problem)

    def retranslate(self) -> None:
        self.well.setAccessibleName(tr("inspector.image"))
        self.well.set_empty_text(tr("inspector.drop_here"))
        self.bars.setAccessibleName(tr("inspector.predictions"))
        self.hint.setText(tr("inspector.well_hint"))
        self.pick.setAccessibleName(tr("inspector.pick"))
        self.pick.setToolTip(tr("inspector.pick"))
        self.badge.setText(tr("inspector.untrained"))
        self.badge.setToolTip(tr("inspector.untrained_why"))
        self._foot.setMinimumHeight(self.badge.sizeHint().height())  # so that nothing moves when it comes or goes
        self.restyle()
        self._show_image()
        self._on_insight()
        if self._drawing is not None:
            self._drawing.retranslate()
        if self._error is not None:
            self.problem.setText(self._error.language(language()))

    def restyle(self) -> None:
        """Takes icons of the present theme."""
        self.pick.setIcon(theme.icon("photo", "secondary", 18))

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _on_image(self) -> None:
        self._error = None
        self.problem.hide()
        self.well.set_error(False)
        self._show_image()

    def _show_image(self) -> None:
        image = self._state.image
        self.well.show_image(None if image is None else thumbnail(image.pixels))
        if image is None:
            self.about.setText("")
            return
        name = _name(image)
        name = name if len(name) <= _SHOWN_NAME else f"…{name[-_SHOWN_NAME:]}"
        size = f"{image.pixels.shape[1]}×{image.pixels.shape[0]}"
        parts = [name, size] if name else [size]
        if image.label is not None:
            parts.append(tr("inspector.true_label", label=say_class(image.label, image.classes)))
        self.about.setText(" · ".join(parts))
        self._show_notes()

    def _show_notes(self) -> None:
        image, insight = self._state.image, self._state.insight
        notes = [*(image.notes if image is not None else ()), *(insight.notes if insight is not None else ())]
        words = "\n".join(say(note) for note in notes)
        self.well.setToolTip(plain(words) or tr("inspector.well_hint"))
        self.about.setToolTip(plain(words))
        self.well.setAccessibleDescription(self.about.text())

    def _on_insight(self) -> None:
        insight, image = self._state.insight, self._state.image
        self._show_notes()
        self.warning.setText("" if insight is None else "\n".join(say(text) for text in insight.warnings))
        self.warning.setVisible(insight is not None and bool(insight.warnings))
        self.badge.setVisible(insight is not None and not insight.is_trained)
        if insight is None:
            key = "loading" if not self._state.is_ready else "no_image" if image is None else "looking"
            does_not_run = self._state.is_own_model and self._state.has_misfit
            words = tr("models.no_predictions" if does_not_run else f"inspector.{key}")
            self.bars.show_bars((), words)
            return
        true = None if image is None else image.label
        names = say_predictions(insight.predictions)
        bars = tuple(
            Bar(names[p.index], p.probability, is_true=p.is_named and p.label == true) for p in insight.predictions
        )
        self.bars.show_bars(bars, tr("models.no_numbers" if insight.warnings else "inspector.no_logits"))

    def _on_graph(self) -> None:
        if self._state.is_own_model and self._state.insight is None:  # now it is known why, or for how long
            self._on_insight()

    def _on_refused(self, error: ExplorerError) -> None:
        self._error = error
        self.problem.setText(error.language(language()))
        self.problem.show()
        self.well.set_error(True)

    # -- taking another ---------------------------------------------------------------------------------------------

    def menu(self) -> QMenu:
        """Where an image can be taken from."""
        from explorer.data import samples

        menu = QMenu(self)
        menu.addAction(theme.icon("folder-open", "secondary"), tr("inspector.open"), self.file_wanted.emit)
        menu.addAction(theme.icon("clipboard", "secondary"), tr("inspector.paste"), self.well.paste)
        menu.addAction(theme.icon("pencil", "secondary"), tr("inspector.draw"), self.draw)
        photos = menu.addMenu(theme.icon("photo", "secondary"), tr("inspector.samples"))
        for sample in samples.photos():
            _entry(photos, say(sample.title), SampleSource(sample.name), self._on_entry)
        for name, place in self._datasets().items():
            words = tr("inspector.from_dataset", name=say(cards.short_title(name)))
            images = menu.addMenu(theme.icon("grid-dots", "secondary"), words)
            here = self._index_in(name)
            steps = ("next_image", here + 1), ("previous_image", here - 1), ("random_image", _random_index())
            for key, index in steps:
                _entry(images, tr(f"inspector.{key}"), DatasetSource(name, index, place), self._on_entry)
        return menu

    def show_menu(self, at: QPoint) -> None:
        """Shows `menu` at a global position."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _datasets(self) -> dict[str, str | None]:
        """Names and folders of the data sets that are offered: of the weights first, then those that are carried."""
        plan = self._plan()
        learned = {} if plan is None else {plan.dataset: plan.data_dir}
        return {**learned, **dict.fromkeys(DATASETS)}

    def draw(self) -> None:
        """Offers a sheet to draw on."""
        drawing = self._sheet.content()
        assert isinstance(drawing, Drawing)
        plan = self._plan()
        drawing.set_dataset("" if plan is None else plan.dataset)
        self._sheet.open()
        drawing.pad.setFocus()

    def _new_drawing(self) -> Drawing:
        self._drawing = drawing = Drawing()
        drawing.drawn.connect(self._state.request_image)
        return drawing

    def _plan(self) -> RunPlan | None:
        """What the weights were trained by; None for others."""
        weights = self._state.weights
        if not isinstance(weights, FromRun):
            return None
        return next((record.plan for record in self._state.runs if record.id == weights.run), None)

    def _on_pick(self) -> None:
        self.show_menu(self.pick.mapToGlobal(QPoint(0, self.pick.height())))

    def _on_entry(self) -> None:
        action: QAction = self.sender()  # type: ignore[assignment]
        self._state.request_image(action.data())

    def _index_in(self, dataset: str) -> int:
        """Number of the image that is shown, if it is from `dataset`, else one before the first."""
        source = None if self._state.image is None else self._state.image.source
        return source.index if isinstance(source, DatasetSource) and source.dataset == dataset else -1

    def _step(self, step: int) -> None:
        source = None if self._state.image is None else self._state.image.source
        if isinstance(source, DatasetSource):
            self._state.request_image(replace(source, index=source.index + step))


def _name(image: PinnedImage) -> str:
    """Where it comes from; an image of a data set by the title of that."""
    source = image.source
    if not isinstance(source, DatasetSource):
        return image.name
    return f"{say(cards.short_title(source.dataset))} #{count(source.index)}"  # else it is taken for the digit shown


def _entry(menu: QMenu, words: str, source: object, slot: object) -> None:
    action = menu.addAction(words)
    action.setData(source)
    action.triggered.connect(slot)


def _random_index() -> int:
    import random

    return random.randrange(1 << 20)
