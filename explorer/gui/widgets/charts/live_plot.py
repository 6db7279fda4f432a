"""A plot of curves that grow while one looks: the only module that imports pyqtgraph; import it away from the start."""

import html
import math
from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsView, QLabel, QWidget

from explorer.gui import theme
from explorer.gui.widgets.charts import scale as chart_scale
from explorer.gui.widgets.charts.decimation import Numbers, extremes, nice_ticks
from explorer.gui.widgets.charts.live_curve import ROUGH, SOLID, Curve, Look, Mark, pen_of
from explorer.gui.widgets.charts.scale import Scale

LEFT, TOP, RIGHT, BOTTOM = 44, 8, 12, 20  # room for the numbers at the axes, px
MOST_DOTS = 60
_AT_POINT = 9  # px: a marked point as near as this is clicked
_NEAR = 5  # px: a moment as near as this to the mouse is said
_HEIGHTS = {Look.RAW: 0, Look.REFERENCE: 1, Look.STEPS: 2, Look.LINE: 2, Look.POINTS: 3}


class LivePlot(pyqtgraph.GraphicsView):  # type: ignore[misc]
    """Curves over a fixed range of x, numbers at round places, values at the mouse. It neither zooms nor scrolls.

    A view box of pyqtgraph with curves in it, without the axes and menus of its plots: those follow each change of
    range also where nobody sees them. It is painted when it is told something new, once, and nothing behind it.

    `write_x` and `write_y` write the values at the mouse, `write_tick` the numbers at the left, given value and step.

    Signals:
        picked(int): A marked point was clicked; which one of its curve.
    """

    picked = Signal(int)
    _marks: tuple[Mark, ...] = ()

    def __init__(
        self,
        *,
        write_x: Callable[[float], str],
        write_y: Callable[[float], str],
        write_tick: Callable[[float, float], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, background=None)
        self.setAcceptDrops(False)  # an image dropped here is meant for the window
        self.viewport().setAcceptDrops(False)
        self._write_x, self._write_y, self._write_tick = write_x, write_y, write_tick
        self._curves: tuple[Curve, ...] = ()
        self._items: list[_Line] = []
        self._drawn: list[Curve | None] = []  # what each item shows
        self._x_range, self._y = (0.0, 1.0), Scale(0.0, 1.0)
        self._hover: QPointF | None = None
        self._box = pyqtgraph.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._box.disableAutoRange()
        self._box.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)  # but its children
        self.setCentralItem(None)  # which would be as large as the view
        self.addItem(self._box)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumSize(120, 80)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self._note = self._make_note()
        self.restyle()

    def _make_note(self) -> QLabel:
        note = QLabel(self, textFormat=Qt.TextFormat.RichText)
        note.hide()
        note.setProperty("role", "card")
        note.setContentsMargins(8, 4, 8, 4)
        note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return note

    @property
    def curves(self) -> tuple[Curve, ...]:
        return self._curves

    def show_curves(
        self,
        curves: Sequence[Curve],
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        *,
        is_log: bool = False,
    ) -> None:
        """Draws `curves` over exactly these ranges, `is_log` by powers of ten; at the mouse they are said in order.

        A logarithmic range begins above 0.
        """
        self._curves = tuple(curves)
        y = Scale(*y_range, is_log=is_log)
        was_log = self._y.is_log
        if (x_range, y) != (self._x_range, self._y):
            self._x_range, self._y = x_range, y
            self._box.setRange(xRange=x_range, yRange=y.ends(), padding=0, disableAutoRange=True)
            for item in self._items:
                item.show_in(self._in_sight())
            self.resetCachedContent()
        self._draw(anew=was_log != is_log)
        self.viewport().update()
        if self._hover is not None:
            self._show_note(self._hover)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Draws thin lines where something happened; words that have no room are left out."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self.resetCachedContent()
            self.viewport().update()

    def restyle(self) -> None:
        """Takes the colours of the present theme."""
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Base, theme.colour("panel"))
        self.setPalette(palette)
        self._draw(anew=True)
        self.resetCachedContent()
        self.viewport().update()

    def _draw(self, *, anew: bool = False) -> None:
        """Hands the curves to pyqtgraph, those that have changed or, `anew`, all."""
        while len(self._items) < len(self._curves):
            item = _Line(self._in_sight())
            self._items.append(item)
            self._drawn.append(None)
            self._box.addItem(item, ignoreBounds=True)
        columns = max(self.width() - LEFT - RIGHT, 50)
        for rank, item in enumerate(self._items):
            curve = self._curves[rank] if rank < len(self._curves) else None
            before, self._drawn[rank] = self._drawn[rank], curve
            item.setVisible(curve is not None)
            if curve is None:
                continue
            if anew or before is None or (before.look, before.colour) != (curve.look, curve.colour):
                item.setZValue(_HEIGHTS[curve.look])
                item.setPen(pen_of(curve))
                # Wide antialiased lines cost a second on raw data; they are for the short curves only. Drawn one by one
                # they take a quarter of the time of one long line with its joints, which dashes cannot do without.
                item.opts["antialias"] = curve.look not in ROUGH
                item.setSegmentedLineMode("on" if curve.look in SOLID else "off")
            if anew or before is None or not (_is_same(before.x, curve.x) and _is_same(before.y, curve.y)):
                x, y = extremes(curve.x, curve.y, columns)
                item.setData(x=x, y=self._y.along(y))

    def _in_sight(self) -> QRectF:
        """What the axes span."""
        (left, right), (low, high) = self._x_range, self._y.ends()
        return QRectF(left, low, right - left, high - low)

    # -- grid and numbers, painted under the curves -----------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, theme.colour("panel"))
        area = self._area()
        if area.width() < 20 or area.height() < 20 or not self._curves:
            return  # an empty plot shows nothing: its place is for words on what to do
        painter.save()
        painter.setFont(theme.font(theme.CAPTION_PX))
        self._paint_rows(painter, area)
        self._paint_columns(painter, area)
        self._paint_marks(painter, area)
        painter.restore()

    def _area(self) -> QRectF:
        """Where the curves are, in scene coordinates, which are pixels."""
        return QRectF(self._box.sceneBoundingRect())

    def _paint_rows(self, painter: QPainter, area: QRectF) -> None:
        right_middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, words in chart_scale.ticks(self._y, max(2, int(area.height() // 27)), self._write_tick):
            y = round(area.bottom() - self._y.place(value) * area.height()) + 0.5
            painter.setPen(QPen(theme.colour("grid"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.colour("faint"))
            painter.drawText(QRectF(0, y - 9, area.left() - 6, 18), right_middle, words)

    def _paint_columns(self, painter: QPainter, area: QRectF) -> None:
        low, high = self._x_range
        ticks, step = nice_ticks(low, high, max(2, int(area.width() // 44)), (1, 2, 5, 10))
        if step < 1:  # epochs are whole
            ticks = [float(tick) for tick in range(math.ceil(low), math.floor(high) + 1)]
        painter.setPen(theme.colour("faint"))
        top_middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for tick in ticks:
            x = area.left() + (tick - low) / (high - low) * area.width()
            painter.drawText(QRectF(x - 30, area.bottom() + 5, 60, 16), top_middle, f"{tick:g}")

    def _paint_marks(self, painter: QPainter, area: QRectF) -> None:
        for mark, x in self._marks_in(area):
            style = Qt.PenStyle.DotLine if mark.is_end else Qt.PenStyle.SolidLine
            painter.setPen(QPen(theme.colour("faint" if mark.is_end else "warning"), 1, style))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _marks_in(self, area: QRectF) -> list[tuple[Mark, float]]:
        """Those in sight with their places across, from the right to the left."""
        low, high = self._x_range
        places = [
            (mark, round(area.left() + (mark.x - low) / (high - low) * area.width()) + 0.5)
            for mark in sorted(self._marks, key=lambda mark: -mark.x)
        ]
        return [(mark, x) for mark, x in places if area.left() <= x <= area.right()]

    def mark_words(self) -> list[tuple[str, QPointF]]:
        """The words of the marks and where they begin, px: beside the line, at its top or foot, where no curve runs."""
        area, words = self._area(), []
        metrics, free = QFontMetricsF(theme.font(theme.CAPTION_PX)), area.right()
        for mark, x in self._marks_in(area):
            if mark.is_end:
                continue  # the last of the curves would be under its words
            width = metrics.horizontalAdvance(mark.words)
            sides = [left for left in (x + 4, x - 4 - width) if area.left() <= left and left + width <= free]
            found = [(left, base) for left in sides for base in self._free_lines(left, left + width, metrics.ascent())]
            if found:
                words.append((mark.words, QPointF(*found[0])))
                free = min(x, found[0][0]) - 4
        return words

    def _free_lines(self, left: float, right: float, height: float) -> list[float]:
        """Where between two places across a line of words lies on no curve: its base at the top, at the bottom."""
        area, (low, high) = self._area(), self._x_range
        ends = [low + (x - area.left()) / area.width() * (high - low) for x in (left, right)]
        tops, bottoms = [area.bottom()], [area.top()]
        for curve in self._curves:
            first, last = np.searchsorted(curve.x, ends)
            reaches = len(curve.x) > 0 and curve.x[-1] >= ends[0]
            places = self._y.places(curve.y[max(first - 1, 0) : last + 1] if reaches else curve.y[:0])
            if len(places := places[np.isfinite(places)]):
                tops.append(area.bottom() - float(places.max()) * area.height())
                bottoms.append(area.bottom() - float(places.min()) * area.height())
        at_top = [area.top() + height] if min(tops) > area.top() + height + 3 else []
        return at_top + ([area.bottom() - 4] if max(bottoms) < area.bottom() - height - 7 else [])

    # -- values at the mouse ----------------------------------------------------------------------------------------

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        self._paint_dots(painter)
        if self._marks and self._curves:
            painter.setFont(theme.font(theme.CAPTION_PX))
            painter.setPen(theme.colour("warning"))
            for words, at in self.mark_words():
                painter.drawText(at, words)
        if self._hover is None:
            return
        area = self._area()
        painter.setPen(QPen(theme.colour("faint"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(self._hover.x(), area.top()), QPointF(self._hover.x(), area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for curve, x, y in self._values_at(self._hover.x()):
            if self._y.low <= y <= self._y.high:
                painter.setBrush(theme.colour(curve.colour))
                painter.drawEllipse(self._place(x, y), 3.5, 3.5)

    def _paint_dots(self, painter: QPainter) -> None:
        # Painted here: pyqtgraph's own dots cost more than all the rest of the plot.
        marked = [curve for curve in self._curves if curve.look == Look.POINTS and len(curve.x) <= MOST_DOTS]
        if not marked:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area, (left, right) = self._area(), self._x_range
        for curve in marked:
            painter.setBrush(theme.colour(curve.colour))
            inside = (curve.y >= self._y.low) & (curve.y <= self._y.high)
            across = area.left() + (curve.x[inside] - left) / (right - left) * area.width()
            down = area.bottom() - self._y.places(curve.y[inside]) * area.height()
            for x, y in zip(across.tolist(), down.tolist(), strict=True):
                painter.drawEllipse(QPointF(x, y), 2.5, 2.5)

    def _place(self, x: float, y: float) -> QPointF:
        area, (left, right) = self._area(), self._x_range
        across = area.left() + (x - left) / (right - left) * area.width()
        return QPointF(across, area.bottom() - self._y.place(y) * area.height())

    def _values_at(self, scene_x: float) -> list[tuple[Curve, float, float]]:
        """For each named curve its point nearest to the mouse, where the curve reaches there."""
        area, (left, right) = self._area(), self._x_range
        x = left + (scene_x - area.left()) / max(area.width(), 1) * (right - left)
        reach = (right - left) * 0.04
        found = []
        for curve in self._curves:
            if not curve.name or len(curve.x) == 0:
                continue
            after = int(np.clip(np.searchsorted(curve.x, x), 1, max(len(curve.x) - 1, 1)))
            near = after - 1 if len(curve.x) == 1 or x - curve.x[after - 1] < curve.x[after] - x else after
            inside = curve.x[0] - reach <= x <= curve.x[-1] + reach
            if inside and np.isfinite(curve.y[near]):
                found.append((curve, float(curve.x[near]), float(curve.y[near])))
        return found

    def _show_note(self, where: QPointF) -> None:
        area = self._area()
        values = self._values_at(where.x())
        if not area.contains(where) or not values:
            self._hide_note()
            return
        self._hover = where
        left, right = self._x_range
        x = left + (where.x() - area.left()) / area.width() * (right - left)
        rows = [f"<span style='color:{theme.colours().faint}'>{self._write_x(x)}</span>"]
        for curve, _, y in values:
            colour = theme.colour(curve.colour).name()
            rows.append(
                f"<span style='color:{colour}'>{html.escape(curve.name)}</span>&nbsp; <b>{self._write_y(y)}</b>"
            )
        reach = (right - left) * _NEAR / area.width()
        said = [html.escape(mark.words) for mark in self._marks if abs(mark.x - x) <= reach]
        rows += [f"<span style='color:{theme.colours().faint}'>{words}</span>" for words in said]
        self._note.setText("<br>".join(rows))
        self._note.adjustSize()
        at_right = where.x() + 12 + self._note.width() < self.width()
        left = where.x() + 12 if at_right else max(where.x() - 12 - self._note.width(), 0)
        self._note.move(int(left), int(area.top()) + 4)
        self._note.show()
        self.viewport().update()

    def _hide_note(self) -> None:
        self._hover = None
        self._note.hide()
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._show_note(event.position())
        is_at_point = self._point_at(event.position()) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_at_point else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._point_at(event.position()) is not None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point = self._point_at(event.position())
        if point is not None:
            self.picked.emit(point)

    def _point_at(self, where: QPointF) -> int | None:
        """Which of the marked points is under the mouse, if any."""
        near = ((curve, x, y) for curve, x, y in self._values_at(where.x()) if curve.look is Look.POINTS)
        at = (int(curve.x.searchsorted(x)) for curve, x, y in near if _away(self._place(x, y), where) <= _AT_POINT)
        return next(at, None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()  # the menu is that of what the plot is part of

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hide_note()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is None or self.closed:
            return  # while it is being made, and after pyqtgraph has thrown the view box away
        self._box.setGeometry(QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM))
        if self._curves and event.oldSize().width() != event.size().width():
            self._draw(anew=True)


class _Line(pyqtgraph.PlotCurveItem):  # type: ignore[misc]
    """A curve that counts as large as what is in sight: measuring its points again costs more than drawing them."""

    def __init__(self, in_sight: QRectF) -> None:
        self._in_sight = in_sight  # first: pyqtgraph asks while it makes the item
        super().__init__(connect="finite")

    def show_in(self, in_sight: QRectF) -> None:
        if in_sight != self._in_sight:
            self.prepareGeometryChange()
            self._in_sight = in_sight

    def boundingRect(self) -> QRectF:
        return self._in_sight


def _is_same(one: Numbers, other: Numbers) -> bool:
    return one is other or (len(one) == len(other) and np.array_equal(one, other, equal_nan=True))


def _away(one: QPointF, other: QPointF) -> float:
    return (one - other).manhattanLength()
