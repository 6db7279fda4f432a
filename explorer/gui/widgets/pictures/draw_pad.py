"""A dark sheet to write on with a bright pen, as the images of the handwritten digits are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.gui import theme

SIDE = 252  # px, nine for each pixel of a 28×28 image
_PEN = 22.0
_GROUND, _INK = QColor("#000000"), QColor("#ffffff")


class DrawPad(QWidget):
    """Keeps strokes, so that the last one can be taken back.

    Signals:
        changed(): A stroke has grown, or one came or went.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._strokes: list[QPolygonF] = []
        self._is_drawing = False
        self._hint = ""

    def set_hint(self, words: str) -> None:
        """What stands on the empty sheet."""
        self._hint = words
        self.update()

    @property
    def is_empty(self) -> bool:
        return not self._strokes

    def clear(self) -> None:
        """Takes all strokes away."""
        self._strokes.clear()
        self._tell()

    def undo(self) -> None:
        """Takes the last stroke back."""
        if self._strokes:
            self._strokes.pop()
            self._tell()

    def draw(self, points: list[QPointF]) -> None:
        """Adds a stroke through `points`."""
        self._strokes.append(QPolygonF(points))
        self._tell()

    def ink(self) -> QRectF:
        """What the strokes cover, with the width of the pen."""
        box = QRectF()
        half = _PEN / 2
        for stroke in self._strokes:
            box = box.united(stroke.boundingRect().adjusted(-half, -half, half, half))
        return box

    def image(self, margin: float | None = None) -> QImage:
        """What was written, grey and square.

        Args:
            margin: Centred and enlarged so that this share of the side stays empty at the longer ends; None: as it
                stands on the sheet.
        """
        image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
        image.fill(_GROUND)
        painter = QPainter(image)
        if margin is not None and self._strokes:
            box = self.ink()
            factor = SIDE * (1 - 2 * margin) / max(box.width(), box.height())
            painter.translate(SIDE / 2, SIDE / 2)
            painter.scale(factor, factor)
            painter.translate(-box.center())
        self._draw_strokes(painter)
        painter.end()
        return image

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    def _draw_strokes(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(_INK, _PEN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for stroke in self._strokes:
            if stroke.count() == 1:
                painter.drawPoint(stroke.first())
            else:
                painter.drawPolyline(stroke)

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_drawing = True
            self.draw([event.position()])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_drawing and self._strokes:
            self._strokes[-1].append(event.position())
            self._tell()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_drawing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), _GROUND)
        if self._strokes:
            self._draw_strokes(painter)
        else:
            painter.setPen(QColor("#9aa3b5"))
            painter.setFont(theme.font(theme.CAPTION_PX))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(24, 24, -24, -24), flags, self._hint)
        painter.setPen(QPen(theme.colour("accent" if self.hasFocus() else "border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
