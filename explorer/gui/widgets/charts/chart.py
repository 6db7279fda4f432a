"""A chart to look into: zoomed by the wheel or by drawing a box, with the values of all curves at the mouse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.charts import frame as chart_frame
from explorer.gui.widgets.charts import ink as chart_ink
from explorer.gui.widgets.charts.ink import Look, Picture, Sheet, Trace, readings
from explorer.gui.widgets.charts.note import Line, Lines, paint_note
from explorer.gui.widgets.words.numerals import with_deviation

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.widgets.charts.frame import Frame
    from explorer.gui.widgets.charts.scale import Scale

_REACH = 0.02  # of the width: how far from its end a curve is still said at the mouse
_NEAR = 6  # px: a mark as near as this is said
_AT_POINT = 9  # px: a marked point as near as this is clicked
_LEAST = 5  # px: a smaller box is a click
_MOST_DOTS = 60  # of more curves, only the one nearest to the mouse gets its dot
_STEP = 0.8  # of the range, each notch of the wheel
Range = tuple[float, float]


class Chart(QWidget):
    """Shows sheets, which are drawn elsewhere; while a new one is awaited the old one stays.

    Drag: zoom into a box; the wheel: along x at the mouse, with Ctrl along y; double click: all of it again. With the
    keyboard: + and - zoom, arrows move along, Home shows all. A click on a marked point picks it.

    Signals:
        zoom_wanted(object, object): Ranges of x and of y to show, None where a range is to stay.
        reset_wanted: Everything is to be shown.
        pointed(object): The mouse is at this x, or is gone (None).
        resized: A sheet of another size is wanted.
        point_picked(str, int): A marked point was clicked: the key of its curve, and which of its points it is.
    """

    zoom_wanted = Signal(object, object)
    reset_wanted = Signal()
    pointed = Signal(object)
    resized = Signal()
    point_picked = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._sheet: Sheet | None = None
        self._backdrop: QPixmap | None = None  # all but what is at the mouse, as it was painted last
        self._x: float | None = None
        self._found: list[tuple[Trace, float, float]] = []  # the points of the curves at `_x`
        self._places: list[QPointF] = []  # where they are
        self._mouse: QPointF | None = None
        self._pressed: QPointF | None = None
        self._has_tabbed = False  # here by the keyboard: the focus is shown
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 150)
        self.setCursor(Qt.CursorShape.CrossCursor)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        self._frame, self._backdrop = frame, None
        self.setAccessibleName(frame.title)
        self.update()

    def show_sheet(self, sheet: Sheet | None) -> None:
        self._sheet, self._backdrop = sheet, None
        self._read(self._x)

    @property
    def picture(self) -> Picture | None:
        return None if self._sheet is None else self._sheet.picture

    def area(self) -> QRectF:
        """Where the curves are."""
        return chart_frame.inside(QRectF(self.rect()))

    def area_size(self) -> QSize:
        return self.area().size().toSize()

    def point_at(self, x: float | None) -> None:
        """Shows the values at `x`, as another chart of the same axis is pointed at."""
        if self._mouse is None and x != self._x:
            self._read(x)

    def _read(self, x: float | None) -> None:
        """Looks up the points at `x`."""
        self._x, picture = x, self.picture
        is_wanted = self._mouse is not None or (picture is not None and len(picture.traces) <= _MOST_DOTS)
        self._found = [] if x is None or not is_wanted else self.readings_at(x)
        self._places = []
        if picture is not None:
            self._places = chart_ink.places([(x, y) for _, x, y in self._found], picture, self.area())
        self.update()

    def readings_at(self, x: float) -> list[tuple[Trace, float, float]]:
        """The named curves, and the point of each that is nearest to `x`."""
        picture = self.picture
        if picture is None:
            return []
        low, high = picture.x.low, picture.x.high
        found = readings(picture.traces, x, (high - low) * _REACH)
        edge = 1e-3 * (high - low)
        return [reading for reading in found if low - edge <= reading[1] <= high + edge]

    # -- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._backdrop is None:
            self._backdrop = self._draw_backdrop()
        painter.drawPixmap(0, 0, self._backdrop)
        if self._sheet is not None:
            self._paint_reading(painter)
        self._paint_box(painter)
        if self.hasFocus() and self._has_tabbed:
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()

    def _draw_backdrop(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        backdrop = QPixmap(self.size() * ratio)
        backdrop.setDevicePixelRatio(ratio)
        backdrop.fill(theme.colour("panel"))
        painter = QPainter(backdrop)
        if self._frame is not None:
            chart_frame.paint(painter, self._frame, self.picture, QRectF(self.rect()))
        if self._sheet is not None:
            margin = chart_ink.MARGIN
            painter.drawImage(self.area().adjusted(-margin, -margin, margin, margin), self._sheet.image)
        painter.end()
        return backdrop

    def _paint_reading(self, painter: QPainter) -> None:
        picture, area = self.picture, self.area()
        if self._x is None or picture is None or self._frame is None:
            return
        across = area.left() + picture.x.place(self._x) * area.width()
        if not area.left() <= across <= area.right():
            return
        painter.setPen(QPen(theme.colour("faint"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(across, area.top()), QPointF(across, area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        found, places, mouse = self._found, self._places, self._mouse
        near = None if mouse is None else _nearest(places, mouse.y())
        dots = range(len(found)) if len(found) <= _MOST_DOTS else () if near is None else (near,)
        painter.setPen(QPen(theme.colour("panel"), 1.5))
        for rank in dots:
            if area.adjusted(-1, -1, 1, 1).contains(places[rank]):
                painter.setBrush(QColor(found[rank][0].colour))
                painter.drawEllipse(places[rank], 4, 4)
        if mouse is None:
            return
        said = self._marks_at(across)
        if found or said:
            heights = [place.y() for place in places] or [mouse.y()]
            at = QPointF(across, sum(heights) / len(heights))
            lines = Lines(len(found), self._line, near)
            paint_note(painter, self._frame.write_x(self._x), lines, said, at, area)

    def _line(self, rank: int) -> Line:
        trace, x, y = self._found[rank]
        return Line(trace.colour, trace.name, "" if self._frame is None else _value(trace, x, y, self._frame.write_y))

    def _marks_at(self, across: float) -> list[str]:
        picture, area = self.picture, self.area()
        assert picture is not None
        if not picture.marks:
            return []
        places = area.left() + picture.x.places(np.array([mark.x for mark in picture.marks])) * area.width()
        near = np.flatnonzero(np.abs(places - across) <= _NEAR)
        return [picture.marks[rank].words for rank in near.tolist()]

    def _paint_box(self, painter: QPainter) -> None:
        box = self._box()
        if box is not None:
            colour = theme.colour("accent")
            painter.setPen(QPen(colour, 1))
            colour.setAlphaF(0.15)
            painter.setBrush(colour)
            painter.drawRect(box)

    def _box(self) -> QRectF | None:
        """The box that is being drawn; over the whole height or width where it is flat or narrow."""
        if self._pressed is None or self._mouse is None:
            return None
        area = self.area()
        x = min(max(self._mouse.x(), area.left()), area.right())
        y = min(max(self._mouse.y(), area.top()), area.bottom())
        box = QRectF(self._pressed, QPointF(x, y)).normalized()
        if max(box.width(), box.height()) < _LEAST:
            return None
        if box.height() < 3 * _LEAST:
            box.setTop(area.top())
            box.setBottom(area.bottom())
        elif box.width() < 3 * _LEAST:
            box.setLeft(area.left())
            box.setRight(area.right())
        return box

    # -- what the user does -----------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position())
        is_at_point = self._pressed is None and self.point_at_mouse() is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_at_point else Qt.CursorShape.CrossCursor)
        self.pointed.emit(self._x)

    def _go_to(self, mouse: QPointF) -> None:
        self._mouse = mouse
        area, picture = self.area(), self.picture
        is_inside = picture is not None and area.contains(mouse)
        self._read(picture.x.value((mouse.x() - area.left()) / area.width()) if picture and is_inside else None)

    def point_at_mouse(self) -> tuple[str, int] | None:
        """The marked point under the mouse: the key of its curve, and which of its points it is."""
        mouse = self._mouse
        if mouse is None:
            return None
        marked = [
            rank for rank, (trace, _, _) in enumerate(self._found) if trace.look is Look.POINTS and trace.band is None
        ]
        away = {rank: (self._places[rank] - mouse).manhattanLength() for rank in marked}
        rank = min(away, key=away.__getitem__, default=None)
        if rank is None or away[rank] > _AT_POINT:
            return None
        trace, x, _ = self._found[rank]
        return trace.key, int(trace.x.searchsorted(x))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.area().contains(event.position()):
            self._go_to(event.position())
            self._pressed = self._mouse

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._mouse = event.position()
        was_pressed = self._pressed is not None
        box, self._pressed = self._box(), None
        picture, area = self.picture, self.area()
        self.update()
        picked = self.point_at_mouse() if was_pressed and box is None else None
        if picked is not None:
            self.point_picked.emit(*picked)
        if box is None or picture is None:
            return
        x = picture.x.part((box.left() - area.left()) / area.width(), (box.right() - area.left()) / area.width())
        y = picture.y.part((area.bottom() - box.bottom()) / area.height(), (area.bottom() - box.top()) / area.height())
        whole_x, whole_y = box.width() >= area.width() - 1, box.height() >= area.height() - 1
        self.zoom_wanted.emit(None if whole_x else (x.low, x.high), None if whole_y else (y.low, y.high))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self.reset_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        picture, area = self.picture, self.area()
        turned = event.angleDelta().y() / 120
        if picture is None or not turned or not area.contains(event.position()):
            event.ignore()
            return
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            at = (area.bottom() - event.position().y()) / area.height()
            self.zoom_wanted.emit(None, _around(picture.y, at, _STEP**turned))
        else:
            at = (event.position().x() - area.left()) / area.width()
            self.zoom_wanted.emit(_around(picture.x, at, _STEP**turned), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        picture = self.picture
        shift = {Qt.Key.Key_Left: -0.1, Qt.Key.Key_Right: 0.1}.get(Qt.Key(event.key()))
        grow = {Qt.Key.Key_Plus: _STEP, Qt.Key.Key_Equal: _STEP, Qt.Key.Key_Minus: 1 / _STEP}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Home:
            self.reset_wanted.emit()
        elif picture is not None and shift is not None:
            moved = picture.x.part(shift, 1 + shift)
            self.zoom_wanted.emit((moved.low, moved.high), None)
        elif picture is not None and grow is not None:
            self.zoom_wanted.emit(_around(picture.x, 0.5, grow), None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._has_tabbed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse = None
        self._read(None)
        self.pointed.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._backdrop = None
        self._read(self._x)
        self.resized.emit()


def _value(trace: Trace, x: float, y: float, write: Callable[[float], str]) -> str:
    """Of a mean also how far apart the curves are there, and how many: "98.20 ± 0.31% (5)"."""
    if trace.band is None:
        return write(y)
    place = min(int(trace.x.searchsorted(x)), len(trace.x) - 1)
    deviation, count = trace.band.deviations.item(place), round(trace.band.counts.item(place))
    value = with_deviation(write(y), write(deviation)) if math.isfinite(deviation) else write(y)
    return f"{value} ({count})"


def _nearest(places: list[QPointF], y: float) -> int | None:
    return min(range(len(places)), key=lambda rank: abs(places[rank].y() - y), default=None)


def _around(scale: Scale, at: float, factor: float) -> Range:
    """`factor` times the range of `scale`, with what is at the place `at` staying there."""
    part = scale.part(at - at * factor, at + (1 - at) * factor)
    return part.low, part.high
