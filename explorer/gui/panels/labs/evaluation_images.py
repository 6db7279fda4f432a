"""The images behind the figures: those of a cell, the hardest ones, those that one of two networks alone has right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.data import cards
from explorer.gui.class_text import say_classes
from explorer.gui.panels.labs import evaluation_words as words
from explorer.gui.services.evaluation_images import EvaluatedImages, Thumbnails, WholeImage
from explorer.gui.state import FromRun, PinnedImage
from explorer.gui.text import say, say_all, tr
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.pictures.image_wall import ImageWall, Tile
from explorer.gui.widgets.pictures.prediction_bars import percent
from explorer.gui.widgets.words.elided_label import ElidedLabel
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    from explorer.errors import ExplorerError
    from explorer.evaluation.comparison import Comparison
    from explorer.evaluation.scores import Evaluation, Indices
    from explorer.evaluation.summary import Summary
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.runs.looking.candidates import Candidate
    from explorer.runs.shelf.record import RunRecord

HARDEST, ONLY_FIRST, ONLY_SECOND = "hardest", "only_first", "only_second"
_MOST = 500  # images of a set


class CellSet(NamedTuple):
    """The images of a cell of the confusion matrix."""

    true: int
    answer: int


class ImagesCard(QFrame):
    """One set of images at a time; the one that is clicked becomes the image that is looked into.

    Signals:
        cell_left: The cell that was shown is shown no more.
    """

    cell_left = Signal()

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._state, self._run_control = state, run_control
        self._record: RunRecord | None = None
        self._summary: Summary | None = None
        self._comparison: Comparison | None = None
        self._cell: CellSet | None = None
        self._moment: Candidate | None = None
        self._has_image = False
        self.images = EvaluatedImages(self)
        self.which, self.wall = ChoiceBox(), ImageWall()
        self._head, self.said, self.explore = QLabel(), ElidedLabel(), QPushButton()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.wall.setObjectName("imageWall")
        self._head.setProperty("role", "strong")
        self.said.setProperty("role", "secondary")
        self.which.setMinimumWidth(160)
        top, below = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._head)
        top.addStretch(1)
        top.addWidget(self.which, 4)
        below.addWidget(self.said, 1)
        below.addWidget(self.explore)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.wall, 1)
        column.addLayout(below)
        self.explore.setEnabled(False)

    def _connect(self) -> None:
        self.which.activated.connect(self._on_which)
        self.wall.wanted.connect(self._on_wanted)
        self.wall.chosen.connect(self._on_chosen)
        self.explore.clicked.connect(self._on_explore)
        self.images.read.connect(self._on_read)
        self.images.whole_read.connect(self._on_whole)
        self.images.refused.connect(self._on_refused)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def show_summary(
        self,
        record: RunRecord | None,
        moment: Candidate | None,
        summary: Summary | None,
        comparison: Comparison | None,
    ) -> None:
        """Shows images of `summary`, of `moment`; the set that was chosen stays where it still makes sense."""
        self._moment = moment
        if summary is self._summary and comparison is self._comparison:
            return
        before, self._record = self._record, record
        self._summary, self._comparison = summary, comparison
        if before is None or record is None or before.id != record.id:
            self.wall.forget_images()
            self._has_image = False
            self._show_cell(None)
        if self._cell is not None and summary is not None and max(self._cell) >= len(summary.names):
            self._show_cell(None)
        self._offer()
        self._fill()

    def show_cell(self, true: int, answer: int) -> None:
        """Shows the images of a cell."""
        if self._summary is None or max(true, answer) >= len(self._summary.names):
            return
        self._show_cell(CellSet(true, answer))
        self._offer()
        self.which.choose(self._cell)
        self._fill()

    def _show_cell(self, cell: CellSet | None) -> None:
        had = self._cell is not None
        self._cell = cell
        if had and cell is None:
            self.cell_left.emit()

    def _offer(self) -> None:
        summary, comparison = self._summary, self._comparison
        offered: list[tuple[CellSet | str, str]] = [(HARDEST, tr("evaluation.hardest"))]
        if self._cell is not None and summary is not None:
            offered.append((self._cell, self._cell_words(summary, self._cell)))
        if comparison is not None:
            offered += [
                (ONLY_FIRST, tr("evaluation.only_first", count=count(len(comparison.only_first)))),
                (ONLY_SECOND, tr("evaluation.only_second", count=count(len(comparison.only_second)))),
            ]
        self.which.offer(offered)
        if self.which.currentIndex() < 0:
            self.which.setCurrentIndex(0)

    @staticmethod
    def _cell_words(summary: Summary, cell: CellSet) -> str:
        names = say_classes(summary.names)
        values = {"true": names[cell.true], "answer": names[cell.answer]}
        key = "cell_set_right" if cell.true == cell.answer else "cell_set"
        return tr(f"evaluation.{key}", **values, count=count(int(summary.confusion[cell.true, cell.answer])))

    def _chosen(self, summary: Summary) -> Indices:
        """The numbers of the images of the set."""
        answers, which = summary.answers, self.which.currentData()
        if isinstance(which, CellSet):
            return answers.cell(which.true, which.answer)
        if self._comparison is not None and which in (ONLY_FIRST, ONLY_SECOND):
            return self._comparison.only_first if which == ONLY_FIRST else self._comparison.only_second
        return summary.hardest

    def _fill(self) -> None:
        summary = self._summary
        if summary is None:
            return
        chosen = tuple(self._chosen(summary)[:_MOST].tolist())
        self.wall.show_tiles(chosen, partial(_tile, summary.answers), tr("evaluation.no_images"))
        self._say()

    def _say(self) -> None:
        self.explore.setEnabled(self._has_image)
        self.said.setText(tr("evaluation.image_taken" if self._has_image else "evaluation.image_hint"))

    def retranslate(self) -> None:
        self._head.setText(tr("evaluation.images"))
        self.which.setAccessibleName(tr("evaluation.images"))
        self.which.setToolTip(tr("evaluation.images_tip"))
        self.wall.setAccessibleName(tr("evaluation.images"))
        self.explore.setText(tr("evaluation.explore"))
        self.explore.setToolTip(tr("evaluation.explore_tip"))
        self._offer()
        self._fill()

    def restyle(self) -> None:
        self.wall.viewport().update()

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_which(self) -> None:
        if not isinstance(self.which.currentData(), CellSet) and self._cell is not None:
            self._show_cell(None)
            self._offer()
        self._fill()

    def _on_wanted(self, numbers: tuple[int, ...]) -> None:
        if self._record is not None and self._summary is not None:
            self.images.ask(self._record.plan, self._summary.answers, numbers)
            self.said.setText(tr("evaluation.images_reading"))

    def _on_read(self, found: Thumbnails) -> None:
        if self._summary is not None and len(found.answers) == len(self._summary.answers):
            self.wall.show_images(found.by_number)
            self._say()

    def _on_chosen(self, number: int) -> None:
        if self._record is not None and self._summary is not None:
            self.images.ask_whole(self._record.plan, self._summary.answers, number)

    def _on_whole(self, image: WholeImage) -> None:
        name = tr("evaluation.image_name", dataset=say(cards.short_title(image.dataset)), number=image.number)
        self._state.set_image(PinnedImage(image.pixels, name, label=image.label, classes=image.classes))
        self._has_image = True
        self._say()

    def _on_refused(self, error: ExplorerError) -> None:
        self.said.setText(say_all(error.message, error.hint))

    def _on_explore(self) -> None:
        """Shows the network as it was when it was evaluated, with the image."""
        record, moment, image = self._record, self._moment, self._state.image
        if record is None or moment is None:
            return

        def opened() -> None:
            if moment.step is not None:
                self._state.set_weights(FromRun(record.id, moment=moment.step))
            if self._state.image is not image:
                self._state.set_image(image)
            self._state.explore_requested.emit()

        if moment.step is None:
            self._run_control.open_tested(record.id, moment.number, opened)
        else:
            self._run_control.open_run(record.id, opened)

    def close_services(self) -> None:
        self.images.close()


def _tile(answers: Evaluation, number: int) -> Tile:
    true, answer = int(answers.labels[number]), int(answers.answers[number, 0])
    is_right, sure = true == answer, float(answers.probabilities[number, 0])
    true_name, answer_name = words.class_name(answers, true), words.class_name(answers, answer)
    values = {"true": true_name, "answer": answer_name, "sure": words.share(sure)}
    first = tr("evaluation.tile_answer", answer=values["answer"], sure=percent(sure))
    second = "" if is_right else tr("evaluation.tile_true", true=values["true"])
    tip = tr("evaluation.tile_tip", number=number, loss=f"{float(answers.losses[number]):.3f}", **values)
    return Tile(number, first, second, sure, is_right, tip)
