"""A view of a large drawing that can be moved and zoomed with mouse, wheel, touch pad and touch screen."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QMargins, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QPainter, QRegion, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QGestureEvent, QGraphicsView, QPinchGesture, QWidget

MOST_ZOOM = 4.0
STEP = 1.25  # one press of + or -
_WHEEL = 1.0015  # zoom per unit of wheel angle; a notch is 120
_LEFT_OVER = 96  # pixels of the drawing that stay in the view however far it is moved
_WORTH_MOVING = 100  # pixels; the least side of a part whose pixels are moved rather than painted
_EDGE = 24  # pixels around the whole drawing when it is fitted in


def rects_of(region: QRegion) -> list[QRect]:
    """The rectangles that a region is made of."""
    return [*region]  # type: ignore[misc]  # Qt's stubs leave out that a region can be gone through


class Canvas(QGraphicsView):
    """Moves by dragging and by scrolling, zooms at the pointer with Ctrl and the wheel, or by pinching.

    Signals:
        clicked(QPointF): A place of the scene was clicked without dragging.
        double_clicked(QPointF): The same, twice.
        zoom_changed(float): Another zoom; 1 is 100%.
        moved: Another part of the drawing is seen.
    """

    clicked = Signal(QPointF)
    double_clicked = Signal(QPointF)
    zoom_changed = Signal(float)
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self._drawn = QSizeF(0, 0)
        self._covers: tuple[QWidget, ...] = ()
        self._press: QPoint | None = None
        self._last = QPoint()
        self._is_dragging = False
        self._width = 0  # of the viewport, once it has been shown
        self._is_stale = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # or nothing is kept when it is moved
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)

    # -- zoom and place ---------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        return self._zoom

    @property
    def is_dragging(self) -> bool:
        return self._is_dragging

    def set_drawn(self, size: QSizeF) -> None:
        """Says how large the drawing is; it begins at (0, 0)."""
        self._drawn = size
        self._limit()

    def start_anew(self) -> None:
        """Says that another drawing is coming: until it is painted, no pixels that are seen are worth moving."""
        self._is_stale = True
        self.viewport().update()

    def set_covers(self, covers: Iterable[QWidget]) -> None:
        """Names the widgets of the same parent that lie over this one."""
        self._covers = tuple(covers)

    def set_margins(self, margins: QMargins) -> None:
        """Leaves so many pixels at the sides free of the drawing, which stays in its place, for other widgets."""
        before, bars = self.viewportMargins(), (self.horizontalScrollBar(), self.verticalScrollBar())
        if margins != before:
            kept = bars[0].value() + margins.left() - before.left(), bars[1].value() + margins.top() - before.top()
            self.setViewportMargins(margins)
            self._width = self.viewport().width()  # of a hidden view the event comes only when it is shown
            for bar, value in zip(bars, kept, strict=True):
                bar.setValue(value)

    def visible(self) -> QRectF:
        """The part of the scene that is seen."""
        first = self._scene_at(QPointF(0, 0))
        size = self.viewport().size()
        return QRectF(first, QSizeF(size.width() / self._zoom, size.height() / self._zoom))

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zooms; what is at `at` (in the viewport; its middle by default) stays there."""
        fixed = self._middle() if at is None else at
        under = self._scene_at(fixed)
        self._zoom = min(max(zoom, self._least()), MOST_ZOOM)
        self._on_zoom()
        self.setTransform(QTransform.fromScale(self._zoom, self._zoom))
        self._limit()
        self._put(under, fixed)
        self.zoom_changed.emit(self._zoom)
        self.moved.emit()

    def zoom_in(self) -> None:
        self.set_zoom(self._zoom * STEP)

    def zoom_out(self) -> None:
        self.set_zoom(self._zoom / STEP)

    def fit(self) -> None:
        """Shows the whole drawing, at most at 100%."""
        self.set_zoom(self._fitting())
        self._put(QPointF(self._drawn.width() / 2, self._drawn.height() / 2), self._free().center())
        self.moved.emit()

    def show_place(self, zoom: float, top: QPointF) -> None:
        """Goes back to a place that was left: `top` of the scene was in the middle of the upper edge."""
        self.set_zoom(zoom)
        self._put(top, QPointF(self._middle().x(), 0))
        self.moved.emit()

    def look_at(self, centre: QPointF) -> None:
        """Moves a place of the scene to the middle of the view."""
        self._put(centre, self._middle())
        self.moved.emit()

    def scroll_by(self, dx: float, dy: float) -> None:
        """Moves by so many pixels of the screen."""
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + round(dx))
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(dy))
        self.moved.emit()

    def _on_zoom(self) -> None:
        """For subclasses: the zoom is about to change."""

    def _middle(self) -> QPointF:
        return QPointF(self.viewport().width() / 2, self.viewport().height() / 2)

    def _free(self) -> QRectF:
        """The part of the viewport into which the whole drawing is fitted."""
        return QRectF(self.viewport().rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)

    def _fitting(self) -> float:
        free = self._free()
        wide, tall = max(free.width(), 50.0), max(free.height(), 50.0)
        return min(wide / max(self._drawn.width(), 1.0), tall / max(self._drawn.height(), 1.0), 1.0)

    def _least(self) -> float:
        return min(self._fitting() * 0.7, 0.1)

    def _limit(self) -> None:
        x = max(self.viewport().width() - _LEFT_OVER, 0) / self._zoom
        y = max(self.viewport().height() - _LEFT_OVER, 0) / self._zoom
        self.setSceneRect(QRectF(-x, -y, self._drawn.width() + 2 * x, self._drawn.height() + 2 * y))

    def _scene_at(self, point: QPointF) -> QPointF:
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        return QPointF((point.x() + bars[0].value()) / self._zoom, (point.y() + bars[1].value()) / self._zoom)

    def _put(self, place: QPointF, at: QPointF) -> None:
        """Scrolls so that `place` of the scene is at `at` of the viewport."""
        self.horizontalScrollBar().setValue(round(place.x() * self._zoom - at.x()))
        self.verticalScrollBar().setValue(round(place.y() * self._zoom - at.y()))

    def _scroll_uncovered(self, dx: int, dy: int) -> None:
        """Moves the pixels where nothing lies over them, and paints the rest anew.

        Qt moves no pixels at all of a widget that is partly covered, and paints everything.
        """
        viewport = self.viewport()
        if 2 * abs(dx) > viewport.width() or 2 * abs(dy) > viewport.height():
            viewport.update()
            return
        free, rest = QRegion(viewport.rect()), QRegion(viewport.rect())  # regions are changed in place
        for cover in self._covers:
            if cover.isVisible():
                free -= QRegion(cover.geometry().translated(-self.pos() - viewport.pos()))
        for part in rects_of(free):
            if part.height() >= _WORTH_MOVING and part.width() >= _WORTH_MOVING:
                viewport.scroll(dx, dy, part)
                rest -= QRegion(part)
        viewport.update(rest)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._is_stale and not any(cover.isVisible() for cover in self._covers):
            super().scrollContentsBy(dx, dy)
            return
        mode = self.viewportUpdateMode()
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        super().scrollContentsBy(dx, dy)
        self.setViewportUpdateMode(mode)
        if not self._is_stale:
            self._scroll_uncovered(dx, dy)

    # -- wheel and gestures -----------------------------------------------------------------------------------------

    def _pinch(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.set_zoom(self._zoom * (1 + event.value()), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.set_zoom(self._zoom * pinch.scaleFactor(), pinch.centerPoint())
                return True
        return False

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._is_stale = False
        if event.type() in (QEvent.Type.NativeGesture, QEvent.Type.Gesture) and self._pinch(event):
            return True
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, pixels = event.angleDelta(), event.pixelDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * _WHEEL ** turned.y(), event.position())
        else:
            step = pixels if not pixels.isNull() else turned * 0.75
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                step = step.transposed()
            self.scroll_by(-step.x(), -step.y())
        event.accept()

    # -- mouse ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._press = self._last = event.position().toPoint()
            self._is_dragging = False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        here = event.position().toPoint()
        if not self._is_dragging and (here - self._press).manhattanLength() >= QApplication.startDragDistance():
            self._is_dragging = True
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._is_dragging:
            step, self._last = self._last - here, here
            self.scroll_by(step.x(), step.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, self._press = self._press is not None, None
        if self._is_dragging:
            self._is_dragging = False
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        elif was_pressed and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self._scene_at(event.position()))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit(self._scene_at(event.position()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # The middle column stays in the middle when the window is made wider.
        # (The event does not say the old size where the view was resized while it was hidden.)
        bar, before, self._width = self.horizontalScrollBar(), self._width, event.size().width()
        wanted = bar.value() - (self._width - before) // 2
        super().resizeEvent(event)
        self._limit()
        if before:
            bar.setValue(wanted)
        self.moved.emit()
