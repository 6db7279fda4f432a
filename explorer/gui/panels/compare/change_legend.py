"""What the marks in the graphs mean, and how many layers have each."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.graph.compare.align import Change
from explorer.gui import theme
from explorer.gui.panels.compare.counterparts import MARKS
from explorer.gui.text import tr
from explorer.gui.widgets import graph_ink
from explorer.gui.widgets.graph_items import paint_badge

_HEIGHT = 30
_CHIP = 14.0
_GAP, _BETWEEN = 7.0, 18.0
_LONGEST = 130  # px; of words where there is not room for all


class ChangeLegend(QWidget):
    """One line: a sign and a word for each sort."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[Change, int] = {}
        self._names = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: dict[Change, int], names: tuple[str, str]) -> None:
        """Says how many layers there are of each sort; the names are those of the two sides."""
        self._counts, self._names = counts, names
        self.setAccessibleName(tr("compare.legend"))
        self.setAccessibleDescription(", ".join(self._words().values()))
        self.setToolTip(self.accessibleDescription())
        self.updateGeometry()
        self.update()

    def _words(self) -> dict[Change, str]:
        names = {Change.ONLY_LEFT: self._names[0], Change.ONLY_RIGHT: self._names[1]}
        return {
            change: tr(f"compare.change_{change.name.lower()}", count=count, name=names.get(change, ""))
            for change, count in self._counts.items()
            if count
        }

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.font(theme.SECONDARY_PX))
        words = (metrics.horizontalAdvance(words) for words in self._words().values())
        return QSize(round(sum(_CHIP + _GAP + width + _BETWEEN for width in words)), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, ink = theme.font(theme.SECONDARY_PX), graph_ink.ink()
        longest = 1000 if self.sizeHint().width() <= self.width() + _BETWEEN else _LONGEST
        metrics, x, middle = QFontMetricsF(font), 1.0, self.height() / 2
        for change, words in self._words().items():
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
