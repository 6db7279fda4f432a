"""The classes of a data set: how many images each has, as bars, and some of the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.gui import theme
from explorer.gui.class_text import say_classes
from explorer.gui.text import tr
from explorer.gui.widgets.pictures.pixels import draw_fitted, thumbnail
from explorer.gui.widgets.words.numerals import count
from explorer.gui.widgets.words.text_line import write_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.data.facts import Facts
    from explorer.data.preview import Pixels

ROW, HEAD = 44, 28  # px
_CELL, _GAP = 36, 4
_BARS, _NUMBERS = 120, 56
_LEAST_NAME, _MOST_NAME = 72, 168
_MARGIN = 12
_SPOKEN = 30  # classes that a screen reader is told of


class ClassRows(QWidget):
    """A row for each class; its images are asked for when the row comes into view.

    Signals:
        wanted(object): The classes, a tuple of labels, that are in view and whose images are not known.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._facts: Facts | None = None
        self._images: dict[int, tuple[QImage, ...]] = {}
        self._asked: tuple[int, ...] = ()
        self._name_width = _LEAST_NAME

    def show_facts(self, facts: Facts | None) -> None:
        """Shows the classes of `facts`, without images yet."""
        self._facts = facts
        self.forget_images()
        self._fit_names()
        self._speak()

    def _fit_names(self) -> None:
        names = () if self._facts is None else say_classes(self._facts.classes)
        metrics = QFontMetricsF(theme.font())
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        self._name_width = int(min(max(widest + 4, _LEAST_NAME), _MOST_NAME))
        self.setFixedHeight(max(1, len(names) * ROW))

    def forget_images(self) -> None:
        """Has the images of what is in view asked for again."""
        self._images, self._asked = {}, ()
        self.update()

    def show_images(self, facts: Facts, by_class: Mapping[int, Pixels]) -> None:
        """Shows images that were asked for; those of another data set are too late."""
        if facts is self._facts:
            self._images |= {label: tuple(map(thumbnail, pixels)) for label, pixels in by_class.items()}
            self._asked = ()
            self.update()

    @property
    def known(self) -> dict[int, int]:
        """How many images of each class are there to be shown."""
        return {label: len(images) for label, images in self._images.items()}

    def retranslate(self) -> None:
        self.setAccessibleName(tr("data.class_table"))
        self._fit_names()
        self.update()
        self._speak()

    def samples_left(self) -> int:
        """Where the column of the samples begins; the captions over the columns stand there."""
        return self.numbers_left() + _NUMBERS + _MARGIN

    def bars_left(self) -> int:
        return self._name_width + _MARGIN

    def numbers_left(self) -> int:
        return self.bars_left() + _BARS

    def room(self) -> int:
        """How many images of a class there is room for."""
        return max(1, (self.width() - self.samples_left() + _GAP) // (_CELL + _GAP))

    def _speak(self) -> None:
        if self._facts is not None:
            rows = range(min(len(self._facts.classes), _SPOKEN))
            self.setAccessibleDescription("; ".join(self._words(row) for row in rows))

    def _words(self, row: int) -> str:
        assert self._facts is not None
        facts = self._facts
        train, test = count(facts.train_counts[row]), count(facts.test_counts[row])
        return tr("data.class_tip", name=say_classes(facts.classes)[row], train=train, test=test)

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(640, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        facts = self._facts
        if facts is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max(*facts.train_counts, *facts.test_counts, 1)
        rows = range(max(0, event.rect().top() // ROW), min(len(facts.classes), event.rect().bottom() // ROW + 1))
        names = say_classes(facts.classes)
        for row in rows:
            area = QRect(0, row * ROW, self.width(), ROW)
            if row:
                painter.fillRect(QRect(0, area.top(), self.width(), 1), theme.colour("border"))
            self._draw_name(painter, area, names[row])
            self._draw_counts(painter, area, (facts.train_counts[row], facts.test_counts[row]), most)
            self._draw_images(painter, area, self._images.get(row, ()))
        self._ask_for(rows)

    def _ask_for(self, rows: range) -> None:
        seen = self.visibleRegion().boundingRect()
        rows = range(max(0, seen.top() // ROW), min(rows.stop, seen.bottom() // ROW + 1))
        missing = tuple(row for row in rows if row not in self._images)
        if missing and missing != self._asked:
            self._asked = missing
            self.wanted.emit(missing)

    def _draw_name(self, painter: QPainter, area: QRect, name: str) -> None:
        place = QRectF(area.adjusted(0, 0, self._name_width - area.width(), 0))
        write_line(painter, place, name, theme.font(), "text")

    def _draw_counts(self, painter: QPainter, area: QRect, counts: tuple[int, int], most: int) -> None:
        painter.setFont(theme.font(theme.CAPTION_PX))
        for number, (value, colour) in enumerate(zip(counts, ("accent", "success"), strict=True)):
            middle = area.top() + ROW * (0.33 if number == 0 else 0.67)
            bar = QRectF(self.bars_left(), middle - 3, _BARS - 8, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("track"))
            painter.drawRoundedRect(bar, 3, 3)
            if value:
                bar.setWidth(max(6.0, bar.width() * value / most))
                painter.setBrush(theme.colour(colour))
                painter.drawRoundedRect(bar, 3, 3)
            painter.setPen(theme.colour("secondary" if value else "warning"))
            words = QRectF(self.numbers_left(), middle - 8, _NUMBERS, 16)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), count(value))

    def _draw_images(self, painter: QPainter, area: QRect, images: tuple[QImage, ...]) -> None:
        left = self.samples_left()
        for number in range(self.room()):
            cell = QRect(left + number * (_CELL + _GAP), area.top() + (ROW - _CELL) // 2, _CELL, _CELL)
            if number < len(images):
                draw_fitted(painter, cell, images[number])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._facts is not None:
            row = event.pos().y() // ROW
            if 0 <= row < len(self._facts.classes):
                place = QPoint(event.globalPos())
                QToolTip.showText(place, self._words(row), self, QRect(0, row * ROW, self.width(), ROW))
                return True
        return super().event(event)
