"""The place for the image that is looked at: drop, paste, click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from explorer.errors import ExplorerError
from explorer.gui import theme
from explorer.gui.widgets.pictures import image_intake

SIDE = 116


class ImageWell(QWidget):
    """Shows an image and takes another.

    Signals:
        taken(ImageSource): An image was dropped or pasted.
        refused(ExplorerError): What was dropped or pasted is no image.
        menu_requested(QPoint): Clicked, or Space was pressed: offer where to take an image from; global position.
        stepped(int): The next (1) or previous (-1) image of the data set is asked for.
    """

    taken = Signal(object)
    refused = Signal(object)
    menu_requested = Signal(QPoint)
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, acceptDrops=True, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.setObjectName("imageWell")
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._image: QImage | None = None
        self._empty_text = ""
        self._is_target = False
        self._has_error = False
        self._field: QRectF | None = None

    def show_image(self, image: QImage | None) -> None:
        self._image = image
        self.update()

    @property
    def field(self) -> QRectF | None:
        """The part of the image that is framed."""
        return self._field

    def show_field(self, field: QRectF | None) -> None:
        """Frames a part of the image, in fractions of its width and height; None for none."""
        if field != self._field:
            self._field = field
            self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands in the empty well."""
        self._empty_text = text
        self.update()

    def set_error(self, has_error: bool) -> None:
        """Marks that the last image could not be taken; the one before stays."""
        self._has_error = has_error
        self.update()

    def paste(self) -> None:
        """Takes what is on the clipboard."""
        self._take(QGuiApplication.clipboard().mimeData() or QMimeData())  # none where nothing was ever copied

    def _take(self, mime: QMimeData) -> None:
        try:
            source = image_intake.take(mime)
        except ExplorerError as error:
            self.refused.emit(error)
        else:
            self.taken.emit(source)

    def _set_target(self, is_target: bool) -> None:
        self._is_target = is_target
        self.update()

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if image_intake.accepts(event.mimeData()):
            self._set_target(True)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        # Accepted on entering; the data are not read again on every move.
        if self._is_target:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_target(False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._take(event.mimeData())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) and self.rect().contains(
            event.position().toPoint()
        ):
            self.menu_requested.emit(event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Menu):
            self.menu_requested.emit(self.mapToGlobal(QPoint(0, self.height())))
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        outline = QPainterPath()
        outline.addRoundedRect(box, theme.RADIUS, theme.RADIUS)
        painter.fillPath(outline, theme.colour("field"))
        if self._image is not None:
            painter.save()
            painter.setClipPath(outline)
            self._draw_image(painter, box, self._image)
            painter.restore()
        else:
            painter.setPen(theme.colour("faint"))
            painter.setFont(theme.font(theme.CAPTION_PX))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box.adjusted(8, 8, -8, -8), flags, self._empty_text)
        self._draw_border(painter, box)

    def _draw_image(self, painter: QPainter, box: QRectF, image: QImage) -> None:
        """As large as fits, the longer side cut if the image is nearly square."""
        ratio = image.width() / image.height()
        is_nearly_square = 0.6 < ratio < 1.7
        scale_x, scale_y = box.width() / image.width(), box.height() / image.height()
        scale = max(scale_x, scale_y) if is_nearly_square else min(scale_x, scale_y)
        width, height = image.width() * scale, image.height() * scale
        place = QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height)
        # Single pixels of a small image stay visible.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.drawImage(place, image)
        if self._field is not None:
            self._draw_field(painter, place, self._field)

    def _draw_field(self, painter: QPainter, place: QRectF, field: QRectF) -> None:
        """A frame that is seen on bright and on dark, and a veil over what lies outside of it."""
        frame = QRectF(
            place.left() + field.left() * place.width(),
            place.top() + field.top() * place.height(),
            field.width() * place.width(),
            field.height() * place.height(),
        )
        outside = QPainterPath()
        outside.addRect(place)
        inside = QPainterPath()
        inside.addRect(frame)
        veil = QColor(0, 0, 0, 110)
        painter.fillPath(outside.subtracted(inside), veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((4, QColor(0, 0, 0, 160)), (2, theme.colour("accent"))):
            painter.setPen(QPen(colour, width))
            painter.drawRect(frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _draw_border(self, painter: QPainter, box: QRectF) -> None:
        if self._is_target:
            veil = QColor(theme.colour("accent"))
            veil.setAlpha(60)
            painter.setBrush(veil)
            pen = QPen(theme.colour("accent"), 2)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            role = "danger" if self._has_error else "accent" if self.hasFocus() or self.underMouse() else "border"
            pen = QPen(theme.colour(role), 2 if self._has_error or self.hasFocus() else 1)
            if self._image is None and not self._has_error:
                pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
