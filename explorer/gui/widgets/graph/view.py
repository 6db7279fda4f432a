"""The view of the graph: draws it, opens and closes blocks in place, points at boxes, walks along the edges."""

from PySide6.QtCore import QEvent, QKeyCombination, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.graph.picture import Picture
from explorer.gui.widgets.graph import walk as graph_walk
from explorer.gui.widgets.graph.canvas import Canvas, rects_of
from explorer.gui.widgets.graph.drawn import Place
from explorer.gui.widgets.graph.facts import tooltip
from explorer.gui.widgets.graph.ink import ink
from explorer.gui.widgets.graph.motion import Motion, changes
from explorer.gui.widgets.graph.scene import GraphScene, Hit
from explorer.gui.widgets.graph.sheet import Area, Sheet, Target

TOP_ROOM = 18.0
_BOTTOM_ROOM = 48.0
_SIDE_ROOM, _LEAST_ROOM = 36.0, 8.0  # beside and below a graph that is fitted in; it has a margin of its own
_LEAST_TOP_ZOOM = 0.64  # words of 13 pixels can just be read

_Key = Qt.Key
_REDO = (  # one of them is the desktop's own, the other a habit from elsewhere
    QKeyCombination(Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, _Key.Key_Z),
    QKeyCombination(Qt.KeyboardModifier.ControlModifier, _Key.Key_Y),
)
_ENTER = (_Key.Key_Return, _Key.Key_Enter)


class GraphView(Canvas):
    """Shows one graph.

    Attributes:
        top_room: So many pixels at the top are kept free when a place of the graph is shown.

    Signals:
        picked(Target | None): A box or frame was clicked or reached with the keyboard.
        toggle_requested(Target): A block is to be opened or closed.
        menu_requested(Target | None, QPoint): The context menu, at a global position.
        undo_requested, redo_requested, find_requested, copy_requested: Keys for these were pressed.
    """

    picked = Signal(object)
    toggle_requested = Signal(object)
    menu_requested = Signal(object, QPoint)
    undo_requested = Signal()
    redo_requested = Signal()
    find_requested = Signal()
    copy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.graph_scene = GraphScene(self)
        self.setScene(self.graph_scene)
        self.motion = Motion(self.graph_scene, self)
        self.top_room = TOP_ROOM
        self._has_toggled = False  # by the last click
        self.clicked.connect(self._on_clicked)
        self.double_clicked.connect(self._on_double_clicked)
        self.restyle()

    # -- what is shown ----------------------------------------------------------------------------------------------

    def begin(self, sheet: Sheet | None) -> None:
        """Empties the view for another graph."""
        self.motion.finish()
        self.start_anew()
        self.graph_scene.begin(sheet)
        self.set_drawn(QSizeF(0, 0))

    def draw(self, picture: Picture) -> None:
        """Shows `picture` at once, without moving what is seen."""
        self.motion.finish()
        self.graph_scene.draw(picture)
        self.set_drawn(QSizeF(picture.width, picture.height))
        self.moved.emit()

    def redraw(self, picture: Picture, block: int) -> None:
        """Shows `picture`, in which `block` has been opened or closed; what leads to it stays on its place."""
        self.motion.finish()
        scene = self.graph_scene
        origin, anchor = scene.place(("block", block)), graph_walk.anchor(scene, picture, block)
        held, window = None if anchor is None else scene.place(anchor), self.visible()
        drawn = scene.drawn
        scene.draw(picture)
        self.set_drawn(QSizeF(picture.width, picture.height))
        now = None if anchor is None else scene.place(anchor)
        if origin is None or held is None or now is None:
            self.moved.emit()
            return
        shift = QPointF(now.center().x() - held.center().x(), now.y() - held.y())
        self._show_from(window.topLeft() + shift)
        moves = changes(drawn, scene.drawn, self.visible(), shift)
        self.motion.start(list(moves), _place(origin.translated(shift)))

    def redraw_whole(self, picture: Picture) -> None:
        """Shows `picture` of the same graph at another detail; the uppermost box that is seen stays at its height."""
        self.motion.finish()
        scene, window = self.graph_scene, self.visible()
        held = graph_walk.first_seen(scene, window.top() + self.top_room / 2 / self.zoom, window.bottom())
        before = graph_walk.spine(scene.picture) if scene.picture.boxes else 0.0
        drawn = scene.drawn
        scene.draw(picture)
        self.set_drawn(QSizeF(picture.width, picture.height))
        owner = None if held is None else scene.owner(held[0])
        now = None if owner is None else scene.place(owner)
        if held is None or now is None:
            self.moved.emit()
            return
        shift = QPointF(graph_walk.spine(picture) - before, now.y() - held[1].y)
        self._show_from(window.topLeft() + shift)
        self.motion.start(list(changes(drawn, scene.drawn, self.visible(), shift)), None)

    def _show_from(self, corner: QPointF) -> None:
        """Moves a place of the scene to the upper left corner; a drawing that shrank has moved the view already."""
        self._put(corner, QPointF(0, 0))
        self.moved.emit()

    def restyle(self) -> None:
        """Takes the colours and words of the present theme and language."""
        self.graph_scene.restyle()
        self.setBackgroundBrush(ink().paper)

    def _free(self) -> QRectF:
        return QRectF(self.viewport().rect()).adjusted(_SIDE_ROOM, self.top_room - 16, -_SIDE_ROOM, -_LEAST_ROOM)

    def show_top(self) -> None:
        """Shows the beginning of the graph, its whole width where that can be read, the input at the top."""
        room, width = self.viewport().width(), self.graph_scene.picture.width
        whole = min((room - 2 * _LEAST_ROOM) / max(width, 1.0), 1.0)
        self.set_zoom(whole if whole >= _LEAST_TOP_ZOOM else 1.0)
        boxes = self.graph_scene.picture.boxes
        if boxes:
            first = min(boxes, key=lambda box: box.y)
            # The middle of the whole width where that is seen, else the column that begins with the input.
            x = width / 2 if width * self.zoom <= room else first.x + first.width / 2
            self._put(QPointF(x, first.y), QPointF(room / 2, self.top_room))
        self.moved.emit()

    def show_at_top(self, target: Target) -> None:
        """Moves the box or frame of `target` to the top of the view."""
        place = self.graph_scene.place(target)
        if place is not None:
            self._put(
                place.topLeft(), QPointF((self.viewport().width() - place.width() * self.zoom) / 2, self.top_room)
            )
            self.moved.emit()

    def reveal(self, target: Target) -> None:
        """Scrolls as little as needed to show the box or frame of `target`; from far away, to the middle."""
        place = self.graph_scene.place(target)
        if place is None:
            return
        window = self.visible()
        top, bottom = self.top_room / self.zoom, _BOTTOM_ROOM / self.zoom
        free = window.adjusted(8 / self.zoom, top, -8 / self.zoom, -bottom)
        if free.contains(place):
            return
        if not free.intersects(place):
            self.look_at(QPointF(place.center().x(), place.y() + min(place.height(), free.height()) / 2))
            return
        dx = max(place.right() - free.right(), 0.0) or min(place.left() - free.left(), 0.0)
        dy = max(place.bottom() - free.bottom(), 0.0) or min(place.top() - free.top(), 0.0)
        self.scroll_by(dx * self.zoom, dy * self.zoom)

    def _paint(self, event: QPaintEvent) -> bool:
        """Paints, and says which parts, for items that are larger than these."""
        sheet = self.graph_scene.sheet
        if sheet is None:
            return super().viewportEvent(event)
        sheet.left, sheet.right = self._between()
        sheet.exposed = [self._area(rect) for rect in rects_of(event.region())]
        try:
            return super().viewportEvent(event)
        finally:
            sheet.exposed = None

    def _area(self, rect: QRect) -> Area:
        """A part of the viewport in the scene, with a pixel around it."""
        first = self._scene_at(QPointF(rect.left() - 1, rect.top() - 1))
        last = self._scene_at(QPointF(rect.right() + 2, rect.bottom() + 2))
        return first.x(), first.y(), last.x(), last.y()

    def _on_zoom(self) -> None:
        self.graph_scene.set_zoom(self.zoom)

    def _between(self) -> tuple[float, float]:
        """The left and the right end of what is seen of the scene."""
        seen = self.visible()
        return seen.left(), seen.right()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        sheet = self.graph_scene.sheet
        if dx and sheet is not None:
            (left, right), (first, last) = self._between(), self.graph_scene.drawn.frames_span
            if first < max(left, sheet.left) or last > min(right, sheet.right):
                self.viewport().update()  # the heads of such frames do not move with the rest

    # -- pointer ----------------------------------------------------------------------------------------------------

    def _on_clicked(self, at: QPointF) -> None:
        hit = self.graph_scene.hit(at)
        self._has_toggled = hit is not None and hit.opens
        if hit is not None and hit.opens:
            self.toggle_requested.emit(hit.target)
        else:
            self.picked.emit(None if hit is None else hit.target)

    def _on_double_clicked(self, at: QPointF) -> None:
        hit = self.graph_scene.hit(at)
        # A second click on a chevron would undo what the first has just done.
        if hit is not None and hit.target[0] == "block" and not self._has_toggled:
            self.toggle_requested.emit(hit.target)

    def _point_at(self, hit: Hit | None) -> None:
        self.graph_scene.hover(None if hit is None else hit.target)
        hand = hit is not None and hit.opens
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def _show_tip(self, event: QHelpEvent) -> None:
        hit, sheet = self.graph_scene.hit(self._scene_at(QPointF(event.pos()))), self.graph_scene.sheet
        is_title = hit is not None and not self.graph_scene.is_open(hit.target)
        if hit is not None and sheet is not None and (is_title or hit.opens):
            QToolTip.showText(event.globalPos(), tooltip(sheet.graph, hit.target), self.viewport())
        else:
            QToolTip.hideText()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            return self._paint(event)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event)
            return True
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not self.is_dragging:
            self._point_at(self.graph_scene.hit(self._scene_at(event.position())))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        selected = self.graph_scene.sheet.selected if self.graph_scene.sheet else None
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_requested.emit(selected, self.viewport().mapToGlobal(self.viewport().rect().center()))
            return
        hit = self.graph_scene.hit(self._scene_at(QPointF(event.pos())))
        self.menu_requested.emit(None if hit is None else hit.target, event.globalPos())

    # -- keys -------------------------------------------------------------------------------------------------------

    def _walk(self, key: int) -> bool:
        direction = graph_walk.DIRECTIONS.get(key)
        if direction is None or self.graph_scene.sheet is None:
            return False
        target = graph_walk.step(self.graph_scene, direction)
        if target is not None:
            self.picked.emit(target)
            self.reveal(target)
        return True

    def _zoom_key(self, key: int) -> bool:
        if key in (_Key.Key_Plus, _Key.Key_Equal):
            self.zoom_in()
        elif key == _Key.Key_Minus:
            self.zoom_out()
        elif key == _Key.Key_0:
            self.set_zoom(1.0)
        elif key == _Key.Key_F:
            self.fit()
        else:
            return False
        return True

    def _other_key(self, key: int) -> bool:
        selected = self.graph_scene.sheet.selected if self.graph_scene.sheet else None
        if key == _Key.Key_Slash:
            self.find_requested.emit()
        elif key == _Key.Key_Escape and selected is not None:
            self.picked.emit(None)
        elif key in _ENTER and selected is not None:
            self.toggle_requested.emit(selected)
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, standard = event.key(), QKeySequence.StandardKey
        bare = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        for sequence, signal in (
            (standard.Undo, self.undo_requested),
            (standard.Redo, self.redo_requested),
            (standard.Find, self.find_requested),
            (standard.Copy, self.copy_requested),
        ):
            if event.matches(sequence):
                signal.emit()
                return
        if event.keyCombination() in _REDO:
            self.redo_requested.emit()
            return
        if event.modifiers() & ~bare or not (self._zoom_key(key) or self._walk(key) or self._other_key(key)):
            event.ignore()


def _place(rect: QRectF) -> Place:
    return rect.x(), rect.y(), rect.width(), rect.height()
