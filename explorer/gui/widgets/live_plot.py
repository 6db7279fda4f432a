"""A plot of curves that grow while one looks. It takes numpy: import it away from the start."""

import html
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QLabel, QWidget

from explorer.gui import theme
from explorer.gui.widgets.chart_scale import Scale
from explorer.gui.widgets.live_curve import Curve, Look, Mark
from explorer.gui.widgets.live_sheet import Frame, Lines, Paper, Pointer, Words, marks_in

LEFT, TOP, RIGHT, BOTTOM = 44, 8, 12, 20  # room for the numbers at the axes, px
_AT_POINT = 9  # px: a marked point as near as this is clicked
_NEAR = 5  # px: a moment as near as this to the mouse is said


class LivePlot(QGraphicsView):
    """Curves over a fixed range of x, numbers at round places, values at the mouse. It neither zooms nor scrolls.

    Its scene is as large as what is seen, in pixels.

    `write_x` and `write_y` write the values at the mouse, `write_tick` the numbers at the left, given value and step.

    Signals:
        picked(int): A marked point was clicked; which one of its curve.
    """

    picked = Signal(int)

    def __init__(
        self,
        *,
        write_x: Callable[[float], str],
        write_y: Callable[[float], str],
        write_tick: Callable[[float, float], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._write_x, self._write_y = write_x, write_y
        self._curves: tuple[Curve, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._x_range, self._y = (0.0, 1.0), Scale(0.0, 1.0)
        self._frame = Frame(QRectF(), self._x_range, self._y)
        self._hover: QPointF | None = None
        scene = QGraphicsScene(self)
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self._paper, self._lines = Paper(scene, write_tick), Lines(scene)
        self._words, self._pointer = Words(scene), Pointer(scene)
        self.setScene(scene)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setInteractive(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(False)  # an image dropped here is meant for the window
        self.viewport().setAcceptDrops(False)
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

    # -- what is drawn ----------------------------------------------------------------------------------------------

    @property
    def curves(self) -> tuple[Curve, ...]:
        return self._curves

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    @property
    def ranges(self) -> tuple[tuple[float, float], Scale]:
        """What the axes span."""
        return self._x_range, self._y

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
        is_first = bool(curves) != bool(self._curves)
        self._curves = tuple(curves)
        self._x_range, self._y = x_range, Scale(*y_range, is_log=is_log)
        self._draw(anew=is_first)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Draws thin lines where something happened; words that have no room are left out."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self._draw(anew=True)

    def restyle(self) -> None:
        """Takes the colours of the present theme."""
        self.setBackgroundBrush(theme.colour("panel"))
        self._draw(anew=True)

    def _draw(self, *, anew: bool) -> None:
        """Draws what has changed or, `anew`, all."""
        area = QRectF(self.viewport().rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)
        frame = Frame(area, self._x_range, self._y)
        if anew or frame != self._frame:
            anew, self._frame = True, frame
            self.setSceneRect(QRectF(self.viewport().rect()))
            if self._curves:
                self._paper.draw(frame, self._marks)
            else:  # an empty plot shows nothing: its place is for words on what to do
                self._paper.clear()
        self._lines.draw(self._curves, frame, anew=anew)
        self._words.draw(self.mark_words() if self._curves else [], anew=anew)
        if self._hover is not None:
            self._show_note(self._hover)

    def mark_words(self) -> list[tuple[str, QPointF]]:
        """The words of the marks and where they begin, px: beside the line, at its top or foot, where no curve runs."""
        area, words = self._frame.area, []
        metrics, free = QFontMetricsF(theme.font(theme.CAPTION_PX)), area.right()
        for mark, x in marks_in(self._frame, self._marks):
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
        area = self._frame.area
        ends = [self._frame.value_across(x) for x in (left, right)]
        tops, bottoms = [area.bottom()], [area.top()]
        for curve in self._curves:
            first, last = np.searchsorted(curve.x, ends)
            reaches = len(curve.x) > 0 and curve.x[-1] >= ends[0]
            places = self._frame.down(curve.y[max(first - 1, 0) : last + 1] if reaches else curve.y[:0])
            if len(places := places[np.isfinite(places)]):
                tops.append(float(places.min()))
                bottoms.append(float(places.max()))
        at_top = [area.top() + height] if min(tops) > area.top() + height + 3 else []
        return at_top + ([area.bottom() - 4] if max(bottoms) < area.bottom() - height - 7 else [])

    # -- values at the mouse ----------------------------------------------------------------------------------------

    def _values_at(self, scene_x: float) -> list[tuple[Curve, float, float]]:
        """For each named curve its point nearest to the mouse, where the curve reaches there."""
        left, right = self._x_range
        x, reach = self._frame.value_across(scene_x), (right - left) * 0.04
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
        area = self._frame.area
        values = self._values_at(where.x())
        if not area.contains(where) or not values:
            self._hide_note()
            return
        self._hover = where
        inside = [(curve, x, y) for curve, x, y in values if self._y.low <= y <= self._y.high]
        self._pointer.draw(where.x(), area, [(curve, self._frame.place(x, y)) for curve, x, y in inside])
        self._note.setText("<br>".join(self._lines_of_note(self._frame.value_across(where.x()), values)))
        self._note.adjustSize()
        at_right = where.x() + 12 + self._note.width() < self.width()
        left = where.x() + 12 if at_right else max(where.x() - 12 - self._note.width(), 0)
        self._note.move(int(left), int(area.top()) + 4)
        self._note.show()

    def _lines_of_note(self, x: float, values: list[tuple[Curve, float, float]]) -> list[str]:
        rows = [f"<span style='color:{theme.colours().faint}'>{self._write_x(x)}</span>"]
        for curve, _, y in values:
            colour = theme.colour(curve.colour).name()
            rows.append(
                f"<span style='color:{colour}'>{html.escape(curve.name)}</span>&nbsp; <b>{self._write_y(y)}</b>"
            )
        left, right = self._x_range
        reach = (right - left) * _NEAR / self._frame.area.width()
        said = [html.escape(mark.words) for mark in self._marks if abs(mark.x - x) <= reach]
        return rows + [f"<span style='color:{theme.colours().faint}'>{words}</span>" for words in said]

    def _hide_note(self) -> None:
        if self._hover is not None:
            self._hover = None
            self._pointer.draw(None, self._frame.area)
        self._note.hide()

    def _point_at(self, where: QPointF) -> int | None:
        """Which of the marked points is under the mouse, if any."""
        near = ((curve, x, y) for curve, x, y in self._values_at(where.x()) if curve.look is Look.POINTS)
        at = (
            int(curve.x.searchsorted(x))
            for curve, x, y in near
            if (self._frame.place(x, y) - where).manhattanLength() <= _AT_POINT
        )
        return next(at, None)

    # -- Qt ---------------------------------------------------------------------------------------------------------

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

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()  # the menu is that of what the plot is part of

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hide_note()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw(anew=False)
