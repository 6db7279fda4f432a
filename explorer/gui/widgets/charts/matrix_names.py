"""The names of the classes at two sides of a matrix, as many as there is room for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from explorer.gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE = 18  # px
_HEIGHT = 14  # px that a name needs
_LEAST, _MOST = 24, 116  # px at the side
_PAD = 6
_MEASURED = 200  # names; of more some are left out


@dataclass(frozen=True, slots=True)
class Side:
    """What is seen along one side.

    Attributes:
        centres: Of each class that is seen, where the middle of its row or column is, in pixels.
        own: The class that is pointed at.
    """

    centres: dict[int, float]
    cell: float
    own: int | None

    def named(self) -> list[int]:
        """The classes whose names are written; the one pointed at always, and none that would touch it."""
        every = max(1, math.ceil(_HEIGHT / self.cell))
        listed = [index for index in self.centres if index % every == 0]
        if self.own is not None and every > 1:
            listed = [index for index in listed if abs(index - (self.own or 0)) >= every]
            listed += [self.own] if self.own in self.centres else []
        return listed


class MatrixNames:
    """Measures and draws names; short ones stand upright over their columns, long ones lie."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self.names = names
        metrics = QFontMetricsF(theme.font(theme.CAPTION_PX))
        shown: Sequence[str] = names if len(names) <= _MEASURED else names[:: len(names) // _MEASURED]
        self._widest = max((metrics.horizontalAdvance(name) for name in shown), default=0.0)

    @property
    def width(self) -> float:
        """Pixels that the names take at the left."""
        return min(max(self._widest + 2 * _PAD, _LEAST), _MOST)

    def height(self, cell: float) -> float:
        """Pixels that they take at the top, over columns of `cell` pixels."""
        return 20.0 if self._widest <= cell - 4 else self.width

    def draw_rows(self, painter: QPainter, side: Side) -> None:
        for index in side.named():
            area = QRectF(TITLE, side.centres[index] - 8, self.width - _PAD, 16)
            self._draw(painter, index, area, Qt.AlignmentFlag.AlignRight, is_own=index == side.own)

    def draw_columns(self, painter: QPainter, side: Side) -> None:
        height = self.height(side.cell)
        if self._widest <= side.cell - 4:
            for index in side.named():
                area = QRectF(side.centres[index] - side.cell / 2, TITLE, side.cell, height)
                self._draw(painter, index, area, Qt.AlignmentFlag.AlignHCenter, is_own=index == side.own)
            return
        painter.save()
        painter.rotate(-90)
        for index in side.named():
            area = QRectF(-TITLE - height + _PAD, side.centres[index] - 8, height - _PAD, 16)
            self._draw(painter, index, area, Qt.AlignmentFlag.AlignLeft, is_own=index == side.own)
        painter.restore()

    def _draw(self, painter: QPainter, index: int, area: QRectF, side: Qt.AlignmentFlag, *, is_own: bool) -> None:
        painter.setPen(theme.colour("text" if is_own else "secondary"))
        name = self.names[index] if index < len(self.names) else str(index)
        words = QFontMetricsF(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), words)
