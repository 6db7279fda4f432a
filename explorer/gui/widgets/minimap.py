"""The whole graph in a corner, with the part that is seen; a click or a drag goes elsewhere."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.graph.picture import Picture
from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.graph_ink import blend
from explorer.gui.widgets.graph_sheet import Sheet

_TALLEST, _WIDEST, _NARROWEST = 160.0, 160.0, 40.0
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
        self._is_needed = False
        self._drawn: QPixmap | None = None
        self._later = QTimer(self, singleShot=True, interval=_LATER_MS)
        self._later.timeout.connect(self.restyle)
        self._scale = (1.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retranslate()

    def show_picture(self, sheet: Sheet | None, picture: Picture | None) -> None:
        if sheet is not None and picture is not None:
            sheet.check(picture)
        is_same = sheet is not None and sheet is self._sheet and self._drawn is not None
        self._sheet, self._picture = sheet, picture
        if picture is not None and picture.boxes:
            tall = min(_TALLEST / picture.height, 0.12)
            wide = max(min(_WIDEST / picture.width, tall), min(_NARROWEST / picture.width, 0.12))
            self._scale = (wide, tall)
        self.resize(self.sizeHint())
        if is_same:  # little has changed, and the graph itself comes first
            self._later.start()
        else:
            self.restyle()

    def show_seen(self, seen: QRectF) -> None:
        """Marks the part of the scene that the view shows; hides where that is everything."""
        self._seen = seen
        picture = self._picture
        whole = picture is None or not picture.boxes or seen.contains(QRectF(0, 0, picture.width, picture.height))
        self._is_needed = not whole
        self.setVisible(not whole)
        self.update()

    @property
    def is_needed(self) -> bool:
        """The view does not show everything."""
        return self._is_needed

    def restyle(self) -> None:
        """Draws everything anew, in the present colours."""
        self._later.stop()
        self._drawn = None
        self.update()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("graph.minimap"))
        self.setToolTip(tr("graph.minimap_tip"))

    def sizeHint(self) -> QSize:
        if self._picture is None:
            return QSize(0, 0)
        wide, tall = self._scale
        return QSize(round(self._picture.width * wide + 2 * _PAD), round(self._picture.height * tall + 2 * _PAD))

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
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
        return QRectF(_PAD + rect.x() * wide, _PAD + rect.y() * tall, max(rect.width() * wide, 1.0), height)

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
        self.chosen.emit(QPointF((at.x() - _PAD) / wide, (at.y() - _PAD) / tall))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(event.position())
        event.accept()
