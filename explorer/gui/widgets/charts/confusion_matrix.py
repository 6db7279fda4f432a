"""A confusion matrix as a picture to look around in: true classes in the rows, answers in the columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.widgets.charts import matrix_ink
from explorer.gui.widgets.charts.matrix_names import TITLE, MatrixNames, Side
from explorer.gui.widgets.frames.scroll_drag import ScrollDrag
from explorer.gui.widgets.pictures.pixels import from_pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.evaluation.heat import Heat
    from explorer.gui.widgets.charts.matrix_ink import Drawn

Cell = tuple[int, int]  # true class, answer

LARGEST_CELL = 96  # px
_LEAST_NUMBERED = 30  # px of a cell that holds its number
_LEAST_GAPPED = 12  # px of a cell that is set apart from the next
_STEP = 1.25  # of one turn of the wheel
_ZOOMS = {"+": _STEP, "=": _STEP, "-": 1 / _STEP}
_ARROWS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class ConfusionMatrix(QAbstractScrollArea):
    """Fits into its place until it is enlarged; then it scrolls.

    Ctrl and the wheel, or + and -, enlarge; 0 shows the whole; the arrow keys walk over the cells.

    Signals:
        hovered(object): The cell under the pointer or walked to, a pair (true class, answer); None for none.
        chosen(object): The cell that was clicked, or on which Enter was pressed.
    """

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusionMatrix")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setMouseTracking(True)
        self._heat: Heat | None = None
        self._sides = MatrixNames()
        self._cell_for_names = 0.0
        self._titles = ("", "")
        self._number: Callable[[int, int], str] = lambda _row, _column: ""
        self._zoom = 1.0
        self._cell: Cell | None = None  # under the pointer, or walked to
        self._picked: Cell | None = None
        self._picture: tuple[tuple[object, ...], QImage] | None = None
        self._drag = ScrollDrag(self)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self.viewport().update)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def show_matrix(
        self,
        heat: Heat | None,
        names: tuple[str, ...],
        number: Callable[[int, int], str],
        drawn: Drawn | None = None,
    ) -> None:
        """Shows `heat`, of which `drawn` is the picture; `number(true, answer)` is written where there is room."""
        is_other = heat is None or self._heat is None or len(heat.levels) != len(self._heat.levels)
        self._heat, self._number = heat, number
        self._picture = None if drawn is None else ((drawn.theme, drawn.factor), from_pixels(drawn.pixels).copy())
        if names != self._sides.names:
            self._sides = MatrixNames(names)
        if is_other:
            self._zoom, self._cell, self._picked = 1.0, None, None
        self._fit_bars()
        self.viewport().update()

    def set_titles(self, rows: str, columns: str) -> None:
        """What the rows and the columns are."""
        self._titles = rows, columns
        self.viewport().update()

    def pick(self, cell: Cell | None) -> None:
        """Frames `cell`, whose images are shown elsewhere."""
        self._picked = cell
        self.viewport().update()

    def forget_picked(self) -> None:
        self.pick(None)

    @property
    def factor(self) -> int:
        """So many cells stand, in a row and in a column, in one pixel of the picture."""
        return math.ceil(1 / self.cell_size())  # not fewer: painted smaller, the picture would lose whole columns

    @property
    def count(self) -> int:
        """Classes."""
        return 0 if self._heat is None else len(self._heat.levels)

    @property
    def picked(self) -> Cell | None:
        return self._picked

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Enlarges about a point of the viewport, or about the middle."""
        if not self.count:
            return
        area = self._area()
        about = about or area.center()
        before = self._size()
        x = (about.x() - area.left() + self.horizontalScrollBar().value()) / before
        y = (about.y() - area.top() + self.verticalScrollBar().value()) / before
        largest = max(1.0, LARGEST_CELL / self._fitting())
        self._zoom = min(max(self._zoom * factor, 1.0), largest)
        self._fit_bars()
        after = self._size()
        self.horizontalScrollBar().setValue(round(x * after - (about.x() - area.left())))
        self.verticalScrollBar().setValue(round(y * after - (about.y() - area.top())))
        self.viewport().update()

    def zoom_in(self) -> None:
        self.zoom_by(_ZOOMS["+"])

    def zoom_out(self) -> None:
        self.zoom_by(_ZOOMS["-"])

    def show_whole(self) -> None:
        self.zoom_by(0.0)

    # -- where things are -------------------------------------------------------------------------------------------

    def _area(self) -> QRectF:
        """Where the cells are, in the viewport."""
        whole = QRectF(self.viewport().rect())
        left, top = self._sides.width + TITLE, self._sides.height(self._cell_for_names) + TITLE
        return whole.adjusted(left, top, -1, -1)

    @property
    def slant(self) -> float:
        """By how many pixels more is taken at the left of the cells than over them."""
        area = self._area()
        return area.left() - area.top()

    def _fitting(self) -> float:
        """Pixels of a cell at which the whole matrix is seen."""
        area = self._area()
        fitting = min(area.width(), area.height()) / max(self.count, 1)
        if fitting >= 2:
            fitting = math.floor(fitting)
        return max(min(fitting, LARGEST_CELL), 0.05)

    def cell_size(self) -> float:
        """Pixels of a cell now."""
        size = self._fitting() * self._zoom
        return math.floor(size) if size >= 4 else size

    def _size(self) -> float:
        return self.cell_size() * self.count

    def _fit_bars(self) -> None:
        self._cell_for_names = 0.0  # the names lie, unless there is room for them to stand
        self._cell_for_names = self.cell_size()
        area, size = self._area(), self._size()
        for bar, room in ((self.horizontalScrollBar(), area.width()), (self.verticalScrollBar(), area.height())):
            bar.setRange(0, max(0, math.ceil(size - room)))
            bar.setPageStep(max(1, int(room)))
            bar.setSingleStep(max(1, int(self.cell_size())))

    def cell_rect(self, cell: Cell) -> QRectF:
        """Where `cell` is, in the viewport."""
        area, size = self._area(), self.cell_size()
        left = area.left() + cell[1] * size - self.horizontalScrollBar().value()
        top = area.top() + cell[0] * size - self.verticalScrollBar().value()
        return QRectF(left, top, size, size)

    def cell_at(self, at: QPointF) -> Cell | None:
        """The cell at a point of the viewport."""
        area, size = self._area(), self.cell_size()
        if not area.contains(at) or not self.count:
            return None
        column = int((at.x() - area.left() + self.horizontalScrollBar().value()) / size)
        row = int((at.y() - area.top() + self.verticalScrollBar().value()) / size)
        return (row, column) if row < self.count and column < self.count else None

    # -- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._heat is None or not self.count:
            return
        painter = QPainter(self.viewport())
        area, size = self._area(), self.cell_size()
        image = self._image()
        side = image.width() * self.factor * size  # the last square may stand for fewer cells
        matrix = QRectF(self.cell_rect((0, 0)).topLeft(), QSizeF(side, side))
        painter.save()
        painter.setClipRect(area)
        painter.drawImage(matrix, image)
        if size >= _LEAST_GAPPED:
            self._draw_gaps(painter, area)
        painter.setPen(theme.colour("border"))
        painter.drawRect(matrix.adjusted(0, 0, -1, -1))
        if size >= _LEAST_NUMBERED:
            self._draw_numbers(painter, area)
        self._draw_frames(painter, area)
        painter.restore()
        self._draw_names(painter, area)

    def _image(self) -> QImage:
        assert self._heat is not None
        factor = self.factor
        key = (theme.name(), factor)
        if self._picture is None or self._picture[0] != key:
            pixels = matrix_ink.picture(self._heat, factor)
            self._picture = key, from_pixels(pixels).copy()
        return self._picture[1]

    def _seen(self, area: QRectF, scroll: int, room: float) -> range:
        size = self.cell_size()
        return range(int(scroll / size), min(self.count, int((scroll + room) / size) + 1))

    def _rows(self, area: QRectF) -> range:
        return self._seen(area, self.verticalScrollBar().value(), area.height())

    def _columns(self, area: QRectF) -> range:
        return self._seen(area, self.horizontalScrollBar().value(), area.width())

    def _draw_gaps(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(theme.colour("raised"))
        corner, size = self.cell_rect((0, 0)).topLeft(), self.cell_size()
        end = QPointF(corner.x() + self._size(), corner.y() + self._size())
        for row in self._rows(area):
            y = corner.y() + row * size
            painter.drawLine(QPointF(corner.x(), y), QPointF(end.x(), y))
        for column in self._columns(area):
            x = corner.x() + column * size
            painter.drawLine(QPointF(x, corner.y()), QPointF(x, end.y()))

    def _draw_numbers(self, painter: QPainter, area: QRectF) -> None:
        image, size = self._image(), self.cell_size()
        corner = self.cell_rect((0, 0)).topLeft()
        painter.setFont(theme.font(theme.CAPTION_PX))
        for row in self._rows(area):
            for column in self._columns(area):
                words = self._number(row, column)
                if words:
                    painter.setPen(QColor(matrix_ink.ink(image.pixelColor(column, row))))
                    cell = QRectF(corner.x() + column * size, corner.y() + row * size, size, size)
                    painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), words)

    def _draw_frames(self, painter: QPainter, area: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._cell is not None:
            shade = QColor(theme.colour("text"))
            shade.setAlpha(28)
            cell = self.cell_rect(self._cell)
            painter.fillRect(QRectF(area.left(), cell.top(), min(area.width(), self._size()), cell.height()), shade)
            painter.fillRect(QRectF(cell.left(), area.top(), cell.width(), min(area.height(), self._size())), shade)
        for place, role, width in ((self._picked, "text", 2), (self._cell, "accent", 2)):
            if place is not None:
                least = max(0.0, (5 - self.cell_size()) / 2)
                painter.setPen(QPen(theme.colour(role), width))
                painter.drawRect(self.cell_rect(place).adjusted(-least, -least, least, least))

    def _draw_names(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(theme.font(theme.CAPTION_PX))
        size, own = self.cell_size(), self._cell or (None, None)
        first = self.cell_rect((0, 0)).center()
        rows = {row: first.y() + row * size for row in self._rows(area)}
        columns = {column: first.x() + column * size for column in self._columns(area)}
        self._sides.draw_rows(painter, Side(rows, size, own[0]))
        self._sides.draw_columns(painter, Side(columns, size, own[1]))
        middle = int(Qt.AlignmentFlag.AlignCenter)
        width, height = min(area.width(), self._size()), min(area.height(), self._size())
        painter.setPen(theme.colour("faint"))
        painter.drawText(QRectF(area.left(), 0, width, TITLE - 2), middle, self._titles[1])
        painter.rotate(-90)
        painter.drawText(QRectF(-area.top() - height, 0, height, TITLE - 2), middle, self._titles[0])

    # -- what the user does -----------------------------------------------------------------------------------------

    def _point_at(self, cell: Cell | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self.viewport().update()
            self.hovered.emit(cell)

    def _choose(self, cell: Cell) -> None:
        self.pick(cell)
        self.chosen.emit(cell)

    def _walk(self, down: int, across: int) -> None:
        start = self._cell or self._picked
        row, column = (0, 0) if start is None else (start[0] + down, start[1] + across)
        cell = min(max(row, 0), self.count - 1), min(max(column, 0), self.count - 1)
        self._bring_into_view(cell)
        self._point_at(cell)

    def _bring_into_view(self, cell: Cell) -> None:
        area, place = self._area(), self.cell_rect(cell)
        for bar, before, after in (
            (self.horizontalScrollBar(), place.left() - area.left(), place.right() - area.right()),
            (self.verticalScrollBar(), place.top() - area.top(), place.bottom() - area.bottom()),
        ):
            if before < 0:
                bar.setValue(bar.value() + math.floor(before))
            elif after > 0:
                bar.setValue(bar.value() + math.ceil(after))

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(460, 460)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 260)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_bars()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag.is_under_way and event.buttons() & Qt.MouseButton.LeftButton:
            self._drag.move(event.position().toPoint())
        else:
            self._point_at(self.cell_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag.press(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragged = self._drag.release()
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and not was_dragged and cell is not None:
            self._point_at(cell)
            self._choose(cell)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(_STEP ** (event.angleDelta().y() / 120), event.position())
            event.accept()
        elif self._zoom > 1.0:
            super().wheelEvent(event)
        else:
            event.ignore()  # the page scrolls

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._cell is None and event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._walk(0, 0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)

    def event(self, event: QEvent) -> bool:
        # The arrows walk over the cells, and + and - enlarge them, even where the window has them as shortcuts.
        is_shortcut = event.type() == QEvent.Type.ShortcutOverride
        if is_shortcut and isinstance(event, QKeyEvent) and (event.key() in _ARROWS or event.text() in ("+", "-", "0")):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self.count:
            super().keyPressEvent(event)
        elif key in _ARROWS:
            self._walk(*_ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._cell is not None:
            self._choose(self._cell)
        elif event.text() in _ZOOMS:
            about = None if self._cell is None else self.cell_rect(self._cell).center()
            self.zoom_by(_ZOOMS[event.text()], about)
        elif event.text() == "0":
            self.show_whole()
        else:
            super().keyPressEvent(event)
