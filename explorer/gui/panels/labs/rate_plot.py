"""Loss against learning rate on a logarithmic axis, with the rate that is suggested and the one that is chosen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.charts.decimation import nice_ticks
from explorer.gui.widgets.words import numerals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

SPAN = (1e-6, 10.0)  # learning rates that the test goes through
LEFT, TOP, RIGHT, BOTTOM = 52, 30, 16, 26  # room for the numbers at the axes and the words over the lines, px
KEY_STEPS = 20  # of the arrow keys in a power of ten
SMOOTHED_OVER = 9  # neighbours whose mean is drawn, about a twelfth of all
_HEADROOM = 1.15  # losses above so many times the first are cut off: they only say that it diverged

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -KEY_STEPS, Qt.Key.Key_PageUp: KEY_STEPS}


class RatePlot(QWidget):
    """The curve of a range test. Click, drag or the arrow keys choose a rate.

    Signals:
        chosen(float): The user chose this rate.
    """

    chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ratePlot")
        self._rates: tuple[float, ...] = ()
        self._losses: tuple[float, ...] = ()
        self._diverged_at: float | None = None
        self.suggested: float | None = None
        self.rate: float | None = None
        self._words = ("", "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 220)

    def set_words(self, name: str, suggested: str, chosen: str) -> None:
        """Its name for a screen reader, and what stands over the two lines."""
        self.setAccessibleName(name)
        self._words = (suggested, chosen)
        self.update()

    def show_points(self, rates: Sequence[float], losses: Sequence[float], diverged_at: float | None) -> None:
        """Draws losses over `rates`, which grow; from `diverged_at` on no rate is of use."""
        self._rates, self._losses, self._diverged_at = tuple(rates), tuple(losses), diverged_at
        self.setCursor(Qt.CursorShape.CrossCursor if rates else Qt.CursorShape.ArrowCursor)
        self.update()

    def show_rates(self, suggested: float | None, rate: float | None) -> None:
        """Marks the rate that is suggested and the one that is chosen."""
        self.suggested, self.rate = suggested, rate
        self.setAccessibleDescription("" if rate is None else numerals.rate(rate))
        self.update()

    # -- places -----------------------------------------------------------------------------------------------------

    def _area(self) -> QRectF:
        return QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)

    def _x(self, rate: float) -> float:
        low, high = (math.log10(end) for end in SPAN)
        area = self._area()
        return area.left() + (math.log10(rate) - low) / (high - low) * area.width()

    def rate_at(self, x: float) -> float:
        """The rate at a place of the widget, within the axis and with two digits."""
        low, high = (math.log10(end) for end in SPAN)
        area = self._area()
        share = min(max((x - area.left()) / area.width(), 0.0), 1.0)
        return float(f"{10 ** (low + share * (high - low)):.1e}")

    def _loss_range(self) -> tuple[float, float]:
        smooth = smoothed(self._losses)
        top = max(smooth[: max(len(smooth) // 4, 1)]) * _HEADROOM
        low = min(smooth)
        room = max(top - low, 1e-6) * 0.08
        return low - room, top + room

    # -- drawing ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.CAPTION_PX))
        if not self._rates:
            return
        low, high = self._loss_range()
        self._paint_grid(painter, low, high)
        self._paint_curves(painter, low, high)
        self._paint_lines(painter)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_grid(self, painter: QPainter, low: float, high: float) -> None:
        area = self._area()
        ticks, step = nice_ticks(low, high, max(2, int(area.height() // 44)), (1, 2, 5, 10))
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for tick in ticks:
            y = round(area.bottom() - (tick - low) / (high - low) * area.height()) + 0.5
            painter.setPen(QPen(theme.colour("grid"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.colour("faint"))
            painter.drawText(QRectF(0, y - 9, area.left() - 8, 18), middle, f"{tick:.{digits}f}")
        if self._diverged_at is not None:
            wash = theme.colour("danger")
            wash.setAlphaF(0.10)
            left = self._x(self._diverged_at)
            painter.fillRect(QRectF(left, area.top(), area.right() - left, area.height()), wash)
        first, last = (math.log10(end) for end in SPAN)
        for power in range(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1):
            x = round(self._x(10.0**power)) + 0.5
            painter.setPen(QPen(theme.colour("grid"), 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(theme.colour("faint"))
            below = QRectF(x - 30, area.bottom() + 6, 60, 16)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, written(power))

    def _paint_curves(self, painter: QPainter, low: float, high: float) -> None:
        area = self._area()
        painter.save()
        painter.setClipRect(area)
        faint = theme.colour("accent")
        faint.setAlphaF(0.35)
        pens = ((self._losses, QPen(faint, 1)), (smoothed(self._losses), QPen(theme.colour("accent"), 2)))
        for losses, pen in pens:
            line = QPolygonF(
                [
                    QPointF(self._x(rate), area.bottom() - (loss - low) / (high - low) * area.height())
                    for rate, loss in zip(self._rates, losses, strict=True)
                ]
            )
            painter.setPen(pen)
            painter.drawPolyline(line)
        painter.restore()

    def _paint_lines(self, painter: QPainter) -> None:
        suggested, chosen = self._words
        if self.suggested is not None and self.suggested != self.rate:
            self._paint_line(painter, self.suggested, suggested, "success", Qt.PenStyle.DashLine)
        if self.rate is not None:
            words = suggested if self.suggested == self.rate else chosen
            colour = "success" if self.suggested == self.rate else "text"
            self._paint_line(painter, self.rate, words, colour, Qt.PenStyle.SolidLine)

    def _paint_line(self, painter: QPainter, rate: float, words: str, colour: str, style: Qt.PenStyle) -> None:
        area = self._area()
        x = min(max(self._x(rate), area.left()), area.right())
        painter.setPen(QPen(theme.colour(colour), 1.5, style))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        said = f"{words} {numerals.rate(rate)}"
        width = painter.fontMetrics().horizontalAdvance(said)
        left = min(max(x - width / 2, area.left()), area.right() - width)
        # The words of the chosen rate are above those of the suggested one, so that neither covers the other.
        top = 2 if style == Qt.PenStyle.SolidLine else 15
        painter.drawText(QPointF(left, top + painter.fontMetrics().ascent()), said)

    # -- choosing ---------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._rates:
            self._choose(self.rate_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._rates:
            self._choose(self.rate_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageDown: -KEY_STEPS,
            Qt.Key.Key_PageUp: KEY_STEPS,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._rates:
            super().keyPressEvent(event)
            return
        low, high = SPAN
        before = self.rate if self.rate is not None else math.sqrt(low * high)
        self._choose(float(f"{min(max(before * 10 ** (step / KEY_STEPS), low), high):.1e}"))

    def _choose(self, rate: float) -> None:
        self.show_rates(self.suggested, rate)
        self.chosen.emit(rate)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(760, 360)


def smoothed(losses: Sequence[float]) -> tuple[float, ...]:
    """The mean of each loss and its neighbours, fewer of them at the ends."""
    half = SMOOTHED_OVER // 2
    found = []
    for place in range(len(losses)):
        reach = min(half, place, len(losses) - 1 - place)
        near = losses[place - reach : place + reach + 1]
        found.append(sum(near) / len(near))
    return tuple(found)


def written(power: int) -> str:
    """A power of ten at the axis, all in one way: 10⁻⁶, 10⁻¹, 1, 10."""
    return f"{10**power}" if power >= 0 else f"10{numerals.raised(power)}"
