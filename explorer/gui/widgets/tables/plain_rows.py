"""The rows behind a plain table: those that are looked for, in the order of one column, each written once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from explorer.gui.widgets.words.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from PySide6.QtGui import QIcon

AnyIndex = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")

PIECES = 24  # ranges of rows that come or go; for more than these it is quicker to show all rows anew
UNSORTED = -1  # no column: the rows as they came


class Cell(NamedTuple):
    """What stands in a cell.

    Attributes:
        ink: A field of the theme's colours.
        bar: How much of a bar before the words is filled, 0-1; None without a bar.
        tick: Whether the box is ticked; None without a box.
    """

    words: str
    ink: str = "text"
    is_strong: bool = False
    icon: QIcon | None = None
    bar: float | None = None
    tick: bool | None = None


def _always(_row: object) -> bool:
    return True


def _never(_column: int) -> bool:
    return False


def _nothing(*_about: object) -> None:
    return None


def _is_equal(before: object, after: object) -> bool:
    return before is after or before == after


@dataclass(frozen=True, kw_only=True)
class Content(Generic[Row]):
    """What a table of rows says. Columns are numbers from 0.

    Attributes:
        columns: How many there are.
        key: What makes it the same row though it says something else.
        title: Stands over a column.
        write: What stands in a cell.
        ranker: What the rows are sorted by in a column; equal ones keep the order in which they came.
        is_wanted: Whether a row is shown.
        is_same: Whether a row says what it said before.
        is_number: Whether a column is written at the right.
        is_falling_first: Whether the first click on a title brings the greatest to the top.
        heading_tip: On a title.
        tip: On a cell; None for the words of the cell.
        spoken: For those who hear the table, where that is not what is written.
    """

    columns: int
    key: Callable[[Row], Hashable]
    title: Callable[[int], str]
    write: Callable[[Row, int], Cell]
    ranker: Callable[[int], Callable[[Row], Any]]
    is_wanted: Callable[[Row], bool] = _always
    is_same: Callable[[Row, Row], bool] = _is_equal
    is_number: Callable[[int], bool] = _never
    is_falling_first: Callable[[int], bool] = _never
    heading_tip: Callable[[int], str | None] = _nothing
    tip: Callable[[Row, int], str | None] | None = None
    spoken: Callable[[Row, int], str | None] = _nothing


class PlainRows(QAbstractTableModel, Generic[Row]):
    """Sorts and filters itself: a proxy would ask Python for every comparison.

    Cells are written when they are first seen, and kept until their row changes or `rewrite` says so.
    """

    def __init__(self, content: Content[Row], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._columns = content.columns
        self._all: Sequence[Row] = ()
        self._shown: list[Row] = []
        self._places: dict[Hashable, int] = {}
        self._by, self._is_falling = UNSORTED, False
        self._cells: dict[Hashable, tuple[Row, list[Cell | None]]] = {}
        self._sides: list[Qt.AlignmentFlag] | None = None

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Row]:
        """What is shown, from top to bottom."""
        return self._shown

    @property
    def count(self) -> int:
        """Of all rows, those included that are not shown."""
        return len(self._all)

    def row_of(self, key: Hashable) -> int | None:
        """Where the row of `key` is shown; None where it is not."""
        return self._places.get(key)

    def show_all(self, rows: Sequence[Row], *, anew: bool = False) -> None:
        """Shows those of `rows` that are wanted; what stays keeps its selection, unless all is `anew`."""
        self._all = rows
        self.arrange(anew=anew)

    def cell(self, place: int, column: int) -> Cell:
        return self.cell_of(self._shown[place], column)

    def cell_of(self, row: Row, column: int) -> Cell:
        """The cell of a row, written at most once."""
        key = self._content.key(row)
        kept = self._cells.get(key)
        if kept is None or kept[0] is not row:
            kept = self._cells[key] = row, [None] * self.columnCount()
        found = kept[1][column]
        if found is None:
            found = kept[1][column] = self._content.write(row, column)
        return found

    def side(self, column: int) -> Qt.AlignmentFlag:
        """Where the words of a column stand."""
        if self._sides is None or len(self._sides) != self._columns:
            right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
            middle = Qt.AlignmentFlag.AlignVCenter
            self._sides = [
                (right if self._content.is_number(place) else left) | middle for place in range(self._columns)
            ]
        return self._sides[column]

    def rewrite(self, key: Hashable) -> None:
        """Has one row written and drawn anew."""
        self._cells.pop(key, None)
        place = self._places.get(key)
        if place is not None:
            self._redraw(place, place)

    def refresh_words(self) -> None:
        """Has everything written and drawn anew: language or theme are others."""
        self._cells.clear()
        if self._shown:
            self._redraw(0, len(self._shown) - 1)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._columns - 1)

    # -- rows that come, go, move and change ------------------------------------------------------------------------

    def arrange(self, *, anew: bool = False) -> None:
        """Brings the rows from what they are to what they should be, touching only what differs."""
        new = self._wanted()
        if anew:
            self._cells.clear()
            self._reset(new)
            return
        new_keys = [self._content.key(row) for row in new]
        if new_keys != list(self._places):
            kept = set(new_keys)
            gone = ranges([place for place, key in enumerate(self._places) if key not in kept])
            come = ranges([place for place, key in enumerate(new_keys) if key not in self._places])
            if len(gone) + len(come) > PIECES:
                self._reset(new)
                return
            for first, last in reversed(gone):
                self.beginRemoveRows(QModelIndex(), first, last)
                self._take([*self._shown[:first], *self._shown[last + 1 :]])
                self.endRemoveRows()
            self._reorder(new_keys)
            for first, last in come:
                self.beginInsertRows(QModelIndex(), first, last)
                self._take([*self._shown[:first], *new[first : last + 1], *self._shown[first:]])
                self.endInsertRows()
        changed = [
            place
            for place, (row, old) in enumerate(zip(new, self._shown, strict=True))
            if row is not old and not self._content.is_same(old, row)
        ]
        self._shown = new  # in their places already
        for first, last in ranges(changed):
            self._redraw(first, last)

    def _wanted(self) -> list[Row]:
        found = [row for row in self._all if self._content.is_wanted(row)]
        if found and self._by != UNSORTED:
            found.sort(key=self._content.ranker(self._by), reverse=self._is_falling)
        return found

    def _reorder(self, keys: Sequence[Hashable]) -> None:
        """Puts the rows that stay into the order that they have in `keys`."""
        ordered = [self._shown[self._places[key]] for key in keys if key in self._places]
        if all(one is other for one, other in zip(ordered, self._shown, strict=True)):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(self._content.key(self._shown[index.row()]), index.column()) for index in before]
        self._take(ordered)
        self.changePersistentIndexList(before, [self.index(self._places[key], column) for key, column in held])
        self.layoutChanged.emit()

    def _reset(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self._take(rows)
        self.endResetModel()

    def _take(self, rows: list[Row]) -> None:
        self._shown = rows
        self._places = {self._content.key(row): place for place, row in enumerate(rows)}
        if len(self._cells) > 2 * len(self._all) + PIECES:
            self._cells.clear()  # of rows that are not there any more

    def _redraw(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, self._columns - 1))

    # -- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._columns

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._by, self._is_falling = max(column, UNSORTED), order == Qt.SortOrder.DescendingOrder
        self.arrange()

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.cell_of(row, column).words
            case Qt.ItemDataRole.DecorationRole:
                return self.cell_of(row, column).icon
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(column)
            case Qt.ItemDataRole.ToolTipRole:
                tip = self._content.tip
                return plain((self.cell_of(row, column).words if tip is None else tip(row, column)) or "")
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._content.spoken(row, column)
            case Qt.ItemDataRole.CheckStateRole:
                tick = self.cell_of(row, column).tick
                return None if tick is None else Qt.CheckState.Checked if tick else Qt.CheckState.Unchecked
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._content.title(section)
            case Qt.ItemDataRole.ToolTipRole:
                return self._content.heading_tip(section)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(section)
            case Qt.ItemDataRole.InitialSortOrderRole if self._content.is_falling_first(section):
                return Qt.SortOrder.DescendingOrder
        return None


def ranges(rows: Sequence[int]) -> list[tuple[int, int]]:
    """[1, 2, 3, 7] as [(1, 3), (7, 7)]."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
