"""A list of rows with a small number, a name, a bar and an amount, under headings that open and close."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from explorer.gui import theme
from explorer.gui.widgets.words.text_line import write_line

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT, HEADING_HEIGHT, GROUP_HEIGHT = 30, 34, 30
_ARROW = 14  # px
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_LEFT, _RIGHT = 16, 12  # px; margins
_NUMBER, _AMOUNT, _GAP = 36, 46, 8  # px; widths of the columns
_NAME, _LEAST_BAR, _MOST_BAR = 126, 14, 40  # px; the bar takes what the longest usual name leaves


@dataclass(frozen=True, slots=True)
class Row:
    """A thing to choose: `fraction` (0-1) is the length of its bar, `note` what is said when the pointer rests.

    `is_off`: it cannot be chosen now.
    """

    key: str
    number: str
    name: str
    fraction: float
    amount: str
    note: str = ""
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Something to do, among the rows; `icon` stands before it."""

    key: str
    name: str
    icon: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Stands over rows; `is_open` is None where it cannot be closed, `amount` how many there are under it.

    `is_group`: it stands over a part of the rows under another heading.
    """

    key: str
    name: str
    amount: str = ""
    is_open: bool | None = None
    is_group: bool = False


Item = Row | Link | Heading
ITEM_ROLE = int(Qt.ItemDataRole.UserRole)
CHOSEN_ROLE = ITEM_ROLE + 1


class RowModel(QAbstractListModel):
    """The items in order, and which row is the chosen one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Item, ...] = ()
        self._chosen = ""

    def items(self) -> tuple[Item, ...]:
        return self._items

    def set_items(self, items: tuple[Item, ...]) -> None:
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def chosen(self) -> str:
        return self._chosen

    def choose(self, key: str) -> None:
        self._chosen = key
        if self._items:
            self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1))

    def index_of(self, key: str) -> QModelIndex:
        """Where the row `key` is; invalid where there is none."""
        for place, item in enumerate(self._items):
            if isinstance(item, Row) and item.key == key:
                return self.index(place)
        return QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == CHOSEN_ROLE:
            return isinstance(item, Row) and item.key == self._chosen
        if role == Qt.ItemDataRole.DisplayRole:
            return item.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return None if isinstance(item, Heading) else item.note
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(item)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        usable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item = self._items[index.row()] if index.isValid() else None
        if isinstance(item, Row) and item.is_off:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.NoItemFlags if isinstance(item, Heading) and item.is_open is None else usable


def _spoken(item: Item) -> str:
    """What a screen reader says."""
    if isinstance(item, Link):
        return item.name
    parts = (item.number, item.name, item.amount) if isinstance(item, Row) else (item.name, item.amount)
    return ", ".join(part for part in parts if part)


def _height(item: Item) -> int:
    if isinstance(item, Heading):
        return GROUP_HEIGHT if item.is_group else HEADING_HEIGHT
    return ROW_HEIGHT


class RowDelegate(QStyledItemDelegate):
    """Draws rows and headings."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, _height(index.data(ITEM_ROLE)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM_ROLE)
        state = option.state
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_over = bool(state & QStyle.StateFlag.State_MouseOver)
        if isinstance(item, Row):
            self._background(painter, area, bool(index.data(CHOSEN_ROLE)), is_over and not item.is_off)
            self._row(painter, area, item)
        elif isinstance(item, Link):
            self._background(painter, area, False, is_over)
            self._link(painter, area, item)
        elif isinstance(item, Heading):
            self._background(painter, area, False, is_over and item.is_open is not None)
            self._heading(painter, area, item)
        if state & QStyle.StateFlag.State_HasFocus and option.widget.property("byKeyboard"):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRoundedRect(area.adjusted(3.5, 1.5, -3.5, -1.5), 4, 4)
        painter.restore()

    def _background(self, painter: QPainter, area: QRectF, is_chosen: bool, is_over: bool) -> None:
        if is_chosen or is_over:
            painter.fillRect(area, theme.colour("selected" if is_chosen else "hover"))
        if is_chosen:
            painter.fillRect(QRectF(area.left(), area.top(), 3, area.height()), theme.colour("accent"))

    def _row(self, painter: QPainter, area: QRectF, row: Row) -> None:
        inner = area.adjusted(_LEFT, 0, -_RIGHT, 0)
        write_line(painter, inner, row.number, theme.font(theme.CAPTION_PX, mono=True), "faint")
        right = Qt.AlignmentFlag.AlignRight
        write_line(
            painter, inner, row.amount, theme.font(theme.SECONDARY_PX), "disabled" if row.is_off else "secondary", right
        )
        free = inner.width() - _NUMBER - _NAME - _AMOUNT - 2 * _GAP
        length = min(free, _MOST_BAR) if free >= _LEAST_BAR else 0  # a name tells more than its bar
        bar = QRectF(inner.right() - _AMOUNT - _GAP / 2 - length, inner.center().y() - 2, length, 4)
        if row.fraction > 0 and length:
            _bar(painter, bar, row.fraction)
        left = inner.left() + _NUMBER
        right_end = bar.left() - (_GAP if length else 0)
        name = QRectF(left, inner.top(), right_end - left, inner.height())
        colour = "disabled" if row.is_off else "text"
        write_line(painter, name, row.name, theme.font(weight=QFont.Weight.Medium), colour)

    def _link(self, painter: QPainter, area: QRectF, link: Link) -> None:
        inner = area.adjusted(_LEFT, 0, -_RIGHT, 0)
        icon = theme.icon(link.icon, "accent", 16)
        icon.paint(painter, int(inner.left()) - 2, int(inner.center().y()) - 8, 16, 16)
        write_line(painter, inner.adjusted(_NUMBER, 0, 0, 0), link.name, theme.font(), "accent")

    def _heading(self, painter: QPainter, area: QRectF, heading: Heading) -> None:
        inner = area.adjusted(_LEFT, 0 if heading.is_group else 4, -_RIGHT, 0)
        if heading.is_group:
            self._arrow(painter, inner.left() - 2, inner.center().y(), heading)
            write_line(painter, inner.adjusted(_NUMBER, 0, -_AMOUNT, 0), heading.name, theme.font(), "secondary")
            right = inner
        else:
            font = theme.font(theme.CAPTION_PX, weight=QFont.Weight.DemiBold)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
            write_line(painter, inner, heading.name.upper(), font, "faint")
            right = inner if heading.is_open is None else inner.adjusted(0, 0, -_ARROW - 4, 0)
            self._arrow(painter, inner.right() - _ARROW + 2, inner.center().y(), heading)
        if heading.amount:
            small = theme.font(theme.CAPTION_PX)
            write_line(painter, right, heading.amount, small, "faint", Qt.AlignmentFlag.AlignRight)

    def _arrow(self, painter: QPainter, left: float, middle: float, heading: Heading) -> None:
        """Says that the heading can be opened or closed."""
        if heading.is_open is not None:
            arrow = theme.icon("chevron-down" if heading.is_open else "chevron-right", "secondary", _ARROW)
            arrow.paint(painter, round(left), round(middle) - _ARROW // 2, _ARROW, _ARROW)


def _bar(painter: QPainter, area: QRectF, fraction: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("track"))
    painter.drawRoundedRect(area, 2, 2)
    painter.setBrush(theme.colour("accent"))
    filled = max(area.height(), area.width() * min(max(fraction, 0.0), 1.0))
    painter.drawRoundedRect(QRectF(area.left(), area.top(), filled, area.height()), 2, 2)


class RowList(QListView):
    """Shows a `RowModel`; one row is chosen.

    Signals:
        chosen(str): The user moved to the row with this key.
        toggled(str): The user wants the heading with this key opened or closed.
        activated_link(str): The user wants what the link with this key does.
        menu_requested(str, QPoint): The user wants to know what can be done with the row; the place on the screen.
    """

    chosen = Signal(str)
    toggled = Signal(str)
    activated_link = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(RowDelegate(self))
        self._is_marking = False
        self._is_used = False  # by mouse or keyboard; before, the list shows as much of its beginning as it can
        self._rows = RowModel(self)
        self.setModel(self._rows)

    def rows(self) -> RowModel:
        return self._rows

    def content_height(self) -> int:
        """Height at which nothing needs to be scrolled."""
        return sum(map(_height, self._rows.items())) + 2 * self.frameWidth()

    def show_items(self, items: tuple[Item, ...], chosen: str) -> None:
        """Shows `items` and marks the row `chosen`, without telling that it was chosen."""
        position = self.verticalScrollBar().value()
        was_heading = self.currentIndex().data(ITEM_ROLE)
        self._rows.set_items(items)
        self.mark(chosen)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(position)
        if isinstance(was_heading, Heading):
            self._keep_current(was_heading.key)

    def mark(self, key: str) -> None:
        """Marks the row `key` and makes it visible; no row where there is none."""
        index = self._rows.index_of(key)
        self._rows.choose(key)
        self._is_marking = True
        self.setCurrentIndex(index)
        self._is_marking = False
        if index.isValid():
            self.scrollTo(index)

    def show_under(self, key: str) -> None:
        """Scrolls as little as needed to show what has been opened under the heading `key`; the heading in any case."""
        items = self._rows.items()
        first = next((at for at, item in enumerate(items) if isinstance(item, Heading) and item.key == key), None)
        if first is None:
            return
        is_group = items[first].is_group  # type: ignore[union-attr]  # a heading, as found
        ends = (at for at in range(first + 1, len(items)) if _ends(items[at], is_group))
        self.scrollTo(self._rows.index(next(ends, len(items)) - 1))
        self.scrollTo(self._rows.index(first))

    def _go_to_group(self) -> None:
        """Moves from a row up to the heading that closes what it is in."""
        for place in range(self.currentIndex().row(), -1, -1):
            item = self._rows.items()[place]
            if isinstance(item, Heading):
                if item.is_open is not None:
                    self.setCurrentIndex(self._rows.index(place))
                return

    def _keep_current(self, heading: str) -> None:
        for place, item in enumerate(self._rows.items()):
            if isinstance(item, Heading) and item.key == heading:
                self.setCurrentIndex(self._rows.index(place))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        item = current.data(ITEM_ROLE) if current.isValid() else None
        if isinstance(item, Row) and not self._is_marking:
            self._rows.choose(item.key)
            self.chosen.emit(item.key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        chosen = self._rows.index_of(self._rows.chosen())
        if not self._is_used and chosen.isValid():
            self.scrollToTop()
            self.scrollTo(chosen)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._is_used = True
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_used = True
        self.setProperty("byKeyboard", False)
        item = self.indexAt(event.position().toPoint()).data(ITEM_ROLE)
        if isinstance(item, Heading):
            if item.is_open is not None:
                self.toggled.emit(item.key)
            return
        if isinstance(item, Link):
            if event.button() == Qt.MouseButton.LeftButton:
                self.activated_link.emit(item.key)
            return
        if event.button() == Qt.MouseButton.LeftButton:  # the right one asks for a menu and chooses nothing
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.indexAt(event.pos())
        item = index.data(ITEM_ROLE)
        if isinstance(item, Row):
            place = self.visualRect(index).center() if is_by_key else event.pos()
            self.menu_requested.emit(item.key, self.viewport().mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._is_used = True
        self.setProperty("byKeyboard", True)
        item = self.currentIndex().data(ITEM_ROLE)
        if isinstance(item, Heading) and _toggles(event, item):
            self.toggled.emit(item.key)
            return
        if isinstance(item, Link) and event.key() in _ENTER:
            self.activated_link.emit(item.key)
            return
        if isinstance(item, Row) and event.key() == Qt.Key.Key_Left:
            self._go_to_group()
            return
        super().keyPressEvent(event)


def _ends(item: Item, is_group: bool) -> bool:
    """Whether `item` does not belong any more to the heading before it, which is a group or holds groups."""
    return isinstance(item, Heading) and (is_group or not item.is_group)


def _toggles(event: QKeyEvent, heading: Heading) -> bool:
    if event.key() in _ENTER:
        return True
    return event.key() == (Qt.Key.Key_Left if heading.is_open else Qt.Key.Key_Right)
