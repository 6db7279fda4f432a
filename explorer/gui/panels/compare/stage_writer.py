"""Writes the cells of the table of stages."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from explorer.gui import theme
from explorer.gui.panels.compare.stage_rows import NONE, Cell, Figure, NetworkCell
from explorer.gui.widgets.words.text_line import write_line

AnyIndex = QModelIndex | QPersistentModelIndex
CELL_ROLE, IS_SENTENCE_ROLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1

HEIGHT = 44
_PAD, _LEAD, _GAP = 8, 7, 5  # px beside the words, above and below them, and between figures
_WRAPPED = int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class StageWriter(QStyledItemDelegate):
    """Two lines in a cell, or the figures of a network over a sentence; the first row and column have more weight."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        cell = index.data(CELL_ROLE)
        state = option.state
        area = QRectF(option.rect)
        painter.save()
        is_over = bool(state & QStyle.StateFlag.State_MouseOver)
        if state & QStyle.StateFlag.State_Selected or is_over:
            painter.fillRect(area, theme.colour("selected" if state & QStyle.StateFlag.State_Selected else "hover"))
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.colour("border"))
        inner = area.adjusted(_PAD, _LEAD, -_PAD, -_LEAD)
        if isinstance(cell, NetworkCell):
            _write_network(painter, inner, cell)
        elif index.data(IS_SENTENCE_ROLE):
            painter.setFont(theme.font(theme.SECONDARY_PX))
            painter.setPen(theme.colour("secondary"))
            flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(inner, flags, cell.upper)
        else:
            _write_lines(painter, inner, cell, is_strong=index.row() == 0 or index.column() == 0)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        cell = index.data(CELL_ROLE)
        view = self.parent()
        width = view.columnWidth(index.column()) if isinstance(view, QTableView) else 300
        if isinstance(cell, NetworkCell):
            return QSize(width, max(HEIGHT, round(_network_height(cell, width - 2 * _PAD)) + 2 * _LEAD))
        if not index.data(IS_SENTENCE_ROLE):
            return QSize(80, HEIGHT)
        return QSize(width, max(HEIGHT, _sentence_height(cell.upper, width - 2 * _PAD) + 2 * _LEAD))


def _write_lines(painter: QPainter, area: QRectF, cell: Cell, *, is_strong: bool) -> None:
    weight = QFont.Weight.DemiBold if is_strong else QFont.Weight.Normal
    upper, lower = theme.font(theme.SECONDARY_PX, weight=weight), theme.font(theme.CAPTION_PX)
    heights = QFontMetricsF(upper).height(), QFontMetricsF(lower).height() if cell.lower else 0.0
    top = area.center().y() - sum(heights) / 2
    for words, font, role, height in (
        (cell.upper, upper, "text", heights[0]),
        (cell.lower, lower, "faint", heights[1]),
    ):
        write_line(painter, QRectF(area.left(), top, area.width(), height), words, font, role)
        top += height


def _write_network(painter: QPainter, area: QRectF, cell: NetworkCell) -> None:
    top = area.top()
    if not cell.figures:
        painter.setFont(theme.font(theme.SECONDARY_PX))
        painter.setPen(theme.colour("faint"))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignTop), NONE)
        top += _line_height()
    half = (area.width() - _PAD) / 2
    for place, figure in enumerate(cell.figures):
        left = area.left() + (half + _PAD) * (place % 2)
        _write_figure(painter, QRectF(left, top, half, _line_height()), figure)
        top += _line_height() if place % 2 else 0
    if cell.sentence:
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(theme.colour("secondary"))
        below = QRectF(area.left(), top + _GAP, area.width(), area.bottom() - top - _GAP)
        painter.drawText(below, _WRAPPED, cell.sentence)


def _write_figure(painter: QPainter, area: QRectF, figure: Figure) -> None:
    x = area.left()
    plain, small = theme.font(theme.SECONDARY_PX), theme.font(theme.CAPTION_PX)
    for words, font, role in (
        (figure.name, small, "faint"),
        (figure.value, plain, "text"),
        (figure.ratio, small, "secondary"),
    ):
        room = area.right() - x
        if not words or room <= 0:
            continue
        metrics = QFontMetricsF(font)
        cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room + 0.5)
        painter.setFont(font)
        painter.setPen(theme.colour(role))
        painter.drawText(QRectF(x, area.top(), room, area.height()), int(Qt.AlignmentFlag.AlignVCenter), cut)
        x += metrics.horizontalAdvance(cut) + _GAP


def _line_height() -> float:
    return QFontMetricsF(theme.font(theme.SECONDARY_PX)).height() + 1


def _network_height(cell: NetworkCell, width: int) -> float:
    lines = max((len(cell.figures) + 1) // 2, 1)
    told = _sentence_height(cell.sentence, width, theme.CAPTION_PX) + _GAP if cell.sentence else 0
    return lines * _line_height() + told


def _sentence_height(words: str, width: int, pixels: int = theme.SECONDARY_PX) -> int:
    return QFontMetrics(theme.font(pixels)).boundingRect(0, 0, width, 1000, _WRAPPED, words).height()
