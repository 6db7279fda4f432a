"""What the colours of the graph mean: a word for each, or a scale with numbers."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.graph import labels
from explorer.graph.colouring import written
from explorer.graph.model import Category, LayerGraph
from explorer.gui import theme
from explorer.gui.text import say, tr
from explorer.gui.widgets.graph.colouring import Colouring, scale_colour

_HEIGHT, _SCALE_HEIGHT = 30, 40
_CHIP = 9.0
_BAR = 190.0
_PAD = 14.0
_ROW, _GAP = 20, 14  # from row to row, and between two entries
_NUMBER = 18  # width of the number of what has no room


class GraphLegend(QWidget):
    """A strip below the graph; what has no room in one row goes on in the next, and in the last is counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._categories: tuple[Category, ...] = ()
        self._colouring: Colouring | None = None
        self._room, self._most_rows = 10_000, 1
        self._widths: dict[Category, float] = {}  # of each category's word with what belongs to it, once measured
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_graph(self, graph: LayerGraph | None, colouring: Colouring | None) -> None:
        """Explains the colours of `graph`: of the categories that it has, or of the scale."""
        before, self._colouring = self._colouring, colouring
        if graph is not None and colouring is not None and before is not None:
            is_same = before.graph is graph and before.scale is None and colouring.scale is None
            if is_same:  # the types of a graph stay the same, whatever is opened
                return
        present = {node.category for node in graph.nodes} if graph is not None else set()
        if graph is not None and len(graph.blocks) > 1:
            present.add(Category.BLOCK)
        self._categories = tuple(category for category in labels.IN_LEGENDS if category in present)
        self.retranslate()

    @property
    def is_empty(self) -> bool:
        return not self._categories

    def set_room(self, width: int, rows: int) -> None:
        """Says how wide it may be, and how many rows it may have."""
        if (width, rows) != (self._room, self._most_rows):
            self._room, self._most_rows = width, rows
            self._tell()
            self.updateGeometry()
            self.update()

    @property
    def rows(self) -> int:
        """How many rows it takes."""
        return len(self._rows()[0])

    @property
    def least_width(self) -> int:
        """What it cannot do without: a scale is seen whole, of words some are counted only."""
        is_scale = self._colouring is not None and self._colouring.scale is not None
        return self.sizeHint().width() if is_scale else min(self.sizeHint().width(), self._room // 2)

    def retranslate(self) -> None:
        self._widths.clear()
        self.setAccessibleName(tr("graph.legend"))
        self.setAccessibleDescription(", ".join(self._words()))
        self._tell()
        self.updateGeometry()
        self.setVisible(bool(self._categories))
        self.update()

    def _tell(self) -> None:
        """Says in a tool tip what there is no room for."""
        self.setToolTip("\n".join(self._words()) if self._rows()[1] else "")

    def _words(self) -> list[str]:
        if self._colouring is not None and self._colouring.scale is not None:
            return [self._title(), *(text for _, text in self._ticks())]
        return [say(labels.CATEGORY_WORDS[category]) for category in self._categories]

    def _title(self) -> str:
        return "" if self._colouring is None else tr(f"graph.by_{self._colouring.by}")

    def _ticks(self) -> Sequence[tuple[float, str]]:
        assert self._colouring is not None
        assert self._colouring.scale is not None
        scale = self._colouring.scale
        return [(place, written(scale.value(place), scale.by)) for place in (0.0, 0.5, 1.0)]

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(theme.font(theme.SECONDARY_PX))

    def sizeHint(self) -> QSize:
        metrics = self._metrics()
        if self._colouring is not None and self._colouring.scale is not None:
            return QSize(round(metrics.horizontalAdvance(self._title()) + 16 + _BAR + 2 * _PAD), _SCALE_HEIGHT)
        rows, _ = self._rows()
        widest = max((sum(map(self._width, row)) for row in rows), default=0.0)
        return QSize(round(widest - _GAP + 2 * _PAD), _HEIGHT + _ROW * (len(rows) - 1))

    def _width(self, category: Category) -> float:
        """Of a category with the gap to the next."""
        width = self._widths.get(category)
        if width is None:
            word = self._metrics().horizontalAdvance(say(labels.CATEGORY_WORDS[category]))
            width = self._widths[category] = word + _CHIP + 6 + _GAP
        return width

    def _rows(self) -> tuple[list[list[Category]], int]:
        """What stands in each row, and of how many categories only the number is told at the end."""
        rows: list[list[Category]] = [[]]
        for place, category in enumerate(self._categories):
            if rows[-1] and self._taken([*rows[-1], category]) > self._room:
                if len(rows) == self._most_rows:
                    rest = len(self._categories) - place
                    while len(rows[-1]) > 1 and self._taken(rows[-1]) + _GAP + _NUMBER > self._room:
                        rows[-1].pop()
                        rest += 1
                    return rows, rest
                rows.append([])
            rows[-1].append(category)
        return rows, 0

    def _taken(self, row: Sequence[Category]) -> float:
        return sum(map(self._width, row)) - _GAP + 2 * _PAD

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("border"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.SECONDARY_PX))
        if self._colouring is not None and self._colouring.scale is not None:
            self._paint_scale(painter)
        else:
            self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        cap = self._metrics().capHeight() / 2
        rows, rest = self._rows()
        for place, row in enumerate(rows):
            x, middle = _PAD, _HEIGHT / 2 + place * _ROW
            for category in row:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.category_colour(category))
                painter.drawRoundedRect(QRectF(x, middle - _CHIP / 2, _CHIP, _CHIP), 2, 2)
                painter.setPen(theme.colour("secondary"))
                painter.drawText(QPointF(x + _CHIP + 6, middle + cap), say(labels.CATEGORY_WORDS[category]))
                x += self._width(category)
            if rest and row is rows[-1]:
                painter.drawText(QPointF(x, middle + cap), f"+{rest}")

    def _paint_scale(self, painter: QPainter) -> None:
        metrics = self._metrics()
        painter.setPen(theme.colour("secondary"))
        painter.drawText(QPointF(_PAD, _SCALE_HEIGHT / 2 + metrics.capHeight() / 2), self._title())
        bar = QRectF(_PAD + metrics.horizontalAdvance(self._title()) + 16, 9, _BAR, 8)
        shades = QLinearGradient(bar.topLeft(), bar.topRight())
        for step in range(13):
            shades.setColorAt(step / 12, scale_colour(step / 12))
        painter.fillRect(bar, shades)
        painter.setPen(theme.colour("text"))
        for place, number in self._ticks():
            left = bar.left() + place * (_BAR - metrics.horizontalAdvance(number))
            painter.drawText(QPointF(left, bar.bottom() + 6 + metrics.capHeight()), number)
