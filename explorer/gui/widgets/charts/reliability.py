"""A reliability diagram: how often answers are right, against how sure the network was of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    from explorer.evaluation.scores import Bin

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 8, 34  # px round the plot
_FEW = 10  # images of a bin that says little
_COUNTS, _BETWEEN = 44, 8  # of the bars that count the images, under the plot


class Reliability(QWidget):
    """A bar for each bin of confidence, pale where there are few images; the gap to perfect calibration is tinted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reliability")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._bins: tuple[Bin, ...] = ()

    def show_bins(self, bins: tuple[Bin, ...]) -> None:
        self._bins = bins
        self.setAccessibleDescription("; ".join(self._words(part) for part in bins if part.count))
        self.update()

    def _words(self, part: Bin) -> str:
        values = {"low": f"{part.low:.0%}", "high": f"{part.high:.0%}", "count": count(part.count)}
        if not part.count:
            return tr("evaluation.bin_empty", **values)
        return tr("evaluation.bin", **values, right=f"{part.accuracy:.1%}", sure=f"{part.confidence:.1%}")

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM - _COUNTS - _BETWEEN)

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(340, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 220)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bins:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.CAPTION_PX))
        plot = self._plot()
        self._draw_grid(painter, plot)
        for part in self._bins:
            self._draw_bin(painter, plot, part)
        painter.setPen(QPen(theme.colour("secondary"), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        self._draw_counts(painter, plot)

    def _draw_grid(self, painter: QPainter, plot: QRectF) -> None:
        side = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = plot.bottom() - share * plot.height()
            painter.setPen(theme.colour("grid"))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.colour("faint"))
            painter.drawText(QRectF(0, y - 8, _LEFT - 6, 16), side, f"{share:.0%}")

    def _draw_bin(self, painter: QPainter, plot: QRectF, part: Bin) -> None:
        if not part.count:
            return
        left = plot.left() + part.low * plot.width() + 1.5
        width = (part.high - part.low) * plot.width() - 3
        right = plot.bottom() - part.accuracy * plot.height()
        sure = plot.bottom() - part.confidence * plot.height()
        painter.setOpacity(1.0 if part.count >= _FEW else 0.4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(left, right, width, max(1.0, plot.bottom() - right)), 2, 2)
        gap = QColor(theme.colour("danger" if part.confidence > part.accuracy else "success"))
        gap.setAlpha(90)
        painter.setBrush(gap)
        painter.drawRect(QRectF(left, min(right, sure), width, abs(sure - right)))
        painter.setPen(QPen(theme.colour("text"), 1.6))
        painter.drawLine(QPointF(left, sure), QPointF(left + width, sure))
        painter.setOpacity(1.0)

    def _draw_counts(self, painter: QPainter, plot: QRectF) -> None:
        most = max((part.count for part in self._bins), default=0) or 1
        area = QRectF(plot.left(), plot.bottom() + _BETWEEN, plot.width(), _COUNTS)
        painter.setPen(theme.colour("border"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("faint"))
        for part in self._bins:
            height = area.height() * part.count / most
            if part.count:
                left, width = area.left() + part.low * area.width() + 1.5, (part.high - part.low) * area.width() - 3
                painter.drawRect(QRectF(left, area.bottom() - max(height, 1.5), width, max(height, 1.5)))
        painter.setPen(theme.colour("faint"))
        side = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        painter.drawText(QRectF(0, area.top() - 2, _LEFT - 6, 16), side, count(most))
        for share in (0.0, 0.5, 1.0):
            x = area.left() + share * area.width()
            words = QRectF(x - 24, area.bottom() + 2, 48, 15)
            words.moveRight(min(words.right(), self.width()))
            painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), f"{share:.0%}")
        below = QRectF(area.left(), area.bottom() + 16, area.width(), 16)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), tr("evaluation.confidence"))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            plot = self._plot()
            share = (event.pos().x() - plot.left()) / max(1.0, plot.width())
            part = next((part for part in self._bins if part.low <= share < part.high), None)
            QToolTip.showText(event.globalPos(), "" if part is None else self._words(part), self)
            return True
        return super().event(event)
