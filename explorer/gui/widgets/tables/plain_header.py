"""The heading of a plain table: titles over their columns, the sign of the order beside the title and not over it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView

from explorer.gui import theme
from explorer.gui.widgets.tables.plain_cells import PAD

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

HEIGHT = 28  # px
SIGN = 12  # px; of the sign of the order
_GAP, _SLACK = 3, 2


class PlainHeader(QHeaderView):
    """Titles at the side at which the words of their columns stand."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._over = -1  # the section under the mouse
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)

    def width_of(self, section: int) -> int:
        """Pixels in which the title is seen whole, also with the sign of the order."""
        return _metrics().horizontalAdvance(self._title(section)) + SIGN + _GAP + 2 * PAD + _SLACK

    def _title(self, section: int) -> str:
        model = self.model()
        return str(model.headerData(section, Qt.Orientation.Horizontal) or "") if model is not None else ""

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        side = self.model().headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        is_right = bool(side is not None and side & Qt.AlignmentFlag.AlignRight)
        area = rect.adjusted(PAD, 0, -PAD, -1)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("border"))
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        room = area.width() - (SIGN + _GAP if is_sorted else 0)
        words = _metrics().elidedText(self._title(logicalIndex), Qt.TextElideMode.ElideRight, room)
        painter.setFont(_font())
        painter.setPen(theme.colour("text" if logicalIndex == self._over and self.sectionsClickable() else "faint"))
        to = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(to | Qt.AlignmentFlag.AlignVCenter), words)
        if is_sorted:
            is_down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            taken = _metrics().horizontalAdvance(words) + _GAP
            left = area.right() + 1 - taken - SIGN if is_right else area.left() + taken
            sign = theme.icon("chevron-down" if is_down else "chevron-up", "secondary", SIGN)
            sign.paint(painter, QRect(left, area.center().y() - SIGN // 2 + 1, SIGN, SIGN))

    def sectionSizeFromContents(self, logicalIndex: int) -> QSize:
        return QSize(self.width_of(logicalIndex), HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._go_over(self.logicalIndexAt(event.position().toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._go_over(-1)
        return super().viewportEvent(event)

    def _go_over(self, section: int) -> None:
        if section != self._over:
            self._over = section
            self.viewport().update()


@cache
def _font() -> QFont:
    return theme.font(theme.CAPTION_PX, weight=QFont.Weight.DemiBold)


@cache
def _metrics() -> QFontMetrics:
    return QFontMetrics(_font())
