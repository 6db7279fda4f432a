"""What an evaluation says, from top to bottom: figures, matrix and images, classes and calibration, class by class."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from explorer.gui.panels.labs import evaluation_words as words
from explorer.gui.panels.labs.evaluation_details import CalibrationCard, ClassesCard, CoursesCard
from explorer.gui.panels.labs.evaluation_images import ImagesCard
from explorer.gui.panels.labs.evaluation_matrix import MatrixCard
from explorer.gui.widgets.words.figure_box import FigureBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from explorer.evaluation.comparison import Comparison
    from explorer.evaluation.summary import Summary
    from explorer.gui.services.evaluations import Evaluating
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState

_BOXES = 5
_WIDEST = 2200  # px
_AROUND = 24  # px over and under the figures
_LEAST_MATRIX, _MOST_MATRIX = 440, 780


class EvaluationBody(QScrollArea):
    """Made piece by piece, so that the window goes on in between; its parts are there once it `is_whole`.

    Signals:
        whole: Every part is there.
        epoch_chosen(int): The test that was clicked.
    """

    whole = Signal()
    epoch_chosen = Signal(int)

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self._state, self._run_control = state, run_control
        self._summary: Summary | None = None
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # It is higher than any window; a bar that comes when it is painted has all of it painted twice.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = QWidget()
        self._page.setProperty("role", "page")
        self._page.setMaximumWidth(_WIDEST)
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(16, 4, 16, 16)
        self._column.setSpacing(12)
        self.setWidget(self._page)
        self._steps: list[Callable[[], None]] = [
            self._make_figures,
            self._make_matrix,
            self._make_images,
            self._make_classes,
            self._make_calibration,
            self._make_strip,
            self._fit,
        ]
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._make_more)

    # -- putting together -------------------------------------------------------------------------------------------

    @property
    def is_whole(self) -> bool:
        return not self._steps and not self._turns.isActive()

    def begin(self) -> None:
        """Makes what is not there yet, a part each time the window has nothing else to do."""
        if self._steps:
            self._turns.start()

    def _make_more(self) -> None:
        if self._steps:
            self._steps.pop(0)()
            for widget in self._page.findChildren(QWidget):
                widget.ensurePolished()  # else sizes are others once it is seen, and all of it is painted twice
        else:
            self._turns.stop()
            self.whole.emit()

    def _make_figures(self) -> None:
        figures = QHBoxLayout()
        figures.setSpacing(8)
        self.boxes = [FigureBox(self._page) for _ in range(_BOXES)]
        for box in self.boxes:
            figures.addWidget(box)
        self.compared = QLabel(self._page, wordWrap=True)
        self.compared.setProperty("role", "secondary")
        self.compared.hide()
        self._column.addLayout(figures)
        self._column.addWidget(self.compared)
        self._upper, self._lower = self._row(), self._row()

    def _make_matrix(self) -> None:
        self.matrix = MatrixCard(self._page)
        self.matrix.retranslate()
        self.matrix.restyle()
        self._upper.addWidget(self.matrix)

    def _make_images(self) -> None:
        self.images = ImagesCard(self._state, self._run_control, self._page)
        self.images.retranslate()
        self._upper.addWidget(self.images, 1)
        self.matrix.cell_chosen.connect(self.images.show_cell)
        self.images.cell_left.connect(self.matrix.matrix.forget_picked)

    def _make_classes(self) -> None:
        self.classes = ClassesCard(self._page)
        self.classes.retranslate()
        self.classes.restyle()
        self._lower.addWidget(self.classes, 6)
        self.classes.opened.connect(self._on_class)

    def _make_calibration(self) -> None:
        self.calibration = CalibrationCard(self._page)
        self.calibration.retranslate()
        self._lower.addWidget(self.calibration, 4)

    def _make_strip(self) -> None:
        self.strip = CoursesCard(self._page)
        self.strip.retranslate()
        self.strip.show_courses(None)
        self.strip.epoch_chosen.connect(self.epoch_chosen)
        self._column.addWidget(self.strip)
        self._column.addStretch(1)

    def _row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self._column.addLayout(row)
        return row

    def _parts(self) -> tuple[MatrixCard, ImagesCard, ClassesCard, CalibrationCard, CoursesCard]:
        return self.matrix, self.images, self.classes, self.calibration, self.strip

    def _fit(self) -> None:
        """The matrix and its images take what there is below the figures, so that they are seen whole."""
        room = self.height() - self.boxes[0].sizeHint().height() - _AROUND
        least = max(_LEAST_MATRIX, self.images.sizeHint().height())  # or it would not begin beside them
        self.matrix.fit(max(least, min(room, _MOST_MATRIX)))

    def retranslate(self) -> None:
        for part in self._parts() if self.is_whole else ():
            part.retranslate()

    def restyle(self) -> None:
        for part in self._parts() if self.is_whole else ():
            part.restyle()

    @property
    def is_busy(self) -> bool:
        """Something is still to be made, computed or read."""
        return not self.is_whole or self.matrix.is_busy or self.images.images.is_busy

    def close_services(self) -> None:
        """Ends the workers; called once."""
        self._turns.stop()
        if self.is_whole:
            self.matrix.close_services()
            self.images.close_services()

    # -- what is shown ----------------------------------------------------------------------------------------------

    def show_evaluation(
        self, first: Evaluating, other: Summary | None, comparison: Comparison | None, said: str
    ) -> None:
        """Shows the summary of `first`, beside `other` where there is a `comparison`; `said` stands under the figures.

        Only for a body that `is_whole`, and where there is a summary.
        """
        summary = self._summary = first.summary
        assert summary is not None
        self._show_figures(summary, other)
        self.compared.setText(said)
        self.compared.setVisible(bool(said))
        self.matrix.show_summary(summary, comparison)
        shown = first.shown
        self.images.show_summary(first.record, shown, summary, comparison)
        self.classes.show_summary(summary)
        self.calibration.show_summary(summary)
        self.strip.strip.mark(shown.number if shown is not None and shown.has_answers else None)

    def _show_figures(self, summary: Summary, other: Summary | None) -> None:
        for box, said in zip_longest(self.boxes, words.figures(summary, other)):
            box.setVisible(said is not None)
            if said is not None:
                box.show_words(*said)

    def _on_class(self, index: int) -> None:
        """Shows what the class is most often taken for."""
        summary = self._summary
        if summary is None or index >= len(summary.classes):
            return
        row = summary.confusion[index].copy()
        row[index] = 0
        cell = (index, int(row.argmax()) if row.any() else index)
        self.matrix.matrix.pick(cell)
        self.images.show_cell(*cell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_whole:
            self._fit()
