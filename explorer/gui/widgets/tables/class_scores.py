"""The classes of an evaluation as a table: images, precision, recall, F1, and what each is taken for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal

from explorer.gui.text import tr
from explorer.gui.widgets.tables.plain_cells import PAD, advance
from explorer.gui.widgets.tables.plain_rows import Cell, Content, PlainRows
from explorer.gui.widgets.tables.plain_table import PlainTable
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.evaluation.summary import ClassRow

COLUMNS = ("class", "images", "precision", "recall", "f1", "taken_for")
SHARES = ("precision", "recall", "f1")
_WIDTHS = {"images": 78, "precision": 118, "recall": 118, "f1": 118}
_LEAST_NAME, _MOST_NAME = 90, 220
_LEAST_TAKEN, _MOST_TAKEN = 120, 240
_MEASURED = 20  # words of a column, the longest


class ClassScores(PlainTable):
    """The table.

    Signals:
        opened(int): A class was clicked.
    """

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("classScores", parent=parent)
        self.scores = PlainRows(CLASSES, self)
        self.show_rows_of(self.scores)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.clicked.connect(self._on_opened)
        self.activated.connect(self._on_opened)

    def show_rows(self, rows: tuple[ClassRow, ...]) -> None:
        self.scores.show_all(rows)
        self._fit_columns()

    def column_key(self, column: int) -> str:
        return COLUMNS[column]

    def _fit_columns(self) -> None:
        names = _widest([row.score.name for row in self.scores.rows])
        widths = {**_WIDTHS, "class": min(max(names + 2 * PAD, _LEAST_NAME), _MOST_NAME)}
        spare = self.viewport().width() - sum(widths.values())
        taken = _widest([_written(row, "taken_for") for row in self.scores.rows])
        widths["taken_for"] = max(spare, min(taken + 2 * PAD, _MOST_TAKEN), _LEAST_TAKEN)
        self.fit_columns({place: widths[column] for place, column in enumerate(COLUMNS)})

    def _on_opened(self, index: QModelIndex) -> None:
        self.opened.emit(self.scores.rows[index.row()].index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_columns()


def _share(column: str, row: ClassRow) -> float:
    share: float | None = getattr(row.score, column)
    return -1.0 if share is None else share


_RANKERS: dict[str, Callable[[ClassRow], float]] = {
    "class": lambda row: row.index,
    "images": lambda row: row.score.images,
    "taken_for": lambda row: row.taken,
}


def _ranker(column: int) -> Callable[[ClassRow], float]:
    return _RANKERS.get(COLUMNS[column]) or partial(_share, COLUMNS[column])


def _write(row: ClassRow, column: int) -> Cell:
    name = COLUMNS[column]
    ink = "secondary" if name in ("images", "taken_for") else "text"
    return Cell(_written(row, name), ink, bar=getattr(row.score, name) if name in SHARES else None)


# The class number decides among equals.
CLASSES: Content[ClassRow] = Content(
    columns=len(COLUMNS),
    key=lambda row: row.index,
    title=lambda column: tr(f"evaluation.column_{COLUMNS[column]}"),
    write=_write,
    ranker=_ranker,
    is_number=lambda column: COLUMNS[column] not in ("class", "taken_for"),
    heading_tip=lambda column: tr(f"evaluation.column_{COLUMNS[column]}_tip"),
)


def _widest(words: Sequence[str]) -> int:
    """Pixels of the widest of the longest words; all of 1,000 would take too long to measure."""
    return max((advance(word) for word in sorted(words, key=len)[-_MEASURED:]), default=0)


def _written(row: ClassRow, column: str) -> str:
    score = row.score
    if column == "class":
        return score.name
    if column == "images":
        return count(score.images)
    if column == "taken_for":
        return "" if row.taken_for is None else tr("evaluation.taken", name=row.taken_for, count=count(row.taken))
    share = getattr(score, column)
    return "–" if share is None else f"{share:.1%}"
