"""The whole graph beside the view, with the part that is seen; a click or a drag goes elsewhere."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.graph.picture import Picture
from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.graph.ink import blend, ink
from explorer.gui.widgets.graph.sheet import Sheet

WIDTH, NARROW = 80, 56  # in a wide view and in a narrow one; always the same, or the view beside it would change too
_NARROW_BELOW = 560  # pixels of the view
_TALLEST, _LARGEST = 160.0, 0.12
_PAD = 7.0
_LATER_MS = 60  # when nothing opens or closes any more for so long, boxes are drawn anew
_LEAST = 3.0  # pixels of the mark of what is seen


class Minimap(QWidget):
    """A small picture of the graph; long graphs are squeezed in height, or nothing would be seen of their boxes.

    Signals:
        chosen(QPointF): A place of the scene, to be moved to the middle of the view.
    """

    chosen = Signal(QPointF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet: Sheet | None = None
        self._picture: Picture | None = None
        self._seen = QRectF()
        self._room = QSize(0, 0)
        self._drawn: QPixmap | None = None
        self._later = QTimer(self, singleShot=True, interval=_LATER_MS)
        self._later.timeout.connect(self.restyle)
        self._scale = (1.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # or what lies below is painted at every move
        self.retranslate()

    def show_picture(self, sheet: Sheet | None, picture: Picture | None) -> None:
        if sheet is not None and picture is not None:
            sheet.check(picture)
        is_same = sheet is not None and sheet is self._sheet and self._drawn is not None
        self._sheet, self._picture = sheet, picture
        self._fit()
        if is_same:  # little has changed, and the graph itself comes first
            self._later.start()
        else:
            self.restyle()

    def set_room(self, room: QSize) -> None:
        """Says how many pixels the view has with what lies beside it."""
        if room != self._room:
            self._room = room
            self._fit()
            self.restyle()

    def _fit(self) -> None:
        """Takes the size and the scale that suit the picture and the room."""
        width = WIDTH if self._room.width() >= _NARROW_BELOW else NARROW
        picture = self._picture
        if picture is None or not picture.boxes:
            self.resize(width, 0)
            return
        tall = min(max(self._room.height() / 2 - 2 * _PAD, 1.0), _TALLEST)
        self._scale = (min((width - 2 * _PAD) / picture.width, _LARGEST), min(tall / picture.height, _LARGEST))
        self.resize(width, round(picture.height * self._scale[1] + 2 * _PAD))

    def show_seen(self, seen: QRectF) -> None:
        """Marks the part of the scene that the view shows."""
        self._seen = seen
        self.update()

    @property
    def is_needed(self) -> bool:
        """At full size the view does not show everything."""
        picture, room = self._picture, self._room
        return picture is not None and (picture.width > room.width() or picture.height > room.height())

    @property
    def shows_more(self) -> bool:
        """The view does not show everything now."""
        picture = self._picture
        return picture is not None and not self._seen.contains(QRectF(0, 0, picture.width, picture.height))

    def restyle(self) -> None:
        """Draws everything anew, in the present colours."""
        self._later.stop()
        self._drawn = None
        self.update()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("graph.minimap"))
        self.setToolTip(tr("graph.minimap_tip"))

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(ink().paper)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._picture is not None and self._sheet is not None:
            ground = theme.colour("panel")
            painter.setBrush(blend(ground, self._sheet.ink.frame.color(), 0.35))
            for frame in self._picture.frames:
                if frame.depth == 0:
                    painter.drawRect(self._small(QRectF(frame.x, frame.y, frame.width, frame.height)))
            wide, tall = self._scale
            filled = set()
            for target, x, y, width, height, *_ in self._picture.boxes:
                spot = int(x * wide + 0.5), int(y * tall + 0.5)
                if spot not in filled:  # of the boxes of a long graph many lie on the same pixels
                    filled.add(spot)
                    place = self._small(QRectF(x, y, width, height))
                    painter.fillRect(place, self._sheet.colour(target))
        painter.end()
        return pixmap

    def _small(self, rect: QRectF) -> QRectF:
        wide, tall = self._scale
        height = max(rect.height() * tall, 1.0)
        return QRectF(self._left() + rect.x() * wide, _PAD + rect.y() * tall, max(rect.width() * wide, 1.0), height)

    def _left(self) -> float:
        """Where the picture begins, which lies in the middle."""
        return (self.width() - (self._picture.width if self._picture else 0.0) * self._scale[0]) / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            return
        if self._drawn is None:
            self._drawn = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(self.rect(), self._drawn)
        accent = theme.colour("accent")
        painter.setPen(QPen(accent, 1.5))
        accent.setAlphaF(0.14)
        painter.setBrush(accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(self._mark(), 2, 2)
        painter.end()

    def _mark(self) -> QRectF:
        mark = self._small(self._seen)
        mark.setHeight(max(mark.height(), _LEAST))
        return mark.intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))

    def _choose(self, at: QPointF) -> None:
        wide, tall = self._scale
        self.chosen.emit(QPointF((at.x() - self._left()) / wide, (at.y() - _PAD) / tall))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(event.position())
        event.accept()
