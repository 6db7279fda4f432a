"""The figures of a data set, each in a box of its own."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from explorer.graph import labels
from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.words.figure_box import FigureBox
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    from explorer.data.cards import DatasetCard
    from explorer.data.facts import Facts

_LEAST_WIDTH = 192  # px of a box


class _SplitBar(QWidget):
    """How the images are split: training in the accent, test in green."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(6)
        self._share = 0.0

    def show_share(self, share: float) -> None:
        self._share = share
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        left = max(0.0, self.width() * self._share - 1)
        for area, colour in (
            (QRectF(0, 0, left, 6), "accent"),
            (QRectF(left + 2, 0, max(0.0, self.width() - left - 2), 6), "success"),
        ):
            painter.setBrush(theme.colour(colour))
            painter.drawRoundedRect(area, 3, 3)


class Figures(QWidget):
    """Boxes side by side, in as many rows as the width asks for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes = [FigureBox() for _ in range(6)]
        self._split = _SplitBar()
        self._columns = 0
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._split)
        column.addLayout(self._grid)
        self._arrange(3)

    @property
    def words(self) -> list[tuple[str, str, str]]:
        """What is shown, box by box."""
        return [box.words for box in self._boxes if not box.isHidden()]

    def show_facts(self, facts: Facts) -> None:
        """Shows what was found."""
        self._show(facts.train_images, facts.test_images, _words(facts))

    def show_card(self, card: DatasetCard) -> None:
        """Shows what is known before it is loaded."""
        self._show(card.train_images, card.test_images, _known_words(card))

    def _show(self, train: int, test: int, words: list[tuple[str, str, str]]) -> None:
        self._split.show_share(train / max(1, train + test))
        for box, said in zip_longest(self._boxes, words):
            box.setVisible(said is not None)
            if said is not None:
                box.show_words(*said)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, box in enumerate(self._boxes):
            self._grid.addWidget(box, number // columns, number % columns)
        for column in range(len(self._boxes)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def resizeEvent(self, event: QEvent) -> None:
        self._arrange(6 if self.width() >= 6 * _LEAST_WIDTH else 3)


def _images(train: int, test: int) -> tuple[str, str, str]:
    return (
        tr("data.images"),
        count(train + test),
        tr("data.images_split", train=count(train), test=count(test)),
    )


def _known_words(card: DatasetCard) -> list[tuple[str, str, str]]:
    kind = tr("data.shape_colour" if card.channels == 3 else "data.shape_grey")
    each = tr("data.classes_about", count=count(round(card.train_images / max(1, len(card.classes)))))
    return [
        _images(card.train_images, card.test_images),
        (tr("data.classes"), count(len(card.classes)), each),
        (tr("data.shape"), f"{card.channels}×{card.size}×{card.size}", kind),
    ]


def _words(facts: Facts) -> list[tuple[str, str, str]]:
    channels, height, width = facts.shape
    least, most = min(facts.train_counts), max(facts.train_counts)
    each = "classes_even" if facts.is_balanced else "classes_uneven"
    channel_words = tr("data.per_channel" if channels == 3 else "data.one_channel")
    kind = tr("data.shape_colour" if channels == 3 else "data.shape_grey")
    if facts.file_sizes:
        (low_height, low_width), (high_height, high_width) = facts.file_sizes[0], facts.file_sizes[-1]
        low, high = f"{low_width}×{low_height}", f"{high_width}×{high_height}"
        key = "data.shape_file" if low == high else "data.shape_files"
        kind = tr(key, kind=kind, low=low, high=high)
    return [
        _images(facts.train_images, facts.test_images),
        (tr("data.classes"), count(len(facts.classes)), tr(f"data.{each}", low=count(least), high=count(most))),
        (tr("data.shape"), f"{channels}×{height}×{width}", kind),
        (tr("data.mean"), "  ".join(f"{value:.3f}" for value in facts.mean), channel_words),
        (tr("data.std"), "  ".join(f"{value:.3f}" for value in facts.std), channel_words),
        (tr("data.memory"), labels.bytes(facts.size_bytes), tr("data.memory_tip")),
    ]
