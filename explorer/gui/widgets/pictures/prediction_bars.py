"""Classes with bars as long as their probabilities."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.words.plain import plain

ROW = 18
_BAR = 6
_PERCENT_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A class; `is_true` marks the one that the image really shows."""

    label: str
    share: float
    is_true: bool = False


class PredictionBars(QWidget):
    """Up to five classes, best first; the true one in green, with a tick."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("predictions")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._bars: tuple[Bar, ...] = ()
        self._empty_text = ""

    @property
    def bars(self) -> tuple[Bar, ...]:
        return self._bars

    def show_bars(self, bars: tuple[Bar, ...], empty_text: str = "") -> None:
        """Shows `bars`, or `empty_text` where there are none."""
        self._bars, self._empty_text = bars, empty_text
        spoken = ", ".join(f"{bar.label} {percent(bar.share)}" for bar in bars)
        self.setAccessibleDescription(spoken or empty_text)
        self.setToolTip(plain("\n".join(f"{bar.label}: {bar.share:.4f}" for bar in bars)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 5 * ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 5 * ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._bars:
            painter.setPen(theme.colour("faint"))
            painter.setFont(theme.font(theme.SECONDARY_PX))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._empty_text)
            return
        label_width = int(self.width() * 0.42)
        for row, bar in enumerate(self._bars):
            self._draw(painter, bar, row * ROW, label_width)

    def _draw(self, painter: QPainter, bar: Bar, top: int, label_width: int) -> None:
        weight = QFont.Weight.DemiBold if bar.is_true else QFont.Weight.Normal
        painter.setFont(theme.font(theme.SECONDARY_PX, weight=weight))
        painter.setPen(theme.colour("success" if bar.is_true else "text"))
        label = f"✓ {bar.label}" if bar.is_true else bar.label
        label = QFontMetrics(painter.font()).elidedText(label, Qt.TextElideMode.ElideRight, label_width - 8)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, label_width, ROW), Qt.AlignmentFlag.AlignLeft | middle, label)
        track = QRectF(label_width, top + (ROW - _BAR) / 2, self.width() - label_width - _PERCENT_WIDTH, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("track"))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        track.setWidth(max(2.0, track.width() * bar.share))
        painter.setBrush(theme.colour("success" if bar.is_true else "accent"))
        painter.drawRoundedRect(track, min(_BAR, track.width()) / 2, _BAR / 2)
        painter.setPen(theme.colour("text"))
        at = QRectF(self.width() - _PERCENT_WIDTH, top, _PERCENT_WIDTH, ROW)
        painter.drawText(at, Qt.AlignmentFlag.AlignRight | middle, percent(bar.share))


def percent(share: float) -> str:
    """A share as "87%"; "<1%" rather than a nought for something."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"
