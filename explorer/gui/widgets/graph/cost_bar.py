"""A slim bar at the side of the graph: which part of the depth takes how much of the parameters, MACs or memory."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.graph import depth, labels
from explorer.graph.colouring import ColourBy, Target, amount, written
from explorer.graph.model import LayerGraph
from explorer.graph.rows import percent
from explorer.gui import theme
from explorer.gui.text import say, tr
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.ink import blend

WIDTH = 20
_PAD = 5.0
_GAP = 1.0
_LEAST = 2.0  # pixels of a part that takes anything at all
_MEASURED = (ColourBy.PARAMETERS, ColourBy.MACS, ColourBy.MEMORY)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the bar."""

    target: Target
    amount: float
    share: float


class CostBar(QWidget):
    """From the input at the top to the output at the bottom; hovering says what a part is.

    Signals:
        chosen(Target): This part is to be shown.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("costBar")
        self._graph: LayerGraph | None = None
        self._colouring: Colouring | None = None
        self._targets: tuple[Target, ...] = ()
        self._parts: tuple[Part, ...] = ()
        self._selected: Target | None = None
        self._hovered: Target | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What takes anything, in order of execution."""
        return self._parts

    @property
    def measure(self) -> ColourBy:
        """What is told: what the colours tell, where that can be added up, else parameters."""
        by = ColourBy.TYPE if self._colouring is None else self._colouring.by
        return by if by in _MEASURED else ColourBy.PARAMETERS

    def show_graph(self, graph: LayerGraph | None, colouring: Colouring | None) -> None:
        if graph is self._graph and colouring is self._colouring and graph is not None:
            self.update()
            return
        if graph is not self._graph:
            self._targets = () if graph is None else depth.parts(graph)
            self._selected = self._hovered = None
        self._graph, self._colouring = graph, colouring
        self._parts = () if graph is None else self._measure(graph)
        self.retranslate()

    def select(self, target: Target | None) -> None:
        """Marks the part that `target` lies in."""
        part = None
        if target is not None and self._graph is not None:
            part = depth.part_of(self._graph, self._targets, target)
        if part != self._selected:
            self._selected = part
            self.update()

    def retranslate(self) -> None:
        self.setAccessibleName(tr(f"graph.cost_{self.measure}"))
        self.setAccessibleDescription(", ".join(self.words(part) for part in self._parts))
        self.update()

    def words(self, part: Part) -> str:
        """What is said of a part: "b4 · Sequential: 2.78 M parameters, 46.5%"."""
        assert self._graph is not None
        title = say(labels.title(self._graph, part.target))
        if part.target[0] == "node":
            title = f"{self._graph.nodes[part.target[1]].path} · {title}"
        number = written(part.amount, self.measure)
        return tr(f"graph.cost_{self.measure}_of", title=title, number=number, share=percent(part.share))

    def _measure(self, graph: LayerGraph) -> tuple[Part, ...]:
        amounts = {target: amount(graph, target, self.measure) or 0.0 for target in self._targets}
        whole = sum(amounts.values())
        return tuple(Part(target, taken, taken / whole) for target, taken in amounts.items() if taken > 0)

    # -- drawing ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 240)

    def places(self) -> list[tuple[Part, QRectF]]:
        """Where each part is drawn: as high as its share, but never too small to be seen."""
        room = self.height() - 2 * _PAD - _GAP * max(len(self._parts) - 1, 0)
        free = room - _LEAST * len(self._parts)
        top, found = _PAD, []
        for part in self._parts:
            height = _LEAST + max(free, 0.0) * part.share
            found.append((part, QRectF(_PAD, top, self.width() - 2 * _PAD, height)))
            top += height + _GAP
        return found

    def _colour(self, place: int, part: Part) -> QColor:
        assert self._colouring is not None
        colour = self._colouring.colour(part.target)
        return blend(colour, theme.colour("panel"), 0.3) if place % 2 else colour  # tells neighbours apart

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        for place, (part, rect) in enumerate(self.places()):
            colour = self._colour(place, part)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(blend(colour, theme.colour("text"), 0.25) if part.target == self._hovered else colour)
            painter.drawRoundedRect(rect, 1.5, 1.5)
            if part.target == self._selected:
                painter.setPen(QPen(theme.colour("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(rect.adjusted(-2, -1, 2, 1), 2.5, 2.5)
        painter.end()

    # -- pointer ----------------------------------------------------------------------------------------------------

    def part_at(self, at: QPointF) -> Part | None:
        """The part at this height; a gap belongs to the one above it."""
        found = None
        for part, rect in self.places():
            if rect.top() > at.y():
                break
            found = part
        return found or (self._parts[0] if self._parts else None)

    def _hover(self, part: Part | None) -> None:
        target = None if part is None else part.target
        if target != self._hovered:
            self._hovered = target
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.part_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        part = self.part_at(event.position())
        if part is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(part.target)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            part = self.part_at(QPointF(event.pos()))
            if part is not None:
                tip = tr("graph.cost_tip", part=self.words(part), what=tr(f"graph.cost_{self.measure}"))
                QToolTip.showText(event.globalPos(), tip, self)
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().event(event)
