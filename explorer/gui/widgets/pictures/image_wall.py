"""Any number of small images with what was said of them; read as they come into view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget

from explorer.gui import theme
from explorer.gui.widgets.pictures.pixels import draw_fitted, thumbnail
from explorer.gui.widgets.words.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

_IMAGE, _LINE, _GAP = 72, 15, 10  # px; side of an image, height of a line of words
_WIDEST_GAP = 32
_WIDTH, _HEIGHT = 92, _IMAGE + 2 * _LINE + 4  # of a tile
_BAR = 3
_INSET = 6  # px round all tiles, for the frame of the chosen one
_KEPT = 600  # images
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@cache
def _font() -> QFont:
    return theme.font(theme.CAPTION_PX)


@dataclass(frozen=True, slots=True)
class Tile:
    """An image by its number, two lines of words, and what is filled of the bar between: 0-1.

    Attributes:
        is_right: Green or red.
        tip: All that is to be said of it.
    """

    number: int
    first: str
    second: str
    share: float
    is_right: bool
    tip: str


class ImageWall(QAbstractScrollArea):
    """Tiles in rows; arrow keys walk, Enter chooses.

    Signals:
        wanted(object): The numbers, a tuple, of images that are in view and not known.
        chosen(int): The number of the image that was clicked.
    """

    wanted = Signal(object)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._numbers: tuple[int, ...] = ()
        self._describe: Callable[[int], Tile] | None = None
        self._tiles: dict[int, Tile] = {}  # of those that have been in view
        self._images: dict[int, QImage] = {}
        self._drawn: dict[int, QPixmap] = {}  # tiles as they look while nothing points at them
        self._looks: tuple[str, float] = ("", 0.0)  # theme and fineness that they were drawn in
        self._asked: tuple[int, ...] = ()
        self._empty = ""
        self._place = self._current = -1  # pointed at; chosen
        self.verticalScrollBar().valueChanged.connect(self.viewport().update)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def numbers(self) -> tuple[int, ...]:
        """The images, in their order."""
        return self._numbers

    @property
    def known(self) -> frozenset[int]:
        """The numbers of the images that are there."""
        return frozenset(self._images)

    def tile(self, place: int) -> Tile:
        """What is said at `place`."""
        assert self._describe is not None
        number = self._numbers[place]
        if number not in self._tiles:
            self._tiles[number] = self._describe(number)
        return self._tiles[number]

    def show_tiles(self, numbers: tuple[int, ...], describe: Callable[[int], Tile], empty: str) -> None:
        """Shows the images `numbers`, each as `describe` says when it comes into view; `empty` where there is none."""
        if numbers != self._numbers:
            self._place = self._current = -1
            self.verticalScrollBar().setValue(0)
        self._numbers, self._describe, self._empty = numbers, describe, empty
        self._tiles, self._drawn, self._asked = {}, {}, ()
        self._fit_bar()
        self.setAccessibleDescription(
            "; ".join(self.tile(place).tip for place in range(min(10, len(numbers)))) or empty
        )
        self.viewport().update()

    def show_images(self, by_number: Mapping[int, NDArray[np.uint8]]) -> None:
        """Images that were asked for."""
        self._images |= {number: thumbnail(pixels) for number, pixels in by_number.items()}
        self._drawn = {number: drawn for number, drawn in self._drawn.items() if number not in by_number}
        while len(self._images) > _KEPT:
            self._images.pop(next(iter(self._images)))
        self._asked = ()
        self.viewport().update()

    def forget_images(self) -> None:
        """The images are those of another data set from now on."""
        self._images, self._drawn, self._asked = {}, {}, ()
        self.viewport().update()

    # -- where things are -------------------------------------------------------------------------------------------

    def _across(self) -> int:
        return max(1, (self.viewport().width() - 2 * _INSET + _GAP) // (_WIDTH + _GAP))

    def _step_across(self) -> float:
        """From one tile to the next: full rows take the whole width."""
        room = self.viewport().width() - 2 * _INSET - _WIDTH
        return min(room / max(1, self._across() - 1), _WIDTH + _WIDEST_GAP)

    def _fit_bar(self) -> None:
        rows = -(-len(self._numbers) // self._across())
        room = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, rows * (_HEIGHT + _GAP) - _GAP + 2 * _INSET - room))
        bar.setPageStep(max(1, room))
        bar.setSingleStep((_HEIGHT + _GAP) // 2)

    def tile_rect(self, place: int) -> QRect:
        """Where the tile at `place` is, in the viewport."""
        row, column = divmod(place, self._across())
        top = _INSET + row * (_HEIGHT + _GAP) - self.verticalScrollBar().value()
        return QRect(_INSET + round(column * self._step_across()), top, _WIDTH, _HEIGHT)

    def _seen(self) -> range:
        across, step = self._across(), _HEIGHT + _GAP
        top = self.verticalScrollBar().value() - _INSET
        first = max(0, top // step) * across
        return range(first, min(len(self._numbers), ((top + self.viewport().height()) // step + 1) * across))

    def _at(self, at: QPoint) -> int:
        return next((place for place in self._seen() if self.tile_rect(place).contains(at)), -1)

    # -- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._numbers:
            painter.setPen(theme.colour("faint"))
            words = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.viewport().rect().adjusted(12, 0, -12, 0), words, self._empty)
            return
        looks = theme.name(), self.devicePixelRatioF()
        if looks != self._looks:
            self._looks, self._drawn = looks, {}
        for place in self._seen():
            area = self._around(place)
            if area.intersects(event.rect()):
                self._paint_tile(painter, place, area)
        if len(self._drawn) > _KEPT:
            self._drawn.clear()
        self._ask()

    def _around(self, place: int) -> QRect:
        """The tile at `place` with what lights up around it."""
        return self.tile_rect(place).adjusted(-4, -4, 4, 2)

    def _paint_tile(self, painter: QPainter, place: int, area: QRect) -> None:
        if place in (self._place, self._current):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected" if place == self._current else "hover"))
            painter.drawRoundedRect(area, 6, 6)
        number = self._numbers[place]
        if number not in self._drawn:
            self._drawn[number] = self._draw_tile(self.tile(place))
        painter.drawPixmap(area.topLeft() + QPoint(4, 4), self._drawn[number])
        if place == self._place and self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 6, 6)

    def _draw_tile(self, tile: Tile) -> QPixmap:
        """Image, bar and words: drawn once, since words are what takes time."""
        ratio = self._looks[1]
        pixmap = QPixmap(QSize(_WIDTH, _HEIGHT + _BAR) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_font())
        picture = QRect((_WIDTH - _IMAGE) // 2, 0, _IMAGE, _IMAGE)
        image = self._images.get(tile.number)
        if image is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(picture, 4, 4)
        else:
            draw_fitted(painter, picture, image)
        bar = QRectF(picture.left(), picture.bottom() + 3, _IMAGE, _BAR)
        self._draw_bar(painter, bar, tile)
        top = bar.bottom() + 1
        for words, role in ((tile.first, "text"), (tile.second, "secondary")):
            painter.setPen(theme.colour(role))
            shown = QFontMetricsF(_font()).elidedText(words, Qt.TextElideMode.ElideRight, _WIDTH)
            painter.drawText(QRectF(0, top, _WIDTH, _LINE), int(Qt.AlignmentFlag.AlignCenter), shown)
            top += _LINE
        painter.end()
        return pixmap

    @staticmethod
    def _draw_bar(painter: QPainter, bar: QRectF, tile: Tile) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("track"))
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.setBrush(theme.colour("success" if tile.is_right else "danger"))
        filled = QRectF(bar)
        filled.setWidth(max(_BAR, bar.width() * tile.share))
        painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)

    def _ask(self) -> None:
        missing = tuple(number for place in self._seen() if (number := self._numbers[place]) not in self._images)
        if missing and missing != self._asked:
            self._asked = missing
            self.wanted.emit(missing)

    # -- what the user does -----------------------------------------------------------------------------------------

    def _point_at(self, place: int) -> None:
        before, self._place = self._place, place
        for one in (before, place) if before != place else ():
            if one >= 0:
                self.viewport().update(self._around(one).adjusted(-2, -2, 2, 2))

    def _choose(self, place: int) -> None:
        self._current = place
        self.viewport().update()
        self.chosen.emit(self._numbers[place])

    def _step(self, across: int, down: int) -> None:
        place = 0 if self._place < 0 else self._place + across + down * self._across()
        if 0 <= place < len(self._numbers):
            self._point_at(place)
            area, bar = self.tile_rect(place), self.verticalScrollBar()
            if area.top() < _INSET:
                bar.setValue(bar.value() + area.top() - _INSET)
            elif area.bottom() + _INSET > self.viewport().height():
                bar.setValue(bar.value() + area.bottom() + _INSET - self.viewport().height())

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(4 * (_WIDTH + _GAP), 3 * (_HEIGHT + _GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * (_WIDTH + _GAP), _HEIGHT + _GAP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_bar()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._point_at(place)
            self._choose(place)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point_at(-1)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(event.pos())
            QToolTip.showText(event.globalPos(), plain(self.tile(place).tip) if place >= 0 else "", self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._place < 0 and self._numbers and event.reason() == Qt.FocusReason.TabFocusReason:
            self._point_at(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(-1)

    def event(self, event: QEvent) -> bool:
        # The arrows walk over the images, even where the window has them as shortcuts.
        is_shortcut = event.type() == QEvent.Type.ShortcutOverride
        if is_shortcut and isinstance(event, QKeyEvent) and event.key() in _ARROWS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS and self._numbers:
            self._step(*_ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._place >= 0:
            self._choose(self._place)
        else:
            super().keyPressEvent(event)
