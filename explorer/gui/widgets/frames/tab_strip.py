"""Tabs that share the width they have: words at the left of each, a line under the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QTabBar, QWidget

from explorer.gui import theme

HEIGHT = 34
_LEAST_GAP = 6


class TabStrip(QTabBar):
    """A tab bar whose words never wrap; the gaps between them grow with the width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent, drawBase=False, expanding=False, usesScrollButtons=False, elideMode=Qt.TextElideMode.ElideNone
        )
        self.setMouseTracking(True)
        self._hovered = -1

    def words_width(self) -> int:
        """Pixels that the words need with the least gaps."""
        return sum(self._widths()) + _LEAST_GAP * (self.count() - 1)

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(theme.font(theme.SECONDARY_PX))
        return [metrics.horizontalAdvance(self.tabText(index)) for index in range(self.count())]

    def _word(self, index: int) -> QRect:
        place = self.tabRect(index)
        place.setWidth(self._widths()[index])
        return place

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def tabSizeHint(self, index: int) -> QSize:
        widths = self._widths()
        gaps = max(1, self.count() - 1)
        free = max(_LEAST_GAP * gaps, self.width() - sum(widths))
        gap = min(free // gaps, 28) if index < gaps else 0
        return QSize(widths[index] + gap, HEIGHT)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return QSize(self._widths()[index], HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(self.words_width(), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.words_width(), HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Qt keeps the sizes of the tabs until something about them changes.
        self.setIconSize(QSize(16, 16 + self.width() % 2))
        super().resizeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self.tabAt(event.position().toPoint())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()
        super().mouseMoveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRect(0, HEIGHT - 1, self.width(), 1), theme.colour("border"))
        painter.setFont(theme.font(theme.SECONDARY_PX))
        for index in range(self.count()):
            word = self._word(index)
            is_current = index == self.currentIndex()
            role = "text" if is_current or index == self._hovered else "secondary"
            painter.setPen(theme.colour(role))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
            painter.drawText(word.adjusted(0, 0, 0, -2), flags, self.tabText(index))
            if is_current:
                painter.fillRect(QRect(word.left(), HEIGHT - 2, word.width(), 2), theme.colour("accent"))
                if self.hasFocus():
                    painter.setPen(theme.colour("accent"))
                    painter.drawRect(word.adjusted(-3, 5, 2, -6))
