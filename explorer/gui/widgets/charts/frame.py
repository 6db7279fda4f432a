"""What stands around the curves of a chart: its title, round numbers at the axes, lines across."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from explorer.gui import theme
from explorer.gui.widgets.charts.scale import Scale, Ticks

if TYPE_CHECKING:
    from explorer.gui.widgets.charts.ink import Picture

LEFT, TOP, RIGHT, BOTTOM = 50, 32, 14, 40  # room around the curves, px
_ROW, _COLUMN = 36, 62  # px between two numbers at least

GiveTicks = Callable[[Scale, int], Ticks]


@dataclass(frozen=True, slots=True)
class Frame:
    """The words of a chart.

    Attributes:
        x_name: What is along the x axis, with its unit.
        note: Said beside the title, if anything: that the scale is logarithmic.
        x_ticks, y_ticks: Round values on a scale, about as many as asked for, and how they are written.
        write_x, write_y: A value at the mouse in words.
    """

    title: str
    x_name: str
    note: str
    x_ticks: GiveTicks
    y_ticks: GiveTicks
    write_x: Callable[[float], str]
    write_y: Callable[[float], str]


def inside(whole: QRectF) -> QRectF:
    """Where the curves are in a chart that takes up `whole`."""
    return whole.adjusted(LEFT, TOP, -RIGHT, -BOTTOM)


def paint(painter: QPainter, frame: Frame, picture: Picture | None, whole: QRectF) -> None:
    """Paints title, numbers and lines; without a picture the title alone."""
    area = inside(whole)
    painter.save()
    bold = theme.font(theme.TEXT_PX, weight=QFont.Weight.DemiBold)
    painter.setFont(bold)
    painter.setPen(theme.colour("text"))
    middle_left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(whole.left() + 12, whole.top() + 6, whole.width() - 24, 20), middle_left, frame.title)
    painter.setFont(theme.font(theme.CAPTION_PX))
    if frame.note:
        left = whole.left() + 20 + QFontMetricsF(bold).horizontalAdvance(frame.title)
        painter.setPen(theme.colour("faint"))
        painter.drawText(QRectF(left, whole.top() + 6, whole.right() - left - 8, 21), middle_left, frame.note)
    if picture is not None and area.width() > 20 and area.height() > 20:
        _paint_rows(painter, frame, picture, area)
        _paint_columns(painter, frame, picture, area)
    painter.restore()


def _paint_rows(painter: QPainter, frame: Frame, picture: Picture, area: QRectF) -> None:
    right_middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for value, words in frame.y_ticks(picture.y, max(2, int(area.height() // _ROW))):
        y = round(area.bottom() - picture.y.place(value) * area.height()) + 0.5
        painter.setPen(QPen(theme.colour("grid"), 1))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(theme.colour("faint"))
        painter.drawText(QRectF(area.left() - LEFT, y - 9, LEFT - 7, 18), right_middle, words)


def _paint_columns(painter: QPainter, frame: Frame, picture: Picture, area: QRectF) -> None:
    top_middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    for value, words in frame.x_ticks(picture.x, max(2, int(area.width() // _COLUMN))):
        x = round(area.left() + picture.x.place(value) * area.width()) + 0.5
        painter.setPen(QPen(theme.colour("grid"), 1))
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4))
        painter.setPen(theme.colour("faint"))
        painter.drawText(QRectF(x - 40, area.bottom() + 6, 80, 15), top_middle, words)
    painter.setPen(theme.colour("faint"))
    painter.drawText(QRectF(area.left(), area.bottom() + 21, area.width(), 16), top_middle, frame.x_name)
