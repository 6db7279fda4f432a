"""What the marks in the graphs mean, and how many layers have each."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.graph.compare.align import Change
from explorer.gui import theme
from explorer.gui.panels.compare.counterparts import MARKS
from explorer.gui.text import tr
from explorer.gui.widgets.graph import ink as graph_ink
from explorer.gui.widgets.graph.items import paint_badge

Entry = tuple[Change, str, int]  # sort, name of the network, how many layers

_HEIGHT = 30
_CHIP = 14.0
_GAP, _BETWEEN = 7.0, 18.0
_LEAST = 24.0  # px; of words where there is not room for all


class ChangeLegend(QWidget):
    """One line: a sign and a word for each sort."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_counts(self, entries: Sequence[Entry]) -> None:
        """Says how many layers there are of each sort, and in which network."""
        self._entries = [entry for entry in entries if entry[2]]
        self.setAccessibleName(tr("compare.legend"))
        self.setAccessibleDescription(", ".join(words for _, words in self._words()))
        self.setToolTip(self.accessibleDescription())
        self.updateGeometry()
        self.update()

    def _words(self) -> list[tuple[Change, str]]:
        return [
            (change, tr(f"compare.change_{change.name.lower()}", count=count, name=name))
            for change, name, count in self._entries
        ]

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.font(theme.SECONDARY_PX))
        words = (metrics.horizontalAdvance(words) for _, words in self._words())
        return QSize(round(sum(_CHIP + _GAP + width + _BETWEEN for width in words)), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, _HEIGHT)

    def _longest(self, widths: Sequence[float]) -> float:
        """How wide words may be so that all fit: the short ones are left whole."""
        room = self.width() - len(widths) * (_CHIP + _GAP + _BETWEEN) + _BETWEEN
        for place, width in enumerate(sorted(widths)):
            share = room / (len(widths) - place)
            if width > share:
                return max(share, _LEAST)
            room -= width
        return max(widths, default=0.0) + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, ink = theme.font(theme.SECONDARY_PX), graph_ink.ink()
        metrics, x, middle = QFontMetricsF(font), 1.0, self.height() / 2
        longest = self._longest([metrics.horizontalAdvance(words) for _, words in self._words()])
        for change, words in self._words():
            centre = QPointF(x + _CHIP / 2, middle)
            if change in MARKS:
                paint_badge(painter, ink, MARKS[change], centre)
            else:
                painter.setPen(ink.faint)
                painter.setBrush(ink.box)
                painter.drawRoundedRect(QRectF(x, middle - 5, _CHIP, 10), 3, 3)
            x += _CHIP + _GAP
            cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, longest)
            painter.setFont(font)
            painter.setPen(theme.colour("secondary"))
            painter.drawText(QPointF(x, middle + metrics.capHeight() / 2), cut)
            x += metrics.horizontalAdvance(cut) + _BETWEEN
        painter.end()
