"""Paints the cells of plain tables: the way over the style sheet takes three times as long."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from explorer.gui import theme

if TYPE_CHECKING:
    from typing import Any

    from PySide6.QtCore import QAbstractItemModel

    from explorer.gui.widgets.tables.plain_rows import Cell, PlainRows

AnyIndex = QModelIndex | QPersistentModelIndex
PAD = 8  # px beside the words, as in the style sheet of the titles
BAR, GAP = 40, 7  # px of a bar; between it, or an icon, and the words
_BAR_HEIGHT, _BOX = 4, 16


class PlainCells(QStyledItemDelegate):
    """Words in one line, cut where they do not fit; before them an icon, or a bar if there is room, or a box alone."""

    def __init__(self, table: QTableView, model: PlainRows[Any]) -> None:
        super().__init__(table)
        self._table, self._model = table, model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        column = index.column()
        cell = self._model.cell(index.row(), column)
        area: QRect = option.rect
        if cell.tick is not None:
            _paint_box(painter, area, is_ticked=cell.tick)
            return
        left, right = area.left() + PAD, area.right() - PAD + 1
        if cell.bar is not None:
            if right - left >= BAR + GAP + advance(cell.words, is_strong=cell.is_strong):
                _paint_bar(painter, left, area.center().y(), cell.bar)
                left += BAR + GAP
        elif cell.icon is not None:
            size: QSize = option.decorationSize
            place_of = QPoint(left, area.top() + (area.height() - size.height()) // 2)
            painter.drawPixmap(place_of, cell.icon.pixmap(size, self._table.devicePixelRatioF()))
            left += size.width() + GAP
        if cell.words and left < right:
            painter.setFont(_font(cell.is_strong))
            painter.setPen(theme.colour(cell.ink))
            words = _cut(cell.words, right - left, cell.is_strong, self._table.textElideMode())
            painter.drawText(left, area.top(), right - left, area.height(), int(self._model.side(column)), words)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(self.width_of(self._model.cell(index.row(), index.column())), option.rect.height())

    def width_of(self, cell: Cell) -> int:
        """Pixels that a cell takes to be seen whole."""
        width = advance(cell.words, is_strong=cell.is_strong) + 2 * PAD
        if cell.bar is not None:
            width += BAR + GAP
        elif cell.icon is not None:
            width += self._table.iconSize().width() + GAP
        return width

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        """A click anywhere in a cell with a box ticks it."""
        if self._model.cell(index.row(), index.column()).tick is None:
            return super().editorEvent(event, model, option, index)
        is_click = event.type() == QEvent.Type.MouseButtonRelease
        if is_click and cast("QMouseEvent", event).button() == Qt.MouseButton.LeftButton:
            return model.setData(index, None, Qt.ItemDataRole.CheckStateRole)
        return event.type() == QEvent.Type.MouseButtonDblClick


def _paint_box(painter: QPainter, area: QRect, *, is_ticked: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(area.center().x() - _BOX / 2 + 1, area.center().y() - _BOX / 2 + 1, _BOX, _BOX)
    painter.setPen(QPen(theme.colour("accent_fill" if is_ticked else "faint"), 1))
    painter.setBrush(theme.colour("accent_fill" if is_ticked else "field"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if is_ticked:
        theme.icon("check", "on_accent", 12).paint(painter, box.adjusted(2, 2, -2, -2).toRect())
    painter.restore()


def _paint_bar(painter: QPainter, left: int, middle: int, filled: float) -> None:
    groove = QRectF(left, middle - _BAR_HEIGHT / 2 + 0.5, BAR, _BAR_HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("track"))
    painter.drawRoundedRect(groove, 2, 2)
    if filled > 0:
        painter.setBrush(theme.colour("accent"))
        groove.setWidth(max(filled * BAR, 2))
        painter.drawRoundedRect(groove, 2, 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


@lru_cache(2)
def _font(is_strong: bool) -> QFont:
    return theme.font(weight=QFont.Weight.DemiBold if is_strong else QFont.Weight.Normal)


@lru_cache(2)
def _metrics(is_strong: bool) -> QFontMetrics:
    return QFontMetrics(_font(is_strong))


@lru_cache(4096)
def _cut(words: str, room: int, is_strong: bool, mode: Qt.TextElideMode) -> str:
    return _metrics(is_strong).elidedText(words, mode, room)


def advance(words: str, *, is_strong: bool = False) -> int:
    """Pixels of words in a cell."""
    return _metrics(is_strong).horizontalAdvance(words)
