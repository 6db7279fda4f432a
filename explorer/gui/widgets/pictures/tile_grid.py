"""A mosaic of maps on the screen: crisp, with the value under the pointer, by mouse and by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.pictures.pixels import from_pixels
from explorer.gui.widgets.words.numerals import compact

if TYPE_CHECKING:
    from explorer.inspection.insight import Array
    from explorer.inspection.tiles import Mosaic

_CORNER = 6
_ROOM_FOR_A_NUMBER = 34  # px; in larger cells the values are written


class TileGrid(QWidget):
    """Draws a `Mosaic` as wide as itself.

    Signals:
        hovered(object): (map, row, column) under the pointer, a tuple, or None.
        chosen(int): A map was clicked, or Enter was pressed on it.
        left(): Escape.
        stepped(int): On a single map, an arrow key asks for the next (1) or previous (-1) one.
        moved(QRect): The tile chosen by keys is there; scroll to it.
    """

    hovered = Signal(object)
    chosen = Signal(int)
    left = Signal()
    stepped = Signal(int)
    moved = Signal(QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._mosaic: Mosaic | None = None
        self._image: QImage | None = None
        self._values: Array | None = None
        self._place = -1  # tile under the pointer or chosen by keys
        self._under_pointer: tuple[int, int, int] | None = None
        self._mark: tuple[int, int, int] | None = None
        self._ratio = 1.0
        self._asked_width = 0
        self._fit_height()

    @property
    def mosaic(self) -> Mosaic | None:
        return self._mosaic

    @property
    def under_pointer(self) -> tuple[int, int, int] | None:
        """The map, row and column under the pointer."""
        return self._under_pointer

    def pixel_width(self) -> int:
        """Device pixels from side to side: how wide a mosaic should be made."""
        return max(32, int(self.width() * self.devicePixelRatioF()))

    def show_mosaic(self, mosaic: Mosaic | None, values: Array | None = None) -> None:
        """Shows `mosaic`, made for the present width; `values` (H, W) are written into the cells of a single map."""
        self._mosaic, self._values = mosaic, values
        self._image = None if mosaic is None else from_pixels(mosaic.pixels)
        self._ratio, self._asked_width = self.devicePixelRatioF(), self.width()
        self._place = min(self._place, -1 if mosaic is None else len(mosaic.order) - 1)
        can_be_picked = mosaic is not None and len(mosaic.order) > 1
        cursor = Qt.CursorShape.PointingHandCursor if can_be_picked else Qt.CursorShape.ArrowCursor
        if cursor != self.cursor().shape():
            self.setCursor(cursor)
        self._fit_height()
        self.update()

    def set_mark(self, at: tuple[int, int, int] | None) -> None:
        """Frames the value of a map, row and column, wherever that is drawn."""
        if at != self._mark:
            self._mark = at
            self.update()

    def tile_rect(self, place: int) -> QRect:
        """Where the tile at `place` is drawn."""
        assert self._mosaic is not None
        left, top, width, height = self._mosaic.tile(place)
        scale = self._scale()
        return QRectF(left * scale, top * scale, width * scale, height * scale).toAlignedRect()

    def value_at(self, at: QPoint) -> tuple[int, int, int] | None:
        """The map, row and column drawn at `at`."""
        if self._mosaic is None:
            return None
        scale = self._scale()
        return self._mosaic.at(at.x() / scale, at.y() / scale)

    def _scale(self) -> float:
        """Size of a pixel of the mosaic; other than one of the screen only until it has been made anew."""
        stale = self.width() / self._asked_width if self._asked_width else 1.0
        return stale / self._ratio

    def _fit_height(self) -> None:
        height = 0 if self._image is None else round(self._image.height() * self._scale())
        self.setFixedHeight(max(height, 1))

    def _point_at(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self.update()

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(288, self.height())

    def resizeEvent(self, event: QEvent) -> None:
        self._fit_height()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._under_pointer = self.value_at(event.position().toPoint())
        self._point_at(-1 if found is None or self._mosaic is None else self._mosaic.order.tolist().index(found[0]))
        self.hovered.emit(found)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)
        self._under_pointer = None
        self.hovered.emit(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        found = self._under_pointer = self.value_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and found is not None and self._mosaic is not None:
            self._point_at(self._mosaic.order.tolist().index(found[0]))
            self.chosen.emit(found[0])

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._place < 0 and event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._point_at(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(-1)

    def event(self, event: QEvent) -> bool:
        # Escape and the arrows are meant for the map, even where the window has them as shortcuts.
        is_shortcut = event.type() == QEvent.Type.ShortcutOverride
        if is_shortcut and isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Escape, *_ARROWS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        mosaic = self._mosaic
        key = Qt.Key(event.key())
        if mosaic is None:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._place >= 0:
            self.chosen.emit(int(mosaic.order[self._place]))
        elif key in _ARROWS:
            self._step(key, mosaic)
        else:
            super().keyPressEvent(event)

    def _step(self, key: Qt.Key, mosaic: Mosaic) -> None:
        across, down = _ARROWS[key]
        if len(mosaic.order) == 1:
            self.stepped.emit(across or down)
            return
        place = self._place + across + down * mosaic.columns if self._place >= 0 else 0
        if 0 <= place < len(mosaic.order):
            self._point_at(place)
            self.moved.emit(self.tile_rect(place))
            self.hovered.emit((int(mosaic.order[place]), -1, -1))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None or self._mosaic is None:
            return
        painter = QPainter(self)
        scale = self._scale()
        whole = QRectF(0, 0, self._image.width() * scale, self._image.height() * scale)
        corners = QPainterPath()
        corners.addRoundedRect(whole, _CORNER, _CORNER)
        painter.setClipPath(corners)
        painter.setClipRect(event.rect(), Qt.ClipOperation.IntersectClip)
        painter.drawImage(whole, self._image)
        self._draw_dead(painter, event.rect())
        self._draw_numbers(painter)
        painter.setClipping(False)
        if 0 <= self._place < len(self._mosaic.order) and len(self._mosaic.order) > 1:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRect(self.tile_rect(self._place).adjusted(0, 0, -1, -1))
        self._draw_mark(painter)

    def _draw_mark(self, painter: QPainter) -> None:
        """A frame round the marked value, seen on any colour."""
        mosaic = self._mosaic
        places = [] if mosaic is None or self._mark is None else mosaic.order.tolist()
        if mosaic is None or self._mark is None or self._mark[0] not in places:
            return
        index, row, column = self._mark
        tile, (rows, columns) = QRectF(self.tile_rect(places.index(index))), mosaic.map_size
        width, height = tile.width() / columns, tile.height() / rows
        cell = QRectF(tile.left() + column * width, tile.top() + row * height, width, height)
        for pen, colour in ((4, QColor(0, 0, 0, 180)), (2, QColor("#ffffff"))):
            painter.setPen(QPen(colour, pen))
            painter.drawRect(cell)

    def _draw_dead(self, painter: QPainter, exposed: QRect) -> None:
        """A dotted frame round each map that is zero everywhere."""
        assert self._mosaic is not None
        if not self._mosaic.dead_maps or max(self._mosaic.map_size) == 1:
            return
        dead = set(self._mosaic.dead_maps)
        painter.setPen(QPen(QColor("#8a93a6"), 1, Qt.PenStyle.DotLine))
        for place, index in enumerate(self._mosaic.order.tolist()):
            if index in dead and (tile := self.tile_rect(place)).intersects(exposed):
                painter.drawRect(tile.adjusted(0, 0, -1, -1))

    def _draw_numbers(self, painter: QPainter) -> None:
        mosaic, values = self._mosaic, self._values
        if mosaic is None or values is None or len(mosaic.order) != 1:
            return
        rows, columns = mosaic.map_size
        tile = self.tile_rect(0)
        width, height = tile.width() / columns, tile.height() / rows
        if width < _ROOM_FOR_A_NUMBER:
            return
        painter.setFont(theme.font(theme.CAPTION_PX))
        for row in range(rows):
            for column in range(columns):
                cell = QRectF(column * width, row * height, width, height)
                painter.setPen(self._ink(cell))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, compact(round(float(values[row, column]), 3)))

    def _ink(self, cell: QRectF) -> QColor:
        """Black or white, whichever can be read on the middle of `cell`."""
        assert self._image is not None
        scale = self._scale()
        ground = self._image.pixelColor(int(cell.center().x() / scale), int(cell.center().y() / scale))
        light = 0.2126 * ground.redF() + 0.7152 * ground.greenF() + 0.0722 * ground.blueF()
        return QColor("#000000" if light > 0.45 else "#ffffff")


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
